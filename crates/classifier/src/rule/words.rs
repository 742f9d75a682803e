//! Context words, in the form in which they are compared.
//!
//! Knows nothing of the crate, because the build script uses it too: the words of built-in rules are
//! folded and sorted before the program is compiled.

use std::borrow::Cow;

/// Words or phrases that are looked for around a match.
///
/// Compared in lower case, with `_`, `-`, `.` and line breaks read as a space, and `dateOfBirth` as
/// three words: column names, JSON keys and prose then say the same.
#[derive(Clone, Debug, Default)]
pub(crate) struct Words {
    /// As written in the rule, for reasons.
    pub(crate) written: Cow<'static, [Cow<'static, str>]>,
    /// As compared, sorted by spelling: one look at a character says whether any begins there.
    pub(crate) spellings: Cow<'static, [Spelling]>,
    /// The first bytes of all spellings, one bit each.
    pub(crate) first: [u64; 4],
}

/// One form of a word.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Spelling {
    /// `date of birth`, and the phrase as one word: `dateofbirth`.
    pub(crate) folded: Cow<'static, str>,
    /// Index of the word as written.
    pub(crate) word: usize,
}

/// Where a word stands in a folded text: its index, and the bytes from and to.
type Occurrence = (usize, usize, usize);

impl Words {
    pub(crate) fn new(written: Vec<String>) -> Self {
        let mut spellings = Vec::new();
        for (word, text) in written.iter().enumerate() {
            let mut folded = String::new();
            fold_into(text, &mut folded);
            if folded.contains(' ') {
                spellings.push(Spelling { folded: folded.replace(' ', "").into(), word });
            }
            spellings.push(Spelling { folded: folded.into(), word });
        }
        spellings.retain(|spelling| !spelling.folded.is_empty());
        spellings.sort();
        let mut first = [0; 4];
        for byte in spellings.iter().filter_map(|spelling| spelling.folded.bytes().next()) {
            if let Some(bits) = first.get_mut(usize::from(byte >> 6)) {
                *bits |= 1_u64 << (byte & 63);
            }
        }
        let written = written.into_iter().map(Cow::Owned).collect();
        Self { written, spellings: spellings.into(), first }
    }

    /// All forms in which the words are compared.
    pub(crate) fn spellings(&self) -> impl Iterator<Item = &str> {
        self.spellings.iter().map(|spelling| spelling.folded.as_ref())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.written.is_empty()
    }

    /// The last occurrence of any word in `folded` text: the word and the number of characters
    /// between it and the end of the text.
    pub(crate) fn nearest_to_end(&self, folded: &str) -> Option<(&Cow<'static, str>, usize)> {
        let nearest = self
            .occurrences(folded)
            .min_by_key(|&(word, _, to)| (folded.len().saturating_sub(to), word));
        let (word, _, to) = nearest?;
        Some((self.written.get(word)?, folded.get(to..)?.chars().count()))
    }

    /// The first occurrence of any word in `folded` text: the word and the number of characters in
    /// front of it.
    pub(crate) fn nearest_to_start(&self, folded: &str) -> Option<(&Cow<'static, str>, usize)> {
        let nearest = self.occurrences(folded).min_by_key(|&(word, from, _)| (from, word));
        let (word, from, _) = nearest?;
        Some((self.written.get(word)?, folded.get(..from)?.chars().count()))
    }

    /// The first of the words that stands in `folded`.
    pub(crate) fn find(&self, folded: &str) -> Option<&Cow<'static, str>> {
        let (word, ..) = self.occurrences(folded).min_by_key(|&(word, ..)| word)?;
        self.written.get(word)
    }

    /// Every place in `folded` text where a word stands on its own. O(length), plus the spellings
    /// that share a first byte with a place where a word may begin.
    fn occurrences<'a>(&'a self, folded: &'a str) -> impl Iterator<Item = Occurrence> + 'a {
        let mut inside = false;
        let starts = folded.bytes().enumerate().filter(move |&(_, byte)| {
            // Nearly all places are refused here: within a word nothing begins.
            let within = inside && byte.is_ascii_alphanumeric();
            inside = byte.is_ascii_alphanumeric();
            !within && self.begins(byte)
        });
        starts.flat_map(move |(from, byte)| {
            let rest = folded.get(from..).unwrap_or_default();
            let spelled = move |spelling: &&Spelling| rest.starts_with(&*spelling.folded);
            self.beginning_with(byte)
                .filter(spelled)
                .map(move |spelling| {
                    (spelling.word, from, from.saturating_add(spelling.folded.len()))
                })
                .filter(|&(_, from, to)| is_whole(folded, (from, to)))
        })
    }

    fn begins(&self, byte: u8) -> bool {
        self.first.get(usize::from(byte >> 6)).is_some_and(|bits| bits >> (byte & 63) & 1 == 1)
    }

    fn beginning_with(&self, byte: u8) -> impl Iterator<Item = &Spelling> {
        let first = |spelling: &Spelling| spelling.folded.bytes().next();
        let start = self.spellings.partition_point(|spelling| first(spelling) < Some(byte));
        self.spellings.iter().skip(start).take_while(move |spelling| first(spelling) == Some(byte))
    }
}
/// Whether no letter or digit of the same script touches the range.
///
/// Scripts that write without spaces (Chinese, Japanese, Thai) have no word boundaries to check.
fn is_whole(text: &str, (start, end): (usize, usize)) -> bool {
    let spaced = |char: char| char.is_alphanumeric() && !is_unspaced(char);
    let inside_first = text.get(start..end).and_then(|word| word.chars().next());
    let inside_last = text.get(start..end).and_then(|word| word.chars().next_back());
    let before = text.get(..start).and_then(|text| text.chars().next_back());
    let after = text.get(end..).and_then(|text| text.chars().next());
    let joins = |inside: Option<char>, outside: Option<char>| {
        inside.is_some_and(spaced) && outside.is_some_and(spaced)
    };
    !joins(inside_first, before) && !joins(inside_last, after)
}

fn is_unspaced(char: char) -> bool {
    matches!(char, '\u{0E00}'..='\u{0EFF}' | '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}'
        | '\u{AC00}'..='\u{D7AF}' | '\u{F900}'..='\u{FAFF}')
}

/// Appends `text` in the form in which words are compared.
pub(crate) fn fold_into(text: &str, folded: &mut String) {
    let mut previous = ' ';
    for char in text.chars() {
        let separates = char.is_whitespace() || matches!(char, '_' | '-' | '.');
        if separates {
            if !folded.ends_with(' ') {
                folded.push(' ');
            }
        } else {
            if char.is_uppercase() && previous.is_lowercase() {
                folded.push(' ');
            }
            // Nearly all text is this, and Unicode's tables take long to ask.
            if char.is_ascii() {
                folded.push(char.to_ascii_lowercase());
            } else {
                folded.extend(char.to_lowercase());
            }
        }
        previous = char;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(word: &str, text: &str, expected: Option<usize>) {
        let words = Words::new(vec![word.into()]);
        let mut folded = String::new();
        fold_into(text, &mut folded);
        let found = words.nearest_to_end(&folded).map(|(_, distance)| distance);
        assert_eq!(found, expected, "`{word}` in `{text}`");
    }

    #[test]
    fn words_match_whole_and_in_every_spelling() {
        check("ssn", "SSN: ", Some(2));
        check("lic", "public ", None);
        check("date of birth", "date_of_birth=", Some(1));
        check("date of birth", "dateOfBirth", Some(0));
        check("date of birth", "dateofbirth", Some(0));
        check("driver-license", "Driver License no", Some(3));
        check("身份证", "我的身份证号", Some(1));
        check("geboren", "ungeboren", None);
    }
}
