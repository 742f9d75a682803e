//! What the sinks are to be told, until each has acknowledged it.

use super::{
    parent::is_parent,
    report::{FINDING_COLUMNS, finding_row},
};
use crate::{
    Action, Delivery, OutboxDepth,
    sql::{Result, Row, Sql, values},
};

pub(crate) fn put(
    sql: &mut dyn Sql,
    sink: &str,
    (tenant, finding): (&str, &str),
    (action, at): (Action, &str),
) -> Result<()> {
    sql.execute(
        "INSERT INTO outbox (sink, tenant, finding, action, at, parent)
         VALUES ($1, $2, $3, $4, $5, (SELECT parent FROM tenant WHERE id = $2))",
        values![sink, tenant, finding, action.name(), at],
    )?;
    Ok(())
}

/// The oldest batch of a parent's sink: the one that it was handed before and does not have, as soon as all
/// of it is due, or a new one of at most `limit`.
pub(crate) fn due_together(
    sql: &mut dyn Sql,
    parent: &str,
    sink: &str,
    limit: u32,
) -> Result<Vec<Delivery>> {
    // What has lost its finding is not delivered, and holds nothing up.
    let open = sql.row(
        "SELECT min(o.batch) FROM outbox o JOIN finding f ON f.tenant = o.tenant AND f.id = o.finding
         WHERE o.sink = $1 AND o.parent = $2 AND o.dead IS NULL AND o.batch IS NOT NULL",
        values![sink, parent],
    )?;
    let open = open.map(|row| row.optional_count(0)).transpose()?.flatten();
    let batch = match open.and_then(|batch| i64::try_from(batch).ok()) {
        Some(batch) => batch,
        None => match gather(sql, parent, sink, limit)? {
            Some(batch) => batch,
            None => return Ok(Vec::new()),
        },
    };
    let now = sql.now_ms()?;
    let waits = "SELECT 1 FROM outbox
         WHERE sink = $1 AND batch = $2 AND dead IS NULL AND not_before_ms > $3 AND parent = $4";
    if sql.exists(waits, values![sink, batch, now, parent])? {
        return Ok(Vec::new());
    }
    let query = format!(
        "SELECT {FINDING_COLUMNS}, o.seq, o.action, o.at, o.attempts
         FROM outbox o JOIN finding f ON f.tenant = o.tenant AND f.id = o.finding
             JOIN resource r ON r.seq = f.resource
         WHERE o.sink = $1 AND o.batch = $2 AND o.dead IS NULL AND o.parent = $3 ORDER BY o.seq"
    );
    sql.rows(&query, values![sink, batch, parent])?.iter().map(delivery).collect()
}

/// Makes a batch of the oldest deliveries that are in none.
fn gather(sql: &mut dyn Sql, parent: &str, sink: &str, limit: u32) -> Result<Option<i64>> {
    let oldest = sql.rows(
        "SELECT o.seq FROM outbox o JOIN finding f ON f.tenant = o.tenant AND f.id = o.finding
         WHERE o.sink = $1 AND o.parent = $3 AND o.dead IS NULL AND o.batch IS NULL
         ORDER BY o.seq LIMIT $2",
        values![sink, limit, parent],
    )?;
    let (Some(first), Some(last)) = (oldest.first(), oldest.last()) else { return Ok(None) };
    let (first, last) = (first.integer(0)?, last.integer(0)?);
    sql.execute(
        "UPDATE outbox SET batch = $2 WHERE sink = $1 AND dead IS NULL AND batch IS NULL
             AND seq BETWEEN $2 AND $3 AND parent = $4",
        values![sink, first, last, parent],
    )?;
    Ok(Some(first))
}

/// The oldest deliveries of a parent's sink that are due. The order within a finding holds: what failed and
/// waits holds up what follows it.
pub(crate) fn due(
    sql: &mut dyn Sql,
    parent: &str,
    sink: &str,
    limit: u32,
) -> Result<Vec<Delivery>> {
    let now = sql.now_ms()?;
    let query = format!(
        "SELECT {FINDING_COLUMNS}, o.seq, o.action, o.at, o.attempts
         FROM outbox o JOIN finding f ON f.tenant = o.tenant AND f.id = o.finding
             JOIN resource r ON r.seq = f.resource
         WHERE o.sink = $1 AND o.parent = $4 AND o.dead IS NULL AND o.not_before_ms <= $2
             AND NOT EXISTS (SELECT 1 FROM outbox earlier
             WHERE earlier.parent = o.parent AND earlier.sink = o.sink
                 AND earlier.tenant = o.tenant
                 AND earlier.finding = o.finding AND earlier.seq < o.seq
                 AND earlier.dead IS NULL AND earlier.not_before_ms > $2)
         ORDER BY o.seq LIMIT $3"
    );
    sql.rows(&query, values![sink, now, limit, parent])?.iter().map(delivery).collect()
}

fn delivery(row: &Row) -> Result<Delivery> {
    let (finding, next) = finding_row(row)?;
    let action =
        if row.text(next.saturating_add(1))? == "closed" { Action::Closed } else { Action::Opened };
    Ok(Delivery {
        seq: row.integer(next)?,
        action,
        at: row.text(next.saturating_add(2))?,
        attempts: row.count(next.saturating_add(3))?,
        finding,
    })
}

pub(crate) fn acknowledge(sql: &mut dyn Sql, deliveries: &[i64]) -> Result<()> {
    for seq in deliveries {
        sql.execute("DELETE FROM outbox WHERE seq = $1", values![*seq])?;
    }
    Ok(())
}

pub(crate) fn postpone(sql: &mut dyn Sql, deliveries: &[i64], wait_ms: u64) -> Result<()> {
    let until = sql.now_ms()?.saturating_add(i64::try_from(wait_ms).unwrap_or(i64::MAX));
    for seq in deliveries {
        sql.execute(
            "UPDATE outbox SET attempts = attempts + 1, not_before_ms = $2 WHERE seq = $1",
            values![*seq, until],
        )?;
    }
    Ok(())
}

pub(crate) fn bury(sql: &mut dyn Sql, deliveries: &[i64], reason: &str) -> Result<()> {
    for seq in deliveries {
        sql.execute(
            "UPDATE outbox SET attempts = attempts + 1, dead = $2 WHERE seq = $1",
            values![*seq, reason],
        )?;
    }
    Ok(())
}

/// Gives dead letters another life.
pub(crate) fn exhume(sql: &mut dyn Sql, parent: &str, sink: &str) -> Result<u64> {
    sql.execute(
        "UPDATE outbox SET dead = NULL, attempts = 0, not_before_ms = 0
         WHERE sink = $1 AND parent = $2 AND dead IS NOT NULL",
        values![sink, parent],
    )
}

pub(crate) fn depth(sql: &mut dyn Sql, parent: Option<&str>) -> Result<Vec<OutboxDepth>> {
    let query = format!(
        "SELECT sink, count(*), count(dead), min(at) FROM outbox WHERE {}
         GROUP BY sink ORDER BY sink",
        is_parent("parent", 1)
    );
    let depth = |row: &Row| {
        let (all, dead) = (row.count(1)?, row.count(2)?);
        Ok(OutboxDepth {
            sink: row.text(0)?,
            waiting: all.saturating_sub(dead),
            dead,
            oldest: row.text(3)?,
        })
    };
    sql.rows(&query, values![parent])?.iter().map(depth).collect()
}

/// Why letters are dead: reasons with counts.
pub(crate) fn dead(sql: &mut dyn Sql, parent: Option<&str>) -> Result<Vec<(String, String, u64)>> {
    let query = format!(
        "SELECT sink, dead, count(*) FROM outbox WHERE dead IS NOT NULL AND {}
         GROUP BY sink, dead ORDER BY sink, dead",
        is_parent("parent", 1)
    );
    let reason = |row: &Row| Ok((row.text(0)?, row.text(1)?, row.count(2)?));
    sql.rows(&query, values![parent])?.iter().map(reason).collect()
}
