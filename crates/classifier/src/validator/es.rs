//! Spain: DNI, NIE, CIF (Orden EHA/451/2008) and social security number (NSS).

use super::{
    Strength::{Digit, Strong},
    Validator, Verdict,
    digits::{cross, digits, number, symbols, without_country},
};

pub(super) const FAMILY: &[Validator] = &[
    Validator::new(
        "es-dni",
        "https://www.interior.gob.es (cálculo del dígito de control del NIF)",
        dni,
    ),
    Validator::new("es-nie", "https://www.interior.gob.es (NIE)", nie),
    Validator::new("es-cif", "https://www.boe.es/eli/es/o/2008/02/20/eha451", cif),
    Validator::new("es-nif", "https://www.agenciatributaria.es (NIF: DNI, NIE or entity)", nif),
    Validator::new("es-nss", "https://www.seg-social.es (número de la Seguridad Social)", nss),
];

fn dni(bytes: &[u8]) -> Verdict {
    Digit.when(symbols(bytes).is_some_and(|id| is_dni(&id)))
}

fn nie(bytes: &[u8]) -> Verdict {
    Digit.when(symbols(bytes).is_some_and(|id| is_nie(&id)))
}

fn cif(bytes: &[u8]) -> Verdict {
    Digit.when(symbols(bytes).is_some_and(|id| is_cif(&id)))
}

fn nif(bytes: &[u8]) -> Verdict {
    let bytes = without_country(bytes, *b"ES");
    Digit.when(
        symbols(bytes)
            .is_some_and(|id| is_dni(&id) || is_nie(&id) || is_cif(&id) || is_special(&id)),
    )
}

fn is_dni(id: &[u8; 9]) -> bool {
    let [number @ .., letter] = id;
    digits::<8>(number).is_some_and(|digits| Some(letter) == control_letter(&digits))
}

// X, Y and Z stand for the digits 0, 1 and 2.
fn is_nie(id: &[u8; 9]) -> bool {
    let mut id = *id;
    if !matches!(id[0], b'X'..=b'Z') {
        return false;
    }
    id[0] = id[0] - b'X' + b'0';
    is_dni(&id)
}

fn control_letter(digits: &[u8]) -> Option<&'static u8> {
    b"TRWAGMYFPDXBNJZSQVHLCKE".get(usize::try_from(number(digits) % 23).ok()?)
}

// The order says which kinds of entity have a digit and which a letter; registers hold both for most of
// them, so either is taken.
fn is_cif(id: &[u8; 9]) -> bool {
    let [kind, number @ .., control] = id;
    let Some(digits) = digits::<7>(number) else { return false };
    let weights = [2, 1, 2, 1, 2, 1, 2];
    let sum: u32 = digits.iter().zip(weights).map(|(&digit, weight)| cross(digit, weight)).sum();
    let check = (10 - sum % 10) % 10;
    let as_digit = u32::from(control.wrapping_sub(b'0')) == check;
    let as_letter = b"JABCDEFGHI".get(check as usize) == Some(control);
    b"ABCDEFGHJNPQRSUVW".contains(kind) && (as_digit || as_letter)
}

// Minors (K), Spaniards abroad (L) and foreigners without a NIE (M) have the letter of a DNI.
fn is_special(id: &[u8; 9]) -> bool {
    let [kind, number @ .., letter] = id;
    matches!(kind, b'K'..=b'M')
        && digits::<7>(number).is_some_and(|digits| Some(letter) == control_letter(&digits))
}

// Province, number, and the remainder by 97; short numbers move the province down one place.
fn nss(bytes: &[u8]) -> Verdict {
    Strong.when(digits::<12>(bytes).is_some_and(|digits| {
        let (province, rest) = digits.split_at(2);
        let (serial, check) = rest.split_at(8);
        let (province, serial) = (number(province), number(serial));
        let scale = if serial < 10_000_000 { 10_000_000 } else { 100_000_000 };
        (1..=66).contains(&province)
            && serial > 0
            && (province * scale + serial) % 97 == number(check)
    }))
}

#[cfg(test)]
mod tests {
    use crate::validator::cases;

    #[test]
    fn published_examples_hold_and_their_neighbours_do_not() {
        cases("es-dni", &["54362315-K", "12345678z"], &["54362315-L", "X4362315K"]);
        cases("es-nie", &["X-2482300-W", "X5253868R"], &["X-2482300-A", "W2482300W"]);
        cases(
            "es-cif",
            &["J99216582", "A58818501", "P2807900B", "P28079002"],
            &["J99216583", "P28079003", "I99216582", "M1234567L"],
        );
        cases("es-nif", &["54362315-K", "X-2482300-W", "J99216582", "M-1234567-L"], &["54362315Z"]);
        cases("es-nss", &["28/12345678/40", "281234567840"], &["281234567841", "991234567840"]);
    }
}
