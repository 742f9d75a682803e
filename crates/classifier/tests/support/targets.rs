//! What the fuzz targets do with a byte string, shared with the test that replays their findings.

use std::sync::LazyLock;

use dosimeter_classifier::{Classifier, RuleSet, generate};
use dosimeter_record::{Confidence, FingerprintKey};

type Target = (&'static str, fn(&str));

/// All targets; each name is also the name of its folder of seeds and regressions.
pub(crate) const TARGETS: [Target; 3] =
    [("scan", scan), ("rule_file", rule_file), ("template", template)];

/// Runs one target on bytes, of which what is not UTF-8 is replaced.
pub(crate) fn run(name: &str, data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if let Some((_, target)) = TARGETS.iter().find(|(target, _)| *target == name) {
        target(&text);
    }
}

static CLASSIFIER: LazyLock<Option<Classifier>> = LazyLock::new(|| {
    let key = FingerprintKey::from_bytes([3; 32]);
    Classifier::builder().min_confidence(Confidence::Low).key(key).build().ok()
});

/// Every finding lies in the text, and its snippet is one short line.
fn scan(text: &str) {
    let Some(classifier) = &*CLASSIFIER else { return };
    for finding in classifier.scan(&mut classifier.scratch(), text) {
        assert!(finding.span().slice(text).is_some_and(|value| !value.is_empty()));
        let snippet = finding.redacted().snippet();
        assert!(snippet.chars().count() <= 160 && !snippet.chars().any(char::is_control));
    }
}

/// Whatever a rule file says, it loads or is refused; what loads can scan.
fn rule_file(source: &str) {
    let mut rules = RuleSet::default();
    if rules.add_toml("fuzz.toml", source).is_ok()
        && let Ok(classifier) = Classifier::builder().rules(rules).build()
    {
        drop(classifier.scan(&mut classifier.scratch(), source));
    }
}

/// Whatever a template says, it expands or is refused.
fn template(source: &str) {
    drop(generate::expand(source, 7));
}
