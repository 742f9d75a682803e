//! Files made by other people's software, and hostile ones: what must be found and what must be a gap.

#[path = "support/corpora.rs"]
mod common;

use std::fmt::Write;

use sha2::{Digest, Sha256};

use common::{Case, Expected, cases, extract_default};

/// Compares one extraction with the manifest; says what is wrong.
fn check(case: &Case) -> Vec<String> {
    let found = extract_default(&case.bytes, &case.expected.name);
    let mut wrong: Vec<String> = case
        .expected
        .phrases
        .iter()
        .filter(|phrase| !found.texts.iter().any(|text| text.contains(*phrase)))
        .map(|phrase| format!("{}: not found: {phrase:?}", case.expected.name))
        .collect();
    let mut gaps: Vec<&str> = found.gaps.iter().map(|gap| gap.reason.name()).collect();
    gaps.sort_unstable();
    gaps.dedup();
    if gaps != case.expected.gaps {
        wrong.push(format!("{}: gaps {gaps:?} {:?}", case.expected.name, found.gaps));
    }
    if !wrong.is_empty() && std::env::var_os("SHOW").is_some() {
        wrong.push(format!("{:#?}", found.texts));
    }
    wrong
}

#[test]
fn real_files_are_read() {
    let cases = cases("files");
    assert!(cases.len() >= 40, "the corpus is there");
    let wrong: Vec<String> = cases.iter().flat_map(check).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn hostile_files_are_gaps() {
    let cases = cases("hostile");
    assert!(cases.len() >= 20, "the corpus is there");
    let wrong: Vec<String> = cases.iter().flat_map(check).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_file_is_in_its_manifest() {
    for folder in ["files", "hostile"] {
        let listed: Vec<String> =
            cases(folder).into_iter().map(|case| case.expected.name).collect();
        for entry in std::fs::read_dir(common::corpus(folder)).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            let is_listed =
                listed.contains(&name) || ["make.py", "manifest.toml"].contains(&&*name);
            assert!(is_listed, "{folder}/{name} is not in the manifest");
        }
    }
}

#[test]
fn files_are_what_the_manifest_says() {
    for case in cases("files").into_iter().chain(cases("hostile")) {
        let mut digest = String::new();
        for byte in Sha256::digest(&case.bytes) {
            write!(digest, "{byte:02x}").unwrap();
        }
        assert_eq!(digest, case.expected.sha256, "{}", case.expected.name);
        assert!(!case.expected.source.is_empty() && !case.expected.licence.is_empty());
    }
}

#[test]
fn expectations_are_not_empty() {
    for Case { expected: Expected { name, phrases, gaps, .. }, .. } in
        cases("files").into_iter().chain(cases("hostile"))
    {
        assert!(!phrases.is_empty() || !gaps.is_empty(), "{name}");
    }
}
