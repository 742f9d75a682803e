//! Czechia and Slovakia (rodné číslo, Act 133/2000), Hungary (1996 XX. törvény), Austria, Switzerland.

use super::{
    Strength::Digit,
    Validator, Verdict,
    digits::{Compact, all_same, digits, is_date, number, two, weighted},
};

pub(super) const FAMILY: &[Validator] = &[
    Validator::new("cz-rc", "https://www.zakonyprolidi.cz/cs/2000-133 (rodné číslo)", rodne_cislo),
    Validator::new("sk-rc", "https://www.slov-lex.sk (zákon 301/1995, rodné číslo)", rodne_cislo),
    Validator::new("hu-tax", "https://njt.hu/jogszabaly/1996-20-00-00 (adóazonosító jel)", hu_tax),
    Validator::new("hu-taj", "https://njt.hu/jogszabaly/1996-20-00-00 (TAJ szám)", hu_taj),
    Validator::new(
        "hu-personal",
        "https://njt.hu/jogszabaly/1996-20-00-00 (személyi azonosító)",
        hu_personal,
    ),
    Validator::new("at-svnr", "https://www.sozialversicherung.at (Versicherungsnummer)", svnr),
    Validator::new("ch-ahv", "https://www.zas.admin.ch (AHV number, EAN-13)", ahv),
];

// Birth with 50 added to the month of women (20 or 70 when numbers ran out, by law since 2004; the year is
// not held against a number); nine digits until 1953, for births from 1880 on.
fn rodne_cislo(bytes: &[u8]) -> Verdict {
    let Some(compact) = Compact::<10>::digits(bytes) else { return Verdict::Invalid };
    let digits = compact.as_slice();
    let [y1, y2, m1, m2, d1, d2, ..] = digits else { return Verdict::Invalid };
    let short_year = two(*y1, *y2);
    let year = match digits.len() {
        9 if short_year < 54 => 1900 + short_year,
        9 if short_year >= 80 => 1800 + short_year,
        10 if short_year >= 54 => 1900 + short_year,
        10 => 2000 + short_year,
        _ => return Verdict::Invalid,
    };
    let month = match two(*m1, *m2) % 50 {
        month @ 21..=32 => month - 20,
        month => month,
    };
    let check_holds = match digits.split_at_checked(9) {
        Some((body, [check])) => {
            // A remainder of ten is written as zero, mostly but not only in numbers until 1985.
            number(body) % 11 % 10 == u64::from(*check)
        }
        _ => true,
    };
    let strength = if digits.len() == 10 { Digit } else { super::Strength::Structure };
    strength.when(is_date(year, month, two(*d1, *d2)) && check_holds)
}

fn hu_tax(bytes: &[u8]) -> Verdict {
    Digit.when(digits::<10>(bytes).is_some_and(|digits| {
        let sum = weighted(&digits, &[1, 2, 3, 4, 5, 6, 7, 8, 9]);
        digits[0] == 8 && sum % 11 == u32::from(digits[9])
    }))
}

fn hu_taj(bytes: &[u8]) -> Verdict {
    Digit.when(digits::<9>(bytes).is_some_and(|digits| {
        let sum = weighted(&digits, &[3, 7, 3, 7, 3, 7, 3, 7]);
        !all_same(&digits) && sum % 10 == u32::from(digits[8])
    }))
}

// Sex and century, birth, serial, check; from 1997 on the weights run the other way.
fn hu_personal(bytes: &[u8]) -> Verdict {
    Digit.when(digits::<11>(bytes).is_some_and(|digits| {
        let short_year = two(digits[1], digits[2]);
        let year = match digits[0] {
            1 | 2 => 1900 + short_year,
            3 | 4 if short_year < 97 => 2000 + short_year,
            3 | 4 => 1800 + short_year,
            _ => return false,
        };
        let rising = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
        let falling = [10, 9, 8, 7, 6, 5, 4, 3, 2, 1];
        let sum = weighted(&digits, if year < 1997 { &rising } else { &falling });
        is_date(year, two(digits[3], digits[4]), two(digits[5], digits[6]))
            && sum % 11 == u32::from(digits[10])
    }))
}

// Serial, check digit, birth; when the serials of a day ran out the month goes to 15. People who do not know
// their birth have numbers too, so a date that is none only makes the number weaker.
fn svnr(bytes: &[u8]) -> Verdict {
    let Some(digits) = digits::<10>(bytes) else { return Verdict::Invalid };
    let sum = weighted(&digits, &[3, 7, 9, 0, 5, 8, 4, 2, 1, 6]);
    let born = (1..=31).contains(&two(digits[4], digits[5]))
        && (1..=15).contains(&two(digits[6], digits[7]));
    let strength = if born { Digit } else { super::Strength::Structure };
    strength.when(digits[0] != 0 && sum % 11 == u32::from(digits[3]))
}

fn ahv(bytes: &[u8]) -> Verdict {
    Digit.when(digits::<13>(bytes).is_some_and(|digits| {
        digits.starts_with(&[7, 5, 6])
            && weighted(&digits, &[1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1]).is_multiple_of(10)
    }))
}

#[cfg(test)]
mod tests {
    use crate::validator::cases;

    #[test]
    fn published_examples_hold_and_their_neighbours_do_not() {
        cases(
            "cz-rc",
            &["710319/2745", "7103192745", "520101/123", "991231123"],
            &["710319/2746", "711319/2745", "5401011234"],
        );
        cases("sk-rc", &["710319/2745"], &["710319/2746"]);
        cases("hu-tax", &["8071592153"], &["8071592154", "7071592153"]);
        cases("hu-taj", &["111 111 110"], &["111111111", "111111112"]);
        cases("hu-personal", &["1-811106-1236"], &["1-811106-1237", "1-811306-1236"]);
        cases("at-svnr", &["1237 010180", "2255 261172"], &["2254 261172", "0237010180"]);
        cases(
            "ch-ahv",
            &["756.9217.0769.85", "7569217076985"],
            &["756.9217.0769.84", "7469217076985"],
        );
    }
}
