//! The forms that an event can have on a line of its own.

pub(crate) mod cef;
pub(crate) mod cim;
pub(crate) mod ecs;
pub(crate) mod native;
pub(crate) mod ocsf;

use std::{error, fmt, str::FromStr};

use dosimeter_record::GapRow;

use crate::Event;

/// The form of an event.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// Our own: every field of the finding under its name.
    #[default]
    Native,
    /// OCSF 1.8.0, class 2006 Data Security Finding.
    Ocsf,
    /// The Elastic Common Schema, 9.4.0.
    Ecs,
    /// Our own, with the fields of Splunk's data model DLP beside them.
    Cim,
    /// The Common Event Format of `ArcSight`, as many receivers of syslog want it.
    Cef,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Native, Self::Ocsf, Self::Ecs, Self::Cim, Self::Cef];

    /// The event as one line, without its end.
    pub fn write(self, event: &Event) -> String {
        match self {
            Self::Native => native::value(event).to_string(),
            Self::Ocsf => ocsf::value(event).to_string(),
            Self::Ecs => ecs::value(event).to_string(),
            Self::Cim => cim::value(event).to_string(),
            Self::Cef => cef::line(event),
        }
    }

    /// What was not scanned, seen at a time (RFC 3339), as one line without its end.
    ///
    /// It reads as what it is in every form: a part of the scan that failed, never as a clean result.
    pub fn write_gap(self, gap: &GapRow, at: &str) -> String {
        match self {
            Self::Native => native::gap(gap, at).to_string(),
            Self::Ocsf => ocsf::gap(gap, at).to_string(),
            Self::Ecs => ecs::gap(gap, at).to_string(),
            Self::Cim => cim::gap(gap, at).to_string(),
            Self::Cef => cef::gap_line(gap, at),
        }
    }

    /// The name as it stands in configuration.
    pub fn name(self) -> &'static str {
        match self {
            Self::Native => "native",
            Self::Ocsf => "ocsf",
            Self::Ecs => "ecs",
            Self::Cim => "cim",
            Self::Cef => "cef",
        }
    }

    /// The media type of a line.
    pub(crate) fn media_type(self) -> &'static str {
        if self == Self::Cef { "text/plain; charset=utf-8" } else { "application/json" }
    }
}

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(name: &str) -> Result<Self, UnknownFormat> {
        Self::ALL.into_iter().find(|format| format.name() == name).ok_or(UnknownFormat)
    }
}

/// A name of no format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownFormat;

impl fmt::Display for UnknownFormat {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("unknown format; use native, ocsf, ecs, cim or cef")
    }
}

impl error::Error for UnknownFormat {}
