//! Outlook messages ([MS-OXMSG]): one stream for each property, one storage for each recipient and
//! attachment.

use std::collections::BTreeSet;

use dosimeter_content::{Content, Expose};
use dosimeter_record::{GapReason, Locator};
use encoding_rs::{Encoding, UTF_16LE};

use super::container::{Compound, Entry};
use crate::{
    Hint, charset, dispatch, html,
    run::{Read, Run, Stop},
    text,
};

/// How streams of properties start, and attachments.
pub(super) const PROPERTY: &str = "__substg1.0_";
const ATTACHMENT: &str = "__attach_version1.0_";
const RECIPIENT: &str = "__recip_version1.0_";
const PROPERTIES: &str = "__properties_version1.0";

/// Properties that are not lines of a header ([MS-OXPROPS]).
const BODY: u16 = 0x1000;
const BODY_HTML: u16 = 0x1013;
const BODY_RTF: u16 = 0x1009;
const DATA: u16 = 0x3701;
const FILE_NAME: u16 = 0x3704;
const LONG_FILE_NAME: u16 = 0x3707;

/// Messages within messages; real ones stand a handful deep.
const DEPTH_MAX: usize = 16;

/// A stream that holds a property.
struct Property<'c> {
    tag: u16,
    kind: Kind,
    entry: &'c Entry,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Narrow,
    Wide,
    Binary,
}

/// Reads the message in a storage.
pub(super) fn read(run: &mut Run<'_>, file: &Compound<'_>, storage: usize) -> Read {
    read_at(run, file, storage, DEPTH_MAX)
}

fn read_at(run: &mut Run<'_>, file: &Compound<'_>, storage: usize, depth: usize) -> Read {
    let Some(depth) = depth.checked_sub(1) else { return Err(Stop(GapReason::TooDeep)) };
    let encoding = code_page(run, file, storage);
    header(run, file, storage, encoding)?;
    for (index, _) in file.children(storage).filter(|(_, entry)| is_storage(entry, RECIPIENT)) {
        header(run, file, index, encoding)?;
    }
    body(run, file, storage, encoding)?;
    let attachments = file.children(storage).filter(|(_, entry)| is_storage(entry, ATTACHMENT));
    for (number, (index, _)) in (1..).zip(attachments) {
        run.spend_entry()?;
        run.inside(number, |run| attachment(run, file, index, encoding, depth));
    }
    Ok(())
}

fn is_storage(entry: &Entry, prefix: &str) -> bool {
    !entry.is_stream && entry.name.starts_with(prefix)
}

/// The properties of a storage that are strings or bytes.
fn properties<'c>(file: &'c Compound<'_>, storage: usize) -> impl Iterator<Item = Property<'c>> {
    file.children(storage).filter_map(|(_, entry)| {
        let digits = entry.name.strip_prefix(PROPERTY).filter(|_| entry.is_stream)?;
        let number = |digits: Option<&str>| u16::from_str_radix(digits?, 16).ok();
        let kind = match number(digits.get(4..8))? & 0x0fff {
            0x1e => Kind::Narrow,
            0x1f => Kind::Wide,
            0x102 => Kind::Binary,
            _ => return None,
        };
        Some(Property { tag: number(digits.get(..4))?, kind, entry })
    })
}

fn open(run: &mut Run<'_>, file: &Compound<'_>, entry: &Entry) -> Read<Content> {
    let (content, end) = file.open(run, entry);
    // A property that is cut is read as far as it goes; running out of budget ends the message.
    match end {
        Ok(()) | Err(Stop(GapReason::Malformed)) => Ok(content),
        Err(stop) => Err(stop),
    }
}

/// The charset of narrow strings, from the fixed properties (that of the message, or that of the internet).
fn code_page(run: &mut Run<'_>, file: &Compound<'_>, storage: usize) -> &'static Encoding {
    let page = file.find(storage, PROPERTIES).and_then(|entry| {
        let (content, _) = file.open(run, entry);
        let records = content.expose().get(8..)?.as_chunks::<8>().0.to_vec();
        let pages = records.windows(2).filter_map(|pair| match pair {
            [[3, 0, low, high, ..], [a, b, ..]] => {
                let tag = u16::from_le_bytes([*low, *high]);
                matches!(tag, 0x3ffd | 0x3fde).then_some(u16::from_le_bytes([*a, *b]))
            }
            _ => None,
        });
        pages.into_iter().next()
    });
    charset::of_code_page(page.unwrap_or(1252))
}

/// Writes all strings but the bodies: subject, people, transport headers, and what others put there.
fn header(
    run: &mut Run<'_>,
    file: &Compound<'_>,
    storage: usize,
    encoding: &'static Encoding,
) -> Read {
    let slot = run.open(run.part("header"));
    let mut seen: BTreeSet<String> = BTreeSet::new();
    for property in properties(file, storage) {
        if property.kind == Kind::Binary || matches!(property.tag, BODY | BODY_HTML | BODY_RTF) {
            continue;
        }
        let content = open(run, file, property.entry)?;
        let text = string(content.expose(), property.kind, encoding);
        // Sender and sender's representative and so on are mostly the same.
        let text = text.trim_matches('\0').trim();
        if !text.is_empty() && seen.insert(text.to_owned()) {
            run.write(slot, text)?;
            run.end_line(slot)?;
        }
    }
    Ok(())
}

fn string(bytes: &[u8], kind: Kind, encoding: &'static Encoding) -> String {
    let encoding = if kind == Kind::Wide { UTF_16LE } else { encoding };
    encoding.decode_without_bom_handling(bytes).0.into_owned()
}

fn body(
    run: &mut Run<'_>,
    file: &Compound<'_>,
    storage: usize,
    encoding: &'static Encoding,
) -> Read {
    let mut has_html = false;
    let mut formatted = None;
    for property in properties(file, storage) {
        match (property.tag, property.kind) {
            (BODY, kind) if kind != Kind::Binary => {
                let content = open(run, file, property.entry)?;
                let text = string(content.expose(), kind, encoding);
                run.segment(Locator { line: Some(1), ..run.part("body") }, &text)?;
            }
            (BODY_HTML, kind) => {
                let content = open(run, file, property.entry)?;
                has_html = true;
                let page = match kind {
                    Kind::Wide => string(content.expose(), kind, encoding).into(),
                    _ => text::decode_lossy(content.expose()),
                };
                html::read(run, &page)?;
            }
            (BODY_RTF, Kind::Binary) => formatted = Some(property.entry),
            _ => {}
        }
    }
    match formatted {
        // Beside HTML it repeats the same words.
        Some(entry) if !has_html => {
            let content = open(run, file, entry)?;
            super::formatted_body(run, content.expose())
        }
        _ => Ok(()),
    }
}

fn attachment(
    run: &mut Run<'_>,
    file: &Compound<'_>,
    storage: usize,
    encoding: &'static Encoding,
    depth: usize,
) -> Read {
    header(run, file, storage, encoding)?;
    let mut name = String::new();
    for property in properties(file, storage) {
        if property.tag == LONG_FILE_NAME || property.tag == FILE_NAME && name.is_empty() {
            let content = open(run, file, property.entry)?;
            name = string(content.expose(), property.kind, encoding);
        }
    }
    // A message or an object within: a storage instead of a stream.
    let nested = file
        .children(storage)
        .find(|(_, entry)| !entry.is_stream && entry.name.starts_with("__substg1.0_3701"));
    if let Some((index, _)) = nested {
        return if file.children(index).any(|(_, entry)| entry.name.starts_with(PROPERTY)) {
            read_at(run, file, index, depth)
        } else {
            super::read_storage(run, file, index).map(drop)
        };
    }
    for property in properties(file, storage) {
        if property.tag == DATA && property.kind == Kind::Binary {
            let (content, end) = file.open(run, property.entry);
            let hint = Hint { name: Some(name.trim_matches('\0')), media_type: None };
            dispatch::read(run, content.expose(), hint);
            end?;
        }
    }
    Ok(())
}
