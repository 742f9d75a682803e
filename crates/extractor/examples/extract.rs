//! Says what the extractor makes of files: kind, amount of text, gaps, time. With `--text` also the text.
//!
//! ```text
//! cargo run --release -p dosimeter-extractor --example extract -- corpora/files/*.pdf
//! ```
#![expect(clippy::print_stdout, reason = "an example that shows its result")]

use std::{
    env, fs, io,
    time::{Duration, Instant},
};

use dosimeter_content::{Content, Expose};
use dosimeter_extractor::{Budget, Hint, extract};

fn main() -> io::Result<()> {
    let (flags, paths): (Vec<String>, Vec<String>) =
        env::args().skip(1).partition(|argument| argument.starts_with("--"));
    for path in paths {
        let file = Content::from(fs::read(&path)?);
        let started = Instant::now();
        let budget =
            Budget::default().with_deadline(move || started.elapsed() > Duration::from_secs(30));
        let hint = Hint { name: Some(&path), media_type: None };
        let extraction = extract(&file, hint, &budget);
        let elapsed_ms = started.elapsed().as_millis();
        let text_bytes: usize = extraction.segments.iter().map(|s| s.text.len()).sum();
        println!(
            "{path}: {}, {} segments, {text_bytes} bytes, {elapsed_ms} ms",
            extraction.kind,
            extraction.segments.len()
        );
        for gap in &extraction.gaps {
            println!("  gap {} at {}", gap.reason, gap.locator);
        }
        if flags.iter().any(|flag| flag == "--text") {
            for segment in &extraction.segments {
                println!("  --- {}\n{}", segment.locator, segment.text.expose());
            }
        }
    }
    Ok(())
}
