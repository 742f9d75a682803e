//! The work that is measured, alone in a process of its own: `callgrind` and others count around it.

use std::{fs, hint::black_box};

use dosimeter_benches::{Error, padding};
use dosimeter_classifier::{Classifier, Scratch};
use dosimeter_record::{Identity, Locator};

use crate::arguments::Arguments;

/// Warms up on all of a file, then scans its first `--kib` KiB as often as `--repeat` says.
pub(crate) fn run(arguments: &Arguments) -> Result<(), Error> {
    let text = fs::read_to_string(arguments.first("the file")?)?;
    let by_line = arguments.has("lines");
    let classifier = padding::classifier(arguments.rules()?)?;
    let mut scratch = classifier.scratch();
    black_box(scan(&classifier, &mut scratch, &text, by_line));
    let part = text.floor_char_boundary(arguments.number("kib")?.unwrap_or(1024) << 10);
    for _ in 0..arguments.number("repeat")?.unwrap_or(1) {
        black_box(scan(&classifier, &mut scratch, text.split_at(part).0, by_line));
    }
    Ok(())
}

/// Scans `text` as one resource, or each of its lines as one; gives the number of findings.
#[inline(never)]
pub(crate) fn scan(
    classifier: &Classifier,
    scratch: &mut Scratch,
    text: &str,
    by_line: bool,
) -> u64 {
    if by_line {
        // memchr, because the search for line feeds is not what is measured.
        let mut start = 0;
        let mut found = 0;
        for end in memchr::memchr_iter(b'\n', text.as_bytes()).chain([text.len()]) {
            found +=
                classifier.scan(scratch, text.get(start..end).unwrap_or_default()).len() as u64;
            start = end + 1;
        }
        return found;
    }
    let mut scan = classifier.resource(scratch, Identity::default());
    scan.segment(text, &Locator::default());
    scan.finish().findings.len() as u64
}
