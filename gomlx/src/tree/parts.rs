// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Fields of trees: what implementations of [`Tree`](trait@Tree) are made of. A field's key is its name or its position.

use super::{Key, MapLeaves, Role, Tree, Visit, VisitMut};

/// Visits a field.
pub fn visit_field<T: Tree>(visitor: &mut dyn Visit, name: &str, role: Role, field: &T) {
    visit_part(visitor, Key::Field(name), role, field);
}

/// Visits a field to be replaced.
pub fn visit_mut_field<T: Tree>(visitor: &mut dyn VisitMut, name: &str, role: Role, field: &mut T) {
    visit_mut_part(visitor, Key::Field(name), role, field);
}

/// Maps a field.
pub fn map_field<T: Tree>(mapper: &mut dyn MapLeaves, name: &str, role: Role, field: &T) -> T {
    map_part(mapper, Key::Field(name), role, field)
}

/// Visits a field of a tuple.
pub fn visit_index<T: Tree>(visitor: &mut dyn Visit, index: usize, role: Role, field: &T) {
    visit_part(visitor, Key::Index(index), role, field);
}

/// Visits a field of a tuple to be replaced.
pub fn visit_mut_index<T: Tree>(visitor: &mut dyn VisitMut, index: usize, role: Role, field: &mut T) {
    visit_mut_part(visitor, Key::Index(index), role, field);
}

/// Maps a field of a tuple.
pub fn map_index<T: Tree>(mapper: &mut dyn MapLeaves, index: usize, role: Role, field: &T) -> T {
    map_part(mapper, Key::Index(index), role, field)
}

/// Writes which variant an enum is, which a graph depends on.
pub fn variant(visitor: &mut dyn Visit, number: usize) {
    if let Some(key) = visitor.config() {
        key.write_usize(number);
    }
}

pub(super) fn visit_part<T: Tree>(visitor: &mut dyn Visit, key: Key<'_>, role: Role, part: &T) {
    visitor.enter(key);
    part.visit(role, visitor);
    visitor.leave();
}

pub(super) fn visit_mut_part<T: Tree>(visitor: &mut dyn VisitMut, key: Key<'_>, role: Role, part: &mut T) {
    visitor.enter(key);
    part.visit_mut(role, visitor);
    visitor.leave();
}

pub(super) fn map_part<T: Tree>(mapper: &mut dyn MapLeaves, key: Key<'_>, role: Role, part: &T) -> T {
    mapper.enter(key);
    let mapped = part.map(role, mapper);
    mapper.leave();
    mapped
}
