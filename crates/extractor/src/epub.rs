//! Electronic books: archives of pages. All that is special about them is how they are protected.

use dosimeter_content::Expose;
use dosimeter_record::GapReason;

use crate::{
    run::{Read, Run, Stop},
    zip::{self, Archive},
};

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
    zip::read(run, archive)
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
