//! The masks by integer arithmetic, eight bytes at a time.

use crate::simd::{BLOCK, Classes, set::Table};

const LOW: u64 = 0x7F7F_7F7F_7F7F_7F7F;
const HIGH: u64 = 0x8080_8080_8080_8080;
const ONES: u64 = 0x0101_0101_0101_0101;

pub(super) fn classify(blocks: &[[u8; BLOCK]], classes: &mut [Classes]) {
    for (block, classes) in blocks.iter().zip(classes) {
        *classes = Classes::default();
        let (words, _) = block.as_chunks::<8>();
        for (index, word) in words.iter().enumerate() {
            let word = u64::from_le_bytes(*word);
            let shift = index.wrapping_mul(8);
            let folded = word | ONES.wrapping_mul(0x20);
            let at = |matched: u64| gather(matched) << shift;
            classes.letter |= at(between(folded, b'a', b'z'));
            classes.small |= at(word << 2);
            classes.digit |= at(between(word, b'0', b'9'));
            classes.underscore |= at(between(word, b'_', b'_'));
            classes.joint |= at(between(word, b'+', b'+') | between(word, b'-', b'/'));
            classes.colon |= at(between(word, b':', b':'));
            classes.at |= at(between(word, b'@', b'@'));
            classes.wide |= at(word & word << 1 & (word << 2 | word << 3));
            classes.high |= at(word);
        }
    }
}

/// Marks the bytes of a set.
pub(super) fn mark(table: Table, blocks: &[[u8; BLOCK]], marks: &mut [u64]) {
    for (block, marks) in blocks.iter().zip(marks) {
        *marks = 0;
        let (words, _) = block.as_chunks::<8>();
        for (index, word) in words.iter().enumerate() {
            let word = u64::from_le_bytes(*word);
            let wanted = table.by_lower_half.iter().filter(|byte| byte.is_ascii());
            let wanted = wanted.chain([&table.other]);
            let matched = wanted.fold(0, |matched, &byte| matched | between(word, byte, byte));
            *marks |= gather(matched) << index.wrapping_mul(8);
        }
    }
}

/// The high bit of each byte that is ASCII and lies between two ASCII bytes.
const fn between(word: u64, first: u8, last: u8) -> u64 {
    let bytes = word & LOW;
    let reaches = bytes.wrapping_add(ONES.wrapping_mul(0x80 - first as u64));
    let exceeds = bytes.wrapping_add(ONES.wrapping_mul(0x7F - last as u64));
    reaches & !exceeds & !word & HIGH
}

/// The high bits of eight bytes, side by side.
const fn gather(word: u64) -> u64 {
    ((word & HIGH) >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56
}
