//! The embedded store: one SQLite file in the state directory.
//!
//! SQLite in WAL mode: readers do not wait for the worker. `synchronous = FULL` syncs the log at
//! each commit, so that a committed transaction survives a power failure too; `NORMAL` would lose
//! the last ones. One commit per chat makes that affordable: the request budget of the source allows
//! ten chats a second, a sync costs milliseconds.

mod evidence;
mod migrate;
mod read;
mod write;

use std::{
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use dosimeter_record::{Checkpoint, ResourceKind};
use rusqlite::{Connection, OpenFlags};

use crate::{
    Commit, Committed, Error, FindingFilter, FindingRow, GapRow, Known, ResourceKey, RunEnd,
    RunRow, Store, Totals, WorkItem, directory::StateDirectory,
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
    /// Held, not used: dropping it releases the state directory.
    _directory: Option<StateDirectory>,
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
        Ok(Self { connection: Mutex::new(connection), _directory: Some(held) })
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
        Ok(Self { connection: Mutex::new(connection), _directory: None })
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

impl Store for SqliteStore {
    fn fact(&self, name: &str) -> Result<Option<String>, Error> {
        read::fact(&self.connection(), name).map_err(Error::database("read a fact"))
    }

    fn establish_fact(&self, name: &str, value: &str) -> Result<String, Error> {
        write::establish_fact(&self.connection(), name, value)
            .map_err(Error::database("write a fact"))
    }

    fn tenants(&self) -> Result<Vec<String>, Error> {
        read::tenants(&self.connection()).map_err(Error::database("read the organisations"))
    }

    fn checkpoint(&self, tenant: &str, source: &str) -> Result<Option<Checkpoint>, Error> {
        read::checkpoint(&self.connection(), tenant, source)
            .map_err(Error::database("read a checkpoint"))
    }

    fn advance(
        &self,
        tenant: &str,
        source: &str,
        checkpoint: &Checkpoint,
        at: &str,
    ) -> Result<(), Error> {
        write::advance(&mut self.connection(), tenant, (source, checkpoint), at)
            .map_err(Error::database("move a checkpoint"))
    }

    fn unfinished(&self, tenant: &str, items: Vec<WorkItem>) -> Result<Vec<WorkItem>, Error> {
        read::unfinished(&self.connection(), tenant, items)
            .map_err(Error::database("read the work list"))
    }

    fn failed(&self, tenant: &str, kind: ResourceKind) -> Result<Vec<WorkItem>, Error> {
        read::failed(&self.connection(), tenant, kind)
            .map_err(Error::database("read the work list"))
    }

    fn known(&self, tenant: &str, key: &ResourceKey) -> Result<Option<Known>, Error> {
        read::known(&self.connection(), tenant, key).map_err(Error::database("read a resource"))
    }

    fn commit(&self, commit: &Commit) -> Result<Committed, Error> {
        write::commit(&mut self.connection(), commit).map_err(Error::database("commit a work item"))
    }

    fn begin_run(&self, at: &str, ruleset: &str) -> Result<i64, Error> {
        write::begin_run(&self.connection(), at, ruleset).map_err(Error::database("begin a run"))
    }

    fn end_run(&self, run: i64, end: &RunEnd) -> Result<(), Error> {
        write::end_run(&self.connection(), run, end).map_err(Error::database("end a run"))
    }

    fn totals(&self) -> Result<Totals, Error> {
        read::totals(&self.connection()).map_err(Error::database("read the totals"))
    }

    fn findings(&self, filter: &FindingFilter) -> Result<Vec<FindingRow>, Error> {
        read::findings(&self.connection(), filter).map_err(Error::database("read findings"))
    }

    fn gaps(&self, limit: u64) -> Result<Vec<GapRow>, Error> {
        read::gaps(&self.connection(), limit).map_err(Error::database("read gaps"))
    }

    fn runs(&self, limit: u64) -> Result<Vec<RunRow>, Error> {
        read::runs(&self.connection(), limit).map_err(Error::database("read the runs"))
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
