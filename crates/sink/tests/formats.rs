//! Each form of an event against the schema of those who read it.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

#[path = "support/fixture.rs"]
mod fixture;

use std::collections::BTreeMap;

use dosimeter_sink::Format;
use serde_json::Value;

use self::fixture::{event, events, gap, hostile};

/// Every event and every gap in one form.
fn lines(format: Format) -> Vec<String> {
    let gaps = [format.write_gap(&gap(), "2026-10-01T00:00:00Z")];
    events().iter().map(|event| format.write(event)).chain(gaps).collect()
}

fn values(format: Format) -> Vec<Value> {
    lines(format).iter().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn every_form_is_one_line_without_control_characters() {
    for format in Format::ALL {
        for line in lines(format) {
            assert!(!line.contains(|char: char| char.is_control()), "{}: {line}", format.name());
        }
    }
}

#[test]
fn ocsf_is_valid_by_its_schema() {
    let schema = include_str!("schemas/ocsf-1.8.0-data_security_finding.schema.json");
    let schema: Value = serde_json::from_str(schema).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for value in values(Format::Ocsf) {
        let errors: Vec<_> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?}");
    }
    // The schema is closed: a wrong value would be seen.
    let mut value: Value = serde_json::from_str(&Format::Ocsf.write(&event(1))).unwrap();
    value["severity_id"] = "high".into();
    assert!(!validator.is_valid(&value));
}

/// A field of ECS: its type, whether it is a list, and what it may hold.
struct Field {
    kind: &'static str,
    list: bool,
    allowed: Vec<&'static str>,
}

fn ecs_fields() -> BTreeMap<&'static str, Field> {
    let table = include_str!("schemas/ecs-9.4.0-fields.tsv");
    let rows = table.lines().filter(|line| !line.starts_with('#'));
    rows.map(|row| {
        let cells: Vec<&str> = row.split('\t').collect();
        let allowed = cells[3].split(',').filter(|value| !value.is_empty()).collect();
        (cells[0], Field { kind: cells[1], list: cells[2] == "list", allowed })
    })
    .collect()
}

/// The leaves of a document with their dotted names.
fn leaves(name: &str, value: &Value, into: &mut Vec<(String, Value)>) {
    let Value::Object(fields) = value else { return into.push((name.to_owned(), value.clone())) };
    for (field, value) in fields {
        let dot = if name.is_empty() { "" } else { "." };
        leaves(&format!("{name}{dot}{field}"), value, into);
    }
}

/// Whether a value is one of this type of Elasticsearch.
fn is_of(kind: &str, value: &Value) -> bool {
    match kind {
        "keyword" | "constant_keyword" | "wildcard" | "match_only_text" => value.is_string(),
        "long" | "integer" => value.is_i64() || value.is_u64(),
        "float" | "double" | "scaled_float" => value.is_number(),
        "boolean" => value.is_boolean(),
        "date" => value.as_str().is_some_and(|time| time.parse::<jiff::Timestamp>().is_ok()),
        _ => false,
    }
}

#[test]
fn ecs_uses_only_its_own_fields_types_and_words() {
    let fields = ecs_fields();
    for document in values(Format::Ecs) {
        let mut found = Vec::new();
        leaves("", &document, &mut found);
        for (name, value) in found.iter().filter(|(name, _)| !name.starts_with("dosimeter.")) {
            let field = fields.get(name.as_str()).unwrap_or_else(|| panic!("no field {name}"));
            assert_eq!(value.is_array(), field.list, "{name} is a list or not");
            let items = value.as_array().cloned().unwrap_or_else(|| vec![value.clone()]);
            for item in items {
                assert!(is_of(field.kind, &item), "{name} is {}: {item}", field.kind);
                let word = item.as_str().unwrap_or_default();
                assert!(
                    field.allowed.is_empty() || field.allowed.contains(&word),
                    "{name}: {word}"
                );
            }
        }
        for required in ["@timestamp", "ecs", "message"] {
            assert!(document[required] != Value::Null, "{required}");
        }
        let category = document["event"]["category"][0].as_str().unwrap();
        let expected = &fields[format!("event.category/{category}").as_str()].allowed;
        assert!(expected.contains(&document["event"]["type"][0].as_str().unwrap()));
    }
}

#[test]
fn the_data_model_of_splunk_gets_all_that_it_asks_for() {
    let model: Value = serde_json::from_str(include_str!("schemas/splunk-cim-dlp.json")).unwrap();
    for value in values(Format::Cim) {
        for field in model["objects"][0]["fields"].as_array().unwrap() {
            let name = field["name"].as_str().unwrap();
            let shown = &value[name];
            if field["type"] != "optional" {
                assert!(shown.as_str().is_some_and(|text| !text.is_empty()), "{name}: {shown}");
            }
        }
        let severity = value["severity"].as_str().unwrap();
        assert!(["critical", "high", "medium", "low", "informational"].contains(&severity));
    }
}

/// Reads a line as the specification of the format says: escapes first, then separators.
fn parse_cef(line: &str) -> (Vec<String>, BTreeMap<String, String>) {
    let (mut head, mut field, mut chars) = (Vec::new(), String::new(), line.chars());
    while head.len() < 7 {
        match chars.next().unwrap() {
            '\\' => field.push(chars.next().unwrap()),
            '|' => head.push(std::mem::take(&mut field)),
            char => field.push(char),
        }
    }
    let mut extension = BTreeMap::new();
    let rest: Vec<char> = chars.collect();
    // A key stands before an equals sign that is not escaped, behind a space.
    let signs: Vec<usize> = (0..rest.len())
        .filter(|&at| rest[at] == '=' && (at == 0 || rest[at - 1] != '\\'))
        .collect();
    let key_start =
        |sign: usize| rest[..sign].iter().rposition(|&char| char == ' ').map_or(0, |at| at + 1);
    for (index, &sign) in signs.iter().enumerate() {
        let end = signs.get(index + 1).map_or(rest.len(), |&next| key_start(next) - 1);
        let key: String = rest[key_start(sign)..sign].iter().collect();
        let value: String = rest[sign + 1..end].iter().collect();
        extension.insert(key, value.replace("\\=", "=").replace("\\\\", "\\"));
    }
    (head, extension)
}

#[test]
fn cef_can_be_parsed_back() {
    for event in events() {
        let (head, extension) = parse_cef(&Format::Cef.write(&event));
        let finding = &event.finding;
        assert_eq!(head[..3], ["CEF:0", "Dosimeter", "Dosimeter"]);
        assert_eq!(head[4], finding.rule);
        assert!((0..=10).contains(&head[6].parse::<u32>().unwrap()));
        assert_eq!(extension["externalId"], event.id());
        assert_eq!(extension["msg"], finding.snippet);
        assert_eq!(extension.get("suid"), finding.user_id.as_ref());
        assert_eq!(extension.contains_key("cs4Label"), finding.parent.is_some());
        assert!(extension.keys().all(|key| key.bytes().all(|byte| byte.is_ascii_alphanumeric())));
    }
    let (_, extension) = parse_cef(&Format::Cef.write(&dosimeter_sink::Event::latest(hostile())));
    let expected = hostile().resource_id.replace(|char: char| char.is_control(), " ");
    assert_eq!(extension["filePath"], expected, "only control characters change");
}

#[test]
fn what_was_not_scanned_never_reads_as_clean() {
    let at = "2026-10-01T00:00:00Z";
    for format in Format::ALL {
        let line = format.write_gap(&gap(), at);
        assert!(line.contains("encrypted") && line.contains("claude_file_1"), "{line}");
    }
    let value =
        |format: Format| -> Value { serde_json::from_str(&format.write_gap(&gap(), at)).unwrap() };
    assert_eq!(value(Format::Ocsf)["data_security"]["status_id"], 3, "failed");
    assert_eq!(value(Format::Ecs)["event"]["outcome"], "failure");
    assert_eq!(value(Format::Cim)["action"], "not_scanned");
}

#[test]
fn every_name_of_a_form_is_known() {
    for format in Format::ALL {
        assert_eq!(format.name().parse(), Ok(format));
    }
    assert!("OCSF".parse::<Format>().is_err());
}
