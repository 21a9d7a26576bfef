// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Raw pointers that tiles of a job use on several threads.

/// A raw pointer that tiles on several threads may use; the tiles' writes must be disjoint.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shared<T>(*mut T);

// SAFETY: `Shared` only carries an address. Only unsafe blocks of kernels dereference it. The tiles of a kernel write
// disjoint elements, and nobody writes the kernel's inputs during the run.
unsafe impl<T> Send for Shared<T> {}
// SAFETY: as for `Send`.
unsafe impl<T> Sync for Shared<T> {}

impl<T> Shared<T> {
    pub(crate) fn new(p: *mut T) -> Self {
        Shared(p)
    }

    pub(crate) fn from_const(p: *const T) -> Self {
        Shared(p.cast_mut())
    }

    /// The pointer itself. It is a method because closures must capture the whole `Shared`.
    pub(crate) fn get(self) -> *mut T {
        self.0
    }
}
