// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! One thread pool for the process.
//!
//! A job is a number of tiles and a function of the tile index. The caller and the workers claim tiles from a shared
//! counter. Workers spin for a short while after a job and then park. To hand work to a spinning worker takes well
//! under a microsecond, to wake a parked one takes tens; short jobs therefore go only to workers that are awake.
//!
//! Invariant: the caller never waits for a worker that has not joined. When no tiles are left, the caller closes the
//! job and waits only for workers that still run their last tile.
//! Invariant: the pool runs one job at a time. A nested call, or a call from another thread while a job runs, runs its
//! tiles serially on its own thread, which rules out deadlocks.

use std::any::Any;
use std::cell::Cell;
use std::hint::spin_loop;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::thread::Thread;
use std::time::{Duration, Instant};

use gomlx_files::environment::THREADS;

use super::subnormals::Mode;

/// The least work per thread for which a split pays, in nanoseconds.
const MIN_NS_PER_THREAD: f64 = 4_000.0;
/// The least predicted time of a job that wakes parked workers, in nanoseconds.
const WAKE_NS: f64 = 60_000.0;
/// How long an idle worker spins before it parks.
const SPIN: Duration = Duration::from_micros(150);
/// How long an idle worker spins while an executable runs.
const SPIN_AWAKE: Duration = Duration::from_millis(2);
const MAX_THREADS: usize = 256;

/// The most threads that a job of this thread may use, the caller included.
pub(crate) fn threads() -> usize {
    match LIMIT.get() {
        0 => pool().limit,
        n => n,
    }
}

/// Runs `f`. Jobs that this thread starts meanwhile use at most `n` threads, the thread itself included. Results do not
/// depend on `n`.
pub fn with_threads<R>(n: usize, f: impl FnOnce() -> R) -> R {
    struct Restore(usize);
    impl Drop for Restore {
        fn drop(&mut self) {
            LIMIT.set(self.0);
        }
    }
    let _restore = Restore(LIMIT.replace(n.clamp(1, MAX_THREADS)));
    f()
}

/// Makes idle workers spin for longer before they park, until the guard is dropped. A running program holds a guard.
pub(crate) fn keep_awake() -> KeepAwake {
    pool().awake.fetch_add(1, Ordering::Relaxed);
    KeepAwake(())
}

/// Guard of [`keep_awake`].
#[derive(Debug)]
pub(crate) struct KeepAwake(());

impl Drop for KeepAwake {
    fn drop(&mut self) {
        pool().awake.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Calls `f(0)`, ..., `f(tiles - 1)`, each once, on up to [`threads`] threads, and returns when all calls have ended.
///
/// `cost_ns_per_tile` is the predicted time of one tile; a job with a small total runs on the caller alone. Tiles must
/// not depend on each other. If a tile panics, the pool skips the tiles that have not begun, and the panic continues on
/// the caller.
pub(crate) fn parallel_for(tiles: usize, cost_ns_per_tile: f64, f: &(dyn Fn(usize) + Sync)) {
    let total = tiles as f64 * cost_ns_per_tile;
    let by_cost = (total / MIN_NS_PER_THREAD) as usize;
    if tiles < 2 || by_cost < 2 {
        return (0..tiles).for_each(f);
    }
    let want = threads().min(tiles).min(by_cost);
    if want < 2 {
        return (0..tiles).for_each(f);
    }
    let pool = pool();
    if pool.busy.swap(true, Ordering::Acquire) {
        return (0..tiles).for_each(f);
    }
    pool.run(tiles, want - 1, total >= WAKE_NS, f);
}

thread_local! {
    /// The limit that [`with_threads`] set for this thread; 0 if there is none.
    static LIMIT: Cell<usize> = const { Cell::new(0) };
}

struct Pool {
    limit: usize,
    /// Whether a job is running. Only the thread that set this from false to true writes the other fields.
    busy: AtomicBool,
    gate: Gate,
    awake: AtomicUsize,
    job: Mutex<Option<Job>>,
    tiles: AtomicUsize,
    next: Padded<AtomicUsize>,
    panic: Mutex<Option<Box<dyn Any + Send>>>,
    workers: Mutex<Vec<Worker>>,
    idle: Padded<AtomicUsize>,
}

#[repr(align(128))]
struct Padded<T>(T);

struct Worker {
    thread: Thread,
    parked: &'static AtomicBool,
}

/// The job's function with its lifetime erased, valid while the gate counts a participant; and the floating-point mode
/// of the caller, in which workers run it too.
#[derive(Clone, Copy)]
struct Job(*const (dyn Fn(usize) + Sync), Mode);

// SAFETY: the function behind the pointer is `Sync`, and `Gate` keeps it alive for every worker that joined.
unsafe impl Send for Job {}

/// Admission to the current job: generation (32 bits), free places (16 bits), workers inside (16 bits).
struct Gate(Padded<AtomicU64>);

impl Gate {
    /// Opens a new generation with `places` for workers.
    fn open(&self, places: usize) {
        let generation = (self.0.0.load(Ordering::Relaxed) >> 32).wrapping_add(1);
        self.0.0.store(generation << 32 | (places as u64) << 16, Ordering::Release);
    }

    fn generation(&self) -> u64 {
        self.0.0.load(Ordering::Relaxed) >> 32
    }

    /// Takes a place in the current generation if the generation is newer than `seen` and has a free place.
    fn join(&self, seen: u64) -> Option<u64> {
        let mut now = self.0.0.load(Ordering::Relaxed);
        while now >> 32 != seen && (now >> 16) & 0xffff != 0 {
            let joined = now - (1 << 16) + 1;
            match self.0.0.compare_exchange_weak(now, joined, Ordering::Acquire, Ordering::Relaxed) {
                Ok(_) => return Some(now >> 32),
                Err(other) => now = other,
            }
        }
        None
    }

    fn leave(&self) {
        self.0.0.fetch_sub(1, Ordering::Release);
    }

    /// Takes back all free places and waits until every worker that joined has left.
    fn close(&self) {
        let mut now = self.0.0.fetch_and(!(0xffff << 16), Ordering::Acquire);
        let mut spins = 0u32;
        while now & 0xffff != 0 {
            spins += 1;
            if spins.is_multiple_of(1 << 12) {
                std::thread::yield_now();
            } else {
                spin_loop();
            }
            now = self.0.0.load(Ordering::Acquire);
        }
    }
}

fn pool() -> &'static Pool {
    static POOL: OnceLock<Pool> = OnceLock::new();
    POOL.get_or_init(|| {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let asked = THREADS.read(|text| text.parse().ok().filter(|&n: &usize| n > 0));
        // Threads without a core of their own wait for each other at each job.
        if asked.is_some_and(|asked| asked > cores) {
            THREADS.warn(format_args!("this process has {cores} cores, so that the jit uses {cores} threads"));
        }
        Pool {
            limit: asked.unwrap_or(cores).min(cores).min(MAX_THREADS),
            busy: AtomicBool::new(false),
            gate: Gate(Padded(AtomicU64::new(0))),
            awake: AtomicUsize::new(0),
            job: Mutex::new(None),
            tiles: AtomicUsize::new(0),
            next: Padded(AtomicUsize::new(0)),
            panic: Mutex::new(None),
            workers: Mutex::new(Vec::new()),
            idle: Padded(AtomicUsize::new(0)),
        }
    })
}

impl Pool {
    /// Runs a job on the caller and up to `helpers` workers. The caller holds `busy`; this function releases it.
    fn run(&'static self, tiles: usize, helpers: usize, wake: bool, f: &(dyn Fn(usize) + Sync)) {
        // SAFETY: only the lifetime is erased. `close` returns after every worker that could hold the pointer has
        // left, and no worker can join afterwards, so the borrow outlives all uses.
        let erased: *const (dyn Fn(usize) + Sync) =
            unsafe { std::mem::transmute::<*const (dyn Fn(usize) + Sync + '_), *const (dyn Fn(usize) + Sync + 'static)>(f) };
        *lock(&self.job) = Some(Job(erased, Mode::current()));
        self.tiles.store(tiles, Ordering::Relaxed);
        self.next.0.store(0, Ordering::Relaxed);
        self.gate.open(helpers);
        if wake && self.idle.0.load(Ordering::Relaxed) < helpers {
            self.wake(helpers);
        }
        self.claim(f, tiles);
        self.gate.close();
        let panic = lock(&self.panic).take();
        self.busy.store(false, Ordering::Release);
        if let Some(payload) = panic {
            resume_unwind(payload);
        }
    }

    /// Runs tiles until none is left, and keeps a panic for the caller of the job.
    fn claim(&self, f: &(dyn Fn(usize) + Sync), tiles: usize) {
        let ran = catch_unwind(AssertUnwindSafe(|| {
            loop {
                let tile = self.next.0.fetch_add(1, Ordering::Relaxed);
                if tile >= tiles {
                    break;
                }
                f(tile);
            }
        }));
        if let Err(payload) = ran {
            self.next.0.store(tiles, Ordering::Relaxed);
            lock(&self.panic).get_or_insert(payload);
        }
    }

    /// Starts missing workers and unparks parked ones, until `helpers` workers are awake.
    fn wake(&'static self, helpers: usize) {
        let mut workers = lock(&self.workers);
        while workers.len() < helpers {
            let parked: &'static AtomicBool = Box::leak(Box::new(AtomicBool::new(false)));
            let name = format!("gomlx-{}", workers.len() + 1);
            match std::thread::Builder::new().name(name).spawn(move || self.work(parked)) {
                Ok(handle) => workers.push(Worker { thread: handle.thread().clone(), parked }),
                Err(_) => break,
            }
        }
        for worker in workers.iter().take(helpers) {
            if worker.parked.swap(false, Ordering::AcqRel) {
                worker.thread.unpark();
            }
        }
    }

    fn work(&'static self, parked: &'static AtomicBool) {
        let mut seen = u64::MAX;
        loop {
            seen = self.await_job(seen, parked);
            let job = *lock(&self.job);
            if let Some(Job(f, mode)) = job {
                // SAFETY: this worker is counted in the gate, so the caller of the job still waits in `run`.
                let f = unsafe { &*f };
                let _mode = mode.enter();
                self.claim(f, self.tiles.load(Ordering::Relaxed));
            }
            self.gate.leave();
        }
    }

    /// Spins, then parks, until the worker has joined a job after `seen`. Returns the job's generation.
    fn await_job(&self, seen: u64, parked: &AtomicBool) -> u64 {
        self.idle.0.fetch_add(1, Ordering::Relaxed);
        let mut since = Instant::now();
        let mut spins = 0u32;
        loop {
            if let Some(generation) = self.gate.join(seen) {
                self.idle.0.fetch_sub(1, Ordering::Relaxed);
                return generation;
            }
            spins = spins.wrapping_add(1);
            if !spins.is_multiple_of(64) {
                spin_loop();
                continue;
            }
            let patience = if self.awake.load(Ordering::Relaxed) > 0 { SPIN_AWAKE } else { SPIN };
            if since.elapsed() < patience {
                continue;
            }
            self.idle.0.fetch_sub(1, Ordering::Relaxed);
            parked.store(true, Ordering::SeqCst);
            // A job that opened before `parked` was visible does not unpark this worker, so it checks once more.
            if self.gate.generation() == seen || self.gate.0.0.load(Ordering::SeqCst) >> 16 & 0xffff == 0 {
                while parked.load(Ordering::Acquire) {
                    std::thread::park();
                }
            }
            parked.store(false, Ordering::Relaxed);
            self.idle.0.fetch_add(1, Ordering::Relaxed);
            since = Instant::now();
        }
    }
}

fn lock<T>(m: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    m.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: f64 = 1e6;

    fn counts(tiles: usize, threads: usize) -> Vec<usize> {
        let hits: Vec<AtomicUsize> = (0..tiles).map(|_| AtomicUsize::new(0)).collect();
        with_threads(threads, || {
            parallel_for(tiles, LONG, &|i| {
                hits[i].fetch_add(1, Ordering::Relaxed);
            });
        });
        hits.into_iter().map(AtomicUsize::into_inner).collect()
    }

    #[test]
    fn every_tile_runs_once() {
        for threads in [1, 2, 3, 8] {
            for tiles in [0, 1, 2, 7, 1000] {
                assert_eq!(counts(tiles, threads), vec![1; tiles], "{tiles} tiles on {threads} threads");
            }
        }
    }

    #[test]
    fn nested_and_concurrent_calls_finish() {
        let sum = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..200 {
                        with_threads(3, || {
                            parallel_for(8, LONG, &|_| {
                                parallel_for(4, LONG, &|_| {
                                    sum.fetch_add(1, Ordering::Relaxed);
                                });
                            });
                        });
                    }
                });
            }
        });
        assert_eq!(sum.into_inner(), 4 * 200 * 8 * 4);
    }

    #[test]
    fn a_panic_reaches_the_caller_and_the_pool_survives() {
        for _ in 0..20 {
            let caught = catch_unwind(|| {
                with_threads(2, || {
                    parallel_for(64, LONG, &|i| assert!(i != 13, "tile 13"));
                });
            });
            let payload = caught.expect_err("tile 13 panics");
            assert_eq!(payload.downcast_ref::<&str>(), Some(&"tile 13"));
            assert_eq!(counts(50, 2), vec![1; 50]);
        }
    }

    #[test]
    fn workers_wake_after_parking() {
        for _ in 0..5 {
            std::thread::sleep(Duration::from_millis(3));
            assert_eq!(counts(40, 2), vec![1; 40]);
        }
    }
}
