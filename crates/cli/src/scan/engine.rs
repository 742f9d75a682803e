//! One resource through extraction and scan, whatever it contains.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    time::{Duration, Instant},
};

use dosimeter_classifier::{Classifier, Scratch};
use dosimeter_content::{Content, Expose, Text};
use dosimeter_extractor::{Budget, Hint, extract};
use dosimeter_record::{Gap, GapReason, Identity, Labelled, Locator};

/// The longest that one file may take; what is not read by then is a gap.
const FILE_TIME_MAX: Duration = Duration::from_mins(2);

/// What threads share.
pub(crate) struct Engine {
    classifier: Classifier,
    file_bytes_max: usize,
}

impl Engine {
    /// Scans with `classifier`, and reads at most `file_bytes_max` of one file.
    pub(crate) fn new(classifier: Classifier, file_bytes_max: usize) -> Self {
        Self { classifier, file_bytes_max }
    }

    /// The limit on one file.
    pub(crate) fn file_bytes_max(&self) -> usize {
        self.file_bytes_max
    }

    /// What a thread keeps between resources.
    pub(crate) fn scratch(&self) -> Scratch {
        self.classifier.scratch()
    }

    /// Scans a file. `complete` is false if the file went on beyond `file`.
    pub(crate) fn file(
        &self,
        scratch: &mut Scratch,
        name: &str,
        file: &Content,
        complete: bool,
    ) -> Labelled {
        let identity = Identity { tenant: "", resource: name, part: "" };
        self.guarded(scratch, identity, |scratch| {
            let start = Instant::now();
            let budget = Budget::default()
                .input_bytes(self.file_bytes_max)
                .with_deadline(move || start.elapsed() > FILE_TIME_MAX);
            let extraction = extract(file, Hint { name: Some(name), media_type: None }, &budget);
            let mut scan = self.classifier.resource(scratch, identity);
            for segment in extraction.segments {
                scan.segment(segment.text.expose(), &segment.locator);
            }
            for gap in extraction.gaps {
                scan.gap(gap);
            }
            if !complete {
                scan.gap(Gap::whole(GapReason::TooLarge));
            }
            scan.finish()
        })
    }

    /// Scans texts that belong together.
    pub(crate) fn texts(
        &self,
        scratch: &mut Scratch,
        identity: Identity<'_>,
        texts: &[Text],
    ) -> Labelled {
        self.guarded(scratch, identity, |scratch| {
            let mut scan = self.classifier.resource(scratch, identity);
            for text in texts {
                scan.segment(text.expose(), &Locator::default());
            }
            scan.finish()
        })
    }

    /// The result of something that could not be scanned.
    pub(crate) fn unread(
        &self,
        scratch: &mut Scratch,
        identity: Identity<'_>,
        reason: GapReason,
    ) -> Labelled {
        let mut scan = self.classifier.resource(scratch, identity);
        scan.gap(Gap::whole(reason));
        scan.finish()
    }

    /// A defect of ours costs one resource, never the run: it becomes a gap.
    fn guarded(
        &self,
        scratch: &mut Scratch,
        identity: Identity<'_>,
        work: impl FnOnce(&mut Scratch) -> Labelled,
    ) -> Labelled {
        if let Ok(labelled) = catch_unwind(AssertUnwindSafe(|| work(scratch))) {
            return labelled;
        }
        *scratch = self.classifier.scratch();
        self.unread(scratch, identity, GapReason::ParserFailed)
    }
}
