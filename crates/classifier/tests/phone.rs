//! Telephone numbers get the verdict of libphonenumber.

use dosimeter_classifier::validator::{Verdict, all};
use rlibphonenumber::{PHONE_NUMBER_UTIL, Region};

/// The countries whose numbers count without a country code.
const HOMES: [Region; 5] = [Region::GB, Region::DE, Region::FR, Region::AU, Region::NL];

/// The straightforward way.
fn reference(text: &str) -> bool {
    let valid = |text: &str, region: Option<Region>| {
        PHONE_NUMBER_UTIL.parse(text, region).is_ok_and(|number| number.is_valid())
    };
    if text.starts_with('+') {
        return valid(text, None);
    }
    if let Some(rest) = text.strip_prefix("00") {
        return valid(&format!("+{rest}"), None);
    }
    let homes: &[Region] =
        if text.trim_start_matches('(').starts_with('0') { &HOMES } else { &[Region::US] };
    homes.iter().any(|home| valid(text, Some(*home)))
}

/// Asserts that none of the numbers gets another verdict than from the reference.
fn check(numbers: impl IntoIterator<Item = String>) {
    let phone = all().find(|validator| validator.name == "phone").map(|phone| phone.check);
    let ours = |text: &str| phone.map(|check| check(text.as_bytes()) != Verdict::Invalid);
    let differs = |text: &String| ours(text) != Some(reference(text));
    let different: Vec<String> = numbers.into_iter().filter(differs).collect();
    assert!(different.is_empty(), "{different:#?}");
}

/// A small deterministic source of numbers (splitmix64).
fn draw(state: &mut u64, below: u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    (mixed ^ (mixed >> 31)) % below
}

/// Digits that are not refused before the plans are asked: they do not end in six equal ones, and do
/// not hold what numbers kept for fiction begin with.
fn digits(state: &mut u64, len: u64) -> String {
    loop {
        let digits: String = (0..len).map(|_| draw(state, 10).to_string()).collect();
        let refused = ["55501", "7700900", "2079460", "1632960"];
        let last: &str = digits.get(digits.len().saturating_sub(3)..).unwrap_or_default();
        let same = last.bytes().all(|digit| last.starts_with(char::from(digit)));
        if !same && !refused.iter().any(|start| digits.contains(start)) {
            return digits;
        }
    }
}

#[test]
fn numbers_of_every_country_get_the_verdict_of_the_reference() {
    let mut state = 1;
    check((1..1000).flat_map(|code| vec![code; 60]).filter_map(|code| {
        let prefix =
            ["", "", "0", "1", "8", "9"].get(usize::try_from(draw(&mut state, 6)).ok()?)?;
        let len = 6 + draw(&mut state, 7);
        let number = format!("+{code} {prefix}{}", digits(&mut state, len));
        (number.bytes().filter(u8::is_ascii_digit).count() <= 15).then_some(number)
    }));
}

#[test]
fn domestic_numbers_get_the_verdict_of_the_reference() {
    let mut state = 2;
    check((0..10_000).filter_map(|_| {
        let prefixes = ["", "0", "1", "00", "(0)", "0-0", "0-011", "0-014"];
        let prefix = prefixes.get(usize::try_from(draw(&mut state, 8)).ok()?)?;
        let (area, line) = (2 + draw(&mut state, 3), 5 + draw(&mut state, 4));
        let (area, line) = (digits(&mut state, area), digits(&mut state, line));
        let number = format!("{prefix}{area} {line}");
        (number.bytes().filter(u8::is_ascii_digit).count() <= 15).then_some(number)
    }));
}

#[test]
fn numbers_as_people_write_them_get_the_verdict_of_the_reference() {
    let numbers = [
        "+44 (0)20 7219 4272",
        "+49 (0) 30 901820",
        "+54 11 15 2345 6789",
        "+54 9 11 2345-6789",
        "+55 0 21 11 2345 6789",
        "+55 11 91234-5678",
        "+52 1 55 1234 5678",
        "+7 8 495 123 45 67",
        "+39 06 6982 1234",
        "+378 0549 882914",
        "+378 882914",
        "+81 003768 1234 567",
        "+241 01 44 12 34",
        "+800 1234 5679",
        "+1 268 464 1234",
        "1 202 456 1111",
        "11202 456 1111",
        "0061 2 9876 5432",
        "0011 49 30 901820",
    ];
    check(numbers.map(str::to_owned));
}
