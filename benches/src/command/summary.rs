//! The results as a page: the figures by which the scan is judged, one column for each set of results,
//! then everything that was measured.

use std::{collections::BTreeMap, fmt::Write as _, fs};

use dosimeter_benches::{Error, corpus};
use serde::Deserialize;

use crate::arguments::Arguments;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Goals {
    goal: Vec<Goal>,
}

/// One figure by which the scan is judged.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Goal {
    title: String,
    harness: String,
    subject: String,
    engine: String,
    figure: String,
    at_least: Option<[f64; 2]>,
    at_most: Option<[f64; 2]>,
}

/// One figure, as it was kept.
#[derive(Deserialize)]
struct Kept {
    harness: String,
    subject: String,
    engine: String,
    rules: usize,
    figure: String,
    value: f64,
}

/// One set of results.
struct Set {
    name: String,
    machine: String,
    rows: Vec<Kept>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Error> {
    let home = corpus::home();
    let goals: Goals = toml::from_str(&fs::read_to_string(home.join("goals.toml"))?)?;
    let sets = arguments.names.iter().map(|name| read(name)).collect::<Result<Vec<_>, _>>()?;
    let mut page = String::from(
        "# Results\n\nWritten by `bench summary`; what each figure means is in `../README.md`, and why \
         not to believe it in `../BIAS.md`.\n\n",
    );
    judged(&mut page, &goals.goal, &sets)?;
    for set in &sets {
        writeln!(page, "\n## {}\n\n```toml\n{}```\n", set.name, set.machine)?;
        everything(&mut page, set)?;
    }
    fs::write(home.join("results/summary.md"), &page)?;
    print!("{page}");
    Ok(())
}

fn read(name: &str) -> Result<Set, Error> {
    let home = corpus::home().join("results").join(name);
    let rows = fs::read_to_string(home.join("rows.jsonl"))?;
    let mut rows: Vec<Kept> = rows.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
    // The slowest of all attacks is a figure of its own.
    let attacks = rows.iter().filter(|row| row.harness == "attack" && row.figure == "mb_per_s");
    if let Some(worst) = attacks.min_by(|one, other| one.value.total_cmp(&other.value)) {
        let worst = Kept {
            harness: worst.harness.clone(),
            subject: "worst".to_owned(),
            engine: worst.engine.clone(),
            rules: worst.rules,
            figure: worst.figure.clone(),
            value: worst.value,
        };
        rows.push(worst);
    }
    let machine = fs::read_to_string(home.join("machine.toml"))?;
    Ok(Set { name: name.to_owned(), machine, rows })
}

impl Goal {
    fn value(&self, set: &Set) -> Option<f64> {
        let same = |row: &&Kept| {
            row.harness == self.harness
                && row.subject == self.subject
                && row.engine == self.engine
                && row.figure == self.figure
        };
        // The last one measured counts.
        set.rows.iter().rfind(same).map(|row| row.value)
    }

    fn limits(&self) -> (&'static str, [f64; 2]) {
        match (self.at_least, self.at_most) {
            (Some(limits), _) => ("≥", limits),
            (None, limits) => ("≤", limits.unwrap_or_default()),
        }
    }

    fn verdict(&self, value: f64) -> &'static str {
        let (sign, [floor, goal]) = self.limits();
        let reached = |limit: f64| if sign == "≥" { value >= limit } else { value <= limit };
        match (reached(floor), reached(goal)) {
            (_, true) => "goal",
            (true, false) => "floor",
            (false, false) => "missed",
        }
    }
}

fn judged(page: &mut String, goals: &[Goal], sets: &[Set]) -> Result<(), Error> {
    let names: Vec<&str> = sets.iter().map(|set| set.name.as_str()).collect();
    writeln!(page, "| figure | floor | goal | {} |", names.join(" | "))?;
    writeln!(page, "|---|---|---|{}", "---|".repeat(sets.len()))?;
    for goal in goals {
        let (sign, [floor, wanted]) = goal.limits();
        write!(page, "| {} | {sign} {floor} | {sign} {wanted} |", goal.title)?;
        for set in sets {
            match goal.value(set) {
                Some(value) => write!(page, " {} ({}) |", short(value), goal.verdict(value))?,
                None => write!(page, " – |")?,
            }
        }
        writeln!(page)?;
    }
    Ok(())
}

/// A table for each harness and figure: subjects down, engines across.
fn everything(page: &mut String, set: &Set) -> Result<(), Error> {
    let mut tables: BTreeMap<(&str, &str), Vec<&Kept>> = BTreeMap::new();
    for row in &set.rows {
        tables.entry((&row.harness, &row.figure)).or_default().push(row);
    }
    for ((harness, figure), rows) in tables {
        let mut engines: Vec<(&str, usize)> = Vec::new();
        let mut subjects: Vec<&str> = Vec::new();
        for row in &rows {
            if !engines.contains(&(&row.engine, row.rules)) {
                engines.push((&row.engine, row.rules));
            }
            if !subjects.contains(&row.subject.as_str()) {
                subjects.push(&row.subject);
            }
        }
        writeln!(page, "### {harness}: {}\n", figure.replace('_', " "))?;
        let head = |(engine, rules): &(&str, usize)| match rules {
            0 => (*engine).to_owned(),
            rules => format!("{engine}, {rules} rules"),
        };
        let heads: Vec<String> = engines.iter().map(head).collect();
        writeln!(page, "| | {} |\n|---|{}", heads.join(" | "), "---|".repeat(engines.len()))?;
        for subject in subjects {
            write!(page, "| {subject} |")?;
            for (engine, rules) in &engines {
                let same = |row: &&&Kept| {
                    row.subject == subject && row.engine == *engine && row.rules == *rules
                };
                let value = rows.iter().rfind(same).map(|row| short(row.value));
                write!(page, " {} |", value.as_deref().unwrap_or("–"))?;
            }
            writeln!(page)?;
        }
        writeln!(page)?;
    }
    Ok(())
}

/// Three significant digits, without an exponent.
fn short(value: f64) -> String {
    match value.abs() {
        size if size >= 100.0 || size == 0.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        size if size >= 1.0 => format!("{value:.2}"),
        size if size >= 0.01 => format!("{value:.3}"),
        _ => format!("{value:.6}"),
    }
}
