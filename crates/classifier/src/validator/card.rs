//! Payment card numbers: issuer range × length (ISO/IEC 7812-1, published BIN ranges) and Luhn.
//!
//! Luhn alone calls one timestamp in ten a card, so the issuer range must know the length too.
//! Digits grouped as embossed on a card are strong evidence; a bare run is one check digit.

use super::{
    Strength::{Digit, Strong},
    Validator, Verdict,
    digits::{Compact, all_same, is_separator, luhn},
};

pub(super) const FAMILY: &[Validator] = &[Validator::new(
    "card",
    "https://www.iso.org/standard/70484.html (ISO/IEC 7812-1) and the schemes' published BIN ranges",
    check,
)];

fn check(bytes: &[u8]) -> Verdict {
    let Some(number) = Compact::<19>::digits(bytes) else { return Verdict::Invalid };
    let strength = if is_embossed(bytes, number.as_slice().len()) { Strong } else { Digit };
    strength.when(is_card(number.as_slice()))
}

/// Whether the digits are an issued range of the right length and complete the Luhn sum.
pub(super) fn is_card(digits: &[u8]) -> bool {
    scheme_knows(digits) && luhn(digits) && !all_same(digits)
}

/// One issuer range: the first six digits, inclusive, and the lengths (as bits) it issues.
struct Range {
    first: u32,
    last: u32,
    lengths: u32,
}

const fn range(first: u32, last: u32, lengths: &[u32]) -> Range {
    let mut bits = 0;
    let mut rest = lengths;
    while let [length, tail @ ..] = rest {
        bits |= 1 << *length;
        rest = tail;
    }
    Range { first, last, lengths: bits }
}

// Maestro (50, 56–69, 12–19 digits) is left out except where another scheme covers it: it is a
// third of all numbers, so a rule with a keyword must ask for `luhn` instead.
const RANGES: &[Range] = &[
    range(220_000, 220_499, &[16, 17, 18, 19]),     // Mir
    range(222_100, 272_099, &[16]),                 // Mastercard 2-series
    range(300_000, 305_999, &[14, 16, 17, 18, 19]), // Diners Club
    range(309_500, 309_599, &[14, 16, 17, 18, 19]),
    range(340_000, 349_999, &[15]),             // American Express
    range(352_800, 358_999, &[16, 17, 18, 19]), // JCB
    range(360_000, 369_999, &[14, 15, 16, 17, 18, 19]), // Diners Club International
    range(370_000, 379_999, &[15]),             // American Express
    range(380_000, 399_999, &[14, 16, 17, 18, 19]), // Diners Club
    range(400_000, 499_999, &[13, 16, 19]),     // Visa (and Elo, Dankort co-brands)
    range(500_000, 509_999, &[16]),             // Maestro, Elo 5067/509x, RuPay 508x, Dankort 5019
    range(510_000, 559_999, &[16]),             // Mastercard
    range(561_000, 561_099, &[16]),             // Bankcard
    range(601_100, 601_199, &[16, 17, 18, 19]), // Discover
    range(604_100, 604_299, &[16]),             // private-label ranges on the Discover network
    range(606_282, 606_282, &[16]),             // Hipercard
    range(607_000, 608_599, &[16]),             // RuPay
    range(620_000, 629_999, &[16, 17, 18, 19]), // UnionPay
    range(636_297, 636_368, &[16]),             // Elo
    range(637_095, 637_612, &[16]),             // Hiper
    range(644_000, 659_999, &[16, 17, 18, 19]), // Discover, RuPay, Elo, Troy 65
    range(675_900, 676_799, &[16, 17, 18, 19]), // Maestro UK and Solo
    range(810_000, 829_999, &[16, 17, 18, 19]), // UnionPay, RuPay
    range(979_200, 979_299, &[16]),             // Troy
];

fn scheme_knows(digits: &[u8]) -> bool {
    let issuer = digits.iter().take(6).fold(0, |issuer, &digit| issuer * 10 + u32::from(digit));
    let length = 1_u32.checked_shl(u32::try_from(digits.len()).unwrap_or(u32::MAX)).unwrap_or(0);
    RANGES
        .iter()
        .any(|range| (range.first..=range.last).contains(&issuer) && range.lengths & length != 0)
}

/// Whether the groups are those of a printed card: 4-4-4-4, 4-6-5, 4-6-4, 4-4-4-4-3 or 6-13.
fn is_embossed(bytes: &[u8], count: usize) -> bool {
    let groups = bytes.split(|&byte| is_separator(byte)).map(<[u8]>::len);
    let wanted: &[usize] = match count {
        14 => &[4, 6, 4],
        15 => &[4, 6, 5],
        16 => &[4, 4, 4, 4],
        19 => &[4, 4, 4, 4, 3],
        _ => return false,
    };
    groups.eq(wanted.iter().copied())
        || (count == 19 && bytes.split(|&byte| is_separator(byte)).map(<[u8]>::len).eq([6, 13]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validator::cases;

    #[test]
    fn issuer_range_length_and_sum_must_all_hold() {
        cases(
            "card",
            &[
                "4111111111111111",
                "4111-1111-1111-1111",
                "5500 0000 0000 0004",
                "2221 0000 0000 0009",
                "340000000000009",
                "30000000000004",
                "6011000000000004",
                "3530 1113 3330 0000",
                "2200 0000 0000 0004",
            ],
            &[
                "4111111111111112",
                "411111111111111",
                "1700000000000",
                "1699999999994",
                "0000000000000000",
                "9000000000000001",
                "4111x11111111111",
                "",
            ],
        );
    }

    #[test]
    fn embossed_groups_are_strong_evidence() {
        for (text, strength) in [
            ("4111 1111 1111 1111", Strong),
            ("3400-000000-00009", Strong),
            ("4111111111111111", Digit),
            ("41 11 11 11 11 11 11 11", Digit),
        ] {
            assert_eq!(check(text.as_bytes()), Verdict::Valid(strength), "{text}");
        }
    }
}
