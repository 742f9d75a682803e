//! One resource through extraction and scan, whatever it contains.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    time::{Duration, Instant},
};

use dosimeter_classifier::{Classifier, Scratch};
use dosimeter_content::{Content, Expose, Text};
use dosimeter_extractor::{Budget, FileKind, Hint, extract};
use dosimeter_record::{Gap, GapReason, Identity, Locator};
use dosimeter_sandbox::Recogniser;

use super::{allow, suppress::Verdict};

/// The longest that one file may take; what is not read by then is a gap.
const FILE_TIME_MAX: Duration = Duration::from_mins(2);

/// What threads share.
pub(crate) struct Engine {
    classifier: Classifier,
    file_bytes_max: usize,
    /// Reads text in pictures, if that was asked for.
    recogniser: Option<Recogniser>,
}

impl Engine {
    /// Scans with `classifier`, and reads at most `file_bytes_max` of one file.
    pub(crate) fn new(classifier: Classifier, file_bytes_max: usize) -> Self {
        Self { classifier, file_bytes_max, recogniser: None }
    }

    /// Reads text in pictures too, if there is one.
    pub(crate) fn recogniser(self, recogniser: Option<Recogniser>) -> Self {
        Self { recogniser, ..self }
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
    ) -> Verdict {
        let identity = Identity { tenant: "", resource: name, part: "" };
        self.guarded(scratch, identity, |scratch| {
            let start = Instant::now();
            let budget = Budget::default()
                .input_bytes(self.file_bytes_max)
                .with_deadline(move || start.elapsed() > FILE_TIME_MAX);
            let hint = Hint { name: Some(name), media_type: None };
            let extraction = match &self.recogniser {
                Some(recogniser) => recogniser.extract(file, hint, &budget),
                None => extract(file, hint, &budget),
            };
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
                [text] if extraction.kind == FileKind::Text => {
                    let mut verdict = Verdict::from(labelled);
                    allow::apply(&mut verdict, text.text.expose(), &self.classifier, scratch);
                    verdict
                }
                _ => labelled.into(),
            }
        })
    }

    /// Scans texts that belong together.
    pub(crate) fn texts(
        &self,
        scratch: &mut Scratch,
        identity: Identity<'_>,
        texts: &[Text],
    ) -> Verdict {
        self.guarded(scratch, identity, |scratch| {
            let mut scan = self.classifier.resource(scratch, identity);
            for text in texts {
                scan.segment(text.expose(), &Locator::default());
            }
            scan.finish().into()
        })
    }

    /// The result of something that could not be scanned.
    pub(crate) fn unread(
        &self,
        scratch: &mut Scratch,
        identity: Identity<'_>,
        reason: GapReason,
    ) -> Verdict {
        let mut scan = self.classifier.resource(scratch, identity);
        scan.gap(Gap::whole(reason));
        scan.finish().into()
    }

    /// A defect of ours costs one resource, never the run: it becomes a gap.
    fn guarded(
        &self,
        scratch: &mut Scratch,
        identity: Identity<'_>,
        work: impl FnOnce(&mut Scratch) -> Verdict,
    ) -> Verdict {
        if let Ok(verdict) = catch_unwind(AssertUnwindSafe(|| work(scratch))) {
            return verdict;
        }
        *scratch = self.classifier.scratch();
        self.unread(scratch, identity, GapReason::ParserFailed)
    }
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
        let labelled = engine.file(&mut engine.scratch(), "a.txt", &file, true).labelled;
        let lines = labelled.findings.iter().map(|finding| finding.locator().line);
        assert_eq!(lines.collect::<Vec<_>>(), [Some(2), Some(4)]);
    }

    #[test]
    fn comments_accept_findings_beside_and_below_them() {
        let engine = Engine::new(Classifier::builder().build().unwrap(), 1 << 20);
        let iban = "IBAN DE13 5001 0517 9513 7844 05";
        let text = format!(
            "{iban} # dosimeter:allow known\n# dosimeter:allow payment.bank.iban\n{iban}\n\
             # dosimeter:allow secrets\n{iban}\n{iban} # dosimeter:allow\n{iban}\n"
        );
        let file = Content::from(text.into_bytes());
        let verdict = engine.file(&mut engine.scratch(), "a.py", &file, true);
        let accepted: Vec<(Option<u32>, bool)> = verdict
            .findings()
            .map(|(finding, suppressed)| (finding.locator().line, suppressed.is_some()))
            .collect();
        let expected = [(1, true), (3, true), (5, false), (6, true), (7, false)];
        assert_eq!(accepted, expected.map(|(line, accepted)| (Some(line), accepted)));
    }

    #[test]
    fn a_file_that_goes_on_is_not_complete() {
        let engine = Engine::new(Classifier::builder().build().unwrap(), 1 << 20);
        let file = Content::from(b"let us meet at noon".to_vec());
        let labelled = engine.file(&mut engine.scratch(), "a.txt", &file, false).labelled;
        assert!(!labelled.labels.is_clean());
    }
}
