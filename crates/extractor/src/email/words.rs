//! Encoded words of header fields (RFC 2047).

use mail_parser::decoders::charsets::map::charset_decoder;

use super::encoding;
use crate::text;

/// Decodes the encoded words of a value, and keeps everything else. O(n): no word reaches over a question
/// mark.
pub(super) fn decode(value: &str) -> String {
    let mut decoded = String::with_capacity(value.len());
    let mut rest = value;
    let mut after_word = false;
    while let Some((before, after)) = rest.split_once("=?") {
        if let Some((word, next)) = Word::parse(after) {
            // White space between two words belongs to neither (section 6.2).
            if !after_word || !before.trim().is_empty() {
                decoded.push_str(before);
            }
            decoded.push_str(&word.text());
            rest = next;
            after_word = true;
        } else {
            decoded.push_str(before);
            decoded.push_str("=?");
            rest = after;
            after_word = false;
        }
    }
    decoded.push_str(rest);
    decoded
}

/// What stands between `=?` and `?=`.
struct Word<'a> {
    charset: &'a str,
    is_base64: bool,
    encoded: &'a str,
}

impl<'a> Word<'a> {
    fn parse(text: &'a str) -> Option<(Self, &'a str)> {
        let (charset, rest) = text.split_once('?')?;
        let (encoding, rest) = rest.split_once('?')?;
        let (encoded, rest) = rest.split_once('?')?;
        let is_base64 = match encoding {
            "B" | "b" => true,
            "Q" | "q" => false,
            _ => return None,
        };
        // A language may stand behind the charset (RFC 2231 section 5).
        let charset = charset.split('*').next().unwrap_or(charset);
        Some((Self { charset, is_base64, encoded }, rest.strip_prefix('=')?))
    }

    fn text(&self) -> String {
        let bytes = if self.is_base64 {
            encoding::base64(self.encoded.as_bytes())
        } else {
            encoding::unquote(self.encoded.replace('_', " ").as_bytes())
        };
        match charset_decoder(self.charset.as_bytes()) {
            Some(decode) => decode(&bytes),
            None => text::decode_lossy(&bytes).into_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn words_are_decoded_and_the_rest_stays() {
        for (value, expected) in [
            ("=?utf-8?b?Wm/DqyBNw7xsbGVy?= <zoe@heron.example>", "Zoë Müller <zoe@heron.example>"),
            ("=?ISO-8859-1?Q?K=E4se_?= =?utf-8?q?und?= Brot", "Käse und Brot"),
            ("=?utf-8*de?Q?Gr=C3=B6=C3=9Fe?=", "Größe"),
            ("a =? b ?= c =?utf-8?X?d?= =?", "a =? b ?= c =?utf-8?X?d?= =?"),
        ] {
            assert_eq!(decode(value), expected);
        }
    }
}
