//! Archives beside ZIP.

pub(crate) mod ar;
pub(crate) mod cab;
pub(crate) mod cpio;
pub(crate) mod iso;
pub(crate) mod rar;
pub(crate) mod rpm;
pub(crate) mod sevenz;
pub(crate) mod tar;

use dosimeter_record::GapReason;

use crate::{
    Hint, dispatch,
    run::{Read, Run, Stop},
};

/// Reads one entry of an archive, and its name, as number `number` (1-based). `whole` is false if the
/// archive ends within it.
fn entry(run: &mut Run<'_>, number: u32, name: &str, bytes: &[u8], whole: bool) -> Read {
    run.spend_entry()?;
    run.inside(number, |run| {
        run.segment(run.part("name"), name)?;
        if !bytes.is_empty() {
            dispatch::read(run, bytes, Hint { name: Some(name), media_type: None });
        }
        if whole { Ok(()) } else { Err(Stop(GapReason::Malformed)) }
    });
    Ok(())
}

/// The first `length` bytes, or as many as there are; and whether all were there.
fn cut(bytes: &[u8], length: usize) -> (&[u8], bool) {
    bytes.get(..length).map_or((bytes, false), |data| (data, true))
}
