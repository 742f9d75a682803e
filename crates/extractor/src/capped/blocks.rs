//! Compressions of cabinets: blocks that build on what came before them ([MS-CAB] 2.4, [MS-MCI], [MS-PATCH]).

use dosimeter_content::ContentBuilder;
use dosimeter_record::GapReason;
use flate2::{FlushDecompress, Status};

use super::{Inflated, take};
use crate::run::{Run, Stop};

/// How the blocks of a folder are compressed.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Blocks {
    Stored,
    MsZip,
    Lzx { window_bits: u16 },
}

/// One block.
pub(crate) struct Block<'a> {
    pub(crate) data: &'a [u8],
    /// How long it is once decompressed.
    pub(crate) length_plain: usize,
}

/// A block is never longer than this, and looks back no further.
const BLOCK_BYTES: usize = 32 * 1024;

/// Undoes the blocks of one folder, up to the first that is broken.
pub(crate) fn blocks(run: &mut Run<'_>, method: Blocks, blocks: &[Block<'_>]) -> Inflated {
    let mut output = ContentBuilder::with_limit(run.expansion_room());
    let mut lzx = match method {
        Blocks::Lzx { window_bits } => window(window_bits).map(lzxd::Lzxd::new),
        _ => None,
    };
    let mut consumed = 0_usize;
    let mut end = Ok(());
    let mut before = zeroize::Zeroizing::new(Vec::new());
    for block in blocks {
        let plain = match method {
            Blocks::Stored => Some(block.data.to_vec()),
            Blocks::MsZip => ms_zip(block, &before),
            Blocks::Lzx { .. } => lzx.as_mut().and_then(|decoder| {
                let length = block.length_plain.min(BLOCK_BYTES);
                decoder.decompress_next(block.data, length).ok().map(<[u8]>::to_vec)
            }),
        };
        let Some(plain) = plain else {
            end = Err(Stop(GapReason::Malformed));
            break;
        };
        before = zeroize::Zeroizing::new(plain);
        consumed = consumed.saturating_add(block.data.len());
        if let Err(stop) = take(run, &mut output, &before, consumed) {
            end = Err(stop);
            break;
        }
    }
    Inflated { content: output.finish(), end, consumed }
}

/// One block of DEFLATE that may refer back to the block before it.
fn ms_zip(block: &Block<'_>, before: &[u8]) -> Option<Vec<u8>> {
    let data = block.data.strip_prefix(b"CK")?;
    #[expect(clippy::disallowed_types, reason = "the one place that enforces the budget")]
    let mut decoder = flate2::Decompress::new(false);
    if !before.is_empty() {
        decoder.set_dictionary(before).ok()?;
    }
    let mut plain = Vec::with_capacity(BLOCK_BYTES);
    let status = decoder.decompress_vec(data, &mut plain, FlushDecompress::Finish).ok()?;
    matches!(status, Status::StreamEnd).then_some(plain)
}

fn window(bits: u16) -> Option<lzxd::WindowSize> {
    use lzxd::WindowSize;
    Some(match bits {
        15 => WindowSize::KB32,
        16 => WindowSize::KB64,
        17 => WindowSize::KB128,
        18 => WindowSize::KB256,
        19 => WindowSize::KB512,
        20 => WindowSize::MB1,
        21 => WindowSize::MB2,
        _ => return None,
    })
}
