//! India: Aadhaar (UIDAI, Verhoeff), PAN (Income-tax Rules 114), GSTIN (GSTN), voter card (ECI).

use super::{
    Strength::{Digit, Structure},
    Validator, Verdict,
    digits::{base36, digits, luhn, symbols, two, verhoeff},
};

pub(super) const FAMILY: &[Validator] = &[
    Validator::new(
        "in-aadhaar",
        "https://uidai.gov.in (Aadhaar numbering scheme, Verhoeff)",
        aadhaar,
    ),
    Validator::new(
        "in-pan",
        "https://incometaxindia.gov.in (Permanent Account Number structure)",
        pan,
    ),
    Validator::new("in-gstin", "https://www.gstn.org.in (GSTIN structure)", gstin),
    Validator::new("in-epic", "https://www.eci.gov.in (EPIC number, Luhn)", epic),
];

// The first digit is never 0 or 1, and the number never reads the same backwards.
fn aadhaar(bytes: &[u8]) -> Verdict {
    Digit.when(digits::<12>(bytes).is_some_and(|number| {
        number[0] >= 2 && !number.iter().eq(number.iter().rev()) && verhoeff(&number)
    }))
}

fn pan(bytes: &[u8]) -> Verdict {
    Structure.when(symbols::<10>(bytes).is_some_and(|number| is_pan(&number)))
}

/// Five letters, of which the fourth is the kind of holder, four digits not all zero, a letter.
fn is_pan(number: &[u8]) -> bool {
    let Ok([letters @ .., first, second, third, fourth, last]) = <&[u8; 10]>::try_from(number)
    else {
        return false;
    };
    let serial = [first, second, third, fourth];
    letters.iter().all(u8::is_ascii_uppercase)
        && b"ABCFGHJKLPT".contains(&letters[3])
        && serial.iter().all(|symbol| symbol.is_ascii_digit())
        && serial != [&b'0'; 4]
        && last.is_ascii_uppercase()
}

// State code, PAN, entity number, Z, and a Luhn sum in base 36.
fn gstin(bytes: &[u8]) -> Verdict {
    let Some(number) = symbols::<15>(bytes) else { return Verdict::Invalid };
    let [first, second, middle @ .., entity, fixed, _] = number;
    let Some([tens, ones]) = digits::<2>(&[first, second]) else { return Verdict::Invalid };
    Digit.when(
        matches!(two(tens, ones), 1..=38 | 97 | 99)
            && is_pan(&middle)
            && entity != b'0'
            && fixed == b'Z'
            && luhn_36(&number),
    )
}

/// Luhn with 36 symbols, counting from the right.
fn luhn_36(number: &[u8]) -> bool {
    let values = number.iter().rev().map(|&symbol| u32::from(base36(symbol).unwrap_or(0)));
    let sum: u32 = values
        .zip([1, 2].into_iter().cycle())
        .map(|(value, factor)| value * factor / 36 + value * factor % 36)
        .sum();
    sum.is_multiple_of(36)
}

fn epic(bytes: &[u8]) -> Verdict {
    let Some([first, second, third, number @ ..]) = symbols::<10>(bytes) else {
        return Verdict::Invalid;
    };
    Digit.when(
        [first, second, third].iter().all(u8::is_ascii_uppercase)
            && digits::<7>(&number).is_some_and(|number| luhn(&number)),
    )
}

#[cfg(test)]
mod tests {
    use crate::validator::cases;

    #[test]
    fn well_formed_numbers_hold_and_their_neighbours_do_not() {
        cases(
            "in-aadhaar",
            &["2341 2341 2346"],
            &["2341 2341 2347", "1341 2341 2346", "222222222222"],
        );
        cases("in-pan", &["ACUPA7085R", "abcpe1234f"], &["ACUXA7085R", "ACUPA0000R", "ACUPA708R5"]);
        cases(
            "in-gstin",
            &["27AAPFU0939F1ZV"],
            &["27AAPFU0939F1ZW", "47AAPFU0939F1ZV", "27AAPFU0939F1YV"],
        );
        cases("in-epic", &["WKH1186253"], &["WKH1186254", "WK11186253"]);
    }
}
