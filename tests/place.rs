//! Where the state of a worker lies, in either kind of store.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    thread::sleep,
    time::Duration,
};

use dosimeter_simulator::Running;
use dosimeter_store::{FindingFilter, PostgresStore, SqliteStore, Store};
use dosimeter_tests::{Outcome, config, outcome_of, postgres_server::Server, worker};
use dosimeter_worker::{Config, Error, Observer, SecretRef, Silent, Summary, Worker};
use serde_json::Value;
use tempfile::{TempDir, tempdir};

/// Where the states of one test's workers lie.
#[derive(Clone, Copy)]
pub(crate) enum Places<'s> {
    Folders,
    Databases(&'s Server),
}

impl Places<'_> {
    /// One that nothing is in.
    pub(crate) fn another(self) -> Place {
        static DATABASES: AtomicU32 = AtomicU32::new(0);
        let folder = tempdir().unwrap();
        let database = |server: &Server| {
            let number = DATABASES.fetch_add(1, Ordering::Relaxed);
            let url = server.database(&format!("conformance_{number}"));
            let file = folder.path().join("database");
            std::fs::write(&file, &url).unwrap();
            (url, SecretRef::File(file.display().to_string()))
        };
        let database = match self {
            Self::Folders => None,
            Self::Databases(server) => Some(database(server)),
        };
        Place { folder, database }
    }
}

/// Where the state of a worker lies: a folder, or a database.
pub(crate) struct Place {
    folder: TempDir,
    database: Option<(String, SecretRef)>,
}

impl Place {
    pub(crate) fn config(&self, base_url: &str) -> Config {
        let postgres = self.database.as_ref().map(|(_, secret)| secret.clone());
        let mut config = config(base_url, self.folder.path());
        config.postgres = postgres;
        config
    }

    /// A worker; opening a database blocks. A folder that was given back is held for a moment longer while
    /// another test of this process starts a program.
    pub(crate) fn worker(config: Config, key: &str) -> Result<Worker, Error> {
        apart(|| {
            for _ in 0..50 {
                match worker(config.clone(), key) {
                    Err(Error::Store(error)) if error.is_locked() => {
                        sleep(Duration::from_millis(20));
                    }
                    opened => return opened,
                }
            }
            worker(config, key)
        })
    }

    /// Runs a worker once, with pages of the feed so small that there are several.
    pub(crate) async fn run(&self, simulator: &Running) -> Summary {
        let small = |config: &mut Config| config.feed_page_items = 3;
        self.run_with(simulator, small, Arc::new(Silent)).await
    }

    pub(crate) async fn run_with(
        &self,
        simulator: &Running,
        configure: impl FnOnce(&mut Config),
        observer: Arc<dyn Observer>,
    ) -> Summary {
        let mut config = self.config(&simulator.base_url());
        configure(&mut config);
        Self::worker(config, simulator.key()).unwrap().once(observer).await.unwrap()
    }

    pub(crate) fn read<T: Send>(&self, look: impl FnOnce(&dyn Store) -> T + Send) -> T {
        apart(|| match &self.database {
            None => look(&SqliteStore::read(self.folder.path()).unwrap()),
            Some((url, _)) => look(&PostgresStore::read(url).unwrap()),
        })
    }

    pub(crate) fn outcome(&self) -> Outcome {
        self.read(outcome_of)
    }

    /// The ids of the open findings, sorted.
    pub(crate) fn open_ids(&self) -> Vec<String> {
        let rows = self.read(|store| store.findings(&FindingFilter::default()).unwrap());
        let mut ids: Vec<String> = rows.into_iter().map(|row| row.id).collect();
        ids.sort();
        ids
    }

    /// A position as it is stored.
    pub(crate) fn position(&self, source: &str) -> Value {
        let stored = self.read(|store| {
            let tenant = store.tenants().unwrap().remove(0);
            store.checkpoint(&tenant, source).unwrap().unwrap()
        });
        serde_json::from_str(stored.as_str()).unwrap()
    }
}

/// On a thread of its own, since a database is not asked from an asynchronous one.
pub(crate) fn apart<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| scope.spawn(work).join().unwrap())
}
