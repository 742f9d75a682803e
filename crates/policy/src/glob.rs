//! Names with `*` for any characters.

/// A pattern such as `secrets.*` or `*@contractor.example`; letters of both cases are the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Glob {
    /// The parts between the stars.
    parts: Vec<String>,
}

impl Glob {
    pub(crate) fn new(pattern: &str) -> Self {
        Self { parts: pattern.to_ascii_lowercase().split('*').map(str::to_owned).collect() }
    }

    /// Whether the whole of `name` fits. O(length of `name` × number of stars) at worst.
    pub(crate) fn fits(&self, name: &str) -> bool {
        let name = name.to_ascii_lowercase();
        let Some((first, rest)) = self.parts.split_first() else { return false };
        let Some((last, middle)) = rest.split_last() else { return name == *first };
        let Some(inner) = name.strip_prefix(first.as_str()) else { return false };
        let Some(mut inner) = inner.strip_suffix(last.as_str()) else { return false };
        // Each part at its first place leaves the most room for the others.
        middle.iter().all(|part| match inner.split_once(part.as_str()) {
            Some((_, behind)) => {
                inner = behind;
                true
            }
            None => false,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_characters() {
        let fits = |pattern: &str, name: &str| Glob::new(pattern).fits(name);
        assert!(fits("secrets.*", "secrets.github.pat"));
        assert!(fits("*@Corp.example", "ada@corp.EXAMPLE"));
        assert!(fits("*", ""));
        assert!(fits("a*b*c", "a-b-b-c"));
        assert!(fits("exact", "exact"));
        assert!(!fits("exact", "exactly"));
        assert!(!fits("secrets.*", "pii.secrets."));
        assert!(!fits("ab*ba", "aba"), "no character counts twice");
        assert!(!fits("a*b*c", "a-c"));
    }
}
