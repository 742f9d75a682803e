//! Mail messages (RFC 5322, MIME).
//!
//! Headers and both kinds of body are text of the message itself, attachments and forwarded messages are
//! entries. A message is walked part by part with the boundaries that are open, so what it takes in memory
//! is its longest part, however many it has and however deep they stand; `mail-parser`, which builds all
//! of them at once, reads single fields and knows the charsets.

mod encoding;
mod field;
mod head;
mod words;

use std::{borrow::Cow, collections::BTreeMap};

use dosimeter_content::{Content, Expose};
use dosimeter_record::{GapReason, Locator};
use mail_parser::decoders::charsets::map::charset_decoder;

pub(crate) use self::encoding::unquote;
use self::{field::Fields, head::Head};
use crate::{
    Hint, dispatch, html, protected,
    run::{Read, Run, Slot, Stop},
    text,
};

/// Reads a message or a mailbox.
pub(crate) fn read(run: &mut Run<'_>, bytes: &[u8]) -> Read {
    // An empty line in front would end the headers before they start.
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    let messages = split_mailbox(bytes);
    if let [message] = messages.as_slice() {
        return read_message(run, message);
    }
    for (number, message) in (1..).zip(messages) {
        run.spend_entry()?;
        run.inside(number, |run| read_message(run, message));
    }
    Ok(())
}

/// The messages of an mbox file, each after a line that starts with `From ` (RFC 4155); or the one
/// message that the file is.
fn split_mailbox(bytes: &[u8]) -> Vec<&[u8]> {
    if !bytes.starts_with(b"From ") {
        return vec![bytes];
    }
    let mut messages = Vec::new();
    let mut start = 0_usize;
    let mut position = 0_usize;
    let mut after_blank = false;
    for line in bytes.split_inclusive(|&byte| byte == b'\n') {
        if after_blank && line.starts_with(b"From ") {
            messages.extend(bytes.get(start..position).map(without_first_line));
            start = position;
        }
        after_blank = line.trim_ascii().is_empty();
        position = position.saturating_add(line.len());
    }
    messages.extend(bytes.get(start..).map(without_first_line));
    messages
}

fn without_first_line(message: &[u8]) -> &[u8] {
    let end = message.iter().position(|&byte| byte == b'\n').map_or(0, |end| end.saturating_add(1));
    message.get(end..).unwrap_or_default()
}

fn read_message(run: &mut Run<'_>, bytes: &[u8]) -> Read {
    let headers = run.open(run.part("header"));
    let mut walk =
        Walk { rest: bytes, headers, levels: Vec::new(), open: BTreeMap::new(), entry: 0 };
    let outcome = walk.parts(run);
    if outcome == Err(Stop(GapReason::TooManyEntries)) {
        // As it stands: what is encoded stays so, and is the gap.
        run.segment(run.part("body"), &text::decode_lossy(walk.rest))?;
    }
    outcome
}

/// A message that is being walked through.
struct Walk<'a> {
    /// What was not looked at yet.
    rest: &'a [u8],
    headers: Slot,
    /// The multiparts that are open, outermost first.
    levels: Vec<Level>,
    /// The innermost level of each boundary.
    open: BTreeMap<Vec<u8>, usize>,
    /// Attachments so far.
    entry: u32,
}

/// A multipart that is open.
struct Level {
    boundary: Vec<u8>,
    /// The level whose boundary is the same, and comes back when this one ends.
    shadowed: Option<usize>,
    is_related: bool,
    is_digest: bool,
    parts: usize,
}

/// What ends a stretch of a message.
enum End {
    /// The message's end.
    Message,
    /// A part of this level follows.
    Next(usize),
    /// This level ends.
    Last(usize),
}

impl<'a> Walk<'a> {
    fn parts(&mut self, run: &mut Run<'_>) -> Read {
        let mut is_first = true;
        loop {
            run.spend_entry()?;
            let is_digest = self.levels.last().is_some_and(|level| level.is_digest);
            let mut fields = Fields::new(self.rest);
            let head = Head::read(run, &mut fields, self.headers, (is_first, is_digest))?;
            is_first = false;
            self.rest = fields.rest();
            let mut end = match head.boundary {
                Some(_) => {
                    self.enter(head);
                    self.outside(run)?
                }
                None => self.leaf(run, &head)?,
            };
            // What follows the end of a multipart belongs to nobody, up to where its own multipart goes on.
            while let End::Last(level) = end {
                self.leave(level);
                end = self.outside(run)?;
            }
            match end {
                End::Next(level) => self.leave(level.saturating_add(1)),
                End::Message | End::Last(_) => return Ok(()),
            }
        }
    }

    fn enter(&mut self, head: Head) {
        let boundary = head.boundary.unwrap_or_default();
        if let Some(level) = self.levels.last_mut() {
            level.parts = level.parts.saturating_add(1);
        }
        let shadowed = self.open.insert(boundary.clone(), self.levels.len());
        self.levels.push(Level {
            boundary,
            shadowed,
            is_related: head.media_type == "multipart/related",
            is_digest: head.media_type == "multipart/digest",
            parts: 0,
        });
    }

    /// Closes this level and those within it.
    fn leave(&mut self, level: usize) {
        for left in self.levels.drain(level.min(self.levels.len())..).rev() {
            match left.shadowed {
                Some(shadowed) => drop(self.open.insert(left.boundary, shadowed)),
                None => drop(self.open.remove(&left.boundary)),
            }
        }
    }

    /// Writes what stands between parts, which mail programs do not show.
    fn outside(&mut self, run: &mut Run<'_>) -> Read<End> {
        let (between, end) = self.stretch(run)?;
        if !between.trim_ascii().is_empty() {
            run.segment(run.part("outside"), &text::decode_lossy(between))?;
        }
        Ok(end)
    }

    /// What stands before the next boundary of any level, and what follows there. O(length · log levels).
    fn stretch(&mut self, run: &mut Run<'_>) -> Read<(&'a [u8], End)> {
        let whole = self.rest;
        let mut position = 0_usize;
        while !self.open.is_empty()
            && let Some(rest) = whole.get(position..).filter(|rest| !rest.is_empty())
        {
            run.tick()?;
            let length = rest.iter().position(|&byte| byte == b'\n');
            let next =
                position.saturating_add(length.map_or(rest.len(), |at| at.saturating_add(1)));
            let line = whole.get(position..next).unwrap_or_default();
            if let Some(end) = line.strip_prefix(b"--").and_then(|line| self.boundary(line)) {
                self.rest = whole.get(next..).unwrap_or_default();
                let body = whole.get(..position).unwrap_or_default();
                // The line end before a boundary belongs to it (RFC 2046 section 5.1.1).
                let body = body.strip_suffix(b"\n").unwrap_or(body);
                return Ok((body.strip_suffix(b"\r").unwrap_or(body), end));
            }
            position = next;
        }
        self.rest = &[];
        Ok((whole, End::Message))
    }

    /// Which boundary a line is, of which the first two hyphens are taken.
    fn boundary(&self, line: &[u8]) -> Option<End> {
        let line = line.trim_ascii_end();
        let last =
            || line.strip_suffix(b"--").and_then(|line| self.open.get(line.trim_ascii_end()));
        match self.open.get(line) {
            Some(level) => Some(End::Next(*level)),
            None => last().map(|level| End::Last(*level)),
        }
    }

    /// Reads a part that has no parts of its own.
    fn leaf(&mut self, run: &mut Run<'_>, head: &Head) -> Read<End> {
        let (body, end) = self.stretch(run)?;
        let (is_first, is_related) = match self.levels.last_mut() {
            Some(level) => {
                level.parts = level.parts.saturating_add(1);
                (level.parts == 1, level.is_related)
            }
            None => (true, false),
        };
        let decoded = head.transfer.decode(body);
        let (bytes, rest) =
            decoded.as_ref().map_or((body, &[][..]), |inner| (inner.bytes.expose(), inner.rest));
        if decoded.is_some() {
            run.spend_expansion(bytes.len())?;
        }
        let is_shown = !head.is_attachment && (is_first || !is_related && head.name.is_none());
        match head.media_type.as_str() {
            "text/plain" if is_shown => self::body(run, &head.decode(bytes))?,
            "text/html" if is_shown => html::read(run, &head.decode(bytes))?,
            _ => {
                self.entry = self.entry.saturating_add(1);
                if head.is_message() && !run.has_room_inside() {
                    run.segment(run.part("body"), &text::decode_lossy(bytes))?;
                }
                run.inside(self.entry, |run| attachment(run, head, bytes));
            }
        }
        if !rest.trim_ascii().is_empty() {
            run.segment(run.part("outside"), &text::decode_lossy(rest))?;
        }
        Ok(end)
    }
}

impl Head {
    fn is_message(&self) -> bool {
        matches!(self.media_type.as_str(), "message/rfc822" | "message/global")
    }

    /// The text of a part, in the charset that it names.
    fn decode<'b>(&self, bytes: &'b [u8]) -> Cow<'b, str> {
        // ASCII is what programs name that do not know, and UTF-8 that is damaged is read best by ourselves.
        let is_plain =
            |name: &str| ["us-ascii", "utf-8"].iter().any(|plain| name.eq_ignore_ascii_case(plain));
        let named = self.charset.as_deref().filter(|name| !is_plain(name));
        match named.and_then(|name| charset_decoder(name.as_bytes())) {
            Some(decode) => decode(bytes).into(),
            None => text::decode_lossy(bytes),
        }
    }
}

fn body(run: &mut Run<'_>, text: &str) -> Read {
    protected::note_blocks(run, text);
    run.segment(Locator { line: Some(1), ..run.part("body") }, text)
}

fn attachment(run: &mut Run<'_>, head: &Head, bytes: &[u8]) -> Read {
    let name = head.name.as_deref().unwrap_or_default();
    run.segment(run.part("name"), name)?;
    if head.is_message() {
        return read_message(run, bytes.trim_ascii_start());
    }
    let hint = Hint { name: Some(name), media_type: Some(&head.media_type) };
    if head.media_type.starts_with("text/") && head.charset.is_some() {
        let text = Content::from(head.decode(bytes).into_owned().into_bytes());
        dispatch::read(run, text.expose(), hint);
    } else {
        dispatch::read(run, bytes, hint);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use dosimeter_content::Expose;

    use super::*;
    use crate::Budget;

    /// Reads, and compares what is found as `place: text`, trimmed, entries before what holds them.
    fn check(message: &str, expected: &[&str]) {
        let budget = Budget::default();
        let (segments, gaps) = crate::run::collected(&budget, |run| read(run, message.as_bytes()));
        let found: Vec<String> = segments
            .iter()
            .map(|segment| format!("{}: {}", segment.locator, segment.text.expose().trim()))
            .collect();
        assert_eq!(found, expected);
        assert!(gaps.is_empty());
    }

    #[test]
    fn parts_are_read_in_the_multiparts_that_they_stand_in() {
        check(
            "Subject: =?utf-8?q?K=C3=A4se?=\n Brot\nContent-Type: multipart/mixed; boundary=b\n\nbefore\n\
            --b\nContent-Type: multipart/alternative; boundary=b2\n\n--b2\n\nplain\n--b2\n\
            Content-Type: text/html; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\n\
            <p>na=EFve\n--b2--\n\n--b\nContent-Type: text/csv; name=a.csv\n\n1,2\n--b--\nafter\n",
            &[
                "entry 1, line 1: 1,2",
                "entry 1, name: a.csv",
                "header: Subject: Käse Brot\nContent-Type: multipart/mixed; boundary=b",
                "outside: before",
                "body, line 1: plain",
                "paragraph 1: naïve",
                "outside: after",
            ],
        );
    }

    #[test]
    fn boundaries_are_those_of_the_innermost_multipart() {
        // A multipart that is not closed ends with the one around it, and one with the same boundary before it.
        check(
            "Content-Type: multipart/mixed; boundary=b\n\n--b\n\
            Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b--\n--b\n\ntwo\n--bb\n",
            &[
                "header: Content-Type: multipart/mixed; boundary=b",
                "body, line 1: one",
                "body, line 1: two\n--bb",
            ],
        );
        check(
            "Content-Type: multipart/mixed; boundary=b\n\n--b\n\
            Content-Type: multipart/digest; boundary=c\n\n--c\n\nSubject: x\n\none\n--b\n\ntwo",
            &[
                "entry 1, header: Subject: x",
                "entry 1, body, line 1: one",
                "header: Content-Type: multipart/mixed; boundary=b",
                "body, line 1: two",
            ],
        );
    }

    #[test]
    fn forwarded_messages_are_entries_however_they_are_encoded() {
        let inner = "U3ViamVjdDogeAoKSEVST04K";
        check(
            &format!(
                "From: a\nContent-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n{inner}\n"
            ),
            &[
                "entry 1, header: Subject: x",
                "entry 1, body, line 1: HERON",
                "header: From: a\nContent-Type: message/rfc822\nContent-Transfer-Encoding: base64",
            ],
        );
    }

    #[test]
    fn fields_of_parts_that_say_something_are_read() {
        check(
            "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Description: REF-1\n\
            X-Note: REF-2\nno field at all\nContent-Type: text/plain\n\nbody\n",
            &[
                "header: Content-Type: multipart/mixed; boundary=b\nContent-Description: REF-1\n\
                X-Note: REF-2\nno field at all",
                "body, line 1: body",
            ],
        );
    }
}
