//! JSON lines in bounded memory: whole lines in blocks, and the one field of each line that is
//! scanned.

use std::{
    fmt,
    io::{self, BufRead, ErrorKind},
};

use dosimeter_content::{Content, ContentBuilder, Expose, Text};
use serde::de::{
    DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor,
};

/// A block is cut at the first line end after this many bytes: large enough to be worth a thread
/// switch, small enough that `4 × threads` of them do not matter.
const BLOCK_BYTES: usize = 1 << 18;

/// A longer line is not parsed but reported as too large.
const LINE_BYTES_MAX: usize = 64 << 20;

/// Some whole lines of the input.
pub(crate) struct Block {
    first_line: u64,
    bytes: Content,
    /// The numbers of lines that were cut.
    cut: Vec<u64>,
}

/// One line of the input.
pub(crate) enum Line<'a> {
    /// The whole line.
    Whole(&'a [u8]),
    /// A line that is too long to be read.
    TooLong,
}

impl Block {
    /// The lines with their numbers, 1-based.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (u64, Line<'_>)> {
        let lines = self.bytes.expose().split_inclusive(|byte| *byte == b'\n');
        (self.first_line..).zip(lines).map(|(number, bytes)| {
            let cut = self.cut.contains(&number);
            (number, if cut { Line::TooLong } else { Line::Whole(without_mark(bytes, number)) })
        })
    }
}

/// The first line of a file may start with a byte order mark.
fn without_mark(line: &[u8], number: u64) -> &[u8] {
    match line.strip_prefix(b"\xEF\xBB\xBF") {
        Some(rest) if number == 1 => rest,
        _ => line,
    }
}

/// Cuts a stream into blocks of whole lines.
pub(crate) struct Blocks<R> {
    reader: R,
    next_line: u64,
    line_bytes_max: usize,
    ended: bool,
}

/// How the reading of one line ended.
enum Read {
    Whole,
    Cut,
    NoMore,
}

impl<R: BufRead> Blocks<R> {
    /// Starts at line 1.
    pub(crate) fn new(reader: R) -> Self {
        Self { reader, next_line: 1, line_bytes_max: LINE_BYTES_MAX, ended: false }
    }

    fn block(&mut self) -> io::Result<Block> {
        let limit = self.line_bytes_max.saturating_add(BLOCK_BYTES).saturating_add(1);
        let mut builder = ContentBuilder::with_limit(limit);
        let mut block_cut = Vec::new();
        let first_line = self.next_line;
        while builder.len() < BLOCK_BYTES {
            match self.line(&mut builder)? {
                Read::Whole => {}
                Read::Cut => block_cut.push(self.next_line),
                Read::NoMore => {
                    self.ended = true;
                    break;
                }
            }
            self.next_line = self.next_line.saturating_add(1);
        }
        Ok(Block { first_line, bytes: builder.finish(), cut: block_cut })
    }

    /// Appends one line with its line end; of a line that is too long, only the start.
    fn line(&mut self, builder: &mut ContentBuilder) -> io::Result<Read> {
        let mut room = self.line_bytes_max;
        let mut read = Read::NoMore;
        loop {
            let buffer = match self.reader.fill_buf() {
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                buffer => buffer?,
            };
            if buffer.is_empty() {
                return Ok(read);
            }
            let end = memchr::memchr(b'\n', buffer);
            let text = buffer.get(..end.unwrap_or(buffer.len())).unwrap_or(buffer);
            let kept = text.get(..room).unwrap_or(text);
            let whole = builder.push(kept) && kept.len() == text.len();
            room = room.saturating_sub(kept.len());
            read = if whole && !matches!(read, Read::Cut) { Read::Whole } else { Read::Cut };
            let used = text.len().saturating_add(usize::from(end.is_some()));
            self.reader.consume(used);
            if end.is_some() {
                return Ok(if builder.push(b"\n") { read } else { Read::Cut });
            }
        }
    }
}

impl<R: BufRead> Iterator for Blocks<R> {
    type Item = io::Result<Block>;

    fn next(&mut self) -> Option<io::Result<Block>> {
        if self.ended {
            return None;
        }
        let block = self.block();
        self.ended |= block.is_err();
        match block {
            Ok(block) if block.bytes.is_empty() => None,
            block => Some(block),
        }
    }
}

/// What is read of one line.
pub(crate) struct Row {
    /// Every occurrence of the field; JSON allows several, and each is scanned.
    pub(crate) texts: Vec<Text>,
    /// The line's own `id`, if it is a number or a string of reasonable length.
    pub(crate) id: Option<serde_json::Value>,
}

/// The longest `id` that is repeated in a result.
const ID_CHARS_MAX: usize = 256;

/// Reads one line.
///
/// # Errors
///
/// If the line is not a JSON object, or its `field` is missing or no string. The error says nothing
/// about the line.
pub(crate) fn parse(line: &[u8], field: &str) -> Result<Row, Malformed> {
    let mut deserializer = serde_json::Deserializer::from_slice(line);
    let row = RowSeed { field }.deserialize(&mut deserializer).map_err(|_| Malformed)?;
    deserializer.end().map_err(|_| Malformed)?;
    Ok(row)
}

/// A line that cannot be scanned.
#[derive(Debug)]
pub(crate) struct Malformed;

struct RowSeed<'a> {
    field: &'a str,
}

impl<'de> DeserializeSeed<'de> for RowSeed<'_> {
    type Value = Row;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Row, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for RowSeed<'_> {
    type Value = Row;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Row, A::Error> {
        let mut row = Row { texts: Vec::new(), id: None };
        while let Some(key) = map.next_key::<String>()? {
            if key == self.field {
                row.texts.push(map.next_value()?);
            } else if key == "id" {
                row.id = map.next_value::<Id>()?.0;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        if row.texts.is_empty() { Err(A::Error::custom("no such field")) } else { Ok(row) }
    }
}

/// A value that is kept if it can serve as an id.
struct Id(Option<serde_json::Value>);

impl<'de> serde::Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(IdVisitor)
    }
}

struct IdVisitor;

impl<'de> Visitor<'de> for IdVisitor {
    type Value = Id;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("anything")
    }

    fn visit_str<E>(self, value: &str) -> Result<Id, E> {
        Ok(Id((value.chars().count() <= ID_CHARS_MAX).then(|| value.into())))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Id, E> {
        Ok(Id(Some(value.into())))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Id, E> {
        Ok(Id(Some(value.into())))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Id, E> {
        Ok(Id(None))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Id, E> {
        Ok(Id(None))
    }

    fn visit_unit<E>(self) -> Result<Id, E> {
        Ok(Id(None))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, sequence: A) -> Result<Id, A::Error> {
        IgnoredAny.visit_seq(sequence).map(|_| Id(None))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Id, A::Error> {
        IgnoredAny.visit_map(map).map(|_| Id(None))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads `input` with a small buffer; each line as its number and its text, cut lines as `…`.
    fn check(input: &str, line_bytes_max: usize, expected: &[(u64, &str)]) {
        let reader = io::BufReader::with_capacity(7, input.as_bytes());
        let mut blocks = Blocks::new(reader);
        blocks.line_bytes_max = line_bytes_max;
        let mut found = Vec::new();
        for block in blocks {
            for (number, line) in block.unwrap().lines() {
                let text = match line {
                    Line::Whole(bytes) => String::from_utf8(bytes.to_vec()).unwrap(),
                    Line::TooLong => "…".to_owned(),
                };
                found.push((number, text.trim_end_matches('\n').to_owned()));
            }
        }
        let expected: Vec<_> =
            expected.iter().map(|(number, text)| (*number, (*text).to_owned())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn every_line_is_read_once_and_numbered() {
        check("", 99, &[]);
        check("a\n", 99, &[(1, "a")]);
        check("a\n\nccccccccccccccc", 99, &[(1, "a"), (2, ""), (3, "ccccccccccccccc")]);
        check("\u{feff}a\n\u{feff}b", 99, &[(1, "a"), (2, "\u{feff}b")]);
    }

    #[test]
    fn a_line_that_is_too_long_is_skipped_and_the_next_ones_are_read() {
        check("aaaaa\nbbbbbbbbbbbbbbbbbbbbbbbb\nccccc", 5, &[(1, "aaaaa"), (2, "…"), (3, "ccccc")]);
        check("bbbbbbbbbbbbbbbb", 5, &[(1, "…")]);
    }

    #[test]
    fn lines_span_blocks_without_loss() {
        let line = "x".repeat(1000);
        let input = vec![line; 1000].join("\n");
        let count: usize =
            Blocks::new(input.as_bytes()).map(|block| block.unwrap().lines().count()).sum();
        assert_eq!(count, 1000);
        let last = Blocks::new(input.as_bytes()).last().unwrap().unwrap();
        assert_eq!(last.lines().last().unwrap().0, 1000);
    }

    #[test]
    fn a_row_keeps_the_field_and_the_id() {
        let row =
            parse(br#"{"id":"a","n":{"text":1},"text":"one","text":"tw\u006f"}"#, "text").unwrap();
        let texts: Vec<&str> = row.texts.iter().map(Expose::expose).collect();
        assert_eq!((texts, row.id), (vec!["one", "two"], Some("a".into())));
        assert_eq!(parse(br#"{"text":"x","id":7}"#, "text").unwrap().id, Some(7.into()));
        assert_eq!(parse(br#"{"text":"x","id":[7]}"#, "text").unwrap().id, None);
    }

    #[test]
    fn what_is_no_object_with_that_text_is_malformed() {
        for line in
            ["", "x", "7", "[]", "{}", r#"{"text":7}"#, r#"{"text":"x"} y"#, r#"{"text":"x""#]
        {
            assert!(parse(line.as_bytes(), "text").is_err(), "{line}");
        }
    }
}
