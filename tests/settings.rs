//! What becomes of a state when the configuration says something else than before.
#![expect(clippy::unwrap_used, reason = "a test")]

use std::{collections::BTreeSet, path::Path, sync::Arc};

use dosimeter_record::ResourceKind;
use dosimeter_simulator::{Chat, Faults, File, Message, Project, Running, Seed, Session, User};
use dosimeter_store::{Enqueue, Listed, Priority, SqliteStore, Store as _, WorkItem};
use dosimeter_tests::{card_text, chat, once_with, outcome, simulate};
use dosimeter_worker::{Config, FileTypes, Selection, Silent};
use tempfile::tempdir;

/// The files of [`papers`], as they are asked for.
const SMALL: &str = "claude_file_small";
const LARGE: &str = "claude_file_large";
const TABLE: &str = "claude_file_table";

/// A chat with a small text, one of 2 MB with a card at its end, and a table.
fn papers() -> Seed {
    let file = |id: &str, name: &str, text: String| File {
        id: id.to_owned(),
        ..File::new(name, text.into_bytes())
    };
    let long = format!("{}{}", "nothing to see here\n".repeat(100_000), card_text(2));
    let message = Message::user("See these.")
        .with_file(file(SMALL, "small.txt", card_text(1)))
        .with_file(file(LARGE, "large.txt", long))
        .with_file(file(TABLE, "table.csv", format!("who,what\nanybody,{}\n", card_text(3))));
    let papers = chat("claude_chat_papers", "Here they come.").with(message);
    let other = chat("claude_chat_other", card_text(4));
    Seed { chats: vec![papers, other], ..Seed::default() }
}

/// Runs a worker, and gives what it downloaded and read, in the order of their ids.
async fn reads(simulator: &Running, state: &Path, configure: fn(&mut Config)) -> Vec<String> {
    let before = simulator.requests().len();
    once_with(simulator, state, configure, Arc::new(Silent)).await.unwrap();
    let mut read = Vec::new();
    for request in simulator.requests().into_iter().skip(before) {
        let parts: Vec<&str> = request.path.split('/').collect();
        match parts.as_slice() {
            [.., "files", id, "content"]
            | [.., "chats" | "local", id, "messages"]
            | [.., "projects", id] => read.push((*id).to_owned()),
            _ => {}
        }
    }
    read.sort();
    read
}

/// The files that have gaps, with the reasons.
fn gaps(state: &Path) -> BTreeSet<(String, String)> {
    let gaps = outcome(state).gaps;
    // What holds a file that was not read is not whole either, and says so itself.
    let of_files = gaps.into_iter().filter(|gap| gap.resource_kind == "file");
    of_files.map(|gap| (gap.resource_id, gap.reason)).collect()
}

#[tokio::test]
async fn wider_limits_on_files_have_read_what_they_had_left_out() {
    let simulator = simulate(papers(), Faults::none()).await;
    let folder = tempdir().unwrap();
    let state = folder.path().join("state");
    let narrow = |config: &mut Config| {
        config.file_bytes_max = 1_000_000;
        config.file_types = FileTypes::only(["txt".to_owned()]);
    };
    let larger = |config: &mut Config| {
        config.file_types = FileTypes::only(["txt".to_owned()]);
    };
    let all = |_: &mut Config| {};
    let open = |id: &str, reason: &str| (id.to_owned(), reason.to_owned());
    let papers = "claude_chat_papers";

    let read = reads(&simulator, &state, narrow).await;
    assert_eq!(read, ["claude_chat_other", papers, LARGE, SMALL]);
    let both = [open(LARGE, "too_large"), open(TABLE, "excluded")];
    assert_eq!(gaps(&state), both.into());

    let read = reads(&simulator, &state, larger).await;
    assert_eq!(read, [papers, LARGE], "only what was too large, and what holds it");
    assert_eq!(gaps(&state), [open(TABLE, "excluded")].into());

    let read = reads(&simulator, &state, all).await;
    assert_eq!(read, [papers, TABLE], "only what was left out, and what holds it");
    assert_eq!(gaps(&state), [].into());

    let fresh = folder.path().join("fresh");
    reads(&simulator, &fresh, all).await;
    outcome(&state).assert_same(&outcome(&fresh));

    assert_eq!(reads(&simulator, &state, narrow).await, [""; 0], "what was read stays known");
    assert_eq!(gaps(&state), [].into());
}

/// A chat, a project and a session of each of two users; one of the chats is old.
fn two_users() -> Seed {
    let mut seed = Seed::default();
    for (number, who) in (10..).zip(["ana", "bob"]) {
        let user = Some(format!("user_{who}"));
        let email = format!("{who}@corp.test");
        seed.users.push(User { id: format!("user_{who}"), email, ..User::default() });
        let mine = chat(&format!("claude_chat_{who}"), card_text(number));
        seed.chats.push(Chat { user: user.clone(), ..mine });
        seed.projects.push(Project {
            id: format!("claude_proj_{who}"),
            user: user.clone(),
            instructions: card_text(number + 10),
            ..Project::default()
        });
        seed.local_sessions.push(Session {
            id: format!("clls_{who}"),
            user: format!("user_{who}"),
            messages: vec![Message::user(card_text(number + 20))],
            ..Session::default()
        });
    }
    seed
}

fn without_bob(config: &mut Config) {
    config.scope.users = Selection::default().without(["bob@corp.test".to_owned()]);
}

fn of_all(_: &mut Config) {}

/// The users in whose things something was found.
fn whose(state: &Path) -> Vec<String> {
    let findings = outcome(state).findings.into_iter();
    let users: BTreeSet<String> = findings.filter_map(|finding| finding.user_id).collect();
    users.into_iter().collect()
}

#[tokio::test]
async fn a_wider_scope_has_read_what_the_narrower_one_left_out() {
    let simulator = simulate(two_users(), Faults::none()).await;
    let folder = tempdir().unwrap();
    let state = folder.path().join("state");
    let ana = ["claude_chat_ana", "claude_proj_ana", "clls_ana"];
    let bob = ["claude_chat_bob", "claude_proj_bob", "clls_bob"];
    assert_eq!(reads(&simulator, &state, without_bob).await, ana);
    let again = reads(&simulator, &state, of_all).await;
    assert!(bob.iter().all(|id| again.contains(&(*id).to_owned())), "{again:?}");
    assert!(!again.contains(&"claude_chat_ana".to_owned()), "{again:?}: what is done stays done");
    let fresh = folder.path().join("fresh");
    reads(&simulator, &fresh, of_all).await;
    outcome(&state).assert_same(&outcome(&fresh));
}

#[tokio::test]
async fn whoever_is_included_by_address_is_read_where_only_his_id_is_said() {
    let simulator = simulate(two_users(), Faults::none()).await;
    let state = tempdir().unwrap();
    let only_ana = |config: &mut Config| {
        config.scope.users = Selection::default().only(["ana@corp.test".to_owned()]);
    };
    let ana = ["claude_chat_ana", "claude_proj_ana", "clls_ana"];
    assert_eq!(reads(&simulator, state.path(), only_ana).await, ana);
    let found = outcome(state.path()).findings;
    assert!(found.iter().any(|finding| finding.parent.as_deref() == Some("clls_ana")), "{found:?}");
}

#[tokio::test]
async fn a_longer_history_has_read_what_the_shorter_one_left_out() {
    let simulator = simulate(two_users(), Faults::none()).await;
    let state = tempdir().unwrap();
    let none = |config: &mut Config| {
        config.scope.projects = false;
        config.scope.local_sessions = false;
        config.history_days = Some(0);
    };
    let all = |config: &mut Config| {
        config.scope.projects = false;
        config.scope.local_sessions = false;
    };
    assert_eq!(reads(&simulator, state.path(), none).await, [""; 0]);
    let read = reads(&simulator, state.path(), all).await;
    assert_eq!(read, ["claude_chat_ana", "claude_chat_bob"]);
}

#[tokio::test]
async fn what_was_queued_before_it_was_left_out_is_not_scanned() {
    let simulator = simulate(two_users(), Faults::none()).await;
    let state = tempdir().unwrap();
    {
        let store = SqliteStore::open(state.path()).unwrap();
        let organization = "11111111-2222-4333-8444-555555555555".to_owned();
        let item = |kind, id: &str| Listed {
            item: WorkItem::new(kind, id, "1"),
            deleted: false,
            forced: false,
            left_out: false,
        };
        let queued = Enqueue {
            tenant: organization,
            at: "2026-10-01T00:00:00Z".to_owned(),
            items: vec![
                item(ResourceKind::Chat, "claude_chat_bob"),
                item(ResourceKind::Project, "claude_proj_bob"),
                // Its transcript does not say his address.
                item(ResourceKind::LocalSession, "clls_bob"),
            ],
            priority: Priority::Forward,
            ruleset: "before".to_owned(),
            walk: None,
            known_only: false,
            checkpoint: None,
            lease: None,
        };
        assert_eq!(store.enqueue(&queued).unwrap(), 3);
    }
    reads(&simulator, state.path(), without_bob).await;
    assert_eq!(whose(state.path()), ["user_ana"]);
    let read = reads(&simulator, state.path(), without_bob).await;
    // What the feed says of a project is looked at, whoever's it is.
    for id in ["claude_chat_bob", "clls_bob"] {
        assert!(!read.contains(&id.to_owned()), "{read:?}: not once more");
    }
    let read = reads(&simulator, state.path(), of_all).await;
    assert!(read.contains(&"claude_chat_bob".to_owned()), "{read:?}: until it is wanted again");
    assert_eq!(whose(state.path()), ["user_ana", "user_bob"]);
}

/// Nothing but two sessions: of Ana, and of Eve, who has left, so that no list says her address.
fn eve_has_left() -> Seed {
    let mut seed = two_users();
    seed.chats.clear();
    seed.projects.clear();
    seed.users.retain(|user| user.id == "user_ana");
    for session in seed.local_sessions.iter_mut().filter(|session| session.user == "user_bob") {
        "clls_eve".clone_into(&mut session.id);
        "user_eve".clone_into(&mut session.user);
    }
    seed
}

/// Runs a worker over [`eve_has_left`] in a state of before; gives the sessions that it read, and whether it
/// said that somebody was left out.
async fn sessions(state: &Path, users: Selection) -> (Vec<String>, bool) {
    let simulator = simulate(eve_has_left(), Faults::none()).await;
    let configure = |config: &mut Config| config.scope.users = users;
    let summary = once_with(&simulator, state, configure, Arc::new(Silent)).await.unwrap();
    let paths = simulator.requests().into_iter().map(|request| request.path);
    let read = paths.filter_map(|path| {
        let session = path.strip_suffix("/messages")?.rsplit('/').next()?;
        session.starts_with("clls_").then(|| session.to_owned())
    });
    let said = summary.skipped.iter().any(|skip| skip.source == "users");
    assert!(!said || !summary.is_complete(), "what was left out by caution is not complete");
    let read: BTreeSet<String> = read.collect();
    (read.into_iter().collect(), said)
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[tokio::test]
async fn whoever_has_left_is_not_read_where_an_exclusion_may_be_of_him() {
    let all = Selection::default();
    for (users, read, said) in [
        (all.clone(), &["clls_ana", "clls_eve"] as &[&str], false),
        // It may be hers.
        (all.clone().without(names(&["eve@corp.test"])), &["clls_ana"], true),
        (all.clone().not_matching(&names(&["^e"])).unwrap(), &["clls_ana"], true),
        // Ids are always known.
        (all.clone().without(names(&["user_bob"])), &["clls_ana", "clls_eve"], false),
        (all.clone().without(names(&["user_eve"])), &["clls_ana"], false),
        // Who is to be read is named, and she is not.
        (all.clone().only(names(&["ana@corp.test"])), &["clls_ana"], false),
        (all.only(names(&["ana@corp.test", "user_eve"])), &["clls_ana", "clls_eve"], false),
    ] {
        let state = tempdir().unwrap();
        let what = users.to_string();
        let expected = (names(read), said);
        assert_eq!(sessions(state.path(), users).await, expected, "{what}");
    }
}

#[tokio::test]
async fn whoever_has_left_is_known_by_what_was_said_before() {
    let mut before = two_users();
    for user in &mut before.users {
        user.id = user.id.replace("bob", "eve");
        user.email = user.email.replace("bob", "eve");
    }
    before.chats.iter_mut().for_each(|chat| {
        chat.user = chat.user.as_ref().map(|user| user.replace("bob", "eve"));
    });
    before.local_sessions.clear();
    before.projects.clear();
    let simulator = simulate(before, Faults::none()).await;
    for (without, read) in
        [("carl@corp.test", &["clls_ana", "clls_eve"] as &[&str]), ("eve@corp.test", &["clls_ana"])]
    {
        let state = tempdir().unwrap();
        reads(&simulator, state.path(), of_all).await;
        assert_eq!(whose(state.path()), ["user_ana", "user_eve"]);
        let users = Selection::default().without(names(&[without]));
        assert_eq!(sessions(state.path(), users).await, (names(read), false), "{without}");
    }
}
