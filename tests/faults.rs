//! Everything goes wrong that can, in seeded runs: throttling, both kinds of 500, 529, resets, slow and
//! cut bodies, expired cursors, chats that change while they are walked, and workers that are killed or
//! stopped for longer than their leases. One and four workers, on SQLite (which lets one of them work)
//! and on PostgreSQL (whose server is restarted). Each run ends with exactly the findings of the
//! undisturbed one, and no minute of it sees more requests than the limit.
//!
//! `DOSIMETER_FAULT_RUNS` says how many runs of each kind (2 by default, since CI has two processors);
//! `DOSIMETER_FAULT_SEED` is the first seed. What two hundred runs gave is in
//! `benches/results/worker.md`.
#![expect(clippy::unwrap_used, reason = "a test")]

use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use dosimeter_simulator::{
    Behaviour, Chat, Fault, FaultRule, Faults, File, Handle, Message, Running, Simulator,
};
use dosimeter_store::PostgresStore;
use dosimeter_tests::{
    Outcome, card_text, most_in_a_minute, once, organization, outcome, outcome_of,
    postgres_server::Server, simulate,
};
use rustix::process::{Pid, Signal, kill_process};

const CHATS: u64 = 24;
/// How often workers are let run and fall before they may come to an end.
const FALLS: u32 = 3;

#[tokio::test(flavor = "multi_thread")]
async fn one_worker_on_sqlite_ends_like_an_undisturbed_one() {
    all(1, None).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn four_workers_on_sqlite_end_like_an_undisturbed_one() {
    all(4, None).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_worker_on_postgres_ends_like_an_undisturbed_one() {
    let Some(server) = Server::start() else { return };
    all(1, Some(&server)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn four_workers_on_postgres_end_like_an_undisturbed_one() {
    let Some(server) = Server::start() else { return };
    all(4, Some(&server)).await;
}

/// Every seeded run of one kind.
async fn all(workers: usize, server: Option<&Server>) {
    let expected = undisturbed().await;
    let first = number("DOSIMETER_FAULT_SEED", 1);
    for seed in first..first + number("DOSIMETER_FAULT_RUNS", 2) {
        let begun = Instant::now();
        let mut run = Run::begin(seed, workers, server).await;
        for _ in 0..FALLS {
            run.let_fall().await;
        }
        let found = run.come_to_an_end().await;
        same(&found, &expected, seed);
        let requests = run.simulator.requests();
        let most = most_in_a_minute(&requests);
        assert!(most <= run.limit, "seed {seed}: {most} requests in a minute");
        let faulty = requests.iter().filter(|request| request.faulty).count();
        let throttled = requests.iter().filter(|request| request.status == Some(429)).count();
        tell(&format!(
            "seed {seed}, {workers} workers: {} requests, {faulty} hit, {throttled} times 429, \
             {most} of {} in the worst minute, {} restarts of the database, {} findings, {} s\n",
            requests.len(),
            run.limit,
            run.restarts,
            found.findings.len(),
            begun.elapsed().as_secs(),
        ));
    }
}

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|number| number.parse().ok()).unwrap_or(default)
}

fn tell(line: &str) {
    std::io::Write::write_all(&mut std::io::stderr(), line.as_bytes()).unwrap();
}

/// What a worker finds that nobody disturbs, when everything has already changed.
async fn undisturbed() -> Outcome {
    let simulator = simulate(organization(CHATS), Faults::none()).await;
    for change in changes() {
        change(simulator.handle());
    }
    let state = tempfile::tempdir().unwrap();
    once(&simulator, state.path()).await.unwrap();
    simulator.shutdown().await;
    outcome(state.path())
}

/// What users do while the workers read. Messages and files have ids of their own, since findings hang
/// on them.
type Change = Box<dyn Fn(&Handle)>;

fn changes() -> Vec<Change> {
    let said = |number: u64| Message {
        id: format!("claude_chat_msg_late_{number}"),
        ..Message::user(card_text(5_000_000 + number))
    };
    let file = |number: u64| File {
        id: format!("claude_file_late_{number}"),
        created_at: "2026-10-02T08:00:00Z".to_owned(),
        ..File::new("late.txt", card_text(6_000_000 + number).into_bytes())
    };
    let write = |chat: u64, number: u64| -> Change {
        let chat = format!("claude_chat_{chat:03}");
        Box::new(move |handle| drop(handle.add_message(&chat, said(number)).unwrap()))
    };
    vec![
        write(23, 5),
        write(1, 6),
        Box::new(move |handle| {
            let late = Chat::new("claude_chat_late", "Late").with(said(1)).with(said(2));
            handle.put_chat(late);
        }),
        // It holds a file that other chats hold too, and files of its own.
        Box::new(|handle| assert!(handle.delete_chat("claude_chat_000"))),
        write(12, 7),
        Box::new(move |handle| {
            let attached = said(3).with_file(file(1));
            drop(handle.add_message("claude_chat_002", attached).unwrap());
        }),
        Box::new(move |handle| drop(handle.add_to_session("clls_000", said(4)).unwrap())),
        Box::new(|handle| assert!(handle.move_chat("claude_chat_004", Some("claude_proj_001")))),
        Box::new(move |handle| assert!(handle.add_project_file("claude_proj_000", file(2)))),
        Box::new(|handle| assert!(handle.delete_chat("claude_chat_007"))),
        Box::new(|handle| assert!(handle.remove_project("claude_proj_002"))),
        write(23, 8),
    ]
}

/// One run: an API where much goes wrong, and workers with one state.
struct Run<'s> {
    simulator: Running,
    limit: usize,
    workers: usize,
    server: Option<&'s Server>,
    database: Option<String>,
    directory: tempfile::TempDir,
    random: u64,
    changes: std::vec::IntoIter<Change>,
    restarts: u32,
}

impl<'s> Run<'s> {
    async fn begin(seed: u64, workers: usize, server: Option<&'s Server>) -> Self {
        // Of the runs one in ten has so small a limit that workers wait for each other.
        let limit = if seed.is_multiple_of(10) { 150 } else { 600 };
        let mut behaviour = Behaviour::default();
        behaviour.requests_per_window = limit;
        let simulator = Simulator::new(organization(CHATS)).faults(faults(seed));
        let simulator = simulator.behaviour(behaviour).run().await.unwrap();
        let directory = tempfile::tempdir().unwrap();
        std::fs::write(directory.path().join("key"), simulator.key()).unwrap();
        Self {
            simulator,
            limit: usize::try_from(limit).unwrap(),
            workers,
            server,
            database: server.map(|server| server.database(&format!("faults_{seed}"))),
            directory,
            random: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1,
            changes: changes().into_iter(),
            restarts: 0,
        }
    }

    fn state(&self) -> PathBuf {
        self.directory.path().join("state")
    }

    fn spawn(&self) -> Vec<Child> {
        let key = self.directory.path().join("key");
        let worker = |_| spawn(&self.simulator, &self.state(), &key, self.database.as_deref());
        (0..self.workers).map(worker).collect()
    }

    /// Marsaglia's xorshift64.
    fn next(&mut self) -> u64 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        self.random
    }

    /// Lets workers run for some requests, while users change this and that; then they fall.
    async fn let_fall(&mut self) {
        let mut children = self.spawn();
        let made = self.simulator.handle().requests_made() as u64;
        let target = made + 5 + self.next() % 60;
        let mut change_at = made + self.next() % 20;
        let begun = Instant::now();
        loop {
            let made = self.simulator.handle().requests_made() as u64;
            if made >= target || begun.elapsed() > Duration::from_secs(4) {
                break;
            }
            if made >= change_at {
                self.change();
                change_at = made + self.next() % 12;
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        if let Some(server) = self.server
            && self.next().is_multiple_of(2)
        {
            server.control("restart");
            self.restarts += 1;
        }
        for child in &mut children {
            let pid = Pid::from_child(child);
            if self.next().is_multiple_of(3) {
                // Stopped for longer than its lease, and then back.
                kill_process(pid, Signal::STOP).ok();
                tokio::time::sleep(Duration::from_millis(700)).await;
                kill_process(pid, Signal::CONT).ok();
                tokio::time::sleep(Duration::from_millis(self.next() % 100)).await;
            }
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    fn change(&mut self) {
        if let Some(change) = self.changes.next() {
            change(self.simulator.handle());
        }
    }

    /// Whatever has not changed changes; then workers run until one of them has nothing left to do.
    async fn come_to_an_end(&mut self) -> Outcome {
        while self.changes.len() > 0 {
            self.change();
        }
        for _ in 0..20 {
            let ended: Vec<bool> =
                self.spawn().iter_mut().map(|child| child.wait().unwrap().success()).collect();
            // SQLite lets one of them in.
            let done = match self.server {
                None => ended.contains(&true),
                Some(_) => ended.iter().all(|ended| *ended),
            };
            let found = self.found().await;
            // What a worker was killed with is left to others when its lease has run out.
            if done && found.undone == 0 {
                return found;
            }
        }
        assert_eq!(self.workers, 0, "no worker came to its end");
        self.found().await
    }

    async fn found(&self) -> Outcome {
        let Some(database) = self.database.clone() else { return outcome(&self.state()) };
        let read = move || outcome_of(&PostgresStore::open(&database).unwrap());
        tokio::task::spawn_blocking(read).await.unwrap()
    }
}

fn spawn(simulator: &Running, state: &Path, key_file: &Path, database: Option<&str>) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_worker-under-test"));
    command.args(["run", &simulator.base_url()]).args([state, key_file]).args(database);
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

/// Every kind of passing fault, and those after which an item or a walk has to begin again.
fn faults(seed: u64) -> Faults {
    let mut faults = Faults::some(seed, 0.1);
    faults.kinds.push(Fault::ServerError { should_retry: Some(false) });
    faults.kinds.extend([Fault::ExpiredCursor; 3]);
    let expired = |target: &str| FaultRule::once(target, Fault::ExpiredCursor);
    let skipped = u32::try_from(seed % 4).unwrap();
    faults.with(expired("after_id=").skipping(skipped)).with(expired("before_id="))
}

/// Who was last with a file that many chats hold, and when, is chance; so is whether something was
/// read before it went away, which leaves a closed finding, or went first, which leaves a gap.
fn same(found: &Outcome, expected: &Outcome, seed: u64) {
    let ids = |outcome: &Outcome| -> Vec<String> {
        let open = outcome.findings.iter().filter(|row| row.closed_at.is_none());
        let mut ids: Vec<_> = open.map(|row| row.id.clone()).collect();
        ids.sort();
        ids
    };
    let (ids, expected_ids) = (ids(found), ids(expected));
    let beyond = |ids: &[String], other: &[String], rows: &Outcome| -> Vec<(String, String)> {
        let rows = rows.findings.iter().filter(|row| ids.contains(&row.id));
        let rows = rows.filter(|row| !other.contains(&row.id));
        rows.map(|row| (row.resource_kind.clone(), row.resource_id.clone())).collect()
    };
    let none: Vec<(String, String)> = Vec::new();
    assert_eq!(beyond(&expected_ids, &ids, expected), none, "seed {seed}: lost");
    assert_eq!(beyond(&ids, &expected_ids, found), none, "seed {seed}: found beyond");
    assert_eq!(ids.len(), expected_ids.len(), "seed {seed}: doubled");
    assert_eq!(found.totals.findings, expected.totals.findings, "seed {seed}");
    assert_eq!(found.totals.labels, expected.totals.labels, "seed {seed}");
    assert_eq!(found.totals.resources, expected.totals.resources, "seed {seed}");
    let lasting = |outcome: &Outcome| -> Vec<_> {
        outcome.gaps.iter().filter(|gap| gap.reason != "gone").cloned().collect()
    };
    assert_eq!(lasting(found), lasting(expected), "seed {seed}");
}
