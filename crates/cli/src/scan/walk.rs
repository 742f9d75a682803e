//! Which files are scanned: given paths, and what lies under given folders, in a stable order.

use std::{
    ffi::OsStr,
    fs, io,
    path::{Path, PathBuf},
    vec,
};

use dosimeter_record::GapReason;

use crate::error::Error;

/// Folders of version control, which repeat what lies beside them in compressed form.
const VERSION_CONTROL: [&str; 4] = [".git", ".hg", ".svn", ".jj"];

/// One thing to scan.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// Standard input.
    Stdin,
    /// A file.
    File(PathBuf),
    /// Something that cannot be scanned, and why.
    Unreadable(PathBuf, GapReason),
    /// Something that is left out on purpose and not counted as a gap: see [`VERSION_CONTROL`] and
    /// symbolic links, whose targets are scanned where they lie.
    LeftOut,
}

/// Walks the given paths depth first, each folder by name.
///
/// Memory is bounded by the entries of the folders from the root down to the current one.
pub(crate) struct Walk {
    roots: vec::IntoIter<PathBuf>,
    folders: Vec<vec::IntoIter<PathBuf>>,
}

impl Walk {
    /// Makes sure that every given path exists, before anything is scanned.
    ///
    /// # Errors
    ///
    /// If one does not exist or may not be looked at.
    pub(crate) fn new(paths: Vec<PathBuf>) -> Result<Self, Error> {
        for path in &paths {
            if !is_stdin(path) {
                let looked = fs::metadata(path);
                looked.map_err(|error| Error::Read { path: path.clone(), kind: error.kind() })?;
            }
        }
        Ok(Self { roots: paths.into_iter(), folders: Vec::new() })
    }

    /// A path that the user named: links and pipes are followed.
    fn root(&mut self, path: PathBuf) -> Target {
        if is_stdin(&path) {
            return Target::Stdin;
        }
        match fs::metadata(&path) {
            Ok(metadata) if metadata.is_dir() => self.enter(path),
            Ok(_) => Target::File(path),
            Err(_) => Target::Unreadable(path, GapReason::Unavailable),
        }
    }

    /// A path found in a folder: only folders and regular files count.
    fn found(&mut self, path: PathBuf) -> Target {
        let Ok(metadata) = fs::symlink_metadata(&path) else {
            return Target::Unreadable(path, GapReason::Unavailable);
        };
        let kind = metadata.file_type();
        if kind.is_symlink() || kind.is_dir() && is_version_control(&path) {
            Target::LeftOut
        } else if kind.is_dir() {
            self.enter(path)
        } else if kind.is_file() {
            Target::File(path)
        } else {
            Target::Unreadable(path, GapReason::Unsupported)
        }
    }

    fn enter(&mut self, folder: PathBuf) -> Target {
        match entries(&folder) {
            Ok(entries) => {
                self.folders.push(entries.into_iter());
                Target::LeftOut
            }
            Err(_) => Target::Unreadable(folder, GapReason::Unavailable),
        }
    }

    fn step(&mut self) -> Option<Target> {
        while let Some(folder) = self.folders.last_mut() {
            match folder.next() {
                Some(path) => return Some(self.found(path)),
                None => drop(self.folders.pop()),
            }
        }
        let root = self.roots.next()?;
        Some(self.root(root))
    }
}

impl Iterator for Walk {
    type Item = Target;

    fn next(&mut self) -> Option<Target> {
        loop {
            match self.step()? {
                Target::LeftOut => {}
                target => return Some(target),
            }
        }
    }
}

/// Whether `path` means standard input.
pub(crate) fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

fn is_version_control(path: &Path) -> bool {
    path.file_name().and_then(OsStr::to_str).is_some_and(|name| VERSION_CONTROL.contains(&name))
}

fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut entries =
        fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
    entries.sort();
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_walked_in_order_without_version_control_and_links() {
        let root = tempfile::tempdir().unwrap();
        for folder in ["b", ".git", "a/.svn"] {
            fs::create_dir_all(root.path().join(folder)).unwrap();
        }
        for file in ["b/two", "b/.env", ".git/config", "a/.svn/x", "c"] {
            fs::write(root.path().join(file), "text").unwrap();
        }
        #[cfg(unix)]
        std::os::unix::fs::symlink(root.path(), root.path().join("b/loop")).unwrap();
        let walk = Walk::new(vec![root.path().to_path_buf(), "-".into()]).unwrap();
        let expected: Vec<Target> = ["b/.env", "b/two", "c"]
            .map(|name| Target::File(root.path().join(name)))
            .into_iter()
            .chain([Target::Stdin])
            .collect();
        assert_eq!(walk.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_path_that_does_not_exist_is_an_error_before_anything_is_scanned() {
        assert!(Walk::new(vec!["/does/not/exist".into()]).is_err());
    }
}
