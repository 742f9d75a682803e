//! `dosimeter explain`: why a text was found or not, and what is stored about a finding.

use std::io::{self, Read as _};

use dosimeter_classifier::{Classifier, Explanation, Outcome, RuleSet};
use dosimeter_content::{Content, ContentBuilder, Expose};
use dosimeter_record::FingerprintKey;

use crate::{
    args::ExplainArgs,
    classifier::{rule_set, title},
    error::Error,
    exit::Exit,
    terminal::{Terminal, visible},
};

/// Longer texts are for `scan`.
const TEXT_BYTES_MAX: usize = 1 << 20;

/// Runs the command.
pub(crate) fn run(args: &ExplainArgs, terminal: &mut Terminal) -> Result<Exit, Error> {
    if is_finding_id(&args.subject) {
        return crate::stored::explain(args, terminal);
    }
    let text = text(&args.subject)?;
    let Ok(text) = str::from_utf8(text.expose()) else {
        return Err(Error::Usage("the text is not UTF-8; use `dosimeter scan` for files".into()));
    };
    let rules = rule_set(&args.rules)?;
    let key = FingerprintKey::from_bytes([0; 32]);
    let classifier = Classifier::builder().rules(rules).key(key).build().map_err(Error::Rules)?;
    let explanations = classifier.explain(text);
    if explanations.is_empty() {
        terminal.line("Nothing in this text has the shape of anything that the rules look for.")?;
    }
    for explanation in &explanations {
        print(explanation, classifier.rules(), terminal)?;
    }
    print_labels(&classifier, text, terminal)?;
    Ok(Exit::Clean)
}

/// Ids are 32 hexadecimal digits; a prefix of at least eight will do.
fn is_finding_id(subject: &str) -> bool {
    let hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    (8..=32).contains(&subject.len())
        && subject.bytes().all(hex)
        && subject.bytes().any(|byte| byte.is_ascii_alphabetic())
}

fn text(subject: &str) -> Result<Content, Error> {
    if subject != "-" {
        return Ok(subject.as_bytes().to_vec().into());
    }
    let mut builder = ContentBuilder::with_limit(TEXT_BYTES_MAX);
    let mut chunk = [0; 4096];
    loop {
        let count = io::stdin().lock().read(&mut chunk).map_err(Error::read("-"))?;
        let read = chunk.get(..count).unwrap_or_default();
        if read.is_empty() {
            return Ok(builder.finish());
        }
        if !builder.push(read) {
            return Err(Error::Usage("the text is longer than 1 MiB; use `dosimeter scan`".into()));
        }
    }
}

fn print(explanation: &Explanation, rules: &RuleSet, terminal: &mut Terminal) -> Result<(), Error> {
    let paint = terminal.paint;
    let rule = explanation.rule.as_str();
    let (mark, what) = match &explanation.outcome {
        Outcome::Found { confidence, points } => {
            (paint.green("found   "), format!("{confidence} confidence, {points} points"))
        }
        Outcome::Evidence { confidence } => (
            paint.cyan("evidence"),
            format!("{confidence} confidence; counts only together with other evidence"),
        ),
        Outcome::Hidden { confidence, points } => (
            paint.yellow("hidden  "),
            format!("{confidence} confidence, {points} points; shown from medium up (100 points)"),
        ),
        Outcome::Covered { by } => (paint.dim("covered "), format!("by {by}, which says more")),
        Outcome::Rejected { by } => (paint.dim("rejected"), format!("by {by}")),
        _ => (paint.dim("other   "), String::new()),
    };
    let name = title(rules, rule).unwrap_or(rule);
    let place = format!("bytes {}–{}", explanation.span.start, explanation.span.end);
    terminal.line(format_args!("{mark} {} {}", paint.bold(name), paint.dim(place)))?;
    if let Some(redaction) = &explanation.redaction {
        terminal.line(format_args!("         {}", visible(redaction.snippet())))?;
    }
    terminal.line(format_args!("         {what}"))?;
    for reason in &explanation.reasons {
        terminal.line(format_args!("         · {reason}"))?;
    }
    terminal
        .line(format_args!("         {}", paint.dim(format!("dosimeter rules show {rule}"))))?;
    Ok(())
}

/// What the whole text is labelled with, which is more than its single findings.
fn print_labels(classifier: &Classifier, text: &str, terminal: &mut Terminal) -> Result<(), Error> {
    let mut scratch = classifier.scratch();
    let mut scan = classifier.resource(&mut scratch, dosimeter_record::Identity::default());
    scan.segment(text, &dosimeter_record::Locator::default());
    let labelled = scan.finish();
    let names: Vec<&str> = labelled.labels.by_label().keys().map(|label| label.name()).collect();
    let shown = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
    let paint = terminal.paint;
    terminal.line(format_args!("{} {}", paint.bold("labels:"), paint.cyan(shown)))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_told_from_texts() {
        for id in ["5b1f0c9ad27e4c35ab8b6f1f20c6ce11", "5b1f0c9a"] {
            assert!(is_finding_id(id), "{id}");
        }
        for text in ["4111111111111111", "card", "5B1F0C9A", "5b1f", "-"] {
            assert!(!is_finding_id(text), "{text}");
        }
    }
}
