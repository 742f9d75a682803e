//! From bytes to a document, with guards where `lopdf` has none.
//!
//! `lopdf` parses every object while loading, bounded per stream but not in all: a file of 25 MB can
//! name one large object a million times, or hold thousands of compressed object streams. Its loading
//! filter sees each object as soon as it is parsed, so the filter counts, and ends the load when the
//! count or the time is used up. The filter is a plain function pointer, which is why the count
//! stands in a thread-local variable while the load lasts.
//!
//! Encrypted files take a path in `lopdf` that knows no filter. They are therefore loaded as if they
//! were not encrypted, with their object streams held back, and decrypted here.

use std::{
    cell::RefCell,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
};

use dosimeter_content::{Content, Expose};
use dosimeter_record::GapReason;
use lopdf::{
    Document, EncryptionState, LoadOptions, Object, ObjectId, ObjectStream, Stream, encryption,
};

use crate::{
    capped,
    run::{Read, Run, Stop},
};

/// Objects, counting each element of arrays and dictionaries, that one file may hold. Measured: an
/// object takes about 115 bytes of memory, so this is below 500 MB.
const NODES_MAX: usize = 4_000_000;

/// What one object stream may expand to. Programs put a few hundred small objects in each.
const OBJECT_STREAM_BYTES_MAX: usize = 32 << 20;

/// How many objects pass between two looks at the deadline.
const OBJECTS_PER_LOOK: usize = 256;

thread_local! {
    static GUARD: RefCell<Option<Guard>> = const { RefCell::new(None) };
}

/// The count of a load under way.
struct Guard {
    budget: crate::Budget,
    nodes: usize,
    expansion_room: usize,
    objects: usize,
    /// Whether object streams are kept as they are, because they are still encrypted.
    holds_back: bool,
}

/// Loads a document and undoes its encryption if the empty password does.
pub(super) fn load(run: &mut Run<'_>, bytes: &[u8]) -> Read<Document> {
    run.look()?;
    if hides_encryption(bytes) {
        // Nobody writes it so but to be loaded without the filter.
        return Err(Stop(GapReason::Encrypted));
    }
    let masked = mask_encryption(bytes);
    let holds_back = masked.is_some();
    let visible = masked.as_ref().map_or(bytes, Content::expose);
    let mut document = guarded(run, holds_back, |force_reconstruct| {
        let options = LoadOptions {
            filter: Some(filter),
            max_decompressed_size: Some(OBJECT_STREAM_BYTES_MAX),
            force_reconstruct,
            ..LoadOptions::default()
        };
        #[expect(clippy::disallowed_methods, reason = "the one place that bounds loading")]
        let document = Document::load_mem_with_options(visible, options);
        document
    })?;
    fill(&mut document, bytes);
    if holds_back {
        decrypt(run, &mut document)?;
    }
    // An `/Encrypt` that stood where no name could be seen, such as in a compressed trailer.
    if document.is_encrypted() { Err(Stop(GapReason::Encrypted)) } else { Ok(document) }
}

/// Loads with the filter in place; again, by scanning for objects, if no page tree was found.
fn guarded(
    run: &mut Run<'_>,
    holds_back: bool,
    load: impl Fn(bool) -> lopdf::Result<Document>,
) -> Read<Document> {
    let mut last = Err(Stop(GapReason::Malformed));
    for force_reconstruct in [false, true] {
        let guard = Guard {
            budget: run.budget().clone(),
            nodes: 0,
            expansion_room: run.expansion_room(),
            objects: 0,
            holds_back,
        };
        let room = guard.expansion_room;
        GUARD.set(Some(guard));
        let outcome = catch_unwind(AssertUnwindSafe(|| load(force_reconstruct)));
        let guard = GUARD.take();
        run.spend_expansion(room.saturating_sub(guard.map_or(0, |guard| guard.expansion_room)))?;
        match outcome {
            Ok(Ok(document)) if force_reconstruct || holds_back || has_pages(&document) => {
                return Ok(document);
            }
            Ok(Ok(document)) => last = Ok(document),
            Ok(Err(_)) => {}
            Err(payload) => {
                let stop = payload.downcast_ref::<Stop>().copied();
                return Err(stop.unwrap_or(Stop(GapReason::ParserFailed)));
            }
        }
    }
    last
}

/// Gives streams without a length, or with one that leads out of the file, what stands up to their end:
/// `lopdf` leaves them empty. Copies each byte of the file once at most.
fn fill(document: &mut Document, bytes: &[u8]) {
    let mut room = bytes.len();
    for object in document.objects.values_mut() {
        let Object::Stream(stream) = object else { continue };
        let Some(start) = stream.start_position.filter(|_| stream.content.is_empty()) else {
            continue;
        };
        let rest = bytes.get(start..).unwrap_or_default();
        let within = rest.get(..room).unwrap_or(rest);
        let Some(end) = within.windows(END.len()).position(|window| window == END) else { return };
        room = room.saturating_sub(end).saturating_sub(END.len());
        let content = within.get(..end).unwrap_or_default();
        if !content.trim_ascii().is_empty() {
            stream.content = content.to_vec();
        }
    }
}

/// What ends a stream.
const END: &[u8] = b"endstream";

fn has_pages(document: &Document) -> bool {
    let root = document.catalog().and_then(|catalog| catalog.get_deref(b"Pages", document));
    root.and_then(Object::as_dict).is_ok_and(|root| root.has(b"Kids"))
}

/// Sees every object that `lopdf` parsed.
fn filter(id: ObjectId, object: &mut Object) -> Option<(ObjectId, Object)> {
    let verdict = GUARD.with_borrow_mut(|guard| guard.as_mut().map(|guard| guard.take(object)));
    match verdict {
        // Unwinds through lopdf without calling the panic hook: nothing failed, the load just ends.
        Some(Err(stop)) => resume_unwind(Box::new(stop)),
        // lopdf goes on with `object` where it read the object itself, and with what it gets back
        // where the object stood in an object stream, which no stream can.
        Some(Ok(())) | None if object.as_stream().is_ok() => Some((id, Object::Null)),
        Some(Ok(())) | None => Some((id, object.clone())),
    }
}

impl Guard {
    fn take(&mut self, object: &mut Object) -> Read {
        self.objects = self.objects.saturating_add(1);
        if self.objects.is_multiple_of(OBJECTS_PER_LOOK) && self.budget.is_expired() {
            return Err(Stop(GapReason::Deadline));
        }
        self.spend(count_nodes(object))?;
        if let Object::Stream(stream) = object
            && stream.dict.has_type(b"ObjStm")
        {
            if self.holds_back {
                stream.dict.set("Type", Object::Name(HELD_BACK.to_vec()));
                return Ok(());
            }
            let content = self.object_stream(stream)?;
            self.spend(count_tokens(content.expose()))?;
        }
        Ok(())
    }

    fn spend(&mut self, nodes: usize) -> Read {
        self.nodes = self.nodes.saturating_add(nodes);
        if self.nodes > NODES_MAX { Err(Stop(GapReason::TooManyEntries)) } else { Ok(()) }
    }

    fn object_stream(&mut self, stream: &Stream) -> Read<Content> {
        let room = self.expansion_room.min(OBJECT_STREAM_BYTES_MAX);
        let content = capped::pdf_stream_within(stream, room)?;
        self.expansion_room = self.expansion_room.saturating_sub(content.len());
        Ok(content)
    }
}

const HELD_BACK: &[u8] = b"ObjStmHeldBack";

/// The number of values in an object. lopdf nests at most 100 deep.
fn count_nodes(object: &Object) -> usize {
    let inner: usize = match object {
        Object::Array(items) => items.iter().map(count_nodes).sum(),
        Object::Dictionary(dictionary) => dictionary.iter().map(|(_, v)| count_nodes(v)).sum(),
        Object::Stream(stream) => stream.dict.iter().map(|(_, v)| count_nodes(v)).sum(),
        _ => 0,
    };
    inner.saturating_add(1)
}

/// The number of values that parsing the text of an object stream could give, at most.
fn count_tokens(text: &[u8]) -> usize {
    let is_break = |byte: &u8| byte.is_ascii_whitespace() || b"[]<>()/".contains(byte);
    text.split(is_break)
        .filter(|token| !token.is_empty())
        .count()
        .saturating_add(text.iter().filter(|byte| b"[<(/".contains(byte)).count())
}

/// A copy in which the trailers' key `/Encrypt` has another name; `None` if there is none.
fn mask_encryption(bytes: &[u8]) -> Option<Content> {
    let mut copy: Option<Vec<u8>> = None;
    for (index, window) in bytes.windows(KEY.len() + 1).enumerate() {
        let is_key = window.starts_with(KEY)
            && window.last().is_some_and(|byte| !byte.is_ascii_alphanumeric());
        if is_key {
            let copy = copy.get_or_insert_with(|| bytes.to_vec());
            let end = index.saturating_add(KEY.len());
            if let Some(key) = copy.get_mut(index..end) {
                key.copy_from_slice(MASKED);
            }
        }
    }
    copy.map(Content::from)
}

/// Whether the key is spelled with escapes, `/#45ncrypt` (ISO 32000-2 section 7.3.5).
fn hides_encryption(bytes: &[u8]) -> bool {
    let name = KEY.get(1..).unwrap_or_default();
    // Each character is written as itself or as `#` and two digits.
    let longest = name.len().saturating_mul(3);
    bytes.split(|&byte| byte == b'/').skip(1).any(|token| {
        let token = token.get(..longest).unwrap_or(token);
        token.contains(&b'#') && unescape(token).starts_with(name)
    })
}

fn unescape(name: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(name.len());
    let mut rest = name;
    while let Some((&byte, tail)) = rest.split_first() {
        let escaped = tail.first_chunk::<2>().filter(|_| byte == b'#');
        let digits = escaped.and_then(|digits| std::str::from_utf8(digits).ok());
        let value = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        plain.push(value.unwrap_or(byte));
        rest = if value.is_some() { tail.get(2..).unwrap_or_default() } else { tail };
    }
    plain
}

const KEY: &[u8] = b"/Encrypt";
const MASKED: &[u8] = b"/Encrypx";

/// Undoes the encryption with the empty password (ISO 32000-2 section 7.6): strings and streams first,
/// then the object streams that were held back.
fn decrypt(run: &mut Run<'_>, document: &mut Document) -> Read {
    let masked = MASKED.get(1..).unwrap_or_default();
    let Some(key) = document.trailer.remove(masked) else {
        // The word stood somewhere else in the file.
        return release(run, document);
    };
    let id = match key {
        Object::Reference(id) => id,
        direct => document.add_object(direct),
    };
    document.trailer.set("Encrypt", Object::Reference(id));
    if !document.trailer.has(b"ID") {
        // Required, forgotten by some, and then empty for everybody (table 15).
        document.trailer.set("ID", vec![Object::string_literal(""), Object::string_literal("")]);
    }
    let encrypted = |_| Stop(GapReason::Encrypted);
    document.authenticate_password("").map_err(encrypted)?;
    let state = EncryptionState::decode(document, b"").map_err(encrypted)?;
    for (object_id, object) in &mut document.objects {
        run.tick()?;
        if *object_id != id {
            // An object that cannot be decrypted fails later, where it is used.
            drop(encryption::decrypt_object(&state, *object_id, object));
        }
    }
    document.trailer.remove(b"Encrypt");
    release(run, document)
}

/// Adds the objects of the object streams that were held back.
fn release(run: &mut Run<'_>, document: &mut Document) -> Read {
    let mut guard = Guard {
        budget: run.budget().clone(),
        nodes: 0,
        expansion_room: run.expansion_room(),
        objects: 0,
        holds_back: false,
    };
    let mut released = Vec::new();
    for stream in document.objects.values().filter_map(|object| object.as_stream().ok()) {
        run.tick()?;
        if !stream.dict.has_type(HELD_BACK) {
            continue;
        }
        let Ok(content) = guard.object_stream(stream) else { continue };
        run.spend_expansion(content.len())?;
        guard.spend(count_tokens(content.expose()))?;
        if let Ok(objects) = ObjectStream::new_with_limit(stream, Some(OBJECT_STREAM_BYTES_MAX)) {
            released.extend(objects.objects);
        }
    }
    for (id, object) in released {
        document.objects.entry(id).or_insert(object);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_encryption_key_spelled_with_escapes_is_seen() {
        for hidden in ["/#45ncrypt 5 0 R", "/#45#6e#63#72#79#70#74 5 0 R", "<</Encryp#74<<>>"] {
            assert!(hides_encryption(hidden.as_bytes()), "{hidden}");
        }
        for open in ["/Encrypt 5 0 R", "/Name#20Encrypt", "/Encod#69ng", "# /", "/#"] {
            assert!(!hides_encryption(open.as_bytes()), "{open}");
        }
    }
}
