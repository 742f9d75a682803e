//! Benchmarks as data: what is measured stands in `corpora.toml`, with what must be found in it.
//!
//! `README.md` says how to run them and what each figure means, `BIAS.md` why not to believe them.

pub mod corpus;
pub mod padding;
pub mod random;
pub mod recipe;
pub mod tally;
pub mod vocabulary;
pub mod writer;

/// What can go wrong is shown to who runs the benchmark, and to no one else.
pub type Error = Box<dyn std::error::Error>;
