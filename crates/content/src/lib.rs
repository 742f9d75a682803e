//! The content world: what came from a user, and must never stay.
//!
//! [`Content`] holds bytes and [`Text`] holds UTF-8. Neither can be printed, compared, cloned,
//! dereferenced or serialised, and both overwrite their memory when dropped. The only way to read
//! them is the trait [`Expose`], so a reviewer finds every reader by searching for `expose()`, and a
//! crate that does not depend on this one cannot read content at all.
//!
//! What may be kept lives in `dosimeter-record` and has no place for raw text.
//!
//! ```
//! use dosimeter_content::{Content, Expose};
//!
//! let content = Content::from(b"hello".to_vec());
//! assert_eq!(content.expose().len(), 5);
//! ```
//!
//! It cannot be printed:
//!
//! ```compile_fail
//! let content = dosimeter_content::Content::from(b"hello".to_vec());
//! println!("{content:?}");
//! ```
//!
//! # What the wipe does not cover
//!
//! Memory that somebody else copied: a decoder's internal buffer, the kernel's socket buffer, swap.
//! The worker therefore also forbids core dumps, and the operations guide asks for encrypted swap.

mod bytes;
mod text;
mod unescape;

pub use bytes::{Content, ContentBuilder};
pub use text::Text;
pub use unescape::unescape;

/// Grants read access to content.
///
/// This trait is the door between the two worlds. Import it only where content is parsed or
/// scanned, and let nothing borrowed through it outlive the call.
pub trait Expose {
    /// What is seen through the door: `[u8]` or `str`.
    type Target: ?Sized;

    /// Borrows the content.
    fn expose(&self) -> &Self::Target;
}
