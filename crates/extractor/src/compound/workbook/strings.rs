//! Strings of workbooks (2.5.293): narrow or wide, rich, and broken over records at any place.

use encoding_rs::Encoding;

/// How strings are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    /// One byte of length, then characters of the code page (BIFF2).
    Oldest,
    /// A length, then characters of the code page.
    Narrow,
    /// A length, flags, then Unicode (BIFF8).
    Wide,
}

/// The data of a record and its continuations, read as one.
pub(super) struct Pieces<'p> {
    records: &'p [&'p [u8]],
    index: usize,
    at: usize,
    encoding: &'static Encoding,
}

impl<'p> Pieces<'p> {
    pub(super) fn new(pieces: &'p [&'p [u8]], encoding: &'static Encoding) -> Self {
        Self { records: pieces, index: 0, at: 0, encoding }
    }

    fn rest(&self) -> &'p [u8] {
        self.records.get(self.index).and_then(|piece| piece.get(self.at..)).unwrap_or_default()
    }

    /// Moves to the next piece if this one is used up.
    fn settle(&mut self) {
        while self.rest().is_empty() && self.index < self.records.len() {
            self.index = self.index.saturating_add(1);
            self.at = 0;
        }
    }

    fn u8(&mut self) -> Option<u8> {
        self.settle();
        let byte = *self.rest().first()?;
        self.at = self.at.saturating_add(1);
        Some(byte)
    }

    fn u16(&mut self) -> Option<u16> {
        Some(u16::from_le_bytes([self.u8()?, self.u8()?]))
    }

    fn u32(&mut self) -> Option<u32> {
        Some(u32::from(self.u16()?) | u32::from(self.u16()?) << 16)
    }

    pub(super) fn skip(&mut self, mut count: usize) {
        while count > 0 && self.index < self.records.len() {
            self.settle();
            let step = count.min(self.rest().len());
            self.at = self.at.saturating_add(step);
            count = count.saturating_sub(step);
        }
    }

    /// A string with a length of one byte.
    pub(super) fn short(&mut self, layout: Layout) -> Option<String> {
        let length = usize::from(self.u8()?);
        self.characters(length, layout)
    }

    /// A string with a length of two bytes, with its formatting skipped.
    pub(super) fn string(&mut self, layout: Layout) -> Option<String> {
        let length = usize::from(self.u16()?);
        if layout != Layout::Wide {
            return self.characters(length, layout);
        }
        self.settle();
        let flags = *self.rest().first()?;
        self.at = self.at.saturating_add(1);
        let runs = if flags & 8 != 0 { usize::from(self.u16()?) } else { 0 };
        let phonetic = if flags & 4 != 0 { usize::try_from(self.u32()?).ok()? } else { 0 };
        let text = self.unicode(length, flags);
        self.skip(runs.saturating_mul(4).saturating_add(phonetic));
        Some(text)
    }

    /// Characters without a length before them.
    pub(super) fn characters(&mut self, length: usize, layout: Layout) -> Option<String> {
        if layout == Layout::Wide {
            let flags = self.u8()?;
            return Some(self.unicode(length, flags));
        }
        let mut bytes = Vec::new();
        while bytes.len() < length {
            let Some(byte) = self.u8() else { break };
            bytes.push(byte);
        }
        Some(self.encoding.decode_without_bom_handling(&bytes).0.into_owned())
    }

    /// Unicode characters. Where a string goes on in the next record, new flags say how wide.
    fn unicode(&mut self, length: usize, flags: u8) -> String {
        let mut is_wide = flags & 1 != 0;
        let mut units = Vec::new();
        while units.len() < length {
            if self.rest().is_empty() {
                self.settle();
                let Some(flags) = self.rest().first() else { break };
                is_wide = flags & 1 != 0;
                self.at = self.at.saturating_add(1);
            }
            let Some(low) = self.u8() else { break };
            let high = if is_wide { self.u8().unwrap_or(0) } else { 0 };
            units.push(u16::from_le_bytes([low, high]));
        }
        String::from_utf16_lossy(&units)
    }
}

#[cfg(test)]
mod tests {
    use encoding_rs::WINDOWS_1252;

    use super::*;

    fn check(pieces: &[&[u8]], expected: &[&str]) {
        let mut pieces = Pieces::new(pieces, WINDOWS_1252);
        for expected in expected {
            assert_eq!(pieces.string(Layout::Wide).as_deref(), Some(*expected));
        }
        assert_eq!(pieces.string(Layout::Wide), None);
    }

    #[test]
    fn strings_go_on_in_the_next_record() {
        check(&[b"\x02\0\0ab\x03\0\x01c\0d\0e\0"], &["ab", "cde"]);
        // Cut within the characters: the next record repeats the flags.
        check(&[b"\x04\0\0ab", b"\x01c\0d\0\x01\0\0x"], &["abcd", "x"]);
        // Cut between two strings: it does not.
        check(&[b"\x01\0\0a", b"\x01\0\0b"], &["a", "b"]);
        // Rich, with phonetic data.
        check(&[b"\x01\0\x0c\x01\0\x02\0\0\0aRRRRPP\x01\0\0b"], &["a", "b"]);
    }
}
