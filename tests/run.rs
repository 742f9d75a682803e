//! A worker that stays: it sees what is new, tells how it is, survives a change of keys, and stops.
#![expect(clippy::unwrap_used, reason = "a test")]

#[path = "../crates/sink/tests/support/receivers.rs"]
mod receivers;

use std::{
    io::Write as _,
    process::{Command, Stdio},
    sync::Arc,
    time::Duration,
};

use dosimeter_simulator::{Faults, Key, KeyState, Message, Simulator};
use dosimeter_store::{SqliteStore, Store};
use dosimeter_tests::{card_text, config, organization, simulate, worker};
use dosimeter_worker::{KeyState as Standing, SecretRef, Silent};
use tempfile::tempdir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

/// Asks again until it is so.
async fn until(what: &str, mut is: impl FnMut() -> bool) {
    for _ in 0..600 {
        if is() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(is(), "{what}");
}

fn findings(state: &std::path::Path) -> u64 {
    SqliteStore::read(state).map_or(0, |store| store.totals().unwrap().findings)
}

/// Whether a pass over everything has come to its end.
fn has_completed(state: &std::path::Path) -> bool {
    let runs = SqliteStore::read(state).and_then(|store| store.runs(10)).unwrap_or_default();
    runs.iter().any(|run| run.outcome.as_deref() == Some("completed"))
}

/// Long enough for the test, and shorter than it.
const EVERY: Duration = Duration::from_millis(300);

async fn get(address: std::net::SocketAddr, path: &str) -> String {
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let request = format!("GET {path} HTTP/1.0\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

/// Lets Prometheus' own checker read what an answer says.
fn check_metrics(answer: &str) {
    let Some(promtool) = receivers::system("promtool", "prometheus") else { return };
    let (_, metrics) = answer.split_once("\r\n\r\n").unwrap();
    let mut command = Command::new(promtool);
    command.args(["check", "metrics"]).stdin(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(metrics.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_stays_sees_what_is_new_and_says_how_it_is() {
    let simulator = simulate(organization(3), Faults::none()).await;
    let state = tempdir().unwrap();
    let mut config = config(&simulator.base_url(), state.path());
    config.schedule = dosimeter_worker::Schedule::Every(EVERY);
    // A port that was free a moment ago.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    config.listen = Some(address);
    let worker = worker(config, simulator.key()).unwrap();
    let stop = worker.stop();
    let running = tokio::spawn(async move { worker.run(Arc::new(Silent)).await });
    until("the first pass ends", || has_completed(state.path())).await;
    let first = findings(state.path());
    assert!(first > 10);
    assert!(get(address, "/healthz").await.contains("alive"));
    let ready = get(address, "/readyz").await;
    assert!(ready.starts_with("HTTP/1.0 200"), "{ready}");
    simulator.handle().add_message("claude_chat_000", Message::user(card_text(999))).unwrap();
    until("the new finding is there", || findings(state.path()) > first).await;
    let metrics = get(address, "/metrics").await;
    for line in [
        "# TYPE dosimeter_items_total counter",
        "dosimeter_items_total{outcome=\"done\"}",
        "dosimeter_findings_total{label=\"payment\"}",
        "dosimeter_passes_total{outcome=\"completed\"}",
        "dosimeter_requests_total ",
        "dosimeter_ratelimit_remaining ",
        "dosimeter_scan_lag_seconds ",
        "dosimeter_key_state{state=\"active\"} 1",
    ] {
        assert!(metrics.contains(line), "{line} in {metrics}");
    }
    check_metrics(&metrics);
    for word in ["claude_chat", "user_", "corp.test", "payment.card"] {
        assert!(!metrics.contains(word), "{word} in {metrics}");
    }
    stop.wish();
    running.await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_rotated_without_a_restart() {
    let (old, new) = ("sk-ant-api01-old", "sk-ant-api01-new");
    let keys = [Key::new(old, ["read:org_audit"]), Key::new(new, ["read:org_audit"])];
    let simulator = Simulator::new(organization(2)).keys(keys).run().await.unwrap();
    let state = tempdir().unwrap();
    let file = state.path().join("api-key");
    std::fs::write(&file, old).unwrap();
    let mut config = config(&simulator.base_url(), &state.path().join("state"));
    config.api_key = SecretRef::File(file.display().to_string());
    config.schedule = dosimeter_worker::Schedule::Every(EVERY);
    let worker = worker(config, old).unwrap();
    let (stop, telemetry) = (worker.stop(), worker.telemetry());
    let running = tokio::spawn(async move { worker.run(Arc::new(Silent)).await });
    until("the first pass ends", || has_completed(&state.path().join("state"))).await;
    assert_eq!(telemetry.key(), Standing::Active);
    std::fs::write(&file, new).unwrap();
    simulator.handle().set_key(old, KeyState::Deactivated);
    let before = simulator.requests().len();
    until("the new key is used", || {
        let requests = simulator.requests();
        requests.iter().skip(before).any(|request| request.status == Some(200))
    })
    .await;
    stop.wish();
    running.await.unwrap().unwrap();
}
