//! Switches: which of the documented behaviours the simulator shows.

use std::time::Duration;

/// How the simulator behaves. The default is the newest documented behaviour.
#[derive(Clone, Debug)]
#[non_exhaustive]
#[expect(clippy::struct_excessive_bools, reason = "each switch is independent of the others")]
pub struct Behaviour {
    /// Whether the Compliance API is switched on for the organization.
    pub enabled: bool,
    /// The limit in one window.
    pub requests_per_window: u32,
    /// The second limit, of cloud sessions alone, in one window.
    pub remote_requests_per_window: u32,
    /// The window of the limit; a minute, but shorter in a test that waits for its end.
    pub window: Duration,
    /// Whether a request without a usable key gets a 401 as before September 2026, and not a 404.
    pub keyless_is_401: bool,
    /// Whether a conflict is a `conflict_error` as in August 2026, and not an `invalid_request_error`.
    pub conflict_error: bool,
    /// Whether a chat that its user deleted keeps its content as before September 2026.
    pub deleted_chats_keep_content: bool,
    /// Whether the feed says file names and titles as before 2026-09-24.
    pub names_in_feed: bool,
    /// Whether an artifact's content is a plain text body as in August 2026, and not JSON.
    pub plain_artifacts: bool,
    /// Whether file names are sent in the plain form of April 2026, and not as RFC 5987.
    pub plain_file_names: bool,
    /// How long an answer takes: between half and one and a half of this. The real API takes seconds.
    pub latency: Duration,
    /// How long after an event the feed shows it.
    pub indexing_lag: Duration,
    /// Whether answers vary in everything that the documents leave open: the four shapes of times,
    /// fields and an actor that do not exist yet, arrays that are empty, `null` or absent.
    pub vary: bool,
}

impl Default for Behaviour {
    fn default() -> Self {
        Self {
            enabled: true,
            requests_per_window: 600,
            remote_requests_per_window: 600,
            window: Duration::from_mins(1),
            keyless_is_401: false,
            conflict_error: false,
            deleted_chats_keep_content: false,
            names_in_feed: false,
            plain_artifacts: false,
            plain_file_names: false,
            latency: Duration::ZERO,
            indexing_lag: Duration::from_secs(1),
            vary: true,
        }
    }
}
