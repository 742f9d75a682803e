//! Proof by arithmetic: is this run of bytes really a card, an IBAN, a token?
//!
//! A validator is a pure, total function from the raw matched bytes to a [`Verdict`]. Rules name
//! validators; the scan calls them after the pattern matched and before the score is taken. They
//! strip separators themselves, never allocate unless a decoder must, and accept any bytes at all.
//!
//! Each family sits in a file of its own, whose first line names the standard. None of them alone
//! says that a value is *used*: Luhn passes one random number in ten, which is why [`Strength`]
//! exists and why rules add context.

mod altcoins;
mod azure;
mod baltics;
mod bank;
mod benelux;
mod brazil;
mod card;
mod central_europe;
mod china;
mod cloud;
mod coins;
mod company;
mod countries;
mod date;
mod de;
mod device;
mod digits;
mod documents;
mod east_asia;
mod eastern_europe;
mod email;
mod encoding;
mod entropy;
mod es;
mod forge;
mod fr;
mod further_countries;
mod gb;
mod health;
mod iban;
mod india;
mod it;
mod latin_america;
mod lines;
mod luhn;
mod middle_east_africa;
mod mrz;
mod name;
mod net;
mod nordics;
mod north_america;
mod oceania;
mod phone;
mod pl;
mod pt;
mod securities;
mod south_asia;
mod southeast_europe;
mod structured;
mod tlds;
mod track;
mod us;
mod vat;
mod vendor;

use encoding::BASE62;

/// One named check of a value.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Validator {
    /// The name that rules and examples use, in kebab case.
    pub name: &'static str,
    /// The standard or vendor document that defines the check.
    pub source: &'static str,
    /// The check itself: pure and total.
    pub check: fn(&[u8]) -> Verdict,
    /// Makes a synthetic value where random drawing would not find one.
    pub generate: Option<Generate>,
}

/// Makes a synthetic value from a template (a fixed prefix) and a source of random numbers.
///
/// The second argument draws a number below its own argument.
pub type Generate = fn(template: &str, draw: &mut dyn FnMut(u32) -> u32) -> String;

/// What a validator says about a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict {
    /// The value is well formed, as far as this check can tell.
    Valid(Strength),
    /// The shape is distinctive, but something does not add up: a typo, or a fake.
    Doubtful(&'static str),
    /// The value is something else.
    Invalid,
}

/// How much a passed check is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Strength {
    /// Length, alphabet, ranges, a calendar date: nothing is computed over the whole value.
    Structure,
    /// One check digit: about one random value in ten passes.
    Digit,
    /// Two check digits, a CRC or a hash: at most about one random value in a hundred passes.
    Strong,
}

impl Strength {
    /// Valid with this strength if the check `passed`, else invalid.
    const fn when(self, passed: bool) -> Verdict {
        if passed { Verdict::Valid(self) } else { Verdict::Invalid }
    }
}

impl Validator {
    const fn new(name: &'static str, source: &'static str, check: fn(&[u8]) -> Verdict) -> Self {
        Self { name, source, check, generate: None }
    }
}

/// The validator of that name.
pub fn by_name(name: &str) -> Option<&'static Validator> {
    all().find(|validator| validator.name == name)
}

/// All validators, family by family.
pub fn all() -> impl Iterator<Item = &'static Validator> {
    FAMILIES.iter().copied().flatten()
}

/// The verdict over a token whose shape alone is distinctive.
fn checksum(matches: bool) -> Verdict {
    if matches {
        Verdict::Valid(Strength::Strong)
    } else {
        Verdict::Doubtful("the checksum does not match")
    }
}

/// Replaces `#` by a digit, `?` by a letter, `*` by either, `~` by a base62 character.
fn fill(template: &str, draw: &mut dyn FnMut(u32) -> u32) -> String {
    let mut text = String::with_capacity(template.len());
    for symbol in template.chars() {
        match symbol {
            '#' => text.push_str(&random(BASE62.get(..10).unwrap_or_default(), 1, draw)),
            '?' => text.push_str(&random(BASE62.get(10..36).unwrap_or_default(), 1, draw)),
            '*' => text.push_str(&random(BASE62.get(..36).unwrap_or_default(), 1, draw)),
            '~' => text.push_str(&random(BASE62, 1, draw)),
            other => text.push(other),
        }
    }
    text
}

/// Random symbols of an alphabet.
fn random(alphabet: &[u8], length: usize, draw: &mut dyn FnMut(u32) -> u32) -> String {
    let below = u32::try_from(alphabet.len()).unwrap_or(1);
    let mut symbol = || alphabet.get(draw(below) as usize).map_or('0', |&byte| char::from(byte));
    (0..length).map(|_| symbol()).collect()
}

/// Random bytes.
fn random_bytes(length: usize, draw: &mut dyn FnMut(u32) -> u32) -> Vec<u8> {
    (0..length).map(|_| (draw(256) & 0xFF) as u8).collect()
}

const FAMILIES: &[&[Validator]] = &[
    luhn::FAMILY,
    name::FAMILY,
    card::FAMILY,
    track::FAMILY,
    date::FAMILY,
    iban::FAMILY,
    bank::FAMILY,
    securities::FAMILY,
    coins::FAMILY,
    altcoins::FAMILY,
    email::FAMILY,
    phone::FAMILY,
    net::FAMILY,
    device::FAMILY,
    mrz::FAMILY,
    us::FAMILY,
    north_america::FAMILY,
    latin_america::FAMILY,
    brazil::FAMILY,
    gb::FAMILY,
    fr::FAMILY,
    de::FAMILY,
    benelux::FAMILY,
    es::FAMILY,
    pt::FAMILY,
    it::FAMILY,
    pl::FAMILY,
    central_europe::FAMILY,
    southeast_europe::FAMILY,
    baltics::FAMILY,
    nordics::FAMILY,
    eastern_europe::FAMILY,
    middle_east_africa::FAMILY,
    further_countries::FAMILY,
    india::FAMILY,
    china::FAMILY,
    east_asia::FAMILY,
    south_asia::FAMILY,
    oceania::FAMILY,
    company::FAMILY,
    documents::FAMILY,
    vat::FAMILY,
    health::FAMILY,
    forge::FAMILY,
    vendor::FAMILY,
    azure::FAMILY,
    cloud::FAMILY,
    structured::FAMILY,
    entropy::FAMILY,
];

/// Asserts what one validator accepts and what it does not.
#[cfg(test)]
fn cases(name: &str, accepted: &[&str], refused: &[&str]) {
    let check = by_name(name).unwrap().check;
    for text in accepted {
        assert!(matches!(check(text.as_bytes()), Verdict::Valid(_)), "{name} refuses {text}");
    }
    for text in refused {
        assert!(!matches!(check(text.as_bytes()), Verdict::Valid(_)), "{name} accepts {text}");
    }
}

/// Asserts that generated values pass, and, where a reason is given, that one changed symbol is
/// doubtful for it.
#[cfg(test)]
fn generates(name: &str, template: &str, verdict: Verdict, reason: &'static str) {
    let validator = by_name(name).unwrap();
    for seed in 0..20 {
        let value = validator.generate.unwrap()(template, &mut seeded(seed));
        assert_eq!((validator.check)(value.as_bytes()), verdict, "{name}: {value}");
        let mut changed = value.into_bytes();
        let place = changed.len() / 2;
        changed[place] = match changed[place] {
            b'2' => b'3',
            _ => b'2',
        };
        let changed = String::from_utf8(changed).unwrap();
        if !reason.is_empty() {
            let found = (validator.check)(changed.as_bytes());
            assert_eq!(found, Verdict::Doubtful(reason), "{name}: {changed}");
        }
    }
}

/// A small deterministic source of numbers for generators (splitmix64).
#[cfg(test)]
fn seeded(mut state: u64) -> impl FnMut(u32) -> u32 {
    move |below| {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        u32::try_from((mixed ^ (mixed >> 31)) % u64::from(below.max(1))).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_kebab_case_and_sourced() {
        let mut names: Vec<&str> = all().map(|validator| validator.name).collect();
        for validator in all() {
            let allowed =
                |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
            assert!(validator.name.bytes().all(allowed), "{}", validator.name);
            assert!(!validator.source.is_empty(), "{}", validator.name);
            assert!(by_name(validator.name).is_some());
        }
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
    }

    #[test]
    fn an_unknown_name_is_nothing() {
        assert!(by_name("astrology").is_none());
    }
}
