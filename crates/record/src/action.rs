//! What happens to a finding over time.

use serde::Serialize;

/// What happened to a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// It is new, or is back.
    Opened,
    /// It is no longer there.
    Closed,
}

impl Action {
    /// The name as it stands in output and in the store.
    pub fn name(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Closed => "closed",
        }
    }
}
