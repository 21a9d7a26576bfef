// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Branches, loops with few trips, and bodies that run on each element.

use gomlx_ir::{BinaryOp, Builder, CompareKind, DType, Direction, HostTensor, Op, RegionId, Result, Shape, UnaryOp, ValueId};
use smallvec::SmallVec;

use super::super::exact::Bound;
use super::Grower;

/// The maximum depth of nested regions.
const DEPTH: usize = 2;

/// The maximum trip count of a loop.
const TRIPS: usize = 4;

impl Grower<'_> {
    /// Fills a region with `build`. Values computed in it are not visible outside.
    fn region(
        &mut self,
        b: &mut Builder<'_>,
        region: RegionId,
        build: impl FnOnce(&mut Self, &mut Builder<'_>) -> Result<Vec<ValueId>>,
    ) -> Result<()> {
        if self.depth == DEPTH {
            gomlx_ir::bail!(Unsupported, "regions are deep enough");
        }
        let outside = self.values.len();
        self.depth += 1;
        let results = build(self, &mut Builder::new(b.function, region));
        self.depth -= 1;
        self.values.truncate(outside);
        b.function.region_mut(region).results = results?;
        Ok(())
    }

    /// Emits an `if` or a `case` that a constant or an element selects. Its branches return shapes of existing values.
    pub(super) fn branches(&mut self, b: &mut Builder<'_>) -> Result<SmallVec<[ValueId; 1]>> {
        let like: Vec<ValueId> = (0..1 + self.below(2)).map(|_| self.any()).collect();
        let source = self.any();
        let (op, count, selector) = if self.below(2) == 0 {
            let element = self.first_element(b, source)?;
            let kind = CompareKind::of(b.shape(element).dtype);
            let other = self.like(b, element)?;
            let ge = if self.ordered(b.shape(element).dtype) { Direction::Ge } else { Direction::Eq };
            (Op::If, 2, self.emit(b, Op::Compare(ge, kind), &[element, other])?)
        } else {
            let count = 1 + self.below(3);
            let chosen = self.below(count + 2) as i32 - 1;
            let chosen = self.constant(b, HostTensor::scalar(chosen))?;
            let element = self.first_element(b, source)?;
            let selector = match b.shape(element).dtype {
                DType::I32 => element,
                DType::I8 | DType::U8 | DType::I64 => self.emit(b, Op::Convert(DType::I32), &[element])?,
                _ => chosen,
            };
            (Op::Case, count, selector)
        };
        let mut regions = vec![];
        for _ in 0..count {
            let region = b.function.add_region();
            let steps = self.below(6);
            self.region(b, region, |g, b| {
                g.steps(b, steps);
                like.iter().map(|&v| g.result_like(b, v)).collect()
            })?;
            regions.push(region);
        }
        self.emit_all(b, op, &[selector], &regions)
    }

    /// A value of the region with the same shape as `x`, preferably the last one.
    fn result_like(&mut self, b: &mut Builder<'_>, x: ValueId) -> Result<ValueId> {
        let last = self.values.iter().rev().copied().find(|&v| b.shape(v) == b.shape(x));
        if self.below(3) > 0 { Ok(last.unwrap_or(x)) } else { self.like(b, x) }
    }

    /// Emits a loop with a small trip count and a state that each trip changes.
    pub(super) fn repeat(&mut self, b: &mut Builder<'_>) -> Result<SmallVec<[ValueId; 1]>> {
        let state: Vec<ValueId> = (0..1 + self.below(2)).map(|_| self.any()).collect();
        let trips = self.below(TRIPS + 1);
        let zero = self.constant(b, HostTensor::scalar(0i32))?;
        let bound = self.constant(b, HostTensor::scalar(trips as i32))?;
        let operands: Vec<ValueId> = std::iter::once(zero).chain(state.iter().copied()).collect();
        let regions = [(); 2].map(|()| {
            let region = b.function.add_region();
            for &operand in &operands {
                let shape = b.shape(operand).clone();
                b.function.add_region_param(region, shape);
            }
            region
        });
        for region in regions {
            self.bound_state(b, region, &operands)?;
        }
        self.region(b, regions[0], |_, b| {
            let count = b.function.region(b.region).params[0];
            Ok(vec![b.compare(Direction::Lt, count, bound)])
        })?;
        let steps = 1 + self.below(6);
        self.region(b, regions[1], |g, b| {
            let params = b.function.region(b.region).params.clone();
            if g.exact() {
                return g.exact_body(b, &params, steps);
            }
            g.values.extend(&params);
            g.steps(b, steps);
            let one = b.scalar(DType::I32, 1.0);
            let mut results = vec![b.add(params[0], one)];
            for &param in &params[1..] {
                results.push(g.result_like(b, param)?);
            }
            Ok(results)
        })?;
        self.emit_all(b, Op::While, &operands, &regions)
    }

    /// Sets the bounds of the state of an exact loop: the bounds of the initial values plus what the trips add.
    fn bound_state(&mut self, b: &Builder<'_>, region: RegionId, operands: &[ValueId]) -> Result<()> {
        let Some(bounds) = &mut self.bounds else { return Ok(()) };
        let params = &b.function.region(region).params;
        for (&param, &operand) in params.iter().zip(operands) {
            let Some(bound) = bounds.of(operand) else { gomlx_ir::bail!(Unsupported, "a state without a bound") };
            let shape = b.shape(param);
            let grown = Bound { int: bound.int + 3, ..bound };
            match grown.within(shape.dtype) {
                Some(grown) => bounds.set(param, grown),
                None => gomlx_ir::bail!(Unsupported, "the state has no room for sums"),
            }
        }
        Ok(())
    }

    /// A body that adds a value to each state value in every trip. The bound of the added value is the initial bound.
    fn exact_body(&mut self, b: &mut Builder<'_>, params: &[ValueId], steps: usize) -> Result<Vec<ValueId>> {
        self.steps(b, steps);
        let one = b.scalar(DType::I32, 1.0);
        let mut results = vec![b.add(params[0], one)];
        for &param in &params[1..] {
            let shape = b.shape(param).clone();
            if shape.dtype == DType::Bool {
                results.push(b.unary(UnaryOp::Not, param));
                continue;
            }
            let bounds = self.bounds.as_ref().expect("exact mode has bounds");
            let limit = bounds.of(param).map(|p| Bound { int: p.int - 3, ..p });
            let fits = |&&v: &&ValueId| *b.shape(v) == shape && limit.zip(bounds.of(v)).is_some_and(|(l, v)| l.join(v) == l);
            let found = self.values.iter().rev().find(fits).copied();
            results.push(found.map_or(param, |v| b.binary(BinaryOp::Add, param, v)));
        }
        Ok(results)
    }

    /// Emits a `map` whose body takes one scalar: XLA aborts the process for some bodies with two.
    pub(super) fn map(&mut self, b: &mut Builder<'_>, x: ValueId, shape: &Shape) -> Result<SmallVec<[ValueId; 1]>> {
        let region = b.function.add_region();
        let param = b.function.add_region_param(region, Shape::scalar(shape.dtype));
        if let Some(bounds) = &mut self.bounds {
            let Some(bound) = bounds.of(x) else { gomlx_ir::bail!(Unsupported, "an operand without a bound") };
            bounds.set(param, bound);
        }
        self.region(b, region, |g, b| {
            let (binary, unary) =
                (g.one_of(&[BinaryOp::Add, BinaryOp::Multiply]), g.one_of(&[UnaryOp::Negate, UnaryOp::Real, UnaryOp::Sign]));
            let product = g.emit(b, Op::Binary(binary), &[param, param])?;
            // If a complex number has magnitude 1, it differs from its sign only by rounding.
            if b.shape(product).dtype.is_complex() && !g.exact() || !g.ordered(b.shape(product).dtype) || shape.dtype == DType::Bool {
                return Ok(vec![product]);
            }
            let first = g.emit(b, Op::Unary(unary), &[param])?;
            let less = g.emit(b, Op::Compare(Direction::Lt, CompareKind::of(shape.dtype)), &[param, first])?;
            Ok(vec![g.emit(b, Op::Select, &[less, product, first])?])
        })?;
        self.emit_all(b, Op::Map, &[x], &[region])
    }
}
