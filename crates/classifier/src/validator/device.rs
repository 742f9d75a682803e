//! Vehicles and devices: VIN (ISO 3779, 49 CFR 565), IMEI (3GPP TS 23.003), ICCID (ITU-T E.118).

use super::{
    Strength::{Digit, Structure},
    Validator, Verdict,
    digits::{self, Compact, all_same, luhn, symbols, weighted},
};

pub(super) const FAMILY: &[Validator] = &[
    Validator::new("vin", "https://www.ecfr.gov/current/title-49/part-565", vin),
    Validator::new("imei", "https://www.3gpp.org/dynareport/23003.htm (TS 23.003 annex B)", imei),
    Validator::new("imsi", "https://www.itu.int/rec/T-REC-E.212", imsi),
    Validator::new("iccid", "https://www.itu.int/rec/T-REC-E.118", iccid),
];

// The check digit at place 9 is law in North America; elsewhere the number is only well formed.
fn vin(bytes: &[u8]) -> Verdict {
    const WEIGHTS: [u32; 17] = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
    let Some(vin) = symbols::<17>(bytes) else { return Verdict::Invalid };
    let mut values = [0; 17];
    for (value, symbol) in values.iter_mut().zip(vin) {
        let Some(letter_or_digit) = transliterate(symbol) else { return Verdict::Invalid };
        *value = letter_or_digit;
    }
    let serial_ends_in_digits = vin.iter().rev().take(3).all(u8::is_ascii_digit);
    let letters = vin.iter().any(u8::is_ascii_uppercase) && vin.iter().any(u8::is_ascii_digit);
    let check = match weighted(&values, &WEIGHTS) % 11 {
        10 => b'X',
        digit => b'0' + (digit & 0xF) as u8,
    };
    if vin[8] == check && letters && !all_same(&vin) {
        return Verdict::Valid(Digit);
    }
    let north_american = matches!(vin[0], b'1'..=b'5' | b'7');
    Structure.when(letters && serial_ends_in_digits && !north_american)
}

/// Letters count by their column: A and J as 1, B, K and S as 2, … without I, O and Q.
const fn transliterate(symbol: u8) -> Option<u8> {
    match symbol {
        b'0'..=b'9' => Some(symbol - b'0'),
        b'A'..=b'H' => Some(symbol - b'A' + 1),
        b'J'..=b'N' => Some(symbol - b'J' + 1),
        b'P' => Some(7),
        b'R' => Some(9),
        b'S'..=b'Z' => Some(symbol - b'S' + 2),
        _ => None,
    }
}

// Fourteen digits, to which a check digit or two digits of a software version may be added. The bodies
// that assign types, in the first two, are not held against a number: the list grows.
fn imei(bytes: &[u8]) -> Verdict {
    let Some(compact) = Compact::<16>::digits(bytes) else { return Verdict::Invalid };
    let number = compact.as_slice();
    match number.len() {
        _ if all_same(number) => Verdict::Invalid,
        15 => Digit.when(luhn(number)),
        14 | 16 => Verdict::Valid(Structure),
        _ => Verdict::Invalid,
    }
}

// The country in three digits, the network, the subscriber: fifteen digits, in some networks fourteen.
fn imsi(bytes: &[u8]) -> Verdict {
    Structure.when(Compact::<15>::digits(bytes).is_some_and(|compact| {
        let number = compact.as_slice();
        let country = number.first_chunk::<3>().map_or(0, |code| digits::number(code));
        number.len() >= 14 && !all_same(number) && is_mobile_country(country)
    }))
}

/// The countries of ITU-T E.212 (list of 2023), and 901 for networks of the sea, the air and space.
fn is_mobile_country(code: u64) -> bool {
    matches!(
        code,
        202 | 204 | 206 | 208 | 212..=214 | 216 | 218..=222 | 226 | 228 | 230..=232 | 234
            | 235 | 238 | 240 | 242 | 244 | 246..=248 | 250 | 255 | 257 | 259 | 260 | 262
            | 266 | 268 | 270 | 272 | 274 | 276 | 278 | 280 | 282..=284 | 286 | 288..=290
            | 292..=295 | 297 | 302 | 308 | 310..=314 | 316 | 330 | 334 | 338 | 340 | 342
            | 344 | 346 | 348 | 350 | 352 | 354 | 356 | 358 | 360 | 362..=366 | 368 | 370
            | 372 | 374 | 376 | 400..=402 | 404 | 405 | 410 | 412..=422 | 424..=429 | 432
            | 434 | 436..=438 | 440 | 441 | 450 | 452 | 454..=457 | 460 | 461 | 466 | 467
            | 470 | 472 | 502 | 505 | 510 | 514 | 515 | 520 | 525 | 528 | 530 | 536 | 537
            | 539..=555 | 602..=643 | 645..=655 | 657..=659 | 702 | 704 | 706 | 708 | 710
            | 712 | 714 | 716 | 722 | 724 | 730 | 732 | 734 | 736 | 738 | 740 | 742 | 744
            | 746 | 748 | 750 | 901
    )
}

fn iccid(bytes: &[u8]) -> Verdict {
    Digit.when(Compact::<20>::digits(bytes).is_some_and(|number| {
        let digits = number.as_slice();
        digits.starts_with(&[8, 9]) && matches!(digits.len(), 19 | 20) && luhn(digits)
    }))
}

#[cfg(test)]
mod tests {
    use crate::validator::cases;

    #[test]
    fn published_examples_hold_and_their_neighbours_do_not() {
        cases(
            "vin",
            &["1M8GDM9AXKP042788", "5GZCZ43D13S812715", "WBA3A5C57CF256651"],
            &["1M8GDM9A1KP042788", "1M8GDM9AIKP042788", "11111111111111111"],
        );
        cases(
            "imei",
            &["49-015420-323751-8", "356938035643809", "35686800-004141", "35686800-004141-20"],
            &["490154203237519", "000000000000000"],
        );
        cases(
            "imsi",
            &["262019876543210", "26201987654321", "310150123456789", "901700000000001"],
            &["162019876543210", "2620198765432", "200396041365803", "999700000000001"],
        );
        cases("iccid", &["8931041010654378932"], &["8931041010654378933", "7931041010654378930"]);
    }
}
