//! Documents and registers: driving licences of Germany and Japan, the Brazilian ones of drivers and voters,
//! the Belgian card, connections and parcels of Spain, taxpayers of Azerbaijan, Senegal and Slovenia, MEID.

use super::{
    Strength::{Digit, Strong, Structure},
    Validator, Verdict,
    digits::{Compact, all_same, base36, digits, luhn, number, symbols, two, weighted},
};

pub(super) const FAMILY: &[Validator] = &[
    Validator::new("az-voen", "https://www.taxes.gov.az (VÖEN)", voen),
    Validator::new("be-eid", "https://www.ibz.rrn.fgov.be (numéro de carte, mod 97)", eid),
    Validator::new("br-cnh", "https://www.gov.br/transportes (CNH, registro)", cnh),
    Validator::new("br-titulo", "https://www.tse.jus.br (título de eleitor)", titulo),
    Validator::new(
        "de-driving-licence",
        "https://www.gesetze-im-internet.de/fev_2010 (FeV Anlage 8, Feld 5)",
        de_licence,
    ),
    Validator::new(
        "es-catastral",
        "https://www.catastro.minhap.es (referencia catastral)",
        catastral,
    ),
    Validator::new("es-cups", "https://www.cnmc.es (CUPS)", cups),
    Validator::new("jp-driving-licence", "https://www.npa.go.jp (運転免許証番号)", jp_licence),
    Validator::new("meid", "https://www.3gpp2.org (X.S0008, annex B)", meid),
    Validator::new("si-maticna", "https://www.ajpes.si (matična številka)", maticna),
    Validator::new("sn-ninea", "https://www.ansd.sn (NINEA)", ninea),
];

// Nine digits, of which the last but one is the check, and the kind of taxpayer: 1 company, 2 person.
fn voen(bytes: &[u8]) -> Verdict {
    Digit.when(digits::<10>(bytes).is_some_and(|number| {
        matches!(number[9], 1 | 2)
            && weighted(&number, &[4, 1, 8, 6, 2, 7, 5, 3]) % 11 == u32::from(number[8])
    }))
}

fn eid(bytes: &[u8]) -> Verdict {
    Strong.when(digits::<12>(bytes).is_some_and(|digits| {
        let (body, check) = digits.split_at(10);
        let remainder = number(body) % 97;
        number(body) > 0 && number(check) == if remainder == 0 { 97 } else { remainder }
    }))
}

// Weights fall for the first check digit and rise for the second, which is lowered by two where the
// first would be ten.
fn cnh(bytes: &[u8]) -> Verdict {
    Strong.when(digits::<11>(bytes).is_some_and(|digits| {
        let first = weighted(&digits, &[9, 8, 7, 6, 5, 4, 3, 2, 1]) % 11;
        let second = weighted(&digits, &[1, 2, 3, 4, 5, 6, 7, 8, 9]) % 11;
        let second = if first == 10 { (second + 9) % 11 } else { second };
        let written = |check: u32| if check == 10 { 0 } else { check };
        !all_same(&digits)
            && written(first) == u32::from(digits[9])
            && written(second) == u32::from(digits[10])
    }))
}

// Serial, state (28 of them, one for abroad), two check digits; São Paulo and Minas Gerais have no zero.
fn titulo(bytes: &[u8]) -> Verdict {
    Strong.when(digits::<12>(bytes).is_some_and(|digits| {
        let state = two(digits[8], digits[9]);
        let check = |sum: u32| match sum % 11 {
            10 => 0,
            0 if state <= 2 => 1,
            check => check,
        };
        let first = check(weighted(&digits, &[2, 3, 4, 5, 6, 7, 8, 9]));
        let tail = u32::from(digits[8]) * 7 + u32::from(digits[9]) * 8;
        (1..=28).contains(&state)
            && first == u32::from(digits[10])
            && check(tail + first * 9) == u32::from(digits[11])
    }))
}

// Authority, serial, check (X is ten), and how many of it were issued.
fn de_licence(bytes: &[u8]) -> Verdict {
    let Some(licence) = symbols::<11>(bytes) else { return Verdict::Invalid };
    let values = licence.map(|symbol| base36(symbol).unwrap_or(0));
    let check = match weighted(&values, &[9, 8, 7, 6, 5, 4, 3, 2, 1]) % 11 {
        10 => b'X',
        digit => b'0' + (digit & 0xF) as u8,
    };
    let mixed =
        licence.iter().any(u8::is_ascii_digit) && licence.iter().any(u8::is_ascii_alphabetic);
    Digit.when(mixed && licence[9] == check)
}

// Two halves, each checked together with the number of the flat; letters count from one.
fn catastral(bytes: &[u8]) -> Verdict {
    const WEIGHTS: [u32; 11] = [13, 15, 12, 5, 4, 17, 9, 21, 3, 7, 1];
    let Some(reference) = symbols::<20>(bytes) else { return Verdict::Invalid };
    // Letters behind N are one further in the Spanish alphabet.
    let value = |symbol: u8| match symbol {
        b'0'..=b'9' => u32::from(symbol - b'0'),
        b'A'..=b'N' => u32::from(symbol - b'A') + 1,
        _ => u32::from(symbol - b'A') + 2,
    };
    let holds = |half: usize, check: u8| {
        let parcel = reference.iter().skip(half).take(7);
        let sum: u32 = parcel
            .chain(reference.iter().skip(14).take(4))
            .zip(WEIGHTS)
            .map(|(&symbol, weight)| value(symbol) * weight)
            .sum();
        b"MQWERTYUIOPASDFGHJKLBZX".get((sum % 23) as usize) == Some(&check)
    };
    Strong.when(holds(0, reference[18]) && holds(7, reference[19]))
}

// Sixteen digits and two letters of control; the point of measurement may follow.
fn cups(bytes: &[u8]) -> Verdict {
    const LETTERS: &[u8; 23] = b"TRWAGMYFPDXBNJZSQVHLCKE";
    let Some(compact) = Compact::<22>::symbols(bytes) else { return Verdict::Invalid };
    let Some((head, point)) = compact.as_slice().split_first_chunk::<20>() else {
        return Verdict::Invalid;
    };
    let [b'E', b'S', body @ .., first, second] = head else { return Verdict::Invalid };
    let Some(body) = digits::<16>(body) else { return Verdict::Invalid };
    let rest = usize::try_from(number(&body) % 529).unwrap_or(0);
    let point = match point {
        [] => true,
        [number, kind] => number.is_ascii_digit() && b"FPRCXYZ".contains(kind),
        _ => false,
    };
    Strong.when(
        point && LETTERS.get(rest / 23) == Some(first) && LETTERS.get(rest % 23) == Some(second),
    )
}

// Ten digits, a check, and how often the licence was issued again.
fn jp_licence(bytes: &[u8]) -> Verdict {
    Digit.when(digits::<12>(bytes).is_some_and(|digits| {
        let check = 11 - weighted(&digits, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
        !all_same(&digits) && check % 11 % 10 == u32::from(digits[10])
    }))
}

// Fourteen hexadecimal digits, of which at least one is a letter (else it is an IMEI), and perhaps a check
// digit; or eighteen decimal ones for the same number.
fn meid(bytes: &[u8]) -> Verdict {
    let Some(compact) = Compact::<19>::symbols(bytes) else { return Verdict::Invalid };
    let meid = compact.as_slice();
    if let Some((decimal, check)) = meid.split_first_chunk::<18>() {
        let Some(decimal) = digits::<18>(decimal) else { return Verdict::Invalid };
        let (manufacturer, serial) = decimal.split_at(10);
        let fits = number(manufacturer) < 1 << 32 && number(serial) < 1 << 24;
        let checked = check.is_empty() || digits::<19>(meid).is_some_and(|all| luhn(&all));
        return Structure.when(fits && checked);
    }
    let Some((body, check)) = meid.split_first_chunk::<14>() else { return Verdict::Invalid };
    let is_hexadecimal = meid.iter().all(u8::is_ascii_hexdigit);
    let lettered = body.iter().any(u8::is_ascii_alphabetic);
    match check {
        _ if !is_hexadecimal || !lettered => Verdict::Invalid,
        [] => Verdict::Valid(Structure),
        [_] => Digit.when(luhn_16(meid)),
        _ => Verdict::Invalid,
    }
}

/// The Luhn sum in hexadecimal: every second digit doubled, its hexadecimal digits added.
fn luhn_16(symbols: &[u8]) -> bool {
    let values = symbols.iter().rev().map(|&symbol| u32::from(base36(symbol).unwrap_or(0)));
    let sum: u32 = values
        .enumerate()
        .map(|(place, value)| if place % 2 == 0 { value } else { value * 2 / 16 + value * 2 % 16 })
        .sum();
    sum.is_multiple_of(16)
}

// Seven digits of a company, and three symbols of its branch; a remainder of zero is never issued.
fn maticna(bytes: &[u8]) -> Verdict {
    let Some(compact) = Compact::<10>::symbols(bytes) else { return Verdict::Invalid };
    let Some((head, branch)) = compact.as_slice().split_first_chunk::<7>() else {
        return Verdict::Invalid;
    };
    let Some(company) = digits::<7>(head) else { return Verdict::Invalid };
    let branch = match branch {
        [] => true,
        [_, tens, ones] => tens.is_ascii_digit() && ones.is_ascii_digit(),
        _ => false,
    };
    let remainder = weighted(&company, &[7, 6, 5, 4, 3, 2]) % 11;
    Digit.when(branch && remainder != 0 && (11 - remainder) % 10 == u32::from(company[6]))
}

// Seven or nine digits whose cross sums end in zero, and three symbols of the kind of taxpayer.
fn ninea(bytes: &[u8]) -> Verdict {
    let Some(compact) = Compact::<12>::symbols(bytes) else { return Verdict::Invalid };
    let all = compact.as_slice();
    let (number, kind) = match all.split_last_chunk::<3>() {
        Some((number, kind)) if all.len() > 9 => (number, Some(kind)),
        _ => (all, None),
    };
    let kind = kind.is_none_or(|[tax, form, office]| {
        matches!(tax, b'0'..=b'2')
            && form.is_ascii_alphabetic()
            && !b"IOXY".contains(form)
            && office.is_ascii_digit()
    });
    Digit.when(
        kind && Compact::<9>::digits(number).is_some_and(|compact| {
            let digits = compact.as_slice();
            let weights = [1, 2].into_iter().cycle();
            let sum: u32 = digits
                .iter()
                .rev()
                .zip(weights)
                .map(|(&digit, weight)| u32::from(digit) * weight)
                .sum();
            matches!(digits.len(), 7 | 9) && !all_same(digits) && sum.is_multiple_of(10)
        }),
    )
}

#[cfg(test)]
mod tests {
    use crate::validator::cases;

    #[test]
    fn published_examples_hold_and_their_neighbours_do_not() {
        cases("az-voen", &["140 155 5071", "0842600111"], &["140 155 5081", "1401555073"]);
        cases("be-eid", &["000-0011032-71"], &["000-0011032-25", "000000000000"]);
        cases("br-cnh", &["62472927637"], &["62472927647", "11111111111"]);
        cases("br-titulo", &["0043 5687 0906"], &["0043 5687 0907", "0043 5687 9906"]);
        cases("de-driving-licence", &["B072RRE2I55"], &["B072RRE2I65", "01234567890"]);
        cases(
            "es-catastral",
            &["7837301-VG8173B-0001 TT", "9872023 VH5797S 0001 WX"],
            &["7837301/VG8173B 0001 TA"],
        );
        cases(
            "es-cups",
            &["ES 1234-1234-5678-9012 JY", "ES 1234-1234-5678-9012 JY 1F"],
            &["ES 1234-1234-5678-9012 XY", "ES 1234-1234-5678-9012 JY 1A"],
        );
        cases(
            "meid",
            &["AF0123450ABCDE", "AF0123450ABCDEC"],
            &["AF0123450ABCDED", "35686800004141"],
        );
        cases("si-maticna", &["9331310000", "9331310"], &["9331320000", "93313"]);
        cases("sn-ninea", &["306 7221", "30672212G2", "0051126442L1"], &["3067222", "30672212X2"]);
    }

    #[test]
    fn a_japanese_licence_says_how_often_it_was_issued() {
        // Made by the published sum: 5·3 + 4·0 + 3·1 + 2·2 + 7·3 + 6·4 + 5·5 + 4·6 + 3·7 + 2·8 = 153, 11 - 10.
        cases("jp-driving-licence", &["301234567810", "301234567812"], &["301234567820"]);
    }
}
