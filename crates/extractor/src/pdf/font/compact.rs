//! Compact font programs (Adobe Technical Note 5176): the names of their glyphs, and the codes that these have.
//!
//! Programs that make small files leave an encoding out of the document when the font has one.

use crate::{
    cursor::Cursor,
    pdf::encoding::{self, Table},
};

/// Reads the encoding of a font program that is not made for composite fonts. O(n).
pub(super) fn table(program: &[u8]) -> Option<Table> {
    let (top, strings) = tables(program)?;
    let offset = |operator: u16| {
        let value = top.iter().find(|(known, _)| *known == operator).map_or(0, |(_, value)| *value);
        usize::try_from(value).ok()
    };
    let (_, glyphs) = index(program.get(offset(CHAR_STRINGS)?..)?)?;
    let names = charset(program, offset(CHARSET)?, glyphs.len())?;
    let name = |glyph: usize| {
        let id = usize::from(*names.get(glyph)?);
        match STANDARD.get(id) {
            Some(name) => Some(name.as_bytes()),
            None => strings.get(id.checked_sub(STANDARD.len())?).copied(),
        }
    };
    let mut table = [None; 256];
    for (code, glyph) in encoding(program, offset(ENCODING)?, &names)? {
        if let (Some(slot), Some(name)) = (table.get_mut(usize::from(code)), name(glyph)) {
            *slot = encoding::glyph(name);
        }
    }
    Some(table)
}

/// Operators of the top dictionary (table 9).
const CHARSET: u16 = 15;
const ENCODING: u16 = 16;
const CHAR_STRINGS: u16 = 17;

/// Operators with their last operand.
type Dictionary = Vec<(u16, i32)>;

/// The top dictionary, and the strings.
fn tables(program: &[u8]) -> Option<(Dictionary, Vec<&[u8]>)> {
    let header = usize::from(*program.get(2)?);
    let (rest, _names) = index(program.get(header..)?)?;
    let (rest, tops) = index(rest)?;
    let (_, strings) = index(rest)?;
    Some((dictionary(tops.first()?), strings))
}

/// An index (section 5): what follows it, and its members.
fn index(bytes: &[u8]) -> Option<(&[u8], Vec<&[u8]>)> {
    let mut cursor = Cursor::new(bytes);
    let count = usize::from(cursor.u16_be()?);
    if count == 0 {
        return Some((cursor.rest(), Vec::new()));
    }
    let size = usize::from(cursor.u8()?);
    let offsets = cursor.take(count.checked_add(1)?.checked_mul(size)?)?;
    // Offsets count from the byte before the data.
    let data = cursor.rest();
    let mut ends = offsets.chunks_exact(size.max(1)).map(|offset| {
        let value = offset.iter().fold(0_usize, |value, byte| value << 8 | usize::from(*byte));
        value.checked_sub(1)
    });
    let mut from = ends.next()??;
    let mut members = Vec::with_capacity(count);
    for to in ends {
        let to = to?;
        members.push(data.get(from..to)?);
        from = to;
    }
    Some((data.get(from..)?, members))
}

/// Reads a dictionary (section 4); real numbers count as nothing.
fn dictionary(bytes: &[u8]) -> Dictionary {
    let mut cursor = Cursor::new(bytes);
    let (mut entries, mut operand) = (Vec::new(), 0);
    while let Some(first) = cursor.u8() {
        let value = match first {
            12 => {
                entries.push((0x0c00 | u16::from(cursor.u8().unwrap_or(0)), operand));
                continue;
            }
            0..=21 => {
                entries.push((u16::from(first), operand));
                continue;
            }
            28 => cursor.u16_be().map(|value| i32::from(value.cast_signed())),
            29 => cursor.u32_be().map(u32::cast_signed),
            30 => {
                while cursor.u8().is_some_and(|byte| byte & 0x0f != 0x0f) {}
                Some(0)
            }
            32..=246 => Some(i32::from(first) - 139),
            247..=250 => {
                cursor.u8().map(|low| (i32::from(first) - 247) * 256 + i32::from(low) + 108)
            }
            251..=254 => {
                cursor.u8().map(|low| -(i32::from(first) - 251) * 256 - i32::from(low) - 108)
            }
            _ => Some(0),
        };
        operand = value.unwrap_or(0);
    }
    entries
}

/// The string id of each glyph (section 13).
fn charset(program: &[u8], offset: usize, glyphs: usize) -> Option<Vec<u16>> {
    if offset <= 2 {
        // The first of the three predefined charsets counts; the others are for fonts of experts.
        return Some((0..=228).collect());
    }
    let mut cursor = Cursor::at(program, offset)?;
    let format = cursor.u8()?;
    let mut names = vec![0_u16];
    while names.len() < glyphs {
        let first = cursor.u16_be()?;
        let more = match format {
            0 => 0,
            1 => u16::from(cursor.u8()?),
            2 => cursor.u16_be()?,
            _ => return None,
        };
        names.extend((first..=first.saturating_add(more)).take(glyphs - names.len()));
    }
    Some(names)
}

/// Codes and their glyphs (section 12).
fn encoding(program: &[u8], offset: usize, names: &[u16]) -> Option<Vec<(u8, usize)>> {
    if offset <= 1 {
        // The standard encoding, which is what a font without one of its own is read by.
        return None;
    }
    let mut cursor = Cursor::at(program, offset)?;
    let format = cursor.u8()?;
    let count = cursor.u8()?;
    let mut codes = Vec::new();
    let mut glyph = 1_usize;
    for _ in 0..count {
        let first = cursor.u8()?;
        let more = if matches!(format, 0 | 0x80) { 0 } else { cursor.u8()? };
        for code in first..=first.saturating_add(more) {
            codes.push((code, glyph));
            glyph = glyph.saturating_add(1);
        }
    }
    // Further codes of glyphs that have one already.
    let supplements = if format & 0x80 == 0 { 0 } else { cursor.u8()? };
    for _ in 0..supplements {
        let code = cursor.u8()?;
        let id = cursor.u16_be()?;
        codes.extend(names.iter().position(|name| *name == id).map(|glyph| (code, glyph)));
    }
    Some(codes)
}

/// The strings that every font knows (appendix A).
#[rustfmt::skip]
const STANDARD: [&str; 391] = [
    ".notdef", "space", "exclam", "quotedbl", "numbersign", "dollar", "percent", "ampersand",
    "quoteright", "parenleft", "parenright", "asterisk", "plus", "comma", "hyphen", "period",
    "slash", "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
    "colon", "semicolon", "less", "equal", "greater", "question", "at", "A", "B", "C", "D", "E",
    "F", "G", "H", "I", "J", "K", "L", "M", "N", "O", "P", "Q", "R", "S", "T", "U", "V", "W", "X",
    "Y", "Z", "bracketleft", "backslash", "bracketright", "asciicircum", "underscore", "quoteleft",
    "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p", "q", "r", "s",
    "t", "u", "v", "w", "x", "y", "z", "braceleft", "bar", "braceright", "asciitilde",
    "exclamdown", "cent", "sterling", "fraction", "yen", "florin", "section", "currency",
    "quotesingle", "quotedblleft", "guillemotleft", "guilsinglleft", "guilsinglright", "fi", "fl",
    "endash", "dagger", "daggerdbl", "periodcentered", "paragraph", "bullet", "quotesinglbase",
    "quotedblbase", "quotedblright", "guillemotright", "ellipsis", "perthousand", "questiondown",
    "grave", "acute", "circumflex", "tilde", "macron", "breve", "dotaccent", "dieresis", "ring",
    "cedilla", "hungarumlaut", "ogonek", "caron", "emdash", "AE", "ordfeminine", "Lslash",
    "Oslash", "OE", "ordmasculine", "ae", "dotlessi", "lslash", "oslash", "oe", "germandbls",
    "onesuperior", "logicalnot", "mu", "trademark", "Eth", "onehalf", "plusminus", "Thorn",
    "onequarter", "divide", "brokenbar", "degree", "thorn", "threequarters", "twosuperior",
    "registered", "minus", "eth", "multiply", "threesuperior", "copyright", "Aacute",
    "Acircumflex", "Adieresis", "Agrave", "Aring", "Atilde", "Ccedilla", "Eacute", "Ecircumflex",
    "Edieresis", "Egrave", "Iacute", "Icircumflex", "Idieresis", "Igrave", "Ntilde", "Oacute",
    "Ocircumflex", "Odieresis", "Ograve", "Otilde", "Scaron", "Uacute", "Ucircumflex", "Udieresis",
    "Ugrave", "Yacute", "Ydieresis", "Zcaron", "aacute", "acircumflex", "adieresis", "agrave",
    "aring", "atilde", "ccedilla", "eacute", "ecircumflex", "edieresis", "egrave", "iacute",
    "icircumflex", "idieresis", "igrave", "ntilde", "oacute", "ocircumflex", "odieresis", "ograve",
    "otilde", "scaron", "uacute", "ucircumflex", "udieresis", "ugrave", "yacute", "ydieresis",
    "zcaron", "exclamsmall", "Hungarumlautsmall", "dollaroldstyle", "dollarsuperior",
    "ampersandsmall", "Acutesmall", "parenleftsuperior", "parenrightsuperior", "twodotenleader",
    "onedotenleader", "zerooldstyle", "oneoldstyle", "twooldstyle", "threeoldstyle",
    "fouroldstyle", "fiveoldstyle", "sixoldstyle", "sevenoldstyle", "eightoldstyle",
    "nineoldstyle", "commasuperior", "threequartersemdash", "periodsuperior", "questionsmall",
    "asuperior", "bsuperior", "centsuperior", "dsuperior", "esuperior", "isuperior", "lsuperior",
    "msuperior", "nsuperior", "osuperior", "rsuperior", "ssuperior", "tsuperior", "ff", "ffi",
    "ffl", "parenleftinferior", "parenrightinferior", "Circumflexsmall", "hyphensuperior",
    "Gravesmall", "Asmall", "Bsmall", "Csmall", "Dsmall", "Esmall", "Fsmall", "Gsmall", "Hsmall",
    "Ismall", "Jsmall", "Ksmall", "Lsmall", "Msmall", "Nsmall", "Osmall", "Psmall", "Qsmall",
    "Rsmall", "Ssmall", "Tsmall", "Usmall", "Vsmall", "Wsmall", "Xsmall", "Ysmall", "Zsmall",
    "colonmonetary", "onefitted", "rupiah", "Tildesmall", "exclamdownsmall", "centoldstyle",
    "Lslashsmall", "Scaronsmall", "Zcaronsmall", "Dieresissmall", "Brevesmall", "Caronsmall",
    "Dotaccentsmall", "Macronsmall", "figuredash", "hypheninferior", "Ogoneksmall", "Ringsmall",
    "Cedillasmall", "questiondownsmall", "oneeighth", "threeeighths", "fiveeighths",
    "seveneighths", "onethird", "twothirds", "zerosuperior", "foursuperior", "fivesuperior",
    "sixsuperior", "sevensuperior", "eightsuperior", "ninesuperior", "zeroinferior", "oneinferior",
    "twoinferior", "threeinferior", "fourinferior", "fiveinferior", "sixinferior", "seveninferior",
    "eightinferior", "nineinferior", "centinferior", "dollarinferior", "periodinferior",
    "commainferior", "Agravesmall", "Aacutesmall", "Acircumflexsmall", "Atildesmall",
    "Adieresissmall", "Aringsmall", "AEsmall", "Ccedillasmall", "Egravesmall", "Eacutesmall",
    "Ecircumflexsmall", "Edieresissmall", "Igravesmall", "Iacutesmall", "Icircumflexsmall",
    "Idieresissmall", "Ethsmall", "Ntildesmall", "Ogravesmall", "Oacutesmall", "Ocircumflexsmall",
    "Otildesmall", "Odieresissmall", "OEsmall", "Oslashsmall", "Ugravesmall", "Uacutesmall",
    "Ucircumflexsmall", "Udieresissmall", "Yacutesmall", "Thornsmall", "Ydieresissmall", "001.000",
    "001.001", "001.002", "001.003", "Black", "Bold", "Book", "Light", "Medium", "Regular",
    "Roman", "Semibold",
];

#[cfg(test)]
mod tests {
    use super::*;

    /// A font of two glyphs: a ligature of the standard strings and one with a name of its own.
    fn program() -> Vec<u8> {
        let top = |charset: u8, encoding: u8, glyphs: u8| {
            [139 + charset, 15, 139 + encoding, 16, 139 + glyphs, 17]
        };
        let mut bytes = vec![1, 0, 4, 1];
        bytes.extend([0, 1, 1, 1, 2, b'F']);
        bytes.extend([0, 1, 1, 1, 7]);
        let at = bytes.len();
        bytes.extend(top(0, 0, 0));
        bytes.extend([0, 1, 1, 1, 6]);
        bytes.extend(b"f_f_i");
        bytes.extend([0, 0]);
        let charset = u8::try_from(bytes.len()).unwrap();
        bytes.extend([0, 0, 109, 391_u16.to_be_bytes()[0], 391_u16.to_be_bytes()[1]]);
        let encoding = u8::try_from(bytes.len()).unwrap();
        bytes.extend([0, 2, 2, 7]);
        let glyphs = u8::try_from(bytes.len()).unwrap();
        bytes.extend([0, 3, 1, 1, 2, 3, 4, 14, 14, 14]);
        bytes[at..at + 6].copy_from_slice(&top(charset, encoding, glyphs));
        bytes
    }

    #[test]
    fn codes_are_read_from_the_font() {
        let table = table(&program()).unwrap();
        assert_eq!(table[2], Some('\u{fb01}'));
        assert_eq!(table[7], Some('\u{fb03}'));
        assert_eq!(table[65], None);
    }

    #[test]
    fn a_cut_font_has_no_table() {
        let program = program();
        for length in 0..program.len() - 3 {
            assert!(table(&program[..length]).is_none(), "{length}");
        }
    }
}
