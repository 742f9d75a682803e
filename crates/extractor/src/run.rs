//! One extraction under way: what it has spent, where it stands, what it has read.

mod draft;

use std::panic::{AssertUnwindSafe, catch_unwind};

use dosimeter_content::{Content, Text};
use dosimeter_record::{Gap, GapReason, Locator};

use self::draft::Draft;
use crate::{Budget, Part, Picture, Segment};

/// Why reading a part ended early. What was written until then is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stop(pub(crate) GapReason);

/// The outcome of reading a part.
pub(crate) type Read<T = ()> = Result<T, Stop>;

/// A segment that is being written, named by its position among the open ones.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Slot(usize);

/// One extraction under way.
///
/// There is one of these for a file and everything inside it, so no nesting can multiply a limit.
pub(crate) struct Run<'b> {
    budget: &'b Budget,
    text_bytes: usize,
    expansion_bytes: usize,
    entries: usize,
    cells: usize,
    pages: usize,
    operators: usize,
    pictures: usize,
    picture_bytes: usize,
    ticks: u32,
    /// The first limit that concerns the whole run; once set, nothing more is read.
    exhausted: Option<GapReason>,
    place: Vec<u32>,
    section: Option<u32>,
    drafts: Vec<Draft>,
    gaps: usize,
    /// Where everything goes that is done.
    sink: &'b mut dyn FnMut(Part),
}

/// How many steps pass between two looks at the deadline.
const TICKS_PER_LOOK: u32 = 1024;

/// More gaps than this say nothing that the last one does not.
const GAPS_MAX: usize = 20_000;

impl<'b> Run<'b> {
    pub(crate) fn new(budget: &'b Budget, sink: &'b mut dyn FnMut(Part)) -> Self {
        Self {
            budget,
            text_bytes: 0,
            expansion_bytes: 0,
            entries: 0,
            cells: 0,
            pages: 0,
            operators: 0,
            pictures: 0,
            picture_bytes: 0,
            ticks: 0,
            exhausted: None,
            place: Vec::new(),
            section: None,
            drafts: Vec::new(),
            gaps: 0,
            sink,
        }
    }

    pub(crate) fn budget(&self) -> &'b Budget {
        self.budget
    }

    /// Ends the run.
    pub(crate) fn finish(mut self) {
        self.keep_drafts(0);
    }

    // Places.

    /// The place of the current entry.
    pub(crate) fn place(&self) -> Locator {
        Locator { entries: self.place.clone(), section: self.section, ..Locator::default() }
    }

    /// The place of text in the current entry whose lines are paragraphs.
    pub(crate) fn paragraphs(&self) -> Locator {
        Locator { paragraph: Some(1), ..self.place() }
    }

    /// The place of text in the current entry whose lines are lines.
    pub(crate) fn lines(&self) -> Locator {
        Locator { line: Some(1), ..self.place() }
    }

    /// A named part of the current entry.
    pub(crate) fn part(&self, part: &'static str) -> Locator {
        Locator { part: Some(part.into()), ..self.place() }
    }

    /// Whether something may stand inside the current entry.
    pub(crate) fn has_room_inside(&self) -> bool {
        self.place.len() < self.budget.depth
    }

    /// Reads something that stands inside the current entry, as its `index`th (1-based).
    pub(crate) fn inside(&mut self, index: u32, read: impl FnOnce(&mut Self) -> Read) {
        let has_room = self.has_room_inside();
        self.place.push(index);
        let locator = self.place();
        if has_room {
            self.contain(locator, read);
        } else {
            self.gap(GapReason::TooDeep, locator);
        }
        self.place.pop();
    }

    /// Reads something that is a section, if it is one, of what holds it.
    pub(crate) fn in_section(
        &mut self,
        number: Option<u32>,
        read: impl FnOnce(&mut Self) -> Read,
    ) -> Read {
        let outer = std::mem::replace(&mut self.section, number);
        let outcome = read(self);
        self.section = outer;
        outcome
    }

    /// Runs a parser so that neither its errors nor its panics reach further than `locator`.
    pub(crate) fn contain(&mut self, locator: Locator, read: impl FnOnce(&mut Self) -> Read) {
        let drafts = self.drafts.len();
        let (depth, section) = (self.place.len(), self.section);
        // All state is counters and finished text, so a panic in the middle leaves nothing half done.
        let outcome = catch_unwind(AssertUnwindSafe(|| read(self)));
        self.place.truncate(depth);
        self.section = section;
        self.keep_drafts(drafts);
        match outcome {
            Ok(Ok(())) => {}
            Ok(Err(Stop(reason))) => self.gap(reason, locator),
            Err(_) => self.gap(GapReason::ParserFailed, locator),
        }
    }

    // Output.

    /// Records that something was not read. A limit of the whole run is recorded once.
    pub(crate) fn gap(&mut self, reason: GapReason, locator: Locator) {
        if self.exhausted == Some(reason) {
            return;
        }
        if matches!(reason, GapReason::Deadline | GapReason::TextCut) {
            self.exhausted = Some(reason);
            (self.sink)(Part::Gap(Gap::whole(reason)));
        } else if self.gaps < GAPS_MAX {
            self.gaps = self.gaps.saturating_add(1);
            (self.sink)(Part::Gap(Gap::at(reason, locator)));
        }
    }

    /// Whether anybody wants pictures.
    pub(crate) fn wants_pictures(&self) -> bool {
        self.budget.pictures > 0
    }

    /// Hands out a picture, or records that it was not read.
    pub(crate) fn picture(&mut self, bytes: impl FnOnce() -> Content, locator: Locator) {
        if !self.wants_pictures() {
            return self.gap(GapReason::ImageNotRead, locator);
        }
        match self.spend_picture(bytes, &locator) {
            Ok(picture) => (self.sink)(Part::Picture(picture)),
            Err(Stop(reason)) => self.gap(reason, locator),
        }
    }

    fn spend_picture(
        &mut self,
        bytes: impl FnOnce() -> Content,
        locator: &Locator,
    ) -> Read<Picture> {
        spend(&mut self.pictures, 1, self.budget.pictures, GapReason::TooManyEntries)?;
        let picture = Picture::new(bytes(), locator.clone()).map_err(Stop)?;
        let (length, limit) = (picture.bytes().len(), self.budget.picture_bytes);
        spend(&mut self.picture_bytes, length, limit, GapReason::ExpansionSize)?;
        Ok(picture)
    }

    /// Records an early end that what comes after it does not depend on.
    pub(crate) fn note(&mut self, end: Read) {
        if let Err(Stop(reason)) = end {
            self.gap(reason, self.place());
        }
    }

    /// Starts a segment.
    pub(crate) fn open(&mut self, locator: Locator) -> Slot {
        self.drafts.push(Draft::new(locator));
        Slot(self.drafts.len().saturating_sub(1))
    }

    /// Appends to a segment; stops where the text budget ends.
    pub(crate) fn write(&mut self, slot: Slot, text: &str) -> Read {
        let room = self.budget.text_bytes.saturating_sub(self.text_bytes);
        let taken = if text.len() <= room { text } else { head(text, room) };
        if let Some(draft) = self.drafts.get_mut(slot.0) {
            draft.push(taken);
        }
        self.text_bytes = self.text_bytes.saturating_add(taken.len());
        if taken.len() == text.len() { Ok(()) } else { Err(Stop(GapReason::TextCut)) }
    }

    /// Changes the place of a segment that is being written.
    pub(crate) fn relocate(&mut self, slot: Slot, change: impl FnOnce(&mut Locator)) {
        if let Some(draft) = self.drafts.get_mut(slot.0) {
            change(&mut draft.locator);
        }
    }

    /// The last character of a segment, `None` if it is still empty.
    pub(crate) fn last_char(&self, slot: Slot) -> Option<char> {
        self.drafts.get(slot.0).and_then(Draft::last_char)
    }

    /// Visits the line of a segment that is being written, and replaces it if the visitor says so: by one of
    /// the same length, so that it costs nothing.
    pub(crate) fn edit_line(&mut self, slot: Slot, edit: impl FnOnce(&str) -> Option<String>) {
        if let Some(draft) = self.drafts.get_mut(slot.0) {
            draft.edit_line(edit);
        }
    }

    /// Ends a line of a segment unless it stands at the start of one.
    pub(crate) fn end_line(&mut self, slot: Slot) -> Read {
        match self.last_char(slot) {
            None | Some('\n') => Ok(()),
            Some(_) => self.write(slot, "\n"),
        }
    }

    /// Writes a whole segment.
    pub(crate) fn segment(&mut self, locator: Locator, text: &str) -> Read {
        if text.trim().is_empty() {
            return Ok(());
        }
        let slot = self.open(locator);
        self.write(slot, text)
    }

    /// Finishes the segments that were opened at or after `from`.
    fn keep_drafts(&mut self, from: usize) {
        for draft in self.drafts.drain(from.min(self.drafts.len())..) {
            let (locator, text) = draft.finish();
            if !text.trim().is_empty() {
                (self.sink)(Part::Segment(Segment { text: Text::from(text), locator }));
            }
        }
    }

    // Spending.

    /// One step of a loop over input; stops at the deadline.
    pub(crate) fn tick(&mut self) -> Read {
        self.ticks = self.ticks.wrapping_add(1);
        if self.ticks.is_multiple_of(TICKS_PER_LOOK) { self.look() } else { self.alive() }
    }

    /// Asks for the deadline at once: for steps that take long.
    pub(crate) fn look(&mut self) -> Read {
        self.alive()?;
        if self.budget.is_expired() {
            self.gap(GapReason::Deadline, Locator::default());
        }
        self.alive()
    }

    fn alive(&self) -> Read {
        self.exhausted.map_or(Ok(()), |reason| Err(Stop(reason)))
    }

    /// One more entry or attachment.
    pub(crate) fn spend_entry(&mut self) -> Read {
        self.look()?;
        spend(&mut self.entries, 1, self.budget.entries, GapReason::TooManyEntries)
    }

    /// One more cell.
    pub(crate) fn spend_cell(&mut self) -> Read {
        self.tick()?;
        spend(&mut self.cells, 1, self.budget.cells, GapReason::TooManyEntries)
    }

    /// One more page or slide.
    pub(crate) fn spend_page(&mut self) -> Read {
        self.look()?;
        spend(&mut self.pages, 1, self.budget.pages, GapReason::TooManyEntries)
    }

    /// One more operator of a page description.
    pub(crate) fn spend_operator(&mut self) -> Read {
        self.tick()?;
        spend(&mut self.operators, 1, self.budget.operators, GapReason::TooManyEntries)
    }

    /// Bytes that decoding produced.
    pub(crate) fn spend_expansion(&mut self, bytes: usize) -> Read {
        let limit = self.budget.expansion_bytes;
        spend(&mut self.expansion_bytes, bytes, limit, GapReason::ExpansionSize)
    }

    /// How much decoding may still produce for one entry or stream.
    pub(crate) fn expansion_room(&self) -> usize {
        let rest = self.budget.expansion_bytes.saturating_sub(self.expansion_bytes);
        rest.min(self.budget.entry_bytes)
    }
}

fn spend(spent: &mut usize, amount: usize, limit: usize, reason: GapReason) -> Read {
    *spent = spent.saturating_add(amount);
    if *spent > limit { Err(Stop(reason)) } else { Ok(()) }
}

/// The longest start of `text` that fits into `bytes_max` bytes.
fn head(text: &str, bytes_max: usize) -> &str {
    let end = text.floor_char_boundary(bytes_max);
    text.get(..end).unwrap_or_default()
}

/// Runs one reader and gives what it wrote.
#[cfg(test)]
pub(crate) fn collected(
    budget: &Budget,
    read: impl FnOnce(&mut Run<'_>) -> Read,
) -> (Vec<Segment>, Vec<Gap>) {
    let (mut segments, mut gaps) = (Vec::new(), Vec::new());
    let mut sink = |part| match part {
        Part::Segment(segment) => segments.push(segment),
        Part::Gap(gap) => gaps.push(gap),
        Part::Picture(picture) => gaps.push(picture.unread()),
    };
    let mut run = Run::new(budget, &mut sink);
    run.contain(run.place(), read);
    run.finish();
    (segments, gaps)
}

/// Texts with their places.
#[cfg(test)]
pub(crate) fn placed(segments: &[Segment]) -> Vec<String> {
    use dosimeter_content::Expose;

    let placed = |segment: &Segment| format!("{}: {}", segment.locator, segment.text.expose());
    segments.iter().map(placed).collect()
}
