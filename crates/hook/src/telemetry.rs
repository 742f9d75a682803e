//! What the hook tells machines: numbers, labelled with answers, labels and reasons, never with users,
//! organisations or ids.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use dosimeter_service::Page;

/// Upper bounds of the histogram of answering times, in milliseconds.
const BOUNDS_MS: [u64; 10] = [1, 2, 5, 10, 20, 50, 100, 250, 500, 1_000];

/// The numbers of this process.
#[derive(Debug, Default)]
pub struct Telemetry {
    numbers: Mutex<Numbers>,
}

#[derive(Debug, Default)]
struct Numbers {
    requests: BTreeMap<&'static str, u64>,
    policy: BTreeMap<&'static str, u64>,
    findings: BTreeMap<&'static str, u64>,
    partial: BTreeMap<&'static str, u64>,
    bytes: u64,
    bytes_new: u64,
    micros: u64,
    buckets: [u64; BOUNDS_MS.len()],
    answered: u64,
    connections: u64,
    connections_refused: u64,
    store_failures: u64,
}

impl Telemetry {
    fn numbers(&self) -> MutexGuard<'_, Numbers> {
        self.numbers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A request was answered, with a verdict or with the name of a failure.
    pub(crate) fn answered(&self, answer: &'static str, took: Duration) {
        let mut numbers = self.numbers();
        bump(numbers.requests.entry(answer).or_default(), 1);
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        bump(&mut numbers.micros, micros);
        bump(&mut numbers.answered, 1);
        for (bucket, bound) in numbers.buckets.iter_mut().zip(BOUNDS_MS) {
            if micros <= bound.saturating_mul(1_000) {
                bump(bucket, 1);
            }
        }
    }

    /// A prompt was judged.
    pub(crate) fn judged(&self, action: &'static str, bytes: u64, bytes_new: u64) {
        let mut numbers = self.numbers();
        bump(numbers.policy.entry(action).or_default(), 1);
        bump(&mut numbers.bytes, bytes);
        bump(&mut numbers.bytes_new, bytes_new);
    }

    /// Something was answered without all of it having been looked at.
    pub(crate) fn partial(&self, reason: &'static str) {
        bump(self.numbers().partial.entry(reason).or_default(), 1);
    }

    /// Findings were recorded.
    pub(crate) fn found(&self, label: &'static str, count: u64) {
        bump(self.numbers().findings.entry(label).or_default(), count);
    }

    /// A connection was opened.
    pub(crate) fn connected(&self) {
        bump(&mut self.numbers().connections, 1);
    }

    /// A connection was closed at once, since its address has enough of them.
    pub(crate) fn refused(&self) {
        bump(&mut self.numbers().connections_refused, 1);
    }

    /// The store did not take something, and will be asked again.
    pub(crate) fn store_failed(&self) {
        bump(&mut self.numbers().store_failures, 1);
    }

    /// All numbers in the text format of Prometheus.
    pub(crate) fn metrics(&self, remembered: usize, unrecorded: usize) -> String {
        let mut page = Page::default();
        let numbers = self.numbers();
        let by = |map: &BTreeMap<&'static str, u64>| {
            map.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect::<Vec<_>>()
        };
        let mut family = |name, help, label, map| page.family(name, help, label, by(map));
        family("hook_requests_total", "Requests that were answered", "answer", &numbers.requests);
        family("hook_judged_total", "Prompts by what the policy says", "action", &numbers.policy);
        family("hook_findings_total", "Findings in new messages", "label", &numbers.findings);
        family(
            "hook_partial_total",
            "Prompts not looked at as a whole",
            "reason",
            &numbers.partial,
        );
        page.single("hook_body_bytes_total", "Bytes of prompts", numbers.bytes);
        page.single("hook_new_bytes_total", "Bytes of messages not seen before", numbers.bytes_new);
        page.single("hook_connections_total", "Connections that were opened", numbers.connections);
        let help = "Connections of addresses that had enough of them";
        page.single("hook_connections_refused_total", help, numbers.connections_refused);
        let help = "Attempts to record that failed and are repeated";
        page.single("hook_store_failures_total", help, numbers.store_failures);
        page.single("hook_remembered_messages", "Messages known as judged", remembered as u64);
        page.single("hook_unrecorded", "Verdicts on their way into the store", unrecorded as u64);
        let buckets: Vec<(f64, u64)> = BOUNDS_MS
            .iter()
            .zip(numbers.buckets)
            .map(|(bound, count)| (seconds(bound.saturating_mul(1_000)), count))
            .collect();
        let help = "Time from the head of a request to its answer";
        let total = (numbers.answered, seconds(numbers.micros));
        page.histogram("hook_answer_seconds", help, &buckets, total);
        page.text()
    }
}

#[expect(clippy::cast_precision_loss, reason = "a few digits are enough")]
fn seconds(micros: u64) -> f64 {
    micros as f64 / 1e6
}

fn bump(count: &mut u64, more: u64) {
    *count = count.saturating_add(more);
}
