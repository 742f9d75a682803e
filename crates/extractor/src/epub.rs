//! Electronic books: archives of pages, with a list of the order in which they are read (EPUB 3.3).

use std::collections::BTreeMap;

use dosimeter_content::Expose;
use dosimeter_record::GapReason;

use crate::{
    ooxml::package,
    run::{Read, Run, Stop},
    xml,
    xml::Node,
    zip::{self, Archive},
};

const CONTAINER: &str = "META-INF/container.xml";
const ENCRYPTION: &str = "META-INF/encryption.xml";
const RIGHTS: &str = "META-INF/rights.xml";

/// Algorithms that only make embedded fonts useless outside of the book.
const FONT_ALGORITHMS: [&str; 2] =
    ["http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC"];

/// Whether an archive says that it is a book.
pub(crate) fn is_book(run: &mut Run<'_>, archive: &Archive<'_>) -> bool {
    let Some(entry) = archive.find("mimetype") else { return false };
    let (content, _) = archive.open(run, entry);
    content.expose().starts_with(b"application/epub+zip")
}

/// Reads the pages, unless they are protected.
pub(crate) fn read(run: &mut Run<'_>, archive: &Archive<'_>) -> Read {
    if archive.find(RIGHTS).is_some() || is_encrypted(run, archive) {
        return Err(Stop(GapReason::Encrypted));
    }
    let chapters = chapters(run, archive);
    zip::read_sections(run, archive, &chapters)
}

/// The number of each page in the order of reading, by the name of its entry; none where the book does not say.
fn chapters(run: &mut Run<'_>, archive: &Archive<'_>) -> BTreeMap<String, u32> {
    let mut book = None;
    each(run, archive, CONTAINER, |_, name, attribute| {
        if name == "rootfile" && book.is_none() {
            book = attribute("full-path");
        }
        Ok(())
    });
    let book = book.unwrap_or_default();
    let folder = book.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut pages = BTreeMap::new();
    let mut chapters = BTreeMap::new();
    let mut number = 0_u32;
    each(run, archive, &book, |run, name, attribute| {
        match name {
            "item" => {
                run.spend_cell()?;
                if let (Some(id), Some(page)) = (attribute("id"), attribute("href")) {
                    pages.insert(id, package::absolute(folder, &page));
                }
            }
            "itemref" => {
                number = number.saturating_add(1);
                // The first chapter that shows a page is its place.
                if let Some(page) = attribute("idref").and_then(|id| pages.get(&id)) {
                    chapters.entry(page.clone()).or_insert(number);
                }
            }
            _ => {}
        }
        Ok(())
    });
    chapters
}

/// Longer names are of nobody's pages.
const NAME_BYTES_MAX: usize = 1024;

/// Visits the elements of a part of the book with their names and attributes. What is wrong with the part is
/// said where it is read as an entry.
fn each<'b>(
    run: &mut Run<'b>,
    archive: &Archive<'_>,
    part: &str,
    mut visit: impl FnMut(&mut Run<'b>, &str, &dyn Fn(&str) -> Option<String>) -> Read,
) {
    let Some(entry) = archive.find(part) else { return };
    let (content, _) = archive.open(run, entry);
    xml::walk(run, content.expose(), |run, node| match node {
        Node::Start(element) => visit(run, element.local_name().as_ref(), &|name| {
            let value = xml::attribute(element, name)?;
            (value.len() <= NAME_BYTES_MAX).then(|| value.into_owned())
        }),
        Node::Text(_) | Node::End(_) => Ok(()),
    })
    .unwrap_or_default();
}

/// Whether anything but fonts is encrypted (EPUB Open Container Format, section 4.2.6.3.2).
fn is_encrypted(run: &mut Run<'_>, archive: &Archive<'_>) -> bool {
    let Some(entry) = archive.find(ENCRYPTION) else { return false };
    let (content, _) = archive.open(run, entry);
    let text = String::from_utf8_lossy(content.expose()).into_owned();
    text.split("<EncryptionMethod")
        .chain(text.split("<enc:EncryptionMethod"))
        .filter_map(|part| part.split_once("Algorithm=").map(|(_, rest)| rest))
        .any(|rest| {
            let rest = rest.trim_start_matches(['"', '\'']);
            !FONT_ALGORITHMS.iter().any(|known| rest.starts_with(known))
                && !rest.starts_with("http://www.w3.org/2001/04/xmlenc#rsa")
        })
}
