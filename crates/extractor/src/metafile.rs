//! Metafiles of Windows ([MS-EMF], [MS-WMF], [MS-EMFPLUS]): drawings as lists of calls, in which text is text.
//!
//! Office keeps charts, diagrams and previews of embedded objects in them.

mod enhanced;
mod old;

use dosimeter_record::GapReason;
use encoding_rs::{Encoding, WINDOWS_1252};

use crate::{
    charset,
    run::{Read, Run, Slot, Stop},
};

/// Whether bytes start as a metafile: with its placement before it, with its header, or as an enhanced one.
pub(crate) fn is_metafile(bytes: &[u8]) -> bool {
    enhanced::is_enhanced(bytes) || old::is_old(bytes)
}

/// Writes the text of a drawing. Pictures within it, and text that is given as glyphs of a font, are a gap.
pub(crate) fn read(run: &mut Run<'_>, bytes: &[u8]) -> Read {
    let slot = run.open(run.place());
    let mut page = Page { slot, charset: WINDOWS_1252, last: None, has_picture: false };
    if enhanced::is_enhanced(bytes) {
        enhanced::read(run, bytes, &mut page)?;
    } else {
        old::read(run, bytes, &mut page)?;
    }
    if page.has_picture { Err(Stop(GapReason::ImageNotRead)) } else { Ok(()) }
}

/// The drawing as far as it has come.
struct Page {
    slot: Slot,
    /// Of the font that was made last, for text in bytes.
    charset: &'static Encoding,
    last: Option<Piece>,
    has_picture: bool,
}

/// Where a piece of text stands.
#[derive(Clone, Copy)]
struct Piece {
    x: i64,
    y: i64,
    /// How far the pen went, if the file says so.
    width: Option<i64>,
    characters: i64,
}

/// Text is given as glyphs of a font.
const GLYPHS: u32 = 0x10;

impl Page {
    /// Writes a piece of text: in the line of the last one if it stands at the same height, and as one word
    /// with it if it begins where that one ends.
    fn text(&mut self, run: &mut Run<'_>, text: &str, piece: Piece) -> Read {
        let text = text.trim_end_matches('\0');
        let between = match self.last {
            Some(last) if last.y == piece.y && last.x != piece.x => last.before(piece),
            Some(_) => "\n",
            None => "",
        };
        run.write(self.slot, between)?;
        self.last = Some(piece);
        run.write(self.slot, text)
    }

    /// Writes a piece of text that is given as bytes.
    fn bytes(&mut self, run: &mut Run<'_>, bytes: &[u8], piece: Piece) -> Read {
        let (text, _) = self.charset.decode_without_bom_handling(bytes);
        self.text(run, &text, piece)
    }

    fn font(&mut self, charset: u8) {
        self.charset = charset::of_font(u16::from(charset));
    }
}

impl Piece {
    /// What stands between this and the next one of a line: nothing within a third of a character.
    fn before(self, next: Self) -> &'static str {
        let Some(width) = self.width else { return " " };
        let distance = next.x.saturating_sub(self.x).saturating_sub(width);
        let is_near = distance.saturating_abs().saturating_mul(3) < width / self.characters.max(1);
        if is_near { "" } else { " " }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Budget;

    /// Reads a metafile that is put together here, and compares its text and whether there is a gap.
    pub(super) fn check(bytes: &[u8], expected: &[&str], has_gap: bool) {
        assert!(is_metafile(bytes));
        let (segments, gaps) = crate::run::collected(&Budget::default(), |run| read(run, bytes));
        let found: Vec<&str> = segments
            .iter()
            .map(|segment| dosimeter_content::Expose::expose(&segment.text).trim())
            .collect();
        assert_eq!(found, expected);
        assert_eq!(!gaps.is_empty(), has_gap);
    }
}
