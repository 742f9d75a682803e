//! Where combinations could be fulfilled, while some evidence has not been looked for.

use dosimeter_record::Span;

use super::classes::{ClassSet, Combinations, Compiled, Need};
use crate::rule::Scope;

/// The evidence of one stretch of text so far.
pub(crate) struct Prospects<'c> {
    rules: &'c Combinations,
    /// By class.
    places: Vec<Vec<Span>>,
    /// By combination: whether it cannot be fulfilled any more.
    hopeless: Vec<bool>,
}

impl<'c> Prospects<'c> {
    pub(crate) fn new(rules: &'c Combinations) -> Self {
        let places = vec![Vec::new(); rules.class_count()];
        Self { rules, places, hopeless: vec![false; rules.all.len()] }
    }

    /// Adds a match of rule `index`.
    pub(crate) fn add(&mut self, index: usize, span: Span) {
        for class in self.rules.of_rule(index) {
            if let Some(places) = self.places.get_mut(class.index()) {
                places.push(span);
            }
        }
    }

    /// Around where a combination that asks for any of `classes` could be fulfilled by this evidence and
    /// as much of the classes `pending` as it takes; call after call, there are fewer of these. O(n log n)
    /// in the evidence that a combination asks for.
    pub(crate) fn regions(&mut self, classes: &ClassSet, pending: &ClassSet) -> Vec<Span> {
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
            Scope::Message => self.of_rule(rule, &ClassSet::default()),
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

    fn of_rule(&self, rule: &Compiled, pending: &ClassSet) -> Vec<Span> {
        let is_firm = |need: &&Need| !need.classes.intersects(pending);
        let mut firm: Vec<(usize, Vec<Span>)> = Vec::new();
        for need in rule.needs.iter().filter(is_firm) {
            let places = self.serving(&need.classes);
            if places.len() < need.at_least {
                return Vec::new();
            }
            firm.push((need.at_least.saturating_sub(1), places));
        }
        let Some(reach) = rule.within.filter(|_| !firm.is_empty()) else {
            return vec![Span::new(0, usize::MAX)];
        };
        let reach = reach.saturating_add(rule.len_max);
        // If it begins at `start`, there are enough pieces of each kind from there on.
        let is_met = |start: usize| {
            firm.iter().all(|(last, places)| {
                let first = places.partition_point(|place| place.start < start);
                let last = places.get(first.saturating_add(*last));
                last.is_some_and(|place| place.start.saturating_sub(start) <= reach)
            })
        };
        let starts = firm.iter().flat_map(|(_, places)| places).map(|place| place.start);
        let around = |start: usize| {
            let end = start.saturating_add(reach).saturating_add(rule.len_max);
            Span::new(start.saturating_sub(reach), end)
        };
        starts.filter(|&start| is_met(start)).map(around).collect()
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
        let regions = |starts: &[usize], pending: &ClassSet| {
            let mut prospects = Prospects::new(&combinations);
            for &start in starts {
                prospects.add(0, Span::new(start, start + 6));
            }
            prospects.regions(&names, pending)
        };
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
    }
}
