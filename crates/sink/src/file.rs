//! Lines in a file that is rotated by size.

use std::{
    fs::{self, File, OpenOptions},
    future::Future,
    io::{self, Write as _},
    path::{Path, PathBuf},
    pin::Pin,
};

use crate::{Error, Event, Format, Outcome, Sink};

/// One line of JSON per event in a file. What is acknowledged is synced to the disk.
#[derive(Clone, Debug)]
pub struct FileSink {
    format: Format,
    path: PathBuf,
    rotate_bytes: u64,
    keep: u32,
}

impl FileSink {
    /// Appends to `path`, and begins a new file when it would grow beyond `rotate_bytes`. The old ones
    /// become `path.1`, `path.2`, … of which `keep` are kept.
    ///
    /// # Errors
    ///
    /// If the file cannot be written.
    pub fn new(
        format: Format,
        path: impl Into<PathBuf>,
        rotate_bytes: u64,
        keep: u32,
    ) -> Result<Self, Error> {
        let sink = Self { format, path: path.into(), rotate_bytes, keep };
        open(&sink.path).map_err(|_| Error::File)?;
        Ok(sink)
    }

    fn append(&self, lines: &[u8]) -> io::Result<()> {
        let mut file = open(&self.path)?;
        let len = file.metadata()?.len();
        if len > 0 && len.saturating_add(lines.len() as u64) > self.rotate_bytes {
            self.rotate()?;
            file = open(&self.path)?;
        }
        file.write_all(lines)?;
        file.sync_data()
    }

    fn rotate(&self) -> io::Result<()> {
        for number in (1..self.keep).rev() {
            let (from, to) = (self.old(number), self.old(number.saturating_add(1)));
            if from.exists() {
                fs::rename(from, to)?;
            }
        }
        if self.keep == 0 {
            return fs::remove_file(&self.path);
        }
        fs::rename(&self.path, self.old(1))
    }

    fn old(&self, number: u32) -> PathBuf {
        let mut name = self.path.as_os_str().to_owned();
        name.push(format!(".{number}"));
        name.into()
    }
}

/// Findings are redacted, and still nobody else's business.
fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

impl Sink for FileSink {
    fn deliver<'a>(
        &'a self,
        events: &'a [Event],
    ) -> Pin<Box<dyn Future<Output = Vec<Outcome>> + Send + 'a>> {
        let lines: String = events.iter().map(|event| self.format.write(event) + "\n").collect();
        let sink = self.clone();
        Box::pin(async move {
            let append = move || sink.append(lines.as_bytes());
            let outcome = match tokio::task::spawn_blocking(append).await {
                Ok(Ok(())) => Outcome::Delivered,
                _ => Outcome::Later("the file cannot be written", None),
            };
            vec![outcome; events.len()]
        })
    }

    fn check(&self) -> Pin<Box<dyn Future<Output = Result<(), &'static str>> + Send + '_>> {
        let opened = open(&self.path).map(drop).map_err(|_| "the file cannot be written");
        Box::pin(async move { opened })
    }
}
