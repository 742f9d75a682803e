//! The time of day, for what is written down about a run. Scans never ask for it.

use std::time::{SystemTime, UNIX_EPOCH};

/// Now, RFC 3339 in UTC, in seconds.
pub(crate) fn now() -> String {
    rfc3339(seconds())
}

/// So many days ago, RFC 3339 in UTC, in seconds.
pub(crate) fn days_ago(days: u32) -> String {
    rfc3339(seconds().saturating_sub(u64::from(days) * 86_400))
}

/// Today in UTC, as rule files write it.
pub(crate) fn today() -> String {
    day(seconds() / 86_400)
}

#[expect(clippy::disallowed_methods, reason = "the one clock of the command line")]
fn seconds() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

fn rfc3339(seconds: u64) -> String {
    let of_day = seconds % 86_400;
    let (hour, minute, second) = (of_day / 3_600, of_day / 60 % 60, of_day % 60);
    format!("{}T{hour:02}:{minute:02}:{second:02}Z", day(seconds / 86_400))
}

/// The civil date that many days after 1970-01-01 (H. Hinnant, "chrono-compatible low-level date
/// algorithms"): years begin in March, so that leap days come last.
fn day(days: u64) -> String {
    let shifted = days.saturating_add(719_468);
    let (era, of_era) = (shifted / 146_097, shifted % 146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year + era * 400 + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_the_calendar() {
        let cases =
            [(0, "1970-01-01"), (59, "1970-03-01"), (11_016, "2000-02-29"), (20_778, "2026-11-21")];
        for (days, expected) in cases {
            assert_eq!(day(days), expected);
        }
        assert_eq!(rfc3339(1_795_224_896), "2026-11-21T01:34:56Z");
    }
}
