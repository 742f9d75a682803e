//! A store over any database: each call is one transaction of statements that all databases share.

use dosimeter_record::{Checkpoint, ResourceKind};

use crate::{
    Backlog, Claimed, Commit, Committed, CoverageTotal, Delivery, Enqueue, Error, FindingFilter,
    FindingRow, GapRow, Known, Lease, OutboxDepth, Permits, ProjectMember, Purge, PurgeRow, Purged,
    ResourceKey, RulesChange, RunEnd, RunRow, Store, Totals, Verdict,
    query::{budget, commit, manifest, outbox, parent, purge, queue, report, run, verdict},
    sql::Engine,
};

impl<E: Engine> Store for E {
    fn fact(&self, name: &str) -> Result<Option<String>, Error> {
        self.transact("read a fact", &mut |sql| run::fact(sql, &self.named(name)))
    }

    fn establish_fact(&self, name: &str, value: &str) -> Result<String, Error> {
        self.transact("write a fact", &mut |sql| run::establish_fact(sql, &self.named(name), value))
    }

    fn set_fact(&self, name: &str, value: &str) -> Result<(), Error> {
        self.transact("write a fact", &mut |sql| run::set_fact(sql, &self.named(name), value))
    }

    fn tenants(&self) -> Result<Vec<String>, Error> {
        self.transact("read the organisations", &mut |sql| parent::tenants(sql, self.parent()))
    }

    fn any_foreign(&self, tenants: &[String]) -> Result<bool, Error> {
        self.transact("read the organisations", &mut |sql| {
            parent::any_foreign(sql, self.home(), tenants)
        })
    }

    fn rename_parent(&self, name: &str) -> Result<u64, Error> {
        self.transact("rename the parent organisation", &mut |sql| {
            parent::rename(sql, self.home(), name)
        })
    }

    fn checkpoint(&self, tenant: &str, source: &str) -> Result<Option<Checkpoint>, Error> {
        self.transact("read a checkpoint", &mut |sql| run::checkpoint(sql, tenant, source))
    }

    fn enqueue(&self, page: &Enqueue) -> Result<u64, Error> {
        self.transact("queue a page", &mut |sql| queue::enqueue(sql, self.home(), page))
    }

    fn claim(
        &self,
        holder: &str,
        tenants: &[String],
        limit: u32,
        lease_ms: u64,
    ) -> Result<Vec<Claimed>, Error> {
        self.transact("lease work", &mut |sql| {
            queue::claim(sql, holder, tenants, (limit, lease_ms))
        })
    }

    fn heartbeat(&self, holder: &str, working: &[Claimed], lease_ms: u64) -> Result<(), Error> {
        self.transact("keep leases", &mut |sql| queue::heartbeat(sql, holder, working, lease_ms))
    }

    fn release(&self, holder: &str) -> Result<(), Error> {
        self.transact("release leases", &mut |sql| queue::release(sql, Some(holder)))
    }

    fn retry_failed(&self) -> Result<(), Error> {
        self.transact("queue what failed", &mut |sql| queue::retry_failed(sql, self.home()))
    }

    fn verify_unseen(&self, tenant: &str, kind: ResourceKind, walk: &str) -> Result<u64, Error> {
        self.transact("queue what was not seen", &mut |sql| {
            queue::verify_unseen(sql, tenant, kind, walk)
        })
    }

    fn rescan(&self, tenant: &str, ruleset: &str, limit: u64) -> Result<u64, Error> {
        self.transact("queue a rescan", &mut |sql| queue::rescan(sql, tenant, ruleset, limit))
    }

    fn put_manifest(&self, tenant: &str, version: (&str, &str), at: &str) -> Result<(), Error> {
        self.transact("keep the rules", &mut |sql| {
            manifest::put(sql, (self.home(), tenant), version, at)
        })
    }

    fn manifests(&self, tenant: &str) -> Result<Vec<(String, String)>, Error> {
        self.transact("read the rules", &mut |sql| manifest::all(sql, tenant))
    }

    fn versions(&self, tenant: &str) -> Result<Vec<(String, u64)>, Error> {
        self.transact("read the rules", &mut |sql| manifest::versions(sql, tenant))
    }

    fn carry_resources(
        &self,
        tenant: &str,
        change: &RulesChange,
        after: u64,
    ) -> Result<(u64, Option<u64>), Error> {
        self.transact("take over resources", &mut |sql| {
            manifest::carry_resources(sql, tenant, change, after)
        })
    }

    fn carry_items(
        &self,
        tenant: &str,
        ruleset: &str,
        after: (&str, &str),
    ) -> Result<Option<(String, String)>, Error> {
        self.transact("take over items", &mut |sql| {
            manifest::carry_items(sql, tenant, ruleset, after)
        })
    }

    fn concerned(&self, tenant: &str, change: &RulesChange) -> Result<u64, Error> {
        self.transact("count resources", &mut |sql| manifest::concerned(sql, tenant, change))
    }

    fn outdated(&self, tenant: &str, ruleset: &str) -> Result<u64, Error> {
        self.transact("count items", &mut |sql| manifest::outdated(sql, tenant, ruleset))
    }

    fn holders(&self, tenant: &str, id: &str) -> Result<Vec<(ResourceKind, String)>, Error> {
        self.transact("read who holds a resource", &mut |sql| queue::holders(sql, tenant, id))
    }

    fn backlog(&self) -> Result<Vec<Backlog>, Error> {
        self.transact("read the backlog", &mut |sql| queue::backlog(sql, self.parent()))
    }

    fn lease(&self, name: &str, holder: &str, lease_ms: u64) -> Result<Option<Lease>, Error> {
        self.transact("take a lease", &mut |sql| {
            queue::lease(sql, &self.named(name), holder, lease_ms)
        })
    }

    fn end_lease(&self, lease: &Lease) -> Result<(), Error> {
        self.transact("end a lease", &mut |sql| queue::end_lease(sql, lease))
    }

    fn permits(
        &self,
        budget: &str,
        wanted: u32,
        window: (u32, u64, u64),
    ) -> Result<Permits, Error> {
        self.transact("take from the budget", &mut |sql| {
            budget::permits(sql, &self.named(budget), wanted, window)
        })
    }

    fn starts(&self, budget: &str, window_ms: u64) -> Result<u64, Error> {
        self.transact("read the budget", &mut |sql| {
            budget::starts(sql, &self.named(budget), window_ms)
        })
    }

    fn known(&self, tenant: &str, keys: &[ResourceKey]) -> Result<Vec<Option<Known>>, Error> {
        self.transact("read resources", &mut |sql| report::known(sql, tenant, keys))
    }

    fn commit(&self, item: &Commit) -> Result<Committed, Error> {
        self.transact("commit a work item", &mut |sql| commit::commit(sql, self.home(), item))
    }

    fn due(&self, sink: &str, limit: u32) -> Result<Vec<Delivery>, Error> {
        self.transact("read the outbox", &mut |sql| outbox::due(sql, self.home(), sink, limit))
    }

    fn due_together(&self, sink: &str, limit: u32) -> Result<Vec<Delivery>, Error> {
        self.transact("read the outbox", &mut |sql| {
            outbox::due_together(sql, self.home(), sink, limit)
        })
    }

    fn acknowledge(&self, deliveries: &[i64]) -> Result<(), Error> {
        self.transact("empty the outbox", &mut |sql| outbox::acknowledge(sql, deliveries))
    }

    fn postpone(&self, deliveries: &[i64], wait_ms: u64) -> Result<(), Error> {
        self.transact("write the outbox", &mut |sql| outbox::postpone(sql, deliveries, wait_ms))
    }

    fn bury(&self, deliveries: &[i64], reason: &str) -> Result<(), Error> {
        self.transact("write the outbox", &mut |sql| outbox::bury(sql, deliveries, reason))
    }

    fn exhume(&self, sink: &str) -> Result<u64, Error> {
        self.transact("write the outbox", &mut |sql| outbox::exhume(sql, self.home(), sink))
    }

    fn outbox(&self) -> Result<Vec<OutboxDepth>, Error> {
        self.transact("read the outbox", &mut |sql| outbox::depth(sql, self.parent()))
    }

    fn dead_letters(&self) -> Result<Vec<(String, String, u64)>, Error> {
        self.transact("read the outbox", &mut |sql| outbox::dead(sql, self.parent()))
    }

    fn begin_run(&self, at: &str, ruleset: &str) -> Result<i64, Error> {
        self.transact("begin a run", &mut |sql| run::begin(sql, self.home(), at, ruleset))
    }

    fn end_run(&self, number: i64, end: &RunEnd) -> Result<(), Error> {
        self.transact("end a run", &mut |sql| run::end(sql, self.home(), number, end))
    }

    fn put_verdicts(&self, verdicts: &[Verdict]) -> Result<(), Error> {
        self.transact("write verdicts", &mut |sql| {
            verdicts.iter().try_for_each(|verdict| verdict::put(sql, self.home(), verdict))
        })
    }

    fn verdicts(&self, limit: u64) -> Result<Vec<Verdict>, Error> {
        self.transact("read the verdicts", &mut |sql| verdict::newest(sql, self.parent(), limit))
    }

    fn forget_verdicts(&self, before: &str) -> Result<u64, Error> {
        self.transact("remove old verdicts", &mut |sql| verdict::forget(sql, self.home(), before))
    }

    fn purge(&self, what: &Purge, at: &str) -> Result<Purged, Error> {
        self.transact("purge", &mut |sql| purge::purge(sql, self.home(), what, at))
    }

    fn would_purge(&self, what: &Purge) -> Result<Purged, Error> {
        self.transact("count what a purge removes", &mut |sql| {
            purge::count(sql, self.parent(), what)
        })
    }

    fn purges(&self, limit: u64) -> Result<Vec<PurgeRow>, Error> {
        self.transact("read the purges", &mut |sql| purge::newest(sql, self.parent(), limit))
    }

    fn totals(&self) -> Result<Totals, Error> {
        self.transact("read the totals", &mut |sql| report::totals(sql, self.parent()))
    }

    fn findings(&self, filter: &FindingFilter) -> Result<Vec<FindingRow>, Error> {
        self.transact("read findings", &mut |sql| report::findings(sql, self.parent(), filter))
    }

    fn gaps(&self, limit: u64) -> Result<Vec<GapRow>, Error> {
        self.transact("read gaps", &mut |sql| report::gaps(sql, self.parent(), limit))
    }

    fn coverage_totals(&self) -> Result<Vec<CoverageTotal>, Error> {
        self.transact("read the coverage", &mut |sql| report::coverage_totals(sql, self.parent()))
    }

    fn user_addresses(&self, tenant: &str) -> Result<Vec<(String, String)>, Error> {
        self.transact("read whose resources are here", &mut |sql| {
            report::user_addresses(sql, tenant)
        })
    }

    fn project_members(&self) -> Result<Vec<ProjectMember>, Error> {
        self.transact("read the projects", &mut |sql| report::project_members(sql, self.parent()))
    }

    fn runs(&self, limit: u64) -> Result<Vec<RunRow>, Error> {
        self.transact("read the runs", &mut |sql| run::newest(sql, self.parent(), limit))
    }
}
