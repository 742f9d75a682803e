//! Mexico CURP (DOF 18/10/2021), RFC, NSS; Canada SIN, BN, British Columbia PHN.

use super::{
    Strength::{Digit, Structure},
    Validator, Verdict,
    digits::{Compact, all_same, base36, digits, is_date, luhn, symbols, two, weighted},
};

pub(super) const FAMILY: &[Validator] = &[
    Validator::new("mx-curp", "https://www.gob.mx/renapo (CURP, anexo técnico)", curp),
    Validator::new("mx-rfc", "https://www.sat.gob.mx (RFC)", rfc),
    Validator::new("mx-nss", "https://www.imss.gob.mx (NSS, Luhn)", nss),
    Validator::new(
        "ca-sin",
        "https://www.canada.ca/en/employment-social-development/services/sin.html",
        sin,
    ),
    Validator::new("ca-bn", "https://www.canada.ca/en/revenue-agency.html (business number)", bn),
    Validator::new("ca-ohip", "https://www.ontario.ca (health card number)", ohip),
    Validator::new("ca-ramq", "https://www.ramq.gouv.qc.ca (numéro d'assurance maladie)", ramq),
    Validator::new("ca-bc-phn", "https://www2.gov.bc.ca (personal health number)", bc_phn),
];

/// The states of Mexico as CURP writes them, and NE for abroad.
const STATES: &[u8] = b"ASBCBSCCCLCMCSCHDFDGGTGRHGJCMCMNMSNTNLOCPLQTQRSPSLSRTCTSTLVZYNZSNE";

// Initials, birth, sex, state, consonants, a symbol that says the century, and a check digit.
fn curp(bytes: &[u8]) -> Verdict {
    Digit.when(symbols::<18>(bytes).is_some_and(|curp| {
        let (initials, rest) = curp.split_at(4);
        let (birth, rest) = rest.split_at(6);
        let Some(birth) = digits::<6>(birth) else { return false };
        let [sex, state_1, state_2, consonants @ .., century, check] = rest else { return false };
        let base = if century.is_ascii_digit() { 1900 } else { 2000 };
        let known = STATES.as_chunks::<2>().0.contains(&[*state_1, *state_2]);
        initials.iter().chain(consonants).all(u8::is_ascii_uppercase)
            && matches!(sex, b'H' | b'M' | b'X')
            && known
            && is_date(
                base + two(birth[0], birth[1]),
                two(birth[2], birth[3]),
                two(birth[4], birth[5]),
            )
            && check.is_ascii_digit()
            && (curp_sum(&curp) + u32::from(check - b'0')).is_multiple_of(10)
    }))
}

/// Weights 18 down to 2; letters after N make room for the letter that ASCII does not have.
fn curp_sum(curp: &[u8]) -> u32 {
    let value = |symbol: u8| {
        let value = u32::from(base36(symbol).unwrap_or(0));
        if symbol > b'N' { value + 1 } else { value }
    };
    curp.iter().take(17).zip((2..=18).rev()).map(|(&symbol, weight)| value(symbol) * weight).sum()
}

// Four letters of a person or three of a company, a date, and three symbols of which the last checks.
// Many issued numbers have a wrong check, so it only raises the strength. `&` and Ñ are left out.
fn rfc(bytes: &[u8]) -> Verdict {
    let Some(compact) = Compact::<13>::symbols(bytes) else { return Verdict::Invalid };
    let rfc = compact.as_slice();
    // People leave the three symbols out that tell apart who else was born that day.
    if let Some((name, birth)) = rfc.split_last_chunk::<6>()
        && let Some(date) = digits::<6>(birth)
        && rfc.len() == 10
    {
        return Structure.when(name.iter().all(u8::is_ascii_uppercase) && is_rfc_date(date));
    }
    let Some((name, rest)) = rfc.split_at_checked(rfc.len().saturating_sub(9)) else {
        return Verdict::Invalid;
    };
    let Some((birth, tail)) = rest.split_at_checked(6) else { return Verdict::Invalid };
    let Some(date) = digits::<6>(birth) else { return Verdict::Invalid };
    let shaped =
        matches!(name.len(), 3 | 4) && name.iter().all(u8::is_ascii_uppercase) && is_rfc_date(date);
    let check = match tail.last() {
        Some(digit @ b'0'..=b'9') => u32::from(digit - b'0'),
        Some(b'A') => 10,
        _ => return Verdict::Invalid,
    };
    let sum = rfc_sum(rfc);
    let strength = if (11 - sum % 11) % 11 == check { Digit } else { Structure };
    strength.when(shaped)
}

/// A birth or founding date of either century.
fn is_rfc_date(date: [u8; 6]) -> bool {
    let year = two(date[0], date[1]);
    let (month, day) = (two(date[2], date[3]), two(date[4], date[5]));
    is_date(1900 + year, month, day) || is_date(2000 + year, month, day)
}

/// Weights from 13 downwards; a company counts as if a space stood before it. `&` lies between N and O.
fn rfc_sum(rfc: &[u8]) -> u32 {
    let value = |symbol: u8| {
        let value = u32::from(base36(symbol).unwrap_or(0));
        if symbol > b'N' { value + 1 } else { value }
    };
    let space = if rfc.len() == 12 { 37 * 13 } else { 0 };
    let body = rfc.split_last().map_or(&[][..], |(_, body)| body);
    space + body.iter().rev().zip(2..).map(|(&symbol, weight)| value(symbol) * weight).sum::<u32>()
}

fn nss(bytes: &[u8]) -> Verdict {
    Digit.when(digits::<11>(bytes).is_some_and(|digits| !all_same(&digits) && luhn(&digits)))
}

// 0 is for tax authorities' own use, 8 is not issued; 9 is for temporary residents.
fn sin(bytes: &[u8]) -> Verdict {
    Digit.when(
        digits::<9>(bytes).is_some_and(|digits| {
            !matches!(digits[0], 0 | 8) && !all_same(&digits) && luhn(&digits)
        }),
    )
}

// Nine digits, perhaps followed by a program (RC, RM, RP, RT …) and an account.
fn bn(bytes: &[u8]) -> Verdict {
    let Some(compact) = Compact::<15>::symbols(bytes) else { return Verdict::Invalid };
    let Some((number, program)) = compact.as_slice().split_at_checked(9) else {
        return Verdict::Invalid;
    };
    let program = match program {
        [] => true,
        [b'R', b'C' | b'M' | b'P' | b'T' | b'R' | b'Z', account @ ..] => {
            account.len() == 4 && account.iter().all(u8::is_ascii_digit)
        }
        _ => false,
    };
    Digit.when(
        program && digits::<9>(number).is_some_and(|digits| !all_same(&digits) && luhn(&digits)),
    )
}

fn bc_phn(bytes: &[u8]) -> Verdict {
    Digit.when(digits::<10>(bytes).is_some_and(|digits| {
        let sum = weighted(&digits, &[0, 2, 4, 8, 5, 10, 9, 7, 3]);
        digits[0] == 9 && (11 - sum % 11) % 11 == u32::from(digits[9])
    }))
}

// Ten digits that Luhn's rule checks, and two letters that say which card it is.
fn ohip(bytes: &[u8]) -> Verdict {
    let number = bytes.trim_ascii_end();
    let letters = number.iter().rev().take_while(|byte| byte.is_ascii_uppercase()).count();
    let (number, version) = number.split_at(number.len().saturating_sub(letters));
    let known = |digits: [u8; 10]| digits[0] != 0 && !all_same(&digits) && luhn(&digits);
    Digit.when(matches!(version.len(), 0 | 2) && digits::<10>(number).is_some_and(known))
}

// Letters of the names, then year, month (and fifty for women) and day of birth, and two digits of
// the administration. Its check digit is not published.
fn ramq(bytes: &[u8]) -> Verdict {
    Structure.when(symbols::<12>(bytes).is_some_and(|number| {
        let (names, rest) = number.split_at(4);
        let Some(birth) = digits::<8>(rest) else { return false };
        let month = two(birth[2], birth[3]);
        let month = if month > 50 { month - 50 } else { month };
        let year = 1900 + two(birth[0], birth[1]);
        names.iter().all(u8::is_ascii_uppercase)
            && (is_date(year, month, two(birth[4], birth[5]))
                || is_date(year + 100, month, two(birth[4], birth[5])))
    }))
}

#[cfg(test)]
mod tests {
    use crate::validator::cases;

    #[test]
    fn published_examples_hold_and_their_neighbours_do_not() {
        cases(
            "mx-curp",
            &["BOXW310820HNERXN09"],
            &["BOXW310820HNERXN08", "BOXW311320HNERXN09", "BOXW310820HXXRXN09"],
        );
        cases(
            "mx-rfc",
            &["GODE 561231 GR8", "MAB-930714-8T4", "COMG-600703-GR9"],
            &["GODE 561331 GR8", "GO561231GR8"],
        );
        cases("mx-nss", &["12345678903"], &["12345678904"]);
        cases("ca-sin", &["123-456-782"], &["123-456-783", "046-454-286", "800000002"]);
        cases(
            "ca-bn",
            &["12302 6635 RC 0001", "123026635"],
            &["123456783RC0001", "123026635XX0001"],
        );
        cases(
            "ca-ohip",
            &["5584 486 673 YM", "5584-486-673"],
            &["5584 486 674 YM", "5584 486 673 Y", "5584 486 67"],
        );
        cases("ca-ramq", &["TREM 7512 1415", "TREM75621415"], &["TREM 7513 1415", "TRE 7512 1415"]);
        cases("ca-bc-phn", &["9698 658 215"], &["9698 658 214", "8698 658 215"]);
    }
}
