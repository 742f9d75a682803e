//! Files and generated files.

use dosimeter_content::Text;
use serde::Deserialize;

use super::{debug_by_id, wire};
use crate::Timestamp;

/// A file as a message lists it.
#[derive(Deserialize)]
#[non_exhaustive]
pub struct FileRef {
    /// `claude_file_…`.
    pub id: String,
    /// The name; untrusted.
    #[serde(default = "wire::no_text", deserialize_with = "wire::text")]
    pub filename: Text,
    /// The recorded media type, which may be that of the upload although extracted text is served.
    #[serde(default, deserialize_with = "wire::media")]
    pub mime_type: Option<String>,
    /// The size.
    #[serde(default, deserialize_with = "wire::fact")]
    pub size_bytes: Option<u64>,
    /// MD5 in lower-case hexadecimal.
    #[serde(default, deserialize_with = "wire::md5")]
    pub md5: Option<String>,
    /// When it was uploaded.
    #[serde(default, deserialize_with = "wire::fact")]
    pub created_at: Timestamp,
}

/// A generated file as a message lists it.
#[derive(Deserialize)]
#[non_exhaustive]
pub struct GeneratedFileRef {
    /// `claude_gen_file_…`.
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
}

/// A file's facts, by its id.
#[derive(Deserialize)]
#[non_exhaustive]
pub struct File {
    /// `claude_file_…`.
    pub id: String,
    /// The name; untrusted.
    #[serde(default, deserialize_with = "wire::maybe_text")]
    pub filename: Option<Text>,
    /// The recorded media type.
    #[serde(default, deserialize_with = "wire::media")]
    pub mime_type: Option<String>,
    /// The size.
    #[serde(default, deserialize_with = "wire::fact")]
    pub size_bytes: Option<u64>,
    /// MD5 in lower-case hexadecimal.
    #[serde(default, deserialize_with = "wire::md5")]
    pub md5: Option<String>,
    /// When it was uploaded.
    #[serde(default, deserialize_with = "wire::fact")]
    pub created_at: Timestamp,
    /// The messages that it is attached to.
    #[serde(default, deserialize_with = "wire::list")]
    pub message_ids: Vec<String>,
    /// The chats that it is in; may be several.
    #[serde(default, deserialize_with = "wire::list")]
    pub claude_chat_ids: Vec<String>,
}

/// A generated file's facts, by its id.
#[derive(Deserialize)]
#[non_exhaustive]
pub struct GeneratedFile {
    /// `claude_gen_file_…`.
    pub id: String,
    /// The chat that it was made in.
    #[serde(default, deserialize_with = "wire::fact")]
    pub claude_chat_id: Option<String>,
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
    /// When it was made.
    #[serde(default, deserialize_with = "wire::fact")]
    pub created_at: Timestamp,
}

debug_by_id!(FileRef(id), GeneratedFileRef(id), File(id), GeneratedFile(id));
