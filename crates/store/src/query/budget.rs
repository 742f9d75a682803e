//! One budget of request starts over all workers.
//!
//! Starts are granted in batches against a sliding window. A batch has to be used within `use_ms`, so
//! the window is that much longer than the source's: starts that fall into any of the source's windows
//! were all granted within this one.

use crate::{
    Permits,
    sql::{Result, Sql, values},
};

pub(crate) fn permits(
    sql: &mut dyn Sql,
    budget: &str,
    wanted: u32,
    (starts_max, window_ms, use_ms): (u32, u64, u64),
) -> Result<Permits> {
    sql.execute("INSERT INTO budget (name) VALUES ($1) ON CONFLICT DO NOTHING", values![budget])?;
    // Whoever asks at the same time waits here.
    sql.execute("UPDATE budget SET name = name WHERE name = $1", values![budget])?;
    let now = sql.now_ms()?;
    let window = i64::try_from(window_ms.saturating_add(use_ms)).unwrap_or(i64::MAX);
    let begin = now.saturating_sub(window);
    sql.execute("DELETE FROM permit WHERE budget = $1 AND at_ms <= $2", values![budget, begin])?;
    let rows = sql.rows(
        "SELECT at_ms, starts FROM permit WHERE budget = $1 ORDER BY at_ms",
        values![budget],
    )?;
    let mut used: u64 = 0;
    for row in &rows {
        used = used.saturating_add(row.count(1)?);
    }
    let free = u64::from(starts_max).saturating_sub(used);
    let granted = wanted.min(u32::try_from(free).unwrap_or(u32::MAX));
    if granted == 0 {
        let oldest = rows.first().map_or(Ok(now), |row| row.integer(0))?;
        let wait = oldest.saturating_add(window).saturating_sub(now).max(1);
        return Ok(Permits::Wait(u64::try_from(wait).unwrap_or(1)));
    }
    sql.execute(
        "INSERT INTO permit (budget, at_ms, starts) VALUES ($1, $2, $3)",
        values![budget, now, granted],
    )?;
    Ok(Permits::Granted(granted))
}

/// How many starts were granted in the last so many milliseconds.
pub(crate) fn starts(sql: &mut dyn Sql, budget: &str, window_ms: u64) -> Result<u64> {
    let window = i64::try_from(window_ms).unwrap_or(i64::MAX);
    let begin = sql.now_ms()?.saturating_sub(window);
    let row = sql.row(
        "SELECT CAST(coalesce(sum(starts), 0) AS BIGINT) FROM permit
         WHERE budget = $1 AND at_ms > $2",
        values![budget, begin],
    )?;
    row.map_or(Ok(0), |row| row.count(0))
}
