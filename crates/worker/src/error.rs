//! What ends a run.

use crate::{ConfigError, KeyState};

/// A run that could not begin, or could not go on.
///
/// One chat or file that cannot be read is not an error: it is a gap, and the next run tries again.
/// No message holds content or a key.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The configuration cannot be used.
    #[error("the configuration cannot be used")]
    Config(#[from] ConfigError),
    /// The API refuses the key, or what the key may do does not suffice.
    #[error("the API refuses the key; check the key, its scopes and that the API is switched on")]
    KeyRefused(#[source] dosimeter_client::Error),
    /// The API does not answer, or not as documented.
    #[error("the API is not available; nothing is lost, the next run goes on from here")]
    Unavailable(#[source] dosimeter_client::Error),
    /// The client cannot be made.
    #[error("the API client cannot be set up")]
    Client(#[source] dosimeter_client::Error),
    /// The state cannot be read or written.
    #[error("the state cannot be used")]
    Store(#[source] dosimeter_store::Error),
    /// The rules cannot be used.
    #[error("the rules cannot be used")]
    Rules(#[source] dosimeter_classifier::Error),
    /// The key belongs to somebody else than the state.
    #[error(
        "this key covers none of the organisations in the state, or one of another parent organisation there; \
         use their key, or give this parent organisation a name of its own in `state.parent`"
    )]
    ForeignOrganization,
    /// Another fingerprint key made the fingerprints in the store.
    #[error(
        "the state directory was filled under another fingerprint key, under which every finding \
         has another id; use that key, or another state directory"
    )]
    ForeignFingerprintKey,
    /// The key covers no organisation.
    #[error("the key covers no organisation; name them in `api.organizations`")]
    NoOrganization,
    /// Another worker goes on with what this one began.
    #[error("another worker goes on with what this one began")]
    Fenced,
    /// The address for health and metrics is taken, or not this machine's.
    #[error("cannot listen on {0}; choose another address in `serve.listen`")]
    Listen(std::net::SocketAddr),
    /// A task of the runtime was lost.
    #[error("a task of the worker failed; the next run goes on from here")]
    Task,
}

impl Error {
    /// Sorts an answer of the API that nothing can go on after.
    pub(crate) fn from_api(error: dosimeter_client::Error) -> Self {
        if error.is_auth() || error.is_permission() || error.is_disabled() {
            Self::KeyRefused(error)
        } else {
            Self::Unavailable(error)
        }
    }

    /// What it says of the key.
    pub(crate) fn key_state(&self) -> KeyState {
        match self {
            Self::KeyRefused(error) | Self::Unavailable(error) => KeyState::of(error),
            Self::ForeignOrganization => KeyState::Invalid,
            // Nothing: the key was not what failed.
            _ => KeyState::Active,
        }
    }

    /// Whether the configuration must be changed first.
    pub fn is_configuration(&self) -> bool {
        matches!(
            self,
            Self::Config(_)
                | Self::Client(_)
                | Self::Rules(_)
                | Self::NoOrganization
                | Self::Listen(_)
                | Self::ForeignFingerprintKey
        )
    }

    /// Whether the key must be replaced, or given more scopes, first.
    pub fn is_key_refused(&self) -> bool {
        matches!(self, Self::KeyRefused(_) | Self::ForeignOrganization)
    }

    /// Whether another worker goes on with what this one began.
    pub(crate) fn is_fenced(&self) -> bool {
        matches!(self, Self::Fenced)
    }

    /// Whether a position in a listing has to be given up.
    pub(crate) fn is_bad_cursor(&self) -> bool {
        matches!(self, Self::Unavailable(error) if error.is_bad_cursor())
    }

    /// Whether the same run may succeed later.
    pub fn is_unavailable(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }

    /// The outcome as it stands in the attestation of the run.
    pub(crate) fn outcome(&self) -> &'static str {
        match self {
            Self::KeyRefused(_) => "key refused",
            Self::Unavailable(_) => "api unavailable",
            Self::Store(_) => "state failed",
            _ => "failed",
        }
    }
}

impl From<dosimeter_store::Error> for Error {
    fn from(error: dosimeter_store::Error) -> Self {
        match error {
            error if error.is_fenced() => Self::Fenced,
            error if error.is_foreign() => Self::ForeignOrganization,
            error => Self::Store(error),
        }
    }
}
