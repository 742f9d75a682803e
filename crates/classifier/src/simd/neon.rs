//! The masks on NEON: comparisons of 16 bytes, folded into bits by pairwise additions.

#![expect(unsafe_code, reason = "vector loads")]

use std::arch::aarch64::{
    uint8x16_t, vandq_u8, vceqq_u8, vcgeq_u8, vcleq_u8, vdupq_n_u8, vgetq_lane_u64, vld1q_u8,
    vorrq_u8, vpaddq_u8, vqtbl1q_u8, vreinterpretq_u64_u8, vsubq_u8, vtstq_u8,
};

use crate::simd::{BLOCK, Classes, set::Table};

/// The bit of each byte in its group of eight.
const WEIGHTS: [u8; 16] = [1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128];

/// Classifies blocks. Every 64-bit ARM processor that Rust's standard targets name has NEON.
pub(super) fn classify(blocks: &[[u8; BLOCK]], classes: &mut [Classes]) -> bool {
    for (block, classes) in blocks.iter().zip(classes) {
        let (quarters, _) = block.as_chunks::<16>();
        if let [a, b, c, d] = quarters {
            *classes = classify_block([load(a), load(b), load(c), load(d)]);
        }
    }
    true
}

/// Marks the bytes of a set.
pub(super) fn mark(table: Table, blocks: &[[u8; BLOCK]], marks: &mut [u64]) -> bool {
    let by_lower_half = load(&table.by_lower_half);
    for (block, marks) in blocks.iter().zip(marks) {
        let (quarters, _) = block.as_chunks::<16>();
        if let [a, b, c, d] = quarters {
            // SAFETY: NEON is part of the target.
            let marked = |bytes: uint8x16_t| unsafe {
                let in_table = vqtbl1q_u8(by_lower_half, vandq_u8(bytes, vdupq_n_u8(0x0F)));
                vorrq_u8(vceqq_u8(in_table, bytes), vceqq_u8(vdupq_n_u8(table.other), bytes))
            };
            *marks = joined([a, b, c, d].map(|quarter| marked(load(quarter))));
        }
    }
    true
}

fn classify_block(bytes: [uint8x16_t; 4]) -> Classes {
    // SAFETY: NEON is part of the target.
    unsafe {
        let folded = bytes.map(|bytes| vorrq_u8(bytes, vdupq_n_u8(0x20)));
        let equal = |byte: u8| bytes.map(|bytes| vceqq_u8(bytes, vdupq_n_u8(byte)));
        let between = |bytes: [uint8x16_t; 4], first: u8, last: u8| {
            bytes.map(|bytes| {
                vcleq_u8(vsubq_u8(bytes, vdupq_n_u8(first)), vdupq_n_u8(last.wrapping_sub(first)))
            })
        };
        Classes {
            letter: joined(between(folded, b'a', b'z')),
            small: joined(bytes.map(|bytes| vtstq_u8(bytes, vdupq_n_u8(0x20)))),
            digit: joined(between(bytes, b'0', b'9')),
            underscore: joined(equal(b'_')),
            joint: joined(equal(b'+')) | joined(between(bytes, b'-', b'/')),
            colon: joined(equal(b':')),
            at: joined(equal(b'@')),
            wide: joined(bytes.map(|bytes| vcgeq_u8(bytes, vdupq_n_u8(0xD0)))),
            high: joined(bytes.map(|bytes| vcgeq_u8(bytes, vdupq_n_u8(0x80)))),
        }
    }
}

/// One bit per byte, out of four vectors of which each byte is all ones or zero.
fn joined([a, b, c, d]: [uint8x16_t; 4]) -> u64 {
    let weights = load(&WEIGHTS);
    // SAFETY: NEON is part of the target.
    unsafe {
        let low = vpaddq_u8(vandq_u8(a, weights), vandq_u8(b, weights));
        let high = vpaddq_u8(vandq_u8(c, weights), vandq_u8(d, weights));
        let sums = vpaddq_u8(low, high);
        vgetq_lane_u64::<0>(vreinterpretq_u64_u8(vpaddq_u8(sums, sums)))
    }
}

fn load(bytes: &[u8; 16]) -> uint8x16_t {
    // SAFETY: the reference is to 16 readable bytes, and the load needs no alignment.
    unsafe { vld1q_u8(bytes.as_ptr()) }
}
