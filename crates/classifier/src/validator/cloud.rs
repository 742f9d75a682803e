//! Keys whose inside can be decoded: AWS access keys, NATS nkeys, `PyPI` macaroons, `OpenAI` markers.

use super::{
    Strength::{Strong, Structure},
    Validator, Verdict, checksum,
    digits::all_same,
    encoding::{BASE32, BASE62, BASE64_URL, base32, base64, pack},
    entropy::is_readable,
    random, random_bytes,
};

pub(super) const FAMILY: &[Validator] = &[
    Validator {
        name: "aws-access-key",
        source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-prefixes",
        check: aws,
        generate: Some(|prefix, draw| {
            // The account number lies in the first bits and must stay below 10^12: Q to X do.
            let body = random(BASE32, 14, draw);
            format!("{prefix}{}{body}{}", random(b"QRSTUVWX", 1, draw), random(b"234567", 1, draw))
        }),
    },
    Validator {
        name: "nats-nkey",
        source: "https://docs.nats.io/running-a-nats-service/configuration/securing_nats/auth_intro/nkey_auth",
        check: nkey,
        generate: Some(|kind, draw| {
            // The first five bits say seed, the next five the kind of key.
            let kind = kind.as_bytes().get(1).copied().unwrap_or(b'U');
            let kind = NKEY_KINDS.iter().position(|&known| known == kind).unwrap_or(0);
            let code = NKEY_CODES.get(kind).copied().unwrap_or(0) >> 3;
            let mut bytes = vec![0x90 | code >> 2, (code & 3) << 6];
            bytes.extend(random_bytes(32, draw));
            bytes.extend(crc16(&bytes).to_le_bytes());
            pack(&bytes, BASE32)
        }),
    },
    Validator {
        name: "pypi",
        source: "https://pypi.org/help/#apitoken and https://github.com/rescrv/libmacaroons (format v2)",
        check: pypi,
        generate: Some(|_, draw| {
            let mut macaroon = b"\x02\x01\x08pypi.org\x02\x24".to_vec();
            let hex = random(b"0123456789abcdef", 32, draw);
            for (place, digit) in hex.bytes().enumerate() {
                if matches!(place, 8 | 12 | 16 | 20) {
                    macaroon.push(b'-');
                }
                macaroon.push(digit);
            }
            macaroon.extend(b"\x00\x02\x2A");
            macaroon.extend(random_bytes(80, draw));
            format!("pypi-{}", pack(&macaroon, BASE64_URL))
        }),
    },
    Validator {
        name: "openai",
        source: "https://platform.openai.com/docs/api-reference/authentication (marker observed)",
        check: openai,
        generate: Some(|prefix, draw| {
            let length = if prefix == "sk-" { 20 } else { 74 };
            let (left, right) = (random(BASE62, length, draw), random(BASE62, length, draw));
            format!("{prefix}{left}T3BlbkFJ{right}")
        }),
    },
];

// Base32 of sixteen symbols; the account number is in the first 48 bits.
fn aws(bytes: &[u8]) -> Verdict {
    const KINDS: [&[u8]; 4] = [b"AKIA", b"ASIA", b"ABIA", b"ACCA"];
    let Some((kind, body)) = bytes.split_at_checked(4) else { return Verdict::Invalid };
    let Some(decoded) = base32(body) else { return Verdict::Invalid };
    let account = decoded.iter().take(6).fold(0_u64, |number, &byte| number << 8 | u64::from(byte));
    let account = (account & 0x7FFF_FFFF_FF80) >> 7;
    Structure.when(
        KINDS.contains(&kind)
            && body.len() == 16
            && body.iter().all(|symbol| symbol.is_ascii_uppercase() || symbol.is_ascii_digit())
            && (1..1_000_000_000_000).contains(&account)
            && (body.iter().any(u8::is_ascii_digit) || !is_readable(body))
            && !body.ends_with(b"EXAMPLE")
            && !all_same(body),
    )
}

const NKEY_KINDS: [u8; 6] = *b"UAOCNX";
const NKEY_CODES: [u8; 6] = [20 << 3, 0, 14 << 3, 2 << 3, 13 << 3, 23 << 3];

fn nkey(bytes: &[u8]) -> Verdict {
    let shaped =
        matches!(bytes, [b'S', kind, ..] if NKEY_KINDS.contains(kind)) && bytes.len() == 58;
    let Some(key) = base32(bytes).filter(|_| shaped) else { return Verdict::Invalid };
    let Some((body, check)) = key.split_last_chunk::<2>() else { return Verdict::Invalid };
    checksum(crc16(body) == u16::from_le_bytes(*check))
}

/// CRC-16/XMODEM: polynomial 0x1021, start zero, not reflected.
fn crc16(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0, |crc, &byte| {
        (0..8).fold(crc ^ u16::from(byte) << 8, |crc: u16, _| {
            crc << 1 ^ (0x1021 & (crc >> 15).wrapping_neg())
        })
    })
}

// A macaroon: version 2, location `pypi.org` or `test.pypi.org`, an identifier that is a UUID.
fn pypi(bytes: &[u8]) -> Verdict {
    let Some(macaroon) = bytes.strip_prefix(b"pypi-").and_then(base64) else {
        return Verdict::Invalid;
    };
    let location = [&b"\x02\x01\x08pypi.org"[..], b"\x02\x01\x0Dtest.pypi.org"]
        .into_iter()
        .find_map(|start| macaroon.strip_prefix(start));
    let Some(rest) = location.filter(|rest| rest.len() > 60) else { return Verdict::Invalid };
    Structure.when(rest.windows(36).any(is_uuid))
}

/// Whether the text is a UUID: 8-4-4-4-12 hex digits.
pub(super) fn is_uuid(text: &[u8]) -> bool {
    text.len() == 36
        && text.iter().enumerate().all(|(place, symbol)| match place {
            8 | 13 | 18 | 23 => *symbol == b'-',
            _ => symbol.is_ascii_hexdigit(),
        })
}

// "OpenAI" in base64 in the middle, as many symbols on the left as on the right.
fn openai(bytes: &[u8]) -> Verdict {
    const MARK: &[u8] = b"T3BlbkFJ";
    let Some(start) = bytes.windows(MARK.len()).position(|window| window == MARK) else {
        return Verdict::Invalid;
    };
    let (left, right) = (bytes.get(..start), bytes.get(start + MARK.len()..));
    let symbol = |symbol: &u8| symbol.is_ascii_alphanumeric() || matches!(symbol, b'-' | b'_');
    match (left, right) {
        (Some(left), Some(right)) => Strong.when(
            left.starts_with(b"sk-")
                && matches!(right.len(), 20 | 58 | 74)
                && left.len() >= right.len()
                && left.iter().chain(right).all(symbol),
        ),
        _ => Verdict::Invalid,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validator::{cases, generates};

    #[test]
    fn generated_keys_pass() {
        generates("aws-access-key", "AKIA", Verdict::Valid(Structure), "");
        generates("nats-nkey", "SU", Verdict::Valid(Strong), "the checksum does not match");
        generates("nats-nkey", "SA", Verdict::Valid(Strong), "the checksum does not match");
        generates("pypi", "pypi-", Verdict::Valid(Structure), "");
        generates("openai", "sk-proj-", Verdict::Valid(Strong), "");
        generates("openai", "sk-", Verdict::Valid(Strong), "");
    }

    #[test]
    fn documentation_keys_and_words_are_refused() {
        cases(
            "aws-access-key",
            &[],
            &["AKIAIOSFODNN7EXAMPLE", "ASIAANDPACIFICREGION", "AKIA0000000000000000"],
        );
        cases("openai", &[], &["sk-notification", "sk-T3BlbkFJ"]);
        cases("pypi", &[], &["pypi-AgEIcHlwaS5vcmc"]);
    }

    #[test]
    fn the_check_value_of_the_crc_catalogue_holds() {
        assert_eq!(crc16(b"123456789"), 0x31C3);
    }
}
