//! Calendar dates: dates of birth in the usual notations (ISO 8601, day or month first), card expiry.

use super::{
    Strength::Structure,
    Validator, Verdict,
    digits::{is_date, number},
};

pub(super) const FAMILY: &[Validator] = &[
    Validator::new(
        "date-of-birth",
        "https://www.iso.org/iso-8601-date-and-time-format.html",
        birth,
    ),
    Validator::new("card-expiry", "https://www.emvco.com (ISO/IEC 7813, YYMM)", expiry),
];

/// The last year of birth that is believed; scans must not read the clock.
const LAST_YEAR: u32 = 2026;

/// Up to three words of letters or digits between separators.
struct Parts<'a> {
    words: [&'a [u8]; 3],
    count: usize,
}

fn parts(bytes: &[u8]) -> Option<Parts<'_>> {
    let mut parts = Parts { words: [&[]; 3], count: 0 };
    for word in bytes.split(|byte| b" ,./-".contains(byte)).filter(|word| !word.is_empty()) {
        *parts.words.get_mut(parts.count)? = word;
        parts.count += 1;
    }
    Some(parts)
}

// 1984-02-29, 29.02.1984, 02/29/1984, 29 Feb 1984, February 29th, 1984, 19840229, 29.02.84.
fn birth(bytes: &[u8]) -> Verdict {
    let Some(Parts { words: [first, second, third], count }) = parts(bytes) else {
        return Verdict::Invalid;
    };
    Structure.when(match count {
        1 if first.len() == 8 => {
            let (year, rest) = first.split_at(4);
            let (month, day) = rest.split_at(2);
            is_birth(value(year), value(month), value(day))
        }
        3 if first.len() == 4 => is_birth(value(first), month(second), value(second_digits(third))),
        3 => {
            let year = full_year(third);
            let day_first = is_birth(year, month(second), value(second_digits(first)));
            day_first || is_birth(year, month(first), value(second_digits(second)))
        }
        _ => false,
    })
}

fn is_birth(year: Option<u32>, month: Option<u32>, day: Option<u32>) -> bool {
    match (year, month, day) {
        (Some(year), Some(month), Some(day)) => {
            (1900..=LAST_YEAR).contains(&year) && is_date(year, month, day)
        }
        _ => false,
    }
}

/// The digits of `29th`, `1st`, `2nd`, `3rd` or plain `29`.
fn second_digits(word: &[u8]) -> &[u8] {
    let end = [&b"th"[..], b"st", b"nd", b"rd"].into_iter().find_map(|end| word.strip_suffix(end));
    end.unwrap_or(word)
}

/// Four digits as they are; two digits in the century that makes them past.
fn full_year(word: &[u8]) -> Option<u32> {
    match (word.len(), value(word)?) {
        (4, year) => Some(year),
        (2, year) if year <= LAST_YEAR % 100 => Some(2000 + year),
        (2, year) => Some(1900 + year),
        _ => None,
    }
}

fn value(word: &[u8]) -> Option<u32> {
    let mut digits = [0; 4];
    let digits = digits.get_mut(..word.len())?;
    for (digit, symbol) in digits.iter_mut().zip(word) {
        *digit = symbol.is_ascii_digit().then(|| symbol - b'0')?;
    }
    (!digits.is_empty()).then(|| u32::try_from(number(digits)).ok())?
}

/// A month as one or two digits, or as a name or its first three letters (English, German, French,
/// Spanish, Italian, Dutch share them but for a few).
fn month(word: &[u8]) -> Option<u32> {
    if word.len() <= 2 {
        return value(word);
    }
    let named = |names: &&[&[u8]]| {
        names.iter().any(|name| {
            word.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name))
        })
    };
    let place = MONTHS.iter().position(named)?;
    (word.len() <= 12).then(|| u32::try_from(place + 1).ok())?
}

/// The beginnings of the names of the months.
const MONTHS: [&[&[u8]]; 12] = [
    &[b"jan", b"gen", b"ene"],
    &[b"feb", b"f\xC3\xA9v"],
    &[b"mar", b"m\xC3\xA4r", b"mrt"],
    &[b"apr", b"avr", b"abr"],
    &[b"may", b"mai", b"mei", b"mag"],
    &[b"jun", b"giu", b"juin"],
    &[b"jul", b"lug", b"juil"],
    &[b"aug", b"aou", b"ago", b"ao\xC3\xBB"],
    &[b"sep", b"set"],
    &[b"oct", b"okt", b"ott"],
    &[b"nov"],
    &[b"dec", b"dez", b"dic", b"d\xC3\xA9c"],
];

// 04/29, 04/2029, 04-29, Apr 2029; the years a card can have been issued for.
fn expiry(bytes: &[u8]) -> Verdict {
    let Some(Parts { words: [first, second, _], count: 2 }) = parts(bytes) else {
        return Verdict::Invalid;
    };
    let year = match (second.len(), value(second)) {
        (4, Some(year)) => Some(year),
        (2, Some(year)) => Some(2000 + year),
        _ => None,
    };
    Structure.when(
        month(first).is_some_and(|month| (1..=12).contains(&month))
            && year.is_some_and(|year| (2000..=2049).contains(&year)),
    )
}

#[cfg(test)]
mod tests {
    use crate::validator::cases;

    #[test]
    fn only_days_that_exist_hold() {
        cases(
            "date-of-birth",
            &[
                "1984-02-29",
                "29.02.1984",
                "02/29/1984",
                "29/02/84",
                "29 Feb 1984",
                "February 29th, 1984",
                "19840229",
                "1 août 1990",
                "3. März 1962",
                "2026-01-01",
            ],
            &[
                "1983-02-29",
                "31.04.1990",
                "13/13/1990",
                "1899-12-31",
                "2027-01-01",
                "1984-02",
                "1984",
                "",
                "1/2/3/4",
                "99 Foo 1990",
            ],
        );
        cases(
            "card-expiry",
            &["04/29", "12/2031", "Apr 2029", "1-30"],
            &["13/29", "00/29", "04/1999", "04/2050", "04", "04/29/31", ""],
        );
    }
}
