//! Lines, one for each finding and each gap.

use super::{About, Body, Scanned};
use crate::Format;

pub(super) struct Lines(pub(super) Format);

impl Body for Lines {
    fn add(&mut self, out: &mut Vec<u8>, about: &About<'_>, scanned: &Scanned) {
        let findings = scanned.findings.iter().map(|event| self.0.write(event));
        let gaps = scanned.gaps.iter().map(|gap| self.0.write_gap(gap, &about.at));
        for line in findings.chain(gaps) {
            out.extend_from_slice(line.as_bytes());
            out.push(b'\n');
        }
    }

    fn end(&mut self, _: &mut Vec<u8>, _: &About<'_>) {}
}
