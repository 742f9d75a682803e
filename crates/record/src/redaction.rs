//! The masked stand-in for a match: the only form in which content leaves memory.

mod repeats;
mod snippet;
mod value;

use std::{borrow::Cow, fmt};

use serde::{Serialize, Serializer};

use crate::Span;

/// How the value of a match is masked.
///
/// Every variant shows at most four characters of the variable part, and nothing of a value that is
/// too short to spare them.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Mask {
    /// Nothing of the value: `[SECRET]`.
    Tag(Cow<'static, str>),
    /// The last letters or digits: `•••• 1111`. At most four.
    KeepLast(u8),
    /// The first characters, for a rule's fixed literal: `ghp_••••`.
    KeepPrefix(u8),
    /// First letter of mailbox and host, and the top-level domain: `m•••@h•••.com`.
    Email,
    /// The first letter of each word: `A• B•`.
    Initials,
    /// Country and the last four: `DE•• •••• 4321`.
    Iban,
}

/// A stretch of text that must not be shown, and how it is masked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Masked<'m> {
    /// Where it stands.
    pub span: Span,
    /// How it is masked: by its rule, which masks many.
    pub mask: &'m Mask,
}

/// The redacted form of one match: the masked value, and a short snippet around it in which every
/// match of every detector is masked.
///
/// [`Redaction::mask`] is the only constructor, so a `Redaction` cannot hold what it stands for.
///
/// ```
/// use dosimeter_record::{Mask, Masked, Redaction, Span};
///
/// let text = "my card is 4111 1111 1111 1111, thanks";
/// let hit = Masked { span: Span::new(11, 30), mask: &Mask::KeepLast(4) };
/// let redaction = Redaction::mask(text, hit, &[]);
/// assert_eq!(redaction.value(), "•••• 1111");
/// assert_eq!(redaction.snippet(), "my card is •••• 1111, thanks");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Redaction {
    value: String,
    snippet: String,
}

impl Redaction {
    /// Masks `hit` in `text`, and everything in `others` that falls into the snippet around it.
    ///
    /// Context that no detector matched but that looks like a value (four or more digits in a word,
    /// a long mixed token, an address with `@`) is masked too, and so is a word that has five characters
    /// in a row with a masked value: an old password, a name said twice. Control characters become spaces, so
    /// that a snippet cannot drive a terminal. Linear in the snippet and in `others`, if these come in
    /// the order of the text.
    pub fn mask(text: &str, hit: Masked<'_>, others: &[Masked<'_>]) -> Self {
        let value = value::masked(hit.span.slice(text).unwrap_or_default(), hit.mask);
        let snippet = snippet::build(text, hit.span, others, &value);
        Self { value, snippet }
    }

    /// A stand-in for a value that is not at hand, by its class in a rule file: `[PERSON]`.
    pub fn tag(class: &str) -> Self {
        let mask = Mask::Tag(class.to_uppercase().into());
        Self::mask("", Masked { span: Span::new(0, 0), mask: &mask }, &[])
    }

    /// The masked value alone.
    pub fn value(&self) -> &str {
        &self.value
    }

    /// The masked value in its masked context: at most 160 characters on one line.
    pub fn snippet(&self) -> &str {
        &self.snippet
    }
}

impl fmt::Display for Redaction {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.snippet)
    }
}

impl fmt::Debug for Redaction {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.snippet)
    }
}

impl Serialize for Redaction {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.snippet)
    }
}

/// Whether a character can neither drive a terminal nor reorder a line.
fn is_harmless(char: char) -> bool {
    let reorders = matches!(char, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2028}' | '\u{2029}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}');
    !char.is_control() && !reorders
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, hit: &(&str, Mask), others: &[(&str, Mask)], expected: &str) {
        fn find<'m>(text: &str, (value, mask): &'m (&str, Mask)) -> Masked<'m> {
            let start = text.find(value).unwrap();
            Masked { span: Span::new(start, start + value.len()), mask }
        }
        let others: Vec<Masked<'_>> = others.iter().map(|other| find(text, other)).collect();
        assert_eq!(Redaction::mask(text, find(text, hit), &others).snippet(), expected);
    }

    #[test]
    fn all_matches_in_the_snippet_are_masked() {
        check(
            "card 4111111111111111 exp 04/29 for maria@host.com",
            &("4111111111111111", Mask::KeepLast(4)),
            &[("04/29", Mask::Tag("EXPIRY".into())), ("maria@host.com", Mask::Email)],
            "card •••• 1111 exp [EXPIRY] for m•••@h•••.com",
        );
    }

    #[test]
    fn a_masked_value_is_not_repeated_beside_it() {
        check(
            "changed it from Quartz_111 to Quartz_112!x, yes: quartz_112!x",
            &("Quartz_112!x", Mask::Tag("SECRET".into())),
            &[],
            "changed it from ••• to [SECRET], yes: •••",
        );
    }

    #[test]
    fn overlapping_matches_share_one_stand_in() {
        check(
            "call 4111 1111 1111 1111 222 now",
            &("4111 1111 1111 1111", Mask::KeepLast(4)),
            &[("1111 222", Mask::KeepLast(2))],
            "call •••• 1111 now",
        );
    }

    #[test]
    fn undetected_values_in_the_context_are_masked() {
        check(
            "ref 99887766 token abcDEF123456xyz pw hunter2",
            &("hunter2", Mask::Tag("PASSWORD".into())),
            &[],
            "ref ••• token ••• pw [PASSWORD]",
        );
    }

    #[test]
    fn numbers_in_groups_are_masked_and_small_ones_are_not() {
        check(
            "tel 612 874 590, room 12 on day 3 pw hunter2 or 61 28 - 74 59.",
            &("hunter2", Mask::Tag("PASSWORD".into())),
            &[],
            "tel ••• ••• ••• room 12 on day 3 pw [PASSWORD] or ••• ••• ••• ••• •••",
        );
    }

    #[test]
    fn a_snippet_is_one_short_line_without_control_characters() {
        let text =
            format!("{}\u{1b}[31m\n secret hunter2 {}", "word ".repeat(90), "y ".repeat(200));
        let start = text.find("hunter2").unwrap();
        let hit = Masked { span: Span::new(start, start + 7), mask: &Mask::Tag("PASSWORD".into()) };
        let redaction = Redaction::mask(&text, hit, &[]);
        assert!(redaction.snippet().chars().count() <= 160);
        assert!(!redaction.snippet().contains(['\u{1b}', '\n']));
        assert!(redaction.snippet().contains("secret [PASSWORD] y"));
    }
}
