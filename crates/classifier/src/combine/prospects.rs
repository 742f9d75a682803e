//! Where combinations could be fulfilled, while some evidence has not been looked for.

use dosimeter_record::Span;

use super::classes::{ClassSet, Combinations, Compiled, Need};
use crate::{numbers::Numbers, rule::Scope, spans::widened};

/// Evidence that has not been looked for, and of which it is not known where it could be.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pending {
    anywhere: ClassSet,
    /// What is looked for by each rule whose matches hold a number, with that rule.
    numbered: Vec<(usize, ClassSet)>,
}

impl Pending {
    /// Adds what rule `index` looks for.
    pub(crate) fn add(&mut self, index: usize, classes: &ClassSet, numbered: bool) {
        if numbered {
            self.numbered.push((index, classes.clone()));
        } else {
            self.anywhere.add(classes);
        }
    }

    /// Adds what may be anywhere.
    pub(crate) fn add_anywhere(&mut self, classes: &ClassSet) {
        self.anywhere.add(classes);
    }

    /// Leaves out a rule that has been tried, if its matches hold a number.
    pub(crate) fn remove(&mut self, index: usize) {
        self.numbered.retain(|(rule, _)| *rule != index);
    }
}

/// The evidence of one stretch of text so far.
pub(crate) struct Prospects<'c> {
    rules: &'c Combinations,
    numbers: Numbers<'c>,
    /// By class.
    places: Vec<Vec<Span>>,
    /// By rule that has not been tried: where it may match, at most.
    expected: Vec<(usize, Vec<usize>)>,
    /// By combination: whether it cannot be fulfilled any more.
    hopeless: Vec<bool>,
}

impl<'c> Prospects<'c> {
    pub(crate) fn new(rules: &'c Combinations, numbers: Numbers<'c>) -> Self {
        let places = vec![Vec::new(); rules.class_count()];
        Self {
            rules,
            numbers,
            places,
            expected: Vec::new(),
            hopeless: vec![false; rules.all.len()],
        }
    }

    /// Adds a match of rule `index`.
    pub(crate) fn add(&mut self, index: usize, span: Span) {
        for class in self.rules.of_rule(index) {
            if let Some(places) = self.places.get_mut(class.index()) {
                places.push(span);
            }
        }
    }

    /// Says where matches of rule `index` may begin.
    pub(crate) fn expect(&mut self, index: usize, places: Vec<usize>) {
        if !places.is_empty() {
            self.expected.push((index, places));
        }
    }

    /// Says that rule `index` has been tried.
    pub(crate) fn expect_no_more(&mut self, index: usize) {
        self.expected.retain(|(rule, _)| *rule != index);
    }

    /// Around where a combination that asks for any of `classes` could be fulfilled by this evidence, all
    /// that is expected, and as much as there can be of what is `pending`; call after call, there is less
    /// of these. O(n log n) in the evidence that a combination asks for.
    pub(crate) fn regions(&mut self, classes: &ClassSet, pending: &Pending) -> Vec<Span> {
        let mut regions = Vec::new();
        for (index, rule) in self.rules.all.iter().enumerate() {
            if rule.serves.intersects(classes) && !self.hopeless.get(index).copied().unwrap_or(true)
            {
                let of_rule = self.of_rule(rule, pending);
                if let Some(hopeless) = self.hopeless.get_mut(index) {
                    *hopeless = of_rule.is_empty();
                }
                regions.extend(of_rule);
            }
        }
        regions
    }

    /// Around what is shown of combinations: where one is fulfilled, and what a conversation is told.
    pub(crate) fn shown(&self) -> Vec<Span> {
        let of_rule = |(rule, hopeless): (&Compiled, &bool)| match rule.scope {
            Scope::Conversation => self.serving(&rule.serves),
            Scope::Message if *hopeless => Vec::new(),
            Scope::Message => self.of_rule(rule, &Pending::default()),
        };
        self.rules.all.iter().zip(&self.hopeless).flat_map(of_rule).collect()
    }

    /// Where evidence of some classes stands, in the order of the text.
    fn serving(&self, classes: &ClassSet) -> Vec<Span> {
        let mut places: Vec<Span> = classes
            .iter()
            .filter_map(|class| self.places.get(class.index()))
            .flatten()
            .copied()
            .collect();
        places.sort_unstable();
        places
    }

    fn of_rule(&self, rule: &Compiled, pending: &Pending) -> Vec<Span> {
        let mut needs: Vec<Asked> = Vec::new();
        for need in &rule.needs {
            if need.classes.intersects(&pending.anywhere) {
                continue;
            }
            let asked = self.asked(rule, need, pending);
            let numbers = || self.numbers.most(Span::new(0, usize::MAX));
            if !asked.is_enough(asked.places.len(), numbers) {
                return Vec::new();
            }
            needs.push(asked);
        }
        let is_firm = |asked: &&Asked| asked.slack == 0;
        let reach = rule.within.filter(|_| needs.iter().any(|asked| is_firm(&asked)));
        let Some(reach) = reach else { return vec![Span::new(0, usize::MAX)] };
        let reach = reach.saturating_add(rule.len_max);
        // If it begins at `start`, there are enough pieces of each kind from there on.
        let is_met = |start: usize| {
            let within = Span::new(start, start.saturating_add(reach));
            needs.iter().all(|asked| asked.is_met(within, &self.numbers))
        };
        let starts = needs.iter().filter(is_firm).flat_map(|asked| &asked.places).copied();
        let around = |start: usize| {
            let end = start.saturating_add(reach).saturating_add(rule.len_max);
            Span::new(start.saturating_sub(reach), end)
        };
        starts.filter(|&start| is_met(start)).map(around).collect()
    }

    /// What is known of a need of a combination.
    fn asked(&self, rule: &Compiled, need: &Need, pending: &Pending) -> Asked {
        let found = need.classes.iter().filter_map(|class| self.places.get(class.index()));
        let mut places: Vec<usize> = found.flatten().map(|place| place.start).collect();
        let serves = |rule: usize| {
            self.rules.of_rule(rule).iter().any(|&class| need.classes.contains(class))
        };
        let found = places.len();
        for (_, expected) in self.expected.iter().filter(|(rule, _)| serves(*rule)) {
            places.extend(expected);
        }
        let numbered = pending.numbered.iter();
        let by_number = numbered.filter(|(_, classes)| classes.intersects(&need.classes)).count();
        // A value stands somewhere in its match.
        let is_firm = places.len() == found && by_number == 0;
        let slack = if is_firm { 0 } else { rule.len_max };
        places.sort_unstable();
        Asked { at_least: need.at_least, places, by_number, slack }
    }
}

/// What is known of a need of a combination.
struct Asked {
    at_least: usize,
    /// Where what serves it begins, in the order of the text.
    places: Vec<usize>,
    /// How much else each number may hold.
    by_number: usize,
    /// How far from there it may be.
    slack: usize,
}

impl Asked {
    /// Whether there is enough in a part of a text.
    fn is_met(&self, part: Span, numbers: &Numbers<'_>) -> bool {
        let part = widened(part, self.slack);
        let before = |end: usize| self.places.partition_point(|&place| place < end);
        let count = before(part.end.saturating_add(1)).saturating_sub(before(part.start));
        self.is_enough(count, || numbers.most(part))
    }

    /// Whether so many of the places are enough, with so many numbers.
    fn is_enough(&self, count: usize, numbers: impl FnOnce() -> usize) -> bool {
        count >= self.at_least
            || self.by_number > 0
                && numbers().saturating_mul(self.by_number).saturating_add(count) >= self.at_least
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{RuleSet, beside::tests::rules_for_two_facts};

    #[test]
    fn there_are_regions_only_around_enough_evidence() {
        let mut rules = RuleSet::default();
        rules.add_toml("test.toml", &rules_for_two_facts()).unwrap();
        let combinations = Combinations::new(&rules);
        let of_rule = |rule| combinations.of_rule(rule).iter().copied().collect::<ClassSet>();
        let (facts, names) = (of_rule(0), of_rule(1));
        let text = format!("{}1", "x".repeat(3000));
        let prospects = |starts: &[usize]| {
            let numbers = Numbers::new(&text, Span::new(0, text.len()));
            let mut prospects = Prospects::new(&combinations, numbers);
            for &start in starts {
                prospects.add(0, Span::new(start, start + 6));
            }
            prospects
        };
        let pending = |classes: &ClassSet, numbered| {
            let mut pending = Pending::default();
            pending.add(1, classes, numbered);
            pending
        };
        let regions =
            |starts: &[usize], classes| prospects(starts).regions(&names, &pending(classes, false));
        assert!(regions(&[1000], &names).is_empty());
        assert!(regions(&[1000, 2000], &names).is_empty());
        let near = regions(&[1000, 1050], &names);
        assert!(near.iter().any(|region| region.start <= 900 && 1106 <= region.end), "{near:?}");
        assert!(near.iter().all(|region| 800 < region.start && region.end < 1250), "{near:?}");
        // What is still looked for may be anywhere.
        let mut all = names.clone();
        all.add(&facts);
        assert_eq!(regions(&[], &all), [Span::new(0, usize::MAX)]);
        assert!(regions(&[1000, 1050], &ClassSet::default()).is_empty());
        // What is expected stands near the place that is known of it.
        let mut expecting = prospects(&[1000, 1050]);
        expecting.expect(1, vec![1080]);
        assert_eq!(expecting.regions(&names, &Pending::default()).len(), 1);
        expecting.expect_no_more(1);
        assert!(expecting.regions(&names, &Pending::default()).is_empty());
        // What holds a number stands near one.
        let near_a_number = |starts| prospects(starts).regions(&names, &pending(&names, true));
        assert!(near_a_number(&[1000, 1050]).is_empty());
        assert_eq!(near_a_number(&[2900, 2950]).len(), 1);
    }
}
