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

/// A ZIP archive of stored entries, without checksums, which no reader here needs.
pub fn archive(entries: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut directory = Vec::new();
    for (name, data) in entries {
        let offset = u32::try_from(bytes.len()).unwrap();
        let length = u32::try_from(data.len()).unwrap();
        let name_length = u16::try_from(name.len()).unwrap();
        let common: Vec<u8> = [
            &[20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0][..],
            &length.to_le_bytes(),
            &length.to_le_bytes(),
            &name_length.to_le_bytes(),
            &[0, 0],
        ]
        .concat();
        bytes.extend([b"PK\x03\x04", &common[..], name.as_bytes(), data].concat());
        directory.extend(
            [b"PK\x01\x02\x14\x00", &common[..], &[0; 10], &offset.to_le_bytes(), name.as_bytes()]
                .concat(),
        );
    }
    let offset = u32::try_from(bytes.len()).unwrap();
    let count = u16::try_from(entries.len()).unwrap().to_le_bytes();
    bytes.extend(&directory);
    let length = u32::try_from(directory.len()).unwrap();
    bytes.extend(
        [
            b"PK\x05\x06\0\0\0\0",
            &count[..],
            &count,
            &length.to_le_bytes(),
            &offset.to_le_bytes(),
            &[0, 0],
        ]
        .concat(),
    );
    bytes
}
