//! Each sink against the real thing: files on disk, HTTP over a socket.
#![expect(clippy::unwrap_used, reason = "a test")]

#[path = "support/fixture.rs"]
mod fixture;

use std::sync::{Arc, Mutex};

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    routing::post,
};
use dosimeter_sink::{FileSink, Format, Outcome, Sink, SplunkSink, WebhookSink};
use serde_json::Value;

use self::fixture::event;

#[tokio::test]
async fn a_file_gets_every_line_and_is_rotated() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("findings.jsonl");
    let line = Format::Native.write(&event(1)).len() as u64 + 1;
    let sink = FileSink::new(Format::Native, &path, line * 3, 2).unwrap();
    for number in 0..4 {
        let events = [event(number * 2), event(number * 2 + 1)];
        assert_eq!(sink.deliver(&events).await, [Outcome::Delivered; 2]);
    }
    let lines = |name: &str| {
        let text = std::fs::read_to_string(directory.path().join(name)).unwrap();
        text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(lines("findings.jsonl")[0]["at"], "2026-10-01T00:00:06Z");
    assert_eq!(lines("findings.jsonl.1")[1]["at"], "2026-10-01T00:00:05Z");
    assert_eq!(lines("findings.jsonl.2").len(), 2);
    assert!(!directory.path().join("findings.jsonl.3").exists(), "only two old ones are kept");
    assert_eq!(lines("findings.jsonl")[0]["finding"]["value"], "•••• 1111");
}

/// What arrived, and what is answered next.
#[derive(Clone, Default)]
struct Receiver {
    got: Arc<Mutex<Vec<(HeaderMap, String)>>>,
    answers: Arc<Mutex<Vec<u16>>>,
}

impl Receiver {
    async fn start(answers: &[u16]) -> (Self, String) {
        let receiver = Self::default();
        *receiver.answers.lock().unwrap() = answers.iter().rev().copied().collect();
        let take = |State(receiver): State<Self>, headers: HeaderMap, body: String| async move {
            receiver.got.lock().unwrap().push((headers, body));
            let status = receiver.answers.lock().unwrap().pop().unwrap_or(200);
            StatusCode::from_u16(status).unwrap()
        };
        let app = Router::new()
            .route("/in", post(take))
            .route("/services/collector/event", post(take))
            .with_state(receiver.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, app).await });
        (receiver, url)
    }
}

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

#[tokio::test]
async fn a_webhook_is_signed_and_says_what_became_of_each_event() {
    let (receiver, url) = Receiver::start(&[200, 413, 503]).await;
    let sink = WebhookSink::new(Format::Ocsf, &format!("{url}/in"), SECRET).unwrap();
    let events = [event(1), event(2), event(3), event(4)];
    let later = Outcome::Later("the other side failed", None);
    let refused = Outcome::Refused("the event is too large for the other side");
    assert_eq!(sink.deliver(&events).await, [Outcome::Delivered, refused, later, later]);
    let got = receiver.got.lock().unwrap().clone();
    assert_eq!(got.len(), 3, "who fails is left alone");
    let header = |name: &str| got[0].0[name].to_str().unwrap().to_owned();
    assert_eq!(header("webhook-id"), events[0].id());
    assert!(header("webhook-signature").starts_with("v1,"));
    assert!(header("webhook-timestamp").parse::<u64>().is_ok());
    assert!(sink.check().await.is_ok());
}

#[tokio::test]
async fn splunk_gets_a_batch_with_the_fields_of_its_data_model() {
    let (receiver, url) = Receiver::start(&[200, 403]).await;
    let sink = SplunkSink::new(&url, "token-1", Some("dlp".to_owned())).unwrap();
    assert_eq!(sink.deliver(&[event(1), event(2)]).await, [Outcome::Delivered; 2]);
    let refused = [Outcome::Later("the secret is refused", None)];
    assert_eq!(sink.deliver(&[event(3)]).await, refused);
    let got = receiver.got.lock().unwrap().clone();
    assert_eq!(got[0].0["authorization"], "Splunk token-1");
    let lines: Vec<Value> =
        got[0].1.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 2);
    assert_eq!(
        (&lines[0]["index"], &lines[0]["sourcetype"]),
        (&"dlp".into(), &"dosimeter:finding".into())
    );
    assert_eq!(lines[0]["event"]["vendor_product"], "Dosimeter");
}

#[tokio::test]
async fn nobody_there_is_told_later() {
    let sink = WebhookSink::new(Format::Native, "http://127.0.0.1:1/in", SECRET).unwrap();
    assert_eq!(sink.deliver(&[event(1)]).await, [Outcome::Later("nobody answers", None)]);
    assert_eq!(sink.check().await, Err("nobody answers"));
}
