//! Results: one figure to a row, for people on the terminal and as JSON lines for keeping.

use std::{fs::OpenOptions, io::Write as _, path::PathBuf};

use dosimeter_benches::Error;
use serde::Serialize;

/// One figure.
#[derive(Debug, Serialize)]
pub(crate) struct Row<'a> {
    /// The command that measured it.
    pub(crate) harness: &'a str,
    /// What was read.
    pub(crate) subject: &'a str,
    /// What read it.
    pub(crate) engine: &'a str,
    /// How many rules that knew.
    pub(crate) rules: usize,
    /// What was measured, unit last.
    pub(crate) figure: &'a str,
    pub(crate) value: f64,
}

/// Where rows go.
#[derive(Debug)]
pub(crate) struct Rows {
    file: Option<PathBuf>,
}

impl Rows {
    pub(crate) fn new(file: Option<PathBuf>) -> Self {
        Self { file }
    }

    pub(crate) fn add(&self, row: &Row<'_>) -> Result<(), Error> {
        let Some(path) = &self.file else { return Ok(()) };
        let mut file = OpenOptions::new().create(true).append(true).open(path)?;
        let rounded = Row { value: round(row.value), ..*row };
        writeln!(file, "{}", serde_json::to_string(&rounded)?)?;
        Ok(())
    }
}

/// Four significant digits: more would only be noise in a diff.
fn round(value: f64) -> f64 {
    format!("{value:.3e}").parse().unwrap_or(value)
}
