//! PDF: recognised here, not read yet, so it is a gap.

use dosimeter_record::GapReason;

use crate::run::{Read, Run, Stop};

/// Says that the file was not read.
pub(crate) fn read(_run: &mut Run<'_>, _bytes: &[u8]) -> Read {
    Err(Stop(GapReason::Unsupported))
}
