//! The examples of rule files, as tests.
//!
//! A positive example passes if its rule scores something at medium confidence or above (for a
//! supporting rule: anything at all), even where a better rule covers it. A negative example passes if
//! the scan reports nothing of its rule at that confidence.

use dosimeter_record::{Confidence, Finding, Identity, Labelled, Locator, RuleId};

use crate::{
    Classifier, Error, Outcome, Scratch,
    generate::{GenerateError, expand},
    rule::{
        Combination, Scope,
        syntax::{ExampleSyntax, FileSyntax},
    },
};

/// The result of one example.
#[derive(Debug)]
#[non_exhaustive]
pub struct ExampleResult {
    /// The rule, combination or table.
    pub rule: RuleId,
    /// Whether it had to be found.
    pub positive: bool,
    /// Its place among the examples of that kind, 1-based.
    pub number: usize,
    /// The author's remark.
    pub why: String,
    /// What went wrong, if anything did.
    pub failure: Option<String>,
}

/// Runs all examples of one rule file against a classifier that holds its rules.
///
/// The classifier should report from [`Confidence::Low`] up, so that a failure can say how far off it
/// was; examples are decided at medium whatever it reports.
///
/// # Errors
///
/// If the file cannot be parsed.
pub fn run(classifier: &Classifier, file: &str, source: &str) -> Result<Vec<ExampleResult>, Error> {
    let parsed = parse(file, source)?;
    let mut results = Vec::new();
    let mut scratch = classifier.scratch();
    let mut all = |id: &RuleId, positive: &[ExampleSyntax], negative: &[ExampleSyntax]| {
        for (examples, positive) in [(positive, true), (negative, false)] {
            for (number, example) in (1..).zip(examples) {
                results.push(ExampleResult {
                    rule: id.clone(),
                    positive,
                    number,
                    why: example.why.clone(),
                    failure: check(classifier, &mut scratch, id, example, positive).err(),
                });
            }
        }
    };
    for rule in &parsed.rules {
        all(&rule.id, &rule.positive, &rule.negative);
    }
    for combination in &parsed.combinations {
        all(&combination.id, &combination.positive, &combination.negative);
    }
    for table in &parsed.tables {
        all(&table.id, &table.positive, &table.negative);
    }
    Ok(results)
}

/// The texts of all examples of rule files, expanded, each with its file: a corpus for property tests.
///
/// Examples that cannot be expanded are left out; [`run`] reports them.
///
/// # Errors
///
/// If a file cannot be parsed.
pub fn texts<'f>(sources: &[(&'f str, &str)]) -> Result<Vec<(&'f str, String)>, Error> {
    let mut texts = Vec::new();
    for (file, source) in sources {
        let parsed = parse(file, source)?;
        let rules = parsed.rules.iter().map(|rule| (&rule.positive, &rule.negative));
        let combinations = parsed.combinations.iter().map(|rule| (&rule.positive, &rule.negative));
        let tables = parsed.tables.iter().map(|rule| (&rule.positive, &rule.negative));
        for (positive, negative) in rules.chain(combinations).chain(tables) {
            let examples = positive.iter().chain(negative);
            texts.extend(examples.filter_map(|example| Some((*file, example.expand().ok()?))));
        }
    }
    Ok(texts)
}

fn parse(file: &str, source: &str) -> Result<FileSyntax, Error> {
    toml::from_str(source)
        .map_err(|error| Error::Syntax { file: file.to_owned(), message: error.to_string() })
}

impl ExampleSyntax {
    /// The seed depends on the text alone: adding an example does not change the others.
    fn expand(&self) -> Result<String, GenerateError> {
        let seed = self.text.bytes().fold(0_u64, |seed, byte| {
            seed.wrapping_mul(0x0100_0000_01B3).wrapping_add(u64::from(byte))
        });
        expand(&self.text, seed)
    }
}

/// What the scan reports. An example of a combination over a conversation is a conversation: blank
/// lines separate its messages.
fn findings(
    classifier: &Classifier,
    scratch: &mut Scratch,
    id: &RuleId,
    text: &str,
) -> Vec<Finding> {
    let mut scan = |text: &str| {
        let mut scan = classifier.resource(scratch, Identity::default());
        scan.segment(text, &Locator::default());
        scan.finish()
    };
    let combinations = classifier.rules().combinations();
    let spans_messages = |rule: &Combination| rule.id == *id && rule.scope == Scope::Conversation;
    if !combinations.iter().any(spans_messages) {
        return scan(text).findings;
    }
    let messages: Vec<Labelled> = text.split("\n\n").map(scan).collect();
    let messages: Vec<&Labelled> = messages.iter().collect();
    classifier.conversation(Identity::default(), &messages).findings
}

/// What a rule made of an example.
struct Seen {
    /// The surest match before overlaps were decided.
    scored: Option<Confidence>,
    /// The surest finding after that.
    reported: Option<Confidence>,
    /// Why matches were rejected.
    rejected: Vec<String>,
    values: Vec<String>,
}

fn check(
    classifier: &Classifier,
    scratch: &mut Scratch,
    id: &RuleId,
    example: &ExampleSyntax,
    positive: bool,
) -> Result<(), String> {
    let text = example.expand().map_err(|error| error.to_string())?;
    let seen = look(classifier, scratch, id, &text);
    let medium = Some(Confidence::Medium);
    if !positive {
        return if seen.reported >= medium { Err("was found".to_owned()) } else { Ok(()) };
    }
    if seen.scored.max(seen.reported) < medium {
        let level = seen.scored.max(seen.reported);
        let level = level.map_or("no match".to_owned(), |level| format!("only {level} confidence"));
        let rejected = seen.rejected.join(", ");
        let by = if rejected.is_empty() { rejected } else { format!("; rejected by {rejected}") };
        return Err(format!("was not found: {level}{by}"));
    }
    match &example.value {
        Some(value) if !seen.values.contains(value) => {
            Err("was found with another span".to_owned())
        }
        _ => Ok(()),
    }
}

fn look(classifier: &Classifier, scratch: &mut Scratch, id: &RuleId, text: &str) -> Seen {
    let mut seen = Seen { scored: None, reported: None, rejected: Vec::new(), values: Vec::new() };
    for explanation in classifier.explain_with(scratch, text) {
        if explanation.rule != *id {
            continue;
        }
        match explanation.outcome {
            Outcome::Found { confidence, .. } | Outcome::Hidden { confidence, .. } => {
                seen.scored = seen.scored.max(Some(confidence));
            }
            Outcome::Evidence { .. } => seen.scored = Some(Confidence::High),
            Outcome::Covered { .. } => seen.scored = seen.scored.max(Some(Confidence::Medium)),
            Outcome::Rejected { by } => {
                seen.rejected.push(by.into_owned());
                continue;
            }
        }
        seen.values.extend(explanation.span.slice(text).map(str::to_owned));
    }
    let findings = findings(classifier, scratch, id, text);
    seen.reported =
        findings.iter().filter(|finding| finding.rule() == id).map(Finding::confidence).max();
    // A supporting rule is never reported: for its negatives, evidence counts as a report.
    if findings.iter().all(|finding| finding.rule() != id) && seen.scored == Some(Confidence::High)
    {
        let supporting = classifier
            .rules()
            .rules()
            .iter()
            .any(|rule| rule.id() == id && rule.strength() == crate::Strength::Supporting);
        seen.reported = supporting.then_some(Confidence::High);
    }
    seen
}
