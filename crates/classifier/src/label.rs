//! Stage 9: from findings to the labels of a resource.
//!
//! A strong finding gives its labels at once. Weak ones (an e-mail address, a phone number) are worth
//! reporting and not worth a label, until two kinds stand together or one kind comes in numbers. The
//! definitions are those of the detector catalogue: a label needs data, not talk about data.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use dosimeter_record::{
    Confidence, Evidence, Fingerprint, Label, LabelSet, LabelSummary, Severity, Span,
};

use crate::rule::Strength;

/// Two weak kinds this close together, in bytes, identify one person.
const PAIR_BYTES: usize = 300;
/// This many distinct values of one weak kind are a list of people.
const VOLUME: usize = 10;
/// Evidence of this class counts as a weak kind of its own: a name.
const NAME_CLASS: &str = "person";

/// What the verdict needs to know of one finding.
#[derive(Clone, Debug)]
pub(crate) struct Vote {
    pub(crate) labels: LabelSet,
    pub(crate) strength: Strength,
    pub(crate) confidence: Confidence,
    pub(crate) severity: Severity,
    pub(crate) kind: Arc<str>,
    /// Whether the kind tells something about a person; an IP address alone does not.
    pub(crate) personal: bool,
    pub(crate) fingerprint: Fingerprint,
    pub(crate) segment: u32,
    pub(crate) span: Span,
    /// How many findings it stands for.
    pub(crate) count: u32,
}

/// Decides the labels of a resource.
pub(crate) fn label(votes: &[Vote], evidence: &[Evidence]) -> BTreeMap<Label, LabelSummary> {
    let mut labels = BTreeMap::new();
    for label in Label::ALL {
        let mut for_it = votes.iter().filter(|vote| vote.labels.contains(label)).peekable();
        if for_it.peek().is_none() {
            continue;
        }
        let for_it: Vec<&Vote> = for_it.collect();
        if is_given(&for_it, evidence) {
            labels.extend(summary(&for_it).map(|summary| (label, summary)));
        }
    }
    labels
}

fn is_given(votes: &[&Vote], evidence: &[Evidence]) -> bool {
    votes.iter().any(|vote| vote.strength == Strength::Strong)
        || is_volume(votes)
        || is_pair(votes, evidence)
}

/// Many distinct values of one kind.
fn is_volume(votes: &[&Vote]) -> bool {
    let mut values: BTreeMap<&str, BTreeSet<Fingerprint>> = BTreeMap::new();
    for vote in votes {
        values.entry(&vote.kind).or_default().insert(vote.fingerprint);
    }
    values.values().any(|values| values.len() >= VOLUME)
}

/// Two kinds that tell something about a person, close together.
fn is_pair(votes: &[&Vote], evidence: &[Evidence]) -> bool {
    let names = evidence
        .iter()
        .filter(|piece| piece.class == NAME_CLASS)
        .map(|piece| (piece.segment, piece.span, NAME_CLASS));
    let mut kinds: Vec<(u32, Span, &str)> = votes
        .iter()
        .filter(|vote| vote.personal)
        .map(|vote| (vote.segment, vote.span, vote.kind.as_ref()))
        .chain(names)
        .collect();
    kinds.sort_unstable();
    // A value that is itself the name's evidence overlaps it and is not a second kind.
    kinds.windows(2).any(|pair| match pair {
        [(left_segment, left, left_kind), (right_segment, right, right_kind)] => {
            left_segment == right_segment
                && left_kind != right_kind
                && !left.overlaps(*right)
                && left.distance(*right) <= PAIR_BYTES
        }
        _ => false,
    })
}

fn summary(votes: &[&Vote]) -> Option<LabelSummary> {
    Some(LabelSummary {
        count: votes.iter().fold(0, |sum: u32, vote| sum.saturating_add(vote.count)),
        max_confidence: votes.iter().map(|vote| vote.confidence).max()?,
        max_severity: votes.iter().map(|vote| vote.severity).max()?,
    })
}
