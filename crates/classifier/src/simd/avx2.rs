//! The masks on AVX2: two table look-ups by half bytes classify 32 bytes at once.

#![expect(unsafe_code, reason = "vector loads, and calls of functions compiled for AVX2")]

use std::arch::x86_64::{
    __m256i, _mm256_and_si256, _mm256_cmpeq_epi8, _mm256_cmpeq_epi64, _mm256_cmpgt_epi8,
    _mm256_loadu_si256, _mm256_min_epi8, _mm256_movemask_epi8, _mm256_or_si256, _mm256_set1_epi8,
    _mm256_setzero_si256, _mm256_shuffle_epi8, _mm256_slli_epi16, _mm256_srli_epi16,
};

use crate::simd::{BLOCK, Classes, Work, dense, set::Table, trio};

/// One bit per kind. Letters take two bits, since their codes are no rectangle of half bytes.
const WIDE: u8 = 1 << 7;
const LETTERS_TO_O: u8 = 1 << 6;
const LETTERS_FROM_P: u8 = 1 << 5;
const DIGIT: u8 = 1 << 4;
const UNDERSCORE: u8 = 1 << 3;
const JOINT: u8 = 1 << 2;
const COLON: u8 = 1 << 1;
const AT: u8 = 1 << 0;

/// Which kinds the upper half of a byte allows.
const UPPER_HALF: [u8; 16] = [
    0,
    0,
    JOINT,
    DIGIT | COLON,
    LETTERS_TO_O | AT,
    LETTERS_FROM_P | UNDERSCORE,
    LETTERS_TO_O,
    LETTERS_FROM_P,
    0,
    0,
    0,
    0,
    0,
    WIDE,
    WIDE,
    WIDE,
];

/// Which kinds the lower half of a byte allows.
const LOWER_HALF: [u8; 16] = [
    LETTERS_FROM_P | DIGIT | AT | WIDE,
    LETTERS_TO_O | LETTERS_FROM_P | DIGIT | WIDE,
    LETTERS_TO_O | LETTERS_FROM_P | DIGIT | WIDE,
    LETTERS_TO_O | LETTERS_FROM_P | DIGIT | WIDE,
    LETTERS_TO_O | LETTERS_FROM_P | DIGIT | WIDE,
    LETTERS_TO_O | LETTERS_FROM_P | DIGIT | WIDE,
    LETTERS_TO_O | LETTERS_FROM_P | DIGIT | WIDE,
    LETTERS_TO_O | LETTERS_FROM_P | DIGIT | WIDE,
    LETTERS_TO_O | LETTERS_FROM_P | DIGIT | WIDE,
    LETTERS_TO_O | LETTERS_FROM_P | DIGIT | WIDE,
    LETTERS_TO_O | LETTERS_FROM_P | COLON | WIDE,
    LETTERS_TO_O | JOINT | WIDE,
    LETTERS_TO_O | WIDE,
    LETTERS_TO_O | JOINT | WIDE,
    LETTERS_TO_O | JOINT | WIDE,
    LETTERS_TO_O | JOINT | UNDERSCORE | WIDE,
];

/// Classifies blocks; `false` if the processor has no AVX2.
pub(super) fn classify(blocks: &[[u8; BLOCK]], classes: &mut [Classes]) -> bool {
    let able = is_x86_feature_detected!("avx2");
    if able {
        // SAFETY: the processor has AVX2.
        unsafe { classify_avx2(blocks, classes) };
    }
    able
}

#[target_feature(enable = "avx2")]
fn classify_avx2(blocks: &[[u8; BLOCK]], classes: &mut [Classes]) {
    let tables = (load_twice(&UPPER_HALF), load_twice(&LOWER_HALF));
    for (block, classes) in blocks.iter().zip(classes) {
        let (halves, _) = block.as_chunks::<32>();
        if let [low, high] = halves {
            let (low, high) = (load(low), load(high));
            let (low_kinds, high_kinds) = (kinds(low, tables), kinds(high, tables));
            let bits = |kind: u32| joined(shifted(low_kinds, kind), shifted(high_kinds, kind));
            *classes = Classes {
                wide: joined(low_kinds, high_kinds),
                letter: bits(1) | bits(2),
                small: joined(shifted(low, 2), shifted(high, 2)),
                digit: bits(3),
                underscore: bits(4),
                joint: bits(5),
                colon: bits(6),
                at: bits(7),
                high: joined(low, high),
            };
        }
    }
}

/// Does work with the instructions for bits, if the processor has them.
pub(super) fn run(work: impl Work) {
    if is_x86_feature_detected!("bmi1")
        && is_x86_feature_detected!("bmi2")
        && is_x86_feature_detected!("popcnt")
    {
        // SAFETY: the processor has these instructions.
        unsafe { run_with_bits(work) };
    } else {
        work.run();
    }
}

#[target_feature(enable = "bmi1,bmi2,popcnt")]
fn run_with_bits(work: impl Work) {
    work.run();
}

/// Marks the bytes of a set; `false` if the processor has no AVX2.
pub(super) fn mark(table: Table, blocks: &[[u8; BLOCK]], marks: &mut [u64]) -> bool {
    let able = is_x86_feature_detected!("avx2");
    if able {
        // SAFETY: the processor has AVX2.
        unsafe { mark_avx2(table, blocks, marks) };
    }
    able
}

#[target_feature(enable = "avx2")]
fn mark_avx2(table: Table, blocks: &[[u8; BLOCK]], marks: &mut [u64]) {
    let by_lower_half = load_twice(&table.by_lower_half);
    let other = _mm256_set1_epi8(table.other.cast_signed());
    for (block, marks) in blocks.iter().zip(marks) {
        let (halves, _) = block.as_chunks::<32>();
        if let [low, high] = halves {
            // A shuffle takes zero for a byte beyond ASCII, which that is not.
            let marked = |half| {
                let bytes = load(half);
                let in_table = _mm256_shuffle_epi8(by_lower_half, bytes);
                _mm256_or_si256(_mm256_cmpeq_epi8(in_table, bytes), _mm256_cmpeq_epi8(other, bytes))
            };
            *marks = joined(marked(low), marked(high));
        }
    }
}

/// Whether 16 bytes that begin at a multiple of eight are all ASCII from `%` on; `None` if the processor
/// has no AVX2.
pub(super) fn is_dense(span: &[u8; dense::READ]) -> Option<bool> {
    // SAFETY: the processor has AVX2.
    is_x86_feature_detected!("avx2").then(|| unsafe { is_dense_avx2(span) })
}

#[target_feature(enable = "avx2")]
fn is_dense_avx2(span: &[u8; dense::READ]) -> bool {
    let (bytes, _) = span.as_chunks::<32>();
    let (ahead, _) = span.get(dense::STEP..).unwrap_or_default().as_chunks::<32>();
    let mut found = _mm256_setzero_si256();
    for (bytes, ahead) in bytes.iter().zip(ahead) {
        // What is beyond ASCII is negative.
        let least = _mm256_min_epi8(load(bytes), load(ahead));
        let plain = _mm256_cmpgt_epi8(least, _mm256_set1_epi8(0x24));
        let all = _mm256_cmpeq_epi64(plain, _mm256_set1_epi8(-1));
        found = _mm256_or_si256(found, all);
    }
    _mm256_movemask_epi8(found) != 0
}

/// Whether three bytes with bit 5 set stand side by side but for that bit, one in each of three texts;
/// `None` if the processor has no AVX2.
pub(super) fn holds(texts: [&[u8; trio::SPAN]; 3], trio: [u8; 3]) -> Option<bool> {
    // SAFETY: the processor has AVX2.
    is_x86_feature_detected!("avx2").then(|| unsafe { holds_avx2(texts, trio) })
}

#[target_feature(enable = "avx2")]
fn holds_avx2([first, second, third]: [&[u8; trio::SPAN]; 3], trio: [u8; 3]) -> bool {
    let small = _mm256_set1_epi8(0x20);
    let [a, b, c] = trio.map(|byte| _mm256_set1_epi8(byte.cast_signed()));
    let (first, _) = first.as_chunks::<32>();
    let (second, _) = second.as_chunks::<32>();
    let (third, _) = third.as_chunks::<32>();
    let mut found = _mm256_setzero_si256();
    for ((first, second), third) in first.iter().zip(second).zip(third) {
        let is = |bytes, byte| _mm256_cmpeq_epi8(_mm256_or_si256(load(bytes), small), byte);
        let pair = _mm256_and_si256(is(first, a), is(second, b));
        found = _mm256_or_si256(found, _mm256_and_si256(pair, is(third, c)));
    }
    _mm256_movemask_epi8(found) != 0
}

/// The kinds of 32 bytes: those that both half bytes allow.
#[target_feature(enable = "avx2")]
fn kinds(bytes: __m256i, (upper, lower): (__m256i, __m256i)) -> __m256i {
    let half = _mm256_set1_epi8(0x0F);
    let upper_half = _mm256_and_si256(_mm256_srli_epi16::<4>(bytes), half);
    // A shuffle takes zero where the index has its high bit set, so that bit must go as well.
    let lower_half = _mm256_and_si256(bytes, half);
    _mm256_and_si256(_mm256_shuffle_epi8(upper, upper_half), _mm256_shuffle_epi8(lower, lower_half))
}

/// Moves the bit that lies `count` below the high bit of each byte there.
#[target_feature(enable = "avx2")]
fn shifted(bytes: __m256i, count: u32) -> __m256i {
    match count {
        1 => _mm256_slli_epi16::<1>(bytes),
        2 => _mm256_slli_epi16::<2>(bytes),
        3 => _mm256_slli_epi16::<3>(bytes),
        4 => _mm256_slli_epi16::<4>(bytes),
        5 => _mm256_slli_epi16::<5>(bytes),
        6 => _mm256_slli_epi16::<6>(bytes),
        _ => _mm256_slli_epi16::<7>(bytes),
    }
}

/// The high bits of 64 bytes.
#[target_feature(enable = "avx2")]
fn joined(low: __m256i, high: __m256i) -> u64 {
    let mask = |bytes| u64::from(_mm256_movemask_epi8(bytes).cast_unsigned());
    mask(low) | mask(high) << 32
}

#[target_feature(enable = "avx2")]
fn load(bytes: &[u8; 32]) -> __m256i {
    // SAFETY: the reference is to 32 readable bytes, and the load needs no alignment.
    unsafe { _mm256_loadu_si256(bytes.as_ptr().cast()) }
}

/// A table of 16 bytes for both lanes of a shuffle.
#[target_feature(enable = "avx2")]
fn load_twice(table: &[u8; 16]) -> __m256i {
    let mut bytes = [0; 32];
    let (lanes, _) = bytes.as_chunks_mut::<16>();
    for lane in lanes {
        *lane = *table;
    }
    load(&bytes)
}
