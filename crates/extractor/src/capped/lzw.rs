//! LZW as the Unix program `compress` writes it: codes of 9 to 16 bits, least significant bit first.
//!
//! The format has no specification but its source code; the layout is that of `compress` 4.0 (1985):
//! codes are grouped by eight, and a change of width or a clear code skips to the end of its group.

use std::{cell::Cell, io};

use crate::cursor::Cursor;

const CLEAR: u16 = 256;
const BITS_MIN: u32 = 9;

/// A reader of the decompressed bytes.
pub(super) struct Reader<'a, 'c> {
    input: &'a [u8],
    consumed: &'c Cell<usize>,
    /// Position in bits after the header.
    bit: usize,
    /// Where the group of codes of the current width starts, in bits.
    group: usize,
    bits: u32,
    bits_max: u32,
    has_clear: bool,
    /// For each code: the code before its last byte, and that byte.
    table: Vec<(u16, u8)>,
    previous: Option<u16>,
    first: u8,
    /// Output that nobody took yet, last byte first.
    pending: Vec<u8>,
}

impl<'a, 'c> Reader<'a, 'c> {
    pub(super) fn new(input: &'a [u8], consumed: &'c Cell<usize>) -> Self {
        let mut cursor = Cursor::new(input);
        cursor.skip(2);
        let flags = cursor.u8().unwrap_or(0);
        let mut reader = Self {
            input: cursor.rest(),
            consumed,
            bit: 0,
            group: 0,
            bits: BITS_MIN,
            bits_max: u32::from(flags & 0x1f).clamp(BITS_MIN, 16),
            has_clear: flags & 0x80 != 0,
            table: Vec::new(),
            previous: None,
            first: 0,
            pending: Vec::new(),
        };
        reader.clear();
        reader
    }

    fn clear(&mut self) {
        let literals = (0..=u8::MAX).map(|byte| (u16::MAX, byte));
        self.table.clear();
        self.table.extend(literals);
        if self.has_clear {
            self.table.push((u16::MAX, 0));
        }
        self.previous = None;
    }

    /// Changes the width: the rest of a group of eight codes is padding.
    fn set_bits(&mut self, bits: u32) {
        let group = (self.bits as usize).saturating_mul(8);
        let used = self.bit.saturating_sub(self.group);
        self.bit = self.group.saturating_add(used.div_ceil(group).saturating_mul(group));
        self.group = self.bit;
        self.bits = bits;
    }

    fn code(&mut self) -> Option<u16> {
        let from = self.bit / 8;
        let bytes = self.input.get(from..)?;
        let available = bytes.len().saturating_mul(8).saturating_sub(self.bit % 8);
        if available < self.bits as usize {
            return None;
        }
        let value =
            bytes.iter().take(3).rev().fold(0_u32, |value, byte| value << 8 | u32::from(*byte));
        let code = value >> (self.bit % 8) & ((1 << self.bits) - 1);
        self.bit = self.bit.saturating_add(self.bits as usize);
        self.consumed.set(self.bit / 8);
        u16::try_from(code).ok()
    }

    /// Decodes one code into `pending`; says whether there was one.
    fn step(&mut self) -> io::Result<bool> {
        let Some(code) = self.code() else { return Ok(false) };
        if code == CLEAR && self.has_clear {
            self.clear();
            self.set_bits(BITS_MIN);
            return Ok(true);
        }
        let known = usize::from(code) < self.table.len();
        let (mut walk, is_new) = match (known, self.previous) {
            (true, _) => (code, false),
            // The one code that may be used before it is known repeats the last string.
            (false, Some(previous)) if usize::from(code) == self.table.len() => (previous, true),
            _ => return Err(io::ErrorKind::InvalidData.into()),
        };
        if is_new {
            self.pending.push(self.first);
        }
        while let Some(&(before, byte)) = self.table.get(usize::from(walk)) {
            self.pending.push(byte);
            self.first = byte;
            if before == u16::MAX {
                break;
            }
            walk = before;
        }
        if let Some(previous) = self.previous
            && self.table.len() < 1 << self.bits_max
        {
            self.table.push((previous, self.first));
        }
        self.previous = Some(code);
        if self.table.len() >= 1 << self.bits && self.bits < self.bits_max {
            let wider = self.bits.saturating_add(1);
            self.set_bits(wider);
        }
        Ok(true)
    }
}

impl io::Read for Reader<'_, '_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut count = 0;
        for slot in buffer.iter_mut() {
            while self.pending.is_empty() {
                if !self.step()? {
                    return Ok(count);
                }
            }
            if let Some(byte) = self.pending.pop() {
                *slot = byte;
                count += 1;
            }
        }
        Ok(count)
    }
}
