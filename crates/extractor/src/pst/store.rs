//! The lower layer of a mail store ([MS-PST] 2.2): pages that make two trees, one of nodes and one of blocks
//! of data.

use std::collections::{BTreeMap, BTreeSet};

use dosimeter_content::{Content, Expose};
use dosimeter_record::GapReason;

use super::permute;
use crate::{
    capped::{self, Codec},
    cursor::Cursor,
    run::{Read, Run, Stop},
};

/// A mail store.
pub(super) struct Store<'a> {
    bytes: &'a [u8],
    shape: Shape,
    is_permuted: bool,
    blocks: BTreeMap<u64, Block>,
    /// The nodes, in the order of their ids.
    pub(super) nodes: Vec<Node>,
}

/// Something that has properties: a folder, a message, an attachment.
#[derive(Clone, Copy)]
pub(super) struct Node {
    pub(super) id: u32,
    /// The block that its properties are in, or a list of such blocks.
    pub(super) data: u64,
    /// The block that lists the nodes within it; 0 if there are none.
    pub(super) within: u64,
}

/// Where a block stands.
#[derive(Clone, Copy)]
struct Block {
    offset: usize,
    length: u16,
    /// Its length before compression, which only the largest shape knows.
    plain_length: u16,
}

/// What differs between the versions of the format.
#[derive(Clone, Copy)]
struct Shape {
    is_wide: bool,
    page_bytes: usize,
    /// Where the places of the two trees stand in the header.
    roots: [usize; 2],
    /// Where the way of encoding stands in the header.
    encoding: usize,
    /// Where the number of entries stands in a page.
    count: usize,
}

const ANSI: Shape =
    Shape { is_wide: false, page_bytes: 512, roots: [188, 196], encoding: 461, count: 496 };
const UNICODE: Shape =
    Shape { is_wide: true, page_bytes: 512, roots: [224, 240], encoding: 513, count: 488 };
/// Outlook 2013 and later, for its own caches.
const LARGE: Shape =
    Shape { is_wide: true, page_bytes: 4096, roots: [224, 240], encoding: 513, count: 4056 };

/// Blocks that one list of blocks may name: 25 MB have 3 000.
const LISTED_MAX: usize = 100_000;

impl<'a> Store<'a> {
    /// Reads the header and both trees; what is damaged in them is left out.
    pub(super) fn open(run: &mut Run<'_>, bytes: &'a [u8]) -> Read<Self> {
        let broken = Stop(GapReason::Malformed);
        let version = Cursor::at(bytes, 10).and_then(|mut cursor| cursor.u16_le()).ok_or(broken)?;
        let shape = match version {
            14 | 15 => ANSI,
            36.. => LARGE,
            _ => UNICODE,
        };
        let is_permuted = match bytes.get(shape.encoding) {
            Some(0) => false,
            Some(1) => true,
            // The encoding by rotors needs a key, if a well-known one.
            _ => return Err(Stop(GapReason::Unsupported)),
        };
        let mut store = Self { bytes, shape, is_permuted, blocks: BTreeMap::new(), nodes: vec![] };
        let [nodes, blocks] = shape.roots.map(|at| {
            let mut cursor = Cursor::at(bytes, at)?;
            shape.number(&mut cursor)
        });
        let mut found = BTreeMap::new();
        store.walk(run, blocks.ok_or(broken)?, |shape, entry| {
            let id = shape.number(entry)?;
            let offset = usize::try_from(shape.number(entry)?).ok()?;
            let length = entry.u16_le()?;
            found.insert(id & !1, Block { offset, length, plain_length: entry.u16_le()? });
            Some(())
        })?;
        store.blocks = found;
        let mut listed = Vec::new();
        store.walk(run, nodes.ok_or(broken)?, |shape, entry| {
            listed.push(shape.node(entry)?);
            Some(())
        })?;
        store.nodes = listed;
        Ok(store)
    }

    /// Visits the entries of the leaves below a page (2.2.2.7.7), each page once.
    fn walk(
        &self,
        run: &mut Run<'_>,
        root: u64,
        mut visit: impl FnMut(Shape, &mut Cursor<'_>) -> Option<()>,
    ) -> Read {
        let mut open = vec![root];
        let mut seen = BTreeSet::new();
        while let Some(offset) = open.pop() {
            run.tick()?;
            let Some(page) = self.page(offset).filter(|_| seen.insert(offset)) else { continue };
            let mut below = Vec::new();
            for entry in page.entries.chunks_exact(page.entry_bytes).take(page.count) {
                let mut cursor = Cursor::new(entry);
                if page.level == 0 {
                    visit(self.shape, &mut cursor);
                } else {
                    let key_and_id =
                        [self.shape.number(&mut cursor), self.shape.number(&mut cursor)];
                    below
                        .extend(self.shape.number(&mut cursor).filter(|_| key_and_id[1].is_some()));
                }
            }
            open.extend(below.into_iter().rev());
        }
        Ok(())
    }

    fn page(&self, offset: u64) -> Option<Page<'a>> {
        let at = usize::try_from(offset).ok()?;
        let page = self.bytes.get(at..)?.get(..self.shape.page_bytes)?;
        let mut cursor = Cursor::at(page, self.shape.count)?;
        let is_large = self.shape.page_bytes > 512;
        let mut count =
            || if is_large { cursor.u16_le() } else { cursor.u8().map(u16::from) }.map(usize::from);
        let (entries, _room) = (count()?, count()?);
        let entry_bytes = usize::from(cursor.u8()?).max(1);
        let level = cursor.u8()?;
        Some(Page { entries: page.get(..self.shape.count)?, count: entries, entry_bytes, level })
    }

    /// The data of a block.
    pub(super) fn block(&self, run: &mut Run<'_>, id: u64) -> Read<Content> {
        run.tick()?;
        let broken = Stop(GapReason::Malformed);
        let block = self.blocks.get(&(id & !1)).ok_or(broken)?;
        let rest = self.bytes.get(block.offset..).unwrap_or_default();
        let data = rest.get(..usize::from(block.length)).ok_or(broken)?;
        let is_compressed = self.shape.page_bytes > 512
            && !matches!(block.plain_length, 0)
            && block.plain_length != block.length;
        if is_compressed {
            let plain = capped::decompress(run, Codec::Zlib, data);
            return plain.end.map(|()| plain.content);
        }
        run.spend_expansion(data.len())?;
        // Lists of blocks and of nodes are never encoded.
        let is_encoded = self.is_permuted && id & 2 == 0;
        Ok(Content::from(if is_encoded { permute::decode(data) } else { data.to_vec() }))
    }

    /// The blocks of data that an id stands for: itself, or those that its lists name (2.2.2.8.3.2).
    pub(super) fn data(&self, run: &mut Run<'_>, id: u64) -> Read<Vec<u64>> {
        let mut found = Vec::new();
        let mut open = vec![(id, 0)];
        while let Some((id, depth)) = open.pop() {
            if id & 2 == 0 {
                found.push(id);
                continue;
            }
            if depth > 2 || found.len().saturating_add(open.len()) > LISTED_MAX {
                return Err(Stop(GapReason::Malformed));
            }
            let list = self.block(run, id)?;
            let mut cursor = Cursor::at(list.expose(), 2).ok_or(Stop(GapReason::Malformed))?;
            let count = cursor.u16_le().unwrap_or_default();
            cursor.skip(4);
            let ids: Vec<u64> = (0..count).map_while(|_| self.shape.number(&mut cursor)).collect();
            open.extend(ids.into_iter().rev().map(|id| (id, depth + 1)));
        }
        Ok(found)
    }

    /// The nodes within a node (2.2.2.8.3.3).
    pub(super) fn within(&self, run: &mut Run<'_>, id: u64) -> Read<Vec<Node>> {
        let mut found = Vec::new();
        let mut open = vec![(id, 0)];
        while let Some((id, depth)) = open.pop() {
            if id == 0 || depth > 1 {
                continue;
            }
            let list = self.block(run, id)?;
            let mut cursor = Cursor::at(list.expose(), 1).ok_or(Stop(GapReason::Malformed))?;
            let level = cursor.u8().unwrap_or_default();
            let count = cursor.u16_le().unwrap_or_default();
            if self.shape.is_wide {
                cursor.skip(4);
            }
            for _ in 0..count {
                if level == 0 {
                    let Some(node) = self.shape.node(&mut cursor) else { break };
                    found.push(node);
                } else {
                    self.shape.number(&mut cursor);
                    let Some(below) = self.shape.number(&mut cursor) else { break };
                    open.push((below, depth + 1));
                }
            }
        }
        Ok(found)
    }
}

/// A page of a tree.
struct Page<'a> {
    entries: &'a [u8],
    count: usize,
    entry_bytes: usize,
    /// 0 is a leaf.
    level: u8,
}

impl Shape {
    fn number(self, cursor: &mut Cursor<'_>) -> Option<u64> {
        if self.is_wide { cursor.u64_le() } else { cursor.u32_le().map(u64::from) }
    }

    fn node(self, cursor: &mut Cursor<'_>) -> Option<Node> {
        let id = u32::try_from(self.number(cursor)? & 0xffff_ffff).ok()?;
        Some(Node { id, data: self.number(cursor)?, within: self.number(cursor)? })
    }
}
