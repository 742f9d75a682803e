//! What may stand right before a part of a pattern.

use regex_syntax::hir::{Class, Hir, HirKind, Look, Repetition};

use super::byte_set::ByteSet;

/// How many positions before an anchor are compared with the text.
pub(crate) const BEHIND_LEN: usize = 6;

/// The text before a part.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Edge {
    /// The byte with which the match may go on right before the part.
    pub(crate) own: ByteSet,
    /// Whether the match may begin here. Then anything may stand before it, except that a match begins
    /// only where a word or a number does.
    pub(crate) start: bool,
    /// Whether an assertion says that a word begins there: then `own` does not hold for what is no
    /// letter, digit or underscore.
    pub(crate) asserted: bool,
    /// What may stand there in the text, from the nearest byte on.
    behind: [ByteSet; BEHIND_LEN],
}

impl Edge {
    /// Where the pattern begins.
    pub(crate) const START: Self = Self {
        own: ByteSet::NONE,
        start: true,
        asserted: false,
        behind: [ByteSet::ANY; BEHIND_LEN],
    };

    /// The edge behind `before`, which begins at `first`.
    pub(crate) fn behind(before: &[&Hir], first: Self) -> Self {
        let mut reader = Reader {
            edge: Self {
                own: ByteSet::NONE,
                start: false,
                asserted: false,
                behind: [ByteSet::NONE; BEHIND_LEN],
            },
            allowed: ByteSet::ANY,
            nested: false,
        };
        let begin = before.iter().rev().fold(1, |offsets, part| reader.read(part, offsets));
        reader.begin(begin, &first);
        reader.edge
    }

    /// Whether none of `bytes` stands before the part inside the match.
    pub(crate) fn excludes(&self, bytes: ByteSet) -> bool {
        self.own.and(bytes).is_empty()
    }

    /// What stands before a part that begins with a byte of `class`.
    pub(crate) fn before(&self, class: ByteSet) -> [ByteSet; BEHIND_LEN] {
        let word = class.is_in(ByteSet::ALPHANUMERIC);
        if self.asserted && !word { [ByteSet::ANY; BEHIND_LEN] } else { self.behind }
    }
}

/// Reads a pattern backwards, from several distances at once (bit by bit).
struct Reader {
    edge: Edge,
    /// What assertions leave of the byte right before the part.
    allowed: ByteSet,
    /// Whether other branches lead past the part that is read.
    nested: bool,
}

impl Reader {
    /// Reads `hir` from each of the distances, and returns those before it.
    fn read(&mut self, hir: &Hir, offsets: u32) -> u32 {
        if offsets == 0 {
            return 0;
        }
        match hir.kind() {
            HirKind::Empty => offsets,
            HirKind::Look(look) => self.look(*look, offsets),
            HirKind::Literal(literal) => literal
                .0
                .iter()
                .rev()
                .fold(offsets, |offsets, &byte| self.bytes(offsets, ByteSet::one(byte))),
            HirKind::Class(Class::Bytes(class)) => {
                let ranges = class.ranges().iter();
                let ranges = ranges.map(|range| ByteSet::range(range.start(), range.end()));
                self.bytes(offsets, ranges.fold(ByteSet::NONE, ByteSet::or))
            }
            HirKind::Class(Class::Unicode(class)) => {
                let mut behind = 0;
                for range in class.ranges() {
                    let byte = |char: char| u8::try_from(char).ok().filter(u8::is_ascii);
                    if let Some(first) = byte(range.start()) {
                        let last = byte(range.end()).unwrap_or(0x7F);
                        behind |= self.bytes(offsets, ByteSet::range(first, last));
                    }
                    if !range.end().is_ascii() {
                        // Two to four bytes, of which only the last is told apart.
                        let mut before = self.bytes(offsets, ByteSet::TAILS);
                        for _ in 0..3 {
                            before = self.bytes(before, ByteSet::HIGH);
                            behind |= before;
                        }
                    }
                }
                behind
            }
            HirKind::Repetition(repetition) => self.repeat(repetition, offsets),
            HirKind::Capture(capture) => self.read(&capture.sub, offsets),
            HirKind::Concat(parts) => {
                parts.iter().rev().fold(offsets, |offsets, part| self.read(part, offsets))
            }
            HirKind::Alternation(branches) => {
                let nested = std::mem::replace(&mut self.nested, true);
                let before =
                    branches.iter().fold(0, |sum, branch| sum | self.read(branch, offsets));
                self.nested = nested;
                before
            }
        }
    }

    fn look(&mut self, look: Look, offsets: u32) -> u32 {
        let begins = match look {
            Look::Start => ByteSet::NONE,
            Look::StartLF => ByteSet::one(b'\n'),
            Look::StartCRLF => ByteSet::one(b'\n').or(ByteSet::one(b'\r')),
            Look::WordAscii
            | Look::WordUnicode
            | Look::WordStartAscii
            | Look::WordStartUnicode
            | Look::WordStartHalfAscii
            | Look::WordStartHalfUnicode => {
                // In one of several branches it says nothing of the others.
                if offsets & 1 == 1 && !self.nested {
                    self.allowed = self.allowed.and(ByteSet::WORD.not());
                    self.edge.asserted = true;
                }
                return offsets;
            }
            _ => return offsets,
        };
        let behind = self.bytes(offsets, begins);
        if look != Look::Start {
            (1..BEHIND_LEN).fold(behind, |offsets, _| self.bytes(offsets, ByteSet::ANY));
        }
        0
    }

    fn repeat(&mut self, repetition: &Repetition, offsets: u32) -> u32 {
        let mut before = if repetition.min == 0 { offsets } else { 0 };
        let mut offsets = offsets;
        let nested = self.nested;
        self.nested |= repetition.min == 0;
        for count in 1..=repetition.max.unwrap_or(u32::MAX) {
            let read = self.read(&repetition.sub, offsets);
            if count >= repetition.min {
                before |= read;
            }
            // Whatever comes later only repeats these distances or lies out of sight.
            if read == 0 || (read == offsets && count >= repetition.min) {
                break;
            }
            offsets = read;
        }
        self.nested = nested;
        before
    }

    fn bytes(&mut self, offsets: u32, bytes: ByteSet) -> u32 {
        for (offset, set) in self.edge.behind.iter_mut().enumerate() {
            if offsets >> offset & 1 == 1 {
                let bytes = if offset == 0 { bytes.and(self.allowed) } else { bytes };
                *set = set.or(bytes);
                if offset == 0 {
                    self.edge.own = self.edge.own.or(bytes);
                }
            }
        }
        offsets << 1 & ((1 << BEHIND_LEN) - 1)
    }

    /// The pattern before the part may begin at these distances.
    fn begin(&mut self, offsets: u32, first: &Edge) {
        let read = self.edge.behind;
        for distance in (0..BEHIND_LEN).filter(|distance| offsets >> distance & 1 == 1) {
            // What begins there is what an assertion is about.
            let nearest = distance.checked_sub(1).and_then(|nearest| read.get(nearest));
            let behind = nearest.map_or(first.behind, |nearest| first.before(*nearest));
            let sets = self.edge.behind.iter_mut().skip(distance);
            for (index, (set, begin)) in sets.zip(behind).enumerate() {
                let nearest = distance == 0 && index == 0;
                *set = set.or(if nearest { begin.and(self.allowed) } else { begin });
            }
            if distance == 0 {
                self.edge.own = self.edge.own.or(first.own.and(self.allowed));
                if first.start && self.edge.asserted {
                    // Outside the match, but known.
                    self.edge.own = self.edge.own.or(self.allowed);
                } else {
                    self.edge.start = first.start;
                }
                self.edge.asserted |= first.asserted;
            }
        }
    }
}
