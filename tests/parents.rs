//! Several parent organisations in one database: each worker sees, does and tells what is its own.
#![expect(clippy::unwrap_used, reason = "a test")]

use std::{path::Path, sync::Arc};

use dosimeter_simulator::{Key, Organization, Running, Seed, Simulator};
use dosimeter_store::{PostgresStore, SqliteStore, Store};
use dosimeter_tests::{
    Outcome, config, organization, outcome_of, postgres_server::Server, undisturbed,
    worker_with_budget,
};
use dosimeter_worker::{
    Config, Error, Health, Lag, SecretRef, Silent, SinkConfig, SinkTo, Summary, open_store,
};
use tempfile::{TempDir, tempdir};

/// A parent organisation: its API with a key of its own, and the folder of its workers.
struct Parent {
    name: &'static str,
    uuid: &'static str,
    chats: u64,
    api: Running,
    folder: TempDir,
}

impl Parent {
    /// Ids of chats, projects and so on are the same for all parents.
    async fn of(name: &'static str, uuid: &'static str, chats: u64) -> Self {
        let scopes = ["read:compliance_user_data", "read:compliance_org_data"];
        let key = Key::new(&format!("sk-ant-api01-{name}"), scopes);
        let api = Simulator::new(seed(uuid, chats)).keys([key]).run().await.unwrap();
        Self { name, uuid, chats, api, folder: tempdir().unwrap() }
    }

    fn config(&self, place: &Place) -> Config {
        let mut config = config(&self.api.base_url(), place.state.path());
        config.postgres.clone_from(&place.postgres);
        config.parent = self.name.into();
        let to = SinkTo::File {
            format: dosimeter_sink::Format::Native,
            path: self.told(),
            rotate_bytes: 100_000_000,
            keep: 1,
        };
        // Under one name, as two administrators who do not know of each other would have it.
        config.sinks = vec![SinkConfig::new("siem", to)];
        config
    }

    fn told(&self) -> std::path::PathBuf {
        self.folder.path().join("findings.jsonl")
    }

    async fn once(&self, place: &Place) -> Result<Summary, Error> {
        run(self.config(place), self.key()).await
    }

    fn key(&self) -> String {
        format!("sk-ant-api01-{}", self.name)
    }

    async fn expected(&self) -> Outcome {
        undisturbed(seed(self.uuid, self.chats)).await
    }

    /// Compares what the database says of this parent with what a run by itself finds.
    async fn check(&self, place: &Place) {
        let expected = self.expected().await;
        let config = self.config(place);
        let (uuid, told) = (self.uuid, self.told());
        let check = move |store: &dyn Store| {
            outcome_of(store).assert_same(&expected);
            assert_eq!(store.tenants().unwrap(), [uuid]);
            for run in store.runs(9).unwrap() {
                let reached = run.end_checkpoints.unwrap();
                assert!(reached.contains(uuid), "{reached}");
                assert_eq!(reached.matches("/chats\"").count(), 1, "{reached}");
            }
            assert_eq!(store.outbox().unwrap(), []);
            assert!(Lag::of(store, &config).unwrap().starts > 0);
            let told = std::fs::read_to_string(told).unwrap();
            assert_eq!(told.lines().count(), expected.findings.len());
            assert!(told.lines().all(|line| line.contains(uuid)), "somebody else's");
        };
        place.read(Some(self.name), check).await;
    }
}

fn seed(uuid: &str, chats: u64) -> Seed {
    let one = Organization { uuid: uuid.to_owned(), ..Organization::default() };
    Seed { organizations: vec![one], ..organization(chats) }
}

/// Runs a worker over everything. Opening a database blocks.
async fn run(config: Config, key: String) -> Result<Summary, Error> {
    let open = move || worker_with_budget(config, &key);
    tokio::task::spawn_blocking(open).await.unwrap()?.once(Arc::new(Silent)).await
}

/// Where the state lies that is shared.
struct Place {
    state: TempDir,
    postgres: Option<SecretRef>,
    url: String,
}

impl Place {
    fn folder() -> Self {
        Self { state: tempdir().unwrap(), postgres: None, url: String::new() }
    }

    fn database(url: String) -> Self {
        let state = tempdir().unwrap();
        let file = state.path().join("database");
        std::fs::write(&file, &url).unwrap();
        Self { postgres: Some(SecretRef::File(file.display().to_string())), state, url }
    }

    /// Looks at what is one parent's, or at all.
    async fn read(&self, parent: Option<&str>, look: impl FnOnce(&dyn Store) + Send + 'static) {
        let (state, url) = (self.state.path().to_owned(), self.url.clone());
        let parent = parent.map(str::to_owned);
        let look = move || look(&*reader(&state, &url, parent));
        tokio::task::spawn_blocking(look).await.unwrap();
    }
}

fn reader(state: &Path, url: &str, parent: Option<String>) -> Box<dyn Store> {
    if url.is_empty() {
        let store = SqliteStore::read(state).unwrap();
        return match parent {
            Some(name) => Box::new(store.of_parent(name)),
            None => Box::new(store),
        };
    }
    let store = PostgresStore::read(url).unwrap();
    match parent {
        Some(name) => Box::new(store.of_parent(name)),
        None => Box::new(store),
    }
}

const OURS: &str = "11111111-2222-4333-8444-555555555555";
const THEIRS: &str = "99999999-2222-4333-8444-555555555555";

#[tokio::test(flavor = "multi_thread")]
async fn workers_of_two_parents_share_a_database_and_nothing_else() {
    let Some(server) = Server::start() else { return };
    let place = Place::database(server.database("parents"));
    let (ours, theirs) =
        tokio::join!(Parent::of("ours", OURS, 12), Parent::of("theirs", THEIRS, 9));
    // Two workers of each, all at once.
    let (a, b, c, d) = tokio::join!(
        ours.once(&place),
        theirs.once(&place),
        ours.once(&place),
        theirs.once(&place),
    );
    for summary in [a, b, c, d] {
        assert_eq!(summary.unwrap().items_failed, 0);
    }
    ours.check(&place).await;
    theirs.check(&place).await;
    let findings = [ours.expected().await, theirs.expected().await].map(|all| all.totals.findings);
    let all = move |store: &dyn Store| {
        assert_eq!(store.tenants().unwrap(), [OURS, THEIRS]);
        assert_eq!(store.totals().unwrap().findings, findings.iter().sum::<u64>());
    };
    place.read(None, all).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_folder_can_hold_two_parents() {
    let place = Place::folder();
    let ours = Parent::of("ours", OURS, 4).await;
    // The first one of a folder needs no name.
    let theirs = Parent::of("", THEIRS, 3).await;
    for parent in [&ours, &theirs, &ours] {
        parent.once(&place).await.unwrap();
    }
    ours.check(&place).await;
    theirs.check(&place).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_budget_is_one_parents() {
    let place = Place::folder();
    let (ours, theirs) = (Parent::of("ours", OURS, 4).await, Parent::of("theirs", THEIRS, 3).await);
    ours.once(&place).await.unwrap();
    let store = {
        // By the same address, as it is outside of tests.
        let mut config = theirs.config(&place);
        config.base_url = ours.api.base_url();
        open_store(&config).unwrap()
    };
    let starts = store.starts(&ours.api.base_url(), 60_000).unwrap();
    assert_eq!(starts, 0, "what ours used is not theirs");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_of_another_parent_is_refused() {
    let place = Place::folder();
    let (ours, theirs) = (Parent::of("ours", OURS, 4).await, Parent::of("theirs", THEIRS, 3).await);
    ours.once(&place).await.unwrap();
    let refused = async |name: &str, of: &Parent| {
        let before = of.api.requests().len();
        let mut config = of.config(&place);
        config.parent = name.into();
        let error = run(config, of.key()).await.unwrap_err();
        assert!(error.is_key_refused(), "{name}: {error}");
        let asked = of.api.requests().split_off(before);
        assert!(asked.iter().all(|request| request.path.ends_with("/organizations")), "{asked:?}");
    };
    refused("ours", &theirs).await;
    theirs.once(&place).await.unwrap();
    refused("ours", &theirs).await;
    refused("theirs", &ours).await;
    refused("", &ours).await;
    let mut config = theirs.config(&place);
    config.parent = "ours".into();
    let key = theirs.key();
    let open = move || worker_with_budget(config, &key);
    let checks = tokio::task::spawn_blocking(open).await.unwrap().unwrap().doctor().await;
    assert!(checks.iter().any(|check| check.name == "organisation" && check.health == Health::Bad));
    ours.check(&place).await;
    theirs.check(&place).await;
}
