//! Context words, in the form in which they are compared.

/// Words or phrases that are looked for around a match.
///
/// Compared in lower case, with `_`, `-`, `.` and line breaks read as a space, and `dateOfBirth` as
/// three words: column names, JSON keys and prose then say the same.
#[derive(Debug, Default)]
pub(crate) struct Words {
    words: Vec<Word>,
}

/// One word or phrase.
#[derive(Debug)]
pub(crate) struct Word {
    /// As written in the rule, for reasons.
    pub(crate) written: String,
    /// As compared.
    folded: String,
    /// A phrase as one word: `dateofbirth`.
    joined: Option<String>,
}

impl Words {
    pub(crate) fn new(words: Vec<String>) -> Self {
        let word = |written: String| {
            let mut folded = String::new();
            fold_into(&written, &mut folded);
            let joined = folded.contains(' ').then(|| folded.replace(' ', ""));
            Word { written, folded, joined }
        };
        Self { words: words.into_iter().map(word).collect() }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// The last occurrence of any word in `folded` text: the word and the number of characters
    /// between it and the end of the text.
    pub(crate) fn nearest_to_end(&self, folded: &str) -> Option<(&Word, usize)> {
        self.nearest(folded, |(_, end)| folded.get(end..).map_or(0, |rest| rest.chars().count()))
    }

    /// The first occurrence of any word in `folded` text: the word and the number of characters in
    /// front of it.
    pub(crate) fn nearest_to_start(&self, folded: &str) -> Option<(&Word, usize)> {
        self.nearest(folded, |(start, _)| {
            folded.get(..start).map_or(0, |rest| rest.chars().count())
        })
    }

    /// Whether any word stands in `folded`.
    pub(crate) fn find(&self, folded: &str) -> Option<&Word> {
        self.words.iter().find(|word| word.occurrences(folded).next().is_some())
    }

    fn nearest(
        &self,
        folded: &str,
        distance: impl Fn((usize, usize)) -> usize,
    ) -> Option<(&Word, usize)> {
        self.words
            .iter()
            .flat_map(|word| word.occurrences(folded).map(move |range| (word, range)))
            .map(|(word, range)| (word, distance(range)))
            .min_by_key(|(_, distance)| *distance)
    }
}

impl Word {
    fn occurrences<'a>(&'a self, folded: &'a str) -> impl Iterator<Item = (usize, usize)> + 'a {
        let joined = self.joined.as_deref();
        std::iter::once(self.folded.as_str()).chain(joined).flat_map(move |needle| {
            folded
                .match_indices(needle)
                .map(|(start, found)| (start, start.saturating_add(found.len())))
                .filter(|&range| is_whole(folded, range))
        })
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
            folded.extend(char.to_lowercase());
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
