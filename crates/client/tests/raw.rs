//! The client against answers that the simulator would never give: other services, broken ones,
//! hostile ones; and against the documented example bodies, which lie in `wire/`.
#![expect(clippy::unwrap_used, reason = "a test")]

use std::time::Duration;

use dosimeter_client::{ApiKey, Attachment, Block, ChatQuery, Client, Error, ErrorKind, Retry};
use dosimeter_content::Expose;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

/// Serves `answer` once, byte for byte, and gives back what a call makes of it, with the request.
async fn asked<T>(answer: Vec<u8>, call: impl AsyncFnOnce(Client) -> T) -> (T, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = vec![0; 8_192];
        let len = stream.read(&mut request).await.unwrap();
        // The client may hang up before the end of a hostile answer.
        let _hung_up = stream.write_all(&answer).await;
        String::from_utf8_lossy(request.get(..len).unwrap()).into_owned()
    });
    let client = Client::builder(&base_url, ApiKey::new("sk-ant-api01-MARKER".to_owned()).unwrap())
        .retry(Retry::never())
        .json_bytes_max(100_000)
        .idle_timeout(Duration::from_secs(2))
        .build()
        .unwrap();
    (call(client).await, server.await.unwrap())
}

/// What a list of chats makes of `answer`.
async fn ask(answer: Vec<u8>) -> (Result<usize, Error>, String) {
    asked(answer, async |client| {
        client.chats(&ChatQuery::updated()).await.map(|page| page.items.len())
    })
    .await
}

fn http(status: &str, headers: &str, body: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status}\r\n{headers}content-length: {}\r\n\r\n{body}", body.len())
        .into_bytes()
}

#[tokio::test]
async fn answers_of_something_else_are_errors_that_quote_nothing() {
    let deep = format!("{{\"data\":{}", "[".repeat(50_000));
    let long = format!("{{\"data\":[],\"x\":\"{}\"}}", "MARKER".repeat(20_000));
    let table = [
        (
            "a redirect",
            http("302 Found", "location: http://127.0.0.1:1/MARKER\r\n", ""),
            ErrorKind::Unrecognised,
        ),
        ("a proxy's 404", http("404 Not Found", "", "<h1>MARKER</h1>"), ErrorKind::Unrecognised),
        ("a proxy's 403", http("403 Forbidden", "", "<h1>MARKER</h1>"), ErrorKind::Unrecognised),
        ("a proxy's 502", http("502 Bad Gateway", "", "<h1>MARKER</h1>"), ErrorKind::Server),
        ("nothing found", http("204 No Content", "", ""), ErrorKind::Unrecognised),
        ("a page", http("200 OK", "", "<h1>MARKER</h1>"), ErrorKind::Unreadable),
        (
            "another shape",
            http("200 OK", "", r#"{"data":[{"id":["MARKER"]}]}"#),
            ErrorKind::Unreadable,
        ),
        ("no array", http("200 OK", "", r#"{"data":"MARKER"}"#), ErrorKind::Unreadable),
        ("a deep array", http("200 OK", "", &deep), ErrorKind::Unreadable),
        ("a long body", http("200 OK", "", &long), ErrorKind::TooLarge),
        (
            "a short body",
            b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{\"data\":".to_vec(),
            ErrorKind::Cut,
        ),
        ("no HTTP", b"MARKER MARKER\r\n\r\n".to_vec(), ErrorKind::Connection),
        ("nothing", Vec::new(), ErrorKind::Connection),
        (
            "a wrong sum",
            http("200 OK", "content-md5: AAAAAAAAAAAAAAAAAAAAAA==\r\n", r#"{"data":[]}"#),
            ErrorKind::Checksum,
        ),
        (
            "a refusal with a message of its own",
            http(
                "400 Bad Request",
                "request-id: MARKER MARKER\r\n",
                r#"{"type":"MARKER","message":"MARKER"}"#,
            ),
            ErrorKind::BadRequest,
        ),
    ];
    for (name, answer, kind) in table {
        let (result, _) = ask(answer).await;
        let error = result.err().unwrap_or_else(|| panic!("{name}"));
        assert_eq!(error.kind(), kind, "{name}: {error}");
        assert!(!format!("{error} {error:?}").contains("MARKER"), "{name}: {error:?}");
    }
}

#[tokio::test]
async fn odd_answers_that_still_make_sense_are_read() {
    let table = [
        r#"{"data":[],"has_more":null,"first_id":null,"last_id":null}"#,
        r#"{"data":[]}"#,
        r#"{"has_more":false,"data":[],"unknown":{"deep":[[[[1]]]]}}"#,
    ];
    for body in table {
        assert_eq!(
            ask(http("200 OK", "content-md5: no base64\r\n", body)).await.0.unwrap(),
            0,
            "{body}"
        );
    }
}

#[tokio::test]
async fn the_request_carries_key_and_version_and_nothing_else_of_note() {
    let (_, request) = ask(http("200 OK", "", r#"{"data":[]}"#)).await;
    let request = request.to_ascii_lowercase();
    assert!(
        request.starts_with(
            "get /v1/compliance/apps/chats?order_by=updated_at&limit=1000 http/1.1\r\n"
        ),
        "{request}"
    );
    assert!(request.contains("x-api-key: sk-ant-api01-marker\r\n"));
    assert!(request.contains("anthropic-version: 2023-06-01\r\n"));
    for absent in ["authorization", "cookie", "referer", "accept-encoding"] {
        assert!(!request.contains(absent), "{absent}");
    }
}

/// Gives a documented example body to a call.
macro_rules! example {
    ($file:literal, |$client:ident| $call:expr) => {
        asked(http("200 OK", "", include_str!(concat!("wire/", $file))), async |$client| {
            $call.await
        })
        .await
        .0
        .unwrap()
    };
}

#[tokio::test]
async fn documented_chats_are_read() {
    let page = example!("chats.json", |client| client.chats(&ChatQuery::created()));
    let [alive, deleted] = page.items.as_slice() else { panic!("two chats") };
    assert_eq!((alive.name.expose(), alive.is_deleted(), &alive.model), ("Budget", false, &None));
    assert_eq!(
        (deleted.name.expose(), deleted.is_deleted(), &deleted.organization_id),
        ("", true, &None)
    );
    assert_eq!(page.last.unwrap().as_str(), "eyJhIjoyfQ==");

    let chat = example!("messages.json", |client| client.messages("claude_chat_01E", None));
    let [asked, answered] = chat.messages.as_slice() else { panic!("two messages") };
    assert_eq!(asked.files.first().unwrap().size_bytes, Some(12));
    assert!(asked.artifacts.is_empty() && answered.files.is_empty());
    let [Block::ToolUse(call), Block::ToolResult(result), Block::Text(text)] =
        answered.blocks.as_slice()
    else {
        panic!("three blocks: {:?}", answered.blocks)
    };
    assert_eq!((call.input.expose(), text.text.expose()), (r#"{"q":"x"}"#, "Total 3."));
    assert!(matches!(result.content.as_slice(), [Block::Text(hit)] if hit.text.expose() == "hit"));
    assert_eq!(answered.generated_files.first().unwrap().md5, None);
    assert_eq!(answered.artifacts.first().unwrap().version_id, "claude_artifact_version_01V");
}

#[tokio::test]
async fn documented_files_and_artifacts_are_read() {
    let file = example!("file.json", |client| client.file("claude_file_01D"));
    assert_eq!(
        (file.message_ids.as_slice(), file.size_bytes),
        (["claude_chat_msg_01M".to_owned()].as_slice(), Some(12))
    );
    let file =
        example!("generated_file.json", |client| client.generated_file("claude_gen_file_01G"));
    assert_eq!((file.filename.expose(), file.created_at.is_known()), ("s.pdf", false));
    let artifact =
        example!("artifact.json", |client| client.artifact("claude_artifact_version_01V"));
    assert_eq!(artifact.md5.as_deref(), Some("0123456789abcdef0123456789abcdef"));
    let content = example!("artifact_content.json", |client| client
        .artifact_content("claude_artifact_version_01V"));
    assert_eq!(content.content.expose(), "# totals\n");
}

#[tokio::test]
async fn documented_projects_are_read() {
    let page = example!("projects.json", |client| client.projects(None, None));
    assert_eq!((page.items.len(), page.next), (1, None));
    let detail = example!("project.json", |client| client.project("claude_proj_01P"));
    assert_eq!((detail.instructions.expose(), detail.project.name.expose()), ("be brief", "Q4"));
    let page = example!("project_attachments.json", |client| client
        .project_attachments("claude_proj_01P", None));
    assert!(matches!(page.items.as_slice(), [Attachment::File(_), Attachment::Doc(_)]));
    let document =
        example!("project_document.json", |client| client.project_document("claude_proj_doc_01Q"));
    assert_eq!(document.content.expose(), "hello");
    let facts = example!("project_document_metadata.json", |client| {
        client.project_document_metadata("claude_proj_doc_01Q")
    });
    assert_eq!(facts.size_bytes, Some(5));
}

#[tokio::test]
async fn the_documented_directory_is_read() {
    let page = example!("organizations.json", |client| client.organizations(None));
    assert_eq!((page.items.first().unwrap().name.expose(), page.next), ("Corp A", None));
    let page =
        example!("users.json", |client| client.users("11111111-2222-4333-8444-555555555555", None));
    assert_eq!(page.items.first().unwrap().email.as_deref(), Some("a@corp.test"));
    assert_eq!(page.next.unwrap().as_str(), "page_QUJD");
}

#[tokio::test]
async fn documented_errors_are_read() {
    let error =
        ask(http("401 Unauthorized", "", include_str!("wire/error_authentication.json"))).await.0;
    assert!(error.unwrap_err().is_auth());
    let throttled = http(
        "429 Too Many Requests",
        "retry-after: 7\r\n",
        include_str!("wire/error_rate_limit.json"),
    );
    let error = ask(throttled).await.0.unwrap_err();
    assert!(error.is_throttled() && error.is_retryable());
    assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
}

#[tokio::test]
async fn a_server_without_tls_is_no_connection_under_https() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("https://{}", listener.local_addr().unwrap());
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut hello = [0; 3];
        stream.read_exact(&mut hello).await.unwrap();
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
        hello
    });
    let key = ApiKey::new("sk-ant-api01-MARKER".to_owned()).unwrap();
    let client = Client::builder(&base_url, key).retry(Retry::never()).build().unwrap();
    let error = client.chats(&ChatQuery::updated()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connection);
    // A TLS handshake record (RFC 8446 §5.1), not a request in clear.
    assert_eq!(server.await.unwrap(), [22, 3, 1]);
}
