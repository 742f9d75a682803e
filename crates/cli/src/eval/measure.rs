//! Precision, recall, F1.

use std::collections::BTreeMap;

use dosimeter_record::{Label, RuleId};
use serde::Serialize;

/// How often something was found rightly, found wrongly, and missed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Counts {
    /// Expected and found.
    pub(crate) right: u64,
    /// Found and not expected.
    pub(crate) wrong: u64,
    /// Expected and not found.
    pub(crate) missed: u64,
}

impl Counts {
    /// Counts one decision.
    pub(crate) fn count(&mut self, expected: bool, found: bool) {
        let counter = match (expected, found) {
            (true, true) => &mut self.right,
            (false, true) => &mut self.wrong,
            (true, false) => &mut self.missed,
            (false, false) => return,
        };
        *counter = counter.saturating_add(1);
    }

    /// Whether nothing was found wrongly or missed.
    pub(crate) fn is_perfect(self) -> bool {
        self.wrong == 0 && self.missed == 0
    }

    /// Of what was found, how much was right.
    pub(crate) fn precision(self) -> Option<f64> {
        share(self.right, self.wrong)
    }

    /// Of what was expected, how much was found.
    pub(crate) fn recall(self) -> Option<f64> {
        share(self.right, self.missed)
    }

    /// Where the precision lies with a confidence of 95 %.
    pub(crate) fn precision_interval(self) -> Option<(f64, f64)> {
        interval(self.right, self.wrong)
    }

    /// Where the recall lies with a confidence of 95 %.
    pub(crate) fn recall_interval(self) -> Option<(f64, f64)> {
        interval(self.right, self.missed)
    }

    /// The harmonic mean of both.
    pub(crate) fn f1(self) -> Option<f64> {
        let errors = self.wrong.saturating_add(self.missed);
        share(self.right.saturating_mul(2), errors)
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
fn share(right: u64, errors: u64) -> Option<f64> {
    let all = right.saturating_add(errors);
    (all > 0).then(|| right as f64 / all as f64)
}

/// The score interval of a share (E. B. Wilson, 1927), which holds for few cases and near 0 and 1 too.
#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
fn interval(right: u64, errors: u64) -> Option<(f64, f64)> {
    // The standard normal quantile of 97.5 %.
    const Z: f64 = 1.959_964;
    let share = share(right, errors)?;
    let count = right.saturating_add(errors) as f64;
    let centre = share + Z * Z / (2.0 * count);
    let spread = Z * (share * (1.0 - share) / count + Z * Z / (4.0 * count * count)).sqrt();
    let scale = 1.0 + Z * Z / count;
    Some((((centre - spread) / scale).max(0.0), ((centre + spread) / scale).min(1.0)))
}

/// Everything that is measured in one run.
#[derive(Debug, Default)]
pub(crate) struct Measures {
    /// Per label.
    pub(crate) labels: BTreeMap<Label, Counts>,
    /// Per rule.
    pub(crate) rules: BTreeMap<RuleId, Counts>,
    /// Texts.
    pub(crate) cases: u64,
    /// Their bytes.
    pub(crate) bytes: u64,
    /// Texts that carry no label.
    pub(crate) benign_cases: u64,
    /// Their bytes.
    pub(crate) benign_bytes: u64,
    /// What was found in them.
    pub(crate) benign_findings: u64,
}

impl Measures {
    /// False positives per megabyte of benign text.
    #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
    pub(crate) fn false_positives_per_mb(&self) -> Option<f64> {
        let megabytes = self.benign_bytes as f64 / 1e6;
        (self.benign_bytes > 0).then(|| self.benign_findings as f64 / megabytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(decisions: &[(bool, bool)], expected: (Option<f64>, Option<f64>, Option<f64>)) {
        let mut counts = Counts::default();
        for (wanted, found) in decisions {
            counts.count(*wanted, *found);
        }
        assert_eq!((counts.precision(), counts.recall(), counts.f1()), expected);
    }

    #[test]
    fn intervals_are_wide_for_few_cases() {
        let counts = |right, missed| Counts { right, wrong: 0, missed };
        assert_eq!(counts(0, 0).recall_interval(), None);
        let (low, high) = counts(10, 0).recall_interval().unwrap();
        assert!((low - 0.7225).abs() < 0.001 && high > 0.9999, "{low} {high}");
        let (low, high) = counts(900, 100).recall_interval().unwrap();
        assert!((low - 0.8799).abs() < 0.001 && (high - 0.9171).abs() < 0.001, "{low} {high}");
    }

    #[test]
    fn measures_follow_their_definitions() {
        check(&[], (None, None, None));
        check(&[(false, false)], (None, None, None));
        check(&[(true, true)], (Some(1.0), Some(1.0), Some(1.0)));
        check(&[(true, false)], (None, Some(0.0), Some(0.0)));
        let mixed = [(true, true), (true, false), (false, true), (false, false)];
        check(&mixed, (Some(0.5), Some(0.5), Some(0.5)));
    }
}
