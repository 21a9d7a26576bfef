// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

use super::*;
use crate::runtime::elem::{bf16, f16};
use crate::runtime::kernels::testing::{Random, at_any_thread_count, indices};

/// A random product: random sizes, and the dims of each buffer in a random order.
fn random_spec(r: &mut Random, input: Elem, output: Elem, largest: i64) -> (MatmulSpec, [usize; 3]) {
    let ranks = [r.size(0..=2), r.size(0..=2), r.size(0..=2), r.size(0..=2)];
    let mut groups: Vec<Vec<MatmulDim>> = ranks
        .iter()
        .map(|&rank| r.dims(rank, 1..=largest).iter().map(|&size| MatmulDim { size, ..MatmulDim::default() }).collect())
        .collect();
    let mut elements = [1usize; 3];
    let fields: [fn(&mut MatmulDim) -> &mut isize; 3] = [|d| &mut d.a, |d| &mut d.b, |d| &mut d.c];
    for (buffer, members) in [[0, 1, 3], [0, 2, 3], [0, 1, 2]].iter().enumerate() {
        let dims: Vec<(usize, usize)> = members.iter().flat_map(|&g| (0..ranks[g]).map(move |i| (g, i))).collect();
        for at in r.permutation(dims.len()) {
            let d = &mut groups[dims[at].0][dims[at].1];
            *fields[buffer](d) = elements[buffer] as isize;
            elements[buffer] *= d.size;
        }
    }
    let mut groups = groups.into_iter();
    let mut next = || groups.next().expect("four groups");
    (MatmulSpec { input, output, batch: next(), m: next(), n: next(), k: next() }, elements)
}

fn naive(spec: &MatmulSpec, a: &[f64], b: &[f64], elements: usize) -> Vec<f64> {
    let mut c = vec![0.0; elements];
    let all: Vec<MatmulDim> = [&spec.batch, &spec.m, &spec.n, &spec.k].into_iter().flatten().copied().collect();
    let sizes: Vec<usize> = all.iter().map(|d| d.size).collect();
    for index in indices(&sizes) {
        let at = |stride: fn(&MatmulDim) -> isize| index.iter().zip(&all).map(|(&i, d)| i as isize * stride(d)).sum::<isize>() as usize;
        c[at(|d| d.c)] += a[at(|d| d.a)] * b[at(|d| d.b)];
    }
    c
}

fn check<I: Copy, O: Copy + PartialEq + std::fmt::Debug>(
    kinds: (Elem, Elem),
    largest: i64,
    rounds: u64,
    input: fn(f64) -> I,
    output: fn(f64) -> O,
) {
    for seed in 0..rounds {
        let mut r = Random::new(seed);
        let (spec, elements) = random_spec(&mut r, kinds.0, kinds.1, largest);
        let (a, b) = (r.dyadic(elements[0]), r.dyadic(elements[1]));
        let convert = |v: &[f64]| v.iter().map(|&x| input(x)).collect::<Vec<I>>();
        let (ia, ib) = (convert(&a), convert(&b));
        let plan = Matmul::new(&spec);
        let got = at_any_thread_count(&vec![output(77.0); elements[2]], |c| {
            // SAFETY: the buffers have the elements of the description.
            unsafe { plan.run(ia.as_ptr().cast(), ib.as_ptr().cast(), c) }
        });
        let want: Vec<O> = naive(&spec, &a, &b, elements[2]).into_iter().map(output).collect();
        assert_eq!(got, want, "seed {seed}: {spec:?}");
    }
}

#[test]
fn any_layout_of_f32_and_f64() {
    check((Elem::F32, Elem::F32), 9, 300, |x| x as f32, |x| x as f32);
    check((Elem::F64, Elem::F64), 9, 100, |x| x, |x| x);
}

#[test]
fn half_floats_round_once() {
    check((Elem::F16, Elem::F16), 7, 60, f16::from_f64, f16::from_f64);
    check((Elem::Bf16, Elem::Bf16), 7, 60, bf16::from_f64, bf16::from_f64);
    check((Elem::Bf16, Elem::F32), 7, 60, bf16::from_f64, |x| x as f32);
}

#[test]
fn integers_are_exact() {
    check((Elem::I32, Elem::I32), 7, 60, |x| (x * 4.0) as i32, |x| (x * 16.0) as i32);
    check((Elem::I8, Elem::I32), 7, 60, |x| (x * 4.0) as i8, |x| (x * 16.0) as i32);
    check((Elem::I64, Elem::I64), 7, 60, |x| (x * 4.0) as i64, |x| (x * 16.0) as i64);
}

fn plain(m: usize, n: usize, k: usize) -> MatmulSpec {
    let dim = |size, a, b, c| vec![MatmulDim { size, a, b, c }];
    let (ni, ki) = (n as isize, k as isize);
    MatmulSpec { input: Elem::F32, output: Elem::F32, batch: vec![], m: dim(m, ki, 0, ni), n: dim(n, 0, 1, 1), k: dim(k, 1, ni, 0) }
}

#[test]
fn large_products_are_cut_into_tiles() {
    for (m, n, k) in [(1, 1500, 300), (1500, 1, 200), (130, 200, 40), (2, 3, 20_000), (1, 1, 20_000)] {
        let spec = plain(m, n, k);
        let mut r = Random::new(1);
        let (a, b) = (r.dyadic(m * k), r.dyadic(k * n));
        let narrow = |v: &[f64]| v.iter().map(|&x| x as f32).collect::<Vec<f32>>();
        let (fa, fb) = (narrow(&a), narrow(&b));
        let plan = Matmul::new(&spec);
        let got = at_any_thread_count(&vec![0f32; m * n], |c| {
            // SAFETY: the buffers have the elements of the description.
            unsafe { plan.run(fa.as_ptr().cast(), fb.as_ptr().cast(), c) }
        });
        assert_eq!(got, narrow(&naive(&spec, &a, &b, m * n)), "{m} x {k} x {n}");
    }
}

#[test]
fn an_empty_contraction_gives_zeros_and_empty_results_are_left_alone() {
    let plan = Matmul::new(&plain(3, 4, 0));
    let got = at_any_thread_count(&[5f32; 12], |c| {
        // SAFETY: the operands are empty, the result has twelve elements.
        unsafe { plan.run(std::ptr::null(), std::ptr::null(), c) }
    });
    assert_eq!(got, [0.0; 12]);
    // Operands with negative strides, at an address so low that a negative offset would overflow.
    let dim = |size, a, b, c| vec![MatmulDim { size, a, b, c }];
    let mut backwards = plain(3, 4, 0);
    (backwards.batch, backwards.m, backwards.n) = (dim(2, -3, -4, 12), dim(3, -1, 0, 4), dim(4, 0, -1, 1));
    let plan = Matmul::new(&backwards);
    let got = at_any_thread_count(&[5f32; 24], |c| {
        // SAFETY: as above, with twenty-four elements.
        unsafe { plan.run(std::ptr::null(), std::ptr::null(), c) }
    });
    assert_eq!(got, [0.0; 24]);
    let empty = Matmul::new(&plain(0, 4, 2));
    // SAFETY: the result is empty, so nothing is read or written.
    unsafe { empty.run(std::ptr::null(), std::ptr::null(), std::ptr::null_mut()) }
}

#[test]
fn sums_of_products_start_at_zero() {
    // Sums of a few products too, which would be -0 if a sum started with its first product.
    for k in [0, 1, 2, 3, 4, 20] {
        for (m, n) in [(1, 1), (1, 5), (5, 1), (3, 4), (40, 70)] {
            let plan = Matmul::new(&plain(m, n, k));
            let (a, b) = (vec![-0f32; m * k], vec![2f32; k * n]);
            let got = at_any_thread_count(&vec![5f32; m * n], |c| {
                // SAFETY: the buffers have the elements of the description.
                unsafe { plan.run(a.as_ptr().cast(), b.as_ptr().cast(), c) }
            });
            assert!(got.iter().all(|x| x.to_bits() == 0), "{m} x {k} x {n}: {got:?}");
        }
    }
}
