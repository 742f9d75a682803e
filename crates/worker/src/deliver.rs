//! Delivery: what the outbox holds goes to its sinks, beside the scan and never in its way.
//!
//! Each sink is served by one worker at a time, oldest message first. What a sink does not take is
//! tried again, a second later and then twice as late each time, up to an hour; what it refuses for
//! good, or does not take for a day, is kept as a dead letter with the reason.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use dosimeter_sink::{
    Event, FileSink, Outcome, Sink, SplunkSink, StdoutSink, SyslogSink, WebhookSink,
};
use dosimeter_store::{Delivery, Store};
use tracing::{info, warn};

use crate::{
    ConfigError, Error, Secret, SecretRef, SinkConfig, SinkTo, config::Link, stages::Stages,
};

/// How long to wait for messages.
const IDLE: Duration = Duration::from_millis(500);
/// With the waits between, this is a day.
const ATTEMPTS_MAX: u64 = 36;

/// A sink by its name in the outbox.
pub(crate) struct Outlet {
    pub(crate) name: String,
    pub(crate) sink: Box<dyn Sink>,
}

/// Sets up the sinks of a configuration.
pub(crate) fn outlets(sinks: &[SinkConfig]) -> Result<Vec<Outlet>, ConfigError> {
    sinks.iter().map(outlet).collect()
}

fn outlet(config: &SinkConfig) -> Result<Outlet, ConfigError> {
    let name = config.name.clone();
    let unusable = |source| ConfigError::Sink { name: config.name.clone(), source };
    let sink: Box<dyn Sink> = match &config.to {
        SinkTo::Stdout(format) => Box::new(StdoutSink::new(*format)),
        SinkTo::File { format, path, rotate_bytes, keep } => {
            Box::new(FileSink::new(*format, path, *rotate_bytes, *keep).map_err(unusable)?)
        }
        SinkTo::Webhook { format, url, secret: place } => {
            let secret = fetch(place)?;
            Box::new(WebhookSink::new(*format, url, secret.reveal()).map_err(unusable)?)
        }
        SinkTo::SplunkHec { url, token, index } => {
            let token = fetch(token)?;
            Box::new(SplunkSink::new(url, token.reveal(), index.clone()).map_err(unusable)?)
        }
        SinkTo::Syslog { format, link } => {
            let Link { url, unencrypted, .. } = link;
            let secret = link.secret.as_ref().map(fetch).transpose()?;
            let trust = link.trust(secret.as_ref().map(Secret::reveal));
            Box::new(SyslogSink::new(*format, url, &trust, *unencrypted).map_err(unusable)?)
        }
        SinkTo::Nats { format, link, subject } => {
            let secret = link.secret.as_ref().map(fetch).transpose()?;
            let secret = secret.as_ref().map(Secret::reveal);
            link.nats(*format, subject).sink(secret).map_err(unusable)?
        }
        SinkTo::Objects { place, secret } => {
            let secret = secret.as_ref().map(fetch).transpose()?;
            place.settings().sink(secret.as_ref().map(Secret::reveal)).map_err(unusable)?
        }
    };
    Ok(Outlet { name, sink })
}

fn fetch(place: &SecretRef) -> Result<Secret, ConfigError> {
    place.resolve().map_err(|source| ConfigError::Secret { key: "sink.secret", source })
}

/// Serves all sinks, until everything that is due is delivered after `ended` says that the scan is.
pub(crate) async fn all(
    stages: &Stages,
    outlets: &[Outlet],
    ended: impl Fn() -> bool,
) -> Result<(), Error> {
    let serve = outlets.iter().map(|outlet| serve(stages, outlet, &ended));
    futures_util::future::try_join_all(serve).await.map(drop)
}

async fn serve(stages: &Stages, outlet: &Outlet, ended: &impl Fn() -> bool) -> Result<(), Error> {
    let (mut idle_until, patience) = (Instant::now(), outlet.sink.gathers_for());
    loop {
        // Asked first: what the scan leaves before its end is then still delivered.
        let last = ended();
        if !last && Instant::now() < idle_until {
            tokio::time::sleep(IDLE).await;
            continue;
        }
        let name = format!("sink/{}", outlet.name);
        let (holder, lease_ms) = (stages.holder.clone(), stages.config.lease_ms);
        let lease = stages.store(move |store| store.lease(&name, &holder, lease_ms)).await?;
        let delivered = if lease.is_some() { next(stages, outlet).await? } else { 0 };
        match (delivered, last) {
            (0, true) => return Ok(()),
            (0, false) => tokio::time::sleep(IDLE).await,
            // After what is not a full batch, the next one gets time to fill.
            (delivered, _) if delivered < outlet.sink.batch() as usize => {
                idle_until = Instant::now() + patience;
            }
            _ => {}
        }
    }
}

/// Hands over the next messages, and says how many.
async fn next(stages: &Stages, outlet: &Outlet) -> Result<usize, Error> {
    let (name, limit) = (outlet.name.clone(), outlet.sink.batch());
    let together = outlet.sink.keeps_together();
    let due = move |store: &dyn Store| {
        if together { store.due_together(&name, limit) } else { store.due(&name, limit) }
    };
    let due = stages.store(due).await?;
    if due.is_empty() {
        return Ok(0);
    }
    let events: Vec<Event> = due.iter().map(event).collect();
    let outcomes = outlet.sink.deliver(&events).await;
    let (mut done, mut waiting) = (Vec::new(), Waiting::new());
    for (Delivery { seq, attempts, .. }, outcome) in due.iter().zip(outcomes) {
        let (reason, wait) = match outcome {
            Outcome::Delivered => {
                done.push(*seq);
                continue;
            }
            Outcome::Refused(reason) => {
                bury(stages, outlet, vec![*seq], reason).await?;
                continue;
            }
            Outcome::Later(reason, wait) => (reason, wait),
            _ => ("unknown", None),
        };
        waiting.entry((*attempts, reason, wait)).or_default().push(*seq);
    }
    info!(sink = outlet.name, delivered = done.len(), of = due.len(), "Findings delivered.");
    stages.store(move |store| store.acknowledge(&done)).await?;
    later(stages, outlet, waiting).await?;
    Ok(due.len())
}

/// What was not delivered yet, by how often it was tried, why, and how long the other side asks to wait:
/// each is written in one transaction, since a batch may be thousands.
type Waiting = BTreeMap<(u64, &'static str, Option<Duration>), Vec<i64>>;

async fn later(stages: &Stages, outlet: &Outlet, waiting: Waiting) -> Result<(), Error> {
    for ((attempts, reason, asked), deliveries) in waiting {
        if attempts.saturating_add(1) >= ATTEMPTS_MAX {
            bury(stages, outlet, deliveries, reason).await?;
            continue;
        }
        let doubled = Duration::from_secs(1 << attempts.min(12));
        let wait = doubled.min(Duration::from_hours(1)).max(asked.unwrap_or_default());
        let (sink, findings) = (&outlet.name, deliveries.len());
        warn!(sink, findings, attempts, reason, "Findings not delivered yet.");
        let wait_ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
        stages.store(move |store| store.postpone(&deliveries, wait_ms)).await?;
    }
    Ok(())
}

async fn bury(
    stages: &Stages,
    outlet: &Outlet,
    deliveries: Vec<i64>,
    reason: &'static str,
) -> Result<(), Error> {
    let (sink, findings) = (&outlet.name, deliveries.len());
    warn!(sink, findings, reason, "Findings given up; see the dead letters.");
    stages.store(move |store| store.bury(&deliveries, reason)).await
}

fn event(delivery: &Delivery) -> Event {
    let Delivery { action, at, finding, .. } = delivery;
    Event { action: *action, at: at.clone(), finding: finding.clone() }
}
