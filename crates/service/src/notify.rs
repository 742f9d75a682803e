//! Tells systemd how a service is: the datagrams of `sd_notify(3)`, for units of `Type=notify`.

use std::{env, ffi::OsString, time::Duration};

/// The way to the service manager, if there is one that wants to know.
#[derive(Debug, Default)]
pub struct Notifier {
    manager: Option<Manager>,
    watchdog: Option<Duration>,
}

impl Notifier {
    /// The one that started this process, as it says itself: in `NOTIFY_SOCKET` and `WATCHDOG_USEC`.
    pub fn from_environment() -> Self {
        let text = |name: &str| env::var_os(name)?.into_string().ok();
        // A child that inherits the variables is not the one that is watched.
        let of_this = text("WATCHDOG_PID")
            .is_none_or(|pid| pid.parse().is_ok_and(|pid: u32| pid == std::process::id()));
        let micros = text("WATCHDOG_USEC").filter(|_| of_this);
        Self::new(env::var_os("NOTIFY_SOCKET"), micros.and_then(|micros| micros.parse().ok()))
    }

    fn new(socket: Option<OsString>, watchdog_us: Option<u64>) -> Self {
        Self {
            manager: socket.and_then(|socket| Manager::at(&socket)),
            watchdog: watchdog_us.filter(|micros| *micros > 0).map(Duration::from_micros),
        }
    }

    /// Everything is in place; the work begins.
    pub fn ready(&self) {
        self.tell("READY=1");
    }

    /// The work ends.
    pub fn stopping(&self) {
        self.tell("STOPPING=1");
    }

    /// A sign of life for the watchdog.
    pub fn alive(&self) {
        self.tell("WATCHDOG=1");
    }

    /// How often a sign of life is to be given: twice in the time after which it is missed. Nothing
    /// without a watchdog.
    pub fn alive_every(&self) -> Option<Duration> {
        self.watchdog.map(|within| within / 2)
    }

    fn tell(&self, what: &str) {
        if let Some(manager) = &self.manager {
            manager.tell(what);
        }
    }
}

/// The socket on which the manager listens.
#[cfg(target_os = "linux")]
#[derive(Debug)]
struct Manager {
    socket: std::os::unix::net::UnixDatagram,
    address: std::os::unix::net::SocketAddr,
}

#[cfg(target_os = "linux")]
impl Manager {
    /// A path, or the name of an abstract socket after `@`.
    fn at(address: &std::ffi::OsStr) -> Option<Self> {
        use std::os::{
            linux::net::SocketAddrExt as _,
            unix::{
                ffi::OsStrExt as _,
                net::{SocketAddr, UnixDatagram},
            },
        };
        let address = match address.as_bytes() {
            [b'/', ..] => SocketAddr::from_pathname(address),
            [b'@', name @ ..] => SocketAddr::from_abstract_name(name),
            _ => return None,
        };
        let socket = UnixDatagram::unbound().ok()?;
        // A manager that does not read holds nobody up.
        socket.set_nonblocking(true).ok()?;
        Some(Self { socket, address: address.ok()? })
    }

    fn tell(&self, what: &str) {
        // A manager that does not listen is none of the work's business.
        let _told = self.socket.send_to_addr(what.as_bytes(), &self.address);
    }
}

/// Elsewhere there is no such manager.
#[cfg(not(target_os = "linux"))]
#[derive(Debug)]
struct Manager;

#[cfg(not(target_os = "linux"))]
impl Manager {
    fn at(_: &std::ffi::OsStr) -> Option<Self> {
        None
    }

    fn tell(&self, _: &str) {}
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use std::os::{
        linux::net::SocketAddrExt as _,
        unix::net::{SocketAddr, UnixDatagram},
    };

    use super::*;

    fn check(listener: &UnixDatagram, address: &str) {
        let notifier = Notifier::new(Some(address.into()), Some(10_000_000));
        notifier.ready();
        notifier.alive();
        notifier.stopping();
        for expected in ["READY=1", "WATCHDOG=1", "STOPPING=1"] {
            let mut buffer = [0; 64];
            let length = listener.recv(&mut buffer).unwrap();
            assert_eq!(&buffer[..length], expected.as_bytes());
        }
        assert_eq!(notifier.alive_every(), Some(Duration::from_secs(5)));
    }

    #[test]
    fn the_manager_is_told_by_path_and_by_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notify");
        check(&UnixDatagram::bind(&path).unwrap(), path.to_str().unwrap());
        let name = format!("dosimeter-test-{}", std::process::id());
        let address = SocketAddr::from_abstract_name(&name).unwrap();
        check(&UnixDatagram::bind_addr(&address).unwrap(), &format!("@{name}"));
    }

    #[test]
    fn nobody_is_told_where_nobody_listens() {
        for address in [None, Some("".into()), Some("relative".into()), Some("/nowhere".into())] {
            let notifier = Notifier::new(address, Some(0));
            notifier.ready();
            assert_eq!(notifier.alive_every(), None);
        }
    }
}
