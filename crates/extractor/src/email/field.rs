//! The header fields of a message or a part (RFC 5322 section 2.2).

/// The fields at the start of some bytes, up to the empty line that ends them.
pub(super) struct Fields<'a> {
    rest: &'a [u8],
    is_done: bool,
}

/// One field, with the lines that continue it.
pub(super) struct Field<'a> {
    /// Empty for a line that is none.
    pub(super) name: &'a [u8],
    /// With its line ends.
    pub(super) value: &'a [u8],
}

impl<'a> Fields<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, is_done: false }
    }

    /// What follows the fields that were asked for.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.rest
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = Field<'a>;

    fn next(&mut self) -> Option<Field<'a>> {
        if self.is_done || self.rest.is_empty() {
            return None;
        }
        let mut length = line_bytes(self.rest);
        if matches!(self.rest.get(..length), Some(b"\n" | b"\r\n")) {
            self.is_done = true;
            self.rest = self.rest.get(length..).unwrap_or_default();
            return None;
        }
        while let Some(after) = self.rest.get(length..)
            && matches!(after.first(), Some(b' ' | b'\t'))
        {
            length = length.saturating_add(line_bytes(after));
        }
        let (field, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        let first = field.get(..line_bytes(field)).unwrap_or_default();
        let colon = first.iter().position(|&byte| byte == b':');
        let (name, value) = field.split_at_checked(colon.unwrap_or(0))?;
        Some(Field { name: name.trim_ascii(), value: value.strip_prefix(b":").unwrap_or(value) })
    }
}

/// The length of the first line, with its end.
fn line_bytes(bytes: &[u8]) -> usize {
    bytes.iter().position(|&byte| byte == b'\n').map_or(bytes.len(), |end| end.saturating_add(1))
}
