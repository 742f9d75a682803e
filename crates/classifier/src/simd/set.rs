//! A few bytes that somebody looks for, and a walk over the places where they stand.

use std::ops::ControlFlow;

use crate::simd::{BLOCK, portable};

/// How many blocks are marked in one go: what they and their marks take fits in the nearest cache.
const BLOCKS: usize = 32;

/// A set of ASCII bytes, no two of which have the same lower half: then one look-up by that half says
/// which byte of the set a byte could be. One byte more may be any.
#[derive(Debug)]
pub(crate) struct Set {
    pub(super) table: Table,
}

/// What the versions work with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Table {
    /// By lower half: the byte of the set, or one that is not ASCII.
    pub(super) by_lower_half: [u8; 16],
    pub(super) other: u8,
}

impl Set {
    /// Panics, which at compile time is an error, if bytes share a lower half or are not ASCII.
    #[expect(clippy::indexing_slicing, reason = "at compile time, where a panic is an error")]
    pub(crate) const fn new(bytes: &[u8], other: u8) -> Self {
        // No byte equals what stands for none in its place: the lower half is another.
        let mut by_lower_half = [0x80; 16];
        by_lower_half[0] = 0x81;
        let mut index = 0;
        while index < bytes.len() {
            let byte = bytes[index];
            let place = &mut by_lower_half[(byte & 0x0F) as usize];
            assert!(byte.is_ascii() && *place >= 0x80, "two bytes with one lower half");
            *place = byte;
            index += 1;
        }
        Self { table: Table { by_lower_half, other } }
    }

    /// Calls `visit` with each place in `bytes` where a byte of the set stands and that byte, in order,
    /// until it breaks. O(length).
    #[inline]
    pub(crate) fn visit(&self, bytes: &[u8], mut visit: impl FnMut(usize, u8) -> ControlFlow<()>) {
        let (blocks, tail) = bytes.as_chunks::<BLOCK>();
        let mut last = [0; BLOCK];
        last.iter_mut().zip(tail).for_each(|(to, from)| *to = *from);
        let mut from = 0;
        for blocks in blocks.chunks(BLOCKS).chain([std::slice::from_ref(&last)]) {
            let mut marks = [0; BLOCKS];
            self.mark(blocks, &mut marks);
            for (block, mut marks) in blocks.iter().zip(marks) {
                while marks != 0 {
                    let bit = marks.trailing_zeros() as usize;
                    marks &= marks.wrapping_sub(1);
                    let byte = block.get(bit & (BLOCK - 1)).copied().unwrap_or_default();
                    if visit(from | bit, byte).is_break() {
                        return;
                    }
                }
                from = from.wrapping_add(BLOCK);
            }
        }
    }

    /// The places in one block.
    pub(crate) fn in_block(&self, block: &[u8; BLOCK]) -> u64 {
        let mut marks = [0];
        self.mark(std::slice::from_ref(block), &mut marks);
        let [marks] = marks;
        marks
    }

    fn mark(&self, blocks: &[[u8; BLOCK]], marks: &mut [u64]) {
        #[cfg(target_arch = "x86_64")]
        if crate::simd::avx2::mark(self.table, blocks, marks) {
            return;
        }
        #[cfg(target_arch = "aarch64")]
        if crate::simd::neon::mark(self.table, blocks, marks) {
            return;
        }
        portable::mark(self.table, blocks, marks);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SET: Set = Set::new(b"\"\t\n;,~\x7F", b'|');

    fn check(bytes: &[u8]) {
        let mut found = Vec::new();
        SET.visit(bytes, |at, byte| {
            found.push((at, byte));
            if found.len() == 100 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        let all = bytes.iter().copied().enumerate();
        let expected: Vec<_> = all.filter(|(_, byte)| b"\"\t\n;,|~\x7F".contains(byte)).collect();
        assert_eq!(found, expected[..expected.len().min(100)]);
        let (blocks, _) = bytes.as_chunks();
        let (mut fastest, mut plain) = (vec![0; blocks.len()], vec![0; blocks.len()]);
        SET.mark(blocks, &mut fastest);
        portable::mark(SET.table, blocks, &mut plain);
        assert_eq!(fastest, plain);
    }

    #[test]
    fn every_byte_is_told_apart() {
        let all: Vec<u8> = (0..=u8::MAX).cycle().take(1000).collect();
        for from in 0..64 {
            check(&all[from..]);
        }
    }

    proptest! {
        #[test]
        fn the_places_are_those_of_a_plain_search(text in "[a-z,;|\n\"é]{0,400}", tail: Vec<u8>) {
            check(text.as_bytes());
            check(&tail);
        }
    }
}
