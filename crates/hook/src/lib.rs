//! Inline verdicts: an AI security server for Claude Enterprise's inference hooks.
//!
//! The Compliance API tells afterwards; an inference hook asks first. Anthropic sends every governed
//! prompt, with everything that came before it, as a signed request; this server answers `allow` or
//! `deny` by a [policy](dosimeter_policy) before the model runs, and records labels and redacted
//! findings after the answer. Open `request.rs` first: it is the whole course of a request.
//!
//! ```no_run
//! use std::path::Path;
//!
//! use dosimeter_hook::{Config, Server};
//!
//! # async fn serve() -> Result<(), Box<dyn std::error::Error>> {
//! let config = Config::read(Path::new("hook.toml"))?;
//! Server::open(config, &Vec::new(), false)?.serve(std::future::pending()).await?;
//! # Ok(())
//! # }
//! ```
//!
//! # What holds
//!
//! * **A verdict in time, always.** When time is up the policy's `on_timeout` is answered; what was not
//!   looked at is recorded as partial coverage. What finds no room is refused by a rule, not queued.
//! * **Never allowed by accident.** Whatever is not signed, not understood or not there in time gets no
//!   verdict, and the organisation's own setting for failures decides.
//! * **Only what is new costs.** Messages that were judged before are known by keyed hashes, in bounded
//!   memory, as soon as what was found in them is on its way into the store.
//! * **Content stays in memory**, is bounded, and is wiped. Answers, records and logs hold kinds, labels,
//!   ids and lengths.

//!
//! How to set it up and what is answered when: [`guide`].

#[doc = include_str!("../docs/inline-hook.md")]
pub mod guide {}

mod afterwards;
mod answer;
mod config;
mod envelope;
mod error;
mod generations;
mod heard;
mod judge;
mod live;
mod memory;
mod ops;
mod peers;
mod piece;
mod recorder;
mod rehearsal;
mod replay;
mod request;
mod room;
mod scope;
mod server;
mod signature;
mod telemetry;
mod tls;
mod transcript;
mod verdict;

pub use self::{
    config::{Config, ConfigError, TEMPLATE},
    error::Error,
    live::RuleSources,
    rehearsal::rehearse,
    server::{Reloader, Server},
    telemetry::Telemetry,
};
