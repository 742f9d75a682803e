//! Our own form: every field under its name.

use dosimeter_record::GapRow;
use serde_json::{Value, json};

use crate::Event;

/// The event as an object.
pub(crate) fn value(event: &Event) -> Value {
    let mut value = json!({ "id": event.id() });
    if let (Some(value), Ok(Value::Object(event))) =
        (value.as_object_mut(), serde_json::to_value(event))
    {
        value.extend(event);
    }
    value
}

/// What was not scanned, as an object.
pub(crate) fn gap(gap: &GapRow, at: &str) -> Value {
    json!({ "action": "not_scanned", "at": at, "gap": gap })
}
