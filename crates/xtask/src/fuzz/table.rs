//! The table in `benches/results/fuzz.md`.

use std::{collections::BTreeMap, fs, path::PathBuf};

use super::process::{self, Slice};
use crate::run::{self, Error};

const HEAD: &str = "\
| target | CPU seconds | executions | edges | features | peak MiB | finds | newest revision |
|---|---:|---:|---:|---:|---:|---:|---|
";

/// All results so far, and the words around them.
pub(super) struct Table {
    before: String,
    rows: BTreeMap<String, Row>,
    after: String,
}

/// What a target did in all its runs. Edges and features are the most that one reached.
#[derive(Default)]
struct Row {
    sums: Slice,
    revision: String,
}

fn path() -> PathBuf {
    run::root().join("benches/results/fuzz.md")
}

impl Table {
    /// Reads what is there. Targets that have never run are in it too.
    pub(super) fn read() -> Result<Self, Error> {
        let text = fs::read_to_string(path()).map_err(|error| Error::Read(path(), error))?;
        let (before, rest) = text.split_once("| target").unwrap_or((&text, ""));
        let (table, after) = rest.split_once("\n\n").unwrap_or((rest, ""));
        let mut rows: BTreeMap<String, Row> =
            super::names()?.into_iter().map(|name| (name, Row::default())).collect();
        for line in table.lines().skip(2) {
            let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
            // A target that is no more leaves the table.
            if let Some(row) = cells.first().and_then(|name| rows.get_mut(*name)) {
                *row = Row::read(&cells);
            }
        }
        Ok(Self { before: before.to_owned(), rows, after: after.to_owned() })
    }

    pub(super) fn add(&mut self, target: &str, slice: &Slice, revision: &str) {
        let row = self.rows.entry(target.to_owned()).or_default();
        row.sums.ticks += slice.ticks;
        row.sums.executions += slice.executions;
        // A run that is stopped early has not seen its corpus.
        row.sums.edges = row.sums.edges.max(slice.edges);
        row.sums.features = row.sums.features.max(slice.features);
        row.sums.peak_mib = row.sums.peak_mib.max(slice.peak_mib);
        revision.clone_into(&mut row.revision);
    }

    pub(super) fn seconds(&self, target: &str) -> u64 {
        self.rows.get(target).map_or(0, |row| row.sums.ticks / 100)
    }

    pub(super) fn write(&self) -> Result<(), Error> {
        let rows: String = self.rows.iter().map(|(name, row)| row.line(name)).collect();
        let text = [&self.before, HEAD, &rows, "\n", &self.after].concat();
        fs::write(path(), text).map_err(|error| Error::Write(path(), error))
    }
}

impl Row {
    fn read(cells: &[&str]) -> Self {
        let cell = |at: usize| cells.get(at).copied().unwrap_or_default();
        let number = |at: usize| cell(at).parse().unwrap_or(0);
        Self {
            sums: Slice {
                ticks: 100 * number(1),
                executions: number(2),
                edges: number(3),
                features: number(4),
                peak_mib: number(5),
            },
            revision: cell(7).to_owned(),
        }
    }

    fn line(&self, name: &str) -> String {
        let Slice { ticks, executions, edges, features, peak_mib } = &self.sums;
        let finds = fs::read_dir(process::tree("regressions", name)).map_or(0, Iterator::count);
        let (seconds, revision) = (ticks / 100, &self.revision);
        format!(
            "| {name} | {seconds} | {executions} | {edges} | {features} | {peak_mib} | {finds} | {revision} |\n"
        )
    }
}
