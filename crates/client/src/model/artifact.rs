//! Artifacts, each in one version.

use dosimeter_content::Text;
use serde::Deserialize;

use super::{debug_by_id, wire};
use crate::Timestamp;

/// One version of an artifact as a message lists it.
#[derive(Deserialize)]
#[non_exhaustive]
pub struct ArtifactRef {
    /// `claude_artifact_…`, the same for all versions.
    pub id: String,
    /// `claude_artifact_version_…`, by which it is fetched.
    pub version_id: String,
    /// The title.
    #[serde(default, deserialize_with = "wire::maybe_text")]
    pub title: Option<Text>,
    /// What it is, in the manner of a media type.
    #[serde(default, deserialize_with = "wire::name")]
    pub artifact_type: Option<String>,
}

/// One version's facts.
#[derive(Deserialize)]
#[non_exhaustive]
pub struct Artifact {
    /// `claude_artifact_…`.
    pub id: String,
    /// `claude_artifact_version_…`.
    pub version_id: String,
    /// The chat that it was made in.
    #[serde(default, deserialize_with = "wire::fact")]
    pub claude_chat_id: Option<String>,
    /// The title.
    #[serde(default, deserialize_with = "wire::maybe_text")]
    pub title: Option<Text>,
    /// What it is, in the manner of a media type.
    #[serde(default, deserialize_with = "wire::name")]
    pub artifact_type: Option<String>,
    /// When the version was made.
    #[serde(default, deserialize_with = "wire::fact")]
    pub created_at: Timestamp,
    /// MD5 of the text in UTF-8, in lower-case hexadecimal.
    #[serde(default, deserialize_with = "wire::md5")]
    pub md5: Option<String>,
    /// The size of the text in UTF-8.
    #[serde(default, deserialize_with = "wire::fact")]
    pub size_bytes: Option<u64>,
}

/// One version's text.
#[non_exhaustive]
pub struct ArtifactContent {
    /// The version that was asked for.
    pub version_id: String,
    /// The text.
    pub content: Text,
    /// The title.
    pub title: Option<Text>,
    /// What it is, in the manner of a media type.
    pub artifact_type: Option<String>,
    /// The server's name for the request, for an audit trail.
    pub request_id: Option<String>,
}

debug_by_id!(ArtifactRef(version_id), Artifact(version_id), ArtifactContent(version_id));
