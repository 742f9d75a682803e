//! Recorded bodies will differ from documented ones. Each documented body, with each of its values
//! replaced by something else, is still read: facts count as absent, text is kept, and only what has no
//! id or is no list is refused.
#![expect(clippy::unwrap_used, clippy::panic, clippy::too_many_lines, reason = "a test")]

use std::sync::{Arc, Mutex};

use dosimeter_client::{
    ActivityQuery, ApiKey, Attachment, Block, ChatQuery, Client, Error, LocalSessionQuery, Retry,
    SessionMessages, TimeRange,
};
use dosimeter_content::{Expose, Text};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// Answers every request with one body.
struct Server {
    body: Arc<Mutex<String>>,
    client: Client,
}

impl Server {
    async fn start() -> Self {
        let body = Arc::<Mutex<String>>::default();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}", listener.local_addr().unwrap());
        let served = Arc::clone(&body);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(answer(stream, Arc::clone(&served)));
            }
        });
        let key = ApiKey::new("sk-ant-api01-x".to_owned()).unwrap();
        let client = Client::builder(&base_url, key).retry(Retry::never()).build().unwrap();
        Self { body, client }
    }

    async fn read(&self, name: &str, body: &Value) -> Result<Vec<String>, Error> {
        *self.body.lock().unwrap() = body.to_string();
        read(name, &self.client).await
    }
}

async fn answer(mut stream: TcpStream, body: Arc<Mutex<String>>) {
    let mut request = vec![0; 8_192];
    while stream.read(&mut request).await.is_ok_and(|bytes| bytes > 0) {
        let body = body.lock().unwrap().clone();
        let limit = "anthropic-ratelimit-requests-limit: 1000000";
        let head = format!("HTTP/1.1 200 OK\r\n{limit}\r\ncontent-length: {}\r\n\r\n", body.len());
        stream.write_all((head + &body).as_bytes()).await.unwrap();
    }
}

/// Reads a body by the call that it belongs to, and gives all texts in it.
async fn read(name: &str, client: &Client) -> Result<Vec<String>, Error> {
    let mut texts = Vec::new();
    let mut keep = |text: &Text| texts.push(text.expose().to_owned());
    match name {
        "activities" => drop(client.activities(&ActivityQuery::default()).await?),
        "chats" => {
            let page = client.chats(&ChatQuery::created()).await?;
            page.items.iter().for_each(|chat| keep(&chat.name));
        }
        "messages" => {
            let page = client.messages("claude_chat_01E", None).await?;
            keep(&page.chat.name);
            for message in &page.messages {
                blocks(&message.blocks, &mut keep);
                message.files.iter().for_each(|file| keep(&file.filename));
                message.generated_files.iter().for_each(|file| keep(&file.filename));
                message.artifacts.iter().filter_map(|it| it.title.as_ref()).for_each(&mut keep);
            }
        }
        "file" => client.file("claude_file_01D").await?.filename.iter().for_each(keep),
        "generated_file" => keep(&client.generated_file("claude_gen_file_01G").await?.filename),
        "artifact" => client.artifact("v").await?.title.iter().for_each(keep),
        "artifact_content" => {
            let artifact = client.artifact_content("v").await?;
            keep(&artifact.content);
            artifact.title.iter().for_each(keep);
        }
        "projects" => {
            let page = client.projects(None, None).await?;
            page.items.iter().for_each(|project| keep(&project.name));
        }
        "project" => {
            let detail = client.project("claude_proj_01P").await?;
            [&detail.project.name, &detail.description, &detail.instructions]
                .into_iter()
                .for_each(keep);
        }
        "project_attachments" => {
            for attachment in client.project_attachments("claude_proj_01P", None).await?.items {
                match &attachment {
                    Attachment::File(file) => keep(&file.filename),
                    Attachment::Doc(document) => keep(&document.filename),
                    Attachment::Unknown { json, .. } => keep(json),
                    _ => panic!("{attachment:?}"),
                }
            }
        }
        "project_document" => {
            let document = client.project_document("claude_proj_doc_01Q").await?;
            [&document.filename, &document.content].into_iter().for_each(keep);
        }
        "project_document_metadata" => {
            keep(&client.project_document_metadata("claude_proj_doc_01Q").await?.filename);
        }
        "organizations" => drop(client.organizations(None).await?),
        "users" => drop(client.users("uuid", None).await?),
        "local_sessions" => {
            drop(client.local_sessions(&LocalSessionQuery::default(), None).await?);
        }
        "local_messages" => transcript(&client.local_messages("clls_01S", None).await?, keep),
        "remote_sessions" => {
            drop(client.remote_sessions("uuid", &TimeRange::default(), None).await?);
        }
        "remote_messages" => transcript(&client.remote_messages("cse_01R", None).await?, keep),
        "code_artifacts" => {
            for artifact in client.code_artifacts("uuid", None).await?.items {
                artifact.versions.iter().for_each(|version| keep(&version.name));
            }
        }
        "user_preferences" => {
            let page = client.user_preferences("uuid", None).await?;
            page.items.iter().flat_map(|user| &user.texts).for_each(keep);
        }
        other => panic!("{other}"),
    }
    Ok(texts)
}

fn transcript(page: &SessionMessages, mut keep: impl FnMut(&Text)) {
    page.messages.iter().for_each(|message| blocks(&message.blocks, &mut keep));
}

fn blocks(blocks: &[Block], keep: &mut impl FnMut(&Text)) {
    for block in blocks {
        match block {
            Block::Text(block) => keep(&block.text),
            Block::ToolUse(block) => {
                keep(&block.name);
                keep(&block.input);
                connector([&block.integration_name, &block.mcp_server_url], keep);
            }
            Block::ToolResult(block) => {
                keep(&block.name);
                connector([&block.integration_name, &block.mcp_server_url], keep);
                self::blocks(&block.content, keep);
            }
            Block::Unknown { json, .. } => keep(json),
            _ => panic!("{block:?}"),
        }
    }
}

fn connector(texts: [&Option<Text>; 2], keep: &mut impl FnMut(&Text)) {
    texts.into_iter().flatten().for_each(keep);
}

macro_rules! examples {
    ($($name:literal),+ $(,)?) => {
        &[$(($name, include_str!(concat!("wire/", $name, ".json")))),+]
    };
}

const EXAMPLES: &[(&str, &str)] = examples![
    "activities",
    "artifact",
    "artifact_content",
    "chats",
    "code_artifacts",
    "file",
    "generated_file",
    "local_messages",
    "local_sessions",
    "messages",
    "organizations",
    "project",
    "project_attachments",
    "project_document",
    "project_document_metadata",
    "projects",
    "remote_messages",
    "remote_sessions",
    "user_preferences",
    "users",
];

/// Without these nothing can be said of a thing, and without their elements nothing of a list.
const NEEDED: &[&str] = &["id", "uuid", "version_id", "data", "chat_messages", "session"];
/// Lists of things, and where a list goes on.
const STRUCTURE: &[&str] = &[
    "files",
    "generated_files",
    "artifacts",
    "versions",
    "message_ids",
    "claude_chat_ids",
    "first_id",
    "last_id",
    "next_page",
];
/// What a user or a model wrote.
const TEXT: &[&str] = &[
    "name",
    "filename",
    "title",
    "text",
    "input",
    "content",
    "description",
    "instructions",
    "conversation_preferences",
    "integration_name",
    "mcp_server_url",
];
/// Of these only files, projects and the like have names that somebody chose.
const NO_NAMES: &[&str] = &["activities", "organizations", "users"];

/// The places of all values in objects.
fn places(value: &Value, here: &str, into: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let place = format!("{here}/{name}");
                into.push(place.clone());
                places(value, &place, into);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                places(item, &format!("{here}/{index}"), into);
            }
        }
        _ => {}
    }
}

fn object<'v>(body: &'v mut Value, place: &str) -> &'v mut serde_json::Map<String, Value> {
    let (parent, _) = place.rsplit_once('/').unwrap();
    body.pointer_mut(parent).unwrap().as_object_mut().unwrap()
}

#[tokio::test]
async fn no_odd_value_costs_a_page_and_no_text_is_lost() {
    let server = Server::start().await;
    let mut read = 0;
    for (example, body) in EXAMPLES {
        let body: Value = serde_json::from_str(body).unwrap();
        let mut all = Vec::new();
        places(&body, "", &mut all);
        for place in &all {
            let name = place.rsplit('/').next().unwrap();
            // Who has no id is nobody, and a session is looked for by its own.
            if NEEDED.contains(&name) && !place.contains("/user/") && !place.contains("started_by")
            {
                continue;
            }
            let mut absent = body.clone();
            object(&mut absent, place).remove(name);
            let mut bodies = vec![absent];
            let with = |value: Value| {
                let mut body = body.clone();
                *body.pointer_mut(place).unwrap() = value;
                body
            };
            bodies.push(with(Value::Null));
            if !STRUCTURE.contains(&name) {
                let odd =
                    json!([0, -1, 1.5, 1e300, true, "", "MARKER one", [], {}, [null], {"type": 1}]);
                bodies.extend(odd.as_array().unwrap().iter().cloned().map(with));
            }
            // A block or document without its text is another kind of block, or none.
            let needs_text = example.contains("document") || example.contains("artifact_content");
            for body in bodies {
                if name == "content" && needs_text && body.pointer(place).is_none() {
                    continue;
                }
                let result = server.read(example, &body).await;
                let found = result.unwrap_or_else(|error| panic!("{example}: {error}: {body}"));
                read += 1;
                let is_text = TEXT.contains(&name) && !NO_NAMES.contains(example);
                if is_text && body.pointer(place) == Some(&json!("MARKER one")) {
                    assert!(found.iter().any(|text| text.contains("MARKER one")), "{body}");
                }
            }
        }
    }
    assert!(read > 2_000, "{read} bodies");
}

#[tokio::test]
async fn text_in_an_unknown_shape_is_kept() {
    let server = Server::start().await;
    for (example, body) in EXAMPLES {
        let body: Value = serde_json::from_str(body).unwrap();
        let mut all = Vec::new();
        places(&body, "", &mut all);
        let is_text = |place: &&String| {
            let name = place.rsplit('/').next().unwrap();
            TEXT.contains(&name) && !NO_NAMES.contains(example)
        };
        for place in all.iter().filter(is_text) {
            for odd in [json!({"later": ["MARKER"]}), json!([{"x": "MARKER"}]), json!("MARKER")] {
                let mut body = body.clone();
                *body.pointer_mut(place).unwrap() = odd;
                let found = server.read(example, &body).await.unwrap();
                let kept = found.iter().any(|text| text.contains("MARKER"));
                assert!(kept, "{example}{place}: {found:?}");
            }
        }
    }
}

#[tokio::test]
async fn unknown_fields_types_actors_and_surfaces_pass_through() {
    let server = Server::start().await;
    for (example, body) in EXAMPLES {
        let body: Value = serde_json::from_str(body).unwrap();
        let mut all = Vec::new();
        places(&body, "", &mut all);
        let before = server.read(example, &body).await.unwrap();
        for place in &all {
            let mut grown = body.clone();
            let (parent, _) = place.rsplit_once('/').unwrap();
            if *example == "user_preferences" && !parent.is_empty() {
                continue;
            }
            let new = json!({"deep": [[{"type": "new", "id": 1}]], "text": "x"});
            grown.pointer_mut(parent).unwrap()["a_new_field"] = new;
            let mut after = server.read(example, &grown).await.unwrap();
            after.retain(|text| !text.contains("a_new_field"));
            assert!(after.iter().all(|text| before.contains(text)), "{example}{place}");
        }
    }
    let actors = [
        json!({"type": "user_actor", "email_address": null, "user_id": null}),
        json!({"type": "federated_actor", "provider": {"type": "aws", "account_id": 1}}),
        json!({"type": "quantum_actor", "spin": [0.5]}),
        json!("system"),
        Value::Null,
    ];
    let activity = |actor: &Value| {
        json!({
            "id": "activity_1", "created_at": "2026-11-20T00:00:00+00:00", "actor": actor,
            "type": "claude_hologram_projected", "claude_chat_id": ["claude_chat_1"],
            "claude_file_id": {"id": "claude_file_1"}, "request_id": 17,
        })
    };
    let data: Vec<Value> = actors.iter().map(activity).collect();
    let page = json!({"data": data, "has_more": false, "first_id": null, "last_id": null});
    *server.body.lock().unwrap() = page.to_string();
    let page = server.client.activities(&ActivityQuery::default()).await.unwrap();
    assert_eq!(page.items.len(), actors.len());
    assert!(page.items.iter().all(|item| item.kind == "claude_hologram_projected"));

    let session = json!({"id": "clls_1", "product_surface": "google_agents/sheets", "type": "x"});
    let message = json!({
        "id": "clsm_1", "role": "critic", "provenance": "guessed",
        "content": [{"type": "hologram", "truncated": true, "frames": ["MARKER"]}],
    });
    let page = json!({"session": session, "data": [message]});
    *server.body.lock().unwrap() = page.to_string();
    let page = server.client.local_messages("clls_1", None).await.unwrap();
    assert_eq!(page.session.product_surface.as_deref(), Some("google_agents/sheets"));
    let blocks = &page.messages.first().unwrap().blocks;
    let [Block::Unknown { kind, truncated, json }] = blocks.as_slice() else { panic!() };
    assert_eq!((kind.as_deref(), *truncated), (Some("hologram"), true));
    assert!(json.expose().contains("MARKER"));
}

#[tokio::test]
async fn half_a_character_costs_nothing_else() {
    let server = Server::start().await;
    let body = r#"{"id":"c","chat_messages":[{"id":"m","role":"user","content":[
        {"type":"text","text":"before \ud83d after"},{"type":"text","text":"next"}]}]}"#;
    *server.body.lock().unwrap() = body.to_owned();
    let found = read("messages", &server.client).await.unwrap();
    assert!(found.iter().any(|text| text.contains("before") && text.contains("after")));
    assert!(found.iter().any(|text| text == "next"));
}
