//! Stage 9: from findings to the labels of a resource.
//!
//! A strong finding gives its labels at once. Weak ones (an e-mail address, a phone number) are worth
//! reporting and not worth a label, until one kind comes in numbers. That two kinds together identify a
//! person is said by combinations in `patterns/`, whose findings are strong.

use std::{collections::BTreeMap, sync::Arc};

use dosimeter_record::{Confidence, Fingerprint, Label, LabelSet, LabelSummary, Severity};

use crate::rule::Strength;

/// This many distinct values of one weak kind are a list of people.
const VOLUME: usize = 10;

/// What the verdict needs to know of one finding.
#[derive(Clone, Debug)]
pub(crate) struct Vote {
    pub(crate) labels: LabelSet,
    pub(crate) strength: Strength,
    pub(crate) confidence: Confidence,
    pub(crate) severity: Severity,
    pub(crate) kind: Arc<str>,
    pub(crate) fingerprint: Fingerprint,
    /// How many findings it stands for.
    pub(crate) count: u32,
}

/// Decides the labels of a resource.
pub(crate) fn label(votes: &[Vote]) -> BTreeMap<Label, LabelSummary> {
    if votes.is_empty() {
        return BTreeMap::new();
    }
    let voted = votes.iter().flat_map(|vote| vote.labels.iter()).collect::<LabelSet>();
    let is_given = |label: &Label| {
        let mut for_it = votes.iter().filter(|vote| vote.labels.contains(*label));
        for_it.any(|vote| vote.strength == Strength::Strong) || is_volume(votes, *label)
    };
    let given = voted.iter().filter(is_given);
    given.filter_map(|label| Some((label, summary(votes, label)?))).collect()
}

/// Many distinct values of one kind.
fn is_volume(votes: &[Vote], label: Label) -> bool {
    let for_it = votes.iter().filter(|vote| vote.labels.contains(label));
    let mut values: Vec<(&str, Fingerprint)> =
        for_it.map(|vote| (vote.kind.as_ref(), vote.fingerprint)).collect();
    if values.len() < VOLUME {
        return false;
    }
    values.sort_unstable();
    values.dedup();
    values.chunk_by(|left, right| left.0 == right.0).any(|values| values.len() >= VOLUME)
}

fn summary(votes: &[Vote], label: Label) -> Option<LabelSummary> {
    let for_it = || votes.iter().filter(move |vote| vote.labels.contains(label));
    Some(LabelSummary {
        count: for_it().fold(0, |sum: u32, vote| sum.saturating_add(vote.count)),
        max_confidence: for_it().map(|vote| vote.confidence).max()?,
        max_severity: for_it().map(|vote| vote.severity).max()?,
    })
}
