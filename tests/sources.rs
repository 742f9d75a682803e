//! Everything that an organisation holds is read: each kind of resource, where its findings say they
//! are, and what could not be read.
#![expect(clippy::unwrap_used, reason = "a test")]

use std::{collections::BTreeSet, sync::Arc};

use dosimeter_simulator::{
    Artifact, Block, Chat, Fault, FaultRule, Faults, File, Message, Organization, Project, Running,
    Seed, User,
};
use dosimeter_store::{FindingFilter, FindingRow, GapRow, SqliteStore, Store};
use dosimeter_tests::{card, card_text, chat, once, once_with, organization, simulate};
use dosimeter_worker::{Config, FileTypes, Selection, Silent};
use serde_json::json;
use tempfile::tempdir;

async fn scan(seed: Seed, faults: Faults, configure: impl FnOnce(&mut Config)) -> (Running, Found) {
    let simulator = simulate(seed, faults).await;
    let state = tempdir().unwrap();
    once_with(&simulator, state.path(), configure, Arc::new(Silent)).await.unwrap();
    let store = SqliteStore::read(state.path()).unwrap();
    let findings = store.findings(&FindingFilter::default()).unwrap();
    let parents = findings.iter().filter_map(|row| row.parent.clone());
    let chats: BTreeSet<String> = parents.filter(|id| id.starts_with("claude_chat_")).collect();
    let gaps = store.gaps(100).unwrap();
    let found = Found { findings, gaps, chats: chats.into_iter().collect() };
    (simulator, found)
}

struct Found {
    findings: Vec<FindingRow>,
    gaps: Vec<GapRow>,
    /// The chats of which something was read.
    chats: Vec<String>,
}

impl Found {
    fn in_resource(&self, id: &str) -> Vec<&FindingRow> {
        self.findings.iter().filter(|finding| finding.resource_id == id).collect()
    }

    /// The gaps of a resource itself.
    fn gaps_of(&self, id: &str) -> Vec<&str> {
        let own = self.gaps.iter().filter(|gap| gap.resource_id == id);
        own.map(|gap| gap.reason.as_str()).collect()
    }
}

fn with_file(file: File) -> Seed {
    let message = Message::user("See this.").with_file(file);
    Seed { chats: vec![Chat::new("claude_chat_1", "Plans").with(message)], ..Seed::default() }
}

fn text_file(bytes: Vec<u8>) -> File {
    File { id: "claude_file_1".to_owned(), ..File::new("notes.txt", bytes) }
}

#[tokio::test]
async fn every_kind_of_resource_is_scanned() {
    let (_, found) = scan(organization(6), Faults::none(), |_| {}).await;
    let kinds: BTreeSet<&str> =
        found.findings.iter().map(|finding| finding.resource_kind.as_str()).collect();
    let expected = [
        "artifact",
        "chat",
        "code_artifact",
        "file",
        "generated_file",
        "message",
        "project",
        "project_document",
        "project_file",
        "user_preferences",
    ];
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), expected);
    let roles: BTreeSet<&str> =
        found.findings.iter().map(|finding| finding.role.as_str()).collect();
    let expected = [
        "artifact",
        "file",
        "generated",
        "instructions",
        "metadata",
        "project_document",
        "project_file",
        "tool_result",
        "user",
    ];
    assert_eq!(roles.into_iter().collect::<Vec<_>>(), expected);
    for id in ["clls_000", "cse_002"] {
        let of_session = found.findings.iter().filter(|row| row.parent.as_deref() == Some(id));
        let surfaces: Vec<_> = of_session.map(|row| row.surface.as_deref()).collect();
        assert!(surfaces.len() >= 2, "both messages of {id}");
        assert!(surfaces.iter().all(|surface| *surface == Some("claude_code")));
    }
    assert_eq!(found.gaps, []);
}

#[tokio::test]
async fn an_artifact_that_is_a_page_is_read_as_one() {
    let text = card_text(1);
    // In the middle of the number.
    let (first, second) = text.split_at(35);
    let artifact = Artifact {
        id: "claude_artifact_1".to_owned(),
        version_id: "claude_artifact_version_1".to_owned(),
        artifact_type: Some("text/html".to_owned()),
        content: format!("<html><body><p>{first}<b>{second}</b></p></body></html>"),
        ..Artifact::default()
    };
    let message = Message::user("See this.").with_artifact(artifact);
    let chat = Chat::new("claude_chat_1", "Plans").with(message);
    let seed = Seed { chats: vec![chat], ..Seed::default() };
    let (_, found) = scan(seed, Faults::none(), |_| {}).await;
    assert_eq!(found.in_resource("claude_artifact_version_1")[0].rule, "payment.card.separated");
}

#[tokio::test]
async fn a_finding_says_who_and_where() {
    let user =
        User { id: "user_1".to_owned(), email: "ana@corp.test".to_owned(), ..User::default() };
    let chat = Chat {
        user: Some("user_1".to_owned()),
        model: Some("claude-x".to_owned()),
        ..chat("claude_chat_1", card_text(1))
    };
    let seed = Seed { users: vec![user], chats: vec![chat], ..Seed::default() };
    let (_, found) = scan(seed, Faults::none(), |_| {}).await;
    let finding = &found.findings[0];
    assert_eq!(finding.resource_kind, "message");
    assert_eq!(finding.parent.as_deref(), Some("claude_chat_1"));
    assert_eq!(finding.user_id.as_deref(), Some("user_1"));
    assert_eq!(finding.user_email.as_deref(), Some("ana@corp.test"));
    assert_eq!(finding.role, "user");
    assert_eq!(finding.model.as_deref(), Some("claude-x"));
    assert!(finding.href.as_deref().unwrap().starts_with("https://"));
    assert!(finding.created_at.is_some());
    assert!(finding.labels.contains(&"payment".to_owned()));
    assert!(finding.snippet.contains("••••"), "{}", finding.snippet);
}

#[tokio::test]
async fn tool_blocks_and_unknown_blocks_are_scanned_and_long_ones_are_not_cut() {
    let padding = "word ".repeat(4_000);
    let input = json!({"note": format!("{padding} {}", card_text(1))}).to_string();
    let message = Message::assistant("Working.")
        .with_block(Block::ToolUse { id: None, name: "save".to_owned(), input })
        .with_block(Block::ToolResult {
            tool_use_id: None,
            name: "save".to_owned(),
            content: vec![format!("{padding} {}", card_text(2))],
        })
        .with_block(Block::Raw { json: json!({"type": "canvas", "body": card_text(3)}) });
    let message = Message { id: "claude_chat_msg_1".to_owned(), ..message };
    let seed =
        Seed { chats: vec![Chat::new("claude_chat_1", "").with(message)], ..Seed::default() };
    let (_, found) = scan(seed, Faults::none(), |_| {}).await;
    let mut places: Vec<&str> = found
        .in_resource("claude_chat_msg_1")
        .iter()
        .filter(|finding| finding.labels.contains(&"payment".to_owned()))
        .map(|finding| finding.locator.as_str())
        .collect();
    places.dedup();
    assert_eq!(
        places,
        [
            r#"{"entries":[2],"part":"tool_input"}"#,
            r#"{"entries":[3],"part":"tool_result"}"#,
            r#"{"entries":[4],"part":"unknown_block"}"#,
        ]
    );
    assert_eq!(found.gaps, []);
}

#[tokio::test]
async fn what_stands_on_a_line_of_its_own_in_a_tools_input_is_found() {
    // Escaped, the line break is a letter before the first digit.
    let lines = format!("the credit card:\n{}\nexp 04/29", card(1).trim());
    let input = json!({"command": "note", "stdin": lines}).to_string();
    let message = Message::assistant("Working.")
        .with_block(Block::ToolUse { id: None, name: "save".to_owned(), input })
        .with_block(Block::Raw { json: json!({"type": "canvas", "body": lines}) });
    let message = Message { id: "claude_chat_msg_1".to_owned(), ..message };
    let seed =
        Seed { chats: vec![Chat::new("claude_chat_1", "").with(message)], ..Seed::default() };
    let (_, found) = scan(seed, Faults::none(), |_| {}).await;
    let rows = found.in_resource("claude_chat_msg_1");
    let cards: Vec<_> = rows.iter().filter(|row| row.rule.starts_with("payment.card")).collect();
    assert_eq!(cards.len(), 2, "{rows:?}");
}

#[tokio::test]
async fn a_block_that_the_source_cut_is_a_gap() {
    let cut = json!({"type": "text", "text": card_text(1), "truncated": true});
    let message = Message {
        id: "claude_chat_msg_1".to_owned(),
        ..Message::user("Look:").with_block(Block::Raw { json: cut })
    };
    let seed =
        Seed { chats: vec![Chat::new("claude_chat_1", "").with(message)], ..Seed::default() };
    let (_, found) = scan(seed, Faults::none(), |_| {}).await;
    assert_eq!(found.gaps_of("claude_chat_msg_1"), ["truncated_at_source"]);
    assert_eq!(found.gaps_of("claude_chat_1"), ["truncated_at_source"], "nor is its chat complete");
    assert_eq!(found.in_resource("claude_chat_msg_1")[0].coverage, "partial");
}

#[tokio::test]
async fn names_and_titles_are_scanned_and_not_stored() {
    let number = card(5);
    let file = File {
        id: "claude_file_1".to_owned(),
        ..File::new(format!("credit card {number}.txt"), b"nothing".to_vec())
    };
    let mut seed = with_file(file);
    seed.chats[0].name = card_text(6);
    let (_, found) = scan(seed, Faults::none(), |_| {}).await;
    for id in ["claude_file_1", "claude_chat_1"] {
        let finding = found.in_resource(id)[0];
        assert_eq!(finding.locator, r#"{"part":"name"}"#);
        assert!(!finding.snippet.contains("4539"), "{}", finding.snippet);
    }
}

#[tokio::test]
async fn a_file_beyond_the_limit_is_read_up_to_it_and_is_a_gap() {
    for unlisted in [false, true] {
        let mut bytes = card_text(1).into_bytes();
        bytes.resize(1_200_000, b' ');
        bytes.extend(card_text(2).into_bytes());
        let file = File { unlisted, ..text_file(bytes) };
        let limit = |config: &mut Config| config.file_bytes_max = 1_000_000;
        let (_, found) = scan(with_file(file), Faults::none(), limit).await;
        assert_eq!(found.gaps_of("claude_file_1"), ["too_large"]);
        assert!(!found.in_resource("claude_file_1").is_empty(), "what was read is scanned");
    }
}

#[tokio::test]
async fn a_broken_transfer_is_repeated_and_then_a_gap() {
    for fault in [Fault::Corrupt, Fault::Cut { after_bytes: 50_000 }] {
        let faults = Faults::none().with(FaultRule::always("/content", fault));
        let file = text_file(card_text(1).repeat(2_000).into_bytes());
        let (simulator, found) = scan(with_file(file), faults, |_| {}).await;
        let asked =
            simulator.requests().iter().filter(|asked| asked.path.ends_with("/content")).count();
        assert_eq!(asked, 6, "it is repeated");
        assert_eq!(found.gaps_of("claude_file_1"), ["transfer_broken"], "{fault:?}");
        assert!(found.in_resource("claude_file_1").is_empty());
    }
}

#[tokio::test]
async fn a_broken_file_is_read_by_the_next_run() {
    let faults = Faults::none().with(FaultRule::once("/content", Fault::Corrupt).times(6));
    let simulator = simulate(with_file(text_file(card_text(1).into_bytes())), faults).await;
    let state = tempdir().unwrap();
    let first = once(&simulator, state.path()).await.unwrap();
    assert_eq!((first.items_failed, first.findings), (1, 0));
    let second = once(&simulator, state.path()).await.unwrap();
    assert_eq!(second.items_failed, 0);
    assert!(second.findings > 0);
    assert_eq!(second.store.gaps, []);
}

#[tokio::test]
async fn a_file_that_is_gone_is_a_gap_and_its_chat_is_done() {
    let simulator = simulate(with_file(text_file(b"x".to_vec())), Faults::none()).await;
    // Listed with its message, and not there when it is asked for.
    simulator
        .handle()
        .add_fault(FaultRule::once("/messages", Fault::ServerError { should_retry: None }));
    let state = tempdir().unwrap();
    let handle = simulator.handle().clone();
    let remove = Remove(handle);
    once_with(&simulator, state.path(), |_| {}, Arc::new(remove)).await.unwrap();
    let store = SqliteStore::read(state.path()).unwrap();
    assert_eq!(store.totals().unwrap().failed_items, 0);
}

/// Removes the file as soon as its chat was listed.
struct Remove(dosimeter_simulator::Handle);

impl dosimeter_worker::Observer for Remove {
    fn notice(&self, event: &dosimeter_worker::Event<'_>) {
        if matches!(event, dosimeter_worker::Event::PageListed { items: 1.. }) {
            self.0.remove_file("claude_file_1");
        }
    }
}

#[tokio::test]
async fn an_excluded_file_is_a_gap_and_is_not_downloaded() {
    let only_pdf = |config: &mut Config| config.file_types = FileTypes::only(["pdf".to_owned()]);
    let file = text_file(card_text(1).into_bytes());
    let (simulator, found) = scan(with_file(file), Faults::none(), only_pdf).await;
    assert!(!simulator.requests().iter().any(|asked| asked.path.ends_with("/content")));
    assert_eq!(found.gaps_of("claude_file_1"), ["excluded"]);
}

#[tokio::test]
async fn a_long_chat_is_read_to_its_end() {
    let mut long = Chat::new("claude_chat_1", "Plans");
    for _ in 0..450 {
        long = long.with(Message::user("Nothing to see here."));
    }
    long =
        long.with(Message { id: "claude_chat_msg_last".to_owned(), ..Message::user(card_text(1)) });
    let seed = Seed { chats: vec![long], ..Seed::default() };
    let (simulator, found) = scan(seed, Faults::none(), |_| {}).await;
    assert!(!found.in_resource("claude_chat_msg_last").is_empty());
    let pages =
        simulator.requests().iter().filter(|asked| asked.path.ends_with("/messages")).count();
    assert_eq!(pages, 3);
}

#[tokio::test]
async fn a_small_byte_budget_slows_down_and_loses_nothing() {
    let (_, expected) = scan(organization(12), Faults::none(), |_| {}).await;
    let small = |config: &mut Config| config.content_bytes_max = 1;
    let (_, found) = scan(organization(12), Faults::none(), small).await;
    let ids = |found: &Found| -> BTreeSet<String> {
        found.findings.iter().map(|finding| finding.id.clone()).collect()
    };
    assert_eq!(ids(&found), ids(&expected));
}

/// A person in a message and medical facts in a file: neither says much alone.
fn patient() -> Seed {
    let facts = text_file(b"She has asthma and takes prednisone 5 mg.".to_vec());
    let chat = Chat::new("claude_chat_1", "Plans")
        .with(Message::user("Patient: Marisol Okonkwo."))
        .with(Message::user("See this.").with_file(facts));
    Seed { chats: vec![chat], ..Seed::default() }
}

#[tokio::test]
async fn what_only_the_conversation_shows_is_a_finding_of_the_chat() {
    let simulator = simulate(patient(), Faults::none()).await;
    let state = tempdir().unwrap();
    once(&simulator, state.path()).await.unwrap();
    let together = || {
        let store = SqliteStore::read(state.path()).unwrap();
        let filter = FindingFilter {
            resource_id: Some("claude_chat_1".to_owned()),
            label: Some("regulated".to_owned()),
            ..FindingFilter::default()
        };
        store.findings(&filter).unwrap()
    };
    let first = together();
    assert_eq!(first.len(), 1, "{first:?}");
    // The file is not downloaded again: its evidence comes from the store.
    simulator.handle().move_chat("claude_chat_1", None);
    let summary = once(&simulator, state.path()).await.unwrap();
    assert_eq!((summary.items, summary.resources_unchanged), (1, 3));
    assert_eq!((summary.findings_new, summary.findings_closed), (0, 0));
    assert_eq!(together(), first);
}

#[tokio::test]
async fn a_deleted_chat_keeps_who_and_where() {
    let simulator = simulate(patient(), Faults::none()).await;
    let state = tempdir().unwrap();
    once(&simulator, state.path()).await.unwrap();
    simulator.handle().delete_chat("claude_chat_1");
    once(&simulator, state.path()).await.unwrap();
    let store = SqliteStore::read(state.path()).unwrap();
    assert_eq!(store.findings(&FindingFilter::default()).unwrap(), []);
    let all = FindingFilter { closed_too: true, ..FindingFilter::default() };
    let kept = store.findings(&all).unwrap();
    assert!(kept.iter().any(|finding| finding.resource_kind == "chat" && finding.href.is_some()));
}

#[tokio::test]
async fn only_new_messages_of_a_chat_are_scanned() {
    let simulator = simulate(organization(1), Faults::none()).await;
    let state = tempdir().unwrap();
    let first = once(&simulator, state.path()).await.unwrap();
    simulator.handle().add_message("claude_chat_000", Message::user(card_text(1_234))).unwrap();
    simulator.handle().add_to_session("clls_000", Message::user(card_text(1_235))).unwrap();
    let second = once(&simulator, state.path()).await.unwrap();
    let scanned = |summary: &dosimeter_worker::Summary, kind| {
        summary.resources.get(&kind).copied().unwrap_or_default()
    };
    let messages = dosimeter_record::ResourceKind::Message;
    assert!(scanned(&first, messages) > 10);
    assert_eq!(scanned(&second, messages), 2);
    assert!(second.findings_new >= 2);
    assert_eq!(second.findings_closed, 0);
}

#[tokio::test]
async fn a_message_that_is_gone_closes_its_findings() {
    let message = Message { id: "claude_chat_msg_1".to_owned(), ..Message::user(card_text(1)) };
    let chat = Chat::new("claude_chat_1", "").with(message).with(Message::user(card_text(2)));
    let simulator = simulate(Seed { chats: vec![chat], ..Seed::default() }, Faults::none()).await;
    let state = tempdir().unwrap();
    once(&simulator, state.path()).await.unwrap();
    assert!(simulator.handle().remove_message("claude_chat_1", "claude_chat_msg_1"));
    simulator.handle().move_chat("claude_chat_1", None);
    let summary = once(&simulator, state.path()).await.unwrap();
    assert!(summary.findings_closed > 0);
    let store = SqliteStore::read(state.path()).unwrap();
    let open = store.findings(&FindingFilter::default()).unwrap();
    assert!(!open.is_empty());
    assert!(open.iter().all(|finding| finding.resource_id != "claude_chat_msg_1"));
}

#[tokio::test]
async fn what_was_deleted_for_good_closes_its_findings() {
    let simulator = simulate(organization(3), Faults::none()).await;
    let state = tempdir().unwrap();
    once(&simulator, state.path()).await.unwrap();
    assert!(simulator.handle().remove_project("claude_proj_001"));
    assert!(simulator.handle().expire_session("cse_002"));
    once(&simulator, state.path()).await.unwrap();
    let store = SqliteStore::read(state.path()).unwrap();
    let open = store.findings(&FindingFilter::default()).unwrap();
    for gone in ["claude_proj_001", "cse_002"] {
        let of = |row: &FindingRow| row.resource_id == gone || row.parent.as_deref() == Some(gone);
        assert!(!open.iter().any(of), "{gone}");
    }
    assert!(open.iter().any(|row| row.resource_id == "claude_proj_002"));
    assert_eq!(store.totals().unwrap().gaps, [], "it was scanned before it went");
}

#[tokio::test]
async fn a_chat_that_expired_is_found_by_the_daily_sweep() {
    let simulator = simulate(organization(3), Faults::none()).await;
    let state = tempdir().unwrap();
    once(&simulator, state.path()).await.unwrap();
    assert!(simulator.handle().expire_chat("claude_chat_001"));
    let held = || {
        let store = SqliteStore::read(state.path()).unwrap();
        let open = store.findings(&FindingFilter::default()).unwrap();
        open.iter().any(|row| row.parent.as_deref() == Some("claude_chat_001"))
    };
    once(&simulator, state.path()).await.unwrap();
    assert!(held(), "nothing tells");
    let config = dosimeter_tests::config(&simulator.base_url(), state.path());
    let tomorrow = "2026-10-02T00:00:00Z".parse().unwrap();
    let worker = dosimeter_tests::worker(config, simulator.key()).unwrap();
    let worker = worker.clock(dosimeter_worker::Clock::stopped(tomorrow));
    worker.once(Arc::new(Silent)).await.unwrap();
    assert!(!held());
}

#[tokio::test]
async fn other_rules_scan_again_what_is_known() {
    let simulator = simulate(organization(4), Faults::none()).await;
    let state = tempdir().unwrap();
    let only_secrets = |config: &mut Config| {
        config.labels = vec![dosimeter_record::Label::Secrets];
    };
    let silent = || Arc::new(Silent);
    let first = once_with(&simulator, state.path(), only_secrets, silent()).await.unwrap();
    assert_eq!(first.findings, 0);
    let store = || SqliteStore::read(state.path()).unwrap();
    assert_eq!(store().totals().unwrap().findings, 0);
    once(&simulator, state.path()).await.unwrap();
    let all = dosimeter_tests::undisturbed(organization(4)).await;
    assert_eq!(store().totals().unwrap(), all.totals);
    let before = simulator.requests().len();
    once(&simulator, state.path()).await.unwrap();
    let read = simulator.requests().into_iter().skip(before);
    assert_eq!(read.filter(|asked| asked.path.ends_with("/messages")).count(), 0);
}

#[tokio::test]
async fn what_is_out_of_scope_is_not_read() {
    let none = |config: &mut Config| {
        config.scope.local_sessions = false;
        config.scope.code_artifacts = false;
        config.scope.users = Selection::default().without(["USER0@corp.test".to_owned()]);
    };
    let (simulator, found) = scan(organization(2), Faults::none(), none).await;
    let asked = |part: &str| simulator.requests().iter().any(|asked| asked.path.contains(part));
    assert!(!asked("sessions/local") && !asked("code/artifacts") && !asked("cse_002/messages"));
    let by = |user: &str| found.findings.iter().any(|row| row.user_id.as_deref() == Some(user));
    assert!(by("user_1") && !by("user_0"));
}

#[tokio::test]
async fn every_organisation_of_a_key_is_read_and_kept_apart() {
    let uuids = ["11111111-2222-4333-8444-555555555555", "22222222-2222-4333-8444-555555555555"];
    let organization =
        |uuid: &&str| Organization { uuid: (*uuid).to_owned(), ..Organization::default() };
    let chat_of = |(number, uuid): (u64, &&str)| Chat {
        organization: (*uuid).to_owned(),
        // The same text: what is found in it is another finding for each.
        ..chat(&format!("claude_chat_{number}"), card_text(1))
    };
    let seed = || Seed {
        organizations: uuids.iter().map(organization).collect(),
        chats: (1..).zip(&uuids).map(chat_of).collect(),
        ..Seed::default()
    };
    let tenants = |found: &Found| -> Vec<String> {
        found.findings.iter().map(|finding| finding.tenant.clone()).collect()
    };
    let (_, all) = scan(seed(), Faults::none(), |_| {}).await;
    assert_eq!(all.chats, ["claude_chat_1", "claude_chat_2"]);
    assert_eq!(tenants(&all).into_iter().collect::<BTreeSet<_>>(), uuids.map(str::to_owned).into());
    let ids: BTreeSet<&str> = all.findings.iter().map(|finding| finding.id.as_str()).collect();
    assert_eq!(ids.len(), all.findings.len());
    let second = |config: &mut Config| config.organizations = vec![uuids[1].to_owned()];
    let (_, one) = scan(seed(), Faults::none(), second).await;
    assert_eq!(one.chats, ["claude_chat_2"]);
}

#[tokio::test]
async fn projects_are_selected_by_name_and_names_are_not_kept() {
    let project = |id: &str, name: &str, card: u64| Project {
        id: id.to_owned(),
        name: name.to_owned(),
        instructions: card_text(card),
        ..Project::default()
    };
    let within = |id: &str, project: Option<&str>, card| Chat {
        project: project.map(str::to_owned),
        ..chat(id, card_text(card))
    };
    let seed = || Seed {
        projects: vec![
            project("claude_proj_1", "Client Larkspur", 1),
            project("claude_proj_2", "Internal", 2),
        ],
        chats: vec![
            within("claude_chat_1", Some("claude_proj_1"), 3),
            within("claude_chat_2", Some("claude_proj_2"), 4),
            within("claude_chat_3", None, 5),
        ],
        ..Seed::default()
    };
    let selected = async |selection: Selection| -> Vec<String> {
        let only = |config: &mut Config| config.scope.in_projects = selection;
        let (_, found) = scan(seed(), Faults::none(), only).await;
        let ids = found.findings.into_iter().map(|row| row.resource_id);
        ids.filter(|id| !id.contains("msg")).chain(found.chats).collect()
    };
    let clients = Selection::default().matching(&["^client ".to_owned()]).unwrap();
    assert_eq!(selected(clients).await, ["claude_proj_1", "claude_chat_1"]);
    let others = Selection::default().without(["CLIENT larkspur".to_owned()]);
    assert_eq!(selected(others).await, ["claude_proj_2", "claude_chat_2", "claude_chat_3"]);
}
