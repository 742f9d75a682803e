//! Lists of words as text files of sorted lines, searched by halving, so that they cost no start-up
//! time.

use std::{borrow::Cow, cmp::Ordering};

use memchr::{memchr, memrchr};

/// Whether `word`, in any case, is a line of `sorted`, whose lines are in small letters and in the
/// order of their code points. O(log n) comparisons.
pub(super) fn holds(sorted: &str, word: &str) -> bool {
    let mut small = [0; SHORT];
    let word = small_letters(word, &mut small);
    // The order of the bytes of UTF-8 is that of the code points.
    let mut lines = sorted.as_bytes();
    while !lines.is_empty() {
        let (before, after) = lines.split_at(lines.len() / 2);
        let start = memrchr(b'\n', before).map_or(0, |end| end.saturating_add(1));
        let rest = memchr(b'\n', after).unwrap_or(after.len());
        let end = before.len().saturating_add(rest);
        match lines.get(start..end).unwrap_or_default().cmp(word.as_ref()) {
            Ordering::Equal => return true,
            Ordering::Less => lines = lines.get(end.saturating_add(1)..).unwrap_or_default(),
            Ordering::Greater => lines = lines.get(..start).unwrap_or_default(),
        }
    }
    false
}

/// As long as nearly all words are at most, in bytes.
const SHORT: usize = 32;

/// A word in small letters; without allocation if it is short and plain.
fn small_letters<'w>(word: &'w str, small: &'w mut [u8; SHORT]) -> Cow<'w, [u8]> {
    match small.get_mut(..word.len()) {
        Some(small) if word.is_ascii() => {
            small.copy_from_slice(word.as_bytes());
            small.make_ascii_lowercase();
            Cow::Borrowed(small)
        }
        _ => Cow::Owned(word.chars().flat_map(char::to_lowercase).collect::<String>().into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_found_in_any_case_and_nothing_else_is() {
        let sorted = "ab\nabc\nbcd\ngrün\nz\n";
        for word in ["ab", "abc", "bcd", "grün", "z", "ABC", "Grün"] {
            assert!(holds(sorted, word), "{word}");
        }
        for word in ["", "a", "b", "ab\nabc", "zz", "\n", "gru"] {
            assert!(!holds(sorted, word), "{word}");
        }
        assert!(!holds("", "a"));
    }
}
