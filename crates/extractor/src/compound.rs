//! Compound files ([MS-CFB]): the older Office formats, Outlook messages, encrypted documents, macros.
//!
//! What a storage holds is decided by the names of its streams. Storages within it (embedded documents)
//! are read the same way; streams that nothing here knows are read as strings.

mod container;
mod document;
mod hangul;
mod macros;
mod message;
mod presentation;
mod properties;
mod rtf_body;
pub(crate) mod workbook;

use dosimeter_content::Expose;
use dosimeter_record::GapReason;

pub(crate) use self::container::MAGIC;
use self::container::{Compound, Entry};
use crate::{
    FileKind, Hint,
    cursor::Cursor,
    dispatch,
    run::{Read, Run, Stop},
    strings, text,
};

/// Reads the file; says what it is.
pub(crate) fn read(run: &mut Run<'_>, bytes: &[u8], kind: &mut FileKind) -> Read {
    let Some(file) = Compound::new(bytes) else {
        strings::read(run, bytes)?;
        return Err(Stop(GapReason::Malformed));
    };
    match read_storage(run, &file, 0) {
        Ok(of_root) => *kind = of_root,
        Err(Stop(GapReason::Malformed)) => {
            // What the damage left.
            strings::read(run, bytes)?;
            return Err(Stop(GapReason::Malformed));
        }
        Err(stop) => return Err(stop),
    }
    Ok(())
}

/// Streams by which a storage is known, and how it is read.
const KINDS: [(&str, FileKind, Reader); 5] = [
    (document::STREAM, FileKind::Doc, document::read),
    (workbook::STREAMS[0], FileKind::Xls, workbook::read),
    (workbook::STREAMS[1], FileKind::Xls, workbook::read),
    (presentation::STREAM, FileKind::Ppt, presentation::read),
    (hangul::STREAM, FileKind::Hwp, hangul::read),
];

type Reader = fn(&mut Run<'_>, &Compound<'_>, usize) -> Read;

/// Streams that say that their file is encrypted: Office's, and rights management's.
const ENCRYPTED: [&str; 3] = ["EncryptedPackage", "\u{9}DRMContent", "\u{9}DRMViewerContent"];

/// Reads what a storage holds, and the storages within it.
fn read_storage(run: &mut Run<'_>, file: &Compound<'_>, storage: usize) -> Read<FileKind> {
    if ENCRYPTED.iter().any(|name| file.find(storage, name).is_some()) {
        return Err(Stop(GapReason::Encrypted));
    }
    let is_message =
        file.children(storage).any(|(_, entry)| entry.name.starts_with(message::PROPERTY));
    if is_message {
        message::read(run, file, storage)?;
        return Ok(FileKind::Msg);
    }
    let known = KINDS.iter().find(|(stream, _, _)| file.find(storage, stream).is_some());
    let kind = known.map_or(FileKind::Compound, |(_, kind, _)| *kind);
    if let Some((_, _, read)) = known {
        read(run, file, storage)?;
    }
    let mut number = 0_u32;
    for (index, _) in within(file, storage) {
        number = number.saturating_add(1);
        run.spend_entry()?;
        let Some(entry) = file.entries.get(index) else { continue };
        let holds_document = !entry.is_stream
            && KINDS.iter().any(|(stream, _, _)| file.find(index, stream).is_some());
        if holds_document {
            run.inside(number, |run| read_storage(run, file, index).map(drop));
        } else if entry.is_stream {
            run.contain(run.place(), |run| stream(run, file, entry, number, kind));
        }
    }
    // Macros and embedded objects are read; what else a storage of no known kind holds is not.
    let is_known = kind != FileKind::Compound
        || file.find_storage(storage, "VBA").is_some()
        || EMBEDDED.iter().any(|name| file.find(storage, name).is_some());
    if is_known { Ok(kind) } else { Err(Stop(GapReason::Unsupported)) }
}

/// Everything below a storage that is not below an embedded document.
fn within<'c>(file: &'c Compound<'_>, storage: usize) -> Vec<(usize, &'c Entry)> {
    let mut found = Vec::new();
    let mut open = vec![storage];
    let mut seen = vec![false; file.entries.len()];
    while let Some(parent) = open.pop() {
        for (index, entry) in file.children(parent) {
            if std::mem::replace(seen.get_mut(index).unwrap_or(&mut true), true) {
                continue;
            }
            found.push((index, entry));
            let is_document = KINDS.iter().any(|(name, _, _)| file.find(index, name).is_some());
            if !entry.is_stream && !is_document {
                open.push(index);
            }
        }
    }
    found
}

/// Streams of the formats above, and streams that hold no text.
const READ_ELSEWHERE: [&str; 12] = [
    document::STREAM,
    workbook::STREAMS[0],
    workbook::STREAMS[1],
    presentation::STREAM,
    "0Table",
    "1Table",
    "Current User",
    "Data",
    "Pictures",
    "\u{1}CompObj",
    "\u{1}Ole",
    "\u{3}ObjInfo",
];

/// Streams that hold a whole embedded file.
const EMBEDDED: [&str; 3] = ["Package", "CONTENTS", "\u{1}Ole10Native"];

/// One stream beside the main ones.
fn stream(
    run: &mut Run<'_>,
    file: &Compound<'_>,
    entry: &Entry,
    number: u32,
    kind: FileKind,
) -> Read {
    let is_read = READ_ELSEWHERE.contains(&entry.name.as_str()) && kind != FileKind::Compound;
    if is_read || entry.length == 0 {
        return Ok(());
    }
    let parent = file.entries.get(entry.parent).map_or("", |parent| parent.name.as_str());
    if parent == "_SX_DB_CUR" {
        return Ok(());
    }
    // Beside the text, Hangul keeps compressed tables and a preview of what is read.
    if kind == FileKind::Hwp && entry.name != hangul::SUMMARY {
        return Ok(());
    }
    let (content, end) = file.open(run, entry);
    let bytes = content.expose();
    match entry.name.as_str() {
        "\u{5}SummaryInformation" | "\u{5}DocumentSummaryInformation" | hangul::SUMMARY => {
            properties::read(run, bytes)?;
        }
        "Package" | "CONTENTS" => run.inside(number, |run| {
            dispatch::read(run, bytes, Hint::default());
            Ok(())
        }),
        "\u{1}Ole10Native" => run.inside(number, |run| native(run, bytes)),
        _ if parent.eq_ignore_ascii_case("VBA") => macros::read(run, bytes)?,
        _ => strings::read(run, bytes)?,
    }
    end
}

/// Reads a formatted body as Outlook compresses it.
pub(crate) fn formatted_body(run: &mut Run<'_>, bytes: &[u8]) -> Read {
    let document = rtf_body::decompress(run, bytes)?;
    crate::rtf::read(run, document.expose())
}

/// A file that was dropped into a document ([MS-OLEDS] 2.3.6): names, then the bytes.
pub(crate) fn native(run: &mut Run<'_>, bytes: &[u8]) -> Read {
    let mut cursor = Cursor::new(bytes);
    let parsed = (|| {
        cursor.skip(6)?;
        let label = cursor.until_zero()?;
        let path = cursor.until_zero()?;
        cursor.skip(4)?;
        let length = cursor.u32_le()?;
        cursor.skip(usize::try_from(length).ok()?)?;
        let length = usize::try_from(cursor.u32_le()?).ok()?;
        let rest = cursor.rest();
        Some((label, path, rest.get(..length).unwrap_or(rest)))
    })();
    let Some((label, path, data)) = parsed else {
        dispatch::read(run, bytes.get(4..).unwrap_or_default(), Hint::default());
        return Ok(());
    };
    let name = text::decode_lossy(label);
    run.segment(run.part("name"), &format!("{name}\n{}", text::decode_lossy(path)))?;
    dispatch::read(run, data, Hint { name: Some(&name), media_type: None });
    Ok(())
}
