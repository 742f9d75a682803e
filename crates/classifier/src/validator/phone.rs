//! Telephone numbers (ITU-T E.164) by the metadata of Google's libphonenumber.
//!
//! National forms are tried in a few countries only: every country more makes another share of all
//! digit groups a telephone number.

mod plan;

use plan::Home;

use super::{Strength::Structure, Validator, Verdict, digits::all_same};

pub(super) const FAMILY: &[Validator] = &[Validator::new(
    "phone",
    "https://www.itu.int/rec/T-REC-E.164 and https://github.com/google/libphonenumber",
    phone,
)];

/// Great Britain, Germany, France, Australia and the Netherlands, where national numbers begin with a
/// zero.
const HOMES_WITH_ZERO: [Home; 5] = [
    Home { code: 44, exit_len: |digits| if digits.starts_with(b"00") { 2 } else { 0 } },
    Home { code: 49, exit_len: |digits| if digits.starts_with(b"00") { 2 } else { 0 } },
    Home { code: 33, exit_len: |digits| if digits.starts_with(b"00") { 2 } else { 0 } },
    // A carrier may be chosen on the way out.
    Home {
        code: 61,
        exit_len: |digits| match digits {
            [b'0', b'0', b'1', b'1' | b'4'..=b'6' | b'8' | b'9', ..] => 4,
            _ => 0,
        },
    },
    Home { code: 31, exit_len: |digits| if digits.starts_with(b"00") { 2 } else { 0 } },
];

/// North America, where they do not.
const HOME_WITHOUT_ZERO: Home = Home { code: 1, exit_len: |_| 0 };

fn phone(bytes: &[u8]) -> Verdict {
    let Ok(text) = std::str::from_utf8(bytes) else { return Verdict::Invalid };
    let mut digits = [0; 15];
    let mut count = 0_usize;
    for byte in text.bytes().filter(u8::is_ascii_digit) {
        let Some(slot) = digits.get_mut(count) else { return Verdict::Invalid };
        *slot = byte;
        count += 1;
    }
    let digits = digits.get(..count).unwrap_or_default();
    let shaped = text.len() <= 40
        && text.bytes().all(|byte| b" +-./()".contains(&byte) || byte.is_ascii_digit());
    Structure.when(
        shaped
            && count >= 7
            && !digits.get(count - 6..).is_some_and(all_same)
            && !is_fictional(digits)
            && is_assigned(text, digits),
    )
}

fn is_assigned(text: &str, digits: &[u8]) -> bool {
    match text.rfind('+') {
        Some(0) => return plan::is_international(digits),
        Some(_) => return false,
        None => {}
    }
    if text.starts_with("00") {
        return digits.get(2..).is_some_and(plan::is_international);
    }
    // Without a country the groups are the only sign that this is a telephone number.
    if text.len() == digits.len() {
        return false;
    }
    if digits.starts_with(b"0") {
        return HOMES_WITH_ZERO.iter().any(|home| plan::is_domestic(*home, digits));
    }
    plan::is_domestic(HOME_WITHOUT_ZERO, digits)
}

/// Numbers kept for fiction: 555-0100 to 555-0199 in North America, Ofcom's ranges for drama.
fn is_fictional(digits: &[u8]) -> bool {
    let national = digits.strip_prefix(b"0044").or(digits.strip_prefix(b"44")).unwrap_or(digits);
    let national = national.strip_prefix(b"0").unwrap_or(national);
    let british =
        [&b"7700900"[..], b"2079460", b"1632960"].iter().any(|start| national.starts_with(start));
    let american = digits.len() >= 10
        && digits.split_last_chunk::<7>().is_some_and(|(_, line)| line.starts_with(b"55501"));
    british || american
}

#[cfg(test)]
mod tests {
    use crate::validator::cases;

    #[test]
    fn assigned_numbers_hold_and_fictional_or_bare_ones_do_not() {
        cases(
            "phone",
            &[
                "+49 30 901820",
                "+44 20 7219 4272",
                "0033 1 42 68 53 00",
                "(202) 456-1111",
                "202-456-1111",
                "020 7219 4272",
                "+1 (202) 456-1111",
            ],
            &[
                "+999 1234567",
                "2024561111",
                "(202) 555-0173",
                "+44 7700 900123",
                "12345",
                "1700000000",
                "4111 1111 1111 1111",
                "+1 222 222 2222",
                "2026-11-20 12:00",
                "",
            ],
        );
    }
}
