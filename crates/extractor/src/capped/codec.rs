//! Compressions of one stream: what undoes each, within the budget.

use std::{
    cell::Cell,
    io::{self, BufRead, Read},
};

use dosimeter_content::ContentBuilder;
use dosimeter_record::GapReason;

use super::{Inflated, Steps, begin, lzw, take};
use crate::{
    Budget,
    run::{Run, Stop},
};

/// A compression of one stream that is not DEFLATE.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Codec {
    /// bzip2, one or more streams.
    Bzip2,
    /// XZ, one or more streams.
    Xz,
    /// LZMA alone, as the LZMA utilities wrote it.
    Lzma,
    /// lzip.
    Lzip,
    /// Zstandard (RFC 8878), one or more frames.
    Zstd,
    /// LZ4 frames.
    Lz4,
    /// LZW of the Unix program `compress`.
    Compress,
    /// zlib (RFC 1950).
    Zlib,
    /// One block of Snappy.
    SnappyBlock,
}

/// The most memory that a dictionary may take: what `xz -9` writes needs 65 MiB.
pub(crate) const DICTIONARY_BYTES_MAX: u32 = 128 << 20;

/// How much input passes between two looks at the deadline.
const BYTES_PER_LOOK: usize = 4096;

/// Input that counts how much of it was read, and ends with the time: a decoder may read on for long
/// before it gives anything out.
struct Counted<'a, 'c> {
    rest: &'a [u8],
    consumed: &'c Cell<usize>,
    budget: &'c Budget,
}

impl Read for Counted<'_, '_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let before = self.consumed.get();
        let count = self.rest.read(buffer)?;
        self.consumed.set(before.saturating_add(count));
        // Some decoders read a byte at a time.
        if before / BYTES_PER_LOOK != self.consumed.get() / BYTES_PER_LOOK {
            self.look()?;
        }
        Ok(count)
    }
}

impl BufRead for Counted<'_, '_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.look()?;
        Ok(self.rest)
    }

    fn consume(&mut self, count: usize) {
        self.consumed.set(self.consumed.get().saturating_add(count));
        self.rest.consume(count);
    }
}

impl Counted<'_, '_> {
    fn look(&self) -> io::Result<()> {
        if self.budget.is_expired() { Err(io::ErrorKind::TimedOut.into()) } else { Ok(()) }
    }
}

/// Undoes a compression.
pub(crate) fn decompress(run: &mut Run<'_>, codec: Codec, input: &[u8]) -> Inflated {
    if let Err(stop) = begin(run) {
        return Inflated::nothing(stop);
    }
    let consumed = Cell::new(0);
    let source = Counted { rest: input, consumed: &consumed, budget: run.budget() };
    let kib_max = DICTIONARY_BYTES_MAX / 1024;
    #[expect(clippy::disallowed_types, reason = "the one place that enforces the budget")]
    let decoder: Box<dyn Read + '_> = match codec {
        Codec::Xz => Box::new(lzma_rust2::XzReader::new_mem_limit(source, true, kib_max)),
        Codec::Lzma => match lzma_rust2::LzmaReader::new_mem_limit(source, kib_max, None) {
            Ok(reader) => Box::new(reader),
            Err(error) => return Inflated::nothing(Stop(reason(&error))),
        },
        Codec::Lzip => Box::new(lzma_rust2::LzipReader::new(source)),
        Codec::Zlib => Box::new(flate2::read::ZlibDecoder::new(source)),
        Codec::Compress => Box::new(lzw::Reader::new(input, &consumed)),
        Codec::Bzip2 => return frames(run, input, bzip2),
        Codec::Lz4 => return frames(run, input, lz4),
        Codec::Zstd => return frames(run, input, zstd),
        Codec::SnappyBlock => return snappy(run, input),
    };
    drain(run, decoder, &consumed)
}

/// Why a decoder gave up: its dictionary is too large, or its input is broken.
fn reason(error: &io::Error) -> GapReason {
    match error.kind() {
        io::ErrorKind::OutOfMemory => GapReason::ExpansionSize,
        io::ErrorKind::TimedOut => GapReason::Deadline,
        _ => GapReason::Malformed,
    }
}

/// Reads a decoder to its end, or to a limit.
fn drain(run: &mut Run<'_>, mut decoder: impl Read, consumed: &Cell<usize>) -> Inflated {
    let mut output = ContentBuilder::with_limit(run.expansion_room());
    let mut steps = Steps::new();
    let end = loop {
        match decoder.read(&mut steps.0) {
            Ok(0) => break Ok(()),
            Ok(count) => {
                let step = steps.0.get(..count).unwrap_or_default();
                if let Err(stop) = take(run, &mut output, step, consumed.get()) {
                    break Err(stop);
                }
                steps.grow(count);
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            // What follows the last stream is padding or somebody's afterthought.
            Err(error) => break Err(Stop(reason(&error))),
        }
    };
    Inflated { content: output.finish(), end, consumed: consumed.get() }
}

/// Streams or frames after each other, and frames to skip among them, which decoders leave to their callers
/// or read without end: each counts as an entry, since opening one costs more than the few bytes that it takes.
fn frames(run: &mut Run<'_>, input: &[u8], frame: fn(&mut Run<'_>, &[u8]) -> Inflated) -> Inflated {
    let mut output = ContentBuilder::with_limit(run.expansion_room());
    let mut rest = input;
    let mut end = Ok(());
    while end.is_ok() && !rest.is_empty() {
        if let Some(skipped) = skippable(rest) {
            rest = rest.get(skipped..).unwrap_or_default();
            continue;
        }
        let begun = begin(run).and_then(|()| run.spend_entry());
        let inner = begun.map_or_else(Inflated::nothing, |()| frame(run, rest));
        end = inner.end;
        if !output.push(dosimeter_content::Expose::expose(&inner.content)) {
            end = Err(Stop(GapReason::ExpansionSize));
        }
        rest = rest.get(inner.consumed.max(1)..).unwrap_or_default();
    }
    Inflated { content: output.finish(), end, consumed: input.len().saturating_sub(rest.len()) }
}

fn bzip2(run: &mut Run<'_>, input: &[u8]) -> Inflated {
    let consumed = Cell::new(0);
    let source = Counted { rest: input, consumed: &consumed, budget: run.budget() };
    #[expect(clippy::disallowed_types, reason = "the one place that enforces the budget")]
    let decoder = bzip2::bufread::BzDecoder::new(source);
    drain(run, decoder, &consumed)
}

fn zstd(run: &mut Run<'_>, input: &[u8]) -> Inflated {
    let consumed = Cell::new(0);
    let source = Counted { rest: input, consumed: &consumed, budget: run.budget() };
    let window = u64::from(DICTIONARY_BYTES_MAX);
    #[expect(clippy::disallowed_types, reason = "the one place that enforces the budget")]
    let decoder = ruzstd::decoding::StreamingDecoder::new_with_max_window_size(source, window);
    match decoder {
        Ok(decoder) => drain(run, decoder, &consumed),
        Err(_) => Inflated::nothing(Stop(GapReason::Malformed)),
    }
}

fn lz4(run: &mut Run<'_>, input: &[u8]) -> Inflated {
    let consumed = Cell::new(0);
    let source = Counted { rest: input, consumed: &consumed, budget: run.budget() };
    #[expect(clippy::disallowed_types, reason = "the one place that enforces the budget")]
    let decoder = lz4_flex::frame::FrameDecoder::new(source);
    drain(run, decoder, &consumed)
}

/// The length of a skippable frame (RFC 8878 section 3.1.2), which LZ4 has too.
fn skippable(bytes: &[u8]) -> Option<usize> {
    let (magic, rest) = bytes.split_first_chunk::<4>()?;
    let (length, _) = rest.split_first_chunk::<4>()?;
    let is_skippable = u32::from_le_bytes(*magic) & 0xffff_fff0 == 0x184d_2a50;
    let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
    is_skippable.then_some(length.saturating_add(8))
}

/// A block says how long it is before it is undone.
fn snappy(run: &mut Run<'_>, input: &[u8]) -> Inflated {
    let length = snap::raw::decompress_len(input).unwrap_or(usize::MAX);
    let broken = |reason| Inflated::nothing(Stop(reason));
    if length > run.expansion_room() {
        return broken(GapReason::ExpansionSize);
    }
    if let Err(stop) = run.spend_expansion(length) {
        return broken(stop.0);
    }
    #[expect(clippy::disallowed_types, reason = "the one place that enforces the budget")]
    match snap::raw::Decoder::new().decompress_vec(input) {
        Ok(bytes) => Inflated { content: bytes.into(), end: Ok(()), consumed: input.len() },
        Err(_) => broken(GapReason::Malformed),
    }
}
