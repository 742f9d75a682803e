//! Automata that are built while they read, and that give way to [`relaxed`](super::relaxed) ones: for good,
//! in that thread, where they would build state after state, and for one place where they give up, which
//! they do at Unicode word boundaries beside characters beyond ASCII.

use std::sync::OnceLock;

use regex_automata::{
    MatchKind,
    hybrid::dfa::{Cache, DFA},
    nfa::thompson::NFA,
};

/// An automaton, and what it gives way to.
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
    relaxed: Option<Cache>,
    /// Whether the states of the exact one have outgrown their memory.
    is_outgrown: bool,
}

/// The automaton to read with.
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
        Memory { exact: self.exact.create_cache(), relaxed: None, is_outgrown: false }
    }

    /// Reads with the exact automaton, or else, if that gives up or has been outgrown, with the relaxed one,
    /// which `compile` makes; `None` if that gives up as well.
    pub(super) fn read<T>(
        &self,
        memory: &mut Memory,
        compile: impl FnOnce() -> Option<DFA>,
        mut read: impl FnMut(Reader<'_>) -> Option<T>,
    ) -> Option<T> {
        if !memory.is_outgrown {
            let cache = &mut memory.exact;
            let found = read(Reader { automaton: &self.exact, cache, is_exact: true });
            if memory.exact.clear_count() > 0 {
                memory.exact = self.exact.create_cache();
                memory.is_outgrown = true;
            }
            if found.is_some() {
                return found;
            }
        }
        let automaton = self.relaxed.get_or_init(compile).as_ref()?;
        let cache = memory.relaxed.get_or_insert_with(|| automaton.create_cache());
        read(Reader { automaton, cache, is_exact: false })
    }
}

#[cfg(test)]
impl Memory {
    pub(super) fn is_outgrown(&self) -> bool {
        self.is_outgrown
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
