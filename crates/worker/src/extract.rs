//! The third stage: from bytes to text segments and gaps.

use std::time::{Duration, Instant};

use dosimeter_content::{Content, Expose};
use dosimeter_extractor::{Budget, Extraction, Hint, Segment};
use dosimeter_record::{Gap, Resource};

use crate::{
    fetch::{Part, Place, Unit, named},
    memory::Lease,
};

/// How long one file may take. Real files take milliseconds; the rest are attacks.
const DEADLINE: Duration = Duration::from_mins(1);

/// The limits of every extraction.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Extractor {
    file_bytes_max: u64,
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
    pub(crate) fn new(file_bytes_max: u64) -> Self {
        Self { file_bytes_max }
    }

    fn budget(self) -> Budget {
        let started = Instant::now();
        Budget::default()
            .input_bytes(usize::try_from(self.file_bytes_max).unwrap_or(usize::MAX))
            .with_deadline(move || started.elapsed() > DEADLINE)
    }
}

/// Reads the text of a unit. The bytes are wiped on return; the name is a text like any other.
pub(crate) fn extract(extractor: Extractor, unit: Unit) -> Segments {
    let Unit { part, bytes, source_digest, lease } = unit;
    let Part { resource, place, name, mut texts, mut gaps, body: _ } = part;
    if let Some(bytes) = bytes {
        let hint = Hint {
            name: name.as_ref().map(Expose::expose),
            media_type: resource.media_type.as_deref(),
        };
        let extraction = read(extractor, &bytes, hint);
        texts.extend(extraction.segments);
        gaps.extend(extraction.gaps);
    }
    if let Some(name) = name.filter(|name| !name.is_empty()) {
        texts.insert(0, Segment { text: name, locator: named("name") });
    }
    Segments { resource, place, texts, gaps, source_digest, lease }
}

fn read(extractor: Extractor, bytes: &Content, hint: Hint<'_>) -> Extraction {
    dosimeter_extractor::extract(bytes, hint, &extractor.budget())
}
