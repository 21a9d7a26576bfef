// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! `for .. in rolled(..)`: a `while` that counts its steps, gives each a row, and collects the rows that steps push.

use super::super::{Composed, Composer, Stop, Var, compose_one};
use super::{After, StepBuilder};
use crate::{Axes, Builder, Code, DType, Diagnostic, Dim, Direction, HostTensor, Op, Result, Shape, ValueId};

/// The first number of a counter, or the one after its last. `T` is a tensor of the front end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Bound<T> {
    /// Known before the graph runs.
    Host(i64),
    /// A scalar of `i32`, known when it runs.
    Graph(T),
}

impl<T> Bound<T> {
    /// The number of steps between two bounds, if it is known before the graph runs.
    pub fn steps(bounds: &[Bound<T>; 2]) -> Option<usize> {
        match bounds {
            [Bound::Host(first), Bound::Host(end)] => Some(usize::try_from(end.saturating_sub(*first)).unwrap_or(0)),
            _ => None,
        }
    }
}

/// The value of a counter.
///
/// # Errors
/// If `i32`, which counts the steps, does not have the number.
pub fn counter(n: i64) -> Result<HostTensor> {
    match i32::try_from(n) {
        Ok(n) => Ok(HostTensor::scalar(n)),
        Err(_) => Err(Diagnostic::new(Code::Attribute, format!("rolled: {n} is beyond the `i32` that counts the steps"))),
    }
}

/// The bounds of a loop over several parts at once.
///
/// # Errors
/// If the bounds of a part are tensors, or not those of the first part.
pub fn together<T: Clone>(parts: &[[Bound<T>; 2]]) -> Result<[Bound<T>; 2]> {
    let host = |bounds: &[Bound<T>; 2]| match bounds {
        [Bound::Host(first), Bound::Host(end)] => Some((*first, *end)),
        _ => None,
    };
    let first = host(&parts[0]);
    if first.is_some() && parts.iter().all(|bounds| host(bounds) == first) {
        return Ok(parts[0].clone());
    }
    let steps = |bounds: &[Bound<T>; 2]| Bound::steps(bounds).map_or("?".to_owned(), |n| n.to_string());
    let written: Vec<String> = parts.iter().map(steps).collect();
    if written.iter().all(|n| *n == written[0] && n != "?") {
        let error = Diagnostic::new(Code::Shape, "rolled: the parts have the same number of steps, but start at different numbers");
        return Err(error.note("a range beside rows starts at 0"));
    }
    Err(Diagnostic::new(Code::Shape, format!("rolled: the parts have {} steps", written.join(" and ")))
        .note("what is repeated over together has the same first axis"))
}

/// A loop with a counter while its body is written.
pub struct RolledBuilder {
    step: StepBuilder,
    /// The number of steps, if it is known before the graph runs.
    steps: Option<usize>,
    first: ValueId,
    end: ValueId,
    counter: ValueId,
}

/// The rows that each step adds to a variable.
pub struct Pushed {
    /// The rows, in blocks with an axis for them in front.
    pub blocks: Vec<ValueId>,
    /// The number of steps.
    pub steps: usize,
}

impl RolledBuilder {
    /// Begins the body of a loop over variables, each with its name and its value before the loop. Its counter goes
    /// from `first` to before `end`.
    ///
    /// # Errors
    /// If a bound is beyond `i32`.
    pub fn begin<'n>(
        builder: &mut Builder<'_>,
        bounds: &[Bound<ValueId>; 2],
        variables: impl IntoIterator<Item = (&'n str, ValueId)>,
    ) -> Result<RolledBuilder> {
        let mut value = |bound: &Bound<ValueId>| match *bound {
            Bound::Host(n) => Ok(builder.constant(counter(n)?)),
            Bound::Graph(value) => Ok(value),
        };
        let (first, end) = (value(&bounds[0])?, value(&bounds[1])?);
        let step = StepBuilder::begin(builder.function, "rolled", variables);
        let counter = builder.function.add_region_param(step.body(), Shape::scalar(DType::I32));
        builder.function.set_name(counter, "i");
        Ok(RolledBuilder { step, steps: Bound::steps(bounds), first, end, counter })
    }

    /// The body.
    pub fn step(&self) -> &StepBuilder {
        &self.step
    }

    /// The counter in a step.
    pub fn counter(&self) -> ValueId {
        self.counter
    }

    /// Ends the body and appends the loop: the values of the variables at the end of a step, whether the step was left
    /// by `break`, if it may be, and the rows that it pushed. Gives the values of the variables after the loop, and for
    /// each push the rows of all steps as one block. A loop of no steps is not appended: its body only says what shape
    /// the rows would have.
    ///
    /// # Errors
    /// If a variable has another shape than before the step; if the symbols decide how many rows there are.
    pub fn close(
        self,
        builder: &mut Builder<'_>,
        yielded: &[ValueId],
        broken: Option<ValueId>,
        pushed: &[Pushed],
    ) -> Result<(Vec<ValueId>, Vec<ValueId>), Stop> {
        let RolledBuilder { step, steps, first, end, counter } = self;
        let before: Vec<ValueId> = step.before().collect();
        let mut repeat = step.end(builder.function, yielded, broken)?;
        let (body, location) = (repeat.body(), builder.location.clone());
        let location = location.as_ref();
        let mut rows_of_step = vec![];
        for Pushed { blocks, .. } in pushed {
            rows_of_step.push(compose_one("rolled", builder.function, body, location, |c| {
                stack(c, &blocks.iter().map(|&block| c.var(block)).collect::<Vec<_>>())
            })?);
        }
        if steps == Some(0) {
            return Ok((before, rows_of_step.iter().map(|&block| no_rows(builder, block)).collect()));
        }
        let next = compose_one("rolled", builder.function, body, location, |c| Ok(c.var(counter) + 1))?;
        let in_condition = repeat.carry(builder.function, Some(first), counter, next);
        for (Pushed { steps, .. }, block) in pushed.iter().zip(rows_of_step) {
            let mut shape = builder.function.shape(block).clone();
            let rows = shape.dims[0].clone();
            shape.dims[0] = &rows * &Dim::Lit(*steps);
            let rows = rows.lit().ok_or(Stop::Unknown)?;
            let buffer = repeat.param(builder.function, shape, "rows");
            let filled = compose_one("rolled", builder.function, body, location, |c| {
                let position = (c.var(counter) - c.var(first)) * c.scalar(DType::I32, rows as f64);
                let mut operands = vec![c.var(buffer), c.var(block), position];
                operands.resize(2 + c.var(buffer).rank()?, c.scalar(DType::I32, 0.0));
                Ok(c.emit(Op::DynamicUpdateSlice, &operands))
            })?;
            repeat.carry(builder.function, None, buffer, filled);
        }
        let going = compose_one("rolled", builder.function, repeat.condition(), location, |c| {
            Ok(c.var(in_condition).compare(Direction::Lt, c.var(end)))
        })?;
        let After { variables, mut extras } = repeat.close(builder, going)?;
        // The first is the counter, and the last may say whether the loop was left.
        extras.truncate(1 + pushed.len());
        Ok((variables, extras.split_off(1)))
    }
}

/// A block like `block`, of no rows.
fn no_rows(builder: &mut Builder<'_>, block: ValueId) -> ValueId {
    let mut shape = builder.shape(block).clone();
    shape.dims[0] = Dim::Lit(0);
    builder.full(&shape, 0.0)
}

/// The row of a tensor at a position of its first axis. Without rows it is zeros, for a step that never runs.
///
/// # Errors
/// If the tensor is a scalar; if symbols are among its sizes.
pub fn row<'c>(tensor: Var<'c>, position: Var<'c>) -> Composed<Var<'c>> {
    let (c, shape) = (tensor.composer(), tensor.shape()?);
    if shape.rank() == 0 {
        return Err(c.wrong(Code::Shape, format_args!("{shape} has no axis to repeat over")));
    }
    if shape.dims[0].is(0) {
        return Ok(c.zeros(shape.dtype, &shape.dims[1..]));
    }
    let mut sizes: Axes = shape.dims.iter().map(|n| n.lit()).collect::<Option<_>>().ok_or_else(|| c.unknown())?;
    sizes[0] = 1;
    let mut operands = vec![tensor, position];
    operands.resize(1 + shape.rank(), c.scalar(DType::I32, 0.0));
    Ok(c.emit(Op::DynamicSlice(sizes), &operands).with_dims(&shape.dims[1..]))
}

/// Blocks of rows as one.
///
/// # Errors
/// If there are none.
pub fn stack<'c>(c: &'c Composer<'c>, blocks: &[Var<'c>]) -> Composed<Var<'c>> {
    match blocks {
        [] => Err(c.wrong(Code::Shape, "no rows were pushed")),
        [one] => Ok(*one),
        several => Ok(c.emit(Op::Concatenate(0), several)),
    }
}
