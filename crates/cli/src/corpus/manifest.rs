//! What is planted in the corpus, and whether a scan found it.

use std::collections::BTreeSet;

use dosimeter_record::{GapReason, Label};
use dosimeter_store::{FindingRow, GapRow};
use serde::Deserialize;

/// `manifest.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Manifest {
    /// The corpus's own licence; for readers.
    #[serde(rename = "licence")]
    _licence: String,
    /// What must be found.
    pub(crate) planted: Vec<Planted>,
    /// What must be reported as not scanned.
    #[serde(rename = "gap")]
    pub(crate) gaps: Vec<ExpectedGap>,
    /// Where nothing may be found.
    pub(crate) benign: Vec<Benign>,
}

/// Something that must be found.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Planted {
    /// Where.
    pub(crate) resource: String,
    /// What it is, for people.
    pub(crate) what: String,
    /// By which rule.
    pub(crate) rule: Option<String>,
    /// Under which label.
    pub(crate) label: Option<Label>,
}

/// Something that cannot be read.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExpectedGap {
    /// What.
    pub(crate) resource: String,
    /// Why not.
    pub(crate) reason: GapReason,
}

/// A near miss.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Benign {
    /// Where nothing may be found.
    pub(crate) resource: String,
}

/// How a scan compares with the manifest.
#[derive(Default)]
pub(crate) struct Comparison<'a> {
    /// How many planted items were found.
    pub(crate) found: usize,
    /// Those that were not.
    pub(crate) missed: Vec<&'a Planted>,
    /// Gaps that were not reported: resource and reason.
    pub(crate) gaps_missed: Vec<(&'a str, GapReason)>,
    /// Near misses in which something was found.
    pub(crate) false_alarms: BTreeSet<&'a str>,
}

impl Comparison<'_> {
    /// Whether the scan did all that the manifest says.
    pub(crate) fn is_perfect(&self) -> bool {
        self.missed.is_empty() && self.gaps_missed.is_empty() && self.false_alarms.is_empty()
    }
}

impl Planted {
    fn is(&self, row: &FindingRow) -> bool {
        let rule = self.rule.as_ref().is_none_or(|rule| row.rule == *rule);
        let label =
            self.label.is_none_or(|label| row.labels.iter().any(|name| name == label.name()));
        row.resource_id == self.resource && rule && label
    }
}

impl Manifest {
    /// Compares with what is stored.
    pub(crate) fn compare(&self, findings: &[FindingRow], gaps: &[GapRow]) -> Comparison<'_> {
        let missed: Vec<&Planted> =
            self.planted.iter().filter(|item| !findings.iter().any(|row| item.is(row))).collect();
        let reported = |gap: &&ExpectedGap| {
            let is =
                |row: &GapRow| row.resource_id == gap.resource && row.reason == gap.reason.name();
            !gaps.iter().any(is)
        };
        let alarms = self
            .benign
            .iter()
            .filter(|benign| findings.iter().any(|row| row.resource_id == benign.resource));
        Comparison {
            found: self.planted.len().saturating_sub(missed.len()),
            missed,
            gaps_missed: self
                .gaps
                .iter()
                .filter(reported)
                .map(|gap| (gap.resource.as_str(), gap.reason))
                .collect(),
            false_alarms: alarms.map(|benign| benign.resource.as_str()).collect(),
        }
    }

    /// All resources that are named.
    #[cfg(test)]
    pub(crate) fn resources(&self) -> impl Iterator<Item = &String> {
        let planted = self.planted.iter().map(|planted| &planted.resource);
        let gaps = self.gaps.iter().map(|gap| &gap.resource);
        planted.chain(gaps).chain(self.benign.iter().map(|benign| &benign.resource))
    }
}
