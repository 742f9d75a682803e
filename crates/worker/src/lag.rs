//! How far a worker is behind, as its store says: without asking anybody, also while it runs.

use dosimeter_store::Store;
use jiff::Timestamp;
use serde::Serialize;

use crate::{Clock, Config, budget};

/// How far a worker is behind, and how much of its requests it used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Lag {
    /// Seconds since the last pass over everything that came to its end; nothing if none did.
    pub complete_s: Option<u64>,
    /// For how many seconds the oldest item has waited that is not done; nothing if all are.
    pub oldest_s: Option<u64>,
    /// Requests that were granted in the last minute, to all workers of the store.
    pub starts: u64,
    /// How many may be.
    pub starts_max: u32,
}

/// More runs than end early in a row.
const RUNS: u64 = 1_000;

impl Lag {
    /// Reads it from a store.
    ///
    /// # Errors
    ///
    /// If the store cannot be read.
    pub fn of(store: &dyn Store, config: &Config) -> Result<Self, dosimeter_store::Error> {
        let now = Clock::system().time();
        let since =
            |then: Timestamp| u64::try_from(now.duration_since(then).as_secs()).unwrap_or(0);
        let (starts, starts_max) = budget::standing(store, config)?;
        let runs = store.runs(RUNS)?;
        let complete = runs.iter().find(|run| run.outcome.as_deref() == Some("completed"));
        let ended = complete.and_then(|run| run.ended_at.as_deref()?.parse().ok());
        let oldest = store.backlog()?.iter().map(|row| row.oldest_ms).min();
        let oldest =
            oldest.and_then(|ms| Timestamp::from_millisecond(i64::try_from(ms).ok()?).ok());
        Ok(Self { complete_s: ended.map(since), oldest_s: oldest.map(since), starts, starts_max })
    }
}
