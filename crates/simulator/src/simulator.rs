//! How a simulator is set up and started.

use std::{io, net::SocketAddr};

use jiff::Timestamp;
use tokio::net::TcpListener;

use crate::{Behaviour, Faults, Key, Running, Seed, handle::Handle, state};

/// A simulator that does not run yet.
#[derive(Debug)]
pub struct Simulator {
    seed: Seed,
    faults: Faults,
    behaviour: Behaviour,
    keys: Vec<Key>,
    address: SocketAddr,
    now: Option<Timestamp>,
}

/// Why a simulator cannot start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The address is taken or not ours.
    #[error("cannot listen on {address}; choose another address, or port 0 for any free one")]
    Listen {
        /// Where it should have listened.
        address: SocketAddr,
        /// Why it cannot.
        #[source]
        source: io::Error,
    },
    /// The seed says something that makes no sense.
    #[error("the seed cannot be used: {what}")]
    Seed {
        /// What it says.
        what: &'static str,
    },
}

impl Simulator {
    /// A simulator that holds `seed`, where nothing goes wrong, with one key that may read
    /// everything, on a free port of loopback.
    pub fn new(seed: Seed) -> Self {
        Self {
            seed,
            faults: Faults::none(),
            behaviour: Behaviour::default(),
            keys: vec![Key::default()],
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
            now: None,
        }
    }

    /// Starts a simulator at once: the short way.
    pub async fn start(seed: Seed, faults: Faults) -> Result<Running, Error> {
        Self::new(seed).faults(faults).run().await
    }

    /// Lets things go wrong.
    #[must_use]
    pub fn faults(mut self, faults: Faults) -> Self {
        self.faults = faults;
        self
    }

    /// Chooses among the documented behaviours.
    #[must_use]
    pub fn behaviour(mut self, behaviour: Behaviour) -> Self {
        self.behaviour = behaviour;
        self
    }

    /// Accepts these keys instead of the default one.
    #[must_use]
    pub fn keys(mut self, keys: impl IntoIterator<Item = Key>) -> Self {
        self.keys = keys.into_iter().collect();
        self
    }

    /// Listens here; port 0 means any free one.
    #[must_use]
    pub fn address(mut self, address: SocketAddr) -> Self {
        self.address = address;
        self
    }

    /// Begins its clock at this time instead of now, so that a run can be repeated.
    #[must_use]
    pub fn now(mut self, now: Timestamp) -> Self {
        self.now = Some(now);
        self
    }

    /// Starts to listen and to answer.
    ///
    /// # Errors
    ///
    /// If the address cannot be listened on, or if the seed makes no sense.
    pub async fn run(self) -> Result<Running, Error> {
        let key = self.keys.first().map(|key| key.secret.clone()).unwrap_or_default();
        let now = self.now.unwrap_or_else(Timestamp::now);
        let state = state::load(self.seed, self.faults, self.behaviour, self.keys, now)?;
        let address = self.address;
        let listen = |source| Error::Listen { address, source };
        let listener = TcpListener::bind(address).await.map_err(listen)?;
        let address = listener.local_addr().map_err(listen)?;
        Ok(Running::new(listener, address, Handle::new(state), key))
    }
}
