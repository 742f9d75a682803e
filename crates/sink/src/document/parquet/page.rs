//! The page of one column in one group of rows: levels, then plain values, compressed.

use super::{
    super::columns::Kind,
    bytes,
    thrift::{Struct, varint},
};

/// The number of Snappy among the codecs.
pub(super) const SNAPPY: i32 = 1;

/// A column of a group of rows, as it grows.
pub(super) struct Pages {
    kind: Kind,
    values: Vec<u8>,
    /// Whether a value is there: of each row, or of each element of a list.
    defined: Levels,
    /// Whether an element goes on with the list of the one before.
    repeated: Levels,
}

/// A page with its header.
pub(super) struct Page {
    pub(super) bytes: Vec<u8>,
    /// Its values, those that are missing included.
    pub(super) values: i64,
    /// Its size without compression, with its header.
    pub(super) plain_bytes: i64,
}

impl Pages {
    pub(super) fn new(kind: Kind) -> Self {
        Self { kind, values: Vec::new(), defined: Levels::default(), repeated: Levels::default() }
    }

    pub(super) fn text(&mut self, text: Option<&str>) {
        self.defined.push(text.is_some());
        if let Some(text) = text {
            self.plain(text);
        }
    }

    pub(super) fn texts(&mut self, texts: &[String]) {
        if texts.is_empty() {
            self.repeated.push(false);
            self.defined.push(false);
        }
        for (index, text) in texts.iter().enumerate() {
            self.repeated.push(index > 0);
            self.defined.push(true);
            self.plain(text);
        }
    }

    pub(super) fn number(&mut self, number: Option<i64>) {
        self.defined.push(number.is_some());
        self.values.extend(number.into_iter().flat_map(i64::to_le_bytes));
    }

    fn plain(&mut self, text: &str) {
        let len = u32::try_from(text.len()).unwrap_or(u32::MAX);
        self.values.extend_from_slice(&len.to_le_bytes());
        self.values.extend_from_slice(text.as_bytes());
    }

    pub(super) fn finish(self) -> Page {
        let count = self.defined.count;
        let mut plain = if self.kind == Kind::Texts { self.repeated.finish() } else { Vec::new() };
        plain.extend(self.defined.finish());
        plain.extend(self.values);
        // Only fails for more than four gigabytes.
        let packed = snap::raw::Encoder::new().compress_vec(&plain).unwrap_or_default();
        let size = |len: usize| i32::try_from(len).unwrap_or(i32::MAX);
        let data = Struct::new().i32(1, size(count)).i32(2, 0).i32(3, 3).i32(4, 3);
        let header = Struct::new().i32(1, 0).i32(2, size(plain.len())).i32(3, size(packed.len()));
        let mut page = header.field(5, data).encoded();
        let plain_bytes = bytes(page.len().saturating_add(plain.len()));
        page.extend(packed);
        Page { bytes: page, values: bytes(count), plain_bytes }
    }
}

/// Levels of one bit, as runs of equal ones.
#[derive(Default)]
struct Levels {
    bytes: Vec<u8>,
    run: u64,
    last: bool,
    count: usize,
}

impl Levels {
    fn push(&mut self, level: bool) {
        if level != self.last {
            self.flush();
            self.last = level;
        }
        self.run = self.run.saturating_add(1);
        self.count = self.count.saturating_add(1);
    }

    fn flush(&mut self) {
        if self.run > 0 {
            self.bytes.extend(varint(self.run << 1));
            self.bytes.push(u8::from(self.last));
        }
        self.run = 0;
    }

    /// With its length in front.
    fn finish(mut self) -> Vec<u8> {
        self.flush();
        let mut levels = u32::try_from(self.bytes.len()).unwrap_or(u32::MAX).to_le_bytes().to_vec();
        levels.extend(self.bytes);
        levels
    }
}
