//! 7z archives, by `sevenz-rust2`.
//!
//! Whether an archive is encrypted is decided here, from the coders that it names; and neither a list of
//! entries nor a block whose dictionary does not fit is begun.

mod header;

use std::io::{self, Cursor as Stream};

use dosimeter_content::ContentBuilder;
use dosimeter_record::GapReason;
use sevenz_rust2::{Archive, Block, BlockDecoder, Password};

use super::entry;
use crate::{
    capped::DICTIONARY_BYTES_MAX,
    run::{Read, Run, Stop},
};

pub(crate) const MAGIC: &[u8] = b"7z\xbc\xaf\x27\x1c";

/// The coder for AES-256 with SHA-256, and those whose dictionaries have sizes.
const AES: &[u8] = &[6, 0xf1, 7, 1];
const LZMA: &[u8] = &[3, 1, 1];
const LZMA2: &[u8] = &[0x21];
const PPMD: &[u8] = &[3, 4, 1];

/// What the list of entries may expand to. It may name as many entries as it has bytes, each of which takes a
/// hundred in memory; real ones have a hundred bytes for each.
const LIST_BYTES_MAX: u64 = 4 << 20;

/// Reads the entries of every block.
pub(crate) fn read(run: &mut Run<'_>, bytes: &[u8]) -> Read {
    let list = header::stored(bytes).unwrap_or_default();
    if list.windows(4).any(|window| window == AES) {
        // The list of entries itself is encrypted, or says that they are.
        return Err(Stop(GapReason::Encrypted));
    }
    if !list.is_empty() {
        let list_bytes = header::plain_bytes(list).ok_or(Stop(GapReason::Malformed))?;
        if list_bytes > LIST_BYTES_MAX {
            return Err(Stop(GapReason::TooManyEntries));
        }
    }
    let password = Password::empty();
    let mut source = Stream::new(bytes);
    let archive = Archive::read(&mut source, &password).map_err(|error| Stop(reason(&error)))?;
    let mut number = 0_u32;
    let mut end = Ok(());
    for (index, block) in archive.blocks.iter().enumerate() {
        run.look()?;
        if let Some(refused) = refusal(block) {
            end = Err(Stop(refused));
            continue;
        }
        let decoder = BlockDecoder::new(1, index, &archive, &password, &mut source);
        let mut stopped = None;
        let outcome = decoder.for_each_entries(&mut |file, reader| {
            number = number.saturating_add(1);
            let (content, within) = capped(run, reader);
            let read =
                entry(run, number, file.name(), dosimeter_content::Expose::expose(&content), true);
            stopped = within.and(read).err();
            Ok(stopped.is_none())
        });
        match (stopped, outcome) {
            (Some(stop), _) => end = Err(stop),
            (None, Err(error)) => end = Err(Stop(reason(&error))),
            (None, Ok(_)) => {}
        }
    }
    for file in archive.files.iter().filter(|file| !file.has_stream()) {
        number = number.saturating_add(1);
        entry(run, number, file.name(), &[], true)?;
    }
    end
}

/// Why a block is not begun.
fn refusal(block: &Block) -> Option<GapReason> {
    block.ordered_coder_iter().find_map(|(_, coder)| {
        let properties = coder.properties();
        let dictionary = match coder.encoder_method_id() {
            AES => return Some(GapReason::Encrypted),
            LZMA | PPMD => properties
                .get(1..5)?
                .try_into()
                .map_or(u64::MAX, |size| u64::from(u32::from_le_bytes(size))),
            LZMA2 => {
                let bits = u32::from(*properties.first()?);
                (2 | u64::from(bits & 1)).checked_shl(bits / 2 + 11).unwrap_or(u64::MAX)
            }
            _ => return None,
        };
        (dictionary > u64::from(DICTIONARY_BYTES_MAX)).then_some(GapReason::ExpansionSize)
    })
}

/// Reads one entry up to the limits.
fn capped(run: &mut Run<'_>, reader: &mut dyn io::Read) -> (dosimeter_content::Content, Read) {
    let mut output = ContentBuilder::with_limit(run.expansion_room());
    let mut step = zeroize::Zeroizing::new(vec![0_u8; 1 << 16]);
    let end = loop {
        let taken = match reader.read(&mut step) {
            Ok(0) => break Ok(()),
            Ok(count) => step.get(..count).unwrap_or_default(),
            Err(_) => break Err(Stop(GapReason::Malformed)),
        };
        let fits = output.push(taken);
        if let Err(stop) = run.look().and_then(|()| run.spend_expansion(taken.len())) {
            break Err(stop);
        }
        if !fits {
            break Err(Stop(GapReason::ExpansionSize));
        }
    };
    (output.finish(), end)
}

fn reason(error: &sevenz_rust2::Error) -> GapReason {
    use sevenz_rust2::Error;
    match error {
        Error::PasswordRequired | Error::MaybeBadPassword(_) => GapReason::Encrypted,
        Error::UnsupportedCompressionMethod(_) | Error::Unsupported(_) => GapReason::Unsupported,
        Error::MaxMemLimited { .. } => GapReason::ExpansionSize,
        _ => GapReason::Malformed,
    }
}
