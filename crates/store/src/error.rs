//! What can go wrong with the state.

use std::{io, path::PathBuf};

use crate::sql::Failure;

/// A store that could not be opened, read or written.
///
/// Messages name what failed and where; they never hold a value from a row.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A newer version of the program has been here.
    #[error(
        "{path}: the store has schema {found}, this program knows up to {supported}; \
         use the newer program, or another state directory"
    )]
    NewerSchema {
        /// The database.
        path: PathBuf,
        /// Its schema version.
        found: i64,
        /// The newest version that this program knows.
        supported: i64,
    },
    /// Another worker uses the same state directory.
    #[error("{path}: another worker is using this state directory; wait for it or stop it")]
    Locked {
        /// The state directory.
        path: PathBuf,
    },
    /// There is no store in the directory.
    #[error("{path}: there is no store here; run the worker first, or name its state directory")]
    Missing {
        /// The database that was looked for.
        path: PathBuf,
    },
    /// The state directory cannot be used.
    #[error("{path}: cannot {action}")]
    Directory {
        /// What was tried.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// The address of the database cannot be read.
    #[error("the address of the database is none; write postgresql://USER@HOST/NAME")]
    Address,
    /// The program cannot speak to the database.
    #[error(
        "this program was built without PostgreSQL; build it with `--features postgres` or `full`"
    )]
    NoPostgres,
    /// Somebody else holds the lease by now, and does the same work.
    #[error("the lease ran out and went to another worker, which does the same work")]
    Fenced,
    /// The organisation's rows belong to another parent organisation.
    #[error(
        "the organisation belongs to another parent organisation of this store; use that one's name, \
         or the right key"
    )]
    Foreign,
    /// The parent organisation keeps its name.
    #[error("the parent organisation was not renamed: {0}")]
    NotRenamed(&'static str),
    /// The database refused.
    #[error("the store failed to {action}")]
    Database {
        /// What was tried.
        action: &'static str,
        /// Why it failed, as the database says.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl Error {
    /// Whether another worker holds the state directory.
    pub fn is_locked(&self) -> bool {
        matches!(self, Self::Locked { .. })
    }

    /// Whether the store was written by a newer version of the program.
    pub fn is_newer_schema(&self) -> bool {
        matches!(self, Self::NewerSchema { .. })
    }

    /// Whether another worker holds the lease by now.
    pub fn is_fenced(&self) -> bool {
        matches!(self, Self::Fenced)
    }

    /// Whether the organisation belongs to another parent organisation.
    pub fn is_foreign(&self) -> bool {
        matches!(self, Self::Foreign)
    }

    pub(crate) fn failed(action: &'static str, failure: Failure) -> Self {
        match failure {
            Failure::Database(source) | Failure::Passing(source) => {
                Self::Database { action, source }
            }
            Failure::Fenced => Self::Fenced,
            Failure::Foreign => Self::Foreign,
            Failure::NotRenamed(why) => Self::NotRenamed(why),
        }
    }

    pub(crate) fn database<E>(action: &'static str) -> impl FnOnce(E) -> Self
    where
        E: std::error::Error + Send + Sync + 'static,
    {
        move |source| Self::Database { action, source: Box::new(source) }
    }
}
