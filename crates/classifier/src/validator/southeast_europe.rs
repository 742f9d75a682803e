//! Romania, Bulgaria, Greece, Croatia, Slovenia, Serbia and neighbours, Cyprus: personal and tax numbers.

use super::{
    Strength::Digit,
    Validator, Verdict,
    digits::{all_same, digits, is_date, luhn, mod_11_10, symbols, two, weighted, without_country},
};

pub(super) const FAMILY: &[Validator] = &[
    Validator::new("ro-cnp", "https://legislatie.just.ro (OUG 97/2005, cod numeric personal)", cnp),
    Validator::new("bg-egn", "https://www.grao.bg (ЕГН, weights 2 4 8 5 10 9 7 3 6)", egn),
    Validator::new("gr-amka", "https://www.amka.gr (Luhn)", amka),
    Validator::new("gr-afm", "https://www.aade.gr (ΑΦΜ, powers of two mod 11)", afm),
    Validator::new("hr-oib", "https://www.porezna-uprava.hr (OIB, ISO 7064 mod 11,10)", oib),
    Validator::new("si-emso", "https://www.stat.si (EMŠO)", jmbg),
    Validator::new("rs-jmbg", "https://www.paragraf.rs (JMBG, Yugoslav numbering of 1976)", jmbg),
    Validator::new("cy-tin", "https://www.mof.gov.cy (TIN, mod 26)", cy_tin),
];

// Sex and century, birth, county, serial, check.
fn cnp(bytes: &[u8]) -> Verdict {
    Digit.when(digits::<13>(bytes).is_some_and(|digits| {
        let short_year = two(digits[1], digits[2]);
        let (month, day) = (two(digits[3], digits[4]), two(digits[5], digits[6]));
        let born = match digits[0] {
            1 | 2 => is_date(1900 + short_year, month, day),
            3 | 4 => is_date(1800 + short_year, month, day),
            5 | 6 => is_date(2000 + short_year, month, day),
            // Residents and foreigners, of either century.
            7..=9 => {
                is_date(1900 + short_year, month, day) || is_date(2000 + short_year, month, day)
            }
            _ => false,
        };
        let check = match weighted(&digits, &[2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11 {
            10 => 1,
            remainder => remainder,
        };
        let county = matches!(two(digits[7], digits[8]), 1..=48 | 51 | 52 | 70 | 80..=83);
        born && county && check == u32::from(digits[12])
    }))
}

// The month carries the century: +20 for 18xx, +40 for 20xx.
fn egn(bytes: &[u8]) -> Verdict {
    Digit.when(digits::<10>(bytes).is_some_and(|digits| {
        let month = two(digits[2], digits[3]);
        let century = match month / 20 {
            0 => 1900,
            1 => 1800,
            2 => 2000,
            _ => return false,
        };
        let sum = weighted(&digits, &[2, 4, 8, 5, 10, 9, 7, 3, 6]);
        is_date(century + two(digits[0], digits[1]), month % 20, two(digits[4], digits[5]))
            && sum % 11 % 10 == u32::from(digits[9])
    }))
}

fn amka(bytes: &[u8]) -> Verdict {
    Digit.when(digits::<11>(bytes).is_some_and(|digits| {
        let year = two(digits[4], digits[5]);
        let (month, day) = (two(digits[2], digits[3]), two(digits[0], digits[1]));
        (is_date(1900 + year, month, day) || is_date(2000 + year, month, day)) && luhn(&digits)
    }))
}

fn afm(bytes: &[u8]) -> Verdict {
    let bytes = bytes.strip_prefix(b"EL").unwrap_or(bytes);
    Digit.when(digits::<9>(bytes).is_some_and(|digits| {
        let sum = weighted(&digits, &[256, 128, 64, 32, 16, 8, 4, 2]);
        !all_same(&digits) && sum % 11 % 10 == u32::from(digits[8])
    }))
}

fn oib(bytes: &[u8]) -> Verdict {
    let bytes = without_country(bytes, *b"HR");
    Digit.when(digits::<11>(bytes).is_some_and(|digits| !all_same(&digits) && mod_11_10(&digits)))
}

// Day, month, three digits of the year, region, serial, check.
fn jmbg(bytes: &[u8]) -> Verdict {
    Digit.when(digits::<13>(bytes).is_some_and(|digits| {
        let short_year = u32::from(digits[4]) * 100 + two(digits[5], digits[6]);
        let year = if short_year >= 800 { 1000 + short_year } else { 2000 + short_year };
        let sum = weighted(&digits, &[7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]);
        // Where ten would be the check, the rule says to take the next serial; zeros were issued all the same.
        let check_holds = sum.is_multiple_of(11) || (digits[12] == 0 && sum % 11 == 1);
        is_date(year, two(digits[2], digits[3]), two(digits[0], digits[1])) && check_holds
    }))
}

// Eight digits and a letter; the digits at odd places count by a table.
fn cy_tin(bytes: &[u8]) -> Verdict {
    const ODD: [u32; 10] = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21];
    let bytes = without_country(bytes, *b"CY");
    let Some([number @ .., letter]) = symbols::<9>(bytes) else { return Verdict::Invalid };
    let Some(digits) = digits::<8>(&number) else { return Verdict::Invalid };
    let value = |(place, &digit): (usize, &u8)| match place % 2 {
        0 => ODD.get(usize::from(digit)).copied().unwrap_or(0),
        _ => u32::from(digit),
    };
    let sum: u32 = digits.iter().enumerate().map(value).sum();
    Digit.when(
        !digits.starts_with(&[1, 2])
            && letter.is_ascii_uppercase()
            && u32::from(letter - b'A') == sum % 26,
    )
}

#[cfg(test)]
mod tests {
    use crate::validator::cases;

    #[test]
    fn published_examples_hold_and_their_neighbours_do_not() {
        cases("ro-cnp", &["1630615123457", "1800101221144"], &["1800101221145", "1801301221144"]);
        cases(
            "bg-egn",
            &["752316 926 3", "8032056031"],
            &["7552A10004", "8032056030", "8092056031"],
        );
        cases("gr-amka", &["01013099997"], &["01013099999", "01133099997"]);
        cases("gr-afm", &["EL 094259216", "094259216"], &["094259217", "000000000"]);
        cases("hr-oib", &["33392005961", "HR 33392005961"], &["33392005962"]);
        cases("si-emso", &["0101006500006"], &["0101006500007", "3202006500006"]);
        cases("rs-jmbg", &["0101006500006"], &["0101006500007"]);
        cases("cy-tin", &["10259033P"], &["10259033Z", "12259033P"]);
    }
}
