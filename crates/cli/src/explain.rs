//! `dosimeter explain`: why a text was found or not, in a text, in a file, or in the store.

mod file;
mod print;

use std::{
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use dosimeter_classifier::Classifier;
use dosimeter_content::{Content, ContentBuilder, Expose};
use dosimeter_record::FingerprintKey;

use self::print::Candidate;
pub(crate) use self::print::rule_facts;
use crate::{
    args::ExplainArgs, classifier::own_rule_set, error::Error, exit::Exit, terminal::Terminal,
};

/// Longer texts are for `scan`, or for a file.
const TEXT_BYTES_MAX: usize = 1 << 20;

/// Runs the command.
pub(crate) fn run(args: &ExplainArgs, terminal: &mut Terminal) -> Result<Exit, Error> {
    if is_finding_id(&args.subject) {
        return crate::stored::explain(args, terminal);
    }
    let rules = own_rule_set(&args.rules, args.without_built_in)?;
    let key = FingerprintKey::from_bytes([0; 32]);
    let classifier = Classifier::builder().rules(rules).key(key).build().map_err(Error::Rules)?;
    if let Some((path, line)) = file_position(&args.subject) {
        return file::explain(&path, line, &classifier, terminal);
    }
    let text = text(&args.subject)?;
    let Ok(text) = str::from_utf8(text.expose()) else {
        return Err(Error::Usage(
            "the text is not UTF-8; write it to a file and explain that".into(),
        ));
    };
    let explanations = classifier.explain(text);
    if explanations.is_empty() {
        terminal.line(print::NOTHING)?;
    }
    let candidates = explanations.into_iter().map(|explanation| Candidate::new(explanation, ""));
    print::all(candidates.collect(), classifier.rules(), terminal)?;
    print::labels(&classifier, text, terminal)?;
    Ok(Exit::Clean)
}

/// Ids are 32 hexadecimal digits; a prefix of at least eight will do.
fn is_finding_id(subject: &str) -> bool {
    let hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    (8..=32).contains(&subject.len())
        && subject.bytes().all(hex)
        && subject.bytes().any(|byte| byte.is_ascii_alphabetic())
}

/// A file that exists, with a line if one is given: `notes.txt` or `notes.txt:12`.
fn file_position(subject: &str) -> Option<(PathBuf, Option<u32>)> {
    let is_file = |path: &str| Path::new(path).is_file();
    if is_file(subject) {
        return Some((subject.into(), None));
    }
    let (path, line) = subject.rsplit_once(':')?;
    let line = line.parse().ok().filter(|line| *line > 0)?;
    is_file(path).then(|| (path.into(), Some(line)))
}

fn text(subject: &str) -> Result<Content, Error> {
    if subject != "-" {
        return Ok(subject.as_bytes().to_vec().into());
    }
    let mut builder = ContentBuilder::with_limit(TEXT_BYTES_MAX);
    let mut chunk = [0; 4096];
    loop {
        let count = io::stdin().lock().read(&mut chunk).map_err(Error::read("-"))?;
        let read = chunk.get(..count).unwrap_or_default();
        if read.is_empty() {
            return Ok(builder.finish());
        }
        if !builder.push(read) {
            return Err(Error::Usage("the text is longer than 1 MiB; use `dosimeter scan`".into()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_told_from_texts() {
        for id in ["5b1f0c9ad27e4c35ab8b6f1f20c6ce11", "5b1f0c9a"] {
            assert!(is_finding_id(id), "{id}");
        }
        for text in ["4111111111111111", "card", "5B1F0C9A", "5b1f", "-"] {
            assert!(!is_finding_id(text), "{text}");
        }
    }

    #[test]
    fn files_are_told_from_texts() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.txt");
        std::fs::write(&path, "x").unwrap();
        let name = path.display().to_string();
        assert_eq!(file_position(&name), Some((path.clone(), None)));
        assert_eq!(file_position(&format!("{name}:7")), Some((path, Some(7))));
        for text in [format!("{name}:0"), format!("{name}:x"), format!("{name}x"), "a: 7".into()] {
            assert_eq!(file_position(&text), None, "{text}");
        }
    }
}
