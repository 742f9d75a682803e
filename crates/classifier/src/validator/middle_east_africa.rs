//! Israel, United Arab Emirates, Saudi Arabia, South Africa, Egypt, Nigeria: identity numbers.

use super::{
    Strength::{Digit, Structure},
    Validator, Verdict,
    digits::{Compact, all_same, digits, is_date, luhn, two},
};

pub(super) const FAMILY: &[Validator] = &[
    Validator::new("il-id", "https://www.gov.il (Teudat Zehut, Luhn)", il_id),
    Validator::new("ae-emirates-id", "https://icp.gov.ae (Emirates ID, Luhn)", emirates_id),
    Validator::new("sa-id", "https://www.absher.sa (national ID and Iqama, Luhn)", sa_id),
    Validator::new("za-id", "https://www.dha.gov.za (identity number, Luhn)", za_id),
    Validator::new("eg-nid", "https://moi.gov.eg (national number, structure)", eg_nid),
    Validator::new("ng-nin", "https://nimc.gov.ng (NIN, no public check)", ng_nin),
];

// Nine digits, or eight with the leading zero left out, which the sum does not see.
fn il_id(bytes: &[u8]) -> Verdict {
    Digit.when(Compact::<9>::digits(bytes).is_some_and(|compact| {
        let digits = compact.as_slice();
        digits.len() >= 8 && !all_same(digits) && luhn(digits)
    }))
}

fn emirates_id(bytes: &[u8]) -> Verdict {
    Digit.when(digits::<15>(bytes).is_some_and(|digits| {
        let year = two(digits[3], digits[4]) * 100 + two(digits[5], digits[6]);
        digits.starts_with(&[7, 8, 4]) && (1900..=2099).contains(&year) && luhn(&digits)
    }))
}

// 1 for citizens, 2 for residents.
fn sa_id(bytes: &[u8]) -> Verdict {
    Digit.when(digits::<10>(bytes).is_some_and(|digits| {
        matches!(digits[0], 1 | 2) && !all_same(&digits[1..]) && luhn(&digits)
    }))
}

// Birth, serial, citizenship 0 or 1 (2 for refugees), an old race digit, Luhn.
fn za_id(bytes: &[u8]) -> Verdict {
    Digit.when(digits::<13>(bytes).is_some_and(|digits| {
        let year = two(digits[0], digits[1]);
        let (month, day) = (two(digits[2], digits[3]), two(digits[4], digits[5]));
        (is_date(1900 + year, month, day) || is_date(2000 + year, month, day))
            && digits[10] <= 2
            && luhn(&digits)
    }))
}

// Century, birth, governorate; the check digit's rule is not published.
fn eg_nid(bytes: &[u8]) -> Verdict {
    Structure.when(digits::<14>(bytes).is_some_and(|digits| {
        let century = match digits[0] {
            2 => 1900,
            3 => 2000,
            _ => return false,
        };
        let year = century + two(digits[1], digits[2]);
        is_date(year, two(digits[3], digits[4]), two(digits[5], digits[6]))
            && matches!(two(digits[7], digits[8]), 1..=4 | 11..=19 | 21..=29 | 31..=35 | 88)
    }))
}

fn ng_nin(bytes: &[u8]) -> Verdict {
    Structure.when(digits::<11>(bytes).is_some_and(|digits| digits[0] != 0 && !all_same(&digits)))
}

#[cfg(test)]
mod tests {
    use crate::validator::cases;

    #[test]
    fn well_formed_numbers_hold_and_their_neighbours_do_not() {
        cases("il-id", &["3933742-3", "39337423"], &["3933742-2", "000000000"]);
        cases(
            "ae-emirates-id",
            &["784-1984-1234567-4"],
            &["784-1984-1234567-5", "783-1984-1234567-3"],
        );
        cases("sa-id", &["1012345672"], &["1012345673", "3012345672"]);
        cases("za-id", &["750330 5044 089"], &["750330 5044 088", "751330 5044 089"]);
        cases(
            "eg-nid",
            &["29001011234567"],
            &["19001011234567", "29013011234567", "29001019934567"],
        );
        cases("ng-nin", &["12345678910"], &["01234567891", "11111111111", "1234567891"]);
    }
}
