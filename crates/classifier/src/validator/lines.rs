//! Lists of words as text files of sorted lines, searched by halving, so that they cost no start-up
//! time.

use std::cmp::Ordering;

/// Whether `word`, in any case, is a line of `sorted`, whose lines are in small letters and in the
/// order of their code points. O(log n) comparisons.
pub(super) fn holds(sorted: &str, word: &str) -> bool {
    let order = |line: &str| line.chars().cmp(word.chars().flat_map(char::to_lowercase));
    let mut lines = sorted;
    while !lines.is_empty() {
        let middle = lines.floor_char_boundary(lines.len() / 2);
        let (before, after) = lines.split_at(middle);
        let start = before.rfind('\n').map_or(0, |end| end.saturating_add(1));
        let end = after.find('\n').map_or(lines.len(), |rest| middle.saturating_add(rest));
        match order(lines.get(start..end).unwrap_or_default()) {
            Ordering::Equal => return true,
            Ordering::Less => lines = lines.get(end.saturating_add(1)..).unwrap_or_default(),
            Ordering::Greater => lines = lines.get(..start).unwrap_or_default(),
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_found_in_any_case_and_nothing_else_is() {
        let sorted = "ab\nabc\nbcd\ngrün\nz\n";
        for word in ["ab", "abc", "bcd", "grün", "z", "ABC", "Grün"] {
            assert!(holds(sorted, word), "{word}");
        }
        for word in ["", "a", "b", "ab\nabc", "zz", "\n", "gru"] {
            assert!(!holds(sorted, word), "{word}");
        }
        assert!(!holds("", "a"));
    }
}
