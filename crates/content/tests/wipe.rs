//! Dropped content is gone from memory.
//!
//! The test reads its own address space through `/proc/self/mem`, which needs no `unsafe`: the block
//! that a dropped value lived in must not hold its bytes any more.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, clippy::naive_bytecount, reason = "a test, on small blocks")]

use std::{fs::File, os::unix::fs::FileExt};

use dosimeter_content::{Content, Expose, Text};

/// Counts how often `byte` stands in the `len` bytes of memory that start at `address`.
fn count_in_memory(address: u64, len: usize, byte: u8) -> usize {
    let mut seen = vec![0; len];
    let memory = File::open("/proc/self/mem").unwrap();
    // A large block is unmapped when freed: that it cannot be read is also a wipe.
    if memory.read_exact_at(&mut seen, address).is_err() {
        return 0;
    }
    seen.iter().filter(|&&found| found == byte).count()
}

const LEN: usize = 4096;
const MARK: u8 = 0xA7;

#[test]
fn dropped_content_leaves_no_bytes() {
    let content = Content::from(vec![MARK; LEN]);
    let address = content.expose().as_ptr() as u64;
    assert_eq!(count_in_memory(address, LEN, MARK), LEN, "the probe must see living content");
    drop(content);
    assert_eq!(count_in_memory(address, LEN, MARK), 0);
}

#[test]
fn dropped_text_leaves_no_bytes() {
    let text = Text::from("x".repeat(LEN));
    let address = text.expose().as_ptr() as u64;
    drop(text);
    assert_eq!(count_in_memory(address, LEN, b'x'), 0);
}
