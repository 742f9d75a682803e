//! Proof by arithmetic: is this run of bytes really a card, an IBAN, a token?
//!
//! A validator is a pure, total function from the raw matched bytes to a [`Verdict`]. Rules name
//! validators; the scan calls them after the pattern matched and before the score is taken. They
//! strip separators themselves, never allocate unless a decoder must, and accept any bytes at all.
//!
//! Each family sits in a file of its own, whose first line names the standard. None of them alone
//! says that a value is *used*: Luhn passes one random number in ten, which is why [`Strength`]
//! exists and why rules add context.

mod bank;
mod card;
mod countries;
mod de;
mod digits;
mod iban;
mod india;
mod it;
mod luhn;
mod pl;
mod us;

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

/// Replaces `#` by a digit, `?` by a letter, `*` by either, `~` by a base62 character.
fn fill(template: &str, draw: &mut dyn FnMut(u32) -> u32) -> String {
    let mut one_of = |alphabet: &[u8]| {
        let index = draw(u32::try_from(alphabet.len()).unwrap_or(1));
        alphabet.get(index as usize).map_or('0', |&byte| char::from(byte))
    };
    template
        .chars()
        .map(|symbol| match symbol {
            '#' => one_of(BASE62.get(..10).unwrap_or_default()),
            '?' => one_of(BASE62.get(10..36).unwrap_or_default()),
            '*' => one_of(BASE62.get(..36).unwrap_or_default()),
            '~' => one_of(BASE62),
            other => other,
        })
        .collect()
}

/// The digits of base62 as GitHub and its followers order them.
const BASE62: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

const FAMILIES: &[&[Validator]] = &[
    luhn::FAMILY,
    card::FAMILY,
    iban::FAMILY,
    bank::FAMILY,
    de::FAMILY,
    india::FAMILY,
    it::FAMILY,
    pl::FAMILY,
    us::FAMILY,
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
