//! Anchors that are words, found by their first bytes.
//!
//! The first four bytes of each word, in lower case, are looked up in a bitmap: few instructions per
//! word of the text, however many words the rules have. What the bitmap knows has a slot, which says
//! what the next four bytes may be; only then the anchors are looked at.

use std::num::NonZeroU32;

use crate::{
    prefilter::{Candidate, each, marks::Marks, padded, shapes::Member},
    rule::{
        Anchor, Rule,
        anchor::{AHEAD_LEN, Gate, keys},
        byte_set::ByteSet,
        rarity::KEY_LEN,
    },
    simd::BLOCK,
};

/// Bits of the hash, and so of the bitmap: 32 KiB.
const HASH_BITS: u32 = 18;
const FOLD: u32 = 0x2020_2020;
/// The bit of a letter that tells its case.
const CASE: u8 = 0x20;

/// The anchors that are words.
#[derive(Debug)]
pub(super) struct WordTable {
    bitmap: Vec<u64>,
    /// For each word of the bitmap, how many bits are set before it.
    ranks: Vec<u32>,
    /// For each bit that is set: what its keys have in common. One more at the end.
    slots: Vec<Slot>,
    entries: Vec<Entry>,
}

/// Where an anchor of a rule is found, and what tells it apart at first sight.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    rule: u32,
    anchor: u32,
    /// Which of its first bytes are the same in all texts, whatever their case: all bits of those that may be
    /// small or capital, and of others all but the bit that tells the case.
    mask: u64,
    /// Those bytes in lower case.
    letters: u64,
}

#[derive(Clone, Copy, Debug, Default)]
struct Slot {
    /// Where the anchors begin in `entries`; they end where those of the next slot begin.
    start: u32,
    /// The key, if there is only one.
    key: Option<NonZeroU32>,
    /// Which bytes may follow the key, by position: a bit for each remainder by 32, which is all that
    /// tells letters apart, whatever their case.
    next: [u32; NEXT_LEN],
}

/// How many bytes behind the key are looked at before the anchors are.
const NEXT_LEN: usize = 4;

impl WordTable {
    /// A table of the anchors of some rules that are words.
    pub(super) fn new<'r>(rules: impl Iterator<Item = (u32, &'r Rule)>) -> Self {
        let mut anchors: Vec<(Entry, [u32; NEXT_LEN])> = Vec::new();
        let mut keyed: Vec<Keyed> = Vec::new();
        for (rule, known) in rules {
            for (number, anchor) in (0_u32..).zip(known.anchors.iter()) {
                if anchor.gate == Gate::Word {
                    let keys = keys(&anchor.ahead).unwrap_or_default();
                    keyed.extend(keys.into_iter().map(|key| Keyed::new(key, anchors.len())));
                    anchors.push((Entry::new(rule, number, anchor), next(anchor)));
                }
            }
        }
        keyed.sort_unstable();
        let of = |keyed: &Keyed| anchors.get(keyed.anchor());
        let mut table = Self {
            bitmap: vec![0; 1 << (HASH_BITS - 6)],
            ranks: Vec::new(),
            slots: Vec::new(),
            entries: keyed.iter().filter_map(of).map(|&(entry, _)| entry).collect(),
        };
        let mut start = 0_u32;
        for alike in keyed.chunk_by(|left, right| left.hash() == right.hash()) {
            let Some(first) = alike.first() else { continue };
            let hash = first.hash();
            if let Some(word) = table.bitmap.get_mut(hash as usize >> 6) {
                *word |= 1 << (hash & 63);
            }
            let mut next = [0; NEXT_LEN];
            for (_, of_anchor) in alike.iter().filter_map(of) {
                next.iter_mut().zip(of_anchor).for_each(|(all, one)| *all |= one);
            }
            let only = alike.iter().all(|other| other.spread() == first.spread());
            let key = NonZeroU32::new(first.key()).filter(|_| only);
            table.slots.push(Slot { start, key, next });
            start = start.saturating_add(u32::try_from(alike.len()).unwrap_or(0));
        }
        table.slots.push(Slot { start, ..Slot::default() });
        table.ranks = ranks(&table.bitmap);
        table
    }

    /// Calls `visit` with each anchor that begins like a marked word, and where that stands.
    #[inline(always)]
    pub(super) fn find(
        &self,
        text: &[u8],
        marks: &[Marks],
        position: usize,
        mut visit: impl FnMut(&Entry, usize),
    ) {
        for (index, marks) in marks.iter().enumerate() {
            let position = position.saturating_add(index.saturating_mul(BLOCK));
            let rest = text.get(position..).unwrap_or_default();
            let end: [u8; BLOCK + 8];
            let block = if let Some(block) = rest.first_chunk() {
                block
            } else {
                end = padded(rest);
                &end
            };
            // Half of the words are known: which ones is asked of all before any is looked at, since no
            // processor guesses it.
            let mut known = 0;
            each(marks.words, |bit| {
                let (bits, hash) = self.bits(eight(block, bit));
                known |= (bits >> (hash & 63) & 1) << bit;
            });
            each(known, |bit| {
                let ahead = eight(block, bit);
                let (bits, hash) = self.bits(ahead);
                let before = bits & ((1 << (hash & 63)) - 1);
                let rank = self.ranks.get(hash as usize >> 6).copied().unwrap_or(0);
                let slot = (rank.wrapping_add(before.count_ones())) as usize;
                self.resembling(slot, ahead, |entry| visit(entry, position.saturating_add(bit)));
            });
        }
    }

    /// The hash of the beginning of a word, and the bits of the bitmap around that of it.
    #[inline(always)]
    fn bits(&self, ahead: u64) -> (u64, u32) {
        let hash = hash(low(ahead) | FOLD);
        (self.bitmap.get(hash as usize >> 6).copied().unwrap_or(0), hash)
    }

    /// The anchors of a slot that begin like a word.
    #[inline(always)]
    fn resembling(&self, slot: usize, ahead: u64, visit: impl FnMut(&Entry)) {
        let Some([slot, end, ..]) = self.slots.get(slot..) else { return };
        if slot.resembles(ahead) {
            let entries = self.entries.get(slot.start as usize..end.start as usize);
            let entries = entries.unwrap_or_default().iter();
            entries.filter(|entry| entry.resembles(ahead)).for_each(visit);
        }
    }
}

/// For each word of a bitmap, how many bits are set before it.
fn ranks(bitmap: &[u64]) -> Vec<u32> {
    let rank = |before: &mut u32, word: &u64| {
        let rank = *before;
        *before = before.wrapping_add(word.count_ones());
        Some(rank)
    };
    bitmap.iter().scan(0, rank).collect()
}

impl Entry {
    fn new(rule: u32, number: u32, anchor: &Anchor) -> Self {
        let (mut mask, mut letters) = (0, 0);
        for (set, shift) in anchor.ahead.iter().zip((0..64).step_by(8)) {
            if let Some(byte) = set.folded().only() {
                let bits = if set.has(byte) && set.has(byte ^ CASE) { 0xFF } else { !CASE };
                mask |= u64::from(bits) << shift;
                letters |= u64::from(byte & bits) << shift;
            }
        }
        Self { rule, anchor: number, mask, letters }
    }

    /// Whether the first bytes of a word could be those of the anchor.
    fn resembles(&self, ahead: u64) -> bool {
        (ahead | u64::from(FOLD) << 32 | u64::from(FOLD)) & self.mask == self.letters
    }

    /// The candidate, if all bytes of the anchor stand at `at`.
    #[inline(never)]
    pub(super) fn check(&self, rules: &[Rule], text: &[u8], at: usize) -> Option<Candidate> {
        let anchor = rules.get(self.rule as usize)?.anchors.get(self.anchor as usize)?;
        let (before, follows) = text.split_at_checked(at)?;
        let end: [u8; AHEAD_LEN];
        let ahead = if let Some(ahead) = follows.first_chunk() {
            ahead
        } else {
            end = padded(follows);
            &end
        };
        // What resembles the anchor has those bytes.
        let proven = (self.mask.trailing_ones() / 8) as usize;
        let stands = anchor.ahead.iter().zip(ahead).skip(proven).all(|(set, &byte)| set.has(byte))
            && anchor.behind.iter().zip(before.iter().rev()).all(|(set, &byte)| set.has(byte));
        if stands { Member::new(self.rule, anchor, None).candidate(at) } else { None }
    }
}

/// What may follow the key of an anchor.
fn next(anchor: &Anchor) -> [u32; NEXT_LEN] {
    std::array::from_fn(|index| {
        let set = anchor.ahead.get(KEY_LEN.saturating_add(index)).unwrap_or(&ByteSet::ANY);
        low(set.0.iter().fold(0, |bits, word| bits | word | word >> 32))
    })
}

impl Slot {
    /// Whether these bytes may be the key and what follows it.
    fn resembles(&self, ahead: u64) -> bool {
        let key = low(ahead) | FOLD;
        let may = self.next.iter().zip(low(ahead >> 32).to_le_bytes());
        self.key.is_none_or(|only| only.get() == key)
            && may.fold(1, |left, (bits, byte)| left & bits >> (byte & 31)) & 1 == 1
    }
}

/// Eight bytes of a block.
fn eight(block: &[u8; BLOCK + 8], at: usize) -> u64 {
    // The mask lets the compiler see that they are there.
    let at = at & (BLOCK - 1);
    u64::from_le_bytes(
        block.get(at..at + 8).and_then(|bytes| bytes.first_chunk()).copied().unwrap_or_default(),
    )
}

/// The low half.
#[expect(clippy::cast_possible_truncation, reason = "that is the point")]
const fn low(bytes: u64) -> u32 {
    bytes as u32
}

/// Multiplicative hashing (Knuth): the golden ratio's bits spread neighbouring keys.
const GOLDEN: u32 = 0x9E37_79B1;

const fn hash(key: u32) -> u32 {
    key.wrapping_mul(GOLDEN) >> (u32::BITS - HASH_BITS)
}

/// A key of an anchor: the key spread over all bits, so that sorted they come by hash, and the number of the
/// anchor, in one number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Keyed(u64);

impl Keyed {
    fn new(key: u32, anchor: usize) -> Self {
        let anchor = u32::try_from(anchor).unwrap_or(u32::MAX);
        Self(u64::from(key.wrapping_mul(GOLDEN)) << u32::BITS | u64::from(anchor))
    }

    const fn anchor(self) -> usize {
        low(self.0) as usize
    }

    const fn spread(self) -> u32 {
        low(self.0 >> u32::BITS)
    }

    const fn hash(self) -> u32 {
        self.spread() >> (u32::BITS - HASH_BITS)
    }

    const fn key(self) -> u32 {
        // What an odd number was multiplied by is had back by its inverse, five steps of Newton away.
        const INVERSE: u32 = {
            let (mut inverse, mut steps) = (GOLDEN, 0);
            while steps < 5 {
                inverse = inverse.wrapping_mul(2_u32.wrapping_sub(GOLDEN.wrapping_mul(inverse)));
                steps += 1;
            }
            inverse
        };
        const { assert!(GOLDEN.wrapping_mul(INVERSE) == 1) };
        self.spread().wrapping_mul(INVERSE)
    }
}

const _: () = assert!(KEY_LEN == size_of::<u32>());
