//! The database that many workers share, for callers that have its address and no more.
//!
//! The client of PostgreSQL is a fifth of what a program compiles, so it is a feature. A program without
//! it says so when it is given an address.

use std::sync::Arc;

use crate::{Error, Store};

/// Opens the database at `url` for a worker: `PostgresStore::open`.
///
/// # Errors
///
/// As there, and if this program was built without the feature `postgres`.
pub fn open_shared(url: &str) -> Result<Arc<dyn Store>, Error> {
    #[cfg(feature = "postgres")]
    return Ok(Arc::new(crate::PostgresStore::open(url)?));
    #[cfg(not(feature = "postgres"))]
    return refuse(url);
}

/// Opens the database at `url` to look at it: `PostgresStore::read`.
///
/// # Errors
///
/// As there, and if this program was built without the feature `postgres`.
pub fn read_shared(url: &str) -> Result<Box<dyn Store>, Error> {
    #[cfg(feature = "postgres")]
    return Ok(Box::new(crate::PostgresStore::read(url)?));
    #[cfg(not(feature = "postgres"))]
    return refuse(url);
}

#[cfg(not(feature = "postgres"))]
fn refuse<S>(_: &str) -> Result<S, Error> {
    Err(Error::NoPostgres)
}
