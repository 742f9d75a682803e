//! String literals of JSON (RFC 8259 section 7).

use std::borrow::Cow;

/// Splits at the quote that ends the literal; `None` if it never ends.
pub(super) fn split(text: &str) -> Option<(&str, &str)> {
    let mut escaped = false;
    let end = text.bytes().position(|byte| {
        let ends = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    })?;
    let (literal, rest) = text.split_at_checked(end)?;
    Some((literal, rest.get(1..)?))
}

/// A literal without its escapes.
pub(super) enum Unescaped<'a> {
    /// Still a literal of the same document.
    InPlace(Cow<'a, str>),
    /// Holds quotes, backslashes or line breaks: a document of its own.
    Document(String),
}

/// Undoes the escapes. What is not an escape stays as it is. O(n).
pub(super) fn unescape(literal: &str) -> Unescaped<'_> {
    if !literal.contains('\\') {
        return Unescaped::InPlace(literal.into());
    }
    let mut text = String::with_capacity(literal.len());
    let mut is_document = false;
    let mut rest = literal;
    while let Some((before, after)) = rest.split_once('\\') {
        text.push_str(before);
        let (character, next) = escape(after).unwrap_or(('\\', after));
        is_document |= character.is_control() || matches!(character, '"' | '\\')
            // A lone surrogate cannot be written in place without changing what it was.
            || character == char::REPLACEMENT_CHARACTER;
        text.push(character);
        rest = next;
    }
    text.push_str(rest);
    if is_document { Unescaped::Document(text) } else { Unescaped::InPlace(text.into()) }
}

/// The character that the escape after a backslash stands for, and the text after it.
fn escape(text: &str) -> Option<(char, &str)> {
    let first = text.chars().next()?;
    let rest = text.get(first.len_utf8()..)?;
    let character = match first {
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'b' => '\u{8}',
        'f' => '\u{c}',
        '"' | '\\' | '/' => first,
        'u' => return unicode(rest),
        _ => return None,
    };
    Some((character, rest))
}

fn unicode(text: &str) -> Option<(char, &str)> {
    let (high, rest) = unit(text)?;
    if let Some(character) = char::from_u32(high) {
        return Some((character, rest));
    }
    let low = rest.strip_prefix("\\u").and_then(unit);
    if let Some((low, after)) = low
        && let Some(Ok(character)) =
            char::decode_utf16([high, low].map(|unit| u16::try_from(unit).unwrap_or(0))).next()
    {
        return Some((character, after));
    }
    Some((char::REPLACEMENT_CHARACTER, rest))
}

fn unit(text: &str) -> Option<(u32, &str)> {
    let (digits, rest) = text.split_at_checked(4)?;
    let is_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hex.then(|| u32::from_str_radix(digits, 16).ok()).flatten().map(|value| (value, rest))
}
