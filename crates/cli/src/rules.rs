//! `dosimeter rules`: what is looked for, and whether each rule keeps its own promises.

mod bench;
mod scaffold;

use std::path::PathBuf;

use dosimeter_classifier::{Classifier, ExampleResult, Rule, RuleSet, example};
use dosimeter_record::{Confidence, FingerprintKey, Label, LabelSet};
use serde::Serialize;

use crate::{
    args::{Format, RuleListArgs, RulesCommand},
    classifier::{RuleEntry, RuleKind, catalogue, own_rule_set, rule_files, rule_set},
    error::Error,
    exit::Exit,
    table::{Align, Table},
    terminal::Terminal,
};

/// Runs the command.
pub(crate) fn run(command: &RulesCommand, terminal: &mut Terminal) -> Result<Exit, Error> {
    match command {
        RulesCommand::List { rules, format } => list(rules, *format, terminal),
        RulesCommand::Show { id, rules } => show(id, rules, terminal),
        RulesCommand::Test { path, without_built_in } => {
            test(path.as_ref(), *without_built_in, terminal)
        }
        RulesCommand::New { id, values } => scaffold::run(id, values, terminal),
        RulesCommand::Bench(args) => bench::run(args, terminal),
    }
}

/// One rule as one JSON line.
#[derive(Serialize)]
struct RuleLine<'a> {
    id: &'a str,
    kind: &'static str,
    title: &'a str,
    labels: LabelSet,
    severity: &'static str,
}

fn list(args: &RuleListArgs, format: Format, terminal: &mut Terminal) -> Result<Exit, Error> {
    let rules = rule_set(&args.rules)?;
    let wanted: LabelSet = args.labels.iter().copied().collect();
    let mut chosen: Vec<RuleEntry<'_>> = catalogue(&rules)
        .filter(|entry| wanted.is_empty() || entry.labels.intersects(wanted))
        .collect();
    chosen.sort_by_key(|entry| entry.id);
    match format {
        Format::Jsonl => {
            for entry in &chosen {
                terminal.json(&RuleLine {
                    id: entry.id.as_str(),
                    kind: entry.kind.name(),
                    title: entry.title,
                    labels: entry.labels,
                    severity: entry.severity.name(),
                })?;
            }
        }
        Format::Pretty => print_list(&chosen, &rules, terminal)?,
    }
    Ok(Exit::Clean)
}

fn print_list(
    chosen: &[RuleEntry<'_>],
    rules: &RuleSet,
    terminal: &mut Terminal,
) -> Result<(), Error> {
    let mut table = Table::new(&[
        ("rule", Align::Left),
        ("labels", Align::Left),
        ("severity", Align::Left),
        ("what it finds", Align::Left),
    ]);
    for entry in chosen {
        table.row([
            entry.id.to_string(),
            label_names(entry.labels),
            entry.severity.to_string(),
            entry.title.to_owned(),
        ]);
    }
    let rendered = table.render(terminal.paint);
    terminal.raw(rendered.as_bytes())?;
    if !terminal.is_quiet() {
        let of = |kind| chosen.iter().filter(|entry| entry.kind == kind).count();
        terminal.line(format_args!(
            "\n{} rules: {} patterns, {} combinations, {} tables; rule set {}",
            chosen.len(),
            of(RuleKind::Pattern),
            of(RuleKind::Combination),
            of(RuleKind::Table),
            rules.version(),
        ))?;
    }
    Ok(())
}

/// The names of labels, for people.
pub(crate) fn label_names(labels: LabelSet) -> String {
    labels.iter().map(Label::name).collect::<Vec<_>>().join(",")
}

fn show(id: &str, args: &RuleListArgs, terminal: &mut Terminal) -> Result<Exit, Error> {
    let rules = rule_set(&args.rules)?;
    let exact: Vec<RuleEntry<'_>> =
        catalogue(&rules).filter(|entry| entry.id.as_str() == id).collect();
    let mut entries = exact;
    if entries.is_empty() {
        entries = catalogue(&rules).filter(|entry| entry.id.as_str().contains(id)).collect();
    }
    match entries.as_slice() {
        [] => Err(Error::UnknownRule(id.to_owned())),
        [entry] => {
            print_rule(entry, &rules, terminal)?;
            Ok(Exit::Clean)
        }
        many => {
            for entry in many {
                terminal.line(format_args!("{:<44} {}", entry.id, entry.title))?;
            }
            Ok(Exit::Clean)
        }
    }
}

fn print_rule(
    entry: &RuleEntry<'_>,
    rules: &RuleSet,
    terminal: &mut Terminal,
) -> Result<(), Error> {
    let paint = terminal.paint;
    terminal.line(format_args!("{}  {}", paint.bold(entry.id), entry.title))?;
    let labels = paint.cyan(label_names(entry.labels));
    terminal.line(format_args!("  labels      {labels}"))?;
    terminal.line(format_args!("  severity    {}", entry.severity))?;
    terminal.line(format_args!("  kind        {}", entry.kind.name()))?;
    if let Some(rule) = rules.rules().iter().find(|rule| rule.id() == entry.id) {
        print_pattern(rule, terminal)?;
    }
    Ok(())
}

fn print_pattern(rule: &Rule, terminal: &mut Terminal) -> Result<(), Error> {
    let validators: Vec<&str> = rule.validators().collect();
    let lists = [("keywords", rule.keywords().join(", ")), ("validators", validators.join(", "))];
    terminal.line(format_args!("  pattern     {}", rule.pattern()))?;
    for (name, list) in lists.iter().filter(|(_, list)| !list.is_empty()) {
        terminal.line(format_args!("  {name:<11} {list}"))?;
    }
    for reference in rule.references() {
        terminal.line(format_args!("  reference   {reference}"))?;
    }
    terminal.line(format_args!("  file        {}", rule.file()))?;
    Ok(())
}

/// Tries all examples; prints every failure.
fn test(
    path: Option<&PathBuf>,
    without_built_in: bool,
    terminal: &mut Terminal,
) -> Result<Exit, Error> {
    let (rules, files) = match path {
        None => {
            let sources = RuleSet::built_in_sources().iter();
            let own = |(name, source): &(&str, &str)| ((*name).to_owned(), (*source).to_owned());
            (RuleSet::built_in(), sources.map(own).collect())
        }
        Some(path) => {
            let paths = [path.clone()];
            (own_rule_set(&paths, without_built_in)?, rule_files(&paths)?)
        }
    };
    let key = FingerprintKey::from_bytes([0; 32]);
    let classifier = Classifier::builder()
        .rules(rules)
        .key(key)
        .min_confidence(Confidence::Low)
        .build()
        .map_err(Error::Rules)?;
    let mut results = Vec::new();
    for (name, source) in &files {
        terminal.progress().set(results.len() as u64, "examples");
        results.extend(example::run(&classifier, name, source).map_err(Error::Rules)?);
    }
    terminal.progress().finish();
    report(&results, files.len(), terminal)
}

fn report(results: &[ExampleResult], files: usize, terminal: &mut Terminal) -> Result<Exit, Error> {
    let paint = terminal.paint;
    let mut failed = 0_usize;
    for result in results {
        let Some(failure) = &result.failure else { continue };
        failed = failed.saturating_add(1);
        let kind = if result.positive { "positive" } else { "negative" };
        let (rule, number, why) = (&result.rule, result.number, &result.why);
        terminal.line(format_args!(
            "{} {rule}: {kind} example {number} ({why}) {failure}",
            paint.red("FAILED")
        ))?;
    }
    let rules: std::collections::BTreeSet<_> = results.iter().map(|result| &result.rule).collect();
    let (count, rule_count) = (results.len(), rules.len());
    if results.is_empty() {
        return Err(Error::Usage("no rules found; give a folder with .toml files".to_owned()));
    }
    let verdict = match failed {
        0 => paint.green("all passed"),
        _ => paint.red(format!("{failed} failed")),
    };
    terminal
        .line(format_args!("{count} examples of {rule_count} rules in {files} files: {verdict}"))?;
    Ok(if failed == 0 { Exit::Clean } else { Exit::Findings })
}
