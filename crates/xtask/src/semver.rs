//! Whether the crates that others embed still fit those who embedded them.

use crate::run::{self, Error};

/// What others compile against: the crate that they name, and those whose types it re-exports.
const PACKAGES: &[&str] =
    &["dosimeter", "dosimeter-classifier", "dosimeter-extractor", "dosimeter-record"];

/// Compares with `baseline`, or with the last tag, or with the first commit where there is none yet.
///
/// Not a step of `ci`: it compiles the documentation of both versions with all dependencies.
pub(crate) fn run(baseline: Option<&str>) -> Result<(), Error> {
    let tag = ["describe", "--tags", "--abbrev=0"];
    let first = ["rev-list", "--max-parents=0", "HEAD"];
    let baseline = match baseline {
        Some(named) => named.to_owned(),
        None => run::output(run::program("git", &tag))
            .or_else(|_| run::output(run::program("git", &first)))?,
    };
    let packages = PACKAGES.iter().flat_map(|package| ["--package", package]);
    let mut command = run::cargo(&["semver-checks", "--all-features", "--baseline-rev"]);
    command.arg(baseline).args(packages);
    run::finish(command)
}
