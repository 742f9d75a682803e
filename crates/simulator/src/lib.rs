//! A local Compliance API: a real HTTP server on loopback that follows the documented contract.
//!
//! It is made for development, demos and tests of a client that must survive the real thing. A
//! [`Seed`] says what an organization holds; the server answers every read that a scanner makes,
//! refuses what the real API refuses, in its words and in its order, counts requests in one fixed
//! window, and lets things go wrong on purpose with [`Faults`]. While it runs, a [`Handle`] changes
//! what it holds: a message arrives, a chat is moved or deleted.
//!
//! ```
//! use dosimeter_simulator::{Chat, Faults, Message, Seed, Simulator};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), dosimeter_simulator::Error> {
//! let chat = Chat::new("claude_chat_01", "Budget").with(Message::user("sum this"));
//! let seed = Seed { chats: vec![chat], ..Seed::default() };
//! let running = Simulator::start(seed, Faults::none()).await?;
//!
//! // Point a client at `running.base_url()` with `running.key()`, and change things meanwhile.
//! running.handle().add_message("claude_chat_01", Message::assistant("Total 3."));
//! assert!(running.base_url().starts_with("http://127.0.0.1:"));
//! running.shutdown().await;
//! # Ok(())
//! # }
//! ```
//!
//! # How faithful it is
//!
//! Unless [`Behaviour::vary`] is off, answers vary in all that the documents leave open: times come
//! in all four shapes, arrays are empty, `null` or absent, deprecated fields come and go, and there
//! are fields that nobody knows yet. Everything else follows the newest documented behaviour, with a
//! switch in [`Behaviour`] where older behaviour differs.
//!
//! Nothing of it is made for the open: it listens where it is told to, loopback by default, and its
//! key is a word.

mod answer;
mod behaviour;
mod body;
mod fault;
mod handle;
pub mod hook;
mod key;
mod line;
mod page;
mod query;
mod quota;
mod refusal;
mod running;
mod seed;
mod server;
mod simulator;
mod state;
mod time;

pub use behaviour::Behaviour;
pub use fault::{Fault, FaultRule, Faults, Throttle};
pub use handle::{Handle, Request};
pub use key::{Key, KeyState};
pub use running::Running;
pub use seed::{
    Artifact, Block, Chat, CodeArtifact, CodeVersion, Document, File, FileBytes, Group, Message,
    Organization, Project, Role, Seed, Session, User,
};
pub use simulator::{Error, Simulator};
