//! China resident identity (GB 11643-1999) and USCC (GB 32100-2015), Hong Kong HKID, Taiwan ID.

use super::{
    Strength::Digit,
    Validator, Verdict,
    digits::{base36, digits, is_date, symbols, two, weighted},
};

pub(super) const FAMILY: &[Validator] = &[
    Validator::new(
        "cn-ric",
        "https://openstd.samr.gov.cn (GB 11643-1999, ISO 7064 mod 11-2)",
        resident,
    ),
    Validator::new("cn-uscc", "https://openstd.samr.gov.cn (GB 32100-2015)", uscc),
    Validator::new("hk-hkid", "https://www.immd.gov.hk (HKID check digit)", hkid),
    Validator::new("tw-id", "https://www.ris.gov.tw (national identification number)", tw_id),
];

// Region, birth, serial, and a check symbol where X is ten.
fn resident(bytes: &[u8]) -> Verdict {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let Some([body @ .., check]) = symbols::<18>(bytes) else { return Verdict::Invalid };
    let Some(digits) = digits::<17>(&body) else { return Verdict::Invalid };
    let year = two(digits[6], digits[7]) * 100 + two(digits[8], digits[9]);
    let region = matches!(two(digits[0], digits[1]), 11..=15 | 21..=23 | 31..=37 | 41..=46 | 50..=54 | 61..=65 | 71 | 81..=83);
    let wanted = b"10X98765432".get((weighted(&digits, &WEIGHTS) % 11) as usize);
    Digit.when(
        region
            && is_date(year, two(digits[10], digits[11]), two(digits[12], digits[13]))
            && wanted == Some(&check),
    )
}

// Eighteen symbols of 31 (without I, O, S, V, Z); weights are the powers of three modulo 31.
fn uscc(bytes: &[u8]) -> Verdict {
    let Some(code) = symbols::<18>(bytes) else { return Verdict::Invalid };
    let [head @ .., check] = code;
    let value = |symbol: u8| -> Option<u32> {
        b"0123456789ABCDEFGHJKLMNPQRTUWXY"
            .iter()
            .position(|&known| known == symbol)?
            .try_into()
            .ok()
    };
    let weights = std::iter::successors(Some(1_u32), |weight| Some(weight * 3 % 31));
    let sum = head
        .iter()
        .zip(weights)
        .try_fold(0, |sum, (&symbol, weight)| Some(sum + value(symbol)? * weight));
    let region_is_digits = code.iter().skip(2).take(6).all(u8::is_ascii_digit);
    Digit
        .when(region_is_digits && sum.is_some_and(|sum| value(check) == Some((31 - sum % 31) % 31)))
}

// One or two letters, six digits, and a check digit (A is ten), usually in brackets.
fn hkid(bytes: &[u8]) -> Verdict {
    if bytes.len() > 14 {
        return Verdict::Invalid;
    }
    let mut plain = [b' '; 14];
    for (slot, &byte) in plain.iter_mut().zip(bytes) {
        *slot = if matches!(byte, b'(' | b')') { b' ' } else { byte };
    }
    // A missing first letter counts as 36.
    let (first, rest) = match symbols::<9>(&plain) {
        Some([first @ b'A'..=b'Z', rest @ ..]) => (u32::from(first - b'A') + 10, rest),
        Some(_) => return Verdict::Invalid,
        None => match symbols::<8>(&plain) {
            Some(rest) => (36, rest),
            None => return Verdict::Invalid,
        },
    };
    let [letter, number @ .., check] = rest;
    let values = rest.map(|symbol| base36(symbol).unwrap_or(0));
    let sum = first * 9 + weighted(&values, &[8, 7, 6, 5, 4, 3, 2, 1]);
    Digit.when(
        letter.is_ascii_uppercase()
            && number.iter().all(u8::is_ascii_digit)
            && (check.is_ascii_digit() || check == b'A')
            && sum.is_multiple_of(11),
    )
}

// A letter that stands for two digits, sex (1, 2) or residence (8, 9), serial, check.
fn tw_id(bytes: &[u8]) -> Verdict {
    const CODES: [u32; 26] = [
        10, 11, 12, 13, 14, 15, 16, 17, 34, 18, 19, 20, 21, 22, 35, 23, 24, 25, 26, 27, 28, 29, 32,
        30, 31, 33,
    ];
    let Some([letter @ b'A'..=b'Z', number @ ..]) = symbols::<10>(bytes) else {
        return Verdict::Invalid;
    };
    let Some(digits) = digits::<9>(&number) else { return Verdict::Invalid };
    let code = CODES.get(usize::from(letter - b'A')).copied().unwrap_or(0);
    let sum = code / 10 + code % 10 * 9 + weighted(&digits, &[8, 7, 6, 5, 4, 3, 2, 1, 1]);
    Digit.when(matches!(digits[0], 1 | 2 | 8 | 9) && sum.is_multiple_of(10))
}

#[cfg(test)]
mod tests {
    use crate::validator::cases;

    #[test]
    fn published_examples_hold_and_their_neighbours_do_not() {
        cases(
            "cn-ric",
            &["11010519491231002X", "440524188001010014"],
            &["110105194912310021", "11010519491331002X", "99010519491231002X"],
        );
        cases(
            "cn-uscc",
            &["91110000600037341L", "91350100M000100Y43"],
            &["91110000600037342L", "9135010OM000100Y43"],
        );
        cases(
            "hk-hkid",
            &["A123456(3)", "AB987654(3)", "A1234563"],
            &["A123456(4)", "1123456(3)", "A12345(3)"],
        );
        cases("tw-id", &["A123456789"], &["A123456788", "A323456789", "1234567890"]);
    }
}
