//! Whether a value stands on its own, or is cut out of something longer.
//!
//! A rule without keywords recognises nothing but a shape, and long numbers hold every shape: the
//! digits of a fraction, a group of a UUID, four columns of a table of hexadecimal codes. `\b` sees a
//! boundary in all of them. So a value of such a rule must not go on behind its edges.

use dosimeter_record::Span;

/// How far back the address of a link may begin, in bytes.
const LINK_BYTES: usize = 200;

/// What the value is cut out of, if it is.
pub(super) fn part_of(text: &str, value: Span) -> Option<&'static str> {
    let inside = value.slice(text)?.as_bytes();
    let before = text.as_bytes().get(..value.start)?;
    let after = text.as_bytes().get(value.end..)?;
    if is_in_identifier(before, inside) {
        return Some("is part of an identifier");
    }
    let left = before.iter().rev().copied();
    let right = after.iter().copied();
    if goes_on(inside, left.clone()) || goes_on(inside, right.clone()) {
        return Some("is part of a longer number");
    }
    // The longest walk comes last: of values that lie close together, each would read the same bytes.
    if is_in_link(before) {
        return Some("is part of a link");
    }
    // Names have blanks too, and stand beside numbers of orders and years.
    let grouped = inside.contains(&b' ') && inside.iter().any(u8::is_ascii_digit);
    let in_row = grouped && is_row(Groups::read(left), Groups::read(right));
    in_row.then_some("is part of a row of codes")
}

/// Whether a long bare number hangs on a word, as in `fuzzer-5522792714993664`.
fn is_in_identifier(before: &[u8], inside: &[u8]) -> bool {
    let joined = matches!(before, [.., letter, b'-' | b'_'] if letter.is_ascii_alphabetic());
    joined && inside.len() >= 12 && inside.iter().all(u8::is_ascii_digit)
}

/// Whether a number goes on past an edge of the value; `outwards` are the bytes from there on.
///
/// A point or a hyphen joins digits always, other separators where the value has them itself.
fn goes_on(inside: &[u8], mut outwards: impl Iterator<Item = u8>) -> bool {
    let Some(joint) = outwards.next() else { return false };
    let joins = match joint {
        b'.' | b'-' => true,
        b':' | b'/' => inside.contains(&joint),
        _ => false,
    };
    let beyond = outwards.next();
    // Both sides of `:` and of a hyphen may be hexadecimal, as in hardware addresses.
    let hexadecimal = joint == b':' || (joint == b'-' && inside.contains(&b'-'));
    joins
        && beyond.is_some_and(|beyond| {
            beyond.is_ascii_digit() || (hexadecimal && beyond.is_ascii_hexdigit())
        })
}

/// Whether a value with these groups before and behind it is cut out of a row of codes.
///
/// A group before it makes it the tail of something longer. One group of digits behind it does not:
/// people write the expiry there.
fn is_row(left: Groups, right: Groups) -> bool {
    left.count >= 1 || right.letters || right.count >= 2
}

/// Groups of four hexadecimal digits, each beyond a blank: as many as tell something.
#[derive(Clone, Copy, Default)]
struct Groups {
    count: u32,
    /// Whether any holds a letter beside its digits.
    letters: bool,
}

impl Groups {
    fn read(outwards: impl Iterator<Item = u8>) -> Self {
        let mut outwards = outwards.peekable();
        let mut groups = Self::default();
        while groups.count < 2 && outwards.next().is_some_and(|blank| blank.is_ascii_whitespace()) {
            let word: Vec<u8> = outwards.by_ref().take(4).collect();
            let ends = !outwards.peek().is_some_and(u8::is_ascii_alphanumeric);
            let coded =
                word.iter().all(u8::is_ascii_hexdigit) && word.iter().any(u8::is_ascii_digit);
            if word.len() < 4 || !ends || !coded {
                break;
            }
            groups.count = groups.count.saturating_add(1);
            groups.letters |= word.iter().any(u8::is_ascii_alphabetic);
        }
        groups
    }
}

/// Whether the value stands in the path of a link, where machines put their identifiers. A query is
/// another matter: its keys say what the values are.
fn is_in_link(before: &[u8]) -> bool {
    let word = before
        .iter()
        .rev()
        .take(LINK_BYTES)
        .take_while(|byte| !byte.is_ascii_whitespace() && !b"\"'<>()[]{}|?&=#".contains(byte));
    let mut slashes = 0_u8;
    for &byte in word {
        match byte {
            b'/' => slashes = slashes.saturating_add(1).min(2),
            b':' if slashes == 2 => return true,
            _ => slashes = 0,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, value: &str, expected: Option<&str>) {
        let start = text.find(value).unwrap();
        assert_eq!(part_of(text, Span::new(start, start + value.len())), expected, "{text}");
    }

    #[test]
    fn a_value_on_its_own_is_whole() {
        check("pay 4111 1111 1111 1111.", "4111 1111 1111 1111", None);
        check("12,4111111111111111,EUR", "4111111111111111", None);
        check("card:4111-1111-1111-1111 exp 04/29", "4111-1111-1111-1111", None);
        check("A 4111 1111 1111 1111 CAFE", "4111 1111 1111 1111", None);
        check("4111 1111 1111 1111 1227 123", "4111 1111 1111 1111", None);
        check("4111 1111 1111 1111 12345", "4111 1111 1111 1111", None);
        check("(219-09-9998)", "219-09-9998", None);
        check("file: 219-09-9998", "219-09-9998", None);
    }

    #[test]
    fn digits_of_a_longer_number_are_not() {
        let longer = Some("is part of a longer number");
        check("loss 0.4111111111111111", "4111111111111111", longer);
        check("4111111111111111.25", "4111111111111111", longer);
        check("219-09-9998-77", "219-09-9998", longer);
        check("7-219-09-9998", "219-09-9998", longer);
        check("aa:bb:cc:dd:ee:01:02", "bb:cc:dd:ee:01:02", longer);
    }

    #[test]
    fn a_number_on_a_word_is_a_name() {
        let name = Some("is part of an identifier");
        check("crash-4111111111111111 | Bin", "4111111111111111", name);
        check("SSN-219-09-9998", "219-09-9998", None);
    }

    #[test]
    fn a_row_of_codes_is_no_card() {
        let row = Some("is part of a row of codes");
        check("5323 4111 1111 1111 1111", "4111 1111 1111 1111", row);
        check("4111 1111 1111 1111 5323 7781", "4111 1111 1111 1111", row);
        check("4111 1111 1111 1111\n54A4 5501", "4111 1111 1111 1111", row);
        check("206f 4111 1111 1111 1111 656c", "4111 1111 1111 1111", row);
        check("1102 Wilhelmina Stray", "Wilhelmina Stray", None);
    }

    #[test]
    fn an_identifier_in_the_path_of_a_link_is_of_a_machine() {
        let link = Some("is part of a link");
        check("https://a.example/v/4111111111111111", "4111111111111111", link);
        check("https://a.example/v?ssn=219-09-9998", "219-09-9998", None);
        check("see //4111111111111111", "4111111111111111", None);
    }
}
