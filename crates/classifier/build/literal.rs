//! Values as Rust expressions.

use std::{borrow::Cow, collections::BTreeMap};

use dosimeter_record::{Confidence, Label, Mask, Severity};

use crate::rule::{
    anchor::{Anchor, Gate},
    byte_set::ByteSet,
    data::{
        AllowedValue, Beside, Column, CombinationData, Context, Need, RuleData, Scope, Strength,
        TableData,
    },
    words::{Spelling, Words},
};

/// What can be printed so that the compiler makes the same value of it.
pub(crate) trait Literal {
    fn literal(&self, sets: &mut SetLists) -> String;

    /// A slice of such values.
    fn list(items: &[Self], sets: &mut SetLists) -> String
    where
        Self: Sized,
    {
        let items: Vec<String> = items.iter().map(|item| item.literal(sets)).collect();
        format!("&[{}]", items.join(", "))
    }
}

/// The lists of byte sets that expressions name by their place.
///
/// Anchors hold more than a hundred thousand sets, of which a few thousand are distinct: written where
/// they stand they would be three quarters of all constants, and half of the time to compile the crate.
#[derive(Default)]
pub(crate) struct SetLists {
    /// Indices of distinct sets, list after list.
    order: Vec<u16>,
    distinct: BTreeMap<ByteSet, u16>,
    /// Where in `order` a list begins.
    known: BTreeMap<Vec<ByteSet>, usize>,
}

impl SetLists {
    fn place(&mut self, list: &[ByteSet]) -> usize {
        if let Some(place) = self.known.get(list) {
            return *place;
        }
        let place = self.order.len();
        for set in list {
            // An index that no set has fails the build of the crate.
            let next = u16::try_from(self.distinct.len()).unwrap_or(u16::MAX);
            self.order.push(*self.distinct.entry(*set).or_insert(next));
        }
        self.known.insert(list.to_vec(), place);
        place
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

/// Prints structs field by field.
macro_rules! structs {
    ($($type:ident { $($field:ident),* })*) => {$(
        impl Literal for $type {
            fn literal(&self, sets: &mut SetLists) -> String {
                let fields =
                    [$(format!("{}: {}", stringify!($field), self.$field.literal(sets))),*];
                format!("{} {{ {} }}", stringify!($type), fields.join(", "))
            }
        }
    )*};
}

/// Prints enums without data.
macro_rules! enums {
    ($($type:ident)*) => {$(
        impl Literal for $type {
            fn literal(&self, _: &mut SetLists) -> String {
                // The derived form is the variant's name.
                format!("{}::{self:?}", stringify!($type))
            }
        }
    )*};
}

structs! {
    RuleData {
        id, title, labels, severity, confidence, strength, keywords, pattern, unicode, anchors,
        leads, len_max, validators, mask, kind, evidence, context, beside, references
    }
    Beside { classes, chars }
    Anchor { gate, lengths, behind, ahead, back_min, back_max, lead }
    Context { any, none, window_chars, required }
    Words { written, spellings, first }
    Spelling { folded, word }
    CombinationData {
        id, title, labels, severity, confidence, all, within_chars, scope, unless, references
    }
    Need { classes, at_least }
    TableData {
        id, title, labels, severity, confidence, rows_at_least, columns, unless, evidence, references
    }
    Column { header, distinct_at_least }
    AllowedValue { kind, value, reason }
}

enums! { Label Severity Confidence Strength Scope Gate }

/// A text as an expression.
pub(crate) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.escape_default())
}

impl Literal for Cow<'static, str> {
    fn literal(&self, _: &mut SetLists) -> String {
        format!("Borrowed({})", quoted(self))
    }
}

impl<T: Literal + Clone> Literal for Cow<'static, [T]> {
    fn literal(&self, sets: &mut SetLists) -> String {
        format!("Borrowed({})", T::list(self, sets))
    }
}

impl<T: Literal> Literal for [T] {
    fn literal(&self, sets: &mut SetLists) -> String {
        T::list(self, sets)
    }
}

/// Bits.
impl Literal for u64 {
    fn literal(&self, _: &mut SetLists) -> String {
        bits(*self)
    }
}

impl Literal for [u64; 4] {
    fn literal(&self, _: &mut SetLists) -> String {
        format!("[{}]", words(self))
    }
}

fn bits(word: u64) -> String {
    let (high, low) = (word >> 32, word & 0xFFFF_FFFF);
    format!("{:#06x}_{:04x}_{:04x}_{:04x}", high >> 16, high & 0xFFFF, low >> 16, low & 0xFFFF)
}

fn words(words: &[u64; 4]) -> String {
    words.map(bits).join(", ")
}

impl Literal for ByteSet {
    fn literal(&self, _: &mut SetLists) -> String {
        format!("ByteSet([{}])", words(&self.0))
    }

    fn list(items: &[Self], sets: &mut SetLists) -> String {
        format!("byte_sets({}, {})", sets.place(items), items.len())
    }
}

impl<T: Literal> Literal for Option<T> {
    fn literal(&self, sets: &mut SetLists) -> String {
        self.as_ref().map_or("None".to_owned(), |value| format!("Some({})", value.literal(sets)))
    }
}

impl Literal for bool {
    fn literal(&self, _: &mut SetLists) -> String {
        self.to_string()
    }
}

impl Literal for u16 {
    fn literal(&self, _: &mut SetLists) -> String {
        self.to_string()
    }
}

impl Literal for usize {
    fn literal(&self, _: &mut SetLists) -> String {
        self.to_string()
    }
}

impl Literal for Mask {
    fn literal(&self, sets: &mut SetLists) -> String {
        match self {
            Self::Tag(tag) => format!("Mask::Tag({})", tag.literal(sets)),
            Self::KeepLast(count) => format!("Mask::KeepLast({count})"),
            Self::KeepPrefix(count) => format!("Mask::KeepPrefix({count})"),
            Self::Email => "Mask::Email".to_owned(),
            Self::Initials => "Mask::Initials".to_owned(),
            Self::Iban => "Mask::Iban".to_owned(),
            _ => "Mask::KeepLast(0)".to_owned(),
        }
    }
}
