//! Stage 2: where in the text which rules could match.
//!
//! One pass over the text finds the anchors of all rules at once ([`crate::rule::anchor`]):
//!
//! 1. [`simd`](crate::simd) says which bytes are letters, digits and so on, 64 at a time;
//! 2. `marks` turns that into the beginnings of words, numbers, runs …, with a few shifts of the masks;
//! 3. `words` looks up the first four bytes of each word in a bitmap that holds the words of all rules
//!    and stays in the first-level cache; `shapes` tells the far rarer other marks apart by the bytes
//!    around them, with one automaton for all rules;
//! 4. `vicinity` says whether the words that a rule wants near its match are there at all: before the
//!    shapes are told apart where numbers are many, as in tables, and else only once the nearest bytes fit.
//!
//! What is left are candidates: an anchor that stands at a position with all its bytes. How many
//! rules there are matters only where their anchors stand.

#![expect(
    clippy::inline_always,
    reason = "what loops over masks is compiled as one, see `simd::run`"
)]

mod marks;
mod order;
mod shapes;
mod vicinity;
mod words;

use std::num::NonZeroUsize;

use dosimeter_record::Span;

use crate::{
    prefilter::{
        marks::{Marker, Marks},
        order::Order,
        shapes::{Around, Automaton, Member, Shapes},
        vicinity::{Bits, Known, Vicinity},
        words::WordTable,
    },
    rule::{
        Anchor, Rule,
        anchor::{Gate, RUN_MIN},
        byte_set::ByteSet,
    },
    scan::Stretch,
    scratch::Scratch,
    simd::{self, BLOCK, Classes},
    table::Table,
};

/// An anchor that stands in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Candidate {
    /// Index of the rule.
    pub(crate) rule: u32,
    /// The first byte at which the match may begin.
    pub(crate) first: u32,
    /// The last byte at which the match may begin.
    pub(crate) last: u32,
    /// What stands between those bytes and the anchor ([`Anchor::lead`]).
    pub(crate) lead: u16,
    /// How far behind `last` the anchor is.
    pub(crate) back_min: u16,
}

impl Candidate {
    /// A match that may begin anywhere between two places.
    pub(crate) fn anywhere(rule: u32, first: u32, last: u32) -> Self {
        Self { rule, first, last, lead: 0, back_min: 0 }
    }
}

/// All anchors of a set of rules, ready to be found.
#[derive(Debug)]
pub(crate) struct Prefilter {
    words: WordTable,
    /// By [`Kind`].
    shapes: [Shapes; KINDS],
    /// Rules without anchors that want a word beside or above their match: cells of tables.
    cells: Vec<u32>,
    vicinity: Vicinity,
}

/// The kinds of places that are told apart by what is around them.
#[derive(Clone, Copy, Debug)]
enum Kind {
    /// A number that begins a word.
    Number,
    /// A number within a word.
    InnerNumber,
    Capital,
    LettersDigits,
    Colon,
    Run,
    At,
}

/// How many there are.
const KINDS: usize = 7;

/// What a thread has learned of texts: which anchors share which beginnings, and which words stand
/// around in the stretch at hand.
#[derive(Debug, Default)]
pub(crate) struct Learned {
    automata: [Automaton; KINDS],
    known: Known,
    order: Order,
    /// Not there while it is in use.
    chunk: Option<Box<Chunk>>,
}

/// What was seen of some blocks; always the same memory, which clearing for a short text would take longer
/// than to read that.
#[derive(Debug)]
struct Chunk {
    classes: [Classes; CHUNK],
    marks: [Marks; CHUNK],
}

impl Default for Chunk {
    fn default() -> Self {
        Self { classes: [Classes::default(); CHUNK], marks: [Marks::default(); CHUNK] }
    }
}

/// So many numbers in a block make it worth to read the words around it before the numbers.
const NUMBERS_MANY: u32 = 4;

/// The blocks that are classified before their marks are followed: 4 KiB, which the first-level cache
/// holds together with the marks.
const CHUNK: usize = 64;

impl Prefilter {
    /// Of the rules that are looked for beside evidence only, or of all others.
    pub(crate) fn new(rules: &[Rule], beside: bool) -> Self {
        let sought = || (0_u32..).zip(rules).filter(|(_, rule)| rule.beside.is_some() == beside);
        // Beside evidence few places are left that could be asked for their words.
        let asking = sought().filter(|_| !beside);
        let vicinity = Vicinity::new(rules.len(), asking);
        let shapes = |gate, before: ByteSet| {
            let mut members = members(sought(), &vicinity, gate);
            members.retain(|(_, anchor)| {
                anchor.behind.first().is_none_or(|set| !set.and(before).is_empty())
            });
            Shapes::new(&members)
        };
        Self {
            words: WordTable::new(sought()),
            shapes: [
                shapes(Gate::Number, ByteSet::WORD.not()),
                shapes(Gate::Number, ByteSet::WORD),
                shapes(Gate::Capital, ByteSet::ANY),
                shapes(Gate::LettersDigits, ByteSet::ANY),
                shapes(Gate::Colon, ByteSet::ANY),
                shapes(Gate::Run, ByteSet::ANY),
                shapes(Gate::At, ByteSet::ANY),
            ],
            cells: sought().filter(|(_, rule)| is_cell(rule)).map(|(index, _)| index).collect(),
            vicinity,
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
        // Who asks for an explanation wants to see what lacks its words.
        let asks = scratch.trace.is_none();
        self.search(rules, (stretch, asks), &mut scratch.learned, candidates);
        self.cells(rules, stretch, candidates);
        scratch.learned.order.sort(candidates);
    }

    /// The same in some parts of a text, and without the cells of tables.
    pub(crate) fn within(
        &self,
        rules: &[Rule],
        stretch: Stretch<'_>,
        parts: impl IntoIterator<Item = Span>,
        learned: &mut Learned,
    ) -> Vec<Candidate> {
        let mut candidates = Vec::new();
        for searched in parts {
            let part = Stretch { searched, ..stretch };
            self.search(rules, (part, false), learned, &mut candidates);
        }
        learned.order.sort(&mut candidates);
        candidates.dedup();
        candidates
    }

    fn search(
        &self,
        rules: &[Rule],
        (stretch, asks): (Stretch<'_>, bool),
        learned: &mut Learned,
        candidates: &mut Vec<Candidate>,
    ) {
        learned.known.forget();
        let text = stretch.text.as_bytes();
        let found =
            Found { prefilter: self, rules, text, stretch, asks, near: None, learned, candidates };
        simd::run(found);
    }

    /// The cells of tables in columns that name the context of a rule whose matches are cells.
    fn cells(&self, rules: &[Rule], stretch: Stretch<'_>, candidates: &mut Vec<Candidate>) {
        if stretch.tables.all().is_empty() {
            return;
        }
        let words = |&rule: &u32| Some((rule, &rules.get(rule as usize)?.context.any));
        for (rule, words) in self.cells.iter().filter_map(words) {
            let overlaps = |table: &&Table| {
                table.span.start < stretch.searched.end && stretch.searched.start < table.span.end
            };
            for table in stretch.tables.all().iter().filter(overlaps) {
                let wanted = |header: &str| words.find(header).is_some();
                candidates.extend(table.cells(stretch.text, wanted).into_iter().filter_map(
                    |cell| {
                        // A pattern may begin with the delimiter before its cell.
                        let first = cell.start.saturating_sub(1).max(stretch.searched.start);
                        let last = cell.end.min(stretch.searched.end.saturating_sub(1));
                        let (first, last) = (u32::try_from(first).ok()?, u32::try_from(last).ok()?);
                        (first <= last).then(|| Candidate::anywhere(rule, first, last))
                    },
                ));
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
    simd::classify(&[padded(rest)], classes.get_mut(blocks.len()..).unwrap_or_default());
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
    /// The set of rules whose words are near the block at hand, if that was asked.
    near: Option<NonZeroUsize>,
    learned: &'a mut Learned,
    candidates: &'a mut Vec<Candidate>,
}

impl simd::Work for Found<'_> {
    #[inline(always)]
    fn run(mut self) {
        let Stretch { searched, .. } = self.stretch;
        let mut marker = Marker::before(self.text, searched.start);
        let mut chunk = self.learned.chunk.take().unwrap_or_default();
        let Chunk { classes, marks } = &mut *chunk;
        let mut position = searched.start;
        while position < searched.end {
            let end = searched.end.min(position.saturating_add(CHUNK * BLOCK));
            let bytes = self.text.get(position..end).unwrap_or_default();
            let count = classify(bytes, classes);
            for (marks, classes) in marks.iter_mut().zip(&*classes).take(count) {
                *marks = marker.mark(classes);
            }
            self.follow(marks.get(..count).unwrap_or_default(), position);
            position = end;
        }
        self.learned.chunk = Some(chunk);
    }
}

impl Found<'_> {
    /// Looks at everything that is marked in the blocks that begin at `position`.
    #[inline(always)]
    fn follow(&mut self, marks: &[Marks], position: usize) {
        let Self { prefilter, rules, text, .. } = *self;
        prefilter.words.find(text, marks, position, |word, at| {
            self.candidates.extend(word.check(rules, text, at));
        });
        for (index, marks) in marks.iter().enumerate() {
            if marks.shapes() == 0 {
                continue;
            }
            let position = position.saturating_add(index.saturating_mul(BLOCK));
            // Where numbers are many, what stands near them is read first: it rules out most of them.
            let many = self.asks && marks.numbers.count_ones() >= NUMBERS_MANY;
            let known = &mut self.learned.known;
            self.near =
                if many { prefilter.vicinity.set(position, self.stretch, known) } else { None };
            let mut shape = |kind, bit| self.shape(kind, position.saturating_add(bit));
            each(marks.capitals, |bit| shape(Kind::Capital, bit));
            each(marks.ats, |bit| shape(Kind::At, bit));
            each(marks.colons, |bit| shape(Kind::Colon, bit));
            each(marks.numbers, |bit| {
                let inner = marks.inner_numbers >> bit & 1 == 1;
                let kind = if inner { Kind::InnerNumber } else { Kind::Number };
                self.number(kind, position.saturating_add(bit), marks.digits >> bit);
            });
            each(marks.letters_digits, |bit| {
                if let Some(at) = position.saturating_add(bit).checked_sub(3) {
                    self.shape(Kind::LettersDigits, at);
                }
            });
            each(marks.runs, |bit| self.run(position.saturating_add(bit)));
        }
    }

    /// A number, of which some digits are marked.
    fn number(&mut self, kind: Kind, at: usize, digits: u64) {
        let mut end = at.saturating_add(digits.trailing_ones() as usize);
        while self.text.get(end).is_some_and(u8::is_ascii_digit) && end.saturating_sub(at) < BLOCK {
            end = end.saturating_add(1);
        }
        let (length, from) = (end.saturating_sub(at), end.saturating_sub(1));
        self.around(kind, &Around::new(self.text, at, from, length));
    }

    fn shape(&mut self, kind: Kind, at: usize) {
        self.around(kind, &Around::new(self.text, at, at, usize::MAX));
    }

    /// All anchors that stand at a place.
    fn around(&mut self, kind: Kind, around: &Around) {
        let Self { prefilter, rules, stretch, .. } = *self;
        let Learned { automata, known, .. } = &mut *self.learned;
        let shapes = prefilter.shapes.get(kind as usize);
        let Some((shapes, automaton)) = shapes.zip(automata.get_mut(kind as usize)) else { return };
        // Early on, only what is known already is asked: reading the words costs more than a few bytes.
        let asks = self.asks;
        let near = self.near.map(|number| (number, &*known));
        let meets =
            |bits: &Bits| !asks || known.near(around.at).is_none_or(|near| near.meets(bits));
        let Some(end) = shapes.at(around, automaton, near, meets) else { return };
        let candidate = |member: &Member| member.candidate(around.at);
        self.candidates.extend(end.plain.iter().filter_map(candidate));
        if !self.asks {
            self.candidates.extend(end.asking.iter().filter_map(candidate));
        } else if !end.asking.is_empty() {
            let near = prefilter.vicinity.near(around.at, stretch, known);
            if !near.meets(&end.bits) {
                return;
            }
            self.candidates.extend(end.asking.iter().filter_map(|member| {
                let bit = member.asks.filter(|bit| near.has(*bit))?;
                let candidate = candidate(member)?;
                near.allows(bit, candidate, rules, (stretch.tables, known)).then_some(candidate)
            }));
        }
    }

    /// A run of letters, digits and joints whose fourteenth byte stands at `at`: an anchor may begin
    /// with the run, and after every joint in it.
    fn run(&mut self, at: usize) {
        let start = at.saturating_sub(RUN_MIN - 1);
        let mut end = start;
        loop {
            let in_run = RunBlock::at(self.text, end).bytes.trailing_ones();
            end = end.saturating_add(in_run as usize);
            if in_run < u64::BITS {
                break;
            }
        }
        let mut joined = 1;
        for position in (start..end).step_by(BLOCK) {
            let RunBlock { bytes, joints } = RunBlock::at(self.text, position);
            let left = end.saturating_sub(position);
            let inside = if left < BLOCK { (1 << left) - 1 } else { u64::MAX };
            each((joints << 1 | joined) & bytes & inside, |bit| {
                let at = position.saturating_add(bit);
                let length = end.saturating_sub(at);
                self.around(Kind::Run, &Around::new(self.text, at, at, length));
            });
            joined = joints >> (BLOCK - 1);
        }
    }
}

/// What a block has of a run, which need not begin where other blocks do.
struct RunBlock {
    /// Letters, digits and joints.
    bytes: u64,
    joints: u64,
}

impl RunBlock {
    fn at(text: &[u8], position: usize) -> Self {
        let (_, Classes { letter, digit, underscore, joint, .. }) = block_at(text, position);
        let joints = joint | underscore;
        Self { bytes: letter | digit | joints, joints }
    }
}

/// The anchors behind one gate.
fn members<'r>(
    rules: impl Iterator<Item = (u32, &'r Rule)>,
    vicinity: &Vicinity,
    gate: Gate,
) -> Vec<(Member, &'r Anchor)> {
    let anchors = rules.flat_map(|(index, rule)| {
        let anchors = rule.anchors.iter().filter(|anchor| anchor.gate == gate);
        anchors
            .map(move |anchor| (Member::new(index, anchor, vicinity.asks(index, anchor)), anchor))
    });
    anchors.collect()
}

impl Member {
    fn new(rule: u32, anchor: &Anchor, asks: Option<u16>) -> Self {
        let Anchor { back_min, back_max, lead, .. } = *anchor;
        Self { rule, back_min, back_max, lead, asks }
    }

    /// The candidate of an anchor that stands at a place.
    fn candidate(&self, at: usize) -> Option<Candidate> {
        let Self { rule, back_min, back_max, lead, .. } = *self;
        let last = u32::try_from(at.checked_sub(usize::from(back_min))?).ok()?;
        let first = u32::try_from(at.saturating_sub(usize::from(back_max))).ok()?;
        Some(Candidate { rule, first, last, lead, back_min })
    }
}

/// The first bytes of a text that is too short, with zeros behind its end.
pub(crate) fn padded<const N: usize>(text: &[u8]) -> [u8; N] {
    let mut block = [0; N];
    let (text, _) = text.split_at(text.len().min(N));
    block.split_at_mut(text.len()).0.copy_from_slice(text);
    block
}

/// The block that begins at a position, with zeros behind the end of the text, and its kinds of bytes.
#[inline(always)]
pub(crate) fn block_at(text: &[u8], position: usize) -> ([u8; BLOCK], Classes) {
    let rest = text.get(position..).unwrap_or_default();
    let block = rest.first_chunk().copied().unwrap_or_else(|| padded(rest));
    let mut classes = [Classes::default()];
    simd::classify(&[block], &mut classes);
    let [classes] = classes;
    (block, classes)
}

/// Calls `visit` with the number of each set bit.
#[inline(always)]
pub(crate) fn each(mut bits: u64, mut visit: impl FnMut(usize)) {
    while bits != 0 {
        visit(bits.trailing_zeros() as usize);
        bits &= bits.wrapping_sub(1);
    }
}

#[cfg(test)]
mod tests {
    use dosimeter_record::{Confidence, FindingId};

    use crate::{Classifier, Scratch, example};

    /// What is found, and how it is shown, when no rule is left out for want of what it needs near, and
    /// the same else.
    fn found(
        classifier: &Classifier,
        scratch: &mut Scratch,
        text: &str,
    ) -> [Vec<(FindingId, String)>; 2] {
        [Some(Vec::new()), None].map(|trace| {
            scratch.trace = trace;
            let findings = classifier.scan(scratch, text);
            let shown = findings.iter().map(|found| (found.id(), found.redacted().to_string()));
            shown.collect()
        })
    }

    #[test]
    fn asking_for_words_near_a_place_loses_nothing() {
        let classifier = Classifier::builder().min_confidence(Confidence::Low).build().unwrap();
        let mut scratch = classifier.scratch();
        let texts = example::texts(crate::RuleSet::built_in_sources()).unwrap();
        let texts: Vec<String> = texts.into_iter().map(|(_, text)| text).collect();
        for text in &texts {
            let [all, asked] = found(&classifier, &mut scratch, text);
            assert_eq!(all, asked, "{text}");
        }
        // Where numbers stand close together, their surroundings are read before them.
        for texts in texts.chunks(40) {
            for separator in [" ", "\n", ",1,22,333,4444,55555,", "|"] {
                let text = texts.join(separator);
                let [all, asked] = found(&classifier, &mut scratch, &text);
                assert_eq!(all, asked, "{text}");
            }
        }
    }
}
