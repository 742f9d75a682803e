//! Rule files as they are written.
//!
//! These types mirror the TOML one to one and know nothing of its meaning; [`super::check`] turns
//! them into rules. Unknown fields are errors, so that a typing mistake cannot switch a check off.

use dosimeter_record::{Confidence, Label, RuleId, Severity};
use serde::Deserialize;

/// One file of `patterns/`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FileSyntax {
    #[serde(default, rename = "rule")]
    pub(crate) rules: Vec<RuleSyntax>,
    #[serde(default, rename = "combination")]
    pub(crate) combinations: Vec<CombinationSyntax>,
    #[serde(default, rename = "table")]
    pub(crate) tables: Vec<TableSyntax>,
    #[serde(default, rename = "allow")]
    pub(crate) allowed: Vec<AllowSyntax>,
    #[serde(default, rename = "override")]
    pub(crate) overrides: Vec<OverrideSyntax>,
}

/// A `[[rule]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RuleSyntax {
    pub(crate) id: RuleId,
    pub(crate) title: String,
    pub(crate) label: Option<Label>,
    #[serde(default)]
    pub(crate) labels: Vec<Label>,
    pub(crate) severity: Severity,
    #[serde(default = "low")]
    pub(crate) confidence: Confidence,
    #[serde(default)]
    pub(crate) strength: StrengthSyntax,
    #[serde(default)]
    pub(crate) keywords: Vec<String>,
    pub(crate) pattern: String,
    #[serde(default)]
    pub(crate) unicode: bool,
    #[serde(default)]
    pub(crate) validators: Vec<String>,
    pub(crate) mask: Option<MaskSyntax>,
    pub(crate) kind: Option<String>,
    #[serde(default)]
    pub(crate) evidence: Vec<String>,
    #[serde(default)]
    pub(crate) references: Vec<String>,
    #[serde(default)]
    pub(crate) context: ContextSyntax,
    pub(crate) beside: Option<BesideSyntax>,
    #[serde(default)]
    pub(crate) positive: Vec<ExampleSyntax>,
    #[serde(default)]
    pub(crate) negative: Vec<ExampleSyntax>,
}

/// What a match of a rule means on its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum StrengthSyntax {
    /// Gives its labels to the resource.
    #[default]
    Strong,
    /// Is reported, and gives its labels only together with others.
    Weak,
    /// Is never reported; it serves combinations.
    Supporting,
}

/// A `mask` field: a word or a one-field table.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum MaskSyntax {
    Tag(String),
    KeepLast(u8),
    KeepPrefix(u8),
    Email,
    Initials,
    Iban,
}

/// A `context` field.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ContextSyntax {
    #[serde(default)]
    pub(crate) any: Vec<String>,
    #[serde(default)]
    pub(crate) none: Vec<String>,
    pub(crate) window_chars: Option<usize>,
    #[serde(default)]
    pub(crate) required: bool,
}

/// A `beside` field.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BesideSyntax {
    pub(crate) evidence: OneOrMany,
    pub(crate) chars: usize,
}

/// A `[[….positive]]` or `[[….negative]]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExampleSyntax {
    pub(crate) text: String,
    #[serde(default)]
    pub(crate) why: String,
    pub(crate) value: Option<String>,
}

/// A `[[combination]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CombinationSyntax {
    pub(crate) id: RuleId,
    pub(crate) title: String,
    pub(crate) label: Option<Label>,
    #[serde(default)]
    pub(crate) labels: Vec<Label>,
    pub(crate) severity: Severity,
    #[serde(default = "medium")]
    pub(crate) confidence: Confidence,
    pub(crate) all: Vec<NeedSyntax>,
    #[serde(default)]
    pub(crate) within: WithinSyntax,
    #[serde(default)]
    pub(crate) scope: ScopeSyntax,
    #[serde(default)]
    pub(crate) unless: Vec<String>,
    #[serde(default)]
    pub(crate) references: Vec<String>,
    #[serde(default)]
    pub(crate) positive: Vec<ExampleSyntax>,
    #[serde(default)]
    pub(crate) negative: Vec<ExampleSyntax>,
}

/// One entry of `all`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NeedSyntax {
    pub(crate) evidence: OneOrMany,
    #[serde(default = "one")]
    pub(crate) at_least: u32,
}

/// A word or a list of words.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl From<OneOrMany> for Vec<String> {
    fn from(written: OneOrMany) -> Self {
        match written {
            OneOrMany::One(word) => vec![word],
            OneOrMany::Many(words) => words,
        }
    }
}

/// A `within` field.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WithinSyntax {
    pub(crate) chars: Option<usize>,
}

/// Over what a combination is decided.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ScopeSyntax {
    /// One message, file or document.
    #[default]
    Message,
    /// All messages and attachments of a conversation.
    Conversation,
}

/// A `[[table]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TableSyntax {
    pub(crate) id: RuleId,
    pub(crate) title: String,
    pub(crate) label: Option<Label>,
    #[serde(default)]
    pub(crate) labels: Vec<Label>,
    pub(crate) severity: Severity,
    #[serde(default = "medium")]
    pub(crate) confidence: Confidence,
    #[serde(default = "five")]
    pub(crate) rows_at_least: usize,
    pub(crate) columns: Vec<ColumnSyntax>,
    #[serde(default)]
    pub(crate) unless: Vec<String>,
    #[serde(default)]
    pub(crate) evidence: Vec<String>,
    #[serde(default)]
    pub(crate) references: Vec<String>,
    #[serde(default)]
    pub(crate) positive: Vec<ExampleSyntax>,
    #[serde(default)]
    pub(crate) negative: Vec<ExampleSyntax>,
}

/// One entry of a table's `columns`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ColumnSyntax {
    pub(crate) header: Vec<String>,
    #[serde(default)]
    pub(crate) distinct_at_least: usize,
}

/// An `[[allow]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AllowSyntax {
    pub(crate) reason: String,
    pub(crate) kind: String,
    pub(crate) values: Vec<String>,
    /// The last day on which the values are no findings, as `2027-01-31`.
    pub(crate) expires: Option<String>,
}

/// An `[[override]]`: what a user wants otherwise of a rule that exists.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OverrideSyntax {
    pub(crate) rule: RuleId,
    /// Why, for those who read the file later.
    pub(crate) reason: String,
    #[serde(default)]
    pub(crate) disabled: bool,
    pub(crate) severity: Option<Severity>,
    pub(crate) confidence: Option<Confidence>,
    pub(crate) strength: Option<StrengthSyntax>,
}

fn low() -> Confidence {
    Confidence::Low
}

fn medium() -> Confidence {
    Confidence::Medium
}

fn one() -> u32 {
    1
}

fn five() -> usize {
    5
}
