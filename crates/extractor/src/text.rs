//! Bytes to text, in any common charset.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_16BE, UTF_16LE};

/// How much of a file is looked at to guess its charset and whether it is text at all.
const SAMPLE_BYTES: usize = 256 * 1024;

/// Decodes text, or says that these bytes are not text.
///
/// In this order: a byte order mark, UTF-16 or UTF-32 without one (by their zero bytes), UTF-8, UTF-8
/// with some damage, and else the charset that `chardetng` finds most likely. O(n).
pub(crate) fn decode(bytes: &[u8]) -> Option<Cow<'_, str>> {
    if let Some(text) = decode_marked(bytes).or_else(|| decode_wide(bytes)) {
        return Some(text);
    }
    is_text(bytes).then(|| decode_narrow(bytes))
}

/// Decodes bytes that are known to be text, such as a name or an XML part.
pub(crate) fn decode_lossy(bytes: &[u8]) -> Cow<'_, str> {
    decode_marked(bytes).or_else(|| decode_wide(bytes)).unwrap_or_else(|| decode_narrow(bytes))
}

fn decode_marked(bytes: &[u8]) -> Option<Cow<'_, str>> {
    // UTF-32 first: its little-endian mark starts with that of UTF-16.
    if let Some(rest) = bytes.strip_prefix(b"\xFF\xFE\0\0") {
        return Some(decode_utf32(rest, u32::from_le_bytes).into());
    }
    if let Some(rest) = bytes.strip_prefix(b"\0\0\xFE\xFF") {
        return Some(decode_utf32(rest, u32::from_be_bytes).into());
    }
    let (encoding, mark) = Encoding::for_bom(bytes)?;
    Some(encoding.decode_without_bom_handling(bytes.get(mark..)?).0)
}

/// UTF-16 and UTF-32 without a byte order mark. Latin text has a zero in every other byte (or three
/// of four), which nothing else that is text has.
fn decode_wide(bytes: &[u8]) -> Option<Cow<'_, str>> {
    let sample = bytes.get(..4096.min(bytes.len() & !3))?;
    let mut zeros = [0_usize; 4];
    for quad in sample.chunks_exact(4) {
        for (count, byte) in zeros.iter_mut().zip(quad) {
            *count = count.saturating_add(usize::from(*byte == 0));
        }
    }
    let quads = sample.len() / 4;
    if quads < 2 {
        return None;
    }
    let mostly = |count: usize| count.saturating_mul(10) >= quads.saturating_mul(4);
    let rarely = |count: usize| count.saturating_mul(20) <= quads;
    match zeros.map(|count| (mostly(count), rarely(count))) {
        [(_, true), (true, _), (true, _), (true, _)] => {
            plausible(decode_utf32(bytes, u32::from_le_bytes).into())
        }
        [(true, _), (true, _), (true, _), (_, true)] => {
            plausible(decode_utf32(bytes, u32::from_be_bytes).into())
        }
        [(_, true), (true, _), (_, true), (true, _)] => {
            plausible(UTF_16LE.decode_without_bom_handling(bytes).0)
        }
        [(true, _), (_, true), (true, _), (_, true)] => {
            plausible(UTF_16BE.decode_without_bom_handling(bytes).0)
        }
        _ => None,
    }
}

/// Binary formats have zero bytes at regular distances too; text has no control characters.
fn plausible(text: Cow<'_, str>) -> Option<Cow<'_, str>> {
    let strange = text.chars().filter(|&c| is_strange(c)).count();
    (strange.saturating_mul(50) <= text.len()).then_some(text)
}

fn is_strange(character: char) -> bool {
    (character.is_control() && !character.is_whitespace())
        || character == char::REPLACEMENT_CHARACTER
}

fn decode_utf32(bytes: &[u8], value: fn([u8; 4]) -> u32) -> String {
    let (quads, rest) = bytes.as_chunks::<4>();
    let mut text: String = quads
        .iter()
        .map(|quad| char::from_u32(value(*quad)).unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect();
    if !rest.is_empty() {
        text.push(char::REPLACEMENT_CHARACTER);
    }
    text
}

/// Whether bytes that are neither UTF-16 nor UTF-32 are text: at most one in a hundred is a control
/// character that text has no use for. Compressed data has eleven.
fn is_text(bytes: &[u8]) -> bool {
    let sample = bytes.get(..SAMPLE_BYTES).unwrap_or(bytes);
    let strange =
        sample.iter().filter(|byte| matches!(byte, 0..=8 | 14..=26 | 28..=31 | 127)).count();
    strange.saturating_mul(100) <= sample.len()
}

fn decode_narrow(bytes: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.into();
    }
    if is_damaged_utf8(bytes) {
        return String::from_utf8_lossy(bytes);
    }
    guess(bytes).decode_without_bom_handling(bytes).0
}

/// The charset that text without Unicode is most likely in.
pub(crate) fn guess(bytes: &[u8]) -> &'static Encoding {
    let sample = bytes.get(..SAMPLE_BYTES).unwrap_or(bytes);
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(sample, sample.len() == bytes.len());
    detector.guess(None, Utf8Detection::Allow)
}

/// Whether this is UTF-8 with some broken places, such as a text cut within a character.
fn is_damaged_utf8(bytes: &[u8]) -> bool {
    let (mut whole, mut broken) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        whole = whole.saturating_add(chunk.valid().chars().filter(|c| !c.is_ascii()).count());
        broken = broken.saturating_add(usize::from(!chunk.invalid().is_empty()));
    }
    whole >= broken.saturating_mul(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], expected: Option<&str>) {
        assert_eq!(decode(bytes).as_deref(), expected, "{bytes:02x?}");
    }

    fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    }

    fn utf32(text: &str, bytes: fn(u32) -> [u8; 4]) -> Vec<u8> {
        text.chars().flat_map(|c| bytes(u32::from(c))).collect()
    }

    const TEXT: &str = "name: Zoë Müller, 42 €";

    #[test]
    fn every_unicode_encoding_is_read_with_and_without_its_mark() {
        check(TEXT.as_bytes(), Some(TEXT));
        for mark in ["", "\u{feff}"] {
            let marked = format!("{mark}{TEXT}");
            check(marked.as_bytes(), Some(TEXT));
            check(&utf16(&marked, u16::to_le_bytes), Some(TEXT));
            check(&utf16(&marked, u16::to_be_bytes), Some(TEXT));
            check(&utf32(&marked, u32::to_le_bytes), Some(TEXT));
            check(&utf32(&marked, u32::to_be_bytes), Some(TEXT));
        }
    }

    #[test]
    fn legacy_charsets_are_guessed() {
        for (encoding, text) in [
            (encoding_rs::WINDOWS_1252, "Straße und Übermut: 10 € für Zoë"),
            (encoding_rs::WINDOWS_1251, "Привет, это обычный русский текст."),
            (encoding_rs::SHIFT_JIS, "これは日本語の文章です。電話番号は秘密です。"),
            (encoding_rs::EUC_KR, "안녕하세요. 이것은 한국어 문장입니다."),
            (encoding_rs::GBK, "你好,这是一个中文句子。电话号码是秘密。"),
        ] {
            check(&encoding.encode(text).0, Some(text));
        }
    }

    #[test]
    fn utf8_that_is_cut_stays_utf8() {
        let text = "ä".repeat(40);
        let cut = text.as_bytes().get(..79).unwrap();
        check(cut, Some(&format!("{}\u{fffd}", "ä".repeat(39))));
    }

    #[test]
    fn binary_is_not_text() {
        check(b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0\x3e\0", None);
        let noise: Vec<u8> =
            (0..4096_u32).map(|i| i.wrapping_mul(2_654_435_761).to_le_bytes()[2]).collect();
        check(&noise, None);
    }
}
