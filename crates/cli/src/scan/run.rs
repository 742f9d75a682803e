//! The main thread's side of a scan: prints results in their order, adds them up, shows how far it is.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    thread,
};

use dosimeter_sink::Document;

use super::{
    document, pretty,
    source::Source,
    suppress::Verdict,
    tally::Tally,
    walk::{Target, Walk},
};
use crate::{
    error::Error,
    output::OutputFile,
    terminal::{Progress, Terminal},
};

/// A resource that there is something to tell of.
#[derive(Debug)]
pub(crate) struct Scanned {
    /// Where it comes from.
    pub(crate) source: Source,
    /// What the scan says.
    pub(crate) verdict: Verdict,
}

/// What one piece of work comes to: rendered output in input order, rows for what is put together at the
/// end, and totals.
#[derive(Default)]
pub(crate) struct Reply {
    pub(crate) rendered: Vec<u8>,
    pub(crate) rows: Vec<Scanned>,
    pub(crate) tally: Tally,
    pub(crate) failure: Option<Error>,
}

/// What a run comes to.
pub(crate) struct Run<'a> {
    terminal: &'a mut Terminal,
    /// Where results go, if not to standard output.
    pub(crate) file: Option<OutputFile>,
    /// The totals so far.
    pub(crate) tally: Tally,
    /// What there is to tell of, if it was asked for.
    pub(crate) rows: Vec<Scanned>,
    /// The document that takes the rows instead, and when the scan began.
    document: Option<(Document<'a>, String)>,
    failure: Option<Error>,
}

impl<'a> Run<'a> {
    /// Starts a run whose results go to a file, or to standard output.
    pub(crate) fn new(
        terminal: &'a mut Terminal,
        output: Option<&Path>,
        document: Option<(Document<'a>, String)>,
    ) -> Result<Self, Error> {
        let file = output.map(OutputFile::create).transpose()?;
        let (tally, rows) = (Tally::default(), Vec::new());
        Ok(Self { terminal, file, tally, rows, document, failure: None })
    }

    /// Prints one reply and adds it up.
    pub(super) fn take(&mut self, reply: Reply) -> Result<(), Error> {
        self.write(&reply.rendered)?;
        self.tally.add(reply.tally);
        match &mut self.document {
            None => self.rows.extend(reply.rows),
            Some((document, at)) => {
                let tell = |row| document.add(&document::told(row, at));
                let written: Vec<u8> = reply.rows.iter().flat_map(tell).collect();
                self.write(&written)?;
            }
        }
        self.failure = self.failure.take().or(reply.failure);
        let Tally { resources, findings, bytes, .. } = self.tally;
        let (resources, findings) =
            (pretty::counted(resources, "file"), pretty::counted(findings, "finding"));
        self.terminal.progress().set_bytes(bytes, format!("{resources}, {findings}"));
        Ok(())
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        match &mut self.file {
            None => self.terminal.raw(bytes)?,
            Some(file) => file.write_all(bytes).map_err(|error| file.failed(error))?,
        }
        Ok(())
    }

    /// Ends a run: nothing is under way any more, and a failure is one.
    pub(crate) fn end(mut self) -> Result<(Tally, Vec<Scanned>, Option<OutputFile>), Error> {
        if let Some((document, _)) = self.document.take() {
            self.write(&document.end())?;
        }
        self.terminal.progress().finish();
        self.terminal.flush()?;
        match self.failure.take() {
            Some(failure) => Err(failure),
            None => Ok((self.tally, self.rows, self.file)),
        }
    }

    /// Looks, beside the scan, how much there is to do, so that the bar can tell how long it takes.
    pub(super) fn expect(&self, paths: Vec<PathBuf>, file_bytes_max: u64) {
        let progress = self.terminal.progress();
        if progress.is_shown() {
            // It ends with the process at the latest, and holds nothing.
            thread::spawn(move || measure(paths, file_bytes_max, &progress));
        }
    }
}

fn measure(paths: Vec<PathBuf>, file_bytes_max: u64, progress: &Progress) {
    let Ok(walk) = Walk::new(paths) else { return };
    let mut bytes: u64 = 0;
    for target in walk {
        match target {
            Target::File(path) => {
                let size = fs::metadata(path).map_or(0, |metadata| metadata.len());
                bytes = bytes.saturating_add(size.min(file_bytes_max));
            }
            // Nobody knows how much will come.
            Target::Stdin => return,
            Target::Unreadable(..) | Target::LeftOut => {}
        }
    }
    progress.set_bytes_total(bytes);
}
