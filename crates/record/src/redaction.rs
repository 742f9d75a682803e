//! The masked stand-in for a match: the only form in which content leaves memory.

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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Masked {
    /// Where it stands.
    pub span: Span,
    /// How it is masked.
    pub mask: Mask,
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
/// let hit = Masked { span: Span::new(11, 30), mask: Mask::KeepLast(4) };
/// let redaction = Redaction::mask(text, &hit, &[]);
/// assert_eq!(redaction.value(), "•••• 1111");
/// assert_eq!(redaction.snippet(), "my card is •••• 1111, thanks");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Redaction {
    value: String,
    snippet: String,
}

/// The longest snippet, in characters.
const SNIPPET_CHARS_MAX: usize = 160;
/// Context shown on each side of a match, in characters, before it is cut back to whole words.
const CONTEXT_CHARS_MAX: usize = 48;
const BULLETS: &str = "••••";

impl Redaction {
    /// Masks `hit` in `text`, and everything in `others` that falls into the snippet around it.
    ///
    /// Context that no detector matched but that looks like a value (four or more digits in a word,
    /// a long mixed token, an address with `@`) is masked too. Control characters become spaces, so
    /// that a snippet cannot drive a terminal. Linear in the snippet and in `others`.
    pub fn mask(text: &str, hit: &Masked, others: &[Masked]) -> Self {
        let value = mask_value(hit.span.slice(text).unwrap_or_default(), &hit.mask);
        let snippet = Snippet::around(text, hit, others, &value).build();
        Self { value, snippet }
    }

    /// A stand-in for a value that is not at hand, by its class in a rule file: `[PERSON]`.
    pub fn tag(class: &str) -> Self {
        let mask = Mask::Tag(class.to_uppercase().into());
        Self::mask("", &Masked { span: Span::new(0, 0), mask }, &[])
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

/// Masks one value.
fn mask_value(value: &str, mask: &Mask) -> String {
    match mask {
        Mask::Tag(tag) => format!("[{tag}]"),
        Mask::KeepLast(count) => keep_last(value, usize::from((*count).min(4))),
        Mask::KeepPrefix(count) => keep_prefix(value, usize::from(*count)),
        Mask::Email => mask_email(value),
        Mask::Initials => mask_initials(value),
        Mask::Iban => {
            let country: String = value.chars().filter(char::is_ascii_alphabetic).take(2).collect();
            format!("{country}•• {}", keep_last(value, 4))
        }
    }
}

/// A value with fewer than three times as many characters as would be shown is hidden whole.
fn keep_last(value: &str, count: usize) -> String {
    let significant: Vec<char> = value.chars().filter(|char| char.is_alphanumeric()).collect();
    if count == 0 || significant.len() < count.saturating_mul(2).saturating_add(1) {
        return BULLETS.to_owned();
    }
    let kept = significant.iter().skip(significant.len().saturating_sub(count));
    format!("{BULLETS} {}", kept.collect::<String>())
}

fn keep_prefix(value: &str, count: usize) -> String {
    if value.chars().count() < count.saturating_add(8) {
        return BULLETS.to_owned();
    }
    let prefix: String = value.chars().take(count).collect();
    format!("{}{BULLETS}", printable(&prefix))
}

fn mask_email(value: &str) -> String {
    let Some((mailbox, host)) = value.rsplit_once('@') else {
        return BULLETS.to_owned();
    };
    let initial = |part: &str| part.chars().next().filter(|char| char.is_alphanumeric());
    let top = host.rsplit_once('.').map(|(_, top)| top).filter(|top| top.len() <= 4);
    let mut masked = String::new();
    masked.extend(initial(mailbox));
    masked.push_str("•••@");
    masked.extend(initial(host));
    masked.push_str("•••");
    if let Some(top) = top {
        masked.push('.');
        masked.push_str(&printable(top));
    }
    masked
}

fn mask_initials(value: &str) -> String {
    let words = value.split_whitespace().filter_map(|word| word.chars().next());
    let initials: Vec<String> =
        words.filter(|char| char.is_alphabetic()).take(4).map(|char| format!("{char}•")).collect();
    if initials.is_empty() { BULLETS.to_owned() } else { initials.join(" ") }
}

/// Replaces what could drive a terminal or reorder a line.
fn printable(text: &str) -> String {
    text.chars().map(|char| if is_harmless(char) { char } else { ' ' }).collect()
}

fn is_harmless(char: char) -> bool {
    let reorders = matches!(char, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2028}' | '\u{2029}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}');
    !char.is_control() && !reorders
}

/// A snippet in the making: the window and what is masked in it.
struct Snippet<'a> {
    text: &'a str,
    window: Span,
    hit: Span,
    value: &'a str,
    /// Sorted and merged; none overlaps the hit.
    hidden: Vec<Masked>,
}

impl<'a> Snippet<'a> {
    fn around(text: &'a str, hit: &Masked, others: &[Masked], value: &'a str) -> Self {
        let window = window(text, hit.span);
        let mut hidden: Vec<Masked> = Vec::new();
        let mut hit_span = hit.span;
        let mut near: Vec<&Masked> =
            others.iter().filter(|other| other.span.overlaps(window)).collect();
        near.sort_by_key(|other| (other.span.start, other.span.end));
        for other in near {
            if other.span.overlaps(hit_span) {
                // One stand-in covers both, so that neither shows the other's tail.
                hit_span = Span::new(
                    hit_span.start.min(other.span.start),
                    hit_span.end.max(other.span.end),
                );
                continue;
            }
            match hidden.last_mut() {
                Some(last) if last.span.overlaps(other.span) => {
                    last.span.end = last.span.end.max(other.span.end);
                    last.mask = Mask::KeepLast(0);
                }
                _ => hidden.push(other.clone()),
            }
        }
        hidden.retain(|masked| !masked.span.overlaps(hit_span));
        Self { text, window, hit: hit_span, value, hidden }
    }

    fn build(&self) -> String {
        let mut snippet = String::new();
        let mut position = self.window.start;
        let before = self.hidden.iter().filter(|masked| masked.span.end <= self.hit.start);
        for masked in before {
            self.push_context(&mut snippet, &mut position, masked.span);
            snippet.push_str(&mask_value(masked.span.slice(self.text).unwrap_or(""), &masked.mask));
        }
        self.push_context(&mut snippet, &mut position, self.hit);
        snippet.push_str(self.value);
        let after = self.hidden.iter().filter(|masked| masked.span.start >= self.hit.end);
        for masked in after {
            self.push_context(&mut snippet, &mut position, masked.span);
            snippet.push_str(&mask_value(masked.span.slice(self.text).unwrap_or(""), &masked.mask));
        }
        let end = Span::new(self.window.end, self.window.end);
        self.push_context(&mut snippet, &mut position, end);
        clip(&snippet, self.value)
    }

    /// Appends the context between `position` and the start of `next`, then moves past `next`.
    fn push_context(&self, snippet: &mut String, position: &mut usize, next: Span) {
        let context = Span::new(*position, next.start.max(*position)).slice(self.text);
        snippet.push_str(&mask_unknown(context.unwrap_or_default()));
        *position = next.end.max(*position);
    }
}

/// Masks the words of undetected context that look like values.
fn mask_unknown(context: &str) -> String {
    let mut masked = String::with_capacity(context.len());
    for piece in context.split_inclusive(|char: char| char.is_whitespace() || !is_harmless(char)) {
        let word = piece.trim_end_matches(|char: char| char.is_whitespace() || !is_harmless(char));
        if looks_like_a_value(word) {
            masked.push_str("•••");
        } else {
            masked.push_str(word);
        }
        if word.len() < piece.len() {
            masked.push(' ');
        }
    }
    masked
}

fn looks_like_a_value(word: &str) -> bool {
    let digits = word.chars().filter(|char| char.is_numeric()).count();
    let alphanumerics = word.chars().filter(|char| char.is_alphanumeric()).count();
    digits >= 4 || word.contains('@') || (alphanumerics >= 12 && digits > 0) || alphanumerics >= 24
}

/// The context shown around `hit`: whole words, at most [`CONTEXT_CHARS_MAX`] on each side.
fn window(text: &str, hit: Span) -> Span {
    let before = text.get(..hit.start).unwrap_or_default();
    let after = text.get(hit.end..).unwrap_or_default();
    let left = match before.char_indices().rev().nth(CONTEXT_CHARS_MAX) {
        Some((cut, _)) => {
            let near = before.get(cut..).unwrap_or_default();
            near.find(char::is_whitespace).map_or(hit.start, |space| cut.saturating_add(space))
        }
        None => 0,
    };
    let right = match after.char_indices().nth(CONTEXT_CHARS_MAX) {
        Some((cut, _)) => after.get(..cut).and_then(|near| near.rfind(char::is_whitespace)),
        None => Some(after.len()),
    };
    Span::new(left, hit.end.saturating_add(right.unwrap_or(0)))
}

/// Folds white space and keeps the snippet within its length, with the masked value in it.
fn clip(snippet: &str, value: &str) -> String {
    let folded = snippet.split_whitespace().collect::<Vec<_>>().join(" ");
    if folded.chars().count() <= SNIPPET_CHARS_MAX {
        return folded;
    }
    value.chars().take(SNIPPET_CHARS_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, hit: &(&str, Mask), others: &[(&str, Mask)], expected: &str) {
        let find = |(value, mask): &(&str, Mask)| {
            let start = text.find(value).unwrap();
            Masked { span: Span::new(start, start + value.len()), mask: mask.clone() }
        };
        let others: Vec<Masked> = others.iter().map(find).collect();
        assert_eq!(Redaction::mask(text, &find(hit), &others).snippet(), expected);
    }

    #[test]
    fn every_mask_hides_all_but_a_few_characters() {
        let cases: &[(&str, Mask, &str)] = &[
            ("4111111111111111", Mask::KeepLast(4), "•••• 1111"),
            ("1234", Mask::KeepLast(4), "••••"),
            ("123-45-6789", Mask::KeepLast(200), "•••• 6789"),
            ("ghp_abcdefghijklmnop", Mask::KeepPrefix(4), "ghp_••••"),
            ("ghp_abc", Mask::KeepPrefix(4), "••••"),
            ("maria@host.example", Mask::Email, "m•••@h•••"),
            ("maria@host.com", Mask::Email, "m•••@h•••.com"),
            ("Maria de Souza", Mask::Initials, "M• d• S•"),
            ("DE89370400440532013000", Mask::Iban, "DE•• •••• 3000"),
            ("hunter2", Mask::Tag("PASSWORD".into()), "[PASSWORD]"),
        ];
        for (value, mask, expected) in cases {
            assert_eq!(mask_value(value, mask), *expected, "{mask:?}");
        }
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
    fn a_snippet_is_one_short_line_without_control_characters() {
        let text =
            format!("{}\u{1b}[31m\n secret hunter2 {}", "word ".repeat(90), "y ".repeat(200));
        let start = text.find("hunter2").unwrap();
        let hit = Masked { span: Span::new(start, start + 7), mask: Mask::Tag("PASSWORD".into()) };
        let redaction = Redaction::mask(&text, &hit, &[]);
        assert!(redaction.snippet().chars().count() <= SNIPPET_CHARS_MAX);
        assert!(!redaction.snippet().contains(['\u{1b}', '\n']));
        assert!(redaction.snippet().contains("secret [PASSWORD] y"));
    }
}
