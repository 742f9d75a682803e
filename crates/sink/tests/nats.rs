//! `JetStream` against a real nats-server: stored once, whatever is sent twice.
#![cfg(feature = "nats")]
#![expect(clippy::unwrap_used, reason = "a test")]

#[path = "support/fixture.rs"]
mod fixture;
#[path = "support/receivers.rs"]
mod receivers;

use std::{path::Path, process::Command};

use async_nats::jetstream::{self, stream};
use dosimeter_sink::{Error, Event, Format, NatsSettings, Outcome, Trust};
use futures_util::StreamExt as _;

use self::{
    fixture::{event, numbered},
    receivers::Running,
};

fn settings(url: String) -> NatsSettings {
    let subject = "dosimeter.findings".to_owned();
    let trust = Trust::default();
    NatsSettings { format: Format::Ocsf, url, subject, trust, unencrypted: false }
}

/// A server with streams, whose user is `worker` with the password `pw`.
fn server(folder: &Path, port: u16, more: &[&str]) -> Option<Running> {
    let mut command = Command::new(receivers::program("nats-server")?);
    command.args(["-js", "-a", "127.0.0.1", "-p", &port.to_string(), "-sd"]).arg(folder);
    command.args(["--user", "worker", "--pass", "pw"]).args(more);
    Some(Running::start(&mut command, port))
}

#[tokio::test]
async fn a_stream_stores_each_event_once() {
    let folder = tempfile::tempdir().unwrap();
    let port = receivers::free_port();
    let Some(running) = server(folder.path(), port, &[]) else { return };
    let url = format!("nats://127.0.0.1:{port}");
    let sink = settings(url.clone()).sink(Some("worker:pw\n")).unwrap();
    let events: Vec<Event> = (0..250).map(numbered).collect();
    let nobody = Outcome::Later("no stream takes the subject", None);
    assert_eq!(sink.deliver(&events[..2]).await, [nobody; 2]);
    assert!(sink.check().await.is_err());

    let options =
        async_nats::ConnectOptions::new().user_and_password("worker".to_owned(), "pw".to_owned());
    let client = options.connect(&url).await.unwrap();
    let context = jetstream::new(client);
    let config = stream::Config {
        name: "findings".to_owned(),
        subjects: vec!["dosimeter.>".to_owned()],
        ..stream::Config::default()
    };
    let mut stream = context.create_stream(config).await.unwrap();
    sink.check().await.unwrap();
    for _ in 0..3 {
        assert_eq!(sink.deliver(&events).await, vec![Outcome::Delivered; 250]);
    }
    assert_eq!(stream.info().await.unwrap().state.messages, 250, "doubles are dropped");
    let consumer = jetstream::consumer::pull::OrderedConfig::default();
    let mut messages = stream.create_consumer(consumer).await.unwrap().messages().await.unwrap();
    for event in &events {
        let message = messages.next().await.unwrap().unwrap();
        assert_eq!(message.payload, Format::Ocsf.write(event));
        let headers = message.headers.as_ref().unwrap();
        assert_eq!(headers.get("Nats-Msg-Id").unwrap().as_str(), event.id());
    }

    // The server goes away and comes back with what it stored.
    drop(running);
    assert!(matches!(sink.deliver(&[event(1)]).await[..], [Outcome::Later(..)]));
    let _running = server(folder.path(), port, &[]).unwrap();
    assert_eq!(sink.deliver(&[event(1)]).await, [Outcome::Delivered]);
    let wrong = settings(url).sink(Some("worker:guess")).unwrap();
    let refused = [Outcome::Later("the secret is refused", None)];
    assert_eq!(wrong.deliver(&[event(2)]).await, refused);
}

#[tokio::test]
async fn tls_is_spoken_with_those_who_are_trusted() {
    let folder = tempfile::tempdir().unwrap();
    let Some([certificate, key]) = receivers::certificate(folder.path()) else { return };
    let port = receivers::free_port();
    let files = [certificate.display().to_string(), key.display().to_string()];
    let tls = ["--tls", "--tlscert", &files[0], "--tlskey", &files[1]];
    let Some(_running) = server(folder.path(), port, &tls) else { return };
    let url = format!("tls://localhost:{port}");
    let trust = Trust { authority: Some(certificate), identity: None };
    let trusting = NatsSettings { trust, ..settings(url.clone()) };
    let sink = trusting.sink(Some("worker:pw")).unwrap();
    let nobody = [Outcome::Later("no stream takes the subject", None)];
    assert_eq!(sink.deliver(&[event(1)]).await, nobody, "the server answers");
    let stranger = settings(url).sink(Some("worker:pw")).unwrap();
    assert_ne!(stranger.deliver(&[event(1)]).await, nobody);
}

#[test]
fn addresses_hold_no_secrets_and_do_not_leak() {
    let new = |url: &str| settings(url.to_owned()).sink(None).map(drop);
    assert_eq!(new("nats://user:pw@127.0.0.1"), Err(Error::NatsAddress));
    assert_eq!(new("nats://queue.test:4222"), Err(Error::Unencrypted));
    assert_eq!(new("https://queue.test"), Err(Error::NatsAddress));
    assert_eq!(new("tls://queue.test"), Ok(()));
}
