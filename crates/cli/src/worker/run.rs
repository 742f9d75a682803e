//! `dosimeter worker run`: a worker that stays, and the signals that it obeys.

use std::{convert::Infallible, io, sync::Arc, time::Duration};

use dosimeter_worker::{Config, Notifier, Secrets, Silent, Worker};

use super::{config, give_up_rights, log_to, runtime};
use crate::{
    args::WorkerRunArgs,
    child::sandbox,
    error::Error,
    exit::Exit,
    signals::{Signals, Told},
    terminal::Terminal,
};

/// How long what is under way may take after the first signal.
const GRACE: Duration = Duration::from_mins(1);

/// Runs the command.
pub(crate) fn run(args: &WorkerRunArgs, terminal: &mut Terminal) -> Result<Exit, Error> {
    log_to(args.log, io::stderr)?;
    let mut config = config(&args.config.config)?;
    let mut worker = open(&config)?;
    give_up_rights(&config, &args.config.config, args.no_confinement, terminal);
    let runtime = runtime()?;
    if args.retry_dead_letters {
        for depth in worker.store().outbox().map_err(Error::Store)? {
            worker.store().exhume(&depth.sink).map_err(Error::Store)?;
        }
    }
    let notifier = Notifier::from_environment();
    // Once, so that a signal is also heard that comes while everything is read again.
    let mut signals = runtime.block_on(async { Signals::new() })?;
    notifier.ready();
    loop {
        match runtime.block_on(until_told(&worker, &mut signals, &notifier))? {
            Told::Stop => {
                // A scan that goes on after a second signal is not waited for.
                runtime.shutdown_background();
                return Ok(Exit::Clean);
            }
            Told::Reload => {
                (worker, config) = reload((worker, config), args, terminal)?;
            }
        }
    }
}

/// Takes over what is written now, or goes on with what was, if that cannot be used: a typing error
/// must not end what runs unattended.
fn reload(
    (worker, before): (Worker, Config),
    args: &WorkerRunArgs,
    terminal: &mut Terminal,
) -> Result<(Worker, Config), Error> {
    let usable = config(&args.config.config).and_then(|config| {
        let secrets = Secrets::resolve(&config).map_err(Error::Config)?;
        Worker::check(&config, &secrets).map_err(Error::Worker)?;
        drop(sandbox(config.ocr.as_ref())?);
        Ok(config)
    });
    let (error, worker) = match usable {
        Ok(config) => {
            // The state directory is one worker's at a time.
            drop(worker);
            match reopen(&config) {
                Ok(worker) => {
                    terminal.note("configuration, rules and keys were read again");
                    return Ok((worker, config));
                }
                // Such as a state in a place that this process gave up at its start.
                Err(error) => (error, reopen(&before)?),
            }
        }
        Err(error) => (error, worker.renewed()),
    };
    terminal.note(format_args!("what is written cannot be used, the old goes on: {error}"));
    Ok((worker, before))
}

/// Opens a state that was given back a moment ago: what was still asked of it keeps it for as long.
fn reopen(config: &Config) -> Result<Worker, Error> {
    const ATTEMPTS: u32 = 50;
    const PAUSE: Duration = Duration::from_millis(100);
    let mut opened = open(config);
    for _ in 0..ATTEMPTS {
        match &opened {
            Err(Error::Worker(dosimeter_worker::Error::Store(error))) if error.is_locked() => {}
            _ => break,
        }
        std::thread::sleep(PAUSE);
        opened = open(config);
    }
    opened
}

fn open(config: &Config) -> Result<Worker, Error> {
    let secrets = Secrets::resolve(config).map_err(Error::Config)?;
    super::open(config.clone(), &secrets)
}

/// Runs until a signal, and lets what is under way end.
async fn until_told(
    worker: &Worker,
    signals: &mut Signals,
    notifier: &Notifier,
) -> Result<Told, Error> {
    let stop = worker.stop();
    let mut run = Box::pin(worker.run(Arc::new(Silent)));
    let mut ended = tokio::select! {
        result = &mut run => return result.map(|()| Told::Stop).map_err(Error::Worker),
        ended = signals.next() => ended,
        never = alive(worker, notifier) => match never {},
    };
    if ended == Told::Stop {
        notifier.stopping();
    }
    stop.wish();
    let mut grace = Box::pin(tokio::time::sleep(GRACE));
    loop {
        let told = tokio::select! {
            result = &mut run => return result.map(|()| ended).map_err(Error::Worker),
            () = &mut grace => return Ok(ended),
            told = signals.next() => told,
        };
        match (ended, told) {
            // Leases that are not given back run out.
            (Told::Stop, Told::Stop) => return Ok(ended),
            (Told::Reload, Told::Stop) => {
                notifier.stopping();
                ended = Told::Stop;
            }
            // It ends, or reads everything again anyway.
            (_, Told::Reload) => {}
        }
    }
}

/// Gives signs of life that mean something: this thread is not stuck, and the state answers. What it
/// answers is the worker's own business.
async fn alive(worker: &Worker, notifier: &Notifier) -> Infallible {
    let Some(every) = notifier.alive_every() else { return std::future::pending().await };
    loop {
        let asked = worker.clone();
        let _answer = tokio::task::spawn_blocking(move || asked.store().tenants().is_ok()).await;
        notifier.alive();
        tokio::time::sleep(every).await;
    }
}
