//! Synthetic values from templates, so that no real-looking credential sits in a repository.
//!
//! `{36:A-Za-z0-9}` becomes 36 random characters of a class. `{NAME:TEMPLATE}` becomes a value that
//! the validator `NAME` accepts: in the template `#` is a digit, `?` an upper-case letter, `*` an
//! upper-case letter or digit, `~` a letter of either case or digit, everything else itself.
//! Whatever else stands in braces is left alone.
//!
//! The same seed gives the same text on every machine.

use crate::validator::{self, Validator, Verdict};

/// How often a template is drawn before its example is given up. A valid value must be likelier
/// than one in ten thousand; rarer ones have a generator of their own.
const DRAWS_MAX: u32 = 100_000;

/// The longest run of one class, so that a typing mistake in a rule file does not fill the memory.
const COUNT_MAX: usize = 1 << 16;

/// A template that cannot be expanded.
#[derive(Debug, thiserror::Error)]
#[error("no value for `{placeholder}`: {problem}")]
pub struct GenerateError {
    placeholder: String,
    problem: &'static str,
}

/// Expands all placeholders of `template`, seeded with `seed`.
///
/// # Errors
///
/// If a class is empty, or a validator accepts nothing that its template can give.
///
/// ```
/// let text = dosimeter_classifier::generate::expand("id {4:0-9}!", 7).unwrap();
/// assert_eq!(text.len(), 8);
/// assert_eq!(text, dosimeter_classifier::generate::expand("id {4:0-9}!", 7).unwrap());
/// ```
pub fn expand(template: &str, seed: u64) -> Result<String, GenerateError> {
    let mut random = Random::new(seed);
    let mut expanded = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        expanded.push_str(before);
        if let Some((placeholder, remaining)) = placeholder(after) {
            expanded.push_str(&placeholder.expand(&mut random)?);
            rest = remaining;
        } else {
            expanded.push('{');
            rest = after;
        }
    }
    expanded.push_str(rest);
    Ok(expanded)
}

/// What stands between braces.
enum Placeholder<'a> {
    Class { count: usize, class: &'a str },
    Valid { validator: &'static Validator, template: &'a str },
}

/// Reads a placeholder from the text after an opening brace.
fn placeholder(text: &str) -> Option<(Placeholder<'_>, &str)> {
    let (inside, rest) = text.split_once('}')?;
    let (head, body) = inside.split_once(':')?;
    if let Ok(count) = head.parse() {
        return Some((Placeholder::Class { count, class: body }, rest));
    }
    let validator = validator::by_name(head)?;
    Some((Placeholder::Valid { validator, template: body }, rest))
}

impl Placeholder<'_> {
    fn expand(&self, random: &mut Random) -> Result<String, GenerateError> {
        match self {
            Self::Class { count, class } => {
                if *count > COUNT_MAX {
                    return Err(error(class, "more than 65536 characters"));
                }
                let members = class_members(class);
                if members.is_empty() {
                    return Err(error(class, "the class has no characters"));
                }
                Ok((0..*count).filter_map(|_| random.pick(&members)).collect())
            }
            Self::Valid { validator, template } => draw_valid(validator, template, random),
        }
    }
}

fn draw_valid(
    validator: &Validator,
    template: &str,
    random: &mut Random,
) -> Result<String, GenerateError> {
    if let Some(generate) = validator.generate {
        return Ok(generate(template, &mut |below| random.below(below)));
    }
    for _ in 0..DRAWS_MAX {
        let value: String = template.chars().map(|char| random.fill(char)).collect();
        if matches!((validator.check)(value.as_bytes()), Verdict::Valid(_)) {
            return Ok(value);
        }
    }
    Err(error(template, "its validator accepts nothing of this template"))
}

fn error(placeholder: &str, problem: &'static str) -> GenerateError {
    GenerateError { placeholder: placeholder.to_owned(), problem }
}

/// The characters of `A-Za-z0-9_\-`.
fn class_members(class: &str) -> Vec<char> {
    let mut members = Vec::new();
    let mut chars = class.chars().peekable();
    while let Some(char) = chars.next() {
        let start = if char == '\\' { chars.next().unwrap_or(char) } else { char };
        let mut ahead = chars.clone();
        match (char != '\\' && ahead.next() == Some('-'), ahead.next()) {
            (true, Some(end)) if end != '\\' => {
                members.extend(start..=end);
                chars = ahead;
            }
            _ => members.push(start),
        }
    }
    members
}

/// `SplitMix64` (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014):
/// ten lines, the same everywhere, and good enough for examples. Not for secrets.
struct Random {
    state: u64,
}

impl Random {
    fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: u32) -> u32 {
        // The bias of a remainder over 64 bits is far below what an example could show.
        let drawn = self.next().checked_rem(u64::from(limit)).unwrap_or(0);
        u32::try_from(drawn).unwrap_or(0)
    }

    fn pick(&mut self, members: &[char]) -> Option<char> {
        let index = self.below(u32::try_from(members.len()).unwrap_or(u32::MAX));
        members.get(index as usize).copied()
    }

    fn fill(&mut self, char: char) -> char {
        let from = |random: &mut Self, class: &[u8]| {
            let index = random.below(u32::try_from(class.len()).unwrap_or(1)) as usize;
            class.get(index).copied().map_or(char, char::from)
        };
        match char {
            '#' => from(self, b"0123456789"),
            '?' => from(self, b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
            '*' => from(self, b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
            '~' => from(self, b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"),
            _ => char,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_expand_and_other_braces_stay() {
        let text =
            expand(r#"{"a": {3:x}, "card": "{luhn:79927398##}", "t": "{{name}}"}"#, 1).unwrap();
        assert!(text.starts_with(r#"{"a": xxx, "card": "79927398"#), "{text}");
        assert!(text.ends_with(r#""t": "{{name}}"}"#), "{text}");
        let digits = text.split("79927398").nth(1).unwrap().split('"').next().unwrap();
        assert_eq!(digits.len(), 2);
    }

    #[test]
    fn classes_have_ranges_and_escapes() {
        assert_eq!(class_members(r"a-c_\-9"), ['a', 'b', 'c', '_', '-', '9']);
    }

    #[test]
    fn an_impossible_template_is_an_error() {
        assert!(expand("{luhn:79927398710}", 1).is_err());
    }
}
