//! What several pieces of evidence mean together.
//!
//! Works on [`Evidence`] alone, so that it serves one message and a whole conversation alike, long
//! after the text is gone.

use std::{borrow::Cow, collections::BTreeSet};

use dosimeter_record::{Evidence, Fingerprint};

use crate::rule::{Combination, Need};

/// How far evidence that forbids a combination reaches, in bytes: a policy quoted at the top of a
/// long document says nothing about its end.
const UNLESS_BYTES: usize = 1000;

/// Finds the evidence that fulfils a combination: one piece for each need, in the order of the needs.
pub(crate) fn fulfilled<'e>(
    combination: &Combination,
    evidence: &'e [Evidence],
) -> Option<Vec<&'e Evidence>> {
    let serves = |piece: &&Evidence| combination.all.iter().any(|need| need.accepts(piece));
    let mut pieces: Vec<&Evidence> = evidence.iter().filter(serves).collect();
    pieces.sort_by_key(|piece| (piece.segment, piece.span.start));
    let Some(reach) = combination.within_chars else {
        return choose(combination, evidence, &pieces);
    };
    // Most texts lack one of the needs altogether.
    combination.all.iter().try_for_each(|need| need.met_by(&pieces).map(|_| ()))?;
    (0..pieces.len())
        .find_map(|first| choose(combination, evidence, window(pieces.get(first..)?, reach)))
}

/// One piece for each need, out of a window.
fn choose<'e>(
    combination: &Combination,
    evidence: &'e [Evidence],
    window: &[&'e Evidence],
) -> Option<Vec<&'e Evidence>> {
    let chosen: Vec<&Evidence> =
        combination.all.iter().map(|need| need.met_by(window)).collect::<Option<_>>()?;
    let forbidden = chosen.iter().any(|piece| forbids(&combination.unless, evidence, piece));
    (!forbidden).then_some(chosen)
}

/// Whether evidence of one of `classes` stands near `piece`.
pub(crate) fn forbids(
    classes: &[Cow<'static, str>],
    evidence: &[Evidence],
    piece: &Evidence,
) -> bool {
    evidence
        .iter()
        .filter(|other| classes.contains(&other.class) && other.segment == piece.segment)
        .any(|other| other.span.distance(piece.span) <= UNLESS_BYTES)
}

/// The leading pieces that stand within `reach` bytes of the first.
fn window<'w, 'e>(pieces: &'w [&'e Evidence], reach: usize) -> &'w [&'e Evidence] {
    let Some(first) = pieces.first() else { return pieces };
    let inside = |piece: &&Evidence| {
        piece.segment == first.segment && first.span.distance(piece.span) <= reach
    };
    let count = pieces.iter().take_while(|piece| inside(piece)).count();
    pieces.get(..count).unwrap_or_default()
}

impl Need {
    fn accepts(&self, piece: &Evidence) -> bool {
        self.classes.contains(&piece.class)
    }

    /// The first piece of enough distinct ones.
    fn met_by<'e>(&self, window: &[&'e Evidence]) -> Option<&'e Evidence> {
        let mut accepted = window.iter().copied().filter(|piece| self.accepts(piece));
        let first = accepted.next()?;
        let mut distinct: BTreeSet<Fingerprint> = BTreeSet::from([first.fingerprint]);
        if self.at_least > 1 {
            distinct.extend(accepted.map(|piece| piece.fingerprint));
        }
        (distinct.len() >= self.at_least).then_some(first)
    }
}
