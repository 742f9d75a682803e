//! Outlook's mail stores ([MS-PST]): folders, messages and attachments, each a node with a heap of values.
//!
//! What a value means stands in tables that are not read: every value that reads as text is text, and
//! every one that is a file is read as one.

mod permute;
mod store;

use dosimeter_content::{Content, ContentBuilder, Expose};
use dosimeter_record::GapReason;

use self::store::{Node, Store};
use crate::{
    FileKind, Hint, compound,
    cursor::Cursor,
    dispatch,
    run::{Read, Run, Slot, Stop},
    sniff::{self, Sniffed},
    text,
};

pub(crate) const MAGIC: &[u8] = b"!BDN";

/// Kinds of nodes (2.2.2.1); the others are tables that repeat what the nodes say.
const FOLDER: u32 = 2;
const MESSAGE: u32 = 4;
const ATTACHMENT: u32 = 5;
const RECIPIENTS: u32 = 0x12;
/// A value that is too long for its heap.
const VALUE: u32 = 0x1f;

/// Messages within messages; real ones stand a handful deep.
const DEPTH_MAX: usize = 16;

/// Reads every folder and message as an entry.
pub(crate) fn read(run: &mut Run<'_>, bytes: &[u8]) -> Read {
    let store = Store::open(run, bytes)?;
    let items = store.nodes.iter().filter(|node| matches!(kind(node), FOLDER | MESSAGE));
    for (number, node) in (1..).zip(items) {
        run.spend_entry()?;
        run.inside(number, |run| item(run, &store, *node, DEPTH_MAX));
    }
    Ok(())
}

fn kind(node: &Node) -> u32 {
    node.id & 0x1f
}

/// Reads the values of a node, and the nodes within it.
fn item(run: &mut Run<'_>, store: &Store<'_>, node: Node, depth: usize) -> Read {
    let Some(depth) = depth.checked_sub(1) else { return Err(Stop(GapReason::TooDeep)) };
    let slot = run.open(run.part("header"));
    heap(run, store, slot, node)?;
    let within = store.within(run, node.within)?;
    for (number, inner) in (1..).zip(within) {
        match kind(&inner) {
            ATTACHMENT | MESSAGE => {
                run.spend_entry()?;
                run.inside(number, |run| item(run, store, inner, depth));
            }
            RECIPIENTS => heap(run, store, slot, inner)?,
            VALUE => run.contain(run.place(), |run| {
                let value = long_value(run, store, inner)?;
                match readable(value.expose()) {
                    Some(text) => run.segment(run.place(), &text),
                    None => blob(run, value.expose()),
                }
            }),
            _ => {}
        }
    }
    Ok(())
}

fn long_value(run: &mut Run<'_>, store: &Store<'_>, node: Node) -> Read<Content> {
    let mut whole = ContentBuilder::with_limit(run.budget().entry_bytes);
    for id in store.data(run, node.data)? {
        let block = store.block(run, id)?;
        if !whole.push(block.expose()) {
            return Err(Stop(GapReason::ExpansionSize));
        }
    }
    Ok(whole.finish())
}

/// Writes the values of a heap (2.3.1), of which each block has a list of where they stand.
fn heap(run: &mut Run<'_>, store: &Store<'_>, slot: Slot, node: Node) -> Read {
    for id in store.data(run, node.data)? {
        let block = store.block(run, id)?;
        let bytes = block.expose();
        for value in values(bytes).unwrap_or_default() {
            run.tick()?;
            if let Some(text) = readable(value) {
                run.write(slot, &text)?;
                run.end_line(slot)?;
            } else if kind(&node) == ATTACHMENT || is_formatted(value) {
                file(run, value)?;
            }
        }
    }
    Ok(())
}

fn values(block: &[u8]) -> Option<Vec<&[u8]>> {
    let map = usize::from(Cursor::new(block).u16_le()?);
    let mut cursor = Cursor::at(block, map)?;
    let count = cursor.u16_le()?;
    cursor.skip(2)?;
    let mut from = usize::from(cursor.u16_le()?);
    let mut values = Vec::new();
    for _ in 0..count {
        let to = usize::from(cursor.u16_le()?);
        values.extend(block.get(from..to));
        from = to;
    }
    Some(values)
}

/// A short value of an attachment that is a file of a known kind.
fn file(run: &mut Run<'_>, value: &[u8]) -> Read {
    let is_known = !matches!(
        sniff::sniff(value, Hint::default()),
        Sniffed::Binary(FileKind::Binary | FileKind::Empty) | Sniffed::Text(..)
    );
    if is_known || is_formatted(value) { blob(run, value) } else { Ok(()) }
}

fn blob(run: &mut Run<'_>, value: &[u8]) -> Read {
    if is_formatted(value) {
        return compound::formatted_body(run, value);
    }
    dispatch::read(run, value, Hint::default());
    Ok(())
}

/// Whether a value is a body in compressed RTF.
fn is_formatted(value: &[u8]) -> bool {
    matches!(value.get(8..12), Some(b"LZFu" | b"MELA"))
}

/// The text of a value that is nothing but text: UTF-16, or bytes in some charset.
fn readable(value: &[u8]) -> Option<String> {
    let bytes = value.strip_suffix(b"\0").unwrap_or(value);
    let first = if is_western(bytes) { narrow(bytes) } else { None };
    first.or_else(|| wide(value)).or_else(|| narrow(bytes))
}

/// Whether bytes are letters of ASCII nearly all. Those of ideographs in UTF-16 are half of the time, and
/// those of kana mostly: every second one is `0`.
fn is_western(bytes: &[u8]) -> bool {
    let ascii = bytes.iter().filter(|byte| byte.is_ascii()).count();
    let (pairs, _) = bytes.as_chunks::<2>();
    let kana = pairs.iter().filter(|[low, high]| *high == b'0' && *low > b'@').count();
    ascii.saturating_mul(10) >= bytes.len().saturating_mul(9) && kana <= pairs.len() / 2
}

fn wide(value: &[u8]) -> Option<String> {
    let (units, odd) = value.as_chunks::<2>();
    let units = units.iter().map(|unit| u16::from_le_bytes(*unit));
    let text: String = char::decode_utf16(units).collect::<Result<_, _>>().ok()?;
    let text = unprefixed(text.trim_end_matches('\0'));
    // Times happen to be characters too: of some script, with one of Latin's rarer letters at the end.
    let is_foreign = text.chars().any(|c| c >= '\u{250}' && c.is_alphanumeric());
    let is_mixed =
        is_foreign && text.chars().any(|c| ('\u{80}'..'\u{250}').contains(&c) && c.is_alphabetic());
    (odd.is_empty() && !is_mixed && is_text(text)).then(|| text.to_owned())
}

fn narrow(value: &[u8]) -> Option<String> {
    let is_printable = |byte: &u8| !byte.is_ascii_control() || b"\r\n\t".contains(byte);
    let ascii = value.iter().filter(|byte| byte.is_ascii()).count();
    let is_narrow = value.iter().all(is_printable) && ascii >= value.len() / 2;
    is_narrow.then(|| text::decode_lossy(value).into_owned()).filter(|text| is_text(text))
}

/// A subject without the mark that says how long its prefix (`Re: `) is.
fn unprefixed(text: &str) -> &str {
    let mut characters = text.chars();
    match (characters.next(), characters.next()) {
        (Some('\u{1}'), Some(_)) => characters.as_str(),
        _ => text,
    }
}

fn is_text(text: &str) -> bool {
    let is_strange = |c: char| {
        c.is_control() && !matches!(c, '\r' | '\n' | '\t')
            || matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{fff0}'..)
    };
    text.chars().nth(1).is_some()
        && text.chars().any(char::is_alphanumeric)
        && !text.chars().any(is_strange)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    }

    #[test]
    fn values_that_are_text_are_read_and_others_are_not() {
        for (value, expected) in [
            (utf16("Subject REF-1"), Some("Subject REF-1")),
            (utf16("\u{1}\u{4}Re: x"), Some("Re: x")),
            (utf16("日本語の件名です"), Some("日本語の件名です")),
            (utf16("ありがとう"), Some("ありがとう")),
            (b"narrow text\0".to_vec(), Some("narrow text")),
            (b"EVEN".to_vec(), Some("EVEN")),
            (b"\x00\x80\x3e\xd5\xde\xb1\x9d\x01".to_vec(), None),
            (b"\0\0\x01\0".to_vec(), None),
        ] {
            assert_eq!(readable(&value).as_deref(), expected);
        }
    }
}
