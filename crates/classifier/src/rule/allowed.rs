//! Documented values that are no findings.

use crate::rule::data::{AllowedValue, List, Text};

/// Values that a vendor or a standard publishes as examples, each with the reason.
#[derive(Clone, Debug, Default)]
pub(crate) struct Allowed {
    /// Sorted by kind and value.
    values: List<AllowedValue>,
}

impl Allowed {
    /// Takes values that are sorted by kind and value.
    pub(crate) fn sorted(values: &'static [AllowedValue]) -> Self {
        Self { values: values.into() }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Adds a value; its reason replaces an earlier one.
    pub(crate) fn insert(&mut self, value: AllowedValue) {
        let values = self.values.to_mut();
        match values.binary_search_by(|known| known.key().cmp(&value.key())) {
            Ok(known) => values.splice(known..=known, [value]).for_each(drop),
            Err(place) => values.insert(place, value),
        }
    }

    /// Why a value of a kind, normalised, is no finding.
    pub(crate) fn reason(&self, kind: &str, value: &str) -> Option<&Text> {
        let found = self.values.binary_search_by(|known| known.key().cmp(&(kind, value))).ok()?;
        self.values.get(found).map(|known| &known.reason)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_known_for_its_kind_with_its_last_reason() {
        let mut allowed = Allowed::default();
        for (kind, value, reason) in [("b", "2", "old"), ("a", "1", "one"), ("b", "2", "new")] {
            allowed.insert(AllowedValue {
                kind: kind.into(),
                value: value.into(),
                reason: reason.into(),
            });
        }
        assert_eq!(allowed.reason("b", "2").unwrap(), "new");
        assert_eq!(allowed.reason("a", "1").unwrap(), "one");
        assert!(allowed.reason("a", "2").is_none());
    }
}
