//! Who may know whom, checked against what Cargo resolves.
//!
//! The crates that write to disk or to the network must not be able to name content: they do not
//! depend on `dosimeter-content`, and this test keeps it so.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use std::{
    collections::{BTreeMap, BTreeSet},
    process::Command,
};

use serde_json::Value;

/// Each crate of ours and those of ours that it may depend on outside its tests.
const ALLOWED: &[(&str, &[&str])] = &[
    ("content", &[]),
    ("record", &[]),
    ("classifier", &["content", "record"]),
    ("extractor", &["content", "record"]),
    ("sandbox", &["content", "extractor", "record"]),
    ("dosimeter", &["classifier", "extractor", "record"]),
    ("python", &["dosimeter"]),
    ("c", &["dosimeter"]),
    ("client", &["content", "record"]),
    ("store", &["record"]),
    ("sink", &["record"]),
    ("service", &[]),
    ("policy", &["record", "service"]),
    ("report", &["record", "store"]),
    (
        "worker",
        &[
            "classifier",
            "client",
            "content",
            "dosimeter",
            "extractor",
            "policy",
            "record",
            "sandbox",
            "service",
            "sink",
            "store",
        ],
    ),
    ("hook", &["classifier", "content", "policy", "record", "service", "store"]),
    ("simulator", &["record"]),
];

/// Those that may depend on any of ours, since nothing depends on them.
const TOPS: &[&str] = &["cli", "xtask", "tests", "bench", "benches"];

/// Those that may read content.
const READERS: &[&str] = &["classifier", "cli", "client", "extractor", "hook", "sandbox", "worker"];

/// The short name of a package of ours.
fn short(package: &str) -> &str {
    package.strip_prefix("dosimeter-").unwrap_or(package)
}

/// Our packages, each with those of ours that it depends on outside its tests.
fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--no-deps", "--offline"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    packages
        .iter()
        .map(|package| {
            let used = package["dependencies"].as_array().unwrap().iter();
            let ours = used
                .filter(|used| used["kind"] != "dev")
                .filter_map(|used| used["name"].as_str())
                .filter(|name| *name == "dosimeter" || name.starts_with("dosimeter-"))
                .map(|name| short(name).to_owned());
            (short(package["name"].as_str().unwrap()).to_owned(), ours.collect())
        })
        .collect()
}

#[test]
fn every_crate_depends_only_on_those_below_it() {
    let allowed: BTreeMap<&str, &[&str]> = ALLOWED.iter().copied().collect();
    for (package, used) in dependencies() {
        if TOPS.contains(&package.as_str()) {
            continue;
        }
        let allowed = allowed.get(package.as_str());
        assert!(
            allowed.is_some(),
            "`{package}` is not in the table of layers: say what it may use"
        );
        for name in used {
            assert!(
                allowed.unwrap().contains(&name.as_str()),
                "`{package}` must not depend on `{name}`"
            );
        }
    }
}

#[test]
fn nothing_depends_on_what_stands_on_top() {
    for (package, used) in dependencies() {
        if package != "xtask" {
            let above = used.iter().find(|name| TOPS.contains(&name.as_str()));
            assert_eq!(above, None, "used by `{package}`");
        }
    }
}

#[test]
fn only_readers_can_name_content() {
    for (package, used) in dependencies() {
        assert!(
            !used.contains("content") || READERS.contains(&package.as_str()),
            "`{package}` must not be able to read content"
        );
    }
}

#[test]
fn the_simulator_and_the_worker_do_not_know_each_other() {
    let dependencies = dependencies();
    assert!(!dependencies["worker"].contains("simulator"));
    assert!(!dependencies["simulator"].contains("client"));
}
