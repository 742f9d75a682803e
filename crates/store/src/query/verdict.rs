//! Verdicts of the inline hook.

use super::parent::{is_ours, put_tenant};
use crate::{
    Verdict,
    sql::{Result, Row, Sql, json, values},
};

const COLUMNS: &str = "tenant, request_id, at, answer, action, because, clause, reference, labels, \
     user_id, user_email, application, session_id, model, coverage, messages, messages_new, \
     bytes_new, micros";

/// Writes a verdict; one that is known already stays as it is, unless it was a failure: a request that
/// failed may be repeated under its id, and then be answered.
pub(crate) fn put(sql: &mut dyn Sql, parent: &str, verdict: &Verdict) -> Result<()> {
    put_tenant(sql, parent, &verdict.tenant, &verdict.at)?;
    sql.execute(
        "DELETE FROM verdict WHERE tenant = $1 AND request_id = $2 AND answer = 'fail'",
        values![&verdict.tenant, &verdict.request_id],
    )?;
    sql.execute(
        &format!(
            "INSERT INTO verdict ({COLUMNS})
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,
                 $18, $19)
             ON CONFLICT (tenant, request_id) DO NOTHING"
        ),
        values![
            &verdict.tenant,
            &verdict.request_id,
            &verdict.at,
            &verdict.answer,
            &verdict.action,
            &verdict.because,
            &verdict.clause,
            &verdict.reference,
            json(&verdict.labels)?,
            &verdict.user_id,
            &verdict.user_email,
            &verdict.application,
            &verdict.session_id,
            &verdict.model,
            &verdict.coverage,
            verdict.messages,
            verdict.messages_new,
            verdict.bytes_new,
            verdict.micros,
        ],
    )?;
    Ok(())
}

/// The newest verdicts, newest first.
pub(crate) fn newest(sql: &mut dyn Sql, parent: Option<&str>, limit: u64) -> Result<Vec<Verdict>> {
    let ours = is_ours("tenant", 1);
    let query = format!("SELECT {COLUMNS} FROM verdict WHERE {ours} ORDER BY seq DESC LIMIT $2");
    sql.rows(&query, values![parent, limit])?.iter().map(verdict).collect()
}

/// Removes verdicts from before a time, and says how many.
pub(crate) fn forget(sql: &mut dyn Sql, parent: &str, before: &str) -> Result<u64> {
    let forget = format!("DELETE FROM verdict WHERE {} AND at < $2", is_ours("tenant", 1));
    sql.execute(&forget, values![parent, before])
}

fn verdict(row: &Row) -> Result<Verdict> {
    Ok(Verdict {
        tenant: row.text(0)?,
        request_id: row.text(1)?,
        at: row.text(2)?,
        answer: row.text(3)?,
        action: row.text(4)?,
        because: row.optional_text(5)?,
        clause: row.optional_text(6)?,
        reference: row.optional_text(7)?,
        labels: row.json(8)?,
        user_id: row.optional_text(9)?,
        user_email: row.optional_text(10)?,
        application: row.optional_text(11)?,
        session_id: row.optional_text(12)?,
        model: row.optional_text(13)?,
        coverage: row.text(14)?,
        messages: row.count(15)?,
        messages_new: row.count(16)?,
        bytes_new: row.count(17)?,
        micros: row.count(18)?,
    })
}
