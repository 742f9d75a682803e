//! What is read back: plain values for people, reports and sinks.

use serde::Serialize;

/// A stored finding with its resource.
///
/// All strings: a row is for showing, and there is no way from here back to a
/// [`Finding`](dosimeter_record::Finding).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct FindingRow {
    /// The stable name of the finding, hexadecimal.
    pub id: String,
    /// The organisation.
    pub tenant: String,
    /// The rule that found it.
    pub rule: String,
    /// The labels that it speaks for.
    pub labels: Vec<String>,
    /// How bad.
    pub severity: String,
    /// How sure.
    pub confidence: String,
    /// Where the match starts in the text of its segment, in bytes.
    pub span_start: u64,
    /// Where it ends.
    pub span_end: u64,
    /// Where the segment stands in the resource, as JSON.
    pub locator: String,
    /// The masked value.
    pub value: String,
    /// The masked value in its masked context.
    pub snippet: String,
    /// Which value, keyed.
    pub fingerprint: String,
    /// Why this confidence.
    pub reasons: Vec<String>,
    /// When it was first seen.
    pub first_seen: String,
    /// When it was last seen.
    pub last_seen: String,
    /// When it went away.
    pub closed_at: Option<String>,
    /// What kind of resource holds it.
    pub resource_kind: String,
    /// The resource's id at the source.
    pub resource_id: String,
    /// The chat or project that it belongs to.
    pub parent: Option<String>,
    /// The user's id.
    pub user_id: Option<String>,
    /// The user's e-mail address, as the source gives it.
    pub user_email: Option<String>,
    /// Who wrote the text.
    pub role: Option<String>,
    /// Where a person can open it.
    pub href: Option<String>,
    /// The model that took part.
    pub model: Option<String>,
    /// When the resource was made.
    pub created_at: Option<String>,
    /// Its media type.
    pub media_type: Option<String>,
    /// How much of the resource was scanned.
    pub coverage: String,
}

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

/// Something that was not scanned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct GapRow {
    /// The organisation.
    pub tenant: String,
    /// What kind of resource.
    pub resource_kind: String,
    /// Its id at the source.
    pub resource_id: String,
    /// The chat or project that it belongs to.
    pub parent: Option<String>,
    /// Why.
    pub reason: String,
    /// Where in the resource, as JSON.
    pub locator: String,
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
    /// Chats and projects.
    pub items: Option<u64>,
    /// Resources scanned.
    pub resources: Option<u64>,
    /// Findings in them.
    pub findings: Option<u64>,
    /// Gaps in them.
    pub gaps: Option<u64>,
    /// Requests sent.
    pub requests: Option<u64>,
    /// The id that the source gave to the last of them.
    pub last_request_id: Option<String>,
}
