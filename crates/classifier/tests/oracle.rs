//! The validators against an independent implementation: python-stdnum, replayed from a file.
//!
//! `oracle/generate.py` writes the file; it draws random numbers, so none is a person's. Where we
//! differ on purpose, [`DIFFERENCES`] says so and why, and the test holds us to that direction.

#![expect(clippy::unwrap_used, reason = "a test")]

use std::collections::BTreeMap;

use dosimeter_classifier::validator::{self, Verdict};

/// What one of us accepts and the other does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    /// We accept more than the oracle.
    Lenient,
    /// We accept less than the oracle.
    Strict,
}

use Side::{Lenient, Strict};

/// Deliberate differences: validator, side, reason.
const DIFFERENCES: &[(&str, Side, &str)] = &[
    ("at-tin", Lenient, "tax offices are merged every few years, so there is no list of them"),
    ("au-tfn", Lenient, "eight digits have weights of their own (ATO: 10 7 8 4 6 3 5 1)"),
    ("au-tfn", Strict, "eight digits have weights of their own (ATO: 10 7 8 4 6 3 5 1)"),
    ("az-voen", Strict, "all ten digits must be written, a leading zero too"),
    ("be-nn", Lenient, "a scan reads no clock, so a birth that lies ahead passes"),
    ("ch-qr-reference", Strict, "fewer than five digits are no reference"),
    ("cn-ric", Lenient, "places of birth change with every reform, so there is no list of them"),
    ("cz-account", Lenient, "bank codes come and go, so there is no list of them"),
    ("cz-account", Strict, "a bank code has exactly four digits"),
    ("cz-rc", Strict, "the month is raised by 20, 50 or 70 and by nothing else"),
    ("de-idnr", Strict, "the same digit never stands three times in a row (BZSt)"),
    ("dk-cpr", Lenient, "a scan reads no clock, so a birth that lies ahead passes"),
    ("gr-afm", Strict, "all nine digits must be written, leading zeros too"),
    ("iban", Lenient, "where only the national check digits are wrong, the number is weaker"),
    ("iccid", Strict, "the oracle is the bare Luhn sum; ours begins with 89"),
    ("id-nik", Lenient, "districts split every year, so there is no list of them"),
    ("id-nik", Strict, "the day is at most 31, or 71 for women"),
    ("imsi", Lenient, "networks of a country are not compared with a list"),
    ("is-kennitala", Lenient, "births of the nineteenth century stand in old records"),
    ("kr-brn", Strict, "the oracle looks at the form only, ours at the check digit too (NTS)"),
    ("kr-rrn", Lenient, "a scan reads no clock, so a birth that lies ahead passes"),
    ("lei", Strict, "an LEI has exactly twenty symbols"),
    ("lv-pk", Strict, "numbers that begin above 3 are tax numbers of companies"),
    ("mac", Lenient, "there is no list of manufacturers, which grows every week"),
    ("mac", Strict, "multicast and placeholder addresses belong to no device"),
    ("mx-rfc", Strict, "the last symbol can only be a digit or A"),
    ("nl-btw", Strict, "all nine digits in front of the B must be written, leading zeros too"),
    ("nz-account", Lenient, "branches open and close, so only the ranges of banks are compared"),
    ("pt-cc", Strict, "all twelve symbols must be written, leading zeros too"),
    ("ru-ogrn", Lenient, "regions and years of registration are not compared with a list"),
    ("se-personnummer", Lenient, "coordination numbers add 60 to the day"),
    ("sepa-creditor", Strict, "both check digits must be written"),
    ("sg-uen", Lenient, "a scan reads no clock, so a registration that lies ahead passes"),
    ("si-emso", Strict, "nobody was born before 1800, or will be before 2300"),
    ("sk-rc", Strict, "the month is raised by 20, 50 or 70 and by nothing else"),
    ("tw-ubn", Lenient, "since 2023 the sum need only be a multiple of five"),
    ("us-atin", Strict, "adoption numbers begin with 9 and have 93 in the middle"),
    ("us-itin", Lenient, "the groups 50 to 65 are issued too (IRS)"),
];

fn difference(name: &str, expected: bool, value: &str) -> Option<Side> {
    let check = validator::by_name(name).unwrap().check;
    let accepted = matches!(check(value.as_bytes()), Verdict::Valid(_));
    match (accepted, expected) {
        (true, false) => Some(Lenient),
        (false, true) => Some(Strict),
        _ => None,
    }
}

/// The draw that `cargo xtask oracle` made anew, or the one that is kept.
fn drawn() -> &'static str {
    match std::env::var("DOSIMETER_ORACLE") {
        Ok(path) => std::fs::read_to_string(path).unwrap().leak(),
        Err(_) => include_str!("oracle/stdnum.csv"),
    }
}

#[test]
fn verdicts_agree_with_python_stdnum() {
    let mut found: BTreeMap<(&str, bool), Vec<&str>> = BTreeMap::new();
    let mut accepted_by_both: BTreeMap<&str, usize> = BTreeMap::new();
    for line in drawn().lines().skip(1) {
        let (name, rest) = line.split_once(',').unwrap();
        let (value, valid) = rest.rsplit_once(',').unwrap();
        let both = accepted_by_both.entry(name).or_default();
        match difference(name, valid == "yes", value) {
            Some(side) if !DIFFERENCES.iter().any(|known| (known.0, known.1) == (name, side)) => {
                found.entry((name, side == Lenient)).or_default().push(value);
            }
            None if valid == "yes" => *both += 1,
            _ => {}
        }
    }
    assert!(found.is_empty(), "(validator, we accept more) → values: {found:#?}");
    let unproven: Vec<_> = accepted_by_both.iter().filter(|(_, both)| **both < 3).collect();
    assert!(unproven.is_empty(), "fewer than three valid numbers compared: {unproven:?}");
}

#[test]
fn every_difference_has_a_reason() {
    for (name, _, reason) in DIFFERENCES {
        assert!(validator::by_name(name).is_some() && reason.len() > 20, "{name}");
    }
}
