//! What the tests over the whole system share: an organisation to scan, a worker that is in a hurry,
//! and what to compare.
#![expect(clippy::missing_panics_doc, clippy::unwrap_used, reason = "a test's own tools")]

pub mod postgres_server;

use std::{path::Path, sync::Arc, time::Duration};

use dosimeter_client::{ApiKey, Client, ClientBuilder, Retry};
use dosimeter_simulator::{
    Artifact, Behaviour, Block, Chat, CodeArtifact, CodeVersion, Document, Faults, File, Message,
    Project, Request, Running, Seed, Session, Simulator, User,
};
use dosimeter_store::{FindingFilter, FindingRow, GapRow, SqliteStore, Store, Totals};
use dosimeter_worker::{
    Clock, Config, Error, Observer, Secret, SecretRef, SharedBudget, Silent, Summary, Worker,
    open_store,
};

/// The fingerprint key of all tests.
pub const FINGERPRINT_KEY: &str =
    "0707070707070707070707070707070707070707070707070707070707070707";

/// A card number that passes the Luhn check and is nobody's documented example.
pub fn card(index: u64) -> String {
    let digits: Vec<u64> = format!("45390{:010}", index.wrapping_mul(7_777_777) % 10_000_000_000)
        .bytes()
        .map(|digit| u64::from(digit - b'0'))
        .collect();
    // ISO/IEC 7812-1: from the right, every second digit doubled, digits summed.
    let doubled = digits.iter().rev().enumerate().map(|(place, digit)| match place % 2 {
        0 => digit * 2 / 10 + digit * 2 % 10,
        _ => *digit,
    });
    let check = (10 - doubled.sum::<u64>() % 10) % 10;
    let number: String = digits.iter().chain([&check]).map(u64::to_string).collect();
    number
        .as_bytes()
        .chunks(4)
        .map(|four| String::from_utf8_lossy(four).into_owned() + " ")
        .collect()
}

/// A sentence with a card in it.
pub fn card_text(index: u64) -> String {
    format!("Please charge the credit card {}exp 04/29, as agreed.", card(index))
}

/// A chat with one message.
pub fn chat(id: &str, text: impl Into<String>) -> Chat {
    Chat::new(id, "Plans").with(Message::user(text))
}

/// An organisation with `chats` chats that hold everything a chat can hold, and some of everything
/// else.
pub fn organization(chats: u64) -> Seed {
    Seed {
        users: (0..2).map(user).collect(),
        chats: (0..chats).map(full_chat).collect(),
        projects: (0..3).map(project).collect(),
        local_sessions: (0..2).map(|index| session("clls", index)).collect(),
        remote_sessions: (2..4).map(|index| session("cse", index)).collect(),
        code_artifacts: (0..2).map(code_artifact).collect(),
        ..Seed::default()
    }
}

fn user(index: u64) -> User {
    User {
        id: format!("user_{index}"),
        email: format!("user{index}@corp.test"),
        preferences: card_text(2_000_000 + index),
        ..User::default()
    }
}

fn session(prefix: &str, index: u64) -> Session {
    let number = 3_000_000 + index * 10;
    let result = Block::ToolResult {
        tool_use_id: None,
        name: "Read".to_owned(),
        content: vec![card_text(number + 1)],
    };
    Session {
        id: format!("{prefix}_{index:03}"),
        product_surface: Some("claude_code".to_owned()),
        user: "user_0".to_owned(),
        messages: vec![
            Message::user(card_text(number)),
            Message::assistant("Let me look.").with_block(result),
        ],
        ..Session::default()
    }
}

fn code_artifact(index: u64) -> CodeArtifact {
    let page = format!("<html><body>{}</body></html>", card_text(4_000_000 + index));
    let version = CodeVersion {
        id: format!("v{index}"),
        name: "Dash".to_owned(),
        bytes: page.into_bytes().into(),
    };
    CodeArtifact {
        id: format!("cart_{index:03}"),
        user: "user_1".to_owned(),
        versions: vec![version],
        ..CodeArtifact::default()
    }
}

fn full_chat(index: u64) -> Chat {
    let number = index * 10;
    let result = Block::ToolResult {
        tool_use_id: None,
        name: "lookup".to_owned(),
        content: vec![card_text(number + 1)],
    };
    let mut chat = Chat::new(format!("claude_chat_{index:03}"), format!("Card {}", card(number)))
        .with(Message::user(card_text(number)))
        .with(Message::assistant("Let me look.").with_block(result))
        .with(Message::user("Nothing to see here."));
    let attached = |name: &str, card: u64| File {
        id: format!("claude_file_{index:03}_{card}"),
        mime_type: Some("text/csv".to_owned()),
        ..File::new(name, format!("name,card\nanybody,{}\n", self::card(card)).into_bytes())
    };
    if index.is_multiple_of(2) {
        chat = chat.with(Message::user("See this.").with_file(attached("q.csv", number + 2)));
    }
    if index.is_multiple_of(3) {
        // One file that many chats hold.
        let shared = File {
            id: "claude_file_shared".to_owned(),
            created_at: "2026-09-30T08:00:00Z".to_owned(),
            ..attached("shared.csv", 9_999_999)
        };
        chat = chat.with(Message::user("And this.").with_file(shared));
    }
    if index.is_multiple_of(5) {
        let made =
            File { id: format!("claude_gen_file_{index:03}"), ..attached("made.csv", number + 3) };
        let artifact = Artifact {
            id: format!("claude_artifact_{index:03}"),
            version_id: format!("claude_artifact_version_{index:03}"),
            content: card_text(number + 4),
            ..Artifact::default()
        };
        let message = Message::assistant("Done.").with_generated_file(made).with_artifact(artifact);
        chat = chat.with(message);
    }
    chat
}

fn project(index: u64) -> Project {
    let number = 1_000_000 + index * 10;
    Project {
        id: format!("claude_proj_{index:03}"),
        name: "Cards".to_owned(),
        instructions: card_text(number),
        files: vec![File {
            id: format!("claude_file_project_{index:03}"),
            ..File::new("p.txt", card_text(number + 1).into_bytes())
        }],
        documents: vec![Document {
            id: format!("claude_proj_doc_{index:03}"),
            filename: "d.txt".to_owned(),
            content: card_text(number + 2),
            ..Document::default()
        }],
        ..Project::default()
    }
}

/// Starts a simulator whose request limit is in nobody's way.
pub async fn simulate(seed: Seed, faults: Faults) -> Running {
    let mut behaviour = Behaviour::default();
    behaviour.requests_per_window = 1_000_000;
    Simulator::new(seed).faults(faults).behaviour(behaviour).run().await.unwrap()
}

/// The configuration of a worker for a simulator.
pub fn config(base_url: &str, state: &Path) -> Config {
    let unused = || SecretRef::Env("UNUSED".to_owned());
    let mut config = Config::new(base_url, unused(), state, unused());
    config.in_flight = 8;
    config.page_items = 10;
    config
}

/// A worker that waits milliseconds where others wait seconds, by a clock that stands.
pub fn worker(config: Config, key: &str) -> Result<Worker, Error> {
    let store = open_store(&config)?;
    let client = impatient(&config, key).build().unwrap();
    worker_of(config, client, store)
}

/// The same worker, with a request budget that is kept in its store, as that of a real one.
pub fn worker_with_budget(config: Config, key: &str) -> Result<Worker, Error> {
    let store = open_store(&config)?;
    let permits = SharedBudget::new(&config, &store);
    let client = impatient(&config, key).permits(permits).build().unwrap();
    worker_of(config, client, store)
}

fn impatient(config: &Config, key: &str) -> ClientBuilder {
    Client::builder(&config.base_url, ApiKey::new(key.to_owned()).unwrap())
        .retry(Retry::new(6, Duration::from_millis(5), Duration::from_millis(50)))
        .budget_share(1.0)
}

fn worker_of(config: Config, client: Client, store: Arc<dyn Store>) -> Result<Worker, Error> {
    let time = "2026-10-01T00:00:00Z".parse().unwrap();
    Ok(Worker::with(config, &Secret::new(FINGERPRINT_KEY.to_owned()), client, store)?
        .clock(Clock::stopped(time)))
}

/// Runs a worker once over a simulator.
pub async fn once(simulator: &Running, state: &Path) -> Result<Summary, Error> {
    once_with(simulator, state, |_| {}, Arc::new(Silent)).await
}

/// Runs a worker once with a configuration and an observer of one's own.
pub async fn once_with(
    simulator: &Running,
    state: &Path,
    configure: impl FnOnce(&mut Config),
    observer: Arc<dyn Observer>,
) -> Result<Summary, Error> {
    let mut config = config(&simulator.base_url(), state);
    configure(&mut config);
    worker(config, simulator.key())?.once(observer).await
}

/// Everything that a store says about content: two runs with the same end agree in it.
#[derive(Debug, PartialEq, Eq)]
pub struct Outcome {
    /// All findings, also closed ones.
    pub findings: Vec<FindingRow>,
    /// All gaps.
    pub gaps: Vec<GapRow>,
    /// All counts.
    pub totals: Totals,
    /// Items that are not done, whatever the reason.
    pub undone: u64,
}

impl Outcome {
    /// Fails with the rows that differ, if any.
    pub fn assert_same(&self, expected: &Self) {
        let missing = expected.findings.iter().filter(|row| !self.findings.contains(row));
        assert_eq!(missing.collect::<Vec<_>>(), Vec::<&FindingRow>::new(), "lost or changed");
        let surplus = self.findings.iter().filter(|row| !expected.findings.contains(row));
        assert_eq!(surplus.collect::<Vec<_>>(), Vec::<&FindingRow>::new(), "found beyond");
        assert_eq!(self.findings.len(), expected.findings.len(), "doubled");
        assert_eq!(self.gaps, expected.gaps);
        assert_eq!(self.totals, expected.totals);
        assert_eq!(self.undone, expected.undone);
    }
}

/// What a state directory holds.
pub fn outcome(state: &Path) -> Outcome {
    outcome_of(&SqliteStore::read(state).unwrap())
}

/// What a store holds.
pub fn outcome_of(store: &dyn Store) -> Outcome {
    let all = FindingFilter { closed_too: true, ..FindingFilter::default() };
    let mut findings = store.findings(&all).unwrap();
    for finding in &mut findings {
        // A file in several chats belongs to whichever was read last.
        if finding.resource_id == "claude_file_shared" {
            finding.parent = None;
            finding.href = None;
        }
    }
    let undone = store.backlog().unwrap().iter().map(|row| row.items).sum();
    Outcome { findings, gaps: store.gaps(10_000).unwrap(), totals: store.totals().unwrap(), undone }
}

/// How many requests came in the worst minute, wherever it begins.
pub fn most_in_a_minute(requests: &[Request]) -> usize {
    let times: Vec<_> = requests.iter().map(|request| request.at).collect();
    let minute = Duration::from_mins(1);
    let within = |(begin, first): (usize, &jiff::Timestamp)| {
        let end = first.checked_add(minute).unwrap();
        times.iter().skip(begin).take_while(|time| **time < end).count()
    };
    times.iter().enumerate().map(within).max().unwrap_or(0)
}

/// The ids of the open findings, sorted.
pub fn open_ids(state: &Path) -> Vec<String> {
    let store = SqliteStore::read(state).unwrap();
    let mut ids: Vec<String> =
        store.findings(&FindingFilter::default()).unwrap().into_iter().map(|row| row.id).collect();
    ids.sort();
    ids
}

/// What an undisturbed run over this organisation finds.
pub async fn undisturbed(seed: Seed) -> Outcome {
    let simulator = simulate(seed, Faults::none()).await;
    let state = tempfile::tempdir().unwrap();
    once(&simulator, state.path()).await.unwrap();
    simulator.shutdown().await;
    outcome(state.path())
}
