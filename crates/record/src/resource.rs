//! What was scanned: ids and facts about a resource, never its names or contents.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Locator;

/// The kind of thing that carries labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ResourceKind {
    /// A conversation as a whole: its title, and what only its messages together show.
    Chat,
    /// One message of a conversation.
    Message,
    /// A file that a user attached.
    File,
    /// A file that the assistant made.
    GeneratedFile,
    /// One version of an artifact.
    Artifact,
    /// A project: its name, description and instructions.
    Project,
    /// A file in a project's knowledge.
    ProjectFile,
    /// A text document in a project's knowledge.
    ProjectDocument,
    /// The transcript of a session on a user's machine.
    LocalSession,
    /// The transcript of a session in the cloud.
    RemoteSession,
    /// Something that a user published, with its versions.
    CodeArtifact,
    /// What a user told the model about themselves, for every conversation.
    UserPreferences,
    /// A message of a prompt that the inline hook was asked about.
    Prompt,
    /// A local file or standard input.
    Local,
}

/// Who or what brought the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Role {
    /// A person.
    User,
    /// The model.
    Assistant,
    /// What the model passed to a tool.
    ToolInput,
    /// What a tool answered.
    ToolResult,
    /// A file of a user.
    File,
    /// A file that the model made.
    Generated,
    /// An artifact.
    Artifact,
    /// A file of a project.
    ProjectFile,
    /// A document of a project.
    ProjectDocument,
    /// Standing instructions to the model.
    Instructions,
    /// What people named something, or said about it.
    Metadata,
    /// Nobody knows.
    Unknown,
}

macro_rules! named {
    ($type:ident { $($variant:ident = $name:literal),+ $(,)? }) => {
        impl $type {
            /// The name as it stands in output and in the store.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }

            /// What a name stands for.
            pub fn of_name(name: &str) -> Option<Self> {
                [$(Self::$variant),+].into_iter().find(|value| value.name() == name)
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.pad(self.name())
            }
        }
    };
}

named!(ResourceKind {
    Chat = "chat",
    Message = "message",
    File = "file",
    GeneratedFile = "generated_file",
    Artifact = "artifact",
    Project = "project",
    ProjectFile = "project_file",
    ProjectDocument = "project_document",
    LocalSession = "local_session",
    RemoteSession = "remote_session",
    CodeArtifact = "code_artifact",
    UserPreferences = "user_preferences",
    Prompt = "prompt",
    Local = "local",
});

named!(Role {
    User = "user",
    Assistant = "assistant",
    ToolInput = "tool_input",
    ToolResult = "tool_result",
    File = "file",
    Generated = "generated",
    Artifact = "artifact",
    ProjectFile = "project_file",
    ProjectDocument = "project_document",
    Instructions = "instructions",
    Metadata = "metadata",
    Unknown = "unknown",
});

/// The facts about a resource that may be kept: ids, times, sizes and types, but no names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Resource {
    /// What it is.
    pub kind: ResourceKind,
    /// Its id at the source.
    pub id: String,
    /// The chat, project or session that it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// The organisation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organization: Option<String>,
    /// The user's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// The user's e-mail address, as the source gives it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_email: Option<String>,
    /// Who wrote it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// Where a person can open it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub href: Option<String>,
    /// The model that took part, as the source names it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// The product in which it happened, as the source names it, such as `claude_code`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub surface: Option<String>,
    /// When it was made, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_at: Option<String>,
    /// Its media type, as the source gives it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media_type: Option<String>,
    /// Its size.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size_bytes: Option<u64>,
}

impl Resource {
    /// A resource of which nothing but kind and id is known.
    pub fn new(kind: ResourceKind, id: impl Into<String>) -> Self {
        Self {
            kind,
            id: id.into(),
            parent: None,
            organization: None,
            user_id: None,
            user_email: None,
            role: None,
            href: None,
            model: None,
            surface: None,
            created_at: None,
            media_type: None,
            size_bytes: None,
        }
    }

    /// Who or what brought the text at this place of the resource.
    pub fn origin(&self, locator: &Locator) -> Role {
        match (self.kind, locator.part.as_deref()) {
            // The name of a tool stands with what it answered too, in a message of nobody's.
            (ResourceKind::Message | ResourceKind::Prompt, Some("tool_input" | "tool")) => {
                Role::ToolInput
            }
            (ResourceKind::Message | ResourceKind::Prompt, Some("tool_result")) => Role::ToolResult,
            (ResourceKind::Prompt, Some("attachment"))
            | (ResourceKind::File | ResourceKind::Local, _) => Role::File,
            (ResourceKind::GeneratedFile, _) => Role::Generated,
            (ResourceKind::Artifact | ResourceKind::CodeArtifact, _) => Role::Artifact,
            (ResourceKind::ProjectFile, _) => Role::ProjectFile,
            (ResourceKind::ProjectDocument, _) => Role::ProjectDocument,
            (ResourceKind::Project, Some("instructions")) | (ResourceKind::UserPreferences, _) => {
                Role::Instructions
            }
            (ResourceKind::Project | ResourceKind::Chat, Some(_)) => Role::Metadata,
            // Messages, and what only several parts show together.
            _ => self.role.unwrap_or(Role::Unknown),
        }
    }
}
