//! Brazil: CPF, CNPJ (alphanumeric since July 2026, IN RFB 2229/2024), CNS (health), PIS/NIS.

use super::{
    Strength::{Digit, Strong},
    Validator, Verdict,
    digits::{all_same, digits, symbols, weighted},
};

pub(super) const FAMILY: &[Validator] = &[
    Validator::new("br-cpf", "https://www.gov.br/receitafederal (CPF)", cpf),
    Validator::new(
        "br-cnpj",
        "https://www.gov.br/receitafederal (CNPJ alfanumérico, IN RFB 2.229/2024)",
        cnpj,
    ),
    Validator::new("br-cns", "https://integracao.datasus.gov.br (Cartão Nacional de Saúde)", cns),
    Validator::new("br-pis", "https://www.caixa.gov.br (PIS/PASEP/NIS)", pis),
];

fn cpf(bytes: &[u8]) -> Verdict {
    Strong.when(digits::<11>(bytes).is_some_and(|digits| {
        let first = check(weighted(&digits, &[10, 9, 8, 7, 6, 5, 4, 3, 2]));
        let second = check(weighted(&digits, &[11, 10, 9, 8, 7, 6, 5, 4, 3, 2]));
        !all_same(&digits) && first == u32::from(digits[9]) && second == u32::from(digits[10])
    }))
}

// Letters count as their ASCII code less 48; the two check digits stay digits.
fn cnpj(bytes: &[u8]) -> Verdict {
    Strong.when(symbols::<14>(bytes).is_some_and(|symbols| {
        let values = symbols.map(|symbol| symbol - b'0');
        let first = check(weighted(&values, &[5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]));
        let second = check(weighted(&values, &[6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]));
        !all_same(&values) && first == u32::from(values[12]) && second == u32::from(values[13])
    }))
}

const fn check(sum: u32) -> u32 {
    match sum % 11 {
        0 | 1 => 0,
        remainder => 11 - remainder,
    }
}

fn cns(bytes: &[u8]) -> Verdict {
    Digit.when(digits::<15>(bytes).is_some_and(|digits| {
        let sum = weighted(&digits, &[15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
        matches!(digits[0], 1 | 2 | 7..=9) && !all_same(&digits) && sum.is_multiple_of(11)
    }))
}

fn pis(bytes: &[u8]) -> Verdict {
    Digit.when(digits::<11>(bytes).is_some_and(|digits| {
        let sum = weighted(&digits, &[3, 2, 9, 8, 7, 6, 5, 4, 3, 2]);
        !all_same(&digits) && check(sum) == u32::from(digits[10])
    }))
}

#[cfg(test)]
mod tests {
    use crate::validator::cases;

    #[test]
    fn published_examples_hold_and_their_neighbours_do_not() {
        cases("br-cpf", &["390.533.447-05", "39053344705"], &["231.002.999-01", "111.111.111-11"]);
        cases(
            "br-cnpj",
            &["16.727.230/0001-97", "12.ABC.345/01DE-35"],
            &["16.727.230/0001-98", "12.ABC.345/01DE-36"],
        );
        cases("br-cns", &["898000000000002"], &["700000000000001"]);
        cases("br-pis", &["12012345672"], &["12012345673", "00000000000"]);
    }
}
