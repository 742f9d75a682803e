//! Why a finding has the confidence that it has.

use std::{borrow::Cow, fmt};

use serde::{Serialize, Serializer};

/// One step of the reasoning behind a finding.
///
/// Built only from the rule and from positions, never from the scanned text: the words named here
/// stand in the rule file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// A validator accepted the match.
    Validated(Cow<'static, str>),
    /// A validator could not accept the match, which lowers confidence rather than dropping it.
    Failed(Cow<'static, str>),
    /// A context word of the rule stands near the match.
    Keyword {
        /// The word, as written in the rule.
        word: Cow<'static, str>,
        /// How far away, in characters.
        distance_chars: usize,
    },
    /// A context word of the rule is the match's column header or key.
    Header(Cow<'static, str>),
    /// The shape speaks for it: canonical grouping, a fixed prefix.
    Structure(Cow<'static, str>),
    /// Another finding stands near and supports it.
    Neighbour(Cow<'static, str>),
    /// Something speaks against it.
    Against(Cow<'static, str>),
    /// Found inside an encoding, which was undone.
    Decoded(Cow<'static, str>),
}

impl fmt::Display for Reason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Validated(check) => write!(formatter, "{check} passed"),
            Self::Failed(check) => write!(formatter, "{check} failed"),
            Self::Keyword { word, distance_chars: 0 } => write!(formatter, "`{word}` beside it"),
            Self::Keyword { word, distance_chars: 1 } => {
                write!(formatter, "`{word}` 1 character away")
            }
            Self::Keyword { word, distance_chars } => {
                write!(formatter, "`{word}` {distance_chars} characters away")
            }
            Self::Header(word) => write!(formatter, "column or key `{word}`"),
            Self::Structure(what) => write!(formatter, "{what}"),
            Self::Neighbour(what) => write!(formatter, "near {what}"),
            Self::Against(what) => write!(formatter, "against it: {what}"),
            Self::Decoded(encoding) => write!(formatter, "decoded from {encoding}"),
        }
    }
}

impl Serialize for Reason {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
