//! The compact protocol of Apache Thrift, as far as Parquet uses it.

use std::collections::BTreeMap;

use crate::cursor::Cursor;

/// Values within values; Parquet nests about six deep.
const DEPTH_MAX: usize = 32;

/// Values of one structure, each of which takes up to half a kilobyte: a thousand columns in a hundred
/// groups of rows need as many.
const VALUES_MAX: usize = 400_000;

/// A value whose type the writer gave.
pub(super) enum Value {
    Nothing,
    Number(i64),
    Bytes(Vec<u8>),
    List(Vec<Self>),
    Struct(BTreeMap<i64, Self>),
}

impl Value {
    /// A field of a structure; nothing if it is not there.
    pub(super) fn field(&self, id: i64) -> &Self {
        match self {
            Self::Struct(fields) => fields.get(&id).unwrap_or(&Self::Nothing),
            _ => &Self::Nothing,
        }
    }

    /// The elements of a list.
    pub(super) fn items(&self) -> &[Self] {
        match self {
            Self::List(items) => items,
            _ => &[],
        }
    }

    pub(super) fn number(&self) -> Option<i64> {
        match self {
            Self::Number(number) => Some(*number),
            _ => None,
        }
    }

    pub(super) fn text(&self) -> Option<String> {
        match self {
            Self::Bytes(bytes) => Some(String::from_utf8_lossy(bytes).into_owned()),
            _ => None,
        }
    }

    pub(super) fn is_some(&self) -> bool {
        !matches!(self, Self::Nothing)
    }
}

/// Parses a structure and moves behind it.
pub(super) fn parse(cursor: &mut Cursor<'_>) -> Option<Value> {
    structure(cursor, &mut VALUES_MAX.clone(), DEPTH_MAX)
}

fn structure(cursor: &mut Cursor<'_>, left: &mut usize, depth: usize) -> Option<Value> {
    let mut fields = BTreeMap::new();
    let mut id = 0_i64;
    loop {
        let head = cursor.u8()?;
        if head == 0 {
            return Some(Value::Struct(fields));
        }
        id = match head >> 4 {
            0 => zigzag(cursor)?,
            step => id.checked_add(i64::from(step))?,
        };
        fields.insert(id, value(cursor, head & 15, left, depth)?);
    }
}

fn value(cursor: &mut Cursor<'_>, kind: u8, left: &mut usize, depth: usize) -> Option<Value> {
    *left = left.checked_sub(1)?;
    let depth = depth.checked_sub(1)?;
    Some(match kind {
        1 | 2 => Value::Number(i64::from(kind == 1)),
        3 => Value::Number(i64::from(cursor.u8()?)),
        4..=6 => Value::Number(zigzag(cursor)?),
        7 => {
            cursor.skip(8)?;
            Value::Nothing
        }
        8 => {
            let length = usize::try_from(variable(cursor)?).ok()?;
            Value::Bytes(cursor.take(length)?.to_vec())
        }
        9 | 10 => {
            let head = cursor.u8()?;
            let count = if head >> 4 == 15 { variable(cursor)? } else { u64::from(head >> 4) };
            let mut items = Vec::new();
            for _ in 0..count {
                // A flag in a list takes a byte.
                let kind = if matches!(head & 15, 1 | 2) { 3 } else { head & 15 };
                items.push(value(cursor, kind, left, depth)?);
            }
            Value::List(items)
        }
        12 => structure(cursor, left, depth)?,
        _ => return None,
    })
}

fn variable(cursor: &mut Cursor<'_>) -> Option<u64> {
    let mut value = 0_u64;
    for shift in (0..64).step_by(7) {
        let byte = u64::from(cursor.u8()?);
        value |= (byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

fn zigzag(cursor: &mut Cursor<'_>) -> Option<i64> {
    let value = variable(cursor)?;
    Some((value >> 1).cast_signed() ^ -(value & 1).cast_signed())
}
