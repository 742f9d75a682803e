//! When a worker that stays looks again.

use std::{fmt, str::FromStr, time::Duration};

use cronexpr::{Crontab, FallbackTimezoneOption, MakeTimestamp, ParseOptions};
use jiff::{SignedDuration, Span, SpanRelativeTo, Timestamp};

/// When to look again.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Schedule {
    /// Never: every run is asked for.
    Off,
    /// This long after the last run began, a little later each time.
    Every(Duration),
    /// At the times of a cron expression, in UTC, a little later each time.
    Cron(Box<Cron>),
}

/// A cron expression, in UTC.
#[derive(Clone, Debug)]
pub struct Cron {
    expression: String,
    times: Crontab,
}

/// No schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidSchedule;

/// Workers that look at the same minute would all look at once.
const JITTER_MAX: Duration = Duration::from_mins(5);
/// Below this, looking again would find nothing but its own requests.
const EVERY_MIN: Duration = Duration::from_secs(10);

impl Default for Schedule {
    /// Once a minute: as soon as anything is worth the request.
    fn default() -> Self {
        Self::Every(Duration::from_mins(1))
    }
}

impl FromStr for Schedule {
    type Err = InvalidSchedule;

    /// `off`, `hourly`, `daily`, `weekly`, a duration such as `15m`, or a cron expression such as
    /// `30 2 * * 1-5`.
    fn from_str(text: &str) -> Result<Self, InvalidSchedule> {
        const HOUR: Duration = Duration::from_hours(1);
        match text.trim() {
            "off" => Ok(Self::Off),
            "hourly" => Ok(Self::Every(HOUR)),
            "daily" => Ok(Self::Every(HOUR.saturating_mul(24))),
            "weekly" => Ok(Self::Every(HOUR.saturating_mul(7 * 24))),
            text if text.split_whitespace().count() >= 5 => Ok(Self::Cron(Box::new(text.parse()?))),
            text => every(text).map(Self::Every).ok_or(InvalidSchedule),
        }
    }
}

fn every(text: &str) -> Option<Duration> {
    let span: Span = text.parse().ok()?;
    let duration = span.to_duration(SpanRelativeTo::days_are_24_hours()).ok()?;
    let duration = Duration::try_from(duration).ok()?;
    (EVERY_MIN..=Duration::from_hours(31 * 24)).contains(&duration).then_some(duration)
}

impl FromStr for Cron {
    type Err = InvalidSchedule;

    /// Five fields: minute, hour, day of the month, month, day of the week.
    fn from_str(text: &str) -> Result<Self, InvalidSchedule> {
        let fields: Vec<&str> = text.split_whitespace().collect();
        // A sixth would be a time zone.
        if fields.len() != 5 {
            return Err(InvalidSchedule);
        }
        let mut options = ParseOptions::default();
        options.fallback_timezone_option = FallbackTimezoneOption::UTC;
        let expression = fields.join(" ");
        let times =
            cronexpr::parse_crontab_with(&expression, options).map_err(|_| InvalidSchedule)?;
        Ok(Self { expression, times })
    }
}

impl Cron {
    fn next(&self, after: Timestamp) -> Option<Timestamp> {
        Some(self.times.find_next(MakeTimestamp(after)).ok()?.timestamp())
    }

    /// The longest time between two of the next runs: a weekend, a month.
    fn longest_rest(&self, now: Timestamp) -> SignedDuration {
        // More than there are in a week that rests once.
        const RUNS: usize = 8;
        let (mut longest, mut last) = (SignedDuration::ZERO, self.next(now));
        for _ in 0..RUNS {
            let next = last.and_then(|last| self.next(last));
            if let (Some(last), Some(next)) = (last, next) {
                longest = longest.max(next.duration_since(last));
            }
            last = next;
        }
        longest
    }
}

impl PartialEq for Cron {
    fn eq(&self, other: &Self) -> bool {
        self.expression == other.expression
    }
}

impl Schedule {
    /// The time between two runs after `now`, about; where they are not evenly spread, the longest.
    pub(crate) fn between(&self, now: Timestamp) -> SignedDuration {
        match self {
            Self::Off => SignedDuration::ZERO,
            Self::Every(every) => SignedDuration::try_from(*every).unwrap_or(SignedDuration::MAX),
            Self::Cron(cron) => cron.longest_rest(now),
        }
    }

    /// How long to wait for the next run after one that began at `begun`; never, if there is none.
    ///
    /// `random` moves it by up to a tenth of the time between two runs, and five minutes at most.
    pub(crate) fn wait(&self, begun: Timestamp, now: Timestamp, random: u32) -> Option<Duration> {
        let next = match self {
            Self::Off => return None,
            Self::Every(every) => begun.checked_add(*every).ok()?,
            Self::Cron(cron) => cron.next(begun)?,
        };
        let between = Duration::try_from(next.duration_since(begun)).unwrap_or_default();
        let jitter =
            (between / 10).min(JITTER_MAX).mul_f64(f64::from(random) / f64::from(u32::MAX));
        let wait = Duration::try_from(next.duration_since(now)).unwrap_or_default();
        Some(wait.saturating_add(jitter))
    }
}

impl fmt::Display for Schedule {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Off => formatter.write_str("off"),
            Self::Every(every) => write!(formatter, "every {} s", every.as_secs()),
            Self::Cron(cron) => write!(formatter, "at {} (UTC)", cron.expression),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected_s: Option<u64>) {
        let schedule: Schedule = text.parse().unwrap();
        let begun: Timestamp = "2026-10-01T01:00:00Z".parse().unwrap();
        let now: Timestamp = "2026-10-01T01:00:10Z".parse().unwrap();
        let wait = schedule.wait(begun, now, 0);
        assert_eq!(wait.map(|wait| wait.as_secs()), expected_s, "{text}");
        if let (Some(early), Some(late)) = (wait, schedule.wait(begun, now, u32::MAX)) {
            assert!(late > early && late <= early + JITTER_MAX);
        }
    }

    #[test]
    fn a_schedule_says_when_the_next_run_is() {
        check("off", None);
        check("hourly", Some(3_590));
        check("daily", Some(24 * 3_600 - 10));
        check("weekly", Some(7 * 24 * 3_600 - 10));
        check("15m", Some(890));
        check("1h 30m", Some(5_390));
        check("2d", Some(48 * 3_600 - 10));
        check("1w 3d", Some(10 * 24 * 3_600 - 10));
        check("31 days", Some(31 * 24 * 3_600 - 10));
        check("30 2 * * *", Some(90 * 60 - 10));
        check("0 1 * * *", Some(24 * 3_600 - 10));
        // 1 October 2026 is a Thursday.
        check("30 2 * * 1-5", Some(90 * 60 - 10));
        check("0 3 * * SUN", Some((3 * 24 + 2) * 3_600 - 10));
        check("*/20 * * * *", Some(20 * 60 - 10));
        // The 13th or a Friday, whichever comes first.
        check("0 1 13 * 5", Some(24 * 3_600 - 10));
    }

    #[test]
    fn a_schedule_rests_as_long_as_its_longest_pause() {
        let now: Timestamp = "2026-10-01T01:00:00Z".parse().unwrap();
        let check = |text: &str, expected_h: i64| {
            let schedule: Schedule = text.parse().unwrap();
            assert_eq!(schedule.between(now).as_hours(), expected_h, "{text}");
        };
        check("off", 0);
        check("daily", 24);
        check("30 2 * * 1-5", 3 * 24);
        check("0 3 1 * *", 31 * 24);
        check("0 */6 * * *", 6);
    }

    #[test]
    fn what_is_no_schedule_is_refused() {
        for text in [
            "",
            "now",
            "5s",
            "32d",
            "1mo",
            "-1h",
            "61 2 * * *",
            "1 2 3",
            "0 0 2 * * *",
            "0 2 * * * UTC",
        ] {
            assert!(text.parse::<Schedule>().is_err(), "{text}");
        }
    }
}
