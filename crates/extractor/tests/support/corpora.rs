//! The corpora, and an extraction in a form that tests can compare.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::allow_attributes,
    unreachable_pub,
    missing_docs,
    missing_debug_implementations,
    reason = "shared by tests of which each uses a part"
)]

use std::path::PathBuf;

use dosimeter_content::{Content, Expose};
use dosimeter_extractor::{Budget, Hint, extract};
use dosimeter_record::Gap;

/// What a manifest says of a file.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    pub name: String,
    pub sha256: String,
    pub source: String,
    pub licence: String,
    pub phrases: Vec<String>,
    pub gaps: Vec<String>,
}

/// A file of a corpus.
pub struct Case {
    pub expected: Expected,
    pub bytes: Vec<u8>,
}

/// What was found.
pub struct Found {
    pub texts: Vec<String>,
    pub places: Vec<String>,
    pub gaps: Vec<Gap>,
}

#[derive(serde::Deserialize)]
struct Manifest {
    file: Vec<Expected>,
}

pub fn corpus(folder: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../corpora").join(folder)
}

pub fn cases(folder: &str) -> Vec<Case> {
    let path = corpus(folder);
    let manifest = std::fs::read_to_string(path.join("manifest.toml")).unwrap();
    let manifest: Manifest = toml::from_str(&manifest).unwrap();
    let read = |expected: Expected| {
        let bytes = std::fs::read(path.join(&expected.name)).unwrap();
        Case { expected, bytes }
    };
    manifest.file.into_iter().map(read).collect()
}

pub fn extract_with(bytes: &[u8], name: &str, budget: &Budget) -> Found {
    let file = Content::from(bytes.to_vec());
    let extraction = extract(&file, Hint { name: Some(name), media_type: None }, budget);
    Found {
        texts: extraction.segments.iter().map(|s| s.text.expose().to_owned()).collect(),
        places: extraction.segments.iter().map(|s| s.locator.to_string()).collect(),
        gaps: extraction.gaps,
    }
}

pub fn extract_default(bytes: &[u8], name: &str) -> Found {
    extract_with(bytes, name, &Budget::default())
}
