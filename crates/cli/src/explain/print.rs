//! Candidates with each step of the decision.

use std::borrow::Cow;

use dosimeter_classifier::{Classifier, Explanation, Outcome, Rule, RuleSet};
use dosimeter_record::{Reason, RuleId, Span};

use crate::{
    classifier::title,
    error::Error,
    terminal::{Paint, Terminal, visible},
};

/// What is said where there is no candidate.
pub(super) const NOTHING: &str = "Nothing here has the shape of anything that the rules look for.";
/// Longer patterns and lists of words are cut; `rules show` has all of them.
const FACT_CHARS_MAX: usize = 96;

/// A candidate, where it stands, and which comment accepts it.
pub(super) struct Candidate {
    /// What became of it.
    pub(super) explanation: Explanation,
    /// Where, for people.
    pub(super) place: String,
    /// What the comment says, redacted.
    pub(super) accepted: Option<String>,
}

impl Candidate {
    /// A candidate in a text without lines.
    pub(super) fn new(explanation: Explanation, place: &str) -> Self {
        let span = explanation.span;
        let bytes = format!("bytes {}–{}", span.start, span.end);
        let place = if place.is_empty() { bytes } else { format!("{place}, {bytes}") };
        Self { explanation, place, accepted: None }
    }

    /// What is shown first: what was found, then what comes nearest to it.
    fn rank(&self) -> u8 {
        match &self.explanation.outcome {
            Outcome::Found { .. } => 0,
            Outcome::Hidden { .. } => 1,
            Outcome::Evidence { .. } => 2,
            Outcome::Covered { .. } => 3,
            // The names of checks are words; what failed one came nearer than what never got there.
            Outcome::Rejected { by } if !by.contains(' ') => 4,
            _ => 5,
        }
    }
}

/// Prints candidates: what was found first, and what was dropped alike together.
pub(super) fn all(
    mut candidates: Vec<Candidate>,
    rules: &RuleSet,
    terminal: &mut Terminal,
) -> Result<(), Error> {
    candidates.sort_by_key(Candidate::rank);
    // Each mask keeps another part of the same text: one is shown for each place, the best one.
    let mut shown: Vec<Span> = Vec::new();
    let mut dropped: Vec<(RuleId, Cow<'static, str>)> = Vec::new();
    for candidate in &candidates {
        let explanation = &candidate.explanation;
        if let Outcome::Rejected { by } = &explanation.outcome {
            let alike = (explanation.rule.clone(), by.clone());
            if dropped.contains(&alike) {
                continue;
            }
            dropped.push(alike);
        }
        let first = !shown.iter().any(|span| span.overlaps(explanation.span));
        if first {
            shown.push(explanation.span);
        }
        one(candidate, first, &places(candidate, &candidates), rules, terminal)?;
    }
    Ok(())
}

/// Where the candidate stands, and how many more were dropped alike.
fn places(candidate: &Candidate, all: &[Candidate]) -> String {
    let of = &candidate.explanation;
    let alike = |other: &&Candidate| {
        let other = &other.explanation;
        other.rule == of.rule && other.outcome == of.outcome
    };
    let count = all.iter().filter(alike).count();
    match (&of.outcome, count.saturating_sub(1)) {
        (Outcome::Rejected { .. }, more) if more > 0 => {
            format!("{} and {more} more", candidate.place)
        }
        _ => candidate.place.clone(),
    }
}

/// Prints what became of a candidate, and what its rule asks for.
fn one(
    candidate: &Candidate,
    with_snippet: bool,
    place: &str,
    rules: &RuleSet,
    terminal: &mut Terminal,
) -> Result<(), Error> {
    let paint = terminal.paint;
    let Candidate { explanation, accepted, .. } = candidate;
    let id = explanation.rule.as_str();
    let rule = rules.rules().iter().find(|rule| *rule.id() == explanation.rule);
    let (mark, what) = outcome(&explanation.outcome, rule, paint);
    let name = title(rules, id).unwrap_or(id);
    let rest = paint.dim(format!("· {id} · {place}"));
    terminal.line(format_args!("{mark} {} {rest}", paint.bold(name)))?;
    if let Some(redaction) = explanation.redaction.as_ref().filter(|_| with_snippet) {
        terminal.line(format_args!("         {}", visible(redaction.snippet())))?;
    }
    terminal.line(format_args!("         {what}"))?;
    for reason in &explanation.reasons {
        let sign = match reason {
            Reason::Failed(_) | Reason::Against(_) => paint.red("−"),
            _ => paint.green("+"),
        };
        terminal.line(format_args!("         {sign} {reason}"))?;
    }
    for (fact, value) in telling(&explanation.outcome, rule) {
        terminal.line(format_args!("         {} {value}", paint.dim(format!("{fact:<10}"))))?;
    }
    if let Some(reason) = accepted {
        let reason = if reason.is_empty() { "without a reason" } else { reason };
        let line = format!("accepted by a `dosimeter:allow` comment: {}", visible(reason));
        terminal.line(format_args!("         {}", paint.cyan(line)))?;
    }
    terminal.line("")?;
    Ok(())
}

/// What of a rule tells why: all of what was found, of the rest what it lacked.
fn telling(outcome: &Outcome, rule: Option<&Rule>) -> Vec<(&'static str, String)> {
    let facts = rule.map(rule_facts).unwrap_or_default();
    let wanted: &[&str] = match outcome {
        Outcome::Covered { .. } => &[],
        Outcome::Rejected { by } if by.contains("context") => &["words for"],
        Outcome::Rejected { .. } => &["pattern", "checks"],
        _ => return facts,
    };
    facts.into_iter().filter(|(fact, _)| wanted.contains(fact)).collect()
}

/// What a rule asks for: its pattern, who checks a match, and which words speak for and against it.
pub(crate) fn rule_facts(rule: &Rule) -> Vec<(&'static str, String)> {
    let (words, window_chars) = rule.context();
    let need = if rule.needs_context() { ", one is needed" } else { "" };
    let context = format!("{}, within {window_chars} characters{need}", listed(words));
    let against = format!("{}, within {window_chars} characters", listed(rule.opposing_words()));
    let validators: Vec<&str> = rule.validators().collect();
    let beside = rule.beside().map(|(classes, chars)| {
        format!("evidence of {}, within {chars} characters", classes.join(", "))
    });
    let facts = [
        ("pattern", cut(rule.pattern())),
        ("shape", format!("worth {} confidence alone", rule.confidence())),
        ("checks", validators.join(", then ")),
        ("beside", beside.unwrap_or_default()),
        ("words for", if words.is_empty() { String::new() } else { context }),
        ("against", if rule.opposing_words().is_empty() { String::new() } else { against }),
    ];
    facts.into_iter().filter(|(_, value)| !value.is_empty()).collect()
}

fn listed(words: &[impl AsRef<str>]) -> String {
    cut(&words.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(", "))
}

/// The beginning of something long, on one line.
fn cut(text: &str) -> String {
    let line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(FACT_CHARS_MAX) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line,
    }
}

fn outcome(outcome: &Outcome, rule: Option<&Rule>, paint: Paint) -> (String, String) {
    match outcome {
        Outcome::Found { confidence, points } => (
            paint.green("found   "),
            format!("{confidence} confidence: {points} points (medium from 100, high from 200)"),
        ),
        Outcome::Evidence { confidence } => (
            paint.cyan("evidence"),
            format!("{confidence} confidence; counts only together with other evidence"),
        ),
        Outcome::Hidden { confidence, points } => (
            paint.yellow("hidden  "),
            format!(
                "{confidence} confidence: {points} points, and findings are shown from medium up \
                 (100 points); --min-confidence low shows it"
            ),
        ),
        Outcome::Covered { by } => {
            (paint.dim("covered "), format!("by {by}, which says more about the same place"))
        }
        Outcome::Rejected { by } => (paint.dim("rejected"), rejected(by, rule)),
        _ => (paint.dim("other   "), String::new()),
    }
}

/// Why a match is none. Checks run one after the other, and the first that refuses ends it.
fn rejected(by: &str, rule: Option<&Rule>) -> String {
    let checks: Vec<&str> = rule.map(|rule| rule.validators().collect()).unwrap_or_default();
    let Some(at) = checks.iter().position(|check| *check == by) else {
        return format!("dropped: {by}");
    };
    let passed = checks.get(..at).unwrap_or_default();
    if passed.is_empty() {
        return format!("its check {by} failed");
    }
    format!("its check {by} failed, after {} passed", passed.join(", "))
}

/// What the whole text is labelled with, which is more than its single findings.
pub(super) fn labels(
    classifier: &Classifier,
    text: &str,
    terminal: &mut Terminal,
) -> Result<(), Error> {
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
