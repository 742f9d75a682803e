//! Candidates by rule, then by place.
//!
//! They come about in the order of the text, so each rule's are in order, or nearly. Dealt out to their
//! rules they need no comparison sort of all, which would take longer than to find them.

use crate::prefilter::Candidate;

/// What it takes to put candidates in order; kept by the scanning thread.
#[derive(Debug, Default)]
pub(super) struct Order {
    /// By rule: how many candidates it has, and then where the next one goes. All zero in between.
    places: Vec<u32>,
    /// The rules that have some.
    rules: Vec<u32>,
    dealt: Vec<Candidate>,
}

impl Order {
    /// Sorts. O(n) for candidates that come as the text has them, and the number of their rules.
    pub(super) fn sort(&mut self, candidates: &mut Vec<Candidate>) {
        let Self { places, rules, dealt } = self;
        let Some(rule_max) = candidates.iter().map(|candidate| candidate.rule).max() else {
            return;
        };
        if places.len() <= rule_max as usize {
            places.resize((rule_max as usize).saturating_add(1), 0);
        }
        for candidate in &*candidates {
            if let Some(count) = places.get_mut(candidate.rule as usize) {
                if *count == 0 {
                    rules.push(candidate.rule);
                }
                *count = count.saturating_add(1);
            }
        }
        rules.sort_unstable();
        let mut next = 0_u32;
        for rule in &*rules {
            if let Some(place) = places.get_mut(*rule as usize) {
                next = next.saturating_add(std::mem::replace(place, next));
            }
        }
        dealt.clear();
        dealt.resize(candidates.len(), Candidate::anywhere(0, 0, 0));
        for candidate in &*candidates {
            if let Some(place) = places.get_mut(candidate.rule as usize) {
                if let Some(dealt) = dealt.get_mut(*place as usize) {
                    *dealt = *candidate;
                }
                *place = place.saturating_add(1);
            }
        }
        std::mem::swap(candidates, dealt);
        for of_rule in candidates.chunk_by_mut(|left, right| left.rule == right.rule) {
            if !of_rule.is_sorted() {
                of_rule.sort_unstable();
            }
        }
        for rule in rules.drain(..) {
            if let Some(place) = places.get_mut(rule as usize) {
                *place = 0;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn they_come_out_sorted(texts in prop::collection::vec(
            prop::collection::vec((0..9_u32, 0..50_u32), 0..40), 2,
        )) {
            let mut order = Order::default();
            for text in texts {
                let mut candidates: Vec<Candidate> =
                    text.iter().map(|&(rule, at)| Candidate::anywhere(rule, at, at + 1)).collect();
                let mut expected = candidates.clone();
                expected.sort_unstable();
                order.sort(&mut candidates);
                prop_assert_eq!(candidates, expected);
            }
        }
    }
}
