//! RAR archives of all generations, by `rars`, with its limits set from the budget.

use std::{
    cell::RefCell,
    io::{self, Write},
    rc::Rc,
};

use dosimeter_content::{ContentBuilder, Expose};
use dosimeter_record::GapReason;
use rars::{
    ArchiveMember, ArchiveReadOptions, ArchiveReader, ErrorKind, ExtractionDecision,
    ExtractionErrorAction,
};

use super::entry;
use crate::{
    capped::DICTIONARY_BYTES_MAX,
    cursor::Cursor,
    run::{Read, Run, Stop},
    text,
};

pub(crate) const MAGIC: &[u8] = b"Rar!\x1a\x07";

/// Where a member is written to while the archive is read.
#[derive(Clone)]
struct Buffer(Rc<RefCell<ContentBuilder>>);

impl Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.borrow_mut().push(bytes) {
            Ok(bytes.len())
        } else {
            Err(io::ErrorKind::FileTooLarge.into())
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A member whose bytes are collected until the next one starts.
struct Pending {
    number: u32,
    name: String,
    buffer: Buffer,
    failed: Option<GapReason>,
}

/// Whether the list of members is encrypted: a header of type 4 comes first (RAR 5), or the main header
/// has its flag set (RAR 1.5 to 4).
fn hides_members(bytes: &[u8]) -> Option<bool> {
    let mut cursor = Cursor::new(bytes.get(MAGIC.len()..)?);
    if cursor.u8()? == 0 {
        cursor.skip(2)?;
        let (kind, flags) = (cursor.u8()?, cursor.u16_le()?);
        return Some(kind == 0x73 && flags & 0x80 != 0);
    }
    cursor.skip(5)?;
    // The size has one byte for every header as short as this one.
    cursor.skip(1)?;
    Some(cursor.u8()? == 4)
}

/// Reads the members.
pub(crate) fn read(run: &mut Run<'_>, bytes: &[u8]) -> Read {
    if hides_members(bytes) == Some(true) {
        return Err(Stop(GapReason::Encrypted));
    }
    let room = run.expansion_room() as u64;
    let options = ArchiveReadOptions::new()
        .with_max_header_count(run.budget().entries as u64)
        .with_max_member_output_bytes(room)
        .with_max_total_output_bytes(run.budget().expansion_bytes as u64)
        .with_rar50_dictionary_size_limit(u64::from(DICTIONARY_BYTES_MAX))
        .with_rar50_buffered_decode_limit(room)
        .with_max_reader_workspace_bytes(u64::from(DICTIONARY_BYTES_MAX).saturating_mul(3));
    let archive =
        ArchiveReader::read_with_options(bytes, options).map_err(|error| Stop(reason(&error)))?;
    let members = RefCell::new(Members { run, pending: None, number: 0, end: Ok(()) });
    let outcome = archive.extract_with_control_and_errors(
        options,
        |member| Ok(members.borrow_mut().decide(member)),
        |_, error| {
            members.borrow_mut().fail(reason(error));
            Ok(ExtractionErrorAction::Continue)
        },
    );
    let mut members = members.into_inner();
    if let Err(error) = outcome {
        members.fail(reason(&error));
    }
    members.take()?;
    members.end
}

struct Members<'r, 'b> {
    run: &'r mut Run<'b>,
    pending: Option<Pending>,
    number: u32,
    end: Read,
}

impl Members<'_, '_> {
    fn decide(&mut self, member: &ArchiveMember) -> ExtractionDecision {
        if let Err(stop) = self.take().and_then(|()| self.run.look()) {
            self.end = Err(stop);
            return ExtractionDecision::Stop;
        }
        self.number = self.number.saturating_add(1);
        let name = text::decode_lossy(member.meta.name_bytes()).into_owned();
        let room = self.run.expansion_room();
        let buffer = Buffer(Rc::new(RefCell::new(ContentBuilder::with_limit(room))));
        let meta = &member.meta;
        let is_split = meta.is_split_before || meta.is_split_after;
        let failed = match () {
            () if meta.is_encrypted => Some(GapReason::Encrypted),
            () if is_split => Some(GapReason::Malformed),
            () => None,
        };
        let has_bytes = !meta.is_directory && !meta.is_redirection && failed.is_none();
        let sink = buffer.clone();
        self.pending = Some(Pending { number: self.number, name, buffer, failed });
        if has_bytes {
            ExtractionDecision::Extract(Box::new(sink))
        } else {
            ExtractionDecision::Skip
        }
    }

    fn fail(&mut self, reason: GapReason) {
        match &mut self.pending {
            Some(pending) => pending.failed = pending.failed.or(Some(reason)),
            None => self.end = Err(Stop(reason)),
        }
    }

    /// Reads the member that is complete now.
    fn take(&mut self) -> Read {
        let Some(Pending { number, name, buffer, failed }) = self.pending.take() else {
            return Ok(());
        };
        let empty = ContentBuilder::with_limit(0);
        let content = std::mem::replace(&mut *buffer.0.borrow_mut(), empty).finish();
        self.run.spend_expansion(content.len())?;
        entry(self.run, number, &name, content.expose(), true)?;
        if let Some(reason) = failed {
            self.run.inside(number, |_| Err(Stop(reason)));
        }
        Ok(())
    }
}

fn reason(error: &rars::Error) -> GapReason {
    match error.kind() {
        ErrorKind::PasswordRequired | ErrorKind::BadPassword => GapReason::Encrypted,
        ErrorKind::ResourceLimit => GapReason::ExpansionSize,
        ErrorKind::UnsupportedFeature | ErrorKind::UnsupportedFormat => GapReason::Unsupported,
        _ => GapReason::Malformed,
    }
}
