//! A worker that is killed at any point, again and again, ends with exactly what an undisturbed one
//! finds: nothing lost, nothing doubled.
#![expect(clippy::unwrap_used, reason = "a test")]

use std::{
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use dosimeter_simulator::{Faults, Running};
use dosimeter_tests::{organization, outcome, simulate, undisturbed};

const KILLS: u32 = 20;
const SEED: u64 = 20_261_120;

fn spawn(simulator: &Running, state: &Path, key_file: &Path) -> Child {
    Command::new(env!("CARGO_BIN_EXE_worker-under-test"))
        .args(["run", &simulator.base_url()])
        .args([state, key_file])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Marsaglia's xorshift64: the kill points are the same in every run.
fn next(random: &mut u64) -> u64 {
    *random ^= *random << 13;
    *random ^= *random >> 7;
    *random ^= *random << 17;
    *random
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_killed_at_twenty_points_ends_like_an_undisturbed_one() {
    let chats = 100;
    let expected = undisturbed(organization(chats)).await;
    assert!(expected.findings.len() > 150, "{} findings", expected.findings.len());
    assert_eq!(expected.gaps, []);

    let simulator = simulate(organization(chats), Faults::none()).await;
    let directory = tempfile::tempdir().unwrap();
    let state = directory.path().join("state");
    let key_file = directory.path().join("key");
    std::fs::write(&key_file, simulator.key()).unwrap();
    let (mut random, mut killed_in_work) = (SEED, 0);
    for _ in 0..KILLS {
        let mut child = spawn(&simulator, &state, &key_file);
        // Progress, and not time, decides: the points lie in the work on a slow machine too.
        let target = simulator.requests().len() as u64 + 1 + next(&mut random) % 12;
        while (simulator.requests().len() as u64) < target && child.try_wait().unwrap().is_none() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        tokio::time::sleep(Duration::from_micros(next(&mut random) % 20_000)).await;
        killed_in_work += u32::from(child.try_wait().unwrap().is_none());
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let status = spawn(&simulator, &state, &key_file).wait().unwrap();
    assert!(status.success());
    assert!(killed_in_work >= KILLS / 2, "only {killed_in_work} kills hit a worker at work");
    outcome(&state).assert_same(&expected);
}
