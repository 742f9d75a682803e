//! The threads that scan many texts.

use std::{
    process,
    sync::{Mutex, PoisonError},
};

use pyo3::{PyResult, exceptions::PyRuntimeError};
use rayon::{ThreadPool, ThreadPoolBuilder};

/// The pool, and the process that started it.
///
/// A child made by `fork`, as `multiprocessing` and web servers do, has the memory of its parent and
/// none of its threads: work given to the old pool would wait for ever. Only looked at by whoever holds
/// the interpreter, as forking does, so a child never finds it locked.
static POOL: Mutex<Option<(u32, &'static ThreadPool)>> = Mutex::new(None);

/// The pool of this process: one thread for each core, or `RAYON_NUM_THREADS`.
pub(crate) fn pool() -> PyResult<&'static ThreadPool> {
    let mut current = POOL.lock().unwrap_or_else(PoisonError::into_inner);
    let process = process::id();
    if let Some((owner, pool)) = *current
        && owner == process
    {
        return Ok(pool);
    }
    let pool = ThreadPoolBuilder::new()
        .thread_name(|index| format!("dosimeter-{index}"))
        .build()
        .map_err(|_| PyRuntimeError::new_err("cannot start threads for scanning"))?;
    let pool = Box::leak(Box::new(pool));
    *current = Some((process, pool));
    Ok(pool)
}
