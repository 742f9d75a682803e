//! The binary as a user runs it: the demo, the worker against the simulator, exit codes, files that
//! it writes, and nothing raw in any of it.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

#[cfg(feature = "postgres")]
#[path = "../../../tests/postgres_server.rs"]
#[expect(unreachable_pub, reason = "tests of other packages use it as a module of a library")]
mod postgres_server;

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::Path,
    process::{Child, ChildStdout, Command, Output, Stdio},
};

use serde_json::Value;

fn dosimeter(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_dosimeter"))
        .args(arguments)
        .current_dir(folder)
        .env("DOSIMETER_KEY_FILE", folder.join("key"))
        .env("DOSIMETER_TEST_API_KEY", "sk-ant-api01-simulator")
        .env_remove("DOSIMETER_CONFIG")
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// A simulator of its own process, ended when dropped.
struct Served {
    child: Child,
    _output: BufReader<ChildStdout>,
    address: String,
    key: String,
}

impl Served {
    fn start(faults: &str) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_dosimeter"))
            .args(["simulate", "--faults", faults])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut line = || {
            let mut line = String::new();
            output.read_line(&mut line).unwrap();
            line
        };
        let (listening, example) = (line(), line());
        let address = listening.split("http://").nth(1).unwrap().split(';').next().unwrap();
        let key = example.split("x-api-key: ").nth(1).unwrap().split('\'').next().unwrap();
        let (address, key) = (address.to_owned(), key.to_owned());
        Self { child, _output: output, address, key }
    }

    /// HTTP/1.0, so that the body ends with the connection and is not cut into chunks.
    fn json(&self, path: &str) -> Value {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let (key, host) = (&self.key, &self.address);
        write!(stream, "GET {path} HTTP/1.0\r\nhost: {host}\r\nx-api-key: {key}\r\n\r\n").unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let answer = text(&answer);
        serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap()
    }

    /// Every string in every message and document that it serves.
    fn contents(&self) -> Vec<String> {
        let mut contents = Vec::new();
        let chats = self.json("/v1/compliance/apps/chats?limit=100");
        for chat in chats["data"].as_array().unwrap() {
            let id = chat["id"].as_str().unwrap();
            let messages = "messages?tool_result_max_chars=-1&tool_use_input_max_chars=-1";
            strings(
                &self.json(&format!("/v1/compliance/apps/chats/{id}/{messages}")),
                &mut contents,
            );
        }
        let projects = self.json("/v1/compliance/apps/projects?limit=100");
        for project in projects["data"].as_array().unwrap() {
            let id = project["id"].as_str().unwrap();
            strings(&self.json(&format!("/v1/compliance/apps/projects/{id}")), &mut contents);
        }
        contents
    }

    fn configure(&self, folder: &Path, key: &str) {
        let address = &self.address;
        configure(folder, &format!("http://{address}"), key);
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

fn configure(folder: &Path, base_url: &str, key: &str) {
    fs::write(folder.join("api.key"), key).unwrap();
    fs::write(folder.join("fingerprint.key"), "ab".repeat(32)).unwrap();
    let config = format!(
        "[api]\nbase_url = \"{base_url}\"\nkey = {{ file = \"api.key\" }}\n\
         [state]\ndirectory = \"state\"\n[fingerprint]\nkey = {{ file = \"fingerprint.key\" }}\n"
    );
    fs::write(folder.join("dosimeter.toml"), config).unwrap();
}

fn strings(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(string) => found.push(string.clone()),
        Value::Array(values) => values.iter().for_each(|value| strings(value, found)),
        Value::Object(fields) => {
            // Ids, times and addresses of users may be kept; what was written may not.
            let content = ["text", "content", "input", "instructions", "chat_messages"];
            for (name, value) in fields {
                if content.contains(&name.as_str()) || value.is_array() || value.is_object() {
                    strings(value, found);
                }
            }
        }
        _ => {}
    }
}

/// Values that must not come out again: runs of eight digits or more with blanks between them, and
/// long words of letters and digits.
fn values(content: &str) -> Vec<String> {
    let digits = |word: &str| word.chars().filter(|char| char.is_numeric()).count();
    let runs = content.split(|char: char| !char.is_numeric() && char != ' ').map(str::trim);
    let words = content.split(|char: char| char.is_whitespace() || "\"'=,:/@()".contains(char));
    let long = words.filter(|word| word.chars().count() >= 16 && digits(word) >= 3);
    runs.filter(|run| digits(run) >= 8).chain(long).map(str::to_owned).collect()
}

/// Every byte of every file under a folder.
fn bytes_under(folder: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        bytes.extend(if path.is_dir() { bytes_under(&path) } else { fs::read(&path).unwrap() });
    }
    bytes
}

fn holds(bytes: &[u8], value: &str) -> bool {
    bytes.windows(value.len()).any(|window| window == value.as_bytes())
}

#[test]
fn the_demo_finds_every_planted_item_and_keeps_nothing_raw() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state");
    let demo = dosimeter(folder.path(), &["demo", "--keep", "state", "--color", "never"]);
    let output = text(&demo.stdout) + &text(&demo.stderr);
    assert!(!output.contains("missed:") && !output.contains("not reported:"), "{output}");
    assert!(!output.contains("false alarm:"), "{output}");
    assert_eq!(demo.status.code(), Some(0), "{output}");

    let mut kept = bytes_under(&state);
    kept.extend_from_slice(output.as_bytes());
    let served = Served::start("none");
    let values: Vec<String> =
        served.contents().iter().flat_map(|content| values(content)).collect();
    assert!(values.len() > 20, "too few values to look for: {}", values.len());
    for value in values {
        assert!(!holds(&kept, &value), "a value was kept: {value}");
    }
    for name in ["Refund for a double charge", "Supply agreement 2026", "Launch team.docx"] {
        assert!(!holds(&kept, name), "a name was kept: {name}");
    }

    let id = output.split("dosimeter explain ").nth(1).unwrap().split(' ').next().unwrap();
    let explained = dosimeter(folder.path(), &["explain", id, "--state", "state"]);
    assert_eq!(explained.status.code(), Some(0), "{}", text(&explained.stderr));
    assert!(text(&explained.stdout).contains("confidence"));
}

#[test]
fn the_demo_leaves_nothing_behind_unless_asked_to() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Command::new(env!("CARGO_BIN_EXE_dosimeter"))
        .args(["demo", "--quiet"])
        .env("TMPDIR", folder.path())
        .output()
        .unwrap();
    assert!(text(&demo.stdout).contains("removed"));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_second_run_finds_nothing_new() {
    let folder = tempfile::tempdir().unwrap();
    let served = Served::start("none");
    served.configure(folder.path(), &served.key);
    let run = || {
        let output = dosimeter(folder.path(), &["worker", "once", "--json", "--log", "trace"]);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        assert!(!text(&output.stderr).contains(&served.key), "the key is in the log");
        serde_json::from_slice::<Value>(&output.stdout).unwrap()
    };
    let (first, second) = (run(), run());
    assert!(first["findings_new"].as_u64().unwrap() > 20, "{first}");
    assert_eq!(second["findings_new"], 0, "{second}");
    assert_eq!(first["store"]["findings"], second["store"]["findings"]);
    let strict = dosimeter(folder.path(), &["worker", "once", "--quiet", "--strict-coverage"]);
    assert_eq!(strict.status.code(), Some(0), "nothing new, so nothing unread");
}

#[test]
fn exit_codes_tell_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let served = Served::start("none");
    let check = |expected: i32| {
        let output = dosimeter(folder.path(), &["worker", "once"]);
        assert_eq!(output.status.code(), Some(expected), "{}", text(&output.stderr));
        text(&output.stderr)
    };
    served.configure(folder.path(), "sk-ant-api01-of-somebody-else");
    let refused = check(77);
    assert!(!refused.contains("of-somebody-else"), "{refused}");
    configure(folder.path(), "not an address", &served.key);
    check(78);
    fs::write(folder.path().join("dosimeter.toml"), "[api]\nkey = \"sk-ant-api01-x\"\n").unwrap();
    let bad = check(78);
    assert!(!bad.contains("sk-ant-api01-x"), "{bad}");
}

#[test]
fn an_api_that_does_not_answer_is_said_by_the_exit_code() {
    let folder = tempfile::tempdir().unwrap();
    let address = {
        let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        gone.local_addr().unwrap()
    };
    configure(folder.path(), &format!("http://{address}"), "sk-ant-api01-simulator");
    let output = dosimeter(folder.path(), &["worker", "once"]);
    assert_eq!(output.status.code(), Some(69), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("nothing is lost"), "{}", text(&output.stderr));
}

#[test]
fn a_worker_is_planned_looked_at_and_examined() {
    let folder = tempfile::tempdir().unwrap();
    let served = Served::start("none");
    served.configure(folder.path(), &served.key);
    let json = |arguments: &[&str], expected: i32| {
        let output = dosimeter(folder.path(), &[arguments, &["--json"]].concat());
        assert_eq!(output.status.code(), Some(expected), "{}", text(&output.stderr));
        serde_json::from_slice::<Value>(&output.stdout).unwrap()
    };
    let plan = json(&["worker", "plan"], 0);
    assert!(plan["requests"].as_u64().unwrap() > 10, "{plan}");
    assert_eq!(plan["requests_per_minute"], 480);
    let doctor = json(&["worker", "doctor"], 0);
    let checks = doctor["checks"].as_array().unwrap();
    let health = |name: &str| {
        let check = checks.iter().find(|check| check["name"] == name).unwrap();
        check["health"].as_str().unwrap().to_owned()
    };
    for name in ["key", "chats and files", "activities", "clock", "budget", "state"] {
        assert_eq!(health(name), "good", "{name}: {doctor}");
    }
    json(&["worker", "once"], 0);
    let status = json(&["worker", "status"], 0);
    assert_eq!(status["runs"][0]["outcome"], "completed");
    assert!(status["store"]["findings"].as_u64().unwrap() > 20, "{status}");
    assert!(status["lag"]["complete_s"].as_u64().unwrap() < 600, "{status}");
    assert!(status["lag"]["starts"].as_u64().unwrap() > 10, "{status}");
    assert_eq!(status["lag"]["starts_max"], 480, "{status}");
    for command in ["plan", "status", "doctor"] {
        let shown = dosimeter(folder.path(), &["worker", command]);
        assert_eq!(shown.status.code(), Some(0), "{}", text(&shown.stderr));
        assert!(shown.stdout.len() > 100);
    }
    served.configure(folder.path(), "sk-ant-api01-of-somebody-else");
    let doctor = json(&["worker", "doctor"], 2);
    assert!(doctor.to_string().contains("check the key"), "{doctor}");
}

#[cfg(feature = "postgres")]
#[test]
fn a_policy_is_rehearsed_on_what_a_database_holds() {
    let Some(server) = postgres_server::Server::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    let served = Served::start("none");
    served.configure(folder.path(), &served.key);
    let said = |arguments: &[&str]| {
        let output = dosimeter(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        text(&output.stdout)
    };
    said(&["worker", "once"]);
    said(&["policy", "init", "policy.toml"]);
    let table = |said: String| {
        let (_, table) = said.split_once("users, ").unwrap();
        assert!(table.contains("deny") && table.contains("payment"), "{table}");
        table.to_owned()
    };
    let of_folder = table(said(&["policy", "test", "policy.toml", "--state", "state"]));
    fs::write(folder.path().join("database"), server.database("policy")).unwrap();
    let shared = |name: &str, text: String| {
        let with = "directory = \"unused\"\npostgres = { file = \"database\" }";
        let (before, after) = text.split_once("directory = ").unwrap();
        let (_, after) = after.split_once('\n').unwrap();
        fs::write(folder.path().join(name), format!("{before}{with}\n{after}")).unwrap();
    };
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    shared("dosimeter.toml", read("dosimeter.toml"));
    said(&["worker", "once"]);
    let test = |config| table(said(&["policy", "test", "policy.toml", "--config", config]));
    assert_eq!(test("dosimeter.toml"), of_folder);
    fs::create_dir(folder.path().join("hook")).unwrap();
    said(&["hook", "init", "--config", "hook/hook.toml"]);
    shared("hook.toml", read("hook/hook.toml"));
    assert_eq!(test("hook.toml"), of_folder);
}

#[test]
fn records_are_removed_when_they_are_no_longer_wanted() {
    let folder = tempfile::tempdir().unwrap();
    let served = Served::start("none");
    served.configure(folder.path(), &served.key);
    let json = |arguments: &[&str]| {
        let output = dosimeter(folder.path(), &[arguments, &["--json"]].concat());
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        serde_json::from_slice::<Value>(&output.stdout).unwrap()
    };
    json(&["worker", "once"]);
    let findings = || json(&["worker", "status"])["store"]["findings"].as_u64().unwrap();
    let before = findings();
    let counted = json(&["worker", "purge", "--not-scanned-for", "0", "--dry-run"]);
    // Times are whole seconds, rounded: what was scanned a moment ago is not older than now.
    std::thread::sleep(std::time::Duration::from_millis(2_100));
    assert_eq!(findings(), before, "{counted}");
    let purged = json(&["worker", "purge", "--not-scanned-for", "0"]);
    assert_eq!(purged["purged"]["findings"], before, "{purged}");
    assert_eq!(findings(), 0);
    let status = json(&["worker", "status"]);
    assert_eq!(status["purges"][0]["what"], "age", "{status}");
    let neither = dosimeter(folder.path(), &["worker", "purge"]);
    assert_eq!(neither.status.code(), Some(2));
}

#[test]
fn a_parent_organisation_gets_another_name_with_all_that_is_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let served = Served::start("none");
    served.configure(folder.path(), &served.key);
    let json = |arguments: &[&str]| {
        let output = dosimeter(folder.path(), &[arguments, &["--json"]].concat());
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        serde_json::from_slice::<Value>(&output.stdout).unwrap()
    };
    let first = json(&["worker", "once"]);
    let rename = |name| dosimeter(folder.path(), &["worker", "rename-parent", name]);
    let refused = rename("a b");
    assert_eq!(refused.status.code(), Some(2));
    assert!(text(&refused.stderr).contains("letters, digits and hyphens"), "{refused:?}");
    let renamed = rename("north");
    assert_eq!(renamed.status.code(), Some(0), "{}", text(&renamed.stderr));
    assert!(text(&renamed.stderr).contains("parent = \"north\""), "{}", text(&renamed.stderr));
    assert_eq!(json(&["worker", "status"])["store"]["findings"], 0, "nothing is left behind");
    let path = folder.path().join("dosimeter.toml");
    let config = fs::read_to_string(&path).unwrap();
    fs::write(&path, config.replace("[state]", "[state]\nparent = \"north\"")).unwrap();
    let again = json(&["worker", "once"]);
    assert_eq!(again["store"]["findings"], first["store"]["findings"]);
    assert_eq!(again["findings_new"], 0, "ids stay: {again}");
}

#[cfg(unix)]
#[test]
fn a_worker_that_stays_obeys_signals() {
    let folder = tempfile::tempdir().unwrap();
    let served = Served::start("none");
    served.configure(folder.path(), &served.key);
    let manager = std::os::unix::net::UnixDatagram::bind(folder.path().join("notify")).unwrap();
    // Read as it comes: a socket holds some ten messages.
    let told = std::thread::spawn(move || {
        manager.set_read_timeout(Some(std::time::Duration::from_mins(1))).unwrap();
        let (mut told, mut buffer) = (Vec::new(), [0; 64]);
        while !told.iter().any(|said| said == "STOPPING=1") {
            let Ok(length) = manager.recv(&mut buffer) else { break };
            told.push(text(&buffer[..length]));
        }
        told
    });
    let mut child = Command::new(env!("CARGO_BIN_EXE_dosimeter"))
        .args(["worker", "run"])
        .current_dir(folder.path())
        .env("DOSIMETER_TEST_API_KEY", "sk-ant-api01-simulator")
        .env("NOTIFY_SOCKET", folder.path().join("notify"))
        .env("WATCHDOG_USEC", "200000")
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
    let mut until = |what: &str| {
        let line = lines.by_ref().find(|line| line.contains(what));
        assert!(line.is_some(), "{what}");
    };
    let signal = |name: &str| {
        let pid = child.id().to_string();
        assert!(Command::new("kill").args([name, &pid]).status().unwrap().success());
    };
    until("Waiting for the next pass");
    #[cfg(target_os = "linux")]
    {
        let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
        assert!(status.contains("NoNewPrivs:\t1"), "it has given up rights: {status}");
    }
    signal("-HUP");
    until("were read again");
    until("Waiting for the next pass");
    let written = folder.path().join("dosimeter.toml");
    let good = fs::read_to_string(&written).unwrap();
    fs::write(&written, format!("{good}\n[nonsense]\n")).unwrap();
    signal("-HUP");
    until("the old goes on");
    until("Waiting for the next pass");
    fs::write(&written, good).unwrap();
    signal("-TERM");
    assert_eq!(child.wait().unwrap().code(), Some(0));
    // Elsewhere there is no manager that is told so.
    if cfg!(target_os = "linux") {
        let told = told.join().unwrap();
        let (first, last) = (told.first().unwrap(), told.last().unwrap());
        assert_eq!((first.as_str(), last.as_str()), ("READY=1", "STOPPING=1"), "{told:?}");
        assert!(told.iter().any(|said| said == "WATCHDOG=1"), "{told:?}");
    }
    let status = dosimeter(folder.path(), &["worker", "status", "--json"]);
    let status: Value = serde_json::from_slice(&status.stdout).unwrap();
    assert_eq!(status["runs"].as_array().unwrap().len(), 3, "{status}");
}

/// A worker with a request under way that takes half a minute to end: an API that takes requests and never answers.
#[cfg(unix)]
fn waiting(
    folder: &Path,
    command: &str,
    errors: Stdio,
) -> (Child, (std::net::TcpListener, TcpStream)) {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = silent.local_addr().unwrap();
    configure(folder, &format!("http://{address}"), "sk-ant-api01-simulator");
    let child = Command::new(env!("CARGO_BIN_EXE_dosimeter"))
        .args(["worker", command])
        .current_dir(folder)
        .stderr(errors)
        .spawn()
        .unwrap();
    let (under_way, _) = silent.accept().unwrap();
    (child, (silent, under_way))
}

/// The state is nobody's any more, and whole.
#[cfg(unix)]
fn assert_whole(folder: &Path) {
    let served = Served::start("none");
    served.configure(folder, &served.key);
    let once = dosimeter(folder, &["worker", "once"]);
    assert_eq!(once.status.code(), Some(0), "{}", text(&once.stderr));
}

#[cfg(unix)]
#[test]
fn a_second_signal_to_stop_is_obeyed_at_once() {
    use std::{thread::sleep, time::Duration};

    let folder = tempfile::tempdir().unwrap();
    let (mut child, _under_way) = waiting(folder.path(), "run", Stdio::null());
    let mut signal = |name: &str| {
        let pid = child.id().to_string();
        assert!(Command::new("kill").args([name, &pid]).status().unwrap().success());
        // Two of a kind that come at once are one.
        sleep(Duration::from_millis(500));
        child.try_wait().unwrap()
    };
    assert_eq!(signal("-HUP"), None, "it waits for what is under way");
    assert_eq!(signal("-HUP"), None, "reading again twice is no reason to end");
    assert_eq!(signal("-TERM"), None, "it waits for what is under way");
    let mut ended = signal("-TERM");
    for _ in 0..20 {
        ended = ended.or_else(|| child.try_wait().unwrap());
        if ended.is_some() {
            break;
        }
        sleep(Duration::from_millis(500));
    }
    assert_eq!(ended.expect("it ends at once").code(), Some(0));
    assert_whole(folder.path());
}

#[cfg(unix)]
#[test]
fn a_run_that_is_told_to_stop_says_so_and_the_next_one_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let (mut child, _under_way) = waiting(folder.path(), "once", Stdio::piped());
    for _ in 0..2 {
        let pid = child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        std::thread::sleep(std::time::Duration::from_millis(500));
    }
    let mut said = String::new();
    std::io::Read::read_to_string(&mut child.stderr.take().unwrap(), &mut said).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(3), "{said}");
    assert!(said.contains("the next run goes on from there"), "{said}");
    assert_whole(folder.path());
}

#[test]
fn a_configuration_is_written_once_with_its_key() {
    let folder = tempfile::tempdir().unwrap();
    let written = dosimeter(folder.path(), &["config", "init"]);
    assert_eq!(written.status.code(), Some(0), "{}", text(&written.stderr));
    for name in ["dosimeter.toml", "fingerprint.key"] {
        assert!(folder.path().join(name).is_file(), "{name}");
    }
    assert_eq!(dosimeter(folder.path(), &["config", "init"]).status.code(), Some(2));
    assert_eq!(dosimeter(folder.path(), &["config", "init", "--force"]).status.code(), Some(0));
    assert_eq!(dosimeter(folder.path(), &["config", "validate"]).status.code(), Some(0));
    let shown = dosimeter(folder.path(), &["config", "show"]);
    assert!(text(&shown.stdout).contains("environment variable DOSIMETER_API_KEY"));
}

#[test]
fn a_text_is_explained_with_what_was_found_and_what_was_not() {
    let folder = tempfile::tempdir().unwrap();
    let explain = |subject| text(&dosimeter(folder.path(), &["explain", subject]).stdout);
    let found = explain("IBAN DE13 5001 0517 9513 7844 05");
    assert!(found.contains("found") && found.contains("payment.bank.iban"), "{found}");
    assert!(found.contains("iban passed") && !found.contains("9513 7844"), "{found}");
    let rejected = explain("IBAN DE13 5001 0517 9513 7844 06");
    assert!(
        rejected.contains("rejected") && rejected.contains("its check iban failed"),
        "{rejected}"
    );
}

#[test]
fn ids_are_the_same_from_run_to_run() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.txt"), "IBAN DE13 5001 0517 9513 7844 05\n").unwrap();
    let run = || dosimeter(folder.path(), &["scan", "a.txt", "--format", "jsonl"]).stdout;
    let (first, second) = (run(), run());
    assert_eq!(first, second);
    let line: Value = serde_json::from_slice(&first).unwrap();
    assert_eq!(line["findings"][0]["id"].as_str().unwrap().len(), 32, "{line}");
    assert_eq!(line["coverage"]["state"], "complete");
}

#[test]
fn colour_is_used_only_where_it_is_wanted() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.txt"), "IBAN DE13 5001 0517 9513 7844 05\n").unwrap();
    let run = |color| dosimeter(folder.path(), &["scan", "a.txt", "--color", color]).stdout;
    assert!(holds(&run("always"), "\u{1b}["));
    assert!(!holds(&run("auto"), "\u{1b}["), "a pipe is no terminal");
    assert!(!holds(&run("never"), "\u{1b}["));
}

#[test]
fn content_is_shown_to_a_terminal_and_to_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("note.txt"), "SHOWN-TO-NOBODY").unwrap();
    let output = dosimeter(folder.path(), &["extract", "note.txt"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(!text(&output.stdout).contains("SHOWN") && !text(&output.stderr).contains("SHOWN"));
    assert!(text(&output.stderr).contains("only to a terminal"));
}

#[test]
fn what_was_skipped_is_one_line_for_each_file_and_reason() {
    let folder = tempfile::tempdir().unwrap();
    let hostile = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpora/hostile");
    for name in ["bomb-nested.zip", "encrypted.7z"] {
        fs::copy(hostile.join(name), folder.path().join(name)).unwrap();
    }
    let output = text(&dosimeter(folder.path(), &["scan", "."]).stdout);
    let lines = |name: &str| output.lines().filter(|line| line.contains(name)).count();
    // The bomb leaves hundreds of gaps of two kinds.
    assert_eq!((lines("bomb-nested.zip"), lines("encrypted.7z")), (2, 1), "{output}");
    assert!(output.contains(" more"), "{output}");
}

#[test]
fn completions_and_the_manual_are_printed() {
    let folder = tempfile::tempdir().unwrap();
    for (arguments, expected) in [
        (["completions", "bash"].as_slice(), "dosimeter"),
        (&["completions", "zsh"], "#compdef dosimeter"),
        (&["completions", "fish"], "complete -c dosimeter"),
        (&["man"], ".TH"),
    ] {
        let output = dosimeter(folder.path(), arguments);
        assert!(text(&output.stdout).contains(expected), "{arguments:?}");
    }
}

#[test]
fn many_lines_keep_their_order_and_number() {
    let folder = tempfile::tempdir().unwrap();
    let lines: String = (0..20_000)
        .map(|number| match number % 7 {
            0 => "broken\n".to_owned(),
            _ => format!("{{\"id\":{number},\"text\":\"let us meet at noon in room {number}\"}}\n"),
        })
        .collect();
    fs::write(folder.path().join("many.jsonl"), lines).unwrap();
    let output = dosimeter(folder.path(), &["scan", "many.jsonl", "--jsonl-field", "text"]);
    let mut count = 0;
    for (number, line) in text(&output.stdout).lines().enumerate() {
        let result: Value = serde_json::from_str(line).unwrap();
        assert_eq!(result["resource"]["line"], number + 1);
        let malformed = number % 7 == 0;
        assert_eq!(result["coverage"]["state"], if malformed { "none" } else { "complete" });
        assert_eq!(result["resource"]["id"] == number, !malformed);
        count += 1;
    }
    assert_eq!(count, 20_000);
}

#[test]
fn the_store_is_written_in_every_form_of_report() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    assert!(dosimeter(at, &["demo", "--keep", "kept"]).status.success());
    let report = |form: &str| {
        let output = dosimeter(at, &["report", form, "--state", "kept", "-o", form]);
        assert!(output.status.success(), "{form}: {}", text(&output.stderr));
        fs::read(at.join(form)).unwrap()
    };
    let lines = text(&report("jsonl"));
    let (found, gaps): (Vec<Value>, Vec<Value>) = lines
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .partition(|line| line["action"] == "opened");
    assert!(found.len() > 50 && !gaps.is_empty(), "{} and {}", found.len(), gaps.len());
    for form in ["ocsf", "ecs", "cim", "cef"] {
        assert_eq!(text(&report(form)).lines().count(), found.len() + gaps.len(), "{form}");
    }
    let csv = text(&report("csv"));
    assert_eq!(csv.lines().count(), 1 + found.len() + gaps.len());
    let sarif: Value = serde_json::from_slice(&report("sarif")).unwrap();
    let run = &sarif["runs"][0];
    assert_eq!(run["results"].as_array().unwrap().len(), found.len());
    assert_eq!(run["invocations"][0]["executionSuccessful"], false);
    assert!(run["properties"]["ruleset"].as_str().unwrap().len() > 8);
    let helps = run["tool"]["driver"]["rules"].as_array().unwrap().iter();
    assert!(helps.clone().any(|rule| rule["helpUri"].is_string()), "rules have references");
    assert!(report("parquet").starts_with(b"PAR1"));
    let output = dosimeter(at, &["scan", "parquet", "--format", "jsonl"]);
    let scanned: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(scanned["coverage"]["state"], "complete", "our own reader reads all of it");
}

#[test]
fn a_scan_is_written_as_the_document_that_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    fs::create_dir(at.join("in")).unwrap();
    fs::write(
        at.join("in/a b.txt"),
        "card 4539 1488 0343 6467\nand 4539 1488 0343 6467 dosimeter:allow\n",
    )
    .unwrap();
    fs::write(at.join("in/clean.txt"), "let us meet at noon\n").unwrap();
    fs::write(at.join("in/locked.zip"), b"PK\x03\x04 and nothing more").unwrap();
    let scan = |format: &str| {
        let output = dosimeter(at, &["scan", "in", "--format", format, "-o", format]);
        assert!(output.status.success(), "{format}: {}", text(&output.stderr));
        fs::read(at.join(format)).unwrap()
    };
    let sarif: Value = serde_json::from_slice(&scan("sarif")).unwrap();
    let run = &sarif["runs"][0];
    let results = run["results"].as_array().unwrap();
    let place = &results[0]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "in/a%20b.txt");
    assert_eq!(place["region"]["startLine"], 1);
    assert_eq!(results[1]["suppressions"][0]["kind"], "inSource");
    assert_eq!(run["invocations"][0]["executionSuccessful"], false, "one file is broken");
    let junit = text(&scan("junit"));
    for part in ["<failure", "<skipped", "<error", "name=\"nothing found\""] {
        assert!(junit.contains(part), "{part}: {junit}");
    }
    assert_eq!(text(&scan("csv")).lines().count(), 1 + 2 + 1);
    for format in ["ocsf", "ecs", "cim", "cef"] {
        let lines = text(&scan(format));
        assert_eq!(lines.lines().count(), 3, "{format}");
        assert!(!lines.contains("4539"), "{format}");
    }
    assert!(scan("parquet").ends_with(b"PAR1"));
    // A line of JSON lines is a place.
    fs::write(at.join("in.jsonl"), "{\"t\":\"hi\"}\n{\"t\":\"card 4539 1488 0343 6467\"}\n")
        .unwrap();
    let output = dosimeter(at, &["scan", "in.jsonl", "--jsonl-field", "t", "--format", "sarif"]);
    let sarif: Value = serde_json::from_slice(&output.stdout).unwrap();
    let place = &sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "in.jsonl");
    assert_eq!(place["region"]["startLine"], 2);
}
