//! What libFuzzer holds to be a find, tried again alone.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::process;
use crate::run::Error;

/// From so many hundredths of a second of the processor on, a byte string is slow. With what a target
/// is built with, a reader takes several times as long as it takes users.
const SLOW: u64 = 200;

/// Moves what does harm again to `fuzz/regressions`, and forgets the rest, which came from a busy
/// machine. Says what was kept.
pub(super) fn keep(programs: &Path, target: &str) -> Result<Vec<PathBuf>, Error> {
    let folder = process::kept("finds", target)?;
    let found = fs::read_dir(&folder).map_err(|error| Error::Read(folder, error))?;
    let mut kept = Vec::new();
    for find in found.flatten().map(|entry| entry.path()) {
        let mut again = process::program(programs, target);
        // On the wall, a time-out says only that others were at work.
        again.arg("-timeout=1200").arg(&find);
        let (ticks, ended) = process::finish(again)?;
        if ticks >= SLOW || !ended.success() {
            if !ended.success() {
                minimise(programs, target, &find)?;
            }
            kept.push(file(target, &find)?);
        }
        fs::remove_file(&find).map_err(|error| Error::Write(find, error))?;
    }
    Ok(kept)
}

/// Makes it smaller where that succeeds soon.
fn minimise(programs: &Path, target: &str, find: &Path) -> Result<(), Error> {
    let mut command = process::program(programs, target);
    command.args(["-minimize_crash=1", "-max_total_time=30"]);
    command.arg(format!("-exact_artifact_path={}", find.display())).arg(find);
    process::finish(command).map(drop)
}

/// Copies it to where the tests replay it.
fn file(target: &str, find: &Path) -> Result<PathBuf, Error> {
    let folder = process::tree("regressions", target);
    let copy = folder.join(find.file_name().unwrap_or_default());
    fs::create_dir_all(&folder)
        .and_then(|()| fs::copy(find, &copy))
        .map_err(|error| Error::Write(copy.clone(), error))?;
    Ok(copy)
}
