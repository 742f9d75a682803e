//! What a worker that stays tells machines: whether it lives, whether it is ready, and its numbers.
//!
//! Numbers are labelled with kinds, labels, reasons and states: never with users, organisations, rules
//! or ids.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use dosimeter_client::Client;
use dosimeter_service::Page;
use dosimeter_store::{Backlog, OutboxDepth, Store};
use jiff::{SignedDuration, Timestamp};

use crate::{KeyState, Summary};

/// The numbers of this process.
#[derive(Debug, Default)]
pub struct Telemetry {
    numbers: Mutex<Numbers>,
}

#[derive(Debug)]
struct Numbers {
    items: BTreeMap<&'static str, u64>,
    findings: BTreeMap<&'static str, u64>,
    gaps: BTreeMap<&'static str, u64>,
    content_bytes: u64,
    taken_over: u64,
    passes: BTreeMap<&'static str, u64>,
    key: KeyState,
    last_success: Option<Timestamp>,
    last_item: Option<Timestamp>,
}

impl Default for Numbers {
    fn default() -> Self {
        Self {
            items: BTreeMap::new(),
            findings: BTreeMap::new(),
            gaps: BTreeMap::new(),
            content_bytes: 0,
            taken_over: 0,
            passes: BTreeMap::new(),
            key: KeyState::Stale,
            last_success: None,
            last_item: None,
        }
    }
}

/// So long after its last success a worker is not ready any more, besides the time that its schedule
/// takes.
const LAG_MAX: SignedDuration = SignedDuration::from_mins(30);

const NO_ANSWER: &str = "the key does not work, or the API does not answer";

impl Telemetry {
    fn numbers(&self) -> MutexGuard<'_, Numbers> {
        self.numbers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// An item is durable, so that the key works: the first pass may take days.
    pub(crate) fn item(&self, item: &Summary, now: Timestamp) {
        let mut numbers = self.numbers();
        (numbers.key, numbers.last_item) = (KeyState::Active, Some(now));
        let outcome = if item.items_failed > 0 {
            "failed"
        } else if item.items_deleted > 0 {
            "deleted"
        } else {
            "done"
        };
        bump(numbers.items.entry(outcome).or_default(), 1);
        bump(&mut numbers.content_bytes, item.content_bytes);
        for (label, count) in &item.labels {
            bump(numbers.findings.entry(label.name()).or_default(), count.findings);
        }
        for (reason, count) in &item.gaps {
            bump(numbers.gaps.entry(reason.name()).or_default(), *count);
        }
    }

    /// Another worker went on with an item.
    pub(crate) fn taken_over(&self) {
        bump(&mut self.numbers().taken_over, 1);
    }

    /// A pass over everything ended.
    pub(crate) fn pass(&self, outcome: &'static str, key: KeyState, now: Timestamp) {
        let mut numbers = self.numbers();
        bump(numbers.passes.entry(outcome).or_default(), 1);
        numbers.key = key;
        if outcome == "completed" {
            numbers.last_success = Some(now);
        }
    }

    /// How the key stood at the end of the last pass, or of the last item since.
    pub fn key(&self) -> KeyState {
        self.numbers().key
    }

    /// Why the worker is not ready, if it is not: the state must be reachable, the key good, and the
    /// last complete pass not long ago, or the last item of one that takes longer.
    ///
    /// # Errors
    ///
    /// If it is not ready, with the reason.
    pub fn ready(
        &self,
        store: &dyn Store,
        between: SignedDuration,
        now: Timestamp,
    ) -> Result<(), &'static str> {
        store.fact("fingerprint key").map_err(|_| "the state cannot be read")?;
        let numbers = self.numbers();
        let Some(last) = numbers.last_success.max(numbers.last_item) else {
            let none = numbers.passes.is_empty();
            return Err(if none { "nothing was read yet" } else { NO_ANSWER });
        };
        if numbers.key != KeyState::Active {
            return Err(NO_ANSWER);
        }
        if now.duration_since(last) > LAG_MAX.saturating_add(between) {
            return Err("the last complete pass, and the last item, were too long ago");
        }
        Ok(())
    }

    /// All numbers in the text format of Prometheus.
    pub fn metrics(&self, client: &Client, store: &dyn Store, now: Timestamp) -> String {
        let mut page = Page::default();
        {
            let numbers = self.numbers();
            let by = |map: &BTreeMap<&'static str, u64>| {
                map.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect::<Vec<_>>()
            };
            page.family("items_total", "Items that were worked on", "outcome", by(&numbers.items));
            page.family(
                "findings_total",
                "Findings in what was scanned",
                "label",
                by(&numbers.findings),
            );
            page.family(
                "skipped_total",
                "Content that was not scanned",
                "reason",
                by(&numbers.gaps),
            );
            page.family("passes_total", "Passes over all sources", "outcome", by(&numbers.passes));
            page.single(
                "scanned_bytes_total",
                "Bytes of text that were scanned",
                numbers.content_bytes,
            );
            page.single(
                "lease_expired_total",
                "Items that another worker took over",
                numbers.taken_over,
            );
            let lag = numbers.last_success.map(|success| now.duration_since(success).as_secs());
            if let Some(lag) = lag.and_then(|lag| u64::try_from(lag).ok()) {
                page.single("scan_lag_seconds", "Time since the last complete pass", lag);
            }
            let state = vec![(numbers.key.name().replace(' ', "_"), 1)];
            page.family("key_state", "How the API key stands", "state", state);
        }
        page.single("requests_total", "Requests to the API", client.requests_sent());
        if let Some(limit) = client.standing().requests_limit {
            let help = "Requests that the API allows in a minute, over all tools";
            page.single("ratelimit_limit", help, limit.into());
        }
        if let Some(remaining) = client.standing().requests_remaining {
            let help = "Requests that the API has left for this minute";
            page.single("ratelimit_remaining", help, remaining.into());
        }
        add_store(&mut page, store, now);
        page.text()
    }
}

fn bump(count: &mut u64, more: u64) {
    *count = count.saturating_add(more);
}

/// What only the store knows; nothing if it cannot be read.
fn add_store(page: &mut Page, store: &dyn Store, now: Timestamp) {
    let mut backlog: BTreeMap<String, u64> = BTreeMap::new();
    let mut oldest_ms: Option<u64> = None;
    for Backlog { priority, items, oldest_ms: queued_ms, .. } in store.backlog().unwrap_or_default()
    {
        bump(backlog.entry(priority.to_owned()).or_default(), items);
        oldest_ms = Some(oldest_ms.map_or(queued_ms, |oldest_ms| oldest_ms.min(queued_ms)));
    }
    let now_ms = u64::try_from(now.as_millisecond()).unwrap_or(0);
    let waited = oldest_ms.map(|oldest_ms| now_ms.saturating_sub(oldest_ms) / 1_000);
    let help = "Time for which the oldest item has waited that is not done";
    page.single("backlog_oldest_seconds", help, waited.unwrap_or(0));
    let help = "Items that are known and not done";
    page.family("backlog_items", help, "priority", backlog.into_iter().collect());
    let depths = store.outbox().unwrap_or_default();
    let waiting = |depth: &OutboxDepth| (depth.sink.clone(), depth.waiting);
    let help = "Findings that a sink has not acknowledged";
    page.family("sink_outbox_depth", help, "sink", depths.iter().map(waiting).collect());
    let dead = |depth: &OutboxDepth| (depth.sink.clone(), depth.dead);
    let help = "Findings that a sink refused for good";
    page.family("sink_dead_letters", help, "sink", depths.iter().map(dead).collect());
}

#[cfg(test)]
mod tests {
    use dosimeter_store::SqliteStore;

    use super::*;

    #[test]
    fn a_first_pass_that_takes_days_is_no_key_that_does_not_work() {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(folder.path()).unwrap();
        let telemetry = Telemetry::default();
        let at = |minute: i64| Timestamp::from_second(minute * 60).unwrap();
        let ready = |minute: i64| telemetry.ready(&store, SignedDuration::ZERO, at(minute));
        assert_eq!(ready(0), Err("nothing was read yet"));
        telemetry.item(&Summary::default(), at(60));
        assert_eq!(ready(61), Ok(()));
        assert_eq!(telemetry.key(), KeyState::Active);
        assert!(ready(120).unwrap_err().contains("too long ago"));
        telemetry.pass("completed", KeyState::Active, at(180));
        assert_eq!(ready(200), Ok(()));
        telemetry.pass("key refused", KeyState::Expired, at(201));
        assert!(ready(202).unwrap_err().contains("the key does not work"));
    }
}
