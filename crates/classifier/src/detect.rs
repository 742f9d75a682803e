//! Stage 3: patterns, tried only where the prefilter points.
//!
//! Windows around keywords are merged before they are searched, so that a rule never reads a byte
//! twice: the work is linear in the text for each rule, whatever the input.

use dosimeter_record::Span;
use regex_automata::{Anchored, Input};

use crate::{
    prefilter::{Candidates, Place},
    rule::{Rule, pattern::Compiled},
    scratch::{RuleScratch, Scratch},
};

/// What a pattern matched, not validated yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Match {
    /// Index of the rule.
    pub(crate) rule: usize,
    /// The value: capture group 1, or everything.
    pub(crate) value: Span,
    /// All that the pattern matched.
    pub(crate) whole: Span,
}

/// Tries the patterns at their candidates. Matches come sorted by rule, then position.
pub(crate) fn detect(
    rules: &[Rule],
    scratch: &mut Scratch,
    text: &str,
    candidates: &Candidates,
) -> Vec<Match> {
    let mut matches = Vec::new();
    for (index, places) in candidates.iter() {
        let compiled = rules.get(index).and_then(|rule| rule.pattern.compiled());
        let (Some(compiled), Some(memory)) = (compiled, scratch.rule(index, compiled)) else {
            continue;
        };
        let mut detector = Detector { index, compiled, memory, text, matches: &mut matches };
        detector.run(places);
    }
    matches
}

/// One rule's pattern on one text.
struct Detector<'a> {
    index: usize,
    compiled: &'a Compiled,
    memory: &'a mut RuleScratch,
    text: &'a str,
    matches: &'a mut Vec<Match>,
}

impl Detector<'_> {
    fn run(&mut self, places: &[Place]) {
        let mut window: Option<Span> = None;
        for &place in places {
            match place {
                Place::StartsAt(start) => self.try_at(start),
                Place::Around(keyword) => {
                    let reach = self.compiled.len_max.saturating_sub(keyword.len());
                    let next = Span::new(
                        keyword.start.saturating_sub(reach),
                        keyword.end.saturating_add(reach).min(self.text.len()),
                    );
                    match &mut window {
                        Some(window) if next.start <= window.end => {
                            window.end = window.end.max(next.end);
                        }
                        _ => {
                            window.replace(next).into_iter().for_each(|done| self.search(done));
                        }
                    }
                }
            }
        }
        if let Some(window) = window {
            self.search(window);
        }
    }

    /// Finds all matches in a window, left to right, without overlap.
    fn search(&mut self, window: Span) {
        let mut position = window.start;
        while position < window.end {
            let input = Input::new(self.text).range(position..window.end);
            let Some(whole) = self.matched(&input) else { break };
            position = whole.end.max(position.saturating_add(1));
        }
    }

    /// Tries a match that starts exactly here.
    fn try_at(&mut self, start: usize) {
        let end = start.saturating_add(self.compiled.len_max).min(self.text.len());
        let input = Input::new(self.text).range(start..end).anchored(Anchored::Yes);
        self.matched(&input);
    }

    fn matched(&mut self, input: &Input<'_>) -> Option<Span> {
        let RuleScratch { cache, captures } = &mut *self.memory;
        self.compiled.regex.search_captures_with(cache, input, captures);
        let whole = captures.get_match()?;
        let whole = Span::new(whole.start(), whole.end());
        let value = captures.get_group(1).map_or(whole, |group| Span::new(group.start, group.end));
        // A byte class may end inside a character; such a match is not a value.
        if value.slice(self.text).is_some() && !value.is_empty() {
            self.matches.push(Match { rule: self.index, value, whole });
        }
        Some(whole)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use regex_automata::Input;

    use super::*;
    use crate::{RuleSet, example, prefilter::Prefilter, scan::Stretch, table::Tables};

    /// The straightforward way: every rule's pattern over the whole text.
    fn reference(rules: &[Rule], text: &str) -> BTreeSet<(String, Span)> {
        let mut matches = BTreeSet::new();
        for rule in rules {
            let Some(compiled) = rule.pattern.compiled() else { continue };
            let mut captures = compiled.regex.create_captures();
            let mut position = 0;
            while position < text.len() {
                compiled.regex.captures(Input::new(text).range(position..), &mut captures);
                let Some(whole) = captures.get_match() else { break };
                position = whole.end().max(position + 1);
                let value = captures.get_group(1).unwrap_or(whole.span());
                let value = Span::new(value.start, value.end);
                if value.slice(text).is_some() && !value.is_empty() {
                    matches.insert((rule.id().to_string(), value));
                }
            }
        }
        matches
    }

    #[test]
    fn the_prefilter_loses_no_match_of_the_reference() {
        let set = RuleSet::built_in();
        let prefilter = Prefilter::new(&set.rules).unwrap();
        let mut scratch = Scratch::new(set.rules.len());
        let mut candidates = Candidates::new(set.rules.len());
        let mut lost: BTreeSet<String> = BTreeSet::new();
        for (_, text) in example::texts(RuleSet::built_in_sources()).unwrap() {
            let tables = Tables::new(&text);
            for stretch in Stretch::cut(&text, Span::new(0, text.len()), &tables) {
                prefilter.candidates(stretch, &mut candidates);
            }
            let found: BTreeSet<(String, Span)> =
                detect(&set.rules, &mut scratch, &text, &candidates)
                    .into_iter()
                    .map(|found| (set.rules[found.rule].id().to_string(), found.value))
                    .collect();
            lost.extend(
                reference(&set.rules, &text)
                    .difference(&found)
                    .map(|(rule, span)| format!("{rule} at {span:?} of {text}")),
            );
        }
        assert!(lost.is_empty(), "{lost:#?}");
    }
}
