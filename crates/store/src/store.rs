//! The seam between the worker and where its state lies.

use dosimeter_record::{Checkpoint, ResourceKind};

use crate::{
    Commit, Committed, Error, FindingFilter, FindingRow, GapRow, Known, ResourceKey, RunEnd,
    RunRow, Totals, WorkItem,
};

/// Where labels, findings, resume positions and attestations are kept.
///
/// Calls block; an asynchronous caller makes them from a thread that may block. Implementations are
/// shared between threads.
///
/// What every implementation promises, and the conformance suite checks:
///
/// * [`commit`](Store::commit) is one durable transaction: all of it or nothing, also after a kill
///   or a power failure.
/// * Committing the same item twice is the same as committing it once.
/// * A checkpoint moves only with a commit, or through [`advance`](Store::advance) when everything
///   before it is already durable.
pub trait Store: Send + Sync {
    /// Reads a fact about the store itself.
    ///
    /// # Errors
    ///
    /// If the database cannot be read.
    fn fact(&self, name: &str) -> Result<Option<String>, Error>;

    /// Writes a fact about the store itself, unless it is already known; gives back what holds now.
    ///
    /// # Errors
    ///
    /// If the database cannot be written.
    fn establish_fact(&self, name: &str, value: &str) -> Result<String, Error>;

    /// The organisations whose resources are here.
    ///
    /// # Errors
    ///
    /// If the database cannot be read.
    fn tenants(&self) -> Result<Vec<String>, Error>;

    /// Where a source is to be resumed.
    ///
    /// # Errors
    ///
    /// If the database cannot be read.
    fn checkpoint(&self, tenant: &str, source: &str) -> Result<Option<Checkpoint>, Error>;

    /// Moves a source past a page of which everything is already durable.
    ///
    /// # Errors
    ///
    /// If the database cannot be written.
    fn advance(
        &self,
        tenant: &str,
        source: &str,
        checkpoint: &Checkpoint,
        at: &str,
    ) -> Result<(), Error>;

    /// Those of `items` that are not done in this version, in the given order.
    ///
    /// # Errors
    ///
    /// If the database cannot be read.
    fn unfinished(&self, tenant: &str, items: Vec<WorkItem>) -> Result<Vec<WorkItem>, Error>;

    /// Items of `kind` that failed and are to be tried again.
    ///
    /// # Errors
    ///
    /// If the database cannot be read.
    fn failed(&self, tenant: &str, kind: ResourceKind) -> Result<Vec<WorkItem>, Error>;

    /// What is known of a resource that still exists and was read completely from a listing with a
    /// checksum.
    ///
    /// # Errors
    ///
    /// If the database cannot be read.
    fn known(&self, tenant: &str, key: &ResourceKey) -> Result<Option<Known>, Error>;

    /// Writes one finished work item, with everything that it changes, in one transaction.
    ///
    /// # Errors
    ///
    /// If the transaction fails; then nothing of it was written.
    fn commit(&self, commit: &Commit) -> Result<Committed, Error>;

    /// Begins the attestation of a run and gives its number.
    ///
    /// # Errors
    ///
    /// If the database cannot be written.
    fn begin_run(&self, at: &str, ruleset: &str) -> Result<i64, Error>;

    /// Ends the attestation of a run.
    ///
    /// # Errors
    ///
    /// If the database cannot be written.
    fn end_run(&self, run: i64, end: &RunEnd) -> Result<(), Error>;

    /// The state in a few numbers.
    ///
    /// # Errors
    ///
    /// If the database cannot be read.
    fn totals(&self) -> Result<Totals, Error>;

    /// Findings with their resources, in a stable order.
    ///
    /// # Errors
    ///
    /// If the database cannot be read.
    fn findings(&self, filter: &FindingFilter) -> Result<Vec<FindingRow>, Error>;

    /// What was not scanned, in a stable order; at most `limit` rows.
    ///
    /// # Errors
    ///
    /// If the database cannot be read.
    fn gaps(&self, limit: u64) -> Result<Vec<GapRow>, Error>;

    /// The attestations of the newest `limit` runs, newest first.
    ///
    /// # Errors
    ///
    /// If the database cannot be read.
    fn runs(&self, limit: u64) -> Result<Vec<RunRow>, Error>;
}
