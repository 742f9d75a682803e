//! Stage 7: what is hidden in an encoding.
//!
//! Configuration files and attackers wrap secrets in base64, hex, percent and `\u` escapes. Each
//! encoded run is undone once and scanned like text; its findings get the span of the whole run. The
//! decoded bytes of one text never exceed the text, and nesting is bounded, so the work stays linear.

mod runs;

use dosimeter_record::Span;
use runs::{BACKSLASH, NO_BASE64, NO_HEX, PERCENT, Run, runs};
use zeroize::Zeroizing;

/// How often an encoding inside an encoding is undone.
pub(crate) const DEPTH_MAX: u32 = 2;

/// A way of encoding.
struct Encoding {
    name: &'static str,
    /// What a run must hold a character of, if anything.
    needs: u8,
    /// What it must hold no character of.
    excludes: u8,
    decoder: fn(&str) -> Option<Zeroizing<Vec<u8>>>,
}

/// The most telling form first: what looks like hex is also base64.
const ENCODINGS: [Encoding; 4] = [
    Encoding { name: "percent escapes", needs: PERCENT, excludes: 0, decoder: percent },
    Encoding { name: "unicode escapes", needs: BACKSLASH, excludes: 0, decoder: unicode },
    Encoding { name: "hex", needs: 0, excludes: NO_HEX, decoder: hex },
    Encoding { name: "base64", needs: 0, excludes: NO_BASE64, decoder: base64 },
];

/// A run of encoded text and what it says.
pub(crate) struct Decoded {
    /// Where the encoded form stands.
    pub(crate) span: Span,
    /// What it says: content, wiped when dropped.
    pub(crate) text: Zeroizing<String>,
    /// The name of the encoding.
    pub(crate) encoding: &'static str,
}

/// Finds and undoes the encoded runs that begin in `own`. O(n); allocates only for what decodes.
pub(crate) fn decode(text: &str, own: Span) -> impl Iterator<Item = Decoded> + '_ {
    runs(text, own).filter_map(|Run { span, kinds }| {
        let run = span.slice(text)?;
        let (text, encoding) = undo(run, kinds)?;
        Some(Decoded { span, text, encoding })
    })
}

fn undo(run: &str, kinds: u8) -> Option<(Zeroizing<String>, &'static str)> {
    let possible = |encoding: &Encoding| {
        kinds & encoding.needs == encoding.needs && kinds & encoding.excludes == 0
    };
    ENCODINGS.into_iter().filter(possible).find_map(|Encoding { name, decoder, .. }| {
        let mut bytes = decoder(run)?;
        let text = Zeroizing::new(String::from_utf8(std::mem::take(&mut *bytes)).ok()?);
        is_text(&text).then_some((text, name))
    })
}

/// Whether what came out is something that a person or a program wrote.
fn is_text(text: &str) -> bool {
    text.len() >= 8 && !text.chars().any(is_odd)
}

/// Whether the first of these bytes can begin a text. Asked of every run, which is an identifier or a
/// digest far more often than an encoding, before anything is allocated for the whole.
fn begins_text(bytes: impl Iterator<Item = u8>) -> bool {
    let mut first = Zeroizing::new([0; 16]);
    let mut length = 0_usize;
    for (first, byte) in first.iter_mut().zip(bytes) {
        // Wherever it stands, it is a character of its own, or nothing here is a text.
        if byte.is_ascii() && is_odd(char::from(byte)) {
            return false;
        }
        *first = byte;
        length = length.saturating_add(1);
    }
    let bytes = first.get(..length).unwrap_or_default();
    let valid = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        // The last character may be cut.
        Err(error) if error.error_len().is_none() => {
            let valid = bytes.get(..error.valid_up_to()).unwrap_or_default();
            std::str::from_utf8(valid).unwrap_or_default()
        }
        Err(_) => return false,
    };
    !valid.chars().any(is_odd)
}

fn is_odd(char: char) -> bool {
    char.is_control() && !matches!(char, '\n' | '\r' | '\t')
}

fn percent(run: &str) -> Option<Zeroizing<Vec<u8>>> {
    if run.bytes().filter(|&byte| byte == b'%').take(2).count() < 2 {
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
    let is_escape = |after: &str| after.get(..4).and_then(code_point).is_some();
    if run.matches("\\u").take(2).count() < 2 || !run.split("\\u").skip(1).all(is_escape) {
        return None;
    }
    let mut decoded = Zeroizing::new(String::with_capacity(run.len()));
    let mut rest = run;
    while let Some((before, after)) = rest.split_once("\\u") {
        decoded.push_str(before);
        decoded.push(after.get(..4).and_then(code_point)?);
        rest = after.get(4..)?;
    }
    decoded.push_str(rest);
    Some(Zeroizing::new(std::mem::take(&mut *decoded).into_bytes()))
}

fn code_point(digits: &str) -> Option<char> {
    char::from_u32(u32::from_str_radix(digits, 16).ok()?)
}

fn hex(run: &str) -> Option<Zeroizing<Vec<u8>>> {
    if !run.len().is_multiple_of(2) {
        return None;
    }
    let (pairs, _) = run.as_bytes().as_chunks::<2>();
    let values = || pairs.iter().filter_map(|&digits| pair(digits));
    begins_text(values()).then(|| {
        let mut decoded = Zeroizing::new(Vec::with_capacity(pairs.len()));
        decoded.extend(values());
        decoded
    })
}

fn pair(digits: [u8; 2]) -> Option<u8> {
    let [high, low] = digits.map(|digit| char::from(digit).to_digit(16));
    u8::try_from(high?.wrapping_shl(4) | low?).ok()
}

/// RFC 4648 base64 and base64url, padded or not.
fn base64(run: &str) -> Option<Zeroizing<Vec<u8>>> {
    let body = run.trim_end_matches('=').as_bytes();
    if !begins_text(sextets(body)) || body.iter().any(|&byte| sextet(byte).is_none()) {
        return None;
    }
    let mut decoded = Zeroizing::new(Vec::with_capacity(run.len()));
    decoded.extend(sextets(body));
    Some(decoded)
}

/// The bytes that base64 stands for, as far as it is base64.
fn sextets(body: &[u8]) -> impl Iterator<Item = u8> + '_ {
    let (mut buffer, mut bits) = (0_u32, 0_u32);
    let values = body.iter().map_while(|&byte| sextet(byte));
    values.filter_map(move |value| {
        buffer = buffer.wrapping_shl(6) | u32::from(value);
        bits = bits.wrapping_add(6);
        let full = bits.checked_sub(8)?;
        bits = full;
        u8::try_from(buffer.wrapping_shr(full) & 0xFF).ok()
    })
}

fn sextet(byte: u8) -> Option<u8> {
    Some(match byte {
        b'A'..=b'Z' => byte.wrapping_sub(b'A'),
        b'a'..=b'z' => byte.wrapping_sub(b'a').wrapping_add(26),
        b'0'..=b'9' => byte.wrapping_sub(b'0').wrapping_add(52),
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

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

    /// Everything decoded in full before it is judged.
    fn straightforward(run: &str) -> Option<(String, &'static str)> {
        fn base64(run: &str) -> Option<Vec<u8>> {
            let body = run.trim_end_matches('=').as_bytes();
            let values = body.iter().map(|&byte| sextet(byte).map(u32::from));
            let (mut buffer, mut bits, mut decoded) = (0_u32, 0_u32, Vec::new());
            for value in values {
                buffer = buffer << 6 | value?;
                bits += 6;
                if bits >= 8 {
                    bits -= 8;
                    decoded.push(u8::try_from(buffer >> bits & 0xFF).unwrap());
                }
            }
            Some(decoded)
        }
        fn hex(run: &str) -> Option<Vec<u8>> {
            if !run.len().is_multiple_of(2) {
                return None;
            }
            run.as_bytes().chunks(2).map(|digits| pair([digits[0], digits[1]])).collect()
        }
        fn unicode(run: &str) -> Option<Vec<u8>> {
            if run.matches("\\u").count() < 2 {
                return None;
            }
            let (mut decoded, mut rest) = (String::new(), run);
            while let Some((before, after)) = rest.split_once("\\u") {
                decoded.push_str(before);
                decoded.push(char::from_u32(u32::from_str_radix(after.get(..4)?, 16).ok()?)?);
                rest = after.get(4..)?;
            }
            Some((decoded + rest).into_bytes())
        }
        let text = |bytes: Option<Vec<u8>>| {
            String::from_utf8(bytes?).ok().filter(|text| {
                text.len() >= 8
                    && !text.chars().any(|char| char.is_control() && !"\n\r\t".contains(char))
            })
        };
        None.or_else(|| Some((text(percent(run).map(|bytes| bytes.to_vec()))?, "percent escapes")))
            .or_else(|| Some((text(unicode(run))?, "unicode escapes")))
            .or_else(|| Some((text(hex(run))?, "hex")))
            .or_else(|| Some((text(base64(run))?, "base64")))
    }

    fn encoded(plain: &str, encoding: usize) -> String {
        const ALPHABET: &[u8; 64] =
            b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let joined = |parts: Vec<String>| parts.concat();
        let each = |spell: fn(u8) -> String| joined(plain.bytes().map(spell).collect());
        match encoding {
            0 => each(|byte| format!("{byte:02x}")),
            1 => each(|byte| format!("%{byte:02X}")),
            2 => joined(plain.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect()),
            3 => {
                let bits = each(|byte| format!("{byte:08b}"));
                let sextets = bits.as_bytes().chunks(6).map(|sextet| {
                    let digit = |digit: Option<&u8>| usize::from(digit == Some(&b'1'));
                    (0..6).fold(0, |value, at| value << 1 | digit(sextet.get(at)))
                });
                sextets.map(|sextet| char::from(ALPHABET[sextet])).collect()
            }
            _ => plain.to_owned(),
        }
    }

    proptest! {
        #[test]
        fn quick_rejection_decodes_the_same(
            parts in prop::collection::vec(
                (
                    "[ -~]{0,40}|[a-z]{20,40}|[0-9a-f]{20,40}|[A-Za-z0-9+/=_%.\\\\-]{20,60}|\
                     (%|%4|%41|\\\\u|\\\\u00e9|\\\\ud800){2,20}|[é漢😀\t\n]{1,12}|[ -~]{6,20}[\0-\x1f\u{80}-\u{9f}]?",
                    0_usize..6,
                    "[ ,:=\n]?",
                ),
                0..8,
            ),
            cut in 0.0..1.0_f64,
        ) {
            let text: String = parts
                .iter()
                .flat_map(|(plain, encoding, after)| [encoded(plain, *encoding), after.clone()])
                .collect();
            #[expect(
                clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss,
                reason = "any position will do"
            )]
            let cut = text.floor_char_boundary((cut * text.len() as f64) as usize);
            for own in [Span::new(0, cut), Span::new(cut, text.len())] {
                let expected: Vec<_> = runs::tests::straightforward(&text, own)
                    .into_iter()
                    .filter_map(|span| Some((span, straightforward(span.slice(&text)?)?)))
                    .collect();
                let found: Vec<_> = decode(&text, own)
                    .map(|found| (found.span, (found.text.to_string(), found.encoding)))
                    .collect();
                prop_assert_eq!(found, expected);
            }
        }
    }
}
