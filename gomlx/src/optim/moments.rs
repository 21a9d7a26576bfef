// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! What an optimizer keeps for each leaf of a model.

use gomlx_ir::DType;

use super::updated;
use crate::AnyTensor;
use crate::ops::raw;
use crate::tree::{Key, MapLeaves, Role, Tree, Visit, VisitMut, leaves};

/// The element type that an optimizer computes in: `f32` for half types, in which small steps and squares vanish.
pub(super) fn computed_in(dtype: DType) -> DType {
    if dtype.size() < 4 { DType::F32 } else { dtype }
}

/// A tensor for each leaf of a model, by the path of the leaf; absent for leaves that are not updated.
#[derive(Clone, Debug)]
pub(crate) struct Moments {
    leaves: Vec<(String, AnyTensor)>,
}

impl Moments {
    /// Zeros for each leaf that optimizers update.
    pub(super) fn zeros<M: Tree>(model: &M) -> Moments {
        let moment = |role: Role, leaf: &AnyTensor| {
            let dtype = computed_in(leaf.dtype());
            if updated(role, leaf) { raw::zeros(dtype, leaf.dims()) } else { AnyTensor::absent(leaf.dtype(), leaf.dims()) }
        };
        Moments { leaves: leaves(model).into_iter().map(|leaf| (leaf.path, moment(leaf.role, &leaf.tensor))).collect() }
    }

    /// The moment of the leaf at a position.
    pub(super) fn at(&mut self, position: usize) -> &mut AnyTensor {
        &mut self.leaves[position].1
    }
}

impl Tree for Moments {
    fn visit(&self, role: Role, visitor: &mut dyn Visit) {
        visitor.structure(self.leaves.len());
        for (path, tensor) in &self.leaves {
            match path.as_str() {
                // The model is a tensor.
                "" => tensor.visit(role, visitor),
                path => tensor.visit_part(Key::Field(path), role, visitor),
            }
        }
    }

    fn visit_mut(&mut self, role: Role, visitor: &mut dyn VisitMut) {
        for (path, tensor) in &mut self.leaves {
            match path.as_str() {
                "" => tensor.visit_mut(role, visitor),
                path => tensor.visit_mut_part(Key::Field(path), role, visitor),
            }
        }
    }

    fn map(&self, role: Role, mapper: &mut dyn MapLeaves) -> Self {
        let mut map = |path: &str, tensor: &AnyTensor| match path {
            "" => tensor.map(role, mapper),
            path => tensor.map_part(Key::Field(path), role, mapper),
        };
        Moments { leaves: self.leaves.iter().map(|(path, tensor)| (path.clone(), map(path, tensor))).collect() }
    }
}
