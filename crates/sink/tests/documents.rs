//! Documents against their schemas, and against what they were made from.
#![expect(clippy::unwrap_used, reason = "a test")]

#[path = "support/fixture.rs"]
mod fixture;

use dosimeter_sink::{About, Document, DocumentFormat, Format, Scanned};
use serde_json::Value;

use self::fixture::{facts, numbered, scanned};

fn about() -> About<'static> {
    let at = "2026-10-05T00:00:00Z".to_owned();
    About { at, ruleset: "abc".to_owned(), rules: &facts }
}

fn write(format: DocumentFormat, scanned: &[Scanned]) -> Vec<u8> {
    let mut document = Document::begin(format, about());
    let mut bytes: Vec<u8> = scanned.iter().flat_map(|scanned| document.add(scanned)).collect();
    bytes.extend(document.end());
    bytes
}

fn text(format: DocumentFormat, scanned: &[Scanned]) -> String {
    String::from_utf8(write(format, scanned)).unwrap()
}

fn sarif(scanned: &[Scanned]) -> Value {
    serde_json::from_str(&text(DocumentFormat::Sarif, scanned)).unwrap()
}

#[test]
fn sarif_is_valid_by_its_schema() {
    let schema = include_str!("schemas/sarif-2.1.0.schema.json");
    // The published pattern of languages has a bracket too many, which only JavaScript overlooks.
    let schema = schema.replace("[a-zA-Z]{2}]?$", "[a-zA-Z]{2}$");
    let schema: Value = serde_json::from_str(&schema).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for scanned in [scanned(), Vec::new()] {
        let log = sarif(&scanned);
        let errors: Vec<_> = validator.iter_errors(&log).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?}");
    }
    let mut log = sarif(&scanned());
    log["runs"][0]["results"][0]["level"] = "bad".into();
    assert!(!validator.is_valid(&log), "a wrong value would be seen");
}

#[test]
fn sarif_says_what_code_scanning_needs() {
    let log = sarif(&scanned());
    let run = &log["runs"][0];
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), 4);
    let place = &results[0]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "src/a%20b.env");
    assert_eq!(place["region"]["startLine"], 1);
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert!(result["partialFingerprints"]["dosimeterFindingId/v1"].is_string());
    }
    assert_eq!(rules[0]["shortDescription"]["text"], "Payment card number");
    assert_eq!(rules[0]["name"], "PaymentCard");
    assert_eq!(rules[0]["helpUri"], "https://www.iso.org/standard/70484.html");
    assert_eq!(results[0]["suppressions"], Value::Null);
    assert_eq!(results[1]["suppressions"][0]["kind"], "external");
    assert_eq!(results[2]["suppressions"][0]["kind"], "inSource");
}

#[test]
fn sarif_of_an_incomplete_scan_is_no_success() {
    let invocation = |scanned: &[Scanned]| sarif(scanned)["runs"][0]["invocations"][0].clone();
    let complete = invocation(&scanned()[..3]);
    assert_eq!(complete["executionSuccessful"], true);
    let incomplete = invocation(&scanned());
    assert_eq!(incomplete["executionSuccessful"], false);
    let notifications = incomplete["toolExecutionNotifications"].as_array().unwrap();
    let levels: Vec<&Value> = notifications.iter().map(|said| &said["level"]).collect();
    assert_eq!(levels, ["warning", "error"]);
}

/// Reads RFC 4180.
fn parse_csv(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell) = (Vec::new(), Vec::new(), String::new());
    let (mut quoted, mut chars) = (false, text.chars().peekable());
    while let Some(char) = chars.next() {
        match char {
            '"' if quoted && chars.peek() == Some(&'"') => cell.push(chars.next().unwrap()),
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut cell)),
            '\r' if !quoted => {}
            '\n' if !quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            char => cell.push(char),
        }
    }
    assert!(!quoted && row.is_empty() && cell.is_empty());
    rows
}

#[test]
fn csv_is_a_table_of_findings_and_gaps_without_formulas() {
    let rows = parse_csv(&text(DocumentFormat::Csv, &scanned()));
    assert_eq!(rows.len(), 1 + 4 + 2);
    assert!(rows.iter().all(|row| row.len() == rows[0].len()));
    let column = |name: &str| rows[0].iter().position(|column| column == name).unwrap();
    let (record, reasons) = (column("record"), column("reasons"));
    let records: Vec<&str> = rows[1..].iter().map(|row| row[record].as_str()).collect();
    assert_eq!(records, ["finding", "finding", "finding", "finding", "gap", "gap"]);
    assert_eq!(rows[5][reasons], "encrypted");
    assert!(rows[4][column("user_email")].starts_with("'="), "no formula");
    for cell in rows.iter().flatten() {
        assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell}");
    }
}

#[test]
fn junit_has_a_suite_for_each_resource() {
    let report = text(DocumentFormat::Junit, &scanned());
    assert_eq!(report.matches("<testsuite ").count(), 4);
    assert_eq!(report.matches("<failure").count(), 2);
    assert_eq!(report.matches("<skipped").count(), 2);
    assert_eq!(report.matches("<error").count(), 2);
    assert!(report.contains("name=\"nothing found\"/>"));
    assert!(!report.contains(['\u{1b}', '\u{0}']));
}

#[test]
fn lines_are_those_of_the_events_and_gaps() {
    for format in Format::ALL {
        let lines = text(DocumentFormat::Lines(format), &scanned());
        assert_eq!(lines.lines().count(), 6, "{}", format.name());
    }
}

#[test]
fn what_is_written_does_not_wait_for_the_end() {
    for name in ["csv", "junit", "sarif", "native", "parquet"] {
        let mut document = Document::begin(name.parse().unwrap(), about());
        let mut held = 0_i64;
        let mut written = 0;
        for number in 0..25_000 {
            let findings = vec![numbered(number)];
            let scanned = Scanned { id: "a".to_owned(), findings, ..Scanned::default() };
            let bytes = document.add(&scanned).len();
            written += bytes;
            held = if bytes == 0 { held + 1 } else { 0 };
            assert!(held <= 10_000, "{name}");
        }
        let rest = document.end().len();
        assert!(rest < written, "{name}: {rest} bytes at the end, {written} before");
    }
}

#[test]
fn a_parquet_file_has_its_magic_at_both_ends() {
    let file = write(DocumentFormat::Parquet, &scanned());
    assert!(file.starts_with(b"PAR1") && file.ends_with(b"PAR1"));
}
