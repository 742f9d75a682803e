//! What a run adds up to.

use std::{collections::BTreeMap, str::FromStr};

use dosimeter_record::{Confidence, Gap, GapReason, Label, Labelled, Severity};

/// What makes a run fail, as typed after `--fail-on`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FailOn {
    /// Any finding.
    Any,
    /// A resource with this label.
    Label(Label),
    /// A finding that is at least this bad.
    Severity(Severity),
}

impl FromStr for FailOn {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        if name == "any" {
            return Ok(Self::Any);
        }
        let label = name.parse().map(Self::Label).ok();
        label.or_else(|| name.parse().map(Self::Severity).ok()).ok_or_else(|| {
            "use a label (pii, payment, secrets, regulated, financial, customer), a severity \
             (low, medium, high) or any"
                .to_owned()
        })
    }
}

/// Totals over resources.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// Resources seen.
    pub(crate) resources: u64,
    /// Findings reported.
    pub(crate) findings: u64,
    /// Bytes read.
    pub(crate) bytes: u64,
    /// Resources of which something was not scanned.
    pub(crate) incomplete: u64,
    /// Per label.
    pub(crate) labels: BTreeMap<Label, LabelTally>,
    /// The worst finding.
    pub(crate) worst: Option<Severity>,
    /// How often each reason for a gap came up.
    pub(crate) gaps: BTreeMap<GapReason, u64>,
    /// The first gaps, with the names of their resources.
    pub(crate) gap_examples: Vec<(String, Gap)>,
}

/// Totals of one label.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LabelTally {
    /// Resources with the label.
    pub(crate) resources: u64,
    /// Findings that speak for it.
    pub(crate) findings: u64,
    /// The worst of them.
    pub(crate) worst: Severity,
    /// The surest of them.
    pub(crate) surest: Confidence,
}

/// The gaps that are listed one by one; the others are counted.
pub(crate) const GAP_EXAMPLES_MAX: usize = 100;

impl Tally {
    /// The totals of one resource.
    pub(crate) fn of(name: &str, bytes: u64, labelled: &Labelled) -> Self {
        let gaps = labelled.labels.coverage().gaps();
        let mut tally = Self {
            resources: 1,
            findings: labelled.findings.len() as u64,
            bytes,
            incomplete: u64::from(!gaps.is_empty()),
            worst: labelled.findings.iter().map(dosimeter_record::Finding::severity).max(),
            ..Self::default()
        };
        for (label, summary) in labelled.labels.by_label() {
            let counted = LabelTally {
                resources: 1,
                findings: u64::from(summary.count),
                worst: summary.max_severity,
                surest: summary.max_confidence,
            };
            tally.labels.insert(*label, counted);
        }
        for gap in gaps {
            tally.count_gap(gap.reason, 1);
            tally.gap_examples.push((name.to_owned(), gap.clone()));
        }
        tally
    }

    /// Adds the totals of other resources, which came later.
    pub(crate) fn add(&mut self, other: Self) {
        self.resources = self.resources.saturating_add(other.resources);
        self.findings = self.findings.saturating_add(other.findings);
        self.bytes = self.bytes.saturating_add(other.bytes);
        self.incomplete = self.incomplete.saturating_add(other.incomplete);
        self.worst = self.worst.max(other.worst);
        for (label, counted) in other.labels {
            self.labels.entry(label).and_modify(|so_far| so_far.add(counted)).or_insert(counted);
        }
        for (reason, count) in other.gaps {
            self.count_gap(reason, count);
        }
        let room = GAP_EXAMPLES_MAX.saturating_sub(self.gap_examples.len());
        self.gap_examples.extend(other.gap_examples.into_iter().take(room));
    }

    /// Whether the run fails for one of the given causes.
    pub(crate) fn fails(&self, causes: &[FailOn]) -> bool {
        causes.iter().any(|cause| match cause {
            FailOn::Any => self.findings > 0,
            FailOn::Label(label) => self.labels.contains_key(label),
            FailOn::Severity(severity) => self.worst.is_some_and(|worst| worst >= *severity),
        })
    }

    fn count_gap(&mut self, reason: GapReason, count: u64) {
        let total = self.gaps.entry(reason).or_default();
        *total = total.saturating_add(count);
    }
}

impl LabelTally {
    fn add(&mut self, other: Self) {
        self.resources = self.resources.saturating_add(other.resources);
        self.findings = self.findings.saturating_add(other.findings);
        self.worst = self.worst.max(other.worst);
        self.surest = self.surest.max(other.surest);
    }
}
