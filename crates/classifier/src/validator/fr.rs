//! France: NIR (INSEE, décret 82-103), tax number SPI, SIREN and SIRET (INSEE), intra-community VAT.

use super::{
    Strength::{Digit, Strong, Structure},
    Validator, Verdict,
    digits::{Compact, all_same, digits, luhn, number, symbols},
};

pub(super) const FAMILY: &[Validator] = &[
    Validator::new("fr-nir", "https://www.insee.fr/fr/metadonnees/definition/c1409", nir),
    Validator::new("fr-nif", "https://www.impots.gouv.fr (numéro fiscal SPI)", nif),
    Validator::new("fr-siren", "https://www.insee.fr/fr/metadonnees/definition/c2047", siren),
    Validator::new("fr-siret", "https://www.insee.fr/fr/metadonnees/definition/c1841", siret),
    Validator::new("fr-tva", "https://ec.europa.eu/taxation_customs/vies/ (FR, mod 97 key)", tva),
];

// Thirteen places and a key of two: 97 minus the remainder. Corsica's 2A and 2B count as 19 and 18. A number
// of no sex or month that INSEE knows is weaker, and needs words beside it.
fn nir(bytes: &[u8]) -> Verdict {
    let Some(mut nir) = symbols::<15>(bytes) else { return Verdict::Invalid };
    match [nir[5], nir[6]] {
        [b'2', b'A'] => [nir[5], nir[6]] = *b"19",
        [b'2', b'B'] => [nir[5], nir[6]] = *b"18",
        _ => {}
    }
    let Some(digits) = digits::<15>(&nir) else { return Verdict::Invalid };
    let (body, key) = digits.split_at(13);
    let month = digits[3] * 10 + digits[4];
    let known = matches!(digits[0], 1..=4 | 7 | 8) && matches!(month, 1..=12 | 20..=42 | 50..=99);
    let strength = if known { Strong } else { Structure };
    strength.when(number(body) > 0 && 97 - number(body) % 97 == number(key))
}

// The last three digits are the first ten modulo 511.
fn nif(bytes: &[u8]) -> Verdict {
    Strong.when(digits::<13>(bytes).is_some_and(|digits| {
        let (body, key) = digits.split_at(10);
        digits[0] <= 3 && number(body) > 0 && number(body) % 511 == number(key)
    }))
}

fn siren(bytes: &[u8]) -> Verdict {
    Digit.when(digits::<9>(bytes).is_some_and(|digits| is_siren(&digits)))
}

fn is_siren(digits: &[u8]) -> bool {
    !all_same(digits) && luhn(digits)
}

// La Poste gave its branches numbers whose digits add up to a multiple of five.
fn siret(bytes: &[u8]) -> Verdict {
    Digit.when(digits::<14>(bytes).is_some_and(|digits| {
        let (siren, _) = digits.split_at(9);
        let sum: u32 = digits.iter().map(|&digit| u32::from(digit)).sum();
        let post_office = number(siren) == 356_000_000 && sum.is_multiple_of(5);
        is_siren(siren) && (luhn(&digits) || post_office)
    }))
}

// A key of two and a SIREN; numbers of Monaco have zeros where a SIREN begins, and are none.
fn tva(bytes: &[u8]) -> Verdict {
    let Some(compact) = Compact::<13>::symbols(bytes) else { return Verdict::Invalid };
    let body = compact.as_slice();
    let body = body.strip_prefix(b"FR").unwrap_or(body);
    let Some((&[first, second], siren)) = body.split_first_chunk::<2>() else {
        return Verdict::Invalid;
    };
    let Some(siren) = digits::<9>(siren) else { return Verdict::Invalid };
    let key_holds = match digits::<2>(&[first, second]) {
        Some(key) => number(&key) == (12 + 3 * (number(&siren) % 97)) % 97,
        None => new_key_holds(first, second, number(&siren)),
    };
    Strong.when(key_holds && (siren.starts_with(&[0, 0, 0]) || is_siren(&siren)))
}

/// A key with a letter in it counts in 34 symbols, from which I and O are left out; where the letter
/// stands decides what it is lowered by.
fn new_key_holds(first: u8, second: u8, siren: u64) -> bool {
    let value = |symbol: u8| {
        b"0123456789ABCDEFGHJKLMNPQRSTUVWXYZ".iter().position(|&known| known == symbol)
    };
    let (Some(tens), Some(ones)) = (value(first), value(second)) else { return false };
    let key = if first.is_ascii_digit() {
        (tens * 24 + ones).checked_sub(10)
    } else {
        (tens * 34 + ones).checked_sub(100)
    };
    key.and_then(|key| u64::try_from(key).ok())
        .is_some_and(|key| (siren + 1 + key / 11) % 11 == key % 11)
}

#[cfg(test)]
mod tests {
    use crate::validator::cases;

    #[test]
    fn published_examples_hold_and_their_neighbours_do_not() {
        cases(
            "fr-nir",
            &["2 95 10 99 126 111 93", "255081416802538"],
            &["2 95 10 99 126 111 94", "5 95 10 99 126 111 93", "000000000000097"],
        );
        cases("fr-nif", &["0701987765493", "30 23 217 600 053"], &["0701987765494"]);
        cases("fr-siren", &["552 008 443"], &["552008442"]);
        cases("fr-siret", &["73282932000074", "356 000 000 49837"], &["73282932000079"]);
        cases(
            "fr-tva",
            &["FR 40 303 265 045", "K7399859412", "4Z123456782", "FR 53 0000 04605"],
            &["FR 41 303 265 045", "K8399859412", "IO123456782", "FR 54 0000 04605"],
        );
    }
}
