//! Everything goes wrong that can, in seeded runs: throttling, both kinds of 500, 529, resets, slow and
//! cut bodies, and workers that are killed or stopped for longer than their leases; alone on SQLite, four
//! at a time on PostgreSQL, whose server is restarted. Each run ends with exactly the findings of the
//! undisturbed one.
//!
//! `DOSIMETER_FAULT_RUNS` says how many runs of each kind (3 by default, since CI has two processors);
//! `DOSIMETER_FAULT_SEED` is the first seed.
#![expect(clippy::unwrap_used, reason = "a test")]

use std::{
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use dosimeter_simulator::{Faults, Running};
use dosimeter_store::PostgresStore;
use dosimeter_tests::{
    Outcome, organization, outcome, outcome_of, postgres_server::Server, simulate, undisturbed,
};
use rustix::process::{Pid, Signal, kill_process};

const CHATS: u64 = 24;

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|number| number.parse().ok()).unwrap_or(default)
}

fn seeds() -> impl Iterator<Item = u64> {
    let first = number("DOSIMETER_FAULT_SEED", 1);
    first..first + number("DOSIMETER_FAULT_RUNS", 3)
}

/// Marsaglia's xorshift64.
fn next(random: &mut u64) -> u64 {
    *random ^= *random << 13;
    *random ^= *random >> 7;
    *random ^= *random << 17;
    *random
}

fn spawn(simulator: &Running, state: &Path, key_file: &Path, database: Option<&str>) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_worker-under-test"));
    command.args(["run", &simulator.base_url()]).args([state, key_file]).args(database);
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

/// Lets workers run and fall, until one comes to its end undisturbed.
async fn disturb(
    simulator: &Running,
    workers: usize,
    random: &mut u64,
    mut spawn: impl FnMut() -> Child,
    mut between: impl FnMut(u64),
) {
    for _ in 0..3 {
        let mut children: Vec<Child> = (0..workers).map(|_| spawn()).collect();
        let target = simulator.requests().len() as u64 + 5 + next(random) % 60;
        let mut waited = 0;
        while (simulator.requests().len() as u64) < target && waited < 2_000 {
            tokio::time::sleep(Duration::from_millis(1)).await;
            waited += 1;
        }
        between(next(random));
        for child in &mut children {
            let pid = Pid::from_child(child);
            if next(random).is_multiple_of(3) {
                // Stopped for longer than its lease, and then back.
                kill_process(pid, Signal::STOP).ok();
                tokio::time::sleep(Duration::from_millis(700)).await;
                kill_process(pid, Signal::CONT).ok();
                tokio::time::sleep(Duration::from_millis(next(random) % 100)).await;
            }
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }
    for _ in 0..20 {
        let mut last: Vec<Child> = (0..workers).map(|_| spawn()).collect();
        let ended: Vec<bool> =
            last.iter_mut().map(|child| child.wait().unwrap().success()).collect();
        if ended.iter().all(|ended| *ended) {
            return;
        }
    }
    assert_eq!(workers, 0, "no worker came to its end");
}

fn faults(seed: u64) -> Faults {
    Faults::some(seed, 0.1)
}

#[tokio::test(flavor = "multi_thread")]
async fn one_worker_on_sqlite_ends_like_an_undisturbed_one() {
    let expected = undisturbed(organization(CHATS)).await;
    for seed in seeds() {
        let simulator = simulate(organization(CHATS), faults(seed)).await;
        let directory = tempfile::tempdir().unwrap();
        let (state, key) = (directory.path().join("state"), directory.path().join("key"));
        std::fs::write(&key, simulator.key()).unwrap();
        let mut random = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        let worker = || spawn(&simulator, &state, &key, None);
        disturb(&simulator, 1, &mut random, worker, |_| {}).await;
        same(&outcome(&state), &expected, seed);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn four_workers_on_postgres_end_like_an_undisturbed_one() {
    let Some(server) = Server::start() else { return };
    let expected = undisturbed(organization(CHATS)).await;
    for seed in seeds() {
        let simulator = simulate(organization(CHATS), faults(seed)).await;
        let directory = tempfile::tempdir().unwrap();
        let (state, key) = (directory.path().join("state"), directory.path().join("key"));
        std::fs::write(&key, simulator.key()).unwrap();
        let database = server.database(&format!("faults_{seed}"));
        let mut random = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        let worker = || spawn(&simulator, &state, &key, Some(&database));
        let restart = |random: u64| {
            if random.is_multiple_of(2) {
                server.control("restart");
            }
        };
        disturb(&simulator, 4, &mut random, worker, restart).await;
        let read = move || outcome_of(&PostgresStore::open(&database).unwrap());
        let found = tokio::task::spawn_blocking(read).await.unwrap();
        same(&found, &expected, seed);
    }
}

/// Who was last with a file that many chats hold, and when, is chance.
fn same(found: &Outcome, expected: &Outcome, seed: u64) {
    let ids = |outcome: &Outcome| -> Vec<(String, bool)> {
        let open = |row: &dosimeter_store::FindingRow| (row.id.clone(), row.closed_at.is_none());
        let mut ids: Vec<_> = outcome.findings.iter().map(open).collect();
        ids.sort();
        ids
    };
    assert_eq!(ids(found), ids(expected), "seed {seed}");
    assert_eq!(found.totals, expected.totals, "seed {seed}");
    assert_eq!(found.gaps, expected.gaps, "seed {seed}");
}
