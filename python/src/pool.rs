//! Threads for batches, also in a process that was forked from one with threads.

use std::sync::{Arc, Mutex, PoisonError};

use pyo3::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::fault::fault;

/// Most threads of a pool: more only compete for the cores.
const MOST_JOBS: usize = 256;

/// A thread pool that is made when it is needed first, in every process anew: threads do not survive a fork.
pub(crate) struct Pool {
    jobs: usize,
    /// The pool, and the process that its threads live in.
    made: Mutex<Option<(u32, Arc<ThreadPool>)>>,
}

impl Pool {
    /// A pool of `jobs` threads; 0 means all cores.
    pub(crate) fn new(jobs: usize) -> PyResult<Self> {
        if jobs > MOST_JOBS {
            let rather = format!("use {MOST_JOBS} or fewer, or 0 for all cores");
            return Err(fault(&format!("{jobs} jobs are too many; {rather}")));
        }
        Ok(Self { jobs, made: Mutex::new(None) })
    }

    /// The threads.
    pub(crate) fn threads(&self) -> PyResult<Arc<ThreadPool>> {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        let process = std::process::id();
        if let Some((home, pool)) = &*made
            && *home == process
        {
            return Ok(pool.clone());
        }
        let builder = ThreadPoolBuilder::new().num_threads(self.jobs).thread_name(|n| format!("dechaff-{n}"));
        let pool = Arc::new(builder.build().map_err(|e| fault(&format!("cannot start {} threads: {e}", self.jobs)))?);
        // The pool of another process is not dropped: it would wake threads that are not there.
        std::mem::forget(made.replace((process, pool.clone())));
        Ok(pool)
    }
}
