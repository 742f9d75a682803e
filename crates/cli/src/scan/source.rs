//! Where a scanned text comes from.

use std::sync::Arc;

use dosimeter_record::ResourceKind;
use serde::Serialize;

use crate::terminal::visible;

/// Where a scanned text comes from.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Source {
    pub(crate) kind: ResourceKind,
    /// The path as given or found; `-` for standard input.
    #[serde(serialize_with = "as_str")]
    pub(crate) path: Arc<str>,
    /// The line, 1-based.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) line: Option<u64>,
    /// The id that the line itself carries.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) id: Option<serde_json::Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) size_bytes: Option<u64>,
}

fn as_str<S: serde::Serializer>(path: &Arc<str>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(path)
}

impl Source {
    /// A whole file.
    pub(crate) fn new(path: Arc<str>) -> Self {
        Self { kind: ResourceKind::Local, path, line: None, id: None, size_bytes: None }
    }

    /// The name for people.
    pub(crate) fn name(&self) -> String {
        let path = if &*self.path == "-" { "standard input".into() } else { visible(&self.path) };
        match self.line {
            Some(line) => format!("{path}:{line}"),
            None => path.into_owned(),
        }
    }
}
