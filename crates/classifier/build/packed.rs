//! Anchors as bytes, which `src/rule/packed.rs` reads.

use std::collections::BTreeMap;

use crate::{
    literal::words,
    rule::{anchor::Anchor, byte_set::ByteSet},
};

/// The anchors of all rules, and the byte sets that they are made of.
///
/// There are more than a hundred thousand sets, of which a few thousand are distinct, and mostly in lists
/// that were there before.
#[derive(Default)]
pub(crate) struct Packed {
    anchors: Vec<u8>,
    /// Indices of distinct sets, list after list.
    order: Vec<u16>,
    distinct: BTreeMap<ByteSet, u16>,
    /// Where in `order` a list begins.
    known: BTreeMap<Vec<ByteSet>, usize>,
}

impl Packed {
    /// Appends the anchors of a rule. Numbers too great for their field become the greatest; the test that
    /// compares the built-in rules with their sources fails then.
    pub(crate) fn add(&mut self, anchors: &[Anchor]) {
        self.anchors.extend(u16::try_from(anchors.len()).unwrap_or(u16::MAX).to_le_bytes());
        for anchor in anchors {
            self.anchors.push(anchor.gate as u8);
            self.anchors.extend(anchor.lengths.to_le_bytes());
            for list in [&anchor.behind, &anchor.ahead] {
                let place = u32::try_from(self.place(list)).unwrap_or(u32::MAX);
                self.anchors.extend(place.to_le_bytes());
                self.anchors.push(u8::try_from(list.len()).unwrap_or(u8::MAX));
            }
            for number in [anchor.back_min, anchor.back_max, anchor.lead] {
                self.anchors.extend(number.to_le_bytes());
            }
        }
    }

    fn place(&mut self, list: &[ByteSet]) -> usize {
        if let Some(place) = self.known.get(list) {
            return *place;
        }
        let place = self.order.len();
        for set in list {
            let next = u16::try_from(self.distinct.len()).unwrap_or(u16::MAX);
            self.order.push(*self.distinct.entry(*set).or_insert(next));
        }
        self.known.insert(list.to_vec(), place);
        place
    }

    pub(crate) fn anchors(&self) -> &[u8] {
        &self.anchors
    }

    /// The distinct sets, as an expression.
    pub(crate) fn distinct(&self) -> String {
        let mut sets: Vec<(&u16, &ByteSet)> =
            self.distinct.iter().map(|(set, index)| (index, set)).collect();
        sets.sort();
        let sets: Vec<String> =
            sets.iter().map(|(_, ByteSet(bits))| format!("ByteSet([{}])", words(bits))).collect();
        format!("&[{}]", sets.join(",\n"))
    }

    /// The indices of all lists, two bytes each, low byte first.
    pub(crate) fn order(&self) -> Vec<u8> {
        self.order.iter().flat_map(|index| index.to_le_bytes()).collect()
    }
}
