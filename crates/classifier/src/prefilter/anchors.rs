//! The anchors of all rules, side by side.

use crate::{
    prefilter::Candidate,
    rule::{
        Rule,
        anchor::{ANY, Anchor, has},
    },
};

/// Where an anchor of a rule is found, and what tells it apart at first sight.
#[derive(Clone, Copy, Debug)]
struct Index {
    rule: u32,
    anchor: u32,
    /// Which of its first bytes are letters of one kind or the same in all texts.
    mask: u64,
    /// Those bytes in lower case.
    letters: u64,
    /// How many of its bytes are known.
    len: usize,
}

/// Bit 5 of eight bytes: sets letters in lower case.
const FOLD: u64 = 0x2020_2020_2020_2020;

impl Index {
    fn new(rule: u32, number: u32, anchor: &Anchor) -> Self {
        let (mut mask, mut letters) = (0, 0);
        for (set, shift) in anchor.sets.iter().zip((0..64).step_by(8)) {
            let mut folded: Vec<u8> =
                (0..=u8::MAX).filter(|&byte| has(set, byte)).map(|byte| byte | 0x20).collect();
            folded.dedup();
            if let [first, rest @ ..] = &folded[..]
                && rest.iter().all(|byte| byte == first)
            {
                mask |= 0xFF_u64 << shift;
                letters |= u64::from(*first) << shift;
            }
        }
        let len = anchor.sets.iter().take_while(|set| **set != ANY).count();
        Self { rule, anchor: number, mask, letters, len }
    }

    /// Whether the first bytes of a text could be those of the anchor.
    fn resembles(&self, ahead: &[u8]) -> bool {
        let first = ahead
            .first_chunk()
            .copied()
            .unwrap_or_else(|| std::array::from_fn(|index| ahead.get(index).copied().unwrap_or(0)));
        (u64::from_le_bytes(first) | FOLD) & self.mask == self.letters
    }
}

/// All anchors of a set of rules, numbered.
#[derive(Debug)]
pub(super) struct Anchors {
    list: Vec<Index>,
}

impl Anchors {
    pub(super) fn new(rules: &[Rule]) -> Self {
        let mut list = Vec::new();
        for (rule, known) in (0_u32..).zip(rules) {
            let numbered = (0_u32..).zip(known.anchors.iter());
            list.extend(numbered.map(|(number, anchor)| Index::new(rule, number, anchor)));
        }
        Self { list }
    }

    /// All anchors, with their numbers.
    pub(super) fn numbered<'r>(&self, rules: &'r [Rule]) -> Vec<(u32, &'r Anchor)> {
        let numbered = (0_u32..).zip(&self.list);
        numbered.filter_map(|(at, index)| Some((at, find(rules, index)?))).collect()
    }

    /// The candidate of an anchor, if all its bytes stand at `at`.
    pub(super) fn check(&self, rules: &[Rule], number: u32, place: Place<'_>) -> Option<Candidate> {
        let index = self.list.get(number as usize)?;
        let ahead = place.text.get(place.at..).unwrap_or_default();
        if !index.resembles(ahead) || ahead.len() < index.len {
            return None;
        }
        let anchor = find(rules, index)?;
        let known = anchor.sets.iter().zip(ahead).take(index.len);
        known.into_iter().all(|(set, &byte)| has(set, byte)).then_some(())?;
        candidate(index, anchor, place)
    }

    /// The candidate of an anchor whose bytes are known to stand at `at`.
    pub(super) fn known(&self, rules: &[Rule], number: u32, place: Place<'_>) -> Option<Candidate> {
        let index = self.list.get(number as usize)?;
        candidate(index, find(rules, index)?, place)
    }
}

/// A place in a text.
#[derive(Clone, Copy)]
pub(super) struct Place<'t> {
    pub(super) text: &'t [u8],
    pub(super) at: usize,
}

fn find<'r>(rules: &'r [Rule], index: &Index) -> Option<&'r Anchor> {
    rules.get(index.rule as usize)?.anchors.get(index.anchor as usize)
}

/// A candidate, if what stands before the anchor may stand there.
fn candidate(index: &Index, anchor: &Anchor, Place { text, at }: Place<'_>) -> Option<Candidate> {
    let before = at.checked_sub(1).and_then(|before| text.get(before));
    if !before.is_none_or(|&byte| has(&anchor.before, byte)) {
        return None;
    }
    let last = u32::try_from(at.checked_sub(usize::from(anchor.back_min))?).ok()?;
    let first = u32::try_from(at.saturating_sub(usize::from(anchor.back_max))).ok()?;
    Some(Candidate { rule: index.rule, first, last })
}
