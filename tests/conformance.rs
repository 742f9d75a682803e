//! The seventeen promises of a worker on this API, each drawn from a mistake that somebody shipped
//! (`worker-and-outputs.md`, section 2), by their numbers: on SQLite, and on a real PostgreSQL.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

#[path = "place.rs"]
mod place;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use dosimeter_client::{ApiKey, Client, Retry};
use dosimeter_simulator::{
    Behaviour, Block, Chat, Fault, FaultRule, Faults, Handle, Key, KeyState, Message, Organization,
    Project, Request, Running, Seed, Session, Simulator, Throttle,
};
use dosimeter_tests::{
    card_text, chat, most_in_a_minute, postgres_server::Server, simulate, undisturbed,
};
use dosimeter_worker::{Config, Event, Observer, Silent, open_store};
use serde_json::json;

use self::place::{Place, Places, apart};

/// One test for each promise and kind of store.
macro_rules! on_both_stores {
    ($($promise:ident)*) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $promise() {
                super::$promise(super::Places::Folders).await;
            })*
        }

        mod postgres {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $promise() {
                let Some(server) = super::Server::start() else { return };
                super::$promise(super::Places::Databases(&server)).await;
            })*
        }
    };
}

on_both_stores! {
    c01_a_forward_walk_ends_at_the_first_id_of_its_terminal_page
    c02_an_empty_page_keeps_the_cursor
    c03_a_forward_walk_on_a_feed_of_newest_first_never_uses_after_id
    c04_short_attempts_converge
    c05_a_cap_never_passes_over_what_is_older
    c06_an_entry_that_is_indexed_late_is_found_by_the_overlap
    c07_the_same_thing_twice_is_one_finding
    c08_a_429_moves_no_cursor_and_waits_as_long_as_it_is_asked_to
    c09_a_certain_500_is_not_repeated
    c10_a_404_on_something_that_is_queued_ends_it
    c11_a_chat_that_changes_mid_walk_is_scanned_once_more
    c12_a_workers_own_requests_are_no_work
    c13_a_cursor_outlives_its_key_and_no_other_organisations_key_is_taken
    c14_filters_go_with_every_page
    c15_workers_together_stay_inside_their_share_of_the_budget
    c16_an_expired_page_token_of_a_local_session_starts_the_walk_again
    c17_what_is_missing_makes_coverage_partial_and_never_clean
}

fn numbered(count: u64) -> Seed {
    let numbered = |index: u64| chat(&format!("claude_chat_{index:02}"), card_text(index));
    Seed { chats: (0..count).map(numbered).collect(), ..Seed::default() }
}

fn asked<'a>(requests: &'a [Request], skip: usize, part: &'a str) -> Vec<&'a Request> {
    requests.iter().skip(skip).filter(|request| request.path.contains(part)).collect()
}

/// Lets lagging entries show.
fn wait_for_the_feed(simulator: &Running) {
    simulator.handle().skip_time(Duration::from_secs(2));
}

async fn c01_a_forward_walk_ends_at_the_first_id_of_its_terminal_page(places: Places<'_>) {
    let simulator = simulate(numbered(4), Faults::none()).await;
    let state = places.another();
    wait_for_the_feed(&simulator);
    state.run(&simulator).await;
    for number in 0..8 {
        simulator.handle().add_message("claude_chat_00", Message::user(card_text(100 + number)));
    }
    wait_for_the_feed(&simulator);
    let before = simulator.requests().len();
    state.run(&simulator).await;
    let requests = simulator.requests();
    let walked = asked(&requests, before, "/activities");
    let forward: Vec<_> = walked.iter().filter(|page| page.query.contains("before_id=")).collect();
    assert!(forward.len() >= 3, "{} pages", forward.len());
    let reached = state.position("activities")["newest"].clone();
    let before = simulator.requests().len();
    state.run(&simulator).await;
    let requests = simulator.requests();
    let next = asked(&requests, before, "/activities");
    let forward = next.iter().filter(|page| page.query.contains("before_id="));
    assert_eq!(forward.count(), 1, "nothing is walked again");
    assert_eq!(state.position("activities")["newest"], reached);
}

async fn c02_an_empty_page_keeps_the_cursor(places: Places<'_>) {
    let simulator = simulate(numbered(4), Faults::none()).await;
    let state = places.another();
    wait_for_the_feed(&simulator);
    state.run(&simulator).await;
    state.run(&simulator).await;
    let sources = ["activities", "chats", "chats-historical"];
    let positions = || sources.map(|source| state.position(source));
    let first = positions();
    assert!(first[0]["newest"].is_string() && first[2]["after"].is_string());
    state.run(&simulator).await;
    assert_eq!(positions(), first);
}

async fn c03_a_forward_walk_on_a_feed_of_newest_first_never_uses_after_id(places: Places<'_>) {
    let simulator = simulate(numbered(4), Faults::none()).await;
    let state = places.another();
    wait_for_the_feed(&simulator);
    for number in 0..4 {
        state.run(&simulator).await;
        simulator.handle().add_message("claude_chat_00", Message::user(card_text(number)));
        wait_for_the_feed(&simulator);
    }
    let requests = simulator.requests();
    for request in asked(&requests, 0, "/activities") {
        // Going back is for the overlap alone, which is bounded by time.
        let bounded = request.query.contains("created_at.gte=");
        assert!(!request.query.contains("after_id=") || bounded, "{}", request.query);
    }
}

/// Stops the run after so many items: a time limit that is shorter than the backlog.
struct StopAfter {
    left: std::sync::atomic::AtomicI64,
    stop: dosimeter_worker::Stop,
}

impl Observer for StopAfter {
    fn notice(&self, event: &Event<'_>) {
        if matches!(event, Event::ItemDone { .. }) && self.left.fetch_sub(1, Ordering::Relaxed) <= 1
        {
            self.stop.wish();
        }
    }
}

async fn c04_short_attempts_converge(places: Places<'_>) {
    let simulator = simulate(numbered(35), Faults::none()).await;
    let state = places.another();
    let mut attempts = 0;
    loop {
        let mut config = state.config(&simulator.base_url());
        config.in_flight = 2;
        let worker = Place::worker(config, simulator.key()).unwrap();
        let stop = worker.stop();
        let observer = StopAfter { left: 4.into(), stop };
        let summary = worker.once(Arc::new(observer)).await.unwrap();
        attempts += 1;
        assert!(attempts < 40, "no progress: {summary}");
        if summary.backlog == 0 && summary.items < 4 {
            break;
        }
    }
    assert!(attempts > 5, "{attempts} attempts");
    let requests = simulator.requests();
    assert_eq!(asked(&requests, 0, "/messages").len(), 35, "nothing is read twice");
    state.outcome().assert_same(&undisturbed(numbered(35)).await);
}

async fn c05_a_cap_never_passes_over_what_is_older(places: Places<'_>) {
    let simulator = simulate(numbered(35), Faults::none()).await;
    let state = places.another();
    let worker = Place::worker(state.config(&simulator.base_url()), simulator.key()).unwrap();
    let observer = StopAfter { left: 1.into(), stop: worker.stop() };
    worker.once(Arc::new(observer)).await.unwrap();
    drop(worker);
    state.run(&simulator).await;
    state.outcome().assert_same(&undisturbed(numbered(35)).await);
}

async fn c06_an_entry_that_is_indexed_late_is_found_by_the_overlap(places: Places<'_>) {
    let simulator = simulate(numbered(4), Faults::none()).await;
    let state = places.another();
    state.run(&simulator).await;
    simulator.handle().add_message("claude_chat_00", Message::user("Nothing to see here."));
    wait_for_the_feed(&simulator);
    state.run(&simulator).await;
    let open = state.open_ids().len();
    simulator.handle().expire_chat("claude_chat_01");
    simulator.handle().record_late(
        "claude_chat_deleted",
        "claude_chat_01",
        Duration::from_secs(50),
    );
    state.run(&simulator).await;
    assert!(state.open_ids().len() < open, "its findings are closed");
    let before = simulator.requests().len();
    state.run(&simulator).await;
    let requests = simulator.requests();
    assert!(asked(&requests, before, "claude_chat_01").is_empty(), "once is enough");
}

async fn c07_the_same_thing_twice_is_one_finding(places: Places<'_>) {
    let simulator = simulate(dosimeter_tests::organization(6), Faults::none()).await;
    let state = places.another();
    state.run(&simulator).await;
    let ids = state.open_ids();
    let chat = |index: u64| format!("claude_chat_{index:03}");
    for index in 0..6 {
        assert!(simulator.handle().move_chat(&chat(index), None));
    }
    state.run(&simulator).await;
    let other = places.another();
    other.run(&simulator).await;
    assert_eq!((state.open_ids(), other.open_ids()), (ids.clone(), ids));
}

async fn c08_a_429_moves_no_cursor_and_waits_as_long_as_it_is_asked_to(places: Places<'_>) {
    let throttled = Fault::Throttled { by: Throttle::Shared, retry_after_s: Some(1) };
    let rule = FaultRule::once("/apps/chats?", throttled).times(2);
    let simulator = simulate(numbered(12), Faults::none().with(rule)).await;
    let state = places.another();
    let begun = std::time::Instant::now();
    state.run(&simulator).await;
    assert!(begun.elapsed() >= Duration::from_secs(2));
    let requests = simulator.requests();
    let listed: Vec<_> =
        requests.iter().filter(|request| request.path.ends_with("/apps/chats")).collect();
    assert_eq!((listed[0].status, listed[1].status), (Some(429), Some(429)));
    assert!(listed[..3].iter().all(|request| request.query == listed[0].query));
    assert_eq!(asked(&requests, 0, "/messages").len(), 12);
    // Without the header the wait doubles from a second to a minute.
    let default = Retry::default();
    assert_eq!(default.wait_first, Duration::from_secs(1));
    assert_eq!(default.wait_max, Duration::from_mins(1));
}

async fn c09_a_certain_500_is_not_repeated(places: Places<'_>) {
    let broken = Fault::ServerError { should_retry: Some(false) };
    let rule = FaultRule::always("claude_chat_03/messages", broken);
    let simulator = simulate(numbered(6), Faults::none().with(rule)).await;
    let state = places.another();
    state.run(&simulator).await;
    let requests = simulator.requests();
    assert_eq!(asked(&requests, 0, "claude_chat_03/messages").len(), 1);
}

async fn c10_a_404_on_something_that_is_queued_ends_it(places: Places<'_>) {
    let broken = Fault::ServerError { should_retry: Some(false) };
    let rule = FaultRule::once("claude_chat_03/messages", broken);
    let simulator = simulate(numbered(6), Faults::none().with(rule)).await;
    let state = places.another();
    state.run(&simulator).await;
    assert_eq!(state.outcome().totals.failed_items, 1);
    simulator.handle().expire_chat("claude_chat_03");
    state.run(&simulator).await;
    assert_eq!(state.outcome().totals.failed_items, 0);
    let before = simulator.requests().len();
    state.run(&simulator).await;
    let requests = simulator.requests();
    assert!(asked(&requests, before, "claude_chat_03").is_empty());
}

/// Adds to a chat once it was read.
struct Meddler {
    handle: Handle,
    done: AtomicBool,
}

impl Observer for Meddler {
    fn notice(&self, event: &Event<'_>) {
        let read = matches!(event, Event::ItemDone { id: "claude_chat_03", .. });
        if read && !self.done.swap(true, Ordering::Relaxed) {
            self.handle.add_message("claude_chat_03", Message::user(card_text(777))).unwrap();
        }
    }
}

async fn c11_a_chat_that_changes_mid_walk_is_scanned_once_more(places: Places<'_>) {
    let simulator = simulate(numbered(25), Faults::none()).await;
    let state = places.another();
    let meddler = Meddler { handle: simulator.handle().clone(), done: AtomicBool::new(false) };
    state.run_with(&simulator, |_| {}, Arc::new(meddler)).await;
    state.run(&simulator).await;
    state.run(&simulator).await;
    let requests = simulator.requests();
    assert_eq!(asked(&requests, 0, "claude_chat_03/messages").len(), 2);
    assert_eq!(state.outcome().totals.resources, 25 * 2 + 1);
}

async fn c12_a_workers_own_requests_are_no_work(places: Places<'_>) {
    let simulator = simulate(numbered(4), Faults::none()).await;
    let state = places.another();
    wait_for_the_feed(&simulator);
    state.run(&simulator).await;
    let mut counts = Vec::new();
    for _ in 0..3 {
        wait_for_the_feed(&simulator);
        let before = simulator.requests().len();
        state.run(&simulator).await;
        counts.push(simulator.requests().len() - before);
    }
    assert_eq!(counts[1], counts[2], "runs with nothing new do not grow: {counts:?}");
    let requests = simulator.requests();
    for request in asked(&requests, 0, "/activities") {
        assert!(request.query.contains("compliance_api_accessed"), "{}", request.query);
    }
}

async fn c13_a_cursor_outlives_its_key_and_no_other_organisations_key_is_taken(places: Places<'_>) {
    let scopes = || ["read:org_audit"];
    let (old, new) = ("sk-ant-api01-old", "sk-ant-api01-new");
    let keys = [Key::new(old, scopes()), Key::new(new, scopes())];
    let simulator = Simulator::new(numbered(12)).keys(keys).run().await.unwrap();
    let state = places.another();
    let run = async |base_url: &str, key: &str| {
        Place::worker(state.config(base_url), key)?.once(Arc::new(Silent)).await
    };
    run(&simulator.base_url(), old).await.unwrap();
    simulator.handle().set_key(old, KeyState::Deactivated);
    let before = simulator.requests().len();
    run(&simulator.base_url(), new).await.unwrap();
    let requests = simulator.requests();
    assert!(asked(&requests, before, "/messages").is_empty());
    let theirs = Organization {
        uuid: "99999999-2222-4333-8444-555555555555".to_owned(),
        ..Organization::default()
    };
    let theirs = Seed { organizations: vec![theirs], ..numbered(3) };
    let other = Simulator::new(theirs).keys([Key::new(new, scopes())]).run().await.unwrap();
    let error = run(&other.base_url(), new).await.unwrap_err();
    assert!(error.is_key_refused(), "{error}");
    assert!(asked(&other.requests(), 0, "/messages").is_empty());
}

async fn c14_filters_go_with_every_page(places: Places<'_>) {
    let simulator = simulate(numbered(35), Faults::none()).await;
    let state = places.another();
    let days = |config: &mut Config| config.history_days = Some(3_650);
    state.run_with(&simulator, days, Arc::new(Silent)).await;
    let requests = simulator.requests();
    let listed: Vec<_> =
        requests.iter().filter(|request| request.path.ends_with("/apps/chats")).collect();
    assert!(listed.len() >= 5);
    for request in &listed {
        for part in ["order_by=updated_at", "organization_ids", "updated_at.gte="] {
            assert!(request.query.contains(part), "{}", request.query);
        }
    }
}

async fn c15_workers_together_stay_inside_their_share_of_the_budget(places: Places<'_>) {
    // Three workers one after the other in one minute: as many starts as one may make.
    let mut behaviour = Behaviour::default();
    behaviour.requests_per_window = 60;
    let simulator = Simulator::new(numbered(90)).behaviour(behaviour).run().await.unwrap();
    let state = places.another();
    for _ in 0..3 {
        let mut config = state.config(&simulator.base_url());
        config.requests_share = 0.5;
        let key = ApiKey::new(simulator.key().to_owned()).unwrap();
        let store = apart(|| open_store(&config).unwrap());
        let permits = dosimeter_worker::SharedBudget::new(&config, &store);
        let client = Client::builder(&config.base_url, key).permits(permits).build().unwrap();
        let secret = dosimeter_worker::Secret::new(dosimeter_tests::FINGERPRINT_KEY.to_owned());
        let worker = dosimeter_worker::Worker::with(config, &secret, client, store).unwrap();
        let run = worker.once(Arc::new(Silent));
        // Killed while it waits for the next minute.
        let _cut_off = tokio::time::timeout(Duration::from_secs(3), run).await;
    }
    let requests = simulator.requests();
    let most = most_in_a_minute(&requests);
    assert!((20..=30).contains(&most), "{most} starts in a minute");
    assert!(requests.iter().all(|request| request.status != Some(429)));
}

fn session(id: &str, messages: u64) -> Session {
    let said = |index| Message::user(card_text(index));
    Session {
        id: id.to_owned(),
        product_surface: Some("claude_code".to_owned()),
        user: "user_1".to_owned(),
        messages: (0..messages).map(said).collect(),
        ..Session::default()
    }
}

async fn c16_an_expired_page_token_of_a_local_session_starts_the_walk_again(places: Places<'_>) {
    let seed = || Seed { local_sessions: vec![session("clls_1", 450)], ..Seed::default() };
    let expected = undisturbed(seed()).await;
    let simulator = simulate(seed(), Faults::none()).await;
    let slow = FaultRule::once("clls_1/messages", Fault::Slow { pause_ms: 20 }).skipping(1);
    simulator.handle().add_fault(slow);
    let handle = simulator.handle().clone();
    let late = tokio::spawn(async move {
        while !handle.requests().iter().any(|request| request.path.ends_with("clls_1/messages")) {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        handle.skip_time(Duration::from_hours(25));
    });
    let state = places.another();
    state.run(&simulator).await;
    late.await.unwrap();
    let requests = simulator.requests();
    let walked = asked(&requests, 0, "clls_1/messages");
    assert!(walked.iter().any(|request| request.status == Some(400)), "a token expired");
    let found = state.outcome();
    assert_eq!(found.findings.len(), expected.findings.len());
    assert_eq!(found.totals, expected.totals);
}

async fn c17_what_is_missing_makes_coverage_partial_and_never_clean(places: Places<'_>) {
    let cut = json!({"type": "text", "text": "Nothing to see here.", "truncated": true});
    let cut = Message::user("Look:").with_block(Block::Raw { json: cut });
    let uncaptured = Message { role: "assistant".to_owned(), ..Message::default() };
    let mut uncaptured = Session { messages: vec![uncaptured], ..session("clls_1", 0) };
    uncaptured.messages.push(Message::user("Nothing to see here."));
    let seed = Seed {
        chats: vec![Chat::new("claude_chat_1", "").with(cut)],
        local_sessions: vec![uncaptured],
        projects: vec![Project::default()],
        ..Seed::default()
    };
    let simulator = simulate(seed, Faults::none()).await;
    let state = places.another();
    let summary = state.run(&simulator).await;
    assert!(!summary.is_complete());
    let found = state.outcome();
    let of = |id: &str| {
        let gaps = found.gaps.iter().filter(|gap| gap.resource_id == id);
        gaps.map(|gap| gap.reason.as_str()).collect::<Vec<_>>()
    };
    assert_eq!(of("claude_chat_1"), ["truncated_at_source"]);
    assert_eq!(of("clls_1"), ["unavailable"]);
    assert_eq!(found.totals.resources_incomplete, 4, "chat, session, and a message of each");
}
