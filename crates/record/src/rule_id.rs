//! The name of a rule.

use std::{error, fmt, sync::Arc};

use serde::{Deserialize, Serialize};

/// The stable name of a rule, such as `secrets.github.pat`.
///
/// Cheap to clone. Holds only `[a-z0-9._-]`, so it is safe in logs, file names and metrics.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RuleId(Arc<str>);

impl RuleId {
    /// Takes a name.
    ///
    /// # Errors
    ///
    /// If the name is empty, longer than 96 bytes or holds anything but `[a-z0-9._-]`.
    pub fn new(name: &str) -> Result<Self, InvalidRuleId> {
        let allowed =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._-".contains(&byte);
        if name.is_empty() || name.len() > 96 || !name.bytes().all(allowed) {
            return Err(InvalidRuleId);
        }
        Ok(Self(name.into()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RuleId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.0)
    }
}

impl TryFrom<String> for RuleId {
    type Error = InvalidRuleId;

    fn try_from(name: String) -> Result<Self, InvalidRuleId> {
        Self::new(&name)
    }
}

impl From<RuleId> for String {
    fn from(id: RuleId) -> Self {
        id.0.as_ref().to_owned()
    }
}

/// A rule name with characters outside `[a-z0-9._-]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidRuleId;

impl fmt::Display for InvalidRuleId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("invalid rule id; use 1 to 96 characters of a-z, 0-9, `.`, `_`, `-`")
    }
}

impl error::Error for InvalidRuleId {}
