// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Branches and loops over values with symbolic sizes.

use super::{After, Bound, Pushed, RolledBuilder, StepBuilder, branch, stack};
use crate::compose::{Stop, compose_one, set_results};
use crate::{Builder, Code, DType, Dim, Donation, Function, Module, Op, Shape, UnaryOp, ValueId, verify};

fn param(function: &mut Function, dims: &[Dim]) -> ValueId {
    function.add_param(Shape::symbolic(DType::F32, dims.iter().cloned()), Donation::Donate)
}

/// A loop over two variables. It runs while a flag is true, and a step changes the first variable.
fn repeat(change: UnaryOp) -> Result<(Function, After, [ValueId; 2]), Stop> {
    let mut function = Function::new("repeat");
    let n = Dim::symbol("N");
    let (x, y) = (param(&mut function, std::slice::from_ref(&n)), param(&mut function, &[n]));
    let going = function.add_param(Shape::scalar(DType::Bool), Donation::Keep);
    let step = StepBuilder::begin(&mut function, "while", [("x", x), ("y", y)]);
    let (in_body, seen) = (step.params().next().unwrap(), step.params().nth(1).unwrap());
    let body = step.body();
    let mut builder = Builder::new(&mut function, body);
    let changed = builder.unary(change, in_body);
    let sum = builder.add(changed, seen);
    let finished = step.end(&mut function, &[sum, seen], None)?;
    let after = finished.close(&mut Builder::new(&mut function, Function::BODY), going)?;
    Ok((function, after, [x, y]))
}

#[test]
fn only_variables_that_change_are_state() {
    let (mut function, after, [x, y]) = repeat(UnaryOp::Negate).unwrap();
    assert_eq!(after.variables[1], y);
    let (_, inst) = function.def_inst(after.variables[0]).unwrap();
    assert_eq!(inst.operands.as_slice(), [x]);
    assert!(inst.regions.iter().all(|&region| function.region(region).params.len() == 1));
    let positions = set_results(&mut function, &[(x, after.variables[0]), (y, y)], &[]);
    assert_eq!(positions, [Some(0), None]);
    assert_eq!(function.donations, [Donation::Alias(0), Donation::Keep, Donation::Keep]);
    verify::verify(&Module::new(function)).unwrap();
}

#[test]
fn branches_fit_or_are_wrong_or_unknown() {
    let merged = |a: &[Dim], b: &[Dim]| {
        let mut function = Function::new("branch");
        let (x, y) = (param(&mut function, a), param(&mut function, b));
        let taken = function.add_param(Shape::scalar(DType::Bool), Donation::Keep);
        let arms = [function.add_region(), function.add_region()];
        let mut builder = Builder::new(&mut function, Function::BODY);
        branch(&mut builder, &Op::If, taken, &arms, &[vec![x, x], vec![x, y]], |_| "`y`".to_owned()).map(|merged| merged[0] == x)
    };
    let (n, m) = (Dim::symbol("N"), Dim::symbol("M"));
    assert_eq!(merged(std::slice::from_ref(&n), std::slice::from_ref(&n)), Ok(true));
    assert_eq!(merged(std::slice::from_ref(&n), &[m]), Err(Stop::Unknown));
    let Err(Stop::Wrong(error)) = merged(std::slice::from_ref(&n), &[n.checked_add_signed(1).unwrap()]) else { panic!("the sizes differ") };
    assert_eq!((error.code, error.message.as_str()), (Code::Shape, "if: `y` is f32[N] after one branch and f32[N+1] after another"));
}

#[test]
fn rows_of_all_steps_become_one_block() {
    let mut function = Function::new("rows");
    let x = param(&mut function, &[Dim::symbol("N")]);
    let mut outer = Builder::new(&mut function, Function::BODY);
    let rolled = RolledBuilder::begin(&mut outer, &[Bound::Host(2), Bound::Host(5)], [("x", x)]).unwrap();
    let (body, in_body) = (rolled.step().body(), rolled.step().params().next().unwrap());
    let block = compose_one("push", &mut function, body, None, |c| {
        let row = c.var(in_body).with_dims(&[Dim::Lit(1), Dim::symbol("N")]);
        stack(c, &[row, row])
    });
    let pushed = Pushed { blocks: vec![block.unwrap()], steps: 3 };
    let (variables, blocks) = rolled.close(&mut Builder::new(&mut function, Function::BODY), &[in_body], None, &[pushed]).unwrap();
    assert_eq!(variables, [x]);
    assert_eq!(function.shape(blocks[0]).to_string(), "f32[6, N]");
}
