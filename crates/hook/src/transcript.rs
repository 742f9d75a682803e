//! From a message of a transcript to findings.

use std::{
    sync::{Mutex, PoisonError},
    time::Instant,
};

use dosimeter_classifier::{Classifier, ResourceScan, Scratch};
use dosimeter_record::{Gap, GapReason, Identity, Labelled, Locator, Resource, ResourceKind, Role};
use serde_json::value::RawValue;

use crate::{
    envelope::{Block, Contents, Malformed, Message, read},
    piece::Piece,
};

/// A text longer than this is scanned in pieces, with a look at the clock between them.
const PIECE_BYTES: usize = 1 << 20;

/// A classifier with the memory of its scans.
pub(crate) struct Scanner {
    pub(crate) classifier: Classifier,
    /// At most as many as there were scans at once.
    scratches: Mutex<Vec<Scratch>>,
}

/// A message after its scan.
pub(crate) struct Scanned {
    pub(crate) resource: Resource,
    pub(crate) labelled: Labelled,
    /// Whether time was up before all of it was looked at.
    pub(crate) out_of_time: bool,
}

impl Scanner {
    pub(crate) fn new(classifier: Classifier) -> Self {
        Self { classifier, scratches: Mutex::default() }
    }

    /// Scans one message; `about` is what is known of it besides its text.
    pub(crate) fn scan(
        &self,
        mut about: Resource,
        message: &RawValue,
        deadline: Instant,
    ) -> Result<Scanned, Malformed> {
        let message: Message<'_> = read(message)?;
        about.role = Some(role(message.role.as_deref()));
        let mut scratch = self.take();
        let identity = Identity {
            tenant: about.organization.as_deref().unwrap_or_default(),
            resource: &about.id,
            part: "",
        };
        let mut reader = Reader {
            scan: self.classifier.resource(&mut scratch, identity),
            deadline,
            out_of_time: false,
        };
        reader.contents(message.content)?;
        let (out_of_time, labelled) = (reader.out_of_time, reader.scan.finish());
        self.put_back(scratch);
        Ok(Scanned { resource: about, labelled, out_of_time })
    }

    fn take(&self) -> Scratch {
        let idle = self.scratches.lock().unwrap_or_else(PoisonError::into_inner).pop();
        idle.unwrap_or_else(|| self.classifier.scratch())
    }

    fn put_back(&self, scratch: Scratch) {
        self.scratches.lock().unwrap_or_else(PoisonError::into_inner).push(scratch);
    }
}

fn role(name: Option<&str>) -> Role {
    match name {
        Some("user") => Role::User,
        Some("assistant") => Role::Assistant,
        _ => Role::Unknown,
    }
}

/// What is known of a message of a prompt before it is read.
pub(crate) fn message_resource(id: String) -> Resource {
    Resource::new(ResourceKind::Prompt, id)
}

/// Reads the blocks of one message.
struct Reader<'s> {
    scan: ResourceScan<'s>,
    deadline: Instant,
    out_of_time: bool,
}

impl Reader<'_> {
    fn contents(&mut self, raw: &RawValue) -> Result<(), Malformed> {
        match Contents::of(raw)? {
            Contents::Text(text) => self.text(text.text(), &Locator::default()),
            Contents::Blocks(blocks) => {
                let single = blocks.len() == 1;
                for (index, block) in (1..).zip(blocks) {
                    let place =
                        if single { Locator::default() } else { Locator::default().inside(index) };
                    self.block(&read(block)?, &place)?;
                }
            }
        }
        Ok(())
    }

    fn block(&mut self, block: &Block<'_>, place: &Locator) -> Result<(), Malformed> {
        let text = block.text.as_ref().map(Piece::text);
        match block.kind.as_ref() {
            "text" => self.text(text.unwrap_or_default(), place),
            "tool_use" => {
                if let Some(input) = block.input {
                    self.text(Piece::document(input).text(), &at(place, "tool_input"));
                }
                self.name(block.tool_name.as_ref(), &at(place, "tool"));
            }
            "tool_result" => {
                if let Some(content) = block.content {
                    self.tool_result(content, &at(place, "tool_result"))?;
                }
                self.name(block.tool_name.as_ref(), &at(place, "tool"));
            }
            "attachment" => {
                let place = at(place, "attachment");
                match text {
                    Some(text) => self.text(text, &place),
                    // The raw bytes are never sent.
                    None => self.scan.gap(Gap::at(GapReason::Unavailable, place.clone())),
                }
                self.name(block.file_name.as_ref(), &place);
            }
            // The contract wants it passed over; that it was is not forgotten.
            _ => self.scan.gap(Gap::at(GapReason::Unsupported, place.clone())),
        }
        Ok(())
    }

    fn tool_result(&mut self, content: &RawValue, place: &Locator) -> Result<(), Malformed> {
        match Contents::of(content)? {
            Contents::Text(text) => self.text(text.text(), place),
            Contents::Blocks(blocks) => {
                for block in blocks {
                    let block: Block<'_> = read(block)?;
                    match &block.text {
                        Some(text) => self.text(text.text(), place),
                        None => self.scan.gap(Gap::at(GapReason::Unsupported, place.clone())),
                    }
                }
            }
        }
        Ok(())
    }

    /// Names are content: somebody chose them.
    fn name(&mut self, name: Option<&Piece<'_>>, place: &Locator) {
        if let Some(name) = name {
            self.text(name.text(), place);
        }
    }

    fn text(&mut self, text: &str, place: &Locator) {
        if self.is_late(place) {
            return;
        }
        if text.len() <= PIECE_BYTES {
            self.scan.segment(text, place);
            return;
        }
        let mut stream = self.scan.stream(place.clone());
        let mut rest = text;
        let mut late = false;
        while !rest.is_empty() && !late {
            let (piece, behind) = rest.split_at(rest.floor_char_boundary(PIECE_BYTES));
            stream.push(piece);
            rest = behind;
            late = Instant::now() >= self.deadline;
        }
        stream.end();
        if !rest.is_empty() {
            self.is_late(place);
        }
    }

    /// Whether time is up; then this place has a gap.
    fn is_late(&mut self, place: &Locator) -> bool {
        let late = Instant::now() >= self.deadline;
        if late {
            self.out_of_time = true;
            self.scan.gap(Gap::at(GapReason::Deadline, place.clone()));
        }
        late
    }
}

fn at(place: &Locator, part: &'static str) -> Locator {
    Locator { part: Some(part.into()), ..place.clone() }
}
