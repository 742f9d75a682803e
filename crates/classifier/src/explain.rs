//! Why something was found, and why something was not.

use std::borrow::Cow;

use dosimeter_record::{Confidence, Reason, Redaction, RuleId, Span};

/// What became of one match of one rule.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Explanation {
    /// The rule whose pattern matched.
    pub rule: RuleId,
    /// Where.
    pub span: Span,
    /// What became of it.
    pub outcome: Outcome,
    /// What was added up to the score, in the order in which it was decided.
    pub reasons: Vec<Reason>,
    /// The masked stand-in.
    pub redaction: Option<Redaction>,
}

/// What became of a match.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// It is a finding.
    Found {
        /// How sure.
        confidence: Confidence,
        /// The score behind it.
        points: i32,
    },
    /// It is evidence for combinations and no finding of its own.
    Evidence {
        /// How sure.
        confidence: Confidence,
    },
    /// Its confidence lies below what was asked for.
    Hidden {
        /// How sure.
        confidence: Confidence,
        /// The score behind it.
        points: i32,
    },
    /// A better match covers it.
    Covered {
        /// The rule of the better match.
        by: RuleId,
    },
    /// It is something else.
    Rejected {
        /// What it failed.
        by: Cow<'static, str>,
    },
}
