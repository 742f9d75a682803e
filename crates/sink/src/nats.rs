//! NATS `JetStream`: each event a message that the stream has stored before it counts as delivered.
//!
//! The event's id travels as `Nats-Msg-Id`, so a stream drops what is sent twice within its window of
//! duplicates. The stream is the operator's: it must exist and take the subject.

use crate::{Error, Format, Sink, Trust};

/// Where events are published, and how.
#[derive(Clone, Debug)]
pub struct NatsSettings {
    /// The form of a message.
    pub format: Format,
    /// `tls://host:4222`; `nats://` on this machine, or where `unencrypted` allows it.
    pub url: String,
    /// The subject that a stream takes.
    pub subject: String,
    /// Whom to trust.
    pub trust: Trust,
    /// Whether the network may see the messages.
    pub unencrypted: bool,
}

impl NatsSettings {
    /// The sink; `secret` is the text of a credentials file, the seed of an nkey, `user:password`, or a
    /// token.
    ///
    /// # Errors
    ///
    /// If the settings or the secret cannot be used, or this program was built without the sink.
    #[cfg(feature = "nats")]
    pub fn sink(self, secret: Option<&str>) -> Result<Box<dyn Sink>, Error> {
        Ok(Box::new(client::NatsSink::new(self, secret)?))
    }

    /// The sink, which this program was built without.
    ///
    /// # Errors
    ///
    /// Always.
    #[cfg(not(feature = "nats"))]
    pub fn sink(self, _: Option<&str>) -> Result<Box<dyn Sink>, Error> {
        Err(Error::NotBuilt("nats"))
    }
}

#[cfg(feature = "nats")]
mod client;
