//! Pictures of pages as files that anybody can read (ISO 32000-1 section 8.9).
//!
//! Photographs stand in a PDF as whole files. Samples without a header of their own get one: that of PNM, or of
//! TIFF around a fax. Colours become shades of grey, which is what text recognition looks at.

use dosimeter_content::{Content, Expose};
use lopdf::{Dictionary, Document, Object, Stream};

use crate::{capped, run::Run};

/// The picture as a file; nothing if its compression (JBIG2) or its colours are not known here.
pub(super) fn file(run: &mut Run<'_>, document: &Document, stream: &Stream) -> Option<Content> {
    let filters = stream.filters().unwrap_or_default();
    match filters.split_last() {
        Some((&(b"DCTDecode" | b"DCT" | b"JPXDecode"), before)) => {
            encoded(run, stream, before.len())
        }
        Some((&(b"CCITTFaxDecode" | b"CCF"), before)) => {
            let fax = encoded(run, stream, before.len())?;
            faxed(document, &stream.dict, fax.expose())
        }
        Some((&b"JBIG2Decode", _)) => None,
        _ => samples(run, document, stream),
    }
}

/// What is left when the first filters are undone.
fn encoded(run: &mut Run<'_>, stream: &Stream, undone: usize) -> Option<Content> {
    if undone == 0 {
        return Some(Content::from(stream.content.clone()));
    }
    let names = stream.filters().ok()?;
    let names = names.iter().take(undone).map(|name| Object::Name(name.to_vec()));
    let mut dictionary = Dictionary::new();
    dictionary.set("Filter", names.collect::<Vec<_>>());
    capped::pdf_stream(run, &Stream::new(dictionary, stream.content.clone())).ok()
}

fn samples(run: &mut Run<'_>, document: &Document, stream: &Stream) -> Option<Content> {
    let dictionary = &stream.dict;
    let is_mask = dictionary.get(b"ImageMask").and_then(Object::as_bool).unwrap_or(false);
    let bits = if is_mask { 1 } else { number(document, dictionary, b"BitsPerComponent")? };
    let colours = match dictionary.get_deref(b"ColorSpace", document) {
        Ok(space) if !is_mask => Colours::new(run, document, space)?,
        _ => Colours::Grey,
    };
    let raster = Raster {
        width: number(document, dictionary, b"Width").filter(|width| *width > 0)?,
        height: number(document, dictionary, b"Height")?,
        bits,
    };
    let decoded = capped::pdf_stream(run, stream).ok()?;
    raster.file(&colours, decoded.expose())
}

fn number(document: &Document, dictionary: &Dictionary, key: &[u8]) -> Option<usize> {
    let number = dictionary.get_deref(key, document).and_then(Object::as_i64).ok()?;
    // The longest side that recognition takes.
    usize::try_from(number).ok().filter(|number| *number < 1 << 15)
}

/// What the samples of a pixel mean.
enum Colours {
    Grey,
    Rgb,
    Cmyk,
    /// A shade for each index.
    Palette(Vec<u8>),
}

impl Colours {
    fn new(run: &mut Run<'_>, document: &Document, space: &Object) -> Option<Self> {
        let Object::Array(array) = space else { return Self::direct(document, space) };
        let at = |index: usize| Some(document.dereference(array.get(index)?).ok()?.1);
        if !matches!(at(0)?.as_name(), Ok(b"Indexed" | b"I")) {
            return Self::direct(document, space);
        }
        // A palette of a palette is none.
        let base = Self::direct(document, at(1)?)?;
        let table = match at(3)? {
            Object::String(bytes, _) => Content::from(bytes.clone()),
            Object::Stream(stream) => capped::pdf_stream(run, stream).ok()?,
            _ => return None,
        };
        let entries = table.expose().chunks_exact(base.samples());
        Some(Self::Palette(entries.take(256).map(|entry| base.shade(entry)).collect()))
    }

    /// Colours without a palette (section 8.6).
    fn direct(document: &Document, space: &Object) -> Option<Self> {
        let (name, profile) = match space {
            Object::Name(name) => (name.as_slice(), None),
            Object::Array(array) => {
                let name = document.dereference(array.first()?).ok()?.1.as_name().ok()?;
                (name, array.get(1))
            }
            _ => return None,
        };
        match name {
            b"DeviceGray" | b"CalGray" | b"G" => Some(Self::Grey),
            b"DeviceRGB" | b"CalRGB" | b"RGB" => Some(Self::Rgb),
            b"DeviceCMYK" | b"CMYK" => Some(Self::Cmyk),
            b"ICCBased" => {
                let profile = document.dereference(profile?).ok()?.1.as_stream().ok()?;
                match profile.dict.get_deref(b"N", document).and_then(Object::as_i64).ok()? {
                    1 => Some(Self::Grey),
                    3 => Some(Self::Rgb),
                    4 => Some(Self::Cmyk),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// How many samples a pixel has.
    fn samples(&self) -> usize {
        match self {
            Self::Grey | Self::Palette(_) => 1,
            Self::Rgb => 3,
            Self::Cmyk => 4,
        }
    }

    /// The luminance of one pixel (ITU-R BT.601).
    fn shade(&self, pixel: &[u8]) -> u8 {
        let mixed = |red: u8, green: u8, blue: u8| {
            let sum = [(299, red), (587, green), (114, blue)]
                .map(|(weight, value): (u32, u8)| weight.saturating_mul(value.into()));
            u8::try_from(sum.iter().sum::<u32>() / 1000).unwrap_or(u8::MAX)
        };
        match (self, pixel) {
            (Self::Grey, [grey, ..]) => *grey,
            (Self::Rgb, [red, green, blue, ..]) => mixed(*red, *green, *blue),
            (Self::Cmyk, [cyan, magenta, yellow, black, ..]) => {
                mixed(!*cyan, !*magenta, !*yellow).saturating_sub(*black)
            }
            (Self::Palette(shades), [index, ..]) => {
                shades.get(usize::from(*index)).copied().unwrap_or_default()
            }
            _ => u8::MAX,
        }
    }
}

/// Rows of samples, each row starting with a byte of its own.
struct Raster {
    width: usize,
    height: usize,
    bits: usize,
}

impl Raster {
    /// The rows that are there, as a file of the family PNM.
    fn file(&self, colours: &Colours, decoded: &[u8]) -> Option<Content> {
        if !matches!(self.bits, 1 | 2 | 4 | 8) {
            return None;
        }
        let row_samples = self.width.checked_mul(colours.samples())?;
        let row_bytes = row_samples.checked_mul(self.bits)?.div_ceil(8);
        let height = self.height.min(decoded.len().checked_div(row_bytes)?);
        let rows = decoded.chunks_exact(row_bytes).take(height);
        let size = format!("{} {height}", self.width);
        let file = if self.bits == 1 && matches!(colours, Colours::Grey) {
            // One is white here and black there.
            let inverted = rows.flatten().map(|byte| !byte);
            format!("P4\n{size}\n").into_bytes().into_iter().chain(inverted).collect()
        } else {
            let mut file = Vec::with_capacity(self.width.checked_mul(height)?.checked_add(64)?);
            file.extend(format!("P5\n{size}\n255\n").into_bytes());
            for row in rows {
                self.shades(colours, row, &mut file);
            }
            file
        };
        (height > 0).then(|| Content::from(file))
    }

    fn shades(&self, colours: &Colours, row: &[u8], file: &mut Vec<u8>) {
        if self.bits == 8 {
            let pixels = row.chunks_exact(colours.samples()).take(self.width);
            file.extend(pixels.map(|pixel| colours.shade(pixel)));
            return;
        }
        // Indices stay what they are; shades are spread over the whole range.
        let most = (1_u8 << self.bits).saturating_sub(1);
        let scale = if matches!(colours, Colours::Palette(_)) { 1 } else { u8::MAX / most };
        let samples: Vec<u8> = row
            .iter()
            .flat_map(|byte| {
                let shifts = (0..8).step_by(self.bits).map(|shift| 8 - self.bits - shift);
                shifts.map(move |shift| ((byte >> shift) & most).saturating_mul(scale))
            })
            .collect();
        let pixels = samples.chunks_exact(colours.samples()).take(self.width);
        file.extend(pixels.map(|pixel| colours.shade(pixel)));
    }
}

/// Types of fields in TIFF.
const SHORT: u16 = 3;
const LONG: u16 = 4;

/// A fax in the smallest TIFF file around it (TIFF 6.0 sections 2 and 11).
fn faxed(document: &Document, dictionary: &Dictionary, fax: &[u8]) -> Option<Content> {
    let parameters = dictionary.get_deref(b"DecodeParms", document).ok();
    let parameters = match parameters {
        Some(Object::Array(all)) => document.dereference(all.last()?).ok().map(|(_, last)| last),
        other => other,
    };
    let parameters = parameters.and_then(|parameters| parameters.as_dict().ok());
    let parameter = |key: &[u8]| parameters?.get_deref(key, document).ok();
    if parameter(b"EncodedByteAlign").and_then(|align| align.as_bool().ok()) == Some(true) {
        return None;
    }
    let columns = parameters.and_then(|given| number(document, given, b"Columns")).unwrap_or(1728);
    let height = number(document, dictionary, b"Height")?;
    let scheme = parameter(b"K").and_then(|scheme| scheme.as_i64().ok()).unwrap_or(0);
    // Compression, and whether its rows lean on the one before.
    let (compression, options) = if scheme < 0 { (4, 0) } else { (3, u32::from(scheme > 0)) };
    let (columns, height) = (u32::try_from(columns).ok()?, u32::try_from(height).ok()?);
    let length = u32::try_from(fax.len()).ok()?;
    let mut fields = vec![
        (256, LONG, columns),
        (257, LONG, height),
        (258, SHORT, 1),
        (259, SHORT, compression),
        // Zero is white.
        (262, SHORT, 0),
        (273, LONG, 0),
        (277, SHORT, 1),
        (278, LONG, height),
        (279, LONG, length),
    ];
    if compression == 3 {
        fields.push((292, LONG, options));
    }
    // Magic and the place of the directory; its length, fields of twelve bytes, and that it is the last.
    let start =
        8_usize.saturating_add(2).saturating_add(fields.len().saturating_mul(12)).saturating_add(4);
    let mut file = Vec::with_capacity(start.saturating_add(fax.len()));
    file.extend(b"II*\0\x08\0\0\0");
    file.extend(u16::try_from(fields.len()).ok()?.to_le_bytes());
    for (tag, kind, value) in fields {
        let value = if tag == 273 { u32::try_from(start).ok()? } else { value };
        file.extend(u16::to_le_bytes(tag));
        file.extend(kind.to_le_bytes());
        file.extend(1_u32.to_le_bytes());
        file.extend(value.to_le_bytes());
    }
    file.extend([0; 4]);
    file.extend(fax);
    Some(Content::from(file))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(raster: &Raster, colours: &Colours, decoded: &[u8], expected: &[u8]) {
        let file = raster.file(colours, decoded).unwrap();
        assert_eq!(file.expose(), expected);
    }

    #[test]
    fn samples_become_shades() {
        let raster = |bits| Raster { width: 2, height: 2, bits };
        check(&raster(1), &Colours::Grey, &[0x80, 0x40], b"P4\n2 2\n\x7f\xbf");
        check(&raster(4), &Colours::Grey, &[0x0f, 0xf0], b"P5\n2 2\n255\n\0\xff\xff\0");
        let palette = Colours::Palette(vec![9, 8, 7, 6]);
        check(&raster(2), &palette, &[0x10, 0xb0], b"P5\n2 2\n255\n\x09\x08\x07\x06");
        let row = [255, 255, 255, 0, 0, 0];
        check(&raster(8), &Colours::Rgb, &row.repeat(2), b"P5\n2 2\n255\n\xff\0\xff\0");
        let row = [0, 0, 0, 0, 0, 0, 0, 255];
        check(&raster(8), &Colours::Cmyk, &row.repeat(2), b"P5\n2 2\n255\n\xff\0\xff\0");
    }

    #[test]
    fn rows_that_are_missing_are_left_out() {
        let raster = Raster { width: 2, height: 9, bits: 8 };
        check(&raster, &Colours::Grey, &[1, 2, 3], b"P5\n2 1\n255\n\x01\x02");
        assert!(raster.file(&Colours::Grey, &[1]).is_none());
        assert!(Raster { bits: 16, ..raster }.file(&Colours::Grey, &[0; 99]).is_none());
    }
}
