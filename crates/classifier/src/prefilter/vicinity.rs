//! Whether the words that a rule wants near its match stand anywhere near.
//!
//! Most numbers could be an account, a passport or a tax id of some country, and are none: rules for
//! such shapes want a word of their context beside the match. Trying all of them on every number of a
//! table would cost more than everything else, so a place is first asked for those words. The answer
//! is given for 64 bytes at a time and kept; it errs only on the side of yes.

use crate::{
    prefilter::Candidate,
    rule::{Rule, Words},
    scan::Stretch,
    simd::{self, BLOCK, Classes},
    table::Tables,
};

/// Rules that can be told apart; more are tried without asking.
const RULES_MAX: usize = 256;
/// A bit per rule.
type Bits = [u64; RULES_MAX / 64];
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
    /// How far a window reaches, in bytes.
    reach: usize,
}

impl Known {
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
                && context.any.spellings().all(|spelling| begin(spelling).is_some());
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
        for begin in words.spellings().filter_map(begin) {
            let slot = match begin {
                Begin::Foreign => {
                    set(&mut self.foreign, bit);
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
                    set(bits, bit);
                }
            }
        }
    }

    /// Whether a match of a candidate could have its words.
    pub(super) fn allows(
        &self,
        rules: &[Rule],
        candidate: Candidate,
        stretch: Stretch<'_>,
        known: &mut Known,
    ) -> bool {
        let asking = self.asking.get(candidate.rule as usize).copied().unwrap_or(0);
        let Some(bit) = usize::from(asking).checked_sub(1) else { return true };
        if !known.begun {
            self.begin(stretch, known);
        }
        let (first, last) = (candidate.first as usize, candidate.last as usize);
        let from = first.saturating_sub(known.reach) / BLOCK;
        let to = last.saturating_add(LEN_MAX).saturating_add(known.reach) / BLOCK;
        (from..=to).any(|block| has(&self.block(block, stretch, known), bit))
            || above(stretch.tables, last, known).is_some_and(|bits| has(bits, bit))
                && is_headed(rules, candidate, stretch.tables)
    }

    fn begin(&self, stretch: Stretch<'_>, known: &mut Known) {
        let reach = WINDOW_CHARS_MAX.saturating_mul(if stretch.text.is_ascii() { 1 } else { 4 });
        let margin = reach.saturating_add(LEN_MAX);
        let first = stretch.searched.start.saturating_sub(margin) / BLOCK;
        let last = stretch.searched.end.saturating_add(margin).min(stretch.text.len()) / BLOCK;
        let blocks = last.saturating_sub(first).saturating_add(1);
        known.begun = true;
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
                or(bits, self.read(header.as_bytes(), 0, header.len()))
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
            let mut block = [0; BLOCK];
            let ahead = text.get(position..).unwrap_or_default();
            block.iter_mut().zip(ahead).for_each(|(to, from)| *to = *from);
            let mut classes = [Classes::default()];
            simd::classify(&[block], &mut classes);
            for classes in classes {
                if classes.high != 0 {
                    bits = or(bits, self.foreign);
                }
                super::each(starts(&classes, before.copied()), |bit| {
                    bits = or(bits, self.word(ahead.get(bit..).unwrap_or_default()));
                });
            }
            position = position.saturating_add(BLOCK);
        }
        bits
    }

    /// The rules that have a word with these first letters.
    fn word(&self, text: &[u8]) -> Bits {
        let letter = |index: usize| text.get(index).copied().unwrap_or(0) | 0x20;
        let [a, b, c, d] = [letter(0), letter(1), letter(2), letter(3)];
        let sets = [
            self.by_two.get(two([a, b])),
            self.by_three.get(hash([a, b, c, 0])),
            self.by_four.get(hash([a, b, c, d])),
        ];
        let known = sets.into_iter().flatten().filter(|set| **set != NONE);
        known.fold(Bits::default(), |bits, set| {
            or(bits, self.sets.get(usize::from(*set)).copied().unwrap_or_default())
        })
    }
}

/// The rules that have a word above the columns of the table in which `at` stands.
fn above<'k>(tables: &Tables<'_>, at: usize, known: &'k Known) -> Option<&'k Bits> {
    known.headers.get(tables.around(at)?)
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

/// The beginning of a folded word up to where other spellings may differ; `None` if it is too short to
/// tell anything.
fn begin(folded: &str) -> Option<Begin> {
    let plain = |byte: &u8| byte.is_ascii() && *byte != b' ';
    let bytes: Vec<u8> = folded.bytes().take(4).take_while(plain).map(|byte| byte | 0x20).collect();
    match bytes[..] {
        _ if !folded.is_ascii() && bytes.len() < 2 => (bytes.is_empty()
            && !folded.starts_with(|char: char| char.is_ascii()))
        .then_some(Begin::Foreign),
        [first, ..] if !first.is_ascii_alphabetic() => None,
        [a, b] => Some(Begin::Two([a, b])),
        [a, b, c] => Some(Begin::Three([a, b, c])),
        [a, b, c, d] => Some(Begin::Four([a, b, c, d])),
        _ => None,
    }
}

const fn two([a, b]: [u8; 2]) -> usize {
    (a as usize & 31) << 5 | b as usize & 31
}

const fn hash(letters: [u8; 4]) -> usize {
    (u32::from_le_bytes(letters).wrapping_mul(0x9E37_79B1) >> (32 - HASH_BITS)) as usize
}

fn set(bits: &mut Bits, bit: usize) {
    if let Some(word) = bits.get_mut(bit >> 6) {
        *word |= 1 << (bit & 63);
    }
}

fn has(bits: &Bits, bit: usize) -> bool {
    bits.get(bit >> 6).is_some_and(|word| word >> (bit & 63) & 1 == 1)
}

fn or(mut left: Bits, right: Bits) -> Bits {
    left.iter_mut().zip(right).for_each(|(left, right)| *left |= right);
    left
}
