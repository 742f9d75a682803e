//! What is shipped to run a worker with: hardened units that systemd understands.
#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "a test")]

use std::{path::PathBuf, process::Command};

/// The exposure that systemd reckons, 0 to 10.
const EXPOSURE_MAX: f64 = 1.5;

fn unit(name: &str) -> PathBuf {
    let systemd = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../crates/cli/deploy/systemd");
    systemd.join(name).canonicalize().unwrap()
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
