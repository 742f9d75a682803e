//! A budget of request starts that is shared beyond this process.

use std::{future::Future, pin::Pin, time::Duration};

/// Gives out request starts, such as from a database that all workers share.
///
/// Whatever it grants, the client also keeps its own budget: a shared one can only be stricter.
pub trait Permits: Send + Sync {
    /// Asks for at most `wanted` starts.
    fn take(&self, wanted: u32) -> Pin<Box<dyn Future<Output = Grant> + Send + '_>>;

    /// Learns the limit that the server names, for one window of a minute.
    fn learn(&self, limit: u32);
}

/// An answer to a request for request starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Grant {
    /// So many starts, if they are used within this time from when they were asked for.
    Starts(u32, Duration),
    /// None for now: ask again after this time.
    Wait(Duration),
}
