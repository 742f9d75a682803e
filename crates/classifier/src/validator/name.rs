//! Names of people and organisations, told from words that happen to have a capital.
//!
//! A list of names would miss most people of the world. The words that are none can be listed: those
//! that stand in small letters in many technical documents, and, by hand, calendar, places, languages,
//! titles and what begins a sentence or a form in seven languages. What is not among them and has a
//! capital is a name of somebody or something; rules ask it only where that would mean something.

use super::{Strength::Structure, Validator, lines};

const SOURCE: &str = "validator/words.txt (words that are no names)";

pub(super) const FAMILY: &[Validator] = &[
    Validator::new("personal-name", SOURCE, |bytes| Structure.when(is_personal(bytes))),
    Validator::new("proper-name", SOURCE, |bytes| Structure.when(is_proper(bytes))),
];

const WORDS: &str = include_str!("words.txt");

/// Endings of words, never of names, that need no line each.
const ENDINGS: [&str; 12] = [
    "tion", "tions", "ing", "ment", "ments", "ness", "ology", "able", "ible", "ized", "ised",
    "ally",
];
/// Endings with which a word of the list is still a word.
const INFLECTIONS: [&str; 6] = ["s", "es", "ed", "d", "ing", "'s"];
/// Parts of names that are words.
const PARTICLES: [&str; 20] = [
    "de", "da", "do", "dos", "del", "della", "der", "den", "di", "du", "la", "le", "van", "von",
    "zu", "bin", "ben", "al", "el", "ter",
];

/// Whether two words in a row are no common ones, or the only one is none: `Dear` before a name, or a
/// trade behind it, does no harm.
fn is_personal(bytes: &[u8]) -> bool {
    let (mut count, mut run, mut longest) = (0_usize, 0_usize, 0_usize);
    for word in words(bytes) {
        count = count.saturating_add(1);
        run = if is_common(word) { 0 } else { run.saturating_add(1) };
        longest = longest.max(run);
    }
    count > 0 && longest >= count.min(2)
}

/// Whether some word of it is no common one.
fn is_proper(bytes: &[u8]) -> bool {
    words(bytes).any(|word| !is_common(word))
}

/// The words that decide: no particles, no initials.
fn words(bytes: &[u8]) -> impl Iterator<Item = &str> {
    let text = str::from_utf8(bytes).unwrap_or_default();
    let words =
        text.split(|char: char| char.is_whitespace() || matches!(char, '-' | '.' | ',' | '&'));
    let words = words.map(|word| word.trim_end_matches(['\'', '’']));
    words.filter(|word| is_word(word) && !PARTICLES.contains(word))
}

/// Whether it begins with a letter and has another one: no initial, no number, no run of one sign.
fn is_word(word: &str) -> bool {
    let mut chars = word.chars();
    let first = chars.next().filter(|char| char.is_alphabetic());
    first.is_some_and(|first| chars.any(|char| char != first))
}

fn is_common(word: &str) -> bool {
    let word = word.strip_suffix("’s").unwrap_or(word);
    let is_long = word.len() > 5;
    if lines::holds(WORDS, word) || is_long && ENDINGS.iter().any(|end| word.ends_with(end)) {
        return true;
    }
    INFLECTIONS.iter().filter_map(|ending| word.strip_suffix(ending)).any(|stem| {
        stem.len() > 2 && (lines::holds(WORDS, stem) || lines::holds(WORDS, &format!("{stem}e")))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_and_in_small_letters() {
        assert!(WORDS.lines().is_sorted());
        assert!(WORDS.lines().all(|line| line.chars().all(|char| !char.is_uppercase())));
    }

    #[test]
    fn people_are_told_from_headings() {
        for name in ["Oskar", "Hallbeck", "Siobhan Treacy", "M. Okonkwo", "Ludwig van Aken", "Ng"] {
            assert!(is_personal(name.as_bytes()), "{name}");
        }
        for name in ["Mein Vater Horst Kellermann", "Patient Oskar Lindqvist"] {
            assert!(is_personal(name.as_bytes()), "{name}");
        }
        for words in
            ["", "Monday", "Please", "Quarterly Report", "New York", "Patientin", "Hi Oskar", "de"]
        {
            assert!(!is_personal(words.as_bytes()), "{words}");
        }
    }

    #[test]
    fn organisations_may_have_one_common_word() {
        for name in ["Hallbeck Foods", "Vantry", "Crane & Lisle", "Kestrel Systems"] {
            assert!(is_proper(name.as_bytes()), "{name}");
        }
        for words in ["Annual Report", "The Company", "", "Our Customers"] {
            assert!(!is_proper(words.as_bytes()), "{words}");
        }
    }

    #[test]
    fn other_bytes_are_no_name() {
        assert!(!is_personal(&[0xFF, 0xFE]) && !is_proper(&[0xFF]));
    }
}
