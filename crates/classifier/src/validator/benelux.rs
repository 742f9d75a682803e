//! Netherlands BSN (11-test), Belgium national number (arrêté royal 3 April 1984), Luxembourg matricule.

use super::{
    Strength::{Digit, Strong},
    Validator, Verdict,
    digits::{Compact, all_same, digits, is_date, luhn, number, two, verhoeff},
};

pub(super) const FAMILY: &[Validator] = &[
    Validator::new("nl-bsn", "https://www.rvig.nl/bsn (elfproef)", bsn),
    Validator::new(
        "be-nn",
        "https://www.ibz.rrn.fgov.be (numéro de registre national, mod 97)",
        be_nn,
    ),
    Validator::new(
        "lu-matricule",
        "https://guichet.public.lu (matricule, Luhn and Verhoeff)",
        lu_matricule,
    ),
];

// Nine digits, or eight with the leading zero left out; the last counts minus one.
fn bsn(bytes: &[u8]) -> Verdict {
    Digit.when(Compact::<9>::digits(bytes).is_some_and(|compact| {
        let digits = compact.as_slice();
        let Some((&check, body)) = digits.split_last() else { return false };
        let sum: u32 =
            body.iter().rev().zip(2..).map(|(&digit, weight)| u32::from(digit) * weight).sum();
        digits.len() >= 8 && !all_same(digits) && sum % 11 == u32::from(check)
    }))
}

// Birth, serial, and 97 minus the remainder; a 2 in front since 2000. Bis numbers add 20 or 40 to the month,
// and when the serials of a day ran out, days are counted on past the end of the month.
fn be_nn(bytes: &[u8]) -> Verdict {
    Strong.when(digits::<11>(bytes).is_some_and(|digits| {
        let (body, key) = digits.split_at(9);
        let key = number(key);
        let month = two(digits[2], digits[3]) % 20;
        let holds = |body: u64| 97 - body % 97 == key;
        month <= 12
            && two(digits[2], digits[3]) <= 52
            && number(body) > 0
            && (holds(number(body)) || holds(number(body) + 2_000_000_000))
    }))
}

// Birth and serial; the twelfth digit completes Luhn, the thirteenth Verhoeff over the first eleven.
fn lu_matricule(bytes: &[u8]) -> Verdict {
    Strong.when(digits::<13>(bytes).is_some_and(|digits| {
        let (first, rest) = digits.split_at(11);
        let (Some(&luhn_digit), Some(&verhoeff_digit)) = (rest.first(), rest.last()) else {
            return false;
        };
        let with = |check: u8| {
            let mut number = [0; 12];
            for (slot, digit) in number.iter_mut().zip(first.iter().copied().chain([check])) {
                *slot = digit;
            }
            number
        };
        let year = two(digits[0], digits[1]) * 100 + two(digits[2], digits[3]);
        is_date(year, two(digits[4], digits[5]), two(digits[6], digits[7]))
            && luhn(&with(luhn_digit))
            && verhoeff(&with(verhoeff_digit))
    }))
}

#[cfg(test)]
mod tests {
    use crate::validator::cases;

    #[test]
    fn published_examples_hold_and_their_neighbours_do_not() {
        cases("nl-bsn", &["1112.22.333", "11122233 3"], &["111222334", "000000000", "1234567"]);
        cases(
            "be-nn",
            &["85.07.30-033 28", "17 07 30 033 84", "00.06.33-621.80"],
            &["85.07.30-033 29", "85.13.30-033 28", "00.06.33-621.81"],
        );
        cases(
            "lu-matricule",
            &["1893120105732"],
            &["1893120105733", "1893120105742", "1893130105732"],
        );
    }
}
