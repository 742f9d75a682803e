//! How bytes stand in a part of a message (RFC 2045 section 6): as they are, as base64, quoted.

use dosimeter_content::Content;

/// An encoding.
#[derive(Clone, Copy, Default)]
pub(super) enum Transfer {
    #[default]
    Plain,
    Base64,
    Quoted,
}

/// What a body holds, and what behind it is not encoded that way.
pub(super) struct Decoded<'a> {
    pub(super) bytes: Content,
    pub(super) rest: &'a [u8],
}

impl Transfer {
    /// The encoding that a field names.
    pub(super) fn named(value: &[u8]) -> Self {
        let value = value.trim_ascii().to_ascii_lowercase();
        match () {
            () if value.starts_with(b"base64") => Self::Base64,
            () if value.starts_with(b"quoted-printable") => Self::Quoted,
            () => Self::Plain,
        }
    }

    /// Undoes the encoding; `None` if there is none.
    pub(super) fn decode(self, body: &[u8]) -> Option<Decoded<'_>> {
        let (bytes, rest) = match self {
            Self::Plain => return None,
            Self::Quoted => (unquote(body), &[][..]),
            Self::Base64 => {
                let (encoded, rest) = base64_lines(body);
                (base64(encoded), rest)
            }
        };
        Some(Decoded { bytes: Content::from(bytes), rest })
    }
}

/// The lines that are base64, and those from the first that is not, which some programs append.
fn base64_lines(body: &[u8]) -> (&[u8], &[u8]) {
    let is_foreign =
        |byte: &u8| sextet(*byte).is_none() && *byte != b'=' && !byte.is_ascii_whitespace();
    let Some(foreign) = body.iter().position(is_foreign) else { return (body, &[]) };
    let line = body.get(..foreign).unwrap_or_default().iter().rposition(|&byte| byte == b'\n');
    body.split_at(line.map_or(0, |end| end.saturating_add(1)))
}

/// Decodes base64 (RFC 4648); a group of fewer than four characters ends with what it holds.
pub(super) fn base64(encoded: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(encoded.len() / 4 * 3 + 3);
    let (mut bits, mut count) = (0_u32, 0_u32);
    let mut is_padded = false;
    for &byte in encoded {
        match sextet(byte) {
            // Old programs append notes to the last line.
            Some(_) if is_padded => {}
            Some(value) => {
                bits = (bits << 6 | u32::from(value)) & 0x00ff_ffff;
                count = count.saturating_add(6);
            }
            None if byte == b'=' => (count, is_padded) = (0, true),
            // The next line may start a group of its own.
            None => is_padded = is_padded && byte != b'\n',
        }
        if count >= 8 {
            count = count.saturating_sub(8);
            bytes.extend((bits >> count).to_le_bytes().first());
        }
    }
    bytes
}

fn sextet(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => byte.checked_sub(b'A'),
        b'a'..=b'z' => byte.checked_sub(b'a' - 26),
        b'0'..=b'9' => byte.checked_add(52 - b'0'),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}

/// Undoes quoted-printable (RFC 2045 section 6.7). What is not an escape stays as it is.
pub(crate) fn unquote(quoted: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(quoted.len());
    let mut rest = quoted;
    while let Some((&byte, tail)) = rest.split_first() {
        let soft = tail.strip_prefix(b"\r\n").or_else(|| tail.strip_prefix(b"\n"));
        let digits = tail.split_first_chunk::<2>();
        let value = digits.and_then(|(digits, rest)| Some((hex(*digits)?, rest)));
        let plain;
        (rest, plain) = match (soft, value) {
            (Some(next), _) if byte == b'=' => (next, None),
            (_, Some((value, next))) if byte == b'=' => (next, Some(value)),
            _ => (tail, Some(byte)),
        };
        bytes.extend(plain);
    }
    bytes
}

fn hex(digits: [u8; 2]) -> Option<u8> {
    let [high, low] = digits.map(|digit| char::from(digit).to_digit(16));
    u8::try_from(high? << 4 | low?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_encoded_is_read_as_far_as_it_is() {
        for (encoded, expected, rest) in [
            ("SEVST04=\r\n", "HERON", ""),
            ("SEVS\nT04\n", "HERON", ""),
            ("SEVST04=\nSEVST04= note\n", "HERONHERON", ""),
            ("SEVST04=\n-- a list, with a footer\n", "HERON", "-- a list, with a footer\n"),
            ("plain, after all\n", "", "plain, after all\n"),
        ] {
            let (lines, after) = base64_lines(encoded.as_bytes());
            assert_eq!(String::from_utf8_lossy(&base64(lines)), expected, "{encoded}");
            assert_eq!(String::from_utf8_lossy(after), rest, "{encoded}");
        }
    }

    #[test]
    fn what_is_quoted_is_put_together() {
        for (quoted, expected) in [
            ("na=C3=AFve", "naïve"),
            ("4711=\r\n2290=\n-X", "47112290-X"),
            ("a = b, 50=% =", "a = b, 50=% ="),
        ] {
            assert_eq!(String::from_utf8_lossy(&unquote(quoted.as_bytes())), expected);
        }
    }
}
