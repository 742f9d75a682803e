//! Estonia isikukood (EVS 585:2007), Lithuania asmens kodas, Latvia personas kods.

use super::{
    Strength::Digit,
    Validator, Verdict,
    digits::{digits, is_date, two, weighted},
};

pub(super) const FAMILY: &[Validator] = &[
    Validator::new("ee-ik", "https://www.evs.ee (EVS 585:2007)", isikukood),
    Validator::new("lt-asmens", "https://www.registrucentras.lt (asmens kodas)", asmens_kodas),
    Validator::new("lv-pk", "https://www.pmlp.gov.lv (personas kods)", personas_kods),
];

// Sex and century, birth, serial, and a check digit that takes a second set of weights at ten.
fn isikukood(bytes: &[u8]) -> Verdict {
    Digit.when(digits::<11>(bytes).is_some_and(|digits| {
        let century = match digits[0] {
            1 | 2 => 1800,
            3 | 4 => 1900,
            5 | 6 => 2000,
            7 | 8 => 2100,
            _ => return false,
        };
        is_date(
            century + two(digits[1], digits[2]),
            two(digits[3], digits[4]),
            two(digits[5], digits[6]),
        ) && check_holds(&digits)
    }))
}

// As in Estonia; those who do not know their birth have a nine in front, and any date.
fn asmens_kodas(bytes: &[u8]) -> Verdict {
    match digits::<11>(bytes) {
        Some(digits) if digits[0] == 9 => Digit.when(check_holds(&digits)),
        _ => isikukood(bytes),
    }
}

fn check_holds(digits: &[u8; 11]) -> bool {
    let first = weighted(digits, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 1]) % 11;
    let second = weighted(digits, &[3, 4, 5, 6, 7, 8, 9, 1, 2, 3]) % 11;
    (if first < 10 { first } else { second % 10 }) == u32::from(digits[10])
}

// Birth, century, serial; numbers since 2017 begin with 32 to 39 and carry no birth.
fn personas_kods(bytes: &[u8]) -> Verdict {
    Digit.when(digits::<11>(bytes).is_some_and(|digits| {
        let sum = weighted(&digits, &[10, 5, 8, 4, 2, 1, 6, 3, 7, 9]);
        let without_birth = matches!(two(digits[0], digits[1]), 32..=39);
        let century = match digits[6] {
            0 => 1800,
            1 => 1900,
            _ => 2000,
        };
        let born = digits[6] <= 2
            && is_date(
                century + two(digits[4], digits[5]),
                two(digits[2], digits[3]),
                two(digits[0], digits[1]),
            );
        (without_birth || born) && (1 + sum) % 11 % 10 == u32::from(digits[10])
    }))
}

#[cfg(test)]
mod tests {
    use crate::validator::cases;

    #[test]
    fn published_examples_hold_and_their_neighbours_do_not() {
        cases(
            "ee-ik",
            &["36805280109", "37605030299"],
            &["36805280108", "36813280109", "06805280109"],
        );
        cases("lt-asmens", &["33309240064", "38703181745", "90104904324"], &["33309240164"]);
        cases("lv-pk", &["161175-19997"], &["161175-19998", "161375-19997"]);
    }
}
