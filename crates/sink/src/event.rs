//! What a sink is told, and in which form.

use std::{error, fmt, str::FromStr};

use dosimeter_record::FindingRow;
use serde::Serialize;
use serde_json::Value;

use crate::{ocsf, splunk};

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

/// What happened to a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// It is new, or is back.
    Opened,
    /// It is no longer there.
    Closed,
}

impl Action {
    /// The name as it stands in output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Closed => "closed",
        }
    }
}

impl Event {
    /// The same for every delivery of this event, and for no other event: receivers drop doubles by it.
    pub fn id(&self) -> String {
        format!("{}-{}-{}", self.finding.id, self.action.name(), self.at)
    }
}

/// The form of an event.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// Our own: every field of the finding under its name.
    #[default]
    Native,
    /// OCSF 1.8.0, class 2006 Data Security Finding.
    Ocsf,
}

impl Format {
    /// The event as one line of JSON.
    pub fn write(self, event: &Event) -> String {
        self.value(event).to_string()
    }

    pub(crate) fn value(self, event: &Event) -> Value {
        match self {
            Self::Native => splunk::native(event),
            Self::Ocsf => ocsf::value(event),
        }
    }

    /// The name as it stands in configuration.
    pub fn name(self) -> &'static str {
        match self {
            Self::Native => "native",
            Self::Ocsf => "ocsf",
        }
    }
}

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(name: &str) -> Result<Self, UnknownFormat> {
        [Self::Native, Self::Ocsf]
            .into_iter()
            .find(|format| format.name() == name)
            .ok_or(UnknownFormat)
    }
}

/// A name of no format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownFormat;

impl fmt::Display for UnknownFormat {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("unknown format; use native or ocsf")
    }
}

impl error::Error for UnknownFormat {}
