//! Office Open XML (ECMA-376): what the three kinds of package have in common.

pub(crate) mod binary;
pub(crate) mod document;
mod flow;
pub(crate) mod package;
pub(crate) mod presentation;
pub(crate) mod workbook;
