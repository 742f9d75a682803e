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
    /// What was skipped: how many pairs of a resource and a reason there are.
    pub(crate) skipped_total: u64,
    /// The first of them.
    pub(crate) skipped: Vec<Skipped>,
}

/// What was not scanned of one resource for one reason.
#[derive(Debug)]
pub(crate) struct Skipped {
    /// The name of the resource.
    pub(crate) name: String,
    /// Why, and where for the first time.
    pub(crate) first: Gap,
    /// How many more places of the resource there are with the same reason.
    pub(crate) more: u64,
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

/// What is listed line by line; the rest is counted.
pub(crate) const SKIPPED_MAX: usize = 100;

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
        let mut by_reason: BTreeMap<GapReason, Skipped> = BTreeMap::new();
        for gap in gaps {
            by_reason
                .entry(gap.reason)
                .and_modify(|skipped| skipped.more = skipped.more.saturating_add(1))
                .or_insert_with(|| Skipped { name: name.to_owned(), first: gap.clone(), more: 0 });
        }
        tally.skipped_total = by_reason.len() as u64;
        tally.skipped = by_reason.into_values().collect();
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
        self.skipped_total = self.skipped_total.saturating_add(other.skipped_total);
        let room = SKIPPED_MAX.saturating_sub(self.skipped.len());
        self.skipped.extend(other.skipped.into_iter().take(room));
    }

    /// Whether the run fails for one of the given causes.
    pub(crate) fn fails(&self, causes: &[FailOn]) -> bool {
        causes.iter().any(|cause| match cause {
            FailOn::Any => self.findings > 0,
            FailOn::Label(label) => self.labels.contains_key(label),
            FailOn::Severity(severity) => self.worst.is_some_and(|worst| worst >= *severity),
        })
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
