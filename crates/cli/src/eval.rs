//! `dosimeter eval`: precision and recall on labelled texts.
//!
//! The unit is the text: for each label (and each rule that a case names) it is counted whether the
//! text should carry it and whether it does. What is found in texts without any label is the measure
//! that users feel most, so it is also given per megabyte. A second set of rules can be measured on the
//! same texts, and what the two label otherwise is listed.

pub(crate) mod corpus;
mod html;
mod measure;
mod verdict;

use std::fs;

use dosimeter_classifier::generate::expand;
use dosimeter_record::{FingerprintKey, Identity, Label, Locator, RuleId};
use serde::Serialize;

use self::{
    corpus::Case,
    measure::{Counts, Measures},
    verdict::Verdict,
};
use crate::{
    args::{EvalArgs, Format, RuleArgs},
    classifier,
    error::Error,
    exit::Exit,
    table::{Align, Table},
    terminal::Terminal,
};

/// Runs the command.
pub(crate) fn run(args: &EvalArgs, terminal: &mut Terminal) -> Result<Exit, Error> {
    let cases = corpus::read(&args.corpus)?;
    let (measures, verdicts) = evaluate(&cases, &args.rules, args.seed, terminal)?;
    if args.mistakes {
        for (case, verdict) in cases.iter().zip(&verdicts).filter(|(_, verdict)| verdict.is_wrong())
        {
            terminal.line(format_args!("{} ({}): {verdict}", case.place, case.why))?;
        }
    }
    if let Some(path) = &args.html {
        let page = html::page(&measures, &cases, &verdicts);
        fs::write(path, page).map_err(Error::write(path))?;
    }
    match args.format {
        Format::Jsonl => print_lines(&measures, terminal)?,
        Format::Pretty => print_tables(&measures, terminal)?,
    }
    if let Some(path) = &args.against {
        let rules = RuleArgs {
            labels: args.rules.labels.clone(),
            min_confidence: args.rules.min_confidence,
            rules: vec![path.clone()],
            without_built_in: true,
        };
        let (others, other_verdicts) = evaluate(&cases, &rules, args.seed, terminal)?;
        compare((&others, &other_verdicts), (&measures, &verdicts), &cases, terminal)?;
    }
    Ok(Exit::Clean)
}

/// Scans all cases with one set of rules.
fn evaluate(
    cases: &[Case],
    rules: &RuleArgs,
    seed: u64,
    terminal: &mut Terminal,
) -> Result<(Measures, Vec<Verdict>), Error> {
    let classifier = classifier::build(rules, FingerprintKey::from_bytes([0; 32]))?;
    let mut scratch = classifier.scratch();
    let (mut measures, mut verdicts) = (Measures::default(), Vec::new());
    terminal.progress().set_total(cases.len() as u64);
    for (number, case) in (0..).zip(cases) {
        let text = expand(&case.text, seed.wrapping_add(number)).map_err(|error| {
            Error::Corpus { place: case.place.clone(), problem: error.to_string() }
        })?;
        let mut scan = classifier.resource(&mut scratch, Identity::default());
        scan.segment(&text, &Locator::default());
        let labelled = scan.finish();
        measures.count(case, text.len(), &labelled);
        verdicts.push(Verdict::new(case, &labelled));
        terminal.progress().set(number, "cases");
    }
    terminal.progress().finish();
    Ok((measures, verdicts))
}

/// Says how the measures changed from one set to another, and which texts changed their labels.
fn compare(
    before: (&Measures, &[Verdict]),
    after: (&Measures, &[Verdict]),
    cases: &[Case],
    terminal: &mut Terminal,
) -> Result<(), Error> {
    let mut table = Table::new(&[
        ("label", Align::Left),
        ("precision before", Align::Right),
        ("after", Align::Right),
        ("recall before", Align::Right),
        ("after", Align::Right),
    ]);
    for (label, counts) in &after.0.labels {
        let old = before.0.labels.get(label).copied().unwrap_or_default();
        table.row([
            label.to_string(),
            shown(old.precision()),
            shown(counts.precision()),
            shown(old.recall()),
            shown(counts.recall()),
        ]);
    }
    terminal.raw(b"\n")?;
    terminal.raw(table.render(terminal.paint).as_bytes())?;
    for (case, (old, new)) in cases.iter().zip(before.1.iter().zip(after.1)) {
        if old.found() != new.found() {
            let (place, why) = (&case.place, &case.why);
            terminal.line(format_args!("{place} ({why}): before {old}; after {new}"))?;
        }
    }
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
    precision_interval: Option<(f64, f64)>,
    recall: Option<f64>,
    recall_interval: Option<(f64, f64)>,
    f1: Option<f64>,
}

impl<'a> MeasureLine<'a> {
    fn new(label: Option<Label>, rule: Option<&'a RuleId>, counts: Counts) -> Self {
        Self {
            label,
            rule,
            counts,
            precision: counts.precision(),
            precision_interval: counts.precision_interval(),
            recall: counts.recall(),
            recall_interval: counts.recall_interval(),
            f1: counts.f1(),
        }
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
        ("95 %", Align::Left),
        ("recall", Align::Right),
        ("95 %", Align::Left),
        ("F1", Align::Right),
        ("right", Align::Right),
        ("wrong", Align::Right),
        ("missed", Align::Right),
    ]);
    for (row, counts) in rows {
        table.row(measured(row, *counts));
    }
    table.render(terminal.paint)
}

/// The cells of one measured label or rule.
fn measured(name: String, counts: Counts) -> [String; 9] {
    [
        name,
        shown(counts.precision()),
        shown_interval(counts.precision_interval()),
        shown(counts.recall()),
        shown_interval(counts.recall_interval()),
        shown(counts.f1()),
        counts.right.to_string(),
        counts.wrong.to_string(),
        counts.missed.to_string(),
    ]
}

/// A share as it is printed.
fn shown(value: Option<f64>) -> String {
    value.map_or("–".to_owned(), |value| format!("{value:.3}"))
}

/// An interval as it is printed.
fn shown_interval(interval: Option<(f64, f64)>) -> String {
    interval.map_or(String::new(), |(low, high)| format!("{low:.2}–{high:.2}"))
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
