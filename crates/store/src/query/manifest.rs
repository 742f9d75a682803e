//! A change of rules: what was scanned under others and cannot differ is taken over unread.

use dosimeter_record::{GapReason, Reach};

use super::parent::put_tenant;
use crate::{
    RulesChange,
    sql::{Result, Sql, values},
};

/// How many rows one transaction looks at.
const ROWS_AT_ONCE: u32 = 5_000;
/// More rules than this are not asked for one by one.
const MARKS_MAX: usize = 100;

/// Keeps the rules of a version, and forgets versions under which nothing was scanned.
pub(crate) fn put(
    sql: &mut dyn Sql,
    (parent, tenant): (&str, &str),
    (ruleset, rules): (&str, &str),
    at: &str,
) -> Result<()> {
    put_tenant(sql, parent, tenant, at)?;
    sql.execute(
        "DELETE FROM manifest WHERE tenant = $1
             AND ruleset NOT IN (SELECT ruleset FROM resource WHERE tenant = $1)",
        values![tenant],
    )?;
    sql.execute(
        "INSERT INTO manifest (tenant, ruleset, rules) VALUES ($1, $2, $3)
         ON CONFLICT (tenant, ruleset) DO UPDATE SET rules = excluded.rules",
        values![tenant, ruleset, rules],
    )?;
    Ok(())
}

/// The versions that are known: the name of each, and its rules.
pub(crate) fn all(sql: &mut dyn Sql, tenant: &str) -> Result<Vec<(String, String)>> {
    sql.rows(
        "SELECT ruleset, rules FROM manifest WHERE tenant = $1 ORDER BY ruleset",
        values![tenant],
    )?
    .iter()
    .map(|row| Ok((row.text(0)?, row.text(1)?)))
    .collect()
}

/// The versions under which open resources that can be read again were scanned.
pub(crate) fn versions(sql: &mut dyn Sql, tenant: &str) -> Result<Vec<(String, u64)>> {
    sql.rows(
        "SELECT ruleset, count(*) FROM resource
         WHERE tenant = $1 AND closed_at IS NULL AND kind <> 'prompt'
         GROUP BY ruleset ORDER BY ruleset",
        values![tenant],
    )?
    .iter()
    .map(|row| Ok((row.text(0)?, row.count(1)?)))
    .collect()
}

/// Takes over what of the next resources behind number `after` cannot differ. Gives how many these were,
/// and where to go on.
pub(crate) fn carry_resources(
    sql: &mut dyn Sql,
    tenant: &str,
    change: &RulesChange,
    after: u64,
) -> Result<(u64, Option<u64>)> {
    let next = sql.row(
        "SELECT max(seq) FROM (SELECT seq FROM resource WHERE tenant = $1 AND seq > $2
             ORDER BY seq LIMIT $3) AS following",
        values![tenant, after, ROWS_AT_ONCE],
    )?;
    let Some(last) = next.map_or(Ok(None), |row| row.optional_count(0))? else {
        return Ok((0, None));
    };
    let carry = format!(
        "UPDATE resource SET ruleset = $2
         WHERE tenant = $1 AND seq > $4 AND seq <= $5 AND ruleset = $3 AND NOT ({})",
        concerned_by(change)
    );
    let carried = sql.execute(&carry, values![tenant, &change.to, &change.from, after, last])?;
    Ok((carried, Some(last)))
}

/// Takes over what of the next items behind `after` holds nothing that is to be read again. Gives the
/// last that was looked at.
pub(crate) fn carry_items(
    sql: &mut dyn Sql,
    tenant: &str,
    ruleset: &str,
    (after_kind, after_id): (&str, &str),
) -> Result<Option<(String, String)>> {
    let items = sql
        .rows(
            "SELECT kind, id FROM work
             WHERE tenant = $1 AND state = 'done' AND ruleset IS DISTINCT FROM $2
                 AND (kind, id) > ($3, $4)
             ORDER BY kind, id LIMIT $5",
            values![tenant, ruleset, after_kind, after_id, ROWS_AT_ONCE],
        )?
        .iter()
        .map(|row| Ok((row.text(0)?, row.text(1)?)))
        .collect::<Result<Vec<_>>>()?;
    let Some((last_kind, last_id)) = items.last() else { return Ok(None) };
    // Locked, so that nobody ends one of them meanwhile with other resources.
    sql.execute(
        "UPDATE work SET token = token WHERE tenant = $1 AND state = 'done'
             AND (kind, id) > ($2, $3) AND (kind, id) <= ($4, $5)",
        values![tenant, after_kind, after_id, last_kind, last_id],
    )?;
    for (kind, id) in &items {
        sql.execute(
            "UPDATE work SET ruleset = $2
             WHERE tenant = $1 AND kind = $3 AND id = $4 AND state = 'done'
                 AND EXISTS (SELECT 1 FROM resource
                     WHERE tenant = $1 AND kind = $3 AND id = $4 AND ruleset = $2)
                 AND NOT EXISTS (SELECT 1 FROM resource own JOIN membership m ON m.item = own.seq
                         JOIN resource part ON part.seq = m.resource
                     WHERE own.tenant = $1 AND own.kind = $3 AND own.id = $4
                         AND part.closed_at IS NULL AND part.ruleset <> $2)",
            values![tenant, ruleset, kind, id],
        )?;
    }
    Ok(items.into_iter().next_back())
}

/// How many resources that could be read again a change concerns.
pub(crate) fn concerned(sql: &mut dyn Sql, tenant: &str, change: &RulesChange) -> Result<u64> {
    let count = format!(
        "SELECT count(*) FROM resource
         WHERE tenant = $1 AND ruleset = $2 AND closed_at IS NULL AND kind <> 'prompt' AND ({})",
        concerned_by(change)
    );
    sql.row(&count, values![tenant, &change.from])?.map_or(Ok(0), |row| row.count(0))
}

/// How many items were done under other rules than these, and can be read again.
pub(crate) fn outdated(sql: &mut dyn Sql, tenant: &str, ruleset: &str) -> Result<u64> {
    sql.row(
        "SELECT count(*) FROM work WHERE tenant = $1 AND gone = 0 AND kind <> 'prompt'
             AND done_version IS NOT NULL AND ruleset IS DISTINCT FROM $2",
        values![tenant, ruleset],
    )?
    .map_or(Ok(0), |row| row.count(0))
}

/// The condition on a resource that its verdict may be another one. Marks are hexadecimal, and reasons
/// have names of ours.
fn concerned_by(change: &RulesChange) -> String {
    let known = match &change.reach {
        Reach::Nothing => "1 = 0".to_owned(),
        Reach::Involving(marks) if marks.len() <= MARKS_MAX => {
            let one = |mark| format!("involved LIKE '% {mark} %'");
            let all: Vec<String> = marks.iter().map(one).collect();
            if all.is_empty() { "1 = 0".to_owned() } else { all.join(" OR ") }
        }
        Reach::Involving(_) | Reach::AnyInvolved => "involved <> ''".to_owned(),
        Reach::Read => "coverage <> 'none'".to_owned(),
        _ => "1 = 1".to_owned(),
    };
    // What broke off in our hands may have done so because of a rule.
    let open = change.gaps.iter().chain([&GapReason::ParserFailed]);
    let open: Vec<String> = open.map(|reason| format!("'{}'", reason.name())).collect();
    let open = open.join(", ");
    format!(
        "involved IS NULL OR {known} OR EXISTS
             (SELECT 1 FROM gap WHERE gap.resource = resource.seq AND reason IN ({open}))"
    )
}
