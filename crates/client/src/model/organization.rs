//! Organizations and their users.

use dosimeter_content::Text;
use serde::Deserialize;

use super::{debug_by_id, wire};
use crate::Timestamp;

/// An organization that the key covers.
#[derive(Deserialize)]
#[non_exhaustive]
pub struct Organization {
    /// Its id.
    pub uuid: String,
    /// Its name.
    #[serde(default = "wire::no_text", deserialize_with = "wire::text")]
    pub name: Text,
    /// When it was made.
    #[serde(default, deserialize_with = "wire::fact")]
    pub created_at: Timestamp,
}

/// A current member of an organization.
#[derive(Deserialize)]
#[non_exhaustive]
pub struct User {
    /// `user_…`, the same across changes of address.
    pub id: String,
    /// The address.
    #[serde(default, deserialize_with = "wire::fact")]
    pub email: Option<String>,
    /// The name.
    #[serde(default = "wire::no_text", deserialize_with = "wire::text")]
    pub full_name: Text,
    /// The role in the organization. An open set.
    #[serde(default, deserialize_with = "wire::name")]
    pub organization_role: Option<String>,
    /// When the account was made.
    #[serde(default, deserialize_with = "wire::fact")]
    pub created_at: Timestamp,
}

debug_by_id!(Organization(uuid), User(id));
