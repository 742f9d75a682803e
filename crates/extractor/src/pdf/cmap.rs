//! Character maps: codes to Unicode (ISO 32000-1 section 9.10.3, Adobe Technical Note 5411), and codes to
//! the characters of a collection (section 9.7.5).

use super::lexer::{Lexer, Token};

/// A parsed character map. Ranges stay ranges, so that `<0000> <FFFFFFFF>` costs one entry.
#[derive(Debug, Default)]
pub(super) struct CMap {
    /// Sorted by start.
    ranges: Vec<Mapping>,
    /// Codes to numbers of characters (CIDs), sorted by start.
    cids: Vec<CidRange>,
    /// The lengths of codes that the code space names, in bytes.
    code_bytes: Vec<CodeSpace>,
}

#[derive(Debug)]
struct CidRange {
    from: u32,
    to: u32,
    cid: u32,
}

#[derive(Debug)]
struct Mapping {
    from: u32,
    to: u32,
    /// The text of the first code; the last character counts up.
    text: String,
}

#[derive(Debug)]
struct CodeSpace {
    bytes: usize,
    from: u32,
    to: u32,
}

/// Mappings that one map may hold: more than there are codes of two bytes.
const MAPPINGS_MAX: usize = 100_000;

/// Code spaces of one map, which are tried one after the other for each code: those of East Asia have four.
const CODE_SPACES_MAX: usize = 16;

impl CMap {
    /// Parses a map. What is malformed in it is left out. O(n log n).
    pub(super) fn parse(stream: &[u8]) -> Self {
        let mut map = Self::default();
        let mut operands: Vec<Operand> = Vec::new();
        let mut array: Option<Vec<Vec<u8>>> = None;
        for token in Lexer::new(stream) {
            match (token, &mut array) {
                (Token::ArrayStart, _) => array = Some(Vec::new()),
                (Token::ArrayEnd, open) => {
                    operands.extend(open.take().map(Operand::Array));
                }
                (Token::String(bytes), Some(open)) => open.push(bytes),
                (Token::String(bytes), None) => operands.push(Operand::Code(bytes)),
                (Token::Number(number), None) => operands.push(Operand::cid(number)),
                (Token::Operator(operator), _) => {
                    map.section(operator, &operands);
                    operands.clear();
                }
                _ => {}
            }
            let open = operands.len().max(array.as_ref().map_or(0, Vec::len));
            if map.ranges.len().max(map.cids.len()).max(open) > MAPPINGS_MAX {
                break;
            }
        }
        map.ranges.sort_by_key(|mapping| mapping.from);
        map.cids.sort_by_key(|range| range.from);
        map
    }

    fn section(&mut self, operator: &[u8], operands: &[Operand]) {
        match operator {
            b"endcodespacerange" => {
                for pair in operands.chunks_exact(2) {
                    if let [Operand::Code(from), Operand::Code(to)] = pair {
                        let space = CodeSpace {
                            bytes: from.len().clamp(1, 4),
                            from: value(from),
                            to: value(to),
                        };
                        self.code_bytes.push(space);
                    }
                }
                self.code_bytes.truncate(CODE_SPACES_MAX);
            }
            b"endbfchar" => {
                for pair in operands.chunks_exact(2) {
                    if let [Operand::Code(code), Operand::Code(text)] = pair {
                        self.push(value(code), value(code), text);
                    }
                }
            }
            b"endbfrange" => {
                for triple in operands.chunks_exact(3) {
                    self.range(triple);
                }
            }
            b"endcidchar" => {
                for pair in operands.chunks_exact(2) {
                    if let [Operand::Code(code), Operand::Cid(cid)] = pair {
                        let code = value(code);
                        self.cids.push(CidRange { from: code, to: code, cid: *cid });
                    }
                }
            }
            b"endcidrange" => {
                for triple in operands.chunks_exact(3) {
                    if let [Operand::Code(from), Operand::Code(to), Operand::Cid(cid)] = triple {
                        let (from, to) = (value(from), value(to));
                        self.cids.push(CidRange { from, to, cid: *cid });
                    }
                }
            }
            _ => {}
        }
    }

    fn range(&mut self, triple: &[Operand]) {
        match triple {
            [Operand::Code(from), Operand::Code(to), Operand::Code(text)] => {
                self.push(value(from), value(to), text);
            }
            [Operand::Code(from), Operand::Code(_), Operand::Array(texts)] => {
                for (code, text) in (value(from)..).zip(texts) {
                    self.push(code, code, text);
                }
            }
            _ => {}
        }
    }

    fn push(&mut self, from: u32, to: u32, utf16: &[u8]) {
        let units = utf16.chunks_exact(2).filter_map(|pair| pair.try_into().ok());
        let text: String = match utf16 {
            // One byte instead of two occurs.
            [single] => char::from(*single).to_string(),
            _ => char::decode_utf16(units.map(u16::from_be_bytes)).flatten().take(64).collect(),
        };
        if from <= to && !text.is_empty() {
            self.ranges.push(Mapping { from, to, text });
        }
    }

    /// Whether the map maps anything.
    pub(super) fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    /// Appends the text of a code; says whether it has one. O(log n).
    pub(super) fn write(&self, code: u32, output: &mut String) -> bool {
        let after = self.ranges.partition_point(|mapping| mapping.from <= code);
        // Ranges may overlap; of those that start before the code, the nearest counts.
        let Some(mapping) = after.checked_sub(1).and_then(|index| self.ranges.get(index)) else {
            return false;
        };
        let Some(offset) = code.checked_sub(mapping.from).filter(|_| code <= mapping.to) else {
            return false;
        };
        let mut characters = mapping.text.chars();
        let last = characters.next_back();
        output.push_str(characters.as_str());
        let counted = last.and_then(|last| char::from_u32(u32::from(last).checked_add(offset)?));
        output.extend(counted);
        counted.is_some()
    }

    /// Whether the map numbers characters.
    pub(super) fn has_cids(&self) -> bool {
        !self.cids.is_empty()
    }

    /// The number of the character that a code stands for. O(log n).
    pub(super) fn cid(&self, code: u32) -> Option<u32> {
        let after = self.cids.partition_point(|range| range.from <= code);
        let range = self.cids.get(after.checked_sub(1)?)?;
        let offset = code.checked_sub(range.from).filter(|_| code <= range.to)?;
        range.cid.checked_add(offset)
    }

    /// How many bytes the code at the start of `bytes` has: as the code space says, else `default`.
    pub(super) fn code_len(&self, bytes: &[u8], default: usize) -> usize {
        for length in 1..=4 {
            let Some(code) = bytes.get(..length).map(value) else { break };
            let is_in = |space: &CodeSpace| {
                space.bytes == length && (space.from..=space.to).contains(&code)
            };
            if self.code_bytes.iter().any(is_in) {
                return length;
            }
        }
        default
    }
}

enum Operand {
    Code(Vec<u8>),
    Array(Vec<Vec<u8>>),
    Cid(u32),
}

impl Operand {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "saturates, and there are no such characters"
    )]
    fn cid(number: f64) -> Self {
        Self::Cid(number as u32)
    }
}

/// A code of one to four bytes, big-endian.
pub(super) fn value(bytes: &[u8]) -> u32 {
    bytes.iter().take(4).fold(0, |value, byte| value << 8 | u32::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_ranges_and_lists_are_mapped() {
        let map = CMap::parse(
            b"1 begincodespacerange <00> <7F> endcodespacerange
              2 beginbfchar <01> <0041> <02> <00660069> endbfchar
              2 beginbfrange <10> <1F> <0061> <20> <21> [<0078> <D83DDE00>] endbfrange
              1 beginbfrange <0100> <FFFFFFFF> <0000> endbfrange",
        );
        let check = |code: u32, expected: &str| {
            let mut text = String::new();
            map.write(code, &mut text);
            assert_eq!(text, expected, "{code}");
        };
        check(1, "A");
        check(2, "fi");
        check(0x12, "c");
        check(0x20, "x");
        check(0x21, "\u{1f600}");
        check(0x0100 + 0x42, "B");
        check(3, "");
        assert_eq!(map.code_len(b"\x41\x00", 2), 1);
        assert_eq!(map.code_len(b"\xff\x00", 2), 2);
    }

    #[test]
    fn characters_of_a_collection_are_numbered() {
        let map = CMap::parse(
            b"1 begincodespacerange <0000> <FFFF> endcodespacerange
              1 begincidchar <0041> 34 endcidchar
              1 begincidrange <8140> <817E> 633 endcidrange",
        );
        assert!(map.has_cids() && map.is_empty());
        assert_eq!(map.cid(0x41), Some(34));
        assert_eq!(map.cid(0x8142), Some(635));
        assert_eq!(map.cid(0x817f), None);
    }
}
