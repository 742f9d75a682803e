//! What was answered becomes durable, after the answer and in its order.
//!
//! One thread writes; requests reserve their place in the queue before they are judged, so that a store
//! that cannot keep up is an overload and never a loss.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use dosimeter_store::{Commit, Error, Store, Verdict};
use tokio::sync::mpsc::{self, OwnedPermit};
use tracing::{error, warn};

use crate::Telemetry;

/// How many answers wait at most.
const QUEUE: usize = 4_096;

/// How many verdicts are written at once.
const BATCH: usize = 256;

/// The longest pause between two attempts.
const PAUSE_MAX: Duration = Duration::from_secs(5);

/// An answer with what it rests on.
pub(crate) struct Record {
    pub(crate) verdict: Verdict,
    pub(crate) commits: Vec<Commit>,
}

/// The queue and its thread.
pub(crate) struct Recorder {
    sender: mpsc::Sender<Record>,
    thread: JoinHandle<()>,
    hurry: Arc<AtomicBool>,
}

/// A place in the queue.
pub(crate) type Slot = OwnedPermit<Record>;

impl Recorder {
    pub(crate) fn start(store: Arc<dyn Store>, telemetry: Arc<Telemetry>) -> Self {
        let (sender, receiver) = mpsc::channel(QUEUE);
        let hurry = Arc::new(AtomicBool::new(false));
        let writer = Writer { store, telemetry, hurry: Arc::clone(&hurry) };
        let thread = thread::spawn(move || writer.write_all(receiver));
        Self { sender, thread, hurry }
    }

    /// A place, if the store keeps up.
    pub(crate) fn slot(&self) -> Option<Slot> {
        self.sender.clone().try_reserve_owned().ok()
    }

    /// How many wait.
    pub(crate) fn waiting(&self) -> usize {
        QUEUE.saturating_sub(self.sender.capacity())
    }

    /// Writes what is left; what the store does not take at its next attempt is lost and logged.
    pub(crate) fn finish(self) {
        self.hurry.store(true, Ordering::Relaxed);
        drop(self.sender);
        if self.thread.join().is_err() {
            error!("The thread that writes verdicts failed.");
        }
    }
}

struct Writer {
    store: Arc<dyn Store>,
    telemetry: Arc<Telemetry>,
    /// Nobody waits any longer for a store that comes back.
    hurry: Arc<AtomicBool>,
}

impl Writer {
    fn write_all(&self, mut receiver: mpsc::Receiver<Record>) {
        while let Some(first) = receiver.blocking_recv() {
            let mut verdicts = Vec::new();
            let mut next = Some(first);
            while let Some(Record { verdict, commits }) = next {
                for commit in &commits {
                    self.until_taken(|| self.store.commit(commit).map(drop));
                }
                verdicts.push(verdict);
                next = if verdicts.len() < BATCH { receiver.try_recv().ok() } else { None };
            }
            self.until_taken(|| self.store.put_verdicts(&verdicts));
        }
    }

    fn until_taken(&self, write: impl Fn() -> Result<(), Error>) {
        let mut pause = Duration::from_millis(50);
        while let Err(problem) = write() {
            self.telemetry.store_failed();
            if self.hurry.load(Ordering::Relaxed) {
                error!(error = %problem, "A verdict could not be recorded before the end.");
                return;
            }
            warn!(error = %problem, "The store does not take a verdict; trying again.");
            thread::sleep(pause);
            pause = pause.saturating_mul(2).min(PAUSE_MAX);
        }
    }
}
