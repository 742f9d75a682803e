//! Presentations (ECMA-376 part 1, chapter 19).

use std::collections::BTreeMap;

use dosimeter_record::Locator;

use super::{flow, package};
use crate::{
    run::{Read, Run},
    xml,
    xml::Node,
    zip::Archive,
};

const PRESENTATION: &str = "ppt/presentation.xml";
const SLIDES: &str = "ppt/slides/";

/// Parts beside the slides.
const PARTS: [(&str, &str); 4] = [
    ("ppt/slideMasters/", "master"),
    ("ppt/slideLayouts/", "layout"),
    ("ppt/notesMasters/", "master"),
    ("ppt/handoutMasters/", "master"),
];

/// Parts that belong to a slide.
const SLIDE_PARTS: [(&str, &str); 4] = [
    ("ppt/notesSlides/", "notes"),
    ("ppt/comments/", "comment"),
    ("ppt/charts/chart", "chart"),
    ("ppt/diagrams/data", "diagram"),
];

const RAW_PARTS: [(&str, &str); 2] = [("ppt/commentAuthors", "author"), ("ppt/authors", "author")];

/// Writes the slides in their order, each with its notes and comments, and everything else.
pub(crate) fn read(run: &mut Run<'_>, archive: &Archive<'_>) -> Read {
    let numbers = slide_numbers(run, archive);
    for entry in package::xml_parts(archive, SLIDES) {
        run.spend_page()?;
        let slide = Locator { slide: numbers.get(&*entry.name()).copied(), ..run.place() };
        package::part(run, archive, entry, slide.clone(), |run, bytes| {
            let slot = run.open(slide);
            flow::read(run, slot, bytes)
        });
    }
    let beside = package::related(run, archive, &numbers, &SLIDE_PARTS.map(|(prefix, _)| prefix));
    for (prefix, name) in SLIDE_PARTS {
        let place = run.part(name);
        package::flows_at(run, archive, prefix, |part| Locator {
            slide: beside.get(part).copied(),
            ..place.clone()
        });
    }
    for (prefix, name) in PARTS {
        package::flows(run, archive, prefix, name);
    }
    for (prefix, name) in RAW_PARTS {
        package::raw(run, archive, prefix, name);
    }
    let known = PARTS.iter().chain(&SLIDE_PARTS).chain(&RAW_PARTS).map(|(prefix, _)| *prefix);
    package::common(run, archive, &known.chain([PRESENTATION, SLIDES]).collect::<Vec<_>>())?;
    package::damage(archive)
}

/// The number of each slide.
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
    numbers
}
