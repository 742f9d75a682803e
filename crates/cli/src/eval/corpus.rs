//! Labelled texts: TOML for writing by hand, JSON lines for many.

use std::{
    fs,
    path::{Path, PathBuf},
};

use dosimeter_record::{Label, RuleId};
use serde::Deserialize;

use crate::error::Error;

/// One labelled text.
#[derive(Debug)]
pub(crate) struct Case {
    /// File and line or number, for messages.
    pub(crate) place: String,
    /// The text, with placeholders of the generator.
    pub(crate) text: String,
    /// What the text must be labelled with; empty for a benign text.
    pub(crate) labels: Vec<Label>,
    /// Which rules must find something, if the author says so.
    pub(crate) rules: Option<Vec<RuleId>>,
    /// Why this case exists, for readers.
    pub(crate) why: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseSyntax {
    text: String,
    labels: Vec<Label>,
    rules: Option<Vec<RuleId>>,
    /// Why this case exists; for readers.
    #[serde(default)]
    why: String,
    /// The label that the text was written for; for readers.
    #[serde(default, rename = "about")]
    _about: String,
    /// The case's own name; for readers.
    #[serde(default, rename = "id")]
    _id: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileSyntax {
    #[serde(rename = "case")]
    cases: Vec<CaseSyntax>,
}

impl CaseSyntax {
    fn at(self, place: String) -> Case {
        Case { place, text: self.text, labels: self.labels, rules: self.rules, why: self.why }
    }
}

/// Reads a file, or all `.toml` and `.jsonl` files of a folder.
pub(crate) fn read(path: &Path) -> Result<Vec<Case>, Error> {
    let mut files = Vec::new();
    if fs::metadata(path).map_err(Error::read(path))?.is_dir() {
        collect(path, &mut files)?;
    } else {
        files.push(path.to_path_buf());
    }
    let mut cases = Vec::new();
    for file in &files {
        read_file(file, &mut cases)?;
    }
    if cases.is_empty() {
        let problem = "no cases here; see `dosimeter eval --help` for the format".to_owned();
        return Err(Error::Corpus { place: path.display().to_string(), problem });
    }
    Ok(cases)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Error> {
    let entries = fs::read_dir(folder).map_err(Error::read(folder))?;
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        let extension = path.extension().and_then(|extension| extension.to_str());
        if path.is_dir() {
            collect(&path, files)?;
        } else if matches!(extension, Some("toml" | "jsonl")) {
            files.push(path);
        }
    }
    Ok(())
}

fn read_file(path: &Path, cases: &mut Vec<Case>) -> Result<(), Error> {
    let source = fs::read_to_string(path).map_err(Error::read(path))?;
    if path.extension().is_some_and(|extension| extension == "jsonl") {
        return read_lines(path, &source, cases);
    }
    let file: FileSyntax = toml::from_str(&source).map_err(|error| {
        let line = error.span().and_then(|span| source.get(..span.start));
        let line = line.map_or(1, |before| before.matches('\n').count().saturating_add(1));
        let place = format!("{}:{line}", path.display());
        Error::Corpus { place, problem: error.message().to_owned() }
    })?;
    let place = |number: usize| format!("{} case {number}", path.display());
    cases.extend((1..).zip(file.cases).map(|(number, case)| case.at(place(number))));
    Ok(())
}

fn read_lines(path: &Path, source: &str, cases: &mut Vec<Case>) -> Result<(), Error> {
    for (number, line) in (1..).zip(source.lines()) {
        if line.trim().is_empty() {
            continue;
        }
        let place = format!("{}:{number}", path.display());
        match serde_json::from_str::<CaseSyntax>(line) {
            Ok(case) => cases.push(case.at(place)),
            Err(error) => return Err(Error::Corpus { place, problem: error.to_string() }),
        }
    }
    Ok(())
}
