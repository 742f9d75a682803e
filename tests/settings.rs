//! What becomes of a state when the configuration says something else than before.
#![expect(clippy::unwrap_used, reason = "a test")]

use std::{path::Path, sync::Arc};

use dosimeter_simulator::{Faults, File, Message, Running, Seed};
use dosimeter_tests::{card_text, chat, once_with, outcome, simulate};
use dosimeter_worker::{Config, FileTypes, Silent};
use tempfile::tempdir;

/// The files of [`papers`], as they are asked for.
const SMALL: &str = "claude_file_small";
const LARGE: &str = "claude_file_large";
const TABLE: &str = "claude_file_table";

/// A chat with a small text, one of 2 MB with a card at its end, and a table.
fn papers() -> Seed {
    let file = |id: &str, name: &str, text: String| File {
        id: id.to_owned(),
        ..File::new(name, text.into_bytes())
    };
    let long = format!("{}{}", "nothing to see here\n".repeat(100_000), card_text(2));
    let message = Message::user("See these.")
        .with_file(file(SMALL, "small.txt", card_text(1)))
        .with_file(file(LARGE, "large.txt", long))
        .with_file(file(TABLE, "table.csv", format!("who,what\nanybody,{}\n", card_text(3))));
    let papers = chat("claude_chat_papers", "Here they come.").with(message);
    let other = chat("claude_chat_other", card_text(4));
    Seed { chats: vec![papers, other], ..Seed::default() }
}

/// Runs a worker, and gives what it downloaded and read, in the order of their ids.
async fn reads(simulator: &Running, state: &Path, configure: fn(&mut Config)) -> Vec<String> {
    let before = simulator.requests().len();
    once_with(simulator, state, configure, Arc::new(Silent)).await.unwrap();
    let mut read = Vec::new();
    for request in simulator.requests().into_iter().skip(before) {
        let parts: Vec<&str> = request.path.split('/').collect();
        match parts.as_slice() {
            [.., "files", id, "content"] => read.push((*id).to_owned()),
            [.., "chats", id, "messages"] => read.push((*id).to_owned()),
            _ => {}
        }
    }
    read.sort();
    read
}

/// The files that have gaps, with the reasons.
fn gaps(state: &Path) -> Vec<(String, String)> {
    let gaps = outcome(state).gaps;
    // What holds a file that was not read is not whole either, and says so itself.
    let of_files = gaps.into_iter().filter(|gap| gap.resource_kind == "file");
    of_files.map(|gap| (gap.resource_id, gap.reason)).collect()
}

#[tokio::test]
async fn wider_limits_on_files_have_read_what_they_had_left_out() {
    let simulator = simulate(papers(), Faults::none()).await;
    let folder = tempdir().unwrap();
    let state = folder.path().join("state");
    let narrow = |config: &mut Config| {
        config.file_bytes_max = 1_000_000;
        config.file_types = FileTypes::only(["txt".to_owned()]);
    };
    let larger = |config: &mut Config| {
        config.file_types = FileTypes::only(["txt".to_owned()]);
    };
    let all = |_: &mut Config| {};
    let open = |id: &str, reason: &str| (id.to_owned(), reason.to_owned());
    let papers = "claude_chat_papers";

    let read = reads(&simulator, &state, narrow).await;
    assert_eq!(read, ["claude_chat_other", papers, LARGE, SMALL]);
    assert_eq!(gaps(&state), [open(LARGE, "too_large"), open(TABLE, "excluded")]);

    let read = reads(&simulator, &state, larger).await;
    assert_eq!(read, [papers, LARGE], "only what was too large, and what holds it");
    assert_eq!(gaps(&state), [open(TABLE, "excluded")]);

    let read = reads(&simulator, &state, all).await;
    assert_eq!(read, [papers, TABLE], "only what was left out, and what holds it");
    assert_eq!(gaps(&state), []);

    let fresh = folder.path().join("fresh");
    reads(&simulator, &fresh, all).await;
    outcome(&state).assert_same(&outcome(&fresh));

    assert_eq!(reads(&simulator, &state, narrow).await, [""; 0], "what was read stays known");
    assert_eq!(gaps(&state), []);
}
