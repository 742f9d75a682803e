//! Where cells may end that white space or strokes keep apart: what lines with columns are told by.

use crate::{prefilter::padded, simd::BLOCK};

/// How many bytes are looked at in one go, and how many are read for it.
const SPAN: usize = 2 * BLOCK;
const READ: usize = SPAN + 2;

/// The first place from `start` on where a byte other than a space or the end of a line stands before a
/// space, and then another space, a stroke, or the first byte of a dash.
pub(crate) fn gap(text: &[u8], start: usize) -> Option<usize> {
    let mut from = start;
    while from < text.len() {
        let rest = text.get(from..)?;
        let end: [u8; READ];
        let part = if let Some(part) = rest.first_chunk() {
            part
        } else {
            end = padded(rest);
            &end
        };
        if holds(part)
            && let Some(at) = part.array_windows().position(|&bytes| is_gap(bytes) == 1)
        {
            return Some(from.saturating_add(at));
        }
        from = from.saturating_add(SPAN);
    }
    None
}

/// One if these bytes are a gap, and else zero, without a branch.
#[expect(
    clippy::inline_always,
    reason = "it becomes vector operations in the loop over many places"
)]
#[inline(always)]
fn is_gap([before, space, next]: [u8; 3]) -> u8 {
    let is = |byte: u8, other: u8| u8::from(byte == other);
    let ends = is(next, b' ') | is(next, b'-') | is(next, b'/') | is(next, 0xE2);
    is(space, b' ') & ends & (1 ^ (is(before, b' ') | is(before, b'\n')))
}

/// Whether some of the first [`SPAN`] places is a gap.
fn holds(bytes: &[u8; READ]) -> bool {
    let from = |offset| bytes.get(offset..).and_then(<[u8]>::first_chunk::<SPAN>);
    let (Some(first), Some(second), Some(third)) = (from(0), from(1), from(2)) else { return true };
    let hit = |((before, space), next): ((&u8, &u8), &u8)| is_gap([*before, *space, *next]);
    first.iter().zip(second).zip(third).map(hit).sum::<u8>() != 0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_first_gap_is_found(text in "[ab \n/-]{0,400}", start in 0..50_usize) {
            let expected = text.bytes().collect::<Vec<u8>>();
            let expected = expected.windows(3).enumerate().skip(start).find(|(_, bytes)| {
                !b" \n".contains(&bytes[0]) && bytes[1] == b' ' && b" /-".contains(&bytes[2])
            });
            prop_assert_eq!(gap(text.as_bytes(), start), expected.map(|(at, _)| at));
        }
    }
}
