//! What only the embedded store promises: private files, one worker, no step back in schema, and a
//! transaction that a killed process leaves whole.
#![expect(clippy::print_stdout, reason = "a test")]

use std::{
    io::{BufRead, BufReader},
    process::{Command, Stdio},
};

use dosimeter_record::{
    Coverage, Gap, GapReason, Involved, Labelled, Labels, Resource, ResourceKind,
};
use dosimeter_store::{
    Commit, Membership, Outcome, ResourceCommit, SqliteStore, Store, WorkItem, WorkState,
};

fn commit(number: u32) -> Commit {
    let id = format!("chat_{number}");
    let labels = Labels::new(
        std::collections::BTreeMap::default(),
        Coverage::new(1, vec![Gap::whole(GapReason::Gone)]),
        "rules",
    );
    Commit {
        tenant: "org".into(),
        at: "2026-10-01T00:00:00Z".into(),
        item: WorkItem::new(ResourceKind::Chat, id.clone(), "1"),
        state: WorkState::Done,
        membership: Membership::Complete,
        resources: vec![ResourceCommit {
            resource: Resource::new(ResourceKind::Chat, id),
            outcome: Outcome::Scanned {
                labelled: Labelled {
                    labels,
                    findings: vec![],
                    evidence: vec![],
                    involved: Involved::default(),
                },
                source_digest: None,
            },
        }],
        ruleset: "rules".into(),
        token: None,
        cost: 1,
        retry_after_ms: 0,
        sinks: vec![],
    }
}

#[cfg(unix)]
#[test]
fn the_state_is_private_even_in_a_directory_that_was_not() {
    use std::os::unix::fs::PermissionsExt;

    let parent = tempfile::tempdir().unwrap();
    let directory = parent.path().join("state");
    std::fs::create_dir(&directory).unwrap();
    std::fs::set_permissions(&directory, std::fs::Permissions::from_mode(0o755)).unwrap();
    let store = SqliteStore::open(&directory).unwrap();
    store.commit(&commit(1)).unwrap();
    let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&directory), 0o700);
    let files: Vec<_> =
        std::fs::read_dir(&directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(files.len() >= 3, "database, log and lock: {files:?}");
    for file in files {
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
}

#[test]
fn a_second_worker_is_refused_and_a_reader_is_not() {
    let directory = tempfile::tempdir().unwrap();
    let worker = SqliteStore::open(directory.path()).unwrap();
    worker.commit(&commit(1)).unwrap();
    let refused = SqliteStore::open(directory.path()).unwrap_err();
    assert!(refused.is_locked(), "{refused}");
    let reader = SqliteStore::read(directory.path()).unwrap();
    assert_eq!(reader.totals().unwrap().resources, 1);
    assert!(reader.commit(&commit(2)).is_err(), "a reader does not write");
    drop(worker);
    assert!(SqliteStore::open(directory.path()).is_ok());
}

#[test]
fn a_reader_needs_a_store() {
    let directory = tempfile::tempdir().unwrap();
    let error = SqliteStore::read(directory.path()).unwrap_err();
    assert!(error.to_string().contains("there is no store here"), "{error}");
}

#[test]
fn a_newer_schema_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    drop(SqliteStore::open(directory.path()).unwrap());
    let database = rusqlite::Connection::open(SqliteStore::path(directory.path())).unwrap();
    database.pragma_update(None, "user_version", 99).unwrap();
    drop(database);
    for opened in [SqliteStore::open(directory.path()), SqliteStore::read(directory.path())] {
        let error = opened.unwrap_err();
        assert!(error.is_newer_schema(), "{error}");
        assert!(error.to_string().contains("schema 99"), "{error}");
    }
}

/// The child of the next test: commits one item after the other and says so, until it is killed.
#[test]
fn child_that_commits_until_killed() {
    let Some(directory) = std::env::var_os("DOSIMETER_TEST_STATE") else {
        return;
    };
    let store = SqliteStore::open(directory.as_ref()).unwrap();
    for number in 1.. {
        store.commit(&commit(number)).unwrap();
        println!("committed {number}");
    }
}

#[test]
fn a_killed_process_leaves_whole_transactions_and_no_lock() {
    let directory = tempfile::tempdir().unwrap();
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "child_that_commits_until_killed", "--nocapture"])
        .env("DOSIMETER_TEST_STATE", directory.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let said: Vec<u64> = lines
        .filter_map(|line| line.split_once("committed ")?.1.trim().parse().ok())
        .take(20)
        .collect();
    child.kill().unwrap();
    child.wait().unwrap();
    let store = SqliteStore::open(directory.path()).unwrap();
    let totals = store.totals().unwrap();
    assert!(totals.resources >= *said.last().unwrap(), "what was said is durable");
    assert_eq!(totals.gaps, [("gone".to_owned(), totals.resources)]);
    assert_eq!(store.backlog().unwrap(), [], "each item ended with its labels");
}
