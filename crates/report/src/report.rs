//! What there is to show.

use std::collections::BTreeMap;

use dosimeter_record::FindingRow;
use dosimeter_store::{Backlog, RunRow};

/// What was looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Subject {
    /// An organisation, by the worker.
    #[default]
    Organization,
    /// Files, by a scan on the command line.
    Files,
}

/// Everything that the page shows.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// What was looked at.
    pub subject: Subject,
    /// When this was put together, RFC 3339 in UTC.
    pub written_at: String,
    /// The organisations, or the paths as they were given.
    pub of: Vec<String>,
    /// The findings that are listed, worst first.
    pub findings: Vec<Entry>,
    /// How many findings there are; more than are listed if there are very many.
    pub findings_total: u64,
    /// How many resources of which kind were scanned how far.
    pub coverage: Vec<Covered>,
    /// What was not scanned, as far as it is listed.
    pub gaps: Vec<Gap>,
    /// How often anything was not scanned, by reason.
    pub gap_totals: Vec<(String, u64)>,
    /// What the worker attests, newest first.
    pub runs: Vec<RunRow>,
    /// What is known and not done.
    pub backlog: Vec<Backlog>,
    /// Items that failed and are tried again.
    pub failed_items: u64,
    /// The rules that were applied, where no run says it.
    pub ruleset: Option<String>,
    /// What rules find, for people, by id.
    pub titles: BTreeMap<String, String>,
}

/// One finding with what the page knows beside it.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The finding.
    pub finding: FindingRow,
    /// The project that it happened in.
    pub project: Option<String>,
    /// Why it does not count, if somebody said so.
    pub suppressed: Option<String>,
}

/// How many resources of a kind were scanned how far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Covered {
    /// The kind of resource.
    pub kind: String,
    /// `complete`, `partial` or `none`.
    pub coverage: String,
    /// How many.
    pub resources: u64,
}

/// Something that was not scanned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// Why.
    pub reason: String,
    /// What kind of resource.
    pub kind: String,
    /// Its id, or its path.
    pub resource: String,
    /// The chat or project that it belongs to.
    pub parent: Option<String>,
    /// Where in the resource, for people.
    pub place: String,
    /// Where a person can open it.
    pub href: Option<String>,
}
