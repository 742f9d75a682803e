//! Where combinations could be fulfilled, while some evidence has not been looked for.

use dosimeter_record::Span;

use super::classes::{Combinations, Compiled, Need};
use crate::{numbers::Numbers, rule::Scope, spans::widened};

/// What is known of where a rule matches that has not been tried.
#[derive(Debug)]
pub(crate) enum Bound {
    /// Nothing.
    Anywhere,
    /// Each match holds a number.
    Numbers,
    /// At most one match stands near each of these places, which ascend.
    Places(Vec<usize>),
}

/// What a thread keeps to know the evidence of a text.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    /// By kind of need.
    kinds: Vec<Kind>,
    /// The kinds of which something is known.
    touched: Vec<usize>,
    /// By combination: whether it cannot be fulfilled any more.
    hopeless: Vec<bool>,
}

/// What is known of one kind of need.
#[derive(Debug, Default)]
struct Kind {
    /// Where evidence stands that serves it.
    places: Vec<Span>,
    /// Whether these ascend.
    is_sorted: bool,
    /// The rules that serve it and have not been tried, as places in [`Prospects::expected`].
    expected: Vec<usize>,
}

/// The evidence of one stretch of text so far.
pub(crate) struct Prospects<'c> {
    rules: &'c Combinations,
    numbers: Numbers<'c>,
    memory: &'c mut Memory,
    /// Rules that have not been tried; tables count as one.
    expected: Vec<(Option<usize>, Bound)>,
}

impl<'c> Prospects<'c> {
    pub(crate) fn new(
        rules: &'c Combinations,
        numbers: Numbers<'c>,
        memory: &'c mut Memory,
    ) -> Self {
        memory.kinds.resize_with(rules.kinds.len(), Kind::default);
        for kind in memory.touched.drain(..) {
            if let Some(kind) = memory.kinds.get_mut(kind) {
                kind.places.clear();
                kind.expected.clear();
            }
        }
        memory.hopeless.clear();
        memory.hopeless.resize(rules.all.len(), false);
        Self { rules, numbers, memory, expected: Vec::new() }
    }

    /// Adds a match of rule `index`.
    pub(crate) fn add(&mut self, index: usize, span: Span) {
        for &kind in self.rules.kinds_of_rule(index) {
            let Some(known) = self.memory.kinds.get_mut(kind) else { continue };
            if known.is_untouched() {
                self.memory.touched.push(kind);
            }
            let ascends = known.places.last().is_none_or(|last| *last <= span);
            known.is_sorted = ascends && (known.is_sorted || known.places.is_empty());
            known.places.push(span);
        }
    }

    /// Says where rule `index` may match, instead of what was said before.
    pub(crate) fn expect(&mut self, index: usize, bound: Bound) {
        if let Some((_, known)) = self.expected.iter_mut().find(|(rule, _)| *rule == Some(index)) {
            *known = bound;
        } else {
            self.expect_of(Some(index), self.rules.kinds_of_rule(index), bound);
        }
    }

    /// Says that there are tables, whose rules come last.
    pub(crate) fn expect_tables(&mut self) {
        self.expect_of(None, &self.rules.kinds_of_tables, Bound::Anywhere);
    }

    fn expect_of(&mut self, index: Option<usize>, kinds: &[usize], bound: Bound) {
        for &kind in kinds {
            let Some(known) = self.memory.kinds.get_mut(kind) else { continue };
            if known.is_untouched() {
                self.memory.touched.push(kind);
            }
            known.expected.push(self.expected.len());
        }
        self.expected.push((index, bound));
    }

    /// Says that rule `index` has been tried.
    pub(crate) fn expect_no_more(&mut self, index: usize) {
        let Some(place) = self.expected.iter().position(|(rule, _)| *rule == Some(index)) else {
            return;
        };
        for &kind in self.rules.kinds_of_rule(index) {
            if let Some(known) = self.memory.kinds.get_mut(kind) {
                known.expected.retain(|expected| *expected != place);
            }
        }
    }

    /// Says that all has been tried.
    pub(crate) fn expect_nothing(&mut self) {
        for &kind in &self.memory.touched {
            if let Some(known) = self.memory.kinds.get_mut(kind) {
                known.expected.clear();
            }
        }
        self.expected.clear();
    }

    /// Around where any of some combinations could be fulfilled by this evidence and all that is expected;
    /// call after call, less is. O(n log n) in the evidence that they ask for.
    pub(crate) fn regions(&mut self, combinations: &[usize]) -> Vec<Span> {
        self.sort();
        let mut regions = Vec::new();
        for &index in combinations {
            let (Some(rule), Some(false)) =
                (self.rules.all.get(index), self.memory.hopeless.get(index).copied())
            else {
                continue;
            };
            let known = regions.len();
            self.of_rule(rule, &mut regions);
            if let Some(hopeless) = self.memory.hopeless.get_mut(index) {
                *hopeless = regions.len() == known;
            }
        }
        regions
    }

    /// Around what is shown of combinations: where one is fulfilled, and what a conversation is told.
    pub(crate) fn shown(&mut self) -> Vec<Span> {
        self.sort();
        let mut shown = Vec::new();
        for (rule, hopeless) in self.rules.all.iter().zip(&self.memory.hopeless) {
            match rule.scope {
                Scope::Conversation => {
                    let kinds = rule.needs.iter().filter_map(|need| self.kind(need));
                    shown.extend(kinds.flat_map(|kind| &kind.places));
                }
                Scope::Message if *hopeless => {}
                Scope::Message => self.of_rule(rule, &mut shown),
            }
        }
        shown
    }

    fn sort(&mut self) {
        for &kind in &self.memory.touched {
            if let Some(kind) = self.memory.kinds.get_mut(kind)
                && !kind.is_sorted
            {
                kind.places.sort_unstable();
                kind.is_sorted = true;
            }
        }
    }

    fn kind(&self, need: &Need) -> Option<&Kind> {
        self.memory.kinds.get(need.kind)
    }

    fn of_rule(&self, rule: &Compiled, regions: &mut Vec<Span>) {
        let all = Span::new(0, usize::MAX);
        let needs = || rule.needs.iter().filter_map(|need| Some((self.kind(need)?, need.at_least)));
        // Mostly something is lacking altogether.
        if needs().any(|(kind, _)| kind.is_untouched())
            || !needs().all(|(kind, at_least)| self.may_have(kind, at_least, all))
        {
            return;
        }
        let firm = || needs().filter(|(kind, _)| kind.expected.is_empty());
        let Some(reach) = rule.within.filter(|_| firm().next().is_some()) else {
            return regions.push(all);
        };
        let reach = reach.saturating_add(rule.len_max);
        for (kind, _) in firm() {
            // If one of these is the first piece that was found, all others of those stand behind it, and
            // what is expected on either side.
            let mut behind: Vec<Ascending<'_>> = firm().map(Ascending::new).collect();
            let known = regions.len();
            for start in kind.places.iter().map(|place| place.start) {
                let end = start.saturating_add(reach);
                if !behind.iter_mut().all(|need| need.is_met(start, end)) {
                    continue;
                }
                // A value stands somewhere in its match.
                let around = widened(Span::new(start, start), reach.saturating_add(rule.len_max));
                let expected = needs().filter(|(kind, _)| !kind.expected.is_empty());
                if { expected }.all(|(kind, at_least)| self.may_have(kind, at_least, around)) {
                    let region =
                        Span::new(start.saturating_sub(reach), end.saturating_add(rule.len_max));
                    // Where evidence is dense, one goes over into the next.
                    match regions.get_mut(known..).and_then(<[Span]>::last_mut) {
                        Some(last) if region.start <= last.end => last.end = region.end,
                        _ => regions.push(region),
                    }
                }
            }
        }
    }

    /// Whether a part of the text may have so much that serves a need.
    fn may_have(&self, kind: &Kind, at_least: usize, part: Span) -> bool {
        let mut count = within(&kind.places, part, |place| place.start);
        for (_, bound) in kind.expected.iter().filter_map(|place| self.expected.get(*place)) {
            if count >= at_least {
                break;
            }
            count = count.saturating_add(match bound {
                Bound::Anywhere => at_least,
                Bound::Numbers => self.numbers.most(part),
                Bound::Places(places) => within(places, part, |place| *place),
            });
        }
        count >= at_least
    }
}

/// How many of some places, which ascend, are in a part of a text, or right behind it.
fn within<T>(places: &[T], part: Span, start: impl Fn(&T) -> usize) -> usize {
    let before = |end: usize| places.partition_point(|place| start(place) < end);
    before(part.end.saturating_add(1)).saturating_sub(before(part.start))
}

/// A need whose evidence is known, asked about places that ascend.
struct Ascending<'k> {
    /// What stands from the last place on.
    places: &'k [Span],
    at_least: usize,
}

impl<'k> Ascending<'k> {
    fn new((kind, at_least): (&'k Kind, usize)) -> Self {
        Self { places: &kind.places, at_least }
    }

    /// Whether there is enough between two places.
    fn is_met(&mut self, start: usize, end: usize) -> bool {
        while let Some((first, rest)) = self.places.split_first()
            && first.start < start
        {
            self.places = rest;
        }
        let last = self.at_least.checked_sub(1).and_then(|last| self.places.get(last));
        self.at_least == 0 || last.is_some_and(|last| last.start <= end)
    }
}

impl Kind {
    /// Whether nothing is known of it.
    fn is_untouched(&self) -> bool {
        self.places.is_empty() && self.expected.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{RuleSet, beside::tests::rules_for_two_facts};

    /// Asks about both facts and a name, in a text without numbers but at its end.
    fn ask<T>(about: impl FnOnce(&mut Prospects<'_>) -> T) -> T {
        let mut rules = RuleSet::default();
        rules.add_toml("test.toml", &rules_for_two_facts()).unwrap();
        let combinations = Combinations::new(&rules);
        let text = format!("{}1", "x".repeat(3000));
        let mut memory = Memory::default();
        let numbers = Numbers::new(&text, Span::new(0, text.len()));
        about(&mut Prospects::new(&combinations, numbers, &mut memory))
    }

    /// Where they could stand together, by where facts are and names may be.
    fn regions(facts: &[usize], names: Option<Bound>) -> Vec<Span> {
        ask(|prospects| {
            for &start in facts {
                prospects.add(0, Span::new(start, start + 6));
            }
            if let Some(names) = names {
                prospects.expect(1, names);
            }
            let regions = prospects.regions(&[0]);
            prospects.expect_no_more(1);
            assert!(prospects.regions(&[0]).is_empty());
            regions
        })
    }

    #[test]
    fn there_are_regions_only_around_enough_evidence() {
        assert!(regions(&[1000], Some(Bound::Anywhere)).is_empty());
        assert!(regions(&[1000, 2000], Some(Bound::Anywhere)).is_empty());
        let near = regions(&[1000, 1050], Some(Bound::Anywhere));
        assert!(near.iter().any(|region| region.start <= 900 && 1106 <= region.end), "{near:?}");
        assert!(near.iter().all(|region| 800 < region.start && region.end < 1250), "{near:?}");
        assert!(regions(&[1000, 1050], None).is_empty());
    }

    #[test]
    fn what_is_expected_stands_on_either_side_of_a_place() {
        for place in [920, 1080] {
            assert_eq!(regions(&[1000, 1050], Some(Bound::Places(vec![place]))).len(), 1);
        }
        for place in [500, 1500] {
            assert!(regions(&[1000, 1050], Some(Bound::Places(vec![place]))).is_empty());
        }
    }

    #[test]
    fn what_holds_a_number_stands_near_one() {
        assert!(regions(&[1000, 1050], Some(Bound::Numbers)).is_empty());
        assert_eq!(regions(&[2900, 2950], Some(Bound::Numbers)).len(), 1);
    }

    #[test]
    fn where_nothing_is_found_yet_it_may_be_anywhere() {
        ask(|prospects| {
            prospects.expect(0, Bound::Anywhere);
            prospects.expect(1, Bound::Anywhere);
            assert_eq!(prospects.regions(&[0]), [Span::new(0, usize::MAX)]);
            prospects.expect_nothing();
            assert!(prospects.shown().is_empty());
        });
    }
}
