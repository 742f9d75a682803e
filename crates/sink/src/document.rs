//! Findings as a whole: a file with a beginning and an end, written as it comes.
//!
//! A [`Document`] is told of one resource after the other and gives back the bytes that can be written
//! already, so that memory does not grow with what was scanned. Whatever was not scanned is in every form
//! beside what was found.

mod columns;
mod csv;
mod junit;
mod lines;
mod parquet;
mod sarif;

use std::{collections::BTreeMap, error, fmt, str::FromStr};

use dosimeter_record::GapRow;

use crate::{Event, Format};

use self::{columns::Row, parquet::Parquet};

/// One resource, as a document tells of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scanned {
    /// What kind of resource.
    pub kind: String,
    /// Its id at the source; the path of a file.
    pub id: String,
    /// What was found in it.
    pub findings: Vec<Event>,
    /// What was not scanned of it.
    pub gaps: Vec<GapRow>,
    /// Findings that are known and accepted, by their ids.
    pub suppressed: BTreeMap<String, Suppression>,
}

/// Why a finding does not count.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Suppression {
    /// A comment in the file allows it.
    InSource,
    /// A baseline or an exception allows it, for this reason.
    External(String),
}

/// What a document says of a rule.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleFacts {
    /// Its title.
    pub title: String,
    /// Its severity.
    pub severity: String,
    /// The labels that its findings speak for.
    pub labels: Vec<String>,
    /// Where to read more.
    pub reference: Option<String>,
}

/// What a document says of the scan.
pub struct About<'a> {
    /// When it began, RFC 3339 in UTC.
    pub at: String,
    /// The rules that were applied.
    pub ruleset: String,
    /// The facts about a rule, if it is known.
    pub rules: &'a (dyn Fn(&str) -> Option<RuleFacts> + Sync),
}

impl fmt::Debug for About<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { at, ruleset, .. } = self;
        formatter.debug_struct("About").field("at", at).field("ruleset", ruleset).finish()
    }
}

/// The form of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DocumentFormat {
    /// A line for each finding and each gap.
    Lines(Format),
    /// Comma-separated values with a header, safe to open in a spreadsheet.
    Csv,
    /// `JUnit`'s report: each resource a suite, each finding a failure, each gap an error.
    Junit,
    /// SARIF 2.1.0.
    Sarif,
    /// Apache Parquet.
    Parquet,
}

impl DocumentFormat {
    /// Whether it can be shown on a terminal.
    pub fn is_text(self) -> bool {
        self != Self::Parquet
    }
}

impl FromStr for DocumentFormat {
    type Err = UnknownDocument;

    fn from_str(name: &str) -> Result<Self, UnknownDocument> {
        match name {
            "csv" => Ok(Self::Csv),
            "junit" => Ok(Self::Junit),
            "sarif" => Ok(Self::Sarif),
            "parquet" => Ok(Self::Parquet),
            _ => name.parse().map(Self::Lines).map_err(|_| UnknownDocument),
        }
    }
}

/// A name of no form of documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownDocument;

impl fmt::Display for UnknownDocument {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = "csv, junit, sarif, parquet, native, ocsf, ecs, cim or cef";
        write!(formatter, "unknown form; use {names}")
    }
}

impl error::Error for UnknownDocument {}

/// One form, from its first byte to its last.
trait Body {
    fn add(&mut self, out: &mut Vec<u8>, about: &About<'_>, scanned: &Scanned);

    fn end(&mut self, out: &mut Vec<u8>, about: &About<'_>);
}

/// A document that is being written.
pub struct Document<'a> {
    about: About<'a>,
    body: Box<dyn Body + Send>,
    out: Vec<u8>,
}

impl fmt::Debug for Document<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Document").field("about", &self.about).finish_non_exhaustive()
    }
}

impl<'a> Document<'a> {
    /// Begins a document.
    pub fn begin(format: DocumentFormat, about: About<'a>) -> Self {
        let mut out = Vec::new();
        let body: Box<dyn Body + Send> = match format {
            DocumentFormat::Lines(format) => Box::new(lines::Lines(format)),
            DocumentFormat::Csv => Box::new(csv::begin(&mut out)),
            DocumentFormat::Junit => Box::new(junit::begin(&mut out)),
            DocumentFormat::Sarif => Box::new(sarif::begin(&mut out)),
            DocumentFormat::Parquet => Box::new(Parquet::begin(&mut out)),
        };
        Self { about, body, out }
    }

    /// Adds a resource, and gives what can be written by now.
    pub fn add(&mut self, scanned: &Scanned) -> Vec<u8> {
        self.body.add(&mut self.out, &self.about, scanned);
        std::mem::take(&mut self.out)
    }

    /// Ends the document, and gives the rest of it.
    pub fn end(mut self) -> Vec<u8> {
        self.body.end(&mut self.out, &self.about);
        self.out
    }
}
