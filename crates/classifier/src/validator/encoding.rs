//! Decoders and encoders that tokens are made of (RFC 4648 base64 and base32, base58, base-n numbers).
//!
//! Decoders take at most [`LENGTH_MAX`] symbols, so that their cost is bounded (base58 is quadratic).

/// The longest text that is decoded, in symbols.
pub(super) const LENGTH_MAX: usize = 8192;

/// The digits of base62 as GitHub and its followers order them.
pub(super) const BASE62: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// The digits of base36 as GitLab orders them.
pub(super) const BASE36: &[u8] = b"0123456789abcdefghijklmnopqrstuvwxyz";

/// The symbols of base64 (RFC 4648 §4).
pub(super) const BASE64: &[u8] =
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The symbols of base64url (RFC 4648 §5).
pub(super) const BASE64_URL: &[u8] =
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The symbols of base32 (RFC 4648 §6).
pub(super) const BASE32: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// The symbols of base58 as Bitcoin orders them.
pub(super) const BASE58: &[u8] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/// Decodes base64 of either alphabet, padded or not.
pub(super) fn base64(text: &[u8]) -> Option<Vec<u8>> {
    let text = text.strip_suffix(b"=").unwrap_or(text);
    let text = text.strip_suffix(b"=").unwrap_or(text);
    unpack(text, 6, |symbol| match symbol {
        b'-' => Some(62),
        b'_' => Some(63),
        other => place(BASE64, other),
    })
}

/// Decodes base32 in either case, without padding.
pub(super) fn base32(text: &[u8]) -> Option<Vec<u8>> {
    unpack(text, 5, |symbol| place(BASE32, symbol.to_ascii_uppercase()))
}

/// Encodes without padding, in the alphabet of 64 or of 32.
pub(super) fn pack(bytes: &[u8], alphabet: &[u8]) -> String {
    let width = if alphabet.len() == 64 { 6 } else { 5 };
    let mut text = String::new();
    let (mut buffer, mut filled) = (0_u32, 0_u32);
    for &byte in bytes {
        buffer = (buffer << 8 | u32::from(byte)) & 0xFFFF;
        filled += 8;
        while filled >= width {
            filled -= width;
            text.push(symbol(alphabet, buffer >> filled));
        }
    }
    if filled > 0 {
        text.push(symbol(alphabet, buffer << (width - filled)));
    }
    text
}

/// Decodes base58 of the given alphabet; zero bytes are the leading zero symbols.
pub(super) fn base58(text: &[u8], alphabet: &[u8]) -> Option<Vec<u8>> {
    if text.len() > 128 {
        return None;
    }
    let zero = *alphabet.first()?;
    let mut little_endian: Vec<u8> = Vec::with_capacity(text.len());
    for &symbol in text {
        let mut carry = u32::from(place(alphabet, symbol)?);
        for byte in &mut little_endian {
            carry += u32::from(*byte) * 58;
            *byte = (carry & 0xFF) as u8;
            carry >>= 8;
        }
        if carry > 0 {
            little_endian.push((carry & 0xFF) as u8);
        }
    }
    let zeros = text.iter().take_while(|&&symbol| symbol == zero).count();
    little_endian.resize(little_endian.len() + zeros, 0);
    little_endian.reverse();
    Some(little_endian)
}

/// Encodes base58 of the given alphabet.
pub(super) fn base58_encode(bytes: &[u8], alphabet: &[u8]) -> String {
    let mut little_endian: Vec<u8> = Vec::new();
    for &byte in bytes {
        let mut carry = u32::from(byte);
        for digit in &mut little_endian {
            carry += u32::from(*digit) << 8;
            *digit = (carry % 58) as u8;
            carry /= 58;
        }
        while carry > 0 {
            little_endian.push((carry % 58) as u8);
            carry /= 58;
        }
    }
    let zeros = bytes.iter().take_while(|&&byte| byte == 0).count();
    little_endian.resize(little_endian.len() + zeros, 0);
    little_endian.iter().rev().map(|&digit| symbol(alphabet, u32::from(digit))).collect()
}

/// Whether `text` is the number in the base of the alphabet, filled with its zero on the left.
pub(super) fn spells(text: &[u8], number: u32, alphabet: &[u8]) -> bool {
    spell(number, alphabet, text.len()).as_bytes() == text
}

/// Writes a number in the base of the alphabet, filled with its zero on the left.
pub(super) fn spell(number: u32, alphabet: &[u8], width: usize) -> String {
    let base = u32::try_from(alphabet.len()).unwrap_or(2).max(2);
    let mut rest = number;
    let mut digits = vec![0; width];
    for digit in digits.iter_mut().rev() {
        *digit = rest % base;
        rest /= base;
    }
    digits.into_iter().map(|digit| symbol(alphabet, digit)).collect()
}

/// The CRC-32 of zlib, PNG and Ethernet (ISO-HDLC, reflected 0xEDB88320).
pub(super) fn crc32(bytes: impl IntoIterator<Item = u8>) -> u32 {
    !bytes.into_iter().fold(!0, |crc, byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| {
            crc >> 1 ^ (0xEDB8_8320 & (crc & 1).wrapping_neg())
        })
    })
}

fn unpack(text: &[u8], width: u32, value: impl Fn(u8) -> Option<u8>) -> Option<Vec<u8>> {
    if text.len() > LENGTH_MAX {
        return None;
    }
    let mut bytes = Vec::with_capacity(text.len());
    let (mut buffer, mut filled) = (0_u32, 0_u32);
    for &symbol in text {
        buffer = (buffer << width | u32::from(value(symbol)?)) & 0xFFFF;
        filled += width;
        if filled >= 8 {
            filled -= 8;
            bytes.push((buffer >> filled & 0xFF) as u8);
        }
    }
    Some(bytes)
}

fn place(alphabet: &[u8], symbol: u8) -> Option<u8> {
    alphabet.iter().position(|&other| other == symbol)?.try_into().ok()
}

fn symbol(alphabet: &[u8], value: u32) -> char {
    alphabet.get(value as usize % alphabet.len().max(1)).map_or('0', |&byte| char::from(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_rfc_4648_decode_and_encode() {
        assert_eq!(base64(b"Zm9vYg==").as_deref(), Some(&b"foob"[..]));
        assert_eq!(base64(b"-_-_").as_deref(), Some(&[0xFB, 0xFF, 0xBF][..]));
        assert_eq!(base32(b"mzxw6ytboi").as_deref(), Some(&b"foobar"[..]));
        assert_eq!(base64(b"a b"), None);
        assert_eq!(pack(b"foob", BASE64), "Zm9vYg");
        assert_eq!(pack(b"foobar", BASE32), "MZXW6YTBOI");
    }

    #[test]
    fn base58_keeps_leading_zeros() {
        let bytes = [0, 0, 1, 2, 255];
        let text = base58_encode(&bytes, BASE58);
        assert!(text.starts_with("11"));
        assert_eq!(base58(text.as_bytes(), BASE58).as_deref(), Some(&bytes[..]));
        assert_eq!(base58(b"0", BASE58), None);
    }

    #[test]
    fn the_check_value_of_the_crc_catalogue_holds() {
        assert_eq!(crc32(*b"123456789"), 0xCBF4_3926);
    }

    #[test]
    fn numbers_are_filled_with_zeros() {
        assert_eq!(spell(61, BASE62, 3), "00z");
        assert!(spells(b"0010", 36, BASE36));
        assert!(!spells(b"10", 37, BASE36));
    }
}
