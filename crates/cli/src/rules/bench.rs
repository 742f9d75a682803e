//! `dosimeter rules bench`: what each rule costs on benign text, and what it finds there.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    time::Instant,
};

use dosimeter_classifier::{Classifier, RuleSet};
use dosimeter_record::{Confidence, Finding, FingerprintKey, RuleId};
use serde::Serialize;

use crate::{
    args::{Format, RuleBenchArgs},
    classifier::own_rule_set,
    error::Error,
    exit::Exit,
    table::{Align, Table},
    terminal::Terminal,
};

/// One rule, measured.
#[derive(Serialize)]
struct Line<'a> {
    rule: &'a RuleId,
    /// Beyond what a set without rules takes.
    ns_per_byte: f64,
    /// At how many places the pattern is tried, beside all other rules.
    tries_per_mb: f64,
    /// Findings of any confidence: what the context is left to decide.
    of_any_confidence_per_mb: f64,
    /// Findings at the asked confidence.
    findings_per_mb: f64,
}

/// Runs the command.
pub(super) fn run(args: &RuleBenchArgs, terminal: &mut Terminal) -> Result<Exit, Error> {
    let mut texts = Vec::new();
    read(&args.texts, &mut texts)?;
    if texts.is_empty() {
        return Err(Error::Usage("no UTF-8 texts there".to_owned()));
    }
    let load = || own_rule_set(&args.rules.rules, args.rules.without_built_in);
    let ids: Vec<RuleId> = load()?.rules().iter().map(|rule| rule.id().clone()).collect();
    let part = args.only.as_deref().unwrap_or_default();
    let chosen: Vec<&RuleId> = ids.iter().filter(|id| id.as_str().contains(part)).collect();
    let tries = tries(load()?, &texts)?;
    let empty = measure(RuleSet::default(), &texts, args.rules.min_confidence)?;
    let mut lines = Vec::new();
    terminal.progress().set_total(chosen.len() as u64);
    for (number, rule) in (0..).zip(chosen) {
        terminal.progress().set(number, "rules");
        let mut set = load()?;
        set.retain(rule);
        let taken = measure(set, &texts, args.rules.min_confidence)?;
        let megabytes = taken.bytes / 1e6;
        lines.push(Line {
            rule,
            tries_per_mb: tries.get(rule).copied().unwrap_or(0.0) / megabytes,
            ns_per_byte: (taken.ns - empty.ns).max(0.0) / taken.bytes,
            of_any_confidence_per_mb: taken.candidates / megabytes,
            findings_per_mb: taken.findings / megabytes,
        });
    }
    terminal.progress().finish();
    lines.sort_by(|left, right| right.ns_per_byte.total_cmp(&left.ns_per_byte));
    match args.format {
        Format::Jsonl => lines.iter().try_for_each(|line| terminal.json(line))?,
        Format::Pretty => print(&lines, terminal)?,
    }
    Ok(Exit::Clean)
}

fn print(lines: &[Line<'_>], terminal: &mut Terminal) -> Result<(), Error> {
    let mut table = Table::new(&[
        ("rule", Align::Left),
        ("ns/byte", Align::Right),
        ("tries/MB", Align::Right),
        ("any/MB", Align::Right),
        ("findings/MB", Align::Right),
    ]);
    for line in lines {
        table.row([
            line.rule.to_string(),
            format!("{:.3}", line.ns_per_byte),
            format!("{:.0}", line.tries_per_mb),
            format!("{:.1}", line.of_any_confidence_per_mb),
            format!("{:.2}", line.findings_per_mb),
        ]);
    }
    terminal.raw(table.render(terminal.paint).as_bytes())?;
    Ok(())
}

/// How often the pattern of each rule is tried.
#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
fn tries(rules: RuleSet, texts: &[String]) -> Result<BTreeMap<RuleId, f64>, Error> {
    let classifier = Classifier::builder().rules(rules).build().map_err(Error::Rules)?;
    let mut scratch = classifier.scratch();
    let mut tries: BTreeMap<RuleId, f64> = BTreeMap::new();
    for effort in texts.iter().flat_map(|text| classifier.effort(&mut scratch, text)) {
        *tries.entry(effort.rule().clone()).or_default() += effort.starts() as f64;
    }
    Ok(tries)
}

/// What one set of rules took for all texts.
struct Taken {
    ns: f64,
    bytes: f64,
    candidates: f64,
    findings: f64,
}

#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
fn measure(rules: RuleSet, texts: &[String], least: Confidence) -> Result<Taken, Error> {
    let key = FingerprintKey::from_bytes([0; 32]);
    let builder = Classifier::builder().rules(rules).key(key).min_confidence(Confidence::Low);
    let classifier = builder.build().map_err(Error::Rules)?;
    let mut scratch = classifier.scratch();
    let mut pass = || {
        let (mut candidates, mut findings) = (0_usize, 0_usize);
        for text in texts {
            let found: Vec<Finding> = classifier.scan(&mut scratch, text).into_iter().collect();
            candidates += found.len();
            findings += found.iter().filter(|finding| finding.confidence() >= least).count();
        }
        (candidates, findings)
    };
    // The first pass compiles what the texts need.
    let (candidates, findings) = pass();
    let start = Instant::now();
    pass();
    let bytes: usize = texts.iter().map(String::len).sum();
    Ok(Taken {
        ns: start.elapsed().as_nanos() as f64,
        bytes: bytes as f64,
        candidates: candidates as f64,
        findings: findings as f64,
    })
}

fn read(path: &Path, texts: &mut Vec<String>) -> Result<(), Error> {
    if !fs::metadata(path).map_err(Error::read(path))?.is_dir() {
        texts.extend(String::from_utf8(fs::read(path).map_err(Error::read(path))?).ok());
        return Ok(());
    }
    let entries = fs::read_dir(path).map_err(Error::read(path))?;
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    paths.iter().try_for_each(|path| read(path, texts))
}
