//! Stage 3: patterns, tried only where the prefilter points.
//!
//! A match of a rule begins only where a word does ([`begins`]): `pass` is not found in `compass`. Each
//! place is tried once by each rule, and never inside a match of the same rule: the work is linear in
//! the text for each rule, whatever the input.

use dosimeter_record::Span;

use crate::{
    prefilter::Candidate,
    rule::{Rule, matcher::Memory, pattern::Compiled},
    scan::Stretch,
    scratch::Scratch,
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
    matches.clear();
    for places in candidates.chunk_by(|left, right| left.rule == right.rule) {
        let Some(index) = places.first().map(|place| place.rule as usize) else { continue };
        if let Some(mut detector) = Detector::new(rules, scratch, index, stretch.text, matches) {
            for place in places {
                detector.run(place);
            }
        }
    }
}

/// Whether a match may begin at `position`: words begin after something that is no letter, or with a
/// capital after a small letter; numbers after something that is no digit.
pub(crate) fn begins(text: &[u8], position: usize) -> bool {
    let before = position.checked_sub(1).and_then(|before| text.get(before)).copied();
    let (Some(before), Some(byte)) = (before, text.get(position)) else { return true };
    match byte {
        b'0'..=b'9' => !before.is_ascii_digit(),
        b'A'..=b'Z' => !before.is_ascii_uppercase(),
        b'a'..=b'z' => !before.is_ascii_alphabetic(),
        _ => true,
    }
}

/// One rule's pattern on one text.
struct Detector<'a> {
    index: usize,
    compiled: &'a Compiled,
    memory: &'a mut Memory,
    text: &'a str,
    /// Places before this one are done.
    next: usize,
    matches: &'a mut Vec<Match>,
}

impl<'a> Detector<'a> {
    fn new(
        rules: &'a [Rule],
        scratch: &'a mut Scratch,
        index: usize,
        text: &'a str,
        matches: &'a mut Vec<Match>,
    ) -> Option<Self> {
        let compiled = rules.get(index)?.pattern.compiled()?;
        let memory = scratch.rule(index, compiled)?;
        Some(Self { index, compiled, memory, text, next: 0, matches })
    }

    /// Tries all places at which the match of a candidate may begin.
    fn run(&mut self, place: &Candidate) {
        let bytes = self.text.as_bytes();
        let mut position = self.next.max(place.first as usize);
        while position <= place.last as usize {
            let may = bytes.get(position).is_some_and(|&byte| self.compiled.first.has(byte));
            let whole = if may && begins(bytes, position) { self.matched(position) } else { None };
            position = whole.map_or(position, |whole| whole.end).max(position.saturating_add(1));
            self.next = position;
        }
    }

    /// Tries a match that begins exactly here.
    fn matched(&mut self, start: usize) -> Option<Span> {
        let end = start.saturating_add(self.compiled.len_max).min(self.text.len());
        let found = self.compiled.matcher.at(self.memory, self.text, start, end)?;
        let span = |(start, end)| Span::new(start, end);
        let (whole, value) = (span(found.whole), span(found.value));
        // A byte class may end inside a character; such a match is not a value.
        if value.slice(self.text).is_some() && !value.is_empty() {
            self.matches.push(Match { rule: self.index, value, whole });
        }
        Some(whole)
    }
}

#[cfg(test)]
pub(crate) mod reference {
    //! The straightforward way, which the prefilter and the anchors must never contradict.

    use regex_automata::{Input, meta::Regex};

    use super::*;

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
        let prefilter = Prefilter::new(&set.rules);
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
