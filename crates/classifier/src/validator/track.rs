//! Magnetic stripe data (ISO/IEC 7813): track 1 `%B…?` and track 2 `;…?`, with the LRC if it is there.

use super::{
    Strength::Strong,
    Validator, Verdict,
    card::is_card,
    digits::{Compact, two},
};

pub(super) const FAMILY: &[Validator] = &[Validator::new(
    "track-data",
    "https://www.iso.org/standard/43317.html (ISO/IEC 7813)",
    track,
)];

fn track(bytes: &[u8]) -> Verdict {
    Strong.when(first_track(bytes).or_else(|| second_track(bytes)).unwrap_or(false))
}

// %B card ^ name ^ YYMM service … ? — the LRC is the exclusive or of all symbols, six bits each.
fn first_track(bytes: &[u8]) -> Option<bool> {
    let tail = bytes.strip_prefix(b"%").unwrap_or(bytes);
    let tail = tail.strip_prefix(b"B").or_else(|| tail.strip_prefix(b"b"))?;
    let mut fields = tail.split(|&byte| byte == b'^');
    let (number, name, rest) = (fields.next()?, fields.next()?, fields.next()?);
    Some(
        is_number(number)
            && (2..=26).contains(&name.len())
            && is_expiry(rest)
            && lrc_holds(bytes, 0x20, 0x3F),
    )
}

// ; card = YYMM service … ? — four bits each.
fn second_track(bytes: &[u8]) -> Option<bool> {
    let tail = bytes.strip_prefix(b";").unwrap_or(bytes);
    let mut fields = tail.split(|&byte| byte == b'=' || byte == b'D');
    let (number, rest) = (fields.next()?, fields.next()?);
    Some(is_number(number) && is_expiry(rest) && lrc_holds(bytes, 0x30, 0x0F))
}

fn is_number(field: &[u8]) -> bool {
    Compact::<19>::digits(field).is_some_and(|number| is_card(number.as_slice()))
}

/// Year, month and the three digits of the service code.
fn is_expiry(field: &[u8]) -> bool {
    match field.first_chunk::<7>() {
        Some(start) if start.iter().all(u8::is_ascii_digit) => {
            (1..=12).contains(&two(start[2] - b'0', start[3] - b'0'))
        }
        _ => false,
    }
}

/// Whether the symbol after the end mark, if there is one, is the longitudinal redundancy check.
fn lrc_holds(bytes: &[u8], offset: u8, mask: u8) -> bool {
    let Some(end) = bytes.iter().position(|&byte| byte == b'?') else { return true };
    let (Some(covered), Some([lrc])) = (bytes.get(..=end), bytes.get(end + 1..)) else {
        return true;
    };
    let sum = covered.iter().fold(0, |sum, byte| sum ^ byte.wrapping_sub(offset));
    sum & mask == lrc.wrapping_sub(offset) & mask
}

#[cfg(test)]
mod tests {
    use crate::validator::cases;

    #[test]
    fn both_tracks_hold_with_a_real_card_and_month() {
        cases(
            "track-data",
            &[
                "%B4111111111111111^DOE/JANE^29041010000000000000?",
                ";4111111111111111=29041010000000000?",
                "4111111111111111=29041010000000000",
                // The LRC of the digits, the separator and the end mark.
                ";4111111111111111=2904101?3",
            ],
            &[
                "%B4111111111111112^DOE/JANE^29041010000000000000?",
                "%B4111111111111111^DOE/JANE^29131010000000000000?",
                ";4111111111111111=2913101?",
                ";4111111111111111=2904101?2",
                ";4111111111111111",
                "",
            ],
        );
    }
}
