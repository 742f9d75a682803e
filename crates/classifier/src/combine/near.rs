//! Combinations whose evidence stands close together, and what stands near a place.

use std::collections::BTreeSet;

use dosimeter_record::{Fingerprint, Span};

use super::{
    Chosen, Class, Met, Piece, Progress, Reveal, UNLESS_BYTES,
    classes::{ClassSet, Compiled, Need},
};
use crate::rule::Scope;

/// Where evidence of some classes stands, in the order of the text.
pub(super) struct Places {
    places: Vec<(Class, Span)>,
    /// For each place, how far it and those before it reach.
    ends: Vec<usize>,
}

impl Places {
    /// Of pieces in the order of the text.
    pub(super) fn new(pieces: &[Piece], classes: &ClassSet) -> Self {
        let places: Vec<(Class, Span)> = pieces
            .iter()
            .filter(|piece| classes.contains(piece.class))
            .map(|piece| (piece.class, piece.span))
            .collect();
        let ends = places.iter().scan(0, |end, (_, span)| {
            *end = span.end.max(*end);
            Some(*end)
        });
        Self { ends: ends.collect(), places }
    }

    /// A place near enough to `span` to forbid what rests on it.
    pub(super) fn against(&self, span: Span) -> Option<(Class, Span)> {
        let first = self.ends.partition_point(|end| end.saturating_add(UNLESS_BYTES) < span.start);
        let is_near = |place: &&(Class, Span)| place.1.distance(span) <= UNLESS_BYTES;
        let after = self.places.get(first..)?.iter();
        after
            .take_while(|place| place.1.start <= span.end.saturating_add(UNLESS_BYTES))
            .find(is_near)
            .copied()
    }
}

/// The search for combinations whose evidence stands close together in one segment.
pub(super) struct Search<'w, T> {
    /// In the order of the text.
    pub(super) pieces: &'w mut [Piece],
    pub(super) segment: u32,
    pub(super) text: &'w T,
    /// What begins before this place has been decided.
    pub(super) from: usize,
    /// Where what was scanned ends, if the segment goes on.
    pub(super) end: Option<usize>,
}

/// The pieces that serve a combination, in the order of the text.
struct Serving {
    /// Where they stand, and their index among all pieces.
    pieces: Vec<(Span, usize)>,
    /// For each need: how many serve it before the first, the second, … of them.
    counts: Vec<Vec<usize>>,
}

impl Serving {
    fn new(rule: &Compiled, pieces: &[Piece]) -> Self {
        let mut serving = Self { pieces: Vec::new(), counts: vec![vec![0]; rule.needs.len()] };
        for (index, piece) in pieces.iter().enumerate() {
            if !rule.serves.contains(piece.class) {
                continue;
            }
            serving.pieces.push((piece.span, index));
            for (need, counts) in rule.needs.iter().zip(&mut serving.counts) {
                let before = counts.last().copied().unwrap_or(0);
                counts.push(before.saturating_add(usize::from(need.classes.contains(piece.class))));
            }
        }
        serving
    }

    /// The pieces from the `first` on that begin no later than `reached`, if they are enough for every
    /// need: most windows are not, and this says so without looking at each of their pieces.
    fn window(&self, rule: &Compiled, first: usize, reached: usize) -> Option<&[(Span, usize)]> {
        let last = self.pieces.partition_point(|(span, _)| span.start <= reached);
        let is_enough = rule.needs.iter().zip(&self.counts).all(|(need, counts)| {
            let before = |index: usize| counts.get(index).copied().unwrap_or(0);
            before(last).saturating_sub(before(first)) >= need.at_least
        });
        if is_enough { self.pieces.get(first..last) } else { None }
    }
}

impl<T: Reveal> Search<'_, T> {
    /// Looks for the first pieces that fulfil `rule`; says where begins what is still open.
    pub(super) fn run(&mut self, rule: &Compiled, reach: usize, progress: &mut Progress) -> usize {
        let mut open = usize::MAX;
        let serving = Serving::new(rule, self.pieces);
        let unless = Places::new(self.pieces, &rule.unless);
        let from = serving.pieces.partition_point(|(span, _)| span.start < self.from);
        for (first, &(span, _)) in serving.pieces.iter().enumerate().skip(from) {
            let reached = span.end.saturating_add(reach);
            if self.end.is_some_and(|end| reached >= end) {
                open = open.min(span.start);
            }
            let Some(window) = serving.window(rule, first, reached) else { continue };
            let Some(chosen) = self.choose(rule, window) else { continue };
            if chosen.iter().any(|&(span, _)| unless.against(span).is_some()) {
                continue;
            }
            let may_be_forbidden =
                |end| chosen.iter().any(|(span, _)| span.end.saturating_add(UNLESS_BYTES) >= end);
            let fulfilled = self.reveal(&chosen);
            if open < span.start || self.end.is_some_and(may_be_forbidden) {
                open = open.min(span.start);
                continue;
            }
            if rule.scope == Scope::Conversation {
                progress.beside = self.reveal(window).unwrap_or_default();
            }
            progress.fulfilled = fulfilled;
            return usize::MAX;
        }
        open
    }

    /// One piece for each need: the first, if there are enough distinct ones.
    fn choose(&mut self, rule: &Compiled, window: &[(Span, usize)]) -> Option<Vec<(Span, usize)>> {
        rule.needs.iter().map(|need| self.met_by(need, window)).collect()
    }

    fn met_by(&mut self, need: &Need, window: &[(Span, usize)]) -> Option<(Span, usize)> {
        let mut first = None;
        let mut distinct: BTreeSet<Fingerprint> = BTreeSet::new();
        for &(span, index) in window {
            let Some(piece) = self.pieces.get_mut(index) else { continue };
            if !need.classes.contains(piece.class) {
                continue;
            }
            let first = first.get_or_insert((span, index));
            if need.at_least == 1 {
                return Some(*first);
            }
            distinct.extend(piece.fingerprint(self.text));
            if distinct.len() >= need.at_least {
                return Some(*first);
            }
        }
        None
    }

    /// What is kept of pieces, of which the last is shown.
    fn reveal(&mut self, pieces: &[(Span, usize)]) -> Option<Vec<Chosen>> {
        let shown = pieces.len().checked_sub(1);
        let mut reveal = |(place, &(_, index)): (usize, &(Span, usize))| {
            let piece = self.pieces.get_mut(index)?;
            piece.chosen(self.text, self.segment, Some(place) == shown)
        };
        pieces.iter().enumerate().map(&mut reveal).collect()
    }
}

impl Progress {
    /// Notes what serves a combination whose evidence may stand anywhere.
    pub(super) fn collect<T: Reveal>(&mut self, rule: &Compiled, search: &mut Search<'_, T>) {
        self.needs.resize_with(rule.needs.len(), Met::default);
        let last = rule.needs.len().saturating_sub(1);
        for piece in search.pieces.iter_mut() {
            if piece.settled || !rule.serves.contains(piece.class) {
                continue;
            }
            for (index, (need, met)) in rule.needs.iter().zip(&mut self.needs).enumerate() {
                if need.classes.contains(piece.class) {
                    met.add(need, piece, search.text, (search.segment, index == last));
                }
            }
        }
        let unless = Places::new(search.pieces, &rule.unless);
        let firsts = self.needs.iter_mut().filter_map(|met| met.first.as_mut());
        for first in firsts.filter(|first| first.segment == search.segment) {
            first.against = first.against.or_else(|| unless.against(first.span));
        }
    }
}

impl Met {
    fn add(
        &mut self,
        need: &Need,
        piece: &mut Piece,
        text: &impl Reveal,
        (segment, is_shown): (u32, bool),
    ) {
        let place = (segment, piece.span.start);
        if self.first.as_ref().is_none_or(|first| place < (first.segment, first.span.start)) {
            let first = piece.chosen(text, segment, is_shown);
            self.others.extend(std::mem::replace(&mut self.first, first));
            return;
        }
        // The first may be among them once more, if a table came before it.
        if self.others.len() >= need.at_least || need.at_least == 1 {
            return;
        }
        let Some(fingerprint) = piece.fingerprint(text) else { return };
        let mut known = self.first.iter().chain(&self.others);
        if known.all(|known| known.fingerprint != fingerprint) {
            self.others.extend(piece.chosen(text, segment, false));
        }
    }

    /// The first piece of enough distinct ones.
    pub(super) fn met(&self, need: &Need) -> Option<&Chosen> {
        let first = self.first.as_ref()?;
        let others = self.others.iter().filter(|other| other.fingerprint != first.fingerprint);
        (others.count() >= need.at_least.saturating_sub(1)).then_some(first)
    }
}
