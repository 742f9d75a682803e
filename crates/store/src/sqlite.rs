//! The embedded store: one SQLite file in the state directory.
//!
//! SQLite in WAL mode: readers do not wait for the worker. `synchronous = FULL` syncs the log at
//! each commit, so that a committed transaction survives a power failure too; `NORMAL` would lose
//! the last ones. One commit per chat makes that affordable: the request budget of the source allows
//! ten chats a second, a sync costs milliseconds.

mod migrate;

use std::{
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use rusqlite::{
    Connection, ErrorCode, OpenFlags, ToSql, Transaction, TransactionBehavior, params_from_iter,
    types::{ToSqlOutput, ValueRef},
};

use crate::{
    Error,
    directory::StateDirectory,
    query::queue,
    sql::{Engine, Failure, Row, Sql, Value, Work, shape},
};

/// The name of the database in the state directory.
const FILE: &str = "dosimeter.db";
/// How long a call waits for another process that writes.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// The state in a SQLite file.
///
/// [`open`](Self::open) is for the one worker of a state directory, [`read`](Self::read) for
/// everybody else.
#[derive(Debug)]
pub struct SqliteStore {
    connection: Mutex<Connection>,
    /// Dropping it releases the state directory; a reader has none.
    directory: Option<StateDirectory>,
    parent: Option<String>,
}

impl SqliteStore {
    /// Opens the store of a state directory for a worker, and creates both if needed.
    ///
    /// The directory is closed to other users (0700, files 0600).
    ///
    /// # Errors
    ///
    /// If another worker holds the directory, the store was written by a newer version of the
    /// program, or the directory cannot be used.
    pub fn open(directory: &Path) -> Result<Self, Error> {
        let held = StateDirectory::hold(directory)?;
        let path = held.private_file(FILE)?;
        let mut connection = connect(&path)?;
        for (name, value) in [("journal_mode", "WAL"), ("synchronous", "FULL")] {
            connection.pragma_update(None, name, value).map_err(Error::database("configure"))?;
        }
        migrate::to_newest(&mut connection, &path)?;
        let (connection, parent) = (Mutex::new(connection), Some(String::new()));
        let store = Self { connection, directory: Some(held), parent };
        // Nobody else is here: whoever had leases was killed.
        store.transact("release leases", &mut |sql| queue::release(sql, None))?;
        Ok(store)
    }

    /// Opens an existing store to look at it, also while a worker uses it.
    ///
    /// # Errors
    ///
    /// If there is no store in the directory, or one of another version.
    pub fn read(directory: &Path) -> Result<Self, Error> {
        let path = directory.join(FILE);
        if !path.is_file() {
            return Err(Error::Missing { path });
        }
        let connection = connect(&path)?;
        connection.pragma_update(None, "query_only", true).map_err(Error::database("configure"))?;
        migrate::check(&connection, &path)?;
        Ok(Self { connection: Mutex::new(connection), directory: None, parent: None })
    }

    /// The same store for the parent organisation of this name. Without this, a worker's is that without
    /// a name, and a reader's is that of all.
    #[must_use]
    pub fn of_parent(mut self, name: impl Into<String>) -> Self {
        self.parent = Some(name.into());
        self
    }

    /// Where the database of a state directory lies.
    pub fn path(directory: &Path) -> PathBuf {
        directory.join(FILE)
    }

    /// A thread that panicked in a transaction rolled it back, so the connection stays good.
    fn connection(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn connect(path: &Path) -> Result<Connection, Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection =
        Connection::open_with_flags(path, flags).map_err(Error::database("open the database"))?;
    let configure = || {
        connection.busy_timeout(BUSY_TIMEOUT)?;
        connection.pragma_update(None, "foreign_keys", true)?;
        // Deleted rows are redacted already; overwriting them costs little and leaves less.
        connection.pragma_update(None, "secure_delete", true)?;
        // Sorting must not spill to a temporary file.
        connection.pragma_update(None, "temp_store", "MEMORY")
    };
    configure().map_err(Error::database("configure"))?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

impl Engine for SqliteStore {
    fn parent(&self) -> Option<&str> {
        self.parent.as_deref()
    }

    fn transact<T>(&self, action: &'static str, work: &mut Work<'_, T>) -> Result<T, Error> {
        let mut connection = self.connection();
        // A reader of another process's store never takes the lock for writing.
        let behaviour = match &self.directory {
            Some(_) => TransactionBehavior::Immediate,
            None => TransactionBehavior::Deferred,
        };
        let done = connection.transaction_with_behavior(behaviour).map_err(failure).and_then(
            |transaction| {
                let mut statements = Statements { transaction };
                let result = work(&mut statements)?;
                statements.transaction.commit().map_err(failure)?;
                Ok(result)
            },
        );
        done.map_err(|failure| Error::failed(action, failure))
    }
}

/// A transaction of SQLite.
struct Statements<'c> {
    transaction: Transaction<'c>,
}

impl Sql for Statements<'_> {
    fn execute(&mut self, statement: &str, values: &[Value]) -> Result<u64, Failure> {
        let changed = self
            .transaction
            .prepare_cached(&numbered(statement))
            .and_then(|mut prepared| prepared.execute(params_from_iter(values)))
            .map_err(failure)?;
        Ok(u64::try_from(changed).unwrap_or(u64::MAX))
    }

    fn rows(&mut self, statement: &str, values: &[Value]) -> Result<Vec<Row>, Failure> {
        let mut prepared =
            self.transaction.prepare_cached(&numbered(statement)).map_err(failure)?;
        let columns = prepared.column_count();
        let mut rows = prepared.query(params_from_iter(values)).map_err(failure)?;
        let mut read = Vec::new();
        while let Some(row) = rows.next().map_err(failure)? {
            let value = |column| value(row.get_ref(column).map_err(failure)?);
            read.push(Row((0..columns).map(value).collect::<Result<_, Failure>>()?));
        }
        Ok(read)
    }

    fn now_ms(&mut self) -> Result<i64, Failure> {
        let now = "SELECT CAST(unixepoch('subsec') * 1000 AS INTEGER)";
        self.rows(now, &[])?.first().map_or(Ok(0), |row| row.integer(0))
    }

    fn skip_locked(&self) -> &'static str {
        // There is one writer at a time.
        ""
    }
}

/// SQLite numbers values as `?1`.
fn numbered(statement: &str) -> String {
    statement.replace('$', "?")
}

fn value(value: ValueRef<'_>) -> Result<Value, Failure> {
    match value {
        ValueRef::Null => Ok(Value::Null),
        ValueRef::Integer(integer) => Ok(Value::Integer(integer)),
        ValueRef::Text(text) => match str::from_utf8(text) {
            Ok(text) => Ok(Value::Text(text.to_owned())),
            Err(_) => Err(shape("a text is not UTF-8")),
        },
        _ => Err(shape("a column has another type")),
    }
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Integer(integer) => ValueRef::Integer(*integer),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
        }))
    }
}

fn failure(error: rusqlite::Error) -> Failure {
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            Failure::Passing(Box::new(error))
        }
        _ => Failure::Database(Box::new(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commit_is_logged_ahead_and_synced() {
        let directory = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(directory.path()).unwrap();
        let pragma = |name| {
            let read = |row: &rusqlite::Row<'_>| row.get::<_, rusqlite::types::Value>(0);
            store.connection().pragma_query_value(None, name, read).unwrap()
        };
        assert_eq!(pragma("journal_mode"), "wal".to_owned().into());
        // 2 is FULL: https://www.sqlite.org/pragma.html#pragma_synchronous
        assert_eq!(pragma("synchronous"), 2_i64.into());
        assert_eq!(pragma("foreign_keys"), 1_i64.into());
    }
}
