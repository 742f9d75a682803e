//! How a worker does on a large organisation: `scale CHATS REQUESTS_PER_MINUTE [LATENCY_MS [MINUTES]]`.
//!
//! Simulates an organisation with so many chats, one file in five of them (every two-hundredth of 20 MB)
//! and a user for forty of them, and lets a worker in a process of its own read it at a budget that is
//! as much larger than the real one as one wants to wait less. The worker is killed when it has read a
//! third, and started again; with a number of minutes it is killed and started again after half of them,
//! and ended after all. Prints, minute by minute, how much of the budget was used, the memory of
//! the worker and the size of its state; and at the end what was read twice.
#![expect(clippy::unwrap_used, reason = "a measurement")]

use std::{
    collections::BTreeMap,
    error::Error,
    io::Write as _,
    path::Path,
    process::{Child, Command},
    sync::Arc,
    time::{Duration, Instant},
};

use dosimeter_simulator::{
    Behaviour, Chat, File, FileBytes, Message, Request, Running, Seed, Simulator, User,
};
use dosimeter_tests::{FINGERPRINT_KEY, card_text, config};
use dosimeter_worker::{Secret, SecretRef, Secrets, Silent, Worker, harden};

const USAGE: &str = "usage: scale CHATS REQUESTS_PER_MINUTE [LATENCY_MS [MINUTES]]";

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    match arguments.as_slice() {
        ["worker", base_url, state, key] => {
            harden()?;
            let summary = runtime
                .block_on(worker(base_url, Path::new(state), key)?.once(Arc::new(Silent)))?;
            writeln!(std::io::stdout().lock(), "{summary}")?;
            Ok(())
        }
        [chats, budget, rest @ ..] if rest.len() <= 2 => {
            let number = |index: usize| rest.get(index).map(|text| text.parse::<u64>()).transpose();
            let latency = Duration::from_millis(number(0)?.unwrap_or(0));
            let minutes = number(1)?.map(Duration::from_mins);
            runtime.block_on(measure(chats.parse()?, budget.parse()?, (latency, minutes)))
        }
        _ => Err(USAGE.into()),
    }
}

fn worker(base_url: &str, state: &Path, key: &str) -> Result<Worker, Box<dyn Error>> {
    let mut config = config(base_url, state);
    config.requests_share = 1.0;
    config.in_flight = 32;
    config.page_items = 1_000;
    config.api_key = SecretRef::Env("UNUSED".to_owned());
    let secrets = Secrets {
        api_key: Secret::new(key.to_owned()),
        fingerprint_key: Secret::new(FINGERPRINT_KEY.to_owned()),
    };
    Ok(Worker::open(config, &secrets)?)
}

async fn measure(
    chats: u32,
    budget: u32,
    (latency, time): (Duration, Option<Duration>),
) -> Result<(), Box<dyn Error>> {
    let mut behaviour = Behaviour::default();
    behaviour.requests_per_window = budget;
    behaviour.latency = latency;
    let simulator = Simulator::new(seed(chats)).behaviour(behaviour).run().await?;
    let state = tempfile::tempdir()?;
    let ms = latency.as_millis();
    say(&format!("{chats} chats, {budget} requests a minute, {ms} ms for an answer"))?;
    let mut run = Run { simulator, state, budget, begun: Instant::now(), peak_kib: 0 };
    let begun = run.begun;
    let after = |share| time.map(|time| begun + time.mul_f64(share));
    let third = if time.is_some() { usize::MAX } else { usize::try_from(chats)? * 2 / 5 };
    let killed = Until { requests: third, at: after(0.5) };
    let end = Until { requests: usize::MAX, at: after(1.0) };
    let mut child = run.spawn()?;
    run.watch(&mut child, killed).await?;
    child.kill()?;
    child.wait()?;
    say("killed, and started again")?;
    let mut child = run.spawn()?;
    run.watch(&mut child, end).await?;
    if time.is_some() {
        child.kill()?;
        child.wait()?;
    }
    run.tell_all()?;
    if time.is_none() {
        let before = run.simulator.handle().requests_made();
        run.watch(&mut run.spawn()?, end).await?;
        let more = run.simulator.handle().requests_made() - before;
        let state = run.state_kib();
        say(&format!("once more, with nothing new: {more} requests; state {state} KiB"))?;
    }
    Ok(())
}

/// How long a worker is watched, unless it ends before.
#[derive(Clone, Copy)]
struct Until {
    requests: usize,
    at: Option<Instant>,
}

struct Run {
    simulator: Running,
    state: tempfile::TempDir,
    budget: u32,
    begun: Instant,
    peak_kib: u64,
}

impl Run {
    fn spawn(&self) -> Result<Child, Box<dyn Error>> {
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["worker", &self.simulator.base_url()]).arg(self.state.path());
        Ok(command.arg(self.simulator.key()).spawn()?)
    }

    /// Watches a worker until it has ended, or for so long.
    async fn watch(&mut self, child: &mut Child, until: Until) -> Result<(), Box<dyn Error>> {
        let (mut said, mut made) = (Instant::now(), self.simulator.handle().requests_made());
        while child.try_wait()?.is_none() {
            let now = self.simulator.handle().requests_made();
            self.peak_kib = self.peak_kib.max(memory_kib(child.id(), "VmHWM:"));
            if now >= until.requests || until.at.is_some_and(|at| Instant::now() >= at) {
                return Ok(());
            }
            if said.elapsed() >= Duration::from_mins(1) {
                say(&format!(
                    "minute {}: {} requests, {now} in all; memory {} MiB; state {} KiB",
                    self.begun.elapsed().as_secs() / 60,
                    now - made,
                    memory_kib(child.id(), "VmRSS:") / 1024,
                    self.state_kib(),
                ))?;
                (said, made) = (Instant::now(), now);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok(())
    }

    fn state_kib(&self) -> u64 {
        let size = |name: &str| {
            std::fs::metadata(self.state.path().join(name)).map_or(0, |file| file.len())
        };
        (size("dosimeter.db") + size("dosimeter.db-wal")) / 1024
    }

    /// What the requests say of the whole run.
    fn tell_all(&self) -> Result<(), Box<dyn Error>> {
        let requests = self.simulator.requests();
        let (first, last) = (requests.first().unwrap().at, requests.last().unwrap().at);
        let minutes = last.duration_since(first).as_secs_f64() / 60.0;
        // A window that has just begun is spent at once, so that only whole ones tell.
        let whole = minutes.floor().max(1.0);
        let within = jiff::SignedDuration::from_secs_f64(whole * 60.0);
        let counted = requests.iter().filter(|request| request.at.duration_since(first) < within);
        let share = f64::from(u32::try_from(counted.count())?) / (f64::from(self.budget) * whole);
        let refused = requests.iter().filter(|request| request.status == Some(429)).count();
        say(&format!(
            "{} requests in {minutes:.1} minutes: {:.1} % of the budget over {whole} whole minutes; \
             {refused} refusals; {} MiB of memory at most; state {} KiB",
            requests.len(),
            share * 100.0,
            self.peak_kib / 1024,
            self.state_kib(),
        ))?;
        let (files, files_again) = again(&requests, "/content");
        let (chats, chats_again) = again(&requests, "/messages");
        say(&format!(
            "{files} files, {files_again} of them downloaded twice; {chats} chats, {chats_again} read twice"
        ))
    }
}

/// How many things of this kind were asked for with success, and how many of them more than once.
fn again(requests: &[Request], kind: &str) -> (usize, usize) {
    let mut asked: BTreeMap<&str, u32> = BTreeMap::new();
    let answered = |request: &&Request| request.path.ends_with(kind) && request.status == Some(200);
    for request in requests.iter().filter(answered) {
        *asked.entry(&request.path).or_default() += 1;
    }
    (asked.len(), asked.values().filter(|times| **times > 1).count())
}

fn seed(chats: u32) -> Seed {
    let users = (0..chats.div_ceil(40)).map(|number| User {
        id: format!("user_{number}"),
        email: format!("user{number}@corp.test"),
        ..User::default()
    });
    let small = File::new("rows.csv", "name,amount\nanything,12\n".repeat(400).into_bytes()).bytes;
    let large = "name,amount\nsomebody,1200\n".repeat(770_000).into_bytes();
    let files = [small, File::new("rows.csv", large).bytes];
    let chats = (0..chats).map(|number| chat(number, &files)).collect();
    Seed { users: users.collect(), chats, ..Seed::default() }
}

fn chat(number: u32, [small, large]: &[FileBytes; 2]) -> Chat {
    let text = if number.is_multiple_of(10) {
        card_text(number.into())
    } else {
        "Could you make this paragraph shorter? The meeting is moved to the second floor. "
            .repeat(8)
    };
    let mut asked = Message::user(text);
    if number.is_multiple_of(5) {
        asked = asked.with_file(File {
            id: format!("claude_file_{number}"),
            filename: "rows.csv".to_owned(),
            mime_type: Some("text/csv".to_owned()),
            bytes: if number.is_multiple_of(1_000) { large.clone() } else { small.clone() },
            ..File::default()
        });
    }
    let answered = Message::assistant("Here it is, in two sentences.".repeat(10));
    let id = format!("claude_chat_{number:07}");
    Chat { user: Some(format!("user_{}", number / 40)), ..Chat::new(id, "Draft") }
        .with(asked)
        .with(answered)
}

/// A number of a process's status.
fn memory_kib(pid: u32, name: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with(name));
    line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok()).unwrap_or(0)
}

fn say(line: &str) -> Result<(), Box<dyn Error>> {
    writeln!(std::io::stdout().lock(), "{line}")?;
    Ok(())
}
