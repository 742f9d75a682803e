//! Stage 1: one spelling for what people and software write in several.
//!
//! Full-width and other decimal digits become ASCII, dashes become `-`, spaces become ` `, and what
//! is invisible (zero-width characters, soft hyphens, variation selectors) goes away: copies from
//! PDFs and attempts to hide a number then match like the plain form. Text that holds none of that
//! is borrowed, not copied; plain ASCII is decided in one pass over the bytes.

use dosimeter_record::Span;
use zeroize::Zeroizing;

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
    /// A copy of content: wiped when dropped.
    Changed(Zeroizing<String>),
}

impl Normalised<'_> {
    pub(crate) fn text(&self) -> &str {
        match &self.text {
            Spelling::AsWritten(text) => text,
            Spelling::Changed(text) => text,
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
    let first = if text.is_ascii() {
        None
    } else {
        text.char_indices().find(|&(_, char)| replacement(char) != Replacement::Same)
    };
    let Some((first, _)) = first else {
        let original_len = text.len();
        return Normalised { text: Spelling::AsWritten(text), anchors: Vec::new(), original_len };
    };
    let (kept, rest) = text.split_at_checked(first).unwrap_or((text, ""));
    // Never longer than the original, so it does not move and leave a copy behind.
    let mut normalised = Zeroizing::new(String::with_capacity(text.len()));
    normalised.push_str(kept);
    let mut anchors = Vec::new();
    for (offset, char) in rest.char_indices() {
        let position = first.saturating_add(offset);
        let after = position.saturating_add(char.len_utf8());
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
    Normalised { text: Spelling::Changed(normalised), anchors, original_len: text.len() }
}

/// Adds an anchor; a later one for the same normalised offset replaces it.
fn anchor(anchors: &mut Vec<(usize, usize)>, new: (usize, usize)) {
    match anchors.last_mut() {
        Some(last) if last.0 == new.0 => *last = new,
        _ => anchors.push(new),
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Replacement {
    Same,
    With(char),
    Nothing,
}

/// What stands for a character.
fn replacement(char: char) -> Replacement {
    use Replacement::{Nothing, Same, With};
    if char.is_ascii() {
        return Same;
    }
    match char {
        // Soft hyphen, zero-width characters and joiners, direction marks, variation selectors, BOM.
        '\u{00AD}'
        | '\u{034F}'
        | '\u{061C}'
        | '\u{180E}'
        | '\u{200B}'..='\u{200F}'
        | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{2064}'
        | '\u{2066}'..='\u{2069}'
        | '\u{FE00}'..='\u{FE0F}'
        | '\u{FEFF}' => Nothing,
        // No-break, figure, thin and ideographic spaces.
        '\u{00A0}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}' | '\u{3000}' => With(' '),
        // Hyphens, dashes and the minus sign.
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE58}' | '\u{FE63}' => With('-'),
        // Full-width ASCII.
        '\u{FF01}'..='\u{FF5E}' => {
            let ascii = u32::from(char).saturating_sub(0xFEE0);
            char::from_u32(ascii).map_or(Same, With)
        }
        _ => decimal_digit(char).map_or(Same, With),
    }
}

/// The zeros of the Unicode blocks of decimal digits (general category Nd) that people type.
const ZEROS: [u32; 20] = [
    0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66,
    0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x17E0, 0x1810, 0x1D7CE, 0x1D7F6,
];

fn decimal_digit(char: char) -> Option<char> {
    let code = u32::from(char);
    let zero = ZEROS.iter().find(|&&zero| (zero..zero.saturating_add(10)).contains(&code))?;
    char::from_digit(code.saturating_sub(*zero), 10)
}

#[cfg(test)]
mod tests {
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
}
