//! Keyed identities: the same value gives the same fingerprint, and nobody without the key can tell
//! which value it was.

use std::{error, fmt, str::FromStr};

use serde::{Serialize, Serializer};
use zeroize::{Zeroize, Zeroizing};

use crate::RuleId;

/// The installation's secret key for fingerprints, wiped when dropped.
///
/// Card numbers and national ids are few enough to try them all, so an unkeyed hash would give the
/// value away. Whoever holds the key can do that; keep it beside the API key.
#[derive(Clone)]
pub struct FingerprintKey {
    bytes: Zeroizing<[u8; 32]>,
}

impl FingerprintKey {
    /// Takes 32 secret random bytes.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self { bytes: Zeroizing::new(bytes) }
    }

    /// Reads a key from 64 hexadecimal digits, with white space around them allowed.
    pub fn from_hex(hex: &str) -> Option<Self> {
        let hash = blake3::Hash::from_hex(hex.trim()).ok()?;
        Some(Self::from_bytes(*hash.as_bytes()))
    }

    /// Makes a new random key.
    ///
    /// # Errors
    ///
    /// If the operating system has no randomness to give.
    pub fn random() -> Result<Self, getrandom::Error> {
        let mut bytes = Zeroizing::new([0; 32]);
        getrandom::fill(bytes.as_mut_slice())?;
        Ok(Self { bytes })
    }

    /// The key as 64 hexadecimal digits, to be stored where only the installation can read it.
    pub fn to_hex(&self) -> Zeroizing<String> {
        Zeroizing::new(blake3::Hash::from_bytes(*self.bytes).to_hex().to_string())
    }

    /// Hashes fields, each with its length in front, so that field boundaries cannot be shifted. Only
    /// the last may be content.
    fn hash(&self, fields: &[&[u8]]) -> [u8; 16] {
        let hash = if let Some(message) = Message::of(fields) {
            blake3::keyed_hash(&self.bytes, message.bytes())
        } else {
            let mut hasher = blake3::Hasher::new_keyed(&self.bytes);
            for field in fields {
                hasher.update(&len(field)).update(field);
            }
            hasher.finalize()
        };
        let mut bytes = [0; 16];
        bytes.iter_mut().zip(hash.as_bytes()).for_each(|(to, from)| *to = *from);
        bytes
    }

    /// A keyed hash of any value that must be recognised again and not be readable, such as the MD5
    /// of a file in a listing.
    pub fn digest(&self, domain: &str, value: &[u8]) -> Fingerprint {
        Fingerprint { bytes: self.hash(&[domain.as_bytes(), value]) }
    }
}

impl fmt::Debug for FingerprintKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("FingerprintKey(…)")
    }
}

/// Which value was found, without saying it: 128 bits of keyed BLAKE3 over kind and normalised
/// value.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint {
    bytes: [u8; 16],
}

impl Fingerprint {
    /// Hashes a normalised value (separators removed, case folded where the format ignores case).
    ///
    /// `kind` keeps equal strings of different meaning apart; rules that find the same kind of value
    /// share it.
    pub fn new(key: &FingerprintKey, kind: &str, normalised: &[u8]) -> Self {
        Self { bytes: key.hash(&[b"fingerprint", kind.as_bytes(), normalised]) }
    }

    /// Hashes a set of fingerprints that together make one finding, whatever their order.
    pub fn combined(key: &FingerprintKey, kind: &str, mut parts: Vec<Self>) -> Self {
        parts.sort_unstable();
        parts.dedup();
        let joined: Vec<u8> = parts.iter().flat_map(|part| part.bytes).collect();
        Self::new(key, kind, &joined)
    }
}

impl FromStr for Fingerprint {
    type Err = InvalidFingerprint;

    /// Reads the 32 hexadecimal digits that [`Display`](fmt::Display) writes.
    fn from_str(hex: &str) -> Result<Self, InvalidFingerprint> {
        let value = u128::from_str_radix(hex, 16).map_err(|_| InvalidFingerprint)?;
        let fingerprint = Self { bytes: value.to_be_bytes() };
        if fingerprint.to_string() == hex { Ok(fingerprint) } else { Err(InvalidFingerprint) }
    }
}

/// Something else than 32 lower-case hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidFingerprint;

impl fmt::Display for InvalidFingerprint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("invalid fingerprint; expected 32 lower-case hexadecimal digits")
    }
}

impl error::Error for InvalidFingerprint {}

/// Which resource, and which part of it, a finding belongs to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Identity<'a> {
    /// The tenant: the organisation's id. Empty for local scans.
    pub tenant: &'a str,
    /// The resource: chat, file or project id, or a path for local scans.
    pub resource: &'a str,
    /// The part: message or version id. May be empty.
    pub part: &'a str,
}

/// The stable name of one finding.
///
/// Scanning the same resource again gives the same ids, whatever the order of work.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FindingId {
    bytes: [u8; 16],
}

impl FindingId {
    /// Derives the id of the `ordinal`-th finding of this value by this rule in this place.
    pub fn derive(
        key: &FingerprintKey,
        identity: Identity<'_>,
        rule: &RuleId,
        fingerprint: Fingerprint,
        ordinal: u32,
    ) -> Self {
        let fields = [
            b"finding",
            identity.tenant.as_bytes(),
            identity.resource.as_bytes(),
            identity.part.as_bytes(),
            rule.as_str().as_bytes(),
            &fingerprint.bytes,
            &ordinal.to_le_bytes(),
        ];
        Self { bytes: key.hash(&fields) }
    }
}

/// The fields of one hash, joined. Most are short, and hashing them at once is several times as fast
/// as feeding a hasher, which is made for gigabytes.
struct Message {
    joined: [u8; MESSAGE_LEN],
    len: usize,
    /// Where the last field begins.
    last: usize,
}

/// Room for what findings are named by: a few ids and a value that fits on a line.
const MESSAGE_LEN: usize = 320;

impl Message {
    fn of(fields: &[&[u8]]) -> Option<Self> {
        let mut message = Self { joined: [0; MESSAGE_LEN], len: 0, last: 0 };
        for field in fields {
            message.push(&len(field))?;
            message.last = message.len;
            message.push(field)?;
        }
        Some(message)
    }

    fn push(&mut self, bytes: &[u8]) -> Option<()> {
        let end = self.len.checked_add(bytes.len())?;
        self.joined.get_mut(self.len..end)?.copy_from_slice(bytes);
        self.len = end;
        Some(())
    }

    fn bytes(&self) -> &[u8] {
        self.joined.get(..self.len).unwrap_or_default()
    }
}

/// If there is a value, it is the last field, and it is wiped.
impl Drop for Message {
    fn drop(&mut self) {
        if let Some(value) = self.joined.get_mut(self.last..self.len) {
            value.zeroize();
        }
    }
}

fn len(field: &[u8]) -> [u8; 8] {
    (field.len() as u64).to_le_bytes()
}

fn write_hex(bytes: [u8; 16], formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
    for byte in bytes {
        write!(formatter, "{byte:02x}")?;
    }
    Ok(())
}

macro_rules! written_as_hex {
    ($type:ty) => {
        impl fmt::Display for $type {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                write_hex(self.bytes, formatter)
            }
        }

        impl fmt::Debug for $type {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                write_hex(self.bytes, formatter)
            }
        }

        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
    };
}

written_as_hex!(Fingerprint);
written_as_hex!(FindingId);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_depends_on_key_kind_and_value() {
        let key = FingerprintKey::from_bytes([7; 32]);
        let base = Fingerprint::new(&key, "card", b"4111111111111111");
        assert_eq!(base, Fingerprint::new(&key, "card", b"4111111111111111"));
        assert_ne!(base, Fingerprint::new(&key, "card", b"4111111111111112"));
        assert_ne!(base, Fingerprint::new(&key, "phone", b"4111111111111111"));
        let other = FingerprintKey::from_bytes([8; 32]);
        assert_ne!(base, Fingerprint::new(&other, "card", b"4111111111111111"));
    }

    #[test]
    fn long_and_short_values_are_hashed_alike() {
        let key = FingerprintKey::from_bytes([7; 32]);
        for len in [0, 1, MESSAGE_LEN - 36, MESSAGE_LEN - 35, MESSAGE_LEN - 34, 5000] {
            let value = vec![b'x'; len];
            let mut hasher = blake3::Hasher::new_keyed(&key.bytes);
            for field in [b"fingerprint".as_slice(), b"", &value] {
                hasher.update(&super::len(field)).update(field);
            }
            let mut expected = [0; 16];
            hasher.finalize_xof().fill(&mut expected);
            assert_eq!(Fingerprint::new(&key, "", &value).bytes, expected, "{len}");
        }
    }

    #[test]
    fn a_fingerprint_survives_its_hexadecimal_form() {
        let key = FingerprintKey::from_bytes([7; 32]);
        let fingerprint = Fingerprint::new(&key, "card", b"4111111111111111");
        assert_eq!(fingerprint.to_string().parse(), Ok(fingerprint));
        for wrong in ["", "00", "+0000000000000000000000000000000", &"g".repeat(32)] {
            assert_eq!(wrong.parse::<Fingerprint>(), Err(InvalidFingerprint), "{wrong}");
        }
    }

    #[test]
    fn field_boundaries_cannot_be_shifted() {
        let key = FingerprintKey::from_bytes([7; 32]);
        let rule = RuleId::new("a").unwrap();
        let fingerprint = Fingerprint::new(&key, "k", b"v");
        let id = |tenant, resource| {
            let identity = Identity { tenant, resource, part: "" };
            FindingId::derive(&key, identity, &rule, fingerprint, 0)
        };
        assert_ne!(id("ab", "c"), id("a", "bc"));
    }

    #[test]
    fn a_key_survives_its_hexadecimal_form_and_is_never_printed() {
        let key = FingerprintKey::random().unwrap();
        let again = FingerprintKey::from_hex(&format!("{}\n", *key.to_hex())).unwrap();
        assert_eq!(*key.bytes, *again.bytes);
        assert_eq!(format!("{key:?}"), "FingerprintKey(…)");
        assert!(FingerprintKey::from_hex("12").is_none());
    }
}
