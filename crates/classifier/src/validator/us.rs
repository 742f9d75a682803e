//! United States: SSN, ITIN, EIN, NPI (45 CFR 162.406), DEA numbers, Medicare MBI (CMS).

use super::{
    Strength::{Digit, Structure},
    Validator, Verdict,
    digits::{all_same, digits, luhn_sum, number, symbols, two},
};

pub(super) const FAMILY: &[Validator] = &[
    Validator::new("us-ssn", "https://www.ssa.gov/employer/randomization.html", ssn),
    Validator::new("us-itin", "https://www.irs.gov/irm/part3/irm_03-021-263r (ITIN ranges)", itin),
    Validator::new(
        "us-atin",
        "https://www.irs.gov/individuals/adoption-taxpayer-identification-number",
        atin,
    ),
    Validator::new(
        "us-ein",
        "https://www.irs.gov/businesses/small-businesses-self-employed/how-eins-are-assigned-and-valid-ein-prefixes",
        ein,
    ),
    Validator::new(
        "us-npi",
        "https://www.cms.gov/Regulations-and-Guidance/Administrative-Simplification/NationalProvIdentStand/Downloads/NPIcheckdigit.pdf",
        npi,
    ),
    Validator::new("us-dea", "https://www.deadiversion.usdoj.gov (registration number check)", dea),
    Validator::new(
        "us-mbi",
        "https://www.cms.gov/medicare/new-medicare-card/understanding-the-mbi-with-format.pdf",
        mbi,
    ),
];

// Numbers that were printed in adverts and wallets, and so are nobody's.
const SSN_MISUSED: [u64; 4] = [78_051_120, 219_099_999, 457_555_462, 123_456_789];

fn ssn(bytes: &[u8]) -> Verdict {
    Structure.when(digits::<9>(bytes).is_some_and(|ssn| {
        let value = number(&ssn);
        let (area, group, serial) = (value / 1_000_000, value / 10_000 % 100, value % 10_000);
        !matches!(area, 0 | 666 | 900..)
            && group != 0
            && serial != 0
            && !SSN_MISUSED.contains(&value)
            && !all_same(&ssn)
    }))
}

fn itin(bytes: &[u8]) -> Verdict {
    Structure.when(digits::<9>(bytes).is_some_and(|itin| {
        itin[0] == 9 && matches!(two(itin[3], itin[4]), 50..=65 | 70..=88 | 90..=92 | 94..=99)
    }))
}

fn atin(bytes: &[u8]) -> Verdict {
    Structure
        .when(digits::<9>(bytes).is_some_and(|atin| atin[0] == 9 && atin[3] == 9 && atin[4] == 3))
}

fn ein(bytes: &[u8]) -> Verdict {
    Structure.when(digits::<9>(bytes).is_some_and(|ein| {
        let campus = two(ein[0], ein[1]);
        !matches!(campus, 0 | 7..=9 | 17..=19 | 28 | 29 | 49 | 69 | 70 | 78 | 79 | 89 | 96 | 97)
    }))
}

// The Luhn sum runs over the card issuer prefix 80840 too, which adds 24.
fn npi(bytes: &[u8]) -> Verdict {
    Digit.when(
        digits::<10>(bytes)
            .is_some_and(|npi| matches!(npi[0], 1 | 2) && (luhn_sum(&npi) + 24).is_multiple_of(10)),
    )
}

fn dea(bytes: &[u8]) -> Verdict {
    let Some([kind, name, number @ ..]) = symbols::<9>(bytes) else { return Verdict::Invalid };
    let Some(number) = digits::<7>(&number) else { return Verdict::Invalid };
    let [first, second, third, fourth, fifth, sixth, check] = number.map(u32::from);
    let sum = first + third + fifth + 2 * (second + fourth + sixth);
    Digit.when(
        b"ABCDEFGHJKLMPRSTUX".contains(&kind)
            && (name.is_ascii_uppercase() || name == b'9')
            && !all_same(&number)
            && sum % 10 == check,
    )
}

// Positions: C A AN N A AN N A A N N, letters without S L O I B Z (C is 1–9).
fn mbi(bytes: &[u8]) -> Verdict {
    let is_letter = |symbol: u8| symbol.is_ascii_uppercase() && !b"SLOIBZ".contains(&symbol);
    Structure.when(symbols::<11>(bytes).is_some_and(|mbi| {
        mbi[0] != b'0'
            && mbi.iter().zip(b"NAXNAXNAANN").all(|(&symbol, class)| match class {
                b'N' => symbol.is_ascii_digit(),
                b'A' => is_letter(symbol),
                _ => symbol.is_ascii_digit() || is_letter(symbol),
            })
    }))
}

#[cfg(test)]
mod tests {
    use crate::validator::cases;

    #[test]
    fn published_examples_hold_and_reserved_ranges_do_not() {
        cases(
            "us-ssn",
            &["536-90-4399", "536904399", "899 12 3456"],
            &[
                "000-12-3456",
                "666-12-3456",
                "900-12-3456",
                "536-00-4399",
                "536-90-0000",
                "078-05-1120",
                "333-33-3333",
            ],
        );
        cases(
            "us-itin",
            &["912-90-3456", "900-70-0000"],
            &["812-90-3456", "912-93-3456", "912-69-3456"],
        );
        cases("us-atin", &["923-93-0000"], &["923-92-0000"]);
        cases("us-ein", &["91-1144442", "04-2103594"], &["07-1144442", "96-1144442", "91-114444"]);
        cases("us-npi", &["1234567893", "1245319599"], &["1234567890", "3234567893"]);
        cases("us-dea", &["F91234563", "AB1234563"], &["AB1234564", "IB1234563", "AB123456"]);
        cases(
            "us-mbi",
            &["1EG4-TE5-MK73", "1eg4te5mk73"],
            &["1SG4-TE5-MK73", "0EG4-TE5-MK73", "1EG4TE5MK7"],
        );
    }
}
