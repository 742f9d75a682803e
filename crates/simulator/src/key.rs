//! Keys, and what they may do.

use serde::{Deserialize, Serialize};

use crate::refusal::Refusal;

/// A key that the simulator accepts.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Key {
    /// The key. Keys that do not begin like a compliance or admin key are met with a 404.
    pub secret: String,
    /// What it may do.
    pub scopes: Vec<String>,
    /// Whether it works.
    pub state: KeyState,
    /// The UUIDs of the organizations that it covers; all of them if there is no list.
    pub organizations: Option<Vec<String>>,
}

/// Whether a key works.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum KeyState {
    /// It works.
    Active,
    /// It was switched off.
    Deactivated,
    /// It ran out.
    Expired,
}

impl Default for Key {
    fn default() -> Self {
        let scopes =
            ["read:compliance_activities", "read:compliance_user_data", "read:compliance_org_data"];
        Self::new("sk-ant-api01-simulator", scopes)
    }
}

impl Key {
    /// A working key for all organizations.
    pub fn new(secret: &str, scopes: impl IntoIterator<Item = &'static str>) -> Self {
        Self {
            secret: secret.to_owned(),
            scopes: scopes.into_iter().map(str::to_owned).collect(),
            state: KeyState::Active,
            organizations: None,
        }
    }

    /// Whether the key covers an organization.
    pub(crate) fn covers(&self, organization: &str) -> bool {
        self.organizations
            .as_ref()
            .is_none_or(|covered| covered.iter().any(|uuid| uuid == organization))
    }

    /// Whether the key may be used at all.
    pub(crate) fn usable(&self) -> Result<(), Refusal> {
        match self.state {
            KeyState::Active => Ok(()),
            KeyState::Deactivated => Err(Refusal::unauthorized("API key has been deactivated.")),
            KeyState::Expired => Err(Refusal::unauthorized("API key has expired.")),
        }
    }
}

/// What an endpoint demands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// `read:compliance_activities`
    Activities,
    /// `read:compliance_user_data`
    UserData,
    /// `read:compliance_org_data`
    OrganizationData,
    /// `delete:compliance_user_data`
    Delete,
}

impl Scope {
    fn name(self) -> &'static str {
        match self {
            Self::Activities => "read:compliance_activities",
            Self::UserData => "read:compliance_user_data",
            Self::OrganizationData => "read:compliance_org_data",
            Self::Delete => "delete:compliance_user_data",
        }
    }

    /// Refuses a key that lacks the scope, in the API's words: lists as Python prints them.
    pub(crate) fn check(self, key: &Key) -> Result<(), Refusal> {
        const AUDIT: &str = "read:org_audit";
        let has = |scope: &str| key.scopes.iter().any(|owned| owned == scope);
        if has(self.name()) || (self != Self::Delete && has(AUDIT)) {
            return Ok(());
        }
        let got: Vec<String> = key.scopes.iter().map(|scope| format!("'{scope}'")).collect();
        let needed = match self {
            Self::Delete => format!("Needed: ['{}']", self.name()),
            _ => format!("Needed one of: ['{}', '{AUDIT}']", self.name()),
        };
        Err(Refusal::forbidden(format!(
            "Missing required scopes. Got: [{}] {needed}",
            got.join(", ")
        )))
    }
}

/// Whether a key is of a family that this API knows.
pub(crate) fn is_of_this_api(secret: &str) -> bool {
    secret.starts_with("sk-ant-api01-") || secret.starts_with("sk-ant-admin01-")
}
