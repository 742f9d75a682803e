//! How large a pattern can get when it is compiled.
//!
//! Compiling is what proves that a pattern can be compiled, and costs milliseconds where Unicode
//! classes are repeated. Most patterns are so small that no proof is needed: those of a user's rules
//! are then compiled at the first candidate, as the built-in ones are.

use regex_syntax::{
    hir::{Class, ClassUnicode, Hir, HirKind},
    utf8::{Utf8Sequence, Utf8Sequences},
};

use crate::rule::{anchor, pattern::LEN_MAX};

/// More states than this, and only compiling tells. A state takes 64 bytes at most, and patterns may
/// take 8 MiB; they take a tenth of what is estimated, since classes share their ends too.
const STATES_MAX: usize = 100_000;

/// Whether a pattern is valid and bounded, and certainly small enough to be compiled later.
pub(crate) fn is_light(source: &str, unicode: bool) -> bool {
    anchor::parse(source, unicode).is_ok_and(|hir| {
        let (min, max) = (hir.properties().minimum_len(), hir.properties().maximum_len());
        let bounded = min.is_some_and(|min| min > 0) && max.is_some_and(|max| max <= LEN_MAX);
        bounded && states(&hir).is_some_and(|states| states <= STATES_MAX)
    })
}

/// At most how many states a pattern has; `None` if there is no telling.
fn states(hir: &Hir) -> Option<usize> {
    let all = |parts: &[Hir]| {
        parts.iter().try_fold(parts.len(), |sum, part| sum.checked_add(states(part)?))
    };
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => Some(1),
        HirKind::Literal(literal) => Some(literal.0.len()),
        HirKind::Class(Class::Bytes(class)) => Some(class.ranges().len()),
        HirKind::Class(Class::Unicode(class)) => Some(encoded(class)),
        HirKind::Capture(capture) => states(&capture.sub)?.checked_add(2),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => all(parts),
        HirKind::Repetition(repetition) => {
            let each = states(&repetition.sub)?.checked_add(1)?;
            each.checked_mul(usize::try_from(repetition.max?).ok()?)
        }
    }
}

/// The bytes of a class in UTF-8. Sequences come sorted and share what they begin with.
fn encoded(class: &ClassUnicode) -> usize {
    let mut count = 0_usize;
    let mut previous: Option<Utf8Sequence> = None;
    for sequence in class.iter().flat_map(|range| Utf8Sequences::new(range.start(), range.end())) {
        let before = previous.as_ref().map(Utf8Sequence::as_slice).unwrap_or_default();
        let shared = sequence.as_slice().iter().zip(before).take_while(|(one, other)| one == other);
        count = count.saturating_add(sequence.len().saturating_sub(shared.count()));
        previous = Some(sequence);
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{RuleSet, rule::Pattern};

    fn check(source: &str, unicode: bool, light: bool) {
        assert_eq!(is_light(source, unicode), light, "{source}");
        if light {
            assert!(Pattern::checked(source.into(), unicode).is_ok(), "{source}");
        }
    }

    #[test]
    fn what_is_light_can_be_compiled() {
        check(r"\b(\p{Lu}\p{Ll}{2,20} \p{Lu}\w{2,20})\b", true, true);
        // The heaviest of the light ones.
        check(r"\w{1,69}", true, true);
        check(r"(?:\p{L}[\p{N}.]{0,3}){1,25}", true, true);
        check(r"(?:[a-z0-9]{1,60}\.){1,60}", false, true);
    }

    #[test]
    fn every_built_in_pattern_can_be_compiled() {
        for rule in &RuleSet::built_in().rules {
            assert!(rule.pattern.compiled().is_some(), "{}", rule.id);
        }
    }

    #[test]
    fn what_must_be_refused_is_not_light() {
        for source in ["a+", "a{9000}", "a{0,9}", "(", r"(?:\w{1,64}\.){1,64}"] {
            check(source, true, false);
        }
    }
}
