//! The corpora of the repository: labels where people expect them, silence in benign text, and no
//! value of a finding in anything that is shown.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use std::{
    collections::BTreeSet,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use dosimeter_classifier::{Classifier, generate::expand};
use dosimeter_record::{Confidence, Finding, FingerprintKey, Identity, Label, Locator};

/// The share of labels that may be missing, in percent: corpora are written blind, and some stay open.
const MISSED_PERCENT_MAX: usize = 4;
/// Findings per megabyte of benign text, addresses of machines apart.
const BENIGN_PER_MB_MAX: usize = 5;

fn corpora() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpora")
}

fn classifier(least: Confidence) -> Classifier {
    let key = FingerprintKey::from_bytes([0; 32]);
    Classifier::builder().key(key).min_confidence(least).build().unwrap()
}

/// A labelled text of the corpora: its place, its text with the random parts drawn, its labels.
type Case = (String, String, BTreeSet<String>);

fn labelled() -> Vec<Case> {
    let mut files: Vec<PathBuf> = fs::read_dir(corpora().join("labelled"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    files.sort();
    let mut cases = Vec::new();
    for path in files {
        let table: toml::Table = fs::read_to_string(&path).unwrap().parse().unwrap();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        for (number, case) in (1_u64..).zip(table["case"].as_array().unwrap()) {
            let text = expand(case["text"].as_str().unwrap(), number).unwrap();
            let labels = case["labels"].as_array().unwrap().iter();
            let labels = labels.map(|label| label.as_str().unwrap().to_owned()).collect();
            cases.push((format!("{name} {number}: {}", case["why"]), text, labels));
        }
    }
    cases
}

#[test]
fn labelled_texts_get_their_labels_and_no_others() {
    let classifier = classifier(Confidence::Medium);
    let mut scratch = classifier.scratch();
    let (mut wanted, mut missed, mut report) = (0, 0, String::new());
    for (place, text, labels) in labelled() {
        let mut scan = classifier.resource(&mut scratch, Identity::default());
        scan.segment(&text, &Locator::default());
        let found = scan.finish();
        let found: BTreeSet<String> =
            found.labels.by_label().keys().map(|label| label.name().to_owned()).collect();
        wanted += labels.len();
        let (lost, wrong): (Vec<_>, Vec<_>) =
            (labels.difference(&found).collect(), found.difference(&labels).collect());
        missed += lost.len();
        assert!(wrong.is_empty(), "{place}: {wrong:?}");
        if !lost.is_empty() {
            writeln!(report, "{place}").unwrap();
        }
    }
    assert!(missed * 100 <= wanted * MISSED_PERCENT_MAX, "{missed} of {wanted}:\n{report}");
}

#[test]
fn benign_texts_are_silent() {
    let classifier = classifier(Confidence::Medium);
    let mut scratch = classifier.scratch();
    let (mut bytes, mut findings, mut report) = (0, 0, String::new());
    let mut folders = vec![corpora().join("benign/sample")];
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            bytes += text.len();
            for finding in &classifier.scan(&mut scratch, &text) {
                let rule = finding.rule().as_str();
                assert!(!rule.starts_with("payment.card"), "{rule} in {}", path.display());
                assert!(!rule.starts_with("pii.us.ssn"), "{rule} in {}", path.display());
                if !rule.starts_with("pii.ip") {
                    findings += 1;
                    writeln!(report, "{rule} in {}", path.display()).unwrap();
                }
            }
        }
    }
    assert!(bytes > 1_000_000, "{bytes} bytes");
    assert!(findings <= bytes * BENIGN_PER_MB_MAX / 1_000_000 + 1, "{findings}:\n{report}");
}

#[test]
fn no_output_shows_five_characters_of_a_strong_value() {
    let classifier = classifier(Confidence::Low);
    let mut scratch = classifier.scratch();
    for (place, text, _) in labelled() {
        let findings = classifier.scan(&mut scratch, &text);
        let found: Vec<&Finding> = findings.iter().collect();
        let strong = |finding: &&&Finding| {
            finding.confidence() >= Confidence::Medium
                && (finding.labels().contains(Label::Secrets)
                    || finding.labels().contains(Label::Payment))
        };
        for finding in found.iter().filter(strong) {
            let value = finding.span().slice(&text).unwrap();
            let value: String = value.chars().filter(|char| char.is_alphanumeric()).collect();
            // What a mask keeps in front is the fixed text of a format.
            let kept = finding.redacted().value();
            for other in &found {
                let leaked = fives(other.redacted().snippet())
                    .find(|part| value.contains(part) && !kept.contains(part.as_str()));
                let (shows, of) = (other.rule(), finding.rule());
                assert!(leaked.is_none(), "{place}: {shows} shows {leaked:?} of {of}");
            }
        }
    }
}

/// Every five letters or digits in a row, of which one is a digit.
fn fives(shown: &str) -> impl Iterator<Item = String> {
    let runs = shown.split(|char: char| !char.is_alphanumeric());
    let runs = runs.map(|run| run.chars().collect::<Vec<char>>());
    let fives = |run: Vec<char>| run.windows(5).map(String::from_iter).collect::<Vec<String>>();
    runs.flat_map(fives).filter(|part| part.contains(|char: char| char.is_ascii_digit()))
}
