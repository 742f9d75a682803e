//! What all stages share: the client, the store, the classifier, and the limits.

use std::{
    collections::{BTreeMap, BTreeSet},
    num::NonZero,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    thread,
    time::Duration,
};

use dosimeter_classifier::Classifier;
use dosimeter_client::{Client, ErrorKind, Timestamp};
use dosimeter_record::{FingerprintKey, GapReason};
use dosimeter_sandbox::Sandbox;
use dosimeter_store::{Claimed, Store};
use tokio::sync::{Notify, Semaphore};
use tracing::warn;

use crate::{
    Clock, Config, Error, Observer, Scope, Telemetry, extract::Extractor, memory::Memory,
    scan::Scanner,
};

/// So many requests in a row that fail although they were repeated mean that the API is down, and not
/// that an item is broken: the run ends instead of marking every chat as failed.
const FAILURES_IN_A_ROW_MAX: u32 = 20;

/// Everything that a run works with.
pub(crate) struct Stages {
    pub(crate) client: Client,
    pub(crate) config: Config,
    pub(crate) key: FingerprintKey,
    pub(crate) observer: Arc<dyn Observer>,
    pub(crate) memory: Memory,
    pub(crate) since: Option<Timestamp>,
    /// Who this worker is to others.
    pub(crate) holder: String,
    /// Whether everything is looked at now, rather than when its time comes.
    pub(crate) once: bool,
    pub(crate) telemetry: Arc<Telemetry>,
    /// On which page of their list published artifacts stand: there is no way to ask for one.
    pub(crate) published_on: Mutex<BTreeMap<String, Option<String>>>,
    /// Whether projects are in scope, as far as that hangs on their names.
    pub(crate) projects: Mutex<BTreeMap<String, bool>>,
    /// Whether users are in scope, as far as that hangs on their addresses.
    pub(crate) users: Mutex<BTreeMap<String, bool>>,
    /// Held by whoever learns that.
    pub(crate) learning: tokio::sync::Mutex<()>,
    /// Users of organisations whose addresses nobody says.
    pub(crate) nameless: Mutex<BTreeSet<(String, String)>>,
    /// The items that are worked on right now.
    working: Mutex<Vec<Claimed>>,
    stop: Stop,
    halted: AtomicBool,
    work: Notify,
    clock: Clock,
    store: Arc<dyn Store>,
    extractor: Extractor,
    scanner: Scanner,
    processors: Arc<Semaphore>,
    failures_in_a_row: AtomicU32,
}

/// Why something could not be fetched, if the run can go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Problem {
    /// It does not exist any more.
    Gone,
    /// It exists, and could not be read this time.
    Failed(GapReason),
    /// It exists, and cannot be read.
    Unreadable(GapReason),
}

/// What a run is made of.
pub(crate) struct Parts {
    pub(crate) client: Client,
    pub(crate) classifier: Classifier,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) config: Config,
    pub(crate) key: FingerprintKey,
    pub(crate) observer: Arc<dyn Observer>,
    pub(crate) clock: Clock,
    pub(crate) sandbox: Option<Arc<Sandbox>>,
    pub(crate) once: bool,
    pub(crate) stop: Stop,
    pub(crate) policy: Option<(Arc<dosimeter_policy::Policy>, Arc<str>)>,
    pub(crate) telemetry: Arc<Telemetry>,
}

/// A wish to stop, from wherever it comes.
#[derive(Clone, Debug, Default)]
pub struct Stop {
    wished: Arc<AtomicBool>,
    told: Arc<Notify>,
}

impl Stop {
    /// Wishes that the worker stops: nothing is begun any more, what is under way is finished.
    pub fn wish(&self) {
        self.wished.store(true, Ordering::Release);
        self.told.notify_waiters();
    }

    /// Waits until it is wished, or for this time.
    pub(crate) async fn wait(&self, time: Duration) {
        let told = self.told.notified();
        if !self.is_wished() {
            // Whichever comes first.
            let _told_or_late = tokio::time::timeout(time, told).await;
        }
    }

    /// Whether it was wished.
    pub fn is_wished(&self) -> bool {
        self.wished.load(Ordering::Acquire)
    }
}

/// How often everything is looked at, also what cannot be seen to have changed.
const SWEEP_EVERY: jiff::SignedDuration = jiff::SignedDuration::from_hours(24);

impl Stages {
    pub(crate) fn new(parts: Parts) -> Self {
        let Parts { client, classifier, store, config, key, observer, clock, .. } = parts;
        let Parts { sandbox, once, stop, telemetry, policy, .. } = parts;
        let scanner = Scanner::new(classifier, &config, policy.as_ref(), clock.time());
        let processors = thread::available_parallelism().map_or(1, NonZero::get);
        Self {
            client,
            key,
            observer,
            memory: Memory::of(config.content_bytes_max),
            since: config.since.and_then(|since| Timestamp::parse(&since.to_string())),
            extractor: Extractor::new(config.file_bytes_max, sandbox),
            config,
            // Two workers with the same name would share their leases.
            holder: FingerprintKey::random().map_or_else(
                |_| format!("worker-{}", std::process::id()),
                |random| random.digest("holder", b"").to_string(),
            ),
            once,
            telemetry,
            published_on: Mutex::default(),
            projects: Mutex::default(),
            users: Mutex::default(),
            learning: tokio::sync::Mutex::default(),
            nameless: Mutex::default(),
            working: Mutex::default(),
            stop,
            halted: AtomicBool::new(false),
            work: Notify::new(),
            clock,
            store,
            scanner,
            processors: Arc::new(Semaphore::new(processors)),
            failures_in_a_row: AtomicU32::new(0),
        }
    }

    /// Now, RFC 3339 in UTC.
    pub(crate) fn now(&self) -> String {
        self.clock.now()
    }

    /// Now.
    pub(crate) fn time(&self) -> jiff::Timestamp {
        self.clock.time()
    }

    /// Whether nothing is to be begun any more.
    pub(crate) fn is_stopping(&self) -> bool {
        self.stop.is_wished() || self.halted.load(Ordering::Acquire)
    }

    /// Begins nothing any more, since the run cannot go on.
    pub(crate) fn halt(&self) {
        self.halted.store(true, Ordering::Release);
        self.wake();
    }

    /// Tells whoever waits for work that there may be some.
    pub(crate) fn wake(&self) {
        self.work.notify_one();
    }

    /// Waits for work, or a while.
    pub(crate) async fn wait_for_work(&self, time: Duration) {
        let _told_or_late = tokio::time::timeout(time, self.work.notified()).await;
    }

    /// Whether it is time to look at everything of an organisation.
    ///
    /// The first run looks at everything anyway, so that the time begins there.
    pub(crate) async fn sweep_is_due(&self, tenant: &str) -> Result<bool, Error> {
        let name = sweep_fact(tenant);
        let last = self.store(move |store| store.fact(&name)).await?;
        let last: Option<jiff::Timestamp> = last.and_then(|last| last.parse().ok());
        match last {
            None => {
                self.swept(tenant).await?;
                Ok(false)
            }
            Some(last) => Ok(self.time().duration_since(last) >= SWEEP_EVERY),
        }
    }

    /// Notes that everything was looked at.
    pub(crate) async fn swept(&self, tenant: &str) -> Result<(), Error> {
        let (name, now) = (sweep_fact(tenant), self.now());
        self.store(move |store| store.set_fact(&name, &now)).await
    }

    /// Notes that an item is worked on, as long as the value lives.
    pub(crate) fn work_on(&self, claimed: &Claimed) -> Working<'_> {
        self.lock_working().push(claimed.clone());
        Working { stages: self, claimed: claimed.clone() }
    }

    /// The items that are worked on right now.
    pub(crate) fn working(&self) -> Vec<Claimed> {
        self.lock_working().clone()
    }

    fn lock_working(&self) -> MutexGuard<'_, Vec<Claimed>> {
        self.working.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A short name of what decides which items listings queue: whose, in which projects, how old. Keyed,
    /// since it is made from names of people.
    pub(crate) fn extent(&self) -> String {
        let Scope { users, in_projects, .. } = &self.config.scope;
        let days = self.config.history_days.map(|days| days.to_string()).unwrap_or_default();
        let since = self.since.as_ref().map_or("", Timestamp::as_str);
        let extent = format!("{users}\n{in_projects}\n{days}\n{since}");
        self.key.digest("extent", extent.as_bytes()).to_string()
    }

    /// The rules of this run.
    pub(crate) fn ruleset(&self) -> &str {
        self.scanner.ruleset()
    }

    pub(crate) fn scanner(&self) -> Scanner {
        self.scanner.clone()
    }

    pub(crate) fn extractor(&self) -> Extractor {
        self.extractor.clone()
    }

    /// Calls the store, which blocks, from a thread that may block.
    pub(crate) async fn store<T: Send + 'static>(
        &self,
        call: impl FnOnce(&dyn Store) -> Result<T, dosimeter_store::Error> + Send + 'static,
    ) -> Result<T, Error> {
        let store = Arc::clone(&self.store);
        let result = tokio::task::spawn_blocking(move || call(&*store)).await;
        result.map_err(|_| Error::Task)?.map_err(Error::from)
    }

    /// Runs what keeps a processor busy off the asynchronous threads, no more at once than there are
    /// processors: that also bounds the memory of extractions. Nothing if it panicked.
    pub(crate) async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Option<T> {
        // The semaphore is never closed.
        let _permit = self.processors.acquire().await.ok()?;
        tokio::task::spawn_blocking(work).await.ok()
    }

    /// Sorts the result of a request about one item or part: what ends the run is an [`Error`], what
    /// concerns this one thing only is a [`Problem`].
    pub(crate) fn settle<T>(
        &self,
        id: &str,
        result: Result<T, dosimeter_client::Error>,
    ) -> Result<Result<T, Problem>, Error> {
        let error = match result {
            Ok(value) => {
                self.failures_in_a_row.store(0, Ordering::Relaxed);
                return Ok(Ok(value));
            }
            Err(error) => error,
        };
        if error.is_auth() || error.is_permission() || error.is_disabled() {
            return Err(Error::from_api(error));
        }
        if error.is_retryable() {
            let failures = self.failures_in_a_row.fetch_add(1, Ordering::Relaxed);
            if failures >= FAILURES_IN_A_ROW_MAX {
                return Err(Error::from_api(error));
            }
        }
        let problem = Problem::of(&error);
        warn!(id, status = error.status(), request_id = error.request_id(), ?problem, "Not read.");
        Ok(Err(problem))
    }
}

/// An item that is worked on.
pub(crate) struct Working<'s> {
    stages: &'s Stages,
    claimed: Claimed,
}

impl Drop for Working<'_> {
    fn drop(&mut self) {
        self.stages.lock_working().retain(|working| *working != self.claimed);
    }
}

fn sweep_fact(tenant: &str) -> String {
    format!("swept {tenant}")
}

impl Problem {
    fn of(error: &dosimeter_client::Error) -> Self {
        match error.kind() {
            ErrorKind::Gone => Self::Gone,
            ErrorKind::TooLarge => Self::Unreadable(GapReason::TooLarge),
            ErrorKind::Cut | ErrorKind::Checksum => Self::Failed(GapReason::TransferBroken),
            _ => Self::Failed(GapReason::Unavailable),
        }
    }
}
