//! Where bytes stand that could be an encoding: nothing in one is a space or beyond ASCII.

/// How many bytes must be dense side by side.
pub(crate) const DENSE: usize = 16;
/// Only every so manyth place is looked at.
pub(super) const STEP: usize = 8;
/// How many bytes are looked at in one go, and how many more are read for it.
pub(super) const SPAN: usize = 128;
pub(super) const READ: usize = SPAN + STEP;

/// The first of the places `from`, `from + 8`, … at which [`DENSE`] bytes stand that are all ASCII from
/// `%` on. O(distance).
pub(crate) fn dense(bytes: &[u8], from: usize) -> Option<usize> {
    let mut from = from;
    while let Some(span) = bytes.get(from..).and_then(<[u8]>::first_chunk::<READ>) {
        if holds(span) {
            break;
        }
        from = from.wrapping_add(SPAN);
    }
    let (words, _) = bytes.get(from..)?.as_chunks::<STEP>();
    let mut before = false;
    let found = words.iter().position(|word| {
        let plain = is_plain(word);
        std::mem::replace(&mut before, plain) && plain
    })?;
    Some(from.wrapping_add(found.wrapping_sub(1).wrapping_mul(STEP)))
}

/// Whether there is such a place in the first [`SPAN`] bytes.
fn holds(span: &[u8; READ]) -> bool {
    #[cfg(target_arch = "x86_64")]
    if let Some(holds) = crate::simd::avx2::is_dense(span) {
        return holds;
    }
    portable(span)
}

fn portable(span: &[u8; READ]) -> bool {
    let (words, _) = span.as_chunks::<STEP>();
    words.windows(2).any(|pair| pair.iter().all(is_plain))
}

/// Whether all bytes are ASCII from `%` on.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "what slices hand out")]
fn is_plain(word: &[u8; STEP]) -> bool {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x80 * ONES;
    let word = u64::from_le_bytes(*word);
    // The high bit of a byte is set by what is not ASCII and by borrowing.
    (word.wrapping_sub(ONES * 0x25) | word) & HIGH == 0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(bytes: &[u8], from: usize) {
        let is_dense = |at: &usize| {
            let dense = bytes.get(*at..*at + DENSE);
            dense.is_some_and(|dense| dense.iter().all(|byte| (0x25..0x80).contains(byte)))
        };
        assert_eq!(dense(bytes, from), (from..bytes.len()).step_by(STEP).find(is_dense));
        if let Some(span) = bytes.first_chunk() {
            assert_eq!(holds(span), portable(span));
        }
    }

    #[test]
    fn every_byte_is_judged_alike() {
        for byte in 0..=u8::MAX {
            for at in 0..160 {
                let mut bytes = [b'x'; 160];
                bytes[at] = byte;
                bytes.iter_mut().step_by(17).for_each(|byte| *byte = b' ');
                bytes[at] = byte;
                check(&bytes, at % 9);
            }
        }
    }

    proptest! {
        #[test]
        fn the_first_place_is_found(
            text in "([a-zé]{0,12}[ \u{80}$]|[%-~]{14,40} ){0,40}",
            from in 0..30_usize,
        ) {
            check(text.as_bytes(), from);
        }
    }
}
