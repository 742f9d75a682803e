//! Domestic bank rails: ABA routing numbers, BIC (ISO 9362), CLABE, CBU, CCC, references (ISO 11649).

use super::{
    Strength::{Digit, Strong, Structure},
    Validator, Verdict, countries,
    digits::{Compact, all_same, digits, luhn, mod_97, two, weighted},
};

pub(super) const FAMILY: &[Validator] = &[
    Validator::new("aba", "https://www.aba.com/about-us/routing-number", aba),
    Validator::new("bic", "https://www.iso9362.org (ISO 9362:2022)", bic),
    Validator::new("clabe", "https://www.banxico.org.mx (CLABE, Circular 3/2012)", clabe),
    Validator::new(
        "ar-cbu",
        "https://www.bcra.gob.ar (Comunicación A 2559, Clave Bancaria Uniforme)",
        cbu,
    ),
    Validator::new("es-ccc", "https://www.bde.es (código cuenta cliente)", ccc),
    Validator::new(
        "no-account",
        "https://www.finansnorge.no (kontonummer, modulus 11)",
        kontonummer,
    ),
    Validator::new("cz-account", "https://www.cnb.cz (vyhláška 169/2011 Sb.)", cz_account),
    Validator::new(
        "sepa-creditor",
        "https://www.europeanpaymentscouncil.eu (EPC262-08, attribute AT-02)",
        sepa_creditor,
    ),
    Validator::new(
        "rf-reference",
        "https://www.iso.org/standard/50649.html (ISO 11649)",
        rf_reference,
    ),
    Validator::new(
        "ch-qr-reference",
        "https://www.six-group.com (QR reference, modulo 10 recursive)",
        qr_reference,
    ),
];

// Federal Reserve districts 01–12 plain, +20 for thrifts, +60 for electronic only; 00 government, 80 cheques.
// A number outside of them is weaker: it may be invented, and is a routing number to whoever wrote it.
fn aba(bytes: &[u8]) -> Verdict {
    let Some(number) = digits::<9>(bytes) else { return Verdict::Invalid };
    let known = matches!(two(number[0], number[1]), 0..=12 | 21..=32 | 61..=72 | 80);
    let strength = if known { Digit } else { Structure };
    strength.when(
        !all_same(&number) && weighted(&number, &[3, 7, 1, 3, 7, 1, 3, 7, 1]).is_multiple_of(10),
    )
}

// Four letters bank, two letters country, two symbols place, three optional symbols branch. Only
// upper case: in lower case half of all eight-letter words would do.
fn bic(bytes: &[u8]) -> Verdict {
    let Some(([bank @ .., first, second], rest)) = bytes.split_first_chunk::<6>() else {
        return Verdict::Invalid;
    };
    let is_symbol = |symbol: &u8| symbol.is_ascii_uppercase() || symbol.is_ascii_digit();
    Structure.when(
        bank.iter().all(u8::is_ascii_uppercase)
            && countries::is_code([*first, *second])
            && matches!(rest.len(), 2 | 5)
            && rest.iter().all(is_symbol),
    )
}

fn clabe(bytes: &[u8]) -> Verdict {
    Digit.when(digits::<18>(bytes).is_some_and(|number| {
        let products = number.iter().zip([3, 7, 1].iter().cycle()).take(17);
        let sum: u32 = products.map(|(&digit, weight)| u32::from(digit) * weight % 10).sum();
        !all_same(&number) && (sum + u32::from(number[17])).is_multiple_of(10)
    }))
}

// Two blocks, bank and branch (8 digits) and account (14), each with its own check digit.
fn cbu(bytes: &[u8]) -> Verdict {
    Strong.when(digits::<22>(bytes).is_some_and(|number| {
        let (office, account) = number.split_at(8);
        !all_same(&number)
            && weighted(office, &[7, 1, 3, 9, 7, 1, 3, 1]).is_multiple_of(10)
            && weighted(account, &[3, 9, 7, 1, 3, 9, 7, 1, 3, 9, 7, 1, 3, 1]).is_multiple_of(10)
    }))
}

fn ccc(bytes: &[u8]) -> Verdict {
    Strong.when(digits(bytes).is_some_and(|number| !all_same(&number) && ccc_holds(number)))
}

/// Whether both control digits of a Spanish account hold (weights are the powers of two mod 11).
pub(super) fn ccc_holds(number: [u8; 20]) -> bool {
    const WEIGHTS: [u32; 10] = [1, 2, 4, 8, 5, 10, 9, 7, 3, 6];
    let control = |sum: u32| match 11 - sum % 11 {
        11 => 0,
        10 => 1,
        digit => digit,
    };
    let (office, rest) = number.split_at(8);
    let (controls, account) = rest.split_at(2);
    let wanted = [
        control(weighted(office, WEIGHTS.get(2..).unwrap_or_default())),
        control(weighted(account, &WEIGHTS)),
    ];
    controls.iter().map(|&digit| u32::from(digit)).eq(wanted)
}

fn kontonummer(bytes: &[u8]) -> Verdict {
    Digit.when(digits(bytes).is_some_and(|number| !all_same(&number) && kontonummer_holds(number)))
}

/// Whether the check digit of a Norwegian account holds.
pub(super) fn kontonummer_holds(number: [u8; 11]) -> bool {
    match number {
        // Accounts of the former Postgiro have no bank code and seven digits of their own.
        [0, 0, 0, 0, giro @ ..] => luhn(&giro),
        _ => weighted(&number, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11),
    }
}

// [prefix-]number/bank: prefix up to six digits, number two to ten, each divisible by 11 when weighted.
fn cz_account(bytes: &[u8]) -> Verdict {
    let mut halves = bytes.splitn(2, |&byte| byte == b'/');
    let (Some(account), Some(bank)) = (halves.next(), halves.next()) else {
        return Verdict::Invalid;
    };
    let mut parts = account.rsplitn(2, |&byte| byte == b'-');
    let (number, prefix) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let holds = |part: &[u8]| {
        Compact::<10>::digits(part).is_some_and(|part| {
            let weights = [1, 2, 4, 8, 5, 10, 9, 7, 3, 6];
            let sum: u32 = part
                .as_slice()
                .iter()
                .rev()
                .zip(weights)
                .map(|(&digit, weight)| u32::from(digit) * weight)
                .sum();
            sum.is_multiple_of(11)
        })
    };
    Digit.when(
        bank.len() == 4
            && bank.iter().all(u8::is_ascii_digit)
            && (2..=10).contains(&number.len())
            && number.iter().any(|&digit| digit != b'0')
            && prefix.len() <= 6
            && holds(number)
            && holds(prefix),
    )
}

// Country, check digits, three free symbols that the check leaves out, national identifier.
fn sepa_creditor(bytes: &[u8]) -> Verdict {
    let Some(compact) = Compact::<35>::symbols(bytes) else { return Verdict::Invalid };
    let [first, second, tens, ones, _, _, _, national @ ..] = compact.as_slice() else {
        return Verdict::Invalid;
    };
    let symbols = national.iter().chain([first, second, tens, ones]).copied();
    Strong.when(
        !national.is_empty()
            && countries::is_code([*first, *second])
            && tens.is_ascii_digit()
            && ones.is_ascii_digit()
            && mod_97(symbols) == Some(1),
    )
}

fn rf_reference(bytes: &[u8]) -> Verdict {
    let Some(compact) = Compact::<25>::symbols(bytes) else { return Verdict::Invalid };
    let [b'R', b'F', tens, ones, reference @ ..] = compact.as_slice() else {
        return Verdict::Invalid;
    };
    let symbols = reference.iter().chain([&b'R', &b'F', tens, ones]).copied();
    Strong.when(
        !reference.is_empty()
            && tens.is_ascii_digit()
            && ones.is_ascii_digit()
            && mod_97(symbols) == Some(1),
    )
}

// Leading zeros of the 27 places may be missing, as on the slips that came before the QR bill.
fn qr_reference(bytes: &[u8]) -> Verdict {
    Digit.when(Compact::<27>::digits(bytes).is_some_and(|compact| {
        let number = compact.as_slice();
        number.len() >= 5 && !all_same(number) && recursive_10(number)
    }))
}

/// Modulo 10 recursive: the last digit brings the carry to zero.
fn recursive_10(number: &[u8]) -> bool {
    const TABLE: [u8; 10] = [0, 9, 4, 6, 8, 2, 7, 1, 3, 5];
    let Some((&check, body)) = number.split_last() else { return false };
    let carry = body.iter().fold(0_u8, |carry, &digit| {
        TABLE.get(usize::from((carry + digit) % 10)).copied().unwrap_or(0)
    });
    (10 - carry) % 10 == check
}

#[cfg(test)]
mod tests {
    use crate::validator::cases;

    #[test]
    fn published_examples_hold_and_their_neighbours_do_not() {
        cases("aba", &["021000021", "0110-0001-5"], &["021000022", "000000000", "1"]);
        cases(
            "bic",
            &["DEUTDEFF", "DEUTDEFF500"],
            &["DEUTZZFF", "deutdeff", "DEUTDEF", "DEUTDEFF50"],
        );
        cases("clabe", &["032180000118359719"], &["032180000118359718", "03218000011835971"]);
        cases(
            "ar-cbu",
            &["2850590940090418135201"],
            &["2850590940090418135202", "2850591940090418135201"],
        );
        cases("es-ccc", &["1234-1234-16 1234567890"], &["1234-1234-17 1234567890"]);
        cases(
            "no-account",
            &["8601 11 17947", "0000.00.17954"],
            &["8601 11 17949", "0000.00.17953"],
        );
        cases(
            "cz-account",
            &["34278-0727558021/0100"],
            &["34278-0727558022/0100", "34278-0727558021"],
        );
        cases(
            "sepa-creditor",
            &["DE98ZZZ09999999999"],
            &["DE97ZZZ09999999999", "XX98ZZZ09999999999"],
        );
        cases("rf-reference", &["RF18 5390 0754 7034"], &["RF19 5390 0754 7034", "RF18"]);
        cases(
            "ch-qr-reference",
            &["21 00000 00003 13947 14300 09017", "18 78583"],
            &["21 00000 00003 13947 14300 09018"],
        );
    }
}
