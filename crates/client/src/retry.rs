//! When to ask again.

use std::time::Duration;

use crate::Error;

/// How often and how patiently a request is repeated.
///
/// Only what may pass is repeated: no connection, a cut or damaged body, 408, 429, and 5xx without
/// `x-should-retry: false`. The wait starts at [`wait_first`](Self::wait_first) and doubles up to
/// [`wait_max`](Self::wait_max), is never shorter than the server's `retry-after`, and gets up to a
/// quarter more at random so that clones do not march in step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Retry {
    /// How often a request is sent at most.
    pub attempts_max: u32,
    /// The first wait, one second by default.
    pub wait_first: Duration,
    /// The longest wait, sixty seconds by default.
    pub wait_max: Duration,
}

impl Default for Retry {
    fn default() -> Self {
        Self {
            attempts_max: 6,
            wait_first: Duration::from_secs(1),
            wait_max: Duration::from_mins(1),
        }
    }
}

impl Retry {
    /// Sends each request once.
    pub fn never() -> Self {
        Self { attempts_max: 1, ..Self::default() }
    }

    /// Repeats up to `attempts_max` times with these waits.
    pub fn new(attempts_max: u32, wait_first: Duration, wait_max: Duration) -> Self {
        Self { attempts_max, wait_first, wait_max }
    }

    /// How long to wait before the next attempt, or `None` if there is no sense in one.
    pub(crate) fn wait(&self, error: &Error, attempts: u32, random: u32) -> Option<Duration> {
        if attempts >= self.attempts_max || !error.is_retryable() {
            return None;
        }
        let doubled = self.wait_first.saturating_mul(1 << attempts.saturating_sub(1).min(16));
        let patience = doubled.min(self.wait_max);
        let wait = match error.retry_after() {
            // A server that asks for more than we are ready to wait has refused for now.
            Some(asked) if asked > ASKED_MAX => return None,
            asked => asked.unwrap_or_default().max(patience),
        };
        Some(wait.saturating_add(jitter(wait, random)))
    }
}

/// Up to a quarter of `wait`.
fn jitter(wait: Duration, random: u32) -> Duration {
    wait.mul_f64(f64::from(random) / f64::from(u32::MAX) / 4.0)
}

/// The server's windows last a minute; what asks for much more is not a wait but a refusal.
const ASKED_MAX: Duration = Duration::from_mins(2);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    fn check(kind: ErrorKind, asked_s: Option<u64>, attempts: u32, expected_ms: Option<u64>) {
        let error = Error::new(kind, "a test")
            .with(|facts| facts.retry_after = asked_s.map(Duration::from_secs));
        let wait = Retry::default().wait(&error, attempts, 0);
        assert_eq!(wait, expected_ms.map(Duration::from_millis), "{kind:?} {asked_s:?} {attempts}");
    }

    #[test]
    fn waits_double_from_one_second() {
        for (attempts, expected_ms) in [(1, 1_000), (2, 2_000), (3, 4_000), (4, 8_000), (5, 16_000)]
        {
            check(ErrorKind::Server, None, attempts, Some(expected_ms));
        }
        check(ErrorKind::Server, None, 6, None);
    }

    #[test]
    fn the_servers_wait_is_honoured() {
        check(ErrorKind::Throttled, Some(7), 1, Some(7_000));
        check(ErrorKind::Throttled, Some(7), 5, Some(16_000));
        check(ErrorKind::Server, Some(3), 1, Some(3_000));
        check(ErrorKind::Throttled, Some(3_600), 1, None);
    }

    #[test]
    fn what_is_certain_is_not_asked_again() {
        for kind in [ErrorKind::Gone, ErrorKind::Auth, ErrorKind::BadRequest, ErrorKind::TooLarge] {
            check(kind, None, 1, None);
            check(kind, Some(1), 1, None);
        }
        let told =
            Error::new(ErrorKind::Server, "a test").with(|facts| facts.should_retry = Some(false));
        assert_eq!(Retry::default().wait(&told, 1, 0), None);
    }

    #[test]
    fn jitter_adds_at_most_a_quarter() {
        let error = Error::new(ErrorKind::Server, "a test");
        let wait = Retry::default().wait(&error, 1, u32::MAX).unwrap();
        assert_eq!(wait, Duration::from_millis(1_250));
    }
}
