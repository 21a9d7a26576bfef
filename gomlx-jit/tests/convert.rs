// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Conversions to types of few bits round once: around every number of the type and every number halfway between two,
//! the JIT and the evaluator give the number that is nearest.

use std::sync::Arc;

use gomlx_ir::testing::{case, from_f64};
use gomlx_ir::{Backend, Buffer, DType, HostTensor, Narrow, eval::evaluate};
use gomlx_jit::JitBackend;

/// The bytes of `x` converted to `to`, by the JIT and by the evaluator.
fn converted(x: &HostTensor, to: DType) -> [Vec<u8>; 2] {
    let case = case("convert", vec![x.clone()], |b, p| vec![b.convert(p[0], to)]);
    let executable = JitBackend.compile(&case.module).expect("every type converts");
    let mut outputs = vec![];
    executable.run(&mut vec![Buffer::Host(Arc::new(x.clone()))], &mut outputs).expect("the program runs");
    let jit = outputs[0].to_host().expect("a host tensor").bytes().to_vec();
    let eval = evaluate(&case.module, &case.inputs).expect("the program runs")[0].bytes().to_vec();
    [jit, eval]
}

/// The finite positive numbers of a type in order, by their bits.
fn positive(dtype: DType) -> Vec<f64> {
    let limit: u32 = match dtype {
        DType::F16 => 0x7c00,
        DType::BF16 => 0x7f80,
        _ => 0x80,
    };
    let bytes: Vec<u8> =
        if dtype.size() == 2 { (0..limit as u16).flat_map(u16::to_le_bytes).collect() } else { (0..limit as u8).collect() };
    let all = HostTensor::from_bytes(dtype, &[limit as usize], &bytes).expect("as many bytes as the elements take");
    let mut finite: Vec<f64> = all.to_f64_vec().into_iter().filter(|x| x.is_finite()).collect();
    finite.dedup();
    finite
}

const NARROW: [DType; 6] = [
    DType::F16,
    DType::BF16,
    DType::Narrow(Narrow::F8E4M3FN),
    DType::Narrow(Narrow::F8E5M2),
    DType::Narrow(Narrow::F8E3M4),
    DType::Narrow(Narrow::F8E4M3B11FNUZ),
];

#[test]
fn doubles_round_once() {
    for to in NARROW {
        let numbers = positive(to);
        let mut x = vec![];
        for pair in numbers.windows(2) {
            let middle = pair[0] + (pair[1] - pair[0]) / 2.0;
            // The JIT computes with no subnormal numbers.
            if pair[0] > f64::from(f32::MIN_POSITIVE) {
                x.extend([pair[0], middle, middle.next_up(), middle.next_down(), -middle.next_up(), -middle.next_down()]);
            }
        }
        let [last, before] = [1, 2].map(|i| numbers[numbers.len() - i]);
        let limit = last + (last - before) / 2.0;
        x.extend([limit, limit.next_down(), limit.next_up(), -limit.next_down(), 1e300, -1e300, 0.0, -0.0, f64::INFINITY]);
        let x = HostTensor::new(&[x.len()], &x).expect("one element for each position");
        let [jit, eval] = converted(&x, to);
        let differ: Vec<f64> = differing(&jit, &eval, to).map(|i| x.to_f64_vec()[i]).collect();
        assert!(differ.is_empty(), "{to}: {} of {}, first {:e}", differ.len(), x.len(), differ[0]);
    }
}

#[test]
fn integers_round_once() {
    for from in [DType::I32, DType::U32, DType::I64, DType::U64] {
        let bits = 8 * from.size() as u32 - u32::from(from.is_signed_int());
        for to in NARROW {
            let mut x: Vec<i128> = vec![0, 1, 255];
            for exponent in 1..bits {
                for mantissa in 0..64 {
                    let number = (1i128 << exponent) + (mantissa << exponent >> 6);
                    // Halfway between numbers of 4 to 11 bits of mantissa.
                    for half in [4, 5, 6, 8, 9, 11, 12].map(|bits| 1i128 << exponent >> bits) {
                        x.extend([number + half - 1, number + half, number + half + 1, number - half]);
                    }
                }
            }
            x.retain(|&x| x >= 0 && x >> bits == 0);
            if from.is_signed_int() {
                x.extend(x.clone().iter().map(|x| -x - 1));
            }
            let bytes: Vec<u8> = x.iter().flat_map(|x| x.to_le_bytes().into_iter().take(from.size())).collect();
            let tensor = HostTensor::from_bytes(from, &[x.len()], &bytes).expect("as many bytes as the elements take");
            let [jit, eval] = converted(&tensor, to);
            let differ: Vec<i128> = differing(&jit, &eval, to).map(|i| x[i]).collect();
            assert!(differ.is_empty(), "{from} to {to}: {} of {}, first {}", differ.len(), x.len(), differ[0]);
        }
    }
}

fn differing<'a>(jit: &'a [u8], eval: &'a [u8], to: DType) -> impl Iterator<Item = usize> + use<'a> {
    let size = to.size();
    jit.chunks_exact(size).zip(eval.chunks_exact(size)).enumerate().filter(|(_, (j, e))| j != e).map(|(i, _)| i)
}

/// Numbers for which rounding to `f32` first is wrong, with the right results.
#[test]
fn numbers_near_a_tie() {
    let brain = |x: f64| from_f64(DType::BF16, &[1], &[x]).bytes().to_vec();
    let half = |x: f64| from_f64(DType::F16, &[1], &[x]).bytes().to_vec();
    let double = |x: f64| HostTensor::new(&[1], &[x]).expect("one element");
    let int = |x: i64| HostTensor::new(&[1], &[x]).expect("one element");
    let just_above = 1.0 + 2f64.powi(-8) + 2f64.powi(-40);
    for (x, to, wanted) in [
        (double(just_above), DType::BF16, brain(1.007_812_5)),
        (double(65_519.999), DType::F16, half(65504.0)),
        (int((1 << 40) + (1 << 32) + 1), DType::BF16, brain(2f64.powi(40) + 2f64.powi(33))),
        (int((1 << 62) + (1 << 54) + 1), DType::BF16, brain(2f64.powi(62) + 2f64.powi(55))),
        (int(-(1 << 62) - (1 << 54) - 1), DType::BF16, brain(-(2f64.powi(62)) - 2f64.powi(55))),
        (int(65_519), DType::F16, half(65504.0)),
    ] {
        assert_eq!(converted(&x, to), [wanted.clone(), wanted], "{:?}", x.to_f64_vec());
    }
}
