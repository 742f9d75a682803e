//! The seam to other people's systems.

use std::{future::Future, pin::Pin, time::Duration};

use crate::Event;

/// Somebody who is told of findings.
pub trait Sink: Send + Sync {
    /// Tells, and says for each event what became of it, in the order of the events.
    ///
    /// An event that was delivered may be delivered again, if the answer was lost.
    fn deliver<'a>(
        &'a self,
        events: &'a [Event],
    ) -> Pin<Box<dyn Future<Output = Vec<Outcome>> + Send + 'a>>;

    /// Finds out whether anybody is there, without telling anything.
    fn check(&self) -> Pin<Box<dyn Future<Output = Result<(), &'static str>> + Send + '_>>;

    /// How many events are best handed over at once.
    fn batch(&self) -> u32 {
        100
    }

    /// Whether a batch that was not delivered must be handed over again as it was, with nothing more and
    /// nothing less: how a sink that names batches by what is in them never stores anything twice.
    fn keeps_together(&self) -> bool {
        false
    }

    /// How long it is worth waiting for a batch to fill.
    fn gathers_for(&self) -> Duration {
        Duration::ZERO
    }
}

/// What became of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// It is there.
    Delivered,
    /// It is not there, and may be later; after this time, if the other side said so.
    Later(&'static str, Option<Duration>),
    /// It is refused for good.
    Refused(&'static str),
}

/// A sink that cannot be set up. Says nothing of addresses and secrets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The address is none, or would send findings unencrypted to another machine.
    #[error("the address of the sink must begin with https:// (http:// only on this machine)")]
    Address,
    /// The secret is not one.
    #[error("the secret of a webhook is `whsec_` and 24 to 64 bytes in base64")]
    Secret,
    /// The token cannot stand in a header.
    #[error("the token is not one line of visible ASCII characters")]
    Token,
    /// TLS cannot be set up.
    #[error("the machine's root certificates cannot be read")]
    Tls,
    /// The address is none of a receiver of syslog.
    #[error("the address of a receiver of syslog is tls://host:6514 or tcp://host:514")]
    SyslogAddress,
    /// The address is none of NATS, or holds a password.
    #[error("the address of NATS is tls://host:4222 (nats:// unencrypted), without a password")]
    NatsAddress,
    /// The secret is none of those that NATS knows.
    #[error("the secret of NATS is a credentials file, an nkey's seed, user:password, or a token")]
    NatsSecret,
    /// The address is none of object storage.
    #[error(
        "the address is s3://bucket/prefix, gs://bucket/prefix, az://account/container/prefix or \
         file:///folder"
    )]
    ObjectAddress,
    /// The secret does not belong to this kind of storage.
    #[error(
        "the secret does not fit: S3 wants `access_key_id` and its secret, Google the JSON key of a \
         service account, Azure the key of the storage account; or none for the machine's identity"
    )]
    ObjectSecret,
    /// This program was built without the sink.
    #[error(
        "this program was built without it; build it with `--features {0}` or `--features full`"
    )]
    NotBuilt(&'static str),
    /// The network would see the findings.
    #[error("this sends findings unencrypted; use tls://, or say `unencrypted = true`")]
    Unencrypted,
    /// A certificate or its key cannot be read.
    #[error("a certificate or its key cannot be read; they are files in PEM")]
    Certificate,
    /// The file cannot be written.
    #[error("the file of the sink cannot be written; check the folder and who may write it")]
    File,
}
