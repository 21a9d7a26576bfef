// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The preview of a graph while the check writes it.

use std::ops::{Deref, DerefMut};

use gomlx_ir::compose::{Arg, Composed, Composer, Method, Stop, Values, Var, compose_one};
use gomlx_ir::{Builder, Function, RegionId, ValueId};

/// A function, and the region of it that is written.
pub(super) struct Preview {
    pub(super) function: Function,
    pub(super) region: RegionId,
}

impl Preview {
    /// The body of a function.
    pub(super) fn new(function: Function) -> Preview {
        Preview { function, region: Function::BODY }
    }

    /// Writes to the region that is current.
    pub(super) fn builder(&mut self) -> Builder<'_> {
        Builder::new(&mut self.function, self.region)
    }

    /// Composes a function in the current region.
    pub(super) fn compose(&mut self, name: &str, body: impl for<'c> Fn(&'c Composer<'c>) -> Composed<Var<'c>>) -> Result<ValueId, Stop> {
        compose_one(name, &mut self.function, self.region, None, body)
    }

    /// Calls a composed function in the current region.
    pub(super) fn call(&mut self, method: &Method, args: &[Arg]) -> Result<Values, Stop> {
        method.compose(&mut self.function, self.region, None, args)
    }

    /// Makes a new region the current one; gives the one before.
    pub(super) fn enter(&mut self) -> RegionId {
        let region = self.function.add_region();
        std::mem::replace(&mut self.region, region)
    }

    /// Makes a region the current one again; gives the one that ends.
    pub(super) fn leave(&mut self, outer: RegionId) -> RegionId {
        std::mem::replace(&mut self.region, outer)
    }
}

impl Deref for Preview {
    type Target = Function;

    fn deref(&self) -> &Function {
        &self.function
    }
}

impl DerefMut for Preview {
    fn deref_mut(&mut self) -> &mut Function {
        &mut self.function
    }
}
