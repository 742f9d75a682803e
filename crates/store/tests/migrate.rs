//! A database of an older program is taken over with all that it holds.
#![cfg(feature = "postgres")]
#![expect(clippy::unwrap_used, reason = "a test")]

#[path = "../../../tests/postgres_server.rs"]
#[expect(unreachable_pub, reason = "other tests share it")]
mod server;

use dosimeter_store::{FindingFilter, PostgresStore, SqliteStore, Store};

/// The schema before organisations had parents.
const OLD: [&str; 5] = [
    include_str!("../migrations/0001_initial.sql"),
    include_str!("../migrations/0002_verdict.sql"),
    include_str!("../migrations/0003_outbox_batch.sql"),
    include_str!("../migrations/0004_purge.sql"),
    include_str!("../migrations/0005_manifest.sql"),
];

/// An organisation with a finding that a sink has not, an item that waits, a run and a purge.
const ROWS: &str = "
    INSERT INTO tenant (id, added_at) VALUES ('org', '2026-10-01T00:00:00Z');
    INSERT INTO checkpoint VALUES ('org', 'chats', 'one', '2026-10-01T00:00:00Z');
    INSERT INTO resource (seq, tenant, kind, id, coverage, ruleset, scanned_at)
        VALUES (1, 'org', 'chat', 'a', 'complete', 'rules-1', '2026-10-01T00:00:00Z');
    INSERT INTO finding VALUES ('org', 'f1', 1, 'test.fake', '[\"pii\"]', 'high', 'high', 'user',
        0, 1, '{}', '[FAKE]', '[FAKE]', '00', '[]', 1, '2026-10-01T00:00:00Z',
        '2026-10-01T00:00:00Z', NULL);
    INSERT INTO work (tenant, kind, id, version, state, priority, queued_ms)
        VALUES ('org', 'chat', 'b', '1', 'ready', 1, 1);
    INSERT INTO outbox (sink, tenant, finding, action, at)
        VALUES ('siem', 'org', 'f1', 'opened', '2026-10-01T00:00:00Z');
    INSERT INTO run (started_at, ruleset, start_checkpoints)
        VALUES ('2026-10-01T00:00:00Z', 'rules-1', '{}');
    INSERT INTO purge (at, what, items, resources, findings, messages, verdicts)
        VALUES ('2026-10-01T00:00:00Z', 'user', 0, 0, 0, 0, 0);
";

/// All of it is of the parent without a name, and of no other.
fn check(open: &dyn Fn(&str) -> Box<dyn Store>) {
    let held = |store: &dyn Store| {
        (
            store.tenants().unwrap().len(),
            store.findings(&FindingFilter::default()).unwrap().len(),
            store.claim("me", &["org".to_owned()], 9, 0).unwrap().len(),
            store.due("siem", 9).unwrap().len(),
            (store.runs(9).unwrap().len(), store.purges(9).unwrap().len()),
        )
    };
    let ours = held(&*open(""));
    assert_eq!(ours, (1, 1, 1, 1, (1, 1)));
    let other = open("other");
    assert_eq!((other.tenants().unwrap().len(), other.due("siem", 9).unwrap().len()), (0, 0));
    assert!(other.any_foreign(&["org".to_owned()]).unwrap());
}

#[test]
fn of_sqlite() {
    let directory = tempfile::tempdir().unwrap();
    let old = rusqlite::Connection::open(SqliteStore::path(directory.path())).unwrap();
    for migration in OLD {
        old.execute_batch(&migration.replace("BIGSERIAL", "INTEGER")).unwrap();
    }
    old.execute_batch(ROWS).unwrap();
    old.pragma_update(None, "user_version", 5).unwrap();
    drop(old);
    check(&|parent| Box::new(SqliteStore::open(directory.path()).unwrap().of_parent(parent)));
}

#[test]
fn of_postgres() {
    let Some(server) = server::Server::start() else { return };
    let database = server.database("old");
    let mut old = postgres::Client::connect(&database, postgres::NoTls).unwrap();
    for migration in OLD {
        old.batch_execute(migration).unwrap();
    }
    old.batch_execute(ROWS).unwrap();
    let version = "CREATE TABLE schema_version (version BIGINT NOT NULL);
        INSERT INTO schema_version VALUES (5)";
    old.batch_execute(version).unwrap();
    drop(old);
    check(&|parent| Box::new(PostgresStore::open(&database).unwrap().of_parent(parent)));
}
