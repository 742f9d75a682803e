//! Finland HETU, Sweden personnummer (SKV 704), Norway fødselsnummer, Denmark CPR, Iceland kennitala.

use super::{
    Strength::{Digit, Strong, Structure},
    Validator, Verdict,
    digits::{Compact, digits, is_date, luhn, number, two, weighted},
};

pub(super) const FAMILY: &[Validator] = &[
    Validator::new("fi-hetu", "https://dvv.fi/en/personal-identity-code", hetu),
    Validator::new("se-personnummer", "https://www.skatteverket.se (SKV 704)", personnummer),
    Validator::new(
        "no-fodselsnummer",
        "https://www.skatteetaten.no (fødselsnummer, D-nummer)",
        fodselsnummer,
    ),
    Validator::new("dk-cpr", "https://cpr.dk (Personnummeret i CPR)", cpr),
    Validator::new("is-kennitala", "https://www.skra.is (kennitala)", kennitala),
];

// Birth, a sign for the century, a serial, and the remainder by 31 in an alphabet of its own.
fn hetu(bytes: &[u8]) -> Verdict {
    let Some([birth @ .., sign, s1, s2, s3, check]) = bytes.first_chunk::<11>() else {
        return Verdict::Invalid;
    };
    let (Some(birth), Some(serial)) = (digits::<6>(birth), digits::<3>(&[*s1, *s2, *s3])) else {
        return Verdict::Invalid;
    };
    let century = match sign.to_ascii_uppercase() {
        b'+' => 1800,
        b'-' | b'U'..=b'Y' => 1900,
        b'A'..=b'F' => 2000,
        _ => return Verdict::Invalid,
    };
    let remainder = (number(&birth) * 1000 + number(&serial)) % 31;
    let wanted = usize::try_from(remainder)
        .ok()
        .and_then(|place| b"0123456789ABCDEFHJKLMNPRSTUVWXY".get(place));
    Digit.when(
        bytes.len() == 11
            && number(&serial) >= 2
            && is_date(
                century + two(birth[4], birth[5]),
                two(birth[2], birth[3]),
                two(birth[0], birth[1]),
            )
            && wanted == Some(&check.to_ascii_uppercase()),
    )
}

// Ten digits, or twelve with the century; coordination numbers add 60 to the day, `+` is for 100 years.
fn personnummer(bytes: &[u8]) -> Verdict {
    let mut plain = [b' '; 16];
    if bytes.len() > plain.len() {
        return Verdict::Invalid;
    }
    for (slot, &byte) in plain.iter_mut().zip(bytes) {
        *slot = if byte == b'+' { b'-' } else { byte };
    }
    let Some(compact) = Compact::<12>::digits(&plain) else { return Verdict::Invalid };
    let Some((century, short)) = compact.as_slice().split_last_chunk::<10>() else {
        return Verdict::Invalid;
    };
    let year = two(short[0], short[1]);
    let month = two(short[2], short[3]);
    let day = two(short[4], short[5]);
    let day = if day > 60 { day - 60 } else { day };
    let born = match century {
        [] => is_date(1900 + year, month, day) || is_date(2000 + year, month, day),
        [tens, ones] => {
            matches!(two(*tens, *ones), 18..=20)
                && is_date(two(*tens, *ones) * 100 + year, month, day)
        }
        _ => false,
    };
    Digit.when(born && luhn(short))
}

// Birth, serial and two check digits. D numbers add 40 to the day, help numbers 40 to the month.
fn fodselsnummer(bytes: &[u8]) -> Verdict {
    Strong.when(digits::<11>(bytes).is_some_and(|digits| {
        let first = weighted(&digits, &[3, 7, 6, 1, 8, 9, 4, 5, 2, 1]);
        let second = weighted(&digits, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]);
        let day = two(digits[0], digits[1]) % 40;
        let month = two(digits[2], digits[3]) % 40;
        let serial = u32::from(digits[6]) * 100 + two(digits[7], digits[8]);
        let short_year = two(digits[4], digits[5]);
        let year = match (serial, short_year) {
            (0..=499, _) | (900..=999, 40..) => 1900 + short_year,
            (500..=749, 54..) => 1800 + short_year,
            (500..=999, 0..40) => 2000 + short_year,
            _ => return false,
        };
        two(digits[0], digits[1]) < 72
            && is_date(year, month, day)
            && first.is_multiple_of(11)
            && second.is_multiple_of(11)
    }))
}

// Since 2007 numbers without the check digit are issued too, so it can only raise the strength.
fn cpr(bytes: &[u8]) -> Verdict {
    let Some(digits) = digits::<10>(bytes) else { return Verdict::Invalid };
    let short_year = two(digits[4], digits[5]);
    let year = match (digits[6], short_year) {
        (0..=3, _) | (4 | 9, 37..) => 1900 + short_year,
        (5..=8, 58..) => 1800 + short_year,
        _ => 2000 + short_year,
    };
    let checked = weighted(&digits, &[4, 3, 2, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11);
    let strength = if checked { Digit } else { Structure };
    strength.when(is_date(year, two(digits[2], digits[3]), two(digits[0], digits[1])))
}

// Companies add 40 to the day; the last digit is the century.
fn kennitala(bytes: &[u8]) -> Verdict {
    Digit.when(digits::<10>(bytes).is_some_and(|digits| {
        let century = match digits[9] {
            8 => 1800,
            9 => 1900,
            0 => 2000,
            _ => return false,
        };
        let day = two(digits[0], digits[1]) % 40;
        two(digits[0], digits[1]) <= 71
            && is_date(century + two(digits[4], digits[5]), two(digits[2], digits[3]), day)
            && weighted(&digits, &[3, 2, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11)
    }))
}

#[cfg(test)]
mod tests {
    use crate::validator::cases;

    #[test]
    fn published_examples_hold_and_their_neighbours_do_not() {
        cases(
            "fi-hetu",
            &["131052-308T", "131052a308t"],
            &["131052-308U", "131352-308T", "131052-308", "131052-308TT"],
        );
        cases(
            "se-personnummer",
            &["880320-0016", "19880320-0016", "8803200016", "811218-9876"],
            &["880320-0018", "881320-0016", "17880320-0016"],
        );
        cases("no-fodselsnummer", &["151086 95088"], &["151086 95089", "151386 95088"]);
        cases("dk-cpr", &["211062-5629"], &["511062-5629", "211362-5629", "21106256"]);
        cases(
            "is-kennitala",
            &["450401-3150", "120174-3399"],
            &["530575-0299", "320174-3399", "120174-3397"],
        );
    }
}
