//! One resource through extraction and scan, whatever it contains.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    time::{Duration, Instant},
};

use dosimeter_classifier::{Classifier, Scratch};
use dosimeter_content::{Content, Expose, Text};
use dosimeter_extractor::{Budget, FileKind, Hint, extract};
use dosimeter_record::{Finding, FindingParts, Gap, GapReason, Identity, Labelled, Locator};

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
            for segment in &extraction.segments {
                scan.segment(segment.text.expose(), &segment.locator);
            }
            for gap in extraction.gaps {
                scan.gap(gap);
            }
            if !complete {
                scan.gap(Gap::whole(GapReason::TooLarge));
            }
            let labelled = scan.finish();
            match extraction.segments.as_slice() {
                [text] if extraction.kind == FileKind::Text => with_lines(labelled, &text.text),
                _ => labelled,
            }
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

/// Lets the findings in a text file say in which line they start.
///
/// O(length of `text`), and nothing where nothing was found.
fn with_lines(labelled: Labelled, text: &Text) -> Labelled {
    if labelled.findings.is_empty() {
        return labelled;
    }
    let ends: Vec<usize> = memchr::memchr_iter(b'\n', text.expose().as_bytes()).collect();
    let numbered = |finding: Finding| {
        let mut parts = FindingParts::from(finding);
        let line = ends.partition_point(|end| *end < parts.span.start).saturating_add(1);
        if parts.locator == Locator::default() {
            parts.locator.line = u32::try_from(line).ok();
        }
        Finding::from(parts)
    };
    let findings = labelled.findings.into_iter().map(numbered).collect();
    Labelled { findings, ..labelled }
}

#[cfg(test)]
mod tests {
    use dosimeter_record::FingerprintKey;

    use super::*;

    #[test]
    fn findings_in_a_text_file_have_lines() {
        let key = FingerprintKey::from_bytes([7; 32]);
        let classifier = Classifier::builder().key(key).build().unwrap();
        let engine = Engine::new(classifier, 1 << 20);
        let text =
            "one\r\ntwo IBAN DE13 5001 0517 9513 7844 05\n\nIBAN DE13 5001 0517 9513 7844 05";
        let file = Content::from(text.as_bytes().to_vec());
        let labelled = engine.file(&mut engine.scratch(), "a.txt", &file, true);
        let lines = labelled.findings.iter().map(|finding| finding.locator().line);
        assert_eq!(lines.collect::<Vec<_>>(), [Some(2), Some(4)]);
    }

    #[test]
    fn a_file_that_goes_on_is_not_complete() {
        let engine = Engine::new(Classifier::builder().build().unwrap(), 1 << 20);
        let file = Content::from(b"let us meet at noon".to_vec());
        let labelled = engine.file(&mut engine.scratch(), "a.txt", &file, false);
        assert!(!labelled.labels.is_clean());
    }
}
