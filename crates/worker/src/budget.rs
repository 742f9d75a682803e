//! One budget of request starts over all workers of a store, and over restarts of one.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use dosimeter_client::{Grant, Permits};
use dosimeter_store::Store;
use tracing::warn;

use crate::Config;

/// The window of the API's limit.
const WINDOW_MS: u64 = 60_000;
/// How long a batch may be used: the shorter, the less of the window is lost.
const USE_MS: u64 = 1_000;
/// The limit until the API names its own.
const LIMIT_ASSUMED: u32 = 600;

/// Request starts out of the store, in batches.
struct Budget {
    store: Arc<dyn Store>,
    /// Keys of one parent organisation share a budget; so do all workers of one store, which is a parent
    /// organisation's, and address.
    name: String,
    share: f64,
    /// The limit that the API names; 0 until it has, in this process or one before it.
    limit: AtomicU32,
    /// The limit that the store knows.
    kept: AtomicU32,
}

impl Budget {
    /// Asks the store; blocks.
    fn ask(&self, wanted: u32) -> Result<dosimeter_store::Permits, dosimeter_store::Error> {
        let fact = limit_fact(&self.name);
        let learnt = self.limit.load(Ordering::Relaxed);
        let kept = self.kept.load(Ordering::Relaxed);
        let limit = if learnt == 0 && kept == 0 {
            let known = self.store.fact(&fact)?.and_then(|known| known.parse().ok());
            self.kept.store(known.unwrap_or(LIMIT_ASSUMED), Ordering::Relaxed);
            known.unwrap_or(LIMIT_ASSUMED)
        } else if learnt == 0 {
            kept
        } else {
            if learnt != kept {
                self.store.set_fact(&fact, &learnt.to_string())?;
                self.kept.store(learnt, Ordering::Relaxed);
            }
            learnt
        };
        let starts_max = starts_max(limit, self.share);
        self.store.permits(&self.name, wanted, (starts_max, WINDOW_MS, USE_MS))
    }
}

/// How many starts were granted in the last minute, and how many may be: over all workers of a store.
pub(crate) fn standing(
    store: &dyn Store,
    config: &Config,
) -> Result<(u64, u32), dosimeter_store::Error> {
    let known = store.fact(&limit_fact(&config.base_url))?.and_then(|known| known.parse().ok());
    let starts_max = starts_max(known.unwrap_or(LIMIT_ASSUMED), config.requests_share);
    Ok((store.starts(&config.base_url, WINDOW_MS)?, starts_max))
}

/// Where a store keeps the limit that the API names.
fn limit_fact(name: &str) -> String {
    format!("requests limit of {name}")
}

/// The share of a limit.
pub(crate) fn starts_max(limit: u32, share: f64) -> u32 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a fraction of a u32, not negative"
    )]
    let share = (f64::from(limit) * share) as u32;
    share.max(1)
}

/// The configured share of the API's budget, kept in a store. Clients ask it before each request.
pub struct SharedBudget {
    budget: Arc<Budget>,
}

impl fmt::Debug for SharedBudget {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SharedBudget")
            .field("share", &self.budget.share)
            .finish_non_exhaustive()
    }
}

impl SharedBudget {
    /// The share that the configuration names, kept in `store`.
    pub fn new(config: &Config, store: &Arc<dyn Store>) -> Arc<Self> {
        let budget = Budget {
            store: Arc::clone(store),
            name: config.base_url.clone(),
            share: config.requests_share,
            limit: AtomicU32::new(0),
            kept: AtomicU32::new(0),
        };
        Arc::new(Self { budget: Arc::new(budget) })
    }
}

impl Permits for SharedBudget {
    fn take(&self, wanted: u32) -> Pin<Box<dyn Future<Output = Grant> + Send + '_>> {
        let budget = Arc::clone(&self.budget);
        Box::pin(async move {
            match tokio::task::spawn_blocking(move || budget.ask(wanted)).await {
                Ok(Ok(dosimeter_store::Permits::Granted(starts))) => {
                    Grant::Starts(starts, Duration::from_millis(USE_MS))
                }
                Ok(Ok(dosimeter_store::Permits::Wait(wait_ms))) => {
                    Grant::Wait(Duration::from_millis(wait_ms))
                }
                // Without the store nothing can be kept anyway.
                _ => {
                    warn!("The shared budget cannot be read.");
                    Grant::Wait(Duration::from_secs(1))
                }
            }
        })
    }

    fn learn(&self, limit: u32) {
        self.budget.limit.store(limit, Ordering::Relaxed);
    }
}
