//! Whether the words that a rule wants near its match stand anywhere near.
//!
//! Most numbers could be an account, a passport or a tax id of some country, and are none: rules for
//! such shapes want a word of their context beside the match. Trying all of them on every number of a
//! table would cost more than everything else, so a place is first asked for those words. The answer
//! is given for 64 bytes at a time and kept; it errs only on the side of yes.

use dosimeter_record::Span;

use crate::{
    prefilter::{Candidate, padded},
    rule::{Anchor, Rule, Words},
    scan::Stretch,
    simd::{self, BLOCK, Classes},
    table::Tables,
};

/// Rules that can be told apart; more are tried without asking.
const RULES_MAX: usize = 256;
/// A bit per rule.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Bits([u64; RULES_MAX / 64]);
/// Rules with a wider window are tried without asking.
const WINDOW_CHARS_MAX: usize = 64;
/// Patterns with longer matches are tried without asking.
const LEN_MAX: usize = 128;
/// Bits of the hash of three or four letters.
const HASH_BITS: u32 = 13;
/// No rule has such a word.
const NONE: u16 = 0;

/// The words that rules want near their matches, by their first letters.
#[derive(Debug)]
pub(super) struct Vicinity {
    /// By rule: its bit plus one, or zero if it is tried without asking.
    asking: Vec<u16>,
    /// By a hash of the first four letters: index into `sets`.
    by_four: Vec<u16>,
    /// By a hash of the first three letters: index into `sets`.
    by_three: Vec<u16>,
    /// By the first two letters: index into `sets`.
    by_two: Vec<u16>,
    /// By a hash of three letters: whether any word of three or more begins with them.
    known: Box<[u64; (1 << HASH_BITS) / 64]>,
    sets: Vec<Bits>,
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
    /// What stands above the columns of each table.
    headers: Vec<Bits>,
    /// The table or the gap between tables that was looked at last, and the rules with words above it.
    table: Option<(Span, Bits)>,
    /// The block that was asked about last, and the rules with words near it.
    near: (Option<usize>, Bits),
    /// How far a window reaches, in bytes.
    reach: usize,
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

    /// Whether a match of a candidate, whose rule has a bit, could have its words.
    pub(super) fn allows(
        &self,
        bit: u16,
        rules: &[Rule],
        candidate: Candidate,
        tables: &Tables<'_>,
    ) -> bool {
        let bit = usize::from(bit);
        self.beside.has(bit) || self.above.has(bit) && is_headed(rules, candidate, tables)
    }
}

impl Known {
    /// The rules whose words stand near a place, as far as that is known.
    pub(super) fn near(&self, at: usize) -> Option<Near> {
        Some(Near { beside: self.beside(at)?, above: self.above(at)? })
    }

    fn beside(&self, at: usize) -> Option<Bits> {
        let (block, bits) = self.near;
        (self.begun && block == Some(at / BLOCK)).then_some(bits)
    }

    fn above(&self, at: usize) -> Option<Bits> {
        let (span, bits) = self.table.filter(|_| self.begun)?;
        (span.start <= at && at < span.end).then_some(bits)
    }

    /// Forgets what was known of another stretch.
    pub(super) fn forget(&mut self) {
        self.begun = false;
    }
}

impl Vicinity {
    pub(super) fn new(rules: &[Rule]) -> Self {
        let mut vicinity = Self {
            asking: vec![0; rules.len()],
            by_four: vec![NONE; 1 << HASH_BITS],
            by_three: vec![NONE; 1 << HASH_BITS],
            by_two: vec![NONE; 1 << 10],
            known: Box::new([0; (1 << HASH_BITS) / 64]),
            sets: vec![Bits::default()],
            foreign: Bits::default(),
        };
        let mut bit = 0;
        for (index, rule) in rules.iter().enumerate() {
            let context = &rule.context;
            let asks = context.required
                && context.window_chars <= WINDOW_CHARS_MAX
                && rule.len_max <= LEN_MAX
                && bit < RULES_MAX
                && context.any.spellings().all(|spelling| begins(spelling).is_some());
            if asks {
                vicinity.add(&context.any, bit);
                bit = bit.saturating_add(1);
                if let (Some(asking), Ok(bit)) =
                    (vicinity.asking.get_mut(index), u16::try_from(bit))
                {
                    *asking = bit;
                }
            }
        }
        vicinity
    }

    fn add(&mut self, words: &Words, bit: usize) {
        for begin in words.spellings().filter_map(begins).flatten() {
            if let Begin::Three([a, b, c]) | Begin::Four([a, b, c, _]) = begin {
                let hash = hash([a, b, c, 0]);
                if let Some(word) = self.known.get_mut(hash >> 6) {
                    *word |= 1 << (hash & 63);
                }
            }
            let slot = match begin {
                Begin::Foreign => {
                    self.foreign.set(bit);
                    continue;
                }
                Begin::Two(letters) => self.by_two.get_mut(two(letters)),
                Begin::Three([a, b, c]) => self.by_three.get_mut(hash([a, b, c, 0])),
                Begin::Four(letters) => self.by_four.get_mut(hash(letters)),
            };
            if let Some(slot) = slot {
                if *slot == NONE {
                    *slot = u16::try_from(self.sets.len()).unwrap_or(NONE);
                    self.sets.push(Bits::default());
                }
                if let Some(bits) = self.sets.get_mut(usize::from(*slot)) {
                    bits.set(bit);
                }
            }
        }
    }

    /// The bit of a rule that is asked about, if its matches begin near enough to the anchor.
    pub(super) fn asks(&self, rule: u32, anchor: &Anchor) -> Option<u16> {
        let asking =
            self.asking.get(rule as usize).filter(|_| usize::from(anchor.back_max) <= BLOCK);
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
            let above = above.copied().unwrap_or_default();
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
        known.headers.extend(stretch.tables.all().iter().map(|table| {
            table.header.iter().fold(Bits::default(), |bits, header| {
                bits.or(self.read(header.as_bytes(), 0, header.len()))
            })
        }));
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
            let ahead: [u8; BLOCK + 4] =
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
                    let letters = ahead.get(bit..bit + 4).and_then(|bytes| bytes.first_chunk());
                    if let Some(of_word) = self.word(letters.copied().unwrap_or_default()) {
                        bits = bits.or(of_word);
                    }
                });
            }
            position = position.saturating_add(BLOCK);
        }
        bits
    }

    /// The rules that have a word with these first letters.
    fn word(&self, letters: [u8; 4]) -> Option<Bits> {
        let letters = letters.map(|letter| letter | 0x20);
        let [a, b, c, _] = letters;
        let three = hash([a, b, c, 0]);
        let of_two = self.by_two.get(two([a, b])).copied().unwrap_or(NONE);
        let longer = self.known.get(three >> 6).is_some_and(|word| word >> (three & 63) & 1 == 1);
        if of_two == NONE && !longer {
            return None;
        }
        let of = |table: &[u16], hash: usize| table.get(hash).copied().unwrap_or(NONE);
        let sets = [of_two, of(&self.by_three, three), of(&self.by_four, hash(letters))];
        let known = sets.into_iter().filter(|set| *set != NONE);
        Some(known.fold(Bits::default(), |bits, set| {
            bits.or(self.sets.get(usize::from(set)).copied().unwrap_or_default())
        }))
    }
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

/// Whether a word of the rule stands above the column.
fn is_headed(rules: &[Rule], candidate: Candidate, tables: &Tables<'_>) -> bool {
    let Some(rule) = rules.get(candidate.rule as usize) else { return true };
    let last = candidate.last as usize;
    // A pattern may begin with the byte before its value.
    [last, last.saturating_add(1)].into_iter().any(|at| {
        tables.header_of(at).is_some_and(|header| rule.context.any.find(header).is_some())
    })
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

/// How a word is looked up.
enum Begin {
    Two([u8; 2]),
    Three([u8; 3]),
    Four([u8; 4]),
    /// By the script.
    Foreign,
}

/// The beginnings of a folded word up to where other spellings may differ; `None` if it is too short
/// to tell anything.
fn begins(folded: &str) -> Option<Vec<Begin>> {
    let plain = |byte: &u8| byte.is_ascii() && *byte != b' ';
    let bytes: Vec<u8> = folded.bytes().take(4).take_while(plain).map(|byte| byte | 0x20).collect();
    match (&bytes[..], folded.as_bytes()) {
        ([], _) => {
            (!folded.starts_with(|char: char| char.is_ascii())).then(|| vec![Begin::Foreign])
        }
        ([first, ..], _) if !first.is_ascii_alphabetic() => None,
        // `d o b` is also written `d.o.b` and `dOB`.
        (&[a], &[_, b' ', next, ..]) => Some(vec![Begin::Two([a, b' ']), Begin::Two([a, next])]),
        (&[a], &[_, next, ..]) => Some(vec![Begin::Two([a, next])]),
        (&[a, b], _) => Some(vec![Begin::Two([a, b])]),
        (&[a, b, c], _) => Some(vec![Begin::Three([a, b, c])]),
        (&[a, b, c, d], _) => Some(vec![Begin::Four([a, b, c, d])]),
        _ => None,
    }
}

/// The place of two letters: of the second only whether it is one, if it is none.
const fn two([a, b]: [u8; 2]) -> usize {
    let second = match b | 0x20 {
        letter @ b'a'..=b'z' => letter & 31,
        0x80.. => 0,
        _ => 27,
    };
    (a as usize & 31) << 5 | second as usize
}

const fn hash(letters: [u8; 4]) -> usize {
    (u32::from_le_bytes(letters).wrapping_mul(0x9E37_79B1) >> (32 - HASH_BITS)) as usize
}

impl Bits {
    pub(super) fn set(&mut self, bit: usize) {
        if let Some(word) = self.0.get_mut(bit >> 6) {
            *word |= 1 << (bit & 63);
        }
    }

    fn has(&self, bit: usize) -> bool {
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
