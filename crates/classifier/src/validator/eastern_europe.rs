//! Turkey TCKN, Russia INN, SNILS and OGRN, Ukraine RNTRC.

use super::{
    Strength::{Digit, Strong},
    Validator, Verdict,
    digits::{Compact, all_same, digits, number, two, weighted},
};

pub(super) const FAMILY: &[Validator] = &[
    Validator::new("tr-tckn", "https://www.nvi.gov.tr (T.C. kimlik numarası)", tckn),
    Validator::new("ru-inn", "https://www.nalog.gov.ru (ИНН)", inn),
    Validator::new("ru-snils", "https://sfr.gov.ru (СНИЛС, mod 101)", snils),
    Validator::new("ru-ogrn", "https://www.nalog.gov.ru (ОГРН)", ogrn),
    Validator::new("ua-rntrc", "https://tax.gov.ua (РНОКПП)", rntrc),
];

// Two check digits: over odd and even places, and over the first ten.
fn tckn(bytes: &[u8]) -> Verdict {
    Strong.when(digits::<11>(bytes).is_some_and(|digits| {
        let odd = weighted(&digits, &[1, 0, 1, 0, 1, 0, 1, 0, 1]);
        let even = weighted(&digits, &[0, 1, 0, 1, 0, 1, 0, 1]);
        let sum = weighted(&digits, &[1; 10]);
        digits[0] != 0
            && (odd * 7 + 90 - even) % 10 == u32::from(digits[9])
            && sum % 10 == u32::from(digits[10])
    }))
}

// Ten digits for companies, twelve with two check digits for people.
fn inn(bytes: &[u8]) -> Verdict {
    const WEIGHTS: [u32; 11] = [3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8];
    let Some(compact) = Compact::<12>::digits(bytes) else { return Verdict::Invalid };
    let digits = compact.as_slice();
    let holds = |weights: &[u32], place: usize| {
        digits
            .get(place)
            .is_some_and(|&check| weighted(digits, weights) % 11 % 10 == u32::from(check))
    };
    let weights = |skip: usize| WEIGHTS.get(skip..).unwrap_or_default();
    match digits.len() {
        _ if all_same(digits) => Verdict::Invalid,
        10 => Digit.when(holds(weights(2), 9)),
        12 => Strong.when(holds(weights(1), 10) && holds(weights(0), 11)),
        _ => Verdict::Invalid,
    }
}

fn snils(bytes: &[u8]) -> Verdict {
    Strong.when(digits::<11>(bytes).is_some_and(|digits| {
        let sum = weighted(&digits, &[9, 8, 7, 6, 5, 4, 3, 2, 1]);
        let body = digits.split_at(9).0;
        // Numbers up to 001-001-998 are older than the check.
        number(body) > 1_001_998 && sum % 101 % 100 == two(digits[9], digits[10])
    }))
}

fn ogrn(bytes: &[u8]) -> Verdict {
    let Some(compact) = Compact::<15>::digits(bytes) else { return Verdict::Invalid };
    let Some((&check, body)) = compact.as_slice().split_last() else { return Verdict::Invalid };
    let modulus = match body.len() {
        12 => 11,
        14 => 13,
        _ => return Verdict::Invalid,
    };
    Digit.when(
        matches!(body.first(), Some(1..=9)) && number(body) % modulus % 10 == u64::from(check),
    )
}

fn rntrc(bytes: &[u8]) -> Verdict {
    Digit.when(digits::<10>(bytes).is_some_and(|digits| {
        // The first weight is minus one, which is ten modulo eleven.
        let sum = weighted(&digits, &[10, 5, 7, 9, 4, 6, 10, 5, 7]);
        !all_same(&digits) && sum % 11 % 10 == u32::from(digits[9])
    }))
}

#[cfg(test)]
mod tests {
    use crate::validator::cases;

    #[test]
    fn published_examples_hold_and_their_neighbours_do_not() {
        cases("tr-tckn", &["17291716060"], &["17291716050", "07291716092", "1729171606"]);
        cases(
            "ru-inn",
            &["1234567894", "123456789047"],
            &["1234567895", "123456789048", "12345678901"],
        );
        cases("ru-snils", &["112-233-445 95"], &["112-233-445 96", "000-000-001 00"]);
        cases(
            "ru-ogrn",
            &["1022200525819", "385768585948949"],
            &["1022500001328", "385768585948948"],
        );
        cases("ua-rntrc", &["1759013776"], &["1759013770"]);
    }
}
