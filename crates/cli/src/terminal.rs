//! The one place that writes to the terminal.
//!
//! Results go to standard output, everything about the run (progress, notes, errors) to standard
//! error, so that a result can always be piped. Nothing here gets content: callers pass redacted
//! text, names of rules and ids.

use std::{
    borrow::Cow,
    fmt,
    io::{self, BufWriter, IsTerminal, Write},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use anstyle::{AnsiColor, Style};
use clap::ValueEnum;
use indicatif::{ProgressBar, ProgressStyle};

/// When output is coloured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorChoice {
    /// On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Paints words, or leaves them as they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Paint {
    enabled: bool,
}

impl Paint {
    /// Decides for one stream.
    pub(crate) fn for_stream(choice: ColorChoice, stream: &impl IsTerminal) -> Self {
        let enabled = match choice {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => stream.is_terminal() && environment_allows_color(),
        };
        Self { enabled }
    }

    /// Leaves all words as they are.
    pub(crate) fn off() -> Self {
        Self { enabled: false }
    }

    fn with(self, style: Style, text: impl fmt::Display) -> String {
        if self.enabled { format!("{style}{text}{style:#}") } else { text.to_string() }
    }

    /// For headings and names.
    pub(crate) fn bold(self, text: impl fmt::Display) -> String {
        self.with(Style::new().bold(), text)
    }

    /// For what matters less.
    pub(crate) fn dim(self, text: impl fmt::Display) -> String {
        self.with(Style::new().dimmed(), text)
    }

    /// For what is worst.
    pub(crate) fn red(self, text: impl fmt::Display) -> String {
        self.with(AnsiColor::Red.on_default().bold(), text)
    }

    /// For what asks for attention.
    pub(crate) fn yellow(self, text: impl fmt::Display) -> String {
        self.with(AnsiColor::Yellow.on_default(), text)
    }

    /// For what is as it should be.
    pub(crate) fn green(self, text: impl fmt::Display) -> String {
        self.with(AnsiColor::Green.on_default(), text)
    }

    /// For labels and values.
    pub(crate) fn cyan(self, text: impl fmt::Display) -> String {
        self.with(AnsiColor::Cyan.on_default(), text)
    }
}

/// <https://no-color.org>: any non-empty value switches colour off.
fn environment_allows_color() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !set("NO_COLOR") && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}

/// Standard output and standard error, with what the user wants of them.
pub(crate) struct Terminal {
    /// For what goes to standard output.
    pub(crate) paint: Paint,
    error_paint: Paint,
    quiet: bool,
    for_people: bool,
    out: BufWriter<io::Stdout>,
    progress: Progress,
}

impl Terminal {
    /// Looks at the streams and at the user's wishes once.
    pub(crate) fn new(color: ColorChoice, quiet: bool) -> Self {
        Self {
            paint: Paint::for_stream(color, &io::stdout()),
            error_paint: Paint::for_stream(color, &io::stderr()),
            quiet,
            for_people: io::stdout().is_terminal(),
            out: BufWriter::with_capacity(1 << 16, io::stdout()),
            progress: Progress::new(!quiet && io::stderr().is_terminal()),
        }
    }

    /// Whether only results are wanted.
    pub(crate) fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Whether somebody looks at standard output.
    pub(crate) fn is_for_people(&self) -> bool {
        self.for_people
    }

    /// Writes one line of result.
    pub(crate) fn line(&mut self, line: impl fmt::Display) -> io::Result<()> {
        let out = &mut self.out;
        self.progress.suspended(|| writeln!(out, "{line}"))
    }

    /// Writes a result that already ends in a line break.
    pub(crate) fn raw(&mut self, bytes: &[u8]) -> io::Result<()> {
        let out = &mut self.out;
        self.progress.suspended(|| out.write_all(bytes))
    }

    /// Writes one JSON object on a line of its own.
    pub(crate) fn json(&mut self, value: &impl serde::Serialize) -> io::Result<()> {
        let mut line = serde_json::to_vec(value)?;
        line.push(b'\n');
        self.raw(&line)
    }

    /// Makes sure that everything written has left the process.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        let out = &mut self.out;
        self.progress.suspended(|| out.flush())
    }

    /// Says something about the run, on standard error, unless the user wants quiet.
    pub(crate) fn note(&mut self, note: impl fmt::Display) {
        if !self.quiet {
            let line = format!("{} {note}", self.error_paint.dim("note:"));
            self.progress.suspended(|| write_error(&line));
        }
    }

    /// Says what failed, on standard error.
    pub(crate) fn error(&mut self, error: impl fmt::Display) {
        let line = format!("{} {error}", self.error_paint.red("error:"));
        self.progress.suspended(|| write_error(&line));
    }

    /// Shows how far a long run is.
    pub(crate) fn progress(&self) -> Progress {
        self.progress.clone()
    }
}

/// Standard error may be closed; then there is nobody to tell.
fn write_error(line: &str) {
    writeln!(io::stderr(), "{line}").ok();
}

/// A progress bar on standard error, which appears only if the work takes long. Clones share it.
#[derive(Clone)]
pub(crate) struct Progress {
    shared: Option<Arc<Mutex<Drawn>>>,
}

/// What is counted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Unit {
    Items,
    Bytes,
}

/// What is drawn.
struct Drawn {
    started: Instant,
    bar: Option<ProgressBar>,
    total: Option<u64>,
    unit: Unit,
}

/// Work that is done sooner shows no bar.
const PROGRESS_AFTER: Duration = Duration::from_millis(400);

impl Progress {
    fn new(allowed: bool) -> Self {
        let drawn = Drawn { started: Instant::now(), bar: None, total: None, unit: Unit::Items };
        Self { shared: allowed.then(|| Arc::new(Mutex::new(drawn))) }
    }

    /// Whether anybody would see it.
    pub(crate) fn is_shown(&self) -> bool {
        self.shared.is_some()
    }

    fn drawn(&self) -> Option<MutexGuard<'_, Drawn>> {
        Some(self.shared.as_ref()?.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Sets how many items there are to do.
    pub(crate) fn set_total(&self, total: u64) {
        self.total(total, Unit::Items);
    }

    /// Sets how many bytes there are to read.
    pub(crate) fn set_bytes_total(&self, total: u64) {
        self.total(total, Unit::Bytes);
    }

    fn total(&self, total: u64, unit: Unit) {
        let Some(mut drawn) = self.drawn() else { return };
        drawn.total = Some(total);
        drawn.unit = unit;
        if let Some(bar) = &drawn.bar {
            bar.set_length(total);
            bar.set_style(style(unit, true));
        }
    }

    /// Tells how many items are done, and a word about it.
    pub(crate) fn set(&self, done: u64, message: impl Into<Cow<'static, str>>) {
        self.position(done, message.into(), Unit::Items);
    }

    /// Tells how many bytes are read, and a word about it.
    pub(crate) fn set_bytes(&self, done: u64, message: impl Into<Cow<'static, str>>) {
        self.position(done, message.into(), Unit::Bytes);
    }

    fn position(&self, done: u64, message: Cow<'static, str>, unit: Unit) {
        let Some(mut drawn) = self.drawn() else { return };
        if drawn.started.elapsed() < PROGRESS_AFTER {
            return;
        }
        let (total, elapsed) = (drawn.total, drawn.started.elapsed());
        let bar = drawn.bar.get_or_insert_with(|| {
            let bar = total.map_or_else(ProgressBar::no_length, ProgressBar::new);
            bar.with_style(style(unit, total.is_some())).with_elapsed(elapsed)
        });
        bar.set_position(done);
        bar.set_message(message);
    }

    /// Removes the bar.
    pub(crate) fn finish(&self) {
        if let Some(bar) = self.drawn().and_then(|mut drawn| drawn.bar.take()) {
            bar.finish_and_clear();
        }
    }

    fn suspended<T>(&self, write: impl FnOnce() -> T) -> T {
        let bar = self.drawn().and_then(|drawn| drawn.bar.clone());
        match bar {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }
}

fn style(unit: Unit, has_total: bool) -> ProgressStyle {
    let template = match (unit, has_total) {
        (Unit::Items, true) => "{bar:24.cyan/dim} {pos}/{len} {msg} · {per_sec} · {eta} left",
        (Unit::Items, false) => "{spinner:.cyan} {pos} {msg} · {per_sec} · {elapsed}",
        (Unit::Bytes, true) => {
            "{bar:24.cyan/dim} {decimal_bytes}/{decimal_total_bytes} · {msg} · \
             {decimal_bytes_per_sec} · {eta} left"
        }
        (Unit::Bytes, false) => {
            "{spinner:.cyan} {decimal_bytes} · {msg} · {decimal_bytes_per_sec} · {elapsed}"
        }
    };
    let style = ProgressStyle::with_template(template);
    style.unwrap_or_else(|_| ProgressStyle::default_bar()).progress_chars("━╸─")
}

/// A name from outside, made safe for a terminal: control characters become `\u{…}`.
pub(crate) fn visible(name: &str) -> Cow<'_, str> {
    if !name.chars().any(char::is_control) {
        return Cow::Borrowed(name);
    }
    let mut shown = String::with_capacity(name.len());
    for char in name.chars() {
        if char.is_control() {
            shown.extend(char.escape_unicode());
        } else {
            shown.push(char);
        }
    }
    Cow::Owned(shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_drive_the_terminal() {
        assert_eq!(visible("plain – name"), "plain – name");
        assert_eq!(visible("a\u{1b}[31m"), "a\\u{1b}[31m");
    }

    #[test]
    fn paint_leaves_words_alone_when_it_is_off() {
        let paint = Paint { enabled: false };
        assert_eq!(paint.red("x"), "x");
        assert!(Paint { enabled: true }.red("x").contains("\u{1b}["));
    }
}
