//! How many requests may start, shared by all clones of a client.
//!
//! The server counts 600 requests a minute for a parent organization, over all keys, linked
//! organizations and endpoints, in fixed windows that it does not describe further. A client that
//! never starts more than that in *any* sixty seconds is inside the limit wherever the windows lie.

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use reqwest::header::HeaderMap;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::Instant,
};

use crate::{Grant, Permits, timestamp::instant};

/// The shared budget.
pub(crate) struct Budget {
    in_flight: Arc<Semaphore>,
    starts: Mutex<Starts>,
    shared: Option<Shared>,
}

/// Starts that were granted from beyond this process.
struct Shared {
    permits: Arc<dyn Permits>,
    granted: tokio::sync::Mutex<Granted>,
    /// How many requests wait for a start.
    waiting: AtomicU32,
}

/// A request that waits, until it does not any more.
struct Waiting<'a>(&'a AtomicU32);

impl<'a> Waiting<'a> {
    fn new(count: &'a AtomicU32) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[derive(Default)]
struct Granted {
    starts: u32,
    until: Option<Instant>,
}

impl Budget {
    pub(crate) fn new(
        share: Share,
        in_flight_max: usize,
        permits: Option<Arc<dyn Permits>>,
    ) -> Self {
        Self {
            in_flight: Arc::new(Semaphore::new(in_flight_max)),
            starts: Mutex::new(Starts::new(share)),
            shared: permits.map(Shared::new),
        }
    }

    /// Waits until a request may start. The permit is held until its body has been read.
    pub(crate) async fn start(&self) -> Option<OwnedSemaphorePermit> {
        // The semaphore is never closed; without a permit the request is merely not counted.
        let permit = Arc::clone(&self.in_flight).acquire_owned().await.ok();
        loop {
            let start = self.starts().start(Instant::now());
            match start {
                Ok(()) => break,
                Err(wait) => tokio::time::sleep(wait).await,
            }
        }
        if let Some(shared) = &self.shared {
            let batch = self.starts().per_window_max.div_ceil(BATCHES);
            shared.start(u32::try_from(batch).unwrap_or(u32::MAX)).await;
        }
        permit
    }

    /// Learns from the headers of an answer.
    pub(crate) fn learn(&self, headers: &HeaderMap) {
        if let Some(report) = Report::read(headers) {
            if let Some((shared, limit)) = self.shared.as_ref().zip(report.limit) {
                shared.permits.learn(limit);
            }
            self.starts().learn(&report, Instant::now());
        }
    }

    /// Starts nothing for `wait`, because the server said that there were too many requests.
    pub(crate) fn pause(&self, wait: Duration) {
        self.starts().pause(Instant::now(), wait);
    }

    fn starts(&self) -> std::sync::MutexGuard<'_, Starts> {
        self.starts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shared {
    fn new(permits: Arc<dyn Permits>) -> Self {
        Self { permits, granted: tokio::sync::Mutex::default(), waiting: AtomicU32::default() }
    }

    /// Waits for a start out of the shared budget. Whoever waits holds the others up, who would only
    /// ask the same, and asks for all of them: a start that nobody waits for runs out, and is lost.
    async fn start(&self, batch_max: u32) {
        let _waiting = Waiting::new(&self.waiting);
        let mut granted = self.granted.lock().await;
        while !granted.take(Instant::now()) {
            let asked = Instant::now();
            let wanted = self.waiting.load(Ordering::Relaxed).min(batch_max).max(1);
            match self.permits.take(wanted).await {
                Grant::Starts(starts, within) => {
                    *granted = Granted { starts, until: asked.checked_add(within) };
                }
                Grant::Wait(wait) => tokio::time::sleep(wait).await,
            }
        }
    }
}

impl Granted {
    fn take(&mut self, now: Instant) -> bool {
        let valid = self.starts > 0 && self.until.is_some_and(|until| now < until);
        if valid {
            self.starts = self.starts.saturating_sub(1);
        }
        valid
    }
}

/// How much of the server's limit this client may use.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Share {
    /// Between 0 and 1.
    pub(crate) fraction: f64,
    /// The limit that is assumed until the server names its own.
    pub(crate) limit_assumed: u32,
    /// A ceiling of our own, whatever the server says.
    pub(crate) starts_max: Option<u32>,
}

impl Share {
    /// How many requests may start in any [`WINDOW`] if the server allows `limit`; never none.
    fn of(self, limit: u32) -> usize {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a fraction of a u32, not negative"
        )]
        let share = (f64::from(limit) * self.fraction) as u32;
        usize::try_from(share.min(self.starts_max.unwrap_or(u32::MAX)).max(1)).unwrap_or(1)
    }
}

/// What the rate-limit headers of one answer say.
struct Report {
    limit: Option<u32>,
    remaining: Option<u32>,
    /// From the answer's own `Date` to the reset, so that the clock of this machine does not matter.
    resets_in: Duration,
}

impl Report {
    fn read(headers: &HeaderMap) -> Option<Self> {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let number = |name: &str| text(name).and_then(|value| value.parse().ok());
        let report = Self {
            limit: number("anthropic-ratelimit-requests-limit"),
            remaining: number("anthropic-ratelimit-requests-remaining"),
            resets_in: resets_in(text("anthropic-ratelimit-requests-reset"), text("date")),
        };
        (report.limit.is_some() || report.remaining.is_some()).then_some(report)
    }
}

/// The wait until the reset; none if that is over, a whole window if it cannot be told.
fn resets_in(reset: Option<&str>, date: Option<&str>) -> Duration {
    let until = || {
        let date = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(date?).ok()?;
        let until = instant(reset?)?.duration_since(date);
        Some(Duration::try_from(until).unwrap_or_default())
    };
    until().unwrap_or(WINDOW).min(WINDOW)
}

/// The starts of the last [`WINDOW`], and what the server said about its own window.
struct Starts {
    share: Share,
    per_window_max: usize,
    recent: VecDeque<Instant>,
    window: Option<Window>,
    paused_until: Option<Instant>,
}

/// The server's window as far as it is known.
struct Window {
    remaining: u32,
    resets_at: Instant,
}

impl Starts {
    fn new(share: Share) -> Self {
        Self {
            share,
            per_window_max: share.of(share.limit_assumed),
            recent: VecDeque::new(),
            window: None,
            paused_until: None,
        }
    }

    /// Counts a start, or says how long to wait before asking again.
    fn start(&mut self, now: Instant) -> Result<(), Duration> {
        while self.recent.front().is_some_and(|start| now.duration_since(*start) >= WINDOW) {
            self.recent.pop_front();
        }
        self.window = self.window.take().filter(|window| window.resets_at > now);
        if let Some(until) = self.blocked_until().filter(|until| *until > now) {
            return Err(until.duration_since(now));
        }
        self.recent.push_back(now);
        if let Some(window) = &mut self.window {
            window.remaining = window.remaining.saturating_sub(1);
        }
        Ok(())
    }

    fn blocked_until(&self) -> Option<Instant> {
        let full = self
            .recent
            .len()
            .checked_sub(self.per_window_max)
            .and_then(|index| self.recent.get(index));
        let exhausted = self.window.as_ref().filter(|window| window.remaining == 0);
        full.and_then(|start| start.checked_add(WINDOW))
            .max(exhausted.map(|window| window.resets_at))
            .max(self.paused_until)
    }

    fn learn(&mut self, report: &Report, now: Instant) {
        if let Some(limit) = report.limit {
            self.per_window_max = self.share.of(limit);
        }
        let Some((remaining, resets_at)) = report.remaining.zip(now.checked_add(report.resets_in))
        else {
            return;
        };
        if report.resets_in.is_zero() {
            // A request of a window that was over when it was answered: it says nothing about this one.
            return;
        }
        // Answers overtake one another, and one that left early does not count what is still under
        // way: inside one window the smallest number is the truth.
        let remaining = match &self.window {
            Some(window) if same_window(window.resets_at, resets_at) => {
                window.remaining.min(remaining)
            }
            // Of the window before.
            Some(window) if resets_at < window.resets_at => return,
            _ => remaining,
        };
        self.window = Some(Window { remaining, resets_at });
    }

    fn pause(&mut self, now: Instant, wait: Duration) {
        self.paused_until =
            self.paused_until.max(now.checked_add(wait.min(WINDOW.saturating_mul(2))));
    }
}

/// `Date` has whole seconds, so that two answers of one window differ by up to that much, and more on
/// a slow network.
fn same_window(one: Instant, other: Instant) -> bool {
    let apart = one.saturating_duration_since(other).max(other.saturating_duration_since(one));
    apart < Duration::from_secs(5)
}

/// In how many batches a window's starts are asked for.
const BATCHES: usize = 60;

/// The window of the server's limit.
const WINDOW: Duration = Duration::from_mins(1);

#[cfg(test)]
mod tests {
    use std::pin::Pin;

    use super::*;

    const SHARE: Share = Share { fraction: 1.0, limit_assumed: 3, starts_max: None };

    fn after(begin: Instant, s: u64) -> Instant {
        begin + Duration::from_secs(s)
    }

    fn wait_s(starts: &mut Starts, now: Instant) -> u64 {
        starts.start(now).err().unwrap_or_default().as_secs()
    }

    /// Grants what is asked for, and remembers it.
    #[derive(Default)]
    struct Generous(Mutex<Vec<u32>>);

    impl Permits for Generous {
        fn take(&self, wanted: u32) -> Pin<Box<dyn Future<Output = Grant> + Send + '_>> {
            self.0.lock().unwrap().push(wanted);
            Box::pin(async move {
                // Others come to wait meanwhile.
                tokio::time::sleep(Duration::from_millis(20)).await;
                Grant::Starts(wanted, Duration::from_secs(1))
            })
        }

        fn learn(&self, _: u32) {}
    }

    #[tokio::test]
    async fn no_more_starts_are_asked_for_than_requests_wait() {
        let generous = Arc::new(Generous::default());
        let shared = Shared::new(Arc::clone(&generous) as Arc<dyn Permits>);
        for _ in 0..2 {
            shared.start(4).await;
        }
        let one = || shared.start(4);
        tokio::join!(one(), one(), one(), one(), one(), one(), one());
        // Given up while it waits: nobody asks for it.
        assert!(tokio::time::timeout(Duration::from_millis(1), shared.start(4)).await.is_err());
        shared.start(4).await;
        assert_eq!(*generous.0.lock().unwrap(), [1, 1, 1, 4, 2, 1, 1]);
    }

    #[test]
    fn no_sixty_seconds_see_more_starts_than_the_share() {
        let (begin, mut starts) = (Instant::now(), Starts::new(SHARE));
        let mut started = Vec::new();
        let mut now_s = 0;
        while started.len() < 20 {
            match wait_s(&mut starts, after(begin, now_s)) {
                0 => started.push(now_s),
                wait => now_s += wait,
            }
            now_s += u64::try_from(started.len() % 7).unwrap();
        }
        for window in started.windows(4) {
            assert!(window[3] - window[0] >= 60, "{started:?}");
        }
    }

    #[tokio::test]
    async fn no_more_than_the_cap_are_under_way() {
        let share = Share { fraction: 1.0, limit_assumed: 600, starts_max: None };
        let budget = Budget::new(share, 2, None);
        let (one, _two) = (budget.start().await, budget.start().await);
        let third = async || tokio::time::timeout(Duration::from_millis(20), budget.start()).await;
        assert!(third().await.is_err());
        drop(one);
        assert!(third().await.is_ok());
    }

    #[test]
    fn the_share_follows_the_servers_limit() {
        let share = Share { fraction: 0.5, limit_assumed: 600, starts_max: Some(100) };
        assert_eq!(share.of(600), 100);
        assert_eq!(share.of(150), 75);
        assert_eq!(share.of(0), 1);
    }

    #[test]
    fn nothing_starts_when_nothing_remains() {
        let (begin, mut starts) = (Instant::now(), Starts::new(SHARE));
        let report =
            Report { limit: Some(600), remaining: Some(1), resets_in: Duration::from_secs(20) };
        starts.learn(&report, begin);
        assert_eq!(wait_s(&mut starts, begin), 0);
        assert_eq!(wait_s(&mut starts, begin), 20, "our own start used the last one");
        assert_eq!(wait_s(&mut starts, after(begin, 20)), 0, "the window is over");
    }

    #[test]
    fn an_overtaken_answer_does_not_raise_what_remains() {
        let (begin, mut starts) = (Instant::now(), Starts::new(SHARE));
        for remaining in [0, 2] {
            let report = Report {
                limit: Some(600),
                remaining: Some(remaining),
                resets_in: Duration::from_secs(20),
            };
            starts.learn(&report, begin);
        }
        assert_eq!(wait_s(&mut starts, begin), 20);
    }

    #[test]
    fn a_window_that_is_over_says_nothing_about_the_next() {
        let (begin, mut starts) =
            (Instant::now(), Starts::new(Share { limit_assumed: 600, ..SHARE }));
        let report = |remaining, reset| Report {
            limit: Some(600),
            remaining: Some(remaining),
            resets_in: resets_in(Some(reset), Some("Fri, 20 Nov 2026 12:00:00 GMT")),
        };
        // Counted before the reset, and answered after it: also before anything is known of the next.
        starts.learn(&report(0, "2026-11-20T11:59:59Z"), begin);
        assert_eq!(wait_s(&mut starts, begin), 0);
        starts.learn(&report(590, "2026-11-20T12:00:58Z"), begin);
        starts.learn(&report(0, "2026-11-20T11:59:59Z"), begin);
        starts.learn(&report(0, "2026-11-20T12:00:01Z"), begin);
        assert_eq!(wait_s(&mut starts, begin), 0);
    }

    #[test]
    fn a_pause_holds_every_start() {
        let (begin, mut starts) = (Instant::now(), Starts::new(SHARE));
        starts.pause(begin, Duration::from_secs(7));
        assert_eq!(wait_s(&mut starts, begin), 7);
        assert_eq!(wait_s(&mut starts, after(begin, 7)), 0);
    }

    #[test]
    fn the_reset_is_measured_by_the_servers_own_clock() {
        let date = Some("Fri, 20 Nov 2026 12:00:00 GMT");
        assert_eq!(resets_in(Some("2026-11-20T12:00:17Z"), date), Duration::from_secs(17));
        assert_eq!(resets_in(Some("2026-11-21T12:00:17Z"), date), WINDOW);
        assert_eq!(resets_in(Some("2026-11-20T11:59:59Z"), date), Duration::ZERO, "it is over");
        assert_eq!(resets_in(None, date), WINDOW);
        assert_eq!(resets_in(Some("soon"), None), WINDOW);
    }
}
