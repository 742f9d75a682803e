//! The state directory: private to its owner, and used by one worker at a time.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io,
    path::{Path, PathBuf},
};

use crate::Error;

/// A state directory that this process holds alone, for as long as this value lives.
///
/// The lock belongs to the open file: the kernel releases it when the process ends, however it ends,
/// so a killed worker leaves nothing behind to clean up.
#[derive(Debug)]
pub(crate) struct StateDirectory {
    path: PathBuf,
    _lock: File,
}

impl StateDirectory {
    /// Makes the directory if needed, closes it to other users, and takes the lock.
    pub(crate) fn hold(path: &Path) -> Result<Self, Error> {
        let fail = |action| move |source| Error::Directory { action, path: path.into(), source };
        create_private(path).map_err(fail("create the state directory"))?;
        close(path)
            .map_err(fail("close the state directory to other users; name a folder in it"))?;
        let lock = open_private(&path.join("lock")).map_err(fail("open the lock file"))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path: path.into(), _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(Error::Locked { path: path.into() }),
            Err(TryLockError::Error(source)) => Err(fail("lock the state directory")(source)),
        }
    }

    /// A private file in the directory, which is created empty if it does not exist.
    pub(crate) fn private_file(&self, name: &str) -> Result<PathBuf, Error> {
        let path = self.path.join(name);
        match open_private(&path) {
            Ok(_) => Ok(path),
            Err(source) => Err(Error::Directory { action: "create the database", path, source }),
        }
    }
}

#[cfg(unix)]
fn create_private(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;

    fs::DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// A volume of a container can belong to root, who lets a group in: that cannot be closed from here.
#[cfg(unix)]
fn close(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;

    if fs::metadata(path)?.permissions().mode() & 0o077 != 0 {
        fs::set_permissions(path, fs::Permissions::from_mode(0o700))?;
    }
    Ok(())
}

#[cfg(unix)]
fn open_private(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};

    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(path)?;
    if file.metadata()?.permissions().mode() & 0o077 != 0 {
        file.set_permissions(fs::Permissions::from_mode(0o600))?;
    }
    Ok(file)
}

#[cfg(not(unix))]
fn create_private(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)
}

#[cfg(not(unix))]
fn close(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(not(unix))]
fn open_private(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)
}
