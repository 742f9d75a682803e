//! Facts, positions and attestations.

use std::collections::BTreeMap;

use dosimeter_record::Checkpoint;

use super::parent::{is_ours, is_parent};
use crate::{
    RunEnd, RunRow,
    sql::{Result, Row, Sql, json, values},
};

pub(crate) fn fact(sql: &mut dyn Sql, name: &str) -> Result<Option<String>> {
    sql.row("SELECT value FROM fact WHERE name = $1", values![name])?
        .map(|row| row.text(0))
        .transpose()
}

pub(crate) fn establish_fact(sql: &mut dyn Sql, name: &str, value: &str) -> Result<String> {
    sql.execute(
        "INSERT INTO fact (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        values![name, value],
    )?;
    Ok(fact(sql, name)?.unwrap_or_default())
}

pub(crate) fn set_fact(sql: &mut dyn Sql, name: &str, value: &str) -> Result<()> {
    sql.execute(
        "INSERT INTO fact (name, value) VALUES ($1, $2)
         ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        values![name, value],
    )?;
    Ok(())
}

pub(crate) fn checkpoint(
    sql: &mut dyn Sql,
    tenant: &str,
    source: &str,
) -> Result<Option<Checkpoint>> {
    sql.row(
        "SELECT position FROM checkpoint WHERE tenant = $1 AND source = $2",
        values![tenant, source],
    )?
    .map(|row| row.text(0).map(Checkpoint::new))
    .transpose()
}

pub(crate) fn put_checkpoint(
    sql: &mut dyn Sql,
    tenant: &str,
    (source, checkpoint): (&str, &Checkpoint),
    at: &str,
) -> Result<()> {
    sql.execute(
        "INSERT INTO checkpoint (tenant, source, position, moved_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (tenant, source)
         DO UPDATE SET position = excluded.position, moved_at = excluded.moved_at",
        values![tenant, source, checkpoint.as_str(), at],
    )?;
    Ok(())
}

/// All positions as one JSON object, for attestations.
fn all_checkpoints(sql: &mut dyn Sql, parent: &str) -> Result<String> {
    let query =
        format!("SELECT tenant, source, position FROM checkpoint WHERE {}", is_ours("tenant", 1));
    let rows = sql.rows(&query, values![parent])?;
    let positions: BTreeMap<String, String> = rows
        .iter()
        .map(|row| Ok((format!("{}/{}", row.text(0)?, row.text(1)?), row.text(2)?)))
        .collect::<Result<_>>()?;
    json(&positions)
}

pub(crate) fn begin(sql: &mut dyn Sql, parent: &str, at: &str, ruleset: &str) -> Result<i64> {
    let checkpoints = all_checkpoints(sql, parent)?;
    let row = sql.row(
        "INSERT INTO run (started_at, ruleset, start_checkpoints, parent) VALUES ($1, $2, $3, $4)
         RETURNING id",
        values![at, ruleset, checkpoints, parent],
    )?;
    // A worker that stays begins a run every minute.
    sql.execute(
        "DELETE FROM run WHERE parent = $1 AND id <= (
             SELECT id FROM run WHERE parent = $1 ORDER BY id DESC LIMIT 1 OFFSET $2)",
        values![parent, RUNS_KEPT],
    )?;
    row.map_or(Ok(0), |row| row.integer(0))
}

/// A week of runs, if there is one every minute.
const RUNS_KEPT: i64 = 10_080;

pub(crate) fn end(sql: &mut dyn Sql, parent: &str, run: i64, end: &RunEnd) -> Result<()> {
    let checkpoints = all_checkpoints(sql, parent)?;
    sql.execute(
        "UPDATE run SET ended_at = $2, end_checkpoints = $3, outcome = $4, items = $5,
             resources = $6, findings = $7, gaps = $8, requests = $9, backlog = $10,
             last_request_id = $11
         WHERE id = $1",
        values![
            run,
            &end.at,
            checkpoints,
            &end.outcome,
            end.items,
            end.resources,
            end.findings,
            end.gaps,
            end.requests,
            end.backlog,
            &end.last_request_id,
        ],
    )?;
    Ok(())
}

pub(crate) fn newest(sql: &mut dyn Sql, parent: Option<&str>, limit: u64) -> Result<Vec<RunRow>> {
    let query = format!(
        "SELECT id, started_at, ruleset, start_checkpoints, ended_at, end_checkpoints, outcome,
             items, resources, findings, gaps, requests, backlog, last_request_id
         FROM run WHERE {} ORDER BY id DESC LIMIT $2",
        is_parent("parent", 1)
    );
    sql.rows(&query, values![parent, limit])?.iter().map(run_row).collect()
}

fn run_row(row: &Row) -> Result<RunRow> {
    Ok(RunRow {
        id: row.integer(0)?,
        started_at: row.text(1)?,
        ruleset: row.text(2)?,
        start_checkpoints: row.text(3)?,
        ended_at: row.optional_text(4)?,
        end_checkpoints: row.optional_text(5)?,
        outcome: row.optional_text(6)?,
        items: row.optional_count(7)?,
        resources: row.optional_count(8)?,
        findings: row.optional_count(9)?,
        gaps: row.optional_count(10)?,
        requests: row.optional_count(11)?,
        backlog: row.optional_count(12)?,
        last_request_id: row.optional_text(13)?,
    })
}
