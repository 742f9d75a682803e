//! The limit of requests a minute: one fixed window that everybody shares.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// The limit and the window that is running.
pub(crate) struct Quota {
    limit: u32,
    window: SignedDuration,
    used: u32,
    resets_at: Timestamp,
}

/// What the rate-limit headers say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Standing {
    pub(crate) limit: u32,
    pub(crate) remaining: u32,
    pub(crate) resets_at: Timestamp,
    /// Whether this request was one too many, and how long to wait.
    pub(crate) exceeded_s: Option<u64>,
}

impl Quota {
    pub(crate) fn new(limit: u32, window: Duration) -> Self {
        let window = SignedDuration::try_from(window).unwrap_or(SignedDuration::from_secs(60));
        Self { limit, window, used: 0, resets_at: Timestamp::MIN }
    }

    /// Counts a request. The whole budget comes back at once when the window ends.
    pub(crate) fn count(&mut self, now: Timestamp) -> Standing {
        if now >= self.resets_at {
            self.used = 0;
            self.resets_at = now.checked_add(self.window).unwrap_or(Timestamp::MAX);
        }
        let exceeded = self.used >= self.limit;
        self.used = self.used.saturating_add(1).min(self.limit);
        let wait_s = self.resets_at.duration_since(now).as_secs().unsigned_abs().saturating_add(1);
        Standing {
            limit: self.limit,
            remaining: self.limit.saturating_sub(self.used),
            resets_at: self.resets_at,
            exceeded_s: exceeded.then_some(wait_s),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_gives_its_whole_budget_back_at_its_end() {
        let mut quota = Quota::new(2, Duration::from_mins(1));
        let at = |s| Timestamp::from_second(s).unwrap();
        assert_eq!(quota.count(at(0)).remaining, 1);
        assert_eq!(quota.count(at(10)).remaining, 0);
        assert_eq!(quota.count(at(20)).exceeded_s, Some(41));
        assert_eq!(
            quota.count(at(60)),
            Standing { limit: 2, remaining: 1, resets_at: at(120), exceeded_s: None }
        );
    }
}
