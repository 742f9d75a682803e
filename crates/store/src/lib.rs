//! What the worker keeps: labels, findings, gaps, resume positions and attestations.
//!
//! One rule shapes everything here: what belongs together is committed together. A [`Commit`]
//! replaces the labels and findings of the resources of one work item, closes the item and, when it
//! was the last of its page, moves the [`Checkpoint`](dosimeter_record::Checkpoint): in one
//! transaction. Whoever kills the process, or the machine, finds the state before or after, never
//! between; a restarted worker repeats what was not committed and gets the same finding ids.
//!
//! [`Store`] is the seam: [`SqliteStore`] for one machine, nothing to install. The conformance suite
//! in `tests/` is written against the trait.
//!
//! ```
//! use dosimeter_record::{Checkpoint, Coverage, Labelled, Labels, Resource, ResourceKind};
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
//!             labelled: Labelled { labels, findings: vec![], evidence: vec![] },
//!             source_digest: None,
//!         },
//!     }],
//!     checkpoint: Some(("chats".into(), Checkpoint::new("cursor-1"))),
//! })?;
//! assert_eq!(store.checkpoint("org", "chats")?.as_ref().map(Checkpoint::as_str), Some("cursor-1"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What never gets here
//!
//! This crate does not depend on `dosimeter-content`, so it cannot be handed content at all. Rows that
//! are read back ([`FindingRow`] and its like) are plain strings for people and reports; they never
//! turn back into a [`Finding`](dosimeter_record::Finding).

mod commit;
mod directory;
mod error;
mod row;
mod sqlite;
mod store;

pub use commit::{
    Commit, Committed, Known, Membership, Outcome, ResourceCommit, ResourceKey, RunEnd, WorkItem,
    WorkState,
};
pub use error::Error;
pub use row::{FindingFilter, FindingRow, GapRow, LabelTotal, RunRow, Totals};
pub use sqlite::SqliteStore;
pub use store::Store;
