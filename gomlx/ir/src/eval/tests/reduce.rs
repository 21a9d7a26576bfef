// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

use smallvec::smallvec;

use super::*;
use crate::{Axes, BinaryOp, Direction, Reducer, Shape, Window};

fn body(op: BinaryOp, dtype: DType) -> impl FnOnce(&mut Builder<'_>) -> Vec<RegionId> {
    move |b| vec![b.reducer(Reducer::Binary(op), dtype)]
}

#[test]
fn sums_go_over_axes() {
    let x = ones_up(DType::I64, &[2, 3]);
    for (axes, expected) in [(&[1usize][..], &[6i64, 15][..]), (&[0], &[5, 7, 9]), (&[0, 1], &[21]), (&[], &[1, 2, 3, 4, 5, 6])] {
        let r = results(Op::Reduce(Axes::from(axes)), &[x.clone(), HostTensor::scalar(0i64)], body(BinaryOp::Add, DType::I64));
        assert_eq!(r[0].as_slice::<i64>().unwrap(), expected);
    }
    let r = results(Op::Reduce(smallvec![1]), &[x, HostTensor::scalar(10i64)], body(BinaryOp::Multiply, DType::I64));
    assert_eq!(r[0].as_slice::<i64>().unwrap(), [60, 1200]);
}

#[test]
fn sums_round_once() {
    // A sum in f32 would lose each 1 beside 2^24.
    let mut elements = vec![1f32; 17];
    elements[0] = (1 << 24) as f32;
    let r = results(Op::Reduce(smallvec![0]), &[t(&[17], &elements), HostTensor::scalar(0f32)], body(BinaryOp::Add, DType::F32));
    assert_eq!(r[0].as_slice::<f32>().unwrap(), [((1 << 24) + 16) as f32]);
}

#[test]
fn sums_in_f64_keep_what_their_steps_lose() {
    let x = t(&[1003], &[&[1e16][..], &[0.3; 1000], &[1.0, -1e16]].concat());
    let sum = results(Op::Reduce([0][..].into()), &[x, t(&[], &[0f64])], |b| vec![b.reducer(Reducer::Binary(BinaryOp::Add), DType::F64)]);
    assert!((sum[0].as_slice::<f64>().unwrap()[0] - 301.0).abs() < 1e-10, "{:?}", sum[0]);
    // Infinities and signs of zeros are the same as in plain sums.
    for (x, wanted) in [([f64::INFINITY, 1.0], f64::INFINITY), ([1e308, 1e308], f64::INFINITY), ([-0.0, -0.0], -0.0)] {
        let sum = results(Op::Reduce([0][..].into()), &[t(&[2], &x), t(&[], &[-0f64])], |b| {
            vec![b.reducer(Reducer::Binary(BinaryOp::Add), DType::F64)]
        });
        assert_eq!(sum[0].as_slice::<f64>().unwrap()[0].to_bits(), wanted.to_bits());
    }
}

#[test]
fn nothing_reduces_to_the_initial_value() {
    let empty = HostTensor::zeros(DType::F32, &[2, 0]).unwrap();
    let r = results(Op::Reduce(smallvec![1]), &[empty, HostTensor::scalar(3f32)], body(BinaryOp::Add, DType::F32));
    assert_eq!(r[0].as_slice::<f32>().unwrap(), [3.0, 3.0]);
}

#[test]
fn bodies_of_many_ops_run() {
    // The maximum and its position. Among equal elements the first one wins.
    let argmax = |b: &mut Builder<'_>| {
        let region = b.function.add_region();
        let (value, position) = (Shape::scalar(DType::F32), Shape::scalar(DType::I32));
        let params: Vec<ValueId> = [&value, &position, &value, &position].map(|s| b.function.add_region_param(region, s.clone())).to_vec();
        let mut inner = Builder::new(b.function, region);
        let stays = inner.compare(Direction::Ge, params[0], params[2]);
        let results = vec![inner.select(stays, params[0], params[2]), inner.select(stays, params[1], params[3])];
        b.function.region_mut(region).results = results;
        vec![region]
    };
    let x = t(&[2, 3], &[1f32, 5.0, 5.0, -1.0, -3.0, -2.0]);
    let positions = t(&[2, 3], &[0i32, 1, 2, 0, 1, 2]);
    let inputs = [x, positions, HostTensor::scalar(f32::NEG_INFINITY), HostTensor::scalar(-1i32)];
    let r = results(Op::Reduce(smallvec![1]), &inputs, argmax);
    assert_eq!(r[0].as_slice::<f32>().unwrap(), [5.0, -1.0]);
    assert_eq!(r[1].as_slice::<i32>().unwrap(), [1, 0]);
}

#[test]
fn windows_dilate_and_pad() {
    let window = Window {
        dims: smallvec![2, 1],
        strides: smallvec![4, 1],
        base_dilations: smallvec![2, 1],
        window_dilations: smallvec![3, 1],
        padding: smallvec![(2, 1), (0, 0)],
    };
    let inputs = [ones_up(DType::I64, &[3, 2]), HostTensor::scalar(0i64)];
    let r = results(Op::ReduceWindow(window), &inputs, body(BinaryOp::Add, DType::I64));
    assert_eq!(r[0].dims(), [2, 2]);
    assert_eq!(r[0].as_slice::<i64>().unwrap(), [0, 0, 3, 4]);
}

#[test]
fn max_pooling_takes_the_greatest() {
    let inputs = [t(&[4, 4], &(0..16).map(|i| (i * 7 % 16) as f32).collect::<Vec<_>>()), HostTensor::scalar(f32::NEG_INFINITY)];
    let r = results(Op::ReduceWindow(Window::new(&[2, 2], &[2, 2])), &inputs, body(BinaryOp::Maximum, DType::F32));
    assert_eq!(r[0].as_slice::<f32>().unwrap(), [12.0, 14.0, 15.0, 13.0]);
}

#[test]
fn sources_scatter_to_what_was_selected() {
    let window = Window { padding: smallvec![(0, 1), (0, 0)], ..Window::new(&[3, 1], &[2, 1]) };
    let inputs = [t(&[4, 2], &[1i64, 5, 2, 5, 3, 6, 4, 4]), t(&[2, 2], &[5i64, 6, 7, 8]), HostTensor::scalar(0i64)];
    let r = results(Op::SelectAndScatter(window), &inputs, |b| {
        let select = b.function.add_region();
        let x = b.function.add_region_param(select, Shape::scalar(DType::I64));
        let y = b.function.add_region_param(select, Shape::scalar(DType::I64));
        let kept = Builder::new(b.function, select).compare(Direction::Ge, x, y);
        b.function.region_mut(select).results = vec![kept];
        vec![select, b.reducer(Reducer::Binary(BinaryOp::Add), DType::I64)]
    });
    assert_eq!(r[0].as_slice::<i64>().unwrap(), [0, 0, 0, 0, 5, 14, 7, 0]);
}
