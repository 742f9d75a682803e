//! The third stage: from bytes to text segments and gaps.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use dosimeter_content::{Content, Expose};
use dosimeter_extractor::{Budget, Extraction, Hint, Segment};
use dosimeter_record::{Gap, Resource};
use dosimeter_sandbox::{Limits, Sandbox};

use crate::{
    fetch::{Part, Place, Unit, named},
    memory::Lease,
};

/// How long one file may take. Real files take milliseconds; the rest are attacks.
const DEADLINE: Duration = Duration::from_mins(1);

/// How files are extracted.
#[derive(Clone, Debug)]
pub(crate) struct Extractor {
    file_bytes_max: usize,
    /// Where files of formats with risk are read; in this process if there is none.
    sandbox: Option<Arc<Sandbox>>,
}

/// A resource as text, ready to be scanned.
pub(crate) struct Segments {
    pub(crate) resource: Resource,
    pub(crate) place: Place,
    pub(crate) texts: Vec<Segment>,
    pub(crate) gaps: Vec<Gap>,
    pub(crate) source_digest: Option<String>,
    /// The memory that this text takes: dropped last.
    pub(crate) lease: Option<Lease>,
}

impl Extractor {
    pub(crate) fn new(file_bytes_max: u64, sandbox: Option<Arc<Sandbox>>) -> Self {
        let file_bytes_max = usize::try_from(file_bytes_max).unwrap_or(usize::MAX);
        Self { file_bytes_max, sandbox }
    }

    fn read(&self, bytes: &Content, hint: Hint<'_>) -> Extraction {
        if let Some(sandbox) = &self.sandbox
            && !dosimeter_extractor::is_simple(bytes, hint)
        {
            let limits = Limits { file_bytes: self.file_bytes_max, wall: DEADLINE };
            return sandbox.extract(bytes, hint, limits);
        }
        let started = Instant::now();
        let budget = Budget::default()
            .input_bytes(self.file_bytes_max)
            .with_deadline(move || started.elapsed() > DEADLINE);
        dosimeter_extractor::extract(bytes, hint, &budget)
    }
}

/// Reads the text of a unit. The bytes are wiped on return; the name is a text like any other.
pub(crate) fn extract(extractor: &Extractor, unit: Unit) -> Segments {
    let Unit { part, bytes, source_digest, lease } = unit;
    let Part { resource, place, name, mut texts, mut gaps, body: _, digest: _ } = part;
    if let Some(bytes) = bytes {
        let hint = Hint {
            name: name.as_ref().map(Expose::expose),
            media_type: resource.media_type.as_deref(),
        };
        let extraction = extractor.read(&bytes, hint);
        texts.extend(extraction.segments);
        gaps.extend(extraction.gaps);
    }
    if let Some(name) = name.filter(|name| !name.is_empty()) {
        texts.insert(0, Segment { text: name, locator: named("name") });
    }
    Segments { resource, place, texts, gaps, source_digest, lease }
}
