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
    let mut union = Vec::new();
    spans.for_each(|span| add_to_union(&mut union, span));
    union
}

/// Adds a span that begins no earlier than those that are in.
pub(crate) fn add_to_union(union: &mut Vec<Span>, span: Span) {
    match union.last_mut() {
        Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
        _ => union.push(span),
    }
}

/// The last of some spans, which ascend and do not overlap, that overlaps `span`.
pub(crate) fn last_overlapping(spans: &[Span], span: Span) -> Option<Span> {
    let before = spans.partition_point(|other| other.start < span.end);
    let last = spans.get(before.checked_sub(1)?)?;
    last.overlaps(span).then_some(*last)
}
