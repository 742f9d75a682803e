//! Italy: codice fiscale (D.M. 12 March 1974) and partita IVA (D.P.R. 633/1972).

use super::{
    Strength::Digit,
    Validator, Verdict,
    digits::{all_same, base36, digits, is_date, luhn, symbols, two, without_country},
};

pub(super) const FAMILY: &[Validator] = &[
    Validator::new(
        "it-codice-fiscale",
        "https://www.agenziaentrate.gov.it (D.M. 12/03/1974)",
        codice_fiscale,
    ),
    Validator::new("it-iva", "https://www.agenziaentrate.gov.it (partita IVA)", iva),
];

// That of a company is its partita IVA.
fn codice_fiscale(bytes: &[u8]) -> Verdict {
    if let verdict @ Verdict::Valid(_) = iva(bytes) {
        return verdict;
    }
    Digit.when(symbols::<16>(bytes).is_some_and(|code| is_codice_fiscale(&code) == Some(true)))
}

fn is_codice_fiscale(code: &[u8; 16]) -> Option<bool> {
    let (&control, body) = code.split_last()?;
    let is_letter = |index: usize| code.get(index).is_some_and(u8::is_ascii_uppercase);
    let [tens, ones, day_tens, day_ones] = [code[6], code[7], code[9], code[10]].map(omocodia);
    let year = two(tens?, ones?);
    // The day of women is raised by 40.
    let day = two(day_tens?, day_ones?) % 40;
    let month = 1 + b"ABCDEHLMPRST".iter().position(|&letter| letter == code[8])?;
    let month = u32::try_from(month).ok()?;
    let place = [code[12], code[13], code[14]].iter().all(|&symbol| omocodia(symbol).is_some());
    Some(
        (0..6).all(is_letter)
            && is_letter(11)
            && place
            && two(day_tens?, day_ones?) <= 71
            && (is_date(1900 + year, month, day) || is_date(2000 + year, month, day))
            && control_letter(body)? == control,
    )
}

/// Digits may be replaced by letters when two people share a code.
fn omocodia(symbol: u8) -> Option<u8> {
    if symbol.is_ascii_digit() {
        return Some(symbol - b'0');
    }
    b"LMNPQRSTUV".iter().position(|&letter| letter == symbol)?.try_into().ok()
}

/// The control letter over symbols of which the first stands at an odd place.
pub(super) fn control_letter(body: &[u8]) -> Option<u8> {
    const ODD: [u8; 26] = [
        1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24,
        23,
    ];
    let sum = body.iter().enumerate().try_fold(0_u32, |sum, (index, &symbol)| {
        let value = base36(symbol)?;
        // A letter counts like the digit of the same rank: A as 0, B as 1.
        let rank = if value > 9 { value - 10 } else { value };
        let value = if index % 2 == 0 { *ODD.get(usize::from(rank))? } else { rank };
        Some(sum + u32::from(value))
    })?;
    u8::try_from(sum % 26).ok().map(|rank| b'A' + rank)
}

// Seven digits company, three digits province (001–100, 120, 121, 888, 999), Luhn.
fn iva(bytes: &[u8]) -> Verdict {
    let bytes = without_country(bytes, *b"IT");
    Digit.when(digits::<11>(bytes).is_some_and(|number| {
        let province = two(number[7], number[8]) * 10 + u32::from(number[9]);
        !all_same(&number)
            && number.iter().take(7).any(|&digit| digit != 0)
            && matches!(province, 1..=100 | 120 | 121 | 888 | 999)
            && luhn(&number)
    }))
}

#[cfg(test)]
mod tests {
    use crate::validator::cases;

    #[test]
    fn published_examples_hold_and_their_neighbours_do_not() {
        cases(
            "it-codice-fiscale",
            &["RSSMRA85T10A562S", "rss mra 85t10 a562s", "RCCMNL83S18D969H"],
            &["RSSMRA85T10A562T", "RSSMRA85Z10A562S", "RSSMRA85T32A562S", "RSSMRA85T10A562"],
        );
        cases(
            "it-iva",
            &["00743110157", "IT 00743110157"],
            &["00743110158", "00743119157", "00000000000"],
        );
    }
}
