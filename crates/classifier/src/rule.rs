//! Rules: what is looked for, checked and ready to scan.
//!
//! The chain is one way: [`syntax`] (as written) → [`check`] (refuses what must not exist) →
//! [`Rule`], [`Combination`], [`TableRule`] (what is meant) → [`RuleSet`].

pub(crate) mod check;
pub(crate) mod combination;
pub mod example;
pub(crate) mod pattern;
pub(crate) mod set;
pub(crate) mod syntax;
pub(crate) mod words;

use std::{borrow::Cow, sync::Arc};

use dosimeter_record::{Confidence, LabelSet, Mask, RuleId, Severity};

pub(crate) use combination::{Column, Need, Scope};
pub use combination::{Combination, TableRule};
pub(crate) use pattern::Pattern;
pub use set::RuleSet;
pub(crate) use words::Words;

use crate::validator::Validator;

/// One checked rule.
#[derive(Debug)]
pub struct Rule {
    pub(crate) id: RuleId,
    pub(crate) file: Arc<str>,
    pub(crate) title: String,
    pub(crate) labels: LabelSet,
    pub(crate) severity: Severity,
    /// What the shape alone is worth.
    pub(crate) confidence: Confidence,
    pub(crate) strength: Strength,
    /// ASCII literals, lower case, of which every match contains one. Empty: dispatched by shape.
    pub(crate) keywords: Vec<String>,
    pub(crate) pattern: Pattern,
    pub(crate) validators: Vec<&'static Validator>,
    pub(crate) mask: Option<Mask>,
    pub(crate) kind: Arc<str>,
    pub(crate) evidence: Vec<Cow<'static, str>>,
    pub(crate) context: Context,
    pub(crate) references: Vec<String>,
}

/// What a match of a rule means on its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Strength {
    /// Never reported; it only serves combinations.
    Supporting,
    /// Reported; gives its labels only together with others.
    Weak,
    /// Gives its labels to the resource.
    Strong,
}

/// The words that speak for and against a match.
#[derive(Debug, Default)]
pub(crate) struct Context {
    pub(crate) any: Words,
    pub(crate) none: Words,
    pub(crate) window_chars: usize,
    pub(crate) required: bool,
}

impl Rule {
    /// The stable name.
    pub fn id(&self) -> &RuleId {
        &self.id
    }

    /// The file it stands in, relative to `patterns/`.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// What it finds, for people.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The labels that a match speaks for.
    pub fn labels(&self) -> LabelSet {
        self.labels
    }

    /// How bad the exposure of a match is.
    pub fn severity(&self) -> Severity {
        self.severity
    }

    /// What a match means on its own.
    pub fn strength(&self) -> Strength {
        self.strength
    }

    /// The literals that gate the pattern; empty if matches are found by their shape.
    pub fn keywords(&self) -> &[String] {
        &self.keywords
    }

    /// The pattern as written.
    pub fn pattern(&self) -> &str {
        self.pattern.source()
    }

    /// The names of its validators, in the order in which they run.
    pub fn validators(&self) -> impl Iterator<Item = &'static str> {
        self.validators.iter().map(|validator| validator.name)
    }

    /// Where the format is documented.
    pub fn references(&self) -> &[String] {
        &self.references
    }
}
