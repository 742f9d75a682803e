//! What a policy can say.

use serde::Deserialize;

/// What is to be done about a finding, the mildest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// Nothing, and nothing is recorded.
    Allow,
    /// It is recorded.
    #[default]
    Warn,
    /// It is recorded, and does not reach the model where somebody asks first.
    Deny,
}

impl Action {
    /// The name as it stands in policies and output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Warn => "warn",
            Self::Deny => "deny",
        }
    }
}

/// What is answered when there is no time or no room to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Fallback {
    /// Let it pass.
    Allow,
    /// Deny it.
    Deny,
    /// Give no verdict: what the asking side has configured for failures decides.
    Fail,
}

impl Fallback {
    /// The name as it stands in policies and output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Deny => "deny",
            Self::Fail => "fail",
        }
    }
}
