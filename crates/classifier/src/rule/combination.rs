//! Rules over evidence rather than over text: combinations and tables.

use std::{borrow::Cow, sync::Arc};

use dosimeter_record::{Confidence, LabelSet, RuleId, Severity};

use crate::rule::data::{Column, CombinationData, List, Need, Scope, TableData, Text};

/// Several pieces of evidence that mean something together.
#[derive(Clone, Debug)]
pub struct Combination {
    pub(crate) id: RuleId,
    pub(crate) file: Arc<str>,
    pub(crate) title: Text,
    pub(crate) labels: LabelSet,
    pub(crate) severity: Severity,
    pub(crate) confidence: Confidence,
    pub(crate) all: List<Need>,
    /// How close the evidence must stand, in characters; anywhere if unset.
    pub(crate) within_chars: Option<usize>,
    pub(crate) scope: Scope,
    pub(crate) unless: List<Text>,
    pub(crate) references: List<Text>,
}

/// A table whose columns mean something together.
#[derive(Clone, Debug)]
pub struct TableRule {
    pub(crate) id: RuleId,
    pub(crate) file: Arc<str>,
    pub(crate) title: Text,
    pub(crate) labels: LabelSet,
    pub(crate) severity: Severity,
    pub(crate) confidence: Confidence,
    pub(crate) rows_at_least: usize,
    pub(crate) columns: List<Column>,
    pub(crate) unless: List<Text>,
    pub(crate) evidence: List<Text>,
    pub(crate) references: List<Text>,
}

impl Combination {
    pub(crate) fn new(id: RuleId, file: &Arc<str>, data: CombinationData) -> Self {
        Self {
            id,
            file: Arc::clone(file),
            title: data.title,
            labels: data.labels.iter().copied().collect(),
            severity: data.severity,
            confidence: data.confidence,
            all: data.all,
            within_chars: data.within_chars,
            scope: data.scope,
            unless: data.unless,
            references: data.references,
        }
    }
}

impl TableRule {
    pub(crate) fn new(id: RuleId, file: &Arc<str>, data: TableData) -> Self {
        Self {
            id,
            file: Arc::clone(file),
            title: data.title,
            labels: data.labels.iter().copied().collect(),
            severity: data.severity,
            confidence: data.confidence,
            rows_at_least: data.rows_at_least,
            columns: data.columns,
            unless: data.unless,
            evidence: data.evidence,
            references: data.references,
        }
    }
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
            pub fn references(&self) -> &[Cow<'static, str>] {
                &self.references
            }
        }
    };
}

described!(Combination);
described!(TableRule);
