//! What stands between the beginning of a match and its anchor, read backwards.
//!
//! `([A-Z][a-z]{1,30} ){1,4}€ ?[0-9]` may begin a hundred bytes before its number. To try the pattern at
//! each of them would cost far more than to read back from the number: mostly the first byte before it
//! shows that it cannot be, and else the beginnings that are left are those that can, or hardly more
//! ([`relaxed`]).

use std::{ops::Range, sync::OnceLock};

use regex_automata::{
    Anchored, Input, MatchKind,
    hybrid::{
        LazyStateID,
        dfa::{Cache, DFA},
    },
    nfa::thompson::{NFA, WhichCaptures},
};
use regex_syntax::hir::Hir;

use crate::rule::{
    anchor,
    automaton::{self, Automaton, Reader},
    data::{List, Text},
    relaxed,
};

/// The leads of one rule, compiled when the first is needed.
#[derive(Debug)]
pub(crate) struct Leads {
    sources: List<Text>,
    compiled: OnceLock<Vec<Option<Lead>>>,
}

/// A compiled lead.
#[derive(Debug)]
pub(crate) struct Lead {
    parsed: Hir,
    automaton: Automaton,
}

/// What one thread needs to read a lead.
#[derive(Debug)]
pub(crate) struct Memory(automaton::Memory);

/// How much memory the states of one automaton may take, in bytes.
const STATES_MAX: usize = 1 << 18;

impl Leads {
    pub(crate) fn new(sources: List<Text>) -> Self {
        Self { sources, compiled: OnceLock::new() }
    }

    /// In the order in which anchors name them; `None` for what cannot be read backwards.
    pub(crate) fn compiled(&self) -> &[Option<Lead>] {
        self.compiled.get_or_init(|| self.sources.iter().map(|source| Lead::new(source)).collect())
    }
}

impl Lead {
    fn new(source: &str) -> Option<Self> {
        // What was printed says of each part itself whether it means bytes or characters.
        let parsed = anchor::parse(source, true).ok()?;
        Some(Self { automaton: Automaton::new(backwards(&parsed)?), parsed })
    }

    /// Memory for one thread.
    pub(crate) fn memory(&self) -> Memory {
        Memory(self.automaton.memory())
    }

    /// Adds all positions of a range at which a match with its anchor at the end of it may begin, the last
    /// one first, and, where the relaxed automaton reads, others, which cost a try each; `None` and nothing if
    /// that gives up as well.
    pub(crate) fn starts(
        &self,
        memory: &mut Memory,
        text: &[u8],
        range: Range<usize>,
        starts: &mut Vec<usize>,
    ) -> Option<()> {
        let known = starts.len();
        let compile = || backwards(&relaxed::relaxed(&self.parsed));
        self.automaton.read(&mut memory.0, compile, |Reader { automaton, cache, .. }| {
            let read = read(automaton, cache, text, range.clone(), starts);
            if read.is_none() {
                starts.truncate(known);
            }
            read
        })
    }
}

/// Reads backwards.
fn read(
    automaton: &DFA,
    cache: &mut Cache,
    text: &[u8],
    range: Range<usize>,
    starts: &mut Vec<usize>,
) -> Option<()> {
    let first = range.start;
    let lead = text.get(range.clone())?;
    let input = Input::new(text).range(range).anchored(Anchored::Yes);
    let mut state = automaton.start_state_reverse(cache, &input).ok()?;
    for (index, &byte) in lead.iter().enumerate().rev() {
        state = automaton.next_state(cache, state, byte).ok()?;
        if state.is_tagged() {
            // A match is seen one byte late.
            match ending(state)? {
                Ending::Match => starts.push(first.saturating_add(index).saturating_add(1)),
                Ending::Dead => return Some(()),
                Ending::None => {}
            }
        }
    }
    state = match first.checked_sub(1).and_then(|before| text.get(before)) {
        Some(&byte) => automaton.next_state(cache, state, byte),
        None => automaton.next_eoi_state(cache, state),
    }
    .ok()?;
    if let Ending::Match = ending(state)? {
        starts.push(first);
    }
    Some(())
}

/// The automaton that reads a lead from its end.
fn backwards(hir: &Hir) -> Option<DFA> {
    let config = NFA::config().utf8(false).reverse(true).which_captures(WhichCaptures::None);
    let nfa = NFA::compiler().configure(config).build_from_hir(hir).ok()?;
    automaton::lazy(nfa, MatchKind::All, STATES_MAX).ok()
}

/// What a state says of the position behind it.
enum Ending {
    Match,
    Dead,
    None,
}

/// `None` if the automaton gave up.
fn ending(state: LazyStateID) -> Option<Ending> {
    match state {
        _ if state.is_match() => Some(Ending::Match),
        _ if state.is_dead() => Some(Ending::Dead),
        _ if state.is_quit() || state.is_unknown() => None,
        _ => Some(Ending::None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn starts(lead: &str, text: &str, at: usize) -> Vec<usize> {
        let lead = Lead::new(lead).unwrap();
        let mut starts = Vec::new();
        lead.starts(&mut lead.memory(), text.as_bytes(), 0..at, &mut starts).unwrap();
        starts
    }

    #[test]
    fn all_beginnings_are_found_from_behind() {
        assert_eq!(starts("[a-z]{1,4} ", "abc 1", 4), [2, 1, 0]);
        assert_eq!(starts(r"\b[a-z]{1,4} ", "abc 1", 4), [0]);
        assert_eq!(starts(r"(?m)^[a-z ]{1,9}", "x\nab c1", 6), [2]);
        assert_eq!(starts("(?:EUR )?", "EUR 1", 4), [4, 0]);
        assert_eq!(starts("EUR ", "USD 1", 4), [0_usize; 0]);
    }

    #[test]
    fn texts_that_outgrow_the_automaton_lose_no_beginning() {
        let source = r"(?:[a-z]{1,30} ){1,4}[^;\n]{0,200}";
        let (lead, fresh) = (Lead::new(source).unwrap(), Lead::new(source).unwrap());
        let mut memory = lead.memory();
        for seed in 0..400_usize {
            let words =
                (0..60_usize).map(|word| "x".repeat(1 + seed / [1, 11, 121][word % 3] % 11));
            let text = words.collect::<Vec<_>>().join(" ");
            let starts = |lead: &Lead, memory: &mut Memory| {
                let mut starts = Vec::new();
                lead.starts(memory, text.as_bytes(), 0..text.len(), &mut starts).unwrap();
                starts
            };
            let expected = starts(&fresh, &mut fresh.memory());
            let found = starts(&lead, &mut memory);
            assert!(expected.iter().all(|start| found.contains(start)), "{text}");
        }
        assert!(memory.0.is_outgrown());
    }

    #[test]
    fn what_cannot_be_decided_is_tried() {
        assert_eq!(starts(r"\b[a-zé]{1,4} ", "né 1", 4), [1, 0]);
        assert_eq!(starts(r"\b[a-z]{1,4} ", "é abc 1", 7), [5, 4, 3]);
        assert_eq!(starts(r"\b[a-z]{1,4} ", "é, abc 1", 8), [4]);
    }
}
