//! The Activity Feed.

use serde::Deserialize;

use super::{debug_by_id, wire};
use crate::Timestamp;

/// Something that happened, with the ids of what it happened to.
///
/// There are hundreds of types with fields of their own; kept are those that name things which carry
/// content.
#[derive(Deserialize)]
#[non_exhaustive]
pub struct Activity {
    /// `activity_…`.
    pub id: String,
    /// When it happened.
    #[serde(default, deserialize_with = "wire::fact")]
    pub created_at: Timestamp,
    /// What happened. An open set; empty if the server's word does not look like a name.
    #[serde(default, rename = "type", deserialize_with = "kind")]
    pub kind: String,
    /// The organization, unless it happened to none.
    #[serde(default, deserialize_with = "wire::fact")]
    pub organization_uuid: Option<String>,
    /// The chat.
    #[serde(default, deserialize_with = "wire::fact")]
    pub claude_chat_id: Option<String>,
    /// The project.
    #[serde(default, deserialize_with = "wire::fact")]
    pub claude_project_id: Option<String>,
    /// The file.
    #[serde(default, deserialize_with = "wire::fact")]
    pub claude_file_id: Option<String>,
    /// The request that the entry is about, if it is about a request to this API.
    #[serde(default, deserialize_with = "wire::fact")]
    pub request_id: Option<String>,
}

fn kind<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    wire::name(deserializer).map(Option::unwrap_or_default)
}

debug_by_id!(Activity(id));
