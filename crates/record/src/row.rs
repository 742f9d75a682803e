//! Findings and gaps as they are read back from where they were kept: plain values for people, reports
//! and sinks.

use serde::Serialize;

/// A stored finding with its resource.
///
/// All strings: a row is for showing, and there is no way from here back to a
/// [`Finding`](crate::Finding).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
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
    /// Who or what brought the text, such as `user`, `tool_result` or `project_file`.
    pub role: String,
    /// Where a person can open it.
    pub href: Option<String>,
    /// The model that took part.
    pub model: Option<String>,
    /// The product in which it happened, such as `claude_code`.
    pub surface: Option<String>,
    /// When the resource was made.
    pub created_at: Option<String>,
    /// Its media type.
    pub media_type: Option<String>,
    /// How much of the resource was scanned.
    pub coverage: String,
}

/// Something that was not scanned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
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
    /// Where a person can open it.
    pub href: Option<String>,
}
