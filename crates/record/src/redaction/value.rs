//! A value behind its mask.

use super::{Mask, is_harmless};

const BULLETS: &str = "••••";
/// The most letters or digits of a value that are ever shown at its end.
const KEPT_MAX: usize = 4;
/// As long as masked values usually are, in bytes.
const MASKED_LEN: usize = 24;

/// Masks one value.
pub(super) fn masked(value: &str, mask: &Mask) -> String {
    let mut masked = String::with_capacity(MASKED_LEN);
    match mask {
        Mask::Tag(tag) => masked.extend(["[", tag, "]"]),
        Mask::KeepLast(count) => keep_last(&mut masked, value, usize::from(*count).min(KEPT_MAX)),
        Mask::KeepPrefix(count) => keep_prefix(&mut masked, value, usize::from(*count)),
        Mask::Email => email(&mut masked, value),
        Mask::Initials => initials(&mut masked, value),
        Mask::Iban => {
            masked.extend(value.chars().filter(char::is_ascii_alphabetic).take(2));
            masked.push_str("•• ");
            keep_last(&mut masked, value, KEPT_MAX);
        }
    }
    masked
}

/// A value with fewer than twice as many characters as would be shown, and one more, is hidden whole.
fn keep_last(masked: &mut String, value: &str, count: usize) {
    masked.push_str(BULLETS);
    let mut significant = value.chars().rev().filter(|char| char.is_alphanumeric());
    let mut kept = ['\0'; KEPT_MAX];
    let first = KEPT_MAX.saturating_sub(count);
    for (slot, char) in kept.iter_mut().skip(first).rev().zip(significant.by_ref()) {
        *slot = char;
    }
    if count > 0 && significant.nth(count).is_some() {
        masked.push(' ');
        masked.extend(kept.iter().skip(first));
    }
}

fn keep_prefix(masked: &mut String, value: &str, count: usize) {
    if value.chars().nth(count.saturating_add(7)).is_some() {
        masked.extend(value.chars().take(count).map(printable));
    }
    masked.push_str(BULLETS);
}

fn email(masked: &mut String, value: &str) {
    let Some((mailbox, host)) = value.rsplit_once('@') else {
        masked.push_str(BULLETS);
        return;
    };
    let initial = |part: &str| part.chars().next().filter(|char| char.is_alphanumeric());
    masked.extend(initial(mailbox));
    masked.push_str("•••@");
    masked.extend(initial(host));
    masked.push_str("•••");
    if let Some((_, top)) = host.rsplit_once('.')
        && top.len() <= 4
    {
        masked.push('.');
        masked.extend(top.chars().map(printable));
    }
}

fn initials(masked: &mut String, value: &str) {
    let words = value.split_whitespace().filter_map(|word| word.chars().next());
    for initial in words.filter(|char| char.is_alphabetic()).take(4) {
        if !masked.is_empty() {
            masked.push(' ');
        }
        masked.extend([initial, '•']);
    }
    if masked.is_empty() {
        masked.push_str(BULLETS);
    }
}

/// Replaces what could drive a terminal or reorder a line.
fn printable(char: char) -> char {
    if is_harmless(char) { char } else { ' ' }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mask_hides_all_but_a_few_characters() {
        let cases: &[(&str, Mask, &str)] = &[
            ("4111111111111111", Mask::KeepLast(4), "•••• 1111"),
            ("1234", Mask::KeepLast(4), "••••"),
            ("123-45-6789", Mask::KeepLast(200), "•••• 6789"),
            ("ghp_abcdefghijklmnop", Mask::KeepPrefix(4), "ghp_••••"),
            ("ghp_abc", Mask::KeepPrefix(4), "••••"),
            ("maria@host.example", Mask::Email, "m•••@h•••"),
            ("maria@host.com", Mask::Email, "m•••@h•••.com"),
            ("Maria de Souza", Mask::Initials, "M• d• S•"),
            ("DE89370400440532013000", Mask::Iban, "DE•• •••• 3000"),
            ("hunter2", Mask::Tag("PASSWORD".into()), "[PASSWORD]"),
        ];
        for (value, mask, expected) in cases {
            assert_eq!(masked(value, mask), *expected, "{mask:?}");
        }
    }
}
