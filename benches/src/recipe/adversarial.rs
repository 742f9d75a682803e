//! Texts that make a scanner slow: nothing but candidates, runs without an end, nesting without a
//! bottom.

use super::Ingredients;
use crate::writer::Writer;

/// The attacks that repeat one string.
const REPEATED: &[(&str, &str)] = &[
    ("ats", "@"),
    ("dashed-ones", "1-"),
    ("spaced-ones", "1 "),
    ("dotted-letters", "a."),
    ("dotted-digits", "1."),
    ("mails", "a@a.a "),
    ("commas", ","),
    ("newlines", "\n"),
    ("quotes", "\""),
    ("brackets", "[{("),
    ("assignments", "password="),
    ("colons", "key: "),
    ("urls", "://a:b@c"),
    ("pem-heads", "-----BEGIN "),
    ("percent", "%41"),
    ("backslashes", "\\u0031"),
    ("tabs", "a\tb\n"),
    ("zero-width", "4\u{200b}"),
    ("wide-digits", "\u{ff11}"),
    ("underscores", "_"),
    ("hex", "deadbeef"),
    ("base64-lines", "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo=\n"),
    ("short-cells", "1,2,3,4\n"),
];

/// Writes `bytes` bytes of the attack that `ingredients` names.
pub(super) fn write(
    writer: &mut Writer,
    out: &mut String,
    bytes: usize,
    ingredients: &Ingredients<'_>,
) {
    if let Some((_, unit)) = REPEATED.iter().find(|(name, _)| *name == ingredients.attack) {
        out.extend(std::iter::repeat_n(*unit, bytes.div_ceil(unit.len())));
        return;
    }
    match ingredients.attack {
        "digits" => writer.chars(out, b"0123456789", bytes),
        "token" => writer.chars(
            out,
            b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-",
            bytes,
        ),
        "grouped-digits" => {
            while out.len() < bytes {
                writer.fill(out, "$4 ");
            }
        }
        "deep-brackets" => {
            out.extend(std::iter::repeat_n('[', bytes / 2));
            out.extend(std::iter::repeat_n(']', bytes / 2));
        }
        // Every keyword in turn, with what makes its rule look closer.
        "keywords" => {
            for keyword in ingredients.keywords.iter().cycle() {
                if out.len() >= bytes || ingredients.keywords.is_empty() {
                    break;
                }
                out.push_str(keyword);
                writer.fill(out, "$x ");
            }
        }
        "bare-keywords" => {
            for keyword in ingredients.keywords.iter().cycle() {
                if out.len() >= bytes || ingredients.keywords.is_empty() {
                    break;
                }
                out.push_str(keyword);
            }
        }
        _ => {}
    }
}
