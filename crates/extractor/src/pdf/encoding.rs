//! The encodings of simple fonts (ISO 32000-1 annex D), by the tables of `lopdf`.

use lopdf::{Dictionary, Document, Object, dictionary};

/// The character of each code.
pub(super) type Table = [Option<char>; 256];

/// One of the predefined encodings; the standard one for an unknown name.
pub(super) fn predefined(name: &[u8]) -> Table {
    let known = [&b"WinAnsiEncoding"[..], b"MacRomanEncoding", b"MacExpertEncoding"];
    let name = if known.contains(&name) { name } else { b"StandardEncoding" };
    let font = font_with(Object::Name(name.to_vec()));
    let document = Document::new();
    let mut table: Table = [None; 256];
    if let Ok(encoding) = font.get_font_encoding_with_limit(&document, 0) {
        for (code, slot) in (0..=u8::MAX).zip(&mut table) {
            let text = encoding.bytes_to_string(&[code]).unwrap_or_default();
            *slot = text.chars().next();
        }
    }
    table
}

/// The character of a glyph's name: by the Adobe Glyph List, or by the name itself (`uni0041`,
/// `u1F600`), without a suffix (`one.tab`).
pub(super) fn glyph(name: &[u8]) -> Option<char> {
    let text = std::str::from_utf8(name).ok()?;
    let base = text.split('.').next().filter(|base| !base.is_empty())?;
    let by_list = listed(base.as_bytes()).or_else(|| {
        // Ligatures are also named by their parts: `f_f_i`.
        base.contains('_').then(|| listed(base.replace('_', "").as_bytes())).flatten()
    });
    by_list.or_else(|| {
        let digits = base.strip_prefix("uni").or_else(|| base.strip_prefix('u'))?;
        let is_hex =
            (4..=6).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_hexdigit());
        is_hex.then(|| u32::from_str_radix(digits, 16).ok().and_then(char::from_u32)).flatten()
    })
}

fn listed(name: &[u8]) -> Option<char> {
    let differences = vec![Object::Integer(0), Object::Name(name.to_vec())];
    let font = font_with(Object::Dictionary(dictionary! { "Differences" => differences }));
    let document = Document::new();
    let encoding = font.get_font_encoding_with_limit(&document, 0).ok()?;
    // An unknown name gives the standard encoding, in which code 0 is nothing.
    encoding.bytes_to_string(&[0]).ok()?.chars().next()
}

fn font_with(encoding: Object) -> Dictionary {
    dictionary! { "Type" => "Font", "Encoding" => encoding }
}

/// Ligatures as their letters, so that a word is what a reader sees. Everything else as it is.
pub(super) fn write(character: char, output: &mut String) {
    let letters = match character {
        '\u{fb00}' => "ff",
        '\u{fb01}' => "fi",
        '\u{fb02}' => "fl",
        '\u{fb03}' => "ffi",
        '\u{fb04}' => "ffl",
        '\u{fb05}' | '\u{fb06}' => "st",
        _ => return output.push(character),
    };
    output.push_str(letters);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn glyphs_are_known_by_list_and_by_name() {
        for (name, expected) in [
            ("A", Some('A')),
            ("one", Some('1')),
            ("one.tab", Some('1')),
            ("eacute", Some('é')),
            ("fi", Some('\u{fb01}')),
            ("f_f_i", Some('\u{fb03}')),
            ("uni20AC", Some('€')),
            ("u1F600", Some('\u{1f600}')),
            ("g17", None),
            (".notdef", None),
        ] {
            assert_eq!(glyph(name.as_bytes()), expected, "{name}");
        }
    }

    #[test]
    fn encodings_differ_where_the_standard_says() {
        assert_eq!(predefined(b"WinAnsiEncoding")[0x80], Some('€'));
        assert_eq!(predefined(b"MacRomanEncoding")[0x8e], Some('é'));
        assert_eq!(predefined(b"StandardEncoding")[0x27], Some('\u{2019}'));
    }
}
