// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! `Tree` for types of the standard library: tuples, arrays, `Vec`, `BTreeMap`, `Option`, `Box`, and host values, which
//! have no leaves. They are written by hand, since a derive needs the definition of its type.

use std::collections::BTreeMap;
use std::marker::PhantomData;

use gomlx_ir::{bf16, f16};

use super::{Key, MapLeaves, Role, Tree, Visit, VisitMut};

macro_rules! plain {
    ($($t:ty),* $(,)?) => { $(
        #[diagnostic::do_not_recommend]
        impl Tree for $t {
            fn visit(&self, _: Role, visitor: &mut dyn Visit) {
                if let Some(mut key) = visitor.config() {
                    std::hash::Hash::hash(self, &mut key);
                }
            }
            fn visit_mut(&mut self, _: Role, _: &mut dyn VisitMut) {}
            fn map(&self, _: Role, _: &mut dyn MapLeaves) -> Self {
                self.clone()
            }
        }
    )* };
}
plain! { (), bool, char, i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize, String, &'static str }

macro_rules! float {
    ($($t:ty),*) => { $(
        #[diagnostic::do_not_recommend]
        impl Tree for $t {
            fn visit(&self, _: Role, visitor: &mut dyn Visit) {
                if let Some(key) = visitor.config() {
                    key.write(&self.to_le_bytes());
                }
            }
            fn visit_mut(&mut self, _: Role, _: &mut dyn VisitMut) {}
            fn map(&self, _: Role, _: &mut dyn MapLeaves) -> Self {
                *self
            }
        }
    )* };
}
float! { f16, bf16, f32, f64 }

#[diagnostic::do_not_recommend]
impl<T: Send + Sync + 'static> Tree for PhantomData<T> {
    fn visit(&self, _: Role, _: &mut dyn Visit) {}
    fn visit_mut(&mut self, _: Role, _: &mut dyn VisitMut) {}
    fn map(&self, _: Role, _: &mut dyn MapLeaves) -> Self {
        PhantomData
    }
}

impl<T: Tree> Tree for Vec<T> {
    fn visit(&self, role: Role, visitor: &mut dyn Visit) {
        visitor.structure(self.len());
        for (i, part) in self.iter().enumerate() {
            part.visit_part(Key::Index(i), role, visitor);
        }
    }

    fn visit_mut(&mut self, role: Role, visitor: &mut dyn VisitMut) {
        for (i, part) in self.iter_mut().enumerate() {
            part.visit_mut_part(Key::Index(i), role, visitor);
        }
    }

    fn map(&self, role: Role, mapper: &mut dyn MapLeaves) -> Self {
        self.iter().enumerate().map(|(i, part)| part.map_part(Key::Index(i), role, mapper)).collect()
    }
}

impl<T: Tree, const N: usize> Tree for [T; N] {
    fn visit(&self, role: Role, visitor: &mut dyn Visit) {
        for (i, part) in self.iter().enumerate() {
            part.visit_part(Key::Index(i), role, visitor);
        }
    }

    fn visit_mut(&mut self, role: Role, visitor: &mut dyn VisitMut) {
        for (i, part) in self.iter_mut().enumerate() {
            part.visit_mut_part(Key::Index(i), role, visitor);
        }
    }

    fn map(&self, role: Role, mapper: &mut dyn MapLeaves) -> Self {
        std::array::from_fn(|i| self[i].map_part(Key::Index(i), role, mapper))
    }
}

/// The parts in the order of their names, which are part of the structure.
impl<T: Tree> Tree for BTreeMap<String, T> {
    fn visit(&self, role: Role, visitor: &mut dyn Visit) {
        visitor.structure(self.len());
        for (name, part) in self {
            if let Some(mut key) = visitor.config() {
                std::hash::Hash::hash(name, &mut key);
            }
            part.visit_part(Key::Field(name), role, visitor);
        }
    }

    fn visit_mut(&mut self, role: Role, visitor: &mut dyn VisitMut) {
        for (name, part) in self {
            part.visit_mut_part(Key::Field(name), role, visitor);
        }
    }

    fn map(&self, role: Role, mapper: &mut dyn MapLeaves) -> Self {
        self.iter().map(|(name, part)| (name.clone(), part.map_part(Key::Field(name), role, mapper))).collect()
    }
}

impl<T: Tree> Tree for Option<T> {
    fn visit(&self, role: Role, visitor: &mut dyn Visit) {
        visitor.structure(usize::from(self.is_some()));
        if let Some(part) = self {
            part.visit(role, visitor);
        }
    }

    fn visit_mut(&mut self, role: Role, visitor: &mut dyn VisitMut) {
        if let Some(part) = self {
            part.visit_mut(role, visitor);
        }
    }

    fn map(&self, role: Role, mapper: &mut dyn MapLeaves) -> Self {
        self.as_ref().map(|part| part.map(role, mapper))
    }
}

impl<T: Tree> Tree for Box<T> {
    fn visit(&self, role: Role, visitor: &mut dyn Visit) {
        T::visit(self, role, visitor);
    }

    fn visit_mut(&mut self, role: Role, visitor: &mut dyn VisitMut) {
        T::visit_mut(self, role, visitor);
    }

    fn map(&self, role: Role, mapper: &mut dyn MapLeaves) -> Self {
        Box::new(T::map(self, role, mapper))
    }
}

macro_rules! tuple {
    ($($T:ident $i:tt),+) => {
        impl<$($T: Tree),+> Tree for ($($T,)+) {
            fn visit(&self, role: Role, visitor: &mut dyn Visit) {
                $(self.$i.visit_part(Key::Index($i), role, visitor);)+
            }
            fn visit_mut(&mut self, role: Role, visitor: &mut dyn VisitMut) {
                $(self.$i.visit_mut_part(Key::Index($i), role, visitor);)+
            }
            fn map(&self, role: Role, mapper: &mut dyn MapLeaves) -> Self {
                ($(self.$i.map_part(Key::Index($i), role, mapper),)+)
            }
        }
    };
}
tuple!(A 0);
tuple!(A 0, B 1);
tuple!(A 0, B 1, C 2);
tuple!(A 0, B 1, C 2, D 3);
tuple!(A 0, B 1, C 2, D 3, E 4);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);
