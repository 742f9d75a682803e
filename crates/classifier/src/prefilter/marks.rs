//! From kinds of bytes to places worth a look, by shifts of whole masks.

use crate::{rule::anchor::RUN_MIN, simd::Classes};

/// Places in one block of text; bit `n` speaks of byte `n`.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Marks {
    /// Where words begin, also inside `camelCase`, and characters of scripts without word boundaries.
    pub(super) words: u64,
    /// Digits.
    pub(super) digits: u64,
    /// Where numbers begin.
    pub(super) numbers: u64,
    /// Those of them that follow a letter or `_`.
    pub(super) inner_numbers: u64,
    /// Capitals without a capital before and a small letter behind them.
    pub(super) capitals: u64,
    /// The second digit of two letters and two digits at the beginning of a word.
    pub(super) letters_digits: u64,
    /// Colons after a letter or digit.
    pub(super) colons: u64,
    /// The [`RUN_MIN`]th byte of each run of letters, digits and joints.
    pub(super) runs: u64,
    /// At signs.
    pub(super) ats: u64,
}

impl Marks {
    /// Everything but the words.
    pub(super) fn shapes(&self) -> u64 {
        self.numbers | self.capitals | self.letters_digits | self.colons | self.runs | self.ats
    }
}

/// Marks block after block of a text.
#[derive(Default)]
pub(super) struct Marker {
    letter: u64,
    small: u64,
    digit: u64,
    word: u64,
    alphanumeric: u64,
    /// Runs of 1, 2, 4 and 8 bytes, each marked at its last byte, and the whole ones.
    runs: [u64; 5],
}

impl Marker {
    /// A marker for the text from `start` on, which knows what stands before.
    pub(super) fn before(text: &[u8], start: usize) -> Self {
        let mut marker = Self::default();
        let before = text.get(start.saturating_sub(64)..start).unwrap_or_default();
        if !before.is_empty() {
            let mut block = [0; 64];
            block.iter_mut().rev().zip(before.iter().rev()).for_each(|(to, from)| *to = *from);
            let mut classes = [Classes::default()];
            crate::simd::classify(&[block], &mut classes);
            for classes in &classes {
                marker.mark(classes);
            }
        }
        marker
    }

    pub(super) fn mark(&mut self, classes: &Classes) -> Marks {
        let letter = classes.letter;
        let small = letter & classes.small;
        let capital = letter & !classes.small;
        let digit = classes.digit;
        let alphanumeric = letter | digit;
        let word = alphanumeric | classes.underscore;

        let follows = |mask: u64, before: u64, by: u32| mask << by | before >> (64 - by);
        let after_letter = follows(letter, self.letter, 1);
        let after_small = follows(small, self.small, 1);
        let after_digit = follows(digit, self.digit, 1);

        let words = letter & !after_letter | capital & after_small | classes.wide;
        let numbers = digit & !after_digit;
        let inner_numbers = numbers & follows(word, self.word, 1);
        // The letter after the last one of the block is not known; it is taken for a capital.
        let capitals = capital & !follows(capital, self.letter & !self.small, 1) & !(small >> 1);
        let letters_digits = digit
            & after_digit
            & follows(letter, self.letter, 2)
            & follows(letter, self.letter, 3)
            & !follows(word, self.word, 4);

        let colons = classes.colon & follows(alphanumeric, self.alphanumeric, 1);

        let one = word | classes.joint;
        let two = one & follows(one, self.runs[0], 1);
        let four = two & follows(two, self.runs[1], 2);
        let eight = four & follows(four, self.runs[2], 4);
        let long = eight & follows(eight, self.runs[3], 6);
        let runs = long & !follows(long, self.runs[4], 1);

        const { assert!(RUN_MIN == 14) };
        *self =
            Self { letter, small, digit, word, alphanumeric, runs: [one, two, four, eight, long] };
        Marks {
            words,
            digits: digit,
            numbers,
            inner_numbers,
            capitals,
            letters_digits,
            colons,
            runs,
            ats: classes.at,
        }
    }
}
