//! Word processing documents (ECMA-376 part 1, chapter 17).

use super::{flow, package};
use crate::{
    run::{Read, Run},
    zip::Archive,
};

/// How the name of the body starts: `document.xml` mostly, `document2.xml` by some programs.
pub(crate) const BODY: &str = "word/document";

/// Parts beside the body: where they stand, and what they are called in locators.
const PARTS: [(&str, &str); 10] = [
    ("word/header", "header"),
    ("word/footer", "footer"),
    ("word/footnotes", "footnote"),
    ("word/endnotes", "endnote"),
    ("word/comments", "comment"),
    ("word/glossary/document", "glossary"),
    ("word/charts/chart", "chart"),
    ("word/diagrams/data", "diagram"),
    ("word/afchunk", "chunk"),
    ("word/threadedComments/", "comment"),
];

/// Parts that carry text in attributes.
const RAW_PARTS: [(&str, &str); 3] =
    [("word/people", "author"), ("word/settings.xml", "settings"), ("word/mailMerge", "settings")];

/// Writes body, headers, footers, notes, comments and everything else that holds text.
pub(crate) fn read(run: &mut Run<'_>, archive: &Archive<'_>) -> Read {
    if let Some(body) = package::main_part(archive, BODY) {
        package::part(run, archive, body, run.place(), |run, bytes| {
            let slot = run.open(run.paragraphs());
            flow::read(run, slot, bytes)
        });
    }
    for (prefix, name) in PARTS {
        package::flows(run, archive, prefix, name);
    }
    for (prefix, name) in RAW_PARTS {
        package::raw(run, archive, prefix, name);
    }
    let known = PARTS.iter().chain(&RAW_PARTS).map(|(prefix, _)| *prefix);
    package::common(run, archive, &known.chain([BODY]).collect::<Vec<_>>())?;
    package::damage(archive)
}
