// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Descriptions, in words, of the arguments that a graph was compiled for, and the differences between two
//! descriptions.
//!
//! A key holds the same as numbers. A description is made once per compile, so that `GOMLX_LOG=compile` and the warning
//! of a full memo can name the argument and the axis that changed.

use std::fmt;
use std::hash::Hasher;

use gomlx_ir::{DType, Dims};

use crate::AnyTensor;
use crate::tree::{Key, Path, Role, Visit};

/// The backend and the arguments that a graph was compiled for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Description {
    /// The backend's name.
    backend: String,
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Part {
    path: String,
    content: Content,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Content {
    Leaf(DType, Dims),
    /// A host value, as it writes itself to the key.
    Value(Vec<Piece>),
}

/// One write of a host value to a hasher.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Number(i128),
    Bytes(Vec<u8>),
}

impl Description {
    /// Describes the leaves and host values that `visit` visits.
    pub(crate) fn of(backend: &str, visit: impl FnOnce(&mut dyn Visit)) -> Description {
        let mut describe = Describe { path: Path::default(), parts: vec![], open: false };
        visit(&mut describe);
        Description { backend: backend.to_owned(), parts: describe.parts }
    }

    /// How this differs from an earlier description. It may be equal: the calls may differ in a type parameter.
    pub(crate) fn differences(&self, before: &Description) -> Vec<String> {
        let mut found = vec![];
        if self.backend != before.backend {
            found.push(format!("the backend is {}, was {}", self.backend, before.backend));
        }
        let paths = |d: &Description| d.parts.iter().map(|p| p.path.clone()).collect::<Vec<_>>();
        if paths(self) != paths(before) {
            found.push(structure(&paths(self), &paths(before)));
            return found;
        }
        for (part, old) in self.parts.iter().zip(&before.parts) {
            let path = &part.path;
            match (&part.content, &old.content) {
                (a, b) if a == b => {}
                (Content::Leaf(dtype, dims), Content::Leaf(old_dtype, old_dims)) => {
                    if dtype != old_dtype {
                        found.push(format!("the element type of `{path}` is {dtype}, was {old_dtype}"));
                    }
                    if dims.len() != old_dims.len() {
                        found.push(format!("`{path}` has {} axes, had {}", dims.len(), old_dims.len()));
                    } else {
                        let axes = dims.iter().zip(old_dims).enumerate().filter(|(_, (n, old))| n != old);
                        found.extend(axes.map(|(axis, (n, old))| format!("axis {axis} of `{path}` is {n}, was {old}")));
                    }
                }
                (Content::Value(new), Content::Value(old)) => found.push(match (written(new), written(old)) {
                    (Some(new), Some(old)) => format!("`{path}` is {new}, was {old}"),
                    _ => format!("`{path}` has another value"),
                }),
                _ => found.push(format!("`{path}` is of another kind")),
            }
        }
        found
    }
}

/// Names the first path that only one of the two descriptions has.
fn structure(new: &[String], old: &[String]) -> String {
    let missing = |from: &[String], of: &[String]| of.iter().find(|p| !from.contains(p)).cloned();
    match (missing(old, new), missing(new, old)) {
        (Some(path), _) => format!("there is a `{path}`, which was not"),
        (None, Some(path)) => format!("there is no `{path}`, which was"),
        (None, None) => "the structure of an argument changed".to_owned(),
    }
}

/// A host value as text for a person, if its writes tell the value.
fn written(pieces: &[Piece]) -> Option<String> {
    match pieces {
        [Piece::Number(n)] => Some(n.to_string()),
        // `str` ends with a byte that no text has.
        [Piece::Bytes(text), Piece::Number(255)] => Some(format!("{:?}", std::str::from_utf8(text).ok()?)),
        _ => None,
    }
}

impl fmt::Display for Description {
    /// `x: f32[32, 784], n: 3`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MOST: usize = 8;
        for (i, part) in self.parts.iter().take(MOST).enumerate() {
            let comma = if i > 0 { ", " } else { "" };
            match &part.content {
                Content::Leaf(dtype, dims) => write!(f, "{comma}{}: {dtype}{:?}", part.path, dims.as_slice())?,
                Content::Value(pieces) => write!(f, "{comma}{}: {}", part.path, written(pieces).as_deref().unwrap_or(".."))?,
            }
        }
        match self.parts.len().saturating_sub(MOST) {
            0 => Ok(()),
            more => write!(f, " and {more} more"),
        }
    }
}

/// The axis or host value that has the most values in several descriptions: the one to pad or bucket.
pub(crate) fn varying(all: &[&Description]) -> Option<String> {
    let (last, rest) = all.split_last()?;
    let mut values: Vec<(String, Vec<String>)> = vec![];
    let mut note = |what: String, value: String| match values.iter_mut().find(|(known, _)| *known == what) {
        Some((_, seen)) if seen.contains(&value) => {}
        Some((_, seen)) => seen.push(value),
        None => values.push((what, vec![value])),
    };
    for description in rest.iter().chain([last]) {
        for part in &description.parts {
            match &part.content {
                Content::Leaf(_, dims) => {
                    dims.iter().enumerate().for_each(|(axis, n)| note(format!("axis {axis} of `{}`", part.path), n.to_string()));
                }
                Content::Value(pieces) => note(format!("`{}`", part.path), format!("{pieces:?}")),
            }
        }
    }
    let (what, seen) = values.into_iter().rev().max_by_key(|(_, seen)| seen.len())?;
    (seen.len() > 1).then(|| format!("{what}, which had {} values", seen.len()))
}

struct Describe {
    path: Path,
    parts: Vec<Part>,
    /// Whether the last part is a host value of this path that may still write more.
    open: bool,
}

impl Visit for Describe {
    fn enter(&mut self, key: Key<'_>) {
        self.path.enter(key);
        self.open = false;
    }

    fn leave(&mut self) {
        self.path.leave();
        self.open = false;
    }

    fn leaf(&mut self, _: Role, tensor: &AnyTensor) {
        let content = Content::Leaf(tensor.dtype(), tensor.dims().into());
        self.parts.push(Part { path: self.path.text.clone(), content });
        self.open = false;
    }

    fn config(&mut self) -> Option<&mut dyn Hasher> {
        Some(self)
    }
}

impl Describe {
    fn piece(&mut self, piece: Piece) {
        if let (true, Some(Part { content: Content::Value(pieces), .. })) = (self.open, self.parts.last_mut()) {
            pieces.push(piece);
            return;
        }
        self.parts.push(Part { path: self.path.text.clone(), content: Content::Value(vec![piece]) });
        self.open = true;
    }
}

macro_rules! numbers {
    ($($method:ident $t:ty),*) => { $(
        fn $method(&mut self, n: $t) {
            self.piece(Piece::Number(n as i128));
        }
    )* };
}

impl Hasher for Describe {
    /// The trait asks for it; nothing reads it, since descriptions are compared whole.
    fn finish(&self) -> u64 {
        0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.piece(Piece::Bytes(bytes.to_vec()));
    }

    numbers! { write_u8 u8, write_u16 u16, write_u32 u32, write_u64 u64, write_usize usize, write_i8 i8, write_i16 i16, write_i32 i32, write_i64 i64, write_isize isize }
}
