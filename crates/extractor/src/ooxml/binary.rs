//! Binary workbooks ([MS-XLSB]): the same package as a workbook in XML, with parts of records.

use std::collections::BTreeMap;

use dosimeter_record::Locator;
use zeroize::Zeroizing;

use super::package;
use crate::{
    compound::workbook::packed,
    cursor::Cursor,
    dates::DateStyles,
    grid::{Grid, number},
    run::{Read, Run},
    zip::{Archive, Entry},
};

pub(crate) const WORKBOOK: &str = "xl/workbook.bin";
const STRINGS: &str = "xl/sharedStrings.bin";
const STYLES: &str = "xl/styles.bin";
const SHEETS: [&str; 3] = ["xl/worksheets/", "xl/chartsheets/", "xl/macrosheets/"];

/// Parts that hold strings and nothing else of use, and what they are called in locators.
const PARTS: [(&str, &str); 6] = [
    ("xl/comments", "comment"),
    ("xl/tables/", "table"),
    ("xl/pivotCache/", "pivot"),
    ("xl/connections.bin", "connection"),
    ("xl/externalLinks/", "link"),
    ("xl/persons/", "author"),
];

/// Parts that are XML in binary workbooks too.
const XML_PARTS: [(&str, &str); 2] =
    [("xl/drawings/drawing", "drawing"), ("xl/charts/chart", "chart")];

/// Writes all sheets and what stands beside them.
pub(crate) fn read(run: &mut Run<'_>, archive: &Archive<'_>) -> Read {
    let mut strings = Vec::new();
    if let Some(entry) = archive.find(STRINGS) {
        package::part(run, archive, entry, run.part("strings"), |run, bytes| {
            each_record(run, bytes, |run, kind, mut data| {
                if kind == 19 {
                    run.spend_cell()?;
                    data.skip(1);
                    strings.push(Zeroizing::new(wide(&mut data).unwrap_or_default()));
                }
                Ok(())
            })
        });
    }
    let mut dates = styles(run, archive);
    let numbers = sheets(run, archive, &mut dates);
    let shared = Shared { strings, dates };
    for entry in archive.entries.iter().filter(|entry| is_sheet(entry)) {
        let locator = Locator { sheet: numbers.get(&*entry.name()).copied(), ..run.place() };
        package::part(run, archive, entry, locator.clone(), |run, bytes| {
            sheet(run, bytes, &shared, &locator)
        });
    }
    for (prefix, name) in PARTS {
        for entry in archive.entries.iter().filter(|e| e.starts_with(prefix) && e.ends_with(".bin"))
        {
            package::part(run, archive, entry, run.part(name), |run, bytes| {
                every_string(run, bytes, name)
            });
        }
    }
    for (prefix, name) in XML_PARTS {
        package::flows(run, archive, prefix, name);
    }
    let known = XML_PARTS.iter().chain(&PARTS).map(|(prefix, _)| *prefix);
    let others = SHEETS.into_iter().chain([WORKBOOK, STRINGS, STYLES, "xl/calcChain.bin"]);
    package::common(run, archive, &known.chain(others).collect::<Vec<_>>())?;
    package::damage(archive)
}

/// What all sheets share.
struct Shared {
    strings: Vec<Zeroizing<String>>,
    dates: DateStyles,
}

/// Which styles show dates.
fn styles(run: &mut Run<'_>, archive: &Archive<'_>) -> DateStyles {
    let mut dates = DateStyles::default();
    let Some(entry) = archive.find(STYLES) else { return dates };
    let mut is_cell_style = false;
    package::part(run, archive, entry, run.part("styles"), |run, bytes| {
        each_record(run, bytes, |_, kind, mut data| {
            match kind {
                44 => {
                    let id = data.u16_le().unwrap_or_default();
                    dates.add_format(u32::from(id), &wide(&mut data).unwrap_or_default());
                }
                617 => is_cell_style = true,
                618 => is_cell_style = false,
                47 if is_cell_style => {
                    data.skip(2);
                    dates.add_style(u32::from(data.u16_le().unwrap_or_default()));
                }
                _ => {}
            }
            Ok(())
        })
    });
    dates
}

fn is_sheet(entry: &Entry<'_>) -> bool {
    entry.ends_with(".bin") && SHEETS.iter().any(|folder| entry.starts_with(folder))
}

/// The number of each sheet by the name of its part; writes the sheets' names.
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
        each_record(run, bytes, |run, kind, mut data| {
            if kind == 153 && data.u8().is_some_and(|flags| flags & 1 != 0) {
                dates.count_from_1904();
            }
            if kind != 156 {
                return Ok(());
            }
            data.skip(8);
            let id = wide(&mut data).unwrap_or_default();
            number = number.saturating_add(1);
            if let Some(part) = targets.remove(&id) {
                numbers.entry(part).or_insert(number);
            }
            let locator = Locator { sheet: Some(number), ..run.part("name") };
            run.segment(locator, &wide(&mut data).unwrap_or_default())
        })
    });
    numbers
}

fn sheet(run: &mut Run<'_>, bytes: &[u8], shared: &Shared, locator: &Locator) -> Read {
    let mut grid = Grid::new(locator.clone());
    each_record(run, bytes, |run, kind, mut data| match kind {
        0 => match data.u32_le() {
            Some(row) => grid.start_row(run, row.saturating_add(1)),
            None => Ok(()),
        },
        1..=11 => {
            let Some(column) = data.u32_le() else { return Ok(()) };
            let Some(style) = data.u32_le() else { return Ok(()) };
            let text = value(kind, style & 0x00ff_ffff, data, shared).unwrap_or_default();
            grid.cell(run, column.saturating_add(1), &text)
        }
        // Header and footer of the printed page.
        479 => {
            data.skip(2);
            let part = Locator { part: Some("header".into()), ..locator.clone() };
            let slot = run.open(part);
            while let Some(text) = wide(&mut data) {
                run.write(slot, &text)?;
                run.end_line(slot)?;
            }
            Ok(())
        }
        _ => Ok(()),
    })
}

fn value(kind: u32, style: u32, mut data: Cursor<'_>, shared: &Shared) -> Option<String> {
    let shown = |value: f64| {
        let date = usize::try_from(style).ok().and_then(|style| shared.dates.text(style, value));
        date.unwrap_or_else(|| number(value))
    };
    Some(match kind {
        2 => shown(packed(data.u32_le()?)),
        4 | 10 => (if data.u8()? == 0 { "FALSE" } else { "TRUE" }).to_owned(),
        5 | 9 => shown(f64::from_bits(data.u64_le()?)),
        6 | 8 => wide(&mut data)?,
        7 => shared.strings.get(usize::try_from(data.u32_le()?).ok()?)?.to_string(),
        _ => return None,
    })
}

/// Writes whatever strings the records of a part start with or hold.
fn every_string(run: &mut Run<'_>, bytes: &[u8], part: &'static str) -> Read {
    let slot = run.open(run.part(part));
    each_record(run, bytes, |run, _, data| {
        let mut units = data.rest();
        // Strings stand at any offset, with their length before them.
        while units.len() >= 4 {
            run.tick()?;
            let mut cursor = Cursor::new(units);
            match readable(&mut cursor) {
                Some(text) => {
                    run.write(slot, &text)?;
                    run.end_line(slot)?;
                    units = cursor.rest();
                }
                None => units = units.get(1..).unwrap_or_default(),
            }
        }
        Ok(())
    })
}

/// A string that is text. No cell holds a longer one; and where one of readable characters could begin, their
/// zeros make lengths that are longer.
fn readable(cursor: &mut Cursor<'_>) -> Option<String> {
    const UNITS_MAX: usize = 32_767;
    let units =
        usize::try_from(cursor.u32_le()?).ok().filter(|units| (1..=UNITS_MAX).contains(units))?;
    let bytes = cursor.take(units.checked_mul(2)?)?;
    let units = bytes.as_chunks::<2>().0.iter().map(|unit| u16::from_le_bytes(*unit));
    let is_text = |c: &char| !c.is_control() || c.is_whitespace();
    // Ends at the first that is not: most are not text from their first character on.
    char::decode_utf16(units).map(|c| c.ok().filter(is_text)).collect()
}

/// A string with its length in units of UTF-16 (2.5.169).
fn wide(cursor: &mut Cursor<'_>) -> Option<String> {
    let units = usize::try_from(cursor.u32_le()?).ok()?;
    let bytes = cursor.take(units.checked_mul(2)?)?;
    Some(encoding_rs::UTF_16LE.decode_without_bom_handling(bytes).0.into_owned())
}

/// Visits the records of a part. Type and length have seven bits in each byte (2.1.4).
fn each_record<'b>(
    run: &mut Run<'b>,
    bytes: &[u8],
    mut visit: impl FnMut(&mut Run<'b>, u32, Cursor<'_>) -> Read,
) -> Read {
    let mut cursor = Cursor::new(bytes);
    while let (Some(kind), Some(length)) = (variable(&mut cursor, 2), variable(&mut cursor, 4)) {
        run.tick()?;
        let rest = cursor.rest();
        let length = usize::try_from(length).unwrap_or(usize::MAX).min(rest.len());
        let Some(data) = cursor.take(length) else { break };
        visit(run, kind, Cursor::new(data))?;
    }
    Ok(())
}

fn variable(cursor: &mut Cursor<'_>, bytes_max: u32) -> Option<u32> {
    let mut value = 0;
    for index in 0..bytes_max {
        let byte = u32::from(cursor.u8()?);
        value |= (byte & 0x7f) << (index * 7);
        if byte & 0x80 == 0 {
            break;
        }
    }
    Some(value)
}
