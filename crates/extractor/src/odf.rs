//! OpenDocument (ISO/IEC 26300): text, spreadsheets, presentations and drawings.

mod flow;
mod sheet;

use dosimeter_content::Expose;
use dosimeter_record::{GapReason, Locator};

use crate::{
    run::{Read, Run, Stop},
    text, xml,
    zip::{self, Archive, Entry},
};

/// Whether an archive says that it is an `OpenDocument` file, in its first entry or its manifest.
pub(crate) fn is_open_document(run: &mut Run<'_>, archive: &Archive<'_>) -> bool {
    let Some(entry) = archive.find("mimetype") else { return false };
    let (content, _) = archive.open(run, entry);
    content.expose().starts_with(b"application/vnd.oasis.opendocument")
        || content.expose().starts_with(b"application/vnd.sun.xml")
}

/// Writes body, styles (headers and footers stand there), metadata and embedded objects.
pub(crate) fn read(run: &mut Run<'_>, archive: &Archive<'_>) -> Read {
    if is_encrypted(run, archive) {
        return Err(Stop(GapReason::Encrypted));
    }
    for entry in &archive.entries {
        let name = entry.name();
        let (folder, file) = name.rsplit_once('/').unwrap_or(("", &name));
        let locator = match (folder, file) {
            ("", "content.xml") => run.place(),
            ("", "styles.xml") => run.part("header"),
            ("", "meta.xml") => run.part("metadata"),
            (_, "content.xml") => run.part("object"),
            _ => continue,
        };
        part(run, archive, entry, &locator);
    }
    // Previews repeat what is read; pictures do not.
    zip::read_embedded(run, archive, |entry| {
        (entry.starts_with("Pictures/") && !entry.ends_with(".svm")) || entry.starts_with("Basic/")
    })?;
    archive.damage.map_or(Ok(()), |reason| Err(Stop(reason)))
}

/// Whether an XML document is an `OpenDocument` file in one piece (part 3, section 3.1.2).
pub(crate) fn is_flat(text: &str) -> bool {
    let head = text.get(..text.floor_char_boundary(4096)).unwrap_or_default();
    head.contains("<office:document")
}

/// Writes such a document. Pictures stand in it as base64, and are a gap.
pub(crate) fn read_flat(run: &mut Run<'_>, document: &str) -> Read {
    let metadata = document
        .split_once("<office:meta>")
        .and_then(|(_, rest)| rest.split_once("</office:meta>"))
        .map_or("", |(metadata, _)| metadata);
    let slot = run.open(run.part("metadata"));
    xml::write(run, slot, metadata)?;
    if document.contains("<office:binary-data") {
        run.gap(GapReason::ImageNotRead, run.place());
    }
    flow::read(run, document.as_bytes(), &run.place())
}

fn part(run: &mut Run<'_>, archive: &Archive<'_>, entry: &Entry<'_>, locator: &Locator) {
    run.contain(locator.clone(), |run| {
        run.spend_entry()?;
        let (content, end) = archive.open(run, entry);
        let outcome = match locator.part.as_deref() {
            Some("metadata") => {
                let slot = run.open(locator.clone());
                xml::write(run, slot, &text::decode_lossy(content.expose()))
            }
            _ => flow::read(run, content.expose(), locator),
        };
        end.and(outcome)
    });
}

/// The manifest lists how each encrypted entry can be decrypted (part 3, section 4.4).
pub(crate) fn is_encrypted(run: &mut Run<'_>, archive: &Archive<'_>) -> bool {
    let Some(entry) = archive.find("META-INF/manifest.xml") else { return false };
    let (content, _) = archive.open(run, entry);
    content.expose().windows(15).any(|window| window == b"encryption-data")
}
