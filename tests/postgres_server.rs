//! A PostgreSQL server of a test's own: unprivileged, in a temporary directory, reached through a
//! socket in it, gone with its value.

use std::{
    fs,
    io::Write as _,
    os::unix::{fs::chown, process::CommandExt as _},
    path::{Path, PathBuf},
    process::Command,
};

/// The user `nobody`: PostgreSQL refuses to run as root.
const NOBODY: u32 = 65_534;

/// A running server.
#[derive(Debug)]
pub struct Server {
    home: tempfile::TempDir,
    programs: PathBuf,
}

impl Server {
    /// Starts a server; nothing, with a word about it, if PostgreSQL is not installed: but never in
    /// continuous integration.
    pub fn start() -> Option<Self> {
        let Some(programs) = programs() else {
            let note = "skipped: PostgreSQL is not installed (apt-get install postgresql)\n";
            assert!(std::env::var_os("CI").is_none(), "{note}");
            std::io::stderr().write_all(note.as_bytes()).unwrap();
            return None;
        };
        let home = tempfile::Builder::new().prefix("dosimeter-pg").tempdir().unwrap();
        if rustix::process::geteuid().is_root() {
            chown(home.path(), Some(NOBODY), None).unwrap();
        }
        let server = Self { home, programs };
        let data = server.data();
        server.run("initdb", &["-D", &data, "-U", "dosimeter", "--auth=trust", "--no-sync"]);
        let socket = server.home.path().display();
        let settings = format!(
            "listen_addresses = ''\nunix_socket_directories = '{socket}'\nfsync = off\n\
             max_connections = 100\n"
        );
        let mut file = fs::OpenOptions::new().append(true).open(format!("{data}/postgresql.conf"));
        file.as_mut().unwrap().write_all(settings.as_bytes()).unwrap();
        server.control("start");
        Some(server)
    }

    /// Where all of it lies: tables, write-ahead log, and what the server says.
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    fn data(&self) -> String {
        self.home().join("data").display().to_string()
    }

    fn run(&self, program: &str, arguments: &[&str]) {
        let mut command = Command::new(self.programs.join(program));
        command.args(arguments).current_dir(self.home.path()).env("LC_ALL", "C");
        if rustix::process::geteuid().is_root() {
            command.uid(NOBODY).gid(NOBODY);
        }
        // To a file: the server inherits it, and a pipe would stay open as long as the server.
        let log = self.home.path().join(format!("{program}.log"));
        command.stdout(fs::File::create(&log).unwrap()).stderr(fs::File::create(&log).unwrap());
        let status = command.status().unwrap();
        assert!(status.success(), "{program}: {}", fs::read_to_string(&log).unwrap());
    }

    /// `start`, `stop` or `restart`, at once and without asking anybody.
    pub fn control(&self, what: &str) {
        self.run("pg_ctl", &["-D", &self.data(), "-w", "-m", "immediate", what]);
    }

    /// The address of a new and empty database.
    pub fn database(&self, name: &str) -> String {
        let socket = self.home.path().display().to_string();
        self.run("createdb", &["-h", &socket, "-U", "dosimeter", name]);
        format!("host={socket} user=dosimeter dbname={name}")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.control("stop");
    }
}

/// Where the programs of the newest installed version are.
fn programs() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut places: Vec<PathBuf> = versions.map(|version| version.path().join("bin")).collect();
    places.sort();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let newest_first = places.into_iter().rev().chain(std::env::split_paths(&path));
    let complete = |place: &PathBuf| {
        ["initdb", "pg_ctl", "createdb"].iter().all(|program| place.join(program).is_file())
    };
    newest_first.into_iter().find(complete)
}
