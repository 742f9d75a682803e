//! A worker: everything that a run needs, and the run.

use std::{sync::Arc, time::Duration};

use dosimeter_classifier::Classifier;
use dosimeter_client::{ApiKey, Client, ClientBuilder, Retry};
use dosimeter_policy::Policy;
use dosimeter_record::FingerprintKey;
use dosimeter_sandbox::Sandbox;
use dosimeter_store::{RunEnd, SqliteStore, Store, open_shared};
use tracing::{error, info};

use crate::{
    Check, Clock, Config, ConfigError, Error, Health, Observer, Plan, Secret, SharedBudget, Silent,
    Summary, Telemetry,
    deliver::{self, Outlet},
    discover, doctor,
    fetch::MESSAGES_JSON_BYTES,
    pipeline, plan,
    stages::{Parts, Stages, Stop},
};

/// The secrets that a worker needs.
#[derive(Clone, Debug)]
pub struct Secrets {
    /// The key of the Compliance API.
    pub api_key: Secret,
    /// 64 hexadecimal digits.
    pub fingerprint_key: Secret,
}

impl Secrets {
    /// Fetches the secrets that a configuration refers to.
    ///
    /// # Errors
    ///
    /// If one cannot be had.
    pub fn resolve(config: &Config) -> Result<Self, ConfigError> {
        let secret = |key| move |source| ConfigError::Secret { key, source };
        Ok(Self {
            api_key: config.api_key.resolve().map_err(secret("api.key"))?,
            fingerprint_key: config.fingerprint_key.resolve().map_err(secret("fingerprint.key"))?,
        })
    }

    /// Fetches the key of the API anew.
    pub(crate) fn api_key(config: &Config) -> Result<ApiKey, ConfigError> {
        let secret = |source| ConfigError::Secret { key: "api.key", source };
        let key = config.api_key.resolve().map_err(secret)?;
        let problem = "is not one line of visible ASCII characters";
        ApiKey::new(key.reveal().to_owned())
            .map_err(|_| ConfigError::Value { key: "api.key", problem })
    }
}

/// Reads organisations and keeps what it finds.
///
/// Runs on a Tokio runtime with time and I/O; blocking work goes to the runtime's blocking threads.
#[derive(Clone)]
pub struct Worker {
    client: Client,
    classifier: Classifier,
    store: Arc<dyn Store>,
    config: Config,
    key: FingerprintKey,
    clock: Clock,
    sandbox: Option<Arc<Sandbox>>,
    stop: Stop,
    telemetry: Arc<Telemetry>,
    outlets: Arc<Vec<Outlet>>,
    /// Whether another worker has the state.
    in_use: bool,
    /// What is to be done about findings, with its text.
    policy: Option<(Arc<Policy>, Arc<str>)>,
}

impl std::fmt::Debug for Worker {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Worker").field("client", &self.client).finish_non_exhaustive()
    }
}

impl Worker {
    /// Makes everything ready: rules, client, and the store, which from now on is this worker's alone.
    /// Nothing is sent.
    ///
    /// # Errors
    ///
    /// If a secret, the configuration or the state directory cannot be used.
    pub fn open(config: Config, secrets: &Secrets) -> Result<Self, Error> {
        let store = open_store(&config)?;
        let client = client(&config, secrets)?
            .permits(SharedBudget::new(&config, &store))
            // As many as there are: a page costs a request whatever it holds.
            .messages_limit(1_000)
            .json_bytes_max(usize::try_from(MESSAGES_JSON_BYTES).unwrap_or(usize::MAX))
            .build()
            .map_err(Error::Client)?;
        Self::with(config, &secrets.fingerprint_key, client, store)
    }

    /// Makes ready what [`doctor`](Self::doctor) needs: also beside a worker that uses the state, and without
    /// patience, since somebody waits for what it says.
    ///
    /// # Errors
    ///
    /// If a secret, the configuration or the state directory cannot be used.
    pub fn open_to_examine(config: Config, secrets: &Secrets) -> Result<Self, Error> {
        let (store, in_use): (Arc<dyn Store>, bool) = match open_store(&config) {
            Err(Error::Store(error)) if error.is_locked() => {
                let store = SqliteStore::read(&config.state_directory)?;
                (Arc::new(store.of_parent(&config.parent)), true)
            }
            store => (store?, false),
        };
        let retry = Retry::new(2, Duration::from_secs(1), Duration::from_secs(5));
        let client = client(&config, secrets)?.retry(retry).build().map_err(Error::Client)?;
        let worker = Self::with(config, &secrets.fingerprint_key, client, store)?;
        Ok(Self { in_use, ..worker })
    }

    /// Makes a worker with a client and a store of one's own.
    ///
    /// # Errors
    ///
    /// If the fingerprint key or the rules cannot be used.
    pub fn with(
        config: Config,
        fingerprint_key: &Secret,
        client: Client,
        store: Arc<dyn Store>,
    ) -> Result<Self, Error> {
        let key = key_of(fingerprint_key)?;
        let outlets = deliver::outlets(&config.sinks)?;
        let policy = config.read_policy()?;
        let classifier = classifier_of(&config, &key)?;
        Ok(Self {
            client,
            classifier,
            store,
            config,
            key,
            clock: Clock::system(),
            sandbox: None,
            stop: Stop::default(),
            telemetry: Arc::default(),
            outlets: Arc::new(outlets),
            in_use: false,
            policy: policy.map(|(policy, text)| (Arc::new(policy), text.into())),
        })
    }

    /// Makes everything ready but client and state, and drops it again.
    ///
    /// # Errors
    ///
    /// If a worker could not be opened with this configuration, for a reason that is not its state.
    pub fn check(config: &Config, secrets: &Secrets) -> Result<(), Error> {
        let key = key_of(&secrets.fingerprint_key)?;
        drop((deliver::outlets(&config.sinks)?, config.read_policy()?));
        classifier_of(config, &key).map(drop)
    }

    /// The same worker, which nobody has told to stop.
    #[must_use]
    pub fn renewed(mut self) -> Self {
        self.stop = Stop::default();
        self
    }

    /// Replaces the classifier, such as by one with rules of one's own.
    ///
    /// It must have been built with the same fingerprint key.
    #[must_use]
    pub fn classifier(mut self, classifier: Classifier) -> Self {
        self.classifier = classifier;
        self
    }

    /// Replaces the clock.
    #[must_use]
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Reads files of formats with risk in child processes: mail, Office documents, PDF, archives and
    /// whatever else is not plain text. Without this they are read in this process.
    #[must_use]
    pub fn sandbox(mut self, sandbox: Sandbox) -> Self {
        self.sandbox = Some(Arc::new(sandbox));
        self
    }

    /// A hand on the brake: whoever holds it can stop every run of this worker.
    pub fn stop(&self) -> Stop {
        self.stop.clone()
    }

    /// The store, to read from.
    pub fn store(&self) -> &dyn Store {
        &*self.store
    }

    /// Reads everything that changed since the last run, and leaves an attestation of it.
    ///
    /// Killed at any point and started again, it ends with the same findings as if nothing had
    /// happened.
    ///
    /// # Errors
    ///
    /// If the API refuses the key or does not answer, or the state cannot be used. What was done
    /// until then is kept, and the next run goes on from there.
    pub async fn once(&self, observer: Arc<dyn Observer>) -> Result<Summary, Error> {
        self.pass(observer, true).await
    }

    /// Counts what is in scope, and reads nothing of it.
    ///
    /// # Errors
    ///
    /// If the API refuses the key or does not answer.
    pub async fn plan(&self) -> Result<Plan, Error> {
        plan::plan(&self.stages(Arc::new(Silent), true)).await
    }

    /// Looks at everything that a run depends on: key, scopes, clock, budget, state and sinks.
    pub async fn doctor(&self) -> Vec<Check> {
        let stages = self.stages(Arc::new(Silent), true);
        let dead = stages.store(|store| store.dead_letters()).await;
        let foreign = has_foreign_fingerprints(&stages).await.unwrap_or(false);
        let mut checks = doctor::api(&self.client, &self.config.organizations).await;
        // One more request, for which nobody waits in vain.
        let lists = |check: &Check| check.name == "organisations" && check.health != Health::Bad;
        if checks.iter().any(lists) && !doctor::is_used_up(&self.client) {
            checks.extend(doctor::owner(&discover::organizations(&stages).await));
        }
        checks.extend(doctor::store(dead, self.in_use));
        checks.extend(foreign.then(doctor::foreign_fingerprints));
        checks.extend(doctor::sinks(&self.outlets).await);
        checks
    }

    pub(crate) fn config(&self) -> &Config {
        &self.config
    }

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    pub(crate) fn now(&self) -> jiff::Timestamp {
        self.clock.time()
    }

    /// The numbers of this worker.
    pub fn telemetry(&self) -> Arc<Telemetry> {
        Arc::clone(&self.telemetry)
    }

    fn stages(&self, observer: Arc<dyn Observer>, once: bool) -> Stages {
        Stages::new(Parts {
            client: self.client.clone(),
            classifier: self.classifier.clone(),
            store: Arc::clone(&self.store),
            config: self.config.clone(),
            key: self.key.clone(),
            observer,
            clock: self.clock.clone(),
            sandbox: self.sandbox.clone(),
            once,
            stop: self.stop.clone(),
            telemetry: Arc::clone(&self.telemetry),
            policy: self.policy.clone(),
        })
    }

    /// One pass over everything; `once` looks at everything now, rather than when its time comes.
    pub(crate) async fn pass(
        &self,
        observer: Arc<dyn Observer>,
        once: bool,
    ) -> Result<Summary, Error> {
        let stages = self.stages(observer, once);
        check_fingerprint_key(&stages).await?;
        let (at, ruleset) = (stages.now(), stages.ruleset().to_owned());
        let requests_before = self.client.requests_sent();
        let run = stages.store(move |store| store.begin_run(&at, &ruleset)).await?;
        info!(run, ruleset = stages.ruleset(), "Run started.");
        let mut summary = Summary::default();
        // On the heap: whoever runs a worker should not carry its future around.
        let result = Box::pin(pipeline::pass(&stages, &self.outlets, &mut summary)).await;
        summary.requests = self.client.requests_sent().saturating_sub(requests_before);
        summary.last_request_id = self.client.last_request_id();
        summary.backlog = backlog(&stages).await?;
        let end = attestation(&stages, &summary, result.as_ref().err());
        summary.store = stages
            .store(move |store| {
                store.end_run(run, &end)?;
                store.totals()
            })
            .await?;
        result.map(|()| summary)
    }
}

fn client(config: &Config, secrets: &Secrets) -> Result<ClientBuilder, Error> {
    let api_key = ApiKey::new(secrets.api_key.reveal().to_owned()).map_err(Error::Client)?;
    Ok(Client::builder(&config.base_url, api_key)
        .budget_share(config.requests_share)
        .in_flight_max(config.in_flight))
}

fn key_of(fingerprint_key: &Secret) -> Result<FingerprintKey, ConfigError> {
    FingerprintKey::from_hex(fingerprint_key.reveal()).ok_or(ConfigError::Value {
        key: "fingerprint.key",
        problem: "must be 64 hexadecimal digits; make one with `openssl rand -hex 32`",
    })
}

fn classifier_of(config: &Config, key: &FingerprintKey) -> Result<Classifier, Error> {
    let mut builder = Classifier::builder()
        .rules(config.rule_set()?)
        .key(key.clone())
        .min_confidence(config.min_confidence);
    if !config.labels.is_empty() {
        builder = builder.labels(config.labels.iter().copied());
    }
    builder.build().map_err(Error::Rules)
}

/// The store that the configuration names, for its parent organisation: a database that many workers share,
/// or a directory that is this worker's alone.
pub fn open_store(config: &Config) -> Result<Arc<dyn Store>, Error> {
    let Some(url) = &config.postgres else {
        let store = SqliteStore::open(&config.state_directory)?;
        return Ok(Arc::new(store.of_parent(&config.parent)));
    };
    let url =
        url.resolve().map_err(|source| ConfigError::Secret { key: "state.postgres", source })?;
    Ok(open_shared(url.reveal(), &config.parent)?)
}

/// Every id in the store hangs on the fingerprint key: under another one each finding would be
/// doubled.
async fn check_fingerprint_key(stages: &Stages) -> Result<(), Error> {
    let check = fingerprint_check(stages);
    let wanted = check.clone();
    let found = stages.store(move |store| store.establish_fact(FINGERPRINT_KEY, &check)).await?;
    if found == wanted { Ok(()) } else { Err(Error::ForeignFingerprintKey) }
}

/// Whether the store was filled under another fingerprint key.
async fn has_foreign_fingerprints(stages: &Stages) -> Result<bool, Error> {
    let known = stages.store(|store| store.fact(FINGERPRINT_KEY)).await?;
    Ok(known.is_some_and(|known| known != fingerprint_check(stages)))
}

/// What tells one fingerprint key from another, and nothing else about it.
fn fingerprint_check(stages: &Stages) -> String {
    stages.key.digest("store", b"which key").to_string()
}

/// Under which name a store keeps it.
const FINGERPRINT_KEY: &str = "fingerprint key";

async fn backlog(stages: &Stages) -> Result<u64, Error> {
    let rows = stages.store(|store| store.backlog()).await?;
    let open = rows.iter().filter(|row| row.state != "failed");
    Ok(open.fold(0, |sum: u64, row| sum.saturating_add(row.items)))
}

fn attestation(stages: &Stages, summary: &Summary, error: Option<&Error>) -> RunEnd {
    let outcome = error.map_or("completed", Error::outcome);
    match error {
        None => info!(%summary, "Run completed."),
        Some(error) => error!(outcome, %error, "Run ended early."),
    }
    RunEnd {
        at: stages.now(),
        outcome: outcome.to_owned(),
        items: summary.items,
        resources: summary.resources_scanned(),
        findings: summary.findings,
        gaps: summary.gaps_total(),
        requests: summary.requests,
        backlog: summary.backlog,
        last_request_id: summary.last_request_id.clone(),
    }
}
