//! Findings in other people's formats and systems.
//!
//! A [`Sink`] is handed [`Event`]s and answers for each what became of it; it keeps nothing. Whoever
//! hands them over (the worker, out of its outbox) repeats what was not delivered, so that each event
//! arrives at least once, and always under the same [`Event::id`].
//!
//! Everything in an event is redacted already: this crate cannot name content.
//!
//! ```
//! use dosimeter_sink::{Action, Event, Format};
//! # fn show(finding: dosimeter_record::FindingRow) {
//! let event = Event { action: Action::Opened, at: "2026-10-01T00:00:00Z".to_owned(), finding };
//! println!("{}", Format::Ocsf.write(&event));
//! # }
//! ```

/// Whether [`NatsSettings`] make a sink in this program.
pub const HAS_NATS: bool = cfg!(feature = "nats");

/// Whether [`ObjectSettings`] make a sink in this program.
pub const HAS_OBJECTS: bool = cfg!(feature = "object-store");

mod document;
mod event;
mod file;
mod format;
mod http;
mod nats;
mod objects;
mod sink;
mod splunk;
mod stdout;
mod syslog;
mod tls;
mod webhook;

pub use document::{
    About, Document, DocumentFormat, RuleFacts, Scanned, Suppression, UnknownDocument,
};
pub use dosimeter_record::Action;
pub use event::Event;
pub use file::FileSink;
pub use format::{Format, UnknownFormat};
pub use nats::NatsSettings;
pub use objects::{ObjectFormat, ObjectSettings};
pub use sink::{Error, Outcome, Sink};
pub use splunk::SplunkSink;
pub use stdout::StdoutSink;
pub use syslog::SyslogSink;
pub use tls::Trust;
pub use webhook::WebhookSink;
