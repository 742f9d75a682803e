//! A real browser: Chromium without a window, told what to do through chromedriver.
//!
//! `WebDriver` is JSON over HTTP, so a socket is enough: <https://www.w3.org/TR/webdriver2/>.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

/// A browser that ends with its value.
pub(crate) struct Browser {
    driver: Child,
    port: u16,
    session: String,
}

impl Browser {
    /// Starts a browser; nothing, with a word about it, if there is none: but never in continuous
    /// integration.
    pub(crate) fn start() -> Option<Self> {
        let driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let Ok(mut driver) = driver else {
            let note = "skipped: no browser (apt-get install chromium chromium-driver)\n";
            assert!(std::env::var_os("CI").is_none(), "{note}");
            std::io::stderr().write_all(note.as_bytes()).unwrap();
            return None;
        };
        let lines = BufReader::new(driver.stdout.take().unwrap()).lines();
        let port = lines.map_while(Result::ok).find_map(|line| {
            let rest = line.split_once("started successfully on port ")?.1;
            rest.trim_end_matches('.').parse().ok()
        });
        let mut browser = Self { driver, port: port.unwrap(), session: String::new() };
        // Everything that is switched off would ask somebody for something by itself.
        let arguments = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--window-size=1400,1000",
        ];
        let capabilities = json!({ "capabilities": { "alwaysMatch": {
            "goog:loggingPrefs": { "browser": "ALL", "performance": "ALL" },
            "goog:chromeOptions": { "args": arguments },
        }}});
        let session = browser.ask("POST", "/session", &capabilities);
        browser.session = format!("/session/{}", session["sessionId"].as_str().unwrap());
        Some(browser)
    }

    /// One command, HTTP/1.0 so that the answer ends with the connection.
    fn ask(&self, method: &str, path: &str, body: &Value) -> Value {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        let body = if method == "POST" { body.to_string() } else { String::new() };
        let length = body.len();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\
             content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
        )
        .unwrap();
        let mut reader = BufReader::new(stream);
        let mut length = 0;
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).unwrap();
            let line = line.trim().to_ascii_lowercase();
            if let Some(value) = line.strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
            if line.is_empty() {
                break;
            }
        }
        let mut answer = vec![0; length];
        reader.read_exact(&mut answer).unwrap();
        let answer: Value = serde_json::from_slice(&answer).unwrap();
        let value = answer["value"].clone();
        assert!(value["error"].is_null(), "{path}: {value}");
        value
    }

    fn tell(&self, command: &str, body: &Value) -> Value {
        self.ask("POST", &format!("{}{command}", self.session), body)
    }

    /// Opens a page of ours and waits until it is drawn.
    pub(crate) fn open(&self, page: &Path, fragment: &str) {
        // Another fragment alone would not load anything.
        self.tell("/url", &json!({ "url": "about:blank" }));
        self.visit(&format!("file://{}{fragment}", page.display()));
    }

    /// Opens an address and waits until the page there is drawn.
    pub(crate) fn visit(&self, url: &str) {
        self.tell("/url", &json!({ "url": url }));
        self.until("return 'ready' in document.documentElement.dataset", &json!(true));
    }

    /// Runs a program in the page.
    pub(crate) fn run(&self, program: &str) -> Value {
        self.tell("/execute/sync", &json!({ "script": program, "args": [] }))
    }

    /// Waits until a program gives a value.
    pub(crate) fn until(&self, program: &str, expected: &Value) {
        let start = Instant::now();
        loop {
            let seen = self.run(program);
            if seen == *expected {
                return;
            }
            assert!(start.elapsed() < Duration::from_secs(20), "{program}: {seen}");
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Clicks as a person does, in the middle of what is in sight.
    pub(crate) fn click(&self, selector: &str) {
        let element = self.find(selector);
        self.tell(&format!("/element/{element}/click"), &json!({}));
    }

    /// Presses keys while an element has the focus.
    pub(crate) fn press(&self, selector: &str, keys: &str) {
        let element = self.find(selector);
        self.tell(&format!("/element/{element}/value"), &json!({ "text": keys }));
    }

    fn find(&self, selector: &str) -> String {
        let found = self.tell("/element", &json!({ "using": "css selector", "value": selector }));
        found.as_object().unwrap().values().next().unwrap().as_str().unwrap().to_owned()
    }

    /// A command of the browser's own protocol.
    pub(crate) fn devtools(&self, command: &str, parameters: &Value) {
        self.tell("/goog/cdp/execute", &json!({ "cmd": command, "params": parameters }));
    }

    /// The page on paper, as base64.
    pub(crate) fn print(&self) -> String {
        self.tell("/print", &json!({ "background": true })).as_str().unwrap().to_owned()
    }

    /// What the console says since it was last asked.
    pub(crate) fn console(&self) -> Vec<Value> {
        self.tell("/se/log", &json!({ "type": "browser" })).as_array().unwrap().clone()
    }

    /// What was asked for over the network since it was last asked: everything but the file itself.
    pub(crate) fn requests(&self) -> Vec<String> {
        let log = self.tell("/se/log", &json!({ "type": "performance" }));
        let urls = log.as_array().unwrap().iter().filter_map(|entry| {
            let message: Value = serde_json::from_str(entry["message"].as_str()?).ok()?;
            let message = &message["message"];
            (message["method"] == "Network.requestWillBeSent").then_some(())?;
            message["params"]["request"]["url"].as_str().map(str::to_owned)
        });
        urls.filter(|url| !url.starts_with("file://") && !url.starts_with("data:")).collect()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if !self.session.is_empty() && !thread::panicking() {
            self.ask("DELETE", &self.session, &Value::Null);
        }
        self.driver.kill().ok();
        self.driver.wait().ok();
    }
}
