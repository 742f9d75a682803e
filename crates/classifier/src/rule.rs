//! Rules: what is looked for, checked and ready to scan.
//!
//! The chain is one way: [`syntax`] (as written) → [`check`] (refuses what must not exist) → [`data`]
//! (what is meant) → [`Rule`], [`Combination`], [`TableRule`] (ready to scan) → [`RuleSet`]. The
//! [`built_in`] rules enter it as data.

pub(crate) mod ahead;
mod allowed;
pub(crate) mod anchor;
mod automaton;
mod built_in;
pub(crate) mod byte_set;
pub(crate) mod certain;
pub(crate) mod check;
pub(crate) mod combination;
pub(crate) mod data;
pub(crate) mod edge;
pub mod example;
pub(crate) mod lead;
pub(crate) mod matcher;
mod packed;
pub(crate) mod pattern;
pub(crate) mod rarity;
mod relaxed;
pub(crate) mod set;
pub(crate) mod syntax;
mod tuning;
mod unroll;
mod weight;
pub(crate) mod words;

use std::{borrow::Cow, collections::BTreeSet, sync::Arc};

use dosimeter_record::{Confidence, LabelSet, Mask, RuleId, Severity};

pub(crate) use allowed::Allowed;
pub(crate) use anchor::Anchor;
pub use combination::{Combination, TableRule};
pub use data::Strength;
pub(crate) use data::{Beside, Column, Context, Scope};
pub(crate) use pattern::Pattern;
pub use set::RuleSet;
pub(crate) use words::Words;

use crate::{
    rule::{
        data::{List, RuleData, Text},
        lead::Leads,
    },
    validator::Validator,
};

/// One checked rule.
#[derive(Clone, Debug)]
pub struct Rule {
    pub(crate) id: RuleId,
    pub(crate) file: Arc<str>,
    pub(crate) title: Text,
    pub(crate) labels: LabelSet,
    pub(crate) severity: Severity,
    /// What the shape alone is worth.
    pub(crate) confidence: Confidence,
    pub(crate) strength: Strength,
    /// ASCII literals, lower case, of which every match contains one. Empty: dispatched by shape.
    pub(crate) keywords: List<Text>,
    /// Compiled on first use, once for all rule sets that have the rule.
    pub(crate) pattern: Arc<Pattern>,
    /// Where matches are looked for; empty if no place of them stands out.
    pub(crate) anchors: List<Anchor>,
    /// What stands before them in a match.
    pub(crate) leads: Arc<Leads>,
    /// The longest match, in bytes.
    pub(crate) len_max: usize,
    pub(crate) validators: Vec<&'static Validator>,
    pub(crate) mask: Option<Mask>,
    pub(crate) kind: Arc<str>,
    pub(crate) evidence: List<Text>,
    pub(crate) context: Context,
    pub(crate) beside: Option<Beside>,
    pub(crate) references: List<Text>,
}

impl Rule {
    /// Makes a rule ready. Nothing is copied of what is built in.
    pub(crate) fn new(
        id: RuleId,
        file: &Arc<str>,
        data: RuleData,
        pattern: Pattern,
        validators: Vec<&'static Validator>,
    ) -> Self {
        Self {
            id,
            file: Arc::clone(file),
            title: data.title,
            labels: data.labels.iter().copied().collect(),
            severity: data.severity,
            confidence: data.confidence,
            strength: data.strength,
            keywords: data.keywords,
            pattern: Arc::new(pattern),
            anchors: data.anchors,
            leads: Arc::new(Leads::new(data.leads)),
            len_max: data.len_max,
            validators,
            mask: data.mask,
            kind: data.kind.into(),
            evidence: data.evidence,
            context: data.context,
            beside: data.beside,
            references: data.references,
        }
    }

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
    pub fn keywords(&self) -> &[Cow<'static, str>] {
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

    /// What the shape alone is worth.
    pub fn confidence(&self) -> Confidence {
        self.confidence
    }

    /// The words that speak for a match, and how far away they may stand, in characters.
    pub fn context(&self) -> (&[Cow<'static, str>], usize) {
        (&self.context.any.written, self.context.window_chars)
    }

    /// The words that speak against a match.
    pub fn opposing_words(&self) -> &[Cow<'static, str>] {
        &self.context.none.written
    }

    /// Whether a match without a word that speaks for it is none.
    pub fn needs_context(&self) -> bool {
        self.context.required
    }

    /// Whether its matches are evidence of one of some classes.
    pub(crate) fn gives(&self, classes: &BTreeSet<Text>) -> bool {
        self.evidence.iter().any(|class| classes.contains(class))
    }

    /// The classes of evidence beside which alone it is looked for, and how far away they may stand.
    pub fn beside(&self) -> Option<(&[Cow<'static, str>], usize)> {
        self.beside.as_ref().map(|beside| (beside.classes.as_ref(), beside.chars))
    }

    /// Where the format is documented.
    pub fn references(&self) -> &[Cow<'static, str>] {
        &self.references
    }
}
