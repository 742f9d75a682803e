//! Text files in sections: `[name]`, then lines. `#` at the very start begins a comment.

use std::{collections::BTreeMap, sync::OnceLock};

const VOCABULARY: &str = include_str!("../texts/vocabulary.txt");
const LANGUAGES: &str = include_str!("../texts/languages.txt");

/// The words of English by part of speech.
pub fn english() -> &'static BTreeMap<&'static str, Vec<&'static str>> {
    static WORDS: OnceLock<BTreeMap<&str, Vec<&str>>> = OnceLock::new();
    WORDS.get_or_init(|| words(VOCABULARY))
}

/// The words of other languages by language.
pub fn languages() -> &'static BTreeMap<&'static str, Vec<&'static str>> {
    static WORDS: OnceLock<BTreeMap<&str, Vec<&str>>> = OnceLock::new();
    WORDS.get_or_init(|| words(LANGUAGES))
}

/// The lines of each section. Lines before the first section are in a section without a name.
pub fn sections(file: &'static str) -> Vec<(&'static str, Vec<&'static str>)> {
    let mut sections = vec![("", Vec::new())];
    // Comments stand at the head of a file; further down a `#` is text.
    for line in file.lines().skip_while(|line| line.starts_with('#')) {
        let name = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        match (name, sections.last_mut()) {
            (Some(name), _) => sections.push((name, Vec::new())),
            (None, Some((_, lines))) => lines.push(line),
            (None, None) => {}
        }
    }
    sections.retain(|(_, lines)| !lines.is_empty());
    sections
}

fn words(file: &'static str) -> BTreeMap<&'static str, Vec<&'static str>> {
    sections(file)
        .into_iter()
        .map(|(name, lines)| (name, lines.iter().flat_map(|line| line.split(' ')).collect()))
        .collect()
}
