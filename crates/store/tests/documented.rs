//! `docs/stored-fields.md` names every field of the store, and no other.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test")]

use std::collections::{BTreeMap, BTreeSet};

use dosimeter_store::SqliteStore;
use rusqlite::Connection;

const PAGE: &str = include_str!("../docs/stored-fields.md");

/// The fields of each table, as the page has them: below a heading with the name of the table.
fn documented() -> BTreeSet<String> {
    let mut fields = BTreeSet::new();
    let mut tables = "";
    for line in PAGE.lines() {
        if let Some(heading) = line.strip_prefix("## ") {
            tables = heading.split(':').next().unwrap();
        }
        let Some(row) = line.strip_prefix("| `") else { continue };
        let (field, rest) = row.split_once('`').unwrap();
        let kind = rest.split('|').nth(1).unwrap().trim();
        if tables.is_empty() {
            continue;
        }
        assert!(KINDS.contains(&kind), "{field}: `{kind}` is no kind of field");
        let names: Vec<&str> = tables.split('`').skip(1).step_by(2).collect();
        let full = match (field.contains('.'), names.as_slice()) {
            (true, _) => field.to_owned(),
            (false, [table]) => format!("{table}.{field}"),
            (false, _) => panic!("`{field}` stands below several tables: say which"),
        };
        assert!(fields.insert(full), "`{field}` stands there twice");
    }
    fields
}

/// What the page says that a field can be.
const KINDS: &[&str] = &["id", "who", "time", "fact", "hash", "masked"];

/// The fields of each table, as the database has them.
fn stored() -> BTreeSet<String> {
    let directory = tempfile::tempdir().unwrap();
    drop(SqliteStore::open(directory.path()).unwrap());
    let database = Connection::open(SqliteStore::path(directory.path())).unwrap();
    let mut statement = database
        .prepare(
            "SELECT t.name, c.name FROM sqlite_master t, pragma_table_info(t.name) c \
             WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%'",
        )
        .unwrap();
    let rows = statement.query_map([], |row| {
        Ok(format!("{}.{}", row.get::<_, String>(0)?, row.get::<_, String>(1)?))
    });
    rows.unwrap().map(Result::unwrap).collect()
}

#[test]
fn every_field_is_documented_and_nothing_else() {
    let (stored, documented) = (stored(), documented());
    let missing: Vec<_> = stored.difference(&documented).collect();
    let gone: Vec<_> = documented.difference(&stored).collect();
    assert!(missing.is_empty(), "say in docs/stored-fields.md what these hold: {missing:?}");
    assert!(gone.is_empty(), "docs/stored-fields.md has fields that do not exist: {gone:?}");
}

#[test]
fn only_findings_show_anything_of_a_value() {
    let mut masked: BTreeMap<&str, usize> = BTreeMap::new();
    let mut table = "";
    for line in PAGE.lines() {
        table = line.strip_prefix("## ").unwrap_or(table);
        if line.starts_with("| `") && line.contains("| masked |") {
            *masked.entry(table).or_default() += 1;
        }
    }
    assert_eq!(masked, BTreeMap::from([("`finding`: what was found", 2)]));
}
