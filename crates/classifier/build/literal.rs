//! Values as Rust expressions.

use std::borrow::Cow;

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
    fn literal(&self) -> String;
}

/// Prints structs field by field.
macro_rules! structs {
    ($($type:ident { $($field:ident),* })*) => {$(
        impl Literal for $type {
            fn literal(&self) -> String {
                let fields = [$(format!("{}: {}", stringify!($field), self.$field.literal())),*];
                format!("{} {{ {} }}", stringify!($type), fields.join(", "))
            }
        }
    )*};
}

/// Prints enums without data.
macro_rules! enums {
    ($($type:ident)*) => {$(
        impl Literal for $type {
            fn literal(&self) -> String {
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

impl Literal for str {
    fn literal(&self) -> String {
        format!("\"{}\"", self.escape_default())
    }
}

impl Literal for Cow<'static, str> {
    fn literal(&self) -> String {
        format!("Borrowed({})", self.as_ref().literal())
    }
}

impl<T: Literal + Clone> Literal for Cow<'static, [T]> {
    fn literal(&self) -> String {
        format!("Borrowed({})", self.as_ref().literal())
    }
}

impl<T: Literal> Literal for [T] {
    fn literal(&self) -> String {
        let items: Vec<String> = self.iter().map(Literal::literal).collect();
        format!("&[{}]", items.join(", "))
    }
}

/// Bits.
impl Literal for u64 {
    fn literal(&self) -> String {
        let (high, low) = (self >> 32, self & 0xFFFF_FFFF);
        format!("{:#06x}_{:04x}_{:04x}_{:04x}", high >> 16, high & 0xFFFF, low >> 16, low & 0xFFFF)
    }
}

impl Literal for [u64; 4] {
    fn literal(&self) -> String {
        format!("[{}]", self.map(|word| word.literal()).join(", "))
    }
}

impl Literal for ByteSet {
    fn literal(&self) -> String {
        match *self {
            Self::ANY => "ByteSet::ANY".to_owned(),
            Self(bits) => format!("ByteSet({})", bits.literal()),
        }
    }
}

impl<T: Literal> Literal for Option<T> {
    fn literal(&self) -> String {
        self.as_ref().map_or("None".to_owned(), |value| format!("Some({})", value.literal()))
    }
}

impl Literal for bool {
    fn literal(&self) -> String {
        self.to_string()
    }
}

impl Literal for u16 {
    fn literal(&self) -> String {
        self.to_string()
    }
}

impl Literal for usize {
    fn literal(&self) -> String {
        self.to_string()
    }
}

impl Literal for Mask {
    fn literal(&self) -> String {
        match self {
            Self::Tag(tag) => format!("Mask::Tag({})", tag.literal()),
            Self::KeepLast(count) => format!("Mask::KeepLast({count})"),
            Self::KeepPrefix(count) => format!("Mask::KeepPrefix({count})"),
            Self::Email => "Mask::Email".to_owned(),
            Self::Initials => "Mask::Initials".to_owned(),
            Self::Iban => "Mask::Iban".to_owned(),
            _ => "Mask::KeepLast(0)".to_owned(),
        }
    }
}
