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
        }
    }
}

/// So long after its last success a worker is not ready any more, besides the time that its schedule
/// takes.
const LAG_MAX: SignedDuration = SignedDuration::from_mins(30);

impl Telemetry {
    fn numbers(&self) -> MutexGuard<'_, Numbers> {
        self.numbers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// An item is durable.
    pub(crate) fn item(&self, item: &Summary) {
        let mut numbers = self.numbers();
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

    /// How the key stood at the end of the last pass.
    pub fn key(&self) -> KeyState {
        self.numbers().key
    }

    /// Why the worker is not ready, if it is not: the state must be reachable, the key good, and the
    /// last success not long ago.
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
        if numbers.key != KeyState::Active {
            return Err("the key does not work");
        }
        let lag = numbers.last_success.map(|success| now.duration_since(success));
        let allowed = LAG_MAX.saturating_add(between);
        if lag.is_none_or(|lag| lag > allowed) {
            return Err("the last complete pass was too long ago");
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
