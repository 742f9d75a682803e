//! Values as Rust expressions.

use std::{borrow::Cow, slice};

use dosimeter_record::{Confidence, Label, Mask, Severity};

use crate::{
    packed::Packed,
    rule::{
        anchor::Anchor,
        certain::Certain,
        data::{
            AllowedValue, Beside, Column, CombinationData, Context, Need, RuleData, Scope,
            Strength, TableData,
        },
        words::{Spelling, Words},
    },
};

/// What can be printed so that the compiler makes the same value of it.
pub(crate) trait Literal {
    fn literal(&self, packed: &mut Packed) -> String;

    /// A slice of such values.
    fn list(items: &[Self], packed: &mut Packed) -> String
    where
        Self: Sized,
    {
        let items: Vec<String> = items.iter().map(|item| item.literal(packed)).collect();
        format!("&[{}]", items.join(", "))
    }
}

/// Prints structs field by field.
macro_rules! structs {
    ($($type:ident { $($field:ident),* })*) => {$(
        impl Literal for $type {
            fn literal(&self, packed: &mut Packed) -> String {
                let fields =
                    [$(format!("{}: {}", stringify!($field), self.$field.literal(packed))),*];
                format!("{} {{ {} }}", stringify!($type), fields.join(", "))
            }
        }
    )*};
}

/// Prints enums without data.
macro_rules! enums {
    ($($type:ident)*) => {$(
        impl Literal for $type {
            fn literal(&self, _: &mut Packed) -> String {
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
    Beside { classes, chars, certain }
    Certain { digit, line }
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

enums! { Label Severity Confidence Strength Scope }

/// A text as an expression.
pub(crate) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.escape_default())
}

impl Literal for Cow<'static, str> {
    fn literal(&self, _: &mut Packed) -> String {
        format!("Borrowed({})", quoted(self))
    }
}

impl<T: Literal + Clone> Literal for Cow<'static, [T]> {
    fn literal(&self, packed: &mut Packed) -> String {
        format!("Borrowed({})", T::list(self, packed))
    }
}

impl<T: Literal> Literal for [T] {
    fn literal(&self, packed: &mut Packed) -> String {
        T::list(self, packed)
    }
}

/// Bits.
impl Literal for u64 {
    fn literal(&self, _: &mut Packed) -> String {
        bits(*self)
    }
}

impl Literal for [u64; 4] {
    fn literal(&self, _: &mut Packed) -> String {
        format!("[{}]", words(self))
    }
}

fn bits(word: u64) -> String {
    let (high, low) = (word >> 32, word & 0xFFFF_FFFF);
    format!("{:#06x}_{:04x}_{:04x}_{:04x}", high >> 16, high & 0xFFFF, low >> 16, low & 0xFFFF)
}

pub(crate) fn words(words: &[u64; 4]) -> String {
    words.map(bits).join(", ")
}

/// Anchors are packed beside the expressions, in the order in which these are printed.
impl Literal for Anchor {
    fn literal(&self, packed: &mut Packed) -> String {
        Self::list(slice::from_ref(self), packed)
    }

    fn list(items: &[Self], packed: &mut Packed) -> String {
        packed.add(items);
        "&[]".to_owned()
    }
}

impl<T: Literal> Literal for Option<T> {
    fn literal(&self, packed: &mut Packed) -> String {
        self.as_ref().map_or("None".to_owned(), |value| format!("Some({})", value.literal(packed)))
    }
}

impl Literal for bool {
    fn literal(&self, _: &mut Packed) -> String {
        self.to_string()
    }
}

impl Literal for u16 {
    fn literal(&self, _: &mut Packed) -> String {
        self.to_string()
    }
}

impl Literal for usize {
    fn literal(&self, _: &mut Packed) -> String {
        self.to_string()
    }
}

impl Literal for Mask {
    fn literal(&self, packed: &mut Packed) -> String {
        match self {
            Self::Tag(tag) => format!("Mask::Tag({})", tag.literal(packed)),
            Self::KeepLast(count) => format!("Mask::KeepLast({count})"),
            Self::KeepPrefix(count) => format!("Mask::KeepPrefix({count})"),
            Self::Email => "Mask::Email".to_owned(),
            Self::Initials => "Mask::Initials".to_owned(),
            Self::Iban => "Mask::Iban".to_owned(),
            _ => "Mask::KeepLast(0)".to_owned(),
        }
    }
}
