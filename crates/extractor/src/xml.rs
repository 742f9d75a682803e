//! XML (W3C Recommendation, fifth edition).
//!
//! A document of an unknown vocabulary is scanned as it stands, with character references undone:
//! element and attribute names are the context of what they hold, and comments, processing
//! instructions and damaged parts need no case of their own. Entities that a document declares are
//! never expanded (that is the billion-laughs attack), which is a gap, since text can hide in them.
//!
//! The Office formats use [`walk`] instead.

use std::borrow::Cow;

use dosimeter_record::GapReason;
use quick_xml::{
    XmlVersion,
    escape::resolve_xml_entity,
    events::{BytesRef, BytesStart, Event},
    reader::Reader,
};

use crate::{
    run::{Read, Run, Slot, Stop},
    text,
};

/// Writes the text of any XML document.
pub(crate) fn read(run: &mut Run<'_>, document: &str) -> Read {
    let main = run.open(run.lines());
    write(run, main, document)
}

/// The same into a segment that is already open.
pub(crate) fn write(run: &mut Run<'_>, main: Slot, document: &str) -> Read {
    let mut rest = document;
    while let Some((before, after)) = rest.split_once('&') {
        run.tick()?;
        run.write(main, before)?;
        // No further than a name reaches: ampersands without end would each search to the end.
        let window =
            after.get(..after.floor_char_boundary(REFERENCE_BYTES_MAX)).unwrap_or_default();
        let resolved = window.split_once(';').and_then(|(name, _)| {
            Some((resolve(name)?, after.get(name.len().saturating_add(1)..)?))
        });
        let (text, next) = resolved.unwrap_or((Cow::Borrowed("&"), after));
        // A line of the segment is a line of the document.
        run.write(main, if text == "\n" { " " } else { &text })?;
        rest = next;
    }
    run.write(main, rest)?;
    if document.contains("<!ENTITY") {
        run.gap(GapReason::Unsupported, run.part("entity"));
    }
    Ok(())
}

/// The longest reference, `#x10ffff`, with some zeros and its semicolon.
const REFERENCE_BYTES_MAX: usize = 11;

/// The text that a character reference or a predefined entity stands for.
fn resolve(name: &str) -> Option<Cow<'static, str>> {
    if name.starts_with('#') {
        let character = BytesRef::new(name).resolve_char_ref().ok()??;
        return Some(character.to_string().into());
    }
    resolve_xml_entity(name).map(Cow::Borrowed)
}

/// What a walker of one vocabulary sees of a document.
pub(crate) enum Node<'e> {
    /// An element starts.
    Start(&'e BytesStart<'e>),
    /// An element ends, also one without content. Its local name.
    End(&'e str),
    /// Text, with references resolved.
    Text(&'e str),
}

/// Walks a part of an Office document. Never recurses; elements may nest as deep as they like.
///
/// A part that breaks off or is not well-formed gives what stands before the break, and
/// `malformed`.
pub(crate) fn walk<'b>(
    run: &mut Run<'b>,
    part: &[u8],
    mut visit: impl FnMut(&mut Run<'b>, Node<'_>) -> Read,
) -> Read {
    let document = text::decode_lossy(part);
    let mut reader = Reader::from_str(&document);
    let config = reader.config_mut();
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;
    config.check_end_names = false;
    let mut depth = 0_usize;
    loop {
        run.tick()?;
        match reader.read_event() {
            Ok(Event::Start(element)) => {
                depth = depth.saturating_add(1);
                visit(run, Node::Start(&element))?;
            }
            Ok(Event::Empty(element)) => {
                visit(run, Node::Start(&element))?;
                visit(run, Node::End(element.local_name().as_ref()))?;
            }
            Ok(Event::End(element)) => {
                depth = depth.saturating_sub(1);
                visit(run, Node::End(element.local_name().as_ref()))?;
            }
            Ok(Event::Text(text)) => visit(run, Node::Text(&text.xml10_content()))?,
            Ok(Event::CData(text)) => visit(run, Node::Text(&text.xml10_content()))?,
            Ok(Event::GeneralRef(reference)) => {
                if let Some(text) = resolve(&reference.into_inner()) {
                    visit(run, Node::Text(&text))?;
                }
            }
            Ok(Event::Eof) => {
                // The end of the file inside an element: cut off.
                return if depth == 0 { Ok(()) } else { Err(Stop(GapReason::Malformed)) };
            }
            Ok(Event::DocType(declarations)) => {
                if declarations.into_inner().contains("<!ENTITY") {
                    run.gap(GapReason::Unsupported, run.part("entity"));
                }
            }
            Ok(Event::Comment(_) | Event::PI(_) | Event::Decl(_)) => {}
            Err(_) => return Err(Stop(GapReason::Malformed)),
        }
    }
}

/// The value of the attribute with that local name.
///
/// Does not check for duplicates: that would cost O(n²) on a hostile element.
pub(crate) fn attribute<'e>(element: &'e BytesStart<'_>, name: &str) -> Option<Cow<'e, str>> {
    element
        .attributes()
        .with_checks(false)
        .flatten()
        .find(|attribute| attribute.key.local_name().as_ref() == name)
        .map(|attribute| attribute.normalized_value(XmlVersion::Implicit1_0).unwrap_or_default())
}

/// The value of the attribute with that local name and some prefix: `r:id` rather than `id`.
pub(crate) fn prefixed_attribute<'e>(
    element: &'e BytesStart<'_>,
    name: &str,
) -> Option<Cow<'e, str>> {
    element
        .attributes()
        .with_checks(false)
        .flatten()
        .find(|attribute| {
            attribute.key.prefix().is_some() && attribute.key.local_name().as_ref() == name
        })
        .map(|attribute| attribute.normalized_value(XmlVersion::Implicit1_0).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use dosimeter_content::Expose;

    use super::*;
    use crate::Budget;

    fn check(document: &str, expected: &str, gaps_expected: usize) {
        let budget = Budget::default();
        let (segments, gaps) = crate::run::collected(&budget, |run| read(run, document));
        assert_eq!(segments.first().unwrap().text.expose(), expected);
        assert_eq!(gaps.len(), gaps_expected, "{gaps:?}");
    }

    #[test]
    fn references_are_undone_and_markup_stays() {
        check("<ssn v='&#49;2'>R&amp;D &#x34;1</ssn>", "<ssn v='12'>R&D 41</ssn>", 0);
        check("<a>5 & 6 &unknown; &;</a>", "<a>5 & 6 &unknown; &;</a>", 0);
    }

    #[test]
    fn declared_entities_are_a_gap() {
        check(
            "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
            "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
            1,
        );
    }
}
