//! Object storage: a folder, servers that stand for Amazon's, Google's and Azure's, and what the latter two
//! are asked.
#![cfg(feature = "object-store")]
#![expect(clippy::unwrap_used, reason = "a test")]

#[path = "support/fixture.rs"]
mod fixture;
#[path = "support/objects.rs"]
mod objects;
#[path = "support/receivers.rs"]
mod receivers;

use std::{
    fs,
    path::Path,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, Method, StatusCode, Uri},
};
use dosimeter_record::FindingRow;
use dosimeter_sink::{Error, Event, Format, ObjectFormat, ObjectSettings, Outcome};

use self::{
    fixture::{event, numbered},
    objects::{NOBODY, Server},
};

fn settings(url: String, format: ObjectFormat) -> ObjectSettings {
    ObjectSettings { format, url, endpoint: None, region: None, access_key_id: None }
}

fn files(folder: &Path) -> Vec<String> {
    let mut files: Vec<String> = walk(folder)
        .into_iter()
        .map(|path| path.strip_prefix(folder).unwrap().display().to_string())
        .collect();
    files.sort();
    files
}

fn walk(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}

/// Events of two organisations and two days.
fn mixed() -> Vec<Event> {
    (0..40)
        .map(|number| {
            let event = numbered(number);
            let tenant = if number % 2 == 0 { "ana" } else { "ben" }.to_owned();
            let at = format!("2026-10-0{}T00:00:00Z", 1 + number % 4 / 2);
            Event { at, finding: FindingRow { tenant, ..event.finding }, ..event }
        })
        .collect()
}

#[tokio::test]
async fn a_batch_is_an_object_for_each_organisation_and_day_and_never_two() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("file://{}/lake", folder.path().display());
    let lines = ObjectFormat::Lines(Format::Native);
    let sink = settings(url.clone(), lines).sink(None).unwrap();
    let events = mixed();
    for _ in 0..3 {
        assert_eq!(sink.deliver(&events).await, vec![Outcome::Delivered; 40]);
    }
    let names = files(folder.path());
    let folders: Vec<&str> = names.iter().map(|name| name.rsplit_once('/').unwrap().0).collect();
    let expected =
        ["ana/day=2026-10-01", "ana/day=2026-10-02", "ben/day=2026-10-01", "ben/day=2026-10-02"];
    assert_eq!(folders, expected.map(|folder| format!("lake/tenant={folder}")));
    let text = fs::read_to_string(folder.path().join(&names[0])).unwrap();
    assert_eq!(text.lines().count(), 10);
    sink.check().await.unwrap();

    let sink = settings(url, ObjectFormat::Parquet).sink(None).unwrap();
    assert_eq!(sink.deliver(&events).await, vec![Outcome::Delivered; 40]);
    let tables = files(folder.path()).into_iter().filter(|name| name.ends_with(".parquet"));
    assert_eq!(tables.count(), 4);
    let script = "
import duckdb, sys
rows = duckdb.sql(f\"\"\"select tenant, day, count(*) from
    read_parquet('{sys.stdin.read()}/lake/**/*.parquet', hive_partitioning = true)
    where id is not null group by all order by all\"\"\").fetchall()
print(rows)
";
    let path = folder.path().display().to_string();
    let Some(said) = receivers::python(script, path.as_bytes()) else { return };
    assert_eq!(said.matches("10)").count(), 4, "{said}");
}

#[tokio::test]
async fn s3_keeps_one_object_however_often_it_is_sent() {
    let Some(server) = Server::amazon().await else { return };
    server.keeps_one_object_however_often_it_is_sent().await;
}

#[tokio::test]
async fn google_keeps_one_object_however_often_it_is_sent() {
    let Some(server) = Server::google().await else { return };
    server.keeps_one_object_however_often_it_is_sent().await;
}

#[tokio::test]
async fn azure_keeps_one_object_however_often_it_is_sent() {
    let Some(server) = Server::azure().await else { return };
    server.keeps_one_object_however_often_it_is_sent().await;
}

/// A request to [`Provider`].
#[derive(Clone)]
struct Asked {
    path: String,
    headers: HeaderMap,
    lines: usize,
}

/// What a provider answers to each request in turn, and what it was asked.
#[derive(Clone)]
struct Provider {
    answers: Arc<Mutex<Vec<u16>>>,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Provider {
    async fn start(answers: &[u16]) -> (Self, String) {
        let answers = Arc::new(Mutex::new(answers.iter().rev().copied().collect()));
        let provider = Self { answers, asked: Arc::default() };
        let answer = |State(it): State<Self>, method: Method, uri: Uri, headers, body: String| async move {
            // Whatever a client of Google's writes in another way.
            let written = [("%2F", "/"), ("%3D", "="), ("%2D", "-"), ("%2E", ".")];
            let path = format!("{method} {}", uri.path());
            let path = written.iter().fold(path, |path, (code, char)| path.replace(code, char));
            let lines = body.lines().count();
            it.asked.lock().unwrap().push(Asked { path, headers, lines });
            let status = it.answers.lock().unwrap().pop().unwrap();
            (StatusCode::from_u16(status).unwrap(), [("etag", "\"1\"")])
        };
        let app = Router::new().fallback(answer).with_state(provider.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, app).await });
        (provider, url)
    }
}

/// The requests themselves: the server that stands for Google's gets them translated, and that for Azure's is
/// not everywhere.
#[tokio::test]
async fn google_and_azure_are_asked_to_write_only_what_is_not_there() {
    let cases = [
        ("gs://lake/x", NOBODY, 412, ("x-goog-if-generation-match", "0")),
        ("az://account/lake/x", "c2VjcmV0", 409, ("if-none-match", "*")),
    ];
    let events: Vec<Event> = (0..10).map(numbered).collect();
    let folder = "PUT /lake/x/tenant=11111111-2222-4333-8444-555555555555/day=2026-10-01/";
    for (url, secret, exists, (header, value)) in cases {
        let (provider, endpoint) = Provider::start(&[201, exists, 404, 403, 404]).await;
        let lines = ObjectFormat::Lines(Format::Native);
        let settings =
            ObjectSettings { endpoint: Some(endpoint), ..settings(url.to_owned(), lines) };
        let sink = settings.sink(Some(secret)).unwrap();
        for _ in 0..2 {
            assert_eq!(sink.deliver(&events).await, vec![Outcome::Delivered; 10], "{url}");
        }
        let missing = "there is no such bucket, container or folder";
        for reason in [missing, "the secret is refused", missing] {
            assert_eq!(sink.deliver(&[event(1)]).await, [Outcome::Later(reason, None)], "{url}");
        }
        let asked = provider.asked.lock().unwrap().clone();
        assert_eq!(asked[0].path, asked[1].path, "the same batch has the same name");
        assert_ne!(asked[0].path, asked[2].path);
        assert_eq!(asked[0].lines, 10, "{url}");
        let signed = asked[0].headers.get("authorization").map(|value| value.to_str().unwrap());
        let is_signed = signed.is_some_and(|signed| signed.starts_with("SharedKey account:"));
        assert_eq!(is_signed, url.starts_with("az:"), "{url}");
        for asked in asked {
            assert!(asked.path.starts_with(folder), "{url}: {}", asked.path);
            assert_eq!(asked.headers[header], value, "{url}");
            let media_type = ["content-type", "x-ms-blob-content-type"]
                .into_iter()
                .find_map(|name| asked.headers.get(name))
                .unwrap_or_else(|| panic!("{url}: {:?}", asked.headers));
            assert_eq!(media_type, "application/x-ndjson", "{url}");
        }
    }
}

#[test]
fn addresses_and_secrets_have_to_fit() {
    let lines = ObjectFormat::Lines(Format::Native);
    let new = |url: &str, secret| settings(url.to_owned(), lines).sink(secret).map(drop);
    assert_eq!(new("s3://id:secret@bucket/x", None), Err(Error::ObjectAddress));
    assert_eq!(new("ftp://bucket/x", None), Err(Error::ObjectAddress));
    assert_eq!(new("s3://bucket/x", Some("secret")), Err(Error::ObjectSecret));
    assert_eq!(new("gs://bucket/x", Some("no json")), Err(Error::ObjectSecret));
    assert_eq!(new("az://account/container/x", Some("no base64 €")), Err(Error::ObjectSecret));
    assert_eq!(new("az://account/container/x", Some("c2VjcmV0")), Ok(()));
    let far = ObjectSettings {
        endpoint: Some("http://s3.test".to_owned()),
        ..settings("s3://bucket/x".to_owned(), lines)
    };
    assert_eq!(far.sink(None).map(drop), Err(Error::Address));
}
