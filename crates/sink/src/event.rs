//! What a sink is told.

use dosimeter_record::{Action, FindingRow, Locator};
use serde::Serialize;

/// Something happened to a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Event {
    /// What.
    pub action: Action,
    /// When, RFC 3339 in UTC.
    pub at: String,
    /// The finding as it is now.
    pub finding: FindingRow,
}

impl Event {
    /// The last thing that happened to a finding that is kept.
    pub fn latest(finding: FindingRow) -> Self {
        let (action, at) = match &finding.closed_at {
            Some(at) => (Action::Closed, at.clone()),
            None => (Action::Opened, finding.first_seen.clone()),
        };
        Self { action, at, finding }
    }

    /// The same for every delivery of this event, and for no other event: receivers drop doubles by it.
    pub fn id(&self) -> String {
        format!("{}-{}-{}", self.finding.id, self.action.name(), self.at)
    }
}

/// The place of a finding or of a gap, as far as it can be read.
pub(crate) fn place(locator: &str) -> Locator {
    serde_json::from_str(locator).unwrap_or_default()
}

/// What a person calls a finding: its rule and what holds it.
pub(crate) fn title(finding: &FindingRow) -> String {
    format!("{} in {}", finding.rule, finding.resource_kind)
}

/// A time in milliseconds since 1970, as most formats want it.
pub(crate) fn millis(time: &str) -> i64 {
    time.parse::<jiff::Timestamp>().map_or(0, jiff::Timestamp::as_millisecond)
}
