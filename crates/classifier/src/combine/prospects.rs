//! Where combinations could be fulfilled, while some evidence has not been looked for.

use dosimeter_record::Span;

use super::{
    classes::{Combinations, Compiled, Need},
    served::Served,
};
use crate::{
    bits,
    numbers::Numbers,
    rule::Scope,
    spans::{sorted_union, widened},
};

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
    /// The kinds of which something is known, or was.
    touched: Vec<usize>,
    served: Served,
    /// The combinations that could be fulfilled when last asked about, or have not been asked about.
    open: Vec<Open>,
    /// Rules that have not been tried; tables count as one.
    expected: Vec<(Option<usize>, Bound)>,
}

/// What is known of one kind of need.
#[derive(Debug, Default)]
struct Kind {
    /// Where evidence stands that serves it.
    places: Vec<Span>,
    /// Whether these ascend.
    is_sorted: bool,
    /// The rules that serve it and have not been tried, as places in [`Memory::expected`].
    expected: Vec<usize>,
}

/// A combination that lacks nothing altogether.
#[derive(Debug)]
struct Open {
    /// Its place in the rule set.
    combination: usize,
    /// Around where it could be fulfilled, when last asked: call after call, less is.
    regions: Vec<Span>,
}

/// The evidence of one stretch of text so far.
pub(crate) struct Prospects<'c> {
    rules: &'c Combinations,
    numbers: Numbers<'c>,
    memory: &'c mut Memory,
}

impl<'c> Prospects<'c> {
    pub(crate) fn new(
        rules: &'c Combinations,
        numbers: Numbers<'c>,
        memory: &'c mut Memory,
    ) -> Self {
        memory.forget(rules);
        Self { rules, numbers, memory }
    }

    /// Adds a match of rule `index`.
    pub(crate) fn add(&mut self, index: usize, span: Span) {
        for &kind in self.rules.kinds_of_rule(index) {
            let Some(known) = self.memory.touch(self.rules, kind) else { continue };
            let ascends = known.places.last().is_none_or(|last| *last <= span);
            known.is_sorted = ascends && (known.is_sorted || known.places.is_empty());
            known.places.push(span);
        }
    }

    /// Says where rule `index` may match. Each is said once.
    pub(crate) fn expect(&mut self, index: usize, bound: Bound) {
        self.expect_of(Some(index), self.rules.kinds_of_rule(index), bound);
    }

    /// Says that there are tables, whose rules come last.
    pub(crate) fn expect_tables(&mut self) {
        self.expect_of(None, &self.rules.kinds_of_tables, Bound::Anywhere);
    }

    fn expect_of(&mut self, index: Option<usize>, kinds: &[usize], bound: Bound) {
        let place = self.memory.expected.len();
        self.memory.expected.push((index, bound));
        for &kind in kinds {
            if let Some(known) = self.memory.touch(self.rules, kind) {
                known.expected.push(place);
            }
        }
    }

    /// Says that rule `index` has been tried.
    pub(crate) fn expect_no_more(&mut self, index: usize) {
        let mut expected = self.memory.expected.iter();
        let Some(place) = expected.position(|(rule, _)| *rule == Some(index)) else { return };
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
        self.memory.expected.clear();
    }

    /// Around where any of a set of combinations could be fulfilled by this evidence and all that is
    /// expected. O(n log n) in the evidence that they ask for.
    pub(crate) fn regions(&mut self, combinations: &[u64]) -> Vec<Span> {
        self.sort();
        let mut regions = Vec::new();
        let mut all = self.memory.take_open();
        all.retain_mut(|open| {
            let rule = self.rules.all.get(open.combination);
            let is_asked = bits::has(combinations, open.combination);
            let Some(rule) = rule.filter(|_| is_asked) else { return true };
            open.regions = self.of_rule(rule, &open.regions);
            regions.extend(&open.regions);
            !open.regions.is_empty()
        });
        self.memory.open = all;
        regions
    }

    /// Around what is shown of combinations: where one is fulfilled, and what a conversation is told.
    pub(crate) fn shown(&mut self) -> Vec<Span> {
        self.sort();
        let mut shown = Vec::new();
        for rule in self.rules.of_conversations.iter().filter_map(|&rule| self.rules.all.get(rule))
        {
            let kinds = rule.needs.iter().filter_map(|need| self.kind(need));
            shown.extend(kinds.flat_map(|kind| &kind.places));
        }
        for open in self.memory.take_open() {
            let rule = self.rules.all.get(open.combination);
            if let Some(rule) = rule.filter(|rule| rule.scope == Scope::Message) {
                shown.extend(self.of_rule(rule, &open.regions));
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

    /// Around where a combination could be fulfilled, if it could be only in some regions; anywhere, if
    /// there are none.
    fn of_rule(&self, rule: &Compiled, known: &[Span]) -> Vec<Span> {
        let all = Span::new(0, usize::MAX);
        let known = if known.is_empty() { &[all] } else { known };
        let needs = || rule.needs.iter().filter_map(|need| Some((self.kind(need)?, need.at_least)));
        if !needs().all(|(kind, at_least)| self.may_have(kind, at_least)) {
            return Vec::new();
        }
        let firm = || needs().filter(|(kind, _)| kind.expected.is_empty());
        let Some(reach) = rule.within.filter(|_| firm().next().is_some()) else {
            return vec![all];
        };
        let reach = reach.saturating_add(rule.len_max);
        let mut regions = Vec::new();
        for (kind, _) in firm() {
            // If one of these is the first piece that was found, all others of those stand behind it, and
            // what is expected on either side.
            let mut behind: Vec<Ascending<'_>> = firm().map(Ascending::new).collect();
            let expected = needs().filter(|(kind, _)| !kind.expected.is_empty());
            let mut around: Vec<Around<'_>> =
                expected.map(|(kind, at_least)| self.around(kind, at_least)).collect();
            let first = regions.len();
            for start in known.iter().flat_map(|region| kind.starts(*region)) {
                let end = start.saturating_add(reach);
                if !behind.iter_mut().all(|need| need.is_met(start, end)) {
                    continue;
                }
                // A value stands somewhere in its match.
                let part = widened(Span::new(start, start), reach.saturating_add(rule.len_max));
                if around.iter_mut().all(|need| need.may_be_met(part)) {
                    let region =
                        Span::new(start.saturating_sub(reach), end.saturating_add(rule.len_max));
                    // Where evidence is dense, one goes over into the next.
                    match regions.get_mut(first..).and_then(<[Span]>::last_mut) {
                        Some(last) if region.start <= last.end => last.end = region.end,
                        _ => regions.push(region),
                    }
                }
            }
        }
        sorted_union(regions.into_iter())
    }

    /// Whether the text may have so much that serves a need.
    fn may_have(&self, kind: &Kind, at_least: usize) -> bool {
        let mut count = kind.places.len();
        for bound in self.bounds(kind) {
            count = count.saturating_add(match bound {
                Bound::Anywhere => at_least,
                Bound::Numbers => self.numbers.most(Span::new(0, usize::MAX)),
                Bound::Places(places) => places.len(),
            });
        }
        count >= at_least
    }

    /// What is said of the rules that serve a need and have not been tried.
    fn bounds(&self, kind: &Kind) -> impl Iterator<Item = &Bound> {
        let expected = |place: &usize| self.memory.expected.get(*place);
        kind.expected.iter().filter_map(expected).map(|(_, bound)| bound)
    }

    fn around<'p>(&'p self, kind: &'p Kind, at_least: usize) -> Around<'p> {
        let mut around = Around {
            at_least,
            found: Sliding::new(&kind.places, |place| place.start),
            anywhere: false,
            at_numbers: 0,
            numbers: &self.numbers,
            expected: Vec::new(),
        };
        for bound in self.bounds(kind) {
            match bound {
                Bound::Anywhere => around.anywhere = true,
                Bound::Numbers => around.at_numbers = around.at_numbers.saturating_add(1),
                Bound::Places(places) => {
                    around.expected.push(Sliding::new(places, |place| *place));
                }
            }
        }
        around
    }
}

/// A need of which some evidence is expected, asked about parts of the text that ascend.
struct Around<'p> {
    at_least: usize,
    found: Sliding<'p, Span>,
    /// Whether some may be anywhere.
    anywhere: bool,
    /// How many rules may find some at each number.
    at_numbers: usize,
    numbers: &'p Numbers<'p>,
    expected: Vec<Sliding<'p, usize>>,
}

impl Around<'_> {
    /// Whether a part of the text may have enough.
    fn may_be_met(&mut self, part: Span) -> bool {
        if self.anywhere {
            return true;
        }
        let found = self.found.count(part);
        let numbers = if self.at_numbers == 0 { 0 } else { self.numbers.most(part) };
        let numbers = numbers.saturating_mul(self.at_numbers);
        let expected = self.expected.iter_mut().map(|places| places.count(part));
        expected.fold(found.saturating_add(numbers), usize::saturating_add) >= self.at_least
    }
}

/// Places that ascend, counted in parts of the text that ascend.
struct Sliding<'p, T> {
    places: &'p [T],
    start: fn(&T) -> usize,
    /// Those in the last part.
    first: usize,
    end: usize,
}

impl<'p, T> Sliding<'p, T> {
    const fn new(places: &'p [T], start: fn(&T) -> usize) -> Self {
        Self { places, start, first: 0, end: 0 }
    }

    /// How many are in a part of the text, or right behind it.
    fn count(&mut self, part: Span) -> usize {
        let start = |index: usize| self.places.get(index).map(self.start);
        while start(self.end).is_some_and(|start| start <= part.end) {
            self.end = self.end.wrapping_add(1);
        }
        while start(self.first).is_some_and(|start| start < part.start) {
            self.first = self.first.wrapping_add(1);
        }
        self.end.saturating_sub(self.first)
    }
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
    /// Where the places begin that do so in a region, or right behind it.
    fn starts(&self, region: Span) -> impl Iterator<Item = usize> {
        let first = self.places.partition_point(|place| place.start < region.start);
        let starts = self.places.get(first..).unwrap_or_default().iter().map(|place| place.start);
        starts.take_while(move |&start| start <= region.end)
    }
}

impl Memory {
    fn forget(&mut self, rules: &Combinations) {
        self.kinds.resize_with(rules.kinds.len(), Kind::default);
        for kind in self.touched.drain(..) {
            if let Some(known) = self.kinds.get_mut(kind) {
                known.places.clear();
                known.expected.clear();
            }
        }
        self.served.clear(rules);
        self.open.clear();
        self.expected.clear();
    }

    /// The combinations to ask about.
    fn take_open(&mut self) -> Vec<Open> {
        let mut open = std::mem::take(&mut self.open);
        let complete = self.served.complete.drain(..);
        open.extend(complete.map(|combination| Open { combination, regions: Vec::new() }));
        open
    }

    /// A kind of need of which something becomes known.
    fn touch(&mut self, rules: &Combinations, kind: usize) -> Option<&mut Kind> {
        if self.served.note(rules, kind) {
            self.touched.push(kind);
        }
        self.kinds.get_mut(kind)
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
            let regions = prospects.regions(&[1]);
            prospects.expect_no_more(1);
            assert!(prospects.regions(&[1]).is_empty());
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
            assert_eq!(prospects.regions(&[1]), [Span::new(0, usize::MAX)]);
            prospects.expect_nothing();
            assert!(prospects.shown().is_empty());
        });
    }
}
