//! Findings as one page that needs nothing else: it opens offline, asks nobody for anything, and holds
//! what may be kept, which is redacted.
//!
//! [`Report`] is what there is to show, read from a [`Store`](dosimeter_store::Store) or put together by
//! whoever scanned files. [`Report::write`] writes the page: markup, style and program of our own, and
//! the rows as JSON in a block that no row can leave. The page's policy allows exactly that style and that
//! program, by their hashes, and no request to anywhere.
//!
//! ```
//! use dosimeter_report::Report;
//! use dosimeter_store::SqliteStore;
//!
//! # let directory = tempfile::tempdir()?;
//! # drop(SqliteStore::open(directory.path())?);
//! let store = SqliteStore::read(directory.path())?;
//! let report = Report::of_store(&store)?;
//! let mut page = Vec::new();
//! report.write(&mut page)?;
//! assert!(page.starts_with(b"<!doctype html>"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What never gets here
//!
//! This crate does not depend on `dosimeter-content`: what it is handed was redacted before.

mod columns;
mod page;
mod report;
mod store;

pub use page::policy;
pub use report::{Covered, Entry, Gap, Report, Subject};
