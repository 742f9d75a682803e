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
    /// The file cannot be written.
    #[error("the file of the sink cannot be written; check the folder and who may write it")]
    File,
}
