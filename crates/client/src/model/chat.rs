//! Chats.

use dosimeter_content::Text;
use serde::Deserialize;

use super::{debug_by_id, wire};
use crate::Timestamp;

/// A chat's facts, without its messages.
#[derive(Deserialize)]
#[non_exhaustive]
pub struct Chat {
    /// `claude_chat_…`.
    pub id: String,
    /// The title; empty when the chat was deleted.
    #[serde(default = "wire::no_text", deserialize_with = "wire::text")]
    pub name: Text,
    /// When it was begun.
    #[serde(default, deserialize_with = "wire::fact")]
    pub created_at: Timestamp,
    /// When it last got a message, moved between projects, or was deleted. Not when it was renamed.
    #[serde(default, deserialize_with = "wire::fact")]
    pub updated_at: Timestamp,
    /// When its user deleted it. A deleted chat stays listed, without content.
    #[serde(default, deserialize_with = "wire::fact")]
    pub deleted_at: Option<Timestamp>,
    /// Where a person can open it.
    #[serde(default, deserialize_with = "wire::fact")]
    pub href: Option<String>,
    /// The model, as the server names it.
    #[serde(default, deserialize_with = "wire::name")]
    pub model: Option<String>,
    /// The organization.
    #[serde(default, deserialize_with = "wire::fact")]
    pub organization_uuid: Option<String>,
    /// The organization's older id.
    #[serde(default, deserialize_with = "wire::fact")]
    pub organization_id: Option<String>,
    /// The project that the chat is in.
    #[serde(default, deserialize_with = "wire::fact")]
    pub project_id: Option<String>,
    /// Who owns it.
    #[serde(default, deserialize_with = "wire::fact")]
    pub user: Option<UserRef>,
}

impl Chat {
    /// Whether its user deleted it, so that there is nothing left to read.
    pub fn is_deleted(&self) -> bool {
        self.deleted_at.as_ref().is_some_and(Timestamp::is_known)
    }
}

debug_by_id!(Chat(id));

/// A user, as a chat or project names its owner.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct UserRef {
    /// `user_…`, the same across changes of address.
    pub id: String,
    /// The address.
    #[serde(default, deserialize_with = "wire::fact")]
    pub email_address: Option<String>,
}
