//! Projects, what is attached to them, and their documents.

use std::fmt;

use dosimeter_content::Text;
use serde::{Deserialize, Deserializer};

use super::{
    chat::UserRef,
    debug_by_id,
    wire::{self, Tagged},
};
use crate::Timestamp;

/// A project's facts as a list shows them.
#[derive(Deserialize)]
#[non_exhaustive]
pub struct Project {
    /// `claude_proj_…`.
    pub id: String,
    /// The name.
    #[serde(default = "wire::no_text", deserialize_with = "wire::text")]
    pub name: Text,
    /// Whether only its collaborators see it.
    #[serde(default, deserialize_with = "wire::flag")]
    pub is_private: bool,
    /// When it was made.
    #[serde(default, deserialize_with = "wire::fact")]
    pub created_at: Timestamp,
    /// When it was last changed.
    #[serde(default, deserialize_with = "wire::fact")]
    pub updated_at: Timestamp,
    /// When a user deleted it.
    #[serde(default, deserialize_with = "wire::fact")]
    pub deleted_at: Option<Timestamp>,
    /// The organization.
    #[serde(default, deserialize_with = "wire::fact")]
    pub organization_uuid: Option<String>,
    /// The organization's older id.
    #[serde(default, deserialize_with = "wire::fact")]
    pub organization_id: Option<String>,
    /// Who made it; absent if the account is gone or out of the key's reach.
    #[serde(default, deserialize_with = "wire::fact")]
    pub user: Option<UserRef>,
}

impl Project {
    /// Whether a user deleted it.
    pub fn is_deleted(&self) -> bool {
        self.deleted_at.as_ref().is_some_and(Timestamp::is_known)
    }
}

/// A project's facts with the text that its makers gave it.
#[non_exhaustive]
pub struct ProjectDetail {
    /// What a list shows of it.
    pub project: Project,
    /// The description.
    pub description: Text,
    /// The instructions to the model.
    pub instructions: Text,
    /// How many files and documents are attached.
    pub attachments_count: Option<u64>,
    /// How many chats are in it.
    pub chats_count: Option<u64>,
    /// The server's name for the request, for an audit trail.
    pub request_id: Option<String>,
}

/// Something in a project's knowledge. An open set.
#[non_exhaustive]
pub enum Attachment {
    /// A file, to be downloaded like a chat's.
    File(ProjectFile),
    /// A text document.
    Doc(ProjectDoc),
    /// A kind of attachment that this client does not know, or a known one in an unknown shape.
    Unknown {
        /// The server's name for the kind, if it gave one.
        kind: Option<String>,
        /// The whole attachment as JSON.
        json: Text,
    },
}

/// A file in a project's knowledge.
#[derive(Deserialize)]
#[non_exhaustive]
pub struct ProjectFile {
    /// `claude_file_…`.
    pub id: String,
    /// The name; untrusted.
    #[serde(default = "wire::no_text", deserialize_with = "wire::text")]
    pub filename: Text,
    /// The recorded media type.
    #[serde(default, deserialize_with = "wire::media")]
    pub mime_type: Option<String>,
    /// The size.
    #[serde(default, deserialize_with = "wire::fact")]
    pub size_bytes: Option<u64>,
    /// MD5 in lower-case hexadecimal.
    #[serde(default, deserialize_with = "wire::md5")]
    pub md5: Option<String>,
    /// When it was added.
    #[serde(default, deserialize_with = "wire::fact")]
    pub created_at: Timestamp,
}

/// A text document in a project's knowledge, as a list shows it.
#[derive(Deserialize)]
#[non_exhaustive]
pub struct ProjectDoc {
    /// `claude_proj_doc_…`.
    pub id: String,
    /// The name; untrusted.
    #[serde(default = "wire::no_text", deserialize_with = "wire::text")]
    pub filename: Text,
    /// The media type.
    #[serde(default, deserialize_with = "wire::media")]
    pub mime_type: Option<String>,
    /// When it was added.
    #[serde(default, deserialize_with = "wire::fact")]
    pub created_at: Timestamp,
    /// When it was last changed.
    #[serde(default, deserialize_with = "wire::fact")]
    pub updated_at: Option<Timestamp>,
}

/// A project document with its text.
#[derive(Deserialize)]
#[non_exhaustive]
pub struct Document {
    /// `claude_proj_doc_…`.
    pub id: String,
    /// The name; untrusted.
    #[serde(default = "wire::no_text", deserialize_with = "wire::text")]
    pub filename: Text,
    /// The text.
    #[serde(deserialize_with = "wire::text")]
    pub content: Text,
    /// When it was added.
    #[serde(default, deserialize_with = "wire::fact")]
    pub created_at: Timestamp,
    /// Who added it.
    #[serde(default, deserialize_with = "wire::fact")]
    pub user: Option<UserRef>,
}

/// A project document's facts.
#[derive(Deserialize)]
#[non_exhaustive]
pub struct DocumentMetadata {
    /// `claude_proj_doc_…`.
    pub id: String,
    /// The project.
    #[serde(default, deserialize_with = "wire::fact")]
    pub claude_project_id: Option<String>,
    /// The name; untrusted.
    #[serde(default = "wire::no_text", deserialize_with = "wire::text")]
    pub filename: Text,
    /// The media type.
    #[serde(default, deserialize_with = "wire::media")]
    pub mime_type: Option<String>,
    /// The size of the text in UTF-8.
    #[serde(default, deserialize_with = "wire::fact")]
    pub size_bytes: Option<u64>,
    /// MD5 in lower-case hexadecimal.
    #[serde(default, deserialize_with = "wire::md5")]
    pub md5: Option<String>,
    /// When it was added.
    #[serde(default, deserialize_with = "wire::fact")]
    pub created_at: Timestamp,
    /// Who added it.
    #[serde(default, deserialize_with = "wire::fact")]
    pub user: Option<UserRef>,
}

impl Tagged for Attachment {
    fn known(tag: &str, json: &str) -> Option<Self> {
        match tag {
            "project_file" => wire::read(json).map(Self::File),
            "project_doc" => wire::read(json).map(Self::Doc),
            _ => None,
        }
    }

    fn unknown(kind: Option<String>, json: Text) -> Self {
        Self::Unknown { kind, json }
    }
}

impl<'de> Deserialize<'de> for Attachment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        wire::tagged(deserializer)
    }
}

impl fmt::Debug for Attachment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(file) => file.fmt(formatter),
            Self::Doc(doc) => doc.fmt(formatter),
            Self::Unknown { kind, json } => formatter
                .debug_struct("Unknown")
                .field("kind", kind)
                .field("json_bytes", &json.len())
                .finish(),
        }
    }
}

debug_by_id!(Project(id), ProjectFile(id), ProjectDoc(id), Document(id), DocumentMetadata(id));

impl fmt::Debug for ProjectDetail {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.project.fmt(formatter)
    }
}
