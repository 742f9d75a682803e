//! Faults: what goes wrong on purpose, the same way each time.

use std::{collections::BTreeMap, time::Duration};

use serde_json::json;

use crate::{refusal::Refusal, time::hash};

/// What goes wrong, and how often.
///
/// Chance is decided by the seed, the request (path and query) and how often that very request was
/// made, so that two runs see the same faults however their requests interleave. A request is not
/// hit more than [`in_a_row_max`](Self::in_a_row_max) times running: a patient client succeeds.
///
/// ```
/// use dosimeter_simulator::{Fault, FaultRule, Faults};
///
/// let faults = Faults::some(7, 0.1).with(FaultRule::once("/content", Fault::Cut { after_bytes: 100 }));
/// # let _ = faults;
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Faults {
    /// Decides chance.
    pub seed: u64,
    /// How probable a fault is for each request: between 0 and 1.
    pub probability: f64,
    /// What chance chooses from.
    pub kinds: Vec<Fault>,
    /// How often running the same request may be hit by chance.
    pub in_a_row_max: u32,
    /// What is scripted; a scripted fault goes before chance.
    pub rules: Vec<FaultRule>,
}

/// One thing that can go wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// 429.
    Throttled {
        /// Which limit is spoken of.
        by: Throttle,
        /// `retry-after` in seconds, if it is sent.
        retry_after_s: Option<u64>,
    },
    /// 500, with `x-should-retry` if it is given.
    ServerError {
        /// The header's value.
        should_retry: Option<bool>,
    },
    /// 503.
    Unavailable,
    /// 529.
    Overloaded,
    /// The connection is reset before an answer.
    Reset,
    /// The body comes in small pieces with a pause before each.
    Slow {
        /// The pause.
        pause_ms: u64,
    },
    /// The connection is closed in the middle of the body.
    Cut {
        /// How many bytes are sent.
        after_bytes: usize,
    },
    /// One byte of the body is another, so that it disagrees with `Content-MD5`.
    Corrupt,
    /// The cursor or page token is refused, as an expired one is. A request without one passes.
    ///
    /// Not among the faults of [`Faults::some`]: repeating the request does not help, the walk has to
    /// begin again.
    ExpiredCursor,
}

/// Which limit a 429 speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Throttle {
    /// The limit that all requests share.
    Shared,
    /// The second limit of remote sessions, which always asks for one second.
    RemoteSessions,
    /// A server that is too busy to read a transcript.
    TranscriptBusy,
}

/// A scripted fault.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct FaultRule {
    /// Hits requests whose path and query contain this.
    pub target: String,
    /// How many of them pass first.
    pub skip: u32,
    /// How many are then hit.
    pub times: u32,
    /// What happens to them.
    pub fault: Fault,
}

impl FaultRule {
    /// Hits the first request whose path and query contain `target`.
    pub fn once(target: impl Into<String>, fault: Fault) -> Self {
        Self { target: target.into(), skip: 0, times: 1, fault }
    }

    /// Hits every request whose path and query contain `target`.
    pub fn always(target: impl Into<String>, fault: Fault) -> Self {
        Self { times: u32::MAX, ..Self::once(target, fault) }
    }

    /// Lets this many pass first.
    #[must_use]
    pub fn skipping(mut self, requests: u32) -> Self {
        self.skip = requests;
        self
    }

    /// Hits this many.
    #[must_use]
    pub fn times(mut self, requests: u32) -> Self {
        self.times = requests;
        self
    }
}

impl Default for Faults {
    fn default() -> Self {
        Self::none()
    }
}

impl Faults {
    /// Nothing goes wrong.
    pub fn none() -> Self {
        Self { seed: 0, probability: 0.0, kinds: Vec::new(), in_a_row_max: 2, rules: Vec::new() }
    }

    /// Every kind of passing fault, with this probability. None of them asks for a wait, so that how
    /// fast they pass is up to the client.
    pub fn some(seed: u64, probability: f64) -> Self {
        let throttled = |by| Fault::Throttled { by, retry_after_s: Some(0) };
        let kinds = vec![
            throttled(Throttle::Shared),
            throttled(Throttle::TranscriptBusy),
            Fault::Throttled { by: Throttle::Shared, retry_after_s: None },
            Fault::ServerError { should_retry: None },
            Fault::ServerError { should_retry: Some(true) },
            Fault::Unavailable,
            Fault::Overloaded,
            Fault::Reset,
            Fault::Slow { pause_ms: 2 },
            Fault::Cut { after_bytes: 40 },
            Fault::Corrupt,
        ];
        Self { seed, probability, kinds, ..Self::none() }
    }

    /// Adds a scripted fault.
    #[must_use]
    pub fn with(mut self, rule: FaultRule) -> Self {
        self.rules.push(rule);
        self
    }
}

/// Decides what happens to each request.
pub(crate) struct Fate {
    faults: Faults,
    /// How many requests each rule has seen.
    seen: Vec<u32>,
    /// For each request: how often it was made, and how often running it was hit.
    made: BTreeMap<String, (u32, u32)>,
}

impl Fate {
    pub(crate) fn new(faults: Faults) -> Self {
        Self { seen: vec![0; faults.rules.len()], made: BTreeMap::new(), faults }
    }

    /// What happens to this request.
    pub(crate) fn of(&mut self, target: &str) -> Option<Fault> {
        self.scripted(target).or_else(|| self.chance(target))
    }

    /// Adds a scripted fault while the simulator runs.
    pub(crate) fn add(&mut self, rule: FaultRule) {
        self.faults.rules.push(rule);
        self.seen.push(0);
    }

    fn scripted(&mut self, target: &str) -> Option<Fault> {
        for (rule, seen) in self.faults.rules.iter().zip(&mut self.seen) {
            if !target.contains(&rule.target) {
                continue;
            }
            let index = *seen;
            *seen = seen.saturating_add(1);
            if index >= rule.skip && index < rule.skip.saturating_add(rule.times) {
                return Some(rule.fault);
            }
        }
        None
    }

    fn chance(&mut self, target: &str) -> Option<Fault> {
        if self.faults.probability <= 0.0 {
            return None;
        }
        let (made, running) = self.made.entry(target.to_owned()).or_default();
        *made = made.saturating_add(1);
        let draw = mix(hash(target) ^ mix(self.faults.seed) ^ u64::from(*made));
        let hit = *running < self.faults.in_a_row_max && fraction(draw) < self.faults.probability;
        *running = if hit { running.saturating_add(1) } else { 0 };
        let kinds = u64::try_from(self.faults.kinds.len()).ok().filter(|_| hit)?;
        let index = usize::try_from(mix(draw).checked_rem(kinds)?).ok()?;
        self.faults.kinds.get(index).copied()
    }
}

impl Fault {
    /// The refusal that this fault is, if it is one.
    pub(crate) fn refusal(self) -> Option<Refusal> {
        match self {
            Self::Throttled { by, retry_after_s } => Some(throttled(by, retry_after_s)),
            Self::ServerError { should_retry } => {
                let error = Refusal::new(500, "api_error", "Internal server error");
                Some(Refusal { should_retry, ..error })
            }
            Self::Unavailable => Some(Refusal::new(
                503,
                "overloaded_error",
                "Service unavailable. Try again shortly.",
            )),
            Self::Overloaded => Some(Refusal::new(529, "overloaded_error", "Overloaded")),
            Self::Reset
            | Self::Slow { .. }
            | Self::Cut { .. }
            | Self::Corrupt
            | Self::ExpiredCursor => None,
        }
    }

    /// The pause before each piece of the body.
    pub(crate) fn pause(self) -> Option<Duration> {
        match self {
            Self::Slow { pause_ms } => Some(Duration::from_millis(pause_ms)),
            _ => None,
        }
    }
}

fn throttled(by: Throttle, retry_after_s: Option<u64>) -> Refusal {
    match by {
        Throttle::Shared => Refusal::throttled(retry_after_s),
        Throttle::RemoteSessions => Refusal::throttled(Some(1)),
        Throttle::TranscriptBusy => Refusal {
            details: Some(json!({"error_code": "transcript_read_server_busy"})),
            ..Refusal::throttled(retry_after_s)
        },
    }
}

/// The finaliser of `SplitMix64` (Steele, Lea, Flood 2014): spreads every bit over all bits.
fn mix(value: u64) -> u64 {
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

/// Between 0 and 1, from the upper 32 bits.
fn fraction(value: u64) -> f64 {
    f64::from(u32::try_from(value >> 32).unwrap_or(u32::MAX)) / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(faults: &Faults, targets: &[&str]) -> Vec<Option<Fault>> {
        let mut fate = Fate::new(faults.clone());
        targets.iter().map(|target| fate.of(target)).collect()
    }

    #[test]
    fn scripted_faults_hit_exactly_whom_they_name() {
        let rule = FaultRule::once("/messages", Fault::Overloaded).skipping(1).times(2);
        let faults = Faults::none().with(rule);
        let hit = Some(Fault::Overloaded);
        let targets = ["/messages?1", "/chats", "/messages?2", "/messages?1", "/messages?1"];
        assert_eq!(run(&faults, &targets), [None, None, hit, hit, None]);
    }

    #[test]
    fn chance_is_the_same_however_requests_interleave() {
        let faults = Faults::some(1, 0.5);
        let one = run(&faults, &["a", "a", "a", "b", "b", "b"]);
        let other = run(&faults, &["b", "a", "b", "a", "b", "a"]);
        assert_eq!(one, [other[1], other[3], other[5], other[0], other[2], other[4]]);
        assert!(one.iter().any(Option::is_some) && one.iter().any(Option::is_none), "{one:?}");
    }

    #[test]
    fn a_request_is_not_hit_for_ever() {
        let hits = run(&Faults::some(1, 1.0), &["a"; 9]);
        assert!(
            hits.chunks(3)
                .all(|three| three[0].is_some() && three[1].is_some() && three[2].is_none())
        );
    }

    #[test]
    fn probability_is_kept() {
        let targets: Vec<String> = (0..2_000).map(|index| format!("/{index}")).collect();
        let targets: Vec<&str> = targets.iter().map(String::as_str).collect();
        let hits = run(&Faults::some(3, 0.1), &targets).into_iter().flatten().count();
        assert!((140..260).contains(&hits), "{hits}");
    }
}
