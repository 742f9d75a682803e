//! What is certain of every match of a pattern, before any text is seen.

use regex_syntax::hir::{Class, Hir, HirKind, Look};

use super::anchor;

/// What every match of a pattern has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Certain {
    /// A digit of ASCII somewhere in it.
    pub(crate) digit: bool,
    /// The beginning of a line where it begins.
    pub(crate) line: bool,
}

impl Certain {
    /// Of a pattern, if it is one.
    pub(crate) fn of(pattern: &str, unicode: bool) -> Self {
        anchor::parse(pattern, unicode)
            .map_or_else(|_| Self::default(), |hir| Self { digit: digit(&hir), line: line(&hir) })
    }
}

fn digit(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Literal(literal) => literal.0.iter().any(u8::is_ascii_digit),
        HirKind::Class(Class::Bytes(class)) => {
            let mut ranges = class.ranges().iter();
            ranges.all(|range| [range.start(), range.end()].iter().all(u8::is_ascii_digit))
        }
        HirKind::Class(Class::Unicode(class)) => {
            let mut ranges = class.ranges().iter();
            ranges.all(|range| [range.start(), range.end()].iter().all(char::is_ascii_digit))
        }
        HirKind::Repetition(repetition) => repetition.min > 0 && digit(&repetition.sub),
        HirKind::Capture(capture) => digit(&capture.sub),
        HirKind::Concat(parts) => parts.iter().any(digit),
        HirKind::Alternation(branches) => branches.iter().all(digit),
        HirKind::Empty | HirKind::Look(_) => false,
    }
}

fn line(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Look(look) => matches!(look, Look::Start | Look::StartLF),
        HirKind::Capture(capture) => line(&capture.sub),
        HirKind::Concat(parts) => parts.first().is_some_and(line),
        HirKind::Alternation(branches) => branches.iter().all(line),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_every_match_has_is_certain() {
        let of = |pattern| {
            let Certain { digit, line } = Certain::of(pattern, false);
            (digit, line)
        };
        assert_eq!(of("(?m)^[a-z]{2}([0-9]{1,3}|x7)"), (true, true));
        assert_eq!(of("a[0-9]{0,3}"), (false, false));
        assert_eq!(of("(?:[0-9]|[a-z])"), (false, false));
        assert_eq!(of("(?m)(?:^a|b)1"), (true, false));
        assert_eq!(of("[0-9a-f]{4}"), (false, false));
        assert_eq!(of("(?m)(?:^1|^2)"), (true, true));
    }
}
