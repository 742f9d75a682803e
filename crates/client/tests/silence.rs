//! What the client and the libraries under it write to a log at the finest level: no key, no content.
#![expect(clippy::unwrap_used, clippy::use_debug, reason = "a test")]

use std::{
    fmt::{Debug, Write as _},
    sync::{Arc, Mutex},
    time::Duration,
};

use dosimeter_client::{ApiKey, ChatQuery, Client, Retry};
use dosimeter_simulator as sim;
use tracing::{
    Event, Metadata, Subscriber,
    field::{Field, Visit},
    span::{Attributes, Id, Record},
};

/// Keeps every field of every event and span as text.
#[derive(Clone, Default)]
struct Everything(Arc<Mutex<String>>);

impl Visit for Everything {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        writeln!(self.0.lock().unwrap(), "{field}={value:?}").unwrap();
    }
}

impl Subscriber for Everything {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        span.record(&mut self.clone());
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        values.record(&mut self.clone());
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        event.record(&mut self.clone());
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[tokio::test]
async fn no_log_event_holds_the_key_or_what_a_user_wrote() {
    const MARKERS: [&str; 4] =
        ["sk-ant-api01-KEYMARKER", "TITLEMARKER", "TEXTMARKER", "NAMEMARKER"];
    let [secret, title, text, name] = MARKERS;
    let file = sim::File {
        id: "claude_file_01".to_owned(),
        ..sim::File::new(name, text.as_bytes().to_vec())
    };
    let chat =
        sim::Chat::new("claude_chat_01", title).with(sim::Message::user(text).with_file(file));
    let seed = sim::Seed { chats: vec![chat], ..sim::Seed::default() };
    let faults = sim::Faults::none()
        .with(sim::FaultRule::once("/messages", sim::Fault::Overloaded))
        .with(sim::FaultRule::once("/messages", sim::Fault::Cut { after_bytes: 300 }).skipping(1))
        .with(sim::FaultRule::once("/content", sim::Fault::Corrupt))
        .with(sim::FaultRule::once("/content", sim::Fault::Reset).skipping(1));
    let keys = [sim::Key::new(secret, ["read:compliance_user_data"])];
    let running = sim::Simulator::new(seed).faults(faults).keys(keys).run().await.unwrap();

    let log = Everything::default();
    let _guard = tracing::subscriber::set_default(log.clone());
    let client = Client::builder(&running.base_url(), ApiKey::new(secret.to_owned()).unwrap())
        .retry(Retry::new(5, Duration::from_millis(1), Duration::from_millis(2)))
        .build()
        .unwrap();
    let page = client.chats(&ChatQuery::updated()).await.unwrap();
    let messages = client.messages("claude_chat_01", None).await.unwrap();
    let download = client.file_content("claude_file_01", 1_000).await.unwrap();
    let refused = client.organizations(None).await.unwrap_err();
    let shown = format!("{client:?} {page:?} {messages:?} {download:?} {refused:?} {refused}");

    let log = log.0.lock().unwrap();
    assert!(log.contains("Request will be repeated.") && log.contains("req_"), "{log}");
    for marker in MARKERS {
        assert!(!log.contains(marker), "{log}");
        assert!(!shown.contains(marker), "{shown}");
    }
}
