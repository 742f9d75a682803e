//! Rules over evidence rather than over text: combinations and tables.

use std::{borrow::Cow, sync::Arc};

use dosimeter_record::{Confidence, LabelSet, RuleId, Severity};

use crate::rule::Words;

/// Several pieces of evidence that mean something together.
#[derive(Debug)]
pub struct Combination {
    pub(crate) id: RuleId,
    pub(crate) file: Arc<str>,
    pub(crate) title: String,
    pub(crate) labels: LabelSet,
    pub(crate) severity: Severity,
    pub(crate) confidence: Confidence,
    pub(crate) all: Vec<Need>,
    /// How close the evidence must stand, in characters; anywhere if unset.
    pub(crate) within_chars: Option<usize>,
    pub(crate) scope: Scope,
    pub(crate) unless: Vec<Cow<'static, str>>,
    pub(crate) references: Vec<String>,
}

/// One kind of evidence that a combination needs.
#[derive(Debug)]
pub(crate) struct Need {
    /// Any of these classes counts.
    pub(crate) classes: Vec<Cow<'static, str>>,
    /// How many distinct values.
    pub(crate) at_least: usize,
}

/// Over what a combination is decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    Message,
    Conversation,
}

/// A table whose columns mean something together.
#[derive(Debug)]
pub struct TableRule {
    pub(crate) id: RuleId,
    pub(crate) file: Arc<str>,
    pub(crate) title: String,
    pub(crate) labels: LabelSet,
    pub(crate) severity: Severity,
    pub(crate) confidence: Confidence,
    pub(crate) rows_at_least: usize,
    pub(crate) columns: Vec<Column>,
    pub(crate) unless: Vec<Cow<'static, str>>,
    pub(crate) evidence: Vec<Cow<'static, str>>,
    pub(crate) references: Vec<String>,
}

/// One column that a table must have.
#[derive(Debug)]
pub(crate) struct Column {
    pub(crate) header: Words,
    pub(crate) distinct_at_least: usize,
}

macro_rules! described {
    ($type:ty) => {
        impl $type {
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

            /// The labels that it speaks for.
            pub fn labels(&self) -> LabelSet {
                self.labels
            }

            /// How bad the exposure is.
            pub fn severity(&self) -> Severity {
                self.severity
            }

            /// Where the definition comes from.
            pub fn references(&self) -> &[String] {
                &self.references
            }
        }
    };
}

described!(Combination);
described!(TableRule);
