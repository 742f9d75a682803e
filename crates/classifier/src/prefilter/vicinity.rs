//! Whether the words that a rule wants near its match stand anywhere near.
//!
//! Most numbers could be an account, a passport or a tax id of some country, and are none: rules for
//! such shapes want a word of their context beside the match. Trying all of them on every number of a
//! table would cost more than everything else, so a place is first asked for those words. The answer
//! is given for 64 bytes at a time and kept; it errs only on the side of yes.

mod word;

use std::{collections::BTreeMap, num::NonZeroUsize};

use dosimeter_record::Span;

use crate::{
    prefilter::{Candidate, padded},
    rule::{Anchor, Rule, Words, anchor::Gate},
    scan::Stretch,
    simd::{self, BLOCK, Classes},
    table::Tables,
};
use word::{Begin, HASH_BITS, Word, begins, hash};

/// Rules that can be told apart; more are tried without asking.
const RULES_MAX: usize = 512;
/// A bit per rule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Bits([u64; RULES_MAX / 64]);
/// Rules with a wider window are tried without asking.
const WINDOW_CHARS_MAX: usize = 64;
/// Patterns with longer matches are tried without asking.
const LEN_MAX: usize = 128;

/// The words that rules want near their matches, by their first letters.
#[derive(Debug)]
pub(super) struct Vicinity {
    /// By rule: its bit plus one, or zero if it is tried without asking.
    asking: Vec<u16>,
    /// By a hash of its letters: whether there is such a word.
    known: Box<[u64; (1 << HASH_BITS) / 64]>,
    /// By the same hash: where those words begin in `words`; one more at the end.
    starts: Vec<u16>,
    words: Vec<(Word, Bits)>,
    /// The rules that have a word in another script.
    foreign: Bits,
}

/// What is known of the vicinity of one stretch.
#[derive(Debug, Default)]
pub(crate) struct Known {
    /// Whether anything was asked yet.
    begun: bool,
    /// A bit per block: whether it was read.
    read: Vec<u64>,
    /// By block; not cleared, since only what was read is looked at.
    blocks: Vec<Bits>,
    /// The first block that has a place in `blocks`.
    first: usize,
    /// What stands above the columns of each table, with where these begin in `columns`.
    headers: Vec<(Bits, usize)>,
    columns: Vec<Column>,
    /// The table or the gap between tables that was looked at last, and the rules with words above it.
    table: Option<(Span, Bits)>,
    /// The block that was asked about last, and the rules with words near it.
    near: (Option<usize>, Bits),
    /// How far a window reaches, in bytes.
    reach: usize,
    /// Each set of rules whose words were found near some block, in whatever text.
    sets: Vec<Bits>,
}

/// Further sets are not told apart: no text makes what depends on them more without end.
const SETS_MAX: usize = 64;

/// A column of a table.
#[derive(Clone, Debug, Default)]
struct Column {
    /// The rules that were asked for.
    asked: Bits,
    /// Those of them with a word in its header.
    headed: Bits,
}

/// The rules whose words stand near a place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Near {
    beside: Bits,
    above: Bits,
}

impl Near {
    /// Whether the words of any of some rules are near.
    pub(super) fn meets(&self, bits: &Bits) -> bool {
        self.beside.meets(bits) || self.above.meets(bits)
    }

    /// Whether the words of the rule with a bit are near.
    pub(super) fn has(&self, bit: u16) -> bool {
        self.beside.has(usize::from(bit)) || self.above.has(usize::from(bit))
    }

    /// Whether a match of a candidate, whose rule has a bit, could have its words.
    pub(super) fn allows(
        &self,
        bit: u16,
        candidate: Candidate,
        rules: &[Rule],
        (tables, known): (&Tables<'_>, &mut Known),
    ) -> bool {
        let bit = usize::from(bit);
        if self.beside.has(bit) || !self.above.has(bit) {
            return self.beside.has(bit);
        }
        let Some(rule) = rules.get(candidate.rule as usize) else { return true };
        // A pattern may begin with the byte before its value.
        let last = candidate.last as usize;
        [last, last.saturating_add(1)]
            .into_iter()
            .any(|at| known.is_headed((bit, rule), at, tables).unwrap_or(false))
    }
}

impl Known {
    /// The rules whose words stand near a place, as far as that is known.
    pub(super) fn near(&self, at: usize) -> Option<Near> {
        Some(Near { beside: self.beside(at)?, above: self.above(at)? })
    }

    /// The rules of a set.
    pub(super) fn set(&self, number: NonZeroUsize) -> Option<&Bits> {
        self.sets.get(number.get().wrapping_sub(1))
    }

    fn beside(&self, at: usize) -> Option<Bits> {
        let (block, bits) = self.near;
        (self.begun && block == Some(at / BLOCK)).then_some(bits)
    }

    fn above(&self, at: usize) -> Option<Bits> {
        let (span, bits) = self.table.filter(|_| self.begun)?;
        (span.start <= at && at < span.end).then_some(bits)
    }

    /// Whether a word of the rule with a bit stands above the column in which a place is, if it is in one.
    fn is_headed(
        &mut self,
        (bit, rule): (usize, &Rule),
        at: usize,
        tables: &Tables<'_>,
    ) -> Option<bool> {
        let (table, column) = tables.column_of(at)?;
        let header = tables.all().get(table)?.header.get(column)?;
        let (_, first) = self.headers.get(table)?;
        let column = self.columns.get_mut(first.saturating_add(column))?;
        if !column.asked.has(bit) {
            column.asked.set(bit);
            if rule.context.any.find(header).is_some() {
                column.headed.set(bit);
            }
        }
        Some(column.headed.has(bit))
    }

    /// Forgets what was known of another stretch.
    pub(super) fn forget(&mut self) {
        self.begun = false;
    }
}

impl Vicinity {
    /// Of some of `count` rules.
    pub(super) fn new<'r>(count: usize, rules: impl Iterator<Item = (u32, &'r Rule)>) -> Self {
        let mut vicinity = Self {
            asking: vec![0; count],
            known: Box::new([0; (1 << HASH_BITS) / 64]),
            starts: Vec::new(),
            words: Vec::new(),
            foreign: Bits::default(),
        };
        let mut words = BTreeMap::new();
        let mut bit = 0;
        for (index, rule) in rules {
            let context = &rule.context;
            // Words that are anchors are rare enough.
            let is_shape = |anchor: &Anchor| anchor.gate != Gate::Word && is_near(anchor);
            let asks = context.required
                && rule.anchors.iter().any(is_shape)
                && context.window_chars <= WINDOW_CHARS_MAX
                && rule.len_max <= LEN_MAX
                && bit < RULES_MAX
                && context.any.spellings().all(|spelling| begins(spelling).is_some());
            if asks {
                vicinity.add(&context.any, bit, &mut words);
                bit = bit.saturating_add(1);
                if let (Some(asking), Ok(bit)) =
                    (vicinity.asking.get_mut(index as usize), u16::try_from(bit))
                {
                    *asking = bit;
                }
            }
        }
        let hashed = words.into_iter().map(|(word, bits)| (word.hash(), word, bits));
        let mut hashed: Vec<(usize, Word, Bits)> = hashed.collect();
        hashed.sort_unstable();
        let before = |hash: usize| hashed.partition_point(|&(other, ..)| other < hash);
        vicinity.starts = (0..=1 << HASH_BITS)
            .map(|hash| u16::try_from(before(hash)).unwrap_or(u16::MAX))
            .collect();
        vicinity.words = hashed.iter().map(|&(_, word, bits)| (word, bits)).collect();
        vicinity
    }

    fn add(&mut self, spellings: &Words, bit: usize, words: &mut BTreeMap<Word, Bits>) {
        for begin in spellings.spellings().filter_map(begins).flatten() {
            match begin {
                Begin::Foreign => self.foreign.set(bit),
                Begin::Word(word) => {
                    let hash = word.hash();
                    if let Some(known) = self.known.get_mut(hash >> 6) {
                        *known |= 1 << (hash & 63);
                    }
                    words.entry(word).or_default().set(bit);
                }
            }
        }
    }

    /// The bit of a rule that is asked about, if its matches begin near enough to the anchor.
    pub(super) fn asks(&self, rule: u32, anchor: &Anchor) -> Option<u16> {
        let asking = self.asking.get(rule as usize).filter(|_| is_near(anchor));
        asking.and_then(|bit| bit.checked_sub(1))
    }

    /// The rules whose words stand near a place, or above its column.
    pub(super) fn near(&self, at: usize, stretch: Stretch<'_>, known: &mut Known) -> Near {
        if !known.begun {
            self.begin(stretch, known);
        }
        let above = known.above(at).unwrap_or_else(|| {
            let (span, table) = surroundings(stretch.tables, at);
            let above = table.and_then(|table| known.headers.get(table));
            let above = above.map_or_else(Bits::default, |(bits, _)| *bits);
            known.table = Some((span, above));
            above
        });
        let beside = known.beside(at).unwrap_or_else(|| {
            let block = at / BLOCK;
            let from = block.saturating_mul(BLOCK).saturating_sub(known.reach + BLOCK) / BLOCK;
            let reach = LEN_MAX.saturating_add(known.reach).saturating_add(BLOCK);
            let to = at.saturating_add(reach) / BLOCK;
            let blocks = (from..=to).map(|block| self.block(block, stretch, known));
            let near = blocks.fold(Bits::default(), Bits::or);
            known.near = (Some(block), near);
            near
        });
        Near { beside, above }
    }

    /// Which rules have words near a block, as the number of a set; `None` if it depends on the place in
    /// the block, or if too many sets are known.
    pub(super) fn set(
        &self,
        at: usize,
        stretch: Stretch<'_>,
        known: &mut Known,
    ) -> Option<NonZeroUsize> {
        let Near { beside, above } = self.near(at, stretch, known);
        let (span, _) = known.table?;
        let is_one =
            at.is_multiple_of(BLOCK) && span.start <= at && at.saturating_add(BLOCK) <= span.end;
        if !is_one {
            return None;
        }
        let bits = beside.or(above);
        let index = known.sets.iter().position(|set| *set == bits).or_else(|| {
            (known.sets.len() < SETS_MAX).then(|| {
                known.sets.push(bits);
                known.sets.len().wrapping_sub(1)
            })
        });
        index.and_then(|index| NonZeroUsize::new(index.wrapping_add(1)))
    }

    fn begin(&self, stretch: Stretch<'_>, known: &mut Known) {
        let reach = WINDOW_CHARS_MAX.saturating_mul(if stretch.text.is_ascii() { 1 } else { 4 });
        let margin = reach.saturating_add(LEN_MAX);
        let first = stretch.searched.start.saturating_sub(margin) / BLOCK;
        let last = stretch.searched.end.saturating_add(margin).min(stretch.text.len()) / BLOCK;
        let blocks = last.saturating_sub(first).saturating_add(1);
        known.begun = true;
        known.table = None;
        known.near = (None, Bits::default());
        known.reach = reach;
        known.first = first;
        known.read.clear();
        known.read.resize(blocks.div_ceil(64), 0);
        if known.blocks.len() < blocks {
            known.blocks.resize(blocks, Bits::default());
        }
        known.headers.clear();
        known.columns.clear();
        for table in stretch.tables.all() {
            let headers = table.header.iter();
            let bits = headers.map(|header| self.read(header.as_bytes(), 0, header.len()));
            known.headers.push((bits.fold(Bits::default(), Bits::or), known.columns.len()));
            let columns = known.columns.len().saturating_add(table.header.len());
            known.columns.resize(columns, Column::default());
        }
    }

    /// The rules that have a word which begins in a block.
    fn block(&self, block: usize, stretch: Stretch<'_>, known: &mut Known) -> Bits {
        let from = block.saturating_mul(BLOCK);
        let index = block.wrapping_sub(known.first);
        let text = stretch.text.as_bytes();
        let (Some(read), Some(bits)) =
            (known.read.get_mut(index >> 6), known.blocks.get_mut(index))
        else {
            return Bits::default();
        };
        if *read >> (index & 63) & 1 == 0 {
            *read |= 1 << (index & 63);
            *bits = self.read(text, from, from.saturating_add(BLOCK));
        }
        *bits
    }

    /// The rules that have a word which begins between two positions.
    fn read(&self, text: &[u8], from: usize, to: usize) -> Bits {
        let mut bits = Bits::default();
        let mut position = from;
        while position < to.min(text.len()) {
            let before = position.checked_sub(1).and_then(|before| text.get(before));
            let rest = text.get(position..).unwrap_or_default();
            let ahead: [u8; BLOCK + 8] =
                rest.first_chunk().copied().unwrap_or_else(|| padded(rest));
            let mut classes = [Classes::default()];
            let block = ahead.first_chunk().copied().unwrap_or([0; BLOCK]);
            simd::classify(&[block], &mut classes);
            for classes in classes {
                if classes.high != 0 {
                    bits = bits.or(self.foreign);
                }
                super::each(starts(&classes, before.copied()), |bit| {
                    // The mask lets the compiler see that they are there.
                    let bit = bit & (BLOCK - 1);
                    let letters = ahead.get(bit..bit + 8).and_then(|bytes| bytes.first_chunk());
                    self.add_word(letters.copied().unwrap_or_default(), &mut bits);
                });
            }
            position = position.saturating_add(BLOCK);
        }
        bits
    }

    /// Adds the rules that have a word which begins like this.
    fn add_word(&self, ahead: [u8; 8], bits: &mut Bits) {
        let ahead = u64::from_le_bytes(ahead);
        let hash = hash(ahead);
        if self.known.get(hash >> 6).is_some_and(|word| word >> (hash & 63) & 1 == 1) {
            let start = |hash: usize| self.starts.get(hash).copied().map_or(0, usize::from);
            let words = self.words.get(start(hash)..start(hash.wrapping_add(1)));
            for (_, of_word) in
                words.unwrap_or_default().iter().filter(|(word, _)| word.begins(ahead))
            {
                *bits = bits.or(*of_word);
            }
        }
    }
}

/// Whether matches begin near enough to the anchor.
fn is_near(anchor: &Anchor) -> bool {
    usize::from(anchor.back_max) <= BLOCK
}

/// The table in which a place stands, if any, and the stretch of text of which that is true.
fn surroundings(tables: &Tables<'_>, at: usize) -> (Span, Option<usize>) {
    let all = tables.all();
    let next = |index: usize| all.get(index).map_or(usize::MAX, |table| table.span.start);
    let Some(index) = tables.around(at) else { return (Span::new(0, next(0)), None) };
    let next = next(index.saturating_add(1));
    let (start, end) = all.get(index).map_or((0, 0), |table| (table.span.start, table.span.end));
    // What begins in the last cell may be recognised behind it.
    let end = end.saturating_add(BLOCK).min(next);
    if at < end { (Span::new(start, end), Some(index)) } else { (Span::new(end, next), None) }
}

/// Where words begin in a block.
fn starts(classes: &Classes, before: Option<u8>) -> u64 {
    let first = |is: fn(&u8) -> bool| u64::from(before.as_ref().is_some_and(is));
    let small = classes.letter & classes.small;
    let capital = classes.letter & !classes.small;
    let after_letter = classes.letter << 1 | first(u8::is_ascii_alphabetic);
    let after_small = small << 1 | first(u8::is_ascii_lowercase);
    classes.letter & !after_letter | capital & after_small
}

impl Bits {
    pub(super) fn set(&mut self, bit: usize) {
        if let Some(word) = self.0.get_mut(bit >> 6) {
            *word |= 1 << (bit & 63);
        }
    }

    pub(super) fn has(&self, bit: usize) -> bool {
        self.0.get(bit >> 6).is_some_and(|word| word >> (bit & 63) & 1 == 1)
    }

    fn or(mut self, other: Self) -> Self {
        self.0.iter_mut().zip(other.0).for_each(|(left, right)| *left |= right);
        self
    }

    pub(super) fn any(&self) -> bool {
        self.0.iter().any(|word| *word != 0)
    }

    fn meets(&self, other: &Self) -> bool {
        self.0.iter().zip(other.0).any(|(left, right)| left & right != 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::RuleSet;

    #[test]
    fn the_built_in_rules_leave_room_for_those_of_users() {
        // Without a bit a rule is tried at every number: in tables that cost several times all the rest.
        let rules = RuleSet::built_in();
        let vicinity = Vicinity::new(rules.rules().len(), (0..).zip(rules.rules()));
        let bits = vicinity.asking.iter().copied().max().map_or(0, usize::from);
        assert!((200..=RULES_MAX * 4 / 5).contains(&bits), "{bits}");
    }
}
