//! Japan My Number (総務省令 85/2014) and corporate number, Korea RRN and BRN.

use super::{
    Strength::{Digit, Structure},
    Validator, Verdict,
    digits::{all_same, digits, is_date, number, two, weighted},
};

pub(super) const FAMILY: &[Validator] = &[
    Validator::new("jp-my-number", "https://elaws.e-gov.go.jp (総務省令第八十五号)", my_number),
    Validator::new("jp-corporate", "https://www.houjin-bangou.nta.go.jp", corporate),
    Validator::new("kr-rrn", "https://www.law.go.kr (주민등록법 시행규칙)", rrn),
    Validator::new("kr-brn", "https://www.nts.go.kr (사업자등록번호)", brn),
];

fn my_number(bytes: &[u8]) -> Verdict {
    Digit.when(digits::<12>(bytes).is_some_and(|digits| {
        let check = match weighted(&digits, &[6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11 {
            0 | 1 => 0,
            remainder => 11 - remainder,
        };
        !all_same(&digits) && check == u32::from(digits[11])
    }))
}

// The check digit comes first.
fn corporate(bytes: &[u8]) -> Verdict {
    Digit.when(digits::<13>(bytes).is_some_and(|[check, body @ ..]| {
        let sum = weighted(&body, &[2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1]);
        !all_same(&body) && 9 - sum % 9 == u32::from(check)
    }))
}

// Birth, century and sex, place, serial, check; since October 2020 the last six digits are random.
fn rrn(bytes: &[u8]) -> Verdict {
    let Some(digits) = digits::<13>(bytes) else { return Verdict::Invalid };
    let century = match digits[6] {
        1 | 2 | 5 | 6 => 1900,
        3 | 4 | 7 | 8 => 2000,
        _ => 1800,
    };
    let year = century + two(digits[0], digits[1]);
    let month = two(digits[2], digits[3]);
    if !is_date(year, month, two(digits[4], digits[5])) {
        return Verdict::Invalid;
    }
    let sum = weighted(&digits, &[2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]);
    // Foreigners' numbers (외국인등록번호) count from 13; some were issued by the rule of citizens.
    let check = u32::from(digits[12]);
    let foreign = (5..=8).contains(&digits[6]) && (13 - sum % 11) % 10 == check;
    let citizen = (11 - sum % 11) % 10 == check && two(digits[7], digits[8]) <= 96;
    let checked = foreign || citizen;
    if checked { Verdict::Valid(Digit) } else { Structure.when((year, month) >= (2020, 10)) }
}

// Tax office, kind of taxpayer, serial, check.
fn brn(bytes: &[u8]) -> Verdict {
    Digit.when(digits::<10>(bytes).is_some_and(|digits| {
        let sum = weighted(&digits, &[1, 3, 7, 1, 3, 7, 1, 3, 5]) + u32::from(digits[8]) * 5 / 10;
        let kind = two(digits[3], digits[4]);
        let (office, serial) = digits.split_at(5);
        number(office) / 100 >= 101
            && kind != 0
            && serial.iter().take(4).any(|&digit| digit != 0)
            && (sum + u32::from(digits[9])).is_multiple_of(10)
    }))
}

#[cfg(test)]
mod tests {
    use crate::validator::cases;

    #[test]
    fn published_examples_hold_and_their_neighbours_do_not() {
        cases("jp-my-number", &["6214 9832 0257"], &["6214 9832 0258", "000000000000"]);
        cases("jp-corporate", &["5-8356-7825-6246"], &["2-8356-7825-6246"]);
        cases(
            "kr-rrn",
            &["971013-9019902", "201015-3123456", "850401-5123456"],
            &["971013-9019903", "971313-9019902"],
        );
        cases("kr-brn", &["116-82-00276"], &["116-82-00277", "100-92-27643", "196-00-79884"]);
    }
}
