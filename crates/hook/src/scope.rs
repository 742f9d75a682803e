//! Where a message stands, and the name that it has there.

use dosimeter_record::{Fingerprint, FingerprintKey};

/// One conversation of one user: elsewhere the same text is another message.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scope<'a> {
    pub(crate) tenant: &'a str,
    pub(crate) session: &'a str,
    pub(crate) user: &'a str,
}

/// Gives messages of one conversation their names, in memory and in the store: the same whenever and
/// wherever they are judged, and unreadable without the key.
pub(crate) struct Names<'k> {
    key: &'k FingerprintKey,
    domain: String,
}

impl<'k> Names<'k> {
    pub(crate) fn new(key: &'k FingerprintKey, scope: &Scope<'_>) -> Self {
        let domain = format!("prompt\n{}\n{}\n{}", scope.tenant, scope.session, scope.user);
        Self { key, domain }
    }

    /// The conversation itself.
    pub(crate) fn talk(&self) -> Fingerprint {
        self.of("")
    }

    /// O(length of `message`).
    pub(crate) fn of(&self, message: &str) -> Fingerprint {
        self.key.digest(&self.domain, message.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_words_in_another_conversation_are_another_message() {
        let key = FingerprintKey::from_bytes([7; 32]);
        let name =
            |session, user| Names::new(&key, &Scope { tenant: "t", session, user }).of("hello");
        assert_eq!(name("s", "u"), name("s", "u"));
        assert_ne!(name("s", "u"), name("s", "v"));
        assert_ne!(name("s", "u"), name("r", "u"));
    }
}
