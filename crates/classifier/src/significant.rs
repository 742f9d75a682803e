//! A value without its spelling.

use zeroize::{Zeroize, Zeroizing};

/// The ASCII letters and digits of a value, in upper case: separators and case say nothing of which
/// value it is. Content, so it is wiped when dropped.
pub(crate) struct Significant {
    short: [u8; SHORT_LEN],
    len: usize,
    /// All of them, if they are not short.
    long: Zeroizing<Vec<u8>>,
}

/// Most values fit on a line, and need no memory of their own.
const SHORT_LEN: usize = 64;

impl Significant {
    pub(crate) fn of(value: &str) -> Self {
        let bytes = value.bytes().filter(u8::is_ascii_alphanumeric);
        let mut bytes = bytes.map(|byte| byte.to_ascii_uppercase());
        let mut significant = Self { short: [0; SHORT_LEN], len: 0, long: Zeroizing::default() };
        for (slot, byte) in significant.short.iter_mut().zip(bytes.by_ref()) {
            *slot = byte;
            significant.len += 1;
        }
        if bytes.next().is_some() {
            // As long as the value, so that it does not grow and leave content behind.
            significant.long.reserve_exact(value.len());
            let bytes = value.bytes().filter(u8::is_ascii_alphanumeric);
            significant.long.extend(bytes.map(|byte| byte.to_ascii_uppercase()));
        }
        significant
    }

    pub(crate) fn as_str(&self) -> &str {
        let short = self.short.get(..self.len).unwrap_or_default();
        let bytes = if self.long.is_empty() { short } else { &self.long };
        str::from_utf8(bytes).unwrap_or_default()
    }
}

impl Drop for Significant {
    fn drop(&mut self) {
        if let Some(written) = self.short.get_mut(..self.len) {
            written.zeroize();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_separators_nor_case_nor_length_matter() {
        assert_eq!(Significant::of("de89 3704-é").as_str(), "DE893704");
        for len in [0, 1, SHORT_LEN - 1, SHORT_LEN, SHORT_LEN + 1, 1000] {
            assert_eq!(Significant::of(&"a-".repeat(len)).as_str(), "A".repeat(len));
        }
    }
}
