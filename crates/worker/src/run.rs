//! A worker that stays: pass after pass by its schedule, through outages of the API and a change of
//! keys, until it is told to stop.

use std::{sync::Arc, time::Duration};

use tracing::{error, info, warn};

use crate::{Error, KeyState, Observer, Secrets, Summary, Worker, serve};

/// The first wait after a pass that failed; it doubles.
const WAIT_FIRST: Duration = Duration::from_secs(10);
/// The longest wait after a pass that failed.
const WAIT_MAX: Duration = Duration::from_mins(15);

impl Worker {
    /// Runs until it is told to [`stop`](Self::stop): a pass over everything whenever the schedule
    /// says so, with `/healthz`, `/readyz` and `/metrics` beside it if an address is configured.
    ///
    /// What passes (an API that is down, a key that is refused until it is replaced) is waited for.
    /// The key is fetched anew before each pass, so that it can be rotated by replacing its file.
    ///
    /// # Errors
    ///
    /// If the configuration or the state cannot be used.
    pub async fn run(&self, observer: Arc<dyn Observer>) -> Result<(), Error> {
        let Some(address) = self.config().listen else {
            return self.passes(observer).await;
        };
        let serve = serve::serve(self.clone(), address);
        tokio::select! {
            ended = self.passes(observer) => ended,
            served = serve => served,
        }
    }

    async fn passes(&self, observer: Arc<dyn Observer>) -> Result<(), Error> {
        let mut failures: u32 = 0;
        loop {
            let begun = self.now();
            self.refresh_key();
            let result = self.pass(Arc::clone(&observer), false).await;
            self.note(&result);
            if self.stop().is_wished() {
                info!("Stopped.");
                return Ok(());
            }
            let wait = match result {
                Ok(_) => {
                    failures = 0;
                    let random = getrandom::u32().unwrap_or_default();
                    self.config().schedule.wait(begun, self.now(), random)
                }
                Err(error) if error.is_configuration() => return Err(error),
                Err(error @ (Error::Store(_) | Error::ForeignOrganization)) => return Err(error),
                Err(_) => {
                    let doubled = WAIT_FIRST.saturating_mul(1 << failures.min(10));
                    failures = failures.saturating_add(1);
                    Some(doubled.min(WAIT_MAX))
                }
            };
            // Without a schedule one pass is all.
            let Some(wait) = wait else { return Ok(()) };
            info!(wait_s = wait.as_secs(), "Waiting for the next pass.");
            self.stop().wait(wait).await;
            if self.stop().is_wished() {
                return Ok(());
            }
        }
    }

    /// Takes over a key that was replaced at its place.
    fn refresh_key(&self) {
        if let Ok(key) = Secrets::api_key(self.config()) {
            self.client().rotate_key(key);
        } else {
            warn!("The key cannot be read; going on with the last one.");
        }
    }

    fn note(&self, result: &Result<Summary, Error>) {
        let key = result.as_ref().err().map_or(KeyState::Active, Error::key_state);
        let outcome = result.as_ref().err().map_or("completed", Error::outcome);
        self.telemetry().pass(outcome, key, self.now());
        if key != KeyState::Active {
            error!(state = key.name(), "The key does not work; it is tried again.");
        }
    }
}
