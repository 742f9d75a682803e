//! What the child gives up, in this order: resources, the file system, and every other call to the kernel.

use std::collections::BTreeMap;

use landlock::{ABI, Access as _, AccessFs, AccessNet, Ruleset, RulesetAttr as _};
use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule,
};

use crate::{CPU_SECONDS, MEMORY_BYTES};

/// Confines this process for good, as the child confines itself: see the crate's documentation.
///
/// # Errors
///
/// If the kernel refuses a limit or the filter.
pub fn confine() -> std::io::Result<()> {
    limit()?;
    forbid().map_err(|()| std::io::ErrorKind::PermissionDenied.into())
}

/// Sets the limits of this process.
pub(crate) fn limit() -> rustix::io::Result<()> {
    let limits = [
        (Resource::Core, 0),
        // Nothing can be written to a file, and nothing can be opened.
        (Resource::Fsize, 0),
        (Resource::As, MEMORY_BYTES),
        (Resource::Cpu, CPU_SECONDS),
    ];
    for (resource, limit) in limits {
        setrlimit(resource, Rlimit { current: Some(limit), maximum: Some(limit) })?;
    }
    set_dumpable_behavior(DumpableBehavior::NotDumpable)
}

/// Forbids everything but computing and the two pipes, for all threads.
pub(crate) fn forbid() -> Result<(), ()> {
    // A kernel without Landlock is not an error: no call that would open a file is allowed either.
    landlock().ok();
    // The stricter of two filters counts: opening is refused, what neither knows ends the process.
    for filter in [refusal(), filter()] {
        let filter = filter.map_err(drop)?;
        seccompiler::apply_filter_all_threads(&filter).map_err(drop)?;
    }
    Ok(())
}

/// The allocator looks at a setting of the kernel before it gives memory back, and does without.
fn refusal() -> Result<BpfProgram, seccompiler::BackendError> {
    let refused = SeccompAction::Errno(libc::EACCES as u32);
    let rules = BTreeMap::from([(libc::SYS_openat, Vec::new())]);
    let arch = std::env::consts::ARCH.try_into()?;
    SeccompFilter::new(rules, SeccompAction::Allow, refused, arch)?.try_into()
}

/// No path may be reached and no port: everything is handled, nothing is granted.
fn landlock() -> Result<(), landlock::RulesetError> {
    let abi = ABI::V5;
    Ruleset::default()
        .handle_access(AccessFs::from_all(abi))?
        .handle_access(AccessNet::from_all(abi))?
        .create()?
        .restrict_self()?;
    Ok(())
}

/// Calls that allocating, computing, waiting for each other and ending need.
const ALLOWED: [libc::c_long; 28] = [
    // Refused by the other filter.
    libc::SYS_openat,
    libc::SYS_read,
    libc::SYS_write,
    libc::SYS_writev,
    libc::SYS_close,
    libc::SYS_munmap,
    libc::SYS_mremap,
    libc::SYS_madvise,
    libc::SYS_brk,
    libc::SYS_futex,
    libc::SYS_clock_gettime,
    libc::SYS_clock_nanosleep,
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
    libc::SYS_tgkill,
    libc::SYS_set_robust_list,
    libc::SYS_rseq,
    libc::SYS_prctl,
    libc::SYS_exit,
    libc::SYS_exit_group,
];

fn filter() -> Result<BpfProgram, seccompiler::BackendError> {
    let mut rules: BTreeMap<i64, Vec<SeccompRule>> =
        ALLOWED.iter().map(|number| (*number, Vec::new())).collect();
    // Memory may be had, but none that can be executed.
    let executable = SeccompCmpOp::MaskedEq(libc::PROT_EXEC as u64);
    let not_executable = SeccompCondition::new(2, SeccompCmpArgLen::Dword, executable, 0)?;
    for number in [libc::SYS_mmap, libc::SYS_mprotect] {
        rules.insert(number, vec![SeccompRule::new(vec![not_executable.clone()])?]);
    }
    let filter = SeccompFilter::new(
        rules,
        SeccompAction::KillProcess,
        SeccompAction::Allow,
        std::env::consts::ARCH.try_into()?,
    )?;
    filter.try_into()
}
