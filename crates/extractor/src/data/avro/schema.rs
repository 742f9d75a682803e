//! Schemas of Avro: JSON that says how values follow each other.

use std::collections::BTreeMap;

use serde_json::Value;

/// How a value is written.
#[derive(Clone)]
pub(super) enum Shape {
    Null,
    Boolean,
    /// `int` and `long`.
    Number,
    Float,
    Double,
    /// `string` and `bytes`.
    Text,
    Fixed(usize),
    Symbols(Vec<String>),
    Record(Vec<Self>),
    Union(Vec<Self>),
    Items {
        of: Box<Self>,
        has_keys: bool,
    },
    Named(String),
}

/// A schema with the types that it names.
pub(super) struct Schema {
    pub(super) root: Shape,
    pub(super) named: BTreeMap<String, Shape>,
}

impl Schema {
    /// Parses a schema. `serde_json` nests at most 128 deep, and so does this.
    pub(super) fn parse(json: &[u8]) -> Option<Self> {
        let json: Value = serde_json::from_slice(json).ok()?;
        let mut named = BTreeMap::new();
        let root = shape(&json, &mut named)?;
        Some(Self { root, named })
    }
}

fn shape(json: &Value, named: &mut BTreeMap<String, Shape>) -> Option<Shape> {
    match json {
        Value::String(name) => Some(primitive(name)),
        Value::Array(members) => members
            .iter()
            .map(|member| shape(member, named))
            .collect::<Option<_>>()
            .map(Shape::Union),
        Value::Object(object) => {
            let kind = object.get("type")?;
            let Some(kind) = kind.as_str() else { return shape(kind, named) };
            let complex = match kind {
                "record" | "error" => {
                    let fields = object.get("fields")?.as_array()?;
                    let shapes = fields.iter().map(|field| shape(field.get("type")?, named));
                    Shape::Record(shapes.collect::<Option<_>>()?)
                }
                "enum" => {
                    let symbols = object.get("symbols")?.as_array()?.iter();
                    Shape::Symbols(symbols.filter_map(Value::as_str).map(str::to_owned).collect())
                }
                "fixed" => Shape::Fixed(usize::try_from(object.get("size")?.as_u64()?).ok()?),
                "array" => {
                    Shape::Items { of: shape(object.get("items")?, named)?.into(), has_keys: false }
                }
                "map" => {
                    Shape::Items { of: shape(object.get("values")?, named)?.into(), has_keys: true }
                }
                _ => return Some(primitive(kind)),
            };
            match object.get("name").and_then(Value::as_str) {
                Some(name) => {
                    let name = short(name).to_owned();
                    named.insert(name.clone(), complex);
                    Some(Shape::Named(name))
                }
                None => Some(complex),
            }
        }
        _ => None,
    }
}

fn primitive(name: &str) -> Shape {
    match name {
        "null" => Shape::Null,
        "boolean" => Shape::Boolean,
        "int" | "long" => Shape::Number,
        "float" => Shape::Float,
        "double" => Shape::Double,
        "string" | "bytes" => Shape::Text,
        _ => Shape::Named(short(name).to_owned()),
    }
}

/// A name without its namespace.
fn short(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}
