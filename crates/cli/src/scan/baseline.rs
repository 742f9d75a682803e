//! What was found before: a file that accepts findings until they go away or others come.
//!
//! It holds ids of rules and keyed hashes, of values and of paths: nothing in it can be read, and it can
//! lie in a repository. Paths are taken relative to its folder, so that it does not matter where a scan
//! is started from.

use std::{
    collections::BTreeMap,
    fs,
    path::{Component, Path, PathBuf},
};

use dosimeter_record::{Finding, FingerprintKey};
use serde::{Deserialize, Serialize};

use super::{
    Source,
    suppress::{Suppressed, Verdict},
};
use crate::error::Error;

/// The form of the file. Another one gets another number.
const VERSION: u32 = 1;

/// The file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    dosimeter_baseline: u32,
    about: String,
    made_at: String,
    /// Tells whether another key made the hashes.
    key_check: String,
    findings: Vec<Known>,
}

/// Findings of one value by one rule in one resource.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Known {
    rule: String,
    fingerprint: String,
    resource: String,
    count: u64,
}

/// What one finding is known by.
type Identity = (String, String, String);

/// Findings by what they are known by.
pub(crate) struct Baseline {
    key: FingerprintKey,
    folder: PathBuf,
    known: BTreeMap<Identity, u64>,
}

impl Baseline {
    /// A baseline that knows nothing yet and will stand at `path`.
    pub(crate) fn new(path: &Path, key: FingerprintKey) -> Self {
        let folder = path.parent().map(absolute).unwrap_or_default();
        Self { key, folder, known: BTreeMap::new() }
    }

    /// Reads a baseline.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, is none, or was made with another key.
    pub(crate) fn read(path: &Path, key: FingerprintKey) -> Result<Self, Error> {
        let text = fs::read_to_string(path).map_err(Error::read(path))?;
        let bad = |problem: &'static str| Error::Baseline { path: path.to_path_buf(), problem };
        let not_one = "not a baseline; make one with `dosimeter baseline create`";
        let written: Written = serde_json::from_str(&text).map_err(|_| bad(not_one))?;
        let mut baseline = Self::new(path, key);
        if written.dosimeter_baseline != VERSION {
            return Err(bad("of another version of the program; make it anew"));
        }
        if written.key_check != baseline.check() {
            return Err(bad(
                "made with another fingerprint key; give the same --key-file, or make it anew",
            ));
        }
        for known in written.findings {
            baseline.known.insert((known.rule, known.fingerprint, known.resource), known.count);
        }
        Ok(baseline)
    }

    /// The file as it is written.
    pub(crate) fn write(&self, made_at: String) -> serde_json::Result<String> {
        let known = self.known.iter().map(|((rule, fingerprint, resource), count)| Known {
            rule: rule.clone(),
            fingerprint: fingerprint.clone(),
            resource: resource.clone(),
            count: *count,
        });
        let written = Written {
            dosimeter_baseline: VERSION,
            about: "Findings that were accepted: rules and keyed hashes, no content. \
                    https://github.com/dosimeter/dosimeter"
                .to_owned(),
            made_at,
            key_check: self.check(),
            findings: known.collect(),
        };
        serde_json::to_string_pretty(&written).map(|text| text + "\n")
    }

    /// Adds what was found in a resource, unless a comment accepts it already.
    pub(crate) fn learn(&mut self, source: &Source, verdict: &Verdict) {
        let resource = self.resource(source);
        for finding in verdict.open() {
            let count = self.known.entry(identity(finding, &resource)).or_default();
            *count = count.saturating_add(1);
        }
    }

    /// Marks the findings of a resource that are known, as often as they are known.
    pub(crate) fn apply(&self, source: &Source, verdict: &mut Verdict) {
        if verdict.labelled.findings.is_empty() {
            return;
        }
        let resource = self.resource(source);
        let mut seen: BTreeMap<Identity, u64> = BTreeMap::new();
        for (finding, suppressed) in verdict.labelled.findings.iter().zip(&mut verdict.suppressed) {
            if suppressed.is_some() {
                continue;
            }
            let identity = identity(finding, &resource);
            let known = self.known.get(&identity).copied().unwrap_or(0);
            let count = seen.entry(identity).or_default();
            *count = count.saturating_add(1);
            if *count <= known {
                *suppressed = Some(Suppressed::Baseline);
            }
        }
    }

    /// How many findings it knows.
    pub(crate) fn len(&self) -> u64 {
        self.known.values().sum()
    }

    /// How many findings of each rule it knows.
    pub(crate) fn rules(&self) -> BTreeMap<String, u64> {
        let mut rules: BTreeMap<String, u64> = BTreeMap::new();
        for ((rule, _, _), count) in &self.known {
            let sum = rules.entry(rule.clone()).or_default();
            *sum = sum.saturating_add(*count);
        }
        rules
    }

    fn check(&self) -> String {
        self.key.digest("baseline", b"").to_string()
    }

    /// A path is a name, and names are content: only its keyed hash is kept.
    fn resource(&self, source: &Source) -> String {
        let name = match &*source.path {
            "-" => "-".to_owned(),
            path => {
                let path = absolute(Path::new(path));
                let relative = path.strip_prefix(&self.folder).unwrap_or(&path);
                let parts = relative.components().map(|part| part.as_os_str().to_string_lossy());
                parts.collect::<Vec<_>>().join("/")
            }
        };
        // The line moves with every line before it; its id does not.
        let id = source.id.as_ref().map(ToString::to_string).unwrap_or_default();
        self.key.digest("baseline-resource", format!("{name}\n{id}").as_bytes()).to_string()
    }
}

fn identity(finding: &Finding, resource: &str) -> Identity {
    (finding.rule().to_string(), finding.fingerprint().to_string(), resource.to_owned())
}

/// The path from the root, without `.` and `..`; links are not followed, so that a path that does not
/// exist any more has the same name as before.
fn absolute(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| match std::env::current_dir() {
        Ok(here) => here.join(path),
        Err(_) => path.to_path_buf(),
    });
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                plain.pop();
            }
            part => plain.push(part),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use dosimeter_classifier::Classifier;
    use dosimeter_record::{Identity, Locator};

    use super::*;

    const IBAN: &str = "IBAN DE13 5001 0517 9513 7844 05. ";

    fn key(byte: u8) -> FingerprintKey {
        FingerprintKey::from_bytes([byte; 32])
    }

    fn scanned(text: &str) -> Verdict {
        let classifier = Classifier::builder().key(key(7)).build().unwrap();
        let mut scratch = classifier.scratch();
        let mut scan = classifier.resource(&mut scratch, Identity::default());
        scan.segment(text, &Locator::default());
        scan.finish().into()
    }

    fn source(path: &str) -> Source {
        Source::new(Arc::from(path))
    }

    /// How many findings of `text` at `path` a baseline over one IBAN in `src/a.txt` accepts.
    fn check(path: &str, text: &str, expected: usize) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("baseline.json");
        let at = |path: &str| source(&folder.path().join(path).display().to_string());
        let mut baseline = Baseline::new(&file, key(7));
        baseline.learn(&at("src/a.txt"), &scanned(IBAN));
        fs::write(&file, baseline.write("2026-11-21T00:00:00Z".to_owned()).unwrap()).unwrap();
        let read = Baseline::read(&file, key(7)).unwrap();
        let mut verdict = scanned(text);
        read.apply(&at(path), &mut verdict);
        assert_eq!(verdict.suppressed.iter().flatten().count(), expected, "{path}: {text}");
    }

    #[test]
    fn a_baseline_knows_value_rule_and_place() {
        check("src/a.txt", IBAN, 1);
        check("./src/../src/a.txt", &format!("moved down\n\n{IBAN}"), 1);
        check("src/a.txt", &IBAN.repeat(2), 1);
        check("src/b.txt", IBAN, 0);
        check("src/a.txt", "IBAN GB82 WEST 1234 5698 7654 32.", 0);
    }

    #[test]
    fn another_key_and_another_file_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("baseline.json");
        let written = Baseline::new(&file, key(7)).write(String::new()).unwrap();
        fs::write(&file, written).unwrap();
        assert!(Baseline::read(&file, key(8)).is_err());
        fs::write(&file, "{}").unwrap();
        assert!(Baseline::read(&file, key(7)).is_err());
    }

    #[test]
    fn nothing_in_it_can_be_read() {
        let mut baseline = Baseline::new(Path::new("baseline.json"), key(7));
        baseline.learn(&source("patients/Noor Haddad.txt"), &scanned(IBAN));
        let written = baseline.write(String::new()).unwrap();
        for name in ["Noor", "patients", "7844", "DE13"] {
            assert!(!written.contains(name), "{written}");
        }
    }
}
