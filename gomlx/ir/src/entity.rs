// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The arenas of a function, and typed indices into them.

use std::fmt;
use std::marker::PhantomData;
use std::ops::{Index, IndexMut};

macro_rules! entity {
    ($(#[doc = $doc:literal] $name:ident $prefix:literal;)*) => { $(
        #[doc = $doc]
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub(crate) u32);

        impl Entity for $name {
            fn new(index: usize) -> $name {
                $name(u32::try_from(index).expect("a function has fewer than 2^32 entities"))
            }
            fn index(self) -> usize {
                self.0 as usize
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "{}"), self.0)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(self, f)
            }
        }
    )* };
}

entity! {
    /// A value: a region's parameter or an instruction's result.
    ValueId "%";
    /// An instruction: one application of an op.
    InstId "inst";
    /// A region: a list of instructions with parameters and results.
    RegionId "region";
}

/// A typed index.
pub trait Entity: Copy {
    /// The entity at a position.
    fn new(index: usize) -> Self;
    /// The position of the entity.
    fn index(self) -> usize;
}

/// A list of items that entities of one type index. Items are never removed.
#[derive(Clone)]
pub struct Arena<K, V> {
    items: Vec<V>,
    key: PhantomData<fn() -> K>,
}

impl<K: Entity, V> Arena<K, V> {
    /// Adds an item.
    pub fn push(&mut self, item: V) -> K {
        self.items.push(item);
        K::new(self.items.len() - 1)
    }

    /// Number of items.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether nothing was added yet.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// The item, if the entity belongs to this arena.
    pub fn get(&self, key: K) -> Option<&V> {
        self.items.get(key.index())
    }

    /// Mutable references to all items.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut V> {
        self.items.iter_mut()
    }

    /// Every entity.
    pub fn keys(&self) -> impl Iterator<Item = K> + use<K, V> {
        (0..self.items.len()).map(K::new)
    }
}

impl<K, V> Default for Arena<K, V> {
    fn default() -> Self {
        Arena { items: vec![], key: PhantomData }
    }
}

impl<K: Entity, V> Index<K> for Arena<K, V> {
    type Output = V;
    fn index(&self, key: K) -> &V {
        &self.items[key.index()]
    }
}

impl<K: Entity, V> IndexMut<K> for Arena<K, V> {
    fn index_mut(&mut self, key: K) -> &mut V {
        &mut self.items[key.index()]
    }
}
