//! Which reader reads which kind. Every container comes back here for what it holds.

use dosimeter_record::GapReason;

use crate::{
    FileKind, Hint,
    archive::{ar, cab, cpio, iso, rar, rpm, sevenz, tar},
    card, compound, compressed,
    data::{avro, parquet, sqlite},
    email, epub, gzip, hangul, html, image, iwork, json, odf, onenote, ooxml, pdf, program,
    protected, pst, rtf,
    run::{Read, Run, Stop},
    signed,
    sniff::{self, Sniffed},
    tnef, xml,
    zip::{self, Archive},
};

/// Reads one file, contained: whatever its reader does, it comes back with what was read.
pub(crate) fn read(run: &mut Run<'_>, bytes: &[u8], hint: Hint<'_>) -> FileKind {
    let mut kind = FileKind::Binary;
    run.contain(run.place(), |run| {
        run.look()?;
        match sniff::sniff(bytes, hint) {
            Sniffed::Text(of_text, text) => {
                kind = of_text;
                read_text(run, kind, bytes, &text)
            }
            Sniffed::Binary(FileKind::Zip) => {
                let archive = Archive::new(bytes, run.budget().entries);
                kind = kind_of_archive(run, &archive);
                read_archive(run, kind, &archive)
            }
            Sniffed::Binary(of_binary) => {
                kind = of_binary;
                read_binary(run, &mut kind, bytes)
            }
        }
    });
    kind
}

fn read_text(run: &mut Run<'_>, kind: FileKind, bytes: &[u8], text: &str) -> Read {
    match kind {
        FileKind::Html => html::read(run, text),
        FileKind::Json => json::read(run, text),
        FileKind::Notebook => json::notebook::read(run, text),
        FileKind::OpenDocument => odf::read_flat(run, text),
        FileKind::Xml => xml::read(run, text),
        FileKind::Email => email::read(run, bytes),
        FileKind::Card => card::read(run, text),
        _ => {
            protected::note_blocks(run, text);
            run.segment(run.lines(), text)
        }
    }
}

fn read_archive(run: &mut Run<'_>, kind: FileKind, archive: &Archive<'_>) -> Read {
    match kind {
        FileKind::Docx => ooxml::document::read(run, archive),
        FileKind::Xlsx => ooxml::workbook::read(run, archive),
        FileKind::Xlsb => ooxml::binary::read(run, archive),
        FileKind::Pptx => ooxml::presentation::read(run, archive),
        FileKind::OpenDocument => odf::read(run, archive),
        FileKind::Epub => epub::read(run, archive),
        FileKind::Iwork => iwork::read(run, archive),
        FileKind::Hwpx => hangul::read(run, archive),
        _ => zip::read(run, archive),
    }
}

fn read_binary(run: &mut Run<'_>, kind: &mut FileKind, bytes: &[u8]) -> Read {
    match *kind {
        FileKind::Empty => Ok(()),
        FileKind::OneNote => onenote::read(run, bytes),
        FileKind::Pdf => pdf::read(run, bytes),
        FileKind::Gzip => gzip::read(run, bytes),
        FileKind::Bzip2
        | FileKind::Xz
        | FileKind::Lzma
        | FileKind::Lzip
        | FileKind::Zstd
        | FileKind::Lz4
        | FileKind::Compress => compressed::read(run, *kind, bytes),
        FileKind::SevenZip => sevenz::read(run, bytes),
        FileKind::Rar => rar::read(run, bytes),
        FileKind::Tar => tar::read(run, bytes),
        FileKind::Ar => ar::read(run, bytes),
        FileKind::Cpio => cpio::read(run, bytes),
        FileKind::Cab => cab::read(run, bytes),
        FileKind::Rpm => rpm::read(run, bytes),
        FileKind::Compound => compound::read(run, bytes, kind),
        FileKind::Xls => compound::workbook::read_stream(run, bytes),
        FileKind::Rtf => rtf::read(run, bytes),
        FileKind::Tnef => tnef::read(run, bytes),
        FileKind::MailStore => pst::read(run, bytes),
        FileKind::Iso => iso::read(run, bytes),
        FileKind::Sqlite => sqlite::read(run, bytes),
        FileKind::Avro => avro::read(run, bytes),
        FileKind::Parquet => parquet::read(run, bytes),
        FileKind::Protected => Err(Stop(GapReason::Encrypted)),
        FileKind::Signed => signed::read(run, bytes),
        FileKind::Image => image::read(run, bytes),
        _ => program::read(run, bytes),
    }
}

/// Office files are archives with a known part in them.
fn kind_of_archive(run: &mut Run<'_>, archive: &Archive<'_>) -> FileKind {
    let is = |name: &str| archive.find(name).is_some();
    match () {
        () if ooxml::package::main_part(archive, ooxml::document::BODY).is_some() => FileKind::Docx,
        () if is("xl/workbook.xml") => FileKind::Xlsx,
        () if is(ooxml::binary::WORKBOOK) => FileKind::Xlsb,
        () if is("ppt/presentation.xml") => FileKind::Pptx,
        () if iwork::is_iwork(archive) => FileKind::Iwork,
        () if epub::is_book(run, archive) => FileKind::Epub,
        () if hangul::is_document(run, archive) => FileKind::Hwpx,
        () if odf::is_open_document(run, archive) => FileKind::OpenDocument,
        () => FileKind::Zip,
    }
}
