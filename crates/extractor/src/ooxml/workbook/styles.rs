//! The styles of a workbook (18.8), as far as they say what is a date.

use super::package;
use crate::{dates::DateStyles, run::Run, xml, xml::Node, zip::Archive};

/// Reads which styles show dates.
pub(super) fn read(run: &mut Run<'_>, archive: &Archive<'_>) -> DateStyles {
    let mut dates = DateStyles::default();
    let Some(entry) = archive.find("xl/styles.xml") else { return dates };
    let mut is_cell_style = false;
    package::part(run, archive, entry, run.part("styles"), |run, bytes| {
        xml::walk(run, bytes, |_, node| {
            let number = |element, name| {
                xml::attribute(element, name).and_then(|number| number.parse().ok())
            };
            match node {
                Node::Start(element) => match element.local_name().as_ref() {
                    "numFmt" => {
                        let code = xml::attribute(element, "formatCode").unwrap_or_default();
                        dates.add_format(number(element, "numFmtId").unwrap_or_default(), &code);
                    }
                    // The styles that styles are named after look the same and stand before.
                    "cellXfs" => is_cell_style = true,
                    "xf" if is_cell_style => {
                        dates.add_style(number(element, "numFmtId").unwrap_or_default());
                    }
                    _ => {}
                },
                Node::End("cellXfs") => is_cell_style = false,
                Node::End(_) | Node::Text(_) => {}
            }
            Ok(())
        })
    });
    dates
}
