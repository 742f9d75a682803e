//! International bank account numbers (ISO 13616-1:2020; structures of the SWIFT IBAN registry).
//!
//! Mod 97 over the rearranged number, the country's structure, and, where the country has check
//! digits of its own inside the account number, those too.

use super::{
    Generate,
    Strength::{Digit, Strong},
    Validator, Verdict,
    bank::{ccc_holds, kontonummer_holds},
    digits::{Compact, luhn, mod_97},
    fill,
};

pub(super) const FAMILY: &[Validator] = &[Validator {
    name: "iban",
    source: "https://www.swift.com/standards/data-standards/iban-international-bank-account-number",
    check,
    generate: Some(GENERATE),
}];

const GENERATE: Generate = |template, draw| {
    let mut iban = String::new();
    // One draw in 97 satisfies the national check where there is one; the outer check is computed.
    for _ in 0..5000 {
        iban = with_check_digits(&fill(template, draw));
        if check(iban.as_bytes()) == Verdict::Valid(Strong) {
            break;
        }
    }
    iban
};

fn check(bytes: &[u8]) -> Verdict {
    let Some(compact) = Compact::<34>::symbols(bytes) else { return Verdict::Invalid };
    let [first, second, tens, ones, account @ ..] = compact.as_slice() else {
        return Verdict::Invalid;
    };
    let rearranged = account.iter().chain([first, second, tens, ones]).copied();
    let holds = is_structured([*first, *second], account)
        && tens.is_ascii_digit()
        && ones.is_ascii_digit()
        && mod_97(rearranged) == Some(1);
    if !holds {
        Verdict::Invalid
    } else if national_check([*first, *second], account) == Some(false) {
        // Mod 97 alone refuses 96 of 97 typing errors. National digits are wrong in numbers that programs
        // made for tests, and in those of banks that never had them: worth less, and still an IBAN.
        Verdict::Valid(Digit)
    } else {
        Verdict::Valid(Strong)
    }
}

/// Puts the right two digits behind the country code.
fn with_check_digits(iban: &str) -> String {
    let country: String = iban.chars().take(2).collect();
    let rest: String = iban.chars().skip(4).collect();
    let symbols = rest.bytes().chain(country.bytes()).chain(*b"00");
    let remainder = mod_97(symbols.filter(u8::is_ascii_alphanumeric)).unwrap_or(0);
    format!("{country}{:02}{rest}", 98_u32.saturating_sub(remainder))
}

fn is_structured(country: [u8; 2], account: &[u8]) -> bool {
    let Some((_, structure)) = STRUCTURES.iter().find(|(code, _)| *code == country) else {
        return false;
    };
    let mut rest = account;
    for &(length, class) in *structure {
        let Some((field, tail)) = rest.split_at_checked(length) else { return false };
        if !field.iter().all(|symbol| class.contains(*symbol)) {
            return false;
        }
        rest = tail;
    }
    rest.is_empty()
}

/// Whether the country's own check digits hold; nothing where it has none that all banks follow.
fn national_check(country: [u8; 2], account: &[u8]) -> Option<bool> {
    let digits = Compact::<30>::digits(account);
    let digits = digits.as_ref().map(Compact::as_slice);
    match &country {
        b"BE" => {
            let (body, check) = account.split_last_chunk::<2>()?;
            let remainder = mod_97(body.iter().copied())?;
            let wanted = if remainder == 0 { 97 } else { remainder };
            Some(mod_97(check.iter().copied())? == wanted % 97 && check != b"00")
        }
        b"ES" => digits?.try_into().ok().map(ccc_holds),
        b"FI" => Some(luhn(digits?)),
        b"NO" => digits?.try_into().ok().map(kontonummer_holds),
        b"FR" | b"MC" => mod_97(account.iter().filter_map(|symbol| rib_digit(*symbol)))
            .map(|remainder| remainder == 0),
        b"IT" | b"SM" => {
            let (cin, body) = account.split_first()?;
            Some(cin_letter(body)? == *cin)
        }
        b"BA" | b"ME" | b"MK" | b"PT" | b"RS" | b"SI" | b"TL" | b"XK" => {
            mod_97(account.iter().copied()).map(|remainder| remainder == 1)
        }
        _ => None,
    }
}

/// The French RIB counts A, J as 1; B, K, S as 2; … I, R, Z as 9.
const fn rib_digit(symbol: u8) -> Option<u8> {
    match symbol {
        b'0'..=b'9' => Some(symbol),
        b'A'..=b'I' => Some(symbol - b'A' + b'1'),
        b'J'..=b'R' => Some(symbol - b'J' + b'1'),
        b'S'..=b'Z' => Some(symbol - b'S' + b'2'),
        _ => None,
    }
}

/// The Italian control letter: the odd and even tables of the codice fiscale over 22 symbols.
fn cin_letter(body: &[u8]) -> Option<u8> {
    super::it::control_letter(body)
}

/// Fields of an account number, each a length and a class.
type Structure = &'static [(usize, Class)];

/// A class of symbols in a registry structure.
#[derive(Clone, Copy)]
enum Class {
    Digit,
    Letter,
    Either,
}

impl Class {
    const fn contains(self, symbol: u8) -> bool {
        match self {
            Self::Digit => symbol.is_ascii_digit(),
            Self::Letter => symbol.is_ascii_uppercase(),
            Self::Either => symbol.is_ascii_alphanumeric(),
        }
    }
}

use Class::{Digit as N, Either as C, Letter as A};

/// The account part of each country: (length, class) field by field, neighbours of a class merged.
const STRUCTURES: &[([u8; 2], Structure)] = &[
    (*b"AD", &[(8, N), (12, C)]),
    (*b"AE", &[(19, N)]),
    (*b"AL", &[(8, N), (16, C)]),
    (*b"AT", &[(16, N)]),
    (*b"AZ", &[(4, A), (20, C)]),
    (*b"BA", &[(16, N)]),
    (*b"BE", &[(12, N)]),
    (*b"BG", &[(4, A), (6, N), (8, C)]),
    (*b"BH", &[(4, A), (14, C)]),
    (*b"BI", &[(23, N)]),
    (*b"BR", &[(23, N), (1, A), (1, C)]),
    (*b"BY", &[(4, C), (4, N), (16, C)]),
    (*b"CH", &[(5, N), (12, C)]),
    (*b"CR", &[(18, N)]),
    (*b"CY", &[(8, N), (16, C)]),
    (*b"CZ", &[(20, N)]),
    (*b"DE", &[(18, N)]),
    (*b"DJ", &[(23, N)]),
    (*b"DK", &[(14, N)]),
    (*b"DO", &[(4, C), (20, N)]),
    (*b"EE", &[(16, N)]),
    (*b"EG", &[(25, N)]),
    (*b"ES", &[(20, N)]),
    (*b"FI", &[(14, N)]),
    (*b"FK", &[(2, A), (12, N)]),
    (*b"FO", &[(14, N)]),
    (*b"FR", &[(10, N), (11, C), (2, N)]),
    (*b"GB", &[(4, A), (14, N)]),
    (*b"GE", &[(2, A), (16, N)]),
    (*b"GI", &[(4, A), (15, C)]),
    (*b"GL", &[(14, N)]),
    (*b"GR", &[(7, N), (16, C)]),
    (*b"GT", &[(24, C)]),
    (*b"HN", &[(4, A), (20, N)]),
    (*b"HR", &[(17, N)]),
    (*b"HU", &[(24, N)]),
    (*b"IE", &[(4, A), (14, N)]),
    (*b"IL", &[(19, N)]),
    (*b"IQ", &[(4, A), (15, N)]),
    (*b"IS", &[(22, N)]),
    (*b"IT", &[(1, A), (10, N), (12, C)]),
    (*b"JO", &[(4, A), (4, N), (18, C)]),
    (*b"KW", &[(4, A), (22, C)]),
    (*b"KZ", &[(3, N), (13, C)]),
    (*b"LB", &[(4, N), (20, C)]),
    (*b"LC", &[(4, A), (24, C)]),
    (*b"LI", &[(5, N), (12, C)]),
    (*b"LT", &[(16, N)]),
    (*b"LU", &[(3, N), (13, C)]),
    (*b"LV", &[(4, A), (13, C)]),
    (*b"LY", &[(21, N)]),
    (*b"MC", &[(10, N), (11, C), (2, N)]),
    (*b"MD", &[(20, C)]),
    (*b"ME", &[(18, N)]),
    (*b"MK", &[(3, N), (10, C), (2, N)]),
    (*b"MN", &[(16, N)]),
    (*b"MR", &[(23, N)]),
    (*b"MT", &[(4, A), (5, N), (18, C)]),
    (*b"MU", &[(4, A), (19, N), (3, A)]),
    (*b"NI", &[(4, A), (20, N)]),
    (*b"NL", &[(4, A), (10, N)]),
    (*b"NO", &[(11, N)]),
    (*b"OM", &[(3, N), (16, C)]),
    (*b"PK", &[(4, A), (16, C)]),
    (*b"PL", &[(24, N)]),
    (*b"PS", &[(4, A), (21, C)]),
    (*b"PT", &[(21, N)]),
    (*b"QA", &[(4, A), (21, C)]),
    (*b"RO", &[(4, A), (16, C)]),
    (*b"RS", &[(18, N)]),
    (*b"RU", &[(14, N), (15, C)]),
    (*b"SA", &[(2, N), (18, C)]),
    (*b"SC", &[(4, A), (20, N), (3, A)]),
    (*b"SD", &[(14, N)]),
    (*b"SE", &[(20, N)]),
    (*b"SI", &[(15, N)]),
    (*b"SK", &[(20, N)]),
    (*b"SM", &[(1, A), (10, N), (12, C)]),
    (*b"SO", &[(19, N)]),
    (*b"ST", &[(21, N)]),
    (*b"SV", &[(4, A), (20, N)]),
    (*b"TL", &[(19, N)]),
    (*b"TN", &[(20, N)]),
    (*b"TR", &[(6, N), (16, C)]),
    (*b"UA", &[(6, N), (19, C)]),
    (*b"VA", &[(18, N)]),
    (*b"VG", &[(4, A), (16, N)]),
    (*b"XK", &[(16, N)]),
    (*b"YE", &[(4, A), (4, N), (18, C)]),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validator::{cases, seeded};

    // The examples are those of the SWIFT registry.
    #[test]
    fn registry_examples_hold_and_their_neighbours_do_not() {
        cases(
            "iban",
            &[
                "GB29 NWBK 6016 1331 9268 19",
                "gb29nwbk60161331926819",
                "DE89370400440532013000",
                "FR14 2004 1010 0505 0001 3M02 606",
                "IT60 X054 2811 1010 0000 0123 456",
                "BE68539007547034",
                "ES9121000418450200051332",
                "NO9386011117947",
                "FI2112345600000785",
                "PT50000201231234567890154",
                "SI56263300012039086",
                "MT84MALT011000012345MTLCAST001S",
            ],
            &[
                "GB29 NWBK 6016 1331 9268 18",
                "DE8937040044053201300",
                "ZZ89370400440532013000",
                "GB29",
                "",
                "GB29NWBK6016133192681900000000000000000",
            ],
        );
    }

    #[test]
    fn a_wrong_national_check_makes_it_weaker() {
        let wrong = with_check_digits("BE00539007547035");
        assert_eq!(check(wrong.as_bytes()), Verdict::Valid(Digit), "{wrong}");
    }

    #[test]
    fn every_country_generates() {
        let mut draw = seeded(1);
        for (country, structure) in STRUCTURES {
            let mut template = format!("{}##", String::from_utf8_lossy(country));
            for (length, class) in *structure {
                let symbol = if matches!(class, A) { "?" } else { "#" };
                template.push_str(&symbol.repeat(*length));
            }
            let iban = GENERATE(&template, &mut draw);
            assert_eq!(check(iban.as_bytes()), Verdict::Valid(Strong), "{iban}");
        }
    }
}
