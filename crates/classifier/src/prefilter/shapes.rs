//! Anchors that are shapes, dispatched by the bytes at their first positions.
//!
//! For each position and each byte there is a bit per anchor: may this byte stand there? At a marked
//! place the sets of the bytes that stand there are intersected, position by position, until nothing
//! is left or all positions are read. What is left are the candidates.

use crate::{
    prefilter::{
        anchors::{Anchors, Place},
        each,
    },
    rule::{
        Anchor, Rule,
        anchor::{ANCHOR_LEN, ByteSet, Gate, has},
    },
};

/// Anchors of one set; more make another group.
const GROUP: usize = 256;
/// A bit per anchor of a group.
type Bits = [u64; GROUP / 64];

#[derive(Debug)]
pub(super) struct Shapes {
    groups: Vec<Group>,
}

#[derive(Debug)]
struct Group {
    anchors: Vec<u32>,
    /// Bytes that no anchor of the group tells apart share a class.
    classes: Box<[u8; 256]>,
    /// By position, then class.
    allowed: Vec<Bits>,
    class_count: usize,
}

impl Shapes {
    pub(super) fn new(anchors: &Anchors, rules: &[Rule], gate: Gate) -> Self {
        let mut members = anchors.numbered(rules);
        members.retain(|(_, anchor)| anchor.gate == gate);
        Self { groups: members.chunks(GROUP).map(Group::new).collect() }
    }

    /// Calls `visit` with the anchors whose bytes stand at a place.
    pub(super) fn at(&self, place: Place<'_>, mut visit: impl FnMut(u32)) {
        let ahead = place.text.get(place.at..).unwrap_or_default();
        for group in &self.groups {
            group.at(ahead, &mut visit);
        }
    }
}

impl Group {
    fn new(members: &[(u32, &Anchor)]) -> Self {
        let sets: Vec<&[ByteSet; ANCHOR_LEN]> =
            members.iter().map(|(_, anchor)| &anchor.sets).collect();
        let mut distinct: Vec<&ByteSet> = sets.iter().copied().flatten().collect();
        distinct.sort_unstable();
        distinct.dedup();

        let mut classes = Box::new([0; 256]);
        let mut representatives: Vec<u8> = Vec::new();
        for (byte, class) in (0..=u8::MAX).zip(classes.iter_mut()) {
            let alike = |other: &u8| distinct.iter().all(|set| has(set, *other) == has(set, byte));
            let known = representatives.iter().position(alike);
            let index = known.unwrap_or_else(|| {
                representatives.push(byte);
                representatives.len().saturating_sub(1)
            });
            *class = u8::try_from(index).unwrap_or(u8::MAX);
        }
        let mut allowed = Vec::with_capacity(ANCHOR_LEN.saturating_mul(representatives.len()));
        for position in 0..ANCHOR_LEN {
            for &byte in &representatives {
                let mut bits = Bits::default();
                for (index, sets) in sets.iter().enumerate() {
                    if sets.get(position).is_none_or(|set| has(set, byte))
                        && let Some(word) = bits.get_mut(index >> 6)
                    {
                        *word |= 1 << (index & 63);
                    }
                }
                allowed.push(bits);
            }
        }
        let anchors = members.iter().map(|&(number, _)| number).collect();
        Self { anchors, classes, allowed, class_count: representatives.len() }
    }

    fn at(&self, ahead: &[u8], visit: &mut impl FnMut(u32)) {
        let mut left: Bits = [u64::MAX; GROUP / 64];
        let positions = self.allowed.chunks_exact(self.class_count.max(1));
        for (position, allowed) in positions.enumerate() {
            // Behind the end of the text stands a zero byte, which only sets of any byte hold.
            let byte = ahead.get(position).copied().unwrap_or(0);
            let class = self.classes.get(usize::from(byte)).copied().unwrap_or(0);
            let allowed = allowed.get(usize::from(class)).copied().unwrap_or_default();
            left.iter_mut().zip(&allowed).for_each(|(left, allowed)| *left &= allowed);
            if left.iter().fold(0, |sum, word| sum | word) == 0 {
                return;
            }
        }
        for (index, word) in left.into_iter().enumerate() {
            each(word, |bit| {
                if let Some(&anchor) = self.anchors.get((index << 6) | bit) {
                    visit(anchor);
                }
            });
        }
    }
}
