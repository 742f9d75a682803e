//! Harness B: instructions and allocations, which do not depend on what else runs on a machine.
//!
//! By difference: one process scans 1 MiB after its warm-up, another 2 MiB; what they have in common,
//! start-up and everything that is built once, falls out.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use dosimeter_benches::{Error, corpus::Corpora};

use super::{Subject, subjects};
use crate::{
    arguments::Arguments,
    row::{Row, Rows},
};

/// The shorter text in KiB, unless `--kib` says otherwise; the longer one is twice as long.
const KIB: usize = 1024;

pub(crate) fn run(arguments: &Arguments) -> Result<(), Error> {
    let rows = Rows::new(arguments.path("out"));
    let rules = arguments.rules()?;
    let kib = arguments.number("kib")?.unwrap_or(KIB);
    let by_line = arguments.has("lines");
    println!("{rules} rules, {}", if by_line { "line by line" } else { "as one piece" });
    println!("{:<16}{:>20}{:>24}", "", "instructions/byte", "allocations/MiB");
    for Subject { name, text } in subjects(&Corpora::read()?, arguments)? {
        let path = written(&name, &text, 2 * kib)?;
        let kernel = Kernel { path: &path, rules, by_line };
        let instructions = kernel.instructions(2 * kib)?.saturating_sub(kernel.instructions(kib)?);
        let blocks = kernel.blocks(2 * kib)?.saturating_sub(kernel.blocks(kib)?);
        let per_byte = instructions as f64 / (kib << 10) as f64;
        let per_mib = blocks as f64 * 1024.0 / kib as f64;
        println!("{name:<16}{per_byte:>20.2}{per_mib:>24.1}");
        let engine = if by_line { "lines" } else { "whole" };
        let figures = [("instructions_per_byte", per_byte), ("allocations_per_mib", per_mib)];
        for (figure, value) in figures {
            let row = Row { harness: "callgrind", subject: &name, engine, rules, figure, value };
            rows.add(&row)?;
        }
        fs::remove_file(&path)?;
    }
    Ok(())
}

/// Writes the text for the process that is counted: to write a corpus takes longer than to scan it.
fn written(name: &str, text: &str, kib: usize) -> Result<PathBuf, Error> {
    let path = env::temp_dir().join(format!("dosimeter-bench-{}-{name}", std::process::id()));
    fs::write(&path, text.split_at(text.floor_char_boundary(kib << 10)).0)?;
    Ok(path)
}

/// The process that is counted.
struct Kernel<'a> {
    path: &'a Path,
    rules: usize,
    by_line: bool,
}

impl Kernel<'_> {
    /// Callgrind ends with `Collected : 123`.
    fn instructions(&self, kib: usize) -> Result<u64, Error> {
        let report = self.valgrind(&["--tool=callgrind", "--callgrind-out-file=/dev/null"], kib)?;
        number_after(&report, "Collected :").ok_or_else(|| failed(&report))
    }

    /// DHAT says `Total: 1,234 bytes in 56 blocks`.
    fn blocks(&self, kib: usize) -> Result<u64, Error> {
        let report = self.valgrind(&["--tool=dhat", "--dhat-out-file=/dev/null"], kib)?;
        number_after(&report, "bytes in").ok_or_else(|| failed(&report))
    }

    fn valgrind(&self, options: &[&str], kib: usize) -> Result<String, Error> {
        let mut command = Command::new("valgrind");
        command.args(options).arg(env::current_exe()?).arg("kernel").arg(self.path);
        command.args(["--rules", &self.rules.to_string(), "--kib", &kib.to_string()]);
        if self.by_line {
            command.arg("--lines");
        }
        let output = command.stdout(Stdio::null()).stderr(Stdio::piped()).output()?;
        Ok(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

fn number_after(report: &str, what: &str) -> Option<u64> {
    let rest = report.split(what).nth(1)?.trim_start();
    let digits: String = rest
        .chars()
        .take_while(|char| char.is_ascii_digit() || *char == ',')
        .filter(|char| *char != ',')
        .collect();
    digits.parse().ok()
}

fn failed(report: &str) -> Error {
    format!("valgrind gave no number:\n{report}").into()
}
