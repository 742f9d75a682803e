//! Stage 2: where in the text which rules could match.
//!
//! One pass over the text finds the anchors of all rules at once ([`crate::rule::anchor`]):
//!
//! 1. [`simd`](crate::simd) says which bytes are letters, digits and so on, 64 at a time;
//! 2. `marks` turns that into the beginnings of words, numbers, runs …, with a few shifts of the masks;
//! 3. `words` looks up the first four bytes of each word in a bitmap that holds the words of all rules
//!    and stays in the first-level cache; `shapes` dispatches the far rarer other marks by sets of
//!    rules per position and byte.
//!
//! What is left are candidates: an anchor that stands at a position with all its bytes. How many
//! rules there are matters only where their anchors stand.

mod anchors;
mod marks;
mod shapes;
mod vicinity;
mod words;

use crate::{
    prefilter::{
        anchors::{Anchors, Place},
        marks::{Marker, Marks},
        shapes::Shapes,
        vicinity::Vicinity,
        words::WordTable,
    },
    rule::{Rule, anchor::Gate},
    scan::Stretch,
    scratch::Scratch,
    simd::{self, BLOCK, Classes},
};

pub(crate) use vicinity::Known;

/// An anchor that stands in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Candidate {
    /// Index of the rule.
    pub(crate) rule: u32,
    /// The first byte at which the match may begin.
    pub(crate) first: u32,
    /// The last byte at which the match may begin.
    pub(crate) last: u32,
}

/// All anchors of a set of rules, ready to be found.
#[derive(Debug)]
pub(crate) struct Prefilter {
    anchors: Anchors,
    words: WordTable,
    numbers: Shapes,
    capitals: Shapes,
    letters_digits: Shapes,
    colons: Shapes,
    runs: Shapes,
    ats: Shapes,
    /// Rules without anchors that want a word beside or above their match: cells of tables.
    cells: Vec<u32>,
    vicinity: Vicinity,
}

/// The blocks that are classified before their marks are followed: 4 KiB, which the first-level cache
/// holds together with the marks.
const CHUNK: usize = 64;

impl Prefilter {
    pub(crate) fn new(rules: &[Rule]) -> Self {
        let anchors = Anchors::new(rules);
        let shapes = |gate| Shapes::new(&anchors, rules, gate);
        Self {
            words: WordTable::new(&anchors, rules),
            numbers: shapes(Gate::Number),
            capitals: shapes(Gate::Capital),
            letters_digits: shapes(Gate::LettersDigits),
            colons: shapes(Gate::Colon),
            runs: shapes(Gate::Run),
            ats: shapes(Gate::At),
            cells: (0_u32..)
                .zip(rules)
                .filter(|(_, rule)| is_cell(rule))
                .map(|(index, _)| index)
                .collect(),
            vicinity: Vicinity::new(rules),
            anchors,
        }
    }

    /// Collects the candidates of all rules in a stretch. O(n) plus the candidates.
    pub(crate) fn candidates(
        &self,
        rules: &[Rule],
        stretch: Stretch<'_>,
        scratch: &mut Scratch,
        candidates: &mut Vec<Candidate>,
    ) {
        candidates.clear();
        scratch.known.forget();
        // Who asks for an explanation wants to see what lacks its words.
        let asks = scratch.trace.is_none();
        let known = &mut scratch.known;
        let text = stretch.text.as_bytes();
        let mut found = Found { prefilter: self, rules, text, stretch, asks, known, candidates };
        let mut marker = Marker::before(text, stretch.searched.start);
        let mut classes = [Classes::default(); CHUNK];
        let mut marks = [Marks::default(); CHUNK];
        let mut position = stretch.searched.start;
        while position < stretch.searched.end {
            let end = stretch.searched.end.min(position.saturating_add(CHUNK * BLOCK));
            let bytes = text.get(position..end).unwrap_or_default();
            let count = classify(bytes, &mut classes);
            for (marks, classes) in marks.iter_mut().zip(&classes).take(count) {
                *marks = marker.mark(classes);
            }
            found.follow(marks.get(..count).unwrap_or_default(), position);
            position = end;
        }
        self.cells(stretch, candidates);
        candidates.sort_unstable();
    }

    /// Everything in tables, for the rules whose matches are cells.
    fn cells(&self, stretch: Stretch<'_>, candidates: &mut Vec<Candidate>) {
        if self.cells.is_empty() {
            return;
        }
        for table in stretch.tables.all() {
            let first = table.span.start.max(stretch.searched.start);
            let last = table.span.end.min(stretch.searched.end);
            if let (Ok(first), Ok(last)) = (u32::try_from(first), u32::try_from(last))
                && first < last
            {
                candidates.extend(self.cells.iter().map(|&rule| Candidate { rule, first, last }));
            }
        }
    }
}

/// Whether a rule has no anchors, but wants a word beside its match or as the header above it.
fn is_cell(rule: &Rule) -> bool {
    rule.anchors.is_empty() && rule.context.required
}

/// Classifies a chunk, of which the last block may be short; returns the number of blocks.
fn classify(bytes: &[u8], classes: &mut [Classes; CHUNK]) -> usize {
    let (blocks, rest) = bytes.as_chunks::<BLOCK>();
    simd::classify(blocks, classes);
    if rest.is_empty() {
        return blocks.len();
    }
    let mut last = [0; BLOCK];
    last.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
    simd::classify(&[last], classes.get_mut(blocks.len()..).unwrap_or_default());
    blocks.len().saturating_add(1)
}

/// The candidates of one text in the making.
struct Found<'a> {
    prefilter: &'a Prefilter,
    rules: &'a [Rule],
    text: &'a [u8],
    stretch: Stretch<'a>,
    /// Whether the words near a place are asked for.
    asks: bool,
    known: &'a mut Known,
    candidates: &'a mut Vec<Candidate>,
}

impl Found<'_> {
    /// Looks at everything that is marked in the blocks that begin at `position`.
    fn follow(&mut self, marks: &[Marks], position: usize) {
        let prefilter = self.prefilter;
        prefilter.words.find(self.text, marks, position, |at, anchors| {
            let place = Place { text: self.text, at };
            let stands = |&anchor: &u32| prefilter.anchors.check(self.rules, anchor, place);
            self.candidates.extend(anchors.iter().filter_map(stands));
        });
        for (index, marks) in marks.iter().enumerate() {
            if marks.shapes() == 0 {
                continue;
            }
            let position = position.saturating_add(index.saturating_mul(BLOCK));
            each(marks.numbers, |bit| self.shape(&prefilter.numbers, position.saturating_add(bit)));
            each(marks.capitals, |bit| {
                self.shape(&prefilter.capitals, position.saturating_add(bit));
            });
            each(marks.ats, |bit| self.shape(&prefilter.ats, position.saturating_add(bit)));
            each(marks.letters_digits, |bit| {
                self.behind(&prefilter.letters_digits, position.saturating_add(bit), 3);
            });
            each(marks.colons, |bit| self.shape(&prefilter.colons, position.saturating_add(bit)));
            each(marks.runs, |bit| self.run(position.saturating_add(bit)));
        }
    }

    fn shape(&mut self, shapes: &Shapes, at: usize) {
        let Self { prefilter, rules, text, stretch, .. } = *self;
        let place = Place { text, at };
        shapes.at(place, |anchor| {
            let Some(found) = prefilter.anchors.known(rules, anchor, place) else { return };
            if !self.asks || prefilter.vicinity.allows(rules, found, stretch, self.known) {
                self.candidates.push(found);
            }
        });
    }

    /// A shape that was recognised `back` bytes after its beginning.
    fn behind(&mut self, shapes: &Shapes, at: usize, back: usize) {
        if let Some(at) = at.checked_sub(back) {
            self.shape(shapes, at);
        }
    }

    /// A run of letters, digits and joints whose fourteenth byte stands at `at`: an anchor may begin
    /// with the run, and after every joint in it.
    fn run(&mut self, at: usize) {
        let mut joined = true;
        let start = at.saturating_sub(marks::RUN - 1);
        let run = self.text.get(start..).unwrap_or_default();
        for (index, byte) in run.iter().enumerate() {
            let alphanumeric = byte.is_ascii_alphanumeric();
            let joint = matches!(byte, b'+' | b'-' | b'.' | b'/' | b'_');
            if !alphanumeric && !joint {
                break;
            }
            if joined {
                self.shape(&self.prefilter.runs, start.saturating_add(index));
            }
            joined = joint;
        }
    }
}

/// Calls `visit` with the number of each set bit.
fn each(mut bits: u64, mut visit: impl FnMut(usize)) {
    while bits != 0 {
        visit(bits.trailing_zeros() as usize);
        bits &= bits.wrapping_sub(1);
    }
}
