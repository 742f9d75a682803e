//! The contract, asked for by hand: what is refused, in which order and words, and which headers come.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use std::{collections::BTreeMap, time::Duration};

use dosimeter_simulator::{
    Behaviour, Chat, CodeArtifact, CodeVersion, File, Group, Key, Message, Project, Role, Running,
    Seed, Simulator, User,
};
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

const SECRET: &str = "sk-ant-api01-simulator";

struct Answer {
    status: u16,
    headers: BTreeMap<String, String>,
    body: Vec<u8>,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    fn message(&self) -> String {
        self.json()["error"]["message"].as_str().unwrap_or_default().to_owned()
    }
}

async fn ask(running: &Running, method: &str, target: &str, headers: &str) -> Answer {
    let mut stream = TcpStream::connect(running.address()).await.unwrap();
    let request =
        format!("{method} {target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{headers}\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.unwrap();
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let (status, headers) = head.split_once("\r\n").unwrap();
    let headers: BTreeMap<String, String> = headers
        .lines()
        .map(|line| line.split_once(": ").unwrap())
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let status = status.split(' ').nth(1).unwrap().parse().unwrap();
    Answer { status, headers, body: bytes[end + 4..].to_vec() }
}

async fn get(running: &Running, target: &str) -> Answer {
    ask(running, "GET", target, &format!("x-api-key: {SECRET}\r\n")).await
}

fn seed() -> Seed {
    let file = File { id: "claude_file_01".to_owned(), ..File::new("a b.txt", b"hello".to_vec()) };
    let chat = Chat {
        project: Some("claude_proj_01".to_owned()),
        user: Some("user_01".to_owned()),
        ..Chat::new("claude_chat_01", "Budget")
    };
    let chat = chat.with(Message::user("x".repeat(12_000)).with_file(file));
    let project = Project { id: "claude_proj_01".to_owned(), ..Project::default() };
    let user =
        User { id: "user_01".to_owned(), email: "a@corp.test".to_owned(), ..User::default() };
    Seed { chats: vec![chat], projects: vec![project], users: vec![user], ..Seed::default() }
}

async fn start() -> Running {
    Simulator::new(seed()).run().await.unwrap()
}

#[tokio::test]
async fn wrong_parameters_are_refused_in_the_apis_words() {
    let running = start().await;
    let table = [
        ("apps/chats?limit=0", "limit: Input should be greater than or equal to 1"),
        ("apps/chats?limit=1001", "limit: Input should be less than or equal to 1000"),
        (
            "apps/chats?user_ids=x",
            "Unknown query parameter: 'user_ids'. Did you mean 'user_ids[]'?",
        ),
        ("apps/chats?page=x", "Unknown query parameter: 'page'"),
        ("apps/chats?order_by=name", "order_by: Input should be"),
        (
            "apps/chats?user_ids[]=user_01&order_by=updated_at",
            "order_by: 'updated_at' is not supported",
        ),
        ("apps/chats?user_ids[]=user_01&updated_at.gte=2026-10-01T08:00:00Z", "updated_at filters"),
        ("apps/chats?updated_at.gte=2026-10-01T08:00:00Z", "time filters must match 'order_by'"),
        (
            "apps/chats?order_by=updated_at&created_at.gte=2026-10-01T08:00:00Z",
            "time filters must match",
        ),
        ("apps/chats?project_ids[]=x", "'project_ids[]' requires 'user_ids[]'"),
        ("apps/chats?before_id=x", "'before_id' requires 'user_ids[]'"),
        ("apps/chats?after_id=x", "Invalid pagination cursor for 'after_id'"),
        ("apps/chats?created_at.gte=yesterday", "created_at.gte: Input should be a valid datetime"),
        ("apps/chats/claude_chat_01/messages?after_id=a&before_id=b", "Cannot specify both"),
        (
            "apps/chats/claude_chat_01/messages?tool_result_max_chars=-2",
            "tool_result_max_chars: Input",
        ),
        ("apps/projects?limit=101", "limit: Input should be less than or equal to 100"),
        (
            "apps/projects?page=garbage",
            "The page parameter is not a valid cursor for this request.",
        ),
        ("activities?limit=5001", "limit: Input should be less than or equal to 5000"),
        (
            "activities?activity_types[]=nonsense",
            "activity_types[].0: Input is not one of the permitted values.",
        ),
        (
            "activities?activity_types[]=claude_chat_created&exclude_activity_types[]=claude_chat_created",
            "Cannot specify both",
        ),
        ("activities?after_id=garbage", "Invalid activity_id format: 'garbage'"),
    ];
    for (target, message) in table {
        let answer = get(&running, &format!("/v1/compliance/{target}")).await;
        assert_eq!(answer.status, 400, "{target}");
        assert!(answer.message().starts_with(message), "{target}: {}", answer.message());
        assert_eq!(answer.json()["type"], "error");
        assert_eq!(answer.json()["request_id"], answer.headers["request-id"].as_str());
        assert_eq!(answer.headers["x-should-retry"], "false");
    }
}

#[tokio::test]
async fn resources_that_are_not_there_are_named_in_the_apis_words() {
    let running = start().await;
    let table = [
        ("apps/chats/x/messages", "Chat conversation not found: 'x'"),
        ("apps/chats/files/x", "File not found: "),
        ("apps/chats/generated-files/x", "Generated file not found: 'x'"),
        ("apps/chats/generated-files/x/content", "Generated file content not found: 'x'"),
        ("apps/artifacts/x", "Artifact version not found: 'x'"),
        ("apps/projects/x", "No project is found with the provided id."),
        ("apps/projects/documents/x", "No project document found with the provided id."),
        (
            "organizations/x/users",
            "The \"x\" organization does not exist or the requester is not authorized",
        ),
        ("nowhere", "Not found"),
    ];
    for (target, message) in table {
        let answer = get(&running, &format!("/v1/compliance/{target}")).await;
        assert_eq!(
            (answer.status, &answer.json()["error"]["type"]),
            (404, &"not_found_error".into()),
            "{target}"
        );
        assert!(answer.message().starts_with(message), "{target}: {}", answer.message());
    }
}

#[tokio::test]
async fn the_key_is_looked_at_in_the_apis_order() {
    let mut expired = Key::new("sk-ant-api01-expired", ["read:compliance_user_data"]);
    expired.state = dosimeter_simulator::KeyState::Expired;
    let poor = Key::new("sk-ant-admin01-poor", ["read:compliance_activities"]);
    let running = Simulator::new(seed()).keys([poor, expired]).run().await.unwrap();
    let needed = "Missing required scopes. Got: ['read:compliance_activities'] \
                  Needed one of: ['read:compliance_user_data', 'read:org_audit']";
    let table = [
        ("", 404, "Not found"),
        ("x-api-key: sk-ant-api03-x\r\n", 404, "Not found"),
        ("x-api-key: sk-ant-api01-x\r\n", 401, "API key is invalid."),
        ("x-api-key: sk-ant-api01-expired\r\n", 401, "API key has expired."),
        ("x-api-key: sk-ant-admin01-poor\r\n", 403, needed),
        ("authorization: Bearer sk-ant-admin01-poor\r\n", 403, needed),
    ];
    for (headers, status, message) in table {
        // A parameter that would be refused, if it were looked at before the key.
        let answer = ask(&running, "GET", "/v1/compliance/apps/chats?limit=0", headers).await;
        assert_eq!((answer.status, answer.message().as_str()), (status, message), "{headers}");
        assert_eq!(
            answer.headers.contains_key("anthropic-ratelimit-requests-limit"),
            status == 403
        );
        assert_eq!(answer.json()["request_id"].is_null(), status == 401);
    }
}

#[tokio::test]
async fn a_missing_key_is_a_401_in_the_older_behaviour() {
    let mut behaviour = Behaviour::default();
    behaviour.keyless_is_401 = true;
    let running = Simulator::new(seed()).behaviour(behaviour).run().await.unwrap();
    assert_eq!(ask(&running, "GET", "/v1/compliance/apps/chats", "").await.status, 401);
}

#[tokio::test]
async fn the_limit_counts_down_refuses_and_comes_back() {
    let mut behaviour = Behaviour::default();
    behaviour.requests_per_window = 2;
    let running = Simulator::new(seed()).behaviour(behaviour).run().await.unwrap();
    let target = "/v1/compliance/organizations";
    for remaining in ["1", "0"] {
        let answer = get(&running, target).await;
        assert_eq!(answer.headers["anthropic-ratelimit-requests-remaining"], remaining);
        assert_eq!(
            answer.headers["anthropic-organization-id"],
            "11111111-2222-4333-8444-555555555555"
        );
    }
    let refused = get(&running, target).await;
    let retry_after_s: u64 = refused.headers["retry-after"].parse().unwrap();
    assert!(refused.status == 429 && (30..=61).contains(&retry_after_s), "{retry_after_s}");
    assert_eq!(refused.json()["error"]["type"], "rate_limit_error");
    running.handle().skip_time(Duration::from_mins(1));
    assert_eq!(get(&running, target).await.status, 200);
}

#[tokio::test]
async fn downloads_are_chunked_with_a_sum_and_an_encoded_name() {
    let running = start().await;
    let answer = get(&running, "/v1/compliance/apps/chats/files/claude_file_01/content").await;
    assert_eq!(answer.headers["transfer-encoding"], "chunked");
    assert!(!answer.headers.contains_key("content-length"));
    // The MD5 of `hello`, in base64.
    assert_eq!(answer.headers["content-md5"], "XUFAKrxLKna5cZ2REBfFkg==");
    assert_eq!(answer.headers["content-disposition"], "attachment; filename*=utf-8''a%20b.txt");
    assert_eq!(answer.body, b"5\r\nhello\r\n0\r\n\r\n");
}

#[tokio::test]
async fn text_is_whole_and_tool_blocks_are_cut_unless_asked_otherwise() {
    let running = start().await;
    let block = dosimeter_simulator::Block::ToolUse {
        id: None,
        name: "t".to_owned(),
        input: "y".repeat(12_000),
    };
    running.handle().add_message("claude_chat_01", Message::assistant("z").with_block(block));
    let messages = "/v1/compliance/apps/chats/claude_chat_01/messages";
    let table = [
        ("", 10_000, true),
        ("?tool_use_input_max_chars=-1", 12_000, false),
        ("?tool_use_input_max_chars=5", 5, true),
    ];
    for (query, len, truncated) in table {
        let chat = get(&running, &format!("{messages}{query}")).await.json();
        let text = &chat["chat_messages"][0]["content"][0];
        assert_eq!(
            (text["text"].as_str().unwrap().len(), &text["truncated"]),
            (12_000, &Value::Bool(false))
        );
        let call = &chat["chat_messages"][1]["content"][1];
        assert_eq!(
            (call["input"].as_str().unwrap().len(), &call["truncated"]),
            (len, &Value::Bool(truncated)),
            "{query}"
        );
        assert!(call["id"].is_null());
    }
}

#[tokio::test]
async fn every_call_becomes_an_activity_of_its_own() {
    let mut behaviour = Behaviour::default();
    behaviour.indexing_lag = Duration::ZERO;
    let running = Simulator::new(seed()).behaviour(behaviour).run().await.unwrap();
    let first = get(&running, "/v1/compliance/organizations?limit=5").await;
    let feed = get(&running, "/v1/compliance/activities?limit=1").await.json();
    let own = &feed["data"][0];
    assert_eq!(own["type"], "compliance_api_accessed");
    assert_eq!(own["request_id"], first.headers["request-id"].as_str());
    assert_eq!(own["url"], "https://api.anthropic.com/v1/compliance/organizations?limit=5");
    assert!(own["organization_id"].is_null() && own["actor"]["type"] == "api_actor");
    let without = "/v1/compliance/activities?exclude_activity_types[]=compliance_api_accessed";
    let kinds: Vec<Value> = get(&running, without).await.json()["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|activity| activity["type"].clone())
        .collect();
    assert_eq!(
        kinds,
        [
            "user_logged_out",
            "claude_file_uploaded",
            "claude_chat_created",
            "claude_project_created"
        ]
    );
}

#[tokio::test]
async fn the_feed_is_walked_in_both_orders_and_directions() {
    let mut behaviour = Behaviour::default();
    behaviour.indexing_lag = Duration::ZERO;
    let chats = (0..5).map(|index| Chat::new(format!("claude_chat_{index}"), "x")).collect();
    let running =
        Simulator::new(Seed { chats, ..Seed::default() }).behaviour(behaviour).run().await.unwrap();
    let base = "/v1/compliance/activities?activity_types[]=claude_chat_created&limit=2";
    let page = async |query: &str| {
        let page = get(&running, &format!("{base}{query}")).await.json();
        let ids: Vec<String> = page["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|activity| {
                activity["claude_chat_id"].as_str().unwrap().replace("claude_chat_", "")
            })
            .collect();
        let cursor = |name: &str| {
            page[name].as_str().unwrap_or_default().replace('=', "%3D").replace('+', "%2B")
        };
        (ids.concat(), page["has_more"].as_bool().unwrap(), cursor("first_id"), cursor("last_id"))
    };
    let (newest, more, first, last) = page("").await;
    assert_eq!((newest.as_str(), more), ("43", true));
    let (older, more, _, oldest) = page(&format!("&after_id={last}")).await;
    assert_eq!((older.as_str(), more), ("21", true));
    let (adjacent, more, ..) = page(&format!("&before_id={oldest}")).await;
    assert_eq!(
        (adjacent.as_str(), more),
        ("32", true),
        "the page next to the cursor, not the newest"
    );
    let (none, more, empty, _) = page(&format!("&before_id={first}")).await;
    assert_eq!((none.as_str(), more, empty.as_str()), ("", false, ""));
    assert_eq!(page("&order=asc").await.0, "01");
    running.handle().put_chat(Chat::new("claude_chat_5", "x"));
    assert_eq!(page(&format!("&before_id={first}")).await.0, "5");
}

#[tokio::test]
async fn an_activity_shows_only_after_its_lag() {
    let mut behaviour = Behaviour::default();
    behaviour.indexing_lag = Duration::from_hours(1);
    let running = Simulator::new(seed()).behaviour(behaviour).run().await.unwrap();
    let count = async || {
        get(&running, "/v1/compliance/activities?activity_types[]=claude_chat_created").await.json()
            ["data"]
            .as_array()
            .unwrap()
            .len()
    };
    assert_eq!(count().await, 0);
    running.handle().skip_time(Duration::from_hours(1));
    assert_eq!(count().await, 1);
}

#[tokio::test]
async fn deletes_are_answered_once_and_projects_wait_for_their_chats() {
    let key = Key::new(SECRET, ["read:compliance_user_data", "delete:compliance_user_data"]);
    let running = Simulator::new(seed()).keys([key]).run().await.unwrap();
    let delete = async |target: &str| {
        let target = format!("/v1/compliance/apps/{target}");
        ask(&running, "DELETE", &target, &format!("x-api-key: {SECRET}\r\n")).await
    };
    let conflict = delete("projects/claude_proj_01").await;
    assert_eq!(
        (conflict.status, &conflict.json()["error"]["type"]),
        (409, &"invalid_request_error".into())
    );
    for (target, kind) in [
        ("chats/files/claude_file_01", "claude_file_deleted"),
        ("chats/claude_chat_01", "claude_chat_deleted"),
        ("projects/claude_proj_01", "claude_project_deleted"),
    ] {
        let first = delete(target).await;
        assert_eq!((first.status, &first.json()["type"]), (200, &kind.into()), "{target}");
        assert_eq!(delete(target).await.status, 404, "{target}");
    }
    let reader = Simulator::new(seed()).run().await.unwrap();
    let refused = ask(
        &reader,
        "DELETE",
        "/v1/compliance/apps/chats/claude_chat_01",
        &format!("x-api-key: {SECRET}\r\n"),
    )
    .await;
    assert_eq!(refused.status, 403);
    assert!(
        refused.message().ends_with("Needed: ['delete:compliance_user_data']"),
        "{}",
        refused.message()
    );
}

#[tokio::test]
async fn a_key_of_one_organization_sees_nothing_of_another() {
    let other = "99999999-2222-4333-8444-555555555555";
    let organizations = ["11111111-2222-4333-8444-555555555555", other]
        .map(|uuid| dosimeter_simulator::Organization {
            uuid: uuid.to_owned(),
            ..Default::default()
        })
        .to_vec();
    let theirs = Chat { organization: other.to_owned(), ..Chat::new("claude_chat_02", "theirs") };
    let mut seed = Seed { organizations, ..seed() };
    seed.chats.push(theirs);
    let mut key = Key::default();
    key.organizations = Some(vec!["11111111-2222-4333-8444-555555555555".to_owned()]);
    let running = Simulator::new(seed).keys([key]).run().await.unwrap();
    let chats = get(&running, "/v1/compliance/apps/chats").await.json();
    assert_eq!(chats["data"].as_array().unwrap().len(), 1);
    assert_eq!(
        get(&running, "/v1/compliance/apps/chats/claude_chat_02/messages").await.status,
        404
    );
    let outside =
        get(&running, &format!("/v1/compliance/apps/chats?organization_ids[]={other}")).await;
    assert_eq!(
        (outside.status, outside.message().as_str()),
        (403, "Cannot query compliance data for organizations outside this API key's scope")
    );
}

#[tokio::test]
async fn a_seed_is_read_from_json_and_a_wrong_one_is_refused() {
    let seed: Seed = serde_json::from_str(
        r#"{"chats":[{"name":"x","messages":[{"role":"user","content":[{"type":"text","text":"hi"}],
            "files":[{"filename":"a.txt","bytes":"aGVsbG8="}]}]}]}"#,
    )
    .unwrap();
    let running = Simulator::new(seed).run().await.unwrap();
    let chats = get(&running, "/v1/compliance/apps/chats").await.json();
    assert!(chats["data"][0]["id"].as_str().unwrap().starts_with("claude_chat_"));
    assert!(serde_json::from_str::<Seed>(r#"{"chat":[]}"#).is_err(), "an unknown field");
    let wrong = Chat { created_at: "yesterday".to_owned(), ..Chat::new("x", "x") };
    assert!(Simulator::new(Seed { chats: vec![wrong], ..Seed::default() }).run().await.is_err());
}

/// Walks a list of sessions or a transcript, and gives back the ids with the number of pages.
async fn walk(running: &Running, target: &str) -> (Vec<String>, usize) {
    let (mut ids, mut pages, mut token) = (Vec::new(), 0, String::new());
    loop {
        let page =
            get(running, &format!("/v1/compliance/apps/sessions/{target}{token}")).await.json();
        assert!(page.get("has_more").is_none(), "{page}");
        ids.extend(
            page["data"]
                .as_array()
                .unwrap()
                .iter()
                .map(|item| item["id"].as_str().unwrap().to_owned()),
        );
        pages += 1;
        let Some(next) = page["next_page"].as_str() else { return (ids, pages) };
        token = format!("&page={}", next.replace('=', "%3D").replace('+', "%2B"));
    }
}

fn sessions() -> Seed {
    let session = |id: &str, day: u8| dosimeter_simulator::Session {
        id: id.to_owned(),
        user: "user_01".to_owned(),
        created_at: format!("2026-10-0{day}T08:00:00Z"),
        messages: vec![
            Message { id: format!("{id}_1"), ..Message::user("hi") },
            Message { id: format!("{id}_2"), ..Message::assistant("ho") }.with_block(
                dosimeter_simulator::Block::ToolUse {
                    id: None,
                    name: "Read".to_owned(),
                    input: "z".repeat(11_000),
                },
            ),
            Message { id: format!("{id}_3"), role: "assistant".to_owned(), ..Message::default() },
        ],
        ..Default::default()
    };
    Seed {
        local_sessions: vec![session("clls_1", 1), session("clls_2", 2), session("clls_3", 3)],
        remote_sessions: vec![session("cse_1", 1), session("cse_2", 2)],
        ..seed()
    }
}

#[tokio::test]
async fn sessions_are_walked_by_tokens_alone_through_short_pages() {
    let running = Simulator::new(sessions()).run().await.unwrap();
    assert_eq!(
        walk(&running, "local?limit=2").await,
        (["clls_3", "clls_2", "clls_1"].map(str::to_owned).to_vec(), 3)
    );
    assert_eq!(
        walk(&running, "remote?limit=500").await,
        (["cse_2", "cse_1"].map(str::to_owned).to_vec(), 1)
    );
    assert_eq!(walk(&running, "local?updated_at.gte=2026-10-02T08:00:00Z").await.0.len(), 2);
    for (target, expected) in [
        ("local/clls_1/messages?limit=1", ["clls_1_1", "clls_1_2", "clls_1_3"]),
        ("remote/cse_1/messages?order=desc", ["cse_1_3", "cse_1_2", "cse_1_1"]),
    ] {
        assert_eq!(walk(&running, target).await.0, expected, "{target}");
    }
    for target in [
        "local?updated_at.lt=2026-10-02T08:00:00Z",
        "local/x",
        "local/clls_1/messages?tool_result_max_bytes=0",
    ] {
        assert_eq!(
            get(&running, &format!("/v1/compliance/apps/sessions/{target}")).await.status,
            400,
            "{target}"
        );
    }
    assert_eq!(
        get(&running, "/v1/compliance/apps/sessions/local/clls_9").await.message(),
        "Local session not found."
    );
}

#[tokio::test]
async fn a_transcript_says_what_is_cut_and_what_was_not_captured() {
    let running = Simulator::new(sessions()).run().await.unwrap();
    let page = get(&running, "/v1/compliance/apps/sessions/local/clls_1/messages").await.json();
    let call = &page["data"][1]["content"][1];
    let suffix = "…[truncated; pass tool_use_input_max_bytes=-1 for the server max]";
    assert!(call["truncated"] == true && call["input"].as_str().unwrap().ends_with(suffix));
    assert_eq!(page["data"][2]["provenance"]["reason"], "not_captured");
    assert!(page["session"]["user"]["email_address"].is_null());
}

#[tokio::test]
async fn a_token_of_a_transcript_is_for_one_session_one_order_and_a_day() {
    let running = Simulator::new(sessions()).run().await.unwrap();
    let base = "/v1/compliance/apps/sessions/local";
    let page = get(&running, &format!("{base}/clls_1/messages?limit=1")).await.json();
    let token = page["next_page"].as_str().unwrap().replace('=', "%3D").replace('+', "%2B");
    assert_eq!(get(&running, &format!("{base}/clls_1/messages?page={token}")).await.status, 200);
    for target in [
        format!("{base}/clls_2/messages?page={token}"),
        format!("{base}/clls_1/messages?order=desc&page={token}"),
    ] {
        assert!(
            get(&running, &target).await.message().starts_with("The page parameter is not a valid"),
            "{target}"
        );
    }
    running.handle().skip_time(Duration::from_hours(25));
    let expired = get(&running, &format!("{base}/clls_1/messages?page={token}")).await;
    assert!(expired.message().starts_with("The page cursor has expired"), "{}", expired.message());
}

#[tokio::test]
async fn cloud_sessions_have_a_limit_of_their_own() {
    let mut behaviour = Behaviour::default();
    behaviour.remote_requests_per_window = 1;
    let running = Simulator::new(seed()).behaviour(behaviour).run().await.unwrap();
    let remote = "/v1/compliance/apps/sessions/remote";
    assert_eq!(get(&running, remote).await.status, 200);
    let refused = get(&running, remote).await;
    assert_eq!((refused.status, refused.headers["retry-after"].as_str()), (429, "1"));
    assert_eq!(refused.headers["anthropic-ratelimit-requests-remaining"], "598");
    assert_eq!(get(&running, "/v1/compliance/apps/chats").await.status, 200);
}

#[tokio::test]
async fn published_artifacts_and_preferences_are_listed_and_read() {
    let version = |id: &str| CodeVersion {
        id: id.to_owned(),
        name: "Dash".to_owned(),
        bytes: id.as_bytes().to_vec().into(),
    };
    let artifact = CodeArtifact {
        id: "cart_01".to_owned(),
        user: "user_01".to_owned(),
        versions: vec![version("v1"), version("v2")],
        ..CodeArtifact::default()
    };
    let mut seed = Seed { code_artifacts: vec![artifact], ..seed() };
    seed.users[0].preferences = "be brief".to_owned();
    let running = Simulator::new(seed).run().await.unwrap();
    let listed = get(&running, "/v1/compliance/apps/code/artifacts").await.json();
    assert_eq!(listed["data"][0]["versions"][0]["id"], "v2", "newest first");
    let base = "/v1/compliance/apps/code/artifacts/cart_01";
    let read = get(&running, &format!("{base}/versions/v1")).await;
    // In pieces, each with its length.
    assert!(read.body.windows(2).any(|two| two == b"v1"), "{:?}", read.body);
    assert_eq!(get(&running, &format!("{base}/versions/v9")).await.status, 404);
    let organization = "11111111-2222-4333-8444-555555555555";
    let path = format!("/v1/compliance/organizations/{organization}/user_preferences");
    let preferences = get(&running, &path).await.json();
    assert_eq!(preferences["data"][0]["conversation_preferences"], "be brief");
    assert!(preferences["next_page"].is_null());
}

#[tokio::test]
async fn roles_groups_settings_and_collaborators_are_listed() {
    let role = Role {
        id: "rbac_role_01".to_owned(),
        name: "Auditor".to_owned(),
        permissions: vec!["claude_code".to_owned()],
    };
    let group = |id: &str, name: &str, members: &[&str]| Group {
        id: id.to_owned(),
        name: name.to_owned(),
        members: members.iter().map(|id| (*id).to_owned()).collect(),
        ..Group::default()
    };
    let groups =
        vec![group("rbac_group_01", "Eng", &["user_01"]), group("rbac_group_02", "Law", &[])];
    let project = Project {
        id: "claude_proj_01".to_owned(),
        user: Some("user_01".to_owned()),
        ..Project::default()
    };
    let seed = Seed { roles: vec![role], groups, projects: vec![project], ..seed() };
    let running = Simulator::new(seed).run().await.unwrap();
    let base = "/v1/compliance/organizations/11111111-2222-4333-8444-555555555555";
    let roles = get(&running, &format!("{base}/roles")).await.json();
    assert_eq!(roles["data"][0]["name"], "Auditor");
    let made = roles["data"][0]["created_at"].as_str().unwrap();
    assert!(!made.ends_with('Z') && !made.contains('+'), "no offset: {made}");
    assert_eq!(
        get(&running, &format!("{base}/roles/rbac_role_01")).await.json()["name"],
        "Auditor"
    );
    let unknown = get(&running, &format!("{base}/roles/rbac_role_09")).await;
    assert_eq!((unknown.status, unknown.message().as_str()), (404, "Role not found."));
    let permissions = get(&running, &format!("{base}/roles/rbac_role_01/permissions")).await.json();
    assert_eq!(permissions["data"][0]["action"], "claude_code");
    let groups = get(&running, "/v1/compliance/groups?limit=1").await.json();
    assert_eq!((&groups["data"][0]["name"], &groups["has_more"]), (&"Eng".into(), &true.into()));
    let law = get(&running, "/v1/compliance/groups?name_prefix=La").await.json();
    assert_eq!(law["data"].as_array().unwrap().len(), 1);
    let members = get(&running, "/v1/compliance/groups/rbac_group_01/members").await.json();
    assert_eq!(members["data"][0]["user_id"], "user_01");
    let unknown = get(&running, "/v1/compliance/groups/rbac_group_09").await;
    assert_eq!((unknown.status, unknown.message().as_str()), (404, "Group not found."));
    let settings = get(&running, &format!("{base}/settings")).await.json();
    assert_eq!(settings["type"], "effective_organization_settings");
    assert_eq!(settings["api_keys"][0]["type"], "compliance_api_key");
    let parent = get(&running, "/v1/compliance/organizations/parent/settings").await;
    assert_eq!(parent.status, 404);
    let collaborators =
        get(&running, "/v1/compliance/apps/projects/claude_proj_01/collaborators").await.json();
    assert_eq!(collaborators["data"][0]["role"], "owner");
    // Nothing was ever looked at, so that there is no log yet.
    let log = get(&running, "/v1/compliance/transparency_log/checkpoint").await;
    assert_eq!(log.status, 404);
}
