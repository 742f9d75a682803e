//! The benign corpus: too large to keep, so it is built from releases that anybody can fetch.

use crate::run::{self, Error};

/// Fetches, checks and unpacks; the texts lie below the target folder afterwards.
pub(crate) fn run() -> Result<(), Error> {
    let script = run::root().join("corpora/benign/build.py");
    let out = run::target().join("corpora").join("benign");
    run::finish(run::program("python3", &[&*script.to_string_lossy(), &*out.to_string_lossy()]))
}
