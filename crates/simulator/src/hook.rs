//! The calling side of inference hooks: transcripts that grow, signatures, one retry.
//!
//! ```no_run
//! use dosimeter_simulator::hook::{Caller, Transcript};
//!
//! # async fn ask() -> Result<(), Box<dyn std::error::Error>> {
//! let caller = Caller::new("https://127.0.0.1:8443/", "whsec_…", None)?;
//! let mut talk = Transcript::new("session_1").user("what is a webhook?");
//! println!("{:?}", caller.ask(&talk).await?);
//! talk = talk.assistant("A request that tells of an event.").user("and who signs it?");
//! println!("{:?}", caller.ask(&talk).await?);
//! # Ok(())
//! # }
//! ```

mod caller;
mod transcript;

pub use self::{
    caller::{Answer, Caller, CallerError, Envelope, sign},
    transcript::Transcript,
};
