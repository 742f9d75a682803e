//! Top-level domains: the labels of the IANA root zone, in ASCII and, for international ones, as written.

use super::lines;

/// Whether the label, in any case, is a top-level domain. O(log n) comparisons.
pub(super) fn is_top_level(label: &[u8]) -> bool {
    str::from_utf8(label).is_ok_and(|label| lines::holds(TOP_LEVEL, label))
}

const TOP_LEVEL: &str = include_str!("tlds.txt");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_listed_label_is_found() {
        assert!(TOP_LEVEL.lines().is_sorted());
        for label in TOP_LEVEL.lines() {
            assert!(is_top_level(label.as_bytes()), "{label}");
        }
    }

    #[test]
    fn other_labels_are_not_found() {
        for label in ["", "png", "local", "co m", "zzzz", "a", "\n", "example"] {
            assert!(!is_top_level(label.as_bytes()), "{label}");
        }
        assert!(is_top_level(b"COM"));
    }
}
