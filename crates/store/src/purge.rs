//! What is removed on purpose, and the record of it.

use serde::Serialize;

/// What is to be removed. Times are RFC 3339 in UTC.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Purge {
    /// What went away at the source before this time.
    Deleted {
        /// The time.
        before: String,
    },
    /// Everything about a user, by id or e-mail address; letter case of an address does not matter.
    User {
        /// The id or address.
        name: String,
    },
    /// What was last scanned before this time, whether it is still there or not.
    Age {
        /// The time.
        before: String,
    },
}

/// How many rows were removed, or would be.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Purged {
    /// Items of the queue: what the source still has is read again when it is listed again.
    pub items: u64,
    /// Resources, with their labels and gaps.
    pub resources: u64,
    /// Findings.
    pub findings: u64,
    /// Messages that no sink had taken yet.
    pub messages: u64,
    /// Verdicts of the inline hook.
    pub verdicts: u64,
}

/// The record of a purge. It does not say whose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct PurgeRow {
    /// When, RFC 3339 in UTC.
    pub at: String,
    /// `deleted`, `user` or `age`.
    pub what: String,
    /// The time before which, unless it was a user.
    pub before: Option<String>,
    /// What was removed.
    pub purged: Purged,
}

impl Purge {
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Deleted { .. } => "deleted",
            Self::User { .. } => "user",
            Self::Age { .. } => "age",
        }
    }

    pub(crate) fn before(&self) -> Option<&str> {
        match self {
            Self::Deleted { before } | Self::Age { before } => Some(before),
            Self::User { .. } => None,
        }
    }
}
