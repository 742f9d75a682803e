//! Compressions of one stream: what undoes each, within the budget.

use std::{
    cell::Cell,
    io::{self, Read},
};

use dosimeter_content::ContentBuilder;
use dosimeter_record::GapReason;

use super::{Inflated, STEP_BYTES, lzw, take};
use crate::run::{Run, Stop};

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

/// Input that counts how much of it was read.
struct Counted<'a, 'c> {
    rest: &'a [u8],
    consumed: &'c Cell<usize>,
}

impl Read for Counted<'_, '_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.rest.read(buffer)?;
        self.consumed.set(self.consumed.get().saturating_add(count));
        Ok(count)
    }
}

/// Undoes a compression.
pub(crate) fn decompress(run: &mut Run<'_>, codec: Codec, input: &[u8]) -> Inflated {
    let consumed = Cell::new(0);
    let source = Counted { rest: input, consumed: &consumed };
    let kib_max = DICTIONARY_BYTES_MAX / 1024;
    #[expect(clippy::disallowed_types, reason = "the one place that enforces the budget")]
    match codec {
        Codec::Bzip2 => drain(run, bzip2::read::MultiBzDecoder::new(source), &consumed),
        Codec::Xz => {
            drain(run, lzma_rust2::XzReader::new_mem_limit(source, true, kib_max), &consumed)
        }
        Codec::Lzma => match lzma_rust2::LzmaReader::new_mem_limit(source, kib_max, None) {
            Ok(reader) => drain(run, reader, &consumed),
            Err(error) => nothing(&error),
        },
        Codec::Lzip => drain(run, lzma_rust2::LzipReader::new(source), &consumed),
        Codec::Lz4 => drain(run, lz4_flex::frame::FrameDecoder::new(source), &consumed),
        Codec::Zlib => drain(run, flate2::read::ZlibDecoder::new(source), &consumed),
        Codec::Zstd => zstd(run, input),
        Codec::Compress => drain(run, lzw::Reader::new(input, &consumed), &consumed),
        Codec::SnappyBlock => snappy(run, input),
    }
}

fn nothing(error: &io::Error) -> Inflated {
    Inflated { content: Vec::new().into(), end: Err(Stop(reason(error))), consumed: 0 }
}

/// Why a decoder gave up: its dictionary is too large, or its input is broken.
fn reason(error: &io::Error) -> GapReason {
    if error.kind() == io::ErrorKind::OutOfMemory {
        GapReason::ExpansionSize
    } else {
        GapReason::Malformed
    }
}

/// Reads a decoder to its end, or to a limit.
fn drain(run: &mut Run<'_>, mut decoder: impl Read, consumed: &Cell<usize>) -> Inflated {
    let mut output = ContentBuilder::with_limit(run.expansion_room());
    let mut step = zeroize::Zeroizing::new(vec![0_u8; STEP_BYTES]);
    let end = loop {
        match decoder.read(&mut step) {
            Ok(0) => break Ok(()),
            Ok(count) => {
                let step = step.get(..count).unwrap_or_default();
                if let Err(stop) = take(run, &mut output, step, consumed.get()) {
                    break Err(stop);
                }
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            // What follows the last stream is padding or somebody's afterthought.
            Err(error) => break Err(Stop(reason(&error))),
        }
    };
    Inflated { content: output.finish(), end, consumed: consumed.get() }
}

/// Zstandard: frames and skippable frames after each other.
fn zstd(run: &mut Run<'_>, input: &[u8]) -> Inflated {
    let mut output = ContentBuilder::with_limit(run.expansion_room());
    let mut rest = input;
    let mut end = Ok(());
    while end.is_ok() && !rest.is_empty() {
        if let Some(skipped) = skippable(rest) {
            rest = rest.get(skipped..).unwrap_or_default();
            continue;
        }
        let consumed = Cell::new(0);
        let source = Counted { rest, consumed: &consumed };
        let window = u64::from(DICTIONARY_BYTES_MAX);
        #[expect(clippy::disallowed_types, reason = "the one place that enforces the budget")]
        let decoder = ruzstd::decoding::StreamingDecoder::new_with_max_window_size(source, window);
        let Ok(decoder) = decoder else {
            end = Err(Stop(GapReason::Malformed));
            break;
        };
        let frame = drain(run, decoder, &consumed);
        end = frame.end;
        if !output.push(dosimeter_content::Expose::expose(&frame.content)) {
            end = Err(Stop(GapReason::ExpansionSize));
        }
        rest = rest.get(consumed.get().max(1)..).unwrap_or_default();
    }
    Inflated { content: output.finish(), end, consumed: input.len().saturating_sub(rest.len()) }
}

/// The length of a skippable frame (RFC 8878 section 3.1.2).
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
    let broken =
        |reason| Inflated { content: Vec::new().into(), end: Err(Stop(reason)), consumed: 0 };
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
