//! What the worker keeps: labels, findings, gaps, resume positions and attestations.
//!
//! One rule shapes everything here: what belongs together is committed together. A [`Commit`]
//! replaces the labels and findings of the resources of one work item, closes the item and tells the
//! sinks; an [`Enqueue`] puts what a page lists into the queue and moves the
//! [`Checkpoint`](dosimeter_record::Checkpoint) past it: each in one transaction. Whoever kills the process, or the machine, finds the state before or after, never
//! between; a restarted worker repeats what was not committed and gets the same finding ids.
//!
//! [`Store`] is the seam: [`SqliteStore`] for one machine, nothing to install; `PostgresStore`
//! (feature `postgres`) for many. Both run the same statements, and the conformance suite in `tests/` runs against both.
//!
//! ```
//! use dosimeter_record::{Coverage, Labelled, Labels, Resource, ResourceKind};
//! use dosimeter_store::{
//!     Commit, Membership, Outcome, ResourceCommit, SqliteStore, Store, WorkItem, WorkState,
//! };
//!
//! # let directory = tempfile::tempdir()?;
//! let store = SqliteStore::open(directory.path())?;
//! let labels = Labels::new(Default::default(), Coverage::new(5, vec![]), "rules-1");
//! let chat = Resource::new(ResourceKind::Chat, "claude_chat_01");
//! store.commit(&Commit {
//!     tenant: "org".into(),
//!     at: "2026-10-01T00:00:00Z".into(),
//!     item: WorkItem::new(ResourceKind::Chat, "claude_chat_01", "2026-09-30T08:00:00Z"),
//!     state: WorkState::Done,
//!     membership: Membership::Complete,
//!     resources: vec![ResourceCommit {
//!         resource: chat,
//!         outcome: Outcome::Scanned {
//!             labelled: Labelled {
//!                 labels, findings: vec![], evidence: vec![], involved: Default::default(),
//!             },
//!             source_digest: None,
//!         },
//!     }],
//!     ruleset: "rules-1".into(),
//!     token: None,
//!     cost: 1,
//!     retry_after_ms: 0,
//!     sinks: vec![],
//! })?;
//! assert_eq!(store.totals()?.resources, 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What never gets here
//!
//! This crate does not depend on `dosimeter-content`, so it cannot be handed content at all. Rows that
//! are read back ([`FindingRow`] and its like) are plain strings for people and reports; they never
//! turn back into a [`Finding`](dosimeter_record::Finding).

#[doc = include_str!("../docs/stored-fields.md")]
pub mod stored_fields {}

mod commit;
mod directory;
mod engine;
mod error;
#[cfg(feature = "postgres")]
mod postgres;
mod purge;
mod query;
mod row;
mod shared;
mod sql;
mod sqlite;
mod store;
mod verdict;

pub use commit::{
    Claimed, Commit, Committed, Delivery, Enqueue, Known, Lease, Listed, Membership, Outcome,
    Permits, Priority, ResourceCommit, ResourceKey, RulesChange, RunEnd, WorkItem, WorkState,
};
pub use dosimeter_record::{Action, FindingRow, GapRow};
pub use error::Error;
#[cfg(feature = "postgres")]
pub use postgres::PostgresStore;
pub use purge::{Purge, PurgeRow, Purged};
pub use row::{
    Backlog, CoverageTotal, FindingFilter, LabelTotal, OutboxDepth, ProjectMember, RunRow, Totals,
};
pub use shared::{is_parent_name, open_shared, read_shared};
pub use sqlite::SqliteStore;
pub use store::Store;
pub use verdict::Verdict;
