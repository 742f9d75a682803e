//! Parent organisations: they share the tables, and none sees another's rows.

use crate::sql::{Failure, Result, Sql, values};

/// The condition that the organisation in `column` is one of the parent's that value `number` names, or
/// of anybody's if it names none.
pub(crate) fn is_ours(column: &str, number: usize) -> String {
    format!("{column} IN (SELECT t.id FROM tenant t WHERE {})", is_parent("t.parent", number))
}

/// The same of a row that names its parent itself.
pub(crate) fn is_parent(column: &str, number: usize) -> String {
    format!("({column} = ${number} OR ${number} IS NULL)")
}

/// Notes an organisation at its first row. It stays with its parent: whoever comes with the key of another
/// is refused.
pub(crate) fn put_tenant(sql: &mut dyn Sql, parent: &str, tenant: &str, at: &str) -> Result<()> {
    if let Some(known) = parent_of(sql, tenant)? {
        return if known == parent { Ok(()) } else { Err(Failure::Foreign) };
    }
    sql.execute(
        "INSERT INTO tenant (id, added_at, parent) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        values![tenant, at, parent],
    )?;
    // Somebody else may have been first.
    if parent_of(sql, tenant)?.as_deref() == Some(parent) { Ok(()) } else { Err(Failure::Foreign) }
}

/// Whether one of these organisations belongs to another parent.
pub(crate) fn any_foreign(sql: &mut dyn Sql, parent: &str, tenants: &[String]) -> Result<bool> {
    for tenant in tenants {
        if parent_of(sql, tenant)?.is_some_and(|known| known != parent) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The organisations of a parent.
pub(crate) fn tenants(sql: &mut dyn Sql, parent: Option<&str>) -> Result<Vec<String>> {
    let query = format!("SELECT id FROM tenant WHERE {} ORDER BY id", is_parent("parent", 1));
    sql.rows(&query, values![parent])?.iter().map(|row| row.text(0)).collect()
}

fn parent_of(sql: &mut dyn Sql, tenant: &str) -> Result<Option<String>> {
    sql.row("SELECT parent FROM tenant WHERE id = $1", values![tenant])?
        .map(|row| row.text(0))
        .transpose()
}
