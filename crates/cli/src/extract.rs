//! `dosimeter extract`: what the scanner sees of a file, with its places.
//!
//! The one command that shows content, so it shows it to a person and to nothing else: standard output
//! must be a terminal.

use std::io::{self, IsTerminal as _};

use dosimeter_content::Expose as _;
use dosimeter_extractor::{Hint, Segment};
use dosimeter_sandbox::Limits;

use crate::{
    args::ExtractArgs,
    child::sandbox,
    error::Error,
    exit::Exit,
    scan::{pretty::counted, read},
    terminal::{Paint, Terminal, visible},
};

/// Runs the command.
pub(crate) fn run(args: &ExtractArgs, terminal: &mut Terminal) -> Result<Exit, Error> {
    if !io::stdout().is_terminal() {
        let usage = "extract shows content, and only to a terminal: run it without a pipe";
        return Err(Error::Usage(usage.to_owned()));
    }
    let limits = Limits::default();
    let (file, complete) =
        read(&args.file, limits.file_bytes).map_err(Error::read(args.file.clone()))?;
    let name = args.file.to_string_lossy();
    let hint = Hint { name: Some(&name), media_type: None };
    let extraction = sandbox(args.ocr.as_ref())?.extract(&file, hint, limits);
    let paint = terminal.paint;
    for segment in &extraction.segments {
        show(segment, paint, terminal)?;
    }
    for gap in &extraction.gaps {
        let place = gap.locator.to_string();
        terminal.line(paint.yellow(format!("not read: {} {place}", gap.reason).trim_end()))?;
    }
    if !complete {
        terminal.line(paint.yellow("not read: too_large"))?;
    }
    let segments = counted(extraction.segments.len() as u64, "segment");
    terminal.line(paint.bold(format!("{}, {segments}", extraction.kind)))?;
    let is_complete = complete && extraction.gaps.is_empty();
    Ok(if is_complete { Exit::Clean } else { Exit::Incomplete })
}

/// The place, then the text, in which nothing can drive the terminal.
fn show(segment: &Segment, paint: Paint, terminal: &mut Terminal) -> io::Result<()> {
    let place = segment.locator.to_string();
    terminal.line(paint.dim(if place.is_empty() { "text" } else { &place }))?;
    for line in segment.text.expose().lines() {
        let cells: Vec<_> = line.split('\t').map(visible).collect();
        terminal.line(format_args!("  {}", cells.join("\t")))?;
    }
    Ok(())
}
