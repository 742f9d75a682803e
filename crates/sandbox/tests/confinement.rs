//! A confined process can compute and answer, and nothing else.
//!
//! Each attempt runs in a process of its own: this test program, started again with the name of the
//! attempt in its environment.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test")]

use std::{
    io::Write as _,
    os::unix::process::ExitStatusExt as _,
    process::{Command, ExitStatus},
};

const ATTEMPT: &str = "SANDBOX_ATTEMPT";

fn attempt(what: &str) -> ExitStatus {
    let program = std::env::current_exe().unwrap();
    let arguments = ["--exact", "attempts_run_confined", "--nocapture", "--test-threads=1"];
    Command::new(program)
        .args(arguments)
        .env(ATTEMPT, what)
        .env_remove("RUST_BACKTRACE")
        .output()
        .unwrap()
        .status
}

/// Does nothing unless it was started by [`attempt`].
#[test]
fn attempts_run_confined() {
    let Ok(what) = std::env::var(ATTEMPT) else { return };
    dosimeter_sandbox::confine().unwrap();
    match what.as_str() {
        "compute" => {
            let sum: u64 = (0..1000_u64).map(|n| vec![n; 100].iter().sum::<u64>()).sum();
            assert_eq!(sum, 49_950_000);
            std::io::stdout().write_all(b"done").unwrap();
        }
        "read" => assert!(std::fs::read("/etc/hostname").is_err()),
        "write" => assert!(std::fs::write("/tmp/dosimeter-sandbox-test", b"x").is_err()),
        "list" => assert!(std::fs::read_dir("/").is_err()),
        "remove" => drop(std::fs::remove_file("/tmp/dosimeter-sandbox-test")),
        "connect" => drop(std::net::TcpStream::connect("127.0.0.1:9")),
        "run" => drop(Command::new("/bin/true").status()),
        "memory" => {
            let mut all = Vec::new();
            for _ in 0..40 {
                all.push(vec![1_u8; 64 << 20]);
            }
            assert_eq!(all.len(), 40);
        }
        "loop" => loop {
            std::hint::black_box(());
        },
        other => panic!("{other}"),
    }
}

#[test]
fn computing_is_allowed() {
    assert!(attempt("compute").success());
}

#[test]
fn files_are_refused() {
    for what in ["read", "write", "list"] {
        assert!(attempt(what).success(), "{what}");
    }
    assert!(!std::path::Path::new("/tmp/dosimeter-sandbox-test").exists());
}

#[test]
fn network_programs_and_removing_end_the_process() {
    for what in ["connect", "run", "remove"] {
        // SIGSYS: the kernel ended it at the forbidden call.
        assert_eq!(attempt(what).signal(), Some(31), "{what}");
    }
}

#[test]
fn memory_has_a_limit() {
    assert_eq!(attempt("memory").signal(), Some(6));
}

#[test]
fn processor_time_has_a_limit() {
    let started = std::time::Instant::now();
    let signal = attempt("loop").signal();
    assert!(matches!(signal, Some(24 | 9)), "{signal:?}");
    assert!(started.elapsed().as_secs() >= 9);
}
