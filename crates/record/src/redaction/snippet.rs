//! A masked value in its context, every other value in which is masked too.

use super::{Mask, Masked, is_harmless, repeats::Hidden, value};
use crate::Span;

/// The longest snippet, in characters.
const SNIPPET_CHARS_MAX: usize = 160;
/// Context shown on each side of a match, in characters, before it is cut back to whole words.
const CONTEXT_CHARS_MAX: usize = 48;

/// Writes the snippet around `hit`, for which `value` stands.
pub(super) fn build(text: &str, hit: Span, others: &[Masked<'_>], value: &str) -> String {
    let window = window(text, hit);
    let (hit, hidden) = hide(hit, window, others);
    let context = hit.start.saturating_sub(window.start);
    let context = context.saturating_add(window.end.saturating_sub(hit.end));
    let mut snippet = Snippet {
        text,
        hidden: Hidden::default(),
        position: window.start,
        line: String::with_capacity(context.saturating_add(value.len())),
        gap: false,
    };
    for span in hidden.iter().map(|other| other.span).chain([hit]) {
        snippet.hidden.add(snippet.slice(span));
    }
    for other in hidden.iter().filter(|other| other.span.end <= hit.start) {
        snippet.push(other.span, &value::masked(snippet.slice(other.span), other.mask));
    }
    snippet.push(hit, value);
    for other in hidden.iter().filter(|other| other.span.start >= hit.end) {
        snippet.push(other.span, &value::masked(snippet.slice(other.span), other.mask));
    }
    snippet.push(Span::new(window.end, window.end), "");
    snippet.clipped(value)
}

/// What is hidden besides the hit, in order and merged, and the hit with everything that overlaps it:
/// one stand-in covers both, so that neither shows the other's tail.
fn hide<'m>(mut hit: Span, window: Span, others: &[Masked<'m>]) -> (Span, Vec<Masked<'m>>) {
    let by_place = |other: &Masked<'_>| (other.span.start, other.span.end);
    let mut near: Vec<Masked<'m>> =
        others.iter().filter(|other| other.span.overlaps(window)).copied().collect();
    near.sort_by_key(by_place);
    let mut hidden: Vec<Masked<'m>> = Vec::new();
    for other in near {
        if other.span.overlaps(hit) {
            hit = Span::new(hit.start.min(other.span.start), hit.end.max(other.span.end));
            continue;
        }
        match hidden.last_mut() {
            Some(last) if last.span.overlaps(other.span) => {
                last.span.end = last.span.end.max(other.span.end);
                last.mask = &Mask::KeepLast(0);
            }
            _ => hidden.push(other),
        }
    }
    hidden.retain(|other| !other.span.overlaps(hit));
    (hit, hidden)
}

/// The context shown around `hit`: whole words, at most [`CONTEXT_CHARS_MAX`] on each side.
fn window(text: &str, hit: Span) -> Span {
    let before = text.get(..hit.start).unwrap_or_default();
    let after = text.get(hit.end..).unwrap_or_default();
    let left = match nth_from_end(before, CONTEXT_CHARS_MAX) {
        Some(cut) => {
            let near = before.get(cut..).unwrap_or_default();
            near.find(char::is_whitespace).map_or(hit.start, |space| cut.saturating_add(space))
        }
        None => 0,
    };
    let right = match nth(after, CONTEXT_CHARS_MAX) {
        Some(cut) => after.get(..cut).and_then(|near| near.rfind(char::is_whitespace)),
        None => Some(after.len()),
    };
    Span::new(left, hit.end.saturating_add(right.unwrap_or(0)))
}

/// Where the `count`-th character begins, 0-based.
fn nth(text: &str, count: usize) -> Option<usize> {
    match text.as_bytes().get(..=count) {
        Some(bytes) if bytes.is_ascii() => Some(count),
        _ => text.char_indices().nth(count).map(|(start, _)| start),
    }
}

/// The same, counted from the end.
fn nth_from_end(text: &str, count: usize) -> Option<usize> {
    let start = text.len().checked_sub(count)?.checked_sub(1)?;
    match text.as_bytes().get(start..) {
        Some(bytes) if bytes.is_ascii() => Some(start),
        _ => text.char_indices().nth_back(count).map(|(start, _)| start),
    }
}

/// A snippet in the making.
struct Snippet<'t> {
    text: &'t str,
    /// What no word of the context may repeat.
    hidden: Hidden<'t>,
    /// Up to where the text has been dealt with.
    position: usize,
    /// White space is folded: one space between words, none at the ends.
    line: String,
    /// Whether the next word stands off.
    gap: bool,
}

impl<'t> Snippet<'t> {
    fn slice(&self, span: Span) -> &'t str {
        span.slice(self.text).unwrap_or_default()
    }

    /// Appends the context up to `span`, then what stands for `span` itself.
    fn push(&mut self, span: Span, value: &str) {
        let context = Span::new(self.position, span.start.max(self.position));
        self.push_context(self.slice(context));
        self.position = span.end.max(self.position);
        for (index, word) in value.split(char::is_whitespace).enumerate() {
            self.gap |= index > 0;
            self.push_word(word);
        }
    }

    /// Appends context, with the words that look like values masked.
    fn push_context(&mut self, context: &str) {
        if context.is_ascii() {
            let classes = context.bytes().map(|byte| (class_of_ascii(byte), 1));
            self.push_words(context, classes);
        } else {
            let classes = context.chars().map(|char| (class(char), char.len_utf8()));
            self.push_words(context, classes);
        }
    }

    /// Does that, given the class and length of each character.
    fn push_words(&mut self, context: &str, classes: impl Iterator<Item = (u32, usize)>) {
        let (mut start, mut end) = (0_usize, 0_usize);
        let mut counts = 0_u32;
        let mut groups: Option<Groups> = None;
        for (class, len) in classes {
            if class == SEPARATOR {
                self.end_word(context, Span::new(start, end), counts, &mut groups);
                self.gap = true;
                start = end.saturating_add(len);
                counts = 0;
            } else {
                // An `@` counts once, so that it does not reach the next count either.
                counts = (counts & !(class & AT)).wrapping_add(class);
            }
            end = end.saturating_add(len);
        }
        self.end_word(context, Span::new(start, end), counts, &mut groups);
        self.push_groups(context, groups.as_ref());
    }

    /// Appends a word, unless it may belong to a number in groups, of which the end is not known yet.
    fn end_word(&mut self, context: &str, word: Span, counts: u32, groups: &mut Option<Groups>) {
        let digits = counts & (ALPHANUMERIC - 1);
        let only_digits = counts == digits.saturating_add(digits.saturating_mul(ALPHANUMERIC));
        if word.is_empty() || only_digits && digits == 0 && groups.is_none() {
            self.push_unknown(word.slice(context).unwrap_or_default(), counts);
        } else if only_digits && !looks_like_a_value(counts) {
            let gap = self.gap;
            let so_far = groups.get_or_insert(Groups { span: word, digits: 0, gap });
            so_far.span.end = word.end;
            so_far.digits = so_far.digits.saturating_add(digits);
        } else {
            self.push_groups(context, groups.take().as_ref());
            self.push_unknown(word.slice(context).unwrap_or_default(), counts);
        }
    }

    /// Appends words of digits: together they may be a value that none of them is.
    fn push_groups(&mut self, context: &str, groups: Option<&Groups>) {
        let Some(&Groups { span, digits, gap }) = groups else { return };
        let gap_after = std::mem::replace(&mut self.gap, gap);
        let words = span.slice(context).unwrap_or_default();
        for word in words.split(|char| class(char) == SEPARATOR).filter(|word| !word.is_empty()) {
            self.push_word(if digits < GROUPED_DIGITS_MIN { word } else { "•••" });
            self.gap = true;
        }
        self.gap = gap_after;
    }

    fn push_unknown(&mut self, word: &str, counts: u32) {
        let is_value = looks_like_a_value(counts) || self.hidden.is_repeated_in(word);
        self.push_word(if is_value { "•••" } else { word });
    }

    /// Appends a word without white space in it.
    fn push_word(&mut self, word: &str) {
        if word.is_empty() {
            return;
        }
        if self.gap && !self.line.is_empty() {
            self.line.push(' ');
        }
        self.gap = false;
        self.line.push_str(word);
    }

    /// Keeps the snippet within its length, with the masked value in it.
    fn clipped(self, value: &str) -> String {
        let line = self.line;
        if line.len() <= SNIPPET_CHARS_MAX || line.chars().count() <= SNIPPET_CHARS_MAX {
            return line;
        }
        value.chars().take(SNIPPET_CHARS_MAX).collect()
    }
}

/// Words of digits that stand in a row.
struct Groups {
    span: Span,
    digits: u32,
    /// Whether the first of them stands off.
    gap: bool,
}

/// From so many digits on, words of digits in a row are a number in groups, such as `612 874 590`.
const GROUPED_DIGITS_MIN: u32 = 7;

/// What a character counts as, so that one sum over a word says all that is asked of it: digits in
/// the lowest bits, letters and digits above them, then whether there is an `@`. A word of context has
/// at most [`CONTEXT_CHARS_MAX`] characters, so no count reaches the next.
const DIGIT: u32 = 1;
const ALPHANUMERIC: u32 = 1 << 8;
const AT: u32 = 1 << 16;
/// White space, and what could drive a terminal or reorder a line.
const SEPARATOR: u32 = 1 << 17;

fn class(char: char) -> u32 {
    match u8::try_from(char) {
        Ok(byte) if byte.is_ascii() => class_of_ascii(byte),
        _ => class_of(char),
    }
}

fn class_of_ascii(byte: u8) -> u32 {
    ASCII.get(usize::from(byte)).copied().unwrap_or(SEPARATOR)
}

fn class_of(char: char) -> u32 {
    if char.is_whitespace() || !is_harmless(char) {
        return SEPARATOR;
    }
    let digit = if char.is_numeric() { DIGIT } else { 0 };
    digit | if char.is_alphanumeric() { ALPHANUMERIC } else { 0 }
}

/// [`class`] of the characters that are most of all text.
#[expect(clippy::indexing_slicing, reason = "checked when it is compiled")]
static ASCII: [u32; 128] = {
    let mut classes = [0; 128];
    let mut byte = 0_u8;
    while byte < 128 {
        classes[byte as usize] = match byte {
            b'0'..=b'9' => DIGIT | ALPHANUMERIC,
            b'A'..=b'Z' | b'a'..=b'z' => ALPHANUMERIC,
            b'@' => AT,
            0..=b' ' | 0x7F => SEPARATOR,
            _ => 0,
        };
        byte += 1;
    }
    classes
};

fn looks_like_a_value(counts: u32) -> bool {
    let digits = counts & 0xFF;
    let alphanumerics = counts.wrapping_shr(8) & 0xFF;
    digits >= 4 || counts & AT != 0 || (alphanumerics >= 12 && digits > 0) || alphanumerics >= 24
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_says_of_ascii_what_is_said_of_all_characters() {
        for char in (0..128_u8).map(char::from).filter(|&char| char != '@') {
            assert_eq!(class(char), class_of(char), "{char:?}");
        }
    }
}
