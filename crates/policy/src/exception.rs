//! Values that are known and accepted, for a while.

use dosimeter_record::Fingerprint;
use jiff::Timestamp;

/// A value that nothing is to be done about, by its fingerprint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exception {
    pub(crate) fingerprint: Fingerprint,
    pub(crate) reason: String,
    pub(crate) expires: Timestamp,
}

impl Exception {
    /// Which value.
    pub fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }

    /// Why it is accepted.
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// Until when.
    pub fn expires(&self) -> Timestamp {
        self.expires
    }

    /// Whether it still holds.
    pub fn holds(&self, now: Timestamp) -> bool {
        now < self.expires
    }
}
