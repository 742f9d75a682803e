//! Automata that are built while they read, and that get out of the way where they would build state after
//! state: [`relaxed`](super::relaxed) ones take their place, in that thread.

use std::sync::OnceLock;

use regex_automata::{
    MatchKind,
    hybrid::dfa::{Cache, DFA},
    nfa::thompson::NFA,
};

/// An automaton, and what takes its place once its states outgrow their memory.
#[derive(Debug)]
pub(super) struct Automaton {
    exact: DFA,
    /// Compiled when first needed.
    relaxed: OnceLock<Option<DFA>>,
}

/// What one thread needs to read with it.
#[derive(Debug)]
pub(super) struct Memory {
    exact: Cache,
    /// In place of the former.
    relaxed: Option<Cache>,
}

/// The automaton that a thread reads with.
pub(super) struct Reader<'m> {
    pub(super) automaton: &'m DFA,
    pub(super) cache: &'m mut Cache,
    /// Whether it matches what the pattern does, and no more.
    pub(super) is_exact: bool,
}

impl Automaton {
    pub(super) fn new(exact: DFA) -> Self {
        Self { exact, relaxed: OnceLock::new() }
    }

    /// Memory for one thread.
    pub(super) fn memory(&self) -> Memory {
        Memory { exact: self.exact.create_cache(), relaxed: None }
    }

    pub(super) fn reader<'m>(&'m self, memory: &'m mut Memory) -> Reader<'m> {
        match (self.relaxed.get(), &mut memory.relaxed) {
            (Some(Some(automaton)), Some(cache)) => Reader { automaton, cache, is_exact: false },
            _ => Reader { automaton: &self.exact, cache: &mut memory.exact, is_exact: true },
        }
    }

    /// To be called after reading: goes over to the relaxed automaton, which `compile` makes, if the states
    /// of the exact one have outgrown their memory.
    pub(super) fn check(&self, memory: &mut Memory, compile: impl FnOnce() -> Option<DFA>) {
        if memory.exact.clear_count() > 0 {
            let relaxed = self.relaxed.get_or_init(compile).as_ref();
            *memory = Memory { relaxed: relaxed.map(DFA::create_cache), ..self.memory() };
        }
    }
}

#[cfg(test)]
impl Memory {
    pub(super) fn is_relaxed(&self) -> bool {
        self.relaxed.is_some()
    }
}

/// An automaton whose states may take so many bytes.
pub(super) fn lazy(nfa: NFA, kind: MatchKind, states_max: usize) -> Result<DFA, String> {
    let config = DFA::config()
        .match_kind(kind)
        .unicode_word_boundary(true)
        .cache_capacity(states_max)
        .skip_cache_capacity_check(true);
    DFA::builder().configure(config).build_from_nfa(nfa).map_err(|error| error.to_string())
}
