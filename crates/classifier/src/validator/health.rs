//! Health code systems with check digits: LOINC (Regenstrief, Luhn), SNOMED CT identifiers (Verhoeff).

use super::{
    Strength::Digit,
    Validator, Verdict,
    digits::{Compact, luhn, verhoeff},
};

pub(super) const FAMILY: &[Validator] = &[
    Validator::new("loinc", "https://loinc.org/kb/faq/structure/ (mod 10 check digit)", loinc),
    Validator::new(
        "snomed",
        "https://confluence.ihtsdotools.org/display/DOCRELFMT (SCTID, Verhoeff)",
        snomed,
    ),
];

// One to seven digits, a hyphen, a check digit.
fn loinc(bytes: &[u8]) -> Verdict {
    let Some((number, [b'-', _])) = bytes.split_last_chunk::<2>() else { return Verdict::Invalid };
    let plain = (1..=7).contains(&number.len()) && number.iter().all(u8::is_ascii_digit);
    Digit.when(plain && Compact::<8>::digits(bytes).is_some_and(|digits| luhn(digits.as_slice())))
}

// Six to eighteen digits; before the check digit stand two for the partition (concept, description, …).
fn snomed(bytes: &[u8]) -> Verdict {
    Digit.when(Compact::<18>::digits(bytes).is_some_and(|compact| {
        let digits = compact.as_slice();
        let partition = matches!(digits, [.., 0 | 1, 0..=5, _]);
        digits.len() >= 6 && digits.first() != Some(&0) && partition && verhoeff(digits)
    }))
}

#[cfg(test)]
mod tests {
    use crate::validator::cases;

    #[test]
    fn published_codes_hold_and_their_neighbours_do_not() {
        cases("loinc", &["2345-7", "718-7", "4548-4"], &["2345-8", "23457", "-7"]);
        cases(
            "snomed",
            &["73211009", "22298006", "900000000000207008"],
            &["73211008", "12345", "0373211009"],
        );
    }
}
