//! Where a result goes: standard output, or a file that only its owner can read.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use tempfile::NamedTempFile;

use crate::error::Error;

/// A file under way. Its old contents stay until [`finish`](Self::finish), so that whoever reads it
/// never sees half of it, and a run that fails leaves it as it was.
pub(crate) struct OutputFile {
    path: PathBuf,
    file: BufWriter<Kind>,
}

enum Kind {
    /// Takes the place of the file at the end.
    Beside(NamedTempFile),
    /// A pipe, a terminal or another device, which cannot be replaced.
    Device(File),
}

impl Write for Kind {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Beside(file) => file.write(bytes),
            Self::Device(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Beside(file) => file.flush(),
            Self::Device(file) => file.flush(),
        }
    }
}

impl OutputFile {
    /// Starts a file that will stand at `path`, readable by its owner only.
    ///
    /// # Errors
    ///
    /// If the folder does not exist or cannot be written.
    pub(crate) fn create(path: &Path) -> Result<Self, Error> {
        let kind = match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
            Ok(metadata) if !metadata.is_file() => {
                File::options().write(true).open(path).map(Kind::Device)
            }
            // Made with mode 0600, and in the same folder, so that it can be renamed.
            _ => NamedTempFile::with_prefix_in(".dosimeter-", folder(path)).map(Kind::Beside),
        };
        let kind = kind.map_err(Error::write(path))?;
        Ok(Self { path: path.to_path_buf(), file: BufWriter::with_capacity(1 << 16, kind) })
    }

    /// Puts the file in its place.
    pub(crate) fn finish(self) -> Result<(), Error> {
        let written = self.file.into_inner().map_err(io::IntoInnerError::into_error);
        match written.map_err(Error::write(&self.path))? {
            Kind::Beside(file) => {
                file.persist(&self.path).map_err(|error| Error::write(&self.path)(error.error))?;
            }
            Kind::Device(mut file) => file.flush().map_err(Error::write(&self.path))?,
        }
        Ok(())
    }

    /// A failure to write it, with its name.
    pub(crate) fn failed(&self, error: io::Error) -> Error {
        Error::write(&self.path)(error)
    }
}

impl Write for OutputFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_appears_whole_and_is_its_owners() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.txt");
        fs::write(&path, "old").unwrap();
        let mut file = OutputFile::create(&path).unwrap();
        file.write_all(b"new").unwrap();
        file.flush().unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        file.finish().unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_folder_is_not_a_file() {
        let folder = tempfile::tempdir().unwrap();
        assert!(OutputFile::create(folder.path()).is_err());
        assert!(OutputFile::create(&folder.path().join("missing/out.txt")).is_err());
    }
}
