// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! A bounded table from keys to executables. Each key is compiled once.
//!
//! Invariants: concurrent first callers of one key wait for one compile, and callers of other keys do not wait. When
//! the table is full, the least recently used entry goes. A key whose compile fails takes no room.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock};

use rustc_hash::FxHashMap;

use super::describe::{Description, varying};
use crate::{Result, log};

/// Entries of type `E` by key.
pub(crate) struct Table<E> {
    capacity: usize,
    slots: Mutex<Option<Slots<E>>>,
    clock: AtomicU64,
    hits: AtomicU64,
    compiles: AtomicU64,
}

/// The counts of a memo so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MemoStats {
    /// Calls that found their executable.
    pub hits: u64,
    /// Executables compiled.
    pub compiles: u64,
    /// Executables kept now.
    pub entries: usize,
}

struct Slots<E> {
    by_key: FxHashMap<Box<[u64]>, Arc<Slot<E>>>,
    /// Whether a warning that the table is full was written.
    warned: bool,
}

/// The entry of one key. The thread that compiles it holds the lock.
struct Slot<E> {
    entry: Mutex<Option<Arc<E>>>,
    /// The arguments that the entry was compiled for; readable while another thread holds the entry.
    description: OnceLock<Description>,
    last_use: AtomicU64,
}

impl<E> Table<E> {
    /// An empty table for at most `capacity` entries.
    pub(crate) const fn new(capacity: usize) -> Table<E> {
        Table { capacity, slots: Mutex::new(None), clock: AtomicU64::new(0), hits: AtomicU64::new(0), compiles: AtomicU64::new(0) }
    }

    /// The counts so far.
    pub(crate) fn stats(&self) -> MemoStats {
        MemoStats {
            hits: self.hits.load(Ordering::Relaxed),
            compiles: self.compiles.load(Ordering::Relaxed),
            entries: self.lock().as_ref().map_or(0, |slots| slots.by_key.len()),
        }
    }

    /// Forgets every entry.
    pub(crate) fn clear(&self) {
        *self.lock() = None;
    }

    /// The differences between `description` and the most similar earlier compile (the latest of several). `None` if
    /// there was no earlier compile.
    pub(crate) fn differences(&self, description: &Description) -> Option<Vec<String>> {
        let slots = self.lock();
        let compiled = slots.as_ref()?.by_key.values().filter_map(|slot| Some((slot.description.get()?, slot)));
        let (nearest, _) = compiled
            .min_by_key(|(known, slot)| (known.differences(description).len(), std::cmp::Reverse(slot.last_use.load(Ordering::Relaxed))))?;
        Some(description.differences(nearest))
    }

    /// The entry of a key; `compile` makes it if there is none. `name` is the function that a warning names.
    ///
    /// # Errors
    /// The errors of `compile`.
    pub(crate) fn get_or_compile(&self, name: &str, key: &[u64], compile: impl FnOnce() -> Result<(E, Description)>) -> Result<Arc<E>> {
        let slot = self.slot(name, key);
        let mut guard = RemoveOnFailure { table: self, key, slot: &slot, succeeded: false };
        // A panic while tracing poisons the lock and leaves `None`, which the next thread that waits replaces.
        let mut entry = slot.entry.lock().unwrap_or_else(|e| e.into_inner());
        if let Some(entry) = &*entry {
            self.hits.fetch_add(1, Ordering::Relaxed);
            guard.succeeded = true;
            return Ok(entry.clone());
        }
        let (compiled, description) = compile()?;
        let compiled = Arc::new(compiled);
        let _ = slot.description.set(description);
        self.compiles.fetch_add(1, Ordering::Relaxed);
        *entry = Some(compiled.clone());
        guard.succeeded = true;
        Ok(compiled)
    }

    fn slot(&self, name: &str, key: &[u64]) -> Arc<Slot<E>> {
        let now = self.clock.fetch_add(1, Ordering::Relaxed);
        let mut slots = self.lock();
        let slots = slots.get_or_insert_with(|| Slots { by_key: FxHashMap::default(), warned: false });
        if let Some(slot) = slots.by_key.get(key) {
            slot.last_use.store(now, Ordering::Relaxed);
            return slot.clone();
        }
        if slots.by_key.len() >= self.capacity {
            slots.evict(name, self.capacity);
        }
        let slot = Arc::new(Slot { entry: Mutex::new(None), description: OnceLock::new(), last_use: AtomicU64::new(now) });
        slots.by_key.insert(key.into(), slot.clone());
        slot
    }

    fn lock(&self) -> MutexGuard<'_, Option<Slots<E>>> {
        self.slots.lock().unwrap_or_else(|e| e.into_inner())
    }
}

/// Removes the slot of a key if its compile failed or panicked.
struct RemoveOnFailure<'a, E> {
    table: &'a Table<E>,
    key: &'a [u64],
    slot: &'a Arc<Slot<E>>,
    succeeded: bool,
}

impl<E> Drop for RemoveOnFailure<'_, E> {
    fn drop(&mut self) {
        if self.succeeded {
            return;
        }
        let mut slots = self.table.lock();
        if let Some(slots) = &mut *slots
            && slots.by_key.get(self.key).is_some_and(|slot| Arc::ptr_eq(slot, self.slot))
        {
            slots.by_key.remove(self.key);
        }
    }
}

impl<E> Slots<E> {
    /// Removes the least recently used entry, and warns the first time.
    fn evict(&mut self, name: &str, capacity: usize) {
        if !std::mem::replace(&mut self.warned, true) {
            let known: Vec<&Description> = self.by_key.values().filter_map(|slot| slot.description.get()).collect();
            let varies = varying(&known).unwrap_or_else(|| "what varies".to_owned());
            log::warn(format_args!("`{name}` was compiled for more than {capacity} keys, and forgets the oldest; pad or bucket {varies}"));
        }
        let oldest = self.by_key.iter().min_by_key(|(_, slot)| slot.last_use.load(Ordering::Relaxed));
        if let Some(key) = oldest.map(|(key, _)| key.clone()) {
            self.by_key.remove(&key);
        }
    }
}
