//! Documents of Hangul in their newer format, HWPX (KS X 6101): an archive of sections whose text elements are
//! called as in Office Open XML.

use dosimeter_content::Expose;
use dosimeter_record::GapReason;

use crate::{
    odf, ooxml,
    run::{Read, Run, Stop},
    zip::Archive,
};

/// Whether an archive says that it is such a document.
pub(crate) fn is_document(run: &mut Run<'_>, archive: &Archive<'_>) -> bool {
    let Some(entry) = archive.find("mimetype") else { return false };
    let (content, _) = archive.open(run, entry);
    content.expose().starts_with(b"application/hwp+zip")
}

/// Writes the sections, and everything else that the archive holds.
pub(crate) fn read(run: &mut Run<'_>, archive: &Archive<'_>) -> Read {
    if odf::is_encrypted(run, archive) {
        return Err(Stop(GapReason::Encrypted));
    }
    ooxml::package::sections(run, archive, "Contents/section")
}
