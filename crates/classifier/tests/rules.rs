//! Every built-in rule loads under the checks that user rules get, and passes its own examples.

use std::fmt::Write as _;

use dosimeter_classifier::{Classifier, RuleSet, example};
use dosimeter_record::Confidence;

#[test]
fn every_built_in_rule_passes_the_checks_for_user_rules() {
    let mut problems = String::new();
    for (file, source) in RuleSet::built_in_sources() {
        if let Err(error) = RuleSet::default().add_toml(file, source) {
            writeln!(problems, "{error}").unwrap();
        }
    }
    assert!(problems.is_empty(), "\n{problems}");
}

#[test]
fn every_example_of_every_rule_holds() {
    let classifier = Classifier::builder().min_confidence(Confidence::Low).build().unwrap();
    let mut problems = String::new();
    let mut count = 0;
    for (file, source) in RuleSet::built_in_sources() {
        for result in example::run(&classifier, file, source).unwrap() {
            count += 1;
            if let Some(failure) = result.failure {
                let kind = if result.positive { "positive" } else { "negative" };
                let (rule, number, why) = (result.rule, result.number, result.why);
                writeln!(problems, "{file}: {rule}: {kind} {number} ({why}) {failure}").unwrap();
            }
        }
    }
    assert!(problems.is_empty(), "of {count} examples:\n{problems}");
}

/// Whether five letters or digits in a row of what is shown, past what a mask may keep in front, stand
/// in the value.
fn leaks(value: &str, shown: &str) -> bool {
    let fixed = shown.chars().zip(value.chars()).take_while(|(left, right)| left == right).count();
    let value: String = value.chars().filter(|char| char.is_alphanumeric()).collect();
    let shown: String = shown.chars().skip(fixed).collect();
    shown.split(|char: char| !char.is_alphanumeric()).any(|run| {
        let run: Vec<char> = run.chars().collect();
        run.windows(5).any(|window| value.contains(&window.iter().collect::<String>()))
    })
}

#[test]
fn no_redaction_of_any_example_shows_its_value() {
    let classifier = Classifier::builder().min_confidence(Confidence::Low).build().unwrap();
    let mut scratch = classifier.scratch();
    let mut problems = String::new();
    for (file, text) in example::texts(RuleSet::built_in_sources()).unwrap() {
        let findings = classifier.scan(&mut scratch, &text);
        for finding in &findings {
            let value = finding.span().slice(&text).unwrap();
            let shown = finding.redacted().value();
            // A tag stands in the rule file.
            let tag = shown.starts_with('[') && shown.ends_with(']');
            if !tag && leaks(value, shown) {
                writeln!(problems, "{file}: {}: {value} in {shown}", finding.rule()).unwrap();
            }
        }
    }
    assert!(problems.is_empty(), "\n{problems}");
}
