//! What was found in one labelled text, beside what should have been.
//!
//! Corpora are written to be read, so the places and remarks of their cases are shown. Their texts are
//! not: a verdict holds labels and the ids of rules only.

use std::{collections::BTreeSet, fmt};

use dosimeter_record::{Finding, Label, LabelSet, Labelled, RuleId};

use super::corpus::Case;

/// The labels of one text and the rules that found something in it.
#[derive(Debug)]
pub(crate) struct Verdict {
    wanted: LabelSet,
    found: LabelSet,
    rules: BTreeSet<RuleId>,
}

impl Verdict {
    pub(crate) fn new(case: &Case, labelled: &Labelled) -> Self {
        Self {
            wanted: case.labels.iter().copied().collect(),
            found: labelled.labels.by_label().keys().copied().collect(),
            rules: labelled.findings.iter().map(Finding::rule).cloned().collect(),
        }
    }

    /// Whether a label is missing or wrong, or anything was found in a benign text.
    pub(crate) fn is_wrong(&self) -> bool {
        self.wanted != self.found || (self.wanted.is_empty() && !self.rules.is_empty())
    }

    pub(crate) fn found(&self) -> LabelSet {
        self.found
    }

    /// Labels that should have been given.
    pub(crate) fn missed(&self) -> String {
        names(self.wanted, self.found)
    }

    /// Labels that should not.
    pub(crate) fn wrong(&self) -> String {
        names(self.found, self.wanted)
    }

    /// The rules that found something.
    pub(crate) fn rules(&self) -> String {
        self.rules.iter().map(RuleId::as_str).collect::<Vec<_>>().join(" ")
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (missed, wrong, rules) = (self.missed(), self.wrong(), self.rules());
        write!(formatter, "missed [{missed}] wrong [{wrong}] found by [{rules}]")
    }
}

/// The names of the labels that only the first set has.
fn names(labels: LabelSet, others: LabelSet) -> String {
    let only = labels.iter().filter(|label| !others.contains(*label));
    only.map(Label::name).collect::<Vec<_>>().join(",")
}
