//! Singapore, Malaysia, Thailand, Indonesia, Philippines, Vietnam, Pakistan: identity and tax numbers.

use super::{
    Strength::{Digit, Structure},
    Validator, Verdict,
    digits::{Compact, all_same, digits, is_date, symbols, two, weighted},
};

pub(super) const FAMILY: &[Validator] = &[
    Validator::new("sg-nric", "https://www.ica.gov.sg (NRIC and FIN)", nric),
    Validator::new("sg-uen", "https://www.uen.gov.sg", uen),
    Validator::new("my-mykad", "https://www.jpn.gov.my (place of birth codes)", mykad),
    Validator::new("th-pin", "https://www.bora.dopa.go.th", pin),
    Validator::new("id-nik", "https://www.dukcapil.kemendagri.go.id (NIK)", nik),
    Validator::new("ph-tin", "https://www.bir.gov.ph (TIN, structure)", ph_tin),
    Validator::new("vn-mst", "https://www.gdt.gov.vn (mã số thuế)", mst),
    Validator::new("pk-cnic", "https://www.nadra.gov.pk (CNIC, structure)", cnic),
];

fn nric(bytes: &[u8]) -> Verdict {
    let Some([series, number @ .., letter]) = symbols::<9>(bytes) else { return Verdict::Invalid };
    let Some(digits) = digits::<7>(&number) else { return Verdict::Invalid };
    let (offset, letters) = match series {
        b'S' => (0, b"JZIHGFEDCBA"),
        b'T' => (4, b"JZIHGFEDCBA"),
        b'F' => (0, b"XWUTRQPNMLK"),
        b'G' => (4, b"XWUTRQPNMLK"),
        b'M' => (3, b"XWUTRQPNJLK"),
        _ => return Verdict::Invalid,
    };
    let sum = offset + weighted(&digits, &[2, 7, 6, 5, 4, 3, 2]);
    Digit.when(!all_same(&digits) && letters.get((sum % 11) as usize) == Some(&letter))
}

// Businesses nine symbols; local companies ten beginning with the year; others ten with a type.
fn uen(bytes: &[u8]) -> Verdict {
    let Some(compact) = Compact::<10>::symbols(bytes) else { return Verdict::Invalid };
    let Some((check, body)) = compact.as_slice().split_last() else { return Verdict::Invalid };
    let at = |letters: &[u8], place: u32| letters.get(place as usize) == Some(check);
    Digit.when(match (body.len(), digits::<8>(body), digits::<9>(body)) {
        (8, Some(number), _) => {
            at(b"XMKECAWLJDB", weighted(&number, &[10, 4, 9, 3, 8, 2, 7, 1]) % 11)
        }
        (9, _, Some(number)) => {
            // The year of registration is not held against a number.
            at(b"ZKCMDNERGWH", weighted(&number, &[10, 8, 6, 4, 9, 7, 5, 3, 1]) % 11)
        }
        (9, _, None) => other_uen(body).is_some_and(|place| at(UEN_SYMBOLS, place)),
        _ => false,
    })
}

const UEN_SYMBOLS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWX0123456789";

fn other_uen(body: &[u8]) -> Option<u32> {
    let value = |symbol: &u8| {
        (0..).zip(UEN_SYMBOLS).find(|&(_, known)| known == symbol).map(|(place, _)| place)
    };
    let values = body.iter().map(value).collect::<Option<Vec<u32>>>()?;
    let weights = [4, 3, 5, 3, 10, 2, 2, 5, 7];
    let sum: u32 = values.iter().zip(weights).map(|(value, weight)| value * weight).sum();
    let shaped = matches!(body.first(), Some(b'R' | b'S' | b'T'))
        && body.get(1..3)?.iter().chain(body.get(5..9)?).all(u8::is_ascii_digit)
        && body.get(3..5)?.iter().all(u8::is_ascii_alphanumeric);
    shaped.then_some((sum + 11 - 5) % 11)
}

fn mykad(bytes: &[u8]) -> Verdict {
    Structure.when(digits::<12>(bytes).is_some_and(|digits| {
        let year = two(digits[0], digits[1]);
        let (month, day) = (two(digits[2], digits[3]), two(digits[4], digits[5]));
        let place = two(digits[6], digits[7]);
        (is_date(1900 + year, month, day) || is_date(2000 + year, month, day))
            && !matches!(place, 0 | 17..=20 | 69 | 70 | 73 | 80 | 81 | 94..=97)
    }))
}

fn pin(bytes: &[u8]) -> Verdict {
    Digit.when(digits::<13>(bytes).is_some_and(|digits| {
        let sum = weighted(&digits, &[13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]);
        matches!(digits[0], 1..=8)
            && !all_same(&digits)
            && (11 - sum % 11) % 10 == u32::from(digits[12])
    }))
}

// Province, regency, district, birth with 40 added to the day of women, serial.
fn nik(bytes: &[u8]) -> Verdict {
    Structure.when(digits::<16>(bytes).is_some_and(|digits| {
        let year = two(digits[10], digits[11]);
        let (month, day) = (two(digits[8], digits[9]), two(digits[6], digits[7]) % 40);
        matches!(two(digits[0], digits[1]), 11..=21 | 31..=36 | 51..=53 | 61..=65 | 71..=76 | 81 | 82 | 91..=97)
            && two(digits[6], digits[7]) <= 71
            && (is_date(1900 + year, month, day) || is_date(2000 + year, month, day))
            && !digits.ends_with(&[0, 0, 0, 0])
    }))
}

// Nine digits, or twelve to fourteen with a branch.
fn ph_tin(bytes: &[u8]) -> Verdict {
    Structure.when(Compact::<14>::digits(bytes).is_some_and(|compact| {
        let digits = compact.as_slice();
        matches!(digits.len(), 9 | 12..=14)
            && digits.first() != Some(&0)
            && !digits.get(..9).is_some_and(all_same)
    }))
}

// Ten digits, or thirteen with a branch that is not 000.
fn mst(bytes: &[u8]) -> Verdict {
    Digit.when(Compact::<13>::digits(bytes).is_some_and(|compact| {
        let digits = compact.as_slice();
        let branch_is_set =
            digits.len() == 10 || digits.get(10..).is_some_and(|branch| branch != [0; 3]);
        let serial_is_set = digits.get(2..9).is_some_and(|serial| serial != [0; 7]);
        let sum = weighted(digits, &[31, 29, 23, 19, 17, 13, 7, 5, 3]);
        let check = digits.get(9).map(|&check| u32::from(check));
        matches!(digits.len(), 10 | 13)
            && branch_is_set
            && serial_is_set
            && check == Some((10 + 11 - sum % 11) % 11)
    }))
}

// Province 1–7, locality, serial, and a last digit that is odd for men.
fn cnic(bytes: &[u8]) -> Verdict {
    Structure.when(
        digits::<13>(bytes).is_some_and(|digits| {
            matches!(digits[0], 1..=7) && digits[12] != 0 && !all_same(&digits)
        }),
    )
}

#[cfg(test)]
mod tests {
    use crate::validator::cases;

    #[test]
    fn well_formed_numbers_hold_and_their_neighbours_do_not() {
        cases(
            "sg-nric",
            &["S1234567D", "T1234567J", "F1234567N", "G1234567X", "M1234567K"],
            &["S1234567E", "A1234567D", "S123456D"],
        );
        cases(
            "sg-uen",
            &["00192200M", "197401143C", "S16FC0121D", "T01FC6132D"],
            &["00192200N", "123456", "V16FC0121D"],
        );
        cases("my-mykad", &["770305-02-1234"], &["771305-02-1234", "770305-17-1234"]);
        cases("th-pin", &["7100600445638"], &["7100600445636", "9100600445635"]);
        cases(
            "id-nik",
            &["3171011708450001"],
            &["3171013308450001", "9971011708450001", "3171011708450000"],
        );
        cases("ph-tin", &["239-393-458", "239-393-458-000"], &["039-393-458", "23939345"]);
        cases("vn-mst", &["0100233488", "0314409058-002"], &["0100233480", "0314409058-000"]);
        cases("pk-cnic", &["34201-0891231-8"], &["94201-0891231-8", "34201-0891231-0"]);
    }
}
