//! File bytes in, text segments and gaps out: in memory, inside one [`Budget`], never failing.
//!
//! [`extract`] finds out by content what a file is, reads all text in it, down through attachments and
//! archives, and says of everything that it could not read that it could not, and why. It is pure: no
//! I/O, no clock, no logs of its own; the same bytes give the same result.
//!
//! ```
//! use dosimeter_content::{Content, Expose};
//! use dosimeter_extractor::{Budget, FileKind, Hint, extract};
//!
//! let file = Content::from(b"<p>Card <b>4111</b>1111</p><!-- internal -->".to_vec());
//! let hint = Hint { name: Some("note.html"), media_type: None };
//! let extraction = extract(&file, hint, &Budget::default());
//!
//! assert_eq!(extraction.kind, FileKind::Html);
//! assert_eq!(extraction.segments[0].text.expose(), "Card 41111111\n");
//! assert_eq!(extraction.segments[1].locator.to_string(), "comment");
//! assert!(extraction.gaps.is_empty());
//! ```
//!
//! What stops, stops with a reason and keeps what was read:
//!
//! ```
//! use dosimeter_content::Content;
//! use dosimeter_extractor::{Budget, Hint, extract};
//! use dosimeter_record::GapReason;
//!
//! let file = Content::from(b"a text that is longer than the budget".to_vec());
//! let extraction = extract(&file, Hint::default(), &Budget::default().text_bytes(6));
//! assert_eq!(extraction.segments[0].text.len(), 6);
//! assert_eq!(extraction.gaps[0].reason, GapReason::TextCut);
//! ```
//!
//! # What is read
//!
//! | kind | text | what becomes a gap |
//! |---|---|---|
//! | plain text, Markdown, CSV, TSV, code | as it stands; UTF-8, UTF-16 and UTF-32 with and without mark, and what `chardetng` knows | – |
//! | HTML | text, cells as tab-separated lines; parts `attribute`, `script`, `comment` | – |
//! | JSON, JSON lines | as it stands, `\uXXXX` readable in place; strings with other escapes in part `string`, unescaped, with their key | – |
//! | notebooks (Jupyter) | sources of cells, what they put out (part `output`), metadata | pictures |
//! | XML | as it stands, references undone | declared entities, which are never expanded |
//! | DOCX | body with tracked changes and text boxes; headers, footers, notes, comments, charts, diagrams, properties, links | encrypted, damaged parts |
//! | XLSX, XLSB | rows as tab-separated lines, hidden sheets, numbers verbatim, cached results, formulas with constants (XLSX); comments, text boxes, pivot caches, connections | the same |
//! | PPTX | slides in their order, notes, comments, masters | the same |
//! | ODT, ODS, ODP, also flat | body, tables, slides, notes, comments, headers, formulas with constants, metadata | the same |
//! | DOC (Word 6 to 2003) | body, notes, headers, comments, text boxes, fields, properties, macros, embedded objects | the same |
//! | XLS (Excel 2 to 2003) | rows, hidden sheets, cached results, comments, text boxes, headers, pivot caches, links | the same |
//! | PPT (1997 to 2003) | slides, notes, masters, comments, deleted text, embedded objects | the same |
//! | RTF | body, headers, footers, notes, comments, fields, text boxes, information, embedded objects | cut files |
//! | Hangul (HWP 5, HWPX) | body, notes, tables; pictures as entries | encrypted, distributed without the right to copy |
//! | `OneNote` sections | texts of all revisions; enclosed files and pictures as entries | a password |
//! | Pages, Numbers, Keynote | strings of all messages | encrypted |
//! | books (EPUB) | every page | protected |
//! | PDF | pages line by line; words divided between lines (part `hyphenated`); annotations, form fields, XFA, outline, scripts, information, XMP, embedded files | encrypted, pictures, fonts without meaning |
//! | mail, mailboxes, MSG, `winmail.dat`, signed messages | headers, bodies, what stands between parts, attachments and forwarded messages as entries | encrypted, signatures, parameters longer than 16 KiB |
//! | mail stores (PST, OST) | folders, messages and attachments as entries | the encoding by rotors |
//! | cards, calendars | lines, unfolded | – |
//! | SQLite | rows of all tables; blobs as entries | damaged pages |
//! | Avro, Parquet | records, columns | encrypted, packed numbers, rare compressions |
//! | ZIP and its like, 7z, RAR, tar, ar, cpio, CAB, RPM, ISO 9660 | every entry, and its name | encrypted, rare methods, dictionaries above 128 MiB |
//! | gzip, bzip2, XZ, LZMA, lzip, Zstandard, LZ4, `compress` | what they hold | – |
//! | drawings (EMF, WMF) | text, line by line; titles | pictures within them, text as glyphs |
//! | pictures | metadata (EXIF, XMP, IPTC, PNG texts) | what they show: `image_not_read`, unless [handed out](#pictures) |
//! | PGP, age, CMS, PKCS #12, vaults | – | always: `encrypted` |
//! | other binaries | runs of readable characters (part `strings`); the archive behind a program that unpacks itself | always: `unsupported` |
//!
//! # Places
//!
//! A [`Locator`] is that of the beginning of its segment. Where it has a row, a paragraph or a line, line `k`
//! (from 0) of the segment is `k` further, and where it has a column, so many tabs in a line are so many columns
//! further: [`Locator::at`].
//!
//! | format | place |
//! |---|---|
//! | text, code, CSV, JSON, XML, cards, bodies of mail | line of the file or of the body |
//! | strings of JSON with line ends | line of the file, paragraph of the string |
//! | workbooks | sheet, cell; rows that are far from the one before start a new segment |
//! | PDF | page, line |
//! | slides, their notes and comments | slide |
//! | documents of word processors, HTML | paragraph; in part `footnote`, `comment` and so on |
//! | books, Hangul | section: the chapter in the order of reading; paragraph |
//! | notebooks | cell, line of the cell |
//! | messages of a mailbox, attachments, entries of archives | entry, and the place in it |
//!
//! Names of entries, attachments and sheets are content, and so are keys of JSON: they are segments (part `name`)
//! or text, never part of a locator.
//!
//! # Pictures
//!
//! Recognising text is a program of its own, which pure code cannot start. A caller that can asks for pictures
//! ([`Budget::pictures`]) and gets them as [`Part::Picture`] in place of their gaps: PNG, JPEG, GIF, `WebP`, BMP, TIFF and
//! JPEG 2000 wherever they stand, and those that PDF pages show, as files with a header (photographs as they are,
//! faxes as TIFF, samples as PNM in shades of grey; each once, at the page that shows it first). Each was measured by its header
//! before: 50 million pixels at most over all its frames and pages. Not handed out, and gaps as before: HEIC, AVIF,
//! Photoshop, icons, JBIG2, pictures within drawings, notebooks and flat `OpenDocument`, and pictures in the text of a PDF page.
//!
//! # Limits
//!
//! One [`Budget`] counts for a file and everything inside it, so no nesting multiplies a limit.
//!
//! | limit | default | gap |
//! |---|---|---|
//! | size of the file | 25 MB | `too_large`; read up to there |
//! | text given out | 64 MiB | `text_cut` |
//! | decompressed and decoded bytes in all, per entry | 256 MiB, 64 MiB | `expansion_size` |
//! | ratio of output to input of one entry, after 4 MiB | 200 | `expansion_ratio` |
//! | entries · cells · pages · operators | 10 000 · 5 000 000 · 5 000 · 20 000 000 | `too_many_entries` |
//! | pictures handed out; bytes of them | 0; 64 MiB | `too_many_entries`; `expansion_size` |
//! | containers within each other; forms in a PDF page | 8; 12 | `too_deep` |
//! | time | the caller's | `deadline` |
//! | entries that share bytes, tables that contain themselves | – | `malformed` |
//!
//! A parser that panics costs the part that it was reading, which becomes `parser_failed`. The
//! process's panic hook still runs before that, and a panic message may quote what was parsed: install
//! a hook that prints only the place. `lopdf` also writes to the `log` facade, and may name fonts and
//! keys of a file there: turn its target off. Stack and allocation are not contained that way, so parsers that
//! recurse or allocate by what a file says are not used, or are guarded: see `pdf/load.rs`.
//! Attackers aim at what nobody foresaw; a process with a memory limit of its own is a
//! good second line.
//!
//! # Measured
//!
//! With `cargo run -p dosimeter-extractor --example extract -- FILE`, processor time and peak memory from
//! the process's resource usage, on a busy 2-core machine in the test profile (`opt-level = 1`): the 67
//! real files of `corpora/files` take 1.7 ms each on average and 11 ms at most, in at most 14 MB. The
//! costliest of the 53 hostile ones: nested archives (256 MiB expanded: 1.1 s, 14 MB), a million objects in
//! a PDF (0.9 s, 465 MB), shared strings of a workbook (64 MiB of text: 0.9 s, 128 MB); all others end
//! within 0.6 s and 90 MB.

mod archive;
mod budget;
mod capped;
mod card;
mod charset;
mod compound;
mod compressed;
mod cursor;
mod data;
mod dates;
mod dispatch;
mod email;
mod epub;
mod formulas;
mod grid;
mod gzip;
mod hangul;
mod hint;
mod html;
mod image;
mod iwork;
mod json;
mod kind;
mod metafile;
mod odf;
mod onenote;
mod ooxml;
mod pdf;
mod picture;
mod program;
mod protected;
mod pst;
mod rtf;
mod run;
mod signed;
mod sniff;
mod strings;
mod text;
mod tnef;
mod xml;
mod zip;

/// The types that content goes in and comes out as.
pub use dosimeter_content::{Content, ContentBuilder, Expose, Text};
use dosimeter_record::{Gap, GapReason, Locator};

pub use self::{budget::Budget, hint::Hint, kind::FileKind, picture::Picture};

/// What was read of a file, and what was not.
#[expect(missing_debug_implementations, reason = "holds content, which must not be printable")]
pub struct Extraction {
    /// What the file is.
    pub kind: FileKind,
    /// Its text, in reading order as far as the format has one.
    pub segments: Vec<Segment>,
    /// What was not read, and why. Empty means that everything was.
    pub gaps: Vec<Gap>,
}

/// A piece of text and where it stands.
#[expect(missing_debug_implementations, reason = "holds content, which must not be printable")]
pub struct Segment {
    /// The text.
    pub text: Text,
    /// Its place in the file.
    pub locator: Locator,
}

/// Reads all text of a file.
///
/// Never fails and never panics outwards. Time and memory are bounded by `budget`; time only if it
/// has a deadline.
pub fn extract(file: &Content, hint: Hint<'_>, budget: &Budget) -> Extraction {
    let (mut segments, mut gaps) = (Vec::new(), Vec::new());
    let kind = extract_into(file, hint, budget, &mut |part| match part {
        Part::Segment(segment) => segments.push(segment),
        Part::Gap(gap) => gaps.push(gap),
        // Nobody reads it here.
        Part::Picture(picture) => gaps.push(picture.unread()),
    });
    Extraction { kind, segments, gaps }
}

/// A piece of what is read, as soon as it is.
#[expect(missing_debug_implementations, reason = "holds content, which must not be printable")]
pub enum Part {
    /// Text, and where it stands.
    Segment(Segment),
    /// Something that was not read.
    Gap(Gap),
    /// A picture, in place of its gap, if the budget has room for [pictures](Budget::pictures): whoever asked
    /// for it makes its text a segment, or [what is unread](Picture::unread) a gap.
    Picture(Picture),
}

/// Reads all text of a file, and hands it out piece by piece: what came out is out, whatever happens next.
pub fn extract_into(
    file: &Content,
    hint: Hint<'_>,
    budget: &Budget,
    sink: &mut dyn FnMut(Part),
) -> FileKind {
    let mut run = run::Run::new(budget, sink);
    let bytes = file.expose();
    let within = bytes.get(..budget.input_bytes).unwrap_or(bytes);
    if within.len() < bytes.len() {
        run.gap(GapReason::TooLarge, Locator::default());
    }
    let kind = dispatch::read(&mut run, within, hint);
    run.finish();
    kind
}

/// Whether a file is text that is read as it stands, by code that neither recurses nor allocates by what
/// the file says: plain text, HTML, JSON, XML. Everything else is better read in a process of its own.
pub fn is_simple(file: &Content, hint: Hint<'_>) -> bool {
    sniff::is_simple(file.expose(), hint)
}
