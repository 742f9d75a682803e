//! Python packages that checks need, each set in an environment of its own under the target directory.

use std::path::PathBuf;

use crate::run::{self, Error};

/// Whether environments can be made here.
pub(crate) fn is_there() -> bool {
    run::works(run::program("python3", &["-c", "import venv, ensurepip"]))
}

/// The Python of the environment `name`, in which exactly these releases (`package==version`) are
/// installed.
pub(crate) fn environment(name: &str, releases: &[&str]) -> Result<PathBuf, Error> {
    let home = run::target().join(name).join("venv");
    let python = home.join("bin").join("python");
    if run::works(run::program(&python, &["-c", &wanted(releases)])) {
        return Ok(python);
    }
    run::finish(run::program("python3", &["-m", "venv", &home.to_string_lossy()]))?;
    let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
    run::finish(run::program(&python, &[&install, releases].concat()))?;
    Ok(python)
}

/// A program that fails unless all releases are installed. Extras, in brackets, are not looked for.
fn wanted(releases: &[&str]) -> String {
    let lines = releases.iter().filter_map(|release| {
        let (package, version) = release.split_once("==")?;
        let package = package.split('[').next()?;
        Some(format!("assert m.version('{package}') == '{version}'"))
    });
    let lines: Vec<String> = lines.collect();
    format!("import importlib.metadata as m\n{}", lines.join("\n"))
}
