//! Stage 3: patterns, tried only where the prefilter points.
//!
//! Where a match may begin far before its anchor, the pattern is first read backwards from there
//! ([`crate::rule::lead`]), which leaves mostly none of the beginnings and else the right ones.
//!
//! A match of a rule begins only where a word does ([`begin`](crate::begin)): `pass` is not found in `compass`. Each
//! place is tried once by each rule, and never inside a match of the same rule: the work is linear in
//! the text for each rule, whatever the input.

use dosimeter_record::Span;

use crate::{
    begin::{add_begins, may_begin},
    prefilter::Candidate,
    rule::{Rule, pattern::Compiled},
    scan::Stretch,
    scratch::{RuleMemory, Scratch},
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

/// Tries the patterns at their candidates, which come sorted. Matches come sorted by rule, then position.
pub(crate) fn detect(
    rules: &[Rule],
    scratch: &mut Scratch,
    stretch: Stretch<'_>,
    candidates: &[Candidate],
    matches: &mut Vec<Match>,
) {
    search(rules, scratch, stretch, (candidates, None), matches);
}

/// The same for matches that begin in some windows or right behind one; these ascend and do not overlap.
pub(crate) fn detect_within(
    rules: &[Rule],
    scratch: &mut Scratch,
    stretch: Stretch<'_>,
    (candidates, windows): (&[Candidate], &[Span]),
    matches: &mut Vec<Match>,
) {
    search(rules, scratch, stretch, (candidates, Some(windows)), matches);
}

fn search(
    rules: &[Rule],
    scratch: &mut Scratch,
    stretch: Stretch<'_>,
    (candidates, windows): (&[Candidate], Option<&[Span]>),
    matches: &mut Vec<Match>,
) {
    matches.clear();
    let mut starts = std::mem::take(&mut scratch.starts);
    for places in candidates.chunk_by(|left, right| left.rule == right.rule) {
        let Some(index) = places.first().map(|place| place.rule as usize) else { continue };
        if let Some(mut detector) = Detector::new(rules, scratch, index, stretch.text) {
            detector.starts(places, &mut starts);
            if let Some(windows) = windows {
                starts.retain(|&start| reaches(windows, start, start));
            }
            detector.run(&starts, matches);
        }
    }
    scratch.starts = starts;
}

/// Whether some of these windows, which ascend and do not overlap, has a place between two, or ends at one.
pub(crate) fn reaches(windows: &[Span], first: usize, last: usize) -> bool {
    let begun = windows.partition_point(|window| window.start <= last);
    let window = begun.checked_sub(1).and_then(|index| windows.get(index));
    window.is_some_and(|window| first <= window.end)
}

/// One rule's pattern on one text.
pub(crate) struct Detector<'a> {
    index: usize,
    rule: &'a Rule,
    compiled: &'a Compiled,
    memory: &'a mut RuleMemory,
    text: &'a str,
}

impl<'a> Detector<'a> {
    pub(crate) fn new(
        rules: &'a [Rule],
        scratch: &'a mut Scratch,
        index: usize,
        text: &'a str,
    ) -> Option<Self> {
        let rule = rules.get(index)?;
        let compiled = rule.pattern.compiled()?;
        let memory = scratch.rule(index, rule)?;
        Some(Self { index, rule, compiled, memory, text })
    }

    /// Collects where matches of some candidates may begin, ascending and each once.
    pub(crate) fn starts(&mut self, places: &[Candidate], starts: &mut Vec<usize>) {
        starts.clear();
        // Candidates that overlap have beginnings in common: they are thrown out before they are many.
        let mut many = 1024;
        // Places before this one are collected, as far as they were not read backwards.
        let mut next = 0;
        for place in places {
            if self.led(place, starts).is_none() {
                let from = next.max(place.first as usize);
                next = next.max((place.last as usize).saturating_add(1));
                let range = from..next;
                add_begins(self.text.as_bytes(), range, &self.compiled.first, starts);
            }
            if starts.len() > many {
                ascending(starts);
                many = starts.len().saturating_mul(2).max(many);
            }
        }
        ascending(starts);
    }

    /// Reads backwards from the anchor; `None` if that is not possible.
    fn led(&mut self, place: &Candidate, starts: &mut Vec<usize>) -> Option<()> {
        let lead = usize::from(place.lead).checked_sub(1)?;
        let compiled = self.rule.leads.compiled().get(lead)?.as_ref()?;
        let memory = self.memory.leads.get_mut(lead)?.as_mut()?;
        let (first, last) = (place.first as usize, place.last as usize);
        let anchor = last.saturating_add(usize::from(place.back_min));
        compiled.starts(memory, self.text.as_bytes(), first..anchor, starts)
    }

    /// Tries all places, but none inside a match.
    fn run(&mut self, starts: &[usize], matches: &mut Vec<Match>) {
        let mut next = 0;
        for &start in starts {
            if start >= next
                && may_begin(self.text.as_bytes(), start, &self.compiled.first)
                && let Some(whole) = self.matched(start, matches)
            {
                next = whole.end;
            }
        }
    }

    /// Tries a match that begins exactly here.
    fn matched(&mut self, start: usize, matches: &mut Vec<Match>) -> Option<Span> {
        let end = start.saturating_add(self.compiled.len_max).min(self.text.len());
        let hir = || self.rule.pattern.parsed().ok();
        let memory = &mut self.memory.matcher;
        let found = self.compiled.matcher.at(memory, hir, self.text, (start, end))?;
        let span = |(start, end)| Span::new(start, end);
        let (whole, value) = (span(found.whole), span(found.value));
        // A byte class may end inside a character; such a match is not a value.
        if value.slice(self.text).is_some() && !value.is_empty() {
            matches.push(Match { rule: self.index, value, whole });
        }
        Some(whole)
    }
}

/// Sorts positions, which mostly are, and drops what is there twice.
fn ascending(starts: &mut Vec<usize>) {
    if !starts.is_sorted_by(|left, right| left < right) {
        starts.sort_unstable();
        starts.dedup();
    }
}

#[cfg(test)]
pub(crate) mod reference {
    //! The straightforward way, which the prefilter and the anchors must never contradict.

    use regex_automata::{Input, meta::Regex};

    use super::*;
    use crate::begin::begins;

    /// Every rule's pattern over the whole text.
    pub(crate) fn detect(regexes: &[Regex], text: &str, searched: Span) -> Vec<Match> {
        let mut matches = Vec::new();
        for (rule, regex) in regexes.iter().enumerate() {
            let mut captures = regex.create_captures();
            let mut position = searched.start;
            while position < searched.end {
                regex.captures(Input::new(text).range(position..), &mut captures);
                let Some(whole) = captures.get_match() else { break };
                if !begins(text.as_bytes(), whole.start()) {
                    position = whole.start() + 1;
                    continue;
                }
                position = whole.end();
                let value = captures.get_group(1).unwrap_or(whole.span());
                let (value, whole) =
                    (Span::new(value.start, value.end), Span::new(whole.start(), whole.end()));
                if value.slice(text).is_some() && !value.is_empty() {
                    matches.push(Match { rule, value, whole });
                }
            }
        }
        matches
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::{RuleSet, example, prefilter::Prefilter, table::Tables};

    #[test]
    fn the_prefilter_loses_no_match_of_the_reference() {
        let set = RuleSet::built_in();
        let [prefilter, prefilter_beside] =
            [false, true].map(|beside| Prefilter::new(&set.rules, beside));
        let regexes: Vec<_> = set.rules.iter().map(|rule| rule.pattern.reference()).collect();
        let mut scratch = Scratch::new(set.rules.len());
        let (mut candidates, mut matches) = (Vec::new(), Vec::new());
        let mut differ: BTreeSet<String> = BTreeSet::new();
        for (_, text) in example::texts(RuleSet::built_in_sources()).unwrap() {
            let tables = Tables::new(&text);
            for stretch in Stretch::cut(&text, Span::new(0, text.len()), &tables) {
                // Without asking for words, as the reference does not either.
                scratch.trace = Some(Vec::new());
                prefilter.candidates(&set.rules, stretch, &mut scratch, &mut candidates);
                let mut learned = std::mem::take(&mut scratch.beside.learned);
                let all = [stretch.searched];
                candidates.extend(prefilter_beside.within(&set.rules, stretch, all, &mut learned));
                scratch.beside.learned = learned;
                candidates.sort_unstable();
                detect(&set.rules, &mut scratch, stretch, &candidates, &mut matches);
                let named = |matches: &[Match]| -> BTreeSet<String> {
                    let anchored = |found: &&Match| !set.rules[found.rule].anchors.is_empty();
                    matches
                        .iter()
                        .filter(anchored)
                        .map(|found| {
                            format!("{} at {:?} of {text}", set.rules[found.rule].id(), found.value)
                        })
                        .collect()
                };
                let expected = reference::detect(&regexes, &text, stretch.searched);
                differ.extend(named(&expected).symmetric_difference(&named(&matches)).cloned());
            }
        }
        assert!(differ.is_empty(), "{differ:#?}");
    }
}
