//! Stage 7: what is hidden in an encoding.
//!
//! Configuration files and attackers wrap secrets in base64, hex, percent and `\u` escapes. Each
//! encoded run is undone once and scanned like text; its findings get the span of the whole run. The
//! decoded bytes of one text never exceed the text, and nesting is bounded, so the work stays linear.

use dosimeter_record::Span;
use zeroize::Zeroizing;

/// How often an encoding inside an encoding is undone.
pub(crate) const DEPTH_MAX: u32 = 2;

/// Runs shorter than this decode to too little to be worth it.
const RUN_MIN: usize = 24;
/// Longer runs are attachments, not configuration; the extractor reads those.
const RUN_MAX: usize = 64 * 1024;

type Decoder = fn(&str) -> Option<Zeroizing<Vec<u8>>>;

/// The most telling form first: what looks like hex is also base64.
const DECODERS: [(&str, Decoder); 4] =
    [("percent escapes", percent), ("unicode escapes", unicode), ("hex", hex), ("base64", base64)];

/// A run of encoded text and what it says.
pub(crate) struct Decoded {
    /// Where the encoded form stands.
    pub(crate) span: Span,
    /// What it says: content, wiped when dropped.
    pub(crate) text: Zeroizing<String>,
    /// The name of the encoding.
    pub(crate) encoding: &'static str,
}

/// Finds and undoes the encoded runs that begin in `own`. O(n).
pub(crate) fn decode(text: &str, own: Span) -> impl Iterator<Item = Decoded> + '_ {
    let begins_before = text.as_bytes().get(..own.start).and_then(<[u8]>::last);
    // A run that goes on over the start of the stretch belongs to the one before.
    let skipped = match begins_before {
        Some(&byte) if is_encoded(byte) => {
            let rest = text.as_bytes().get(own.start..).unwrap_or_default();
            rest.iter().take_while(|&&byte| is_encoded(byte)).count()
        }
        _ => 0,
    };
    let from = own.start.saturating_add(skipped);
    runs(text, from).take_while(move |span| span.start < own.end).filter_map(|span| {
        let run = span.slice(text)?;
        let (text, encoding) = undo(run)?;
        Some(Decoded { span, text, encoding })
    })
}

/// Maximal runs of characters that encodings are made of, of a length worth decoding.
fn runs(text: &str, from: usize) -> impl Iterator<Item = Span> + '_ {
    let bytes = text.as_bytes();
    let mut position = from;
    std::iter::from_fn(move || {
        loop {
            let rest = bytes.get(position..)?;
            let start = position.saturating_add(rest.iter().position(|&byte| is_encoded(byte))?);
            let run = bytes.get(start..)?.iter().take_while(|&&byte| is_encoded(byte)).count();
            position = start.saturating_add(run);
            if (RUN_MIN..=RUN_MAX).contains(&run) {
                return Some(Span::new(start, position));
            }
        }
    })
}

fn is_encoded(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'+' | b'/' | b'=' | b'-' | b'_' | b'%' | b'\\' | b'.')
}

fn undo(run: &str) -> Option<(Zeroizing<String>, &'static str)> {
    DECODERS.into_iter().find_map(|(name, decoder)| {
        let mut bytes = decoder(run)?;
        let text = Zeroizing::new(String::from_utf8(std::mem::take(&mut *bytes)).ok()?);
        is_text(&text).then_some((text, name))
    })
}

/// Whether what came out is something that a person or a program wrote.
fn is_text(text: &str) -> bool {
    let odd = |char: char| char.is_control() && !matches!(char, '\n' | '\r' | '\t');
    text.len() >= 8 && !text.chars().any(odd)
}

fn percent(run: &str) -> Option<Zeroizing<Vec<u8>>> {
    if run.bytes().filter(|&byte| byte == b'%').count() < 2 {
        return None;
    }
    let mut decoded = Zeroizing::new(Vec::with_capacity(run.len()));
    let mut rest = run.as_bytes();
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        let escaped = if byte == b'%' { tail.first_chunk().copied().and_then(pair) } else { None };
        match escaped {
            Some(value) => {
                decoded.push(value);
                rest = tail.get(2..).unwrap_or_default();
            }
            None => decoded.push(byte),
        }
    }
    Some(decoded)
}

fn unicode(run: &str) -> Option<Zeroizing<Vec<u8>>> {
    if run.matches("\\u").count() < 2 {
        return None;
    }
    let mut decoded = Zeroizing::new(String::with_capacity(run.len()));
    let mut rest = run;
    while let Some((before, after)) = rest.split_once("\\u") {
        decoded.push_str(before);
        let digits = after.get(..4)?;
        decoded.push(char::from_u32(u32::from_str_radix(digits, 16).ok()?)?);
        rest = after.get(4..)?;
    }
    decoded.push_str(rest);
    Some(Zeroizing::new(std::mem::take(&mut *decoded).into_bytes()))
}

fn hex(run: &str) -> Option<Zeroizing<Vec<u8>>> {
    if !run.len().is_multiple_of(2) || !run.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let mut decoded = Zeroizing::new(Vec::with_capacity(run.len() / 2));
    for digits in run.as_bytes().chunks_exact(2) {
        decoded.push(pair(*digits.first_chunk()?)?);
    }
    Some(decoded)
}

fn pair(digits: [u8; 2]) -> Option<u8> {
    let [high, low] = digits.map(|digit| char::from(digit).to_digit(16));
    u8::try_from(high?.wrapping_shl(4) | low?).ok()
}

/// RFC 4648 base64 and base64url, padded or not.
fn base64(run: &str) -> Option<Zeroizing<Vec<u8>>> {
    let body = run.trim_end_matches('=').as_bytes();
    let mut decoded = Zeroizing::new(Vec::with_capacity(run.len()));
    let (mut buffer, mut bits) = (0_u32, 0_u32);
    for &byte in body {
        let value = match byte {
            b'A'..=b'Z' => byte.wrapping_sub(b'A'),
            b'a'..=b'z' => byte.wrapping_sub(b'a').wrapping_add(26),
            b'0'..=b'9' => byte.wrapping_sub(b'0').wrapping_add(52),
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        buffer = buffer.wrapping_shl(6) | u32::from(value);
        bits = bits.wrapping_add(6);
        if bits >= 8 {
            bits = bits.wrapping_sub(8);
            decoded.push(u8::try_from(buffer.wrapping_shr(bits) & 0xFF).ok()?);
        }
    }
    Some(decoded)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<(&str, &str)>) {
        let found = decode(text, Span::new(0, text.len())).next();
        let found = found.as_ref().map(|decoded| (decoded.text.as_str(), decoded.encoding));
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn encodings_are_undone() {
        check("x: cGFzc3dvcmQ6IGh1bnRlcjIyMjIy", Some(("password: hunter22222", "base64")));
        check("6578616d706c65206f66206865782074657874", Some(("example of hex text", "hex")));
        check(
            "a%20password%3Dhunter2-and-more",
            Some(("a password=hunter2-and-more", "percent escapes")),
        );
        check(r"\u0070\u0061\u0073\u0073word", Some(("password", "unicode escapes")));
        check("justaverylongwordwithoutanymeaning", None);
        check("short", None);
    }
}
