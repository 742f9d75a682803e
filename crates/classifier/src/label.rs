//! Stage 9: from findings to the labels of a resource.
//!
//! A strong finding gives its labels at once. Weak ones (an e-mail address, a phone number) are worth
//! reporting and not worth a label, until one kind comes in numbers. That two kinds together identify a
//! person is said by combinations in `patterns/`, whose findings are strong.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

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
    let mut labels = BTreeMap::new();
    for label in Label::ALL {
        let mut for_it = votes.iter().filter(|vote| vote.labels.contains(label)).peekable();
        if for_it.peek().is_none() {
            continue;
        }
        let for_it: Vec<&Vote> = for_it.collect();
        if is_given(&for_it) {
            labels.extend(summary(&for_it).map(|summary| (label, summary)));
        }
    }
    labels
}

fn is_given(votes: &[&Vote]) -> bool {
    votes.iter().any(|vote| vote.strength == Strength::Strong) || is_volume(votes)
}

/// Many distinct values of one kind.
fn is_volume(votes: &[&Vote]) -> bool {
    let mut values: BTreeMap<&str, BTreeSet<Fingerprint>> = BTreeMap::new();
    for vote in votes {
        values.entry(&vote.kind).or_default().insert(vote.fingerprint);
    }
    values.values().any(|values| values.len() >= VOLUME)
}

fn summary(votes: &[&Vote]) -> Option<LabelSummary> {
    Some(LabelSummary {
        count: votes.iter().fold(0, |sum: u32, vote| sum.saturating_add(vote.count)),
        max_confidence: votes.iter().map(|vote| vote.confidence).max()?,
        max_severity: votes.iter().map(|vote| vote.severity).max()?,
    })
}
