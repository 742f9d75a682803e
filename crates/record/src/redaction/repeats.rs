//! Whether a word of the context repeats what is masked beside it.

/// So many characters of a masked value in a row are not shown, in either case.
const SHARED_CHARS: usize = 5;
/// Of a longer value only the beginning is compared: what is that long is no word.
const VALUE_BYTES_MAX: usize = 512;

/// The values that a snippet hides.
#[derive(Default)]
pub(super) struct Hidden<'t> {
    values: Vec<&'t [u8]>,
    /// Which ASCII characters stand in them, in lower case: most words end at this question.
    ascii: u128,
    /// Whether there are others.
    beyond_ascii: bool,
}

impl<'t> Hidden<'t> {
    pub(super) fn add(&mut self, value: &'t str) {
        let value = value.get(..value.floor_char_boundary(VALUE_BYTES_MAX)).unwrap_or(value);
        let value = value.as_bytes();
        for byte in value {
            match byte {
                0..0x80 => self.ascii |= bit(*byte),
                _ => self.beyond_ascii = true,
            }
        }
        self.values.push(value);
    }

    /// Whether a word has so many characters in a row that a value has too. O(length of `word`) unless
    /// it has the characters of a value.
    pub(super) fn is_repeated_in(&self, word: &str) -> bool {
        let mut run = 0_usize;
        word.char_indices().any(|(index, char)| {
            let is_known = match u8::try_from(char) {
                Ok(byte) if byte.is_ascii() => self.ascii & bit(byte) != 0,
                _ => self.beyond_ascii,
            };
            run = if is_known { run.saturating_add(1) } else { 0 };
            run >= SHARED_CHARS
                && self.have(last_chars(word, index.saturating_add(char.len_utf8())))
        })
    }

    fn have(&self, part: &str) -> bool {
        let part = part.as_bytes();
        self.values.iter().any(|value| {
            value.windows(part.len().max(1)).any(|window| window.eq_ignore_ascii_case(part))
        })
    }
}

fn bit(ascii: u8) -> u128 {
    1_u128.wrapping_shl(u32::from(ascii.to_ascii_lowercase()))
}

/// The last [`SHARED_CHARS`] characters before `end`.
fn last_chars(word: &str, end: usize) -> &str {
    let before = word.get(..end).unwrap_or_default();
    let start = before.char_indices().nth_back(SHARED_CHARS.saturating_sub(1));
    start.and_then(|(start, _)| before.get(start..)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_characters_in_a_row_are_a_repetition() {
        let mut hidden = Hidden::default();
        hidden.add("Quartz_112!x");
        hidden.add("größer");
        for word in ["Quartz_111", "quartz", "(uartz_)", "größere"] {
            assert!(hidden.is_repeated_in(word), "{word}");
        }
        for word in ["", "Quar", "Quar.tz", "112!", "zx_!quar", "größ", "changed"] {
            assert!(!hidden.is_repeated_in(word), "{word}");
        }
    }
}
