//! Thrift's compact protocol, as far as the metadata of Parquet needs it.

/// The types that a field or the elements of a list may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Type {
    True = 1,
    False = 2,
    I32 = 5,
    I64 = 6,
    Binary = 8,
    List = 9,
    Struct = 12,
}

/// A structure; its fields are given in rising order of their ids.
#[derive(Debug, Default)]
pub(super) struct Struct {
    bytes: Vec<u8>,
    last: u8,
}

impl Struct {
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// With its end.
    pub(super) fn encoded(mut self) -> Vec<u8> {
        self.bytes.push(0);
        self.bytes
    }

    /// Ids lie close together here, so the short form of the header always does.
    fn head(&mut self, id: u8, kind: Type) {
        let step = id.saturating_sub(self.last) & 0x0F;
        self.bytes.push(step << 4 | kind as u8);
        self.last = id;
    }

    fn raw(mut self, id: u8, kind: Type, value: &[u8]) -> Self {
        self.head(id, kind);
        self.bytes.extend_from_slice(value);
        self
    }

    pub(super) fn bool(self, id: u8, value: bool) -> Self {
        self.raw(id, if value { Type::True } else { Type::False }, &[])
    }

    pub(super) fn i32(self, id: u8, value: i32) -> Self {
        self.raw(id, Type::I32, &zigzag(value.into()))
    }

    pub(super) fn i64(self, id: u8, value: i64) -> Self {
        self.raw(id, Type::I64, &zigzag(value))
    }

    pub(super) fn string(self, id: u8, text: &str) -> Self {
        self.raw(id, Type::Binary, &binary(text))
    }

    pub(super) fn field(self, id: u8, value: Self) -> Self {
        self.raw(id, Type::Struct, &value.encoded())
    }

    pub(super) fn structs(self, id: u8, values: Vec<Self>) -> Self {
        let values: Vec<Vec<u8>> = values.into_iter().map(Self::encoded).collect();
        self.list(id, Type::Struct, &values)
    }

    /// A list of values that are encoded already.
    pub(super) fn list(self, id: u8, kind: Type, values: &[Vec<u8>]) -> Self {
        let mut list = Vec::new();
        // Fifteen says that the count follows.
        let short = u8::try_from(values.len()).ok().filter(|count| *count < 15);
        list.push(short.unwrap_or(15) << 4 | kind as u8);
        if short.is_none() {
            list.extend(varint(values.len() as u64));
        }
        list.extend(values.iter().flatten());
        self.raw(id, Type::List, &list)
    }
}

pub(super) fn varint(mut value: u64) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(10);
    loop {
        let low = value.to_le_bytes()[0] & 0x7F;
        value >>= 7;
        if value == 0 {
            bytes.push(low);
            return bytes;
        }
        bytes.push(low | 0x80);
    }
}

pub(super) fn zigzag(value: i64) -> Vec<u8> {
    varint((value.cast_unsigned() << 1) ^ (value >> 63).cast_unsigned())
}

pub(super) fn binary(text: &str) -> Vec<u8> {
    let mut bytes = varint(text.len() as u64);
    bytes.extend_from_slice(text.as_bytes());
    bytes
}
