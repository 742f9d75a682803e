//! The modules that the build shares with the crate; they know nothing of the rest of it.

#[path = "../src/rule/ahead.rs"]
pub(crate) mod ahead;
#[path = "../src/rule/anchor.rs"]
pub(crate) mod anchor;
#[path = "../src/rule/byte_set.rs"]
pub(crate) mod byte_set;
#[path = "../src/rule/certain.rs"]
pub(crate) mod certain;
#[path = "../src/rule/data.rs"]
#[expect(unreachable_pub, reason = "public in the crate")]
pub(crate) mod data;
#[path = "../src/rule/edge.rs"]
pub(crate) mod edge;
#[path = "../src/rule/rarity.rs"]
pub(crate) mod rarity;
#[path = "../src/rule/syntax.rs"]
#[expect(dead_code, reason = "the build drops the examples")]
pub(crate) mod syntax;
#[path = "../src/rule/unroll.rs"]
pub(crate) mod unroll;
#[path = "../src/rule/words.rs"]
#[expect(dead_code, reason = "the build prints words, and does not look for them")]
pub(crate) mod words;
