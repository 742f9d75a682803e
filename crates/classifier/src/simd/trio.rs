//! Where three bytes stand side by side, in any case: what is rare of a word leads to it.

use crate::simd::BLOCK;

/// How many bytes are looked at in one go, and how many are read for it.
pub(crate) const SPAN: usize = 2 * BLOCK;
const READ: usize = SPAN + 2;

/// Whether `trio` begins somewhere in the first [`SPAN`] of these bytes, but for the bit that tells small
/// letters from capitals.
pub(crate) fn holds(bytes: &[u8; READ], trio: [u8; 3]) -> bool {
    let from = |offset| bytes.get(offset..).and_then(<[u8]>::first_chunk::<SPAN>);
    let (Some(first), Some(second), Some(third)) = (from(0), from(1), from(2)) else { return true };
    let trio = trio.map(|byte| byte | 0x20);
    #[cfg(target_arch = "x86_64")]
    if let Some(holds) = crate::simd::avx2::holds([first, second, third], trio) {
        return holds;
    }
    portable([first, second, third], trio)
}

fn portable([first, second, third]: [&[u8; SPAN]; 3], [a, b, c]: [u8; 3]) -> bool {
    let hit = |((x, y), z): ((&u8, &u8), &u8)| {
        u8::from(((x | 0x20) ^ a) | ((y | 0x20) ^ b) | ((z | 0x20) ^ c) == 0)
    };
    first.iter().zip(second).zip(third).map(hit).sum::<u8>() != 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trio_is_found_wherever_it_begins() {
        for at in 0..READ {
            for (text, found) in [("rt ", true), ("Rt ", true), ("RT ", true), ("rs ", false)] {
                let mut bytes = [b't'; READ];
                for (place, byte) in bytes.iter_mut().skip(at).zip(text.bytes()) {
                    *place = byte;
                }
                let found = found && at < SPAN;
                assert_eq!(holds(&bytes, *b"rt "), found, "{text} at {at}");
                let [first, second, third] =
                    [0, 1, 2].map(|offset| bytes[offset..].first_chunk().unwrap());
                assert_eq!(portable([first, second, third], *b"rt "), found);
            }
        }
    }
}
