//! What can be wrong with rules. Scanning itself cannot fail.

use dosimeter_record::RuleId;

/// A rule file that cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The file is not valid TOML, or has fields that do not exist.
    #[error("{file}: {message}")]
    Syntax {
        /// The file.
        file: String,
        /// What the parser says; it may quote the rule file.
        message: String,
    },
    /// A rule without examples of both kinds.
    #[error(
        "{file}:{line}: `{rule}` has no {missing} example; add [[….{missing}]] with a `text` and a `why`"
    )]
    NoExample {
        /// The file.
        file: String,
        /// The line of the rule's id.
        line: usize,
        /// The rule.
        rule: RuleId,
        /// Which kind is missing.
        missing: &'static str,
    },
    /// The pattern can match without end, so it cannot be scanned in bounded memory.
    #[error(
        "{file}:{line}: the pattern of `{rule}` has no upper match length (at most 8192 bytes); replace `*` and `+` with `{{0,n}}`"
    )]
    Unbounded {
        /// The file.
        file: String,
        /// The line of the rule's id.
        line: usize,
        /// The rule.
        rule: RuleId,
    },
    /// Something else that a rule must not be.
    #[error("{file}:{line}: `{rule}`: {problem}")]
    Invalid {
        /// The file.
        file: String,
        /// The line of the rule's id.
        line: usize,
        /// The rule.
        rule: RuleId,
        /// What is wrong and how to fix it.
        problem: String,
    },
    /// The operating system gave no randomness for an ephemeral fingerprint key.
    #[error("no randomness for a fingerprint key; pass one with `ClassifierBuilder::key`")]
    NoRandomness,
}
