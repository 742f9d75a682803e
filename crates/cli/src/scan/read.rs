//! Files and streams as content.

use std::{
    fs::File,
    io::{self, BufReader, Read},
    path::{Path, PathBuf},
    sync::Arc,
};

use dosimeter_content::{Content, ContentBuilder};
use zeroize::Zeroizing;

use super::{
    lines::{Block, Blocks},
    walk::is_stdin,
};
use crate::error::Error;

/// Reads at most `bytes_max` of a file; says whether that was all of it.
pub(crate) fn read(path: &Path, bytes_max: usize) -> io::Result<(Content, bool)> {
    let mut file: Box<dyn Read> =
        if is_stdin(path) { Box::new(io::stdin().lock()) } else { Box::new(File::open(path)?) };
    let mut builder = ContentBuilder::with_limit(bytes_max);
    let mut chunk = Zeroizing::new(vec![0; 1 << 16]);
    loop {
        let count = match file.read(&mut chunk) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            count => count?,
        };
        let read = chunk.get(..count).unwrap_or_default();
        if read.is_empty() {
            return Ok((builder.finish(), true));
        }
        if !builder.push(read) {
            return Ok((builder.finish(), false));
        }
    }
}

/// A block with the name of its file, or the reason why the file cannot be read.
pub(super) type NamedBlock = Result<(Arc<str>, Block), Error>;

/// The blocks of one file of lines.
pub(super) fn open_blocks(path: PathBuf) -> Box<dyn Iterator<Item = NamedBlock> + Send> {
    let opened: io::Result<Box<dyn Read + Send>> =
        if is_stdin(&path) { Ok(Box::new(io::stdin())) } else { open(&path) };
    let name: Arc<str> = path.to_string_lossy().into();
    match opened {
        Ok(reader) => {
            let blocks = Blocks::new(BufReader::with_capacity(1 << 16, reader));
            Box::new(blocks.map(move |block| {
                let block = block.map_err(Error::read(path.clone()))?;
                Ok((Arc::clone(&name), block))
            }))
        }
        Err(error) => Box::new(std::iter::once(Err(Error::read(path)(error)))),
    }
}

fn open(path: &Path) -> io::Result<Box<dyn Read + Send>> {
    if path.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    Ok(Box::new(File::open(path)?))
}
