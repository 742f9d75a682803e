//! How many numbers a text has where, as a bound on what could match there.

use std::cell::OnceCell;

use dosimeter_record::Span;

use crate::{
    prefilter::padded,
    simd::{self, BLOCK, Classes},
};

/// The numbers of a part of a text, counted when first asked for.
pub(crate) struct Numbers<'t> {
    text: &'t [u8],
    /// The blocks that are counted.
    blocks: (usize, usize),
    /// How many numbers begin before each of them, and before their end.
    before: OnceCell<Vec<u32>>,
}

impl<'t> Numbers<'t> {
    pub(crate) fn new(text: &'t str, part: Span) -> Self {
        let last = part.end.min(text.len()).div_ceil(BLOCK);
        Self { text: text.as_bytes(), blocks: (part.start / BLOCK, last), before: OnceCell::new() }
    }

    /// At least as many as begin in a span; no bound outside of the part.
    pub(crate) fn most(&self, span: Span) -> usize {
        let (first, last) = self.blocks;
        let end = span.end.min(self.text.len()).div_ceil(BLOCK);
        if span.start / BLOCK < first || end > last {
            return usize::MAX;
        }
        let before = self.before.get_or_init(|| self.count());
        let at = |block: usize| before.get(block.wrapping_sub(first)).copied().unwrap_or(0);
        at(end).saturating_sub(at(span.start / BLOCK)) as usize
    }

    fn count(&self) -> Vec<u32> {
        let (first, last) = self.blocks;
        let mut before = Vec::with_capacity(last.saturating_sub(first).saturating_add(1));
        let (mut count, mut digit_before) = (0_u32, 0_u64);
        before.push(count);
        let from = self.text.get(first.saturating_mul(BLOCK)..).unwrap_or_default();
        for bytes in from.chunks(BLOCK).take(last.saturating_sub(first)) {
            let mut classes = [Classes::default()];
            let block = bytes.first_chunk().copied().unwrap_or_else(|| padded(bytes));
            simd::classify(&[block], &mut classes);
            for Classes { digit, .. } in classes {
                count = count.saturating_add((digit & !(digit << 1 | digit_before)).count_ones());
                digit_before = digit >> (BLOCK - 1);
            }
            before.push(count);
        }
        before
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn there_are_never_more_than_it_says(text in "[0-9a-z ]{0,300}", from: u8, len: u8) {
            let (start, end) = (usize::from(from), usize::from(from) + usize::from(len));
            let span = Span::new(start.min(text.len()), end.min(text.len()));
            let bytes = text.as_bytes();
            let begins = |at: &usize| {
                bytes[*at].is_ascii_digit() && (*at == 0 || !bytes[at - 1].is_ascii_digit())
            };
            let all = Numbers::new(&text, Span::new(0, text.len()));
            prop_assert!((span.start..span.end).filter(begins).count() <= all.most(span));
            let count = (0..text.len()).filter(begins).count();
            prop_assert_eq!(all.most(Span::new(0, usize::MAX)), count);
        }
    }

    #[test]
    fn nothing_is_said_of_what_was_not_counted() {
        let text = "1 ".repeat(200);
        let some = Numbers::new(&text, Span::new(100, 200));
        assert_eq!(some.most(Span::new(0, 10)), usize::MAX);
        assert_eq!(some.most(Span::new(150, 300)), usize::MAX);
        assert_eq!(some.most(Span::new(64, 128)), 32);
    }
}
