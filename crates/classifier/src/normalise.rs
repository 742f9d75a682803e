//! Stage 1: one spelling for what people and software write in several.
//!
//! Full-width and other decimal digits become ASCII, dashes become `-`, spaces become ` `, and what
//! is invisible (zero-width characters, soft hyphens, variation selectors) goes away: copies from
//! PDFs and attempts to hide a number then match like the plain form. Text that holds none of that
//! is borrowed, not copied; plain ASCII is skipped by the block.

mod replacement;

use dosimeter_record::Span;
use replacement::{Replacement, may_change, replacement};
use zeroize::optimization_barrier;

/// A text in one spelling, and the way back to the original.
#[derive(Debug)]
pub(crate) struct Normalised<'t> {
    text: Spelling<'t>,
    /// Where the two differ: (offset in the normalised text, offset in the original), ascending. From
    /// one entry to the next the offsets advance together. Empty if nothing was changed.
    anchors: Vec<(usize, usize)>,
    original_len: usize,
}

#[derive(Debug)]
enum Spelling<'t> {
    AsWritten(&'t str),
    Changed(Wiped),
}

/// A copy of content: wiped when dropped, by the block and not by the byte as `Zeroizing` does, which
/// takes longer than everything else here.
#[derive(Debug)]
struct Wiped(String);

impl Drop for Wiped {
    fn drop(&mut self) {
        let mut bytes = std::mem::take(&mut self.0).into_bytes();
        bytes.fill(0);
        // As if the zeros were read: without it they need not be written.
        optimization_barrier(bytes.as_slice());
    }
}

impl Normalised<'_> {
    pub(crate) fn text(&self) -> &str {
        match &self.text {
            Spelling::AsWritten(text) => text,
            Spelling::Changed(Wiped(text)) => text,
        }
    }

    /// Maps a span of the normalised text to the original.
    pub(crate) fn to_original(&self, span: Span) -> Span {
        if self.anchors.is_empty() {
            return span;
        }
        Span::new(self.offset(span.start), self.end_offset(span.end))
    }

    fn offset(&self, position: usize) -> usize {
        let after = self.anchors.partition_point(|&(normalised, _)| normalised <= position);
        let anchor = after.checked_sub(1).and_then(|index| self.anchors.get(index));
        let (normalised, original) = anchor.copied().unwrap_or_default();
        original.saturating_add(position.saturating_sub(normalised)).min(self.original_len)
    }

    /// The end of a span maps through its last byte, so that removed characters after it stay out.
    fn end_offset(&self, end: usize) -> usize {
        let Some(last) = end.checked_sub(1) else { return 0 };
        // The last byte of a character that became shorter ends where the next anchor begins.
        let next = self.anchors.partition_point(|&(normalised, _)| normalised <= last);
        let plain = self.offset(last).saturating_add(1);
        match self.anchors.get(next) {
            Some(&(normalised, original)) if normalised == end => original.max(plain),
            _ => plain,
        }
        .min(self.original_len)
    }
}

/// Brings `text` into one spelling. O(n); allocates only if something has to change.
pub(crate) fn normalise(text: &str) -> Normalised<'_> {
    let original_len = text.len();
    let mut next = next_change(text, 0);
    if next.is_none() {
        return Normalised { text: Spelling::AsWritten(text), anchors: Vec::new(), original_len };
    }
    // Never longer than the original, so it does not move and leave a copy behind.
    let mut copy = Wiped(String::with_capacity(original_len));
    let normalised = &mut copy.0;
    let mut anchors = Vec::new();
    let mut copied = 0;
    while let Some(change) = next {
        normalised.push_str(Span::new(copied, change.at.start).slice(text).unwrap_or_default());
        if let Some(ascii) = change.with {
            anchor(&mut anchors, (normalised.len(), change.at.start));
            normalised.push(ascii);
        }
        anchor(&mut anchors, (normalised.len(), change.at.end));
        copied = change.at.end;
        next = next_change(text, copied);
    }
    normalised.push_str(text.get(copied..).unwrap_or_default());
    Normalised { text: Spelling::Changed(copy), anchors, original_len }
}

/// Adds an anchor; a later one for the same normalised offset replaces it.
fn anchor(anchors: &mut Vec<(usize, usize)>, new: (usize, usize)) {
    match anchors.last_mut() {
        Some(last) if last.0 == new.0 => *last = new,
        _ => anchors.push(new),
    }
}

/// A character that is written otherwise from now on, or left out.
struct Change {
    at: Span,
    with: Option<char>,
}

/// The first change at or after `from`, where a character begins. Stretches of ASCII are skipped by
/// the block, other characters by their first two bytes.
fn next_change(text: &str, from: usize) -> Option<Change> {
    let bytes = text.as_bytes();
    let mut position = from;
    loop {
        position += ascii_prefix(bytes.get(position..)?);
        while let Some(&[lead, second]) =
            bytes.get(position..position + 2).and_then(<[u8]>::first_chunk)
            && !lead.is_ascii()
        {
            let width = 2 + usize::from(lead >= 0xE0) + usize::from(lead >= 0xF0);
            if may_change(lead, second) {
                let char = text.get(position..)?.chars().next()?;
                let at = Span::new(position, position + width);
                match replacement(char) {
                    Replacement::Same => {}
                    Replacement::With(ascii) => return Some(Change { at, with: Some(ascii) }),
                    Replacement::Nothing => return Some(Change { at, with: None }),
                }
            }
            position += width;
        }
        if position >= bytes.len() {
            return None;
        }
    }
}

/// How many bytes of ASCII `bytes` begins with.
fn ascii_prefix(bytes: &[u8]) -> usize {
    /// The bits that ASCII leaves empty, in a word.
    const HIGH: u64 = 0x8080_8080_8080_8080;
    let (blocks, _) = bytes.as_chunks::<128>();
    let plain = blocks.iter().take_while(|block| is_ascii(block)).count().saturating_mul(128);
    let rest = bytes.get(plain..).unwrap_or_default();
    let (words, tail) = rest.as_chunks::<8>();
    for (index, &word) in words.iter().enumerate() {
        let high = u64::from_le_bytes(word) & HIGH;
        if high != 0 {
            let within = (high.trailing_zeros() / 8) as usize;
            return plain.saturating_add(index.saturating_mul(8)).saturating_add(within);
        }
    }
    let in_tail = tail.iter().take_while(|byte| byte.is_ascii()).count();
    bytes.len().saturating_sub(tail.len()).saturating_add(in_tail)
}

/// One test for a whole block: written as it is for the compiler to see that vectors are joined and
/// their high bits taken.
fn is_ascii(block: &[u8; 128]) -> bool {
    let (vectors, _) = block.as_chunks::<16>();
    let mut joined = [0_u8; 16];
    for vector in vectors {
        for (joined, byte) in joined.iter_mut().zip(vector) {
            *joined |= byte;
        }
    }
    joined.iter().map(|byte| u8::from(byte.is_ascii())).sum::<u8>() == 16
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(original: &str, normalised: &str, find: &str, expected: &str) {
        let result = normalise(original);
        assert_eq!(result.text(), normalised);
        let start = result.text().find(find).unwrap();
        let span = result.to_original(Span::new(start, start + find.len()));
        assert_eq!(span.slice(original), Some(expected), "{original}");
    }

    #[test]
    fn spans_map_back_to_the_original() {
        check("plain 123", "plain 123", "123", "123");
        check("naïve 123 ü", "naïve 123 ü", "123", "123");
        check("card 4111 x", "card 4111 x", "4111", "4111");
        check("a1\u{200B}2\u{00AD}3b", "a123b", "123", "1\u{200B}2\u{00AD}3");
        check("x\u{200B}12 y", "x12 y", "12", "12");
        check("١٢٣-٤", "123-4", "23-", "٢٣-");
        check("é – 12", "é - 12", "- 12", "– 12");
    }

    #[test]
    fn text_without_such_characters_is_borrowed() {
        assert!(matches!(normalise("grüße, 日本").text, Spelling::AsWritten(_)));
    }

    /// Character by character.
    fn straightforward(text: &str) -> (String, Vec<(usize, usize)>) {
        let (mut normalised, mut anchors) = (String::new(), Vec::new());
        for (position, char) in text.char_indices() {
            let after = position + char.len_utf8();
            match replacement(char) {
                Replacement::Same => {
                    normalised.push(char);
                    continue;
                }
                Replacement::With(ascii) => {
                    anchor(&mut anchors, (normalised.len(), position));
                    normalised.push(ascii);
                }
                Replacement::Nothing => {}
            }
            anchor(&mut anchors, (normalised.len(), after));
        }
        (normalised, anchors)
    }

    proptest! {
        #[test]
        fn skipping_changes_nothing(
            text in "([ -~]{0,200}|[é漢😀“”…]{1,3}|[\u{A0}\u{200B}–２٣\u{FE0F}\u{1D7CE}]{1,3}){0,8}",
        ) {
            let (expected, anchors) = straightforward(&text);
            let normalised = normalise(&text);
            prop_assert_eq!(normalised.text(), expected);
            prop_assert_eq!(normalised.anchors, anchors);
        }
    }
}
