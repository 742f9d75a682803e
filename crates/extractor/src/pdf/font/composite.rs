//! Composite fonts (ISO 32000-1 section 9.7): codes of several bytes.

use dosimeter_content::{Content, Expose};
use encoding_rs::{BIG5, EUC_KR, Encoding, GBK, SHIFT_JIS, UTF_16BE};
use lopdf::{Dictionary, Document, Object};

use super::{
    number,
    truetype::{self, Glyphs},
};
use crate::{capped, pdf::cmap::CMap, run::Run};

/// A composite font.
pub(super) struct Composite {
    /// The charset that the codes are in, if the font's map is one of the predefined ones.
    charset: Option<&'static Encoding>,
    /// Sorted by start: from, to, width.
    widths: Vec<(u32, u32, f64)>,
    default_width: f64,
    is_vertical: bool,
    /// What the glyphs mean by the font program, and the glyphs of the codes if they are not the same.
    glyphs: Glyphs,
    glyph_of: Option<Content>,
}

/// Entries of the table of widths that are read.
const WIDTHS_MAX: usize = 70_000;

impl Composite {
    pub(super) fn read(run: &mut Run<'_>, document: &Document, font: &Dictionary) -> Self {
        let map =
            font.get_deref(b"Encoding", document).and_then(Object::as_name).unwrap_or_default();
        let descendants = font.get_deref(b"DescendantFonts", document).and_then(Object::as_array);
        let descendant = descendants
            .ok()
            .and_then(|fonts| document.dereference(fonts.first()?).ok()?.1.as_dict().ok());
        let default_width =
            descendant.and_then(|font| number(document, font.get(b"DW").ok()?)).unwrap_or(1000.0);
        let widths = descendant
            .and_then(|font| font.get_deref(b"W", document).ok()?.as_array().ok())
            .map(|array| widths(document, array))
            .unwrap_or_default();
        let (glyphs, glyph_of) = descendant
            .filter(|_| map.starts_with(b"Identity"))
            .map(|descendant| program(run, document, descendant))
            .unwrap_or_default();
        let is_vertical = map.ends_with(b"-V");
        let charset = match font.get_deref(b"ToUnicode", document).and_then(Object::as_name) {
            // The codes are Unicode already.
            Ok(name) if name.starts_with(b"Identity") => Some(UTF_16BE),
            _ => charset(map),
        };
        Self { charset, widths, default_width, is_vertical, glyphs, glyph_of }
    }

    /// How many bytes the next code has.
    pub(super) fn code_len(&self, to_unicode: Option<&CMap>, bytes: &[u8]) -> usize {
        match self.charset {
            // The charsets of East Asia: ASCII has one byte, all else two.
            Some(charset) if charset != UTF_16BE => {
                let is_single = bytes.first().is_some_and(|&byte| {
                    byte < 0x80 || charset == SHIFT_JIS && (0xa0..0xe0).contains(&byte)
                });
                if is_single { 1 } else { 2 }
            }
            _ => to_unicode.map_or(2, |map| map.code_len(bytes, 2)),
        }
    }

    /// Appends the text of a code that the character map does not know.
    pub(super) fn write(&self, code: &[u8], text: &mut String) {
        if let Some(charset) = self.charset {
            text.push_str(&charset.decode_without_bom_handling(code).0);
            return;
        }
        let code = crate::pdf::cmap::value(code);
        let glyph = match &self.glyph_of {
            Some(map) => usize::try_from(code)
                .ok()
                .and_then(|code| map.expose().as_chunks::<2>().0.get(code))
                .map(|glyph| u16::from_be_bytes(*glyph)),
            None => u16::try_from(code).ok(),
        };
        text.extend(glyph.and_then(|glyph| self.glyphs.get(&glyph)));
    }

    pub(super) fn width(&self, code: u32) -> f64 {
        if self.is_vertical {
            return 0.0;
        }
        let after = self.widths.partition_point(|(from, _, _)| *from <= code);
        let entry = after.checked_sub(1).and_then(|index| self.widths.get(index));
        entry.filter(|(_, to, _)| code <= *to).map_or(self.default_width, |(_, _, width)| *width)
    }
}

/// What an embedded font program says of its glyphs, and the map from codes to glyphs (9.7.4.2).
fn program(
    run: &mut Run<'_>,
    document: &Document,
    descendant: &Dictionary,
) -> (Glyphs, Option<Content>) {
    let mut stream = |dictionary: &Dictionary, key: &[u8]| {
        let stream = dictionary.get_deref(key, document).and_then(Object::as_stream).ok()?;
        capped::pdf_stream(run, stream).ok()
    };
    let descriptor = descendant.get_deref(b"FontDescriptor", document).and_then(Object::as_dict);
    let program = descriptor.ok().and_then(|descriptor| stream(descriptor, b"FontFile2"));
    let glyphs = program.map(|program| truetype::glyphs(program.expose())).unwrap_or_default();
    (glyphs, stream(descendant, b"CIDToGIDMap"))
}

/// The charset behind a predefined map (table 118).
fn charset(map: &[u8]) -> Option<&'static Encoding> {
    let has = |part: &str| map.windows(part.len()).any(|window| window == part.as_bytes());
    match () {
        () if has("UCS2") || has("UTF16") => Some(UTF_16BE),
        () if map.starts_with(b"GB") => Some(GBK),
        () if has("RKSJ") => Some(SHIFT_JIS),
        () if map.starts_with(b"KSC") => Some(EUC_KR),
        () if map.starts_with(b"ETen") || map.starts_with(b"B5") || map.starts_with(b"HKscs") => {
            Some(BIG5)
        }
        () => None,
    }
}

/// Reads `c [w1 w2 …]` and `c_first c_last w` (9.7.4.3).
fn widths(document: &Document, array: &[Object]) -> Vec<(u32, u32, f64)> {
    let mut widths = Vec::new();
    let mut rest = array.iter();
    while let Some(first) = rest.next().and_then(|first| code(document, first)) {
        let Some(Ok((_, second))) = rest.next().map(|second| document.dereference(second)) else {
            break;
        };
        if let Ok(list) = second.as_array() {
            for (code, width) in (first..).zip(list) {
                widths.push((code, code, number(document, width).unwrap_or(0.0)));
            }
        } else if let (Some(last), Some(width)) =
            (code(document, second), rest.next().and_then(|width| number(document, width)))
        {
            widths.push((first, last, width));
        }
        if widths.len() > WIDTHS_MAX {
            break;
        }
    }
    widths.sort_by_key(|(from, _, _)| *from);
    widths
}

fn code(document: &Document, object: &Object) -> Option<u32> {
    let (_, object) = document.dereference(object).ok()?;
    object.as_i64().ok()?.try_into().ok()
}
