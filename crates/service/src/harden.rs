//! Keeps content in memory from leaving through the operating system.

use std::{
    io::Write as _,
    panic::{self, PanicHookInfo},
};

/// Hardens this process; the program calls it once, before it reads anything.
///
/// * A panic prints its location only: a panic message may quote what was being parsed.
/// * On Linux the process leaves no core file and cannot be read by a debugger or through `/proc` by
///   other processes of the same user.
///
/// # Errors
///
/// If the operating system refuses, which no known one does for a process that only gives up rights.
pub fn harden() -> std::io::Result<()> {
    panic::set_hook(Box::new(report_panic));
    forbid_dumps()
}

/// Says where, never what.
fn report_panic(info: &PanicHookInfo<'_>) {
    let mut stderr = std::io::stderr().lock();
    let written = match info.location() {
        Some(location) => {
            writeln!(stderr, "internal error at {}:{}", location.file(), location.line())
        }
        None => writeln!(stderr, "internal error"),
    };
    // Without a standard error there is nobody to tell.
    drop(written);
}

#[cfg(target_os = "linux")]
fn forbid_dumps() -> std::io::Result<()> {
    use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};

    setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) })?;
    set_dumpable_behavior(DumpableBehavior::NotDumpable)?;
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn forbid_dumps() -> std::io::Result<()> {
    Ok(())
}
