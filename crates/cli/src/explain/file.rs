//! What became of every candidate in a file, or in one line of it.

use std::path::Path;

use dosimeter_classifier::{Classifier, Explanation, Outcome};
use dosimeter_content::Expose as _;
use dosimeter_extractor::{Budget, FileKind, Hint, Segment, extract};
use dosimeter_record::Position;

use super::print::{self, Candidate};
use crate::{
    error::Error,
    exit::Exit,
    scan::{allow, read},
    terminal::{Terminal, visible},
};

/// As much of one file as `scan` reads.
const FILE_BYTES_MAX: usize = 25_000_000;
/// Candidates that are shown; a line shows all of its own.
const SHOWN_MAX: usize = 50;

/// Prints the candidates of a file.
pub(super) fn explain(
    path: &Path,
    line: Option<u32>,
    classifier: &Classifier,
    terminal: &mut Terminal,
) -> Result<Exit, Error> {
    let (file, whole) = read(path, FILE_BYTES_MAX).map_err(Error::read(path))?;
    let name = path.to_string_lossy();
    let hint = Hint { name: Some(&name), media_type: None };
    let extraction = extract(&file, hint, &Budget::default().input_bytes(FILE_BYTES_MAX));
    if line.is_some() && extraction.kind != FileKind::Text {
        let usage = "only text files have lines; explain the whole file".to_owned();
        return Err(Error::Usage(usage));
    }
    let with_lines = extraction.kind == FileKind::Text;
    let found = extraction.segments.iter();
    let mut candidates: Vec<Candidate> =
        found.flat_map(|segment| candidates(segment, with_lines, line, classifier)).collect();
    if candidates.is_empty() {
        terminal.line(print::NOTHING)?;
    }
    let hidden = if line.is_some() { 0 } else { candidates.len().saturating_sub(SHOWN_MAX) };
    candidates.truncate(candidates.len().saturating_sub(hidden));
    print::all(candidates, classifier.rules(), terminal)?;
    if hidden > 0 {
        let name = visible(&name);
        let more = format!("… and {hidden} more candidates; {name}:LINE shows those of a line");
        terminal.line(terminal.paint.dim(more))?;
    }
    for gap in &extraction.gaps {
        let place = gap.locator.to_string();
        let gap = format!("not scanned: {} {place}", gap.reason);
        terminal.line(terminal.paint.yellow(gap.trim_end()))?;
    }
    if !whole {
        terminal.line(terminal.paint.yellow("not scanned: what lies beyond 25 MB"))?;
    }
    Ok(Exit::Clean)
}

/// The candidates of a piece of a file, or of one line of it.
fn candidates(
    segment: &Segment,
    with_lines: bool,
    only: Option<u32>,
    classifier: &Classifier,
) -> Vec<Candidate> {
    let text = segment.text.expose();
    let lines: Vec<&str> = if with_lines { text.split('\n').collect() } else { Vec::new() };
    let mut scratch = classifier.scratch();
    let explanations = classifier.explain(text).into_iter();
    // They come in the order of the text, which is counted once.
    let mut position = Position::default();
    let candidate = |explanation: Explanation| {
        let between = text.get(position.bytes..explanation.span.start).unwrap_or_default();
        position = position.behind(between);
        let line = with_lines.then(|| position.lines.saturating_add(1));
        if only.is_some() && line != only {
            return None;
        }
        let place = segment.locator.at(position).to_string();
        let found = matches!(explanation.outcome, Outcome::Found { .. });
        let rule = classifier.rules().rules().iter().find(|rule| *rule.id() == explanation.rule);
        let labels = rule.map(dosimeter_classifier::Rule::labels).unwrap_or_default();
        let reason = line
            .filter(|_| found)
            .and_then(|line| allow::reason_at(line, &explanation.rule, labels, &lines));
        let accepted = reason.map(|reason| allow::redacted(reason, classifier, &mut scratch));
        Some(Candidate { accepted, ..Candidate::new(explanation, &place) })
    };
    explanations.filter_map(candidate).collect()
}
