//! The only place that names a decompressor.
//!
//! Whatever expands goes through here, so that the limits on bytes, ratio and time hold for every
//! format. `.clippy.toml` bans the raw decoders everywhere else.

mod blocks;
mod codec;
mod lzw;

use dosimeter_content::{Content, ContentBuilder};
use dosimeter_record::GapReason;
use flate2::{FlushDecompress, Status};

pub(crate) use self::{
    blocks::{Block, Blocks, blocks},
    codec::{Codec, DICTIONARY_BYTES_MAX, decompress},
};
use crate::{
    budget::RATIO_FREE_BYTES,
    run::{Read, Run, Stop},
};

/// How much is produced between two looks at the limits.
const STEP_BYTES: usize = 64 * 1024;
const STEP_BYTES_FIRST: usize = 1024;

/// What decompression gave: the output up to where it ended, and why it ended if that was early.
pub(crate) struct Inflated {
    pub(crate) content: Content,
    pub(crate) end: Read,
    /// How many bytes of the input belonged to the compressed data.
    pub(crate) consumed: usize,
}

impl Inflated {
    /// Nothing, and why.
    fn nothing(stop: Stop) -> Self {
        Self { content: Vec::new().into(), end: Err(stop), consumed: 0 }
    }
}

/// Whether decompression may begin: a file can hold a million streams of nothing, which meet no limit on
/// their way.
fn begin(run: &mut Run<'_>) -> Read {
    run.look()?;
    if run.expansion_room() == 0 { Err(Stop(GapReason::ExpansionSize)) } else { Ok(()) }
}

/// Where steps of the output are put: first a small one, since there may be a million small streams, and each
/// step is wiped.
struct Steps(zeroize::Zeroizing<Vec<u8>>);

impl Steps {
    fn new() -> Self {
        Self(zeroize::Zeroizing::new(vec![0; STEP_BYTES_FIRST]))
    }

    /// Makes the next step larger if the last one was full.
    fn grow(&mut self, produced: usize) {
        if produced == self.0.len() && produced < STEP_BYTES {
            let larger = produced.saturating_mul(8).min(STEP_BYTES);
            self.0 = zeroize::Zeroizing::new(vec![0; larger]);
        }
    }
}

/// Undoes raw DEFLATE (RFC 1951), the method of ZIP and gzip.
pub(crate) fn inflate(run: &mut Run<'_>, input: &[u8]) -> Inflated {
    if let Err(stop) = begin(run) {
        return Inflated::nothing(stop);
    }
    #[expect(clippy::disallowed_types, reason = "the one place that enforces the budget")]
    let mut decoder = flate2::Decompress::new(false);
    let mut output = ContentBuilder::with_limit(run.expansion_room());
    let mut steps = Steps::new();
    let mut consumed = 0_usize;
    let end = loop {
        let rest = input.get(consumed..).unwrap_or_default();
        let written = decoder.total_out();
        let status = decoder.decompress(rest, &mut steps.0, FlushDecompress::None);
        let produced = usize::try_from(decoder.total_out().saturating_sub(written)).unwrap_or(0);
        let read = usize::try_from(decoder.total_in()).unwrap_or(usize::MAX);
        let stalled = produced == 0 && read == consumed;
        consumed = read;
        let step = steps.0.get(..produced).unwrap_or_default();
        if let Err(stop) = take(run, &mut output, step, consumed) {
            break Err(stop);
        }
        steps.grow(produced);
        match status {
            Ok(Status::StreamEnd) => break Ok(()),
            Ok(_) if !stalled => {}
            // Out of input before the end, or not DEFLATE at all.
            Ok(_) | Err(_) => break Err(Stop(GapReason::Malformed)),
        }
    };
    Inflated { content: output.finish(), end, consumed }
}

/// Keeps one step of output, or says which limit it meets.
fn take(run: &mut Run<'_>, output: &mut ContentBuilder, step: &[u8], consumed: usize) -> Read {
    run.look()?;
    let fits = output.push(step);
    run.spend_expansion(step.len())?;
    if !fits {
        return Err(Stop(GapReason::ExpansionSize));
    }
    let ratio_max = run.budget().expansion_ratio;
    if output.len() > RATIO_FREE_BYTES && output.len() / consumed.max(1) > ratio_max {
        return Err(Stop(GapReason::ExpansionRatio));
    }
    Ok(())
}

/// Undoes the filters of a PDF stream.
///
/// lopdf knows all of them and stops at the limit that it is given; a stream that goes past it is
/// lost as a whole.
pub(crate) fn pdf_stream(run: &mut Run<'_>, stream: &lopdf::Stream) -> Read<Content> {
    run.look()?;
    let room = run.expansion_room();
    let by_ratio = stream.content.len().saturating_mul(run.budget().expansion_ratio);
    let limit = room.min(by_ratio.max(RATIO_FREE_BYTES));
    match pdf_stream_within(stream, limit) {
        Ok(content) => {
            run.spend_expansion(content.len())?;
            Ok(content)
        }
        Err(Stop(GapReason::ExpansionSize)) => {
            // What was produced until then is gone, but it did cost its bytes.
            run.spend_expansion(limit)?;
            let is_size = limit == room;
            Err(Stop(if is_size { GapReason::ExpansionSize } else { GapReason::ExpansionRatio }))
        }
        Err(Stop(GapReason::Malformed)) if is_plain_flate(stream) => {
            // Cut or with a wrong checksum: what can be inflated of it, behind the two bytes of its header.
            let inflated = inflate(run, stream.content.get(2..).unwrap_or_default());
            if inflated.content.is_empty() {
                return Err(Stop(GapReason::Malformed));
            }
            run.note(inflated.end);
            Ok(inflated.content)
        }
        Err(stop) => Err(stop),
    }
}

/// Whether a stream is compressed with nothing but zlib, and its rows are not predicted.
fn is_plain_flate(stream: &lopdf::Stream) -> bool {
    let filters = stream.filters().unwrap_or_default();
    matches!(filters.as_slice(), [b"FlateDecode"]) && !stream.dict.has(b"DecodeParms")
}

/// The names of filters, which inline images may abbreviate and some programs abbreviate everywhere.
const ABBREVIATIONS: [(&[u8], &str); 5] = [
    (b"A85", "ASCII85Decode"),
    (b"AHx", "ASCIIHexDecode"),
    (b"Fl", "FlateDecode"),
    (b"LZW", "LZWDecode"),
    (b"RL", "RunLengthDecode"),
];

/// The stream with the full names of its filters, if it has abbreviated ones.
fn spelled_out(stream: &lopdf::Stream) -> Option<lopdf::Stream> {
    let filters = stream.filters().ok()?;
    let full = |name: &[u8]| ABBREVIATIONS.iter().find(|(short, _)| *short == name);
    if !filters.iter().any(|name| full(name).is_some()) {
        return None;
    }
    let names = filters.iter().map(|name| {
        let name = full(name).map_or(*name, |(_, long)| long.as_bytes());
        lopdf::Object::Name(name.to_vec())
    });
    let mut dictionary = stream.dict.clone();
    dictionary.set("Filter", names.collect::<Vec<_>>());
    Some(lopdf::Stream::new(dictionary, stream.content.clone()))
}

/// The same with a limit that the caller keeps account of.
pub(crate) fn pdf_stream_within(stream: &lopdf::Stream, bytes_max: usize) -> Read<Content> {
    let full = spelled_out(stream);
    let stream = full.as_ref().unwrap_or(stream);
    #[expect(clippy::disallowed_methods, reason = "the one place that enforces the budget")]
    let decoded = stream.get_plain_content_with_limit(bytes_max);
    match decoded {
        Ok(bytes) => Ok(Content::from(bytes)),
        Err(lopdf::Error::Decompress(lopdf::DecompressError::MemoryLimitExceeded { .. })) => {
            Err(Stop(GapReason::ExpansionSize))
        }
        Err(lopdf::Error::Unimplemented(_)) => Err(Stop(GapReason::Unsupported)),
        Err(_) => Err(Stop(GapReason::Malformed)),
    }
}
