//! Anchors as bytes: `build/packed.rs` writes them, a process reads them.
//!
//! There are fifteen thousand, and as expressions they would be half of all constants and more than half
//! of the time in which types are checked.

use std::borrow::Cow;

use super::{
    anchor::{Anchor, Gate},
    byte_set::ByteSet,
};

/// All gates, by number.
const GATES: [Gate; 7] = [
    Gate::Word,
    Gate::Number,
    Gate::Capital,
    Gate::LettersDigits,
    Gate::Colon,
    Gate::Run,
    Gate::At,
];

/// The anchors of many rules, one rule after the other.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Packed {
    bytes: &'static [u8],
    /// What the lists of byte sets are taken from.
    sets: &'static [ByteSet],
}

impl Packed {
    pub(crate) const fn new(bytes: &'static [u8], sets: &'static [ByteSet]) -> Self {
        Self { bytes, sets }
    }

    /// The anchors of the next rule; `None` at the end.
    pub(crate) fn next_rule(&mut self) -> Option<Vec<Anchor>> {
        let count = u16::from_le_bytes(self.take()?);
        (0..count).map(|_| self.anchor()).collect()
    }

    fn anchor(&mut self) -> Option<Anchor> {
        let [gate] = self.take()?;
        Some(Anchor {
            gate: GATES.get(usize::from(gate)).copied()?,
            lengths: u64::from_le_bytes(self.take()?),
            behind: self.list()?,
            ahead: self.list()?,
            back_min: u16::from_le_bytes(self.take()?),
            back_max: u16::from_le_bytes(self.take()?),
            lead: u16::from_le_bytes(self.take()?),
        })
    }

    fn list(&mut self) -> Option<Cow<'static, [ByteSet]>> {
        let start = usize::try_from(u32::from_le_bytes(self.take()?)).ok()?;
        let [len] = self.take()?;
        self.sets.get(start..start.checked_add(usize::from(len))?).map(Cow::Borrowed)
    }

    fn take<const LEN: usize>(&mut self) -> Option<[u8; LEN]> {
        let (taken, rest) = self.bytes.split_first_chunk()?;
        self.bytes = rest;
        Some(*taken)
    }
}
