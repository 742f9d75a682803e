//! VAT numbers of Europe, by their prefix: council directive 2006/112/EC art. 215, and the rules that
//! each country publishes for its check digits.

use super::{
    Strength::Digit,
    Validator, Verdict,
    company::{cvr, edrpou_like, orgnr_no, orgnr_se, uid_ch, ytunnus},
    digits::{Compact, all_same, cross, digits, mod_97, number, two, weighted},
};

pub(super) const FAMILY: &[Validator] =
    &[Validator::new("eu-vat", "https://taxation-customs.ec.europa.eu (VIES, algorithms)", vat)];

/// Letters and digits of a VAT number, its prefix included.
const LENGTH_MAX: usize = 16;

fn vat(bytes: &[u8]) -> Verdict {
    let Some(compact) = Compact::<LENGTH_MAX>::symbols(bytes) else { return Verdict::Invalid };
    let number = compact.as_slice();
    if let Some(rest) = number.strip_prefix(b"CHE") {
        let rest = [&b"MWST"[..], b"TVA", b"IVA", b"TPV"]
            .iter()
            .find_map(|suffix| rest.strip_suffix(*suffix))
            .unwrap_or(rest);
        return Digit.when(uid_ch(rest));
    }
    let Some((prefix, rest)) = number.split_at_checked(2) else { return Verdict::Invalid };
    let other = |name: &str, value: &[u8]| {
        super::by_name(name).map_or(Verdict::Invalid, |validator| (validator.check)(value))
    };
    match prefix {
        b"CY" => other("cy-tin", rest),
        b"DE" => other("de-vat", number),
        b"EL" | b"GR" => other("gr-afm", rest),
        b"ES" => other("es-nif", rest),
        b"FR" | b"MC" => other("fr-tva", rest),
        b"HR" => other("hr-oib", rest),
        b"IT" => other("it-iva", rest),
        b"PL" => other("pl-nip", rest),
        b"PT" => other("pt-nif", rest),
        b"BG" if rest.len() == 10 => any_valid(&["bg-egn", "bg-pnf", "bg-other"], rest),
        b"CZ" if rest.len() != 8 && !(rest.len() == 9 && rest.starts_with(b"6")) => {
            other("cz-rc", rest)
        }
        b"LV" if rest.first().is_some_and(|first| *first <= b'3') => other("lv-pk", rest),
        b"RO" if rest.len() == 13 => other("ro-cnp", rest),
        _ => Digit.when(own(prefix, rest)),
    }
}

/// Whether any of these validators accepts the number.
fn any_valid(names: &[&str], number: &[u8]) -> Verdict {
    names
        .iter()
        .filter_map(|name| super::by_name(name))
        .map(|validator| (validator.check)(number))
        .find(|verdict| matches!(verdict, Verdict::Valid(_)))
        .unwrap_or(Verdict::Invalid)
}

/// The countries whose numbers are checked here.
fn own(prefix: &[u8], rest: &[u8]) -> bool {
    match prefix {
        b"AT" => rest.strip_prefix(b"U").is_some_and(uid_at),
        b"BE" => belgium(rest),
        b"BG" => bulgaria(rest),
        b"CZ" => czechia(rest),
        b"DK" => cvr(rest),
        b"EE" => digits::<9>(rest).is_some_and(|n| weighted(&n, &SEVENS).is_multiple_of(10)),
        b"FI" => ytunnus(rest),
        b"GB" | b"XI" => britain(rest),
        b"HU" => anum(rest),
        b"IE" => ireland(rest),
        b"LT" => pvm(rest),
        b"LU" => digits::<8>(rest)
            .is_some_and(|n| number(n.split_at(6).0) % 89 == u64::from(two(n[6], n[7]))),
        b"LV" => digits::<11>(rest).is_some_and(|n| {
            weighted(&n, &[9, 1, 4, 8, 3, 10, 2, 5, 7, 6, 1]) % 11 == 3 && n[0] > 3
        }),
        b"MT" => digits::<8>(rest).is_some_and(|n| {
            n[0] != 0 && weighted(&n, &[3, 4, 6, 7, 8, 9, 10, 1]).is_multiple_of(37)
        }),
        b"NL" => netherlands(rest),
        b"NO" => rest.strip_suffix(b"MVA").is_some_and(orgnr_no),
        b"RO" => cui(rest),
        b"SE" => rest.strip_suffix(b"01").is_some_and(orgnr_se),
        b"SI" => ddv(rest),
        b"SK" => digits::<10>(rest).is_some_and(|n| {
            n[0] != 0 && [2, 3, 4, 7, 8, 9].contains(&n[2]) && number(&n).is_multiple_of(11)
        }),
        _ => false,
    }
}

/// The weights of Estonia: of the VAT number, and from the second on of others.
const SEVENS: [u32; 9] = [3, 7, 1, 3, 7, 1, 3, 7, 1];

/// Austria: cross sums of one and two in turn, and four.
pub(super) fn uid_at(rest: &[u8]) -> bool {
    digits::<8>(rest).is_some_and(|number| {
        let [body @ .., check] = number;
        let sum: u32 = body.iter().zip([1, 2].into_iter().cycle()).map(|(&d, w)| cross(d, w)).sum();
        (10 - (sum + 4) % 10) % 10 == u32::from(check)
    })
}

/// Belgium: all digits but the last two, and the last two, make a multiple of 97. Numbers of old are
/// written without their leading zero.
pub(super) fn belgium(rest: &[u8]) -> bool {
    let Some(compact) = Compact::<10>::digits(rest) else { return false };
    let all = compact.as_slice();
    let Some((body, check)) = all.split_at_checked(all.len().saturating_sub(2)) else {
        return false;
    };
    let (body, check) = (number(body), number(check));
    matches!(all.len(), 9 | 10)
        && body > 0
        && body < 20_000_000
        && (body + check).is_multiple_of(97)
}

/// Bulgaria, nine digits: a second row of weights if the first leaves ten.
pub(super) fn bulgaria(rest: &[u8]) -> bool {
    digits::<9>(rest).is_some_and(|number| {
        let first = weighted(&number, &[1, 2, 3, 4, 5, 6, 7, 8]) % 11;
        let second = weighted(&number, &[3, 4, 5, 6, 7, 8, 9, 10]) % 11 % 10;
        (if first == 10 { second } else { first }) == u32::from(number[8])
    })
}

/// Czechia: eight digits of a company, or nine that begin with 6.
fn czechia(rest: &[u8]) -> bool {
    const WEIGHTS: [u32; 7] = [8, 7, 6, 5, 4, 3, 2];
    if let Some(number) = digits::<8>(rest) {
        let check = (11 - weighted(&number, &WEIGHTS) % 11) % 11;
        let check = if check == 0 { 1 } else { check % 10 };
        return number[0] != 9 && check == u32::from(number[7]);
    }
    digits::<9>(rest).is_some_and(|number| {
        let [first, body @ ..] = number;
        let check = weighted(&body, &WEIGHTS) % 11;
        first == 6 && (8 + 11 - (21 - check) % 11) % 11 % 10 == u32::from(body[7])
    })
}

/// Hungary: a weighted sum that ends in zero.
pub(super) fn anum(rest: &[u8]) -> bool {
    digits::<8>(rest).is_some_and(|number| {
        !all_same(&number) && weighted(&number, &[9, 7, 3, 1, 9, 7, 3, 1]).is_multiple_of(10)
    })
}

/// Ireland: seven digits, a check letter, and for the newer ones a second letter that counts nine.
fn ireland(rest: &[u8]) -> bool {
    let letter = |symbol: u8| match symbol {
        b'W' => Some(0),
        b'A'..=b'V' => Some(symbol - b'@'),
        _ => None,
    };
    let holds = |body: &[u8], extra: u8, check: u8| {
        let Some(values) = digits::<7>(body) else { return false };
        let sum = weighted(&values, &[8, 7, 6, 5, 4, 3, 2]) + 9 * u32::from(extra);
        letter(check).is_some_and(|check| sum % 23 == u32::from(check))
    };
    match rest {
        [body @ .., check] if rest.len() == 8 && body.iter().all(u8::is_ascii_digit) => {
            holds(body, 0, *check)
        }
        // The old style: the first digit stands behind the others, with a letter after it.
        [first, sign, body @ .., check] if rest.len() == 8 && sign.is_ascii_uppercase() => {
            let mut turned = [b'0'; 7];
            let digits = body.iter().chain([first]);
            turned.iter_mut().skip(1).zip(digits).for_each(|(to, from)| *to = *from);
            holds(&turned, 0, *check)
        }
        [body @ .., check, extra] if rest.len() == 9 => {
            letter(*extra).is_some_and(|extra| holds(body, extra, *check))
        }
        _ => false,
    }
}

/// Lithuania: nine digits of a company, twelve of a temporary payer.
pub(super) fn pvm(rest: &[u8]) -> bool {
    let Some(compact) = Compact::<12>::digits(rest) else { return false };
    let number = compact.as_slice();
    let marked = match number.len() {
        9 => number.get(7) == Some(&1),
        12 => number.get(10) == Some(&1),
        _ => false,
    };
    marked && edrpou_like(number, &[1, 2, 3, 4, 5, 6, 7, 8, 9], 2)
}

/// The Netherlands: the number of a person or company, `B` and two digits; mod 97 since 2020.
pub(super) fn netherlands(rest: &[u8]) -> bool {
    let Some((body, tail)) = rest.split_at_checked(9) else { return false };
    let Some([b'B', last @ ..]) = tail.first_chunk::<3>().filter(|_| tail.len() == 3) else {
        return false;
    };
    let Some(values) = digits::<9>(body) else { return false };
    let eleven = weighted(&values, &[9, 8, 7, 6, 5, 4, 3, 2]) % 11 == u32::from(values[8]);
    let whole = b"NL".iter().chain(rest).copied();
    last.iter().all(u8::is_ascii_digit)
        && last != b"00"
        && !all_same(&values)
        && (eleven || mod_97(whole) == Some(1))
}

/// Romania: up to ten digits, weighted from the right.
pub(super) fn cui(rest: &[u8]) -> bool {
    let Some(compact) = Compact::<10>::digits(rest) else { return false };
    let Some((&check, body)) = compact.as_slice().split_last() else { return false };
    let weights = [2, 3, 5, 7, 1, 2, 3, 5, 7];
    let sum: u32 = body.iter().rev().zip(weights).map(|(&d, w)| u32::from(d) * w).sum();
    body.first().is_some_and(|first| *first != 0) && sum * 10 % 11 % 10 == u32::from(check)
}

/// Slovenia: weights from eight down; a check of eleven is never issued.
pub(super) fn ddv(rest: &[u8]) -> bool {
    digits::<8>(rest).is_some_and(|number| {
        let check = 11 - weighted(&number, &[8, 7, 6, 5, 4, 3, 2]) % 11;
        number[0] != 0 && (if check == 10 { 0 } else { check }) == u32::from(number[7])
    })
}

/// The United Kingdom: mod 97, with 55 or 42 added since 2010; government and health bodies by range.
pub(super) fn britain(rest: &[u8]) -> bool {
    if let Some(number) = rest.strip_prefix(b"GD").or_else(|| rest.strip_prefix(b"HA")) {
        return digits::<3>(number)
            .is_some_and(|number| (number[0] < 5) == rest.starts_with(b"GD"));
    }
    let Some(compact) = Compact::<12>::digits(rest) else { return false };
    let digits = compact.as_slice();
    let sum = weighted(digits, &[8, 7, 6, 5, 4, 3, 2, 10, 1]) % 97;
    let newer = digits.first().is_some_and(|first| *first > 0) && (sum == 42 || sum == 55);
    matches!(digits.len(), 9 | 12) && !all_same(digits) && (sum == 0 || newer)
}

#[cfg(test)]
mod tests {
    use crate::validator::cases;

    #[test]
    fn published_examples_hold_and_neighbours_do_not() {
        cases(
            "eu-vat",
            &["BE0428759497", "DK13585628", "FI20774740", "HU12892312", "LU15027442", "MT11679112"],
            &["BE0431150351", "DK13585627", "FI20774741", "HU12892313", "LU15027443", "XX12345678"],
        );
    }
}
