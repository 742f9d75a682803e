//! What Tesseract may still do: read itself and its languages, compute, and answer.
//!
//! Unlike the reader of other files it is not ours: it loads some sixty libraries and its models by path. So
//! it may open what the system installed, to read. Everything else is refused with an error, which
//! it reports as a failure, and not by a signal.

use std::{collections::BTreeMap, io, path::Path};

use landlock::{
    ABI, Access as _, AccessFs, AccessNet, Ruleset, RulesetAttr as _, RulesetCreatedAttr as _,
    RulesetError, path_beneath_rules,
};
use rustix::process::{Pid, Resource, Rlimit, Signal, getpid, setrlimit};
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule,
};

/// The largest picture takes a tenth of the first, and a page of dense text a tenth of the second.
const MEMORY_BYTES: u64 = 1 << 30;
pub(super) const CPU_SECONDS: u64 = 30;

/// Libraries, pipes, and a model at a time.
const FILES: u64 = 32;

/// Confines this process, and the program that it becomes, for good.
pub(super) fn confine(program: &Path) -> io::Result<()> {
    // Nobody would read what it has to say.
    rustix::process::set_parent_process_death_signal(Some(Signal::KILL))?;
    let limits = [
        (Resource::Core, 0),
        (Resource::Fsize, 0),
        (Resource::Nofile, FILES),
        (Resource::As, MEMORY_BYTES),
        (Resource::Cpu, CPU_SECONDS),
    ];
    for (resource, limit) in limits {
        setrlimit(resource, Rlimit { current: Some(limit), maximum: Some(limit) })?;
    }
    // A kernel without Landlock is not an error: the filter lets no file be written either.
    landlock(program).ok();
    let filter = filter(getpid()).map_err(|_| io::ErrorKind::PermissionDenied)?;
    seccompiler::apply_filter_all_threads(&filter).map_err(|_| io::ErrorKind::PermissionDenied)?;
    Ok(())
}

/// Where programs, libraries and languages are installed.
const SYSTEM: [&str; 6] =
    ["/usr", "/lib", "/lib32", "/lib64", "/etc/ld.so.cache", "/sys/devices/system/cpu"];

/// Where the loader is: the kernel runs it to run a program.
const LOADERS: [&str; 4] = ["/lib", "/lib64", "/usr/lib", "/usr/lib64"];

fn landlock(program: &Path) -> Result<(), RulesetError> {
    let abi = ABI::V5;
    let read = AccessFs::ReadFile | AccessFs::ReadDir;
    let run = read | AccessFs::Execute;
    Ruleset::default()
        .handle_access(AccessFs::from_all(abi))?
        // No port.
        .handle_access(AccessNet::from_all(abi))?
        .create()?
        // Paths that do not exist are left out.
        .add_rules(path_beneath_rules(SYSTEM, read))?
        .add_rules(path_beneath_rules(LOADERS, run))?
        .add_rules(path_beneath_rules([program], run))?
        .restrict_self()?;
    Ok(())
}

/// Calls that loading, allocating, computing, reading files and ending need. No thread, no process, no socket.
const ALLOWED: [libc::c_long; 44] = [
    libc::SYS_execve,
    libc::SYS_chdir,
    libc::SYS_read,
    libc::SYS_pread64,
    libc::SYS_readv,
    libc::SYS_write,
    libc::SYS_writev,
    libc::SYS_lseek,
    libc::SYS_close,
    libc::SYS_fcntl,
    libc::SYS_fstat,
    libc::SYS_newfstatat,
    libc::SYS_statx,
    libc::SYS_faccessat,
    libc::SYS_faccessat2,
    libc::SYS_readlinkat,
    libc::SYS_getdents64,
    libc::SYS_mmap,
    libc::SYS_mprotect,
    libc::SYS_munmap,
    libc::SYS_mremap,
    libc::SYS_madvise,
    libc::SYS_brk,
    libc::SYS_futex,
    libc::SYS_clock_gettime,
    libc::SYS_clock_nanosleep,
    libc::SYS_nanosleep,
    libc::SYS_getrandom,
    libc::SYS_sigaltstack,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_restart_syscall,
    libc::SYS_sched_yield,
    libc::SYS_sched_getaffinity,
    libc::SYS_getpid,
    libc::SYS_gettid,
    libc::SYS_set_tid_address,
    libc::SYS_set_robust_list,
    libc::SYS_rseq,
    libc::SYS_sysinfo,
    libc::SYS_uname,
    libc::SYS_exit,
    libc::SYS_exit_group,
];

/// What only this architecture has.
#[cfg(target_arch = "x86_64")]
const ALLOWED_HERE: [libc::c_long; 3] =
    [libc::SYS_access, libc::SYS_readlink, libc::SYS_arch_prctl];
#[cfg(not(target_arch = "x86_64"))]
const ALLOWED_HERE: [libc::c_long; 0] = [];

/// Everything that could write to a file, make one, or keep it beyond its name.
const WRITING: i32 = libc::O_WRONLY
    | libc::O_RDWR
    | libc::O_CREAT
    | libc::O_TRUNC
    | libc::O_APPEND
    // Holds the flag for folders, without which it means nothing.
    | (libc::O_TMPFILE & !libc::O_DIRECTORY);

fn filter(own: Pid) -> Result<BpfProgram, seccompiler::BackendError> {
    let mut rules: BTreeMap<i64, Vec<SeccompRule>> =
        ALLOWED.iter().chain(&ALLOWED_HERE).map(|number| (*number, Vec::new())).collect();
    let only = |argument, compare, value: i32| {
        let value = u64::from(value.cast_unsigned());
        let condition = SeccompCondition::new(argument, SeccompCmpArgLen::Dword, compare, value)?;
        Ok::<_, seccompiler::BackendError>(vec![SeccompRule::new(vec![condition])?])
    };
    let not_writing = SeccompCmpOp::MaskedEq(u64::from(WRITING.cast_unsigned()));
    rules.insert(libc::SYS_openat, only(2, not_writing, 0)?);
    // To end itself, and nobody else.
    rules.insert(libc::SYS_tgkill, only(0, SeccompCmpOp::Eq, own.as_raw_nonzero().get())?);
    rules.insert(libc::SYS_prlimit64, only(0, SeccompCmpOp::Eq, 0)?);
    let filter = SeccompFilter::new(
        rules,
        SeccompAction::Errno(libc::EPERM.cast_unsigned()),
        SeccompAction::Allow,
        std::env::consts::ARCH.try_into()?,
    )?;
    filter.try_into()
}

#[cfg(test)]
mod tests {
    use std::{env, io::ErrorKind, process::Command, thread};

    const ATTEMPT: &str = "PICTURE_ATTEMPT";

    /// Whether an attempt is refused in a process of its own: this program, started again.
    fn is_refused(what: &str) -> bool {
        let arguments =
            ["--exact", "recognise::confine::tests::attempts_run_confined", "--nocapture"];
        let mut command = Command::new(env::current_exe().unwrap());
        let status = command.args(arguments).env(ATTEMPT, what).output().unwrap().status;
        status.success()
    }

    /// Does nothing unless it was started by [`is_refused`].
    #[test]
    fn attempts_run_confined() {
        let Ok(what) = env::var(ATTEMPT) else { return };
        let own = env::current_exe().unwrap();
        super::confine(&own).unwrap();
        let refused = |kind| assert!(matches!(kind, ErrorKind::PermissionDenied), "{what}: {kind}");
        match what.as_str() {
            "nothing" => {
                assert!(std::fs::read("/usr/bin/tesseract").is_ok_and(|file| !file.is_empty()));
            }
            "read" => refused(std::fs::read("/etc/passwd").unwrap_err().kind()),
            "list" => refused(std::fs::read_dir("/tmp").unwrap_err().kind()),
            "write" => {
                refused(std::fs::write("/tmp/dosimeter-picture-test", "x").unwrap_err().kind());
            }
            "remove" => {
                refused(std::fs::remove_file("/tmp/dosimeter-picture-test").unwrap_err().kind());
            }
            "connect" => refused(std::net::TcpStream::connect("127.0.0.1:9").unwrap_err().kind()),
            "run" => refused(Command::new("/bin/true").status().unwrap_err().kind()),
            "thread" => refused(thread::Builder::new().spawn(|| {}).unwrap_err().kind()),
            other => panic!("{other}"),
        }
    }

    #[test]
    fn reading_what_is_installed_is_all_that_is_allowed() {
        if std::path::Path::new("/usr/bin/tesseract").exists() {
            assert!(is_refused("nothing"));
        }
        for what in ["read", "list", "write", "remove", "connect", "run", "thread"] {
            assert!(is_refused(what), "{what}");
        }
    }
}
