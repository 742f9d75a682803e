//! The Python wheel: built as users build it, installed, and tested with pytest.

use std::{ffi::OsStr, fs, path::Path};

use crate::{
    ci::Outcome,
    python,
    run::{self, Error},
};

/// What builds and tests the wheel.
const TOOLS: &[&str] = &["maturin==1.16.0", "pytest==9.2.0"];

/// Presidio's base classes. Its dependencies are 400 MB, so they are left out; where somebody has
/// installed them, the tests use all of it.
const PRESIDIO: &str = "presidio-analyzer==2.2.366";

/// Runs as a step of `ci`.
pub(crate) fn step() -> Result<Outcome, Error> {
    if !python::is_there() {
        return Ok(Outcome::Skipped("python3 with venv is not installed"));
    }
    let python = python::environment("python", TOOLS)?;
    let wheel = build(&python)?;
    for what in [PRESIDIO, &wheel] {
        let install =
            ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"];
        let anew: &[&str] = if what == wheel { &["--force-reinstall"] } else { &[] };
        run::finish(run::program(&python, &[&install, anew, &[what]].concat()))?;
    }
    let tests = ["-m", "pytest", "--quiet", "-p", "no:cacheprovider", "crates/python/tests"];
    let mut command = run::program(&python, &tests);
    command.env("PYTHONDONTWRITEBYTECODE", "1");
    run::finish(command)?;
    Ok(Outcome::Passed)
}

/// Builds the wheel without optimisation, with what earlier steps compiled as far as it fits.
fn build(python: &Path) -> Result<String, Error> {
    let out = run::target().join("python").join("wheels");
    // Wheels of other versions would be taken for this one.
    drop(fs::remove_dir_all(&out));
    let to = out.to_string_lossy();
    let manifest = ["--manifest-path", "crates/python/Cargo.toml"];
    let how = ["--profile", "dev", "--compatibility", "linux", "--locked", "--out", &*to];
    let build = ["-m", "maturin", "build", "--quiet"];
    run::finish(run::program(python, &[build.as_slice(), &manifest, &how].concat()))?;
    let made = fs::read_dir(&out).map_err(|error| Error::Write(out.clone(), error))?;
    let mut made = made.flatten().map(|entry| entry.path());
    made.find(|path| path.extension() == Some(OsStr::new("whl")))
        .map(|path| path.to_string_lossy().into_owned())
        .ok_or_else(|| Error::Failed("maturin build".to_owned()))
}
