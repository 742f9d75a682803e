//! Removal on purpose: for a time or a user of a parent, in one transaction, with a record.

use super::parent::{is_ours, is_parent};
use crate::{
    Purge, PurgeRow, Purged,
    sql::{Result, Row, Sql, values},
};

/// Removes what `purge` names, and keeps a record of how much that was.
pub(crate) fn purge(sql: &mut dyn Sql, parent: &str, purge: &Purge, at: &str) -> Result<Purged> {
    let purged = each(purge, &mut |table, condition, value| {
        sql.execute(&format!("DELETE FROM {table} WHERE {condition}"), values![value, parent])
    })?;
    sql.execute(
        "INSERT INTO purge (at, what, before, items, resources, findings, messages, verdicts, parent)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        values![
            at,
            purge.name(),
            purge.before(),
            purged.items,
            purged.resources,
            purged.findings,
            purged.messages,
            purged.verdicts,
            parent,
        ],
    )?;
    Ok(purged)
}

/// Counts what [`purge`] would remove.
pub(crate) fn count(sql: &mut dyn Sql, parent: Option<&str>, purge: &Purge) -> Result<Purged> {
    each(purge, &mut |table, condition, value| {
        let count = format!("SELECT count(*) FROM {table} WHERE {condition}");
        sql.row(&count, values![value, parent])?.map_or(Ok(0), |row| row.count(0))
    })
}

/// What is done to the rows of a table that a condition over one value and the parent names.
type Apply<'a> = &'a mut dyn FnMut(&str, &str, &str) -> Result<u64>;

/// Goes through all tables, those that refer to others first.
fn each(purge: &Purge, apply: Apply<'_>) -> Result<Purged> {
    let (resources, verdicts, value) = match purge {
        Purge::Deleted { before } => ("closed_at < $1", "$1 = ''", before),
        Purge::User { name } => (BY_USER, BY_USER, name),
        Purge::Age { before } => ("scanned_at < $1", "at < $1", before),
    };
    let ours = is_ours("tenant", 2);
    let resources = format!("({resources}) AND {ours}");
    let verdicts = format!("({verdicts}) AND {ours}");
    let resource = format!("IN (SELECT seq FROM resource WHERE {resources})");
    // A finding can be gone from a resource that is still there.
    let findings = match purge {
        Purge::Deleted { .. } => format!("(resource {resource} OR closed_at < $1) AND {ours}"),
        _ => format!("resource {resource}"),
    };
    let told = format!("(tenant, finding) IN (SELECT tenant, id FROM finding WHERE {findings})");
    let item =
        format!("(tenant, kind, id) IN (SELECT tenant, kind, id FROM resource WHERE {resources})");
    let messages = apply("outbox", &told, value)?;
    let findings = apply("finding", &findings, value)?;
    for table in ["label", "gap"] {
        apply(table, &format!("resource {resource}"), value)?;
    }
    apply("membership", &format!("item {resource} OR resource {resource}"), value)?;
    let items = apply("work", &item, value)?;
    let resources = apply("resource", &resources, value)?;
    let verdicts = apply("verdict", &verdicts, value)?;
    Ok(Purged { items, resources, findings, messages, verdicts })
}

const BY_USER: &str = "user_id = $1 OR lower(user_email) = lower($1)";

/// The newest records, newest first.
pub(crate) fn newest(sql: &mut dyn Sql, parent: Option<&str>, limit: u64) -> Result<Vec<PurgeRow>> {
    let query = format!(
        "SELECT at, what, before, items, resources, findings, messages, verdicts
         FROM purge WHERE {} ORDER BY seq DESC LIMIT $2",
        is_parent("parent", 1)
    );
    sql.rows(&query, values![parent, limit])?.iter().map(purge_row).collect()
}

fn purge_row(row: &Row) -> Result<PurgeRow> {
    Ok(PurgeRow {
        at: row.text(0)?,
        what: row.text(1)?,
        before: row.optional_text(2)?,
        purged: Purged {
            items: row.count(3)?,
            resources: row.count(4)?,
            findings: row.count(5)?,
            messages: row.count(6)?,
            verdicts: row.count(7)?,
        },
    })
}
