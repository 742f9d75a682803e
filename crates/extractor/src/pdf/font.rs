//! Fonts: codes to text and widths (ISO 32000-1 sections 9.5 to 9.10).

mod builtin;
mod collection;
mod compact;
mod composite;
mod truetype;

use std::collections::BTreeMap;

use dosimeter_content::Expose;
use lopdf::{Dictionary, Document, Object};

use self::composite::Composite;
use super::{cmap::CMap, encoding, widths};
use crate::{capped, run::Run};

/// The fonts of a document that were used so far, by the address of their dictionary.
#[derive(Default)]
pub(super) struct Cache {
    fonts: BTreeMap<usize, Font>,
}

/// More fonts than this are forgotten and read again when needed.
const FONTS_MAX: usize = 64;

impl Cache {
    /// The font of a dictionary.
    pub(super) fn get(
        &mut self,
        run: &mut Run<'_>,
        document: &Document,
        dictionary: &Dictionary,
    ) -> &Font {
        let address = std::ptr::from_ref(dictionary).addr();
        if !self.fonts.contains_key(&address) && self.fonts.len() >= FONTS_MAX {
            self.fonts.clear();
        }
        self.fonts.entry(address).or_insert_with(|| Font::read(run, document, dictionary))
    }
}

/// A font, as far as text needs it.
pub(super) struct Font {
    to_unicode: Option<CMap>,
    kind: Kind,
}

enum Kind {
    Simple(Box<Simple>),
    Composite(Box<Composite>),
}

/// A font whose codes have one byte.
struct Simple {
    table: encoding::Table,
    widths: [f64; 256],
}

/// What one code shows.
pub(super) struct Glyph<'t> {
    /// Its text; empty if the font does not say.
    pub(super) text: &'t str,
    /// How far it moves the pen, in thousandths of the font size.
    pub(super) width: f64,
    /// Whether word spacing applies: single-byte code 32 (9.3.3).
    pub(super) is_space: bool,
}

impl Font {
    fn read(run: &mut Run<'_>, document: &Document, font: &Dictionary) -> Self {
        let to_unicode = font.get_deref(b"ToUnicode", document).and_then(Object::as_stream).ok();
        // A map that cannot be read is as good as none: then the encoding is tried.
        let to_unicode = to_unicode
            .and_then(|stream| capped::pdf_stream(run, stream).ok())
            .map(|stream| CMap::parse(stream.expose()))
            .filter(|map| !map.is_empty());
        let is_composite =
            font.get_deref(b"Subtype", document).and_then(Object::as_name).ok() == Some(b"Type0");
        let kind = if is_composite {
            Kind::Composite(Box::new(Composite::read(run, document, font)))
        } else {
            Kind::Simple(Box::new(Simple::read(run, document, font)))
        };
        Self { to_unicode, kind }
    }

    /// Visits what each code of a shown string shows, for as long as the visitor says so.
    pub(super) fn each_glyph(&self, string: &[u8], mut visit: impl FnMut(&Glyph<'_>) -> bool) {
        let mut text = String::new();
        let mut rest = string;
        while !rest.is_empty() {
            let length = match &self.kind {
                Kind::Simple(_) => 1,
                Kind::Composite(font) => font.code_len(self.to_unicode.as_ref(), rest),
            };
            let (code, next) = rest.split_at_checked(length).unwrap_or((rest, &[]));
            rest = next;
            text.clear();
            let width = self.glyph(code, &mut text);
            if !visit(&Glyph { text: &text, width, is_space: code == b" " }) {
                return;
            }
        }
    }

    /// Writes the text of a code and gives its width.
    fn glyph(&self, code: &[u8], text: &mut String) -> f64 {
        let value = super::cmap::value(code);
        let mut mapped = String::new();
        let is_mapped = self.to_unicode.as_ref().is_some_and(|map| map.write(value, &mut mapped));
        if is_mapped {
            mapped.chars().for_each(|character| encoding::write(character, text));
        }
        match &self.kind {
            Kind::Simple(font) => {
                let index = usize::try_from(value).unwrap_or(0);
                if !is_mapped && let Some(Some(character)) = font.table.get(index) {
                    encoding::write(*character, text);
                }
                font.widths.get(index).copied().unwrap_or_default()
            }
            Kind::Composite(font) => {
                if !is_mapped {
                    font.write(code, text);
                }
                font.width(value)
            }
        }
    }
}

impl Simple {
    fn read(run: &mut Run<'_>, document: &Document, font: &Dictionary) -> Self {
        let descriptor = font.get_deref(b"FontDescriptor", document).and_then(Object::as_dict).ok();
        Self {
            table: table(run, document, font, descriptor),
            widths: simple_widths(document, font, descriptor),
        }
    }
}

/// Entries of a list of differences, which fonts may share: 256 codes have a name and a number each.
const DIFFERENCES_MAX: usize = 1024;

/// The encoding of a simple font (9.6.6): a predefined one, or the font's own, with differences.
fn table(
    run: &mut Run<'_>,
    document: &Document,
    font: &Dictionary,
    descriptor: Option<&Dictionary>,
) -> encoding::Table {
    let given = font.get_deref(b"Encoding", document).ok();
    let dictionary = given.and_then(|given| given.as_dict().ok());
    let base = match (given.and_then(|given| given.as_name().ok()), dictionary) {
        (Some(name), _) => Some(name),
        (None, Some(dictionary)) => dictionary.get(b"BaseEncoding").and_then(Object::as_name).ok(),
        (None, None) => None,
    };
    let mut table = match base {
        Some(name) => encoding::predefined(name),
        None => builtin::table(run, document, descriptor).unwrap_or_else(|| {
            let is_true_type =
                font.get(b"Subtype").and_then(Object::as_name).ok() == Some(b"TrueType");
            encoding::predefined(if is_true_type {
                b"WinAnsiEncoding"
            } else {
                b"StandardEncoding"
            })
        }),
    };
    let differences = dictionary
        .and_then(|dictionary| dictionary.get_deref(b"Differences", document).ok())
        .and_then(|differences| differences.as_array().ok());
    let mut code = 0_usize;
    for entry in differences.into_iter().flatten().take(DIFFERENCES_MAX) {
        match entry {
            Object::Integer(start) => code = usize::try_from(*start).unwrap_or(256),
            Object::Name(name) => {
                if let Some(slot) = table.get_mut(code) {
                    *slot = encoding::glyph(name);
                }
                code = code.saturating_add(1);
            }
            _ => {}
        }
    }
    table
}

fn simple_widths(
    document: &Document,
    font: &Dictionary,
    descriptor: Option<&Dictionary>,
) -> [f64; 256] {
    let given = font.get_deref(b"Widths", document).and_then(Object::as_array).ok();
    let name = font.get_deref(b"BaseFont", document).and_then(Object::as_name).unwrap_or_default();
    let Some(given) = given else { return standard_widths(name) };
    let missing = descriptor.and_then(|d| number(document, d.get(b"MissingWidth").ok()?));
    let mut widths = [missing.unwrap_or(0.0); 256];
    let first = font.get_deref(b"FirstChar", document).and_then(Object::as_i64).unwrap_or(0);
    let scale = type3_scale(document, font);
    let first = usize::try_from(first).unwrap_or(0);
    for (slot, width) in widths.iter_mut().skip(first).zip(given) {
        *slot = number(document, width).unwrap_or(0.0) * scale;
    }
    widths
}

/// Type 3 fonts measure in a space of their own (9.6.5).
fn type3_scale(document: &Document, font: &Dictionary) -> f64 {
    let matrix = font.get_deref(b"FontMatrix", document).and_then(Object::as_array).ok();
    let horizontal = matrix.and_then(|matrix| number(document, matrix.first()?));
    horizontal.map_or(1.0, |horizontal| horizontal * 1000.0)
}

fn standard_widths(name: &[u8]) -> [f64; 256] {
    let mut all = [f64::from(widths::FIXED); 256];
    if let Some(known) = widths::standard(name) {
        for (slot, width) in all.iter_mut().skip(32).zip(known) {
            *slot = f64::from(*width);
        }
    }
    all
}

/// A number, possibly through a reference.
pub(super) fn number(document: &Document, object: &Object) -> Option<f64> {
    let (_, object) = document.dereference(object).ok()?;
    object.as_float().ok().map(f64::from).filter(|number| number.is_finite())
}
