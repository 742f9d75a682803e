//! What is written: one work item with everything that it changes.

use dosimeter_record::{
    Action, Checkpoint, Coverage, Evidence, Gap, GapReason, Labelled, Reach, Resource, ResourceKind,
};

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
    /// The rules that were applied.
    pub ruleset: String,
    /// The lease under which the item was worked on. Without one, nobody else may be at work.
    pub token: Option<u64>,
    /// How many requests it took.
    pub cost: u64,
    /// How long to leave the item alone if it failed, in milliseconds.
    pub retry_after_ms: u64,
    /// The sinks that are to be told.
    pub sinks: Vec<String>,
}

/// A chat, project or session to be worked on, in one version.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct WorkItem {
    /// What it is.
    pub kind: ResourceKind,
    /// Its id at the source.
    pub id: String,
    /// Which state of it: the same version is not worked on twice under the same rules.
    pub version: String,
}

/// What a listing says of one item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The item in the version that is listed.
    pub item: WorkItem,
    /// Whether the listing says that its user deleted it.
    pub deleted: bool,
    /// Whether it is to be looked at although its version is done.
    pub forced: bool,
    /// Whether it is out of scope: it is not to be read. If it is known, it is still there, or was deleted.
    pub left_out: bool,
}

/// A page of a listing on its way into the queue.
#[derive(Clone, Debug)]
pub struct Enqueue {
    /// The organisation.
    pub tenant: String,
    /// Now, RFC 3339 in UTC.
    pub at: String,
    /// What was listed.
    pub items: Vec<Listed>,
    /// When its turn comes: the smaller, the sooner.
    pub priority: Priority,
    /// The rules of this run: what is done under others is done again.
    pub ruleset: String,
    /// The walk over the whole source that this page belongs to.
    pub walk: Option<String>,
    /// Whether only items that are known are meant; others are passed over.
    pub known_only: bool,
    /// The source, and where its listing goes on.
    pub checkpoint: Option<(String, Checkpoint)>,
    /// The lease under which the source is listed.
    pub lease: Option<Lease>,
}

/// When the turn of an item comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Priority {
    /// What changed now.
    Forward,
    /// What may have gone.
    Verify,
    /// What changed before the first run.
    Historical,
    /// What is known, under other rules.
    Rescan,
}

impl Priority {
    pub(crate) fn rank(self) -> i64 {
        match self {
            Self::Forward => 0,
            Self::Verify => 10,
            Self::Historical => 20,
            Self::Rescan => 30,
        }
    }

    /// The name as it stands in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Forward => "forward",
            Self::Verify => "verify",
            Self::Historical => "historical",
            Self::Rescan => "rescan",
        }
    }

    pub(crate) fn of_rank(rank: i64) -> &'static str {
        [Self::Forward, Self::Verify, Self::Historical, Self::Rescan]
            .into_iter()
            .find(|priority| priority.rank() == rank)
            .map_or("other", Self::name)
    }
}

/// An item that this worker alone may work on, for now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claimed {
    /// The organisation.
    pub tenant: String,
    /// The item in the version that is wanted.
    pub item: WorkItem,
    /// Whether the listing says that its user deleted it.
    pub deleted: bool,
    /// Proves the lease to [`Store::commit`](crate::Store::commit).
    pub token: u64,
    /// How often it failed running.
    pub attempts: u64,
}

/// A right that one worker has for a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// To do what.
    pub name: String,
    /// Who has it.
    pub holder: String,
    /// Rises whenever it changes hands.
    pub token: u64,
}

/// An answer to a request for request starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permits {
    /// So many, to be used within the time that was asked for.
    Granted(u32),
    /// None: ask again after so many milliseconds.
    Wait(u64),
}

/// What a sink is to be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Its number in the outbox, rising.
    pub seq: i64,
    /// What happened to the finding.
    pub action: Action,
    /// When, RFC 3339 in UTC.
    pub at: String,
    /// How often it was tried.
    pub attempts: u64,
    /// The finding as it is now.
    pub finding: crate::FindingRow,
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
    /// Nobody wants it any more: it is let be until a listing that wants it shows it.
    LeftOut,
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
    /// Time was up before all of it was scanned: what was found is added to what is known, nothing
    /// follows about the rest, and the gaps say that it is not complete.
    CutShort {
        /// The verdict on what was scanned, with its gaps.
        labelled: Labelled,
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

/// A change of rules, as far as it concerns what was scanned under one version of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RulesChange {
    /// The version.
    pub from: String,
    /// The version that holds now.
    pub to: String,
    /// Which verdicts may be others under that.
    pub reach: Reach,
    /// Besides, those with a gap for one of these reasons: it may be closed now.
    pub gaps: Vec<GapReason>,
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
    /// Items that were worked on.
    pub items: u64,
    /// Resources scanned.
    pub resources: u64,
    /// Findings in them.
    pub findings: u64,
    /// Gaps in them.
    pub gaps: u64,
    /// Requests sent.
    pub requests: u64,
    /// Items that were known and not done at the end.
    pub backlog: u64,
    /// The id that the source gave to the last of them.
    pub last_request_id: Option<String>,
}
