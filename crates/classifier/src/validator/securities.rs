//! Securities and entities: ISIN (ISO 6166), CUSIP (ANSI X9.6), SEDOL, FIGI, LEI (ISO 17442).

use super::{
    Strength::{Digit, Strong},
    Validator, Verdict, countries,
    digits::{base36, cross, luhn, mod_97, symbols, weighted},
};

pub(super) const FAMILY: &[Validator] = &[
    Validator::new("isin", "https://www.iso.org/standard/78502.html (ISO 6166)", isin),
    Validator::new("cusip", "https://www.cusip.com (ANSI X9.6)", cusip),
    Validator::new("sedol", "https://www.lseg.com (SEDOL technical specification)", sedol),
    Validator::new(
        "figi",
        "https://www.openfigi.com/assets/content/figi-check-digit-2173341b2d.pdf",
        figi,
    ),
    Validator::new(
        "lei",
        "https://www.gleif.org/en/about-lei/iso-17442-the-lei-code-structure",
        lei,
    ),
];

// Letters become two digits each, then Luhn; XS and EU are securities of no country.
fn isin(bytes: &[u8]) -> Verdict {
    let Some(isin) = symbols::<12>(bytes) else { return Verdict::Invalid };
    let country = [isin[0], isin[1]];
    let mut expanded = [0; 24];
    let mut count = 0_usize;
    for value in isin.iter().filter_map(|&symbol| base36(symbol)) {
        for digit in [value / 10, value % 10].into_iter().skip(usize::from(value < 10)) {
            if let Some(slot) = expanded.get_mut(count) {
                *slot = digit;
                count += 1;
            }
        }
    }
    let special = matches!(
        &country,
        b"XS" | b"XA" | b"XB" | b"XC" | b"XD" | b"XF" | b"EU" | b"QS" | b"QT" | b"CS" | b"AN"
    );
    Digit.when(
        (countries::is_code(country) || special)
            && isin[11].is_ascii_digit()
            && luhn(expanded.get(..count).unwrap_or_default()),
    )
}

// Every second symbol doubled; letters from 10, `*` 36, `@` 37, `#` 38. Upper case only.
fn cusip(bytes: &[u8]) -> Verdict {
    let Some([body @ .., check]) = bytes.first_chunk::<9>() else { return Verdict::Invalid };
    let value = |symbol: &u8| match symbol {
        b'*' => Some(36),
        b'@' => Some(37),
        b'#' => Some(38),
        other => base36(*other),
    };
    let sum = body
        .iter()
        .zip([1, 2].into_iter().cycle())
        .try_fold(0, |sum, (symbol, weight)| Some(sum + cross(value(symbol)?, weight)));
    let digits = body.iter().filter(|symbol| symbol.is_ascii_digit()).count();
    Digit.when(
        bytes.len() == 9
            && digits >= 2
            && check.is_ascii_digit()
            && sum.is_some_and(|sum| (10 - sum % 10) % 10 == u32::from(check - b'0')),
    )
}

// Seven symbols without vowels; all digits, or a letter first.
fn sedol(bytes: &[u8]) -> Verdict {
    let Some(sedol) = symbols::<7>(bytes) else { return Verdict::Invalid };
    let values = sedol.map(|symbol| base36(symbol).unwrap_or(0));
    let all_digits = sedol.iter().all(u8::is_ascii_digit);
    Digit.when(
        (all_digits || sedol[0].is_ascii_uppercase())
            && sedol[6].is_ascii_digit()
            && !sedol.iter().any(|symbol| b"AEIOU".contains(symbol))
            && values.iter().any(|&value| value != 0)
            && weighted(&values, &[1, 3, 1, 7, 3, 9, 1]).is_multiple_of(10),
    )
}

// Twelve symbols without vowels, a G third; some beginnings belong to ISIN.
fn figi(bytes: &[u8]) -> Verdict {
    let Some(figi) = symbols::<12>(bytes) else { return Verdict::Invalid };
    let [body @ .., check] = figi;
    let values = body.iter().map(|&symbol| base36(symbol).unwrap_or(0));
    let sum: u32 =
        values.zip([1, 2].into_iter().cycle()).map(|(value, weight)| cross(value, weight)).sum();
    let reserved = [*b"BS", *b"BM", *b"GG", *b"GB", *b"GH", *b"KY", *b"VG"];
    Digit.when(
        figi[0].is_ascii_uppercase()
            && figi[1].is_ascii_uppercase()
            && figi[2] == b'G'
            && !reserved.contains(&[figi[0], figi[1]])
            && !figi.iter().any(|symbol| b"AEIOU".contains(symbol))
            && check.is_ascii_digit()
            && (10 - sum % 10) % 10 == u32::from(check - b'0'),
    )
}

fn lei(bytes: &[u8]) -> Verdict {
    Strong.when(symbols::<20>(bytes).is_some_and(|lei| {
        let [.., tens, ones] = lei;
        tens.is_ascii_digit() && ones.is_ascii_digit() && mod_97(lei) == Some(1)
    }))
}

#[cfg(test)]
mod tests {
    use crate::validator::cases;

    #[test]
    fn published_examples_hold_and_their_neighbours_do_not() {
        cases("isin", &["US0378331005", "US5949181045"], &["US0378331004", "ZZ0378331005"]);
        cases("cusip", &["037833100", "594918104"], &["037833101", "03783310"]);
        cases("sedol", &["B15KXQ8", "0263494"], &["B15KXQ9", "A15KXQ8", "0000000"]);
        cases("figi", &["BBG000BLNQ16", "NRG92C84SB39"], &["BBG000BLNQ14", "GGG000BLNQ16"]);
        cases("lei", &["213800KUD8LAJWSQ9D15", "5493001KJTIIGC8Y1R12"], &["213800KUD8LXJWSQ9D15"]);
    }
}
