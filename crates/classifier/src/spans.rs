//! Places in a text, many at a time.

use dosimeter_record::Span;

/// A span with so many bytes more on each side.
pub(crate) fn widened(span: Span, by: usize) -> Span {
    Span::new(span.start.saturating_sub(by), span.end.saturating_add(by))
}

/// The same places without overlaps, in the order of the text.
pub(crate) fn sorted_union(spans: impl Iterator<Item = Span>) -> Vec<Span> {
    let mut spans: Vec<Span> = spans.collect();
    spans.sort_unstable();
    union(spans.into_iter())
}

/// The same places without overlaps, of spans that come by their start.
pub(crate) fn union(spans: impl Iterator<Item = Span>) -> Vec<Span> {
    let mut union: Vec<Span> = Vec::new();
    for span in spans {
        match union.last_mut() {
            Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
            _ => union.push(span),
        }
    }
    union
}

/// Whether `span` overlaps one of some that ascend and do not overlap.
pub(crate) fn overlaps_any(spans: &[Span], span: Span) -> bool {
    let after = spans.partition_point(|other| other.end <= span.start);
    spans.get(after).is_some_and(|other| other.overlaps(span))
}
