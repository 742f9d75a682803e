//! Owned UTF-8 text from a source.

use zeroize::Zeroizing;

use crate::Expose;

/// Owned UTF-8 text from a source, wiped when dropped.
#[expect(missing_debug_implementations, reason = "content must not be printable")]
pub struct Text {
    text: Zeroizing<String>,
}

impl Text {
    /// The number of bytes, which is not secret.
    pub fn len(&self) -> usize {
        self.text.len()
    }

    /// Whether there is no text.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }
}

impl Expose for Text {
    type Target = str;

    fn expose(&self) -> &str {
        &self.text
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self { text: Zeroizing::new(text) }
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for Text {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // serde's own error would quote the value that it found; ours says only what was expected.
        String::deserialize(deserializer)
            .map(Self::from)
            .map_err(|_| serde::de::Error::custom("expected a string"))
    }
}

#[cfg(test)]
mod tests {
    use static_assertions::assert_not_impl_any;

    use super::*;

    assert_not_impl_any!(
        Text: std::fmt::Debug,
        std::fmt::Display,
        Clone,
        Copy,
        PartialEq,
        PartialOrd,
        std::hash::Hash,
        std::ops::Deref,
        AsRef<str>,
        Default,
        serde::Serialize
    );

    #[test]
    fn text_is_readable_only_through_expose() {
        assert_eq!(Text::from("héllo".to_owned()).expose(), "héllo");
    }

    #[cfg(feature = "serde")]
    #[test]
    fn a_wrong_type_is_an_error_that_quotes_nothing() {
        let error = serde_json::from_str::<Text>("4111").err().unwrap();
        assert!(!error.to_string().contains("4111"), "{error}");
    }
}
