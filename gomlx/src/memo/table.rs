// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The executables of one graph function: one per key, bounded, each compiled once.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use gomlx_ir::{Buffer, Executable, Module};
use rustc_hash::FxHashMap;

use crate::Result;

/// Executables kept for one function.
const CAPACITY: usize = 64;

/// The executables of one graph function.
///
/// Concurrent first callers of one key wait for one compile; other keys are not blocked. The least recently used
/// executable makes room when there are more than 64.
#[derive(Default)]
pub struct Memo {
    table: Mutex<Option<Table>>,
    clock: AtomicU64,
    hits: AtomicU64,
    compiles: AtomicU64,
}

/// What a memo has done so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MemoStats {
    /// Calls that found their executable.
    pub hits: u64,
    /// Executables compiled.
    pub compiles: u64,
    /// Executables kept now.
    pub entries: usize,
}

#[derive(Default)]
struct Table {
    slots: FxHashMap<Box<[u64]>, Arc<Slot>>,
    warned: bool,
}

/// A key's place: the lock is held by whoever compiles.
struct Slot {
    entry: Mutex<Option<Arc<Entry>>>,
    last_use: AtomicU64,
}

/// A compiled graph, and how its inputs and outputs meet the function's.
pub(crate) struct Entry {
    pub(crate) executable: Arc<dyn Executable>,
    /// The graph, for whoever has to look at it again.
    pub(crate) module: Module,
    /// Concrete tensors that the trace met, which follow the arguments.
    pub(crate) captures: Vec<Buffer>,
    /// For each leaf of the state, in order, the output that replaces it; `None` if the graph leaves it as it is.
    pub(crate) state: Vec<Option<usize>>,
    /// The function's result as traced: its structure is that of every result.
    pub(crate) result: Box<dyn std::any::Any + Send + Sync>,
    /// The output of the result's first leaf.
    pub(crate) first_result: usize,
}

impl Memo {
    /// An empty memo.
    pub const fn new() -> Memo {
        Memo { table: Mutex::new(None), clock: AtomicU64::new(0), hits: AtomicU64::new(0), compiles: AtomicU64::new(0) }
    }

    /// What it has done so far.
    pub fn stats(&self) -> MemoStats {
        MemoStats {
            hits: self.hits.load(Ordering::Relaxed),
            compiles: self.compiles.load(Ordering::Relaxed),
            entries: self.lock().as_ref().map_or(0, |t| t.slots.len()),
        }
    }

    /// Forgets every executable.
    pub fn clear(&self) {
        *self.lock() = None;
    }

    /// The entry of a key, compiled now if there is none.
    pub(crate) fn get(&self, function: &str, key: &[u64], compile: impl FnOnce() -> Result<Entry>) -> Result<Arc<Entry>> {
        let slot = self.slot(function, key);
        let mut place = Forget { memo: self, key, slot: &slot, kept: false };
        // A panic while tracing leaves `None` behind the poisoned lock, which whoever waits for it fills.
        let mut entry = slot.entry.lock().unwrap_or_else(|e| e.into_inner());
        if let Some(entry) = &*entry {
            self.hits.fetch_add(1, Ordering::Relaxed);
            place.kept = true;
            return Ok(entry.clone());
        }
        let compiled = Arc::new(compile()?);
        self.compiles.fetch_add(1, Ordering::Relaxed);
        *entry = Some(compiled.clone());
        place.kept = true;
        Ok(compiled)
    }

    fn slot(&self, function: &str, key: &[u64]) -> Arc<Slot> {
        let now = self.clock.fetch_add(1, Ordering::Relaxed);
        let mut table = self.lock();
        let table = table.get_or_insert_default();
        if let Some(slot) = table.slots.get(key) {
            slot.last_use.store(now, Ordering::Relaxed);
            return slot.clone();
        }
        if table.slots.len() >= CAPACITY {
            table.evict(function);
        }
        let slot = Arc::new(Slot { entry: Mutex::default(), last_use: AtomicU64::new(now) });
        table.slots.insert(key.into(), slot.clone());
        slot
    }

    fn lock(&self) -> MutexGuard<'_, Option<Table>> {
        self.table.lock().unwrap_or_else(|e| e.into_inner())
    }
}

/// Removes the slot of a key when its graph could not be made: mistakes take no room.
struct Forget<'a> {
    memo: &'a Memo,
    key: &'a [u64],
    slot: &'a Arc<Slot>,
    kept: bool,
}

impl Drop for Forget<'_> {
    fn drop(&mut self) {
        if self.kept {
            return;
        }
        let mut table = self.memo.lock();
        if let Some(table) = &mut *table
            && table.slots.get(self.key).is_some_and(|slot| Arc::ptr_eq(slot, self.slot))
        {
            table.slots.remove(self.key);
        }
    }
}

impl Table {
    fn evict(&mut self, function: &str) {
        let oldest = self.slots.iter().min_by_key(|(_, slot)| slot.last_use.load(Ordering::Relaxed));
        if let Some(key) = oldest.map(|(key, _)| key.clone()) {
            self.slots.remove(&key);
        }
        if !std::mem::replace(&mut self.warned, true) {
            eprintln!(
                "gomlx: `{function}` was compiled for more than {CAPACITY} keys, and forgets the oldest; pad or bucket the axis that varies"
            );
        }
    }
}
