//! Argentina, Chile, Colombia, Peru, Ecuador, Uruguay, Venezuela, Paraguay, Dominican Republic.

use super::{
    Strength::Digit,
    Validator, Verdict,
    digits::{Compact, all_same, digits, luhn, symbols, two, weighted, without_country},
};

pub(super) const FAMILY: &[Validator] = &[
    Validator::new("ar-cuit", "https://www.afip.gob.ar (CUIT, CUIL)", cuit),
    Validator::new("cl-rut", "https://www.sii.cl (RUT, modulus 11)", rut),
    Validator::new("co-nit", "https://www.dian.gov.co (NIT, Orden Administrativa 4/1989)", nit),
    Validator::new("pe-ruc", "https://www.sunat.gob.pe (RUC)", pe_ruc),
    Validator::new("pe-dni", "https://www.reniec.gob.pe (código único de identificación)", pe_dni),
    Validator::new("ec-ci", "https://www.registrocivil.gob.ec (cédula)", ec_ci),
    Validator::new("ec-ruc", "https://www.sri.gob.ec (RUC)", ec_ruc),
    Validator::new("uy-ci", "https://www.gub.uy (cédula de identidad)", uy_ci),
    Validator::new("uy-rut", "https://www.gub.uy/direccion-general-impositiva (RUT)", uy_rut),
    Validator::new("ve-rif", "https://www.seniat.gob.ve (RIF)", rif),
    Validator::new("py-ruc", "https://www.set.gov.py (RUC)", py_ruc),
    Validator::new("do-cedula", "https://jce.gob.do (cédula, Luhn)", do_cedula),
];

/// Weights 2, 3, 4, … from the right, starting over after `last`.
fn rising_sum(body: &[u8], last: u32) -> u32 {
    body.iter()
        .rev()
        .zip((2..=last).cycle())
        .map(|(&digit, weight)| u32::from(digit) * weight)
        .sum()
}

fn cuit(bytes: &[u8]) -> Verdict {
    Digit.when(digits::<11>(bytes).is_some_and(|digits| {
        let check = match 11 - weighted(&digits, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11 {
            11 => 0,
            10 => 9,
            check => check,
        };
        matches!(two(digits[0], digits[1]), 20 | 23..=27 | 30 | 33 | 34 | 50 | 51 | 55)
            && check == u32::from(digits[10])
    }))
}

fn rut(bytes: &[u8]) -> Verdict {
    let Some(compact) = Compact::<11>::symbols(bytes) else { return Verdict::Invalid };
    let rut = compact.as_slice();
    let rut = rut.strip_prefix(b"CL").unwrap_or(rut);
    let Some((check, body)) = rut.split_last() else { return Verdict::Invalid };
    let Some(body) = Compact::<8>::digits(body) else { return Verdict::Invalid };
    let wanted = b"0K987654321".get((rising_sum(body.as_slice(), 7) % 11) as usize);
    Digit.when(body.as_slice().len() >= 7 && !all_same(body.as_slice()) && wanted == Some(check))
}

fn nit(bytes: &[u8]) -> Verdict {
    const WEIGHTS: [u32; 15] = [3, 7, 13, 17, 19, 23, 29, 37, 41, 43, 47, 53, 59, 67, 71];
    Digit.when(Compact::<16>::digits(bytes).is_some_and(|compact| {
        let Some((&check, body)) = compact.as_slice().split_last() else { return false };
        let sum: u32 =
            body.iter().rev().zip(WEIGHTS).map(|(&digit, weight)| u32::from(digit) * weight).sum();
        let wanted = match sum % 11 {
            remainder @ (0 | 1) => remainder,
            remainder => 11 - remainder,
        };
        body.len() >= 7 && !all_same(body) && wanted == u32::from(check)
    }))
}

fn pe_ruc(bytes: &[u8]) -> Verdict {
    Digit.when(digits::<11>(bytes).is_some_and(|digits| {
        let sum = weighted(&digits, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2]);
        matches!(two(digits[0], digits[1]), 10 | 15..=17 | 20)
            && (11 - sum % 11) % 10 == u32::from(digits[10])
    }))
}

// Eight digits and a check that may be written as a digit or as a letter, or be left out.
fn pe_dni(bytes: &[u8]) -> Verdict {
    if let Some(bare) = digits::<8>(bytes) {
        return super::Strength::Structure.when(!all_same(&bare));
    }
    let Some([body @ .., check]) = symbols::<9>(bytes) else { return Verdict::Invalid };
    let Some(digits) = digits::<8>(&body) else { return Verdict::Invalid };
    let place = (weighted(&digits, &[3, 2, 7, 6, 5, 4, 3, 2]) % 11) as usize;
    let known = |symbols: &[u8]| symbols.get(place) == Some(&check);
    Digit.when(!all_same(&digits) && (known(b"65432110987") || known(b"KJIHGFEDCBA")))
}

fn ec_ci(bytes: &[u8]) -> Verdict {
    Digit.when(digits::<10>(bytes).is_some_and(|digits| is_cedula(&digits)))
}

/// Province 01–24 (30 abroad), a third digit up to six, Luhn.
fn is_cedula(digits: &[u8]) -> bool {
    matches!(digits, [p1, p2, 0..=6, ..] if matches!(two(*p1, *p2), 1..=24 | 30 | 50))
        && luhn(digits)
}

// The third digit says person, public body or company, each with its own check; then the branch.
fn ec_ruc(bytes: &[u8]) -> Verdict {
    Digit.when(digits::<13>(bytes).is_some_and(|digits| {
        let (person, branch) = digits.split_at(10);
        let (public, public_branch) = digits.split_at(9);
        let province = matches!(two(digits[0], digits[1]), 1..=24 | 30 | 50);
        let set = |branch: &[u8]| branch.iter().any(|&digit| digit != 0);
        let is_public =
            weighted(public, &[3, 2, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11) && set(public_branch);
        province
            && match digits[2] {
                0..=5 => is_cedula(person) && set(branch),
                6 => is_public || (is_cedula(person) && set(branch)),
                // Public bodies of old have a nine too.
                9 => {
                    is_public
                        || (weighted(person, &[4, 3, 2, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11)
                            && set(branch))
                }
                _ => false,
            }
    }))
}

fn uy_ci(bytes: &[u8]) -> Verdict {
    Digit.when(digits::<8>(bytes).is_some_and(|digits| {
        !all_same(&digits) && weighted(&digits, &[2, 9, 8, 7, 6, 3, 4, 1]).is_multiple_of(10)
    }))
}

fn uy_rut(bytes: &[u8]) -> Verdict {
    let bytes = without_country(bytes, *b"UY");
    Digit.when(digits::<12>(bytes).is_some_and(|digits| {
        let sum = weighted(&digits, &[4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]);
        let (serial, fixed) = (digits.get(2..8), digits.get(8..11));
        matches!(two(digits[0], digits[1]), 1..=22)
            && serial != Some(&[0; 6])
            && fixed == Some(&[0, 0, 1])
            && (11 - sum % 11) % 11 == u32::from(digits[11])
    }))
}

fn rif(bytes: &[u8]) -> Verdict {
    let Some([kind, number @ ..]) = symbols::<10>(bytes) else { return Verdict::Invalid };
    let Some(digits) = digits::<9>(&number) else { return Verdict::Invalid };
    let kind = match kind {
        b'V' => 4,
        b'E' => 8,
        b'J' | b'C' => 12,
        b'P' => 16,
        b'G' => 20,
        _ => return Verdict::Invalid,
    };
    let sum = kind + weighted(&digits, &[3, 2, 7, 6, 5, 4, 3, 2]);
    let wanted = [0, 0, 9, 8, 7, 6, 5, 4, 3, 2, 1].get((sum % 11) as usize);
    Digit.when(wanted == Some(&digits[8]))
}

fn py_ruc(bytes: &[u8]) -> Verdict {
    Digit.when(Compact::<9>::digits(bytes).is_some_and(|compact| {
        let Some((&check, body)) = compact.as_slice().split_last() else { return false };
        let wanted = (11 - rising_sum(body, 11) % 11) % 11 % 10;
        body.len() >= 4 && !all_same(body) && wanted == u32::from(check)
    }))
}

fn do_cedula(bytes: &[u8]) -> Verdict {
    Digit.when(digits::<11>(bytes).is_some_and(|digits| !all_same(&digits) && luhn(&digits)))
}

#[cfg(test)]
mod tests {
    use crate::validator::cases;

    #[test]
    fn published_examples_hold_and_their_neighbours_do_not() {
        cases("ar-cuit", &["20-05536168-2", "20267565393"], &["20267565392", "99267565393"]);
        cases(
            "cl-rut",
            &["76086428-5", "12531909-2", "CL 12531909-2"],
            &["12531909-3", "76086A28-5"],
        );
        cases("co-nit", &["213.123.432-1"], &["213.123.432-5", "2131-2"]);
        cases("pe-ruc", &["20512333797"], &["20512333798", "99512333797"]);
        cases("pe-dni", &["10117410-2", "10117410-G", "10117410"], &["10117410-3", "11111111"]);
        cases("ec-ci", &["171430710-3"], &["171430710-4", "991430710-3"]);
        cases(
            "ec-ruc",
            &["1792060346-001", "1714307103001"],
            &["1792060347-001", "1792060346-000"],
        );
        cases("uy-ci", &["1.234.567-2"], &["1.234.567-3"]);
        cases(
            "uy-rut",
            &["21-100342-001-7", "UY 21-100342-001-7"],
            &["21-100342-001-8", "99-100342-001-7"],
        );
        cases("ve-rif", &["V-11470283-4"], &["V-11470283-3", "X-11470283-4"]);
        cases("py-ruc", &["80028061-0", "9991603", "2660-3"], &["80028061-1"]);
        cases("do-cedula", &["00113918205"], &["00113918204", "00000000000"]);
    }
}
