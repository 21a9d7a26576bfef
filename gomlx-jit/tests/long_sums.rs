// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The rounding error of a long sum does not grow with its length.

use std::sync::Arc;

use gomlx_ir::testing::{Case, case};
use gomlx_ir::{Backend, BinaryOp, Buffer, DType, Dim, DotDims, HostTensor, Op, Reducer, Window};
use gomlx_jit::{JitBackend, with_threads};

/// The elements of the one result, which must not depend on the number of threads.
fn result(case: &Case) -> Vec<f64> {
    let executable = JitBackend.compile(&case.module).expect("the case compiles");
    let run = || {
        let mut outputs = vec![];
        let mut inputs = case.inputs.iter().map(|x| Buffer::Host(Arc::new(x.clone()))).collect();
        executable.run(&mut inputs, &mut outputs).expect("the case runs");
        outputs[0].to_host().expect("a host tensor").to_f64_vec()
    };
    let one = with_threads(1, run);
    assert_eq!(with_threads(2, run), one);
    one
}

/// Sums `sizes` equal elements over axes. No tensor of the elements exists.
fn sum_of_equal(element: f32, sizes: &[usize], axes: &[usize]) -> Vec<f64> {
    result(&case("sum", vec![HostTensor::scalar(element)], |b, p| {
        let dims: Vec<Dim> = sizes.iter().map(|&n| Dim::Lit(n)).collect();
        let all = b.broadcast(p[0], &dims, &[]);
        vec![b.reduce_sum(all, axes)]
    }))
}

fn assert_near(got: &[f64], wanted: f64, tolerance: f64) {
    for x in got {
        assert!((x - wanted).abs() <= tolerance * wanted.abs(), "{x} is not {wanted}");
    }
}

#[test]
fn of_equal_elements() {
    assert_eq!(sum_of_equal(1.0, &[400_000_000], &[0]), [4e8]);
    assert_eq!(sum_of_equal(1.0, &[(1 << 24) + (1 << 20), 2], &[0]), [17_825_792.0; 2]);
    for element in [0.1f32, 0.3, 0.7] {
        let (x, wide) = (HostTensor::new(&[1_000_000, 4], &vec![element; 4_000_000]), f64::from(element));
        let x = x.expect("one element for each position");
        assert_near(&sum_of_equal(element, &[20_000_000], &[0]), wide * 2e7, 1e-6);
        // The elements are also a tensor, and both axes may be the axis of the lanes.
        for (axes, count) in [(&[0][..], 1e6), (&[0, 1], 4e6)] {
            assert_near(&result(&case("sum", vec![x.clone()], |b, p| vec![b.reduce_sum(p[0], axes)])), wide * count, 1e-6);
        }
        let squares = result(&case("squares", vec![x.clone()], |b, p| {
            let squares = b.binary(BinaryOp::Multiply, p[0], p[0]);
            vec![b.reduce_sum(squares, &[0])]
        }));
        assert_near(&squares, wide * wide * 1e6, 1e-6);
    }
}

#[test]
fn of_products_and_windows() {
    let n = 4_000_000;
    let x = HostTensor::new(&[n], &vec![0.1f32; n]).expect("one element for each position");
    let ones = HostTensor::new(&[n, 2], &vec![1f32; 2 * n]).expect("one element for each position");
    let none = || [][..].into();
    let dims =
        DotDims { lhs_batch: none(), rhs_batch: none(), lhs_contracting: [0][..].into(), rhs_contracting: [0][..].into(), out: DType::F32 };
    let product = result(&case("product", vec![x.clone(), ones], |b, p| {
        vec![b.emit(Op::DotGeneral(dims.clone()), p).expect("a case is well-typed")]
    }));
    // The parts of a product are longer than the blocks of a sum.
    assert_near(&product, f64::from(0.1f32) * n as f64, 4e-6);
    let windows = result(&case("windows", vec![x], |b, p| {
        let zero = b.scalar(DType::F32, 0.0);
        let body = b.reducer(Reducer::Binary(BinaryOp::Add), DType::F32);
        let op = Op::ReduceWindow(Window::new(&[n / 2], &[n / 2]));
        let inst = b.emit_inst(op, &[p[0], zero], &[body]).expect("a case is well-typed");
        b.function.inst(inst).results.to_vec()
    }));
    assert_near(&windows, f64::from(0.1f32) * (n / 2) as f64, 1e-7);
    assert_eq!(windows.len(), 2);
}
