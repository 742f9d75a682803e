//! Brings a database to the newest schema, and refuses one that is newer still.
//!
//! `user_version` counts the migrations that were applied. Each runs in a transaction of its own
//! together with its count, so an interrupted upgrade continues where it stopped.

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};

use crate::{Error, sql::MIGRATIONS};

/// The schema version that this program writes.
fn supported() -> i64 {
    i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX)
}

/// Applies the migrations that the database lacks.
pub(super) fn to_newest(connection: &mut Connection, path: &Path) -> Result<(), Error> {
    let applied = check(connection, path)?;
    let applied = usize::try_from(applied).unwrap_or(0);
    for (index, migration) in MIGRATIONS.iter().enumerate().skip(applied) {
        apply(connection, migration, index.saturating_add(1))
            .map_err(Error::database("migrate the schema"))?;
    }
    Ok(())
}

fn apply(connection: &mut Connection, migration: &str, version: usize) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute_batch(&adapted(migration))?;
    transaction.pragma_update(None, "user_version", i64::try_from(version).unwrap_or(i64::MAX))?;
    transaction.commit()
}

/// The types as SQLite knows them, and checks them in strict tables.
fn adapted(migration: &str) -> String {
    migration
        .replace("BIGSERIAL PRIMARY KEY", "INTEGER PRIMARY KEY")
        .replace("BIGINT", "INTEGER")
        .replace("\n);", "\n) STRICT;")
}

/// The version of the database, if this program can read it.
pub(super) fn check(connection: &Connection, path: &Path) -> Result<i64, Error> {
    let found: i64 = connection
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .map_err(Error::database("read the schema version"))?;
    let supported = supported();
    if found > supported {
        return Err(Error::NewerSchema { path: path.into(), found, supported });
    }
    Ok(found)
}
