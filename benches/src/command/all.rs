//! Everything that this program measures, into one directory of results.

use std::{fs, path::Path, process::Command};

use dosimeter_benches::{Error, corpus};

use super::{attack, build, callgrind, check, latency, ratio, scaling, threads};
use crate::arguments::Arguments;

pub(crate) fn run(arguments: &Arguments) -> Result<(), Error> {
    let home = corpus::home().join("results").join(arguments.first("the name of the results")?);
    fs::create_dir_all(&home)?;
    fs::write(home.join("machine.toml"), machine(&arguments.spelled()))?;
    let rows = home.join("rows.jsonl");
    fs::write(&rows, "")?;
    let with = |names: &[&str], options: &[(&str, &str)]| {
        let mut each = arguments.with("out", &rows.to_string_lossy());
        each.names = names.iter().map(|name| (*name).to_owned()).collect();
        options.iter().fold(each, |each, (option, value)| each.with_default(option, value))
    };
    let four = ["prose", "code", "json", "csv"];
    check::run(&with(&[], &[]))?;
    ratio::run(&with(&[], &[]))?;
    latency::run(&with(&[], &[]))?;
    build::run(&with(&[], &[]))?;
    scaling::run(&with(&four, &[("mib", "16")]))?;
    threads::run(&with(&four, &[("mib", "16")]))?;
    attack::run(&with(&[], &[]))?;
    callgrind::run(&with(&["prose", "code", "json", "csv", "clean"], &[]))?;
    callgrind::run(&with(&["prose", "clean"], &[("lines", "")]))
}

/// What it was measured on: nothing that names the machine or its owner.
fn machine(options: &str) -> String {
    let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let says = |program: &str, words: &[&str]| {
        let output = Command::new(program).args(words).current_dir(corpus::home()).output();
        output
            .map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned())
            .unwrap_or_default()
    };
    let cpu = read("/proc/cpuinfo");
    let field = |name: &str| {
        let line = cpu.lines().find(|line| line.starts_with(name));
        line.and_then(|line| line.split(": ").nth(1)).unwrap_or_default().to_owned()
    };
    let flags = field("flags");
    let known = ["sse4_2", "avx2", "bmi2", "avx512bw", "avx512vbmi"];
    let vectors: Vec<&str> = flags.split(' ').filter(|flag| known.contains(flag)).collect();
    let mut caches = Vec::new();
    for index in 0..4 {
        let cache = format!("/sys/devices/system/cpu/cpu0/cache/index{index}");
        if Path::new(&cache).is_dir() {
            let part = |name: &str| read(&format!("{cache}/{name}")).trim().to_owned();
            caches.push(format!("L{} {} {}", part("level"), part("type"), part("size")));
        }
    }
    format!(
        "cpu = \"{}\"\nfamily_model_stepping = \"{}/{}/{}\"\ncores = {}\nvectors = {vectors:?}\n\
         caches = {caches:?}\nkernel = \"{}\"\nrustc = \"{}\"\ncommit = \"{}\"\n\
         load_average = \"{}\"\noptions = \"{options}\"\n",
        field("model name"),
        field("cpu family"),
        field("model\t\t"),
        field("stepping"),
        cpu.lines().filter(|line| line.starts_with("processor")).count(),
        read("/proc/sys/kernel/osrelease").split('-').next().unwrap_or_default().trim(),
        says("rustc", &["--version"]),
        says("git", &["rev-parse", "--short", "HEAD"]),
        read("/proc/loadavg").split(' ').take(3).collect::<Vec<_>>().join(" "),
    )
}
