//! What a run tells while it runs, and what it says at its end.

use std::{collections::BTreeMap, fmt};

use dosimeter_record::{GapReason, Label, ResourceKind};
use dosimeter_store::Totals;

/// Listens to a run, to draw a bar or to count.
///
/// Called from the run's own task: whoever takes long here holds the run up.
pub trait Observer: Send + Sync {
    /// Something happened.
    fn notice(&self, event: &Event<'_>);
}

/// What happens in a run. Ids and counts only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event<'a> {
    /// The listing of one source of an organisation begins.
    WalkStarted {
        /// The organisation.
        organization: &'a str,
        /// The source, such as `chats`.
        source: &'static str,
    },
    /// A page was listed.
    PageListed {
        /// How many items of it are not done yet.
        items: usize,
    },
    /// An item is durable.
    ItemDone {
        /// Chat or project.
        kind: ResourceKind,
        /// Its id.
        id: &'a str,
        /// How many resources it holds, itself included.
        resources: usize,
        /// How many findings.
        findings: u64,
        /// How many gaps.
        gaps: u64,
    },
}

/// Listens to nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Observer for Silent {
    fn notice(&self, _: &Event<'_>) {}
}

/// What one run did, and the state that it leaves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Summary {
    /// Chats, projects and sessions that were worked on.
    pub items: u64,
    /// Those of them that the next run tries again.
    pub items_failed: u64,
    /// Those of them that were deleted at the source.
    pub items_deleted: u64,
    /// Resources that were scanned, by kind.
    pub resources: BTreeMap<ResourceKind, u64>,
    /// Messages and files that were not scanned again, since nothing about them changed.
    pub resources_unchanged: u64,
    /// Resources and findings of this run, by label.
    pub labels: BTreeMap<Label, LabelCount>,
    /// Findings in what was scanned.
    pub findings: u64,
    /// Findings that were not known before.
    pub findings_new: u64,
    /// Findings that are no longer there.
    pub findings_closed: u64,
    /// What was not scanned, by reason.
    pub gaps: BTreeMap<GapReason, u64>,
    /// Bytes of content that were scanned.
    pub content_bytes: u64,
    /// Requests that were sent.
    pub requests: u64,
    /// The id that the API gave to the last of them.
    pub last_request_id: Option<String>,
    /// Sources that are switched on and could not be listed.
    pub skipped: Vec<SourceSkip>,
    /// Items that are known and not done.
    pub backlog: u64,
    /// Everything in the store, of this and earlier runs.
    pub store: Totals,
}

/// A source that could not be listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceSkip {
    /// The organisation.
    pub organization: String,
    /// The source.
    pub source: &'static str,
    /// Why.
    pub reason: &'static str,
}

impl SourceSkip {
    /// Whether content was not scanned because of it.
    pub fn is_gap(&self) -> bool {
        self.source != "activities"
    }
}

/// What speaks for one label.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LabelCount {
    /// Resources that carry it.
    pub resources: u64,
    /// Findings that speak for it.
    pub findings: u64,
}

impl Summary {
    /// How many resources were scanned.
    pub fn resources_scanned(&self) -> u64 {
        self.resources.values().sum()
    }

    /// How many gaps there are.
    pub fn gaps_total(&self) -> u64 {
        self.gaps.values().sum()
    }

    /// Adds the numbers of one item.
    pub(crate) fn add(&mut self, item: Self) {
        let bump = |count: &mut u64, more: u64| *count = count.saturating_add(more);
        bump(&mut self.items, item.items);
        bump(&mut self.items_failed, item.items_failed);
        bump(&mut self.items_deleted, item.items_deleted);
        bump(&mut self.resources_unchanged, item.resources_unchanged);
        bump(&mut self.findings, item.findings);
        bump(&mut self.findings_new, item.findings_new);
        bump(&mut self.findings_closed, item.findings_closed);
        bump(&mut self.content_bytes, item.content_bytes);
        for (kind, more) in item.resources {
            bump(self.resources.entry(kind).or_default(), more);
        }
        for (reason, more) in item.gaps {
            bump(self.gaps.entry(reason).or_default(), more);
        }
        for (label, more) in item.labels {
            let count = self.labels.entry(label).or_default();
            bump(&mut count.resources, more.resources);
            bump(&mut count.findings, more.findings);
        }
    }

    /// Whether everything that the API delivered was scanned.
    pub fn is_complete(&self) -> bool {
        let is_gap = self.skipped.iter().any(SourceSkip::is_gap);
        self.gaps.is_empty() && self.items_failed == 0 && self.backlog == 0 && !is_gap
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{} items, {} resources, {} findings, {} gaps, {} requests",
            self.items,
            self.resources_scanned(),
            self.findings,
            self.gaps_total(),
            self.requests
        )
    }
}
