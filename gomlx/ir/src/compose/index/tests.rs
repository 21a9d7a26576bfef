// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Indexing of tensors with symbolic sizes.

use super::{Assign, AxisIndex};
use crate::compose::{Operand, Stop, Var, compose_one};
use crate::{DType, Dim, Donation, Function, Shape, ValueId};

/// The shape of a composition of `x: f32[N, 4]` and `i: i32[M, 3]`.
fn shape(body: impl for<'c> Fn(Var<'c>, Var<'c>) -> super::super::Composed<Var<'c>>) -> Result<String, Stop> {
    let mut function = Function::new("parts");
    let mut param = |dtype, symbol: &str, n| -> ValueId {
        function.add_param(Shape::symbolic(dtype, [Dim::symbol(symbol), Dim::Lit(n)]), Donation::Keep)
    };
    let (x, i) = (param(DType::F32, "N", 4), param(DType::I32, "M", 3));
    let part = compose_one("at", &mut function, Function::BODY, None, |c| body(c.var(x), c.var(i)))?;
    Ok(function.shape(part).to_string())
}

fn read(parts: &[AxisIndex<()>]) -> Result<String, Stop> {
    shape(|x, i| x.part(&parts.iter().map(|part| part.map(|()| i)).collect::<Vec<_>>()))
}

#[test]
fn whole_axes_may_have_any_size() {
    assert_eq!(read(&[AxisIndex::ALL, AxisIndex::At(-1)]).unwrap(), "f32[N]");
    let every_second = AxisIndex::Range { start: Some(1), end: None, step: 2 };
    assert_eq!(read(&[AxisIndex::ALL, every_second]).unwrap(), "f32[N, 2]");
    assert_eq!(read(&[AxisIndex::At(0)]), Err(Stop::Unknown));
    assert_eq!(read(&[AxisIndex::Tensor(())]).unwrap(), "f32[M, 3, 4]");
}

#[test]
fn an_index_beyond_a_known_axis_is_wrong() {
    let wrong = |parts: &[AxisIndex<()>]| match read(parts) {
        Err(Stop::Wrong(error)) => error.message,
        other => panic!("{other:?}"),
    };
    assert_eq!(wrong(&[AxisIndex::ALL, AxisIndex::At(4)]), "at: axis 1 of f32[N, 4] has no element 4");
    assert_eq!(wrong(&[AxisIndex::ALL, AxisIndex::At(0), AxisIndex::ALL]), "at: 3 parts index f32[N, 4], which has 2 axes");
}

#[test]
fn elements_fit_a_part_or_are_wrong_or_unknown() {
    let parts = [AxisIndex::ALL, AxisIndex::Range { start: None, end: Some(3), step: 1 }];
    let write = |elements: fn(Var<'_>) -> Var<'_>| {
        shape(|x, i| x.with_part(&parts.map(|part| part.map(|()| i)), Assign::Add, Operand::from(elements(i.convert(DType::F32)))))
    };
    assert_eq!(write(|i| i), Err(Stop::Unknown));
    assert!(matches!(write(|i| i.with_dims(&[Dim::Lit(1), Dim::symbol("M"), Dim::Lit(3)])), Err(Stop::Wrong(_))));
    assert_eq!(write(|i| i.composer().scalar(DType::F32, 1.0)).unwrap(), "f32[N, 4]");
}
