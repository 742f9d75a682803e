//! What is shipped to run a worker with: hardened units that systemd understands, manifests, alerts, a container.
#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "a test")]

#[path = "../crates/sink/tests/support/receivers.rs"]
mod receivers;

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The exposure that systemd reckons, 0 to 10.
const EXPOSURE_MAX: f64 = 1.5;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap()
}

fn deploy(file: &str) -> PathBuf {
    root().join("crates/cli/deploy").join(file)
}

fn unit(name: &str) -> PathBuf {
    deploy("systemd").join(name)
}

/// Lets a program look at files, and fails with what it says if it refuses them.
fn check(program: Option<PathBuf>, arguments: &[&str], files: &[PathBuf]) {
    let Some(program) = program else { return };
    let output = Command::new(program).args(arguments).args(files).output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&said));
}

fn analyze(arguments: &[&str], name: &str) -> Option<String> {
    let mut command = Command::new("systemd-analyze");
    let output = command.args(arguments).arg(unit(name)).output();
    if output.is_err() {
        let note = "skipped: systemd-analyze is not installed (apt-get install systemd)";
        assert!(std::env::var_os("CI").is_none(), "{note}");
        eprintln!("{note}");
    }
    let output = output.ok()?;
    Some(String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned())
}

#[test]
fn the_units_are_as_closed_as_they_are_said_to_be() {
    for name in ["dosimeter.service", "dosimeter-once.service", "dosimeter-hook.service"] {
        let Some(said) = analyze(&["security", "--offline=true"], name) else { return };
        let level =
            said.split("exposure level for").nth(1).and_then(|rest| rest.split(": ").nth(1));
        let level: f64 = level.unwrap().split_whitespace().next().unwrap().parse().unwrap();
        assert!(level <= EXPOSURE_MAX, "{name}: {level}");
    }
}

#[test]
fn systemd_understands_every_line_of_the_units() {
    for name in [
        "dosimeter.service",
        "dosimeter-once.service",
        "dosimeter-once.timer",
        "dosimeter-hook.service",
    ] {
        let Some(said) = analyze(&["verify", "--man=no"], name) else { return };
        // The program itself is not installed where this is tested.
        let complaints = said.lines().filter(|line| !line.contains("/usr/bin/dosimeter is not"));
        assert_eq!(complaints.collect::<Vec<_>>(), Vec::<&str>::new(), "{name}");
    }
}

#[test]
fn kubernetes_knows_every_field_of_the_manifests() {
    let manifests =
        ["dosimeter.yaml", "dosimeter-hook.yaml"].map(|name| deploy("kubernetes").join(name));
    check(receivers::program("kubernetes-validate"), &["--strict"], &manifests);
}

#[test]
fn prometheus_understands_the_alerts() {
    let rules = deploy("prometheus/dosimeter.rules.yml");
    check(receivers::system("promtool", "prometheus"), &["check", "rules"], &[rules]);
}

#[test]
fn an_image_is_built_from_what_is_named_and_nothing_else() {
    check(receivers::program("hadolint"), &[], &[deploy("container/Containerfile")]);
    let ignored = fs::read_to_string(root().join(".dockerignore")).unwrap();
    let lines = ignored.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    let (taken, left): (Vec<&str>, Vec<&str>) = lines.partition(|line| line.starts_with('!'));
    assert_eq!(left, ["*", "**/target"], "everything but what is named");
    let taken: BTreeSet<&str> = taken.iter().map(|line| line.trim_start_matches('!')).collect();
    for name in &taken {
        let exists = root().join(name.trim_end_matches("-*")).exists() || name.ends_with("-*");
        assert!(exists, "{name}");
    }
    // All members of the workspace, since Cargo reads the manifests of all.
    for member in ["Cargo.toml", "Cargo.lock", "benches", "crates", "tests", "patterns"] {
        assert!(taken.contains(member), "{member}");
    }
}
