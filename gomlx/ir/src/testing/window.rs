// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! `reduce_window` and `select_and_scatter`.

use smallvec::SmallVec;

use super::{Case, case, from_f64, uniform};
use crate::{BinaryOp, Builder, CompareKind, DType, Direction, HostTensor, Op, Reducer, Shape, Window};

pub(super) fn cases(cases: &mut Vec<Case>) {
    let mut dilated = Window::new(&[2, 3], &[1, 2]);
    dilated.base_dilations = [2, 1][..].into();
    dilated.window_dilations = [1, 2][..].into();
    dilated.padding = SmallVec::from_slice(&[(1, 0), (0, 2)]);
    let mut same = Window::new(&[3, 3], &[1, 1]);
    same.padding = SmallVec::from_slice(&[(1, 1), (1, 1)]);
    let mut cumulative = Window::new(&[1, 8], &[1, 1]);
    cumulative.padding = SmallVec::from_slice(&[(0, 0), (7, 0)]);
    let mut cut = Window::new(&[2, 2], &[1, 1]);
    cut.padding = SmallVec::from_slice(&[(-1, 0), (0, -2)]);
    let windows = [
        ("pool", Window::new(&[2, 2], &[2, 2])),
        ("overlap", Window::new(&[3, 2], &[2, 1])),
        ("dilated", dilated),
        ("same", same),
        ("cumulative", cumulative),
        ("cut", cut),
        ("larger", Window::new(&[9, 9], &[1, 1])),
    ];
    for (name, window) in windows {
        for op in [BinaryOp::Add, BinaryOp::Maximum, BinaryOp::Minimum] {
            for dtype in [DType::F32, DType::BF16, DType::I32] {
                // Small integers have exact sums in bf16 in any order.
                let whole = uniform(DType::I32, &[6, 8], -4.0, 4.0, 1).to_f64_vec();
                let x = if dtype == DType::F32 { uniform(dtype, &[6, 8], -4.0, 4.0, 1) } else { from_f64(dtype, &[6, 8], &whole) };
                cases.push(case(format!("reduce_window_{name}_{}_{dtype}", Op::Binary(op).short_name()), vec![x], |b, p| {
                    let initial = b.identity(op, dtype);
                    let body = b.reducer(Reducer::Binary(op), dtype);
                    let inst = b.emit_inst(Op::ReduceWindow(window.clone()), &[p[0], initial], &[body]).expect("a case is well-typed");
                    b.function.inst(inst).results.to_vec()
                }));
            }
        }
    }
    let x = uniform(DType::F32, &[2, 9, 8, 3], -4.0, 4.0, 1);
    cases.push(case("max_pool_nhwc", vec![x], |b, p| {
        let initial = b.identity(BinaryOp::Maximum, DType::F32);
        let body = b.reducer(Reducer::Binary(BinaryOp::Maximum), DType::F32);
        let op = Op::ReduceWindow(Window::new(&[1, 2, 2, 1], &[1, 2, 2, 1]));
        let inst = b.emit_inst(op, &[p[0], initial], &[body]).expect("a case is well-typed");
        b.function.inst(inst).results.to_vec()
    }));
    for dtype in [DType::F16, DType::F32] {
        let x = uniform(dtype, &[3, 333], 0.0, 4.0, 1);
        cases.push(case(format!("reduce_window_long_{dtype}"), vec![x], |b, p| {
            let initial = b.scalar(dtype, 0.0);
            let body = b.reducer(Reducer::Binary(BinaryOp::Add), dtype);
            let op = Op::ReduceWindow(Window::new(&[2, 100], &[1, 3]));
            let inst = b.emit_inst(op, &[p[0], initial], &[body]).expect("a case is well-typed");
            b.function.inst(inst).results.to_vec()
        }));
    }
    select_and_scatter(cases);
}

/// The gradient of max-pooling, with and without overlap and padding.
fn select_and_scatter(cases: &mut Vec<Case>) {
    let mut padded = Window::new(&[1, 3, 3, 1], &[1, 2, 2, 1]);
    padded.padding = SmallVec::from_slice(&[(0, 0), (1, 1), (1, 0), (0, 0)]);
    for (name, window, source) in [
        ("pool", Window::new(&[1, 2, 2, 1], &[1, 2, 2, 1]), [2, 4, 3, 3]),
        ("overlap", Window::new(&[1, 3, 2, 1], &[1, 1, 1, 1]), [2, 6, 6, 3]),
        ("padded", padded, [2, 4, 3, 3]),
    ] {
        for dtype in [DType::F16, DType::F32, DType::F64] {
            let inputs = vec![uniform(dtype, &[2, 8, 7, 3], -4.0, 4.0, 1), uniform(dtype, &source, -1.0, 1.0, 2)];
            pool_gradient(cases, format!("select_and_scatter_{name}_{dtype}"), inputs, &window);
        }
    }
    // All windows select one element. The sum of their ones is not a sum of rounded sums.
    let mut peak = vec![0.0; 799];
    peak[399] = 1.0;
    for dtype in [DType::F16, DType::BF16] {
        let inputs = vec![from_f64(dtype, &[799], &peak), from_f64(dtype, &[400], &[1.0625; 400])];
        pool_gradient(cases, format!("select_and_scatter_often_{dtype}"), inputs, &Window::new(&[400], &[1]));
    }
}

fn pool_gradient(cases: &mut Vec<Case>, name: String, inputs: Vec<HostTensor>, window: &Window) {
    let dtype = inputs[0].dtype();
    cases.push(case(name, inputs, |b, p| {
        let zero = b.scalar(dtype, 0.0);
        let select = b.function.add_region();
        let [x, y] = [(); 2].map(|()| b.function.add_region_param(select, Shape::scalar(dtype)));
        let op = Op::Compare(Direction::Ge, CompareKind::Float);
        let larger = Builder::new(b.function, select).emit(op, &[x, y]).expect("a case is well-typed");
        b.function.region_mut(select).results = vec![larger];
        let scatter = b.reducer(Reducer::Binary(BinaryOp::Add), dtype);
        let op = Op::SelectAndScatter(window.clone());
        let inst = b.emit_inst(op, &[p[0], p[1], zero], &[select, scatter]).expect("a case is well-typed");
        b.function.inst(inst).results.to_vec()
    }));
}
