// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

use smallvec::smallvec;

use super::*;
use crate::{Dim, Shape};

#[test]
fn iota_counts_along_its_axis() {
    let op = Op::Iota { shape: Shape::new(DType::I32, &[2, 3]), axis: 1 };
    assert_eq!(result(op, &[]).as_slice::<i32>().unwrap(), [0, 1, 2, 0, 1, 2]);
    let op = Op::Iota { shape: Shape::new(DType::C64, &[2]), axis: 0 };
    assert_eq!(result(op, &[]).to_f64_vec(), [0.0, 1.0]);
}

#[test]
fn every_dtype_moves() {
    for dtype in DType::ALL {
        let x = result(Op::Convert(dtype), &[ones_up(DType::I32, &[2, 3])]);
        let there = result(Op::Transpose(smallvec![1, 0]), std::slice::from_ref(&x));
        assert_eq!(there.dims(), [3, 2]);
        assert_eq!(result(Op::Transpose(smallvec![1, 0]), &[there]), x, "{dtype}");
    }
}

#[test]
fn broadcast_repeats_axes_of_one() {
    let op = Op::BroadcastInDim { dims: [2, 3, 2].map(Dim::Lit).into_iter().collect(), axes: smallvec![2, 1] };
    let r = result(op, &[t(&[1, 3], &[1i32, 2, 3])]);
    assert_eq!(r.as_slice::<i32>().unwrap(), [1, 1, 2, 2, 3, 3, 1, 1, 2, 2, 3, 3]);
}

#[test]
fn transpose_permutes() {
    let r = result(Op::Transpose(smallvec![2, 1, 0]), &[t(&[2, 3, 2], &[1i32, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])]);
    assert_eq!(r.dims(), [2, 3, 2]);
    assert_eq!(r.as_slice::<i32>().unwrap(), [1, 7, 3, 9, 5, 11, 2, 8, 4, 10, 6, 12]);
}

#[test]
fn slices_step() {
    let op = Op::Slice { starts: smallvec![1, 2], limits: [3, 4].map(Dim::Lit).into_iter().collect(), strides: smallvec![1, 1] };
    let r = result(op, &[t(&[3, 4], &[0i64, 0, 0, 0, 0, 0, 1, 1, 0, 0, 1, 1])]);
    assert_eq!(r.as_slice::<i64>().unwrap(), [1, 1, 1, 1]);
    let op = Op::Slice { starts: smallvec![1], limits: smallvec![Dim::Lit(6)], strides: smallvec![3] };
    assert_eq!(result(op, &[ones_up(DType::U8, &[6])]).as_slice::<u8>().unwrap(), [2, 5]);
}

#[test]
fn pads_between_around_and_cuts() {
    let op = Op::Pad { low: smallvec![0, 1], high: smallvec![2, 1], interior: smallvec![1, 2] };
    let r = result(op, &[t(&[2, 3], &[1i32, 2, 3, 4, 5, 6]), HostTensor::scalar(0i32)]);
    let mut expected = [0; 45];
    for (at, value) in [(1, 1), (4, 2), (7, 3), (19, 4), (22, 5), (25, 6)] {
        expected[at] = value;
    }
    assert_eq!(r.as_slice::<i32>().unwrap(), expected);
    let op = Op::Pad { low: smallvec![-1], high: smallvec![-1], interior: smallvec![1] };
    let r = result(op, &[t(&[3], &[1i32, 2, 3]), HostTensor::scalar(9i32)]);
    assert_eq!(r.as_slice::<i32>().unwrap(), [9, 2, 9]);
}

#[test]
fn concatenates_and_reverses() {
    let r = result(Op::Concatenate(0), &[t(&[3, 2], &[1i64, 2, 3, 4, 5, 6]), t(&[1, 2], &[7i64, 8])]);
    assert_eq!(r.as_slice::<i64>().unwrap(), [1, 2, 3, 4, 5, 6, 7, 8]);
    let r = result(Op::Concatenate(1), &[t(&[2, 1], &[1i64, 2]), t(&[2, 2], &[3i64, 4, 5, 6])]);
    assert_eq!(r.as_slice::<i64>().unwrap(), [1, 3, 4, 2, 5, 6]);
    let r = result(Op::Reverse(smallvec![1]), &[t(&[3, 2], &[1i32, 2, 3, 4, 5, 6])]);
    assert_eq!(r.as_slice::<i32>().unwrap(), [2, 1, 4, 3, 6, 5]);
}

#[test]
fn dynamic_slices_stay_inside() {
    let x = t(&[4, 4], &[0i32, 0, 1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
    let starts = [HostTensor::scalar(-1i64), HostTensor::scalar(3i64)];
    let r = result(Op::DynamicSlice(smallvec![2, 2]), &[x.clone(), starts[0].clone(), starts[1].clone()]);
    assert_eq!(r.as_slice::<i32>().unwrap(), [1, 1, 1, 1]);
    let update = t(&[1, 2], &[8i32, 9]);
    let r = result(Op::DynamicUpdateSlice, &[x, update, HostTensor::scalar(9u32), HostTensor::scalar(1u32)]);
    assert_eq!(r.as_slice::<i32>().unwrap()[12..], [0, 8, 9, 0]);
}

#[test]
fn bits_are_reinterpreted() {
    let x = HostTensor::scalar(f64::from_bits(0x0123_4567_89AB_CDEF));
    let r = result(Op::BitcastConvert(DType::U16), std::slice::from_ref(&x));
    assert_eq!(r.as_slice::<u16>().unwrap(), [0xCDEF, 0x89AB, 0x4567, 0x0123]);
    assert_eq!(result(Op::BitcastConvert(DType::F64), &[r]), x);
}

/// Elements of fewer than eight bits are put together and taken apart, the least significant first.
#[test]
fn bits_of_small_types_are_packed() {
    let run = |text: &str, x: HostTensor| {
        let module =
            crate::parse::module(&format!("func.func @main({text}\n return %0 : {}\n}}", text.rsplit(" -> ").next().unwrap()), "bits.mlir");
        evaluate(&module.unwrap(), &[x]).unwrap().swap_remove(0)
    };
    let bools = |bits: &[u8]| HostTensor::from_bytes(DType::Bool, &[bits.len() / 8, 8], bits).unwrap();
    let bits = bools(&[1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0]);
    let to_bytes = "%x: tensor<2x8xi1>) -> tensor<2xui8> {\n %0 = stablehlo.bitcast_convert %x : (tensor<2x8xi1>) -> tensor<2xui8>";
    let packed = run(to_bytes, bits.clone());
    assert_eq!(packed.as_slice::<u8>().unwrap(), [0x83, 0x04]);
    let to_bits = "%x: tensor<2xui8>) -> tensor<2x8xi1> {\n %0 = stablehlo.bitcast_convert %x : (tensor<2xui8>) -> tensor<2x8xi1>";
    assert_eq!(run(to_bits, packed.clone()), bits);
    let to_small = "%x: tensor<2xui8>) -> tensor<2x2xi4> {\n %0 = stablehlo.bitcast_convert %x : (tensor<2xui8>) -> tensor<2x2xi4>";
    assert_eq!(run(to_small, packed).to_f64_vec(), [3.0, -8.0, 4.0, 0.0]);
    let float = "%x: tensor<f32>) -> tensor<32xi1> {\n %0 = stablehlo.bitcast_convert %x : (tensor<f32>) -> tensor<32xi1>";
    let ones: Vec<usize> = (0..32).filter(|&i| run(float, HostTensor::scalar(-1.0f32)).bytes()[i] == 1).collect();
    assert_eq!(ones, [23, 24, 25, 26, 27, 28, 29, 31]);
    for (wrong, says) in [
        (
            "%x: tensor<2x4xi1>) -> tensor<2xui8> {\n %0 = stablehlo.bitcast_convert %x : (tensor<2x4xi1>) -> tensor<2xui8>",
            "the last dim must be 8",
        ),
        (
            "%x: tensor<4xf6E2M3FN>) -> tensor<3xui8> {\n %0 = stablehlo.bitcast_convert %x : (tensor<4xf6E2M3FN>) -> tensor<3xui8>",
            "elements of 6 bits",
        ),
        (
            "%x: tensor<2xi1>) -> tensor<2xui8> {\n %0 = stablehlo.bitcast_convert %x : (tensor<2xi1>) -> tensor<2xui8>",
            "the last dim must be 8",
        ),
    ] {
        let error =
            crate::parse::module(&format!("func.func @main({wrong}\n return %0 : tensor<2xui8>\n}}"), "bits.mlir").unwrap_err().to_string();
        assert!(error.contains(says), "{error}");
    }
}

#[test]
fn nothing_moves_as_nothing() {
    let empty = HostTensor::zeros(DType::F32, &[2, 0, 3]).unwrap();
    assert_eq!(result(Op::Transpose(smallvec![2, 0, 1]), std::slice::from_ref(&empty)).dims(), [3, 2, 0]);
    assert!(result(Op::Reverse(smallvec![0, 1]), &[empty]).is_empty());
}
