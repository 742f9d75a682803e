//! What several pieces of evidence mean together.
//!
//! Evidence is the most frequent thing that a text holds (`for example`, `$5 million`) and almost
//! never means anything. So a piece is a class and a place as long as its text is at hand; which value
//! it was, and what is shown of it, is asked only once the other needs of a combination are there.
//! What is decided after the text is gone rests on the few pieces that can still matter: the first of
//! each need, and as many distinct ones as it asks for.

mod classes;
mod near;
mod prospects;
mod served;

use std::collections::BTreeMap;

use dosimeter_record::{
    Confidence, Evidence, Fingerprint, Labelled, Position, Reason, Redaction, Span,
};

pub(crate) use self::{
    classes::{Class, ClassSet, Combinations},
    prospects::{Bound, Memory as ProspectMemory, Prospects},
};
use self::{
    near::{Places, Search},
    served::Served,
};
use crate::rule::Scope;

/// How far evidence that forbids a combination reaches, in bytes: a policy quoted at the top of a
/// long document says nothing about its end.
const UNLESS_BYTES: usize = 1000;
/// Evidence of one class is kept as long as it is not denser than this: more says nothing new, and
/// combinations compare what stands close together.
const PIECES_PER_CELL_MAX: u32 = 64;
/// The length of a cell, in bytes.
const CELL: usize = 512;
/// Pieces of evidence of one class in one resource.
const PIECES_PER_CLASS_MAX: u32 = 4096;
/// Says of matches whose text is at hand which values they are and how they are shown.
pub(crate) trait Reveal {
    fn fingerprint(&self, found: usize) -> Option<Fingerprint>;
    fn redaction(&self, found: usize) -> Option<Redaction>;
}

/// One piece of evidence.
#[derive(Clone, Debug)]
pub(crate) struct Piece {
    class: Class,
    confidence: Confidence,
    /// Where in the segment.
    span: Span,
    /// What of the segment is before it.
    before: Position,
    /// Which match of the stretch it is, while the text of that is at hand.
    found: Option<usize>,
    fingerprint: Option<Fingerprint>,
    redaction: Option<Redaction>,
    /// Which it was among the pieces that begin where it begins.
    order: usize,
    /// Whether its text is out of sight.
    settled: bool,
}

/// The evidence of one resource, as far as it can still matter.
#[derive(Debug, Default)]
pub(crate) struct Witnesses {
    segment: u32,
    /// Evidence of this segment; once settled, in the order of the text.
    pieces: Vec<Piece>,
    /// The classes of the pieces.
    present: ClassSet,
    served: Served,
    /// What begins before this place has been decided.
    open: usize,
    density: BTreeMap<Class, Density>,
    /// By combination; only of those that have evidence.
    progress: BTreeMap<usize, Progress>,
}

/// How much evidence of one class there is, in all and in the cell last seen.
#[derive(Clone, Debug, Default)]
struct Density {
    total: u32,
    cell: (u32, usize),
    in_cell: u32,
}

/// How far one combination is fulfilled.
#[derive(Debug, Default)]
struct Progress {
    /// For a combination over a whole resource, by need.
    needs: Vec<Met>,
    /// For one whose evidence stands close together: what fulfils it, by need.
    fulfilled: Option<Vec<Chosen>>,
    /// All that stands there, if a conversation is to decide it again.
    beside: Vec<Chosen>,
}

/// How far one need is met.
#[derive(Debug, Default)]
struct Met {
    first: Option<Chosen>,
    /// Other values, as many as it takes.
    others: Vec<Chosen>,
}

/// A piece that a combination rests on.
#[derive(Clone, Debug)]
pub(crate) struct Chosen {
    class: Class,
    confidence: Confidence,
    pub(crate) segment: u32,
    pub(crate) span: Span,
    pub(crate) before: Position,
    pub(crate) fingerprint: Fingerprint,
    redaction: Option<Redaction>,
    order: usize,
    /// What stands near it and forbids the combination.
    against: Option<(Class, Span)>,
}

impl Piece {
    /// A match that is evidence.
    pub(crate) fn of(
        class: Class,
        confidence: Confidence,
        (span, before): (Span, Position),
        found: usize,
    ) -> Self {
        Self {
            class,
            confidence,
            span,
            before,
            found: Some(found),
            fingerprint: None,
            redaction: None,
            order: 0,
            settled: false,
        }
    }

    /// A piece that is known already.
    fn known(class: Class, evidence: &Evidence, before: Position) -> Self {
        Self {
            class,
            confidence: evidence.confidence,
            span: evidence.span,
            before,
            found: None,
            fingerprint: Some(evidence.fingerprint),
            redaction: Some(evidence.redaction.clone()),
            order: 0,
            settled: false,
        }
    }

    fn fingerprint(&mut self, text: &impl Reveal) -> Option<Fingerprint> {
        if self.fingerprint.is_none() {
            self.fingerprint = self.found.and_then(|found| text.fingerprint(found));
        }
        self.fingerprint
    }

    fn redaction(&mut self, text: &impl Reveal) -> Option<&Redaction> {
        if self.redaction.is_none() {
            self.redaction = self.found.and_then(|found| text.redaction(found));
        }
        self.redaction.as_ref()
    }

    fn chosen(&mut self, text: &impl Reveal, segment: u32, is_shown: bool) -> Option<Chosen> {
        let &mut Self { class, confidence, span, before, order, .. } = self;
        let fingerprint = self.fingerprint(text)?;
        let redaction = if is_shown { self.redaction(text).cloned() } else { None };
        let against = None;
        Some(Chosen {
            class,
            confidence,
            segment,
            span,
            before,
            fingerprint,
            redaction,
            order,
            against,
        })
    }
}

impl Witnesses {
    /// Adds a piece, unless its neighbourhood is full of its class.
    pub(crate) fn add(&mut self, piece: Piece) {
        let density = self.density.entry(piece.class).or_default();
        let cell = (self.segment, piece.span.start.checked_div(CELL).unwrap_or(0));
        if density.cell != cell {
            density.cell = cell;
            density.in_cell = 0;
        }
        if density.in_cell < PIECES_PER_CELL_MAX && density.total < PIECES_PER_CLASS_MAX {
            density.in_cell = density.in_cell.saturating_add(1);
            density.total = density.total.saturating_add(1);
            self.push(piece);
        }
    }

    /// The number of the segment that is being read.
    pub(crate) fn segment(&self) -> u32 {
        self.segment
    }

    fn push(&mut self, piece: Piece) {
        self.present.insert(piece.class);
        self.pieces.push(Piece { order: self.pieces.len(), ..piece });
    }

    /// Adds what a table is evidence of, unless there is evidence against its rule.
    pub(crate) fn add_table(
        &mut self,
        rules: &Combinations,
        rule: usize,
        (table, before): (&Evidence, Position),
    ) -> bool {
        self.pieces.sort_by_key(|piece| piece.span.start);
        let against = rules.against_tables.get(rule);
        if against
            .is_some_and(|against| Places::new(&self.pieces, against).against(table.span).is_some())
        {
            return false;
        }
        for &class in rules.of_tables.get(rule).into_iter().flatten() {
            self.add(Piece::known(class, table, before));
        }
        true
    }

    /// Decides what can be decided while the text is at hand, and goes on to the next segment, or to
    /// what comes after `end` in this one.
    pub(crate) fn settle(&mut self, rules: &Combinations, text: &impl Reveal, end: Option<usize>) {
        if !self.pieces.is_empty() {
            self.pieces.sort_by_key(|piece| piece.span.start);
            let open = self.decide(rules, text, end);
            self.forget(rules, text, end, open);
        }
        if end.is_none() {
            self.open = 0;
            self.segment = self.segment.saturating_add(1);
        }
    }

    /// Decides the combinations; says where the first begins that is still open.
    fn decide(&mut self, rules: &Combinations, text: &impl Reveal, end: Option<usize>) -> usize {
        let mut open = end.unwrap_or(usize::MAX);
        let mut search =
            Search { pieces: &mut self.pieces, segment: self.segment, text, from: self.open, end };
        let classes = self.present.iter();
        self.served.clear(rules);
        for kind in classes.flat_map(|class| rules.kinds_of_class(class)) {
            self.served.note(rules, *kind);
        }
        let of = |&index: &usize| Some((index, rules.all.get(index)?));
        for (index, rule) in rules.far.iter().filter_map(of) {
            if rule.serves.intersects(&self.present) {
                self.progress.entry(index).or_default().collect(rule, &mut search);
            }
        }
        for (index, rule) in self.served.complete.iter().filter_map(of) {
            let Some(reach) = rule.within else { continue };
            let progress = self.progress.entry(index).or_default();
            if progress.fulfilled.is_none() {
                open = open.min(search.run(rule, reach, progress));
            }
        }
        open
    }

    /// Drops what cannot matter any more, and notes of the rest what its text said.
    fn forget(
        &mut self,
        rules: &Combinations,
        text: &impl Reveal,
        end: Option<usize>,
        mut open: usize,
    ) {
        self.present.clear();
        let Some(end) = end else { return self.pieces.clear() };
        for piece in &self.pieces {
            if piece.span.end.saturating_add(rules.reach_max) >= end {
                open = open.min(piece.span.start);
            }
        }
        let kept = open.saturating_sub(UNLESS_BYTES);
        let mut pieces = std::mem::take(&mut self.pieces);
        pieces.retain(|piece| {
            piece.span.end >= kept || rules.against_any_table.contains(piece.class)
        });
        for mut piece in pieces {
            if piece.span.start >= open && rules.close.contains(piece.class) {
                piece.fingerprint(text);
            }
            if piece.span.start >= open && rules.shown.contains(piece.class) {
                piece.redaction(text);
            }
            piece.found = None;
            piece.settled = true;
            self.push(piece);
        }
        self.open = open;
    }

    /// The combinations that may be fulfilled, as their places in the rule set.
    pub(crate) fn combinations(&self) -> Vec<usize> {
        self.progress.keys().copied().collect()
    }

    /// What fulfils combination `index`: one piece for each need, in the order of the needs.
    pub(crate) fn fulfilled(&self, rules: &Combinations, index: usize) -> Option<Vec<&Chosen>> {
        let (rule, progress) = (rules.all.get(index)?, self.progress.get(&index)?);
        if rule.within.is_some() {
            return progress.fulfilled.as_ref().map(|fulfilled| fulfilled.iter().collect());
        }
        let needs = rule.needs.iter().zip(&progress.needs);
        let firsts: Vec<&Chosen> = needs.map(|(need, met)| met.met(need)).collect::<Option<_>>()?;
        let is_fulfilled = !firsts.is_empty() && firsts.iter().all(|first| first.against.is_none());
        is_fulfilled.then_some(firsts)
    }

    /// What may serve the combinations of a conversation: of each need the first piece, with what
    /// stands against it, and as many more as it asks for.
    pub(crate) fn for_conversation(&self, rules: &Combinations) -> Vec<Evidence> {
        let mut pieces: BTreeMap<_, Chosen> = BTreeMap::new();
        let mut keep = |chosen: Chosen| {
            let Chosen { segment, span, order, class, .. } = chosen;
            let known = pieces.entry((segment, span.start, order, class, span.end));
            known
                .and_modify(|known| {
                    known.redaction = known.redaction.take().or_else(|| chosen.redaction.clone());
                })
                .or_insert(chosen);
        };
        let of_conversations = self.progress.iter().filter(|(index, _)| {
            rules.all.get(**index).is_some_and(|rule| rule.scope == Scope::Conversation)
        });
        for (_, progress) in of_conversations {
            let needs = progress.needs.iter().flat_map(|met| met.first.iter().chain(&met.others));
            let close = progress.fulfilled.iter().flatten().chain(&progress.beside);
            for chosen in needs.chain(close) {
                keep(chosen.clone());
                if let Some((class, span)) = chosen.against {
                    keep(Chosen { class, span, redaction: None, ..chosen.clone() });
                }
            }
        }
        pieces.into_values().map(|chosen| chosen.evidence(rules)).collect()
    }

    /// Takes in what the parts of a conversation kept, as segments of one resource.
    pub(crate) fn recall(&mut self, rules: &Combinations, part: &Labelled) {
        let first = self.segment;
        let mut evidence: Vec<&Evidence> = part.evidence.iter().collect();
        evidence.sort_by_key(|piece| piece.segment);
        for piece in evidence {
            let segment = first.saturating_add(piece.segment);
            if segment != self.segment {
                self.settle(rules, &Forgotten, None);
                self.segment = segment;
            }
            if let Some(class) = rules.class(&piece.class) {
                self.push(Piece::known(class, piece, Position::default()));
            }
        }
        self.settle(rules, &Forgotten, None);
    }
}

/// Of what was kept nothing more can be said.
struct Forgotten;

impl Reveal for Forgotten {
    fn fingerprint(&self, _: usize) -> Option<Fingerprint> {
        None
    }

    fn redaction(&self, _: usize) -> Option<Redaction> {
        None
    }
}

impl Chosen {
    /// The class as a reason of the finding that rests on it.
    pub(crate) fn reason(&self, rules: &Combinations) -> Reason {
        Reason::Neighbour(rules.name(self.class))
    }

    /// How it is shown.
    pub(crate) fn shown(&self, rules: &Combinations) -> Redaction {
        self.redaction.clone().unwrap_or_else(|| Redaction::tag(&rules.name(self.class)))
    }

    fn evidence(&self, rules: &Combinations) -> Evidence {
        Evidence {
            class: rules.name(self.class),
            fingerprint: self.fingerprint,
            confidence: self.confidence,
            segment: self.segment,
            span: self.span,
            redaction: self.shown(rules),
        }
    }
}
