//! What stands in a PDF file beside its pages.

use std::collections::BTreeSet;

use dosimeter_content::Expose;
use dosimeter_record::Locator;
use lopdf::{Dictionary, Document, Object, ObjectId, Stream};

use super::pages::Page;
use crate::{
    Hint, capped, dispatch,
    run::{Read, Run, Slot},
    text, xml,
};

/// A part of the document and how it is read.
pub(super) struct Part {
    pub(super) name: &'static str,
    pub(super) read: fn(&mut Run<'_>, &Document) -> Read,
}

/// All parts, in the order in which they are read.
pub(super) const PARTS: [Part; 5] = [
    Part { name: "form", read: form },
    Part { name: "outline", read: outline },
    Part { name: "metadata", read: information },
    Part { name: "script", read: scripts },
    Part { name: "attachment", read: embedded },
];

/// Writes comments, links and their like (ISO 32000-1 section 12.5).
pub(super) fn annotations(
    run: &mut Run<'_>,
    document: &Document,
    page: &Page<'_>,
    place: &Locator,
) -> Read {
    let annotations = page.dictionary.get_deref(b"Annots", document).and_then(Object::as_array);
    let slot = run.open(Locator { part: Some("annotation".into()), ..place.clone() });
    for annotation in annotations.into_iter().flatten() {
        // Pages may share one list.
        run.spend_operator()?;
        let Some(annotation) = dictionary(document, annotation) else { continue };
        for key in [&b"T"[..], b"Subj", b"Contents", b"RC"] {
            // The title of a form field is its name, which is read with its value.
            let is_field = key == b"T" && annotation.has(b"FT");
            if !is_field {
                write(run, slot, document, annotation.get(key).ok())?;
            }
        }
        let action = annotation.get_deref(b"A", document).and_then(Object::as_dict).ok();
        write(run, slot, document, action.and_then(|action| action.get(b"URI").ok()))?;
    }
    Ok(())
}

/// Writes the fields of the form, as lines of name and value (12.7), and its XML twin (XFA).
fn form(run: &mut Run<'_>, document: &Document) -> Read {
    let Some(form) = catalog_entry(document, b"AcroForm") else { return Ok(()) };
    let slot = run.open(run.part("form"));
    let fields = form.get_deref(b"Fields", document).and_then(Object::as_array);
    let mut stack = Vec::new();
    let mut seen = BTreeSet::new();
    open_fields(run, &mut stack, &mut seen, fields.ok())?;
    while let Some(field) = stack.pop() {
        let Ok(field) = document.get_dictionary(field) else { continue };
        for key in [&b"T"[..], b"TU", b"V", b"DV", b"RV"] {
            if let Ok(value) = field.get(key) {
                let separator = if key == b"T" { "\n" } else { ": " };
                run.write(slot, separator)?;
                value_text(run, slot, document, value)?;
            }
        }
        let kids = field.get_deref(b"Kids", document).and_then(Object::as_array);
        open_fields(run, &mut stack, &mut seen, kids.ok())?;
    }
    match form.get_deref(b"XFA", document) {
        Ok(Object::Stream(stream)) => xml_stream(run, "xfa", stream),
        Ok(Object::Array(packets)) => {
            for packet in packets {
                if let Ok((_, Object::Stream(stream))) = document.dereference(packet) {
                    xml_stream(run, "xfa", stream)?;
                }
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

/// Puts fields on the stack, the first on top, each once: fields may share one list of others.
fn open_fields(
    run: &mut Run<'_>,
    stack: &mut Vec<ObjectId>,
    seen: &mut BTreeSet<ObjectId>,
    fields: Option<&Vec<Object>>,
) -> Read {
    let from = stack.len();
    for field in fields.into_iter().flatten().filter_map(|field| field.as_reference().ok()) {
        run.spend_operator()?;
        if seen.insert(field) {
            stack.push(field);
        }
    }
    stack.get_mut(from..).unwrap_or_default().reverse();
    Ok(())
}

/// Writes a field's value: text, a name, a list of them, or a stream of text.
fn value_text(run: &mut Run<'_>, slot: Slot, document: &Document, value: &Object) -> Read {
    let Ok((_, value)) = document.dereference(value) else { return Ok(()) };
    match value {
        Object::String(bytes, _) => run.write(slot, &decode(bytes)),
        Object::Name(name) => run.write(slot, &String::from_utf8_lossy(name)),
        Object::Array(items) => {
            for item in items.iter().filter_map(|item| item.as_str().ok()) {
                run.write(slot, &decode(item))?;
                run.write(slot, ", ")?;
            }
            Ok(())
        }
        Object::Stream(stream) => {
            let content = capped::pdf_stream(run, stream)?;
            run.write(slot, &decode(content.expose()))
        }
        _ => Ok(()),
    }
}

/// Writes the titles of the outline (12.3.3).
fn outline(run: &mut Run<'_>, document: &Document) -> Read {
    let slot = run.open(run.part("outline"));
    let mut seen: BTreeSet<ObjectId> = BTreeSet::new();
    let mut stack: Vec<&Dictionary> = catalog_entry(document, b"Outlines").into_iter().collect();
    while let Some(item) = stack.pop() {
        run.tick()?;
        write(run, slot, document, item.get(b"Title").ok())?;
        for key in [b"Next".as_slice(), b"First"] {
            let next =
                item.get(key).and_then(Object::as_reference).ok().filter(|id| seen.insert(*id));
            stack.extend(next.and_then(|id| document.get_dictionary(id).ok()));
        }
    }
    Ok(())
}

/// Writes the document information and the XMP packet (14.3).
fn information(run: &mut Run<'_>, document: &Document) -> Read {
    let slot = run.open(run.part("metadata"));
    let information = document.trailer.get_deref(b"Info", document).and_then(Object::as_dict);
    for (key, value) in information.into_iter().flatten() {
        if let Ok((_, Object::String(bytes, _))) = document.dereference(value) {
            run.write(slot, &String::from_utf8_lossy(key))?;
            run.write(slot, ": ")?;
            run.write(slot, &decode(bytes))?;
            run.write(slot, "\n")?;
        }
    }
    let xmp = document.catalog().and_then(|catalog| catalog.get_deref(b"Metadata", document));
    match xmp.and_then(Object::as_stream) {
        Ok(stream) => xml_stream(run, "metadata", stream),
        Err(_) => Ok(()),
    }
}

/// Writes the scripts, wherever they hang (12.6.4.16).
fn scripts(run: &mut Run<'_>, document: &Document) -> Read {
    let slot = run.open(run.part("script"));
    each_dictionary(run, document, |run, dictionary| match dictionary.get_deref(b"JS", document) {
        Ok(Object::Stream(stream)) => {
            let content = capped::pdf_stream(run, stream)?;
            run.write(slot, &decode(content.expose()))?;
            run.write(slot, "\n")
        }
        Ok(script) => write(run, slot, document, Some(script)),
        Err(_) => Ok(()),
    })
}

/// Reads embedded files, wherever they are attached (7.11.4): to the document, a page or a comment.
fn embedded(run: &mut Run<'_>, document: &Document) -> Read {
    let mut number = 0_u32;
    let mut seen: BTreeSet<usize> = BTreeSet::new();
    each_dictionary(run, document, |run, dictionary| {
        let Ok(files) = dictionary.get_deref(b"EF", document).and_then(Object::as_dict) else {
            return Ok(());
        };
        let name = [&b"UF"[..], b"F"]
            .iter()
            .find_map(|key| dictionary.get_deref(key, document).ok()?.as_str().ok());
        let name = name.map(decode).unwrap_or_default();
        for (_, file) in files {
            let Ok((_, Object::Stream(file))) = document.dereference(file) else { continue };
            // `F` and `UF` name the same stream.
            if !seen.insert(std::ptr::from_ref(file).addr()) {
                continue;
            }
            run.spend_entry()?;
            number = number.saturating_add(1);
            run.inside(number, |run| {
                run.segment(run.part("name"), &name)?;
                let content = capped::pdf_stream(run, file)?;
                dispatch::read(run, content.expose(), Hint { name: Some(&name), media_type: None });
                Ok(())
            });
        }
        Ok(())
    })
}

/// Visits every dictionary of the document, also within other objects.
fn each_dictionary<'d, 'b>(
    run: &mut Run<'b>,
    document: &'d Document,
    mut visit: impl FnMut(&mut Run<'b>, &'d Dictionary) -> Read,
) -> Read {
    let mut stack: Vec<&Object> = Vec::new();
    for object in document.objects.values() {
        stack.push(object);
        while let Some(object) = stack.pop() {
            run.tick()?;
            let dictionary = match object {
                Object::Dictionary(dictionary) => dictionary,
                Object::Stream(stream) => &stream.dict,
                Object::Array(items) => {
                    stack.extend(items);
                    continue;
                }
                _ => continue,
            };
            visit(run, dictionary)?;
            stack.extend(dictionary.iter().map(|(_, value)| value));
        }
    }
    Ok(())
}

fn xml_stream(run: &mut Run<'_>, part: &'static str, stream: &Stream) -> Read {
    let content = capped::pdf_stream(run, stream)?;
    let slot = run.open(run.part(part));
    xml::write(run, slot, &text::decode_lossy(content.expose()))
}

fn catalog_entry<'d>(document: &'d Document, key: &[u8]) -> Option<&'d Dictionary> {
    document.catalog().ok()?.get_deref(key, document).ok()?.as_dict().ok()
}

fn dictionary<'d>(document: &'d Document, object: &'d Object) -> Option<&'d Dictionary> {
    document.dereference(object).ok()?.1.as_dict().ok()
}

/// Writes a text string as a line.
fn write(run: &mut Run<'_>, slot: Slot, document: &Document, object: Option<&Object>) -> Read {
    let Some(Ok((_, Object::String(bytes, _)))) = object.map(|object| document.dereference(object))
    else {
        return Ok(());
    };
    let text = decode(bytes);
    if text.trim().is_empty() {
        return Ok(());
    }
    run.write(slot, &text)?;
    run.write(slot, "\n")
}

/// Decodes a text string (7.9.2.2): UTF-16 or UTF-8 with a mark, or `PDFDocEncoding`, which is
/// Windows-1252 but for a few signs.
fn decode(bytes: &[u8]) -> String {
    let is_marked =
        [&b"\xfe\xff"[..], b"\xff\xfe", b"\xef\xbb\xbf"].iter().any(|mark| bytes.starts_with(mark));
    let decoded = if is_marked {
        text::decode_lossy(bytes)
    } else {
        encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0
    };
    decoded.replace('\r', "\n")
}
