//! What we write is read by the programs of others: Parquet by `DuckDB`, `JUnit` by a validator of XML
//! schemas, CEF by a parser of it.
#![expect(clippy::unwrap_used, reason = "a test")]

#[path = "support/fixture.rs"]
mod fixture;
#[path = "support/receivers.rs"]
mod receivers;

use dosimeter_sink::{About, Document, DocumentFormat, Event, Format, Scanned};
use serde_json::Value;

use self::fixture::{events, facts, full, gap, numbered, scanned};

fn write(format: DocumentFormat, scanned: &[Scanned]) -> Vec<u8> {
    let at = "2026-10-05T00:00:00Z".to_owned();
    let about = About { at, ruleset: "abc".to_owned(), rules: &facts };
    let mut document = Document::begin(format, about);
    let mut bytes: Vec<u8> = scanned.iter().flat_map(|scanned| document.add(scanned)).collect();
    bytes.extend(document.end());
    bytes
}

/// A file with all that a column can hold, in more than one group of rows.
fn table() -> Vec<Scanned> {
    let mut findings = vec![Event::latest(full())];
    findings.extend((0..10_500).map(numbered));
    let mut all = vec![Scanned { findings, gaps: vec![gap()], ..Scanned::default() }];
    all.extend(scanned());
    all
}

#[test]
fn parquet_is_read_by_duckdb() {
    let file = tempfile::Builder::new().suffix(".parquet").tempfile().unwrap();
    std::fs::write(file.path(), write(DocumentFormat::Parquet, &table())).unwrap();
    let script = "
import duckdb, json, sys
path = sys.stdin.read()
millis = ', '.join(f'epoch_ms({c}) as {c}' for c in
    ['happened_at', 'created_at', 'first_seen', 'last_seen', 'closed_at'])
rows = duckdb.sql(f\"select * from '{path}'\")
columns, types = rows.columns, [str(t) for t in rows.types]
counts = duckdb.sql(f\"select record, count(*) from '{path}' group by 1 order by 1\").fetchall()
first = duckdb.sql(f\"select * replace ({millis}) from '{path}' limit 1\").fetchall()[0]
last = duckdb.sql(f\"select * replace ({millis}) from '{path}' where record = 'gap' limit 1\").fetchall()[0]
distinct = duckdb.sql(f\"select count(distinct id) from '{path}'\").fetchall()[0][0]
groups = duckdb.sql(f\"select count(distinct row_group_id) from parquet_metadata('{path}')\").fetchall()[0][0]
print(json.dumps([dict(zip(columns, types)), counts, dict(zip(columns, first)),
    dict(zip(columns, last)), distinct, groups], default=str))
";
    let path = file.path().display().to_string();
    let Some(said) = receivers::python(script, path.as_bytes()) else { return };
    let said: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(said[0]["labels"], "VARCHAR[]");
    assert_eq!(said[0]["first_seen"], "TIMESTAMP WITH TIME ZONE");
    assert_eq!(said[0]["span_start"], "BIGINT");
    assert_eq!(said[1], serde_json::json!([["finding", 10_505], ["gap", 3]]));
    let (first, gap) = (&said[2], &said[3]);
    assert_eq!(first["labels"], serde_json::json!(["payment", "financial"]));
    assert_eq!(first["value"], "•••• 1111");
    assert_eq!(first["span_end"], 20);
    let created: jiff::Timestamp = "2026-09-30T12:34:56.789Z".parse().unwrap();
    assert_eq!(first["created_at"], created.as_millisecond());
    assert_eq!(gap["reasons"], serde_json::json!(["encrypted"]));
    assert_eq!((&gap["labels"], &gap["id"]), (&serde_json::json!([]), &Value::Null));
    assert_eq!(said[4], 10_501, "ids: some stand for several findings here");
    assert_eq!(said[5], 2, "groups of rows");
}

#[test]
fn an_empty_table_is_read_too() {
    let file = tempfile::Builder::new().suffix(".parquet").tempfile().unwrap();
    std::fs::write(file.path(), write(DocumentFormat::Parquet, &[])).unwrap();
    let script = "
import duckdb, sys
print(duckdb.sql(f\"select count(*) from '{sys.stdin.read()}'\").fetchall()[0][0])
";
    let path = file.path().display().to_string();
    let Some(said) = receivers::python(script, path.as_bytes()) else { return };
    assert_eq!(said.trim(), "0");
}

#[test]
fn junit_is_valid_by_its_schema() {
    let script = format!(
        "
import io, sys, xmlschema
schema = xmlschema.XMLSchema({:?})
schema.validate(io.BytesIO(sys.stdin.buffer.read()))
print('valid')
",
        concat!(env!("CARGO_MANIFEST_DIR"), "/tests/schemas/junit-10.xsd")
    );
    for scanned in [scanned(), Vec::new()] {
        let report = write(DocumentFormat::Junit, &scanned);
        let Some(said) = receivers::python(&script, &report) else { return };
        assert_eq!(said.trim(), "valid");
    }
}

#[test]
fn cef_is_read_by_pycef() {
    let script = "
import json, sys, pycef
for line in sys.stdin.read().split('\\n'):
    print(json.dumps(pycef.parse(line)))
";
    let events = events();
    let lines: Vec<String> = events.iter().map(|event| Format::Cef.write(event)).collect();
    let Some(said) = receivers::python(script, lines.join("\n").as_bytes()) else { return };
    let parsed: Vec<Value> = said.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(parsed.len(), events.len());
    for (event, parsed) in events.iter().zip(&parsed) {
        assert_eq!(parsed["DeviceVendor"], "Dosimeter");
        assert_eq!(parsed["externalId"], event.id());
        assert_eq!(parsed["DeviceEventClassID"], event.finding.rule, "{parsed}");
    }
}
