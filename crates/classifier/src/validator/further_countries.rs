//! Iran, Kazakhstan, Kuwait, Guatemala, El Salvador: identity numbers.

use super::{
    Strength::Digit,
    Validator, Verdict,
    digits::{all_same, digits, is_date, two, weighted},
};

pub(super) const FAMILY: &[Validator] = &[
    Validator::new("ir-national-code", "https://www.sabteahval.ir (national code)", ir_code),
    Validator::new("kz-iin", "https://adilet.zan.kz/eng/docs/Z070000223_ (IIN)", kz_iin),
    Validator::new("kw-civil-id", "https://www.paci.gov.kw (civil number)", kw_civil_id),
    Validator::new("gt-cui", "https://www.renap.gob.gt (CUI)", gt_cui),
    Validator::new("sv-dui", "https://www.rnpn.gob.sv (DUI)", sv_dui),
];

fn ir_code(bytes: &[u8]) -> Verdict {
    Digit.when(digits::<10>(bytes).is_some_and(|digits| {
        let rest = weighted(&digits[..9], &[10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11;
        let check = if rest < 2 { rest } else { 11 - rest };
        !all_same(&digits) && u32::from(digits[9]) == check
    }))
}

// Birth, century and sex, serial; a second row of weights where the first leaves ten.
fn kz_iin(bytes: &[u8]) -> Verdict {
    Digit.when(digits::<12>(bytes).is_some_and(|digits| {
        let century = match digits[6] {
            1 | 2 => 1800,
            3 | 4 => 1900,
            5 | 6 => 2000,
            _ => return false,
        };
        let first = weighted(&digits[..11], &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]) % 11;
        let second = weighted(&digits[..11], &[3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2]) % 11;
        let check = if first == 10 { second } else { first };
        is_birth(century, &digits[..6]) && u32::from(digits[11]) == check
    }))
}

// Century, birth, serial.
fn kw_civil_id(bytes: &[u8]) -> Verdict {
    Digit.when(digits::<12>(bytes).is_some_and(|digits| {
        let century = match digits[0] {
            2 => 1900,
            3 => 2000,
            _ => return false,
        };
        let rest = weighted(&digits[..11], &[2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]) % 11;
        is_birth(century, &digits[1..7]) && u32::from(digits[11]) == 11 - rest
    }))
}

// Number, check digit, department (22 of them) and municipality of birth.
fn gt_cui(bytes: &[u8]) -> Verdict {
    Digit.when(digits::<13>(bytes).is_some_and(|digits| {
        let check = weighted(&digits[..8], &[2, 3, 4, 5, 6, 7, 8, 9]) % 11;
        let (department, town) = (two(digits[9], digits[10]), two(digits[11], digits[12]));
        u32::from(digits[8]) == check && (1..=22).contains(&department) && (1..=38).contains(&town)
    }))
}

fn sv_dui(bytes: &[u8]) -> Verdict {
    Digit.when(digits::<9>(bytes).is_some_and(|digits| {
        let rest = weighted(&digits[..8], &[9, 8, 7, 6, 5, 4, 3, 2]) % 10;
        !all_same(&digits) && u32::from(digits[8]) == (10 - rest) % 10
    }))
}

/// Whether six digits are a day of that century, the year first.
fn is_birth(century: u32, digits: &[u8]) -> bool {
    let &[y1, y2, m1, m2, d1, d2] = digits else { return false };
    is_date(century + two(y1, y2), two(m1, m2), two(d1, d2))
}

#[cfg(test)]
mod tests {
    use crate::validator::cases;

    // Made by the published sums.
    #[test]
    fn well_formed_numbers_hold_and_their_neighbours_do_not() {
        cases("ir-national-code", &["0499370899", "0684159414"], &["0684159415", "1111111111"]);
        cases("kz-iin", &["850715300102"], &["850715300103", "851315300102", "850715900102"]);
        cases("kw-civil-id", &["285071500012"], &["285071500013", "485071500012"]);
        cases("gt-cui", &["2345 67899 0101"], &["2345 67899 2301", "2345 67898 0101"]);
        cases("sv-dui", &["01234567-8"], &["01234567-4", "00000000-0"]);
    }
}
