//! Where a match stands in a text.

use serde::{Deserialize, Serialize};

/// A half-open range of byte offsets into the original UTF-8 text of one segment.
///
/// Both ends lie on character boundaries of the text that was scanned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Span {
    /// The first byte of the match.
    pub start: usize,
    /// One past the last byte of the match.
    pub end: usize,
}

impl Span {
    /// Makes a span; an `end` before `start` gives an empty span at `start`.
    pub fn new(start: usize, end: usize) -> Self {
        Self { start, end: end.max(start) }
    }

    /// The length in bytes.
    pub fn len(self) -> usize {
        self.end.saturating_sub(self.start)
    }

    /// Whether no byte is covered.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// Whether the two spans share at least one byte.
    pub fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// Whether `other` lies wholly inside this span.
    pub fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// The number of bytes between the two spans; zero if they touch or overlap.
    pub fn distance(self, other: Self) -> usize {
        if self.end <= other.start {
            other.start.saturating_sub(self.end)
        } else {
            self.start.saturating_sub(other.end)
        }
    }

    /// The part of `text` that the span covers, or nothing if it does not lie in `text`.
    pub fn slice(self, text: &str) -> Option<&str> {
        text.get(self.start..self.end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distance_is_zero_for_spans_that_touch() {
        assert_eq!(Span::new(0, 4).distance(Span::new(4, 6)), 0);
        assert_eq!(Span::new(0, 4).distance(Span::new(9, 10)), 5);
        assert_eq!(Span::new(9, 10).distance(Span::new(0, 4)), 5);
        assert_eq!(Span::new(2, 8).distance(Span::new(4, 5)), 0);
    }
}
