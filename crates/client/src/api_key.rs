//! The key.

use std::fmt;

use bytes::Bytes;
use reqwest::header::HeaderValue;
use zeroize::{Zeroize, Zeroizing};

use crate::{Error, ErrorKind};

/// A Compliance API key: sent, never shown, wiped when dropped.
///
/// ```
/// let key = dosimeter_client::ApiKey::new("sk-ant-api01-example".to_owned()).unwrap();
/// assert_eq!(format!("{key:?}"), "ApiKey(compliance)");
/// ```
pub struct ApiKey {
    key: Zeroizing<Vec<u8>>,
}

/// What a key is for, as its prefix says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyKind {
    /// A Compliance Access Key, `sk-ant-api01-`: whatever its scopes allow.
    Compliance,
    /// A Console Admin key, `sk-ant-admin01-`: the Activity Feed only.
    Admin,
    /// A Claude API key, `sk-ant-api03-`: nothing here; the API answers 404 to it.
    Model,
    /// Anything else.
    Other,
}

impl KeyKind {
    /// The kind in one word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Compliance => "compliance",
            Self::Admin => "admin",
            Self::Model => "model",
            Self::Other => "other",
        }
    }
}

impl ApiKey {
    /// Takes a key as it stands in a file: white space around it is dropped.
    ///
    /// # Errors
    ///
    /// If it is empty, longer than 512 bytes, or holds anything but visible ASCII characters.
    pub fn new(key: String) -> Result<Self, Error> {
        let key = Zeroizing::new(key);
        let trimmed = key.trim_ascii();
        let usable = (1..=512).contains(&trimmed.len())
            && trimmed.bytes().all(|byte| byte.is_ascii_graphic());
        if !usable {
            return Err(Error::new(
                ErrorKind::Argument,
                "the key is not one line of visible ASCII characters",
            ));
        }
        Ok(Self { key: Zeroizing::new(trimmed.as_bytes().to_vec()) })
    }

    /// What the key is for, as its prefix says.
    pub fn kind(&self) -> KeyKind {
        let starts = |prefix: &str| self.key.starts_with(prefix.as_bytes());
        match () {
            () if starts("sk-ant-api01-") => KeyKind::Compliance,
            () if starts("sk-ant-admin01-") => KeyKind::Admin,
            () if starts("sk-ant-api03-") => KeyKind::Model,
            () => KeyKind::Other,
        }
    }

    /// The key as a header whose memory is wiped when the request is dropped.
    pub(crate) fn header(&self) -> Result<HeaderValue, Error> {
        let mut value = HeaderValue::from_maybe_shared(Bytes::from_owner(Wiped(self.key.to_vec())))
            .map_err(|_| Error::new(ErrorKind::Argument, "the key cannot be sent in a header"))?;
        value.set_sensitive(true);
        Ok(value)
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "ApiKey({})", self.kind().name())
    }
}

/// Bytes that are wiped when the last header that shares them is dropped.
struct Wiped(Vec<u8>);

impl AsRef<[u8]> for Wiped {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl Drop for Wiped {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(key: &str, expected: Option<KeyKind>) {
        assert_eq!(ApiKey::new(key.to_owned()).ok().map(|key| key.kind()), expected, "{key:?}");
    }

    #[test]
    fn the_prefix_says_the_kind() {
        check("sk-ant-api01-x", Some(KeyKind::Compliance));
        check(" sk-ant-admin01-x\n", Some(KeyKind::Admin));
        check("sk-ant-api03-x", Some(KeyKind::Model));
        check("x", Some(KeyKind::Other));
    }

    #[test]
    fn what_cannot_be_a_header_is_refused() {
        check("", None);
        check(" \n", None);
        check("two words", None);
        check("sk-ant-api01-\r\nx: y", None);
        check("sk-ant-api01-é", None);
        check(&"k".repeat(513), None);
    }
}
