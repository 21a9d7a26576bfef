// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Memory of running programs: aligned buffers, the arena of each calling thread, scratch buffers of kernels, and
//! recycled storage for outputs.
//!
//! Invariant: in the steady state nothing here allocates. A thread's arena serves all programs that the thread runs and
//! is as large as the largest of them needs. Each thread keeps its scratch buffers, which never shrink. The storage
//! that is kept for outputs does not grow with the number of their sizes, and what is not used goes after a while.

use std::alloc::{Layout, alloc, dealloc};
use std::cell::RefCell;
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::ptr::NonNull;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use gomlx_ir::{AlignedBytes, Code, Diagnostic, Recycle, Result, memory};

/// Alignment of every buffer: a cache line, and the widest vector.
pub(crate) const ALIGN: usize = 64;

/// The least size of a buffer that uses huge pages: its first touch takes a quarter of the time, and later accesses
/// miss the TLB less often.
const HUGE: usize = 2 << 20;

/// An uninitialised byte buffer, aligned to [`ALIGN`].
#[derive(Debug)]
pub(crate) struct AlignedBuf {
    ptr: NonNull<u8>,
    layout: Option<Layout>,
}

// SAFETY: the buffer is owned plain memory.
unsafe impl Send for AlignedBuf {}
// SAFETY: shared references give out no access, only the address.
unsafe impl Sync for AlignedBuf {}

impl AlignedBuf {
    /// Makes a buffer without memory; its pointer is aligned and dangling.
    pub(crate) const fn empty() -> Self {
        AlignedBuf { ptr: NonNull::<AlignedUnit>::dangling().cast(), layout: None }
    }

    /// Allocates at least `len` bytes, without writing them.
    ///
    /// # Errors
    /// If the machine refuses the memory.
    pub(crate) fn new(len: usize) -> Result<Self> {
        if len == 0 {
            return Ok(AlignedBuf::empty());
        }
        let align = if len >= HUGE { HUGE } else { ALIGN };
        let layout = len.checked_next_multiple_of(align).and_then(|len| Layout::from_size_align(len, align).ok());
        // SAFETY: the layout's size is not zero.
        let allocated = layout.and_then(|layout| Some((NonNull::new(unsafe { alloc(layout) })?, layout)));
        let Some((ptr, layout)) = allocated else {
            return Err(Diagnostic::new(Code::Memory, format!("there is no memory for {len} bytes of temporaries")));
        };
        if align == HUGE {
            advise_huge(ptr, layout.size());
        }
        Ok(AlignedBuf { ptr, layout: Some(layout) })
    }

    /// The size in bytes.
    pub(crate) fn len(&self) -> usize {
        self.layout.map_or(0, |l| l.size())
    }

    /// The address; it stays the same until the buffer is dropped.
    pub(crate) fn as_ptr(&self) -> *mut u8 {
        self.ptr.as_ptr()
    }
}

impl Drop for AlignedBuf {
    fn drop(&mut self) {
        if let Some(layout) = self.layout {
            // SAFETY: allocated in `new` with this layout, and freed nowhere else.
            unsafe { dealloc(self.ptr.as_ptr(), layout) }
        }
    }
}

#[repr(align(64))]
struct AlignedUnit;

#[cfg(target_os = "linux")]
fn advise_huge(ptr: NonNull<u8>, len: usize) {
    // SAFETY: the range is one live allocation of ours, and the advice changes no contents. A refusal is harmless.
    unsafe {
        libc::madvise(ptr.as_ptr().cast(), len, libc::MADV_HUGEPAGE);
    }
}

#[cfg(not(target_os = "linux"))]
fn advise_huge(_: NonNull<u8>, _: usize) {}

thread_local! {
    static ARENA: RefCell<AlignedBuf> = const { RefCell::new(AlignedBuf::empty()) };
    static SCRATCH: RefCell<Vec<AlignedBuf>> = const { RefCell::new(Vec::new()) };
}

/// Lends the calling thread's arena, at least `bytes` large and aligned to [`ALIGN`], to `f`.
///
/// Its contents are arbitrary, such as the bytes of the last program. A program that `f` runs gets another buffer.
///
/// # Errors
/// If the machine refuses the memory; then `f` does not run.
pub(crate) fn with_arena<R>(bytes: usize, f: impl FnOnce(*mut u8) -> R) -> Result<R> {
    // The arena is taken out, so that a program that `f` runs finds another one. A thread that is ending has none.
    let mut arena = ARENA.try_with(|kept| kept.replace(AlignedBuf::empty())).unwrap_or(AlignedBuf::empty());
    if arena.len() < bytes {
        // Frees the old arena first: two arenas never exist at once.
        drop(arena);
        arena = AlignedBuf::new(bytes)?;
    }
    let r = f(arena.as_ptr());
    let _ = ARENA.try_with(|kept| {
        if kept.borrow().len() < arena.len() {
            kept.replace(arena);
        }
    });
    Ok(r)
}

/// The payload of an unwinding that ends a run because the machine refused memory for scratch.
struct Refused(Diagnostic);

/// Lends an uninitialised scratch buffer of at least `bytes`, aligned to [`ALIGN`], to `f`. Calls nest.
///
/// If the machine refuses the memory, the thread unwinds to [`or_refused`], from a worker through the pool: kernels
/// need not pass on an error that a run asks about before it begins.
pub(crate) fn with_scratch<R>(bytes: usize, f: impl FnOnce(*mut u8) -> R) -> R {
    // A thread that is ending may have dropped its buffers.
    let mut buf = SCRATCH.try_with(|free| free.borrow_mut().pop()).ok().flatten().unwrap_or(AlignedBuf::empty());
    if buf.len() < bytes {
        drop(buf);
        buf = AlignedBuf::new(bytes).unwrap_or_else(|error| resume_unwind(Box::new(Refused(error))));
    }
    let r = f(buf.as_ptr());
    let _ = SCRATCH.try_with(|free| free.borrow_mut().push(buf));
    r
}

/// Runs `f`.
///
/// # Errors
/// The errors of `f`; if the machine refuses memory for scratch.
pub(crate) fn or_refused<R>(f: impl FnOnce() -> Result<R>) -> Result<R> {
    catch_unwind(AssertUnwindSafe(f)).unwrap_or_else(|payload| match payload.downcast::<Refused>() {
        Ok(refused) => Err(refused.0),
        Err(other) => resume_unwind(other),
    })
}

/// Keeps the storage of dropped outputs, by size, for later outputs. What is asked for seldom goes: new storage
/// replaces the oldest, and each call frees what is older than [`OutputPool::OLD`].
#[derive(Default)]
pub(crate) struct OutputPool {
    free: Mutex<FreeLists>,
}

#[derive(Default)]
struct FreeLists {
    by_len: HashMap<usize, Vec<Kept>>,
    /// Bytes of all storage that is kept.
    kept: usize,
    /// When old storage was last looked for.
    swept: Option<Instant>,
}

/// Storage that is kept since a time.
struct Kept {
    bytes: AlignedBytes,
    since: Instant,
}

impl FreeLists {
    /// Takes out the storage that is old at a time, if it was not looked for lately.
    fn old(&mut self, now: Instant) -> Vec<Kept> {
        if now.duration_since(*self.swept.get_or_insert(now)) < OutputPool::OLD / 8 {
            return vec![];
        }
        self.swept = Some(now);
        let mut out = vec![];
        self.by_len.retain(|len, kept| {
            // The last is reused first, so that the first are the oldest.
            let old = kept.partition_point(|k| now.duration_since(k.since) >= OutputPool::OLD);
            self.kept -= old * len;
            out.extend(kept.drain(..old));
            !kept.is_empty()
        });
        out
    }

    /// Takes out the storage that is kept for the longest time, until `len` bytes are out or few are kept.
    fn stale(&mut self, len: usize) -> Vec<AlignedBytes> {
        let mut out = vec![];
        if self.kept <= OutputPool::FEW {
            return out;
        }
        let mut by_age: Vec<(Instant, usize)> =
            self.by_len.iter().flat_map(|(&len, kept)| kept.iter().map(move |k| (k.since, len))).collect();
        by_age.sort_unstable();
        let mut freed = 0;
        for (_, kept) in by_age {
            if freed >= len || self.kept <= OutputPool::FEW {
                break;
            }
            // The first of a size is its oldest, because the last is reused first.
            let Some(of_len) = self.by_len.get_mut(&kept) else { continue };
            out.push(of_len.remove(0).bytes);
            if of_len.is_empty() {
                self.by_len.remove(&kept);
            }
            freed += kept;
            self.kept -= kept;
        }
        out
    }
}

impl OutputPool {
    /// The most bytes that the pool keeps; it frees any storage beyond them.
    const MAX_KEPT: usize = 1 << 30;
    /// So many bytes are kept for a while although their sizes are not asked for.
    const FEW: usize = 64 << 20;
    /// The longest time that storage is kept without being used, while programs run.
    const OLD: Duration = Duration::from_secs(8);

    /// The pool of the process.
    pub(crate) fn shared() -> &'static Arc<OutputPool> {
        static POOL: OnceLock<Arc<OutputPool>> = OnceLock::new();
        POOL.get_or_init(Arc::default)
    }

    /// Gives storage of exactly `len` bytes. Their contents are arbitrary but initialised. New storage replaces storage
    /// that has been kept for long.
    ///
    /// # Errors
    /// If the machine refuses the memory.
    pub(crate) fn take(&self, len: usize) -> Result<AlignedBytes> {
        self.take_at(len, Instant::now())
    }

    fn take_at(&self, len: usize, now: Instant) -> Result<AlignedBytes> {
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let reused = free.by_len.get_mut(&len).and_then(Vec::pop);
        if reused.is_some() {
            free.kept -= len;
        }
        let old = free.old(now);
        let stale = if reused.is_some() { vec![] } else { free.stale(len) };
        drop(free);
        drop((old, stale));
        reused.map_or_else(|| memory::zeros(len), |kept| Ok(kept.bytes))
    }
}

impl Recycle for OutputPool {
    fn recycle(&self, bytes: AlignedBytes) {
        let len = bytes.len();
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        if len > 0 && free.kept + len <= OutputPool::MAX_KEPT {
            free.kept += len;
            free.by_len.entry(len).or_default().push(Kept { bytes, since: Instant::now() });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::pool::{parallel_for, with_threads};

    #[test]
    fn buffers_are_aligned() {
        for len in [0, 1, 63, 64, 4097, HUGE, HUGE + 1] {
            let buf = AlignedBuf::new(len).expect("little memory");
            assert!(buf.len() >= len && buf.as_ptr().addr().is_multiple_of(ALIGN));
            assert_eq!(buf.layout.is_none(), len == 0);
        }
    }

    #[test]
    fn the_arena_grows_and_stays() {
        let arena = |bytes| with_arena(bytes, |p| p).expect("little memory");
        let big = arena(10_000);
        assert_eq!(arena(100), big, "a smaller program reuses the same memory");
        with_arena(100, |outer| {
            assert_eq!(outer, big);
            assert_ne!(arena(100), outer);
        })
        .expect("little memory");
        assert_eq!(AlignedBuf::new(1 << 60).expect_err("an exbibyte").code, Code::Memory);
    }

    #[test]
    fn nested_scratch_is_disjoint_and_reused() {
        let (a, b) = with_scratch(256, |a| with_scratch(256, |b| (a, b)));
        assert_ne!(a, b);
        let again = with_scratch(256, |a| with_scratch(256, |b| (a, b)));
        assert_eq!(again, (a, b));
    }

    #[test]
    fn dropped_outputs_are_used_again() {
        let pool = OutputPool::default();
        let take = |len| pool.take(len).expect("little memory");
        let first = take(1000);
        let address = first.as_ptr();
        pool.recycle(first);
        assert_ne!(take(999).as_ptr(), address, "sizes do not mix");
        assert_eq!(take(1000).as_ptr(), address);
    }

    #[test]
    fn refused_scratch_is_an_error_on_every_thread() {
        let refused = or_refused(|| {
            with_threads(2, || parallel_for(8, 1e6, &|tile| with_scratch(if tile == 7 { 1 << 60 } else { 8 }, |_| ())));
            Ok(())
        });
        assert_eq!(refused.expect_err("an exbibyte").code, Code::Memory);
        let caught = catch_unwind(|| or_refused(|| -> Result<()> { panic!("another") }));
        assert_eq!(caught.expect_err("panics go on").downcast_ref(), Some(&"another"));
    }

    #[test]
    fn old_storage_is_freed_while_programs_run() {
        let pool = OutputPool::default();
        let kept = || pool.free.lock().expect("no panic").kept;
        let start = Instant::now();
        let bytes = pool.take_at(5000, start).expect("little memory");
        pool.recycle(bytes);
        let later = |seconds, len| {
            let bytes = pool.take_at(len, start + Duration::from_secs(seconds)).expect("little memory");
            pool.recycle(bytes);
            kept()
        };
        assert_eq!(later(5, 1000), 6000, "young storage stays");
        assert_eq!(later(20, 1000), 1000, "what is used stays, and the old goes");
    }

    #[test]
    fn sizes_that_nobody_asks_for_are_freed() {
        let pool = OutputPool::default();
        for len in (0..20_000).map(|i| 40_000 + i) {
            let bytes = pool.take(len).expect("little memory");
            pool.recycle(bytes);
            let kept = pool.free.lock().expect("no panic").kept;
            assert!(kept <= OutputPool::FEW + len, "{kept} bytes are kept");
        }
        // Two sizes that alternate stay.
        let large = OutputPool::FEW;
        let mut addresses = vec![];
        for _ in 0..3 {
            for len in [large, large + ALIGN] {
                let bytes = pool.take(len).expect("little memory");
                addresses.push(bytes.as_ptr());
                pool.recycle(bytes);
            }
        }
        assert_eq!(pool.free.lock().expect("no panic").by_len.values().map(Vec::len).max(), Some(1));
    }
}
