//! Telephone numbers (ITU-T E.164) by the metadata of Google's libphonenumber.
//!
//! The metadata is read on first use (tens of milliseconds, once), so everything that can be refused
//! by counting digits is refused before. National forms are tried in a few regions only: every
//! region more makes another share of all digit groups a telephone number.

use rlibphonenumber::{PHONE_NUMBER_UTIL, enums::Region};

use super::{Strength::Structure, Validator, Verdict, digits::all_same};

pub(super) const FAMILY: &[Validator] = &[Validator::new(
    "phone",
    "https://www.itu.int/rec/T-REC-E.164 and https://github.com/google/libphonenumber",
    phone,
)];

/// Regions whose national numbers begin with a zero, tried in this order.
const REGIONS_WITH_ZERO: [Region; 5] = [Region::GB, Region::DE, Region::FR, Region::AU, Region::NL];

/// Regions whose national numbers do not.
const REGIONS_WITHOUT_ZERO: [Region; 1] = [Region::US];

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
    if text.starts_with('+') {
        return is_valid(text, None);
    }
    if let Some(rest) = text.strip_prefix("00") {
        return is_valid(&format!("+{rest}"), None);
    }
    // Without a country the groups are the only sign that this is a telephone number.
    if text.len() == digits.len() {
        return false;
    }
    let regions: &[Region] =
        if digits.starts_with(b"0") { &REGIONS_WITH_ZERO } else { &REGIONS_WITHOUT_ZERO };
    regions.iter().any(|region| is_valid(text, Some(*region)))
}

fn is_valid(text: &str, region: Option<Region>) -> bool {
    PHONE_NUMBER_UTIL.parse(text, region).is_ok_and(|number| number.is_valid())
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
