//! Where a match may begin: where a word does, with a byte that the pattern may begin with.

use std::ops::Range;

use crate::{
    prefilter::{block_at, each},
    rule::byte_set::ByteSet,
    simd::{BLOCK, Classes},
};

/// Fewer bytes are looked at one by one.
const FEW: usize = 16;

/// Whether a match may begin at `position`: words begin after something that is no letter, or with a
/// capital after a small letter; numbers after something that is no digit.
pub(crate) fn begins(text: &[u8], position: usize) -> bool {
    let before = position.checked_sub(1).and_then(|before| text.get(before)).copied();
    let (Some(before), Some(byte)) = (before, text.get(position)) else { return true };
    match byte {
        b'0'..=b'9' => !before.is_ascii_digit(),
        b'A'..=b'Z' => !before.is_ascii_uppercase(),
        b'a'..=b'z' => !before.is_ascii_alphabetic(),
        _ => true,
    }
}

/// Whether something that begins with one of `first` may begin at `position`.
pub(crate) fn may_begin(text: &[u8], position: usize, first: &ByteSet) -> bool {
    text.get(position).is_some_and(|&byte| first.has(byte)) && begins(text, position)
}

/// Adds the positions of a range at which something that begins with one of `first` may begin, ascending.
pub(crate) fn add_begins(
    text: &[u8],
    range: Range<usize>,
    first: &ByteSet,
    positions: &mut Vec<usize>,
) {
    if range.len() < FEW {
        return positions.extend(range.filter(|&position| may_begin(text, position, first)));
    }
    let wanted = Wanted::new(first);
    for from in range.clone().step_by(BLOCK) {
        let (block, classes) = block_at(text, from);
        let before = from.checked_sub(1).and_then(|before| text.get(before)).copied();
        let left = range.end.min(text.len()).saturating_sub(from);
        let ours = if left < BLOCK { (1 << left) - 1 } else { u64::MAX };
        each(wanted.begins(&classes, before) & ours, |bit| {
            // The mask lets the compiler see that it is there.
            if block.get(bit & (BLOCK - 1)).is_some_and(|&byte| first.has(byte)) {
                positions.push(from.wrapping_add(bit));
            }
        });
    }
}

/// With which kinds of bytes something begins: all bits or none.
struct Wanted {
    digit: u64,
    capital: u64,
    small: u64,
    other: u64,
}

impl Wanted {
    fn new(first: &ByteSet) -> Self {
        let wanted = |class: ByteSet| if first.and(class).is_empty() { 0 } else { u64::MAX };
        Self {
            digit: wanted(ByteSet::DIGITS),
            capital: wanted(ByteSet::UPPER),
            small: wanted(ByteSet::LOWER),
            other: wanted(ByteSet::ALPHANUMERIC.not()),
        }
    }

    /// The places of a block at which such a byte begins something.
    fn begins(&self, classes: &Classes, before: Option<u8>) -> u64 {
        let Classes { letter, digit, .. } = *classes;
        let (small, capital) = (letter & classes.small, letter & !classes.small);
        let after =
            |mask: u64, is: fn(&u8) -> bool| mask << 1 | u64::from(before.as_ref().is_some_and(is));
        self.digit & digit & !after(digit, u8::is_ascii_digit)
            | self.capital & capital & !after(capital, u8::is_ascii_uppercase)
            | self.small & small & !after(letter, u8::is_ascii_alphabetic)
            | self.other & !(letter | digit)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn blocks_say_what_bytes_say(
            text in "[A-Ca-c0-2 _é\n]{0,200}",
            from in 0_usize..220,
            length in 0_usize..220,
            first in prop::sample::subsequence(b"ABab01 _\xc3".to_vec(), 1..9),
        ) {
            let first = first.into_iter().fold(ByteSet::NONE, |all, byte| all.or(ByteSet::one(byte)));
            let (text, range) = (text.as_bytes(), from..from + length);
            let expected: Vec<usize> =
                range.clone().filter(|&position| may_begin(text, position, &first)).collect();
            let mut positions = Vec::new();
            add_begins(text, range, &first, &mut positions);
            prop_assert_eq!(positions, expected);
        }
    }
}
