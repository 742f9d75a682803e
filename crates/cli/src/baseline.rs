//! `dosimeter baseline`: accept what is there today, and see what changed since.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Write as _,
};

use serde_json::json;

use crate::{
    args::{BaselineCommand, BaselineCreateArgs, BaselineDiffArgs},
    classifier, clock,
    error::Error,
    exit::Exit,
    output::OutputFile,
    scan::{Asked, Form, baseline::Baseline, pretty::counted},
    table::{Align, Table},
    terminal::Terminal,
};

/// Runs the command.
pub(crate) fn run(command: &BaselineCommand, terminal: &mut Terminal) -> Result<Exit, Error> {
    match command {
        BaselineCommand::Create(args) => create(args, terminal),
        BaselineCommand::Diff(args) => diff(args, terminal),
    }
}

fn create(args: &BaselineCreateArgs, terminal: &mut Terminal) -> Result<Exit, Error> {
    let key = classifier::key(args.input.key.key_file.as_deref(), terminal)?;
    let mut baseline = Baseline::new(&args.output, key.clone());
    // A place that cannot be written is told before the scan, not after it.
    let mut file = OutputFile::create(&args.output)?;
    let asked = Asked { input: &args.input, key, form: Form::Rows, baseline: None, policy: None };
    let done = asked.perform(terminal, None)?;
    for row in &done.rows {
        baseline.learn(&row.source, &row.verdict);
    }
    let written = baseline.write(clock::now()).map_err(std::io::Error::from)?;
    file.write_all(written.as_bytes()).map_err(|error| file.failed(error))?;
    file.finish()?;
    let found = counted(baseline.len(), "finding");
    terminal.line(format_args!("{found} accepted in {}", args.output.display()))?;
    if done.tally.incomplete > 0 {
        let parts = counted(done.tally.incomplete, "file");
        terminal
            .note(format!("{parts} not or only partly scanned; what is in them is not accepted"));
    }
    Ok(Exit::Clean)
}

fn diff(args: &BaselineDiffArgs, terminal: &mut Terminal) -> Result<Exit, Error> {
    let key = classifier::key(args.input.key.key_file.as_deref(), terminal)?;
    let baseline = Baseline::read(&args.baseline, key.clone())?;
    let form = if args.json { Form::Rows } else { Form::Pretty(terminal.paint) };
    let asked = Asked { input: &args.input, key, form, baseline: Some(&baseline), policy: None };
    let done = asked.perform(terminal, None)?;
    let changes = changes(&baseline.rules(), &done.tally.known, &done.tally.rules);
    let [new, unchanged, gone] = changes.values().fold([0_u64; 3], |mut sums, change| {
        sums.iter_mut().zip(change).for_each(|(sum, count)| *sum = sum.saturating_add(*count));
        sums
    });
    if args.json {
        let rule = |(rule, [new, unchanged, gone]): (&String, &[u64; 3])| {
            (rule.clone(), json!({ "new": new, "unchanged": unchanged, "gone": gone }))
        };
        let rules: serde_json::Map<_, _> = changes.iter().map(rule).collect();
        terminal
            .json(&json!({ "new": new, "unchanged": unchanged, "gone": gone, "rules": rules }))?;
    } else {
        print(&changes, terminal)?;
        let summary = format!("{new} new, {unchanged} unchanged, {gone} gone");
        let paint = terminal.paint;
        terminal.line(if new > 0 { paint.bold(summary) } else { paint.green(summary) })?;
    }
    if gone > 0 {
        terminal.note(
            "gone also counts what lies outside of the paths that were scanned; \
             `dosimeter baseline create` forgets it",
        );
    }
    Ok(if new > 0 { Exit::Findings } else { Exit::Clean })
}

/// For each rule: new, unchanged, gone.
fn changes(
    before: &BTreeMap<String, u64>,
    known: &BTreeMap<String, u64>,
    new: &BTreeMap<String, u64>,
) -> BTreeMap<String, [u64; 3]> {
    let of = |counts: &BTreeMap<String, u64>, rule: &String| counts.get(rule).copied().unwrap_or(0);
    let rules: BTreeSet<&String> = before.keys().chain(known.keys()).chain(new.keys()).collect();
    let change = |rule: &String| {
        let unchanged = of(known, rule);
        [of(new, rule), unchanged, of(before, rule).saturating_sub(unchanged)]
    };
    rules.into_iter().map(|rule| (rule.clone(), change(rule))).collect()
}

fn print(changes: &BTreeMap<String, [u64; 3]>, terminal: &mut Terminal) -> Result<(), Error> {
    if changes.is_empty() {
        return Ok(());
    }
    let mut table = Table::new(&[
        ("rule", Align::Left),
        ("new", Align::Right),
        ("unchanged", Align::Right),
        ("gone", Align::Right),
    ]);
    for (rule, counts) in changes {
        let counts = counts.iter().map(ToString::to_string);
        table.row([rule.clone()].into_iter().chain(counts));
    }
    terminal.raw(table.render(terminal.paint).as_bytes())?;
    terminal.line("")?;
    Ok(())
}
