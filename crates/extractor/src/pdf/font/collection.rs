//! Character collections of Adobe: what the numbers of characters (CIDs) mean (ISO 32000-1 section 9.7.3).
//!
//! The fonts of East Asia often number their characters by a collection that everybody knows, and then say
//! nothing else of them. The tables lie beside this file (`collection/make.py` says where they come from),
//! compressed; one is opened when a font first needs it.

use dosimeter_content::Expose;

use crate::{
    capped::{Codec, decompress},
    run::Run,
};

/// A collection.
pub(super) struct Collection {
    /// The texts of all characters, one after the other.
    texts: String,
    /// Where the text of each character ends.
    ends: Vec<u32>,
    /// The number that a half-width space has or would have, where ASCII follows; a proportional one has 1.
    half_width: u32,
}

/// The collection that a font names as its ordering, if it is known.
pub(super) fn collection(run: &mut Run<'_>, ordering: &[u8]) -> Option<Collection> {
    let (packed, half_width): (&[u8], u32) = match ordering {
        b"Japan1" => (include_bytes!("collection/japan1.xz"), 231),
        b"GB1" => (include_bytes!("collection/gb1.xz"), 813),
        b"CNS1" => (include_bytes!("collection/cns1.xz"), 13_648),
        b"Korea1" => (include_bytes!("collection/korea1.xz"), 8094),
        b"KR" => (include_bytes!("collection/kr.xz"), 1),
        _ => return None,
    };
    let lines = decompress(run, Codec::Xz, packed);
    let mut collection = Collection { texts: String::new(), ends: Vec::new(), half_width };
    for line in std::str::from_utf8(lines.content.expose()).ok()?.lines() {
        collection.texts.push_str(line);
        collection.ends.push(u32::try_from(collection.texts.len()).ok()?);
    }
    Some(collection)
}

impl Collection {
    /// The text of a character; empty if it has none or is not in the collection.
    pub(super) fn text(&self, cid: u32) -> &str {
        let end = |index: u32| {
            self.ends.get(usize::try_from(index).ok()?).and_then(|end| usize::try_from(*end).ok())
        };
        let start = cid.checked_sub(1).map_or(Some(0), end);
        start.zip(end(cid)).and_then(|(start, end)| self.texts.get(start..end)).unwrap_or_default()
    }

    /// The numbers that a character of ASCII has: as wide as it is, and half as wide as all others.
    pub(super) fn ascii(&self, byte: u8) -> [u32; 2] {
        let offset = u32::from(byte.saturating_sub(b' '));
        [offset.saturating_add(1), offset.saturating_add(self.half_width)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Budget, run::collected};

    #[test]
    fn numbers_of_characters_mean_something() {
        let check = |ordering: &[u8], cid: u32, expected: &str| {
            collected(&Budget::default(), |run| {
                let collection = collection(run, ordering).unwrap();
                assert_eq!(collection.text(cid), expected, "{cid}");
                Ok(())
            });
        };
        // Adobe Technical Notes 5078, 5079, 5080, 5093.
        check(b"Japan1", 34, "A");
        check(b"Japan1", 231 + 33, "A");
        check(b"Japan1", 843, "あ");
        check(b"Japan1", 1_000_000, "");
        check(b"GB1", 813 + 33, "A");
        check(b"CNS1", 13_648 + 33, "A");
        check(b"Korea1", 8094 + 33, "A");
        check(b"KR", 34, "A");
    }
}
