//! What can go wrong before the first request.

use std::{io, net::SocketAddr};

use crate::ConfigError;

/// A server that cannot start. Says nothing of content and secrets.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The configuration cannot be used.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The state cannot be used.
    #[error("the state cannot be used")]
    Store(#[from] dosimeter_store::Error),
    /// The fingerprint key is not the one that the state was made with.
    #[error(
        "the state was made with another fingerprint key; use that key, or another state directory"
    )]
    ForeignFingerprintKey,
    /// TLS cannot be set up.
    #[error("{0}")]
    Tls(&'static str),
    /// The address cannot be listened on.
    #[error("cannot listen on {0}; is another process there, or may this one not?")]
    Listen(SocketAddr, #[source] io::Error),
}

impl Error {
    /// Whether the configuration is at fault.
    pub fn is_configuration(&self) -> bool {
        matches!(self, Self::Config(_) | Self::Tls(_) | Self::ForeignFingerprintKey)
    }
}
