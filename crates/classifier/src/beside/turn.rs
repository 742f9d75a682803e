//! One attendant in one stretch: where it is tried.

use dosimeter_record::Span;

use super::Attendant;
use crate::{
    combine::Bound,
    prefilter::Candidate,
    spans::{add_to_union, last_overlapping, widened},
};

/// One attendant in one stretch.
#[derive(Debug, Default)]
pub(super) struct Turn {
    /// Where the evidence stands.
    anchors: Vec<Span>,
    /// The places beside it.
    pub(super) windows: Vec<Span>,
}

impl Turn {
    pub(super) fn clear(&mut self) {
        self.anchors.clear();
        self.windows.clear();
    }

    /// Adds a place of evidence; they come in the order of the text, of which there is so much.
    pub(super) fn add(&mut self, attendant: &Attendant, evidence: Span, len: usize) {
        add_to_union(&mut self.anchors, evidence);
        let window = widened(evidence, attendant.reach);
        add_to_union(&mut self.windows, Span::new(window.start, window.end.min(len)));
    }

    /// Of its windows what lies in some regions, and before them as much as a match may have that
    /// reaches into them.
    pub(super) fn within(&self, attendant: &Attendant, regions: &[Span]) -> Vec<Span> {
        let begin = |region: &Span| region.start.saturating_sub(attendant.len_max);
        let mut within = Vec::new();
        for window in &self.windows {
            let first = regions.partition_point(|region| region.end <= window.start);
            let regions = regions.get(first..).unwrap_or_default().iter();
            for region in regions.take_while(|region| begin(region) < window.end) {
                let start = begin(region).max(window.start);
                add_to_union(&mut within, Span::new(start, region.end.min(window.end)));
            }
        }
        within
    }

    /// Where matches of it may stand at most, if they do at some candidates.
    pub(super) fn bound(&self, attendant: &Attendant, candidates: &[Candidate]) -> Bound {
        let Attendant { len_max, anywhere, certain, .. } = attendant;
        if *anywhere {
            return if certain.digit { Bound::Numbers } else { Bound::Anywhere };
        }
        // What follows evidence within a match is tried again, and may begin behind the window.
        let behind = |window: &Span| Span::new(window.start, window.end.saturating_add(*len_max));
        let windows: Vec<Span> = self.windows.iter().map(behind).collect();
        let places = candidates.iter().filter(|place| place.reaches(&windows));
        Bound::Places(places.map(|place| place.last as usize).collect())
    }

    /// The evidence that a match is part of, or reaches into.
    pub(super) fn evidence(&self, value: Span) -> Option<Span> {
        last_overlapping(&self.anchors, value)
    }
}

impl Attendant {
    /// Of the candidates of all rules, which come sorted, those of this one.
    pub(super) fn of<'c>(&self, candidates: &'c [Candidate]) -> &'c [Candidate] {
        let first = candidates.partition_point(|candidate| (candidate.rule as usize) < self.rule);
        let end = candidates.partition_point(|candidate| (candidate.rule as usize) <= self.rule);
        candidates.get(first..end).unwrap_or_default()
    }

    /// Whether nothing can be found at some candidates in some windows.
    pub(super) fn is_idle(&self, candidates: &[Candidate], windows: &[Span]) -> bool {
        windows.is_empty() || candidates.is_empty() && !self.anywhere
    }
}
