//! Parts, relationships and properties of a package (ECMA-376 part 2).

use std::collections::BTreeMap;

use dosimeter_content::Expose;
use dosimeter_record::{GapReason, Locator};

use crate::{
    ooxml::flow,
    run::{Read, Run, Stop},
    text, xml,
    xml::Node,
    zip::{self, Archive, Entry},
};

/// Reads one part, contained, so that a broken part costs only itself.
pub(super) fn part<'b>(
    run: &mut Run<'b>,
    archive: &Archive<'_>,
    entry: &Entry<'_>,
    locator: Locator,
    read: impl FnOnce(&mut Run<'b>, &[u8]) -> Read,
) {
    run.contain(locator, |run| {
        run.spend_entry()?;
        let (content, end) = archive.open(run, entry);
        // A part that was cut short is read as far as it goes; why it was cut matters more than that
        // its XML then ends early.
        let outcome = read(run, content.expose());
        end.and(outcome)
    });
}

/// Reads every part whose name starts with `prefix` as running text.
pub(super) fn flows(run: &mut Run<'_>, archive: &Archive<'_>, prefix: &str, name: &'static str) {
    let place = run.part(name);
    flows_at(run, archive, prefix, |_| place.clone());
}

/// The same, each at its place.
pub(super) fn flows_at(
    run: &mut Run<'_>,
    archive: &Archive<'_>,
    prefix: &str,
    place: impl Fn(&str) -> Locator,
) {
    for entry in xml_parts(archive, prefix) {
        let locator = place(&entry.name());
        part(run, archive, entry, locator.clone(), |run, bytes| {
            let slot = run.open(locator);
            flow::read(run, slot, bytes)
        });
    }
}

/// The parts below `prefixes` that numbered parts lead to, with the number of the first that does: comments of
/// a sheet, charts of a slide.
pub(super) fn related(
    run: &mut Run<'_>,
    archive: &Archive<'_>,
    numbers: &BTreeMap<String, u32>,
    prefixes: &[&str],
) -> BTreeMap<String, u32> {
    let mut found = BTreeMap::new();
    for (name, number) in numbers {
        for target in relationships(run, archive, name).into_values() {
            if prefixes.iter().any(|prefix| target.starts_with(prefix)) {
                found.entry(target).or_insert(*number);
            }
        }
    }
    found
}

/// Reads a package of another vocabulary that calls its elements the same: the parts whose names start
/// with `prefix` as the document's text, then everything else.
pub(crate) fn sections(run: &mut Run<'_>, archive: &Archive<'_>, prefix: &str) -> Read {
    for (number, entry) in (1..).zip(xml_parts(archive, prefix)) {
        let section = Locator { section: Some(number), ..run.place() };
        part(run, archive, entry, section.clone(), |run, bytes| {
            let slot = run.open(Locator { paragraph: Some(1), ..section });
            flow::read(run, slot, bytes)
        });
    }
    common(run, archive, &[prefix])?;
    damage(archive)
}

/// Reads every part whose name starts with `prefix` as raw XML: connections, caches, custom data.
pub(super) fn raw(run: &mut Run<'_>, archive: &Archive<'_>, prefix: &str, name: &'static str) {
    for entry in xml_parts(archive, prefix) {
        part(run, archive, entry, run.part(name), |run, bytes| {
            let slot = run.open(run.part(name));
            xml::write(run, slot, &text::decode_lossy(bytes))
        });
    }
}

/// The XML parts directly or indirectly below `prefix`, without relationships.
pub(super) fn xml_parts<'a, 'z>(
    archive: &'a Archive<'z>,
    prefix: &'a str,
) -> impl Iterator<Item = &'a Entry<'z>> {
    let is_part = move |entry: &&Entry<'_>| entry.starts_with(prefix) && entry.ends_with(".xml");
    archive.entries.iter().filter(is_part)
}

/// The main part: the one whose name starts like this and that is an XML part.
pub(crate) fn main_part<'a, 'z>(archive: &'a Archive<'z>, start: &'a str) -> Option<&'a Entry<'z>> {
    xml_parts(archive, start).next()
}

/// What packages of all three kinds have: properties, links, and whatever else stands in the archive
/// and is not below one of `known`: custom data, pictures, embedded files, parts of newer versions.
pub(super) fn common(run: &mut Run<'_>, archive: &Archive<'_>, known: &[&str]) -> Read {
    for entry in xml_parts(archive, "docProps/") {
        part(run, archive, entry, run.part("metadata"), properties);
    }
    links(run, archive);
    let is_other = |entry: &Entry<'_>| {
        let is_read =
            entry.ends_with(".rels") || known.iter().any(|known| entry.starts_with(known));
        !is_read && !FORM.iter().any(|form| entry.contains(form))
    };
    for entry in archive.entries.iter().filter(|entry| entry.ends_with(".xml") && is_other(entry)) {
        part(run, archive, entry, run.part("other"), |run, bytes| {
            let slot = run.open(run.part("other"));
            xml::write(run, slot, &text::decode_lossy(bytes))
        });
    }
    zip::read_embedded(run, archive, |entry| !entry.ends_with(".xml") && is_other(entry))
}

/// Parts that say what things look like: they repeat in every file that a program writes.
const FORM: [&str; 15] = [
    "[Content_Types].xml",
    "docProps/",
    "/theme/",
    "/fonts/",
    "/printerSettings/",
    "/styles.xml",
    "/stylesWithEffects.xml",
    "/fontTable.xml",
    "/webSettings.xml",
    "/numbering.xml",
    "/calcChain.xml",
    "/tableStyles.xml",
    "/viewProps.xml",
    "/presProps.xml",
    "/vmlDrawing",
];

/// Writes properties as lines of name and value.
fn properties(run: &mut Run<'_>, bytes: &[u8]) -> Read {
    let slot = run.open(run.part("metadata"));
    let mut name = String::new();
    xml::walk(run, bytes, |run, node| match node {
        Node::Start(element) => {
            // Custom properties have their name in an attribute and their type as element.
            let named = xml::attribute(element, "name");
            let is_typed = element.name().as_ref().starts_with("vt:");
            match named {
                Some(named) => name = named.into_owned(),
                None if is_typed => {}
                None => element.local_name().as_ref().clone_into(&mut name),
            }
            Ok(())
        }
        Node::Text(text) if !text.trim().is_empty() => {
            run.write(slot, &name)?;
            run.write(slot, ": ")?;
            run.write(slot, text.trim())?;
            run.write(slot, "\n")
        }
        Node::Text(_) | Node::End(_) => Ok(()),
    })
}

/// Writes the targets of external relationships: where links and linked data lead.
fn links(run: &mut Run<'_>, archive: &Archive<'_>) {
    for entry in archive.entries.iter().filter(|entry| entry.ends_with(".rels")) {
        part(run, archive, entry, run.part("link"), |run, bytes| {
            let slot = run.open(run.part("link"));
            each_relationship(run, bytes, |run, _, target, is_external| {
                if is_external {
                    run.write(slot, target)?;
                    run.write(slot, "\n")?;
                }
                Ok(())
            })
        });
    }
}

/// Targets are names of parts. A longer one would be compared, or copied, each time that somebody names it.
const TARGET_BYTES_MAX: usize = 1024;

/// The internal relationships of the part `name`: id to the full name of the target.
pub(super) fn relationships(
    run: &mut Run<'_>,
    archive: &Archive<'_>,
    name: &str,
) -> BTreeMap<String, String> {
    let (folder, file) = name.rsplit_once('/').unwrap_or(("", name));
    let mut targets = BTreeMap::new();
    let Some(entry) = archive.find(&format!("{folder}/_rels/{file}.rels")) else { return targets };
    let locator = run.place();
    part(run, archive, entry, locator, |run, bytes| {
        each_relationship(run, bytes, |_, id, target, is_external| {
            if !is_external && target.len() <= TARGET_BYTES_MAX {
                targets.insert(id.to_owned(), absolute(folder, target));
            }
            Ok(())
        })
    });
    targets
}

fn each_relationship<'b>(
    run: &mut Run<'b>,
    bytes: &[u8],
    mut visit: impl FnMut(&mut Run<'b>, &str, &str, bool) -> Read,
) -> Read {
    xml::walk(run, bytes, |run, node| {
        if let Node::Start(element) = node
            && let (Some(id), Some(target)) =
                (xml::attribute(element, "Id"), xml::attribute(element, "Target"))
        {
            let mode = xml::attribute(element, "TargetMode");
            visit(run, &id, &target, mode.as_deref() == Some("External"))?;
        }
        Ok(())
    })
}

/// Resolves a target against the folder of its source.
pub(crate) fn absolute(folder: &str, target: &str) -> String {
    if let Some(rooted) = target.strip_prefix('/') {
        return rooted.to_owned();
    }
    let mut path: Vec<&str> = folder.split('/').filter(|step| !step.is_empty()).collect();
    for step in target.split('/') {
        match step {
            ".." => drop(path.pop()),
            "." | "" => {}
            _ => path.push(step),
        }
    }
    path.join("/")
}

/// The gap of a package that damage reaches as a whole.
pub(super) fn damage(archive: &Archive<'_>) -> Read {
    archive.damage.map_or(Ok(()), |reason: GapReason| Err(Stop(reason)))
}
