//! Presentations (ECMA-376 part 1, chapter 19).

use std::collections::BTreeMap;

use dosimeter_record::Locator;

use super::{flow, package};
use crate::{
    run::{Read, Run},
    xml,
    xml::Node,
    zip::{Archive, Entry},
};

const PRESENTATION: &str = "ppt/presentation.xml";

/// Parts beside the slides.
const PARTS: [(&str, &str); 6] = [
    ("ppt/slideMasters/", "master"),
    ("ppt/slideLayouts/", "layout"),
    ("ppt/notesMasters/", "master"),
    ("ppt/handoutMasters/", "master"),
    ("ppt/charts/chart", "chart"),
    ("ppt/diagrams/data", "diagram"),
];

const RAW_PARTS: [(&str, &str); 2] = [("ppt/commentAuthors", "author"), ("ppt/authors", "author")];

/// Writes the slides in their order, each with its notes and comments, and everything else.
pub(crate) fn read(run: &mut Run<'_>, archive: &Archive<'_>) -> Read {
    let numbers = slide_numbers(run, archive);
    for entry in package::xml_parts(archive, "ppt/slides/") {
        run.spend_page()?;
        slide(run, archive, entry, &numbers);
    }
    for (prefix, name) in [("ppt/notesSlides/", "notes"), ("ppt/comments/", "comment")] {
        for entry in package::xml_parts(archive, prefix) {
            let locator = Locator { slide: numbers.get(&*entry.name()).copied(), ..run.part(name) };
            text(run, archive, entry, locator);
        }
    }
    for (prefix, name) in PARTS {
        package::flows(run, archive, prefix, name);
    }
    for (prefix, name) in RAW_PARTS {
        package::raw(run, archive, prefix, name);
    }
    let known = PARTS.iter().chain(&RAW_PARTS).map(|(prefix, _)| *prefix);
    let slides = [PRESENTATION, "ppt/slides/", "ppt/notesSlides/", "ppt/comments/"];
    package::common(run, archive, &known.chain(slides).collect::<Vec<_>>())?;
    package::damage(archive)
}

fn slide(
    run: &mut Run<'_>,
    archive: &Archive<'_>,
    entry: &Entry<'_>,
    numbers: &BTreeMap<String, u32>,
) {
    let locator = Locator { slide: numbers.get(&*entry.name()).copied(), ..run.place() };
    text(run, archive, entry, locator);
}

fn text(run: &mut Run<'_>, archive: &Archive<'_>, entry: &Entry<'_>, locator: Locator) {
    package::part(run, archive, entry, locator.clone(), |run, bytes| {
        let slot = run.open(locator);
        flow::read(run, slot, bytes)
    });
}

/// The number of each slide, and of the slide that each page of notes and comments belongs to.
fn slide_numbers(run: &mut Run<'_>, archive: &Archive<'_>) -> BTreeMap<String, u32> {
    let targets = package::relationships(run, archive, PRESENTATION);
    let mut numbers = BTreeMap::new();
    let mut number = 0_u32;
    if let Some(entry) = archive.find(PRESENTATION) {
        package::part(run, archive, entry, run.place(), |run, bytes| {
            xml::walk(run, bytes, |_, node| {
                if let Node::Start(element) = node
                    && element.local_name().as_ref() == "sldId"
                {
                    number = number.saturating_add(1);
                    // The slide's own `id` comes first; the relationship is `r:id`.
                    let slide = xml::prefixed_attribute(element, "id")
                        .and_then(|id| targets.get(id.as_ref()));
                    if let Some(slide) = slide {
                        numbers.insert(slide.clone(), number);
                    }
                }
                Ok(())
            })
        });
    }
    let slides: Vec<(String, u32)> = numbers.iter().map(|(name, n)| (name.clone(), *n)).collect();
    for (name, number) in slides {
        for target in package::relationships(run, archive, &name).into_values() {
            if target.starts_with("ppt/notesSlides/") || target.starts_with("ppt/comments/") {
                numbers.insert(target, number);
            }
        }
    }
    numbers
}
