//! `hook`: a bounded load on the inline hook, over TLS on loopback.
//!
//! Starts `dosimeter hook serve` on one core, asks it from another as the organisation would, and prints
//! percentiles of the time from the first byte sent to the last byte received.

mod client;
mod server;
mod talk;

use std::{
    env,
    path::Path,
    thread,
    time::{Duration, Instant},
};

use dosimeter_benches::Error;

use crate::{
    client::Client,
    server::Server,
    talk::{Talk, Whose},
};

const USAGE: &str = "\
Measures the inline hook.

Usage: cargo run --profile bench -p dosimeter-benches --features hook --bin hook -- PROGRAM [SECONDS]

PROGRAM is the command line to measure, such as target/release/dosimeter. With `taskset` installed and
two cores the server has one of them and this program the other.
";

fn main() -> std::process::ExitCode {
    let words: Vec<String> = env::args().skip(1).collect();
    let Some(program) = words.first() else {
        print!("{USAGE}");
        return std::process::ExitCode::SUCCESS;
    };
    let seconds = words.get(1).and_then(|seconds| seconds.parse().ok()).unwrap_or(10);
    match run(Path::new(program), seconds) {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            std::process::ExitCode::FAILURE
        }
    }
}

fn run(program: &Path, seconds: u64) -> Result<(), Error> {
    let server = Server::start(program)?;
    println!("{:<44} {:>8} {:>9} {:>9} {:>9}", "", "requests", "p50 ms", "p99 ms", "max ms");
    let mut turn = Talk::new("turn", (Whose::Agents, 700_000))?;
    let mut client = Client::connect(&server)?;
    // The first request of a conversation pays for all of it.
    client.ask(&turn.with_new_turn(2_048))?;
    report("a new 2 KB turn in 700 KB", repeat(200, || turn.with_new_turn(2_048), &mut client)?);
    for (name, whose, bytes, times) in [
        ("a first transcript of 2 MB", Whose::Agents, 2_000_000, 40),
        ("a first transcript of 10 MB", Whose::Agents, 9_900_000, 12),
        ("the same of 2 MB, typed and attached", Whose::Persons, 2_000_000, 40),
        ("the same of 10 MB, typed and attached", Whose::Persons, 9_900_000, 12),
    ] {
        let fresh = |number| Talk::new(&format!("{name} {number}"), (whose, bytes)).map(Talk::body);
        let mut bodies = (0..times).map(fresh).collect::<Result<Vec<_>, _>>()?.into_iter();
        report(name, repeat(times, || bodies.next().unwrap_or_default(), &mut client)?);
    }
    let times = sustained(&server, 200, seconds)?;
    report("200 new turns a second in 700 KB", times);
    println!("server: {}", server.usage()?);
    Ok(())
}

fn repeat(
    times: usize,
    mut body: impl FnMut() -> Vec<u8>,
    client: &mut Client,
) -> Result<Vec<Duration>, Error> {
    (0..times).map(|_| client.ask(&body())).collect()
}

/// So many requests a second, each at its time whatever became of the others: waiting counts.
fn sustained(server: &Server, rate: u32, seconds: u64) -> Result<Vec<Duration>, Error> {
    const THREADS: u32 = 8;
    let count = u32::try_from(seconds)? * rate / THREADS;
    let mut talks = Vec::new();
    for number in 0..THREADS {
        let mut talk = Talk::new(&format!("sustained {number}"), (Whose::Agents, 700_000))?;
        let mut client = Client::connect(server)?;
        client.ask(&talk.with_new_turn(2_048))?;
        talks.push((number, talk, client));
    }
    // What is found after the answers to first transcripts is no part of it.
    let begin = Instant::now() + Duration::from_secs(3);
    thread::scope(|scope| {
        let workers: Vec<_> = talks
            .into_iter()
            .map(|(number, mut talk, mut client)| {
                scope.spawn(move || -> Result<Vec<Duration>, String> {
                    let mut times = Vec::new();
                    for turn in 0..count {
                        let at = begin + Duration::from_secs(1) * (turn * THREADS + number) / rate;
                        let body = talk.with_new_turn(2_048);
                        thread::sleep(at.saturating_duration_since(Instant::now()));
                        client.ask(&body).map_err(|error| error.to_string())?;
                        times.push(at.elapsed());
                    }
                    Ok(times)
                })
            })
            .collect();
        let mut all = Vec::new();
        for worker in workers {
            all.extend(worker.join().map_err(|_| "a thread failed")??);
        }
        Ok(all)
    })
}

fn report(name: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let at = |share: f64| {
        // Truncated on purpose: the nearest below.
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an index")]
        let index = (share * (times.len().saturating_sub(1)) as f64) as usize;
        times.get(index).map_or(0.0, |time| time.as_secs_f64() * 1e3)
    };
    let (count, p50, p99, max) = (times.len(), at(0.5), at(0.99), at(1.0));
    println!("{name:<44} {count:>8} {p50:>9.2} {p99:>9.2} {max:>9.2}");
}
