//! What a run adds up to.

use std::{collections::BTreeMap, str::FromStr};

use dosimeter_record::{
    Confidence, CoverageState, Finding, Gap, GapReason, Label, LabelSummary, Severity,
};

use super::suppress::{Suppressed, Verdict};

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
    /// Findings that count.
    pub(crate) findings: u64,
    /// Findings that comments in files accept.
    pub(crate) allowed: u64,
    /// Findings that the policy accepts.
    pub(crate) excepted: u64,
    /// Resources in which the policy denies something.
    pub(crate) denied: u64,
    /// Findings that the baseline has, by rule.
    pub(crate) known: BTreeMap<String, u64>,
    /// Findings that count, by rule.
    pub(crate) rules: BTreeMap<String, u64>,
    /// Resources that were scanned completely, partly, and not at all.
    pub(crate) coverage: [u64; 3],
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
    pub(crate) fn of(name: &str, bytes: u64, verdict: &Verdict) -> Self {
        let coverage = verdict.labelled.labels.coverage();
        let gaps = coverage.gaps();
        let state = coverage.state();
        let is = |wanted| u64::from(state == wanted);
        let mut tally = Self {
            resources: 1,
            bytes,
            incomplete: u64::from(!gaps.is_empty()),
            coverage: [
                is(CoverageState::Complete),
                is(CoverageState::Partial),
                is(CoverageState::None),
            ],
            worst: verdict.worst(),
            ..Self::default()
        };
        for (finding, suppressed) in verdict.findings() {
            tally.count(finding, suppressed);
        }
        for (label, summary) in verdict.labelled.labels.by_label() {
            if verdict.has(*label) {
                tally.labels.insert(*label, LabelTally::of(*label, *summary, verdict));
            }
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

    fn count(&mut self, finding: &Finding, suppressed: Option<&Suppressed>) {
        let by_rule = match suppressed {
            Some(Suppressed::Comment { .. }) => {
                self.allowed = self.allowed.saturating_add(1);
                return;
            }
            Some(Suppressed::Policy { .. }) => {
                self.excepted = self.excepted.saturating_add(1);
                return;
            }
            Some(Suppressed::Baseline) => &mut self.known,
            None => {
                self.findings = self.findings.saturating_add(1);
                &mut self.rules
            }
        };
        let count = by_rule.entry(finding.rule().to_string()).or_default();
        *count = count.saturating_add(1);
    }

    /// How many findings the baseline has.
    pub(crate) fn unchanged(&self) -> u64 {
        self.known.values().sum()
    }

    /// Adds the totals of other resources, which came later.
    pub(crate) fn add(&mut self, other: Self) {
        self.resources = self.resources.saturating_add(other.resources);
        self.findings = self.findings.saturating_add(other.findings);
        self.allowed = self.allowed.saturating_add(other.allowed);
        self.excepted = self.excepted.saturating_add(other.excepted);
        self.denied = self.denied.saturating_add(other.denied);
        for (sums, counts) in [(&mut self.known, other.known), (&mut self.rules, other.rules)] {
            for (rule, count) in counts {
                let sum = sums.entry(rule).or_default();
                *sum = sum.saturating_add(count);
            }
        }
        for (sum, count) in self.coverage.iter_mut().zip(other.coverage) {
            *sum = sum.saturating_add(count);
        }
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
    /// What one resource shows of a label. Its own summary also counts what is not listed; findings that
    /// somebody accepted have to be left out one by one.
    fn of(label: Label, summary: LabelSummary, verdict: &Verdict) -> Self {
        let whole = Self {
            resources: 1,
            findings: u64::from(summary.count),
            worst: summary.max_severity,
            surest: summary.max_confidence,
        };
        if verdict.suppressed.iter().all(Option::is_none) {
            return whole;
        }
        let open = || verdict.open().filter(|finding| finding.labels().contains(label));
        Self {
            findings: open().count() as u64,
            worst: open().map(Finding::severity).max().unwrap_or(whole.worst),
            surest: open().map(Finding::confidence).max().unwrap_or(whole.surest),
            ..whole
        }
    }

    fn add(&mut self, other: Self) {
        self.resources = self.resources.saturating_add(other.resources);
        self.findings = self.findings.saturating_add(other.findings);
        self.worst = self.worst.max(other.worst);
        self.surest = self.surest.max(other.surest);
    }
}
