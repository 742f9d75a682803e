//! Top-level domains: the labels of the IANA root zone, in ASCII and, for international ones, as written.
//!
//! The list is a text file of sorted lines, searched by halving, so that it costs no start-up time.

/// Whether the label, in any case, is a top-level domain. O(log n) comparisons.
pub(super) fn is_top_level(label: &[u8]) -> bool {
    let mut lines = TOP_LEVEL.as_bytes();
    let order = |line: &[u8]| line.iter().copied().cmp(label.iter().map(u8::to_ascii_lowercase));
    while !lines.is_empty() {
        let (before, after) = lines.split_at(lines.len() / 2);
        let start = before.iter().rposition(|&byte| byte == b'\n').map_or(0, |end| end + 1);
        let rest = after.iter().position(|&byte| byte == b'\n').unwrap_or(after.len());
        let end = before.len() + rest;
        match order(lines.get(start..end).unwrap_or_default()) {
            std::cmp::Ordering::Equal => return true,
            std::cmp::Ordering::Less => lines = lines.get(end + 1..).unwrap_or_default(),
            std::cmp::Ordering::Greater => lines = lines.get(..start).unwrap_or_default(),
        }
    }
    false
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
