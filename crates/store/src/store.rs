//! The seam between the worker and where its state lies.

use dosimeter_record::{Checkpoint, ResourceKind};

use crate::{
    Backlog, Claimed, Commit, Committed, CoverageTotal, Delivery, Enqueue, Error, FindingFilter,
    FindingRow, GapRow, Known, Lease, OutboxDepth, Permits, ProjectMember, Purge, PurgeRow, Purged,
    ResourceKey, RulesChange, RunEnd, RunRow, Totals, Verdict,
};

/// Where labels, findings, the queue, resume positions, the outbox and attestations are kept.
///
/// Calls block; an asynchronous caller makes them from a thread that may block. Implementations are
/// shared between threads. Every call is one transaction and fails if the database cannot be used,
/// and then nothing of it was written.
///
/// A store is one parent organisation's: several can share a database, and none sees another's rows. Only
/// a reader that was told no name sees all of them.
///
/// What every implementation promises, and the conformance suite checks:
///
/// * [`commit`](Store::commit) is durable, also after a kill or a power failure.
/// * Committing the same item twice is the same as committing it once.
/// * A checkpoint moves only together with the queue that holds what it stands for.
/// * What one worker leases no other gets, until the lease runs out; and whoever comes with an
///   outlived lease is refused with [`Error::is_fenced`].
/// * An organisation belongs to the parent that came with it first; rows of it for another are refused with
///   [`Error::is_foreign`].
#[expect(clippy::missing_errors_doc, reason = "all fail alike, which the trait says once")]
pub trait Store: Send + Sync {
    /// Reads a fact about the store itself.
    fn fact(&self, name: &str) -> Result<Option<String>, Error>;

    /// Writes a fact about the store itself, unless it is already known; gives back what holds now.
    fn establish_fact(&self, name: &str, value: &str) -> Result<String, Error>;

    /// Writes a fact about the store itself.
    fn set_fact(&self, name: &str, value: &str) -> Result<(), Error>;

    /// The organisations whose resources are here.
    fn tenants(&self) -> Result<Vec<String>, Error>;

    /// Whether one of these organisations belongs to another parent.
    fn any_foreign(&self, tenants: &[String]) -> Result<bool, Error>;

    /// Gives the parent organisation of this store another name, in one transaction, and says how many
    /// organisations it has. What was found keeps its ids. This store stays that of the old name.
    ///
    /// # Errors
    ///
    /// If it has no organisation, the name cannot be one or has some already, or somebody is at work under
    /// either name.
    fn rename_parent(&self, name: &str) -> Result<u64, Error>;

    /// Where a source is to be resumed.
    fn checkpoint(&self, tenant: &str, source: &str) -> Result<Option<Checkpoint>, Error>;

    /// Queues what a page lists and is not done yet, moves the checkpoint of its source, and says how
    /// many items were queued.
    ///
    /// An item that somebody works on right now is queued again behind that.
    fn enqueue(&self, page: &Enqueue) -> Result<u64, Error>;

    /// Leases at most `limit` items of these organisations to `holder`: the most urgent that are due.
    fn claim(
        &self,
        holder: &str,
        tenants: &[String],
        limit: u32,
        lease_ms: u64,
    ) -> Result<Vec<Claimed>, Error>;

    /// Prolongs the leases of the items that `holder` is working on, and all other rights of it.
    fn heartbeat(&self, holder: &str, working: &[Claimed], lease_ms: u64) -> Result<(), Error>;

    /// Ends all leases of `holder`; its items can be leased at once.
    fn release(&self, holder: &str) -> Result<(), Error>;

    /// Lets everything that failed be tried again at once.
    fn retry_failed(&self) -> Result<(), Error>;

    /// Queues what is known of a kind and was not seen by a complete walk, to find out whether it is
    /// gone.
    fn verify_unseen(&self, tenant: &str, kind: ResourceKind, walk: &str) -> Result<u64, Error>;

    /// Queues at most `limit` items that were done under other rules, cheap ones first.
    fn rescan(&self, tenant: &str, ruleset: &str, limit: u64) -> Result<u64, Error>;

    /// Keeps what the rules of a version are, and forgets versions under which nothing was scanned.
    fn put_manifest(&self, tenant: &str, version: (&str, &str), at: &str) -> Result<(), Error>;

    /// The versions of the rules that are known: the name of each, and its rules as they were put.
    fn manifests(&self, tenant: &str) -> Result<Vec<(String, String)>, Error>;

    /// Under which versions open resources were scanned, and how many under each.
    fn versions(&self, tenant: &str) -> Result<Vec<(String, u64)>, Error>;

    /// Takes resources over into other rules, unread, which a change of rules cannot concern: of the next
    /// some thousand behind number `after`. Gives how many these were, and where to go on.
    fn carry_resources(
        &self,
        tenant: &str,
        change: &RulesChange,
        after: u64,
    ) -> Result<(u64, Option<u64>), Error>;

    /// Takes items over of which all resources are; of the next some thousand behind `after`. Gives the
    /// last that was looked at.
    fn carry_items(
        &self,
        tenant: &str,
        ruleset: &str,
        after: (&str, &str),
    ) -> Result<Option<(String, String)>, Error>;

    /// How many open resources a change of rules concerns.
    fn concerned(&self, tenant: &str, change: &RulesChange) -> Result<u64, Error>;

    /// How many items are to be read again, since they were done under other rules.
    fn outdated(&self, tenant: &str, ruleset: &str) -> Result<u64, Error>;

    /// The items that hold a resource with this id: kind and id of each.
    fn holders(&self, tenant: &str, id: &str) -> Result<Vec<(ResourceKind, String)>, Error>;

    /// What is not done, in numbers.
    fn backlog(&self) -> Result<Vec<Backlog>, Error>;

    /// Takes a right, or prolongs it; nothing if somebody else has it.
    fn lease(&self, name: &str, holder: &str, lease_ms: u64) -> Result<Option<Lease>, Error>;

    /// Gives a right back.
    fn end_lease(&self, lease: &Lease) -> Result<(), Error>;

    /// Takes request starts out of a budget that all workers share: at most `wanted`.
    ///
    /// `window` is how many may start in how many milliseconds, and in how many those that are granted
    /// have to be used.
    fn permits(&self, budget: &str, wanted: u32, window: (u32, u64, u64))
    -> Result<Permits, Error>;

    /// How many starts were granted out of a budget in the last so many milliseconds.
    fn starts(&self, budget: &str, window_ms: u64) -> Result<u64, Error>;

    /// What is known of resources that still exist and were read completely, in the order of `keys`.
    fn known(&self, tenant: &str, keys: &[ResourceKey]) -> Result<Vec<Option<Known>>, Error>;

    /// Writes one finished work item, with everything that it changes.
    fn commit(&self, item: &Commit) -> Result<Committed, Error>;

    /// The oldest messages for a sink that are due, at most `limit`.
    fn due(&self, sink: &str, limit: u32) -> Result<Vec<Delivery>, Error>;

    /// The oldest messages for a sink that is handed the same batch until it has it, at most `limit` for a
    /// new one; none while a batch waits.
    fn due_together(&self, sink: &str, limit: u32) -> Result<Vec<Delivery>, Error>;

    /// Removes what a sink has acknowledged.
    fn acknowledge(&self, deliveries: &[i64]) -> Result<(), Error>;

    /// Leaves messages alone for a while.
    fn postpone(&self, deliveries: &[i64], wait_ms: u64) -> Result<(), Error>;

    /// Gives messages up, for a reason that is kept.
    fn bury(&self, deliveries: &[i64], reason: &str) -> Result<(), Error>;

    /// Lets a sink's dead messages be tried again, and says how many there were.
    fn exhume(&self, sink: &str) -> Result<u64, Error>;

    /// How full the outbox is.
    fn outbox(&self) -> Result<Vec<OutboxDepth>, Error>;

    /// Sinks, reasons and numbers of messages that were given up.
    fn dead_letters(&self) -> Result<Vec<(String, String, u64)>, Error>;

    /// Begins the attestation of a run and gives its number. Some ten thousand are kept.
    fn begin_run(&self, at: &str, ruleset: &str) -> Result<i64, Error>;

    /// Ends the attestation of a run.
    fn end_run(&self, number: i64, end: &RunEnd) -> Result<(), Error>;

    /// Writes what the inline hook answered; an answer to the same request that is known stays,
    /// unless it was a failure.
    fn put_verdicts(&self, verdicts: &[Verdict]) -> Result<(), Error>;

    /// The newest verdicts, newest first.
    fn verdicts(&self, limit: u64) -> Result<Vec<Verdict>, Error>;

    /// Removes verdicts from before a time (RFC 3339 in UTC), and says how many.
    fn forget_verdicts(&self, before: &str) -> Result<u64, Error>;

    /// Removes what `what` names, with everything that hangs on it, and keeps a record of how much that
    /// was. What the source still has is read again when it is listed again.
    fn purge(&self, what: &Purge, at: &str) -> Result<Purged, Error>;

    /// Counts what [`purge`](Store::purge) would remove, and removes nothing.
    fn would_purge(&self, what: &Purge) -> Result<Purged, Error>;

    /// The records of the newest `limit` purges, newest first.
    fn purges(&self, limit: u64) -> Result<Vec<PurgeRow>, Error>;

    /// The state in a few numbers.
    fn totals(&self) -> Result<Totals, Error>;

    /// Findings with their resources, in a stable order.
    fn findings(&self, filter: &FindingFilter) -> Result<Vec<FindingRow>, Error>;

    /// What was not scanned, in a stable order; at most `limit` rows.
    fn gaps(&self, limit: u64) -> Result<Vec<GapRow>, Error>;

    /// How far open resources were scanned, by kind.
    fn coverage_totals(&self) -> Result<Vec<CoverageTotal>, Error>;

    /// Which open chats, sessions and files belong to which project.
    fn project_members(&self) -> Result<Vec<ProjectMember>, Error>;

    /// Users of an organisation, by id, with every address that was said with something of theirs.
    fn user_addresses(&self, tenant: &str) -> Result<Vec<(String, String)>, Error>;

    /// The attestations of the newest `limit` runs, newest first.
    fn runs(&self, limit: u64) -> Result<Vec<RunRow>, Error>;
}
