//! The worker under a policy: what it allows is not kept, and comes back when an exception ends.
#![expect(clippy::unwrap_used, reason = "a test")]

use std::{fs, path::Path, sync::Arc};

use dosimeter_simulator::{Faults, Organization, Running, Seed, User};
use dosimeter_store::{FindingFilter, FindingRow, SqliteStore, Store as _};
use dosimeter_tests::{card_text, chat, config, simulate, worker};
use dosimeter_worker::{Clock, Silent};
use tempfile::tempdir;

fn seed() -> Seed {
    Seed {
        organizations: vec![Organization {
            uuid: "11111111-2222-4333-8444-555555555555".to_owned(),
            ..Organization::default()
        }],
        users: vec![User { id: "user_1".to_owned(), ..User::default() }],
        chats: vec![chat("claude_chat_1", card_text(1)), chat("claude_chat_2", card_text(2))],
        ..Seed::default()
    }
}

/// Runs a worker at a time, under a policy, and gives the cards that are open.
async fn cards(simulator: &Running, state: &Path, time: &str, policy: &str) -> Vec<FindingRow> {
    let file = state.with_extension("toml");
    fs::write(&file, policy).unwrap();
    let mut config = config(&simulator.base_url(), state);
    config.policy = Some(file);
    let clock = Clock::stopped(time.parse().unwrap());
    worker(config, simulator.key()).unwrap().clock(clock).once(Arc::new(Silent)).await.unwrap();
    let store = SqliteStore::read(state).unwrap();
    let rows = store.findings(&FindingFilter::default()).unwrap();
    rows.into_iter().filter(|row| row.rule.starts_with("payment.card")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_exception_hides_one_value_until_it_expires() {
    let simulator = simulate(seed(), Faults::none()).await;
    let folder = tempdir().unwrap();
    let (first, second) = (folder.path().join("first"), folder.path().join("second"));
    let all = cards(&simulator, &first, "2026-10-01T00:00:00Z", "").await;
    assert_eq!(all.len(), 2);
    let policy = format!(
        "[[exception]]\nfingerprint = \"{}\"\nreason = \"invented\"\nexpires = \"2026-10-02\"",
        all.first().unwrap().fingerprint
    );
    let some = cards(&simulator, &second, "2026-10-01T00:00:00Z", &policy).await;
    assert_eq!(some.len(), 1);
    let labels = SqliteStore::read(&second).unwrap().totals().unwrap().labels;
    let payment = labels.iter().find(|total| total.label == "payment").unwrap();
    assert_eq!(payment.resources, 1, "a label needs a finding that is kept");
    let again = cards(&simulator, &second, "2026-10-03T00:00:00Z", &policy).await;
    let ids = |rows: &[FindingRow]| rows.iter().map(|row| row.id.clone()).collect::<Vec<_>>();
    assert_eq!(ids(&again), ids(&all));
}
