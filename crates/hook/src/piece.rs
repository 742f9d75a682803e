//! A piece of content in a body: borrowed, or a copy that is wiped.
//!
//! Text with escapes has to be copied. It is unescaped here and not by the parser, whose own buffer would
//! be freed with the text in it.

use serde::{Deserialize, Deserializer, de};
use serde_json::value::RawValue;
use zeroize::Zeroizing;

/// Text as it was meant.
pub(crate) enum Piece<'a> {
    Borrowed(&'a str),
    Owned(Zeroizing<String>),
}

impl<'a> Piece<'a> {
    /// Nothing, if it is no string. O(length), and no copy without escapes.
    pub(crate) fn of(raw: &'a RawValue) -> Option<Self> {
        let quoted = raw.get().strip_prefix('"')?.strip_suffix('"')?;
        let escaped = memchr::memchr(b'\\', quoted.as_bytes()).is_some();
        Some(if escaped { Self::Owned(unescape(quoted)) } else { Self::Borrowed(quoted) })
    }

    pub(crate) fn text(&self) -> &str {
        match self {
            Self::Borrowed(text) => text,
            Self::Owned(text) => text,
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Piece<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = <&RawValue>::deserialize(deserializer)?;
        Self::of(raw).ok_or_else(|| de::Error::custom("not a string"))
    }
}

/// RFC 8259 §7, of what a parser took for a string. Half a pair of surrogates, where somebody cut a text
/// in the middle of a character, becomes U+FFFD.
fn unescape(mut quoted: &str) -> Zeroizing<String> {
    // An escape is never shorter than what it stands for, so that this is never moved, leaving a copy.
    let mut text = Zeroizing::new(String::with_capacity(quoted.len()));
    while let Some((plain, escape)) = quoted.split_once('\\') {
        text.push_str(plain);
        let (character, behind) = escaped(escape);
        text.push(character);
        quoted = behind;
    }
    text.push_str(quoted);
    text
}

/// The character that an escape stands for, and what follows it.
fn escaped(escape: &str) -> (char, &str) {
    let mut characters = escape.chars();
    let character = match characters.next() {
        Some('b') => '\u{8}',
        Some('f') => '\u{c}',
        Some('n') => '\n',
        Some('r') => '\r',
        Some('t') => '\t',
        Some('u') => return by_number(characters.as_str()),
        Some(itself) => itself,
        None => char::REPLACEMENT_CHARACTER,
    };
    (character, characters.as_str())
}

fn by_number(digits: &str) -> (char, &str) {
    let Some((first, rest)) = unit(digits) else { return (char::REPLACEMENT_CHARACTER, digits) };
    if let Some((second, behind)) = rest.strip_prefix("\\u").and_then(unit)
        && let Some(Ok(pair @ '\u{10000}'..)) = char::decode_utf16([first, second]).next()
    {
        return (pair, behind);
    }
    (char::from_u32(first.into()).unwrap_or(char::REPLACEMENT_CHARACTER), rest)
}

/// One unit of UTF-16 from its four digits, and what follows them.
fn unit(digits: &str) -> Option<(u16, &str)> {
    let (unit, rest) = digits.split_at_checked(4)?;
    Some((u16::from_str_radix(unit, 16).ok()?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> String {
        serde_json::from_str::<Piece<'_>>(json).map(|piece| piece.text().to_owned()).unwrap()
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
    fn a_copy_never_grows() {
        for json in [r#""\n\t\"\\""#, r#""\u0000\u07ff\uffff""#, r#""\ud83d\ude00\ud83d""#] {
            let Piece::Owned(text) = serde_json::from_str(json).unwrap() else { panic!() };
            assert!(text.len() <= json.len() - 2 && text.capacity() == json.len() - 2, "{json}");
        }
    }

    #[test]
    fn what_is_no_string_is_refused() {
        for json in ["17", "null", "[\"a\"]", "{}", r#""\x""#, r#""\u12""#] {
            assert!(serde_json::from_str::<Piece<'_>>(json).is_err(), "{json}");
        }
    }
}
