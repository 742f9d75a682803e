//! `dosimeter eval`: precision and recall on labelled texts.
//!
//! The unit is the text: for each label (and each rule that a case names) it is counted whether the
//! text should carry it and whether it does. What is found in texts without any label is the measure
//! that users feel most, so it is also given per megabyte.

mod corpus;
mod measure;

use dosimeter_classifier::generate::expand;
use dosimeter_record::{FingerprintKey, Identity, Label, LabelSet, Locator, RuleId};
use serde::Serialize;

use self::{
    corpus::Case,
    measure::{Counts, Measures},
};
use crate::{
    args::{EvalArgs, Format},
    classifier,
    error::Error,
    exit::Exit,
    table::{Align, Table},
    terminal::Terminal,
};

/// Runs the command.
pub(crate) fn run(args: &EvalArgs, terminal: &mut Terminal) -> Result<Exit, Error> {
    let cases = corpus::read(&args.corpus)?;
    let key = FingerprintKey::from_bytes([0; 32]);
    let classifier = classifier::build(&args.rules, key)?;
    let mut scratch = classifier.scratch();
    let mut measures = Measures::default();
    terminal.progress().set_total(cases.len() as u64);
    for (number, case) in (0..).zip(&cases) {
        let text = expand(&case.text, args.seed.wrapping_add(number)).map_err(|error| {
            Error::Corpus { place: case.place.clone(), problem: error.to_string() }
        })?;
        let mut scan = classifier.resource(&mut scratch, Identity::default());
        scan.segment(&text, &Locator::default());
        let labelled = scan.finish();
        measures.count(case, text.len(), &labelled);
        if args.mistakes {
            print_mistake(case, &labelled, terminal)?;
        }
        terminal.progress().set(number, "cases");
    }
    terminal.progress().finish();
    match args.format {
        Format::Jsonl => print_lines(&measures, terminal)?,
        Format::Pretty => print_tables(&measures, terminal)?,
    }
    Ok(Exit::Clean)
}

/// Says which labels of a case are wrong or missing. Corpora are written to be read, so their places
/// and remarks are shown; their texts are not.
fn print_mistake(
    case: &Case,
    labelled: &dosimeter_record::Labelled,
    terminal: &mut Terminal,
) -> Result<(), Error> {
    let found: LabelSet = labelled.labels.by_label().keys().copied().collect();
    let wanted: LabelSet = case.labels.iter().copied().collect();
    let names = |labels: LabelSet, other: LabelSet| {
        let only = labels.iter().filter(|label| !other.contains(*label));
        only.map(Label::name).collect::<Vec<_>>().join(",")
    };
    let (missed, wrong) = (names(wanted, found), names(found, wanted));
    let benign = case.labels.is_empty() && !labelled.findings.is_empty();
    if missed.is_empty() && wrong.is_empty() && !benign {
        return Ok(());
    }
    let rules: std::collections::BTreeSet<&str> =
        labelled.findings.iter().map(|finding| finding.rule().as_str()).collect();
    let rules = rules.into_iter().collect::<Vec<_>>().join(" ");
    terminal.line(format_args!(
        "{} ({}): missed [{missed}] wrong [{wrong}] found by [{rules}]",
        case.place, case.why
    ))?;
    Ok(())
}

/// One measured label or rule as one JSON line.
#[derive(Serialize)]
struct MeasureLine<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<Label>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<&'a RuleId>,
    #[serde(flatten)]
    counts: Counts,
    precision: Option<f64>,
    recall: Option<f64>,
    f1: Option<f64>,
}

impl<'a> MeasureLine<'a> {
    fn new(label: Option<Label>, rule: Option<&'a RuleId>, counts: Counts) -> Self {
        let (precision, recall, f1) = (counts.precision(), counts.recall(), counts.f1());
        Self { label, rule, counts, precision, recall, f1 }
    }
}

/// The totals as one JSON line.
#[derive(Serialize)]
struct TotalLine {
    cases: u64,
    bytes: u64,
    benign_cases: u64,
    benign_bytes: u64,
    benign_false_positives: u64,
    false_positives_per_mb: Option<f64>,
}

fn print_lines(measures: &Measures, terminal: &mut Terminal) -> Result<(), Error> {
    for (label, counts) in &measures.labels {
        terminal.json(&MeasureLine::new(Some(*label), None, *counts))?;
    }
    for (rule, counts) in &measures.rules {
        terminal.json(&MeasureLine::new(None, Some(rule), *counts))?;
    }
    terminal.json(&TotalLine {
        cases: measures.cases,
        bytes: measures.bytes,
        benign_cases: measures.benign_cases,
        benign_bytes: measures.benign_bytes,
        benign_false_positives: measures.benign_findings,
        false_positives_per_mb: measures.false_positives_per_mb(),
    })?;
    Ok(())
}

fn print_tables(measures: &Measures, terminal: &mut Terminal) -> Result<(), Error> {
    let labels = measures.labels.iter().map(|(label, counts)| (label.to_string(), counts));
    let mut text = table("label", labels, terminal);
    let wrong = measures.rules.iter().filter(|(_, counts)| !counts.is_perfect());
    let wrong: Vec<_> = wrong.map(|(rule, counts)| (rule.to_string(), counts)).collect();
    if !wrong.is_empty() {
        text.push('\n');
        text.push_str(&table("rule", wrong.into_iter(), terminal));
    }
    terminal.raw(text.as_bytes())?;
    let per_mb = measures.false_positives_per_mb();
    let per_mb = per_mb.map_or("no benign texts".to_owned(), |rate| format!("{rate:.2} per MB"));
    terminal.line(format_args!(
        "\n{} texts, {}; in {} benign ones {} false positive(s), {per_mb}",
        measures.cases,
        crate::scan::pretty::bytes(measures.bytes),
        measures.benign_cases,
        measures.benign_findings,
    ))?;
    Ok(())
}

fn table<'a>(
    name: &'static str,
    rows: impl Iterator<Item = (String, &'a Counts)>,
    terminal: &Terminal,
) -> String {
    let mut table = Table::new(&[
        (name, Align::Left),
        ("precision", Align::Right),
        ("recall", Align::Right),
        ("F1", Align::Right),
        ("right", Align::Right),
        ("wrong", Align::Right),
        ("missed", Align::Right),
    ]);
    let shown = |value: Option<f64>| value.map_or("–".to_owned(), |value| format!("{value:.3}"));
    for (row, counts) in rows {
        table.row([
            row,
            shown(counts.precision()),
            shown(counts.recall()),
            shown(counts.f1()),
            counts.right.to_string(),
            counts.wrong.to_string(),
            counts.missed.to_string(),
        ]);
    }
    table.render(terminal.paint)
}

impl Measures {
    fn count(&mut self, case: &Case, bytes: usize, labelled: &dosimeter_record::Labelled) {
        self.cases = self.cases.saturating_add(1);
        self.bytes = self.bytes.saturating_add(bytes as u64);
        if case.labels.is_empty() {
            self.benign_cases = self.benign_cases.saturating_add(1);
            self.benign_bytes = self.benign_bytes.saturating_add(bytes as u64);
            let found = labelled.findings.len() as u64;
            self.benign_findings = self.benign_findings.saturating_add(found);
        }
        for label in Label::ALL {
            let found = labelled.labels.by_label().contains_key(&label);
            self.labels.entry(label).or_default().count(case.labels.contains(&label), found);
        }
        let found: std::collections::BTreeSet<&RuleId> =
            labelled.findings.iter().map(dosimeter_record::Finding::rule).collect();
        for rule in case.rules.iter().flatten() {
            self.rules.entry(rule.clone()).or_default().count(true, found.contains(rule));
        }
        // A rule can only be wrong where the case says which rules are right.
        let wanted = case.rules.as_deref().or(case.labels.is_empty().then_some(&[]));
        for rule in found {
            if wanted.is_some_and(|wanted| !wanted.contains(rule)) {
                self.rules.entry(rule.clone()).or_default().count(false, true);
            }
        }
    }
}
