//! One pattern at one place of a text: does it match here, and up to where?
//!
//! Nearly all places at which a pattern is tried do not match, so that answer must come fast: a lazily
//! built automaton over bytes reads until it is dead, mostly within a few. Only a match is read again,
//! for the group that holds the value.
//!
//! Where a text makes that automaton build state after state, or give up, that of the pattern without counts and
//! word boundaries takes its place ([`automaton`]): it rules out nearly as much and stays small.

use regex_automata::{
    Anchored, Input, MatchKind,
    nfa::thompson::{
        NFA, WhichCaptures,
        backtrack::{self, BoundedBacktracker},
        pikevm::{self, PikeVM},
    },
    util::primitives::NonMaxUsize,
};
use regex_syntax::hir::{Hir, HirKind};

use crate::rule::{
    automaton::{self, Automaton, Reader},
    relaxed::relaxed,
};

/// Where a pattern matches: everything, and its first group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Matched {
    pub(crate) whole: (usize, usize),
    pub(crate) value: (usize, usize),
}

/// A compiled pattern.
#[derive(Debug)]
pub(crate) struct Matcher {
    /// Finds where the match ends; in its relaxed form, where the longest ends.
    automaton: Automaton,
    /// For what the automaton gives up on, and for the group of short matches.
    backtracker: BoundedBacktracker,
    /// For the group of long matches.
    machine: PikeVM,
    /// How many bytes stand before and behind the group, if they are always as many: then nothing has to
    /// be read again.
    margins: Option<(usize, usize)>,
}

/// What a matcher needs while it searches; one per thread.
#[derive(Debug)]
pub(crate) struct Memory {
    automaton: automaton::Memory,
    backtracker: backtrack::Cache,
    machine: Option<pikevm::Cache>,
    slots: [Option<NonMaxUsize>; 4],
}

/// How much memory the states of one automaton may take, in bytes.
const STATES_MAX: usize = 1 << 20;
/// How large a compiled pattern may be, in bytes.
const SIZE_MAX: usize = 8 << 20;

impl Matcher {
    /// Compiles a pattern over bytes.
    pub(crate) fn new(hir: &Hir) -> Result<Self, String> {
        let nfa = nfa(hir, WhichCaptures::All)?;
        let automaton = automaton::lazy(nfa.clone(), MatchKind::LeftmostFirst, STATES_MAX)?;
        let backtracker = BoundedBacktracker::new_from_nfa(nfa.clone());
        let machine = PikeVM::new_from_nfa(nfa);
        Ok(Self {
            automaton: Automaton::new(automaton),
            backtracker: backtracker.map_err(|error| error.to_string())?,
            machine: machine.map_err(|error| error.to_string())?,
            margins: margins(hir),
        })
    }

    /// Memory for one thread.
    pub(crate) fn memory(&self) -> Memory {
        Memory {
            automaton: self.automaton.memory(),
            backtracker: self.backtracker.create_cache(),
            machine: None,
            slots: [None; 4],
        }
    }

    /// The match that begins exactly at `start` and ends before `end`; `hir` is the pattern.
    pub(crate) fn at(
        &self,
        memory: &mut Memory,
        hir: impl FnOnce() -> Option<Hir>,
        text: &str,
        (start, end): (usize, usize),
    ) -> Option<Matched> {
        let input = Input::new(text).range(start..end).anchored(Anchored::Yes);
        let compile = || {
            let nfa = nfa(&relaxed(&hir()?), WhichCaptures::None).ok()?;
            automaton::lazy(nfa, MatchKind::All, STATES_MAX).ok()
        };
        let found = self.automaton.read(&mut memory.automaton, compile, |reader| {
            let Reader { automaton, cache, is_exact } = reader;
            let half = automaton.try_search_fwd(cache, &input).ok()?;
            Some(half.map(|half| (half.offset(), is_exact)))
        });
        let Some(found) = found else { return self.groups(memory, &input) };
        let (end, is_exact) = found?;
        if let (true, Some((before, behind))) = (is_exact, self.margins) {
            let value = (start.saturating_add(before), end.saturating_sub(behind));
            return Some(Matched { whole: (start, end), value });
        }
        self.groups(memory, &input.range(start..end))
    }

    fn groups(&self, memory: &mut Memory, input: &Input<'_>) -> Option<Matched> {
        let Memory { backtracker, machine, slots, .. } = memory;
        slots.fill(None);
        let found = self.backtracker.try_search_slots(backtracker, input, slots);
        if found.is_err() {
            let machine = machine.get_or_insert_with(|| self.machine.create_cache());
            slots.fill(None);
            self.machine.search_slots(machine, input, slots);
        }
        let [start, end, group_start, group_end] = slots.map(|slot| slot.map(NonMaxUsize::get));
        let whole = (start?, end?);
        Some(Matched { whole, value: group_start.zip(group_end).unwrap_or(whole) })
    }
}

fn nfa(hir: &Hir, captures: WhichCaptures) -> Result<NFA, String> {
    let config = NFA::config().utf8(false).which_captures(captures).nfa_size_limit(Some(SIZE_MAX));
    NFA::compiler().configure(config).build_from_hir(hir).map_err(|error| error.to_string())
}

/// How many bytes stand before and behind the first group of every match, if that is certain.
fn margins(hir: &Hir) -> Option<(usize, usize)> {
    let properties = hir.properties();
    if properties.explicit_captures_len() == 0 {
        return Some((0, 0));
    }
    match hir.kind() {
        HirKind::Capture(capture) if capture.index == 1 => Some((0, 0)),
        HirKind::Concat(parts) => {
            let has_group = |part: &Hir| part.properties().explicit_captures_len() > 0;
            let (before, rest) = parts.split_at(parts.iter().position(has_group)?);
            let (group, behind) = rest.split_first()?;
            let fixed = |parts: &[Hir]| {
                parts.iter().try_fold(0_usize, |sum, part| {
                    let (least, most) =
                        (part.properties().minimum_len()?, part.properties().maximum_len()?);
                    (least == most).then(|| sum.saturating_add(least))
                })
            };
            let (inner_before, inner_behind) = margins(group)?;
            Some((
                fixed(before)?.saturating_add(inner_before),
                fixed(behind)?.saturating_add(inner_behind),
            ))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::anchor;

    #[test]
    fn texts_that_outgrow_the_automaton_match_alike() {
        let hir = anchor::parse(r"(?:[a-z]{1,30} ){1,4}([^;\n]{0,200}?9)|x{2} x", false).unwrap();
        let (matcher, fresh) = (Matcher::new(&hir).unwrap(), Matcher::new(&hir).unwrap());
        let mut memory = matcher.memory();
        for seed in 0..1331_usize {
            let words =
                (0..40_usize).map(|word| "x".repeat(1 + seed / [1, 11, 121][word % 3] % 11));
            let end = if seed % 3 == 0 { "9" } else { ";" };
            let text = words.collect::<Vec<_>>().join(" ") + end;
            let at = |matcher: &Matcher, memory: &mut Memory| {
                matcher.at(memory, || Some(hir.clone()), &text, (0, text.len()))
            };
            assert_eq!(at(&matcher, &mut memory), at(&fresh, &mut fresh.memory()), "{text}");
        }
        assert!(memory.automaton.is_outgrown());
    }

    #[test]
    fn the_place_of_a_group_is_known_where_it_is_fixed() {
        let of = |pattern| margins(&anchor::parse(pattern, false).unwrap());
        assert_eq!(of(r"\b([0-9]{3,9})\b"), Some((0, 0)));
        assert_eq!(of("abc"), Some((0, 0)));
        assert_eq!(of(r"id=([0-9]{3,9});"), Some((3, 1)));
        assert_eq!(of(r"id ?=([0-9]{3,9})"), None);
        assert_eq!(of("a(b)|cc(d)"), None);
        assert_eq!(of("(?:(a)b)?"), None);
    }
}
