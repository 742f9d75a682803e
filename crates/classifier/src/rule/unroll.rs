//! Patterns in the form in which anchors are looked for.

use regex_syntax::hir::{Capture, Hir, HirKind, Repetition};

/// The parts of a sequence, with groups opened.
pub(super) fn flatten(hir: &Hir) -> Vec<&Hir> {
    match hir.kind() {
        HirKind::Concat(parts) => parts.iter().flat_map(flatten).collect(),
        HirKind::Capture(capture) => flatten(&capture.sub),
        _ => vec![hir],
    }
}

/// The same pattern with its literals cut where words begin in them, and the first turns of its
/// repetitions on their own, so that each can be an anchor.
pub(super) fn unroll(hir: &Hir) -> Hir {
    match hir.kind() {
        HirKind::Literal(literal) => {
            let begins = |left: &u8, right: &u8| {
                right.is_ascii_alphanumeric() && !left.is_ascii_alphanumeric()
            };
            let pieces = literal.0.chunk_by(|left, right| !begins(left, right));
            Hir::concat(pieces.map(piece).collect())
        }
        HirKind::Repetition(repetition) => {
            let sub = unroll(&repetition.sub);
            let again = |turns: u32| {
                Hir::repetition(Repetition {
                    min: repetition.min.saturating_sub(turns),
                    max: repetition.max.map(|max| max.saturating_sub(turns)),
                    greedy: repetition.greedy,
                    sub: Box::new(sub.clone()),
                })
            };
            // What has parts of its own has them at least once.
            let has_parts = !matches!(sub.kind(), HirKind::Class(_) | HirKind::Literal(_));
            if repetition.min > 0 && repetition.max != Some(1) && has_parts {
                Hir::concat(vec![sub.clone(), again(1)])
            } else {
                again(0)
            }
        }
        HirKind::Capture(capture) => unroll(&capture.sub),
        HirKind::Concat(parts) => Hir::concat(parts.iter().map(unroll).collect()),
        HirKind::Alternation(branches) => Hir::alternation(branches.iter().map(unroll).collect()),
        HirKind::Empty | HirKind::Look(_) | HirKind::Class(_) => hir.clone(),
    }
}

/// A literal that a neighbouring literal is not merged with.
fn piece(bytes: &[u8]) -> Hir {
    let literal = Box::new(Hir::literal(bytes));
    Hir::capture(Capture { index: 1, name: None, sub: literal })
}
