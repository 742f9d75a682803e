//! A piece of content in a body, as it stands there; read, it is borrowed or a copy that is wiped.
//!
//! Text with escapes has to be copied. It is unescaped here and not by the parser, whose own buffer would
//! be freed with the text in it; and only when it is read, since not everything is.

use dosimeter_content::{Expose as _, Text, unescape};
use serde::{Deserialize, Deserializer, de};
use serde_json::value::RawValue;

/// Text as it is written, with its escapes.
#[derive(Clone, Copy)]
pub(crate) struct Piece<'a>(&'a str);

/// Text as it was meant.
pub(crate) enum Meant<'a> {
    Borrowed(&'a str),
    Owned(Text),
}

impl<'a> Piece<'a> {
    /// Nothing, if it is no string.
    pub(crate) fn of(raw: &'a RawValue) -> Option<Self> {
        raw.get().strip_prefix('"')?.strip_suffix('"').map(Self)
    }

    /// A whole document, with its strings.
    pub(crate) fn document(raw: &'a RawValue) -> Self {
        Self(raw.get())
    }

    /// O(length), and no copy without escapes.
    pub(crate) fn read(self) -> Meant<'a> {
        let escaped = memchr::memchr(b'\\', self.0.as_bytes()).is_some();
        if escaped { Meant::Owned(unescape(self.0)) } else { Meant::Borrowed(self.0) }
    }
}

impl Meant<'_> {
    pub(crate) fn text(&self) -> &str {
        match self {
            Self::Borrowed(text) => text,
            Self::Owned(text) => text.expose(),
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Piece<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = <&RawValue>::deserialize(deserializer)?;
        Self::of(raw).ok_or_else(|| de::Error::custom("not a string"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> String {
        serde_json::from_str::<Piece<'_>>(json).map(|piece| piece.read().text().to_owned()).unwrap()
    }

    #[test]
    fn it_reads_what_the_parser_reads() {
        for json in [
            r#""""#,
            r#""plain""#,
            r#""two\nlines""#,
            r#""\"\\\/\b\f\n\r\t""#,
            r#""\u0041\u00e9\u20AC\ud83d\ude00 and \\u0041""#,
            r#""é€😀 \u0000 beside""#,
            r#""ends with a backslash\\""#,
        ] {
            assert_eq!(read(json), serde_json::from_str::<String>(json).unwrap(), "{json}");
        }
    }

    #[test]
    fn half_a_character_is_no_reason_to_refuse_the_rest() {
        assert_eq!(read(r#""cut \ud83d""#), "cut \u{fffd}");
        assert_eq!(read(r#""\ud83d\u0041 \ude00\ud83d\ude00""#), "\u{fffd}A \u{fffd}😀");
        assert_eq!(read(r#""\ud83d\n""#), "\u{fffd}\n");
    }

    #[test]
    fn what_is_no_string_is_refused() {
        for json in ["17", "null", "[\"a\"]", "{}", r#""\x""#, r#""\u12""#] {
            assert!(serde_json::from_str::<Piece<'_>>(json).is_err(), "{json}");
        }
    }
}
