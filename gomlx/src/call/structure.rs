// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The structure of a state: its host values, and which leaves it has.
//!
//! A graph is compiled for one structure, and a call writes back tensors only. A body that changes the structure would
//! be right in its first call only, so it is an error.

use std::hash::Hasher;

use gomlx_ir::{Code, Diagnostic};

use crate::AnyTensor;
use crate::tree::{Key, Path, Role, Visit};

/// The parts of a state by path, in the order of the tree.
#[derive(Default)]
pub(super) struct Structure {
    path: Path,
    parts: Vec<(String, Part)>,
}

#[derive(PartialEq, Eq)]
enum Part {
    /// A tensor.
    Leaf,
    /// A host value: the bytes that it writes to a hasher.
    Host(Vec<u8>),
}

impl Structure {
    /// The structure of the state that `visit` visits.
    pub(super) fn of(visit: &dyn Fn(&mut dyn Visit)) -> Structure {
        let mut structure = Structure::default();
        visit(&mut structure);
        structure
    }

    /// Checks the structure after a body against this one, before it.
    ///
    /// # Errors
    /// For the first part that differs.
    pub(super) fn check(&self, after: &Structure, function: &str) -> Result<(), Diagnostic> {
        let same = self.parts.iter().zip(&after.parts).take_while(|(a, b)| a == b).count();
        let (before, now) = (self.parts.get(same), after.parts.get(same));
        let what = match (before, now) {
            (None, None) => return Ok(()),
            (Some((path, Part::Host(_))), Some((other, Part::Host(_)))) if path == other => {
                format!("changes `{path}`, a host value or the number or kind of its parts")
            }
            (_, Some((path, Part::Leaf))) if !self.parts.iter().any(|(p, _)| p == path) => format!("adds `{path}` to its state"),
            (Some((path, _)), _) => format!("takes `{path}` from its state"),
            (None, Some((path, _))) => format!("adds `{path}` to its state"),
        };
        Err(Diagnostic::new(Code::Signature, format!("{function}: the body {what}, of which a call writes back the tensors alone"))
            .note("what is no tensor is fixed when the graph is compiled: count in a tensor, or change it where the function is called"))
    }
}

impl Visit for Structure {
    fn enter(&mut self, key: Key<'_>) {
        self.path.enter(key);
    }

    fn leave(&mut self) {
        self.path.leave();
    }

    fn leaf(&mut self, _: Role, tensor: &AnyTensor) {
        if !tensor.is_absent() {
            self.parts.push((self.path.text.clone(), Part::Leaf));
        }
    }

    fn config(&mut self) -> Option<&mut dyn Hasher> {
        self.parts.push((self.path.text.clone(), Part::Host(vec![])));
        Some(self)
    }
}

impl Hasher for Structure {
    /// The trait asks for it; nothing reads it, since structures are compared whole.
    fn finish(&self) -> u64 {
        0
    }

    fn write(&mut self, bytes: &[u8]) {
        if let Some((_, Part::Host(written))) = self.parts.last_mut() {
            written.extend(bytes);
        }
    }
}
