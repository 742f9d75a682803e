//! The verdict on one resource.

use std::{collections::BTreeMap, sync::Arc};

use serde::Serialize;

use crate::{Confidence, Coverage, CoverageState, Evidence, Finding, Involved, Label, Severity};

/// The labels of one resource, with how much of it was scanned and by which rules.
///
/// There is no way to make one without a [`Coverage`]: a resource that was not read is not clean.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Labels {
    #[serde(rename = "labels")]
    by_label: BTreeMap<Label, LabelSummary>,
    coverage: Coverage,
    ruleset: Arc<str>,
}

/// What speaks for one label.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct LabelSummary {
    /// The number of findings.
    pub count: u32,
    /// The surest of them.
    pub max_confidence: Confidence,
    /// The worst of them.
    pub max_severity: Severity,
}

impl Labels {
    /// Sums up one resource. `ruleset` names the rules that were applied: shared, since most resources
    /// are clean and their labels cost nothing else.
    pub fn new(
        by_label: BTreeMap<Label, LabelSummary>,
        coverage: Coverage,
        ruleset: impl Into<Arc<str>>,
    ) -> Self {
        Self { by_label, coverage, ruleset: ruleset.into() }
    }

    /// The labels and what speaks for them.
    pub fn by_label(&self) -> &BTreeMap<Label, LabelSummary> {
        &self.by_label
    }

    /// How much was scanned.
    pub fn coverage(&self) -> &Coverage {
        &self.coverage
    }

    /// The version of the rules that were applied.
    pub fn ruleset(&self) -> &str {
        &self.ruleset
    }

    /// Whether everything was scanned and nothing was found.
    pub fn is_clean(&self) -> bool {
        self.by_label.is_empty() && self.coverage.state() == CoverageState::Complete
    }
}

/// A resource after its scan: the verdict, what it rests on, and what combinations across a
/// conversation may use.
#[derive(Clone, Debug)]
pub struct Labelled {
    /// The verdict.
    pub labels: Labels,
    /// What was found, in the order of segments and spans.
    pub findings: Vec<Finding>,
    /// Evidence for combinations with other resources of the same conversation.
    pub evidence: Vec<Evidence>,
    /// The rules that took part, whether or not they found anything.
    pub involved: Involved,
}
