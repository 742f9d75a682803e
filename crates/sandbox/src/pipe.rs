//! Pipes to a child that has a deadline, and how it ends.

use std::{
    io::{self, Read, Write},
    os::{
        fd::{AsFd as _, BorrowedFd},
        unix::process::ExitStatusExt as _,
    },
    process::{Child, ChildStdin, ChildStdout, ExitStatus},
    thread,
    time::{Duration, Instant},
};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

/// A child that is killed and reaped when nobody needs it any more.
pub(crate) struct Running(pub(crate) Child);

/// How long a child may still be there when it has closed its pipe: no time, but for a busy machine.
const ENDING: Duration = Duration::from_secs(2);

impl Running {
    /// How a child ended that has nothing more to say; nothing if it does not end.
    pub(crate) fn ended(&mut self) -> Option<ExitStatus> {
        let until = Instant::now().checked_add(ENDING)?;
        loop {
            match self.0.try_wait() {
                Ok(None) if Instant::now() < until => thread::sleep(Duration::from_millis(1)),
                Ok(status) => return status,
                Err(_) => return None,
            }
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Both fail only if it is gone already.
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

/// Whether a child was ended for its processor time, or by us.
pub(crate) fn is_out_of_time(status: ExitStatus) -> bool {
    const OUT_OF_TIME: [i32; 2] = [libc::SIGXCPU, libc::SIGKILL];
    status.signal().is_some_and(|signal| OUT_OF_TIME.contains(&signal))
}

/// Waits until a pipe is ready, or time is up.
fn wait(pipe: BorrowedFd<'_>, flags: PollFlags, until: Option<Instant>) -> io::Result<()> {
    let left = until.map_or(Duration::MAX, |until| until.saturating_duration_since(Instant::now()));
    let timeout = Timespec::try_from(left.min(Duration::from_secs(1 << 30))).ok();
    let mut pipes = [PollFd::from_borrowed_fd(pipe, flags)];
    match poll(&mut pipes, timeout.as_ref()) {
        Ok(0) => Err(io::ErrorKind::TimedOut.into()),
        Ok(_) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// What goes to the child, as long as there is time.
pub(crate) struct Sender {
    pipe: ChildStdin,
    until: Option<Instant>,
}

impl Sender {
    pub(crate) fn new(pipe: ChildStdin, until: Option<Instant>) -> io::Result<Self> {
        // A full pipe must not keep us beyond the deadline.
        rustix::io::ioctl_fionbio(&pipe, true)?;
        Ok(Self { pipe, until })
    }
}

impl Write for Sender {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        wait(self.pipe.as_fd(), PollFlags::OUT, self.until)?;
        self.pipe.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What comes from the child, as long as there is time.
pub(crate) struct Receiver {
    pub(crate) pipe: ChildStdout,
    pub(crate) until: Option<Instant>,
}

impl Read for Receiver {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        wait(self.pipe.as_fd(), PollFlags::IN, self.until)?;
        self.pipe.read(buffer)
    }
}
