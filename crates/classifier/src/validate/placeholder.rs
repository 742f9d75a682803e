//! Values that stand where a value would stand.

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
    let Some(first) = significant.next() else { return true };
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
    let digits: Vec<u8> = value.bytes().filter(u8::is_ascii_digit).collect();
    let letters = value.bytes().any(|byte| byte.is_ascii_alphabetic());
    if letters || digits.len() < 7 {
        return false;
    }
    let step = |up: bool| {
        digits.windows(2).all(|pair| match pair {
            [left, right] => {
                let (low, high) = if up { (left, right) } else { (right, left) };
                // After 9 comes 0 when counting up.
                high.wrapping_sub(*low) == 1 || (up && *low == b'9' && *high == b'0')
            }
            _ => false,
        })
    };
    step(true) || step(false)
}

/// Words that stand in for a credential. Compared in lower case anywhere in the value.
const WORDS: [&str; 22] = [
    "example",
    "xxxx",
    "****",
    "....",
    "your",
    "placeholder",
    "changeme",
    "change_me",
    "change-me",
    "replace",
    "insert",
    "dummy",
    "redacted",
    "todo",
    "fixme",
    "sample",
    "123456",
    "abcdef",
    "password",
    "secret_key",
    "not_a_real",
    "-here",
];

/// Openings of templates in shells, build tools and page templates.
const TEMPLATES: [&str; 9] = ["${", "{{", "}}", "<%", "$(", "%(", "<your", "[your", "#{"];

fn credential_placeholder(value: &str) -> Option<&'static str> {
    let lower = value.to_ascii_lowercase();
    if (value.starts_with('<') && value.ends_with('>'))
        || TEMPLATES.iter().any(|template| lower.contains(template))
    {
        return Some("is a template");
    }
    WORDS.iter().any(|word| lower.contains(word)).then_some("is a placeholder")
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
        ];
        for &(value, secret, expected) in cases {
            assert_eq!(find(value, secret).is_some(), expected, "{value}");
        }
    }
}
