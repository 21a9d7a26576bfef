// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The op, operands and regions of one inference, with the checks that many ops share.

use super::Shapes;
use crate::op::{Count, Domain, Facts};
use crate::{DType, Dim, Function, MAX_ELEMENTS, RegionId, Result, Shape, ValueId, bail};

/// An op about to be applied.
pub(super) struct Site<'a> {
    pub(super) function: &'a Function,
    /// The op, as messages name it.
    pub(super) name: &'static str,
    pub(super) operands: &'a [ValueId],
    pub(super) regions: &'a [RegionId],
}

impl<'a> Site<'a> {
    /// The shape of an operand, which [`Site::counts`] or the op's inference has counted before.
    pub(super) fn shape(&self, operand: usize) -> &'a Shape {
        self.function.shape(self.operands[operand])
    }

    /// Checks the numbers of operands and regions that an op declares.
    pub(super) fn counts(&self, facts: &Facts) -> Result<()> {
        if let Count::Exactly(operands) = facts.operands {
            self.takes(operands)?;
        }
        match facts.regions {
            Count::Exactly(regions) if self.regions.len() != regions => {
                bail!(Graph, "{}: takes {}, not {}", self.name, counted(regions, "region"), self.regions.len())
            }
            Count::Exactly(_) | Count::Varies => Ok(()),
        }
    }

    /// Checks the number of operands of an op for which it varies.
    pub(super) fn takes(&self, operands: usize) -> Result<()> {
        if self.operands.len() != operands {
            bail!(Graph, "{}: takes {}, not {}", self.name, counted(operands, "operand"), self.operands.len());
        }
        Ok(())
    }

    /// Checks that a domain has the element type of an operand.
    pub(super) fn takes_dtype(&self, domain: Domain, x: &Shape) -> Result<()> {
        if !domain.has(x.dtype) {
            bail!(DType, "{}: takes {}, not {x} (I1)", self.name, domain.noun());
        }
        Ok(())
    }

    /// Checks that two operands have one element type.
    pub(super) fn same_dtype(&self, a: &Shape, b: &Shape) -> Result<()> {
        if a.dtype != b.dtype {
            bail!(DType, "{}: element types of {a} and {b} differ", self.name);
        }
        Ok(())
    }

    /// The same, by a constraint of the spec.
    pub(super) fn same_dtype_by(&self, a: &Shape, b: &Shape, constraint: &str) -> Result<()> {
        if a.dtype != b.dtype {
            bail!(DType, "{}: element types of {a} and {b} differ {constraint}", self.name);
        }
        Ok(())
    }

    /// Checks that two operands have one shape and element type.
    pub(super) fn same_shape(&self, a: &Shape, b: &Shape) -> Result<()> {
        self.same_dtype(a, b)?;
        if a.dims != b.dims {
            bail!(Shape, "{}: shapes {a} and {b} differ", self.name);
        }
        Ok(())
    }

    /// The shapes of the operands: at least one, all with the same dims.
    pub(super) fn same_dims(&self, constraint: &str) -> Result<Shapes> {
        let inputs = self.shapes(self.operands);
        let Some(first) = inputs.first() else { bail!(Graph, "{}: takes at least 1 operand, not 0 {constraint}", self.name) };
        for input in &inputs {
            if input.dims != first.dims {
                bail!(Shape, "{}: shapes {first} and {input} differ {constraint}", self.name);
            }
        }
        Ok(inputs)
    }

    /// The shapes of values.
    pub(super) fn shapes(&self, values: &[ValueId]) -> Shapes {
        values.iter().map(|&v| self.function.shape(v).clone()).collect()
    }

    /// Checks that axes exist in a rank and none is listed twice.
    pub(super) fn axes(&self, what: &str, axes: &[usize], rank: usize, constraint: &str) -> Result<()> {
        for (i, &axis) in axes.iter().enumerate() {
            if axis >= rank {
                bail!(Attribute, "{}: {what} {axes:?} holds axis {axis}, but the rank is {rank} {constraint}", self.name);
            }
            if axes[..i].contains(&axis) {
                bail!(Attribute, "{}: {what} {axes:?} holds axis {axis} twice {constraint}", self.name);
            }
        }
        Ok(())
    }

    /// Checks that a list is in ascending order.
    pub(super) fn sorted(&self, what: &str, axes: &[usize], constraint: &str) -> Result<()> {
        if !axes.is_sorted() {
            bail!(Attribute, "{}: {what} {axes:?} is not sorted {constraint}", self.name);
        }
        Ok(())
    }

    /// Checks the length of a list of attributes.
    pub(super) fn length(&self, what: &str, given: usize, wanted: usize, constraint: &str) -> Result<()> {
        if given != wanted {
            bail!(Attribute, "{}: {what} has {given} entries, not {wanted} {constraint}", self.name);
        }
        Ok(())
    }

    /// Checks that a list of strides, dilations or sizes holds no zero, and no number beyond the size of any axis.
    pub(super) fn positive(&self, what: &str, list: &[usize], constraint: &str) -> Result<()> {
        if list.contains(&0) {
            bail!(Attribute, "{}: {what} {list:?} holds a zero {constraint}", self.name);
        }
        if let Some(large) = list.iter().find(|&&n| n > MAX_ELEMENTS) {
            bail!(Attribute, "{}: {what} {list:?} holds {large}, and no axis is as long", self.name);
        }
        Ok(())
    }

    /// Checks that no padding is beyond the size of any axis.
    pub(super) fn padding(&self, what: &str, list: &[i64]) -> Result<()> {
        if let Some(large) = list.iter().find(|n| n.unsigned_abs() > MAX_ELEMENTS as u64) {
            bail!(Attribute, "{}: {what} {list:?} holds {large}, and no axis is as long", self.name);
        }
        Ok(())
    }

    /// Checks that an operand is a scalar of an element type.
    pub(super) fn scalar(&self, what: &str, shape: &Shape, dtype: DType, constraint: &str) -> Result<()> {
        if *shape != Shape::scalar(dtype) {
            bail!(Shape, "{}: {what} is {shape}, not {} {constraint}", self.name, Shape::scalar(dtype));
        }
        Ok(())
    }

    /// Checks that a size is at most another for some values of the symbols.
    pub(super) fn at_most(&self, what: &str, small: &Dim, large: &Dim, constraint: &str) -> Result<()> {
        if small.difference(large).is_some_and(|d| d > 0) {
            bail!(Shape, "{}: {what} {small} is larger than {large} {constraint}", self.name);
        }
        Ok(())
    }

    /// Checks the shapes of a region's parameters and results.
    pub(super) fn region(&self, position: usize, params: &[Shape], results: &[Shape], constraint: &str) -> Result<()> {
        let region = self.function.region(self.regions[position]);
        let (given_params, given_results) = (self.shapes(&region.params), self.shapes(&region.results));
        if *given_params != *params || *given_results != *results {
            bail!(
                Graph,
                "{}: region {position} is {given_params:?} -> {given_results:?}, not {params:?} -> {results:?} {constraint}",
                self.name
            );
        }
        Ok(())
    }
}

fn counted(n: usize, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}
