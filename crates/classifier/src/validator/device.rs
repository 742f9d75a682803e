//! Vehicles and devices: VIN (ISO 3779, 49 CFR 565), IMEI (3GPP TS 23.003), ICCID (ITU-T E.118).

use super::{
    Strength::{Digit, Structure},
    Validator, Verdict,
    digits::{Compact, all_same, digits, luhn, symbols, weighted},
};

pub(super) const FAMILY: &[Validator] = &[
    Validator::new("vin", "https://www.ecfr.gov/current/title-49/part-565", vin),
    Validator::new("imei", "https://www.3gpp.org/dynareport/23003.htm (TS 23.003 annex B)", imei),
    Validator::new("imsi", "https://www.itu.int/rec/T-REC-E.212", imsi),
    Validator::new("iccid", "https://www.itu.int/rec/T-REC-E.118", iccid),
];

// The check digit at place 9 is law in North America; elsewhere the number is only well formed.
fn vin(bytes: &[u8]) -> Verdict {
    const WEIGHTS: [u32; 17] = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
    let Some(vin) = symbols::<17>(bytes) else { return Verdict::Invalid };
    let mut values = [0; 17];
    for (value, symbol) in values.iter_mut().zip(vin) {
        let Some(letter_or_digit) = transliterate(symbol) else { return Verdict::Invalid };
        *value = letter_or_digit;
    }
    let serial_ends_in_digits = vin.iter().rev().take(3).all(u8::is_ascii_digit);
    let letters = vin.iter().any(u8::is_ascii_uppercase) && vin.iter().any(u8::is_ascii_digit);
    let check = match weighted(&values, &WEIGHTS) % 11 {
        10 => b'X',
        digit => b'0' + (digit & 0xF) as u8,
    };
    if vin[8] == check && letters && !all_same(&vin) {
        return Verdict::Valid(Digit);
    }
    let north_american = matches!(vin[0], b'1'..=b'5' | b'7');
    Structure.when(letters && serial_ends_in_digits && !north_american)
}

/// Letters count by their column: A and J as 1, B, K and S as 2, … without I, O and Q.
const fn transliterate(symbol: u8) -> Option<u8> {
    match symbol {
        b'0'..=b'9' => Some(symbol - b'0'),
        b'A'..=b'H' => Some(symbol - b'A' + 1),
        b'J'..=b'N' => Some(symbol - b'J' + 1),
        b'P' => Some(7),
        b'R' => Some(9),
        b'S'..=b'Z' => Some(symbol - b'S' + 2),
        _ => None,
    }
}

// Fifteen digits; the first two name the body that assigned the type.
fn imei(bytes: &[u8]) -> Verdict {
    Digit.when(digits::<15>(bytes).is_some_and(|number| {
        matches!(number, [0, 1, ..] | [1, 0, ..] | [3 | 5 | 9, ..] | [4 | 8, _, ..])
            && luhn(&number)
            && !all_same(&number)
    }))
}

// Country codes of E.212 run from 200 to 799; 001 is for tests.
fn imsi(bytes: &[u8]) -> Verdict {
    Structure.when(
        digits::<15>(bytes).is_some_and(|number| matches!(number[0], 2..=7) && !all_same(&number)),
    )
}

fn iccid(bytes: &[u8]) -> Verdict {
    Digit.when(Compact::<20>::digits(bytes).is_some_and(|number| {
        let digits = number.as_slice();
        digits.starts_with(&[8, 9]) && matches!(digits.len(), 19 | 20) && luhn(digits)
    }))
}

#[cfg(test)]
mod tests {
    use crate::validator::cases;

    #[test]
    fn published_examples_hold_and_their_neighbours_do_not() {
        cases(
            "vin",
            &["1M8GDM9AXKP042788", "5GZCZ43D13S812715", "WBA3A5C57CF256651"],
            &["1M8GDM9A1KP042788", "1M8GDM9AIKP042788", "11111111111111111"],
        );
        cases(
            "imei",
            &["49-015420-323751-8", "356938035643809"],
            &["490154203237519", "000000000000000"],
        );
        cases("imsi", &["262019876543210"], &["162019876543210", "26201987654321"]);
        cases("iccid", &["8931041010654378932"], &["8931041010654378933", "7931041010654378930"]);
    }
}
