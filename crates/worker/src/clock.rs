//! The time, as an argument.

use std::{fmt, sync::Arc};

use jiff::Timestamp;

/// Tells the time. Tests stop it, so that two runs can be compared byte by byte.
#[derive(Clone)]
pub struct Clock {
    now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
}

impl Clock {
    /// The clock of this machine.
    pub fn system() -> Self {
        Self { now: Arc::new(Timestamp::now) }
    }

    /// A clock that always shows `time`.
    pub fn stopped(time: Timestamp) -> Self {
        Self { now: Arc::new(move || time) }
    }

    /// Now.
    pub(crate) fn time(&self) -> Timestamp {
        (self.now)()
    }

    /// Now, RFC 3339 in UTC, to the second.
    pub(crate) fn now(&self) -> String {
        let now = (self.now)();
        now.round(jiff::Unit::Second).unwrap_or(now).to_string()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Clock")
    }
}
