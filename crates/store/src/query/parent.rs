//! Parent organisations: they share the tables, and none sees another's rows.

use crate::{
    is_parent_name,
    sql::{Failure, Result, Sql, values},
};

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

/// The name of a parent's fact, right or budget among those of all parents.
pub(crate) fn named(parent: &str, name: &str) -> String {
    if parent.is_empty() { name.to_owned() } else { format!("{parent}:{name}") }
}

/// The other way round: whose it is, and its name there. An address (`https://…`) names no parent.
fn owned(named: &str) -> (&str, &str) {
    match named.split_once(':') {
        Some((parent, name)) if is_parent_name(parent) && !name.starts_with("//") => (parent, name),
        _ => ("", named),
    }
}

/// Gives a parent another name, and says how many organisations it has. Ids and fingerprints do not hang on
/// the name, so that nothing else changes.
pub(crate) fn rename(sql: &mut dyn Sql, old: &str, new: &str) -> Result<u64> {
    let refuse = |why| Err(Failure::NotRenamed(why));
    if !is_parent_name(new) {
        return refuse("a name may hold letters, digits and hyphens");
    }
    let organizations = tenants(sql, Some(old))?;
    if organizations.is_empty() {
        return refuse("the state holds no organisation under its present name");
    }
    if !tenants(sql, Some(new))?.is_empty() {
        return refuse("the state holds organisations under the new name already");
    }
    if is_at_work(sql, &[old, new])? {
        return refuse(
            "somebody is at work on it; stop its workers and hooks, and try again in a minute",
        );
    }
    for table in ["tenant", "run", "purge", "outbox"] {
        let rename = format!("UPDATE {table} SET parent = $2 WHERE parent = $1");
        sql.execute(&rename, values![old, new])?;
    }
    rename_names(sql, old, new)?;
    Ok(organizations.len() as u64)
}

/// Whether a worker of one of these parents lists a source, delivers, or works on an item.
fn is_at_work(sql: &mut dyn Sql, parents: &[&str]) -> Result<bool> {
    let now = sql.now_ms()?;
    for row in sql.rows("SELECT name FROM lease WHERE until_ms > $1", values![now])? {
        if parents.contains(&owned(&row.text(0)?).0) {
            return Ok(true);
        }
    }
    let leased = format!(
        "SELECT 1 FROM work WHERE state = 'leased' AND lease_until_ms > $2 AND {} LIMIT 1",
        is_ours("tenant", 1)
    );
    for parent in parents {
        if sql.exists(&leased, values![*parent, now])? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Facts, rights and budgets, which have the parent in their names. What somebody left under the new name
/// who came too early, and was refused, gives way; the requests that he made stay counted.
fn rename_names(sql: &mut dyn Sql, old: &str, new: &str) -> Result<()> {
    for table in ["fact", "lease"] {
        let rows = sql.rows(&format!("SELECT name FROM {table}"), &[])?;
        let names: Vec<String> = rows.iter().map(|row| row.text(0)).collect::<Result<_>>()?;
        for name in names.iter().filter(|name| owned(name).0 == new) {
            sql.execute(&format!("DELETE FROM {table} WHERE name = $1"), values![name])?;
        }
        for name in names.iter().filter(|name| owned(name).0 == old) {
            let rename = format!("UPDATE {table} SET name = $2 WHERE name = $1");
            sql.execute(&rename, values![name, named(new, owned(name).1)])?;
        }
    }
    for row in sql.rows("SELECT name FROM budget", &[])? {
        let name = row.text(0)?;
        let (parent, budget) = owned(&name);
        if parent != old {
            continue;
        }
        let renamed = named(new, budget);
        let put = "INSERT INTO budget (name) VALUES ($1) ON CONFLICT DO NOTHING";
        sql.execute(put, values![&renamed])?;
        sql.execute("UPDATE permit SET budget = $2 WHERE budget = $1", values![&name, &renamed])?;
        sql.execute("DELETE FROM budget WHERE name = $1", values![&name])?;
    }
    Ok(())
}
