//! Programs of others that read what we write.
#![allow(
    dead_code,
    clippy::allow_attributes,
    reason = "each test includes this file and uses a part of it"
)]

use std::{
    env,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// A program of the environment that `cargo xtask ci receivers` makes.
///
/// Nothing, with a word about it, if it is not there: but never in continuous integration.
pub(crate) fn program(name: &str) -> Option<PathBuf> {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    found(target.join("receivers/venv/bin").join(name), "cargo xtask ci receivers")
}

/// A program of the system.
pub(crate) fn system(name: &str, package: &str) -> Option<PathBuf> {
    let folders = ["/usr/sbin", "/usr/bin", "/usr/local/bin"].map(PathBuf::from);
    let path = folders.iter().map(|folder| folder.join(name)).find(|path| path.exists());
    found(path.unwrap_or_else(|| name.into()), &format!("apt-get install {package}"))
}

/// A program that only those have who got it as `advice` says; continuous integration does not.
pub(crate) fn by_hand(path: &str, advice: &str) -> Option<PathBuf> {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let path = target.join("receivers").join(path);
    if path.exists() {
        return Some(path);
    }
    note(&path, advice);
    None
}

fn found(path: PathBuf, advice: &str) -> Option<PathBuf> {
    if path.exists() {
        return Some(path);
    }
    let note = note(&path, advice);
    assert!(env::var_os("CI").is_none(), "{note}");
    None
}

fn note(path: &Path, advice: &str) -> String {
    let note = format!("skipped: {} is not installed ({advice})\n", path.display());
    std::io::stderr().write_all(note.as_bytes()).unwrap();
    note
}

/// Runs a program in Python with `input`, and gives what it prints.
pub(crate) fn python(script: &str, input: &[u8]) -> Option<String> {
    let mut child = Command::new(program("python")?)
        .args(["-c", script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    Some(String::from_utf8(output.stdout).unwrap())
}

/// A port that nobody listens on.
pub(crate) fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A program that runs until the end of the test.
pub(crate) struct Running(std::process::Child);

impl Running {
    /// Starts it, and waits until it listens on `port`.
    pub(crate) fn start(command: &mut Command, port: u16) -> Self {
        let running = Self(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());
        let listens = || std::net::TcpStream::connect(("127.0.0.1", port)).is_ok();
        let pause = || std::thread::sleep(std::time::Duration::from_millis(50));
        assert!(
            (0..2400).any(|_| listens() || {
                pause();
                false
            }),
            "nobody listens on {port}"
        );
        running
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

/// A certificate for `localhost` and its key, signed by itself, in this folder.
pub(crate) fn certificate(folder: &Path) -> Option<[PathBuf; 2]> {
    let [settings, certificate, key] =
        ["openssl.cnf", "certificate.pem", "key.pem"].map(|name| folder.join(name));
    // A server that shows the certificate of an authority is refused, so this is none.
    let text = "[req]\nprompt = no\ndistinguished_name = name\nx509_extensions = more\n\
                [name]\nCN = localhost\n\
                [more]\nsubjectAltName = DNS:localhost\nbasicConstraints = critical,CA:FALSE\n";
    std::fs::write(&settings, text).unwrap();
    let status = Command::new(system("openssl", "openssl")?)
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"])
        .args(["-days", "2", "-config"])
        .arg(&settings)
        .arg("-out")
        .arg(&certificate)
        .arg("-keyout")
        .arg(&key)
        .stderr(Stdio::null())
        .status()
        .unwrap();
    assert!(status.success());
    Some([certificate, key])
}
