//! Cursors, repetition and faults: the conformance list of a worker on this API, as far as it speaks
//! of chats, files and projects.
#![expect(clippy::unwrap_used, reason = "a test")]

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use dosimeter_record::ResourceKind;
use dosimeter_simulator::{
    Chat, Fault, FaultRule, Faults, Handle, Key, KeyState, Message, Organization, Running, Seed,
    Simulator, Throttle,
};
use dosimeter_store::{Enqueue, Listed, PostgresStore, Priority, SqliteStore, Store, WorkItem};
use dosimeter_tests::{
    card_text, chat, config, once, once_with, open_ids, organization, outcome,
    postgres_server::Server, simulate, undisturbed, worker,
};
use dosimeter_worker::{Event, Observer, Rescan, SecretRef, Silent};
use tempfile::tempdir;

/// How often a path was asked for since the first `skip` requests.
fn asked(simulator: &Running, skip: usize, part: &str) -> usize {
    let requests = simulator.requests();
    requests.iter().skip(skip).filter(|request| request.path.contains(part)).count()
}

/// The queries of the chat listings since the first `skip` requests.
fn listings(simulator: &Running, skip: usize) -> Vec<String> {
    let requests = simulator.requests();
    let listed = requests.iter().skip(skip).filter(|request| request.path.ends_with("/apps/chats"));
    listed.map(|request| request.query.clone()).collect()
}

fn numbered(count: usize) -> Seed {
    let text = |index: usize| card_text(u64::try_from(index).unwrap());
    let chats = (0..count).map(|index| chat(&format!("claude_chat_{index:02}"), text(index)));
    Seed { chats: chats.collect(), ..Seed::default() }
}

#[tokio::test]
async fn a_crash_after_page_k_resumes_at_the_next_page() {
    let simulator = simulate(
        numbered(35),
        Faults::none().with(
            FaultRule::once("/apps/chats?", Fault::ServerError { should_retry: Some(false) })
                .skipping(2),
        ),
    )
    .await;
    let state = tempdir().unwrap();
    let error = once(&simulator, state.path()).await.unwrap_err();
    assert!(error.is_unavailable(), "{error}");
    let before = simulator.requests().len();
    let read = asked(&simulator, 0, "/messages");
    assert!(read <= 20, "{read}: what was not listed is not read");
    once(&simulator, state.path()).await.unwrap();
    assert!(listings(&simulator, before)[0].contains("after_id="), "it resumes at its cursor");
    let rest = asked(&simulator, before, "/messages");
    assert_eq!(read + rest, 35, "what is durable is not read again");
    outcome(state.path()).assert_same(&undisturbed(numbered(35)).await);
    let runs = SqliteStore::read(state.path()).unwrap().runs(9).unwrap();
    let outcomes: Vec<_> = runs.iter().map(|run| run.outcome.as_deref().unwrap()).collect();
    assert_eq!(outcomes, ["completed", "api unavailable"]);
    assert_eq!(Some(&runs[0].start_checkpoints), runs[1].end_checkpoints.as_ref());
    assert!(runs[0].last_request_id.is_some());
}

#[tokio::test]
async fn the_filters_go_with_every_page() {
    let simulator = simulate(numbered(35), Faults::none()).await;
    let state = tempdir().unwrap();
    let since = |config: &mut dosimeter_worker::Config| {
        config.since = Some("2020-01-01T00:00:00Z".parse().unwrap());
    };
    once_with(&simulator, state.path(), since, Arc::new(Silent)).await.unwrap();
    let listings = listings(&simulator, 0);
    assert_eq!(listings.len(), 5, "four pages of what was there, and what came since");
    for query in listings {
        for part in ["order_by=updated_at", "organization_ids", "updated_at.gte="] {
            assert!(query.contains(part), "{query}");
        }
    }
}

#[tokio::test]
async fn a_run_with_nothing_new_reads_nothing_and_keeps_its_cursor() {
    let simulator = simulate(numbered(12), Faults::none()).await;
    let state = tempdir().unwrap();
    once(&simulator, state.path()).await.unwrap();
    let (first, before) = (outcome(state.path()), simulator.requests().len());
    for _ in 0..2 {
        let summary = once(&simulator, state.path()).await.unwrap();
        assert_eq!((summary.items, summary.findings_new), (0, 0));
    }
    assert_eq!(asked(&simulator, before, "/messages"), 0);
    let bounded = |query: &String| query.contains("after_id=") || query.contains("updated_at.gte=");
    assert!(listings(&simulator, before).iter().all(bounded));
    outcome(state.path()).assert_same(&first);
}

#[tokio::test]
async fn what_passes_is_repeated_and_changes_nothing() {
    let expected = undisturbed(organization(12)).await;
    for seed in [1, 2, 3] {
        let simulator = simulate(organization(12), Faults::some(seed, 0.2)).await;
        let state = tempdir().unwrap();
        once(&simulator, state.path()).await.unwrap();
        assert!(simulator.requests().iter().any(|request| request.faulty));
        outcome(state.path()).assert_same(&expected);
    }
}

#[tokio::test]
async fn too_many_requests_do_not_move_the_cursor() {
    let throttled = Fault::Throttled { by: Throttle::Shared, retry_after_s: Some(0) };
    let rule = FaultRule::once("/apps/chats?", throttled).times(3);
    let simulator = simulate(numbered(12), Faults::none().with(rule)).await;
    let state = tempdir().unwrap();
    once(&simulator, state.path()).await.unwrap();
    assert_eq!(asked(&simulator, 0, "/messages"), 12);
    let queries = listings(&simulator, 0);
    assert!(queries[..4].iter().all(|query| *query == queries[0]), "{queries:?}");
}

#[tokio::test]
async fn a_broken_item_is_a_gap_and_is_tried_again_by_the_next_run() {
    let broken = Fault::ServerError { should_retry: Some(false) };
    let rule = FaultRule::once("claude_chat_03/messages", broken);
    let simulator = simulate(numbered(12), Faults::none().with(rule)).await;
    let state = tempdir().unwrap();
    let summary = once(&simulator, state.path()).await.unwrap();
    assert_eq!(
        asked(&simulator, 0, "claude_chat_03/messages"),
        1,
        "what is certain is not repeated"
    );
    assert_eq!(summary.items_failed, 1);
    assert!(!summary.is_complete());
    let first = outcome(state.path());
    assert_eq!(first.totals.failed_items, 1);
    assert_eq!(first.gaps[0].reason, "unavailable");
    assert_eq!(first.gaps[0].resource_id, "claude_chat_03");
    once(&simulator, state.path()).await.unwrap();
    outcome(state.path()).assert_same(&undisturbed(numbered(12)).await);
}

#[tokio::test]
async fn an_item_that_is_gone_is_closed() {
    let broken = Fault::ServerError { should_retry: Some(false) };
    let rule = FaultRule::once("claude_chat_03/messages", broken);
    let simulator = simulate(numbered(12), Faults::none().with(rule)).await;
    let state = tempdir().unwrap();
    once(&simulator, state.path()).await.unwrap();
    simulator.handle().expire_chat("claude_chat_03");
    let summary = once(&simulator, state.path()).await.unwrap();
    assert_eq!((summary.items, summary.items_deleted, summary.items_failed), (1, 1, 0));
    let totals = outcome(state.path()).totals;
    assert_eq!((totals.failed_items, totals.resources), (0, 11 * 2));
    assert_eq!(totals.gaps, [("gone".to_owned(), 1)]);
    let before = simulator.requests().len();
    once(&simulator, state.path()).await.unwrap();
    assert_eq!(asked(&simulator, before, "/messages"), 0, "nobody asks again");
}

/// Changes a chat when something happens, once.
struct Meddler {
    handle: Handle,
    when: fn(&Event<'_>) -> bool,
    done: AtomicBool,
}

impl Meddler {
    fn new(simulator: &Running, when: fn(&Event<'_>) -> bool) -> Arc<Self> {
        let handle = simulator.handle().clone();
        Arc::new(Self { handle, when, done: AtomicBool::new(false) })
    }
}

impl Observer for Meddler {
    fn notice(&self, event: &Event<'_>) {
        if (self.when)(event) && !self.done.swap(true, Ordering::Relaxed) {
            let added = Message::user(card_text(777));
            self.handle.add_message("claude_chat_03", added).unwrap();
        }
    }
}

async fn changed_mid_walk(when: fn(&Event<'_>) -> bool, expected_reads: usize) {
    let simulator = simulate(numbered(25), Faults::none()).await;
    let state = tempdir().unwrap();
    let meddler = Meddler::new(&simulator, when);
    once_with(&simulator, state.path(), |_| {}, meddler).await.unwrap();
    once(&simulator, state.path()).await.unwrap();
    assert_eq!(asked(&simulator, 0, "claude_chat_03/messages"), expected_reads);
    let ids = open_ids(state.path());
    once(&simulator, state.path()).await.unwrap();
    assert_eq!(asked(&simulator, 0, "claude_chat_03/messages"), expected_reads);
    assert_eq!(open_ids(state.path()), ids);
    assert_eq!(outcome(state.path()).totals.resources, 25 * 2 + 1, "chats, messages, the new one");
}

#[tokio::test]
async fn a_chat_changed_mid_walk_is_rescanned_once() {
    let read = |event: &Event<'_>| {
        matches!(event, Event::ItemDone { kind: ResourceKind::Chat, id: "claude_chat_03", .. })
    };
    changed_mid_walk(read, 2).await;
}

#[tokio::test]
async fn a_chat_changed_between_listing_and_reading_is_read_once() {
    changed_mid_walk(|event| matches!(event, Event::PageListed { .. }), 1).await;
}

#[tokio::test]
async fn the_same_chat_twice_gives_the_same_findings() {
    let simulator = simulate(organization(6), Faults::none()).await;
    let state = tempdir().unwrap();
    once(&simulator, state.path()).await.unwrap();
    let ids = open_ids(state.path());
    for index in 0..6 {
        assert!(simulator.handle().move_chat(&format!("claude_chat_{index:03}"), None));
    }
    let before = simulator.requests().len();
    let summary = once(&simulator, state.path()).await.unwrap();
    assert_eq!(asked(&simulator, before, "/messages"), 6);
    assert_eq!((summary.findings_new, summary.findings_closed), (0, 0));
    assert_eq!(open_ids(state.path()), ids);
}

#[tokio::test]
async fn an_unchanged_file_is_not_downloaded_again() {
    let simulator = simulate(organization(6), Faults::none()).await;
    let state = tempdir().unwrap();
    once(&simulator, state.path()).await.unwrap();
    let first = outcome(state.path());
    simulator.handle().move_chat("claude_chat_000", None);
    let before = simulator.requests().len();
    let summary = once(&simulator, state.path()).await.unwrap();
    assert_eq!(asked(&simulator, before, "/apps/chats/files"), 0);
    assert_eq!(asked(&simulator, before, "/generated-files/"), 0);
    assert!(summary.resources_unchanged >= 3, "{summary:?}");
    assert_eq!(outcome(state.path()).findings, first.findings);
}

#[tokio::test]
async fn a_chat_that_its_user_deleted_closes_its_findings() {
    let simulator = simulate(numbered(3), Faults::none()).await;
    let state = tempdir().unwrap();
    once(&simulator, state.path()).await.unwrap();
    let open = open_ids(state.path()).len();
    simulator.handle().delete_chat("claude_chat_01");
    let before = simulator.requests().len();
    let summary = once(&simulator, state.path()).await.unwrap();
    // The feed may say so before the listing does; then somebody has looked, and the listing says it again.
    assert!(asked(&simulator, before, "/messages") <= 1, "there is nothing left to read");
    assert!((1..=2).contains(&summary.items_deleted), "{summary:?}");
    assert!(summary.findings_closed >= 1);
    assert!(open_ids(state.path()).len() < open);
    assert_eq!(summary.gaps_total(), 0, "an announced deletion is not a gap");
    let kept = outcome(state.path()).findings;
    assert_eq!(kept.len(), open, "history is kept");
    assert!(kept.iter().any(|finding| finding.closed_at.is_some()));
}

#[tokio::test]
async fn a_cursor_survives_a_new_key() {
    let scopes = || ["read:compliance_user_data", "read:compliance_org_data"];
    let (old, new) = ("sk-ant-api01-old", "sk-ant-api01-new");
    let keys = [Key::new(old, scopes()), Key::new(new, scopes())];
    let simulator = Simulator::new(numbered(12)).keys(keys).run().await.unwrap();
    let state = tempdir().unwrap();
    let run = async |key: &str| {
        worker(config(&simulator.base_url(), state.path()), key)?.once(Arc::new(Silent)).await
    };
    run(old).await.unwrap();
    simulator.handle().set_key(old, KeyState::Deactivated);
    let error = run(old).await.unwrap_err();
    assert!(error.is_key_refused(), "{error}");
    let before = simulator.requests().len();
    run(new).await.unwrap();
    assert_eq!(asked(&simulator, before, "/messages"), 0);
}

#[tokio::test]
async fn a_key_of_another_organization_is_refused() {
    let of = |uuid: &str| Seed {
        organizations: vec![Organization { uuid: uuid.to_owned(), ..Organization::default() }],
        ..numbered(3)
    };
    let ours = simulate(of("11111111-2222-4333-8444-555555555555"), Faults::none()).await;
    let theirs = simulate(of("99999999-2222-4333-8444-555555555555"), Faults::none()).await;
    let state = tempdir().unwrap();
    once(&ours, state.path()).await.unwrap();
    let first = outcome(state.path());
    let error = once(&theirs, state.path()).await.unwrap_err();
    assert!(error.is_key_refused(), "{error}");
    assert_eq!(asked(&theirs, 0, "/messages"), 0);
    outcome(state.path()).assert_same(&first);
}

#[tokio::test]
async fn another_fingerprint_key_is_refused() {
    let simulator = simulate(numbered(3), Faults::none()).await;
    let state = tempdir().unwrap();
    once(&simulator, state.path()).await.unwrap();
    let client = || {
        let key = dosimeter_client::ApiKey::new(simulator.key().to_owned()).unwrap();
        dosimeter_client::Client::builder(&simulator.base_url(), key).build().unwrap()
    };
    let store = Arc::new(SqliteStore::open(state.path()).unwrap());
    let other = dosimeter_worker::Secret::new("08".repeat(32));
    let config = config(&simulator.base_url(), state.path());
    let worker = dosimeter_worker::Worker::with(config, &other, client(), store).unwrap();
    let error = worker.once(Arc::new(Silent)).await.unwrap_err();
    assert!(error.to_string().contains("another fingerprint key"), "{error}");
}

#[tokio::test]
async fn a_key_without_the_scope_is_refused_and_says_which() {
    let keys = [Key::new("sk-ant-api01-narrow", ["read:compliance_org_data"])];
    let simulator = Simulator::new(numbered(3)).keys(keys).run().await.unwrap();
    let state = tempdir().unwrap();
    let error = once(&simulator, state.path()).await.unwrap_err();
    assert!(error.is_key_refused(), "{error}");
    let source = std::error::Error::source(&error).unwrap().to_string();
    assert!(source.contains("read:compliance_user_data"), "{source}");
}

#[tokio::test]
async fn an_api_that_is_down_ends_the_run_and_marks_nothing_as_failed() {
    let simulator = simulate(numbered(40), Faults::none()).await;
    simulator.handle().add_fault(FaultRule::always("/messages", Fault::Overloaded));
    let state = tempdir().unwrap();
    let error = once(&simulator, state.path()).await.unwrap_err();
    assert!(error.is_unavailable(), "{error}");
    let address = simulator.base_url();
    simulator.shutdown().await;
    let gone = worker(config(&address, state.path()), "sk-ant-api01-x").unwrap();
    assert!(gone.once(Arc::new(Silent)).await.unwrap_err().is_unavailable());
}

#[tokio::test]
async fn an_expired_cursor_starts_the_walk_again_without_reading_again() {
    let simulator = simulate(numbered(12), Faults::none()).await;
    let state = tempdir().unwrap();
    once(&simulator, state.path()).await.unwrap();
    let first = outcome(state.path());
    spoil_cursor(state.path());
    let before = simulator.requests().len();
    once(&simulator, state.path()).await.unwrap();
    assert_eq!(asked(&simulator, before, "/messages"), 0);
    outcome(state.path()).assert_same(&first);
}

fn spoil_cursor(state: &Path) {
    let store = SqliteStore::open(state).unwrap();
    for tenant in store.tenants().unwrap() {
        let position = r#"{"after":"no cursor","done":false,"walk":0,"since":null,"until":null}"#;
        let spoilt = dosimeter_record::Checkpoint::new(position);
        let page = Enqueue {
            tenant,
            at: "2026-10-01T00:00:00Z".to_owned(),
            items: Vec::new(),
            priority: Priority::Forward,
            ruleset: String::new(),
            walk: None,
            known_only: true,
            checkpoint: Some(("chats".to_owned(), spoilt)),
            lease: None,
        };
        store.enqueue(&page).unwrap();
    }
}

#[tokio::test]
async fn a_second_worker_on_the_same_state_is_refused() {
    let simulator = simulate(Seed::default(), Faults::none()).await;
    let state = tempdir().unwrap();
    let _first = worker(config(&simulator.base_url(), state.path()), simulator.key()).unwrap();
    let second = worker(config(&simulator.base_url(), state.path()), simulator.key());
    assert!(second.unwrap_err().to_string().contains("state"));
}

const BADGE: &str = r#"
[[rule]]
id         = "pii.test.badge"
title      = "badge"
label      = "pii"
severity   = "low"
confidence = "high"
pattern    = '\b(badge-[0-9]{8})\b'
[[rule.positive]]
text = "badge-{8:0-9}"
[[rule.negative]]
text = "badge"
"#;

/// Runs a worker with rules besides the built-in ones, and says how many chats it read.
async fn read_under(simulator: &Running, state: &Path, rules: &str) -> usize {
    let before = simulator.requests().len();
    let file = state.with_extension("toml");
    std::fs::write(&file, rules).unwrap();
    let with_rules = |config: &mut dosimeter_worker::Config| config.rules = vec![file];
    once_with(simulator, state, with_rules, Arc::new(Silent)).await.unwrap();
    asked(simulator, before, "/messages")
}

#[tokio::test]
async fn rules_that_change_have_read_again_what_can_differ() {
    let mut seed = numbered(12);
    seed.chats.push(chat("claude_chat_badge", "mine is badge-12345678, thanks"));
    let simulator = simulate(seed.clone(), Faults::none()).await;
    let folder = tempdir().unwrap();
    let state = folder.path().join("state");
    let reworded = BADGE.replace("title      = \"badge\"", "title = \"a badge of Acme\"");
    let worse = reworded.replace("\"low\"", "\"high\"");
    let wider = worse.replace("{8})", "{7,8})");
    let other =
        "[[override]]\nrule = \"payment.card.separated\"\nseverity = \"low\"\nreason = \"test\"";
    let steps = [
        (BADGE, 13, "nothing is known"),
        (&reworded, 0, "titles decide nothing"),
        (&worse, 1, "where the rule took part"),
        ("", 1, "where the rule took part that is gone"),
        (&worse, 13, "a new rule may match anywhere"),
        (&wider, 13, "so may one that is wider"),
        (&format!("{wider}{other}"), 12, "everything with a card"),
        (&wider, 12, "and back"),
    ];
    for (index, (rules, read, why)) in steps.into_iter().enumerate() {
        assert_eq!(read_under(&simulator, &state, rules).await, read, "{index}: {why}");
        let fresh = folder.path().join(format!("fresh-{index}"));
        read_under(&simulator, &fresh, rules).await;
        let open =
            |state: &Path| SqliteStore::read(state).unwrap().findings(&<_>::default()).unwrap();
        assert_eq!(open(&state), open(&fresh), "{index}: {why}");
        assert_eq!(outcome(&state).totals, outcome(&fresh).totals);
        let last = Rescan::of(&SqliteStore::read(&state).unwrap()).unwrap();
        assert!(last.iter().all(|rescan| rescan.items_left == 0), "{last:?}");
    }
}

#[tokio::test]
async fn an_empty_organization_is_an_empty_result() {
    let chats = vec![Chat::new("claude_chat_empty", "")];
    let simulator = simulate(Seed { chats, ..Seed::default() }, Faults::none()).await;
    let state = tempdir().unwrap();
    let summary = once(&simulator, state.path()).await.unwrap();
    assert_eq!((summary.items, summary.findings, summary.gaps_total()), (1, 0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scan_of_everything_waits_for_what_a_dead_worker_held() {
    const TENANT: &str = "11111111-2222-4333-8444-555555555555";
    let Some(server) = Server::start() else { return };
    let (database, state) = (server.database("dead"), tempdir().unwrap());
    let place = state.path().join("database");
    std::fs::write(&place, &database).unwrap();
    let simulator = simulate(numbered(3), Faults::none()).await;
    let run = async || {
        let mut config = config(&simulator.base_url(), state.path());
        config.postgres = Some(SecretRef::File(place.display().to_string()));
        let key = simulator.key().to_owned();
        // Connecting to the database blocks.
        let worker = tokio::task::spawn_blocking(move || worker(config, &key)).await.unwrap();
        worker.unwrap().once(Arc::new(Silent)).await.unwrap()
    };
    run().await;
    // Killed while it listed chats and read one of them.
    let die = move || {
        let store = PostgresStore::open(&database).unwrap();
        let item = WorkItem::new(ResourceKind::Chat, "claude_chat_00", "newer");
        let items = vec![Listed { item, deleted: false, forced: true, left_out: false }];
        let at = "2026-10-01T00:00:00Z".to_owned();
        let page = Enqueue {
            tenant: TENANT.to_owned(),
            at,
            items,
            priority: Priority::Forward,
            ruleset: String::new(),
            walk: None,
            known_only: false,
            checkpoint: None,
            lease: None,
        };
        store.enqueue(&page).unwrap();
        assert_eq!(store.claim("dead", &[TENANT.to_owned()], 1, 1_500).unwrap().len(), 1);
        store.lease(&format!("list/{TENANT}/chats"), "dead", 1_500).unwrap().unwrap();
    };
    tokio::task::spawn_blocking(die).await.unwrap();
    simulator.handle().add_message("claude_chat_01", Message::user(card_text(99))).unwrap();
    let summary = run().await;
    assert_eq!((summary.backlog, summary.findings_new), (0, 1));
}
