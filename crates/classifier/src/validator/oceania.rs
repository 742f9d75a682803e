//! Australia TFN, Medicare, ABN, ACN (ATO, ASIC, Services Australia); New Zealand IRD, NHI (HISO 10046).

use super::{
    Strength::{Digit, Strong, Structure},
    Validator, Verdict,
    digits::{Compact, all_same, digits, symbols, weighted},
};

pub(super) const FAMILY: &[Validator] = &[
    Validator::new("au-tfn", "https://www.ato.gov.au (tax file number algorithm)", tfn),
    Validator::new("au-medicare", "https://meteor.aihw.gov.au/content/270101", medicare),
    Validator::new("au-abn", "https://abr.business.gov.au/Help/AbnFormat", abn),
    Validator::new("au-acn", "https://asic.gov.au (ACN check digit)", acn),
    Validator::new("nz-ird", "https://www.ird.govt.nz (IRD number validation)", ird),
    Validator::new("nz-nhi", "https://www.tewhatuora.govt.nz (HISO 10046:2023)", nhi),
    Validator::new("nz-account", "https://www.paymentsnz.co.nz (bank branch register)", account),
];

fn tfn(bytes: &[u8]) -> Verdict {
    Digit.when(Compact::<9>::digits(bytes).is_some_and(|compact| {
        let digits = compact.as_slice();
        let sum = match digits.len() {
            8 => weighted(digits, &[10, 7, 8, 4, 6, 3, 5, 1]),
            9 => weighted(digits, &[1, 4, 3, 7, 5, 8, 6, 9, 10]),
            _ => return false,
        };
        !all_same(digits) && sum.is_multiple_of(11)
    }))
}

// Eight digits, check digit, issue number, and perhaps the person's number on the card.
fn medicare(bytes: &[u8]) -> Verdict {
    Digit.when(Compact::<11>::digits(bytes).is_some_and(|compact| {
        let digits = compact.as_slice();
        let sum = weighted(digits, &[1, 3, 7, 9, 1, 3, 7, 9]);
        matches!(digits.len(), 10 | 11)
            && matches!(digits.first(), Some(2..=6))
            && digits.get(8).is_some_and(|&check| sum % 10 == u32::from(check))
            && digits.get(9) != Some(&0)
    }))
}

// One is taken from the first digit; the weighted sum is a multiple of 89.
fn abn(bytes: &[u8]) -> Verdict {
    Strong.when(digits::<11>(bytes).is_some_and(|digits| {
        let sum = weighted(&digits, &[10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19]);
        digits[0] != 0 && sum % 89 == 10
    }))
}

fn acn(bytes: &[u8]) -> Verdict {
    Digit.when(digits::<9>(bytes).is_some_and(|digits| {
        let sum = weighted(&digits, &[8, 7, 6, 5, 4, 3, 2, 1]);
        !all_same(&digits) && (sum + u32::from(digits[8])).is_multiple_of(10)
    }))
}

// Eight or nine digits; a second set of weights where the first gives ten.
fn ird(bytes: &[u8]) -> Verdict {
    let Some(compact) = Compact::<9>::digits(bytes) else { return Verdict::Invalid };
    let mut padded = [0; 9];
    let given = compact.as_slice();
    for (slot, digit) in padded.iter_mut().rev().zip(given.iter().rev()) {
        *slot = *digit;
    }
    let check = |weights: &[u32]| (11 - weighted(&padded, weights) % 11) % 11;
    let check = match check(&[3, 2, 7, 6, 5, 4, 3, 2]) {
        10 => check(&[7, 4, 3, 2, 5, 2, 7, 6]),
        first => first,
    };
    let in_range = matches!(super::digits::number(&padded), 10_000_001..150_000_000);
    Digit.when(given.len() >= 8 && in_range && check == u32::from(padded[8]))
}

// Three letters and four digits (mod 11), or three letters, two digits and two letters (mod 23).
fn nhi(bytes: &[u8]) -> Verdict {
    const LETTERS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZ";
    let Some(code) = symbols::<7>(bytes) else { return Verdict::Invalid };
    let [letters @ .., _, _, _, _] = code;
    let place = |symbol: u8| {
        (1..).zip(LETTERS).find(|&(_, &known)| known == symbol).map(|(place, _)| place)
    };
    let value =
        |symbol: u8| if symbol.is_ascii_digit() { Some(symbol - b'0') } else { place(symbol) };
    let mut values = [0; 7];
    for (slot, symbol) in values.iter_mut().zip(code) {
        let Some(value) = value(symbol) else { return Verdict::Invalid };
        *slot = value;
    }
    let sum = weighted(&values, &[7, 6, 5, 4, 3, 2]);
    let is_digit = |place: usize| code.get(place).is_some_and(u8::is_ascii_digit);
    let last = u32::from(values[6]);
    let holds = if is_digit(5) {
        is_digit(6) && !sum.is_multiple_of(11) && (11 - sum % 11) % 10 == last
    } else {
        !is_digit(6) && 23 - sum % 23 == last
    };
    Digit.when(letters.iter().all(u8::is_ascii_uppercase) && is_digit(3) && is_digit(4) && holds)
}

// Bank, branch, account, suffix: 2-4-7-2 or 2-4-7-3. The check differs from bank to bank.
fn account(bytes: &[u8]) -> Verdict {
    Structure.when(Compact::<16>::digits(bytes).is_some_and(|compact| {
        let digits = compact.as_slice();
        let bank = digits.iter().take(2).fold(0, |bank, &digit| bank * 10 + u32::from(digit));
        matches!(digits.len(), 15 | 16)
            && matches!(bank, 1..=6 | 8..=31 | 33 | 35 | 38 | 88)
            && !all_same(digits)
    }))
}

#[cfg(test)]
mod tests {
    use crate::validator::cases;

    #[test]
    fn published_examples_hold_and_their_neighbours_do_not() {
        cases("au-tfn", &["123 456 782"], &["999 999 999", "123 456 783"]);
        cases(
            "au-medicare",
            &["2123 45670 1", "2123 45670 1 1"],
            &["2123 45671 1", "1123 45670 1"],
        );
        cases("au-abn", &["83 914 571 673", "51824753556"], &["99 999 999 999", "51824753557"]);
        cases("au-acn", &["004 085 616"], &["004 085 617", "000000000"]);
        cases("nz-ird", &["49-091-850", "49-098-576"], &["49-091-851", "9-091-850"]);
        cases("nz-nhi", &["ZZZ0016", "ZBN77VL"], &["ZZZ0017", "ZBN77VM", "ZIZ0016"]);
        cases("nz-account", &["01-0242-0100194-00"], &["99-0242-0100194-00", "01-0242-0100194"]);
    }
}
