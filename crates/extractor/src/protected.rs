//! Files that are nothing but protected content: recognised by their own marks, never by failing to read
//! them.

use dosimeter_record::GapReason;

use crate::run::Run;

/// Marks at the start of a file.
const MARKS: [&[u8]; 9] = [
    b"age-encryption.org/",
    b"-----BEGIN AGE ENCRYPTED FILE-----",
    b"$ANSIBLE_VAULT;",
    // OpenSSL's `enc`, KeePass, LUKS, encrypted disk images, protected mail of rights management.
    b"Salted__",
    b"\x03\xd9\xa2\x9a",
    b"LUKS\xba\xbe",
    b"encrcdsa",
    b"\x76\xe8\x04\x60\xc4\x11\xe3\x86",
    b"-----BEGIN PGP MESSAGE-----",
];

/// Enveloped and authenticated-enveloped data of the Cryptographic Message Syntax (RFC 5652, RFC 5083).
const ENVELOPED: [&[u8]; 3] = [
    b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03",
    b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x06",
    b"\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x17",
];

/// Notes each protected block in a text that holds other words too.
pub(crate) fn note_blocks(run: &mut Run<'_>, text: &str) {
    if text.contains("-----BEGIN PGP MESSAGE-----") || text.contains("$ANSIBLE_VAULT;") {
        run.gap(GapReason::Encrypted, run.place());
    }
}

/// Whether these bytes are encrypted as a whole.
pub(crate) fn is_protected(bytes: &[u8]) -> bool {
    let text = bytes.trim_ascii_start();
    MARKS.iter().any(|mark| bytes.starts_with(mark) || text.starts_with(mark))
        || is_enveloped(bytes)
        || is_key_store(bytes)
        || is_pgp(bytes)
}

/// A sequence whose first member says what it is.
fn is_enveloped(bytes: &[u8]) -> bool {
    sequence(bytes).is_some_and(|value| ENVELOPED.iter().any(|object| value.starts_with(object)))
}

/// Keys and certificates under a password: a sequence of version 3 and of data (PKCS #12, RFC 7292
/// section 4).
fn is_key_store(bytes: &[u8]) -> bool {
    const DATA: &[u8] = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01";
    let rest = sequence(bytes).and_then(|value| value.strip_prefix(b"\x02\x01\x03"));
    rest.and_then(sequence).is_some_and(|contents| contents.starts_with(DATA))
}

/// What stands in the sequence (tag 0x30) at the start, as far as the bytes go.
fn sequence(bytes: &[u8]) -> Option<&[u8]> {
    match bytes {
        [0x30, length, rest @ ..] if *length <= 0x80 => Some(rest),
        [0x30, length, rest @ ..] => rest.get(usize::from(length & 0x7f)..),
        _ => None,
    }
}

/// A session key for a public key or a passphrase, as a binary message starts (RFC 9580 section 5.1, 5.3).
fn is_pgp(bytes: &[u8]) -> bool {
    let body = match bytes {
        // Old and new headers with one byte of length, and old ones with two.
        [0x84 | 0x8c | 0xc1 | 0xc3, length, body @ ..] if *length < 192 => body,
        [0x85, _, _, body @ ..] | [0xc1, 192..=223, _, body @ ..] => body,
        _ => return false,
    };
    match (bytes.first(), body) {
        (Some(0x8c | 0xc3), [4 | 5, cipher, how, hash, ..]) => {
            (1..=13).contains(cipher) && *how <= 4 && (1..=14).contains(hash)
        }
        (Some(0x84 | 0x85 | 0xc1), [3, _, _, _, _, _, _, _, _, algorithm, ..]) => {
            matches!(algorithm, 1 | 2 | 16 | 18 | 25)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], expected: bool) {
        assert_eq!(is_protected(bytes), expected, "{bytes:02x?}");
    }

    #[test]
    fn protected_files_are_known_by_their_marks() {
        check(b"\n-----BEGIN PGP MESSAGE-----\n\nhQ", true);
        check(b"age-encryption.org/v1\n-> X25519 x", true);
        check(b"\x85\x01\x0c\x03\x01\x02\x03\x04\x05\x06\x07\x08\x01\x08\x00", true);
        check(b"\x8c\x0d\x04\x09\x03\x02saltsalt\x60\xd2", true);
        check(b"\x30\x82\x01\x00\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03\xa0", true);
        check(b"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03\xa0", true);
        check(
            b"\x30\x82\x09\x01\x02\x01\x03\x30\x82\x08\xc7\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01\xa0",
            true,
        );
    }

    #[test]
    fn other_files_are_not() {
        check(b"", false);
        check(b"-----BEGIN PGP PUBLIC KEY BLOCK-----", false);
        check(b"\x85 some text in an old charset", false);
        // Signed data.
        check(b"\x30\x82\x01\x00\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0", false);
    }
}
