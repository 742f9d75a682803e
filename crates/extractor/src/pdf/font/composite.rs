//! Composite fonts (ISO 32000-1 section 9.7): codes of several bytes.

use dosimeter_content::{Content, Expose};
use encoding_rs::{BIG5, EUC_JP, EUC_KR, Encoding, GBK, SHIFT_JIS, UTF_16BE};
use lopdf::{Dictionary, Document, Object};

use super::{
    collection::{Collection, collection},
    number,
    truetype::{self, Glyphs},
};
use crate::{
    capped,
    pdf::cmap::CMap,
    run::{Read, Run},
};

/// A composite font.
pub(super) struct Composite {
    /// What the codes are, if the font's map is one of the predefined ones.
    charset: Option<Charset>,
    /// The font's own map from codes to numbers of characters.
    map: Option<CMap>,
    /// What the numbers of characters mean.
    collection: Option<Collection>,
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
        let encoding = font.get_deref(b"Encoding", document).ok();
        let own = encoding.and_then(|encoding| encoding.as_stream().ok());
        let map = own
            .and_then(|stream| capped::pdf_stream(run, stream).ok())
            .map(|stream| CMap::parse(stream.expose()))
            .filter(CMap::has_cids);
        // A map of the font's own may build on a predefined one.
        let name = match own {
            Some(stream) => stream.dict.get(b"UseCMap").and_then(Object::as_name).ok(),
            None => encoding.and_then(|encoding| encoding.as_name().ok()),
        };
        let name = name.unwrap_or_default();
        let descendants = font.get_deref(b"DescendantFonts", document).and_then(Object::as_array);
        let descendant = descendants
            .ok()
            .and_then(|fonts| document.dereference(fonts.first()?).ok()?.1.as_dict().ok());
        let default_width =
            descendant.and_then(|font| number(document, font.get(b"DW").ok()?)).unwrap_or(1000.0);
        let widths = descendant
            .and_then(|font| font.get_deref(b"W", document).ok()?.as_array().ok())
            .and_then(|array| widths(run, document, array).ok())
            .unwrap_or_default();
        let (glyphs, glyph_of) = descendant
            .filter(|_| name.starts_with(b"Identity"))
            .map(|descendant| program(run, document, descendant))
            .unwrap_or_default();
        let charset = match font.get_deref(b"ToUnicode", document).and_then(Object::as_name) {
            // The codes are Unicode already.
            Ok(name) if name.starts_with(b"Identity") => Some(Charset::of(UTF_16BE)),
            _ => charset(name),
        };
        let ordering = descendant.and_then(|font| ordering(document, font));
        Self {
            charset,
            map,
            collection: ordering.and_then(|ordering| collection(run, ordering)),
            widths,
            default_width,
            is_vertical: name == b"V" || name.ends_with(b"-V"),
            glyphs,
            glyph_of,
        }
    }

    /// How many bytes the next code has.
    pub(super) fn code_len(&self, to_unicode: Option<&CMap>, bytes: &[u8]) -> usize {
        if let Some(map) = &self.map {
            return map.code_len(bytes, 2);
        }
        match self.charset {
            Some(Charset { encoding, is_grid: false }) if encoding != UTF_16BE => {
                // The charsets of East Asia: ASCII has one byte, all else two.
                let is_single = bytes.first().is_some_and(|&byte| {
                    byte < 0x80 || encoding == SHIFT_JIS && (0xa0..0xe0).contains(&byte)
                });
                if is_single { 1 } else { 2 }
            }
            Some(Charset { is_grid: true, .. }) => 2,
            _ => to_unicode.map_or(2, |map| map.code_len(bytes, 2)),
        }
    }

    /// Appends the text of a code that the character map does not know.
    pub(super) fn write(&self, code: &[u8], text: &mut String) {
        let value = crate::pdf::cmap::value(code);
        let numbered = self.map.as_ref().and_then(|map| map.cid(value));
        if let (None, Some(charset)) = (numbered, self.charset) {
            return charset.write(code, text);
        }
        let code = numbered.unwrap_or(value);
        let known = self.collection.as_ref().map_or("", |collection| collection.text(code));
        if !known.is_empty() {
            return text.push_str(known);
        }
        let glyph = match &self.glyph_of {
            Some(map) => usize::try_from(code)
                .ok()
                .and_then(|code| map.expose().as_chunks::<2>().0.get(code))
                .map(|glyph| u16::from_be_bytes(*glyph)),
            None => u16::try_from(code).ok(),
        };
        let shown = glyph.and_then(|glyph| self.glyphs.get(&glyph)).copied();
        // Who maps codes to glyphs chose the codes, and mostly by Unicode.
        let chosen = || {
            let is_mapped = self.glyph_of.is_some() && glyph.is_some_and(|glyph| glyph != 0);
            char::from_u32(value).filter(|character| is_mapped && character.is_alphanumeric())
        };
        text.extend(shown.or_else(chosen));
    }

    pub(super) fn width(&self, code: u32) -> f64 {
        if self.is_vertical {
            return 0.0;
        }
        let cid = self.map.as_ref().and_then(|map| map.cid(code));
        let given = match (cid, &self.charset, &self.collection, u8::try_from(code)) {
            // Widths go by numbers of characters, which a charset does not tell; what is half as wide as
            // the others is mostly ASCII.
            (None, Some(_), Some(collection), Ok(byte)) if byte.is_ascii() => {
                let width =
                    collection.ascii(byte).into_iter().find_map(|cid| self.given_width(cid));
                Some(width.unwrap_or(self.default_width / 2.0))
            }
            _ => self.given_width(cid.unwrap_or(code)),
        };
        given.unwrap_or(self.default_width)
    }

    fn given_width(&self, cid: u32) -> Option<f64> {
        let after = self.widths.partition_point(|(from, _, _)| *from <= cid);
        let (_, to, width) = self.widths.get(after.checked_sub(1)?)?;
        (cid <= *to).then_some(*width)
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

/// The collection that a font numbers its characters by (9.7.3).
fn ordering<'d>(document: &'d Document, descendant: &'d Dictionary) -> Option<&'d [u8]> {
    let system = descendant.get_deref(b"CIDSystemInfo", document).and_then(Object::as_dict).ok()?;
    system.get_deref(b"Ordering", document).and_then(Object::as_str).ok()
}

/// What the codes of a predefined map are.
#[derive(Clone, Copy)]
struct Charset {
    encoding: &'static Encoding,
    /// Whether the codes are rows and cells of the national standard, in seven bits.
    is_grid: bool,
}

impl Charset {
    fn of(encoding: &'static Encoding) -> Self {
        Self { encoding, is_grid: false }
    }

    fn write(self, code: &[u8], text: &mut String) {
        let decoded = match code {
            // The same place in the encoding for Unix has both high bits set.
            [row, cell] if self.is_grid => {
                let code = [row | 0x80, cell | 0x80];
                self.encoding.decode_without_bom_handling(&code).0.into_owned()
            }
            _ => self.encoding.decode_without_bom_handling(code).0.into_owned(),
        };
        text.push_str(&decoded);
    }
}

/// The charset behind a predefined map (table 118).
fn charset(map: &[u8]) -> Option<Charset> {
    let has = |part: &str| map.windows(part.len()).any(|window| window == part.as_bytes());
    let grid = |encoding| Some(Charset { encoding, is_grid: true });
    match map {
        b"H" | b"V" | b"Add-H" | b"Add-V" | b"Ext-H" | b"Ext-V" | b"78-H" | b"78-V" => grid(EUC_JP),
        b"GB-H" | b"GB-V" | b"GBT-H" | b"GBT-V" => grid(GBK),
        b"KSC-H" | b"KSC-V" => grid(EUC_KR),
        b"EUC-H" | b"EUC-V" => Some(Charset::of(EUC_JP)),
        _ if has("UCS2") || has("UTF16") => Some(Charset::of(UTF_16BE)),
        _ if map.starts_with(b"GB") => Some(Charset::of(GBK)),
        _ if has("RKSJ") => Some(Charset::of(SHIFT_JIS)),
        _ if map.starts_with(b"KSC") => Some(Charset::of(EUC_KR)),
        _ if [&b"ETen"[..], b"B5", b"HKscs", b"ETHK"].iter().any(|of| map.starts_with(of)) => {
            Some(Charset::of(BIG5))
        }
        _ => None,
    }
}

/// Reads `c [w1 w2 …]` and `c_first c_last w` (9.7.4.3).
fn widths(run: &mut Run<'_>, document: &Document, array: &[Object]) -> Read<Vec<(u32, u32, f64)>> {
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
    // Many fonts may share one table, which each of them has for itself.
    run.spend_expansion(widths.len().saturating_mul(size_of::<(u32, u32, f64)>()))?;
    widths.sort_by_key(|(from, _, _)| *from);
    Ok(widths)
}

fn code(document: &Document, object: &Object) -> Option<u32> {
    let (_, object) = document.dereference(object).ok()?;
    object.as_i64().ok()?.try_into().ok()
}
