//! What a file is, by its content. Names and media types only break ties between text formats.

use std::borrow::Cow;

use crate::{
    FileKind, Hint,
    archive::{ar, cab, cpio, iso, rar, rpm, sevenz, tar},
    card, compound, compressed,
    data::{avro, parquet, sqlite},
    json::{self, notebook},
    metafile, odf, onenote, protected, pst, rtf, signed, text, tnef, zip,
};

/// What a file is; with its text if it is text.
pub(crate) enum Sniffed<'a> {
    Binary(FileKind),
    Text(FileKind, Cow<'a, str>),
}

/// Looks at the magic numbers, then for text, then at what kind of text. O(n).
pub(crate) fn sniff<'a>(bytes: &'a [u8], hint: Hint<'_>) -> Sniffed<'a> {
    if let Some(kind) = magic(bytes) {
        return Sniffed::Binary(kind);
    }
    match text::decode(bytes) {
        Some(text) => Sniffed::Text(kind_of_text(bytes, &text, hint), text),
        // A message may hold a file as it is (RFC 6152 and what nobody allowed).
        None if hint.is_mail() && is_email(bytes, hint) => {
            Sniffed::Text(FileKind::Email, String::from_utf8_lossy(bytes))
        }
        None => Sniffed::Binary(FileKind::Binary),
    }
}

/// Whether this is text of a kind that holds no other files.
pub(crate) fn is_simple(bytes: &[u8], hint: Hint<'_>) -> bool {
    // Mail holds attachments, and flat documents are read by a parser.
    let is_compound = |kind| matches!(kind, FileKind::Email | FileKind::OpenDocument);
    matches!(sniff(bytes, hint), Sniffed::Text(kind, _) if !is_compound(kind))
}

/// Kinds with a magic number.
fn magic(bytes: &[u8]) -> Option<FileKind> {
    if bytes.is_empty() {
        return Some(FileKind::Empty);
    }
    if zip::is_archive(bytes) {
        return Some(FileKind::Zip);
    }
    if protected::is_protected(bytes) {
        return Some(FileKind::Protected);
    }
    let starts = |magic: &[u8]| bytes.starts_with(magic);
    // ISO 32000-1 annex H: viewers accept the header anywhere in the first 1024 bytes.
    let head = bytes.get(..1024).unwrap_or(bytes);
    if head.windows(5).any(|window| window == b"%PDF-") {
        return Some(FileKind::Pdf);
    }
    match () {
        () if starts(b"\x1f\x8b\x08") => Some(FileKind::Gzip),
        () if starts(compound::MAGIC) => Some(FileKind::Compound),
        () if starts(rtf::MAGIC) => Some(FileKind::Rtf),
        () if starts(sevenz::MAGIC) => Some(FileKind::SevenZip),
        () if starts(rar::MAGIC) => Some(FileKind::Rar),
        () if starts(ar::MAGIC) => Some(FileKind::Ar),
        () if cpio::is_archive(bytes) => Some(FileKind::Cpio),
        () if starts(cab::MAGIC) => Some(FileKind::Cab),
        () if starts(rpm::MAGIC) => Some(FileKind::Rpm),
        // A worksheet of Excel 2 to 4 stands alone: the start of a stream of records.
        () if is_sheet(bytes) => Some(FileKind::Xls),
        () if onenote::is_section(bytes) => Some(FileKind::OneNote),
        () if starts(pst::MAGIC) => Some(FileKind::MailStore),
        () if iso::is_disc(bytes) => Some(FileKind::Iso),
        () if starts(sqlite::MAGIC) => Some(FileKind::Sqlite),
        () if starts(avro::MAGIC) => Some(FileKind::Avro),
        () if starts(parquet::MAGIC) || starts(parquet::MAGIC_ENCRYPTED) => Some(FileKind::Parquet),
        () if starts(tnef::MAGIC) => Some(FileKind::Tnef),
        () if signed::is_signed(bytes) => Some(FileKind::Signed),
        () if is_image(bytes) => Some(FileKind::Image),
        () if tar::is_archive(bytes) => Some(FileKind::Tar),
        () => compressed::kind(bytes),
    }
}

fn is_sheet(bytes: &[u8]) -> bool {
    let starts: [&[u8]; 4] =
        [b"\x09\0\x04\0", b"\x09\x02\x06\0", b"\x09\x04\x06\0", b"\x09\x08\x08\0"];
    starts.iter().any(|start| bytes.starts_with(start)) && bytes.get(6..8) == Some(&[0x10, 0])
}

fn is_image(bytes: &[u8]) -> bool {
    let starts = |magic: &[u8]| bytes.starts_with(magic);
    let at =
        |offset: usize, magic: &[u8]| bytes.get(offset..).is_some_and(|b| b.starts_with(magic));
    starts(b"\x89PNG\r\n\x1a\n")
        || starts(b"\xff\xd8\xff")
        || starts(b"GIF87a")
        || starts(b"GIF89a")
        || starts(b"II*\0")
        || starts(b"MM\0*")
        || starts(b"8BPS\0\x01")
        || starts(b"\0\0\x01\0") && bytes.get(5) == Some(&0)
        || starts(b"\0\0\0\x0cjP  \r\n\x87\n")
        || starts(b"RIFF") && at(8, b"WEBP")
        // The size in the header of a bitmap; two letters alone are how many texts start.
        || starts(b"BM") && at(6, &[0; 4])
        || metafile::is_metafile(bytes)
        || at(4, b"ftyp") && [&b"heic"[..], b"heix", b"mif1", b"avif"].iter().any(|b| at(8, b))
}

fn kind_of_text(bytes: &[u8], text: &str, hint: Hint<'_>) -> FileKind {
    let start = text.trim_start_matches('\u{feff}').trim_start();
    let head = start.get(..start.floor_char_boundary(1024)).unwrap_or(start).to_ascii_lowercase();
    let is_html =
        ["<!doctype html", "<html", "<head", "<body"].iter().any(|tag| head.contains(tag));
    match () {
        () if head.starts_with("<?xml") && odf::is_flat(start) => FileKind::OpenDocument,
        () if start.starts_with('<') && (is_html || hint.is_html()) => FileKind::Html,
        () if head.starts_with("<?xml") || head.starts_with("<!doctype") => FileKind::Xml,
        () if start.starts_with('<') && hint.is_xml() => FileKind::Xml,
        () if card::is_card(start) => FileKind::Card,
        () if json::is_json(start) && notebook::is_notebook(start) => FileKind::Notebook,
        () if json::is_json(start) => FileKind::Json,
        () if is_email(bytes, hint) => FileKind::Email,
        () => FileKind::Text,
    }
}

/// Headers that together make a message (RFC 5322 section 3.6, RFC 2045).
const MAIL_HEADERS: [&str; 12] = [
    "from",
    "to",
    "cc",
    "subject",
    "date",
    "message-id",
    "received",
    "mime-version",
    "content-type",
    "return-path",
    "delivered-to",
    "reply-to",
];

/// Whether the text starts with a block of headers of which at least three are a mail's: two stand
/// in many forms and memos. Of a file that is called a mail, one is enough.
fn is_email(bytes: &[u8], hint: Hint<'_>) -> bool {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    let head = bytes.get(..16 * 1024).unwrap_or(bytes);
    let mut known = 0_usize;
    for (index, line) in head.split(|&byte| byte == b'\n').enumerate() {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let is_folded = line.starts_with(b" ") || line.starts_with(b"\t");
        let is_mbox = index == 0 && line.starts_with(b"From ");
        if line.is_empty() {
            break;
        }
        if is_mbox || is_folded && index > 0 {
            continue;
        }
        let Some(colon) = line.iter().position(|&byte| byte == b':') else {
            // Some programs forget the empty line.
            return hint.is_mail() && known >= 3;
        };
        let name = line.get(..colon).unwrap_or_default();
        if !name.iter().all(u8::is_ascii_graphic) {
            return false;
        }
        let is_known =
            MAIL_HEADERS.iter().any(|header| name.eq_ignore_ascii_case(header.as_bytes()));
        known = known.saturating_add(usize::from(is_known));
    }
    known >= if hint.is_mail() { 1 } else { 3 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], expected: FileKind) {
        let kind = match sniff(bytes, Hint::default()) {
            Sniffed::Binary(kind) | Sniffed::Text(kind, _) => kind,
        };
        assert_eq!(kind, expected, "{}", String::from_utf8_lossy(bytes));
    }

    #[test]
    fn content_decides() {
        check(b"", FileKind::Empty);
        check(b"plain words, nothing else", FileKind::Text);
        check(b"  <!DOCTYPE html><p>x", FileKind::Html);
        check(b"<?xml version='1.0'?><a/>", FileKind::Xml);
        check(b"<?xml version='1.0'?><html xmlns='x'/>", FileKind::Html);
        check(b"{\"a\": [1, 2]}", FileKind::Json);
        check(b"{\"cells\": [{\"cell_type\": \"code\"}], \"nbformat\": 4}", FileKind::Notebook);
        check(b"From: a@b\r\nTo: c@d\r\nSubject: x\r\n\r\nhello", FileKind::Email);
        check(b"From: Ann\nTo: Bob\n\nA memo is not a mail.", FileKind::Text);
        check(b"PK\x03\x04", FileKind::Zip);
        check(b"junk\n%PDF-1.7\n", FileKind::Pdf);
        check(b"\x89PNG\r\n\x1a\n\0", FileKind::Image);
        check(b"BMW and others", FileKind::Text);
        check(b"\xca\xfe\xba\xbe\0\0\0\x34\0\x0f", FileKind::Binary);
    }
}
