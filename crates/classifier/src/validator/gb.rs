//! United Kingdom and Ireland: NHS number (ISB 0149), NINO (HMRC NIM39110), UTR, driving licence, PPSN.

use super::{
    Strength::{Digit, Structure},
    Validator, Verdict,
    digits::{Compact, all_same, digits, symbols, two, weighted},
};

pub(super) const FAMILY: &[Validator] = &[
    Validator::new("gb-nhs", "https://www.datadictionary.nhs.uk/attributes/nhs_number.html", nhs),
    Validator::new(
        "gb-nino",
        "https://www.gov.uk/hmrc-internal-manuals/national-insurance-manual/nim39110",
        nino,
    ),
    Validator::new("gb-utr", "https://www.gov.uk/find-utr-number (modulus 11)", utr),
    Validator::new(
        "gb-driving-licence",
        "https://www.gov.uk/government/publications/driving-licence-number-format",
        licence,
    ),
    Validator::new(
        "ie-ppsn",
        "https://www.gov.ie/en/service/12e6de-get-a-personal-public-service-pps-number/",
        ppsn,
    ),
];

fn nhs(bytes: &[u8]) -> Verdict {
    Digit.when(digits::<10>(bytes).is_some_and(|number| {
        !all_same(&number) && weighted(&number, &[10, 9, 8, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11)
    }))
}

// Two letters, six digits, and A to D; some letters and pairs are not issued.
fn nino(bytes: &[u8]) -> Verdict {
    let Some([first, second, number @ .., suffix]) = symbols::<9>(bytes) else {
        return Verdict::Invalid;
    };
    let pair = [first, second];
    let withheld = [*b"BG", *b"GB", *b"NK", *b"KN", *b"TN", *b"NT", *b"ZZ"];
    Structure.when(
        pair.iter().all(u8::is_ascii_uppercase)
            && !b"DFIQUV".contains(&first)
            && !b"DFIQUVO".contains(&second)
            && !withheld.contains(&pair)
            && number.iter().all(u8::is_ascii_digit)
            && matches!(suffix, b'A'..=b'D'),
    )
}

// The first digit checks the nine after it.
fn utr(bytes: &[u8]) -> Verdict {
    let bytes = bytes.strip_suffix(b"K").or(bytes.strip_suffix(b"k")).unwrap_or(bytes);
    Digit.when(digits::<10>(bytes).is_some_and(|[check, body @ ..]| {
        let sum = weighted(&body, &[6, 7, 8, 9, 10, 5, 4, 3, 2]);
        let wanted = [2, 1, 9, 8, 7, 6, 5, 4, 3, 2, 1].get((sum % 11) as usize);
        !all_same(&body) && wanted == Some(&check)
    }))
}

// Surname (five, filled with 9), birth (decade, month + 50 for women, day, year), initials, three more.
fn licence(bytes: &[u8]) -> Verdict {
    let Some(licence) = symbols::<16>(bytes) else { return Verdict::Invalid };
    let (surname, rest) = licence.split_at(5);
    let (birth, rest) = rest.split_at(6);
    let Some([_, month_tens, month_ones, day_tens, day_ones, _]) = digits::<6>(birth) else {
        return Verdict::Invalid;
    };
    let name = |symbol: &u8| symbol.is_ascii_uppercase() || *symbol == b'9';
    let (initials, tail) = rest.split_at(2);
    Structure.when(
        surname.iter().all(name)
            && surname.first() != Some(&b'9')
            && initials.iter().all(name)
            && matches!(two(month_tens, month_ones), 1..=12 | 51..=62)
            && (1..=31).contains(&two(day_tens, day_ones))
            && tail.first().is_some_and(u8::is_ascii_digit)
            && tail.iter().skip(1).all(u8::is_ascii_uppercase),
    )
}

// Seven digits, a check letter, and since 2013 a second letter that counts nine times.
fn ppsn(bytes: &[u8]) -> Verdict {
    let Some(compact) = Compact::<9>::symbols(bytes) else { return Verdict::Invalid };
    let Some((number, letters)) = compact.as_slice().split_at_checked(7) else {
        return Verdict::Invalid;
    };
    let Some(number) = digits::<7>(number) else { return Verdict::Invalid };
    let (check, extra) = match letters {
        [check] | [check, b'W' | b'T' | b'X'] => (*check, 0),
        [check, second @ b'A'..=b'I'] => (*check, u32::from(second - b'A' + 1)),
        _ => return Verdict::Invalid,
    };
    let sum = weighted(&number, &[8, 7, 6, 5, 4, 3, 2]) + 9 * extra;
    Digit.when(b"WABCDEFGHIJKLMNOPQRSTUV".get((sum % 23) as usize) == Some(&check))
}

#[cfg(test)]
mod tests {
    use crate::validator::cases;

    #[test]
    fn published_examples_hold_and_their_neighbours_do_not() {
        cases("gb-nhs", &["943 476 5919"], &["943 476 5918", "000 000 0000"]);
        cases(
            "gb-nino",
            &["AB 12 34 56 C", "ab123456c"],
            &["QQ 12 34 56 C", "BG123456A", "AB123456E", "AB12345C"],
        );
        cases("gb-utr", &["1955839661", "1955839661K"], &["2955839661"]);
        cases(
            "gb-driving-licence",
            &["MORGA657054SM9IJ", "MORGA 657054 SM9IJ"],
            &["MORGA671054SM9IJ", "MORGA657324SM9IJ", "99999657054SM9IJ"],
        );
        cases(
            "ie-ppsn",
            &["6433435F", "6433435FT", "6433435OA"],
            &["6433435E", "6433435FB", "643343F"],
        );
    }
}
