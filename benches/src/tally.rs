//! What was found, in a form that is compared and kept: counts by label, and a digest of every
//! finding's rule, place and confidence. Never text.

use std::collections::BTreeMap;

use dosimeter_classifier::{Classifier, Scratch};
use dosimeter_record::{Finding, FingerprintKey, Identity, Locator};
use serde::Deserialize;

/// Findings by label.
pub type Counts = BTreeMap<String, u64>;

/// What must be found: in the text as one piece, and line by line.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// As one piece.
    pub whole: Tally,
    /// Each line on its own.
    pub lines: Tally,
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tally {
    /// Findings by label; one of two labels counts twice.
    pub counts: Counts,
    /// Changes whenever any finding changes its rule, place or confidence, or comes or goes.
    pub digest: String,
}

/// The key of all benchmarks: findings are compared between runs.
pub fn key() -> FingerprintKey {
    FingerprintKey::from_bytes([7; 32])
}

/// Gathers findings.
#[derive(Debug, Default)]
pub struct Gatherer {
    counts: Counts,
    lines: Vec<String>,
}

impl Gatherer {
    /// Scans `text` as one piece, or each of its lines.
    pub fn scan(classifier: &Classifier, scratch: &mut Scratch, text: &str, by_line: bool) -> Self {
        let mut gatherer = Self::default();
        if !by_line {
            let mut scan = classifier.resource(scratch, Identity::default());
            scan.segment(text, &Locator::default());
            let labelled = scan.finish();
            gatherer.take(&labelled.findings, 0);
            // Of a text with very many findings only the first are listed; the labels count all.
            gatherer.counts = labelled
                .labels
                .by_label()
                .iter()
                .map(|(label, summary)| (label.name().to_owned(), u64::from(summary.count)))
                .collect();
            return gatherer;
        }
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            gatherer.take(&classifier.scan(scratch, line.trim_end_matches('\n')), start);
            start += line.len();
        }
        gatherer
    }

    fn take(&mut self, findings: &[Finding], start: usize) {
        for finding in findings {
            for label in finding.labels().iter() {
                *self.counts.entry(label.name().to_owned()).or_default() += 1;
            }
            let span = finding.span();
            self.lines.push(format!(
                "{}\t{}\t{}\t{}",
                start + span.start,
                start + span.end,
                finding.rule(),
                finding.confidence().name()
            ));
        }
    }

    /// One line for each finding: start, end, rule, confidence.
    pub fn lines(&self) -> &[String] {
        &self.lines
    }

    /// The sum.
    pub fn tally(mut self) -> Tally {
        self.lines.sort();
        let all = self.lines.join("\n");
        let mut digest = key().digest("findings", all.as_bytes()).to_string();
        digest.truncate(16);
        Tally { counts: self.counts, digest }
    }
}

/// Counts as `label=1 label=2`.
pub fn spell(counts: &Counts) -> String {
    let spelled: Vec<String> =
        counts.iter().map(|(label, count)| format!("{label}={count}")).collect();
    if spelled.is_empty() { "nothing".to_owned() } else { spelled.join(" ") }
}
