//! Work on many documents in parallel: results in input order, memory bounded by the number of threads, and
//! no document whose failure ends the batch. Only `batch` uses rayon. The caller provides the thread pool
//! and the reading, working and writing.

use std::any::Any;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use rayon::ThreadPool;

use crate::error::DocumentError;

/// Runs `work` on all threads of the pool, and passes results to `sink` in the order in which `source` gave
/// the input.
///
/// Each thread owns one slot, made by `slot`: it holds a unit of input, the result of the work on it, and
/// buffers that are used again for the next unit. A thread lets `source` fill its slot, works on it, waits
/// for its turn and passes it to `sink`. So memory never holds more units than there are threads, and
/// buffers need not be allocated again. `source` returns `Ok(false)` at the end of the input.
///
/// ```
/// use dechaff::batch;
///
/// let pool = rayon::ThreadPoolBuilder::new().num_threads(4).build()?;
/// let (mut numbers, mut squares) = (0..100_u64, Vec::new());
/// batch::in_order(
///     &pool,
///     || 0,
///     |slot| Ok::<_, ()>(numbers.next().map(|n| *slot = n).is_some()),
///     |slot| *slot *= *slot,
///     |slot| Ok(squares.push(*slot)),
/// )
/// .unwrap();
/// assert_eq!(squares[..4], [0, 1, 4, 9]);
/// # Ok::<(), rayon::ThreadPoolBuildError>(())
/// ```
///
/// # Errors
/// The first error of `source` or `sink`. Units that `source` gave before its error still reach `sink`;
/// after an error of `sink` it is not called again.
///
/// # Panics
/// If `slot`, `source`, `work` or `sink` panics, once all threads have stopped. [`guarded`] in `work` keeps
/// one bad document from ending the batch.
pub fn in_order<S, E: Send>(
    pool: &ThreadPool,
    slot: impl Fn() -> S + Sync,
    source: impl FnMut(&mut S) -> Result<bool, E> + Send,
    work: impl Fn(&mut S) + Sync,
    sink: impl FnMut(&mut S) -> Result<(), E> + Send,
) -> Result<(), E> {
    let source = Mutex::new(Intake { fill: source, next: 0, dry: false });
    let sink = Mutex::new(Delivery { take: sink, turn: 0, stopped: false });
    let turned = Condvar::new();
    let end: Mutex<Option<End<E>>> = Mutex::new(None);

    let stop = |why: End<E>| {
        lock(&end).get_or_insert(why);
        lock(&sink).stopped = true;
        turned.notify_all();
        // The intake comes last: a thread may hold its lock for long, waiting for input that never comes.
        lock(&source).dry = true;
    };
    let thread = || -> Result<(), E> {
        let mut slot = slot();
        loop {
            let number = {
                let mut source = lock(&source);
                if source.dry {
                    return Ok(());
                }
                match (source.fill)(&mut slot) {
                    Ok(true) => {}
                    Ok(false) => {
                        source.dry = true;
                        return Ok(());
                    }
                    Err(error) => {
                        source.dry = true;
                        // Earlier units are still being worked on and must arrive, so the delivery goes on.
                        lock(&end).get_or_insert(End::Error(error));
                        return Ok(());
                    }
                }
                source.next += 1;
                source.next - 1
            };
            work(&mut slot);
            let mut sink = lock(&sink);
            while sink.turn != number && !sink.stopped {
                sink = turned.wait(sink).unwrap_or_else(PoisonError::into_inner);
            }
            if sink.stopped {
                return Ok(());
            }
            (sink.take)(&mut slot)?;
            sink.turn += 1;
            drop(sink);
            turned.notify_all();
        }
    };
    // A panic must reach `stop` before its thread ends, or the other threads would wait forever for the turn
    // of its unit.
    pool.broadcast(|_| match catch_unwind(AssertUnwindSafe(thread)) {
        Ok(Ok(())) => {}
        Ok(Err(error)) => stop(End::Error(error)),
        Err(panic) => stop(End::Panic(panic)),
    });
    match end.into_inner().unwrap_or_else(PoisonError::into_inner) {
        None => Ok(()),
        Some(End::Error(error)) => Err(error),
        Some(End::Panic(panic)) => resume_unwind(panic),
    }
}

/// The source, and its state under one lock.
struct Intake<F> {
    fill: F,
    /// The number of the next unit, counted from 0.
    next: u64,
    /// True if the source must not be called again.
    dry: bool,
}

/// The sink, and its state under one lock.
struct Delivery<F> {
    take: F,
    /// The number of the unit that the sink gets next.
    turn: u64,
    /// True if the sink must not be called again.
    stopped: bool,
}

/// The reason why a batch ended early.
enum End<E> {
    Error(E),
    Panic(Box<dyn Any + Send>),
}

/// Locks a mutex even if another thread has panicked: `stop` still has to set the flags inside, which are
/// always valid.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Runs `work` on one document and turns a panic into the document's error.
///
/// # Errors
/// `internal error: …` with the panic's message, if `work` panics.
pub fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, DocumentError> {
    let outer = GUARDED.replace(true);
    let result = catch_unwind(AssertUnwindSafe(work));
    GUARDED.set(outer);
    result.map_err(|panic| DocumentError::new(format!("internal error: {}", message(&*panic))))
}

/// True inside [`guarded`] on this thread. A panic will be reported as an error then, so a panic hook may
/// stay silent.
#[must_use]
pub fn is_guarded() -> bool {
    GUARDED.get()
}

fn message(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("panic")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pool(threads: usize) -> ThreadPool {
        rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool")
    }

    /// The squares of the numbers below `limit`. Every seventh unit takes far longer, so that threads
    /// overtake each other.
    fn squares(threads: usize, limit: u64) -> Vec<u64> {
        let (mut numbers, mut out) = (0..limit, Vec::new());
        in_order(
            &pool(threads),
            || 0,
            |slot| Ok::<_, ()>(numbers.next().map(|n| *slot = n).is_some()),
            |slot| {
                if *slot % 7 == 0 {
                    std::thread::sleep(std::time::Duration::from_micros(300));
                }
                *slot *= *slot;
            },
            |slot| {
                out.push(*slot);
                Ok(())
            },
        )
        .expect("no error");
        out
    }

    #[test]
    fn order_is_the_same_at_any_thread_count() {
        let expected: Vec<u64> = (0..500).map(|n| n * n).collect();
        for threads in [1, 2, 8] {
            assert_eq!(squares(threads, 500), expected, "{threads} threads");
        }
        assert!(squares(8, 0).is_empty());
    }

    #[test]
    fn an_error_of_the_sink_ends_everything() {
        for threads in [1, 2, 8] {
            let (mut n, mut taken) = (0, Vec::new());
            let result = in_order(
                &pool(threads),
                || 0,
                |slot| {
                    n += 1;
                    *slot = n;
                    Ok(true)
                },
                |_| {},
                |slot| {
                    taken.push(*slot);
                    if *slot == 20 { Err("full") } else { Ok(()) }
                },
            );
            assert_eq!(result, Err("full"));
            assert_eq!(taken, (1..=20).collect::<Vec<_>>());
        }
    }

    #[test]
    fn what_came_before_an_error_of_the_source_arrives() {
        for threads in [1, 2, 8] {
            let (mut n, mut taken) = (0, Vec::new());
            let result = in_order(
                &pool(threads),
                || 0,
                |slot| {
                    n += 1;
                    *slot = n;
                    if n > 20 { Err("torn") } else { Ok(true) }
                },
                |slot| std::thread::sleep(std::time::Duration::from_micros(50 * (*slot % 5))),
                |slot| {
                    taken.push(*slot);
                    Ok(())
                },
            );
            assert_eq!(result, Err("torn"));
            assert_eq!(taken, (1..=20).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_panic_anywhere_ends_all_threads_and_is_passed_on() {
        for threads in [1, 2, 8] {
            for place in ["source", "work", "sink"] {
                let mut n = 0;
                let panic = catch_unwind(AssertUnwindSafe(|| {
                    let _: Result<(), ()> = in_order(
                        &pool(threads),
                        || 0,
                        |slot| {
                            n += 1;
                            *slot = n;
                            assert!(place != "source" || n < 20, "source");
                            Ok(true)
                        },
                        |slot| assert!(place != "work" || *slot < 20, "work"),
                        |slot| {
                            assert!(place != "sink" || *slot < 20, "sink");
                            Ok(())
                        },
                    );
                }))
                .expect_err("a panic");
                assert!(message(&*panic).contains(place));
            }
        }
    }

    #[test]
    fn a_guarded_panic_is_a_failure_of_its_document() {
        let result = guarded(|| {
            assert!(is_guarded());
            panic!("line {} is odd", 3)
        });
        let result: Result<(), DocumentError> = result;
        assert_eq!(result.expect_err("a failure").to_string(), "internal error: line 3 is odd");
        assert!(!is_guarded());
        assert_eq!(guarded(|| 1).expect("a result"), 1);
    }
}
