//! From a finding to the systems of others: at least once, under one name, and never in the way.
#![expect(clippy::unwrap_used, reason = "a test")]

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode, Uri},
    routing::{any, post},
};
use dosimeter_simulator::Faults;
use dosimeter_sink::ObjectFormat;
use dosimeter_store::{SqliteStore, Store};
use dosimeter_tests::{once, once_with, open_ids, organization, simulate};
use dosimeter_worker::{Config, ObjectPlace, SecretRef, Silent, SinkConfig, SinkTo};
use serde_json::Value;
use tempfile::tempdir;

fn lines(path: &std::path::Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[tokio::test]
async fn every_finding_is_told_once_and_its_end_too() {
    let simulator = simulate(organization(4), Faults::none()).await;
    let (state, out) = (tempdir().unwrap(), tempdir().unwrap());
    let path = out.path().join("findings.jsonl");
    let to_file = |config: &mut Config| {
        let format = dosimeter_sink::Format::Native;
        let to = SinkTo::File { format, path: path.clone(), rotate_bytes: 100_000_000, keep: 2 };
        config.sinks = vec![SinkConfig::new("file", to)];
    };
    once_with(&simulator, state.path(), to_file, Arc::new(Silent)).await.unwrap();
    let told = lines(&path);
    let ids: BTreeSet<&str> =
        told.iter().filter_map(|line| line["finding"]["id"].as_str()).collect();
    assert_eq!(ids.len(), told.len(), "nothing twice");
    assert_eq!(ids.into_iter().collect::<Vec<_>>(), open_ids(state.path()));
    simulator.handle().delete_chat("claude_chat_001");
    once_with(&simulator, state.path(), to_file, Arc::new(Silent)).await.unwrap();
    let ends = lines(&path).split_off(told.len());
    assert!(!ends.is_empty());
    assert!(ends.iter().all(|line| line["action"] == "closed"), "{ends:?}");
    assert_eq!(SqliteStore::read(state.path()).unwrap().outbox().unwrap(), []);
}

#[tokio::test]
async fn a_sink_that_is_away_holds_nothing_up_and_gets_everything_later() {
    let simulator = simulate(organization(3), Faults::none()).await;
    let state = tempdir().unwrap();
    let secret = state.path().join("secret");
    std::fs::write(&secret, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
    let got: Arc<(AtomicU64, std::sync::Mutex<BTreeSet<String>>)> = Arc::default();
    let take = |State(got): State<Arc<(AtomicU64, std::sync::Mutex<BTreeSet<String>>)>>,
                headers: HeaderMap| async move {
        // The first request fails.
        if got.0.fetch_add(1, Ordering::Relaxed) == 0 {
            return StatusCode::SERVICE_UNAVAILABLE;
        }
        let id = headers.get("webhook-id").unwrap().to_str().unwrap().to_owned();
        got.1.lock().unwrap().insert(id);
        StatusCode::NO_CONTENT
    };
    let app = Router::new().route("/in", post(take)).with_state(Arc::clone(&got));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/in", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await });
    let to_hook = |config: &mut Config| {
        config.sinks = vec![SinkConfig::new(
            "hook",
            SinkTo::Webhook {
                format: dosimeter_sink::Format::Ocsf,
                url: url.clone(),
                secret: SecretRef::File(secret.display().to_string()),
            },
        )];
    };
    let first = once_with(&simulator, state.path(), to_hook, Arc::new(Silent)).await.unwrap();
    assert!(first.findings > 10);
    let waiting = || {
        let depths = SqliteStore::read(state.path()).unwrap().outbox().unwrap();
        depths.iter().map(|depth| depth.waiting).sum::<u64>()
    };
    for _ in 0..20 {
        if waiting() == 0 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(600)).await;
        once_with(&simulator, state.path(), to_hook, Arc::new(Silent)).await.unwrap();
    }
    assert_eq!(waiting(), 0);
    assert_eq!(got.1.lock().unwrap().len(), open_ids(state.path()).len());
}

/// Objects by their keys, and how often each was put.
type Objects = Arc<std::sync::Mutex<BTreeMap<String, (String, u32)>>>;

/// Storage that stores and then fails to say so, twice for each object.
async fn forgetful_storage() -> (Objects, String) {
    let objects = Objects::default();
    let put = |State(objects): State<Objects>, uri: Uri, headers: HeaderMap, body: String| async move {
        assert_eq!(headers.get("if-none-match").unwrap(), "*", "never written over");
        let mut objects = objects.lock().unwrap();
        let (_, puts) = objects.entry(uri.path().to_owned()).or_insert((body, 0));
        *puts += 1;
        if *puts > 2 { StatusCode::PRECONDITION_FAILED } else { StatusCode::INTERNAL_SERVER_ERROR }
    };
    let app = Router::new().fallback(any(put)).with_state(Arc::clone(&objects));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await });
    (objects, url)
}

#[tokio::test]
async fn an_object_whose_answer_was_lost_is_not_stored_again() {
    if !dosimeter_sink::HAS_OBJECTS {
        return;
    }
    let simulator = simulate(organization(4), Faults::none()).await;
    let state = tempdir().unwrap();
    let secret = state.path().join("secret");
    std::fs::write(&secret, "a secret").unwrap();
    let (objects, endpoint) = forgetful_storage().await;
    let place = ObjectPlace {
        format: ObjectFormat::Lines(dosimeter_sink::Format::Native),
        url: "s3://lake".to_owned(),
        endpoint: Some(endpoint),
        region: Some("eu-central-1".to_owned()),
        access_key_id: Some("id".to_owned()),
    };
    let to_lake = |config: &mut Config| {
        let secret = Some(SecretRef::File(secret.display().to_string()));
        let to = SinkTo::Objects { place: place.clone(), secret };
        config.sinks = vec![SinkConfig::new("lake", to)];
    };
    once_with(&simulator, state.path(), to_lake, Arc::new(Silent)).await.unwrap();
    let found = open_ids(state.path()).len();
    assert!(found > 10);
    // More comes in while the first objects are in doubt.
    simulator.handle().delete_chat("claude_chat_001");
    let waiting = || {
        let depths = SqliteStore::read(state.path()).unwrap().outbox().unwrap();
        depths.iter().map(|depth| depth.waiting).sum::<u64>()
    };
    for _ in 0..40 {
        once_with(&simulator, state.path(), to_lake, Arc::new(Silent)).await.unwrap();
        if waiting() == 0 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(400)).await;
    }
    assert_eq!(waiting(), 0);
    let objects = objects.lock().unwrap();
    assert!(objects.values().all(|(_, puts)| *puts > 2), "every answer was lost at first");
    let lines = objects.values().flat_map(|(body, _)| body.lines());
    let ids: Vec<Value> = lines
        .map(|line| serde_json::from_str::<Value>(line).unwrap().get("id").cloned().unwrap())
        .collect();
    let distinct: BTreeSet<String> = ids.iter().map(Value::to_string).collect();
    assert_eq!(distinct.len(), ids.len(), "nothing twice");
    let gone = found - open_ids(state.path()).len();
    assert!(gone > 0);
    assert_eq!(ids.len(), found + gone, "each beginning and each end");
}

#[tokio::test]
async fn without_sinks_nothing_waits() {
    let simulator = simulate(organization(1), Faults::none()).await;
    let state = tempdir().unwrap();
    once(&simulator, state.path()).await.unwrap();
    assert_eq!(SqliteStore::read(state.path()).unwrap().outbox().unwrap(), []);
}
