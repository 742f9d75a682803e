//! The client against the simulator, over loopback: every endpoint, and everything that goes wrong.
#![expect(clippy::unwrap_used, reason = "a test")]

use std::time::Duration;

use dosimeter_client::{
    ApiKey, Attachment, Block, ChatQuery, Client, ClientBuilder, Error, ErrorKind, MessageRole,
    Retry, TimeRange, Timestamp, UserChatQuery,
};
use dosimeter_content::Expose;
use dosimeter_simulator as sim;

const CHAT: &str = "claude_chat_01";

fn quick(running: &sim::Running) -> ClientBuilder {
    let retry = Retry::new(6, Duration::from_millis(1), Duration::from_millis(8));
    Client::builder(&running.base_url(), ApiKey::new(running.key().to_owned()).unwrap())
        .retry(retry)
}

fn client(running: &sim::Running) -> Client {
    quick(running).build().unwrap()
}

/// An organization with one of everything.
fn seed() -> sim::Seed {
    let artifact = sim::Artifact {
        version_id: "claude_artifact_version_01".to_owned(),
        title: Some("Sheet".to_owned()),
        artifact_type: Some("text/markdown".to_owned()),
        content: "# totals\n".to_owned(),
        ..sim::Artifact::default()
    };
    let file = |id: &str, name: &str| sim::File {
        id: id.to_owned(),
        mime_type: Some("text/csv".to_owned()),
        ..sim::File::new(name, format!("bytes of {id}").into_bytes())
    };
    let first =
        sim::Message::user("sum this").with_file(file("claude_file_01", "q3 résumé; 1.csv"));
    let second = sim::Message::assistant("Total 3.")
        .with_block(sim::Block::ToolUse {
            id: None,
            name: "search".to_owned(),
            input: "x".repeat(20_000),
        })
        .with_block(sim::Block::ToolResult {
            tool_use_id: Some("toolu_01".to_owned()),
            name: "search".to_owned(),
            content: vec!["hit".to_owned(), "y".repeat(20_000)],
        })
        .with_block(sim::Block::Raw {
            json: serde_json::json!({"type": "hologram", "text": {"deep": "text"}}),
        })
        .with_generated_file(file("claude_gen_file_01", "s.pdf"))
        .with_artifact(artifact);
    let user = sim::User {
        id: "user_01".to_owned(),
        email: "a@corp.test".to_owned(),
        full_name: "Ana B".to_owned(),
        ..sim::User::default()
    };
    let chat = sim::Chat {
        user: Some("user_01".to_owned()),
        project: Some("claude_proj_01".to_owned()),
        ..sim::Chat::new(CHAT, "Budget")
    };
    let document = sim::Document {
        id: "claude_proj_doc_01".to_owned(),
        filename: "n.txt".to_owned(),
        content: "hello".to_owned(),
        ..sim::Document::default()
    };
    let project = sim::Project {
        id: "claude_proj_01".to_owned(),
        name: "Q4".to_owned(),
        description: "what".to_owned(),
        instructions: "be brief".to_owned(),
        files: vec![file("claude_file_02", "plan.csv")],
        documents: vec![document],
        ..sim::Project::default()
    };
    sim::Seed {
        users: vec![user],
        chats: vec![chat.with(first).with(second)],
        projects: vec![project],
        ..sim::Seed::default()
    }
}

async fn start() -> sim::Running {
    sim::Simulator::start(seed(), sim::Faults::none()).await.unwrap()
}

#[tokio::test]
async fn a_chat_comes_with_its_messages_and_everything_in_them() {
    let running = start().await;
    let client = client(&running);
    let page = client.chats(&ChatQuery::updated()).await.unwrap();
    assert_eq!(page.items.len(), 1);
    assert_eq!(page.items[0].name.expose(), "Budget");
    assert_eq!(page.items[0].user.as_ref().unwrap().email_address.as_deref(), Some("a@corp.test"));
    assert!(!page.has_more && page.last.is_some() && page.next_after().is_none());

    let chat = client.messages(CHAT, None).await.unwrap();
    assert_eq!(chat.chat.id, CHAT);
    let [first, second] = chat.messages.as_slice() else { panic!("two messages") };
    assert_eq!((&first.role, &second.role), (&MessageRole::User, &MessageRole::Assistant));
    assert!(matches!(&first.blocks[0], Block::Text(block) if block.text.expose() == "sum this"));
    assert_eq!(first.files[0].filename.expose(), "q3 résumé; 1.csv");
    assert_eq!(second.generated_files[0].id, "claude_gen_file_01");
    assert_eq!(second.artifacts[0].version_id, "claude_artifact_version_01");
    let Block::ToolUse(call) = &second.blocks[1] else { panic!("a tool use") };
    assert_eq!((call.input.len(), call.truncated, &call.id), (20_000, false, &None));
    let Block::ToolResult(result) = &second.blocks[2] else { panic!("a tool result") };
    assert!(matches!(&result.content[1], Block::Text(block) if block.text.len() == 20_000));
    let Block::Unknown { kind, json, .. } = &second.blocks[3] else { panic!("an unknown block") };
    assert_eq!((kind.as_deref(), json.expose().contains("deep")), (Some("hologram"), true));
}

#[tokio::test]
async fn files_come_with_their_names_and_sums() {
    let running = start().await;
    let client = client(&running);
    let listed = client.file("claude_file_01").await.unwrap();
    assert_eq!(listed.claude_chat_ids, [CHAT]);
    let download = client.file_content("claude_file_01", 1_000).await.unwrap();
    assert_eq!(download.content.expose(), b"bytes of claude_file_01");
    assert_eq!(download.file_name.as_ref().unwrap().expose(), "q3 résumé; 1.csv");
    assert_eq!(download.media_type.as_deref(), Some("text/csv"));
    assert!(download.complete && download.checked);
    assert_eq!(download.agrees_with(listed.md5.as_deref().unwrap()), Some(true));

    let cut = client.file_content("claude_file_01", 5).await.unwrap();
    assert_eq!(
        (cut.content.expose(), cut.complete, cut.md5.as_deref()),
        (b"bytes".as_slice(), false, None)
    );

    assert_eq!(
        client.generated_file("claude_gen_file_01").await.unwrap().claude_chat_id.as_deref(),
        Some(CHAT)
    );
    let generated = client.generated_file_content("claude_gen_file_01", 1_000).await.unwrap();
    assert_eq!(generated.content.expose(), b"bytes of claude_gen_file_01");
}

#[tokio::test]
async fn projects_come_with_their_text_files_and_documents() {
    let running = start().await;
    let client = client(&running);
    let projects = client.projects(None, None).await.unwrap();
    assert_eq!((projects.items.len(), &projects.next), (1, &None));
    let detail = client.project("claude_proj_01").await.unwrap();
    assert_eq!((detail.description.expose(), detail.instructions.expose()), ("what", "be brief"));
    assert_eq!((detail.attachments_count, detail.chats_count), (Some(2), Some(1)));
    let attachments = client.project_attachments("claude_proj_01", None).await.unwrap().items;
    let [Attachment::File(file), Attachment::Doc(doc)] = attachments.as_slice() else {
        panic!("a file and a document: {attachments:?}")
    };
    let bytes = client.file_content(&file.id, 1_000).await.unwrap();
    assert_eq!(bytes.content.expose(), b"bytes of claude_file_02");
    let document = client.project_document(&doc.id).await.unwrap();
    assert_eq!((document.filename.expose(), document.content.expose()), ("n.txt", "hello"));
    let facts = client.project_document_metadata(&doc.id).await.unwrap();
    assert_eq!(facts.md5.as_deref(), Some("5d41402abc4b2a76b9719d911017c592"));
}

#[tokio::test]
async fn the_directory_is_read() {
    let running = start().await;
    let client = client(&running);
    let organizations = client.organizations(None).await.unwrap().items;
    let users = client.users(&organizations[0].uuid, None).await.unwrap().items;
    assert_eq!(users[0].full_name.expose(), "Ana B");
    assert!(users[0].created_at.is_known() && organizations[0].created_at.is_known());
}

#[tokio::test]
async fn artifacts_are_read_as_json_and_as_plain_text() {
    for plain_artifacts in [false, true] {
        let mut behaviour = sim::Behaviour::default();
        behaviour.plain_artifacts = plain_artifacts;
        let running = sim::Simulator::new(seed()).behaviour(behaviour).run().await.unwrap();
        let client = client(&running);
        let facts = client.artifact("claude_artifact_version_01").await.unwrap();
        let content = client.artifact_content("claude_artifact_version_01").await.unwrap();
        assert_eq!(content.content.expose(), "# totals\n");
        assert_eq!(facts.size_bytes, Some(9));
        assert_eq!(content.title.is_none(), plain_artifacts);
    }
}

/// Walks all chats and gives back their ids, in the order in which they came.
async fn walk(
    client: &Client,
    mut query: ChatQuery,
    mut on_page: impl FnMut(usize),
) -> Vec<String> {
    let mut ids = Vec::new();
    for index in 0.. {
        let page = client.chats(&query).await.unwrap();
        ids.extend(page.items.iter().map(|chat| chat.id.clone()));
        on_page(index);
        let Some(cursor) = page.next_after() else { break };
        query = query.after(cursor);
    }
    ids
}

fn many_chats(count: usize) -> sim::Seed {
    let chats =
        (0..count).map(|index| sim::Chat::new(format!("claude_chat_{index:02}"), "x")).collect();
    sim::Seed { chats, ..sim::Seed::default() }
}

#[tokio::test]
async fn a_walk_ends_with_every_chat_once() {
    let running = sim::Simulator::start(many_chats(7), sim::Faults::none()).await.unwrap();
    let client = client(&running);
    let expected: Vec<String> = (0..7).map(|index| format!("claude_chat_{index:02}")).collect();
    for limit in [1, 2, 3, 7, 8] {
        for query in [ChatQuery::updated(), ChatQuery::created()] {
            assert_eq!(walk(&client, query.limit(limit), |_| ()).await, expected, "{limit}");
        }
    }
}

#[tokio::test]
async fn a_chat_that_changes_during_the_walk_is_seen_again() {
    let running = sim::Simulator::start(many_chats(3), sim::Faults::none()).await.unwrap();
    let client = client(&running);
    let change = |page| {
        if page == 0 {
            running.handle().add_message("claude_chat_00", sim::Message::user("more"));
            running.handle().rename_chat("claude_chat_01", "not a change");
        }
    };
    let ids = walk(&client, ChatQuery::updated().limit(1), change).await;
    assert_eq!(ids, ["claude_chat_00", "claude_chat_01", "claude_chat_02", "claude_chat_00"]);
}

#[tokio::test]
async fn a_kept_cursor_shows_only_what_changed_since() {
    let running = sim::Simulator::start(many_chats(3), sim::Faults::none()).await.unwrap();
    let client = client(&running);
    let kept = client.chats(&ChatQuery::updated()).await.unwrap().last.unwrap();
    let since = ChatQuery::updated().after(&kept);
    let page = client.chats(&since).await.unwrap();
    assert_eq!((page.items.len(), page.last), (0, None), "an empty page has no cursor");
    running.handle().move_chat("claude_chat_02", Some("claude_proj_01"));
    running.handle().delete_chat("claude_chat_01");
    let page = client.chats(&since).await.unwrap();
    let ids: Vec<(&str, bool)> =
        page.items.iter().map(|chat| (chat.id.as_str(), chat.is_deleted())).collect();
    assert_eq!(ids, [("claude_chat_02", false), ("claude_chat_01", true)]);
    assert!(page.items[1].name.is_empty());
}

#[tokio::test]
async fn a_deleted_chat_has_nothing_left_and_an_expired_one_is_gone() {
    let running = start().await;
    let client = client(&running);
    running.handle().delete_chat(CHAT);
    let chat = client.messages(CHAT, None).await.unwrap();
    let empty = |message: &dosimeter_client::Message| {
        message.blocks.is_empty() && message.files.is_empty() && message.artifacts.is_empty()
    };
    assert!(chat.chat.is_deleted() && chat.messages.len() == 2 && chat.messages.iter().all(empty));
    assert!(client.file("claude_file_01").await.unwrap_err().is_gone());
    running.handle().expire_chat(CHAT);
    assert!(client.messages(CHAT, None).await.unwrap_err().is_gone());
}

#[tokio::test]
async fn messages_are_paged_and_a_cursor_continues_after_new_ones() {
    let messages = (0..5).fold(sim::Chat::new(CHAT, "x"), |chat, index| {
        chat.with(sim::Message::user(index.to_string()))
    });
    let seed = sim::Seed { chats: vec![messages], ..sim::Seed::default() };
    let running = sim::Simulator::start(seed, sim::Faults::none()).await.unwrap();
    let client = quick(&running).messages_limit(2).build().unwrap();
    let mut texts = Vec::new();
    let mut cursor = None;
    loop {
        let page = client.messages(CHAT, cursor.as_ref()).await.unwrap();
        for message in &page.messages {
            let [Block::Text(block)] = message.blocks.as_slice() else { panic!("one text") };
            texts.push(block.text.expose().to_owned());
        }
        let more = page.next_after().is_some();
        cursor = page.last.or(cursor);
        if !more {
            break;
        }
    }
    assert_eq!(texts, ["0", "1", "2", "3", "4"]);
    running.handle().add_message(CHAT, sim::Message::assistant("5"));
    assert_eq!(client.messages(CHAT, cursor.as_ref()).await.unwrap().messages.len(), 1);
}

#[tokio::test]
async fn a_page_that_is_too_long_is_asked_for_with_fewer_messages() {
    let long = |chat: sim::Chat, _| chat.with(sim::Message::user("z".repeat(3_000)));
    let chat = (0..20).fold(sim::Chat::new(CHAT, "x"), long);
    let seed = sim::Seed {
        chats: vec![chat.with(sim::Message::user("z".repeat(9_000)))],
        ..sim::Seed::default()
    };
    let running = sim::Simulator::start(seed, sim::Faults::none()).await.unwrap();
    let client = quick(&running).messages_limit(16).json_bytes_max(8_000).build().unwrap();
    let page = client.messages(CHAT, None).await.unwrap();
    assert_eq!((page.messages.len(), page.has_more), (1, true));
    let mut cursor = page.last;
    for _ in 1..20 {
        cursor = client.messages(CHAT, cursor.as_ref()).await.unwrap().last;
    }
    let error = client.messages(CHAT, cursor.as_ref()).await.unwrap_err();
    assert!(error.is_too_large() && !error.is_retryable(), "{error}");
}

#[tokio::test]
async fn chats_of_users_are_walked_both_ways() {
    let running = start().await;
    for index in 2..6 {
        let chat = sim::Chat {
            user: Some("user_01".to_owned()),
            ..sim::Chat::new(format!("claude_chat_0{index}"), "x")
        };
        running.handle().put_chat(chat);
    }
    let client = client(&running);
    let query = || UserChatQuery::new(["user_01".to_owned()]).unwrap();
    let all = client.user_chats(&query()).await.unwrap();
    assert_eq!(all.items.len(), 5);
    let back =
        client.user_chats(&query().before(all.last.as_ref().unwrap()).limit(2)).await.unwrap();
    let ids: Vec<&str> = back.items.iter().map(|chat| chat.id.as_str()).collect();
    assert_eq!((ids, back.has_more), (vec!["claude_chat_03", "claude_chat_04"], true));
    let in_project =
        client.user_chats(&query().projects(["claude_proj_01".to_owned()])).await.unwrap();
    assert_eq!(in_project.items.len(), 1);
    assert!(
        client
            .user_chats(&UserChatQuery::new(["user_02".to_owned()]).unwrap())
            .await
            .unwrap()
            .items
            .is_empty()
    );
}

#[tokio::test]
async fn a_range_bounds_the_list() {
    let running = sim::Simulator::start(many_chats(4), sim::Faults::none()).await.unwrap();
    let client = client(&running);
    let all = client.chats(&ChatQuery::updated()).await.unwrap().items;
    let second = &all[1].updated_at;
    let count =
        async |range| client.chats(&ChatQuery::updated().range(range)).await.unwrap().items.len();
    assert_eq!(count(TimeRange::all().since(second)).await, 3);
    assert_eq!(count(TimeRange::all().after(second)).await, 2);
    assert_eq!(count(TimeRange::all().before(second)).await, 1);
    assert_eq!(count(TimeRange::all().until(second)).await, 2);
    assert_eq!(count(TimeRange::all().since(&Timestamp::UNKNOWN)).await, 4);
}

#[tokio::test]
async fn token_pages_are_walked_to_their_end() {
    let projects = (0..230).map(|_| sim::Project::default()).collect();
    let running =
        sim::Simulator::start(sim::Seed { projects, ..sim::Seed::default() }, sim::Faults::none())
            .await
            .unwrap();
    let client = client(&running);
    let (mut count, mut pages, mut next) = (0, 0, None);
    loop {
        let page = client.projects(None, next.as_ref()).await.unwrap();
        (count, pages) = (count + page.items.len(), pages + 1);
        next = page.next;
        if next.is_none() {
            break;
        }
    }
    assert_eq!((count, pages), (230, 3));
    assert_eq!(client.requests_sent(), 3);
    let ours = client.projects(Some("11111111-2222-4333-8444-555555555555"), None).await.unwrap();
    assert_eq!(ours.items.len(), 100);
    assert!(client.projects(Some("not-ours"), None).await.unwrap_err().is_permission());
    let bad = dosimeter_client::PageToken::from("garbage".to_owned());
    assert!(client.projects(None, Some(&bad)).await.unwrap_err().is_bad_cursor());
}

#[tokio::test]
async fn a_cursor_of_one_order_is_refused_in_the_other() {
    let running = sim::Simulator::start(many_chats(2), sim::Faults::none()).await.unwrap();
    let client = client(&running);
    let cursor = client.chats(&ChatQuery::created()).await.unwrap().last.unwrap();
    let error = client.chats(&ChatQuery::updated().after(&cursor)).await.unwrap_err();
    assert!(error.is_bad_cursor() && !error.is_retryable(), "{error}");
}

/// Every way in which a key, a scope or the switch is wrong.
#[tokio::test]
async fn what_a_key_may_not_do_is_said_without_the_key() {
    type Check = fn(&Error) -> bool;
    let one = |scope: &'static str| sim::Key::new("sk-ant-api01-secret", [scope]);
    let stopped = |state| {
        let mut key = one("read:compliance_user_data");
        key.state = state;
        key
    };
    let table: [(&str, sim::Key, &str, Check); 6] = [
        (
            "wrong key",
            one("read:compliance_user_data"),
            "sk-ant-api01-wrong-secret",
            Error::is_auth,
        ),
        ("other family", one("read:compliance_user_data"), "sk-ant-api03-secret", Error::is_auth),
        ("deactivated", stopped(sim::KeyState::Deactivated), "sk-ant-api01-secret", Error::is_auth),
        ("expired", stopped(sim::KeyState::Expired), "sk-ant-api01-secret", Error::is_auth),
        ("scope", one("read:compliance_activities"), "sk-ant-api01-secret", Error::is_permission),
        ("audit scope", one("read:org_audit"), "sk-ant-api01-secret", |_| false),
    ];
    for (name, key, secret, check) in table {
        let running = sim::Simulator::new(seed()).keys([key]).run().await.unwrap();
        let key = ApiKey::new(secret.to_owned()).unwrap();
        let client = Client::builder(&running.base_url(), key).build().unwrap();
        let Err(error) = client.chats(&ChatQuery::updated()).await else {
            assert_eq!(name, "audit scope");
            continue;
        };
        assert!(check(&error) && !error.is_retryable() && !error.is_gone(), "{name}: {error}");
        assert_eq!(running.requests().len(), 1, "{name}: never repeated");
        assert!(!format!("{error} {error:?} {client:?}").contains("secret"), "{name}: {error:?}");
        if error.is_permission() {
            assert_eq!(error.granted_scopes(), ["read:compliance_activities"]);
            assert_eq!(error.needed_scopes(), ["read:compliance_user_data", "read:org_audit"]);
        }
    }
}

#[tokio::test]
async fn a_switched_off_api_and_a_foreign_organization_are_told_apart() {
    let running = start().await;
    let client = client(&running);
    let query = ChatQuery::updated().organizations(["not-ours".to_owned()]);
    assert!(client.chats(&query).await.unwrap_err().is_permission());
    assert!(client.users("not-ours", None).await.unwrap_err().is_gone());
    running.handle().set_enabled(false);
    assert!(client.chats(&ChatQuery::updated()).await.unwrap_err().is_disabled());
}

/// What passes is repeated until it has passed, and what is certain is not repeated.
#[tokio::test]
async fn faults_that_pass_are_survived() {
    let throttled = |by, retry_after_s| sim::Fault::Throttled { by, retry_after_s };
    let table = [
        (throttled(sim::Throttle::Shared, Some(0)), None, 3),
        (throttled(sim::Throttle::Shared, None), None, 3),
        (throttled(sim::Throttle::TranscriptBusy, Some(0)), None, 3),
        (sim::Fault::ServerError { should_retry: None }, None, 3),
        (sim::Fault::ServerError { should_retry: Some(true) }, None, 3),
        (sim::Fault::ServerError { should_retry: Some(false) }, Some(ErrorKind::Server), 1),
        (sim::Fault::Unavailable, None, 3),
        (sim::Fault::Overloaded, None, 3),
        (sim::Fault::Cut { after_bytes: 10 }, None, 3),
        (sim::Fault::Corrupt, None, 3),
        (sim::Fault::Slow { pause_ms: 1 }, None, 1),
    ];
    for (fault, expected, requests) in table {
        let faults = sim::Faults::none().with(sim::FaultRule::once("/content", fault).times(2));
        let running = sim::Simulator::start(seed(), faults).await.unwrap();
        let result = client(&running).file_content("claude_file_01", 1_000).await;
        assert_eq!(running.requests().len(), requests, "{fault:?}");
        match (result, expected) {
            (Ok(download), None) => {
                assert_eq!(download.content.expose(), b"bytes of claude_file_01");
            }
            (Err(error), Some(kind)) => {
                assert_eq!((error.kind(), error.is_retryable()), (kind, false));
            }
            (result, _) => panic!("{fault:?}: {result:?}"),
        }
    }
}

#[tokio::test]
async fn a_reset_connection_is_survived() {
    let faults =
        sim::Faults::none().with(sim::FaultRule::once("/chats", sim::Fault::Reset).times(2));
    let running = sim::Simulator::start(seed(), faults).await.unwrap();
    let client = client(&running);
    assert_eq!(client.chats(&ChatQuery::updated()).await.unwrap().items.len(), 1);
    let resets = running.requests().iter().filter(|request| request.status.is_none()).count();
    assert_eq!(resets, 2);
}

/// Faults that never pass end with their kind, after the last attempt.
#[tokio::test]
async fn faults_that_stay_end_as_errors() {
    let table = [
        (sim::Fault::Overloaded, ErrorKind::Server),
        (sim::Fault::Reset, ErrorKind::Connection),
        (sim::Fault::Cut { after_bytes: 10 }, ErrorKind::Cut),
        (sim::Fault::Corrupt, ErrorKind::Checksum),
        (sim::Fault::Slow { pause_ms: 30_000 }, ErrorKind::Timeout),
        (
            sim::Fault::Throttled { by: sim::Throttle::Shared, retry_after_s: Some(3_600) },
            ErrorKind::Throttled,
        ),
    ];
    for (fault, kind) in table {
        let faults = sim::Faults::none().with(sim::FaultRule::always("/content", fault));
        let running = sim::Simulator::start(seed(), faults).await.unwrap();
        let retry = Retry::new(3, Duration::from_millis(1), Duration::from_millis(2));
        // Long enough for a busy machine, except where the wait is what is tested.
        let idle_ms = if kind == ErrorKind::Timeout { 100 } else { 30_000 };
        let idle = Duration::from_millis(idle_ms);
        let client = quick(&running).retry(retry).idle_timeout(idle).build().unwrap();
        let error = client.file_content("claude_file_01", 1_000).await.unwrap_err();
        assert_eq!((error.kind(), error.is_retryable()), (kind, true), "{error}");
        assert_eq!(error.attempts(), if error.retry_after().is_some() { 1 } else { 3 }, "{error}");
        assert_eq!(error.endpoint(), Some("/v1/compliance/apps/chats/files/{}/content"));
    }
}

#[tokio::test]
async fn a_drip_of_bytes_ends_at_the_total_timeout() {
    let faults = sim::Faults::none()
        .with(sim::FaultRule::always("/content", sim::Fault::Slow { pause_ms: 40 }));
    let mut seed = seed();
    seed.chats[0].messages[0].files[0].bytes = vec![0; 4_000].into();
    let running = sim::Simulator::start(seed, faults).await.unwrap();
    let client = quick(&running)
        .retry(Retry::never())
        .total_timeout(Duration::from_millis(200))
        .build()
        .unwrap();
    assert_eq!(
        client.file_content("claude_file_01", 5_000).await.unwrap_err().kind(),
        ErrorKind::Timeout
    );
}

#[tokio::test]
async fn a_file_of_26_mb_is_read_up_to_25_mb_and_no_further() {
    const MB_25: usize = 25 * 1024 * 1024;
    let mut seed = seed();
    let bytes: Vec<u8> = (0..26 * 1024 * 1024_u32).map(|index| index.to_le_bytes()[1]).collect();
    seed.chats[0].messages[0].files[0].bytes = bytes.clone().into();
    let running = sim::Simulator::start(seed, sim::Faults::none()).await.unwrap();
    let client = client(&running);
    let cut = client.file_content("claude_file_01", MB_25).await.unwrap();
    assert_eq!((cut.content.len(), cut.complete), (MB_25, false));
    assert!(cut.content.expose() == &bytes[..MB_25]);
    let whole = client.file_content("claude_file_01", 2 * MB_25).await.unwrap();
    assert!(whole.complete && whole.checked && whole.content.len() == bytes.len());
}

#[tokio::test]
async fn the_servers_limit_is_never_exceeded() {
    let mut behaviour = sim::Behaviour::default();
    behaviour.requests_per_window = 10;
    let running = sim::Simulator::new(many_chats(1)).behaviour(behaviour).run().await.unwrap();
    let client = quick(&running).budget_share(1.0).build().unwrap();
    // The first answer teaches the limit; the rest of this window is then used up, and no more.
    client.chats(&ChatQuery::updated()).await.unwrap();
    let clones = (0..9).map(|_| client.clone());
    let tasks: Vec<_> = clones
        .map(|client| {
            tokio::spawn(async move {
                client.chats(&ChatQuery::updated()).await.map(|page| page.items.len())
            })
        })
        .collect();
    for task in tasks {
        assert_eq!(task.await.unwrap().unwrap(), 1);
    }
    let late =
        tokio::time::timeout(Duration::from_millis(200), client.chats(&ChatQuery::updated())).await;
    assert!(late.is_err(), "the eleventh request waits");
    assert!(running.requests().iter().all(|request| request.status == Some(200)));
    assert_eq!(running.requests().len(), 10);
}

#[tokio::test]
async fn the_last_request_is_known_to_every_clone() {
    let running = start().await;
    let client = client(&running);
    let clone = client.clone();
    assert_eq!(client.last_request_id(), None);
    let page = clone.chats(&ChatQuery::updated()).await.unwrap();
    assert_eq!(client.last_request_id(), page.request_id);
    assert_eq!(
        page.request_id.as_deref(),
        running.requests().last().map(|request| request.request_id.as_str())
    );
    let error = clone.messages("claude_chat_none", None).await.unwrap_err();
    assert_eq!(client.last_request_id().as_deref(), error.request_id());
}

#[tokio::test]
async fn every_fault_at_once_changes_nothing_in_the_end() {
    let running = sim::Simulator::start(many_chats(40), sim::Faults::some(5, 0.4)).await.unwrap();
    let client = client(&running);
    let ids = walk(&client, ChatQuery::updated().limit(1), |_| ()).await;
    let expected: Vec<String> = (0..40).map(|index| format!("claude_chat_{index:02}")).collect();
    assert_eq!(ids, expected);
    assert!(running.requests().iter().filter(|request| request.faulty).count() > 10);
}

#[tokio::test]
async fn plain_file_names_are_read_too() {
    let mut behaviour = sim::Behaviour::default();
    behaviour.plain_file_names = true;
    let mut seed = seed();
    seed.chats[0].messages[0].files[0].filename = "a; \"b\".csv".to_owned();
    let running = sim::Simulator::new(seed).behaviour(behaviour).run().await.unwrap();
    let download = client(&running).file_content("claude_file_01", 100).await.unwrap();
    assert_eq!(download.file_name.unwrap().expose(), "a; \"b\".csv");
}
