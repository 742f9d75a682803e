//! Cabinets of Windows ([MS-CAB]): folders of blocks that are compressed one after the other, and files that are
//! pieces of folders.

use std::collections::BTreeMap;

use dosimeter_content::Expose;
use dosimeter_record::GapReason;

use super::{cut, entry};
use crate::{
    capped::{self, Block, Blocks},
    cursor::Cursor,
    run::{Read, Run, Stop},
    text,
};

pub(crate) const MAGIC: &[u8] = b"MSCF\0\0\0\0";

struct Folder {
    data_offset: usize,
    blocks: usize,
    compression: u16,
    /// How many bytes of others stand in each block's header.
    reserved: usize,
}

struct File<'a> {
    folder: usize,
    offset: usize,
    length: usize,
    name: &'a [u8],
    is_utf8: bool,
}

/// Reads the files, folder by folder, so that each is decompressed once.
pub(crate) fn read(run: &mut Run<'_>, bytes: &[u8]) -> Read {
    let (folders, files, file_count) = parse(bytes).ok_or(Stop(GapReason::Malformed))?;
    let mut by_folder: BTreeMap<usize, Vec<(u32, &File<'_>)>> = BTreeMap::new();
    for (number, file) in (1..).zip(&files) {
        by_folder.entry(file.folder).or_default().push((number, file));
    }
    let mut end = Ok(());
    // Folders share no blocks, so all together are no longer than the file.
    let mut bytes_left = bytes.len();
    for (index, own) in by_folder {
        let Some(folder) = folders.get(index) else { continue };
        let Some(method) = method(folder.compression) else {
            end = Err(Stop(GapReason::Unsupported));
            continue;
        };
        let data = capped::blocks(run, method, &blocks(bytes, folder, &mut bytes_left));
        for (number, file) in own {
            let rest = data.content.expose().get(file.offset..).unwrap_or_default();
            let (part, whole) = cut(rest, file.length);
            let name = if file.is_utf8 {
                String::from_utf8_lossy(file.name)
            } else {
                text::decode_lossy(file.name)
            };
            entry(run, number, &name, part, whole)?;
        }
        end = end.and(data.end);
    }
    // Files that go on in another cabinet, or come from one, belong to no folder of this one.
    let is_whole =
        files.len() == file_count && files.iter().all(|file| file.folder < folders.len());
    end.and(if is_whole { Ok(()) } else { Err(Stop(GapReason::Malformed)) })
}

/// What undoes a folder's compression; Quantum has no published description.
fn method(compression: u16) -> Option<Blocks> {
    match compression & 0xf {
        0 => Some(Blocks::Stored),
        1 => Some(Blocks::MsZip),
        3 => Some(Blocks::Lzx { window_bits: compression >> 8 & 0x1f }),
        _ => None,
    }
}

/// Folders, files as far as they are there, and how many there should be (2.1 to 2.3).
fn parse(bytes: &[u8]) -> Option<(Vec<Folder>, Vec<File<'_>>, usize)> {
    let mut cursor = Cursor::at(bytes, 16)?;
    let files_offset = usize::try_from(cursor.u32_le()?).ok()?;
    cursor.skip(6)?;
    let folder_count = cursor.u16_le()?;
    let file_count = cursor.u16_le()?;
    let flags = cursor.u16_le()?;
    cursor.skip(4)?;
    let (mut of_folder, mut of_data) = (0, 0);
    if flags & 4 != 0 {
        let of_header = cursor.u16_le()?;
        of_folder = usize::from(cursor.u8()?);
        of_data = usize::from(cursor.u8()?);
        cursor.skip(usize::from(of_header))?;
    }
    for flag in [1, 2] {
        if flags & flag != 0 {
            // The name of the cabinet before or after this one, and of its disk.
            cursor.until_zero()?;
            cursor.until_zero()?;
        }
    }
    let mut folders = Vec::new();
    for _ in 0..folder_count {
        let data_offset = usize::try_from(cursor.u32_le()?).ok()?;
        let blocks = usize::from(cursor.u16_le()?);
        let compression = cursor.u16_le()?;
        cursor.skip(of_folder)?;
        folders.push(Folder { data_offset, blocks, compression, reserved: of_data });
    }
    let mut cursor = Cursor::at(bytes, files_offset)?;
    let files = (0..file_count).map_while(|_| file(&mut cursor)).collect();
    Some((folders, files, usize::from(file_count)))
}

fn file<'a>(cursor: &mut Cursor<'a>) -> Option<File<'a>> {
    let length = usize::try_from(cursor.u32_le()?).ok()?;
    let offset = usize::try_from(cursor.u32_le()?).ok()?;
    let folder = usize::from(cursor.u16_le()?);
    cursor.skip(4)?;
    let is_utf8 = cursor.u16_le()? & 0x80 != 0;
    Some(File { folder, offset, length, name: cursor.until_zero()?, is_utf8 })
}

/// The blocks of a folder (2.4), as many as there are.
fn blocks<'a>(bytes: &'a [u8], folder: &Folder, bytes_left: &mut usize) -> Vec<Block<'a>> {
    let Some(mut cursor) = Cursor::at(bytes, folder.data_offset) else { return Vec::new() };
    let mut block = |cursor: &mut Cursor<'a>| {
        let before = cursor.rest().len();
        cursor.skip(4)?;
        let length = usize::from(cursor.u16_le()?);
        let length_plain = usize::from(cursor.u16_le()?);
        cursor.skip(folder.reserved)?;
        let data = cursor.take(length)?;
        *bytes_left = bytes_left.checked_sub(before.saturating_sub(cursor.rest().len()))?;
        Some(Block { data, length_plain })
    };
    (0..folder.blocks).map_while(|_| block(&mut cursor)).collect()
}
