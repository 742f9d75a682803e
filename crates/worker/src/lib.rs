//! The worker: from the Compliance API to stored, redacted labels.
//!
//! Open `pipeline.rs` first: it is the whole product on one page. Each stage that it names is a
//! module of that name.
//!
//! ```no_run
//! use std::{path::Path, sync::Arc};
//!
//! use dosimeter_worker::{Config, Secrets, Silent, Worker};
//!
//! # async fn scan() -> Result<(), Box<dyn std::error::Error>> {
//! dosimeter_worker::harden()?;
//! let config = Config::read(Path::new("dosimeter.toml"))?;
//! let secrets = Secrets::resolve(&config)?;
//! let summary = Worker::open(config, &secrets)?.once(Arc::new(Silent)).await?;
//! println!("{summary}");
//! # Ok(())
//! # }
//! ```
//!
//! # What holds
//!
//! * **Content stays in memory.** It is fetched inside one byte budget, scanned on a blocking pool and
//!   wiped; there are no temporary files. Names and titles are content: scanned, never stored. Logs
//!   hold ids, counts and lengths.
//! * **Not scanned is not clean.** What was deleted, cut, broken, excluded or unreadable is a gap with
//!   its reason on the resource, and on the chat that holds it.
//! * **Nothing is lost or doubled.** Finding ids follow from content and place under the
//!   installation's key. A position moves in the transaction that queues what was listed; an item is
//!   committed whole, under its lease. A worker killed anywhere repeats what was not durable, and gets
//!   the same; one that was stopped for too long is refused.
//! * **One bad item does not stop the rest.** It is recorded as a gap and tried again by the next run.
//!   What no item can survive (a refused key, an API that is down) ends the run, with an attestation
//!   of how far it came.
//!
//! # What an interrupted run costs
//!
//! The listing of one page, and the items of it that were under way. Items are skipped by version
//! (time of the last change and rule set), files by a keyed hash of what the listing says of them.

mod budget;
mod clock;
mod commit;
mod config;
mod confine;
mod deliver;
mod discover;
mod doctor;
mod error;
mod extract;
mod fetch;
mod files;
mod label;
mod lag;
mod memory;
mod pages;
mod pipeline;
mod plan;
mod progress;
mod rescan;
mod run;
mod scan;
mod schedule;
mod scope;
mod serve;
mod stages;
mod telemetry;
mod worker;

pub use self::{
    budget::SharedBudget,
    clock::Clock,
    config::{
        ApiSection, Config, ConfigError, ConfigFile, FILE_BYTES_MAX, FingerprintSection,
        LimitsSection, Link, ObjectPlace, PolicySection, ScanSection, ScheduleSection,
        ScopeSection, Secret, SecretError, SecretRef, SelectionSection, ServeSection, SinkConfig,
        SinkSection, SinkTo, StateSection, TEMPLATE,
    },
    confine::confine,
    doctor::{Check, Health, KeyState},
    error::Error,
    files::FileTypes,
    lag::Lag,
    plan::{OrganizationPlan, Plan},
    progress::{Event, LabelCount, Observer, Silent, SourceSkip, Summary},
    rescan::Rescan,
    schedule::{InvalidSchedule, Schedule},
    scope::{InvalidPattern, Scope, Selection},
    stages::Stop,
    telemetry::Telemetry,
    worker::{Secrets, Worker, open_store},
};
pub use dosimeter_service::{Confinement, Notifier, harden};
