//! How sure a finding is, and how bad.

use std::{error, fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// How sure we are that a match is what its rule says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Confidence {
    /// The shape fits and little else speaks for it; hidden by default.
    Low,
    /// Shape and validation, or shape and context.
    Medium,
    /// Validation and context, or a structure that chance does not produce.
    High,
}

/// How much harm the exposure of such a value does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Severity {
    /// Weak on its own, such as one e-mail address.
    Low,
    /// Identifies or exposes, with limited means to abuse it.
    Medium,
    /// Can be abused directly: a live key, a card, a government id.
    High,
}

impl Confidence {
    /// The name as it stands in rules and output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

impl Severity {
    /// The name as it stands in rules and output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

impl fmt::Display for Confidence {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

impl FromStr for Confidence {
    type Err = UnknownLevel;

    fn from_str(name: &str) -> Result<Self, UnknownLevel> {
        [Self::Low, Self::Medium, Self::High]
            .into_iter()
            .find(|level| level.name() == name)
            .ok_or(UnknownLevel)
    }
}

impl FromStr for Severity {
    type Err = UnknownLevel;

    fn from_str(name: &str) -> Result<Self, UnknownLevel> {
        [Self::Low, Self::Medium, Self::High]
            .into_iter()
            .find(|level| level.name() == name)
            .ok_or(UnknownLevel)
    }
}

/// A name that is none of the three levels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownLevel;

impl fmt::Display for UnknownLevel {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("unknown level; use one of low, medium, high")
    }
}

impl error::Error for UnknownLevel {}
