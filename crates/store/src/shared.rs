//! What is shared: by parent organisations their names, by workers the database, for callers that have its
//! address and no more.
//!
//! The client of PostgreSQL is a fifth of what a program compiles, so it is a feature. A program without
//! it says so when it is given an address.

use std::sync::Arc;

use crate::{Error, Store};

/// Whether this can name a parent organisation: letters, digits and hyphens. Without any it is the one without
/// a name.
pub fn is_parent_name(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// Opens the database at `url` for a worker of a parent organisation: `PostgresStore::open`.
///
/// # Errors
///
/// As there, and if this program was built without the feature `postgres`.
pub fn open_shared(url: &str, parent: &str) -> Result<Arc<dyn Store>, Error> {
    #[cfg(feature = "postgres")]
    return Ok(Arc::new(crate::PostgresStore::open(url)?.of_parent(parent)));
    #[cfg(not(feature = "postgres"))]
    return refuse(url, parent);
}

/// Opens the database at `url` to look at what is a parent organisation's: `PostgresStore::read`.
///
/// # Errors
///
/// As there, and if this program was built without the feature `postgres`.
pub fn read_shared(url: &str, parent: &str) -> Result<Box<dyn Store>, Error> {
    #[cfg(feature = "postgres")]
    return Ok(Box::new(crate::PostgresStore::read(url)?.of_parent(parent)));
    #[cfg(not(feature = "postgres"))]
    return refuse(url, parent);
}

#[cfg(not(feature = "postgres"))]
fn refuse<S>(_: &str, _: &str) -> Result<S, Error> {
    Err(Error::NoPostgres)
}
