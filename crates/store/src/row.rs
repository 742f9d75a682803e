//! What is read back: plain values for people, reports and sinks.

use serde::Serialize;

/// Which findings to read. The default reads all that are open.
#[derive(Clone, Debug, Default)]
pub struct FindingFilter {
    /// Only ids that start with this.
    pub id_prefix: Option<String>,
    /// Only of this organisation.
    pub tenant: Option<String>,
    /// Only with this label.
    pub label: Option<String>,
    /// Only of this rule.
    pub rule: Option<String>,
    /// Only in the resource with this id.
    pub resource_id: Option<String>,
    /// Also those that went away.
    pub closed_too: bool,
    /// Only those behind this organisation and id, and in the order of these: how a store is read in
    /// pages, while a worker may write to it.
    pub after: Option<(String, String)>,
    /// At most so many.
    pub limit: Option<u64>,
}

/// How often a label was given, over open resources.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct LabelTotal {
    /// The label.
    pub label: String,
    /// Resources that carry it.
    pub resources: u64,
    /// Findings that speak for it.
    pub findings: u64,
}

/// How many open resources of a kind were scanned how far.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct CoverageTotal {
    /// What kind of resources.
    pub kind: String,
    /// `complete`, `partial` or `none`.
    pub coverage: String,
    /// How many.
    pub resources: u64,
}

/// A chat, session or project file and the project that it belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ProjectMember {
    /// The organisation.
    pub tenant: String,
    /// The id of the chat, session or file.
    pub id: String,
    /// The id of the project.
    pub project: String,
}

/// The state in a few numbers, over what is open.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Totals {
    /// Resources that were scanned.
    pub resources: u64,
    /// Resources of which something was not scanned.
    pub resources_incomplete: u64,
    /// Findings.
    pub findings: u64,
    /// Per label, in the order in which labels are shown.
    pub labels: Vec<LabelTotal>,
    /// Gaps by reason, most frequent first.
    pub gaps: Vec<(String, u64)>,
    /// Work items that the next run tries again.
    pub failed_items: u64,
}

/// The attestation of one run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct RunRow {
    /// Its number, rising.
    pub id: i64,
    /// When it began.
    pub started_at: String,
    /// The rules that were applied.
    pub ruleset: String,
    /// The positions from which it started, as JSON.
    pub start_checkpoints: String,
    /// When it ended; missing if it was interrupted or still runs.
    pub ended_at: Option<String>,
    /// The positions that it reached, as JSON.
    pub end_checkpoints: Option<String>,
    /// `completed`, or why not.
    pub outcome: Option<String>,
    /// Items that were worked on.
    pub items: Option<u64>,
    /// Resources scanned.
    pub resources: Option<u64>,
    /// Findings in them.
    pub findings: Option<u64>,
    /// Gaps in them.
    pub gaps: Option<u64>,
    /// Requests sent.
    pub requests: Option<u64>,
    /// Items that were known and not done at its end.
    pub backlog: Option<u64>,
    /// The id that the source gave to the last of them.
    pub last_request_id: Option<String>,
}

/// Items that are not done, by kind, urgency and state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Backlog {
    /// What kind of items.
    pub kind: String,
    /// How urgent.
    pub priority: &'static str,
    /// `ready`, `leased` or `failed`.
    pub state: String,
    /// How many.
    pub items: u64,
    /// When the oldest of them was queued, in milliseconds since 1970.
    pub oldest_ms: u64,
}

/// What a sink has not acknowledged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct OutboxDepth {
    /// The sink.
    pub sink: String,
    /// Messages that will be tried.
    pub waiting: u64,
    /// Messages that were given up.
    pub dead: u64,
    /// When the oldest was written, RFC 3339 in UTC.
    pub oldest: String,
}
