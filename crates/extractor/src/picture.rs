//! Pictures that are handed to whoever recognises text in them.
//!
//! The extractor cannot: recognition is a program of its own. It says what a picture may cost before a
//! decoder sees it, so that a small file cannot ask for gigabytes of pixels.

mod size;

use dosimeter_content::{Content, Expose};
use dosimeter_record::{Gap, GapReason, Locator};

use self::size::Size;

/// A page of A4 at 600 dots per inch has 35 million.
const PIXELS_MAX: u64 = 50_000_000;

/// A picture whose text is still to be read: a whole file of a common format, of a bounded size.
///
/// Whoever asked for pictures ([`Budget::pictures`](crate::Budget::pictures)) owes for each one its text or a
/// gap.
#[expect(missing_debug_implementations, reason = "holds content, which must not be printable")]
pub struct Picture {
    bytes: Content,
    locator: Locator,
    is_moving: bool,
}

impl Picture {
    /// Takes a file of PNG, JPEG, GIF, `WebP`, BMP, TIFF, JPEG 2000 or PNM.
    ///
    /// # Errors
    ///
    /// If it is of another format or too large: why it cannot be read.
    pub fn new(bytes: Content, locator: Locator) -> Result<Self, GapReason> {
        let Size { pixels, is_moving } = size::measure(bytes.expose())?;
        if pixels > PIXELS_MAX {
            return Err(GapReason::TooLarge);
        }
        Ok(Self { bytes, locator, is_moving })
    }

    /// The file.
    pub fn bytes(&self) -> &Content {
        &self.bytes
    }

    /// Where it stands.
    pub fn locator(&self) -> &Locator {
        &self.locator
    }

    /// Whether more than what recognition looks at can be seen in it: an animation.
    pub fn is_moving(&self) -> bool {
        self.is_moving
    }

    /// What it leaves if nobody reads it.
    pub fn unread(self) -> Gap {
        Gap::at(GapReason::ImageNotRead, self.locator)
    }
}
