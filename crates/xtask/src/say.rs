//! The one place that prints.

/// Prints one line to standard output.
#[expect(clippy::print_stdout, reason = "a developer tool talks to the terminal")]
pub(crate) fn line(text: &str) {
    println!("{text}");
}
