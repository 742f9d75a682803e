//! Germany: Steuer-ID (AO §139b), identity card (BMI), pension (SGB VI §147) and health (SGB V §290) numbers.

use super::{
    Strength::Digit,
    Validator, Verdict,
    digits::{base36, cross, digits, mod_11_10, symbols, two, weighted},
};

pub(super) const FAMILY: &[Validator] = &[
    Validator::new("de-idnr", "https://www.bzst.de (Steuer-IdNr., ISO 7064 mod 11,10)", idnr),
    Validator::new(
        "de-personalausweis",
        "https://www.personalausweisportal.de (ICAO 9303 check digit)",
        personalausweis,
    ),
    Validator::new(
        "de-rvnr",
        "https://www.gesetze-im-internet.de/sgb_6/__147.html (VKVV §2)",
        rvnr,
    ),
    Validator::new("de-kvnr", "https://www.gesetze-im-internet.de/sgb_5/__290.html", kvnr),
    Validator::new("de-vat", "https://www.bzst.de (USt-IdNr., ISO 7064 mod 11,10)", vat),
];

// Of the first ten digits exactly one comes twice, or one three times (never in a row), none else.
fn idnr(bytes: &[u8]) -> Verdict {
    Digit.when(digits::<11>(bytes).is_some_and(|number| {
        let [body @ .., _] = number;
        number[0] != 0 && one_repeats(&body) && mod_11_10(&number)
    }))
}

fn one_repeats(body: &[u8; 10]) -> bool {
    let mut counts = [0_u8; 10];
    for &digit in body {
        if let Some(count) = counts.get_mut(usize::from(digit)) {
            *count += 1;
        }
    }
    let mut repeated = counts.iter().filter(|&&count| count > 1);
    let triple_run = body.windows(3).any(|run| run.iter().all(|digit| run.first() == Some(digit)));
    matches!((repeated.next(), repeated.next()), (Some(2 | 3), None)) && !triple_run
}

// Document number of nine symbols from a set without vowels, then the 7-3-1 check digit.
fn personalausweis(bytes: &[u8]) -> Verdict {
    Digit.when(symbols::<10>(bytes).is_some_and(|number| {
        let [body @ .., check] = number;
        let in_set = |symbol: &u8| b"CFGHJKLMNPRTVWXYZ0123456789".contains(symbol);
        let values = body.map(|symbol| base36(symbol).unwrap_or(0));
        b"CFGHJKLMNPRTVWXYZ".contains(&body[0])
            && body.iter().all(in_set)
            && check.is_ascii_digit()
            && weighted(&values, &[7, 3, 1, 7, 3, 1, 7, 3, 1]) % 10 == u32::from(check - b'0')
    }))
}

// Area, date of birth (day + 50 when taken twice), initial, serial, check digit over cross sums.
fn rvnr(bytes: &[u8]) -> Verdict {
    let Some(number) = symbols::<12>(bytes) else { return Verdict::Invalid };
    let [head @ .., letter, serial_tens, serial_ones, check] = number;
    let Some(head) = digits::<8>(&head) else { return Verdict::Invalid };
    let Some(tail) = digits::<3>(&[serial_tens, serial_ones, check]) else {
        return Verdict::Invalid;
    };
    if !letter.is_ascii_uppercase() {
        return Verdict::Invalid;
    }
    let rank = letter - b'A' + 1;
    let body = head.iter().copied().chain([rank / 10, rank % 10, tail[0], tail[1]]);
    let sum: u32 = body
        .zip([2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1])
        .map(|(digit, weight)| cross(digit, weight))
        .sum();
    let (day, month) = (two(head[2], head[3]), two(head[4], head[5]));
    Digit.when(
        two(head[0], head[1]) >= 2
            && matches!(day, 0..=31 | 50..=81)
            && month <= 12
            && sum % 10 == u32::from(tail[2]),
    )
}

fn kvnr(bytes: &[u8]) -> Verdict {
    let Some([letter, number @ ..]) = symbols::<10>(bytes) else { return Verdict::Invalid };
    let Some([body @ .., check]) = digits::<9>(&number) else { return Verdict::Invalid };
    if !letter.is_ascii_uppercase() {
        return Verdict::Invalid;
    }
    let rank = letter - b'A' + 1;
    let symbols = [rank / 10, rank % 10].into_iter().chain(body);
    let sum: u32 =
        symbols.zip([1, 2].into_iter().cycle()).map(|(d, weight)| cross(d, weight)).sum();
    Digit.when(sum % 10 == u32::from(check) && body.iter().any(|&digit| digit != 0))
}

fn vat(bytes: &[u8]) -> Verdict {
    let number = bytes.strip_prefix(b"DE").or(bytes.strip_prefix(b"de")).unwrap_or(bytes);
    Digit.when(digits::<9>(number).is_some_and(|number| number[0] != 0 && mod_11_10(&number)))
}

#[cfg(test)]
mod tests {
    use crate::validator::cases;

    #[test]
    fn published_examples_hold_and_their_neighbours_do_not() {
        cases(
            "de-idnr",
            &["36 574 261 809", "86095742719"],
            &["36574261890", "36554266806", "06574261809"],
        );
        cases(
            "de-personalausweis",
            &["T220001293", "L01X00T471"],
            &["T220001294", "A220001293", "T22000129"],
        );
        cases(
            "de-rvnr",
            &["15 070649 C 103", "65170839J003"],
            &["15070649C104", "15990649C103", "1507064901033"],
        );
        cases("de-kvnr", &["A123456780", "A 123456780"], &["A123456781", "1123456780"]);
        cases("de-vat", &["DE136695976", "136 695 976"], &["DE136695977"]);
    }
}
