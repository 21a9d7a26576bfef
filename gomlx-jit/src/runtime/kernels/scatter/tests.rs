// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

use super::*;
use crate::runtime::elem::{bf16, f16};
use crate::runtime::kernels::gather::tests::{locate, random_spec};
use crate::runtime::kernels::testing::{Random, at_any_thread_count, flat, indices};

type Reduce = fn(f64, f64) -> f64;

/// The scatter by its definition, window after window.
fn naive(spec: &AddressSpec, values: &[i64], operand: &[f64], updates: &[f64], f: Reduce) -> Vec<f64> {
    let mut out = operand.to_vec();
    let mut order: Vec<Vec<usize>> = indices(&spec.windowed).collect();
    order.sort_by_key(|e| (0..e.len()).filter(|a| !spec.offset_dims.contains(a)).map(|a| e[a]).collect::<Vec<_>>());
    for element in order {
        let (start, inside) = locate(spec, values, &element);
        let at: Option<Vec<usize>> =
            (0..spec.operand.len()).map(|a| usize::try_from(start[a] + inside[a]).ok().filter(|&i| i < spec.operand[a])).collect();
        if let Some(at) = at {
            let at = flat(&spec.operand, &at);
            out[at] = f(out[at], updates[flat(&spec.windowed, &element)]);
        }
    }
    out
}

#[test]
fn any_attributes_and_combiner() {
    let rules: [(Update, Reduce); 5] = [
        (Update::Replace, |_, b| b),
        (Update::Combine(Combine::Add), |a, b| a + b),
        (Update::Combine(Combine::Mul), |a, b| a * b),
        (Update::Combine(Combine::Min), f64::min),
        (Update::Combine(Combine::Max), f64::max),
    ];
    for seed in 0..1000 {
        let mut r = Random::new(seed);
        let (spec, _) = random_spec(&mut r);
        let (update, f) = rules[seed as usize % 5];
        let values: Vec<i64> = (0..spec.indices.iter().product::<usize>()).map(|_| r.pick(-2..=6)).collect();
        let numbers = |r: &mut Random, n: usize| -> Vec<f64> {
            let powers = [0.5, 1.0, 2.0, -1.0];
            (0..n).map(|_| if update == rules[2].0 { powers[r.size(0..=3)] } else { r.pick(-8..=8) as f64 / 4.0 }).collect()
        };
        let operand = numbers(&mut r, spec.operand.iter().product());
        let updates = numbers(&mut r, spec.windowed.iter().product());
        let want = naive(&spec, &values, &operand, &updates, f);
        let narrow: Vec<i32> = values.iter().map(|&v| v as i32).collect();
        macro_rules! kind {
            ($elem:expr, $t:ty, $from:expr) => {{
                let (x, u): (Vec<$t>, Vec<$t>) =
                    (operand.iter().copied().map($from).collect(), updates.iter().copied().map($from).collect());
                let plan = Scatter::new($elem, update, &spec);
                let got = at_any_thread_count(&vec![$from(77.0); x.len()], |out| {
                    // SAFETY: the buffers have the sizes of the description.
                    unsafe { plan.run(x.as_ptr().cast(), narrow.as_ptr().cast(), u.as_ptr().cast(), out) }
                });
                let want: Vec<$t> = want.iter().copied().map($from).collect();
                assert!(got == want, "{update:?} {spec:?} {values:?}\n got {got:?}\nwant {want:?}");
            }};
        }
        kind!(Elem::F32, f32, |v: f64| v as f32);
        kind!(Elem::F64, f64, |v: f64| v);
        kind!(Elem::Bf16, bf16, bf16::from_f64);
        kind!(Elem::F16, f16, f16::from_f64);
        // Multiplies the quarters to integers.
        if update != rules[2].0 {
            kind!(Elem::I8, i8, |v: f64| (v * 4.0) as i64 as i8);
            kind!(Elem::I32, i32, |v: f64| (v * 4.0) as i32);
        }
        if update == rules[0].0 {
            kind!(Elem::U64, u64, |v: f64| (v * 4.0) as i64 as u64);
        }
    }
}

/// The gradient of an embedding: rows are added, in place, to the rows that were looked up.
#[test]
fn rows_added_to_a_table_in_place() {
    let (v, d, n) = (30, 300, 2000);
    let spec = AddressSpec {
        operand: vec![v, d],
        indices: vec![n, 1],
        index: Elem::I32,
        windowed: vec![n, d],
        offset_dims: vec![1],
        collapsed_slice_dims: vec![0],
        operand_batching_dims: vec![],
        start_indices_batching_dims: vec![],
        start_index_map: vec![0],
        index_vector_dim: 1,
    };
    let mut r = Random::new(3);
    let ids: Vec<i32> = (0..n).map(|_| r.pick(-1..=v as i64) as i32).collect();
    let values: Vec<i64> = ids.iter().map(|&i| i64::from(i)).collect();
    let (table, updates) = (r.dyadic(v * d), r.dyadic(n * d));
    let want = naive(&spec, &values, &table, &updates, |a, b| a + b);
    let plan = Scatter::new(Elem::F64, Update::Combine(Combine::Add), &spec);
    assert!(plan.columns < d);
    let got = at_any_thread_count(&table, |out| {
        // SAFETY: the buffers have the sizes of the description, and the operand is the result.
        unsafe { plan.run(out, ids.as_ptr().cast(), updates.as_ptr().cast(), out) }
    });
    assert_eq!(got, want);
}
