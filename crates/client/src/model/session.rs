//! Sessions and their transcripts.

use dosimeter_content::Text;
use serde::Deserialize;

use super::{
    chat::UserRef,
    debug_by_id,
    message::{Block, MessageRole, blocks},
    wire,
};
use crate::{PageToken, Timestamp};

/// A session on a user's machine, or in the cloud.
#[derive(Deserialize)]
#[non_exhaustive]
pub struct Session {
    /// `clls_…` on a user's machine, `cse_…` in the cloud.
    pub id: String,
    /// The organization.
    #[serde(default, deserialize_with = "wire::fact")]
    pub organization_uuid: Option<String>,
    /// Whose it is; absent if an agent's, or out of the key's reach.
    #[serde(default, deserialize_with = "wire::fact")]
    pub user: Option<UserRef>,
    /// Who started an agent's session.
    #[serde(default, deserialize_with = "wire::fact")]
    pub started_by_user: Option<UserRef>,
    /// The agent.
    #[serde(default, deserialize_with = "wire::fact")]
    pub agent_id: Option<String>,
    /// The product, such as `claude_code`. An open set.
    #[serde(default, deserialize_with = "wire::name")]
    pub product_surface: Option<String>,
    /// When it began; of a local session the earliest call that is retained, which can move.
    #[serde(default, deserialize_with = "wire::fact")]
    pub created_at: Timestamp,
    /// When it last changed; of a local session in a list a lower bound.
    #[serde(default, deserialize_with = "wire::fact")]
    pub updated_at: Timestamp,
    /// Whether it is too long, so that only its beginning is served.
    #[serde(default, deserialize_with = "wire::flag")]
    pub truncated: bool,
    /// The project.
    #[serde(default, deserialize_with = "wire::fact")]
    pub claude_project_id: Option<String>,
}

impl Session {
    /// Whose it is; of an agent's, who started it.
    pub fn whose(&self) -> Option<&UserRef> {
        self.user.as_ref().or(self.started_by_user.as_ref())
    }
}

/// One page of a transcript, in the order of the transcript, which is not always that of time.
#[derive(Debug)]
#[non_exhaustive]
pub struct SessionMessages {
    /// The session.
    pub session: Session,
    /// The messages.
    pub messages: Vec<SessionMessage>,
    /// The next page, or `None` at the end.
    pub next: Option<PageToken>,
    /// The server's name for the request, for an audit trail.
    pub request_id: Option<String>,
}

/// One message of a transcript.
#[derive(Deserialize)]
#[non_exhaustive]
pub struct SessionMessage {
    /// `clsm_…` or `csev_…`.
    pub id: String,
    /// Who wrote it.
    #[serde(default, deserialize_with = "wire::fact")]
    pub role: MessageRole,
    /// The model.
    #[serde(default, deserialize_with = "wire::name")]
    pub model: Option<String>,
    /// When it was captured.
    #[serde(default, deserialize_with = "wire::fact")]
    pub created_at: Timestamp,
    /// What it says, in order.
    #[serde(default, rename = "content", deserialize_with = "blocks")]
    pub blocks: Vec<Block>,
    /// How the server came by it, if there is anything to say about that.
    #[serde(default, deserialize_with = "wire::fact")]
    pub provenance: Option<Provenance>,
    /// Whether a cloud session's message cannot be read.
    #[serde(default, deserialize_with = "wire::flag")]
    content_unavailable: bool,
}

/// How the server came by a message.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Provenance {
    /// `content_unavailable`, `client_asserted` or `synthetic_marker`. An open set.
    #[serde(default, rename = "type", deserialize_with = "wire::name")]
    pub kind: Option<String>,
    /// Why content is missing.
    #[serde(default, deserialize_with = "wire::name")]
    pub reason: Option<String>,
}

impl SessionMessage {
    /// Whether the message exists and its content cannot be read.
    pub fn is_unavailable(&self) -> bool {
        let kind = self.provenance.as_ref().and_then(|provenance| provenance.kind.as_deref());
        self.content_unavailable || kind == Some("content_unavailable")
    }

    /// Whether the text stands for something that the server does not show.
    pub fn is_placeholder(&self) -> bool {
        let kind = self.provenance.as_ref().and_then(|provenance| provenance.kind.as_deref());
        kind == Some("synthetic_marker")
    }
}

debug_by_id!(Session(id), SessionMessage(id));

/// Something that a user published.
#[derive(Deserialize)]
#[non_exhaustive]
pub struct CodeArtifact {
    /// `cart_…`.
    pub id: String,
    /// What it is. An open set.
    #[serde(default, deserialize_with = "wire::name")]
    pub artifact_type: Option<String>,
    /// The organization.
    #[serde(default, deserialize_with = "wire::fact")]
    pub organization_uuid: Option<String>,
    /// The id of its owner.
    #[serde(default, deserialize_with = "wire::fact")]
    pub owner_user_id: Option<String>,
    /// The version that is published.
    #[serde(default, deserialize_with = "wire::fact")]
    pub published_version_id: Option<String>,
    /// When it last changed.
    #[serde(default, deserialize_with = "wire::fact")]
    pub updated_at: Timestamp,
    /// Its owner.
    #[serde(default, deserialize_with = "wire::fact")]
    pub user: Option<UserRef>,
    /// Its newest versions; empty for those that have none, which are read as they are now.
    #[serde(default, deserialize_with = "wire::list")]
    pub versions: Vec<CodeVersion>,
}

impl CodeArtifact {
    /// Whose it is, also where only the id is said.
    pub fn whose(&self) -> Option<UserRef> {
        let by_id = || self.owner_user_id.clone().map(|id| UserRef { id, email_address: None });
        self.user.clone().or_else(by_id)
    }
}

/// One version of a published artifact.
#[derive(Deserialize)]
#[non_exhaustive]
pub struct CodeVersion {
    /// Opaque.
    pub id: String,
    /// When it was made.
    #[serde(default, deserialize_with = "wire::fact")]
    pub created_at: Timestamp,
    /// Its name; untrusted.
    #[serde(default = "wire::no_text", deserialize_with = "wire::text")]
    pub name: Text,
}

debug_by_id!(CodeArtifact(id), CodeVersion(id));
