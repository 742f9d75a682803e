//! A bounded regular expression over bytes, compiled when it is first needed.
//!
//! Most texts need few of the rules, and compiling a regex costs a thousand times more than looking
//! for its keyword: so the compiled form is made on the first candidate and kept.

use std::sync::OnceLock;

use regex_automata::{
    meta::{self, Regex},
    nfa::thompson::{NFA, State},
    util::{primitives::StateID, syntax},
};
use regex_syntax::ParserBuilder;

/// Bytes that may stand at one position of a match.
pub(crate) type ByteSet = [bool; 256];

/// How many leading positions of a match the shape dispatch looks at.
pub(crate) const PREFIX_LEN: usize = 6;

/// The longest match that a rule may have, in bytes. Bounds the work per candidate, and the overlap
/// between the chunks of a streamed text.
pub(crate) const LEN_MAX: usize = 8192;

#[derive(Debug)]
pub(crate) struct Pattern {
    source: String,
    unicode: bool,
    compiled: OnceLock<Option<Compiled>>,
}

#[derive(Debug)]
pub(crate) struct Compiled {
    pub(crate) regex: Regex,
    /// The longest match in bytes.
    pub(crate) len_max: usize,
}

/// Why a pattern cannot be used.
#[derive(Debug)]
pub(crate) enum PatternError {
    Syntax(String),
    Unbounded,
    MatchesNothing,
}

impl Pattern {
    /// Takes a pattern without looking at it: for the built-in rules, which a test compiles.
    pub(crate) fn trusted(source: String, unicode: bool) -> Self {
        Self { source, unicode, compiled: OnceLock::new() }
    }

    /// Takes a pattern and makes sure that it can be compiled and has bounded matches.
    pub(crate) fn checked(source: String, unicode: bool) -> Result<Self, PatternError> {
        let compiled = compile(&source, unicode)?;
        Ok(Self { source, unicode, compiled: OnceLock::from(Some(compiled)) })
    }

    pub(crate) fn source(&self) -> &str {
        &self.source
    }

    /// The compiled form; `None` only for a trusted pattern that should not have been.
    pub(crate) fn compiled(&self) -> Option<&Compiled> {
        self.compiled.get_or_init(|| compile(&self.source, self.unicode).ok()).as_ref()
    }

    /// Which bytes may stand at each of the first [`PREFIX_LEN`] positions of a match.
    ///
    /// Over-approximates: assertions are taken to hold, and positions are independent of each other.
    pub(crate) fn prefix(&self) -> Option<[ByteSet; PREFIX_LEN]> {
        let nfa = NFA::compiler()
            .syntax(syntax(self.unicode))
            .configure(NFA::config().utf8(false))
            .build(&self.source)
            .ok()?;
        let mut sets = [[false; 256]; PREFIX_LEN];
        let mut states = vec![nfa.start_anchored()];
        for position in 0..PREFIX_LEN {
            let closure = close(&nfa, &states);
            if closure.iter().any(|&id| matches!(nfa.state(id), State::Match { .. })) {
                sets.iter_mut().skip(position).for_each(|set| *set = [true; 256]);
                return Some(sets);
            }
            states = step(&nfa, &closure, sets.get_mut(position)?);
        }
        Some(sets)
    }
}

fn syntax(unicode: bool) -> syntax::Config {
    syntax::Config::new().unicode(unicode).utf8(false)
}

fn compile(source: &str, unicode: bool) -> Result<Compiled, PatternError> {
    let hir = ParserBuilder::new()
        .unicode(unicode)
        .utf8(false)
        .build()
        .parse(source)
        .map_err(|error| PatternError::Syntax(error.to_string()))?;
    let len_max = hir.properties().maximum_len().ok_or(PatternError::Unbounded)?;
    if len_max > LEN_MAX {
        return Err(PatternError::Unbounded);
    }
    if hir.properties().minimum_len().unwrap_or(0) == 0 {
        return Err(PatternError::MatchesNothing);
    }
    let regex = Regex::builder()
        .syntax(syntax(unicode))
        .configure(
            meta::Config::new()
                .utf8_empty(false)
                // Windows are short and already filtered: extracting literals again costs half of
                // the compilation and gains nothing.
                .auto_prefilter(false)
                .nfa_size_limit(Some(8 << 20))
                .hybrid_cache_capacity(1 << 20),
        )
        .build(source)
        .map_err(|error| {
            PatternError::Syntax(
                error.syntax_error().map_or_else(|| error.to_string(), ToString::to_string),
            )
        })?;
    Ok(Compiled { regex, len_max })
}

/// All states reachable without reading a byte.
fn close(nfa: &NFA, from: &[StateID]) -> Vec<StateID> {
    let mut seen = vec![false; nfa.states().len()];
    let mut stack = from.to_vec();
    let mut closure = Vec::new();
    while let Some(id) = stack.pop() {
        match seen.get_mut(id.as_usize()) {
            Some(seen) if !*seen => *seen = true,
            _ => continue,
        }
        closure.push(id);
        match nfa.state(id) {
            State::Look { next, .. } | State::Capture { next, .. } => stack.push(*next),
            State::Union { alternates } => stack.extend(alternates.iter()),
            State::BinaryUnion { alt1, alt2 } => stack.extend([alt1, alt2]),
            _ => {}
        }
    }
    closure
}

/// Reads one byte in every state; records which bytes that may be.
fn step(nfa: &NFA, closure: &[StateID], set: &mut ByteSet) -> Vec<StateID> {
    let mut next = Vec::new();
    let mut allow = |start: u8, end: u8, to: StateID| {
        for byte in start..=end {
            if let Some(allowed) = set.get_mut(usize::from(byte)) {
                *allowed = true;
            }
        }
        next.push(to);
    };
    for &id in closure {
        match nfa.state(id) {
            State::ByteRange { trans } => allow(trans.start, trans.end, trans.next),
            State::Sparse(sparse) => {
                sparse
                    .transitions
                    .iter()
                    .for_each(|trans| allow(trans.start, trans.end, trans.next));
            }
            State::Dense(dense) => {
                for (byte, &to) in (0..=u8::MAX).zip(&dense.transitions) {
                    if to != StateID::ZERO {
                        allow(byte, byte, to);
                    }
                }
            }
            _ => {}
        }
    }
    next.sort_unstable();
    next.dedup();
    next
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_without_upper_length_is_refused() {
        for source in ["a+", "a*b", "a{3,}", "a{9000}"] {
            assert!(
                matches!(Pattern::checked(source.into(), false), Err(PatternError::Unbounded)),
                "{source}"
            );
        }
        assert!(Pattern::checked("a{3,9}".into(), false).is_ok());
        assert!(matches!(
            Pattern::checked("a{0,9}".into(), false),
            Err(PatternError::MatchesNothing)
        ));
    }

    #[test]
    fn the_prefix_lists_the_bytes_of_each_position() {
        let pattern = Pattern::trusted(r"\b(?:[A-C]{1,2}\d|9)x".into(), false);
        let prefix = pattern.prefix().unwrap();
        let bytes = |position: usize| -> String {
            (0..=255_u8)
                .filter(|&byte| prefix[position][usize::from(byte)])
                .map(char::from)
                .collect()
        };
        assert_eq!(bytes(0), "9ABC");
        assert_eq!(bytes(1), "0123456789ABCx");
        assert!(prefix[5][0], "past a match everything is allowed");
    }
}
