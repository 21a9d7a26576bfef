// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

use super::*;
use crate::eval::elementwise;
use crate::{BinaryOp, CompareKind, Direction, Narrow, UnaryOp, bf16, f16};

fn unary<T: Element>(op: UnaryOp, x: &[T]) -> Vec<T> {
    result(Op::Unary(op), &[t(&[x.len()], x)]).as_slice().unwrap().to_vec()
}

fn binary<T: Element>(op: BinaryOp, x: &[T], y: &[T]) -> Vec<T> {
    result(Op::Binary(op), &[t(&[x.len()], x), t(&[y.len()], y)]).as_slice().unwrap().to_vec()
}

fn convert<T: Element, U: Element>(x: &[T]) -> Vec<U> {
    result(Op::Convert(U::DTYPE), &[t(&[x.len()], x)]).as_slice().unwrap().to_vec()
}

#[test]
fn integers_divide_like_xla() {
    assert_eq!(binary(BinaryOp::Divide, &[7i32, -7, 5, i32::MIN], &[2, 2, 0, -1]), [3, -3, -1, i32::MIN]);
    assert_eq!(binary(BinaryOp::Remainder, &[7i32, -7, 5, i32::MIN], &[2, 2, 0, -1]), [1, -1, 5, 0]);
    assert_eq!(binary(BinaryOp::Divide, &[7u8, 9], &[2, 0]), [3, 255]);
}

#[test]
fn integers_wrap() {
    assert_eq!(binary(BinaryOp::Add, &[127i8], &[1]), [-128]);
    assert_eq!(binary(BinaryOp::Multiply, &[u64::MAX], &[3]), [u64::MAX - 2]);
    assert_eq!(unary(UnaryOp::Abs, &[i8::MIN, -5]), [i8::MIN, 5]);
    assert_eq!(unary(UnaryOp::Negate, &[1u8, 0]), [255, 0]);
    assert_eq!(binary(BinaryOp::Power, &[2i32, -1, -1, 1, 0, 5], &[31, -3, -2, -9, -1, -1]), [i32::MIN, -1, 1, 1, 0, 0]);
    assert_eq!(binary(BinaryOp::Power, &[3u64], &[41]), [3u64.wrapping_pow(41)]);
}

#[test]
fn shifts_past_the_width_leave_nothing_or_the_sign() {
    assert_eq!(binary(BinaryOp::ShiftLeft, &[1i8, 1, -1], &[7, 8, -1]), [-128, 0, 0]);
    assert_eq!(binary(BinaryOp::ShiftRightLogical, &[-1i8, -1, 64], &[1, 8, 3]), [127, 0, 8]);
    assert_eq!(binary(BinaryOp::ShiftRightArithmetic, &[-128i8, -128, 127, -4, -4], &[1, 100, 9, 1, 0]), [-64, -1, 0, -2, -4]);
    assert_eq!(binary(BinaryOp::ShiftRightArithmetic, &[128u8], &[1]), [192]);
}

#[test]
fn bits_are_counted() {
    assert_eq!(unary(UnaryOp::CountLeadingZeros, &[0i16, 1, -1]), [16, 15, 0]);
    assert_eq!(unary(UnaryOp::Popcnt, &[0u32, 127, u32::MAX]), [0, 7, 32]);
    assert_eq!(unary(UnaryOp::Not, &[0i8, -1]), [-1, 0]);
    assert_eq!(unary(UnaryOp::Not, &[true, false]), [false, true]);
}

#[test]
fn halves_round_as_named() {
    let x = [-2.5f32, -0.5, 0.5, 1.5, 2.5];
    assert_eq!(unary(UnaryOp::RoundNearestEven, &x), [-2.0, 0.0, 0.0, 2.0, 2.0]);
    assert_eq!(unary(UnaryOp::RoundNearestAfz, &x), [-3.0, -1.0, 1.0, 2.0, 3.0]);
}

#[test]
fn nan_and_zeros_keep_their_meaning() {
    let sign = unary(UnaryOp::Sign, &[f32::NAN, -0.0, 0.0, -3.0, f32::INFINITY]);
    assert!(sign[0].is_nan() && sign[1].is_sign_negative() && sign[2].is_sign_positive());
    assert_eq!(sign[3..], [-1.0, 1.0]);
    assert!(binary(BinaryOp::Maximum, &[f32::NAN, 1.0], &[1.0, f32::NAN]).iter().all(|x| x.is_nan()));
    assert_eq!(
        result(Op::Unary(UnaryOp::IsFinite), &[t(&[3], &[1.0f32, f32::NAN, f32::NEG_INFINITY])]).as_slice::<bool>().unwrap(),
        [true, false, false]
    );
}

#[test]
fn functions_are_within_a_rounding() {
    for (op, x, y) in [
        (UnaryOp::Cbrt, -27.0, -3.0),
        (UnaryOp::Erf, 0.5, 0.520_499_877_813_046_5),
        (UnaryOp::Exponential, 1.0, std::f64::consts::E),
        (UnaryOp::ExponentialMinusOne, 1e-10, 1.000_000_000_05e-10),
        (UnaryOp::LogPlusOne, 1e-10, 9.999_999_999_5e-11),
        (UnaryOp::Logistic, 0.0, 0.5),
        (UnaryOp::Rsqrt, 4.0, 0.5),
        (UnaryOp::Tanh, 0.5, 0.462_117_157_260_009_76),
    ] {
        // The smallest f16 is 6e-8, so small results need an absolute tolerance.
        let close = |got: f64, epsilon: f64| (got - y).abs() <= epsilon * y.abs().max(if epsilon > 1e-4 { 6e-5 } else { 0.0 });
        assert!(close(unary(op, &[x])[0], 1e-15), "{op:?} in f64");
        assert!(close(unary(op, &[x as f32])[0].into(), 1e-7), "{op:?} in f32");
        assert!(close(unary(op, &[f16::from_f64(x)])[0].into(), 1e-3), "{op:?} in f16");
        assert!(close(unary(op, &[bf16::from_f64(x)])[0].into(), 4e-3), "{op:?} in bf16");
    }
}

#[test]
fn half_types_round_each_op() {
    let sum = binary(BinaryOp::Add, &[f16::from_f32(2048.0)], &[f16::from_f32(1.0)]);
    assert_eq!(sum[0].to_f32(), 2048.0);
}

#[test]
fn conversions_saturate_wrap_and_truncate() {
    assert_eq!(convert::<f32, i8>(&[1.9, -1.9, 300.0, -300.0, f32::NAN]), [1, -1, 127, -128, 0]);
    assert_eq!(convert::<f64, u32>(&[-1.0, 5e9]), [0, u32::MAX]);
    assert_eq!(convert::<i32, i8>(&[300, -129]), [44, 127]);
    assert_eq!(convert::<f32, bool>(&[0.0, -0.0, 0.5, f32::NAN]), [false, false, true, true]);
    assert_eq!(convert::<bool, f32>(&[true, false]), [1.0, 0.0]);
    assert_eq!(convert::<i64, f32>(&[(1 << 53) + (1 << 29) + 1]), [((1i64 << 53) + (1 << 30)) as f32]);
    assert_eq!(convert::<f32, bf16>(&[1.0 + 1.0 / 256.0])[0].to_f32(), 1.0);
}

#[test]
fn comparisons_order_nan_only_totally() {
    let nan = f32::NAN;
    let compare = |direction, kind, x: f32, y: f32| {
        result(Op::Compare(direction, kind), &[t(&[1], &[x]), t(&[1], &[y])]).as_slice::<bool>().unwrap()[0]
    };
    for direction in Direction::ALL {
        assert_eq!(compare(*direction, CompareKind::Float, nan, 1.0), *direction == Direction::Ne);
    }
    assert!(compare(Direction::Eq, CompareKind::Float, 0.0, -0.0));
    assert!(compare(Direction::Gt, CompareKind::TotalOrder, 0.0, -0.0));
    assert!(compare(Direction::Gt, CompareKind::TotalOrder, nan, f32::INFINITY));
    assert!(compare(Direction::Lt, CompareKind::TotalOrder, -nan, f32::NEG_INFINITY));
}

#[test]
fn select_and_clamp_take_scalars() {
    let (a, b) = (t(&[2, 2], &[1i32, 2, 3, 4]), t(&[2, 2], &[5i32, 6, 7, 8]));
    let chosen = result(Op::Select, &[t(&[2, 2], &[false, true, true, false]), a.clone(), b.clone()]);
    assert_eq!(chosen.as_slice::<i32>().unwrap(), [5, 2, 3, 8]);
    assert_eq!(result(Op::Select, &[HostTensor::scalar(true), a.clone(), b]), a);
    let bounds = [t(&[3], &[5i32, 10, 15]), t(&[3], &[3i32, 13, 23]), t(&[3], &[10i32, 15, 20])];
    assert_eq!(result(Op::Clamp, &bounds).as_slice::<i32>().unwrap(), [5, 13, 20]);
    let bounds = [HostTensor::scalar(0f32), t(&[3], &[-1f32, 0.5, f32::NAN]), HostTensor::scalar(1f32)];
    let clamped = result(Op::Clamp, &bounds);
    assert_eq!(clamped.as_slice::<f32>().unwrap()[..2], [0.0, 0.5]);
    assert!(clamped.as_slice::<f32>().unwrap()[2].is_nan());
}

#[test]
fn complex_numbers_compute() {
    let c64 = |parts: &[[f32; 2]]| HostTensor::from_bytes(DType::C64, &[parts.len()], bytemuck::cast_slice(parts)).unwrap();
    let (x, y) = (c64(&[[1.0, 2.0], [0.0, -1.0]]), c64(&[[3.0, -1.0], [2.0, 0.0]]));
    assert_eq!(result(Op::Binary(BinaryOp::Multiply), &[x.clone(), y]), c64(&[[5.0, 5.0], [0.0, -2.0]]));
    assert_eq!(result(Op::Unary(UnaryOp::Abs), &[c64(&[[3.0, 4.0]])]).as_slice::<f32>().unwrap(), [5.0]);
    let root = result(Op::Unary(UnaryOp::Sqrt), &[c64(&[[-4.0, 0.0]])]);
    assert_eq!(root, c64(&[[0.0, 2.0]]));
    assert_eq!(result(Op::Compare(Direction::Eq, CompareKind::Float), &[x.clone(), x]).as_slice::<bool>().unwrap(), [true, true]);
}

/// The evaluator supports every function on every type that the table of ops declares.
#[test]
fn functions_are_evaluated_on_every_type_that_they_take() {
    for dtype in DType::ALL {
        let x = HostTensor::zeros(dtype, &[2]).unwrap();
        for &op in UnaryOp::ALL {
            let function = op.function();
            if function.takes.has(dtype) {
                let result = elementwise::unary(op, &x).unwrap_or_else(|e| panic!("{e}"));
                assert_eq!(result.dtype(), function.gives.of(dtype), "{}", op.name());
            }
        }
        for &op in BinaryOp::ALL {
            let function = op.function();
            if function.takes.has(dtype) {
                let result = elementwise::binary(op, &x, &x).unwrap_or_else(|e| panic!("{e}"));
                assert_eq!(result.dtype(), function.gives.of(dtype), "{}", op.name());
            }
        }
    }
}

/// Every function of every two small integers, by the definitions of the spec in a wide type.
#[test]
fn small_integers_wrap_in_their_width() {
    for narrow in Narrow::ALL.into_iter().filter(|narrow| narrow.is_int()) {
        let (dtype, bits) = (DType::Narrow(narrow), narrow.bits());
        let bytes: Vec<u8> = (0..=narrow.mask()).map(|bits| narrow.from_bits(bits)).collect();
        let value = |byte: u8| if narrow.is_signed_int() { i64::from(byte as i8) } else { i64::from(byte) };
        let wrapped = |x: i64| narrow.from_bits(x as u8);
        let scalar = |byte: u8| HostTensor::from_bytes(dtype, &[], &[byte]).unwrap();
        for &op in UnaryOp::ALL.iter().filter(|op| op.function().takes.has(dtype)) {
            for &x in &bytes {
                let low = x & narrow.mask();
                let expected = wrapped(match op {
                    UnaryOp::Abs => value(x).abs(),
                    UnaryOp::CountLeadingZeros => i64::from(low.leading_zeros()) - 8 + i64::from(bits),
                    UnaryOp::Negate => -value(x),
                    UnaryOp::Not => !value(x),
                    UnaryOp::Popcnt => i64::from(low.count_ones()),
                    UnaryOp::Sign => value(x).signum(),
                    other => panic!("{other:?} takes {dtype}"),
                });
                assert_eq!(result(Op::Unary(op), &[scalar(x)]).bytes(), [expected], "{op:?} of {} {dtype}", value(x));
            }
        }
        for &op in BinaryOp::ALL.iter().filter(|op| op.function().takes.has(dtype)) {
            for (&x, &y) in bytes.iter().flat_map(|x| bytes.iter().map(move |y| (x, y))) {
                let (a, b, low) = (value(x), value(y), i64::from(x & narrow.mask()));
                let amount = u32::from(y & narrow.mask());
                let sign = if low >> (bits - 1) == 1 { -1 } else { 0 };
                let expected = wrapped(match op {
                    BinaryOp::Add => a + b,
                    BinaryOp::And => a & b,
                    BinaryOp::Divide => {
                        if b == 0 {
                            -1
                        } else {
                            a / b
                        }
                    }
                    BinaryOp::Maximum => a.max(b),
                    BinaryOp::Minimum => a.min(b),
                    BinaryOp::Multiply => a * b,
                    BinaryOp::Or => a | b,
                    BinaryOp::Power if b < 0 => match a {
                        1 => 1,
                        -1 => {
                            if b % 2 == 0 {
                                1
                            } else {
                                -1
                            }
                        }
                        _ => 0,
                    },
                    BinaryOp::Power => (0..b).fold(1i64, |power, _| power.wrapping_mul(a)),
                    BinaryOp::Remainder => {
                        if b == 0 {
                            a
                        } else {
                            a % b
                        }
                    }
                    BinaryOp::ShiftLeft => {
                        if amount < bits {
                            a << amount
                        } else {
                            0
                        }
                    }
                    BinaryOp::ShiftRightArithmetic => {
                        if amount < bits {
                            low >> amount | sign << (bits - amount)
                        } else {
                            sign
                        }
                    }
                    BinaryOp::ShiftRightLogical => {
                        if amount < bits {
                            low >> amount
                        } else {
                            0
                        }
                    }
                    BinaryOp::Subtract => a - b,
                    BinaryOp::Xor => a ^ b,
                    other => panic!("{other:?} takes {dtype}"),
                });
                assert_eq!(result(Op::Binary(op), &[scalar(x), scalar(y)]).bytes(), [expected], "{op:?} of {a} and {b}, {dtype}");
            }
        }
    }
}
