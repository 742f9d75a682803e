//! What a program for recognising text answers: the module is taken in itself, as its crate shows it to nobody.
#![no_main]

use dosimeter_content::Expose as _;

#[allow(dead_code, reason = "the number of a page is for who says where a word stands")]
#[path = "../../crates/sandbox/src/recognise/page.rs"]
mod page;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let answer = String::from_utf8_lossy(data);
    let pages = page::pages(&answer);
    let read: usize = pages.iter().map(|page| page.text().expose().len()).sum();
    assert!(read <= answer.len(), "more text than the answer has");
    assert!(pages.iter().all(|page| !page.is_empty() || page.is_unclear()), "nothing is clear");
});
