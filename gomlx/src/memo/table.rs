// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The executables of one graph function: one per key, bounded, each compiled once.

use std::any::TypeId;
use std::panic::Location;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock};

use gomlx_ir::{Buffer, Executable, Module};
use rustc_hash::FxHashMap;

use super::describe::{Description, varying};
use crate::Result;
use crate::call::{self, Contract, Signature};

/// Executables kept for one function.
const CAPACITY: usize = 64;

/// The executables of one graph function.
///
/// Concurrent first callers of one key wait for one compile; other keys are not blocked. The least recently used
/// executable makes room when there are more than 64.
pub struct Memo {
    /// The contract of the function as it is written, and where its result is.
    written: Option<(&'static str, &'static Location<'static>)>,
    contract: OnceLock<Contract>,
    capacity: usize,
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
    /// What the entry was compiled for; readable while another thread holds the entry.
    description: OnceLock<Description>,
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
    /// For each input, whether its buffer is given up.
    pub(crate) donated: Vec<bool>,
}

impl Memo {
    /// An empty memo of the graph function with this contract, whose result is written at the caller.
    #[doc(hidden)]
    #[track_caller]
    pub const fn of(contract: &'static str) -> Memo {
        Memo::empty(Some((contract, Location::caller())), CAPACITY)
    }

    /// The signature of an instance of the function, given the values of the constants in its contract.
    pub(crate) fn signature<'a>(&'static self, instance: TypeId, constants: &'a [usize]) -> Signature<'a> {
        let (text, place) = self.written.expect("the memo of a graph function has its contract");
        Signature { contract: self.contract.get_or_init(|| call::read(text)), instance, constants, place }
    }

    /// An empty memo for so many executables.
    pub(crate) const fn with_capacity(capacity: usize) -> Memo {
        Memo::empty(None, capacity)
    }

    const fn empty(written: Option<(&'static str, &'static Location<'static>)>, capacity: usize) -> Memo {
        Memo {
            written,
            contract: OnceLock::new(),
            capacity,
            table: Mutex::new(None),
            clock: AtomicU64::new(0),
            hits: AtomicU64::new(0),
            compiles: AtomicU64::new(0),
        }
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

    /// What was compiled before that differs least from `description`, and how; the last compiled of those.
    pub(crate) fn nearest(&self, description: &Description) -> Option<Vec<String>> {
        let table = self.lock();
        let slots = table.as_ref()?.slots.values();
        let known = slots.filter_map(|s| Some((s.description.get()?.differences(description).len(), s)));
        let (_, slot) = known.min_by_key(|(count, s)| (*count, std::cmp::Reverse(s.last_use.load(Ordering::Relaxed))))?;
        Some(description.differences(slot.description.get()?))
    }

    /// The entry of a key, compiled now if there is none.
    pub(crate) fn get(&self, function: &str, key: &[u64], compile: &mut dyn FnMut() -> Result<(Entry, Description)>) -> Result<Arc<Entry>> {
        let slot = self.slot(function, key);
        let mut place = Forget { memo: self, key, slot: &slot, kept: false };
        // A panic while tracing leaves `None` behind the poisoned lock, which whoever waits for it fills.
        let mut entry = slot.entry.lock().unwrap_or_else(|e| e.into_inner());
        if let Some(entry) = &*entry {
            self.hits.fetch_add(1, Ordering::Relaxed);
            place.kept = true;
            return Ok(entry.clone());
        }
        let (compiled, description) = compile()?;
        let compiled = Arc::new(compiled);
        let _ = slot.description.set(description);
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
        if table.slots.len() >= self.capacity {
            table.evict(function, self.capacity);
        }
        let slot = Arc::new(Slot { entry: Mutex::default(), description: OnceLock::new(), last_use: AtomicU64::new(now) });
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
    fn evict(&mut self, function: &str, capacity: usize) {
        if !std::mem::replace(&mut self.warned, true) {
            let known: Vec<&Description> = self.slots.values().filter_map(|s| s.description.get()).collect();
            let varies = varying(&known).unwrap_or_else(|| "what varies".to_owned());
            crate::log::warn(format_args!(
                "`{function}` was compiled for more than {capacity} keys, and forgets the oldest; pad or bucket {varies}"
            ));
        }
        let oldest = self.slots.iter().min_by_key(|(_, slot)| slot.last_use.load(Ordering::Relaxed));
        if let Some(key) = oldest.map(|(key, _)| key.clone()) {
            self.slots.remove(&key);
        }
    }
}
