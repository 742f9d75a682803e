//! Pages and the positions between them.

use std::fmt;

/// A position in a list of chats or messages. Opaque; it outlives the key it was made with.
///
/// A cursor of one order is refused in another, and a cursor belongs to one organization.
#[derive(Clone, PartialEq, Eq)]
pub struct Cursor(String);

/// The address of the next page in every other list. Opaque, and for one walk only.
#[derive(Clone, PartialEq, Eq)]
pub struct PageToken(String);

macro_rules! opaque {
    ($type:ident) => {
        impl $type {
            /// The position as it is stored and sent.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<String> for $type {
            fn from(position: String) -> Self {
                Self(position)
            }
        }

        impl From<$type> for String {
            fn from(position: $type) -> Self {
                position.0
            }
        }

        impl fmt::Debug for $type {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(formatter, concat!(stringify!($type), "({} bytes)"), self.0.len())
            }
        }
    };
}

opaque!(Cursor);
opaque!(PageToken);

/// One page of chats.
#[derive(Debug)]
#[non_exhaustive]
pub struct CursorPage<T> {
    /// What the page shows, in the order of the list.
    pub items: Vec<T>,
    /// Whether there is more in the direction of the walk.
    pub has_more: bool,
    /// The position before the first item; `None` on an empty page.
    pub first: Option<Cursor>,
    /// The position after the last item; `None` on an empty page, where the previous one stays valid.
    pub last: Option<Cursor>,
    /// The server's name for the request, for an audit trail.
    pub request_id: Option<String>,
}

impl<T> CursorPage<T> {
    /// Where the walk goes on, or `None` at its end.
    ///
    /// The cursor to *store* is [`last`](Self::last), which the final page has too.
    pub fn next_after(&self) -> Option<&Cursor> {
        self.last.as_ref().filter(|_| self.has_more)
    }
}

/// One page of any other list.
#[derive(Debug)]
#[non_exhaustive]
pub struct TokenPage<T> {
    /// What the page shows; may be empty although there is a next page.
    pub items: Vec<T>,
    /// The next page, or `None` at the end of the walk.
    pub next: Option<PageToken>,
    /// The server's name for the request, for an audit trail.
    pub request_id: Option<String>,
}
