//! Anchors that are words, found by their first bytes.
//!
//! The first four bytes of each word, in lower case, are looked up in a bitmap: few instructions per
//! word of the text, however many words the rules have. Only what the bitmap knows is looked up in
//! the table.

use crate::{
    prefilter::{anchors::Anchors, each, marks::Marks},
    rule::{
        Rule,
        anchor::{ANCHOR_LEN, Gate, KEY_LEN, keys},
    },
    simd::BLOCK,
};

/// Bits of the hash, and so of the bitmap: 16 KiB.
const HASH_BITS: u32 = 17;
const FOLD: u32 = 0x2020_2020;

#[derive(Debug)]
pub(super) struct WordTable {
    bitmap: Vec<u64>,
    /// Open addressing: key, and where its anchors lie in `anchors`.
    slots: Vec<Slot>,
    anchors: Vec<u32>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Slot {
    key: u32,
    start: u32,
    len: u32,
}

impl WordTable {
    pub(super) fn new(anchors: &Anchors, rules: &[Rule]) -> Self {
        let mut pairs: Vec<(u32, u32)> = Vec::new();
        for (number, anchor) in anchors.numbered(rules) {
            if anchor.gate == Gate::Word {
                let keys = keys(&anchor.sets).unwrap_or_default();
                pairs.extend(keys.into_iter().map(|key| (key, number)));
            }
        }
        pairs.sort_unstable();
        let distinct = pairs.chunk_by(|left, right| left.0 == right.0);
        let size = pairs.len().saturating_mul(2).max(16).next_power_of_two();
        let mut table = Self {
            bitmap: vec![0; 1 << (HASH_BITS - 6)],
            slots: vec![Slot::default(); size],
            anchors: pairs.iter().map(|&(_, anchor)| anchor).collect(),
        };
        let mut start = 0_u32;
        for chunk in distinct {
            let len = u32::try_from(chunk.len()).unwrap_or(0);
            if let Some(&(key, _)) = chunk.first() {
                table.insert(Slot { key, start, len });
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

    /// Calls `visit` with each marked word that begins like an anchor, and those anchors.
    pub(super) fn find(
        &self,
        text: &[u8],
        marks: &[Marks],
        position: usize,
        mut visit: impl FnMut(usize, &[u32]),
    ) {
        for (index, marks) in marks.iter().enumerate() {
            let position = position.saturating_add(index.saturating_mul(BLOCK));
            let block = text.get(position..).unwrap_or_default();
            each(marks.words, |bit| {
                let key = key(block, bit);
                if self.is_known(key) {
                    visit(position.saturating_add(bit), self.anchors_of(key));
                }
            });
        }
    }

    fn is_known(&self, key: u32) -> bool {
        let hash = hash(key);
        self.bitmap.get(hash as usize >> 6).is_some_and(|word| word >> (hash & 63) & 1 == 1)
    }

    fn anchors_of(&self, key: u32) -> &[u32] {
        let mask = self.slots.len().wrapping_sub(1);
        let mut index = hash(key) as usize & mask;
        while let Some(slot) = self.slots.get(index).filter(|slot| slot.len > 0) {
            if slot.key == key {
                let start = slot.start as usize;
                return self
                    .anchors
                    .get(start..start.saturating_add(slot.len as usize))
                    .unwrap_or_default();
            }
            index = index.wrapping_add(1) & mask;
        }
        &[]
    }
}

/// The first bytes of a word in lower case; zeros stand behind the end of the text.
fn key(text: &[u8], at: usize) -> u32 {
    let ahead = text.get(at..at.saturating_add(KEY_LEN)).and_then(|bytes| bytes.first_chunk());
    let bytes = ahead.copied().unwrap_or_else(|| {
        let rest = text.get(at..).unwrap_or_default();
        std::array::from_fn(|index| rest.get(index).copied().unwrap_or(0))
    });
    u32::from_le_bytes(bytes) | FOLD
}

/// Multiplicative hashing (Knuth): the golden ratio's bits spread neighbouring keys.
const fn hash(key: u32) -> u32 {
    key.wrapping_mul(0x9E37_79B1) >> (32 - HASH_BITS)
}

const _: () = assert!(KEY_LEN <= ANCHOR_LEN && KEY_LEN == size_of::<u32>());
