//! No content at rest and none in the logs: unique markers are planted wherever content can stand, a
//! worker runs through faults and errors with every log event of every crate switched on, and then no
//! eight bytes of any marker are anywhere.
//!
//! Redacted snippets are the one exception by design, so the markers are made such that redaction
//! has to hide them: values, and words of context that look like values.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
    time::Duration,
};

use dosimeter_simulator::{
    Artifact, Block, Chat, CodeArtifact, CodeVersion, Document, Fault, FaultRule, Faults, File,
    Key, KeyState, Message, Organization, Project, Running, Seed, Session, Simulator, User,
};
use dosimeter_store::PostgresStore;
use dosimeter_tests::{card_text, open_ids, outcome_of, postgres_server::Server};
use serde_json::json;

const WINDOW_BYTES: usize = 8;

/// Words that stand nowhere else: 28 letters and digits from a seeded generator, one for each place.
#[derive(Default)]
struct Markers {
    words: Vec<String>,
}

impl Markers {
    fn word(&mut self) -> String {
        let mut state = 0x9e37_79b9_7f4a_7c15_u64.wrapping_mul(self.words.len() as u64 + 1);
        let word: String = (0..28)
            .map(|place| {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                let alphabet = b"abcdefghjkmnpqrstuvwxyz23456789";
                let letter = alphabet[usize::try_from(state % 31).unwrap()];
                // A digit in front makes the word a value in the eyes of redaction.
                char::from(if place == 0 { b'7' } else { letter })
            })
            .collect();
        self.words.push(word.clone());
        word
    }

    /// A text with a marker, findings around it, and a marker as the name in an address.
    fn text(&mut self, index: u64) -> String {
        let (note, mailbox, password) = (self.word(), self.word(), self.word());
        let card = card_text(index);
        format!("{card} note {note} write to {mailbox}@corp.test password = \"{password}\" {card}")
    }

    fn windows(&self) -> BTreeSet<&[u8]> {
        self.words.iter().flat_map(|word| word.as_bytes().windows(WINDOW_BYTES)).collect()
    }
}

fn seed(markers: &mut Markers) -> Seed {
    let chats = (0..8).map(|index| chat(markers, index)).collect();
    let organization = Organization {
        uuid: "11111111-2222-4333-8444-555555555555".to_owned(),
        name: markers.word(),
        ..Organization::default()
    };
    let user = User {
        id: "user_1".to_owned(),
        full_name: markers.word(),
        preferences: markers.text(904),
        ..User::default()
    };
    let session = |markers: &mut Markers, id: &str, number: u64| Session {
        id: id.to_owned(),
        user: "user_1".to_owned(),
        messages: vec![Message::user(markers.text(number)), answer(markers, number + 1)],
        ..Session::default()
    };
    let published = CodeVersion {
        id: "v1".to_owned(),
        name: markers.word(),
        bytes: markers.text(905).into_bytes().into(),
    };
    let project = Project {
        id: "claude_proj_1".to_owned(),
        name: markers.word(),
        description: markers.text(900),
        instructions: markers.text(901),
        files: vec![file(markers, "claude_file_p1", 902)],
        documents: vec![Document {
            id: "claude_proj_doc_1".to_owned(),
            filename: markers.word(),
            content: markers.text(903),
            ..Document::default()
        }],
        ..Project::default()
    };
    Seed {
        roles: Vec::new(),
        groups: Vec::new(),
        organizations: vec![organization],
        users: vec![user],
        chats,
        projects: vec![project],
        local_sessions: vec![session(markers, "clls_1", 910)],
        remote_sessions: vec![session(markers, "cse_1", 920)],
        code_artifacts: vec![CodeArtifact {
            id: "cart_1".to_owned(),
            user: "user_1".to_owned(),
            versions: vec![published],
            ..CodeArtifact::default()
        }],
    }
}

/// What the model says, passes to a tool and gets back, and something that nobody knows yet.
fn answer(markers: &mut Markers, number: u64) -> Message {
    Message::assistant(markers.text(number + 1))
        .with_block(Block::ToolUse {
            id: None,
            name: markers.word(),
            input: json!({ "query": markers.text(number + 2) }).to_string(),
        })
        .with_block(Block::ToolResult {
            tool_use_id: None,
            name: markers.word(),
            content: vec![markers.text(number + 3)],
        })
        .with_block(Block::Raw { json: json!({"type": "new", "x": markers.text(number + 4)}) })
}

fn file(markers: &mut Markers, id: &str, index: u64) -> File {
    let text = markers.text(index).into_bytes();
    File { id: id.to_owned(), ..File::new(format!("{}.txt", markers.word()), text) }
}

fn chat(markers: &mut Markers, index: u64) -> Chat {
    let number = index * 10;
    let artifact = Artifact {
        title: Some(markers.word()),
        content: markers.text(number + 5),
        ..Artifact::default()
    };
    let message = answer(markers, number)
        .with_generated_file(file(markers, &format!("claude_gen_file_{index}"), number + 6))
        .with_artifact(artifact);
    let asked = Message::user(markers.text(number)).with_file(file(
        markers,
        &format!("claude_file_{index}"),
        number + 7,
    ));
    let id = format!("claude_chat_{index}");
    Chat { user: Some("user_1".to_owned()), ..Chat::new(id, markers.word()) }
        .with(asked)
        .with(message)
}

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_worker-under-test")).args(arguments).output().unwrap()
}

/// Looks for a piece of a marker, and gives what stands around it.
fn find(windows: &BTreeSet<&[u8]>, bytes: &[u8]) -> Option<String> {
    let offset = bytes.windows(WINDOW_BYTES).position(|window| windows.contains(window))?;
    let around = &bytes[offset.saturating_sub(120)..bytes.len().min(offset + 40)];
    Some(String::from_utf8_lossy(around).into_owned())
}

fn search(windows: &BTreeSet<&[u8]>, place: &str, bytes: &[u8]) {
    assert_eq!(find(windows, bytes), None, "{place}");
}

fn files(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_eight_bytes_of_content_or_key_are_left_anywhere() {
    leave_nothing(None).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_eight_bytes_of_content_or_key_are_left_in_postgres() {
    let Some(server) = Server::start() else { return };
    leave_nothing(Some(&server)).await;
}

/// Runs through faults, a forced core dump, a refused key and an API that is gone, and searches whatever
/// is left.
async fn leave_nothing(server: Option<&Server>) {
    let mut markers = Markers::default();
    let seed = seed(&mut markers);
    let secret = format!("sk-ant-api01-{}", markers.word());
    let scopes = ["read:compliance_user_data", "read:compliance_org_data"];
    let broken = Fault::ServerError { should_retry: Some(false) };
    let faults = Faults::some(11, 0.2)
        .with(FaultRule::once("claude_chat_2/messages", broken))
        .with(FaultRule::always("claude_file_3/content", Fault::Cut { after_bytes: 60 }))
        .with(FaultRule::always("claude_gen_file_4/content", Fault::Corrupt))
        .with(FaultRule::once("claude_file_5/content", broken));
    let simulator =
        Simulator::new(seed).keys([Key::new(&secret, scopes)]).faults(faults).run().await.unwrap();
    let (directory, keys) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (state, key_file) = (directory.path().join("state"), keys.path().join("key"));
    fs::write(&key_file, &secret).unwrap();
    let database = server.map(|server| server.database("canary"));
    let worker = |base_url: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_worker-under-test"));
        command.args(["run", base_url]).args([&state, &key_file]).args(&database);
        command.current_dir(directory.path());
        command
    };
    let windows = markers.windows();

    let dumped = dump(worker(&simulator.base_url()), &simulator, &windows).await;
    // What it leased is free again when the lease has run out.
    std::thread::sleep(Duration::from_millis(600));
    let mut outputs = vec![dumped];
    outputs.extend((0..2).map(|_| worker(&simulator.base_url()).output().unwrap()));
    assert!(outputs[1].status.success(), "{}", String::from_utf8_lossy(&outputs[1].stderr));
    simulator.handle().set_key(&secret, KeyState::Deactivated);
    outputs.push(worker(&simulator.base_url()).output().unwrap());
    let address = simulator.base_url();
    simulator.shutdown().await;
    outputs.push(worker(&address).output().unwrap());
    assert!(!outputs[3].status.success() && !outputs[4].status.success());

    assert!(find(&windows, &fs::read(&key_file).unwrap()).is_some(), "the search finds a marker");
    let found = match database {
        None => open_ids(&state).len(),
        Some(database) => {
            let read = move || outcome_of(&PostgresStore::open(&database).unwrap()).findings.len();
            tokio::task::spawn_blocking(read).await.unwrap()
        }
    };
    assert!(found > 80, "the markers stand among findings");
    for (number, output) in outputs.iter().enumerate() {
        search(&windows, &format!("standard output of run {number}"), &output.stdout);
        search(&windows, &format!("standard error of run {number}"), &output.stderr);
    }
    let told = fs::read_to_string(directory.path().join("findings.jsonl")).unwrap();
    assert!(told.lines().count() > 80, "the sink is searched, and was told");
    let said = String::from_utf8_lossy(&outputs[1].stderr).into_owned();
    for (level, crate_) in
        [("TRACE", "hyper"), ("WARN", "dosimeter_client"), ("INFO", "dosimeter_worker")]
    {
        let logged = said.lines().any(|line| line.contains(level) && line.contains(crate_));
        assert!(logged, "{level} of {crate_} is in the log that was searched");
    }
    // The database's log and whatever it has not yet thrown away are among its files.
    let places = [Some(directory.path()), server.map(Server::home)];
    for file in places.into_iter().flatten().flat_map(files) {
        // Sockets and what the server removes meanwhile cannot be read.
        let bytes = fs::read(&file).unwrap_or_default();
        search(&windows, &file.display().to_string(), &bytes);
    }
}

/// Ends a worker in the middle of its work in a way that usually leaves a core file, with what is said of
/// it in `/proc` searched before.
async fn dump(mut command: Command, simulator: &Running, windows: &BTreeSet<&[u8]>) -> Output {
    use std::{os::unix::process::ExitStatusExt as _, process::Stdio};

    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // Read while it runs: a full pipe would hold it up.
    let stderr = child.stderr.take().unwrap();
    let said = std::thread::spawn(move || {
        let mut said = Vec::new();
        std::io::Read::read_to_end(&mut { stderr }, &mut said).unwrap();
        said
    });
    while simulator.handle().requests_made() < 20 && child.try_wait().unwrap().is_none() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    for name in ["environ", "cmdline", "comm"] {
        // Root may read them whatever the process says.
        let bytes = fs::read(format!("/proc/{}/{name}", child.id())).unwrap_or_default();
        search(windows, name, &bytes);
    }
    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, rustix::process::Signal::ABORT).unwrap();
    let mut output = child.wait_with_output().unwrap();
    output.stderr = said.join().unwrap();
    assert_eq!(output.status.signal(), Some(6), "it was at work");
    assert!(!output.status.core_dumped());
    output
}

#[test]
fn a_panic_says_where_and_not_what() {
    let mut markers = Markers::default();
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("message");
    fs::write(&file, markers.text(1)).unwrap();
    let output = run(&["panic", file.to_str().unwrap()]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("internal error at") && said.contains("worker_under_test.rs"), "{said}");
    search(&markers.windows(), "the panic", &output.stderr);
}

#[cfg(target_os = "linux")]
#[test]
fn a_hardened_process_leaves_no_core_and_no_environment() {
    let said = String::from_utf8(run(&["limits"]).stdout).unwrap();
    let core = said.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    let words: Vec<&str> = core.split_whitespace().collect();
    assert_eq!(words[4..6], ["0", "0"], "{core}");
    // Killed in a way that usually leaves one, in a folder of its own.
    let directory = tempfile::tempdir().unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_worker-under-test"))
        .arg("wait")
        .current_dir(directory.path())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    std::io::BufRead::read_line(
        &mut std::io::BufReader::new(child.stdout.take().unwrap()),
        &mut line,
    )
    .unwrap();
    let pid = rustix::process::Pid::from_child(&child);
    // Root may read it whatever its owner says; then it must at least hold no key.
    let environment = fs::read(format!("/proc/{}/environ", child.id())).unwrap_or_default();
    assert!(!String::from_utf8_lossy(&environment).contains("sk-ant-api01-"));
    rustix::process::kill_process(pid, rustix::process::Signal::ABORT).unwrap();
    let status = child.wait().unwrap();
    let core_dumped = std::os::unix::process::ExitStatusExt::core_dumped(&status);
    assert!(!core_dumped && files(directory.path()).is_empty());
}
