//! A resume position.

use serde::{Deserialize, Serialize};

/// An opaque position from which a source can be resumed.
///
/// Only the source that made it can read it. It moves in the same transaction as the labels that it
/// stands for, and never on its own.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Checkpoint(String);

impl Checkpoint {
    /// Wraps a source's own position.
    pub fn new(position: impl Into<String>) -> Self {
        Self(position.into())
    }

    /// The position, for the source that made it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
