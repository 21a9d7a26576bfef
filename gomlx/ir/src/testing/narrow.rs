// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Types that are only stored and converted: conversions of every value of each type, and rounding to it.

use super::elementwise::emit;
use super::{Case, case, from_f64};
use crate::{DType, Direction, HostTensor, Narrow, Op};

pub(super) fn cases(cases: &mut Vec<Case>) {
    for narrow in Narrow::ALL {
        let dtype = DType::Narrow(narrow);
        let bytes: Vec<u8> = if narrow.bits() == 4 { (0..16).map(|b| narrow.from_bits(b)).collect() } else { (0..=255).collect() };
        let all = HostTensor::from_bytes(dtype, &[bytes.len()], &bytes).expect("every byte is of the type");
        cases.push(case(format!("{dtype}_to"), vec![all.clone()], |b, p| {
            [DType::F32, DType::F64, DType::BF16].map(|to| b.convert(p[0], to)).to_vec()
        }));
        cases.push(case(format!("{dtype}_moves"), vec![all], |b, p| {
            let reversed = emit(b, Op::Reverse([0][..].into()), p);
            let both = emit(b, Op::Concatenate(0), &[p[0], reversed]);
            vec![both, b.compare(Direction::Lt, p[0], reversed), b.compare(Direction::Eq, p[0], p[0])]
        }));
        // A conversion to 8 bits keeps the byte of each integer, here directly from a parameter to a result.
        if narrow.is_int() {
            let bytes = HostTensor::from_bytes(dtype, &[16], &(0..16).map(|b| narrow.from_bits(b)).collect::<Vec<u8>>());
            let bytes = bytes.expect("every byte is of the type");
            cases.push(case(format!("{dtype}_widened"), vec![bytes], |b, p| {
                [DType::I8, DType::U8, DType::I32].map(|to| b.convert(p[0], to)).to_vec()
            }));
        }
        // Numbers between neighbours, halfway and elsewhere, and numbers beyond the largest.
        let mut values = vec![0.0, -0.0, 1e-30, 1e30, -1e30, 464.0, 465.0, 61440.0, 61439.0];
        for i in 0..120 {
            let step = f64::from(i) * 0.0625;
            values.extend([step, -step, 2f64.powi(i - 60), 1.5 * 2f64.powi(i - 60), 1.2 * 2f64.powi(i / 4 - 16)]);
        }
        if narrow.is_int() {
            values.retain(|x| x.abs() < 7.9);
        }
        let unsigned = matches!(narrow, Narrow::U4 | Narrow::F8E8M0FNU);
        values.retain(|&x| !unsigned || x > 0.0);
        let x = from_f64(DType::F32, &[values.len()], &values);
        cases.push(case(format!("{dtype}_from_f32"), vec![x], |b, p| {
            let narrowed = b.convert(p[0], dtype);
            vec![b.convert(narrowed, DType::F32)]
        }));
        // The reference plugin converts integers to this type incorrectly.
        if narrow == Narrow::F4E2M1FN {
            continue;
        }
        let counted: Vec<f64> = (0..7).map(f64::from).collect();
        cases.push(case(format!("{dtype}_from_i32"), vec![from_f64(DType::I32, &[7], &counted)], |b, p| {
            let narrowed = b.convert(p[0], dtype);
            vec![b.convert(narrowed, DType::I32)]
        }));
    }
}
