//! Escapes of JSON, resolved into memory that is wiped: a parser's own buffer would be freed with the text
//! in it.

use crate::Text;

/// Resolves the escapes of a JSON string without its quotes, or of all strings in a JSON document: what
/// somebody wrote on a line of its own stands on one again. Takes any text, also one that was cut.
///
/// RFC 8259 §7. Half a pair of surrogates, where somebody cut a text in the middle of a character, becomes
/// U+FFFD. O(length).
pub fn unescape(json: &str) -> Text {
    // An escape is never shorter than what it stands for, so that this is never moved, leaving a copy.
    let mut text = String::with_capacity(json.len());
    let mut rest = json;
    while let Some((plain, escape)) = rest.split_once('\\') {
        text.push_str(plain);
        let (character, behind) = escaped(escape);
        text.push(character);
        rest = behind;
    }
    text.push_str(rest);
    Text::from(text)
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
        None => '\\',
    };
    (character, characters.as_str())
}

fn by_number(digits: &str) -> (char, &str) {
    let Some((first, rest)) = unit(digits) else { return ('u', digits) };
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
    use crate::Expose as _;

    #[test]
    fn strings_in_a_document_read_as_they_were_written() {
        let text = unescape(r#"{"command":"cat a\nb \"c\"","then":["\u0041\ud83d"]}"#);
        assert_eq!(text.expose(), "{\"command\":\"cat a\nb \"c\"\",\"then\":[\"A\u{fffd}\"]}");
    }

    #[test]
    fn a_copy_never_grows() {
        for json in [r#"\n\t\"\\"#, r"\u0000\u07ff\uffff", r"\ud83d\ude00\ud83d", r"\u\u\u\x\"] {
            assert!(unescape(json).len() <= json.len(), "{json}");
        }
    }

    #[test]
    fn what_is_no_json_is_read_as_far_as_it_goes() {
        for (json, expected) in
            [("", ""), ("plain", "plain"), ("cut \\", "cut \\"), ("\\u12 \\x", "u12 x")]
        {
            assert_eq!(unescape(json).expose(), expected, "{json}");
        }
    }
}
