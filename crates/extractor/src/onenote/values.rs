//! Texts with their length before them, wherever they stand in some bytes.

use std::iter::Peekable;

use encoding_rs::{UTF_16LE, WINDOWS_1252};

use crate::cursor::Cursor;

/// Shorter texts are mostly chance.
const WIDE_BYTES_MIN: usize = 2 * 2;
const NARROW_BYTES_MIN: usize = 3;
/// A text without its length before it: longer, and of Latin letters only.
const BARE_BYTES_MIN: usize = 6 * 2;

/// The texts of some bytes, in their order. O(n).
pub(super) struct Values<'a> {
    wide: [Peekable<Wide<'a>>; 2],
    narrow: Peekable<Narrow<'a>>,
}

impl<'a> Values<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self {
            wide: [0, 1].map(|at| Wide::new(bytes, at).peekable()),
            narrow: Narrow { bytes, at: 0 }.peekable(),
        }
    }
}

impl Iterator for Values<'_> {
    type Item = String;

    fn next(&mut self) -> Option<String> {
        if let Some((at, _)) = self.narrow.peek().filter(|(_, text)| is_surely_narrow(text)) {
            // The same bytes as characters of two each.
            for wide in &mut self.wide {
                wide.next_if(|(other, _)| other == at);
            }
        }
        let [even, odd] = &mut self.wide;
        let place = |found: Option<&(usize, String)>| found.map_or(usize::MAX, |(at, _)| *at);
        let (first, second) = (place(even.peek()), place(odd.peek()));
        let third = place(self.narrow.peek());
        let next = match () {
            () if third < first.min(second) => self.narrow.next(),
            () if first < second => even.next(),
            () => odd.next(),
        };
        next.map(|(_, text)| text)
    }
}

/// Whether ASCII is no UTF-16: every second byte would be the upper half of a character, and of those in use
/// that consist of two bytes of ASCII, nearly all are kana (`0`) or ideographs (from `N` on). Where that says
/// nothing, a text is read both ways.
fn is_surely_narrow(text: &str) -> bool {
    text.is_ascii() && text.bytes().skip(1).step_by(2).any(|byte| byte != b'0' && byte < b'N')
}

/// The length before a text: the four bytes before `at`.
fn length_before(bytes: &[u8], at: usize) -> Option<usize> {
    usize::try_from(Cursor::at(bytes, at.checked_sub(4)?)?.u32_le()?).ok()
}

/// Texts in UTF-16, of one of its two alignments.
///
/// The upper half of a length is a unit that no text has, so a text begins where a run of characters does;
/// and as long as that run is, it may be too long.
struct Wide<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Where the run of characters ends that is being read.
    run_end: usize,
}

impl<'a> Wide<'a> {
    fn new(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at, run_end: at }
    }

    /// Where the units end that are such.
    fn end(&self, is_such: impl Fn(u16) -> bool) -> usize {
        let (units, _) = self.bytes.get(self.at..).unwrap_or_default().as_chunks::<2>();
        let count = units.iter().take_while(|unit| is_such(u16::from_le_bytes(**unit))).count();
        self.at.saturating_add(count.saturating_mul(2))
    }

    /// How many bytes of the run are a text.
    fn text_bytes(&self) -> Option<usize> {
        let run = self.run_end.saturating_sub(self.at);
        let length = length_before(self.bytes, self.at).filter(|length| length % 2 == 0);
        // A zero may end the text.
        let known = length.filter(|length| *length <= run.saturating_add(2));
        let known = known.map(|length| length.min(run)).filter(|length| *length >= WIDE_BYTES_MIN);
        known.or_else(|| {
            let latin = self.end(|unit| is_character(unit) && unit < 0x250).saturating_sub(self.at);
            (latin >= BARE_BYTES_MIN).then_some(latin)
        })
    }
}

impl Iterator for Wide<'_> {
    type Item = (usize, String);

    fn next(&mut self) -> Option<(usize, String)> {
        loop {
            if self.at >= self.run_end {
                self.at = self.end(|unit| !is_character(unit));
                self.run_end = self.end(is_character);
                if self.at == self.run_end {
                    return None;
                }
            }
            let Some(length) = self.text_bytes() else {
                self.at = self.run_end;
                continue;
            };
            let at = self.at;
            self.at = at.saturating_add(length);
            let text = self.bytes.get(at..self.at).unwrap_or_default();
            return Some((at, UTF_16LE.decode_without_bom_handling(text).0.into_owned()));
        }
    }
}

/// Texts in Windows-1252, which are known by their length alone.
struct Narrow<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Iterator for Narrow<'_> {
    type Item = (usize, String);

    fn next(&mut self) -> Option<(usize, String)> {
        loop {
            let rest = self.bytes.get(self.at..)?;
            let at = self.at.saturating_add(rest.iter().position(|byte| is_letter(*byte))?);
            let rest = self.bytes.get(at..)?;
            let run = rest.iter().position(|byte| !is_letter(*byte)).unwrap_or(rest.len());
            let length = length_before(self.bytes, at);
            let length = length.filter(|length| (NARROW_BYTES_MIN..=run).contains(length));
            self.at = at.saturating_add(length.unwrap_or(run));
            if let Some(length) = length {
                let text = rest.get(..length).unwrap_or_default();
                return Some((at, WINDOWS_1252.decode_without_bom_handling(text).0.into_owned()));
            }
        }
    }
}

/// Not a control character, nor one that nobody has given a meaning to.
fn is_character(unit: u16) -> bool {
    matches!(unit, 0x09..=0x0b | 0x0d | 0x20..=0x7e | 0xa0..=0xdfff | 0xf900..=0xffef)
}

fn is_letter(byte: u8) -> bool {
    matches!(byte, 0x09..=0x0b | 0x0d | 0x20..=0x7e | 0x80..)
}
