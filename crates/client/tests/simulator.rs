//! The client against the simulator, over loopback: every endpoint, and everything that goes wrong.
#![expect(clippy::unwrap_used, reason = "a test")]

use std::time::Duration;

use dosimeter_client::{ApiKey, Block, ChatQuery, Client, ClientBuilder, MessageRole, Retry};
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
    let Block::Unknown { kind, json } = &second.blocks[3] else { panic!("an unknown block") };
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
