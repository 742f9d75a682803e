//! PDF (ISO 32000-1): our own text layer over the object model of `lopdf`.
//!
//! `lopdf` reads the file's structure behind guards of ours ([`load`]); everything that interprets page
//! descriptions is here, because that is where hostile files aim: operators, nested forms, fonts and
//! character maps are read with a budget on each. Every page is contained, so a page that breaks costs
//! only itself. Beside the pages: annotations, form fields, outline, document information, XMP and
//! embedded files.

mod bidi;
mod cmap;
mod content;
mod encoding;
mod extras;
mod font;
mod layout;
mod lexer;
mod load;
mod matrix;
mod pages;
mod picture;
mod widths;

use dosimeter_record::{GapReason, Locator};

use crate::{
    run::{Read, Run, Stop},
    strings,
};

/// Reads a PDF file.
pub(crate) fn read(run: &mut Run<'_>, bytes: &[u8]) -> Read {
    let document = match load::load(run, bytes) {
        Ok(document) => document,
        Err(stop @ Stop(GapReason::Malformed)) => {
            // What little stands in the file uncompressed.
            strings::read(run, bytes)?;
            return Err(stop);
        }
        Err(stop) => return Err(stop),
    };
    let (pages, end) = pages::list(run, &document);
    let mut shared = content::Shared::default();
    for (number, page) in (1..).zip(&pages) {
        run.look()?;
        let locator = Locator { page: Some(number), ..run.place() };
        run.contain(locator.clone(), |run| {
            content::read(run, &document, &mut shared, page, &locator)
        });
        run.contain(locator.clone(), |run| extras::annotations(run, &document, page, &locator));
    }
    for part in extras::PARTS {
        run.contain(run.part(part.name), |run| (part.read)(run, &document));
    }
    end
}
