//! The simulator's clock, and the shapes in which the API writes times.

use std::time::Instant;

use jiff::{SignedDuration, Timestamp, civil::DateTime, tz::TimeZone};

/// A clock that never shows the same time twice, so that whatever changes later sorts later.
pub(crate) struct Clock {
    begin: Timestamp,
    since: Instant,
    last: Timestamp,
}

impl Clock {
    /// A clock that shows `begin` now.
    pub(crate) fn starting_at(begin: Timestamp) -> Self {
        Self { begin, since: Instant::now(), last: begin }
    }

    /// The time as it is.
    pub(crate) fn now(&self) -> Timestamp {
        let elapsed = SignedDuration::try_from(self.since.elapsed()).unwrap_or_default();
        self.begin.checked_add(elapsed).unwrap_or(self.begin)
    }

    /// The time as it is, but later than any that was given out before.
    pub(crate) fn tick(&mut self) -> Timestamp {
        let next = self.last.checked_add(SignedDuration::from_micros(1)).unwrap_or(self.last);
        self.last = self.now().max(next);
        self.last
    }

    /// Lets time pass at once.
    pub(crate) fn skip(&mut self, time: SignedDuration) {
        self.begin = self.begin.checked_add(time).unwrap_or(self.begin);
    }

    /// Makes later ticks come after `time`.
    pub(crate) fn advance_past(&mut self, time: Timestamp) {
        self.last = self.last.max(time);
    }
}

/// Reads a time; without an offset it is UTC.
pub(crate) fn parse(text: &str) -> Option<Timestamp> {
    text.parse().ok().or_else(|| {
        let naive: DateTime = text.parse().ok()?;
        naive.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
    })
}

/// How a time is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// As short as the fraction allows, with `Z`.
    Short,
    /// Microseconds and `Z`, as seen live.
    Micros,
    /// Microseconds and `+00:00`, as in the organizations example.
    Offset,
    /// Microseconds and nothing, as in the directory examples.
    Naive,
}

impl Shape {
    /// One of the shapes with an offset, always the same for the same id.
    pub(crate) fn of(id: &str) -> Self {
        match hash(id) % 3 {
            0 => Self::Short,
            1 => Self::Micros,
            _ => Self::Offset,
        }
    }

    /// Writes `time`.
    pub(crate) fn write(self, time: Timestamp) -> String {
        let format = match self {
            Self::Short => return time.to_string(),
            Self::Micros => "%Y-%m-%dT%H:%M:%S%.6fZ",
            Self::Offset => "%Y-%m-%dT%H:%M:%S%.6f+00:00",
            Self::Naive => "%Y-%m-%dT%H:%M:%S%.6f",
        };
        time.strftime(format).to_string()
    }
}

/// FNV-1a, 64 bits: spreads ids evenly and is the same everywhere.
pub(crate) fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shape_means_the_same_time() {
        let time = parse("2026-10-01T08:00:00.5Z").unwrap();
        for shape in [Shape::Short, Shape::Micros, Shape::Offset, Shape::Naive] {
            assert_eq!(parse(&shape.write(time)), Some(time), "{shape:?}");
        }
        assert_eq!(Shape::Naive.write(time), "2026-10-01T08:00:00.500000");
    }

    #[test]
    fn a_clock_never_ticks_the_same_time_twice() {
        let begin = parse("2026-10-01T08:00:00Z").unwrap();
        let mut clock = Clock::starting_at(begin);
        clock.advance_past(parse("2027-01-01T00:00:00Z").unwrap());
        let ticks: Vec<Timestamp> = (0..100).map(|_| clock.tick()).collect();
        assert!(ticks.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(ticks[0] > parse("2027-01-01T00:00:00Z").unwrap());
    }
}
