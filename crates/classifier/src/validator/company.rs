//! Numbers of companies and taxpayers of countries that have no file of their own, and those that a
//! VAT number is made of.

use super::{
    Strength::Digit,
    Validator,
    digits::{
        Compact, all_same, base36, cross, digits, is_date, luhn, mod_11_10, mod_97, number,
        symbols, verhoeff, weighted,
    },
    vat::{anum, belgium, britain, cui, ddv, netherlands, pvm, uid_at},
};

/// A check by a function that only says yes or no.
macro_rules! check {
    ($name:literal, $source:literal, $function:expr) => {
        Validator::new($name, $source, |bytes| Digit.when($function(bytes)))
    };
}

/// The same for a number before which its country may stand.
macro_rules! prefixed {
    ($name:literal, $source:literal, $prefix:literal, $function:expr) => {
        Validator::new($name, $source, |bytes| Digit.when(without($prefix, bytes, $function)))
    };
}

pub(super) const FAMILY: &[Validator] = &[
    check!("at-uid", "https://www.bmf.gv.at (UID)", prefixed_at),
    check!("at-tin", "https://www.bmf.gv.at (Steuernummer)", tin_at),
    prefixed!("be-vat", "https://kbopub.economie.fgov.be", b"BE", belgium),
    check!("be-ogm", "https://www.febelfin.be (OGM-VCS, mod 97)", ogm),
    check!("bg-pnf", "https://www.grao.bg (ЛНЧ)", pnf),
    check!("bg-other", "https://nra.bg (other taxpayers)", other_bg),
    check!("by-unp", "https://nalog.gov.by (УНП)", unp),
    check!("ch-uid", "https://www.uid.admin.ch (mod 11)", che),
    prefixed!("dk-cvr", "https://datacvr.virk.dk (mod 11)", b"DK", cvr),
    check!("do-rnc", "https://dgii.gov.do (RNC)", rnc),
    check!("ee-registrikood", "https://ariregister.rik.ee", registrikood),
    check!("fi-ytunnus", "https://www.vero.fi (Y-tunnus)", ytunnus),
    check!("gb-upn", "https://www.gov.uk (unique pupil numbers)", upn),
    prefixed!("gb-vat", "https://www.gov.uk (VAT notice 700)", b"GB", britain),
    check!("gh-tin", "https://gra.gov.gh (TIN)", tin_gh),
    check!("gn-nifp", "https://dni.gov.gn (NIFp)", nifp),
    check!("gt-nit", "https://portal.sat.gob.gt (NIT)", nit_gt),
    prefixed!("hu-anum", "https://nav.gov.hu (adószám)", b"HU", anum),
    check!("id-npwp", "https://pajak.go.id (NPWP)", npwp),
    check!("il-company", "https://www.gov.il (company numbers)", company_il),
    check!("imo", "https://www.imo.org (ship numbers)", imo),
    check!("in-vid", "https://uidai.gov.in (VID)", vid),
    prefixed!("lt-pvm", "https://www.vmi.lt (PVM kodas)", b"LT", pvm),
    check!("ma-ice", "https://www.ice.gov.ma (ICE)", ice),
    check!("md-idno", "https://asp.gov.md (IDNO)", idno),
    check!("me-pib", "https://www.gov.me (PIB)", pib_me),
    prefixed!("mk-edb", "https://ujp.gov.mk (ЕДБ)", b"MK", edb),
    check!("mu-nid", "https://mnis.govmu.org (NID)", nid_mu),
    check!("mz-nuit", "https://www.at.gov.mz (NUIT)", nuit),
    prefixed!("nl-btw", "https://www.belastingdienst.nl (btw-id)", b"NL", netherlands),
    check!("nl-onderwijsnummer", "https://duo.nl (onderwijsnummer)", onderwijsnummer),
    check!("no-orgnr", "https://www.brreg.no (mod 11)", orgnr_no),
    prefixed!("ro-cui", "https://www.anaf.ro (CUI)", b"RO", cui),
    check!("rs-pib", "https://www.purs.gov.rs (PIB)", pib_rs),
    check!("se-orgnr", "https://bolagsverket.se (Luhn)", orgnr_se),
    prefixed!("si-ddv", "https://www.fu.gov.si (davčna številka)", b"SI", ddv),
    prefixed!("sv-nit", "https://www.mh.gob.sv (NIT)", b"SV", nit_sv),
    check!("tn-mf", "https://www.registre-entreprises.tn (matricule fiscal)", mf),
    check!("tr-vkn", "https://www.gib.gov.tr (VKN)", vkn),
    check!("tw-ubn", "https://www.etax.nat.gov.tw (統一編號)", ubn),
    check!("ua-edrpou", "https://usr.minjust.gov.ua (ЄДРПОУ)", edrpou),
    check!("us-ptin", "https://www.irs.gov (PTIN)", ptin),
    check!("za-tin", "https://www.sars.gov.za (tax reference)", tin_za),
];

/// Whether the number passes, without its prefix if it has it.
fn without(prefix: &[u8], bytes: &[u8], check: fn(&[u8]) -> bool) -> bool {
    let Some(compact) = Compact::<20>::symbols(bytes) else { return false };
    let number = compact.as_slice();
    check(number.strip_prefix(prefix).unwrap_or(number))
}

fn prefixed_at(bytes: &[u8]) -> bool {
    let Some(compact) = Compact::<11>::symbols(bytes) else { return false };
    let number = compact.as_slice();
    number.strip_prefix(b"AT").unwrap_or(number).strip_prefix(b"U").is_some_and(uid_at)
}

// Nine digits; every second one is doubled, and the sum ends in zero with the last.
fn tin_at(bytes: &[u8]) -> bool {
    digits::<9>(bytes).is_some_and(|number| {
        let [body @ .., check] = number;
        let sum: u32 = body.iter().zip([1, 2].into_iter().cycle()).map(|(&d, w)| cross(d, w)).sum();
        !all_same(&number) && (10 - sum % 10) % 10 == u32::from(check)
    })
}

// Structured reference of a Belgian payment: ten digits, and their remainder by 97 or 97.
fn ogm(bytes: &[u8]) -> bool {
    let kept: Compact<12> = match Compact::digits(bytes.trim_ascii_start()) {
        Some(kept) => kept,
        None => return false,
    };
    kept.as_slice().split_at_checked(10).is_some_and(|(body, check)| {
        let remainder = number(body) % 97;
        check.len() == 2 && number(check) == if remainder == 0 { 97 } else { remainder }
    })
}

fn pnf(bytes: &[u8]) -> bool {
    digits::<10>(bytes).is_some_and(|number| {
        !all_same(&number)
            && weighted(&number, &[21, 19, 17, 13, 11, 9, 7, 3, 1]) % 10 == u32::from(number[9])
    })
}

fn other_bg(bytes: &[u8]) -> bool {
    digits::<10>(bytes).is_some_and(|number| {
        let sum = weighted(&number, &[4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
        (11 - sum) % 11 == u32::from(number[9])
    })
}

// Letters that look alike in both scripts may stand at the first two places.
fn unp(bytes: &[u8]) -> bool {
    const LETTERS: &[u8] = b"ABCEHKMOPT";
    let Some(mut number) = symbols::<9>(bytes) else { return false };
    let first = if number[0].is_ascii_digit() {
        number[0] != b'0'
    } else {
        LETTERS.get(..7).is_some_and(|l| l.contains(&number[0]))
    };
    if number[0].is_ascii_alphabetic() && number[1].is_ascii_alphabetic() {
        let Some(place) = LETTERS.iter().position(|letter| *letter == number[1]) else {
            return false;
        };
        number[1] = b'0' + u8::try_from(place).unwrap_or(0);
    }
    let values = number.map(|symbol| base36(symbol).unwrap_or(0));
    let sum = weighted(&values, &[29, 23, 19, 17, 13, 7, 5, 3]) % 11;
    first
        && number.iter().skip(1).all(u8::is_ascii_digit)
        && sum <= 9
        && sum == u32::from(values[8])
}

fn che(bytes: &[u8]) -> bool {
    let Some(compact) = Compact::<16>::symbols(bytes) else { return false };
    compact.as_slice().strip_prefix(b"CHE").is_some_and(uid_ch)
}

/// Switzerland: the nine digits of a company.
pub(super) fn uid_ch(rest: &[u8]) -> bool {
    digits::<9>(rest).is_some_and(|number| {
        let check = (11 - weighted(&number, &[5, 4, 3, 2, 7, 6, 5, 4]) % 11) % 11;
        check == u32::from(number[8])
    })
}

/// Denmark: a weighted sum without remainder by eleven.
pub(super) fn cvr(rest: &[u8]) -> bool {
    digits::<8>(rest).is_some_and(|number| {
        number[0] != 0 && weighted(&number, &[2, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11)
    })
}

fn rnc(bytes: &[u8]) -> bool {
    digits::<9>(bytes).is_some_and(|number| {
        let sum = weighted(&number, &[7, 9, 8, 6, 5, 4, 3, 2]) % 11;
        (10 + 9 - sum) % 9 + 1 == u32::from(number[8])
    })
}

/// Weights in turn, and if eleven leaves ten, the same moved by `step`; that leaving ten is zero.
pub(super) fn edrpou_like(number: &[u8], weights: &[u32], step: usize) -> bool {
    let Some((&check, body)) = number.split_last() else { return false };
    let sum = |skip: usize| -> u32 {
        let weights = weights.iter().cycle().skip(skip);
        body.iter().zip(weights).map(|(&digit, weight)| u32::from(digit) * weight).sum()
    };
    let first = sum(0) % 11;
    (if first == 10 { sum(step) % 11 % 10 } else { first }) == u32::from(check)
}

fn registrikood(bytes: &[u8]) -> bool {
    digits::<8>(bytes).is_some_and(|number| {
        matches!(number[0], 1 | 7 | 8 | 9) && edrpou_like(&number, &[1, 2, 3, 4, 5, 6, 7, 8, 9], 2)
    })
}

/// Finland: seven digits and the one that makes eleven.
pub(super) fn ytunnus(rest: &[u8]) -> bool {
    digits::<8>(rest)
        .is_some_and(|number| weighted(&number, &[7, 9, 10, 5, 8, 4, 2, 1]).is_multiple_of(11))
}

// A letter of 23, then twelve digits; the letter is their weighted sum.
fn upn(bytes: &[u8]) -> bool {
    const LETTERS: &[u8; 23] = b"ABCDEFGHJKLMNPQRTUVWXYZ";
    let Some(symbols) = symbols::<13>(bytes) else { return false };
    let [letter, body @ ..] = symbols;
    let values = body.map(|symbol| {
        if symbol.is_ascii_digit() {
            u32::from(symbol - b'0')
        } else {
            LETTERS
                .iter()
                .position(|l| *l == symbol)
                .map_or(0, |place| u32::try_from(place).unwrap_or(0))
        }
    });
    let sum: u32 = values.iter().zip(2..).map(|(value, weight)| value * weight).sum();
    body.iter().take(11).all(u8::is_ascii_digit)
        && LETTERS.get((sum % 23) as usize) == Some(&letter)
}

fn tin_gh(bytes: &[u8]) -> bool {
    symbols::<11>(bytes).is_some_and(|number| {
        let [kind, rest @ ..] = number;
        let [body @ .., check] = rest;
        let values = body.map(|symbol| symbol.wrapping_sub(b'0'));
        let sum = values.iter().zip(1..).map(|(&d, w)| u32::from(d) * w).sum::<u32>() % 11;
        let expected = if sum == 10 { b'X' } else { b'0' + u8::try_from(sum).unwrap_or(0) };
        b"PCGQV".contains(&kind)
            && rest.starts_with(b"00")
            && body.iter().all(u8::is_ascii_digit)
            && expected == check
    })
}

fn nifp(bytes: &[u8]) -> bool {
    digits::<9>(bytes).is_some_and(|number| !all_same(&number) && luhn(&number))
}

fn nit_gt(bytes: &[u8]) -> bool {
    let Some(compact) = Compact::<12>::symbols(bytes) else { return false };
    let Some((&check, body)) = compact.as_slice().split_last() else { return false };
    let sum: u32 =
        body.iter().rev().zip(2..).map(|(&d, w)| u32::from(d.wrapping_sub(b'0')) * w).sum();
    body.len() >= 2
        && body.iter().all(u8::is_ascii_digit)
        && b"0123456789K".get(((11 - sum % 11) % 11) as usize) == Some(&check)
}

fn npwp(bytes: &[u8]) -> bool {
    let Some(compact) = Compact::<16>::digits(bytes) else { return false };
    let number = match compact.as_slice() {
        [0, rest @ ..] if compact.as_slice().len() == 16 => rest,
        number => number,
    };
    number.len() == 15 && number.get(..9).is_some_and(|body| !all_same(body) && luhn(body))
}

fn company_il(bytes: &[u8]) -> bool {
    digits::<9>(bytes).is_some_and(|number| number[0] == 5 && luhn(&number))
}

fn imo(bytes: &[u8]) -> bool {
    let Some(compact) = Compact::<10>::symbols(bytes) else { return false };
    let number = compact.as_slice();
    digits::<7>(number.strip_prefix(b"IMO").unwrap_or(number)).is_some_and(|number| {
        weighted(&number, &[7, 6, 5, 4, 3, 2]) % 10 == u32::from(number[6]) && !all_same(&number)
    })
}

fn vid(bytes: &[u8]) -> bool {
    digits::<16>(bytes).is_some_and(|number| {
        let palindrome = number.iter().eq(number.iter().rev());
        number[0] >= 2 && !palindrome && verhoeff(&number)
    })
}

fn ice(bytes: &[u8]) -> bool {
    digits::<15>(bytes).is_some_and(|number| {
        mod_97(number.map(|digit| digit + b'0')) == Some(0) && !all_same(&number)
    })
}

fn idno(bytes: &[u8]) -> bool {
    digits::<13>(bytes).is_some_and(|number| {
        weighted(&number, &[7, 3, 1, 7, 3, 1, 7, 3, 1, 7, 3, 1]) % 10 == u32::from(number[12])
            && !all_same(&number)
    })
}

fn pib_me(bytes: &[u8]) -> bool {
    digits::<8>(bytes).is_some_and(|number| {
        (11 - weighted(&number, &[8, 7, 6, 5, 4, 3, 2]) % 11) % 11 % 10 == u32::from(number[7])
            && !all_same(&number)
    })
}

fn edb(bytes: &[u8]) -> bool {
    digits::<13>(bytes).is_some_and(|number| {
        let sum = weighted(&number, &[7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]);
        (11 - sum % 11) % 11 % 10 == u32::from(number[12]) && !all_same(&number)
    })
}

// A letter, the birth, six digits; the check counts from fourteen down, and is a digit or a letter.
fn nid_mu(bytes: &[u8]) -> bool {
    symbols::<14>(bytes).is_some_and(|number| {
        let values = number.map(|symbol| u32::from(base36(symbol).unwrap_or(0)));
        let sum: u32 = values.iter().take(13).zip((2..=14).rev()).map(|(v, w)| v * w).sum();
        let date = |place: usize| {
            values.get(place).zip(values.get(place + 1)).map_or(0, |(tens, ones)| tens * 10 + ones)
        };
        number[0].is_ascii_alphabetic()
            && number.get(1..13).is_some_and(|body| body.iter().all(u8::is_ascii_digit))
            && is_date(2000 + date(5), date(3), date(1))
            && (17 - sum % 17) % 17 == values[13]
    })
}

fn nuit(bytes: &[u8]) -> bool {
    digits::<9>(bytes).is_some_and(|number| {
        let sum = weighted(&number, &[8, 9, 4, 5, 6, 7, 8, 9]) % 11;
        (if sum == 10 { 1 } else { sum }) == u32::from(number[8]) && !all_same(&number)
    })
}

// Built like the number of a citizen, with a remainder of five.
fn onderwijsnummer(bytes: &[u8]) -> bool {
    digits::<9>(bytes).is_some_and(|number| {
        let sum = weighted(&number, &[9, 8, 7, 6, 5, 4, 3, 2]) + 110 - u32::from(number[8]);
        number[0] == 1 && number[1] == 0 && sum % 11 == 5
    })
}

/// Norway: nine digits, mod 11.
pub(super) fn orgnr_no(rest: &[u8]) -> bool {
    digits::<9>(rest).is_some_and(|number| {
        weighted(&number, &[3, 2, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11) && !all_same(&number)
    })
}

fn pib_rs(bytes: &[u8]) -> bool {
    digits::<9>(bytes).is_some_and(|number| mod_11_10(&number) && !all_same(&number))
}

/// Sweden: ten digits, Luhn.
pub(super) fn orgnr_se(rest: &[u8]) -> bool {
    digits::<10>(rest).is_some_and(|number| luhn(&number) && !all_same(&number))
}

// Municipality, date, serial, check; older serials count from fourteen down.
fn nit_sv(bytes: &[u8]) -> bool {
    digits::<14>(bytes).is_some_and(|number| {
        let serial = number.get(10..13).map_or(0, super::digits::number);
        let check = if serial <= 100 {
            weighted(&number, &[14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11 % 10
        } else {
            (11 - weighted(&number, &[2, 7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11) % 11 % 10
        };
        matches!(number[0], 0 | 1 | 9) && check == u32::from(number[13])
    })
}

// Seven digits, of which leading zeros may be missing, and a letter; its rule is not published. Then
// kinds of tax and taxpayer, and an office, which only branches have.
fn mf(bytes: &[u8]) -> bool {
    const LETTERS: &[u8; 23] = b"ABCDEFGHJKLMNPQRSTVWXYZ";
    let Some(compact) = Compact::<13>::symbols(bytes) else { return false };
    let number = compact.as_slice();
    let length = number.iter().take_while(|symbol| symbol.is_ascii_digit()).count();
    let Some((letter, tail)) = number.get(length..).and_then(<[u8]>::split_first) else {
        return false;
    };
    let whole = match tail {
        [] => true,
        [tax, payer, office @ ..] => {
            b"ABPDN".contains(tax)
                && b"CMNPE".contains(payer)
                && office.len() == 3
                && office.iter().all(u8::is_ascii_digit)
                && (office == b"000") == (*payer != b'E')
        }
        [_] => false,
    };
    (6..=7).contains(&length) && LETTERS.contains(letter) && whole
}

// Each digit moved by its place, and counted in powers of two by nine.
fn vkn(bytes: &[u8]) -> bool {
    digits::<10>(bytes).is_some_and(|number| {
        let [body @ .., check] = number;
        let sum: u32 = body
            .iter()
            .rev()
            .zip(1_u32..)
            .map(|(&digit, place)| {
                let moved = (u32::from(digit) + place) % 10;
                match moved * 2_u32.pow(place) % 9 {
                    0 if moved != 0 => 9,
                    rest => rest,
                }
            })
            .sum();
        !all_same(&number) && (10 - sum % 10) % 10 == u32::from(check)
    })
}

// Cross sums that make five; a seven at the seventh place may count ten or one.
fn ubn(bytes: &[u8]) -> bool {
    digits::<8>(bytes).is_some_and(|number| {
        let sum: u32 = number
            .iter()
            .zip([1, 2, 1, 2, 1, 2, 4, 1])
            .map(|(&digit, weight)| cross(digit, weight))
            .sum();
        !all_same(&number)
            && (sum.is_multiple_of(5) || (number[6] == 7 && (sum + 1).is_multiple_of(5)))
    })
}

fn edrpou(bytes: &[u8]) -> bool {
    digits::<8>(bytes).is_some_and(|digits| {
        let turned = (30_000_000..=60_000_000).contains(&number(&digits));
        let weights: [u32; 7] = if turned { [7, 1, 2, 3, 4, 5, 6] } else { [1, 2, 3, 4, 5, 6, 7] };
        let first = weighted(&digits, &weights) % 11;
        let second = weighted(&digits, &weights.map(|weight| weight + 2)) % 11 % 10;
        (if first == 10 { second } else { first }) == u32::from(digits[7]) && !all_same(&digits)
    })
}

fn ptin(bytes: &[u8]) -> bool {
    symbols::<9>(bytes).is_some_and(|number| {
        let [letter, digits @ ..] = number;
        letter == b'P' && digits.iter().all(u8::is_ascii_digit) && !all_same(&digits)
    })
}

fn tin_za(bytes: &[u8]) -> bool {
    digits::<10>(bytes).is_some_and(|number| {
        matches!(number[0], 0..=3 | 9) && luhn(&number) && number.iter().any(|digit| *digit != 0)
    })
}
