//! What is asked of either database.

pub(crate) mod budget;
pub(crate) mod commit;
mod evidence;
pub(crate) mod manifest;
pub(crate) mod outbox;
pub(crate) mod parent;
pub(crate) mod purge;
pub(crate) mod queue;
pub(crate) mod report;
pub(crate) mod run;
pub(crate) mod verdict;
