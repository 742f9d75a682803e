//! How a worker does on a large organisation: `scale CHATS REQUESTS_PER_MINUTE`.
//!
//! Simulates an organisation with that many chats, one file in five of them, and reads it at a budget
//! that is as much larger than the real one as one wants to wait less. Prints the share of the budget
//! that was used, the most memory (of worker and simulator, which share this process), the size of the
//! state, and what a restart asks for again.
#![expect(clippy::unwrap_used, reason = "a measurement")]

use std::{error::Error, io::Write as _, sync::Arc, time::Instant};

use dosimeter_simulator::{Behaviour, Chat, File, Message, Running, Seed, Simulator, User};
use dosimeter_tests::{FINGERPRINT_KEY, card_text, config};
use dosimeter_worker::{Secret, SecretRef, Secrets, Silent, Worker};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1).map(|word| word.parse::<u32>());
    let chats = arguments.next().ok_or("usage: scale CHATS REQUESTS_PER_MINUTE")??;
    let budget = arguments.next().ok_or("usage: scale CHATS REQUESTS_PER_MINUTE")??;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(measure(chats, budget))
}

async fn measure(chats: u32, budget: u32) -> Result<(), Box<dyn Error>> {
    let mut behaviour = Behaviour::default();
    behaviour.requests_per_window = budget;
    let simulator = Simulator::new(seed(chats)).behaviour(behaviour).run().await?;
    let state = tempfile::tempdir()?;
    let mut say = std::io::stdout().lock();
    writeln!(say, "{chats} chats, {budget} requests a minute; {} KiB at the start", peak_kib())?;
    let begun = Instant::now();
    let summary = worker(&simulator, state.path())?.once(Arc::new(Silent)).await?;
    let minutes = begun.elapsed().as_secs_f64() / 60.0;
    // A window that has just begun is spent at once, so that only whole ones tell.
    let whole = minutes.floor().max(1.0);
    let requests = simulator.requests();
    let first = requests.first().unwrap().at;
    let within = jiff::SignedDuration::from_secs_f64(whole * 60.0);
    let counted = requests.iter().filter(|request| request.at.duration_since(first) < within);
    let share = f64::from(u32::try_from(counted.count())?) / (f64::from(budget) * whole);
    writeln!(say, "{summary}; {minutes:.1} minutes, {:.1} % of the budget", share * 100.0)?;
    let refused = requests.iter().filter(|request| request.status == Some(429)).count();
    let size = std::fs::metadata(state.path().join("dosimeter.db"))?.len();
    writeln!(say, "{refused} refusals; {} KiB at most; state {} KiB", peak_kib(), size / 1024)?;
    let again = worker(&simulator, state.path())?.once(Arc::new(Silent)).await?;
    writeln!(say, "after a restart: {again}")?;
    Ok(())
}

fn worker(simulator: &Running, state: &std::path::Path) -> Result<Worker, Box<dyn Error>> {
    let mut config = config(&simulator.base_url(), state);
    config.requests_share = 1.0;
    config.in_flight = 32;
    config.page_items = 1_000;
    config.api_key = SecretRef::Env("UNUSED".to_owned());
    let secrets = Secrets {
        api_key: Secret::new(simulator.key().to_owned()),
        fingerprint_key: Secret::new(FINGERPRINT_KEY.to_owned()),
    };
    Ok(Worker::open(config, &secrets)?)
}

fn seed(chats: u32) -> Seed {
    let users = (0..chats.div_ceil(40)).map(|number| User {
        id: format!("user_{number}"),
        email: format!("user{number}@corp.test"),
        ..User::default()
    });
    Seed { users: users.collect(), chats: (0..chats).map(chat).collect(), ..Seed::default() }
}

fn chat(number: u32) -> Chat {
    let text = if number.is_multiple_of(10) {
        card_text(number.into())
    } else {
        "Could you make this paragraph shorter? The meeting is moved to the second floor. "
            .repeat(8)
    };
    let mut asked = Message::user(text);
    if number.is_multiple_of(5) {
        let rows = "name,amount\nanything,12\n".repeat(400).into_bytes();
        asked = asked
            .with_file(File { id: format!("claude_file_{number}"), ..File::new("rows.csv", rows) });
    }
    let answered = Message::assistant("Here it is, in two sentences.".repeat(10));
    let id = format!("claude_chat_{number:07}");
    Chat { user: Some(format!("user_{}", number / 40)), ..Chat::new(id, "Draft") }
        .with(asked)
        .with(answered)
}

/// The most memory that this process ever had.
fn peak_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok()).unwrap_or(0)
}
