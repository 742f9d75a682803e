//! What a simulated organization holds, as plain data.
//!
//! Every field has a default, so that a seed in JSON or in code names only what matters. An empty id
//! is made up, an empty time is the next second of a fixed morning, and an empty organization means
//! the first one.

use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::Bytes;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use serde_json::Value;

/// Everything that the simulator starts with.
///
/// ```
/// use dosimeter_simulator::{Chat, File, Message, Seed};
///
/// let report = File::new("report.txt", b"quarterly".to_vec());
/// let chat = Chat::new("claude_chat_01", "Budget")
///     .with(Message::user("sum this").with_file(report))
///     .with(Message::assistant("Total 3."));
/// let seed = Seed { chats: vec![chat], ..Seed::default() };
/// assert!(serde_json::to_string(&seed).unwrap().contains("report.txt"));
/// ```
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Seed {
    /// The organizations under one parent. Without any, there is one.
    pub organizations: Vec<Organization>,
    /// Their members.
    pub users: Vec<User>,
    /// What members may do, under names.
    pub roles: Vec<Role>,
    /// Who belongs together.
    pub groups: Vec<Group>,
    /// The chats.
    pub chats: Vec<Chat>,
    /// The projects.
    pub projects: Vec<Project>,
    /// The transcripts captured on users' machines.
    pub local_sessions: Vec<Session>,
    /// The transcripts of sessions in the cloud.
    pub remote_sessions: Vec<Session>,
    /// What users published.
    pub code_artifacts: Vec<CodeArtifact>,
}

/// An organization.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Organization {
    /// Its UUID.
    pub uuid: String,
    /// Its name.
    pub name: String,
    /// When it was made.
    pub created_at: String,
}

/// A member of an organization.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct User {
    /// `user_…`.
    pub id: String,
    /// The address.
    pub email: String,
    /// The name.
    pub full_name: String,
    /// The role; `user` if empty.
    pub organization_role: String,
    /// When the account was made.
    pub created_at: String,
    /// The UUID of the organization.
    pub organization: String,
    /// What the user told the model, for every conversation.
    pub preferences: String,
}

/// A role, known in every organization.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Role {
    /// `rbac_role_…`.
    pub id: String,
    /// The name.
    pub name: String,
    /// What it permits, such as `claude_code`.
    pub permissions: Vec<String>,
}

/// A group of members, under the parent.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Group {
    /// `rbac_group_…`.
    pub id: String,
    /// The name.
    pub name: String,
    /// Whether a directory made it.
    pub scim: bool,
    /// The ids of its roles.
    pub roles: Vec<String>,
    /// The ids of its members.
    pub members: Vec<String>,
}

/// A chat.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Chat {
    /// `claude_chat_…`.
    pub id: String,
    /// The title.
    pub name: String,
    /// When it was begun.
    pub created_at: String,
    /// When it last changed; that of the last message if empty.
    pub updated_at: String,
    /// When its user deleted it; empty if it is alive.
    pub deleted_at: String,
    /// The model.
    pub model: Option<String>,
    /// The UUID of the organization.
    pub organization: String,
    /// The project that it is in.
    pub project: Option<String>,
    /// The id of its user.
    pub user: Option<String>,
    /// Its messages, oldest first.
    pub messages: Vec<Message>,
}

/// A message.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Message {
    /// `claude_chat_msg_…`.
    pub id: String,
    /// `user` or `assistant`.
    pub role: String,
    /// When it was sent.
    pub created_at: String,
    /// What it says.
    pub content: Vec<Block>,
    /// What the user attached.
    pub files: Vec<File>,
    /// What the assistant made as files.
    pub generated_files: Vec<File>,
    /// What the assistant made as artifacts.
    pub artifacts: Vec<Artifact>,
}

/// A part of a message.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Block {
    /// What was written.
    Text {
        /// The text.
        text: String,
    },
    /// What the model passed to a tool.
    ToolUse {
        /// `toolu_…`, or `null`.
        id: Option<String>,
        /// The tool.
        name: String,
        /// The arguments, as a JSON document in a string.
        input: String,
    },
    /// What a tool answered.
    ToolResult {
        /// The call that it answers, or `null`.
        tool_use_id: Option<String>,
        /// The tool.
        name: String,
        /// The answer, part by part.
        content: Vec<String>,
    },
    /// Anything else, sent as it is: a block that does not exist yet.
    Raw {
        /// The block.
        json: Value,
    },
}

/// A file: in a chat, made by the assistant, or in a project.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct File {
    /// `claude_file_…` or `claude_gen_file_…`.
    pub id: String,
    /// The name.
    pub filename: String,
    /// The recorded media type.
    pub mime_type: Option<String>,
    /// When it was uploaded.
    pub created_at: String,
    /// What is served.
    pub bytes: FileBytes,
    /// Whether lists leave out size and MD5, as the API sometimes does.
    pub unlisted: bool,
}

/// The bytes of a file; base64 where a seed is text.
#[derive(Clone, Debug, Default)]
pub struct FileBytes(pub(crate) Bytes);

/// One version of an artifact.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Artifact {
    /// `claude_artifact_…`.
    pub id: String,
    /// `claude_artifact_version_…`.
    pub version_id: String,
    /// The title.
    pub title: Option<String>,
    /// What it is, in the manner of a media type.
    pub artifact_type: Option<String>,
    /// The text.
    pub content: String,
    /// When the version was made.
    pub created_at: String,
}

/// A project.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Project {
    /// `claude_proj_…`.
    pub id: String,
    /// The name.
    pub name: String,
    /// The description.
    pub description: String,
    /// The instructions to the model.
    pub instructions: String,
    /// Whether only its collaborators see it.
    pub is_private: bool,
    /// When it was made.
    pub created_at: String,
    /// When it last changed; that of its making if empty.
    pub updated_at: String,
    /// The UUID of the organization.
    pub organization: String,
    /// The id of its maker.
    pub user: Option<String>,
    /// The files in its knowledge.
    pub files: Vec<File>,
    /// The text documents in its knowledge.
    pub documents: Vec<Document>,
}

/// A text document in a project's knowledge.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Document {
    /// `claude_proj_doc_…`.
    pub id: String,
    /// The name.
    pub filename: String,
    /// The text.
    pub content: String,
    /// When it was added.
    pub created_at: String,
    /// The id of whoever added it.
    pub user: Option<String>,
}

/// A session's transcript.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Session {
    /// `clls_…` or `cse_…`.
    pub id: String,
    /// Where it ran, for example `claude_code`.
    pub product_surface: Option<String>,
    /// When it was begun.
    pub created_at: String,
    /// When it last changed; that of the last message if empty.
    pub updated_at: String,
    /// The UUID of the organization.
    pub organization: String,
    /// The id of its user.
    pub user: String,
    /// Its messages, in the order of the transcript; files and artifacts are not part of one.
    pub messages: Vec<Message>,
}

/// Something that a user published.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CodeArtifact {
    /// `cart_…`.
    pub id: String,
    /// When it last changed.
    pub updated_at: String,
    /// The UUID of the organization.
    pub organization: String,
    /// The id of its user.
    pub user: String,
    /// Its versions, oldest first.
    pub versions: Vec<CodeVersion>,
}

/// One version of something that a user published.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CodeVersion {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What is served.
    pub bytes: FileBytes,
}

impl Chat {
    /// An empty chat.
    pub fn new(id: impl Into<String>, name: impl Into<String>) -> Self {
        Self { id: id.into(), name: name.into(), ..Self::default() }
    }

    /// Adds a message at the end.
    #[must_use]
    pub fn with(mut self, message: Message) -> Self {
        self.messages.push(message);
        self
    }
}

impl Message {
    /// A message of a person.
    pub fn user(text: impl Into<String>) -> Self {
        Self { role: "user".to_owned(), ..Self::default() }
            .with_block(Block::Text { text: text.into() })
    }

    /// A message of the model.
    pub fn assistant(text: impl Into<String>) -> Self {
        Self { role: "assistant".to_owned(), ..Self::user(text) }
    }

    /// Adds a block at the end.
    #[must_use]
    pub fn with_block(mut self, block: Block) -> Self {
        self.content.push(block);
        self
    }

    /// Attaches a file.
    #[must_use]
    pub fn with_file(mut self, file: File) -> Self {
        self.files.push(file);
        self
    }

    /// Adds a file that the assistant made.
    #[must_use]
    pub fn with_generated_file(mut self, file: File) -> Self {
        self.generated_files.push(file);
        self
    }

    /// Adds an artifact.
    #[must_use]
    pub fn with_artifact(mut self, artifact: Artifact) -> Self {
        self.artifacts.push(artifact);
        self
    }
}

impl File {
    /// A file with a name and bytes.
    pub fn new(filename: impl Into<String>, bytes: impl Into<FileBytes>) -> Self {
        Self { filename: filename.into(), bytes: bytes.into(), ..Self::default() }
    }
}

impl From<Vec<u8>> for FileBytes {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes.into())
    }
}

impl Serialize for FileBytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&BASE64_STANDARD.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for FileBytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let encoded = String::deserialize(deserializer)?;
        let bytes =
            BASE64_STANDARD.decode(encoded).map_err(|_| D::Error::custom("expected base64"))?;
        Ok(bytes.into())
    }
}
