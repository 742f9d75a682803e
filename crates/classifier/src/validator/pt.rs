//! Portugal: NIF (Decreto-Lei 14/2013), Cartão de Cidadão document number, NISS (social security).

use super::{
    Strength::Digit,
    Validator, Verdict,
    digits::{all_same, base36, digits, symbols, weighted},
};

pub(super) const FAMILY: &[Validator] = &[
    Validator::new("pt-nif", "https://www.portaldasfinancas.gov.pt (NIF, modulus 11)", nif),
    Validator::new(
        "pt-cc",
        "https://www.autenticacao.gov.pt (validação de número de documento)",
        cc,
    ),
    Validator::new("pt-niss", "https://www.seg-social.pt (NISS)", niss),
];

fn nif(bytes: &[u8]) -> Verdict {
    let bytes = bytes.strip_prefix(b"PT").unwrap_or(bytes);
    Digit.when(digits::<9>(bytes).is_some_and(|digits| {
        let check = match weighted(&digits, &[9, 8, 7, 6, 5, 4, 3, 2]) % 11 {
            0 | 1 => 0,
            remainder => 11 - remainder,
        };
        digits[0] != 0 && !all_same(&digits) && check == u32::from(digits[8])
    }))
}

// Eight digits, a digit, a version of two symbols, a check digit: Luhn with letters as 10 to 35.
fn cc(bytes: &[u8]) -> Verdict {
    let Some(number) = symbols::<12>(bytes) else { return Verdict::Invalid };
    let doubled = |(value, factor): (u32, u32)| {
        let product = value * factor;
        if product > 9 && factor == 2 { product - 9 } else { product }
    };
    let values = number.iter().rev().map(|&symbol| u32::from(base36(symbol).unwrap_or(0)));
    let sum: u32 = values.zip([1, 2].into_iter().cycle()).map(doubled).sum();
    let (head, tail) = number.split_at(9);
    Digit.when(
        head.iter().all(u8::is_ascii_digit)
            && tail.last().is_some_and(u8::is_ascii_digit)
            && tail.first().is_some_and(u8::is_ascii_alphanumeric)
            && sum.is_multiple_of(10),
    )
}

fn niss(bytes: &[u8]) -> Verdict {
    Digit.when(digits::<11>(bytes).is_some_and(|digits| {
        let sum = weighted(&digits, &[29, 23, 19, 17, 13, 11, 7, 5, 3, 2]);
        matches!(digits[0], 1 | 2) && 9 - sum % 10 == u32::from(digits[10])
    }))
}

#[cfg(test)]
mod tests {
    use crate::validator::cases;

    #[test]
    fn published_examples_hold_and_their_neighbours_do_not() {
        cases("pt-nif", &["PT 501 964 843", "501964843"], &["501964842", "000000000"]);
        cases("pt-cc", &["00000000 0 ZZ4"], &["00000000 0 ZZ3", "A0000000 0 ZZ4"]);
        cases("pt-niss", &["11234567892"], &["11234567893", "31234567897"]);
    }
}
