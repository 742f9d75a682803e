//! What the API answers with, as types.
//!
//! Every type tolerates fields that it does not know and arrays that are `null` or absent. What is
//! an open set on the wire (roles, block types, attachment types) is an open set here.
//!
//! `Debug` shows ids and lengths. Names, titles and text cannot be printed at all.

pub(crate) mod activity;
pub(crate) mod artifact;
pub(crate) mod chat;
pub(crate) mod file;
pub(crate) mod message;
pub(crate) mod organization;
pub(crate) mod preferences;
pub(crate) mod project;
pub(crate) mod session;
pub(crate) mod wire;

/// Writes `Debug` for types that hold text: the id, and nothing that a user wrote.
macro_rules! debug_by_id {
    ($($type:ident($id:ident)),+ $(,)?) => {
        $(impl std::fmt::Debug for $type {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.debug_struct(stringify!($type)).field(stringify!($id), &self.$id).finish_non_exhaustive()
            }
        })+
    };
}

pub(crate) use debug_by_id;
