//! Machine-readable zones of travel documents (ICAO 9303 parts 4 to 6: TD3, TD1, TD2).

use super::{Strength::Strong, Validator, Verdict, digits::base36};

pub(super) const FAMILY: &[Validator] =
    &[Validator::new("mrz", "https://www.icao.int/publications/doc-series/doc-9303", mrz)];

/// The longest zone: two lines of 44, or three of 30.
const SYMBOLS_MAX: usize = 90;

// The lines may come with line ends between them, or be the last line of a passport alone.
fn mrz(bytes: &[u8]) -> Verdict {
    let mut symbols = [0; SYMBOLS_MAX];
    let mut count = 0_usize;
    for &byte in bytes.iter().filter(|byte| !byte.is_ascii_whitespace()) {
        let Some(slot) = symbols.get_mut(count) else { return Verdict::Invalid };
        if !(byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'<') {
            return Verdict::Invalid;
        }
        *slot = byte;
        count += 1;
    }
    let zone = symbols.get(..count).unwrap_or_default();
    let holds = match count {
        90 => td1(zone),
        88 => zone.get(44..).and_then(td3),
        72 => zone.get(36..).and_then(td2),
        44 => td3(zone),
        36 => td2(zone),
        _ => None,
    };
    Strong.when(holds == Some(true))
}

// Number 0–8, birth 13–18, expiry 21–26, personal number 28–41, then the composite.
fn td3(line: &[u8]) -> Option<bool> {
    let personal = check(line, std::slice::from_ref(&(28..42)));
    let personal_holds =
        digit(line, 42)? == personal || (line.get(42) == Some(&b'<') && personal == 0);
    Some(
        holds(line, 0..9, 9)?
            && holds(line, 13..19, 19)?
            && holds(line, 21..27, 27)?
            && personal_holds
            && check(line, &[0..10, 13..20, 21..43]) == digit(line, 43)?,
    )
}

fn td2(line: &[u8]) -> Option<bool> {
    Some(
        holds(line, 0..9, 9)?
            && holds(line, 13..19, 19)?
            && holds(line, 21..27, 27)?
            && check(line, &[0..10, 13..20, 21..35]) == digit(line, 35)?,
    )
}

// Three lines of 30: number 5–13 in the first, birth and expiry in the second.
fn td1(zone: &[u8]) -> Option<bool> {
    let long_number = zone.get(14) == Some(&b'<');
    Some(
        (long_number || holds(zone, 5..14, 14)?)
            && holds(zone, 30..36, 36)?
            && holds(zone, 38..44, 44)?
            && check(zone, &[5..30, 30..37, 38..45, 48..59]) == digit(zone, 59)?,
    )
}

fn holds(zone: &[u8], field: std::ops::Range<usize>, place: usize) -> Option<bool> {
    Some(check(zone, std::slice::from_ref(&field)) == digit(zone, place)?)
}

/// The check digit over fields: weights 7, 3, 1, letters from 10, the filler as 0, mod 10.
fn check(zone: &[u8], fields: &[std::ops::Range<usize>]) -> u32 {
    let symbols = fields.iter().filter_map(|field| zone.get(field.clone())).flatten();
    let values = symbols.map(|&symbol| u32::from(base36(symbol).unwrap_or(0)));
    let sum: u32 =
        values.zip([7, 3, 1].into_iter().cycle()).map(|(value, weight)| value * weight).sum();
    sum % 10
}

/// A check digit; the filler says that there is none, which never equals a sum.
fn digit(zone: &[u8], place: usize) -> Option<u32> {
    let symbol = *zone.get(place)?;
    Some(if symbol.is_ascii_digit() { u32::from(symbol - b'0') } else { u32::MAX })
}

#[cfg(test)]
mod tests {
    use crate::validator::cases;

    // The specimens of ICAO 9303.
    #[test]
    fn specimens_hold_and_one_changed_symbol_does_not() {
        cases(
            "mrz",
            &[
                "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10",
                "L898902C36UTO7408122F1204159ZE184226B<<<<<10",
                "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<",
                "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\r\nD231458907UTO7408122F1204159<<<<<<<6",
            ],
            &[
                "L898902C36UTO7408122F1204159ZE184226B<<<<<11",
                "L898902C46UTO7408122F1204159ZE184226B<<<<<10",
                "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<7\nERIKSSON<<ANNA<MARIA<<<<<<<<<<",
                "<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<",
                "",
            ],
        );
    }
}
