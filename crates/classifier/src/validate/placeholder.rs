//! Values that stand where a value would stand.

use crate::rule::byte_set::ByteSet;

/// What kind of placeholder `value` is, if it is one. `secret` adds the words that people write in
/// place of credentials; they are no argument against a number.
pub(super) fn find(value: &str, secret: bool) -> Option<&'static str> {
    if is_one_character(value) {
        return Some("repeats one character");
    }
    if is_sequence(value) {
        return Some("counts up or down");
    }
    if secret { credential_placeholder(value) } else { None }
}

fn is_one_character(value: &str) -> bool {
    let mut significant = value.bytes().filter(u8::is_ascii_alphanumeric);
    // Words of other scripts have no such character at all.
    let Some(first) = significant.next() else { return value.is_ascii() };
    let mut count = 1_usize;
    for byte in significant {
        if byte != first {
            return false;
        }
        count = count.saturating_add(1);
    }
    count >= 6
}

/// Digits that go up or down by one throughout: 123456789, 9876543210, 0123456789.
fn is_sequence(value: &str) -> bool {
    let digits = || value.bytes().filter(u8::is_ascii_digit);
    if value.bytes().any(|byte| byte.is_ascii_alphabetic()) || digits().count() < 7 {
        return false;
    }
    let step = |up: bool| {
        digits().zip(digits().skip(1)).all(|(left, right)| {
            let (low, high) = if up { (left, right) } else { (right, left) };
            // After 9 comes 0 when counting up.
            high.wrapping_sub(low) == 1 || (up && low == b'9' && high == b'0')
        })
    };
    step(true) || step(false)
}

/// Words that are a placeholder as a whole part of a value: `my-token`, `insert_key`.
const PARTS: [&str; 16] = [
    "your",
    "change",
    "replace",
    "insert",
    "dummy",
    "todo",
    "fixme",
    "sample",
    "here",
    "fake",
    "foo",
    "placeholder",
    "redacted",
    "notreal",
    "none",
    "null",
];

/// What is a placeholder wherever it stands in a value.
const ANYWHERE: Phrases<8> = Phrases::new([
    "example",
    "xxxx",
    "****",
    "....",
    "changeme",
    "placeholder",
    "redacted",
    "your_",
]);

/// Longer values are keys in armour, in which such words stand by chance.
const WORDED_LEN_MAX: usize = 128;

/// Openings of templates in shells, build tools and page templates.
const TEMPLATES: Phrases<9> =
    Phrases::new(["${", "{{", "}}", "<%", "$(", "%(", "<your", "[your", "#{"]);

fn credential_placeholder(value: &str) -> Option<&'static str> {
    let lower = value.to_ascii_lowercase();
    let wrapped = [('<', '>'), ('%', '%'), ('@', '@')]
        .iter()
        .any(|&(open, close)| value.len() > 2 && value.starts_with(open) && value.ends_with(close));
    if wrapped || TEMPLATES.any_in(&lower) {
        return Some("is a template");
    }
    if value
        .strip_prefix('*')
        .is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_lowercase()))
    {
        return Some("is a pointer type");
    }
    if value.len() > WORDED_LEN_MAX {
        return None;
    }
    let mut parts = lower.split(|char: char| !char.is_ascii_alphabetic());
    let worded = parts.any(|part| PARTS.contains(&part))
        || lower.starts_with("your")
        || ANYWHERE.any_in(&lower);
    worded.then_some("is a placeholder")
}

/// A few phrases that are looked for in short texts at once.
struct Phrases<const N: usize> {
    phrases: [&'static str; N],
    /// With which bytes they begin.
    first: ByteSet,
}

impl<const N: usize> Phrases<N> {
    const fn new(phrases: [&'static str; N]) -> Self {
        let mut first = ByteSet::NONE;
        let mut rest: &[&str] = &phrases;
        while let [phrase, others @ ..] = rest {
            if let [byte, ..] = phrase.as_bytes() {
                first = first.or(ByteSet::one(*byte));
            }
            rest = others;
        }
        Self { phrases, first }
    }

    fn any_in(&self, text: &str) -> bool {
        let text = text.as_bytes();
        let begin = |rest: &[u8]| self.phrases.iter().any(|one| rest.starts_with(one.as_bytes()));
        let mut bytes = text.iter().enumerate().filter(|&(_, &byte)| self.first.has(byte));
        bytes.any(|(at, _)| text.get(at..).is_some_and(begin))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_told_from_values() {
        let cases: &[(&str, bool, bool)] = &[
            ("000-00-0000", false, true),
            ("1234567890", false, true),
            ("98765432", false, true),
            ("4012888888881881", false, false),
            ("ghp_xxxxxxxxxxxxxxxxxxxx", true, true),
            ("${API_KEY}", true, true),
            ("<token>", true, true),
            ("qT7pWz0LmK3vXe9B", true, false),
            ("my-example-street", false, false),
            ("*const", true, true),
            ("%SMTP_PASSWORD%", true, true),
            ("insert-key", true, true),
            ("YourApiKeyGoesHere", true, true),
            ("Password123456!", true, false),
        ];
        for &(value, secret, expected) in cases {
            assert_eq!(find(value, secret).is_some(), expected, "{value}");
        }
    }
}
