//! A segment whose text comes in pieces.

use std::fmt;

use dosimeter_record::{Locator, Position};
use zeroize::Zeroizing;

use crate::resource::ResourceScan;

/// A segment in the middle of its text; made by [`ResourceScan::stream`].
///
/// Finds exactly what [`ResourceScan::segment`] finds in the pieces joined, wherever they are cut, and
/// holds no more of the text than about 4 MiB, wiped when it is dropped. Dropping it ends the segment:
/// what was pushed is scanned.
///
/// # Examples
///
/// ```
/// use dosimeter_classifier::Classifier;
/// use dosimeter_record::{Identity, Locator};
///
/// let classifier = Classifier::builder().build()?;
/// let mut scratch = classifier.scratch();
/// let mut scan = classifier.resource(&mut scratch, Identity::default());
/// let mut stream = scan.stream(Locator::default());
/// stream.push("my card is 4539 5787");
/// stream.push(" 6362 1486, thanks");
/// stream.end();
/// assert_eq!(scan.finish().findings.len(), 1);
/// # Ok::<(), dosimeter_classifier::Error>(())
/// ```
pub struct SegmentStream<'s, 'c> {
    scan: &'s mut ResourceScan<'c>,
    locator: Locator,
    /// What may still be needed: content, wiped when dropped.
    pending: Zeroizing<String>,
    /// How much of the text was before that.
    gone: Position,
    /// The window that comes next.
    window: usize,
}

impl<'s, 'c> SegmentStream<'s, 'c> {
    pub(crate) fn new(scan: &'s mut ResourceScan<'c>, locator: Locator) -> Self {
        Self { scan, locator, pending: Zeroizing::default(), gone: Position::default(), window: 0 }
    }

    /// Takes the next piece of the text, of any length.
    pub fn push(&mut self, mut text: &str) {
        while !text.is_empty() {
            let needed = self.scan.windows.needs(self.window).saturating_sub(self.gone.bytes);
            let missing = needed.saturating_sub(self.pending.len());
            let (now, later) = text.split_at(text.ceil_char_boundary(missing));
            self.append(now, needed);
            text = later;
            if self.pending.len() >= needed {
                self.scan_window();
            }
        }
    }

    /// Ends the segment.
    pub fn end(self) {
        drop(self);
    }

    /// Adds to what is pending. A string that grows by itself would leave content behind.
    fn append(&mut self, text: &str, needed: usize) {
        let len = self.pending.len().saturating_add(text.len());
        if len > self.pending.capacity() {
            // `needed` and the rest of a character, so that a full window does not move again.
            let roomy = self.pending.capacity().saturating_mul(2).min(needed.saturating_add(4));
            let mut bigger = Zeroizing::new(String::with_capacity(roomy.max(len)));
            bigger.push_str(&self.pending);
            self.pending = bigger;
        }
        self.pending.push_str(text);
    }

    /// Scans the next window and drops what no later one sees.
    fn scan_window(&mut self) {
        let window = self.scan.windows.cut(self.window, &self.pending, self.gone.bytes);
        self.scan.window(&self.pending, window, self.gone, &self.locator);
        let kept = window.own.end.saturating_sub(self.scan.windows.before);
        let kept = self.pending.floor_char_boundary(kept);
        self.gone = self.gone.behind(self.pending.get(..kept).unwrap_or_default());
        self.pending.drain(..kept);
        self.window = self.window.saturating_add(1);
    }
}

impl Drop for SegmentStream<'_, '_> {
    fn drop(&mut self) {
        let len = self.gone.bytes.saturating_add(self.pending.len());
        self.scan.text_bytes = self.scan.text_bytes.saturating_add(len as u64);
        while self.window < self.scan.windows.count(len) {
            self.scan_window();
        }
    }
}

impl fmt::Debug for SegmentStream<'_, '_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pending = self.pending.len();
        formatter.debug_struct("SegmentStream").field("pending_bytes", &pending).finish()
    }
}

#[cfg(test)]
mod tests {
    use dosimeter_record::{
        Confidence, Evidence, Finding, FingerprintKey, Identity, Labelled, Labels,
    };
    use proptest::prelude::*;

    use super::*;
    use crate::{Classifier, RuleSet, Scratch, example, window::Windows};

    /// Small enough that a few examples fill many windows.
    const SMALL: Windows = Windows { len: 700, before: 300, after: 400 };

    const GLUE: &[&str] = &["", " ", "\n", "１", "\u{200B}", "é", "😀"];

    fn resource<'c>(classifier: &'c Classifier, scratch: &'c mut Scratch) -> ResourceScan<'c> {
        let mut scan = classifier.resource(scratch, Identity::default());
        scan.windows = SMALL;
        scan
    }

    fn parts(labelled: Labelled) -> (Labels, Vec<Finding>, Vec<Evidence>) {
        (labelled.labels, labelled.findings, labelled.evidence)
    }

    #[test]
    fn pieces_give_the_findings_of_the_whole_wherever_they_are_cut() {
        let key = FingerprintKey::from_bytes([3; 32]);
        let classifier =
            Classifier::builder().min_confidence(Confidence::Low).key(key).build().unwrap();
        let texts = example::texts(RuleSet::built_in_sources()).unwrap();
        let text = prop::collection::vec((0..texts.len(), prop::sample::select(GLUE)), 1..30)
            .prop_map(|pieces| {
                let piece = |(index, glue): (usize, &str)| format!("{}{glue}", texts[index].1);
                pieces.into_iter().map(piece).collect::<String>()
            });
        let cuts = prop::collection::vec(1..900_usize, 1..8);
        let config = ProptestConfig { cases: 48, ..ProptestConfig::default() };
        proptest!(config, |(text in text, cuts in cuts)| {
            let (mut scratch, mut other) = (classifier.scratch(), classifier.scratch());
            let mut whole = resource(&classifier, &mut scratch);
            whole.segment(&text, &Locator::default());
            whole.segment("the patient", &Locator::default());
            let mut pieces = resource(&classifier, &mut other);
            let mut stream = pieces.stream(Locator::default());
            let (mut rest, mut cuts) = (text.as_str(), cuts.iter().cycle());
            while !rest.is_empty() {
                let (piece, later) = rest.split_at(rest.ceil_char_boundary(*cuts.next().unwrap()));
                stream.push(piece);
                prop_assert!(stream.pending.len() <= 700 + 300 + 400 + 12);
                rest = later;
            }
            stream.end();
            pieces.segment("the patient", &Locator::default());
            prop_assert_eq!(parts(whole.finish()), parts(pieces.finish()));
        });
    }
}
