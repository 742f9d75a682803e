//! What is read back: findings, gaps, totals, and what is known of a resource.

use std::collections::BTreeMap;

use dosimeter_record::{Coverage, Evidence, Gap, Label};

use super::{evidence::EvidenceRow, parent::is_ours};
use crate::{
    CoverageTotal, FindingFilter, FindingRow, GapRow, Known, LabelTotal, ProjectMember,
    ResourceKey, Totals,
    sql::{Failure, Result, Row, Sql, Value, shape, values},
};

/// The columns of a [`FindingRow`], in its order, of `finding f` and `resource r`.
pub(crate) const FINDING_COLUMNS: &str = "f.id, f.tenant, f.rule, f.labels, f.severity, \
     f.confidence, f.span_start, f.span_end, f.locator, f.value, f.snippet, f.fingerprint, \
     f.reasons, f.first_seen, f.last_seen, f.closed_at, r.kind, r.id, r.parent, r.user_id, \
     r.user_email, f.origin, r.href, r.model, r.surface, r.created_at, r.media_type, r.coverage";

/// Reads a finding, and says at which column it ends.
pub(crate) fn finding_row(row: &Row) -> Result<(FindingRow, usize)> {
    let finding = FindingRow {
        id: row.text(0)?,
        tenant: row.text(1)?,
        rule: row.text(2)?,
        labels: row.json(3)?,
        severity: row.text(4)?,
        confidence: row.text(5)?,
        span_start: row.count(6)?,
        span_end: row.count(7)?,
        locator: row.text(8)?,
        value: row.text(9)?,
        snippet: row.text(10)?,
        fingerprint: row.text(11)?,
        reasons: row.json(12)?,
        first_seen: row.text(13)?,
        last_seen: row.text(14)?,
        closed_at: row.optional_text(15)?,
        resource_kind: row.text(16)?,
        resource_id: row.text(17)?,
        parent: row.optional_text(18)?,
        user_id: row.optional_text(19)?,
        user_email: row.optional_text(20)?,
        role: row.text(21)?,
        href: row.optional_text(22)?,
        model: row.optional_text(23)?,
        surface: row.optional_text(24)?,
        created_at: row.optional_text(25)?,
        media_type: row.optional_text(26)?,
        coverage: row.text(27)?,
    };
    Ok((finding, 28))
}

pub(crate) fn findings(
    sql: &mut dyn Sql,
    parent: Option<&str>,
    filter: &FindingFilter,
) -> Result<Vec<FindingRow>> {
    let mut conditions = Vec::new();
    let mut given: Vec<Value> = Vec::new();
    let mut with = |condition: &str, value: Option<Value>| {
        if let Some(value) = value {
            given.push(value);
            conditions.push(condition.replace('?', &format!("${}", given.len())));
        }
    };
    let prefix = filter.id_prefix.as_ref();
    let like = |pattern: String| Some(Value::from(pattern));
    // Ids are hexadecimal, and labels are words: neither holds a wildcard.
    let is_plain = |text: &&String| text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    with("f.id LIKE ?", prefix.filter(is_plain).and_then(|prefix| like(format!("{prefix}%"))));
    with("f.id = ?", prefix.filter(|prefix| !is_plain(prefix)).map(Value::from));
    with("f.tenant = ?", filter.tenant.as_ref().map(Value::from));
    with("f.rule = ?", filter.rule.as_ref().map(Value::from));
    with("r.id = ?", filter.resource_id.as_ref().map(Value::from));
    let label = filter.label.as_ref();
    with("f.labels LIKE ?", label.and_then(|label| like(format!("%\"{label}\"%"))));
    let mut order = "f.tenant, r.kind, r.id, f.locator, f.span_start, f.rule, f.id";
    if let Some((tenant, id)) = &filter.after {
        given.extend([tenant.into(), id.into()]);
        let last = given.len();
        conditions.push(format!("(f.tenant, f.id) > (${}, ${last})", last.saturating_sub(1)));
        order = "f.tenant, f.id";
    }
    if !filter.closed_too {
        conditions.push("f.closed_at IS NULL".to_owned());
    }
    given.push(parent.into());
    conditions.push(is_ours("f.tenant", given.len()));
    given.push(filter.limit.unwrap_or(u64::MAX).into());
    let query = format!(
        "SELECT {FINDING_COLUMNS} FROM finding f JOIN resource r ON r.seq = f.resource WHERE {}
         ORDER BY {order} LIMIT ${}",
        conditions.join(" AND "),
        given.len(),
    );
    sql.rows(&query, &given)?
        .iter()
        .map(|row| finding_row(row).map(|(finding, _)| finding))
        .collect()
}

pub(crate) fn known(
    sql: &mut dyn Sql,
    tenant: &str,
    keys: &[ResourceKey],
) -> Result<Vec<Option<Known>>> {
    keys.iter().map(|key| known_one(sql, tenant, key)).collect()
}

fn known_one(sql: &mut dyn Sql, tenant: &str, key: &ResourceKey) -> Result<Option<Known>> {
    let row = sql.row(
        "SELECT seq, source_digest, ruleset, evidence, coverage FROM resource
         WHERE tenant = $1 AND kind = $2 AND id = $3
             AND source_digest IS NOT NULL AND evidence IS NOT NULL AND closed_at IS NULL",
        values![tenant, key.kind.name(), &key.id],
    )?;
    let Some(row) = row else { return Ok(None) };
    let gaps = sql.rows(
        "SELECT reason, locator FROM gap WHERE resource = $1 ORDER BY reason, locator",
        values![row.integer(0)?],
    )?;
    let evidence: Vec<EvidenceRow> = row.json(3)?;
    Ok(Some(Known {
        source_digest: row.text(1)?,
        ruleset: row.text(2)?,
        evidence: evidence.into_iter().map(evidence_from_row).collect::<Result<_>>()?,
        coverage: coverage(&row.text(4)?, &gaps)?,
    }))
}

fn evidence_from_row(row: EvidenceRow) -> Result<Evidence> {
    row.evidence().map_err(|error| Failure::Database(Box::new(error)))
}

fn coverage(state: &str, gaps: &[Row]) -> Result<Coverage> {
    let gaps = gaps.iter().map(gap).collect::<Result<Vec<Gap>>>()?;
    let value = serde_json::json!({ "state": state, "gaps": gaps });
    serde_json::from_value(value).map_err(|error| Failure::Database(Box::new(error)))
}

fn gap(row: &Row) -> Result<Gap> {
    let reason = serde_json::from_value(row.text(0)?.into())
        .map_err(|_| shape("a gap has a reason that this program does not know"))?;
    Ok(Gap::at(reason, row.json(1)?))
}

pub(crate) fn totals(sql: &mut dyn Sql, parent: Option<&str>) -> Result<Totals> {
    let ours = is_ours("tenant", 1);
    let mut count = |rows: &str| {
        let row = sql.row(&format!("SELECT count(*) FROM {rows} AND {ours}"), values![parent])?;
        row.map_or(Ok(0), |row| row.count(0))
    };
    Ok(Totals {
        resources: count("resource WHERE closed_at IS NULL")?,
        resources_incomplete: count("resource WHERE closed_at IS NULL AND coverage <> 'complete'")?,
        findings: count("finding WHERE closed_at IS NULL")?,
        failed_items: count("work WHERE state = 'failed'")?,
        labels: label_totals(sql, parent)?,
        gaps: gap_totals(sql, parent)?,
    })
}

fn label_totals(sql: &mut dyn Sql, parent: Option<&str>) -> Result<Vec<LabelTotal>> {
    let query = format!(
        "SELECT label, count(*), CAST(sum(count) AS BIGINT)
         FROM label JOIN resource ON seq = resource
         WHERE closed_at IS NULL AND {} GROUP BY label",
        is_ours("tenant", 1)
    );
    let mut counted: BTreeMap<String, LabelTotal> = sql
        .rows(&query, values![parent])?
        .iter()
        .map(|row| {
            let label = row.text(0)?;
            let (resources, findings) = (row.count(1)?, row.count(2)?);
            Ok((label.clone(), LabelTotal { label, resources, findings }))
        })
        .collect::<Result<_>>()?;
    let mut totals: Vec<LabelTotal> =
        Label::ALL.iter().filter_map(|label| counted.remove(label.name())).collect();
    totals.extend(counted.into_values());
    Ok(totals)
}

fn gap_totals(sql: &mut dyn Sql, parent: Option<&str>) -> Result<Vec<(String, u64)>> {
    // What an item has from its members only is counted at the members. What went away before it could
    // be read stays counted, although its resource is closed.
    let query = format!(
        "SELECT reason, count(*) AS n FROM gap g JOIN resource ON seq = g.resource
         WHERE (closed_at IS NULL OR reason = 'gone') AND {} AND NOT EXISTS (
             SELECT 1 FROM membership m JOIN gap own ON own.resource = m.resource
             WHERE m.item = g.resource AND own.reason = g.reason)
         GROUP BY reason ORDER BY n DESC, reason",
        is_ours("tenant", 1)
    );
    let reason = |row: &Row| Ok((row.text(0)?, row.count(1)?));
    sql.rows(&query, values![parent])?.iter().map(reason).collect()
}

pub(crate) fn gaps(sql: &mut dyn Sql, parent: Option<&str>, limit: u64) -> Result<Vec<GapRow>> {
    let query = format!(
        "SELECT tenant, kind, id, parent, reason, locator, href
         FROM gap JOIN resource ON seq = resource
         WHERE (closed_at IS NULL OR reason = 'gone') AND {}
         ORDER BY reason, tenant, kind, id, locator LIMIT $2",
        is_ours("tenant", 1)
    );
    let gap = |row: &Row| {
        Ok(GapRow {
            tenant: row.text(0)?,
            resource_kind: row.text(1)?,
            resource_id: row.text(2)?,
            parent: row.optional_text(3)?,
            reason: row.text(4)?,
            locator: row.text(5)?,
            href: row.optional_text(6)?,
        })
    };
    sql.rows(&query, values![parent, limit])?.iter().map(gap).collect()
}

pub(crate) fn coverage_totals(
    sql: &mut dyn Sql,
    parent: Option<&str>,
) -> Result<Vec<CoverageTotal>> {
    let query = format!(
        "SELECT kind, coverage, count(*) FROM resource WHERE closed_at IS NULL AND {}
         GROUP BY kind, coverage ORDER BY kind, coverage",
        is_ours("tenant", 1)
    );
    let total = |row: &Row| {
        Ok(CoverageTotal { kind: row.text(0)?, coverage: row.text(1)?, resources: row.count(2)? })
    };
    sql.rows(&query, values![parent])?.iter().map(total).collect()
}

pub(crate) fn project_members(
    sql: &mut dyn Sql,
    parent: Option<&str>,
) -> Result<Vec<ProjectMember>> {
    let query = format!(
        "SELECT tenant, id, parent FROM resource
         WHERE parent IS NOT NULL AND closed_at IS NULL AND {}
             AND kind IN ('chat', 'local_session', 'project_document', 'project_file')
         ORDER BY tenant, id",
        is_ours("tenant", 1)
    );
    let member = |row: &Row| {
        Ok(ProjectMember { tenant: row.text(0)?, id: row.text(1)?, project: row.text(2)? })
    };
    sql.rows(&query, values![parent])?.iter().map(member).collect()
}

pub(crate) fn user_addresses(sql: &mut dyn Sql, tenant: &str) -> Result<Vec<(String, String)>> {
    let query = "SELECT DISTINCT user_id, user_email FROM resource
         WHERE tenant = $1 AND user_id IS NOT NULL AND user_email IS NOT NULL
         ORDER BY user_id, user_email";
    let user = |row: &Row| Ok((row.text(0)?, row.text(1)?));
    sql.rows(query, values![tenant])?.iter().map(user).collect()
}
