//! Messages and their blocks.

use std::fmt;

use dosimeter_content::{Expose, Text};
use serde::{Deserialize, Deserializer};

use super::{
    artifact::ArtifactRef,
    chat::Chat,
    debug_by_id,
    file::{FileRef, GeneratedFileRef},
    wire::{self, Tagged},
};
use crate::{Cursor, Timestamp};

/// One page of a chat's messages, with the chat's facts as they are now.
#[derive(Debug)]
#[non_exhaustive]
pub struct ChatMessages {
    /// The chat.
    pub chat: Chat,
    /// The messages, oldest first.
    pub messages: Vec<Message>,
    /// Whether there are newer messages.
    pub has_more: bool,
    /// The position before the first message.
    pub first: Option<Cursor>,
    /// The position after the last message; `None` on an empty page, where the previous one stays
    /// valid.
    pub last: Option<Cursor>,
    /// The server's name for the request, for an audit trail.
    pub request_id: Option<String>,
}

impl ChatMessages {
    /// Where the walk goes on, or `None` at its end.
    pub fn next_after(&self) -> Option<&Cursor> {
        self.last.as_ref().filter(|_| self.has_more)
    }
}

/// One message.
#[derive(Deserialize)]
#[non_exhaustive]
pub struct Message {
    /// `claude_chat_msg_…`.
    pub id: String,
    /// Who wrote it.
    #[serde(default, deserialize_with = "wire::fact")]
    pub role: MessageRole,
    /// When it was sent, or, by the assistant, finished.
    #[serde(default, deserialize_with = "wire::fact")]
    pub created_at: Timestamp,
    /// What it says, in order.
    #[serde(default, rename = "content", deserialize_with = "blocks")]
    pub blocks: Vec<Block>,
    /// What the user attached.
    #[serde(default, deserialize_with = "wire::list")]
    pub files: Vec<FileRef>,
    /// What the assistant made as files.
    #[serde(default, deserialize_with = "wire::list")]
    pub generated_files: Vec<GeneratedFileRef>,
    /// What the assistant made as artifacts, each in one version.
    #[serde(default, deserialize_with = "wire::list")]
    pub artifacts: Vec<ArtifactRef>,
}

debug_by_id!(Message(id));

/// Who wrote a message. An open set.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MessageRole {
    /// A person.
    User,
    /// The model.
    Assistant,
    /// Somebody that the API added later; empty if the server's word does not look like a name.
    Other(String),
}

impl Default for MessageRole {
    /// Of a message that does not say it.
    fn default() -> Self {
        Self::Other(String::new())
    }
}

impl<'de> Deserialize<'de> for MessageRole {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = Option::<String>::deserialize(deserializer)?.unwrap_or_default();
        Ok(match name.as_str() {
            "user" => Self::User,
            "assistant" => Self::Assistant,
            name if wire::is_name(name) => Self::Other(name.to_owned()),
            _ => Self::default(),
        })
    }
}

/// One part of a message. An open set.
#[non_exhaustive]
pub enum Block {
    /// What was written.
    Text(TextBlock),
    /// What the model passed to a tool.
    ToolUse(ToolUse),
    /// What a tool answered.
    ToolResult(ToolResult),
    /// A kind of block that this client does not know, or a known one in an unknown shape.
    Unknown {
        /// The server's name for the kind, if it gave one.
        kind: Option<String>,
        /// Whether it says that the server cut it.
        truncated: bool,
        /// The whole block as JSON, so that its strings can still be scanned.
        json: Text,
    },
}

/// What was written.
#[derive(Deserialize)]
#[non_exhaustive]
pub struct TextBlock {
    /// The text.
    #[serde(deserialize_with = "wire::text")]
    pub text: Text,
    /// Whether the server cut it.
    #[serde(default, deserialize_with = "wire::flag")]
    pub truncated: bool,
    /// Whether the server took the model's internal reasoning out of it.
    #[serde(default, deserialize_with = "wire::flag")]
    pub thinking_redacted: bool,
}

/// What the model passed to a tool.
#[derive(Deserialize)]
#[non_exhaustive]
pub struct ToolUse {
    /// `toolu_…`.
    #[serde(default, deserialize_with = "wire::fact")]
    pub id: Option<String>,
    /// The tool.
    #[serde(default = "wire::no_text", deserialize_with = "wire::text")]
    pub name: Text,
    /// The arguments as a JSON document; no valid JSON if the server cut it.
    #[serde(default = "wire::no_text", deserialize_with = "wire::text")]
    pub input: Text,
    /// Whether the server cut `input`.
    #[serde(default, deserialize_with = "wire::flag")]
    pub truncated: bool,
    /// The connector, by name.
    #[serde(default, deserialize_with = "wire::maybe_text")]
    pub integration_name: Option<Text>,
    /// The connector, by address.
    #[serde(default, deserialize_with = "wire::maybe_text")]
    pub mcp_server_url: Option<Text>,
}

/// What a tool answered.
#[derive(Deserialize)]
#[non_exhaustive]
pub struct ToolResult {
    /// The call that this answers.
    #[serde(default, deserialize_with = "wire::fact")]
    pub tool_use_id: Option<String>,
    /// The tool.
    #[serde(default = "wire::no_text", deserialize_with = "wire::text")]
    pub name: Text,
    /// Whether the tool failed.
    #[serde(default, deserialize_with = "wire::flag")]
    pub is_error: bool,
    /// Whether the server cut the answer.
    #[serde(default, deserialize_with = "wire::flag")]
    pub truncated: bool,
    /// The answer, in order. The server drops what is not text.
    #[serde(default, deserialize_with = "blocks")]
    pub content: Vec<Block>,
    /// The connector, by name.
    #[serde(default, deserialize_with = "wire::maybe_text")]
    pub integration_name: Option<Text>,
    /// The connector, by address.
    #[serde(default, deserialize_with = "wire::maybe_text")]
    pub mcp_server_url: Option<Text>,
}

impl Tagged for Block {
    fn known(tag: &str, json: &str) -> Option<Self> {
        match tag {
            "text" => wire::read(json).map(Self::Text),
            "tool_use" => wire::read(json).map(Self::ToolUse),
            "tool_result" => wire::read(json).map(Self::ToolResult),
            _ => None,
        }
    }

    fn unknown(kind: Option<String>, json: Text) -> Self {
        let cut = wire::read::<Cut>(json.expose());
        Self::Unknown { kind, truncated: cut.is_some_and(|cut| cut.truncated), json }
    }
}

/// What all kinds of blocks may say of themselves.
#[derive(Deserialize)]
struct Cut {
    #[serde(default, deserialize_with = "wire::flag")]
    truncated: bool,
}

/// The parts of a message: an array that may be `null`. A text alone is one part, and so is whatever
/// else is there.
pub(super) fn blocks<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Block>, D::Error> {
    let json = wire::raw(deserializer)?;
    if let Some(blocks) = wire::read::<Option<Vec<Block>>>(json) {
        return Ok(blocks.unwrap_or_default());
    }
    Ok(vec![match wire::read(json) {
        Some(text) => Block::Text(TextBlock { text, truncated: false, thinking_redacted: false }),
        None => Block::unknown(None, Text::from(json.to_owned())),
    }])
}

impl<'de> Deserialize<'de> for Block {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        wire::tagged(deserializer)
    }
}

impl fmt::Debug for Block {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(block) => block.fmt(formatter),
            Self::ToolUse(block) => block.fmt(formatter),
            Self::ToolResult(block) => block.fmt(formatter),
            Self::Unknown { kind, truncated, json } => formatter
                .debug_struct("Unknown")
                .field("kind", kind)
                .field("truncated", truncated)
                .field("json_bytes", &json.len())
                .finish(),
        }
    }
}

impl fmt::Debug for TextBlock {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("TextBlock")
            .field("text_bytes", &self.text.len())
            .field("truncated", &self.truncated)
            .finish_non_exhaustive()
    }
}

debug_by_id!(ToolUse(id), ToolResult(tool_use_id));
