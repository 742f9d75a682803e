//! Points in time, as the server writes them.

use std::{cmp::Ordering, fmt};

use jiff::civil::DateTime;
use serde::{Deserialize, Deserializer};

/// A point in time, kept as the server wrote it and compared by what it means.
///
/// The API writes four shapes: `…Z`, microseconds and `Z`, `+00:00`, and for directory records no
/// offset at all, which is read as UTC. `2026-10-01T08:00:00Z` and `2026-10-01T08:00:00+00:00` are
/// equal.
///
/// Anything that is no point in time is an [`UNKNOWN`](Self::UNKNOWN) one: an arbitrary string could
/// be a user's text, and is not kept.
#[derive(Clone, Debug)]
pub struct Timestamp {
    text: String,
    instant: Option<jiff::Timestamp>,
}

impl Timestamp {
    /// A time that the server did not say, or said in a way that cannot be read. Before all others.
    pub const UNKNOWN: Self = Self { text: String::new(), instant: None };

    /// Reads any of the shapes that the API writes.
    pub fn parse(text: &str) -> Option<Self> {
        let instant = instant(text)?;
        Some(Self { text: text.to_owned(), instant: Some(instant) })
    }

    /// The time as the server wrote it; empty if it is unknown.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether the time is known.
    pub fn is_known(&self) -> bool {
        self.instant.is_some()
    }

    /// The time in the one form that every endpoint accepts in a query: full, with `Z`.
    pub(crate) fn query_form(&self) -> Option<String> {
        self.instant.map(|instant| instant.to_string())
    }
}

/// What `text` means; a time without an offset is UTC.
pub(crate) fn instant(text: &str) -> Option<jiff::Timestamp> {
    // The parser also takes notes in brackets, which could be anything.
    let is_plain = |byte: u8| byte.is_ascii_digit() || b"-+:.TZtz ".contains(&byte);
    if text.len() > 64 || !text.bytes().all(is_plain) {
        return None;
    }
    text.parse().ok().or_else(|| {
        let naive: DateTime = text.parse().ok()?;
        naive.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
    })
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Option::<String>::deserialize(deserializer)?.unwrap_or_default();
        Ok(Self::parse(&text).unwrap_or(Self::UNKNOWN))
    }
}

impl Default for Timestamp {
    fn default() -> Self {
        Self::UNKNOWN
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.text)
    }
}

impl PartialEq for Timestamp {
    fn eq(&self, other: &Self) -> bool {
        self.instant == other.instant
    }
}

impl Eq for Timestamp {}

impl PartialOrd for Timestamp {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Timestamp {
    fn cmp(&self, other: &Self) -> Ordering {
        self.instant.cmp(&other.instant)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, query_form: Option<&str>) {
        let time: Timestamp = serde_json::from_value(text.into()).unwrap();
        assert_eq!(time.query_form().as_deref(), query_form, "{text}");
        assert_eq!(time.as_str(), if query_form.is_some() { text } else { "" });
    }

    #[test]
    fn all_shapes_of_the_api_are_read_and_nothing_else_is_kept() {
        check("2026-10-01T08:00:00Z", Some("2026-10-01T08:00:00Z"));
        check("2026-09-17T05:48:22.627427Z", Some("2026-09-17T05:48:22.627427Z"));
        check("2025-02-01T09:00:00.000001+00:00", Some("2025-02-01T09:00:00.000001Z"));
        check("2025-03-12T18:22:41.123456", Some("2025-03-12T18:22:41.123456Z"));
        check("2025-03-01T00:00:00.5", Some("2025-03-01T00:00:00.5Z"));
        check("2026-10-01T10:00:00+02:00", Some("2026-10-01T08:00:00Z"));
        check("2026-10-01T08:00:00Z[Europe/Paris]", None);
        check("4111 1111 1111 1111", None);
        check("", None);
        check(&"2".repeat(100_000), None);
    }

    #[test]
    fn times_compare_by_what_they_mean() {
        let time = |text| Timestamp::parse(text).unwrap();
        assert_eq!(time("2026-10-01T08:00:00Z"), time("2026-10-01T08:00:00+00:00"));
        assert!(time("2026-10-01T08:00:00.000001") > time("2026-10-01T08:00:00Z"));
        assert!(Timestamp::UNKNOWN < time("1970-01-01T00:00:00Z"));
    }

    #[test]
    fn null_is_unknown() {
        assert!(!serde_json::from_str::<Timestamp>("null").unwrap().is_known());
    }
}
