//! Anchors that are words, found by their first bytes.
//!
//! The first four bytes of each word, in lower case, are looked up in a bitmap: few instructions per
//! word of the text, however many words the rules have. Only what the bitmap knows is looked up in
//! the table.

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

/// Bits of the hash, and so of the bitmap: 16 KiB.
const HASH_BITS: u32 = 17;
const FOLD: u32 = 0x2020_2020;

/// The anchors that are words.
#[derive(Debug)]
pub(super) struct WordTable {
    bitmap: Box<[u64; 1 << (HASH_BITS - 6)]>,
    /// Open addressing: key, and where its anchors lie in `entries`.
    slots: Vec<Slot>,
    entries: Vec<Entry>,
}

/// Where an anchor of a rule is found, and what tells it apart at first sight.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    rule: u32,
    anchor: u32,
    /// Which of its first bytes are letters of one kind or the same in all texts.
    mask: u64,
    /// Those bytes in lower case.
    letters: u64,
}

#[derive(Clone, Copy, Debug, Default)]
struct Slot {
    key: u32,
    start: u32,
    len: u32,
    /// Which bytes may follow the key, by position: a bit for each remainder by 32, which is all that
    /// tells letters apart, whatever their case.
    next: [u32; NEXT_LEN],
}

/// How many bytes behind the key are looked at before the anchors are.
const NEXT_LEN: usize = 4;

impl WordTable {
    /// A table of the anchors of all rules that are words.
    pub(super) fn new(rules: &[Rule]) -> Self {
        let mut pairs: Vec<(u32, Entry, [u32; NEXT_LEN])> = Vec::new();
        for (rule, known) in (0_u32..).zip(rules) {
            for (number, anchor) in (0_u32..).zip(known.anchors.iter()) {
                if anchor.gate == Gate::Word {
                    let entry = Entry::new(rule, number, anchor);
                    let keys = keys(&anchor.ahead).unwrap_or_default();
                    let next = next(anchor);
                    pairs.extend(keys.into_iter().map(|key| (key, entry, next)));
                }
            }
        }
        pairs.sort_by_key(|&(key, ..)| key);
        let size = pairs.len().saturating_mul(2).max(16).next_power_of_two();
        let mut table = Self {
            bitmap: Box::new([0; 1 << (HASH_BITS - 6)]),
            slots: vec![Slot::default(); size],
            entries: pairs.iter().map(|&(_, entry, _)| entry).collect(),
        };
        let mut start = 0_u32;
        for chunk in pairs.chunk_by(|left, right| left.0 == right.0) {
            let len = u32::try_from(chunk.len()).unwrap_or(0);
            let mut next = [0; NEXT_LEN];
            for (_, _, of_anchor) in chunk {
                next.iter_mut().zip(of_anchor).for_each(|(all, one)| *all |= one);
            }
            if let Some(&(key, ..)) = chunk.first() {
                table.insert(Slot { key, start, len, next });
            }
            start = start.saturating_add(len);
        }
        table
    }

    fn insert(&mut self, slot: Slot) {
        let hash = hash(slot.key);
        if let Some(word) = self.bitmap.get_mut(hash as usize >> 6) {
            *word |= 1 << (hash & 63);
        }
        let mask = self.slots.len().wrapping_sub(1);
        let mut index = hash as usize & mask;
        while let Some(held) = self.slots.get_mut(index) {
            if held.len == 0 {
                *held = slot;
                return;
            }
            index = index.wrapping_add(1) & mask;
        }
    }

    /// Calls `visit` with each anchor that begins like a marked word, and where that stands.
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
            each(marks.words, |bit| {
                let ahead = eight(block, bit);
                if self.is_known(low(ahead) | FOLD) {
                    self.resembling(ahead, |entry| visit(entry, position.saturating_add(bit)));
                }
            });
        }
    }

    /// The anchors that begin like a word.
    #[inline(never)]
    fn resembling(&self, ahead: u64, visit: impl FnMut(&Entry)) {
        let slot = self.slot(low(ahead) | FOLD).filter(|slot| slot.resembles(low(ahead >> 32)));
        let entries = slot.and_then(|slot| {
            let from = slot.start as usize;
            self.entries.get(from..from.saturating_add(slot.len as usize))
        });
        let entries = entries.unwrap_or_default().iter();
        entries.filter(|entry| entry.resembles(ahead)).for_each(visit);
    }

    fn is_known(&self, key: u32) -> bool {
        let hash = hash(key);
        self.bitmap.get(hash as usize >> 6).is_some_and(|word| word >> (hash & 63) & 1 == 1)
    }

    fn slot(&self, key: u32) -> Option<&Slot> {
        let mask = self.slots.len().wrapping_sub(1);
        let mut index = hash(key) as usize & mask;
        while let Some(slot) = self.slots.get(index).filter(|slot| slot.len > 0) {
            if slot.key == key {
                return Some(slot);
            }
            index = index.wrapping_add(1) & mask;
        }
        None
    }
}

impl Entry {
    fn new(rule: u32, number: u32, anchor: &Anchor) -> Self {
        let (mut mask, mut letters) = (0, 0);
        for (set, shift) in anchor.ahead.iter().zip((0..64).step_by(8)) {
            if let [byte] = set.folded()[..] {
                mask |= 0xFF_u64 << shift;
                letters |= u64::from(byte) << shift;
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
        let stands = anchor.ahead.iter().zip(ahead).all(|(set, &byte)| set.has(byte))
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
    /// Whether these bytes may follow the key.
    fn resembles(&self, next: u32) -> bool {
        let may = self.next.iter().zip(next.to_le_bytes());
        may.fold(1, |left, (bits, byte)| left & bits >> (byte & 31)) & 1 == 1
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
const fn hash(key: u32) -> u32 {
    key.wrapping_mul(0x9E37_79B1) >> (32 - HASH_BITS)
}

const _: () = assert!(KEY_LEN == size_of::<u32>());
