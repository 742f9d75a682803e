//! `bench`: measures the classifier on the corpora, by itself and beside other tools.

mod arguments;
mod command;
mod measure;
mod row;

use std::{env, process::ExitCode};

use arguments::Arguments;
use dosimeter_benches::Error;

const USAGE: &str = "\
Measures the classifier.

Usage: cargo run --profile bench -p dosimeter-benches -- COMMAND

Commands:
  corpora DIR [NAME…] [--mib N]       write the corpora, one file each
  check [NAME…] [--findings DIR]      compare what is found with what must be found
  check [NAME…] --bless               write what is found into corpora.toml
  scan FILE|NAME [--repeat N] [--lines] [--mib N]
                                      scan one text over and over: GB/s and findings by label
  ratio [NAME|FILE…] [--mib N] [--rounds N]
                                      throughput beside the speed of memory and other engines
  callgrind [NAME|FILE…] [--kib N] [--lines]
                                      instructions per byte and allocations; needs valgrind
  latency [NAME…]                     one message after the other, by length
  scaling [NAME|FILE…] [--mib N]      throughput with 100 to 2000 rules
  attack [NAME…] [--kib N]            throughput on adversarial texts, and whether it is linear
  threads [NAME|FILE…] [--threads N]  the speed-up of several threads
  batch [NAME|FILE…] [--threads N]    the same through `Scanner::scan_many`, line by line
  build                               how long it takes to make a classifier
  effort [NAME|FILE…] [--top N]       which rules are tried how often
  kernel FILE [--kib N] [--repeat N] [--lines]
                                      warms up and scans, for profilers
  export                              the rules for engines of other languages
  all SET                             all of the above into results/SET
  summary SET…                        results/summary.md from these sets

Options of all that scan:
  --rules N    so many rules instead of the built-in ones: a share of them, or generated ones in
               addition
  --out FILE   append the results as JSON lines

NAME is a corpus of corpora.toml, `adversarial`, or `everything`.
";

fn main() -> ExitCode {
    match run(&env::args().skip(1).collect::<Vec<_>>()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(words: &[String]) -> Result<(), Error> {
    let Some((name, rest)) = words.split_first() else {
        print!("{USAGE}");
        return Ok(());
    };
    let arguments = Arguments::parse(rest)?;
    match name.as_str() {
        "effort" => command::effort::run(&arguments),
        "corpora" => command::corpora::run(&arguments),
        "check" => command::check::run(&arguments),
        "scan" => command::scan::run(&arguments),
        "ratio" => command::ratio::run(&arguments),
        "callgrind" => command::callgrind::run(&arguments),
        "latency" => command::latency::run(&arguments),
        "scaling" => command::scaling::run(&arguments),
        "attack" => command::attack::run(&arguments),
        "threads" => command::threads::run(&arguments),
        "batch" => command::batch::run(&arguments),
        "build" => command::build::run(&arguments),
        "export" => command::export::run(&arguments),
        "all" => command::all::run(&arguments),
        "summary" => command::summary::run(&arguments),
        "kernel" => command::kernel::run(&arguments),
        "help" | "--help" | "-h" => {
            print!("{USAGE}");
            Ok(())
        }
        other => Err(format!("there is no command `{other}`\n\n{USAGE}").into()),
    }
}
