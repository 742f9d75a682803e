//! The server under load: a process of its own, on a core of its own if that can be had.

use std::{
    fs,
    net::{SocketAddr, TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use dosimeter_benches::Error;
use rcgen::{CertifiedKey, generate_simple_self_signed};

pub(crate) const SECRET: &[u8] = b"not the secret of anybody";

/// `whsec_` and [`SECRET`] in base64.
const SECRET_TEXT: &str = "whsec_bm90IHRoZSBzZWNyZXQgb2YgYW55Ym9keQ==";

/// A server that runs.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) authority: String,
    child: Child,
    folder: std::path::PathBuf,
}

impl Server {
    pub(crate) fn start(program: &Path) -> Result<Self, Error> {
        let folder =
            std::env::temp_dir().join(format!("dosimeter-hook-bench-{}", std::process::id()));
        fs::create_dir_all(&folder)?;
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed(["localhost".to_owned()])?;
        fs::write(folder.join("certificate.pem"), cert.pem())?;
        fs::write(folder.join("key.pem"), signing_key.serialize_pem())?;
        fs::write(folder.join("secret"), SECRET_TEXT)?;
        fs::write(folder.join("fingerprint.key"), "07".repeat(32))?;
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let config = format!(
            "[server]\naddress = \"{address}\"\ncertificate = \"certificate.pem\"\nkey = \"key.pem\"\n\
             [webhook]\nsecrets = [{{ file = \"secret\" }}]\n[state]\ndirectory = \"state\"\n\
             [fingerprint]\nkey = {{ file = \"fingerprint.key\" }}\n[limits]\ndeadline_ms = 10000\n\
             judged_at_once = 1\n"
        );
        fs::write(folder.join("hook.toml"), config)?;
        let program = fs::canonicalize(program)?;
        let cores = thread::available_parallelism()?.get();
        let pinned = cores > 1 && Command::new("taskset").arg("-V").output().is_ok();
        let mut command = if pinned {
            let this = std::process::id().to_string();
            Command::new("taskset").args(["-pc", "1", &this]).stdout(Stdio::null()).status()?;
            let mut command = Command::new("taskset");
            command.args(["-c", "0"]).arg(program);
            command
        } else {
            Command::new(program)
        };
        let child = command
            .args(["hook", "serve", "--log", "warn"])
            .current_dir(&folder)
            .stdin(Stdio::null())
            .spawn()?;
        let server = Self { address, authority: cert.pem(), child, folder };
        server.until_ready()?;
        println!("server on {}", if pinned { "core 0, load on core 1" } else { "any core" });
        Ok(server)
    }

    fn until_ready(&self) -> Result<(), Error> {
        let begin = Instant::now();
        while TcpStream::connect(self.address).is_err() {
            if begin.elapsed() > Duration::from_secs(10) {
                return Err("the server does not listen".into());
            }
            thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    /// What the process used until now.
    pub(crate) fn usage(&self) -> Result<String, Error> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = |name: &str| status.lines().find(|line| line.starts_with(name));
        Ok(format!("{} ", line("VmHWM").unwrap_or("no figures here").replace('\t', " ")))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
        fs::remove_dir_all(&self.folder).ok();
    }
}
