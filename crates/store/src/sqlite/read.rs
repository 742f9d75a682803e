//! Everything that only looks.

use std::collections::BTreeMap;

use dosimeter_record::{Checkpoint, Evidence, Label, ResourceKind};
use rusqlite::{Connection, OptionalExtension, Result, Row, named_params, params, types::Type};

use super::evidence::EvidenceRow;
use crate::{
    FindingFilter, FindingRow, GapRow, Known, LabelTotal, ResourceKey, RunRow, Totals, WorkItem,
};

pub(super) fn fact(connection: &Connection, name: &str) -> Result<Option<String>> {
    connection
        .query_row("SELECT value FROM fact WHERE name = ?1", [name], |row| row.get(0))
        .optional()
}

pub(super) fn tenants(connection: &Connection) -> Result<Vec<String>> {
    connection
        .prepare_cached("SELECT id FROM tenant ORDER BY id")?
        .query_map([], |row| row.get(0))?
        .collect()
}

pub(super) fn checkpoint(
    connection: &Connection,
    tenant: &str,
    source: &str,
) -> Result<Option<Checkpoint>> {
    connection
        .prepare_cached("SELECT position FROM checkpoint WHERE tenant = ?1 AND source = ?2")?
        .query_row([tenant, source], |row| row.get::<_, String>(0))
        .optional()
        .map(|position| position.map(Checkpoint::new))
}

/// All positions as one JSON object, for attestations.
pub(super) fn all_checkpoints(connection: &Connection) -> Result<String> {
    let positions: BTreeMap<String, String> = connection
        .prepare_cached("SELECT tenant || '/' || source, position FROM checkpoint")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_>>()?;
    serde_json::to_string(&positions)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))
}

pub(super) fn unfinished(
    connection: &Connection,
    tenant: &str,
    items: Vec<WorkItem>,
) -> Result<Vec<WorkItem>> {
    let mut done = connection.prepare_cached(
        "SELECT 1 FROM work
         WHERE tenant = ?1 AND kind = ?2 AND id = ?3 AND version = ?4 AND state = 'done'",
    )?;
    let mut unfinished = Vec::with_capacity(items.len());
    for item in items {
        if !done.exists([tenant, item.kind.name(), &item.id, &item.version])? {
            unfinished.push(item);
        }
    }
    Ok(unfinished)
}

pub(super) fn failed(
    connection: &Connection,
    tenant: &str,
    kind: ResourceKind,
) -> Result<Vec<WorkItem>> {
    connection
        .prepare_cached(
            "SELECT id, version FROM work
             WHERE tenant = ?1 AND kind = ?2 AND state = 'failed' ORDER BY ended_at, id",
        )?
        .query_map([tenant, kind.name()], |row| {
            Ok(WorkItem { kind, id: row.get(0)?, version: row.get(1)? })
        })?
        .collect()
}

pub(super) fn known(
    connection: &Connection,
    tenant: &str,
    key: &ResourceKey,
) -> Result<Option<Known>> {
    connection
        .prepare_cached(
            "SELECT source_digest, ruleset, evidence,
                 json_object('state', coverage, 'gaps', json((
                     SELECT json_group_array(
                         json_object('reason', reason, 'locator', json(locator))
                         ORDER BY reason, locator)
                     FROM gap WHERE resource = seq)))
             FROM resource
             WHERE tenant = ?1 AND kind = ?2 AND id = ?3
                 AND source_digest IS NOT NULL AND evidence IS NOT NULL AND closed_at IS NULL",
        )?
        .query_row([tenant, key.kind.name(), &key.id], |row| {
            let evidence: Vec<EvidenceRow> = json_column(row, 2)?;
            Ok(Known {
                source_digest: row.get(0)?,
                ruleset: row.get(1)?,
                evidence: evidence.into_iter().map(evidence_from_row).collect::<Result<_>>()?,
                coverage: json_column(row, 3)?,
            })
        })
        .optional()
}

fn evidence_from_row(row: EvidenceRow) -> Result<Evidence> {
    row.evidence()
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(2, Type::Text, Box::new(error)))
}

pub(super) fn totals(connection: &Connection) -> Result<Totals> {
    let count = |query: &str| connection.query_row(query, [], |row| unsigned(row, 0));
    Ok(Totals {
        resources: count("SELECT count(*) FROM resource WHERE closed_at IS NULL")?,
        resources_incomplete: count(
            "SELECT count(*) FROM resource WHERE closed_at IS NULL AND coverage <> 'complete'",
        )?,
        findings: count("SELECT count(*) FROM finding WHERE closed_at IS NULL")?,
        labels: label_totals(connection)?,
        gaps: gap_totals(connection)?,
        failed_items: count("SELECT count(*) FROM work WHERE state = 'failed'")?,
    })
}

fn label_totals(connection: &Connection) -> Result<Vec<LabelTotal>> {
    let mut counted: BTreeMap<String, LabelTotal> = connection
        .prepare_cached(
            "SELECT label, count(*), sum(count) FROM label JOIN resource ON seq = resource
             WHERE closed_at IS NULL GROUP BY label",
        )?
        .query_map([], |row| {
            let label: String = row.get(0)?;
            let (resources, findings) = (unsigned(row, 1)?, unsigned(row, 2)?);
            Ok((label.clone(), LabelTotal { label, resources, findings }))
        })?
        .collect::<Result<_>>()?;
    let mut totals: Vec<LabelTotal> =
        Label::ALL.iter().filter_map(|label| counted.remove(label.name())).collect();
    totals.extend(counted.into_values());
    Ok(totals)
}

fn gap_totals(connection: &Connection) -> Result<Vec<(String, u64)>> {
    connection
        .prepare_cached(
            // What an item has from its members only is counted at the members. What went away before
            // it could be read stays counted, although its resource is closed.
            "SELECT reason, count(*) AS n FROM gap g JOIN resource ON seq = g.resource
             WHERE (closed_at IS NULL OR reason = 'gone') AND NOT EXISTS (
                 SELECT 1 FROM membership m JOIN gap own ON own.resource = m.resource
                 WHERE m.item = g.resource AND own.reason = g.reason)
             GROUP BY reason ORDER BY n DESC, reason",
        )?
        .query_map([], |row| Ok((row.get(0)?, unsigned(row, 1)?)))?
        .collect()
}

pub(super) fn findings(connection: &Connection, filter: &FindingFilter) -> Result<Vec<FindingRow>> {
    let limit = filter.limit.map_or(-1, |limit| i64::try_from(limit).unwrap_or(i64::MAX));
    connection
        .prepare_cached(
            "SELECT f.id, f.tenant, rule, labels, severity, confidence, span_start, span_end,
                 locator, value, snippet, fingerprint, reasons, first_seen, last_seen,
                 f.closed_at, kind, r.id AS resource_id, parent, user_id, user_email, role, href,
                 model, created_at, media_type, coverage
             FROM finding f JOIN resource r ON r.seq = f.resource
             WHERE (:prefix IS NULL OR substr(f.id, 1, length(:prefix)) = :prefix)
                 AND (:tenant IS NULL OR f.tenant = :tenant)
                 AND (:rule IS NULL OR rule = :rule)
                 AND (:resource IS NULL OR r.id = :resource)
                 AND (:label IS NULL
                     OR EXISTS (SELECT 1 FROM json_each(labels) WHERE json_each.value = :label))
                 AND (:closed_too OR f.closed_at IS NULL)
             ORDER BY f.tenant, r.kind, r.id, locator, span_start, rule, f.id
             LIMIT :limit",
        )?
        .query_map(
            named_params! {
                ":prefix": filter.id_prefix,
                ":tenant": filter.tenant,
                ":rule": filter.rule,
                ":resource": filter.resource_id,
                ":label": filter.label,
                ":closed_too": filter.closed_too,
                ":limit": limit,
            },
            finding_row,
        )?
        .collect()
}

fn finding_row(row: &Row<'_>) -> Result<FindingRow> {
    Ok(FindingRow {
        id: row.get("id")?,
        tenant: row.get("tenant")?,
        rule: row.get("rule")?,
        labels: json_column(row, 3)?,
        severity: row.get("severity")?,
        confidence: row.get("confidence")?,
        span_start: unsigned(row, 6)?,
        span_end: unsigned(row, 7)?,
        locator: row.get("locator")?,
        value: row.get("value")?,
        snippet: row.get("snippet")?,
        fingerprint: row.get("fingerprint")?,
        reasons: json_column(row, 12)?,
        first_seen: row.get("first_seen")?,
        last_seen: row.get("last_seen")?,
        closed_at: row.get("closed_at")?,
        resource_kind: row.get("kind")?,
        resource_id: row.get("resource_id")?,
        parent: row.get("parent")?,
        user_id: row.get("user_id")?,
        user_email: row.get("user_email")?,
        role: row.get("role")?,
        href: row.get("href")?,
        model: row.get("model")?,
        created_at: row.get("created_at")?,
        media_type: row.get("media_type")?,
        coverage: row.get("coverage")?,
    })
}

pub(super) fn gaps(connection: &Connection, limit: u64) -> Result<Vec<GapRow>> {
    connection
        .prepare_cached(
            "SELECT tenant, kind, id, parent, reason, locator
             FROM gap JOIN resource ON seq = resource
             WHERE closed_at IS NULL OR reason = 'gone'
             ORDER BY reason, tenant, kind, id, locator LIMIT ?1",
        )?
        .query_map([i64::try_from(limit).unwrap_or(i64::MAX)], |row| {
            Ok(GapRow {
                tenant: row.get(0)?,
                resource_kind: row.get(1)?,
                resource_id: row.get(2)?,
                parent: row.get(3)?,
                reason: row.get(4)?,
                locator: row.get(5)?,
            })
        })?
        .collect()
}

pub(super) fn runs(connection: &Connection, limit: u64) -> Result<Vec<RunRow>> {
    connection
        .prepare_cached(
            "SELECT id, started_at, ruleset, start_checkpoints, ended_at, end_checkpoints, outcome,
                 items, resources, findings, gaps, requests, last_request_id
             FROM run ORDER BY id DESC LIMIT ?1",
        )?
        .query_map(params![i64::try_from(limit).unwrap_or(i64::MAX)], |row| {
            Ok(RunRow {
                id: row.get(0)?,
                started_at: row.get(1)?,
                ruleset: row.get(2)?,
                start_checkpoints: row.get(3)?,
                ended_at: row.get(4)?,
                end_checkpoints: row.get(5)?,
                outcome: row.get(6)?,
                items: optional_unsigned(row, 7)?,
                resources: optional_unsigned(row, 8)?,
                findings: optional_unsigned(row, 9)?,
                gaps: optional_unsigned(row, 10)?,
                requests: optional_unsigned(row, 11)?,
                last_request_id: row.get(12)?,
            })
        })?
        .collect()
}

fn json_column<T: serde::de::DeserializeOwned>(row: &Row<'_>, column: usize) -> Result<T> {
    let text: String = row.get(column)?;
    serde_json::from_str(&text).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(error))
    })
}

/// SQLite integers are signed; counts and offsets never are.
fn unsigned(row: &Row<'_>, column: usize) -> Result<u64> {
    let value: i64 = row.get(column)?;
    Ok(u64::try_from(value).unwrap_or(0))
}

fn optional_unsigned(row: &Row<'_>, column: usize) -> Result<Option<u64>> {
    let value: Option<i64> = row.get(column)?;
    Ok(value.map(|value| u64::try_from(value).unwrap_or(0)))
}
