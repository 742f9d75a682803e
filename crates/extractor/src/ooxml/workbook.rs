//! Workbooks (ECMA-376 part 1, chapter 18).

mod sheet;
mod strings;
mod styles;

use std::collections::BTreeMap;

use dosimeter_record::Locator;

use self::{sheet::Shared, strings::SharedStrings};
use super::package;
use crate::{
    dates::DateStyles,
    run::{Read, Run},
    xml,
    xml::Node,
    zip::Archive,
};

const WORKBOOK: &str = "xl/workbook.xml";

/// Parts beside the sheets that hold running text.
const PARTS: [(&str, &str); 4] = [
    ("xl/comments", "comment"),
    ("xl/threadedComments/", "comment"),
    ("xl/drawings/drawing", "drawing"),
    ("xl/charts/chart", "chart"),
];

const SHEETS: [&str; 4] =
    ["xl/worksheets/", "xl/chartsheets/", "xl/dialogsheets/", "xl/macrosheets/"];

/// Parts that hold data in attributes. Pivot caches keep the rows of sheets that were deleted, and
/// connections keep passwords.
const RAW_PARTS: [(&str, &str); 5] = [
    ("xl/pivotCache/pivotCache", "pivot"),
    ("xl/connections.xml", "connection"),
    ("xl/queryTables/", "connection"),
    ("xl/externalLinks/externalLink", "link"),
    ("xl/persons/", "author"),
];

/// Writes all sheets, hidden ones too, and everything that stands beside them.
pub(crate) fn read(run: &mut Run<'_>, archive: &Archive<'_>) -> Read {
    let mut shared =
        Shared { strings: SharedStrings::read(run, archive), dates: styles::read(run, archive) };
    let sheets = sheets(run, archive, &mut shared.dates);
    for entry in archive.entries.iter().filter(|entry| is_sheet(entry)) {
        // A sheet that the workbook does not list is read all the same.
        let locator = Locator { sheet: sheets.get(&*entry.name()).copied(), ..run.place() };
        package::part(run, archive, entry, locator.clone(), |run, bytes| {
            sheet::read(run, bytes, &shared, &locator)
        });
    }
    shared.strings.write_rest(run)?;
    let mut beside = package::related(run, archive, &sheets, &PARTS.map(|(prefix, _)| prefix));
    // Charts stand in drawings.
    let charts = package::related(run, archive, &beside, &["xl/charts/"]);
    beside.extend(charts);
    for (prefix, name) in PARTS {
        let place = run.part(name);
        package::flows_at(run, archive, prefix, |part| Locator {
            sheet: beside.get(part).copied(),
            ..place.clone()
        });
    }
    for (prefix, name) in RAW_PARTS {
        package::raw(run, archive, prefix, name);
    }
    let known = PARTS.iter().chain(&RAW_PARTS).map(|(prefix, _)| *prefix);
    let sheets = SHEETS.into_iter().chain([WORKBOOK, "xl/sharedStrings.xml"]);
    package::common(run, archive, &known.chain(sheets).collect::<Vec<_>>())?;
    package::damage(archive)
}

fn is_sheet(entry: &crate::zip::Entry<'_>) -> bool {
    entry.ends_with(".xml") && SHEETS.iter().any(|folder| entry.starts_with(folder))
}

/// The number of each sheet by the name of its part; writes the sheets' names and the defined names,
/// which may hold constants.
fn sheets(
    run: &mut Run<'_>,
    archive: &Archive<'_>,
    dates: &mut DateStyles,
) -> BTreeMap<String, u32> {
    let mut targets = package::relationships(run, archive, WORKBOOK);
    let mut numbers = BTreeMap::new();
    let mut number = 0_u32;
    let Some(entry) = archive.find(WORKBOOK) else { return numbers };
    package::part(run, archive, entry, run.place(), |run, bytes| {
        let defined = run.open(run.part("defined_name"));
        let mut is_defined = false;
        xml::walk(run, bytes, |run, node| match node {
            Node::Start(element) if element.local_name().as_ref() == "sheet" => {
                number = number.saturating_add(1);
                let id = xml::prefixed_attribute(element, "id").unwrap_or_default();
                if let Some(part) = targets.remove(id.as_ref()) {
                    numbers.entry(part).or_insert(number);
                }
                let locator = Locator { sheet: Some(number), ..run.part("name") };
                run.segment(locator, &xml::attribute(element, "name").unwrap_or_default())
            }
            Node::Start(element) if element.local_name().as_ref() == "definedName" => {
                is_defined = true;
                run.write(defined, &xml::attribute(element, "name").unwrap_or_default())?;
                run.write(defined, ": ")
            }
            Node::Start(element) if element.local_name().as_ref() == "workbookPr" => {
                let from_1904 = xml::attribute(element, "date1904");
                if from_1904.is_some_and(|value| matches!(&*value, "1" | "true")) {
                    dates.count_from_1904();
                }
                Ok(())
            }
            Node::Text(text) if is_defined => run.write(defined, text),
            Node::End("definedName") => {
                is_defined = false;
                run.write(defined, "\n")
            }
            Node::Start(_) | Node::Text(_) | Node::End(_) => Ok(()),
        })
    });
    numbers
}
