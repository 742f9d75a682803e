//! From a message of a transcript to findings.

use std::{
    sync::{Mutex, PoisonError},
    time::Instant,
};

use dosimeter_classifier::{Classifier, ResourceScan, Scratch};
use dosimeter_record::{Gap, GapReason, Identity, Labelled, Locator, Resource, ResourceKind};

use crate::{afterwards::Afterwards, heard::Heard};

/// What bounds a scan.
pub(crate) trait Pace {
    /// A longer text is scanned in pieces of so many bytes.
    const PIECE_BYTES: usize;

    /// Waits until it may begin.
    fn begin(&mut self) {}

    /// Whether time is up; asked between pieces.
    fn is_up(&mut self) -> bool;
}

/// Until then.
impl Pace for Instant {
    const PIECE_BYTES: usize = 1 << 20;

    fn is_up(&mut self) -> bool {
        Self::now() >= *self
    }
}

/// Small pieces, since somebody may wait for the end of each.
impl Pace for Afterwards {
    const PIECE_BYTES: usize = 64 << 10;

    fn begin(&mut self) {
        Self::begin(self);
    }

    fn is_up(&mut self) -> bool {
        Self::is_up(self)
    }
}

/// A classifier with the memory of its scans.
pub(crate) struct Scanner {
    pub(crate) classifier: Classifier,
    /// At most as many as there were scans at once.
    scratches: Mutex<Vec<Scratch>>,
}

/// A message after its scan.
pub(crate) struct Scanned {
    pub(crate) resource: Resource,
    pub(crate) labelled: Labelled,
    /// Whether time was up before all of it was looked at.
    pub(crate) out_of_time: bool,
}

impl Scanner {
    pub(crate) fn new(classifier: Classifier) -> Self {
        Self { classifier, scratches: Mutex::default() }
    }

    /// Scans one message; `about` is what is known of it besides its text.
    pub(crate) fn scan(
        &self,
        about: Resource,
        message: Heard<'_>,
        pace: &mut impl Pace,
    ) -> Scanned {
        let mut scratch = self.take();
        let identity = Identity {
            tenant: about.organization.as_deref().unwrap_or_default(),
            resource: &about.id,
            part: "",
        };
        let mut reader = Reader {
            scan: self.classifier.resource(&mut scratch, identity),
            pace,
            out_of_time: false,
        };
        for (text, place) in message.parts {
            reader.text(text.read().text(), &place);
        }
        message.gaps.into_iter().for_each(|gap| reader.scan.gap(gap));
        let (out_of_time, labelled) = (reader.out_of_time, reader.scan.finish());
        self.put_back(scratch);
        Scanned { resource: about, labelled, out_of_time }
    }

    fn take(&self) -> Scratch {
        let idle = self.scratches.lock().unwrap_or_else(PoisonError::into_inner).pop();
        idle.unwrap_or_else(|| self.classifier.scratch())
    }

    fn put_back(&self, scratch: Scratch) {
        self.scratches.lock().unwrap_or_else(PoisonError::into_inner).push(scratch);
    }
}

/// What is known of a message of a prompt before it is read.
pub(crate) fn message_resource(id: String) -> Resource {
    Resource::new(ResourceKind::Prompt, id)
}

/// Reads the parts of one message.
struct Reader<'s, 'p, P> {
    scan: ResourceScan<'s>,
    pace: &'p mut P,
    out_of_time: bool,
}

impl<P: Pace> Reader<'_, '_, P> {
    fn text(&mut self, text: &str, place: &Locator) {
        if self.is_late(place) {
            return;
        }
        if text.len() <= P::PIECE_BYTES {
            self.scan.segment(text, place);
            return;
        }
        let mut stream = self.scan.stream(place.clone());
        let mut rest = text;
        let mut late = false;
        while !rest.is_empty() && !late {
            let (piece, behind) = rest.split_at(rest.floor_char_boundary(P::PIECE_BYTES));
            stream.push(piece);
            rest = behind;
            late = self.pace.is_up();
        }
        stream.end();
        if !rest.is_empty() {
            self.is_late(place);
        }
    }

    /// Whether time is up; then this place has a gap.
    fn is_late(&mut self, place: &Locator) -> bool {
        let late = self.pace.is_up();
        if late {
            self.out_of_time = true;
            self.scan.gap(Gap::at(GapReason::Deadline, place.clone()));
        }
        late
    }
}
