//! The queue: what was listed and is not durable yet, and who works on it.

use dosimeter_record::ResourceKind;

use super::{
    parent::{is_ours, put_tenant},
    run::put_checkpoint,
};
use crate::{
    Backlog, Claimed, Enqueue, Lease, Listed, Priority, WorkItem,
    sql::{Failure, Result, Row, Sql, shape, values},
};

/// Queues a page and moves its source, if whoever listed it still may. Says how many of its items have
/// to be worked on.
pub(crate) fn enqueue(sql: &mut dyn Sql, parent: &str, page: &Enqueue) -> Result<u64> {
    if let Some(lease) = &page.lease {
        check_lease(sql, lease)?;
    }
    put_tenant(sql, parent, &page.tenant, &page.at)?;
    let now = sql.now_ms()?;
    let mut ready: u64 = 0;
    for (order, listed) in (0_i64..).zip(&page.items) {
        if !listed.left_out || listed.deleted {
            // In the order of the listing, also within one millisecond.
            let queued = now.saturating_mul(1_000).saturating_add(order);
            ready = ready.saturating_add(put(sql, page, listed, queued)?);
        }
        if let Some(walk) = &page.walk {
            note_seen(sql, &page.tenant, &listed.item, walk)?;
        }
    }
    if let Some((source, checkpoint)) = &page.checkpoint {
        put_checkpoint(sql, &page.tenant, (source, checkpoint), &page.at)?;
    }
    Ok(ready)
}

fn put(sql: &mut dyn Sql, page: &Enqueue, listed: &Listed, queued: i64) -> Result<u64> {
    let WorkItem { kind, id, version } = &listed.item;
    let known = "SELECT 1 FROM work WHERE tenant = $1 AND kind = $2 AND id = $3";
    let known_only = page.known_only || listed.left_out;
    if known_only && !sql.exists(known, values![&page.tenant, kind.name(), id])? {
        return Ok(0);
    }
    sql.execute(
        "INSERT INTO work (tenant, kind, id, version, state, priority, queued_ms, deleted)
         VALUES ($1, $2, $3, $4, 'ready', $5, $6, $7)
         ON CONFLICT (tenant, kind, id) DO UPDATE SET
             version = excluded.version,
             deleted = excluded.deleted,
             again = CASE WHEN work.state <> 'leased' THEN 0 WHEN $8 = 1 THEN 2
                 WHEN work.version = excluded.version THEN work.again
                 WHEN work.again = 2 THEN 2 ELSE 1 END,
             state = CASE WHEN work.state = 'leased' THEN 'leased' ELSE 'ready' END,
             priority = CASE WHEN work.state <> 'done' AND work.priority < excluded.priority
                 THEN work.priority ELSE excluded.priority END,
             queued_ms = CASE WHEN work.state = 'ready' THEN work.queued_ms
                 ELSE excluded.queued_ms END,
             not_before_ms = 0
         WHERE $8 = 1 OR work.done_version IS DISTINCT FROM excluded.version
             OR work.ruleset IS DISTINCT FROM $9",
        values![
            &page.tenant,
            kind.name(),
            id,
            version,
            page.priority.rank(),
            queued,
            listed.deleted,
            listed.forced,
            &page.ruleset,
        ],
    )
}

/// Notes that a walk over the whole source showed an item, if it is known.
fn note_seen(sql: &mut dyn Sql, tenant: &str, item: &WorkItem, walk: &str) -> Result<()> {
    sql.execute(
        "UPDATE work SET seen = $4 WHERE tenant = $1 AND kind = $2 AND id = $3",
        values![tenant, item.kind.name(), &item.id, walk],
    )?;
    Ok(())
}

/// Leases the next items of some organisations to `holder`: those that are due, and those whose holder fell
/// silent.
pub(crate) fn claim(
    sql: &mut dyn Sql,
    holder: &str,
    tenants: &[String],
    (limit, lease_ms): (u32, u64),
) -> Result<Vec<Claimed>> {
    let now = sql.now_ms()?;
    let until = now.saturating_add(i64::try_from(lease_ms).unwrap_or(i64::MAX));
    let query = due(sql.skip_locked());
    let mut due = Vec::new();
    for tenant in tenants {
        for row in sql.rows(&query, values![now, limit, tenant])? {
            due.push((row.integer(0)?, row.integer(1)?, row.text(2)?, row.text(3)?, tenant));
        }
    }
    due.sort();
    let mut claimed = Vec::new();
    for (_, _, id, kind, tenant) in due.into_iter().take(limit as usize) {
        let leased = sql.row(
            "UPDATE work SET state = 'leased', again = 0, holder = $4, token = token + 1,
                 lease_until_ms = $5
             WHERE tenant = $1 AND kind = $2 AND id = $3
             RETURNING tenant, kind, id, version, deleted, token, attempts",
            values![tenant, kind, id, holder, until],
        )?;
        claimed.extend(leased.as_ref().map(claimed_row).transpose()?);
    }
    Ok(claimed)
}

/// The next items of an organisation: what is due, and what a silent holder has.
fn due(skip_locked: &str) -> String {
    // The first condition follows from the others. It stands there for the index that has it too: without
    // it every claim would read the whole queue.
    format!(
        "SELECT priority, queued_ms, id, kind FROM work
         WHERE tenant = $3 AND state <> 'done' AND ((state IN ('ready', 'failed') AND not_before_ms <= $1)
             OR (state = 'leased' AND lease_until_ms < $1))
         ORDER BY priority, queued_ms, id LIMIT $2 {skip_locked}"
    )
}

fn claimed_row(row: &Row) -> Result<Claimed> {
    let kind = ResourceKind::of_name(&row.text(1)?)
        .ok_or_else(|| shape("the queue holds a kind that this program does not know"))?;
    Ok(Claimed {
        tenant: row.text(0)?,
        item: WorkItem { kind, id: row.text(2)?, version: row.text(3)? },
        deleted: row.integer(4)? != 0,
        token: row.count(5)?,
        attempts: row.count(6)?,
    })
}

/// Keeps the leases of a worker that is alive: of the items that it knows to be its own. A claim whose
/// answer got lost was made and is nobody's work, so that it has to run out.
pub(crate) fn heartbeat(
    sql: &mut dyn Sql,
    holder: &str,
    working: &[Claimed],
    lease_ms: u64,
) -> Result<()> {
    let until = sql.now_ms()?.saturating_add(i64::try_from(lease_ms).unwrap_or(i64::MAX));
    for Claimed { tenant, item, token, .. } in working {
        sql.execute(
            "UPDATE work SET lease_until_ms = $5
             WHERE tenant = $1 AND kind = $2 AND id = $3 AND token = $4 AND state = 'leased'",
            values![tenant, item.kind.name(), &item.id, *token, until],
        )?;
    }
    sql.execute("UPDATE lease SET until_ms = $2 WHERE holder = $1", values![holder, until])?;
    Ok(())
}

/// Gives back what a worker will not finish; everything, if it names nobody.
pub(crate) fn release(sql: &mut dyn Sql, holder: Option<&str>) -> Result<()> {
    let (whose, values) = match holder {
        Some(holder) => ("holder = $1", values![holder]),
        None => ("1 = 1", values![]),
    };
    let work = format!("UPDATE work SET state = 'ready' WHERE state = 'leased' AND {whose}");
    sql.execute(&work, values)?;
    sql.execute(&format!("UPDATE lease SET until_ms = 0 WHERE {whose}"), values)?;
    Ok(())
}

/// Lets everything of a parent that failed be tried at once.
pub(crate) fn retry_failed(sql: &mut dyn Sql, parent: &str) -> Result<()> {
    let ours = is_ours("tenant", 1);
    let retry = format!("UPDATE work SET not_before_ms = 0 WHERE state = 'failed' AND {ours}");
    sql.execute(&retry, values![parent])?;
    Ok(())
}

/// Queues what a complete walk over a source did not see, to find out whether it is gone.
pub(crate) fn verify_unseen(
    sql: &mut dyn Sql,
    tenant: &str,
    kind: ResourceKind,
    walk: &str,
) -> Result<u64> {
    let now = sql.now_ms()?.saturating_mul(1_000);
    sql.execute(
        "UPDATE work SET state = 'ready', priority = $4, queued_ms = $5, not_before_ms = 0
         WHERE tenant = $1 AND kind = $2 AND seen IS DISTINCT FROM $3 AND state = 'done'
             AND gone = 0",
        values![tenant, kind.name(), walk, Priority::Verify.rank(), now],
    )
}

/// Queues what was done under other rules, what is cheap to read first.
pub(crate) fn rescan(sql: &mut dyn Sql, tenant: &str, ruleset: &str, limit: u64) -> Result<u64> {
    let now = sql.now_ms()?.saturating_mul(1_000);
    sql.execute(
        "UPDATE work SET state = 'ready', priority = $4, queued_ms = $5 + cost, not_before_ms = 0
         WHERE tenant = $1 AND (kind, id) IN (
             SELECT kind, id FROM work
             -- A prompt cannot be asked for again.
             WHERE tenant = $1 AND state = 'done' AND gone = 0 AND kind <> 'prompt'
                 AND done_version IS NOT NULL AND ruleset IS DISTINCT FROM $2
             ORDER BY cost, id LIMIT $3)",
        values![tenant, ruleset, limit, Priority::Rescan.rank(), now],
    )
}

pub(crate) fn backlog(sql: &mut dyn Sql, parent: Option<&str>) -> Result<Vec<Backlog>> {
    let query = format!(
        "SELECT kind, priority, state, count(*), min(queued_ms) FROM work
         WHERE state <> 'done' AND {}
         GROUP BY kind, priority, state ORDER BY priority, kind, state",
        is_ours("tenant", 1)
    );
    let row = |row: &Row| {
        Ok(Backlog {
            kind: row.text(0)?,
            priority: Priority::of_rank(row.integer(1)?),
            state: row.text(2)?,
            items: row.count(3)?,
            oldest_ms: row.count(4)? / 1_000,
        })
    };
    sql.rows(&query, values![parent])?.iter().map(row).collect()
}

/// The items that hold a resource of this id, whatever its kind.
pub(crate) fn holders(
    sql: &mut dyn Sql,
    tenant: &str,
    id: &str,
) -> Result<Vec<(ResourceKind, String)>> {
    sql.rows(
        "SELECT DISTINCT item.kind, item.id FROM resource r
             JOIN membership ON resource = r.seq JOIN resource item ON item.seq = membership.item
         WHERE r.tenant = $1 AND r.id = $2 AND item.closed_at IS NULL ORDER BY item.kind, item.id",
        values![tenant, id],
    )?
    .iter()
    .filter_map(|row| match (row.text(0), row.text(1)) {
        (Ok(kind), Ok(id)) => ResourceKind::of_name(&kind).map(|kind| Ok((kind, id))),
        (Err(failure), _) | (_, Err(failure)) => Some(Err(failure)),
    })
    .collect()
}

/// Takes a right, unless somebody else has it.
pub(crate) fn lease(
    sql: &mut dyn Sql,
    name: &str,
    holder: &str,
    lease_ms: u64,
) -> Result<Option<Lease>> {
    let now = sql.now_ms()?;
    let until = now.saturating_add(i64::try_from(lease_ms).unwrap_or(i64::MAX));
    let row = sql.row(
        "INSERT INTO lease (name, holder, token, until_ms) VALUES ($1, $2, 1, $3)
         ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, token = lease.token + 1,
             until_ms = excluded.until_ms
         WHERE lease.holder = excluded.holder OR lease.until_ms < $4
         RETURNING token",
        values![name, holder, until, now],
    )?;
    row.map(|row| {
        Ok(Lease { name: name.to_owned(), holder: holder.to_owned(), token: row.count(0)? })
    })
    .transpose()
}

/// Ends a right before its time.
pub(crate) fn end_lease(sql: &mut dyn Sql, lease: &Lease) -> Result<()> {
    sql.execute(
        "UPDATE lease SET until_ms = 0 WHERE name = $1 AND holder = $2 AND token = $3",
        values![&lease.name, &lease.holder, lease.token],
    )?;
    Ok(())
}

/// Whether the right is still there; locks it until the end of the transaction.
fn check_lease(sql: &mut dyn Sql, lease: &Lease) -> Result<()> {
    let held = sql.execute(
        "UPDATE lease SET token = token WHERE name = $1 AND holder = $2 AND token = $3
             AND until_ms > 0",
        values![&lease.name, &lease.holder, lease.token],
    )?;
    if held == 1 { Ok(()) } else { Err(Failure::Fenced) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{SqliteStore, sql::Engine as _};

    #[test]
    fn a_claim_does_not_read_the_whole_queue() {
        let directory = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(directory.path()).unwrap();
        let explain = &mut |sql: &mut dyn Sql| {
            let plan = format!("EXPLAIN QUERY PLAN {}", due(sql.skip_locked()));
            let rows = sql.rows(&plan, values![0_i64, 1_u32, "tenant"])?;
            rows.iter().map(|row| row.text(3)).collect::<Result<Vec<_>>>()
        };
        let plan = store.transact("explain a claim", explain).unwrap();
        assert!(plan[0].contains("USING INDEX work_ready (tenant=?)"), "{plan:?}");
    }
}
