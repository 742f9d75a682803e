//! What kind of byte stands where: 64 bytes at a time, as bit masks.
//!
//! The prefilter needs to know of every byte whether it is a letter, a capital, a digit and so on.
//! [`classify`] answers with one bit per byte and kind. It runs on AVX2 where the processor has it, on
//! NEON on 64-bit ARM, and as ordinary integer arithmetic elsewhere; all three give the same masks.
//!
//! [`Set::visit`] is the same for a handful of bytes that somebody looks for: it goes over their places.
//! [`dense`] finds where no space stands for long, [`trio`] where three bytes stand side by side, [`gap`]
//! where columns may be kept apart.
//!
//! One of the two modules of the workspace that use `unsafe` (the other is the boundary to C): to load
//! vectors and to call functions that were compiled for a processor feature.

#[cfg(target_arch = "x86_64")]
mod avx2;
mod dense;
mod gap;
#[cfg(target_arch = "aarch64")]
mod neon;
mod portable;
mod set;
pub(crate) mod trio;

pub(crate) use dense::{DENSE, dense};
pub(crate) use gap::gap;
pub(crate) use set::Set;

/// How many bytes one [`Classes`] describes.
pub(crate) const BLOCK: usize = 64;

/// The kinds of 64 bytes; bit `n` speaks of byte `n`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Classes {
    /// `A-Z` and `a-z`.
    pub(crate) letter: u64,
    /// Bytes with bit 5 set: of letters, the small ones.
    pub(crate) small: u64,
    /// `0-9`.
    pub(crate) digit: u64,
    /// `_`.
    pub(crate) underscore: u64,
    /// `+`, `-`, `.`, `/`.
    pub(crate) joint: u64,
    /// `:`.
    pub(crate) colon: u64,
    /// `@`.
    pub(crate) at: u64,
    /// First bytes of the UTF-8 characters from U+0400 on.
    pub(crate) wide: u64,
    /// Everything beyond ASCII.
    pub(crate) high: u64,
}

/// Work on masks, to be compiled for what processors have for them.
pub(crate) trait Work {
    /// Does it; to be inlined, with all that it calls in its loops.
    fn run(self);
}

/// Does work on masks with the instructions that the processor has for them: counting and taking off bits
/// takes one each on most of x86-64, and several on the oldest, for which the rest is compiled.
pub(crate) fn run(work: impl Work) {
    #[cfg(target_arch = "x86_64")]
    avx2::run(work);
    #[cfg(not(target_arch = "x86_64"))]
    work.run();
}

/// Classifies blocks; as many as both slices have.
pub(crate) fn classify(blocks: &[[u8; BLOCK]], classes: &mut [Classes]) {
    #[cfg(target_arch = "x86_64")]
    if avx2::classify(blocks, classes) {
        return;
    }
    #[cfg(target_arch = "aarch64")]
    if neon::classify(blocks, classes) {
        return;
    }
    portable::classify(blocks, classes);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// One byte at a time, as the documentation of [`Classes`] says.
    fn reference(block: &[u8; BLOCK]) -> Classes {
        let mut classes = Classes::default();
        for (index, byte) in block.iter().enumerate() {
            let bit = |is: bool| u64::from(is) << index;
            classes.letter |= bit(byte.is_ascii_alphabetic());
            classes.small |= bit(byte & 0x20 != 0);
            classes.digit |= bit(byte.is_ascii_digit());
            classes.underscore |= bit(*byte == b'_');
            classes.joint |= bit(b"+-./".contains(byte));
            classes.colon |= bit(*byte == b':');
            classes.at |= bit(*byte == b'@');
            classes.wide |= bit((0xD0..=0xFF).contains(byte));
            classes.high |= bit(!byte.is_ascii());
        }
        classes
    }

    fn check(block: [u8; BLOCK]) {
        let mut fastest = [Classes::default()];
        classify(&[block], &mut fastest);
        let mut portable = [Classes::default()];
        portable::classify(&[block], &mut portable);
        assert_eq!(fastest, [reference(&block)]);
        assert_eq!(portable, [reference(&block)]);
    }

    #[test]
    fn every_byte_at_every_position_is_classified_alike() {
        for shift in 0..=u8::MAX {
            let mut byte = shift;
            check([(); BLOCK].map(|()| {
                byte = byte.wrapping_add(5);
                byte
            }));
        }
    }

    proptest! {
        #[test]
        fn all_versions_agree(block: [u8; 32], other: [u8; 32]) {
            let mut both = [0; BLOCK];
            both[..32].copy_from_slice(&block);
            both[32..].copy_from_slice(&other);
            check(both);
        }
    }
}
