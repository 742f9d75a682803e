//! What is written: one work item with everything that it changes.

use dosimeter_record::{Checkpoint, Coverage, Evidence, Gap, Labelled, Resource, ResourceKind};

/// Everything that one finished work item changes, written in one transaction.
#[derive(Clone, Debug)]
pub struct Commit {
    /// The organisation.
    pub tenant: String,
    /// Now, RFC 3339 in UTC.
    pub at: String,
    /// The item that ends.
    pub item: WorkItem,
    /// How it ends.
    pub state: WorkState,
    /// What the item says about the resources in it.
    pub membership: Membership,
    /// The item's own resource and those in it.
    pub resources: Vec<ResourceCommit>,
    /// The source's new position, if this is the last item before it.
    pub checkpoint: Option<(String, Checkpoint)>,
}

/// A chat or project to be worked on, in one version.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct WorkItem {
    /// What it is.
    pub kind: ResourceKind,
    /// Its id at the source.
    pub id: String,
    /// Which state of it, under which rules: the same version is not worked on twice.
    pub version: String,
}

impl WorkItem {
    /// Names one version of one item.
    pub fn new(kind: ResourceKind, id: impl Into<String>, version: impl Into<String>) -> Self {
        Self { kind, id: id.into(), version: version.into() }
    }
}

/// How a work item ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WorkState {
    /// This version need not be looked at again.
    Done,
    /// Something could not be read: the next run tries again.
    Failed,
}

/// What a commit says about the resources that the item holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Membership {
    /// The commit names all of them: whatever the item held before and is not named was deleted.
    Complete,
    /// The commit names some of them; nothing follows about the others.
    Partial,
    /// The item was deleted at the source, and what only it held with it.
    Deleted,
}

/// One resource and what became of it.
#[derive(Clone, Debug)]
pub struct ResourceCommit {
    /// Ids and facts.
    pub resource: Resource,
    /// What became of it.
    pub outcome: Outcome,
}

/// What became of a resource.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Outcome {
    /// It was scanned: labels, findings and gaps are replaced.
    Scanned {
        /// The verdict and what it rests on.
        labelled: Labelled,
        /// Keyed hash of the listed checksum, if the listing had one and all of it was read.
        source_digest: Option<String>,
    },
    /// It is as it was when last scanned, so nothing changes.
    Unchanged,
    /// It could not be read: what is known of it stays, and the gap says that it is not complete.
    Failed {
        /// Why.
        gap: Gap,
        /// The rules that would have been applied.
        ruleset: String,
    },
}

/// Names a resource within a tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourceKey {
    /// What it is.
    pub kind: ResourceKind,
    /// Its id at the source.
    pub id: String,
}

/// What is known of a resource that was scanned before and still exists.
#[derive(Clone, Debug)]
pub struct Known {
    /// Keyed hash of the checksum that the source listed.
    pub source_digest: String,
    /// The rules that were applied.
    pub ruleset: String,
    /// What it contributes to combinations, [tagged](Evidence::tagged).
    pub evidence: Vec<Evidence>,
    /// How much of it was scanned.
    pub coverage: Coverage,
}

/// What a commit changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Committed {
    /// Findings that were not known, or were closed, before.
    pub findings_opened: u64,
    /// Findings that are no longer there.
    pub findings_closed: u64,
}

/// How a run ended: the second half of its attestation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunEnd {
    /// When, RFC 3339 in UTC.
    pub at: String,
    /// `completed`, or why not.
    pub outcome: String,
    /// Chats and projects.
    pub items: u64,
    /// Resources scanned.
    pub resources: u64,
    /// Findings in them.
    pub findings: u64,
    /// Gaps in them.
    pub gaps: u64,
    /// Requests sent.
    pub requests: u64,
    /// The id that the source gave to the last of them.
    pub last_request_id: Option<String>,
}
