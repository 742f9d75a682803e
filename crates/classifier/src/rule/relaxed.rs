//! A pattern that asks less, for automata.
//!
//! `([A-Z][a-z]{1,30} ){1,4}[^\n]{0,70}€` counts letters, words and what follows all at once, and every text
//! gives other counts: an automaton would build a state for nearly every byte it reads, at a thousand times
//! the cost of reading it. And what is a word beyond ASCII it cannot tell, so that at `\b` in Greek text it gives
//! up. Without counts and word boundaries it has a handful of states, reads any text, matches whatever the
//! pattern does, and hardly more.

use regex_syntax::hir::{Hir, HirKind, Look, Repetition};

/// Up to so many are counted.
const COUNTED_MAX: u32 = 4;

/// The pattern without groups, high counts and boundaries of Unicode words: it matches all that the pattern
/// does.
pub(crate) fn relaxed(hir: &Hir) -> Hir {
    match hir.kind() {
        HirKind::Repetition(repetition) => {
            let Repetition { min, max, greedy, ref sub } = *repetition;
            let counted = max.is_some_and(|max| max <= COUNTED_MAX);
            let (min, max) = if counted { (min, max) } else { (min.min(1), None) };
            Hir::repetition(Repetition { min, max, greedy, sub: Box::new(relaxed(sub)) })
        }
        HirKind::Look(
            Look::WordUnicode
            | Look::WordUnicodeNegate
            | Look::WordStartUnicode
            | Look::WordEndUnicode
            | Look::WordStartHalfUnicode
            | Look::WordEndHalfUnicode,
        ) => Hir::empty(),
        HirKind::Capture(capture) => relaxed(&capture.sub),
        HirKind::Concat(parts) => Hir::concat(parts.iter().map(relaxed).collect()),
        HirKind::Alternation(branches) => Hir::alternation(branches.iter().map(relaxed).collect()),
        _ => hir.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::anchor;

    #[test]
    fn only_high_counts_and_boundaries_of_unicode_words_are_relaxed() {
        let of = |pattern| relaxed(&anchor::parse(pattern, false).unwrap()).to_string();
        let same = |pattern| anchor::parse(pattern, false).unwrap().to_string();
        assert_eq!(of("(a{1,30} ){1,4}b{0,9}?"), same("(?:a+ ){1,4}b*?"));
        assert_eq!(of("a{36}|b{2}"), same("a+|b{2}"));
        assert_eq!(of(r"\ba\b^"), same(r"\ba\b^"));
        assert_eq!(of(r"(?u:\ba\B)^"), same("a^"));
    }
}
