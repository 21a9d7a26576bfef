// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The key of an executable: everything that the graph of a call depends on, as words.
//!
//! Invariant: equal keys mean equal graphs. Nothing is hashed away: a host value is written whole, as its `Hash`
//! writes it to a hasher.

use std::hash::Hasher;

use gomlx_ir::{Backend, DType};

use crate::tree::{Role, Visit};
use crate::{AnyTensor, Error};

/// Writes a key, and notes the first leaf that cannot be an input.
#[derive(Default)]
pub(crate) struct KeyWriter {
    pub(crate) words: Vec<u64>,
    pub(crate) error: Option<Error>,
}

impl KeyWriter {
    /// An empty key.
    pub(crate) const fn new() -> KeyWriter {
        KeyWriter { words: vec![], error: None }
    }

    /// Makes the key empty, and keeps its memory.
    pub(crate) fn clear(&mut self) {
        self.words.clear();
        self.error = None;
    }

    /// Writes a backend. Backends live as long as the process, so the address identifies one.
    pub(crate) fn backend(&mut self, backend: &dyn Backend) {
        self.words.push(std::ptr::from_ref(backend).cast::<()>() as usize as u64);
    }
}

impl Visit for KeyWriter {
    fn leaf(&mut self, role: Role, tensor: &AnyTensor) {
        if !tensor.is_absent()
            && let Err(error) = tensor.buffer()
        {
            self.error.get_or_insert(error.into());
        }
        let dtype = DType::ALL.iter().position(|&d| d == tensor.dtype()).expect("every type is in the list");
        let role = match role {
            Role::Trainable => 0,
            Role::State => 1,
        };
        self.words.push((tensor.rank() << 16 | dtype << 2 | usize::from(tensor.is_absent()) << 1 | role) as u64);
        self.words.extend(tensor.dims().iter().map(|&n| n as u64));
    }

    fn config(&mut self) -> Option<&mut dyn Hasher> {
        Some(self)
    }
}

impl Hasher for KeyWriter {
    /// The trait asks for it; nothing reads it, since keys are compared whole.
    fn finish(&self) -> u64 {
        0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.words.push(bytes.len() as u64);
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.words.push(u64::from_le_bytes(word));
        }
    }

    fn write_u64(&mut self, n: u64) {
        self.words.push(n);
    }

    fn write_usize(&mut self, n: usize) {
        self.words.push(n as u64);
    }
}
