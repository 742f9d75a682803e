//! How the files of the demo corpus are written.

use serde::Deserialize;

/// `organization.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Company {
    pub(crate) uuid: String,
    pub(crate) name: String,
    pub(crate) created_at: String,
    #[serde(rename = "user")]
    pub(crate) users: Vec<User>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct User {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) email: String,
}

/// `chats/*.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Chat {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) user: String,
    pub(crate) created_at: String,
    /// Empty unless its user deleted it.
    #[serde(default)]
    pub(crate) deleted_at: String,
    pub(crate) project: Option<String>,
    #[serde(rename = "message")]
    pub(crate) messages: Vec<Message>,
    /// What messages attach by id.
    #[serde(default, rename = "file")]
    pub(crate) files: Vec<File>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Message {
    pub(crate) id: String,
    pub(crate) role: String,
    pub(crate) at: String,
    pub(crate) text: String,
    #[serde(default)]
    pub(crate) digits: Digits,
    #[serde(default)]
    pub(crate) files: Vec<String>,
    #[serde(default, rename = "tool")]
    pub(crate) tools: Vec<Tool>,
    #[serde(default, rename = "artifact")]
    pub(crate) artifacts: Vec<Artifact>,
    #[serde(default, rename = "generated_file")]
    pub(crate) generated: Vec<File>,
}

/// How digits are served.
#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Digits {
    /// As written.
    #[default]
    Ascii,
    /// As a Japanese input method writes them.
    FullWidth,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Tool {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) input: String,
    /// Lines in front of the result, to make it long.
    pub(crate) repeat: Option<Repeat>,
    pub(crate) result: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Repeat {
    pub(crate) line: String,
    pub(crate) count: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Artifact {
    pub(crate) id: String,
    pub(crate) version: String,
    pub(crate) title: String,
    #[serde(rename = "type")]
    pub(crate) media_type: String,
    pub(crate) text: String,
}

/// A file: its bytes lie in `files/`, are written here, or are only a size.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct File {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) media_type: String,
    #[serde(default)]
    pub(crate) at: String,
    pub(crate) path: Option<String>,
    pub(crate) text: Option<String>,
    pub(crate) oversize_bytes: Option<usize>,
}

/// `projects/*.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Project {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) instructions: String,
    pub(crate) user: String,
    pub(crate) created_at: String,
    pub(crate) private: bool,
    #[serde(default, rename = "document")]
    pub(crate) documents: Vec<Document>,
    #[serde(default, rename = "file")]
    pub(crate) files: Vec<File>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Document {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) at: String,
    pub(crate) user: String,
    pub(crate) text: String,
}
