//! `dosimeter worker once`: one run over an organisation, with a bar and a summary.

pub(crate) mod inspect;
pub(crate) mod purge;
pub(crate) mod rename;
pub(crate) mod run;
pub(crate) mod status;
mod summary;

use std::{
    io,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use dosimeter_classifier::Classifier;
use dosimeter_record::FingerprintKey;
use dosimeter_store::SqliteStore;
use dosimeter_worker::{Config, Confinement, Event, Observer, Secrets, Summary, Worker, confine};
use tokio::runtime::Runtime;
use tracing_subscriber::{filter::Targets, layer::SubscriberExt as _};

pub(crate) use self::summary::{SummaryLine, print_summary};
use crate::{
    args::{LogLevel, WorkerOnceArgs},
    child::sandbox,
    classifier::rule_files,
    error::Error,
    exit::Exit,
    signals::Signals,
    terminal::{Progress, Terminal},
};

/// Runs the command.
pub(crate) fn once(args: &WorkerOnceArgs, terminal: &mut Terminal) -> Result<Exit, Error> {
    let config = config(&args.config.config)?;
    let secrets = Secrets::resolve(&config).map_err(Error::Config)?;
    if let Some(level) = args.log {
        log_to(level, io::stderr)?;
    }
    let own_rules = own_rules(args, &config, &secrets)?;
    let mut worker = open(config.clone(), &secrets)?;
    if let Some(classifier) = own_rules {
        worker = worker.classifier(classifier);
    }
    give_up_rights(&config, &args.config.config, args.no_confinement, terminal);
    let summary = run_once(&worker, terminal)?;
    if args.json {
        terminal.json(&SummaryLine::new(&summary))?;
    } else {
        print_summary(&summary, terminal)?;
        if !terminal.is_quiet() {
            let file = SqliteStore::path(&config.state_directory).display().to_string();
            let database = config.postgres.map_or(file, |_| "PostgreSQL".to_owned());
            terminal.line(format_args!("database: {database}"))?;
        }
    }
    let incomplete = args.strict_coverage && !summary.is_complete();
    Ok(if incomplete { Exit::Incomplete } else { Exit::Clean })
}

/// Reads and checks a configuration file.
pub(crate) fn config(path: &Path) -> Result<Config, Error> {
    Config::read(path).map_err(Error::Config)
}

/// The classifier with the user's own rules, if there are any.
fn own_rules(
    args: &WorkerOnceArgs,
    config: &Config,
    secrets: &Secrets,
) -> Result<Option<Classifier>, Error> {
    let Some(key) = FingerprintKey::from_hex(secrets.fingerprint_key.reveal()) else {
        // The worker itself says what is wrong with the key.
        return Ok(None);
    };
    if args.rules.is_empty() {
        return Ok(None);
    }
    let mut rules = config.rule_set().map_err(Error::Config)?;
    for (name, source) in rule_files(&args.rules)? {
        rules.add_toml(&name, &source).map_err(Error::Rules)?;
    }
    let mut builder =
        Classifier::builder().rules(rules).key(key).min_confidence(config.min_confidence);
    if !config.labels.is_empty() {
        builder = builder.labels(config.labels.iter().copied());
    }
    builder.build().map(Some).map_err(Error::Rules)
}

/// Makes a worker ready.
pub(crate) fn open(config: Config, secrets: &Secrets) -> Result<Worker, Error> {
    let sandbox = sandbox(config.ocr.as_ref())?;
    Ok(Worker::open(config, secrets).map_err(Error::Worker)?.sandbox(sandbox))
}

/// Gives up what the configuration does not need of the file system, for this thread and those that it starts:
/// so before there is a runtime, and after the worker is open, which makes the folders that it writes to.
pub(crate) fn give_up_rights(config: &Config, file: &Path, keep: bool, terminal: &mut Terminal) {
    if keep {
        terminal.note("not confined: this process keeps the rights of its user");
    } else if confine(config, file) == Confinement::None {
        terminal.note("this kernel has no Landlock; the process keeps the rights of its user");
    }
}

/// Runs a worker once on a runtime of its own.
pub(crate) fn run_once(worker: &Worker, terminal: &Terminal) -> Result<Summary, Error> {
    let runtime = runtime()?;
    let progress = terminal.progress();
    let bar = Arc::new(Bar::new(progress.clone()));
    let summary = runtime.block_on(unless_told(worker, bar));
    progress.finish();
    // A scan that goes on after a second signal is not waited for.
    runtime.shutdown_background();
    summary
}

/// Runs to the end, unless a signal says otherwise: what is under way ends then, and what was leased is given
/// back. After a second signal nothing is waited for. In a container, where this is the first process, a
/// signal that nobody listens to does nothing.
async fn unless_told(worker: &Worker, bar: Arc<Bar>) -> Result<Summary, Error> {
    let mut signals = Signals::new()?;
    let stop = worker.stop();
    let mut run = Box::pin(worker.once(bar));
    tokio::select! {
        summary = &mut run => return summary.map_err(Error::Worker),
        _ = signals.next() => stop.wish(),
    }
    tokio::select! {
        summary = run => summary.map_err(Error::Worker).and(Err(Error::Stopped)),
        _ = signals.next() => Err(Error::Stopped),
    }
}

/// The runtime for everything asynchronous.
pub(crate) fn runtime() -> Result<Runtime, Error> {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder.enable_all().build().map_err(|error| Error::Runtime(error.kind()))
}

/// Writes what our own crates log, as lines of ids and lengths. Other crates log nothing: what they
/// say is not ours to vouch for.
pub(crate) fn log_to<W>(level: LogLevel, writer: W) -> Result<(), Error>
where
    W: for<'a> tracing_subscriber::fmt::MakeWriter<'a> + Send + Sync + 'static,
{
    let layer = tracing_subscriber::fmt::layer().with_ansi(false).with_writer(writer);
    let ours = Targets::new().with_target("dosimeter", tracing::Level::from(level));
    let subscriber = tracing_subscriber::registry().with(ours).with(layer);
    tracing::subscriber::set_global_default(subscriber).map_err(|_| Error::Log)
}

/// Draws the progress of a run.
struct Bar {
    progress: Progress,
    listed: AtomicU64,
    done: AtomicU64,
    findings: AtomicU64,
}

impl Bar {
    fn new(progress: Progress) -> Self {
        let zero = || AtomicU64::new(0);
        Self { progress, listed: zero(), done: zero(), findings: zero() }
    }
}

impl Observer for Bar {
    fn notice(&self, event: &Event<'_>) {
        match event {
            Event::PageListed { items } => {
                let items = *items as u64;
                let listed = self.listed.fetch_add(items, Ordering::Relaxed).saturating_add(items);
                self.progress.set_total(listed);
            }
            Event::ItemDone { findings, .. } => {
                let found = self.findings.fetch_add(*findings, Ordering::Relaxed);
                let found = found.saturating_add(*findings);
                let done = self.done.fetch_add(1, Ordering::Relaxed).saturating_add(1);
                self.progress.set(done, format!("chats and projects, {found} findings"));
            }
            _ => {}
        }
    }
}

/// An error with everything that led to it. Each of our crates promises messages without content.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}
