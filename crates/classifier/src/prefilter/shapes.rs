//! Rules without a literal, dispatched by the bytes at a word's start.
//!
//! For each of the first six positions and each byte there is a bit per rule: may this byte stand
//! there? At a word start the six bit sets are intersected; what is left are the candidates. Six
//! positions tell a codice fiscale from a card, so that few patterns are tried in vain.

use dosimeter_record::Span;

use crate::{
    prefilter::{Candidates, Place},
    rule::{Rule, pattern::PREFIX_LEN},
};

#[derive(Debug)]
pub(crate) struct Shapes {
    /// Indices of the rules, in the order of their bits.
    rules: Vec<u32>,
    /// The number of 64-bit words of a bit set.
    width: usize,
    /// Bit sets by position, then byte.
    allowed: Vec<u64>,
    /// Whether any rule may start with a byte.
    starts: Vec<bool>,
}

impl Shapes {
    pub(super) fn new(rules: &[Rule]) -> Self {
        let shaped: Vec<(u32, &Rule)> =
            (0_u32..).zip(rules).filter(|(_, rule)| rule.keywords.is_empty()).collect();
        let width = shaped.len().div_ceil(64);
        let mut shapes = Self {
            rules: shaped.iter().map(|&(index, _)| index).collect(),
            width,
            allowed: vec![0; PREFIX_LEN.saturating_mul(256).saturating_mul(width)],
            starts: vec![false; 256],
        };
        for (bit, (_, rule)) in shaped.iter().enumerate() {
            shapes.add(bit, rule);
        }
        shapes
    }

    fn add(&mut self, bit: usize, rule: &Rule) {
        let Some(prefix) = rule.pattern.prefix() else { return };
        for (position, set) in prefix.iter().enumerate() {
            for (byte, _) in set.iter().enumerate().filter(|&(_, &allowed)| allowed) {
                let word = self.index(position, byte).saturating_add(bit >> 6);
                if let Some(word) = self.allowed.get_mut(word) {
                    *word |= 1 << (bit & 63);
                }
                if let (0, Some(start)) = (position, self.starts.get_mut(byte)) {
                    *start = true;
                }
            }
        }
    }

    /// Where the bit set of a byte at a position begins.
    fn index(&self, position: usize, byte: usize) -> usize {
        position.saturating_mul(256).saturating_add(byte).saturating_mul(self.width)
    }

    pub(super) fn find(&self, text: &[u8], searched: Span, candidates: &mut Candidates) {
        let mut inside = false;
        let bytes = text.get(searched.start..searched.end).unwrap_or_default();
        for (position, &byte) in (searched.start..).zip(bytes) {
            let word = byte.is_ascii_alphanumeric();
            if word && !inside && self.starts.get(usize::from(byte)) == Some(&true) {
                self.at(text, position, candidates);
            }
            inside = word;
        }
    }

    fn at(&self, text: &[u8], position: usize, candidates: &mut Candidates) {
        let ahead = text.get(position..).unwrap_or_default();
        for word in 0..self.width {
            let mut left = u64::MAX;
            for offset in 0..PREFIX_LEN {
                // Past the end of the text a zero byte stands for "nothing": only rules that may
                // already have matched allow it.
                let byte = ahead.get(offset).copied().unwrap_or(0);
                let index = self.index(offset, usize::from(byte)).saturating_add(word);
                left &= self.allowed.get(index).copied().unwrap_or(0);
                if left == 0 {
                    break;
                }
            }
            while left != 0 {
                let bit = left.trailing_zeros() as usize;
                left &= left.wrapping_sub(1);
                if let Some(&rule) = self.rules.get((word << 6) | bit) {
                    candidates.push(rule, Place::StartsAt(position));
                }
            }
        }
    }
}
