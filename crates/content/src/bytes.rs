//! Owned bytes from a source.

use zeroize::{Zeroize, Zeroizing};

use crate::Expose;

/// Owned bytes from a source, wiped when dropped.
#[expect(missing_debug_implementations, reason = "content must not be printable")]
pub struct Content {
    bytes: Zeroizing<Vec<u8>>,
}

impl Content {
    /// The number of bytes, which is not secret.
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether there are no bytes.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }
}

impl Expose for Content {
    type Target = [u8];

    fn expose(&self) -> &[u8] {
        &self.bytes
    }
}

impl From<Vec<u8>> for Content {
    fn from(bytes: Vec<u8>) -> Self {
        Self { bytes: Zeroizing::new(bytes) }
    }
}

/// Collects a streamed body up to a hard limit.
///
/// A plain `Vec` leaves unwiped copies behind each time it grows; this one wipes the old block
/// before it gives it back.
#[expect(missing_debug_implementations, reason = "content must not be printable")]
pub struct ContentBuilder {
    bytes: Zeroizing<Vec<u8>>,
    bytes_max: usize,
}

impl ContentBuilder {
    /// Starts empty, and refuses to hold more than `bytes_max` bytes.
    pub fn with_limit(bytes_max: usize) -> Self {
        Self { bytes: Zeroizing::new(Vec::new()), bytes_max }
    }

    /// Starts empty with room for `bytes` that are expected, and refuses to hold more than `bytes_max`.
    pub fn with_room(bytes: usize, bytes_max: usize) -> Self {
        let bytes = Zeroizing::new(Vec::with_capacity(bytes.min(bytes_max)));
        Self { bytes, bytes_max }
    }

    /// Appends as much of `chunk` as the limit allows; says whether all of it fitted.
    ///
    /// Amortised O(length of `chunk`).
    #[must_use = "a chunk that did not fit means that the content is cut"]
    pub fn push(&mut self, chunk: &[u8]) -> bool {
        let room = self.bytes_max.saturating_sub(self.bytes.len());
        let taken = chunk.get(..room).unwrap_or(chunk);
        self.reserve(taken.len());
        self.bytes.extend_from_slice(taken);
        taken.len() == chunk.len()
    }

    /// The number of bytes collected so far.
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether nothing was collected yet.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Ends the collection.
    pub fn finish(self) -> Content {
        Content { bytes: self.bytes }
    }

    fn reserve(&mut self, additional: usize) {
        let needed = self.bytes.len().saturating_add(additional);
        if needed <= self.bytes.capacity() {
            return;
        }
        let capacity = needed.max(self.bytes.capacity().saturating_mul(2)).min(self.bytes_max);
        let mut grown = Vec::with_capacity(capacity.max(needed));
        grown.extend_from_slice(&self.bytes);
        self.bytes.zeroize();
        self.bytes = Zeroizing::new(grown);
    }
}

#[cfg(test)]
mod tests {
    use static_assertions::assert_not_impl_any;

    use super::*;

    assert_not_impl_any!(
        Content: std::fmt::Debug,
        std::fmt::Display,
        Clone,
        Copy,
        PartialEq,
        PartialOrd,
        std::hash::Hash,
        std::ops::Deref,
        AsRef<[u8]>,
        Default,
        serde::Serialize
    );
    assert_not_impl_any!(ContentBuilder: std::fmt::Debug, Clone, PartialEq, std::ops::Deref);

    #[test]
    fn a_builder_stops_at_its_limit_and_says_so() {
        let mut builder = ContentBuilder::with_limit(5);
        assert!(builder.push(b"abc"));
        assert!(!builder.push(b"defg"));
        assert!(!builder.push(b"h"));
        assert_eq!(builder.finish().expose(), b"abcde");
    }

    #[test]
    fn a_builder_grows_without_losing_bytes() {
        let mut builder = ContentBuilder::with_limit(1 << 20);
        let expected: Vec<u8> = (0..100_000_u32).map(|value| value.to_le_bytes()[0]).collect();
        for chunk in expected.chunks(777) {
            assert!(builder.push(chunk));
        }
        assert_eq!(builder.finish().expose(), expected);
    }
}
