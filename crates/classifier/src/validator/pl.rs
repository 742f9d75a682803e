//! Poland: PESEL (Act on Population Registration 2010), NIP, REGON, identity card.

use super::{
    Strength::Digit,
    Validator, Verdict,
    digits::{Compact, all_same, base36, digits, is_date, symbols, two, weighted},
};

pub(super) const FAMILY: &[Validator] = &[
    Validator::new("pl-pesel", "https://www.gov.pl/web/gov/czym-jest-numer-pesel", pesel),
    Validator::new("pl-nip", "https://www.podatki.gov.pl (NIP)", nip),
    Validator::new("pl-regon", "https://stat.gov.pl (REGON)", regon),
    Validator::new(
        "pl-id-card",
        "https://www.gov.pl/web/mswia (dowód osobisty, ICAO 9303 weights)",
        id_card,
    ),
];

// The month carries the century: +80 for 18xx, +0 for 19xx, +20, +40, +60 for 20xx to 22xx.
fn pesel(bytes: &[u8]) -> Verdict {
    Digit.when(digits::<11>(bytes).is_some_and(|number| {
        let month = two(number[2], number[3]);
        let century = match month / 20 {
            4 => 1800,
            centuries => 1900 + 100 * centuries,
        };
        let year = century + two(number[0], number[1]);
        is_date(year, month % 20, two(number[4], number[5]))
            && weighted(&number, &[1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]).is_multiple_of(10)
    }))
}

fn nip(bytes: &[u8]) -> Verdict {
    let number = bytes.strip_prefix(b"PL").unwrap_or(bytes);
    Digit.when(digits::<10>(number).is_some_and(|number| {
        let sum = weighted(&number, &[6, 5, 7, 2, 3, 4, 5, 6, 7]);
        !all_same(&number) && sum % 11 == u32::from(number[9])
    }))
}

// Nine digits, or fourteen for a local unit, whose first nine must hold as well.
fn regon(bytes: &[u8]) -> Verdict {
    let Some(number) = Compact::<14>::digits(bytes) else { return Verdict::Invalid };
    let holds = |digits: &[u8], weights: &[u32]| {
        digits.last().is_some_and(|&check| weighted(digits, weights) % 11 % 10 == u32::from(check))
    };
    let short = |digits: &[u8]| !all_same(digits) && holds(digits, &[8, 9, 2, 3, 4, 5, 6, 7]);
    Digit.when(match number.as_slice() {
        digits @ [_, _, _, _, _, _, _, _, _] => short(digits),
        digits if digits.len() == 14 => {
            digits.get(..9).is_some_and(short)
                && holds(digits, &[2, 4, 8, 5, 0, 9, 7, 3, 6, 1, 2, 4, 8])
        }
        _ => false,
    })
}

// Three letters and six digits; the first digit is the check digit.
fn id_card(bytes: &[u8]) -> Verdict {
    Digit.when(symbols::<9>(bytes).is_some_and(|number| {
        let (letters, digits) = number.split_at(3);
        let values = number.map(|symbol| base36(symbol).unwrap_or(0));
        letters.iter().all(u8::is_ascii_uppercase)
            && digits.iter().all(u8::is_ascii_digit)
            && weighted(&values, &[7, 3, 1, 9, 7, 3, 1, 7, 3]).is_multiple_of(10)
    }))
}

#[cfg(test)]
mod tests {
    use crate::validator::cases;

    #[test]
    fn published_examples_hold_and_their_neighbours_do_not() {
        cases(
            "pl-pesel",
            &["44051401359", "02070803628"],
            &["44051401358", "44951401359", "4405140135"],
        );
        cases("pl-nip", &["8567346215", "PL 856-734-62-15"], &["8567346216", "0000000000"]);
        cases(
            "pl-regon",
            &["192598184", "12345678512347"],
            &["192598183", "12345678512348", "1234567"],
        );
        cases("pl-id-card", &["ABA300000", "ABA 300000"], &["ABA300001", "1BA300000"]);
    }
}
