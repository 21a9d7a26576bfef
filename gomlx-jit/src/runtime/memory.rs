// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Memory of running programs: aligned buffers, the arena of each calling thread, scratch buffers of kernels, and
//! recycled storage for outputs.
//!
//! Invariant: in the steady state nothing here allocates. A thread's arena serves all programs that the thread runs and
//! is as large as the largest of them needs. Each thread keeps its scratch buffers, which never shrink.

use std::alloc::{Layout, alloc, dealloc, handle_alloc_error};
use std::cell::RefCell;
use std::collections::HashMap;
use std::ptr::NonNull;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use gomlx_ir::{AlignedBytes, Recycle};

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
    /// # Panics
    /// If `len` exceeds `isize::MAX`. Aborts when the system is out of memory, as Rust's collections do.
    pub(crate) fn new(len: usize) -> Self {
        if len == 0 {
            return AlignedBuf::empty();
        }
        let align = if len >= HUGE { HUGE } else { ALIGN };
        let layout = Layout::from_size_align(len.next_multiple_of(align), align).expect("size fits isize");
        // SAFETY: the layout's size is not zero.
        let Some(ptr) = NonNull::new(unsafe { alloc(layout) }) else { handle_alloc_error(layout) };
        if align == HUGE {
            advise_huge(ptr, layout.size());
        }
        AlignedBuf { ptr, layout: Some(layout) }
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
pub(crate) fn with_arena<R>(bytes: usize, f: impl FnOnce(*mut u8) -> R) -> R {
    ARENA.with(|arena| match arena.try_borrow_mut() {
        Ok(mut arena) => {
            if arena.len() < bytes {
                // Frees the old arena first: two arenas never exist at once.
                *arena = AlignedBuf::empty();
                *arena = AlignedBuf::new(bytes);
            }
            f(arena.as_ptr())
        }
        Err(_) => f(AlignedBuf::new(bytes).as_ptr()),
    })
}

/// Lends an uninitialised scratch buffer of at least `bytes`, aligned to [`ALIGN`], to `f`. Calls nest.
pub(crate) fn with_scratch<R>(bytes: usize, f: impl FnOnce(*mut u8) -> R) -> R {
    let mut buf = SCRATCH.with_borrow_mut(Vec::pop).unwrap_or(AlignedBuf::empty());
    if buf.len() < bytes {
        drop(buf);
        buf = AlignedBuf::new(bytes);
    }
    let r = f(buf.as_ptr());
    SCRATCH.with_borrow_mut(|free| free.push(buf));
    r
}

/// Keeps the storage of dropped outputs, by size, for later outputs.
#[derive(Default)]
pub(crate) struct OutputPool {
    free: Mutex<FreeLists>,
}

#[derive(Default)]
struct FreeLists {
    by_len: HashMap<usize, Vec<AlignedBytes>>,
    kept: usize,
}

impl OutputPool {
    /// The most bytes that the pool keeps; it frees any storage beyond them.
    const MAX_KEPT: usize = 1 << 30;

    /// The pool of the process.
    pub(crate) fn shared() -> &'static Arc<OutputPool> {
        static POOL: OnceLock<Arc<OutputPool>> = OnceLock::new();
        POOL.get_or_init(Arc::default)
    }

    /// Gives storage of exactly `len` bytes. Their contents are arbitrary but initialised.
    pub(crate) fn take(&self, len: usize) -> AlignedBytes {
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bytes) = free.by_len.get_mut(&len).and_then(Vec::pop) {
            free.kept -= len;
            return bytes;
        }
        drop(free);
        aligned_vec::avec![[ALIGN]| 0u8; len]
    }
}

impl Recycle for OutputPool {
    fn recycle(&self, bytes: AlignedBytes) {
        let len = bytes.len();
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        if len > 0 && free.kept + len <= OutputPool::MAX_KEPT {
            free.kept += len;
            free.by_len.entry(len).or_default().push(bytes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buffers_are_aligned() {
        for len in [0, 1, 63, 64, 4097, HUGE, HUGE + 1] {
            let buf = AlignedBuf::new(len);
            assert!(buf.len() >= len && buf.as_ptr().addr().is_multiple_of(ALIGN));
            assert_eq!(buf.layout.is_none(), len == 0);
        }
    }

    #[test]
    fn the_arena_grows_and_stays() {
        let big = with_arena(10_000, |p| p);
        assert_eq!(with_arena(100, |p| p), big, "a smaller program reuses the same memory");
        with_arena(100, |outer| {
            assert_eq!(outer, big);
            with_arena(100, |inner| assert_ne!(inner, outer));
        });
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
        let first = pool.take(1000);
        let address = first.as_ptr();
        pool.recycle(first);
        assert_ne!(pool.take(999).as_ptr(), address, "sizes do not mix");
        assert_eq!(pool.take(1000).as_ptr(), address);
    }
}
