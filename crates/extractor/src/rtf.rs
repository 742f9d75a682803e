//! Rich Text Format (specification 1.9.1), read as a stream of words and braces: no tree, no recursion.

mod destination;
mod lexer;

use std::collections::BTreeMap;

use dosimeter_record::GapReason;
use encoding_rs::Encoding;

use self::{
    destination::{Destination, Kind},
    lexer::{Lexer, Token},
};
use crate::{
    Hint, charset, compound,
    cursor::Cursor,
    dispatch,
    run::{Read, Run, Slot, Stop},
};

pub(crate) const MAGIC: &[u8] = b"{\\rtf";

/// Groups deeper than this are read as if they were on one level.
const DEPTH_MAX: usize = 10_000;

/// Reads a document.
pub(crate) fn read(run: &mut Run<'_>, bytes: &[u8]) -> Read {
    let body = run.open(run.paragraphs());
    let mut reader = Reader {
        body,
        slots: BTreeMap::new(),
        group: Group {
            destination: Destination::BODY,
            encoding: charset::of_code_page(1252),
            fallback_units: 1,
            font: 0,
        },
        open: Vec::new(),
        fonts: BTreeMap::new(),
        page: charset::of_code_page(1252),
        default_font: 0,
        is_optional: false,
        skip_units: 0,
        pending: Vec::new(),
        surrogate: None,
        object: Vec::new(),
        objects: 0,
    };
    for token in Lexer::new(bytes) {
        run.tick()?;
        reader.token(run, &token)?;
    }
    reader.flush(run)?;
    // The last group closes the document; what was cut off does not.
    if reader.open.is_empty() { Ok(()) } else { Err(Stop(GapReason::Malformed)) }
}

/// What a group changes, and what comes back when it ends.
#[derive(Clone, Copy)]
struct Group {
    destination: Destination,
    encoding: &'static Encoding,
    /// How many characters after `\u` only stand for it in old readers.
    fallback_units: usize,
    font: i32,
}

struct Reader {
    body: Slot,
    /// The segments of headers, notes and their like.
    slots: BTreeMap<&'static str, Slot>,
    group: Group,
    open: Vec<Group>,
    fonts: BTreeMap<i32, &'static Encoding>,
    /// The document's code page.
    page: &'static Encoding,
    default_font: i32,
    /// Whether `\*` stands before the next word.
    is_optional: bool,
    skip_units: usize,
    /// Bytes in the charset of the group that are not decoded yet.
    pending: Vec<u8>,
    surrogate: Option<u16>,
    /// The data of the embedded object that is being read.
    object: Vec<u8>,
    objects: u32,
}

impl Reader {
    fn token(&mut self, run: &mut Run<'_>, token: &Token<'_>) -> Read {
        match token {
            Token::Open => {
                self.flush(run)?;
                if self.open.len() < DEPTH_MAX {
                    self.open.push(self.group);
                }
                self.is_optional = false;
                self.skip_units = 0;
                Ok(())
            }
            Token::Close => self.close(run),
            Token::Word(word, number) => {
                let outcome = self.word(run, word, *number);
                self.is_optional = *word == b"*";
                outcome
            }
            Token::Byte(byte) => {
                self.bytes(&[*byte]);
                Ok(())
            }
            Token::Text(text) => {
                self.bytes(text);
                Ok(())
            }
            // Pictures, which are not read.
            Token::Binary => Ok(()),
        }
    }

    fn close(&mut self, run: &mut Run<'_>) -> Read {
        self.flush(run)?;
        self.skip_units = 0;
        let was = self.group.destination;
        if let Some(group) = self.open.pop() {
            self.group = group;
        }
        let is_left = was != self.group.destination;
        if is_left && was.kind == Kind::Object {
            return self.embedded(run);
        }
        if is_left && was.kind == Kind::Text && was.part.is_some() {
            let slot = self.slot(run, was);
            return run.end_line(slot);
        }
        Ok(())
    }

    fn word(&mut self, run: &mut Run<'_>, word: &[u8], number: Option<i32>) -> Read {
        if let Some(destination) = destination::find(word) {
            self.flush(run)?;
            if self.group.destination.kind != Kind::Skipped
                || destination.is_visible_within_skipped()
            {
                self.group.destination = destination;
            }
            return Ok(());
        }
        if self.is_optional {
            // A destination that this reader does not know: the format says to skip it.
            self.group.destination = Destination::SKIPPED;
            return Ok(());
        }
        match word {
            b"u" => return self.unicode(run, number.unwrap_or(0)),
            b"uc" => self.group.fallback_units = usize::try_from(number.unwrap_or(1)).unwrap_or(1),
            b"f" => self.font(run, number.unwrap_or(0))?,
            b"fcharset" if self.group.destination.kind == Kind::Fonts => {
                let charset = u16::try_from(number.unwrap_or(0)).unwrap_or(0);
                // 0 is ANSI, 1 the default: both leave the document's code page.
                let encoding = if charset > 1 { charset::of_font(charset) } else { self.page };
                self.fonts.insert(self.group.font, encoding);
            }
            b"deff" => self.default_font = number.unwrap_or(0),
            b"plain" => self.font(run, self.default_font)?,
            b"ansicpg" => self.set_page(number.unwrap_or(1252)),
            b"mac" => self.set_page(10000),
            b"pc" | b"pca" => self.set_page(437),
            _ => return self.character(run, word),
        }
        Ok(())
    }

    fn set_page(&mut self, page: i32) {
        self.page = charset::of_code_page(u16::try_from(page).unwrap_or(1252));
        self.group.encoding = self.page;
    }

    fn font(&mut self, run: &mut Run<'_>, number: i32) -> Read {
        self.group.font = number;
        if self.group.destination.kind != Kind::Fonts {
            self.flush(run)?;
            self.group.encoding = self.fonts.get(&number).copied().unwrap_or(self.page);
        }
        Ok(())
    }

    /// Words that stand for a character or a break.
    fn character(&mut self, run: &mut Run<'_>, word: &[u8]) -> Read {
        let text = match word {
            b"par" | b"line" | b"sect" | b"page" | b"column" | b"row" | b"nestrow" | b"\n"
            | b"\r" => "\n",
            b"cell" | b"nestcell" | b"tab" => "\t",
            b"~" => "\u{a0}",
            b"_" => "-",
            b"emdash" => "—",
            b"endash" => "–",
            b"lquote" => "‘",
            b"rquote" => "’",
            b"ldblquote" => "“",
            b"rdblquote" => "”",
            b"bullet" => "•",
            b"emspace" | b"enspace" | b"qmspace" => " ",
            b"\\" => "\\",
            b"{" => "{",
            b"}" => "}",
            _ => return Ok(()),
        };
        if std::mem::take(&mut self.skip_units) > 0 {
            return Ok(());
        }
        self.flush(run)?;
        self.write(run, text)
    }

    fn unicode(&mut self, run: &mut Run<'_>, number: i32) -> Read {
        self.flush(run)?;
        self.skip_units = self.group.fallback_units;
        // Written as a signed number of 16 bits; some programs write it unsigned.
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "16 bits are meant"
        )]
        let unit = number as u16;
        match (self.surrogate.take(), unit) {
            (_, 0xd800..=0xdbff) => {
                self.surrogate = Some(unit);
                Ok(())
            }
            (Some(high), _) => self.write(run, &String::from_utf16_lossy(&[high, unit])),
            (None, _) => self.write(run, &String::from_utf16_lossy(&[unit])),
        }
    }

    fn bytes(&mut self, bytes: &[u8]) {
        let skipped = self.skip_units.min(bytes.len());
        self.skip_units = self.skip_units.saturating_sub(skipped);
        let bytes = bytes.get(skipped..).unwrap_or_default();
        match self.group.destination.kind {
            Kind::Text => self.pending.extend_from_slice(bytes),
            Kind::Object => {
                self.object.extend(bytes.iter().filter(|byte| byte.is_ascii_hexdigit()));
            }
            Kind::Skipped | Kind::Fonts => {}
        }
    }

    fn flush(&mut self, run: &mut Run<'_>) -> Read {
        if self.pending.is_empty() {
            return Ok(());
        }
        let pending = zeroize::Zeroizing::new(std::mem::take(&mut self.pending));
        let (text, _) = self.group.encoding.decode_without_bom_handling(&pending);
        self.write(run, &text)
    }

    fn write(&mut self, run: &mut Run<'_>, text: &str) -> Read {
        if self.group.destination.kind != Kind::Text {
            return Ok(());
        }
        let slot = self.slot(run, self.group.destination);
        run.write(slot, text)
    }

    fn slot(&mut self, run: &mut Run<'_>, destination: Destination) -> Slot {
        let Some(part) = destination.part else { return self.body };
        *self.slots.entry(part).or_insert_with(|| run.open(run.part(part)))
    }

    /// An embedded object in the format of OLE 1 ([MS-OLEDS] 2.2.5): names, then its data.
    fn embedded(&mut self, run: &mut Run<'_>) -> Read {
        let digits = zeroize::Zeroizing::new(std::mem::take(&mut self.object));
        let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|d| u8::try_from(d).ok());
        let bytes: Vec<u8> = digits
            .as_chunks::<2>()
            .0
            .iter()
            .filter_map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?))
            .collect();
        let bytes = zeroize::Zeroizing::new(bytes);
        self.objects = self.objects.saturating_add(1);
        run.spend_entry()?;
        run.spend_expansion(bytes.len())?;
        run.inside(self.objects, |run| {
            let Some((class, data)) = object(&bytes) else {
                return Err(Stop(GapReason::Malformed));
            };
            if class.starts_with(b"Package") {
                return compound::native(run, &[&[0; 4], data].concat());
            }
            dispatch::read(run, data, Hint::default());
            Ok(())
        });
        Ok(())
    }
}

/// Class and data of an embedded object.
fn object(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut cursor = Cursor::at(bytes, 8)?;
    let string = |cursor: &mut Cursor<'_>| {
        let length = usize::try_from(cursor.u32_le()?).ok()?;
        let from = bytes.len().checked_sub(cursor.rest().len())?;
        cursor.skip(length)?;
        bytes.get(from..from.checked_add(length)?)
    };
    let class = string(&mut cursor)?;
    string(&mut cursor)?;
    string(&mut cursor)?;
    let length = usize::try_from(cursor.u32_le()?).ok()?;
    let from = bytes.len().checked_sub(cursor.rest().len())?;
    let rest = bytes.get(from..)?;
    Some((class, rest.get(..length).unwrap_or(rest)))
}

#[cfg(test)]
mod tests {
    use dosimeter_content::Expose;

    use super::*;
    use crate::Budget;

    fn check(document: &str, expected: &[(&str, &str)]) {
        let budget = Budget::default();
        let (segments, gaps) = crate::run::collected(&budget, |run| read(run, document.as_bytes()));
        let found: Vec<(&str, &str)> = segments
            .iter()
            .map(|s| (s.locator.part.as_deref().unwrap_or_default(), s.text.expose().trim_end()))
            .collect();
        assert_eq!(found, expected);
        assert!(gaps.is_empty(), "{gaps:?}");
    }

    #[test]
    fn words_braces_and_escapes() {
        check(r"{\rtf1 a {\b b}c\par d\'e9\~\{e\}}", &[("", "a bc\ndé\u{a0}{e}")]);
        check(r"{\rtf1\ansi\ansicpg1251 \'cf\'f0}", &[("", "Пр")]);
        check(r"{\rtf1\uc1 \u8364 ?x\u-10179 ?\u-8704 ?{\uc0\u65 B}}", &[("", "€x😀AB")]);
    }

    #[test]
    fn fonts_say_the_charset() {
        check(
            r"{\rtf1{\fonttbl{\f0\fcharset0 A;}{\f1\fcharset128 B;}}\f0 \'e9{\f1 \'82\'a0}\'e9}",
            &[("", "éあé")],
        );
    }

    #[test]
    fn what_is_not_shown_is_read_or_skipped() {
        check(
            r"{\rtf1{\stylesheet{Normal;}}{\info{\title T}}{\header H}a{\*\unknown x}b{\footnote F}{\v hidden}}",
            &[("", "abhidden"), ("metadata", "T"), ("header", "H"), ("footnote", "F")],
        );
        check(
            r"{\rtf1 {\field{\*\fldinst HYPERLINK x}{\fldrslt y}}}",
            &[("", "y"), ("field", "HYPERLINK x")],
        );
    }
}
