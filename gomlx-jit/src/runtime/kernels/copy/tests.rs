// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

use super::*;
use crate::runtime::kernels::testing::{Random, at_any_thread_count, flat, indices};

fn numbers(n: usize) -> Vec<u32> {
    (1..=n as u32).collect()
}

fn run(copy: &StridedCopy, src: &[u32], out: usize) -> Vec<u32> {
    at_any_thread_count(&vec![0; out], |dst| {
        // SAFETY: the buffers have the sizes that the plan was made for.
        unsafe { copy.run(src.as_ptr().cast(), dst) }
    })
}

/// StableHLO `slice` of a row-major operand into a row-major result.
fn slice(elem_size: usize, dims: &[usize], start: &[usize], limit: &[usize], stride: &[usize]) -> StridedCopy {
    let src = row_major(dims);
    let out: Vec<usize> = (0..dims.len()).map(|i| (limit[i] - start[i]).div_ceil(stride[i])).collect();
    let dst = row_major(&out);
    let offset = (0..dims.len()).map(|i| start[i] as isize * src[i]).sum();
    let dims: Vec<CopyDim> = (0..dims.len()).map(|i| CopyDim { size: out[i], src: src[i] * stride[i] as isize, dst: dst[i] }).collect();
    StridedCopy::new(elem_size, &dims, offset, 0)
}

/// StableHLO `reverse` of a row-major operand along `axes`.
fn reverse(elem_size: usize, dims: &[usize], axes: &[usize]) -> StridedCopy {
    let strides = row_major(dims);
    let offset = axes.iter().map(|&a| dims[a].saturating_sub(1) as isize * strides[a]).sum();
    let dims: Vec<CopyDim> = (0..dims.len())
        .map(|i| {
            let src = if axes.contains(&i) { -strides[i] } else { strides[i] };
            CopyDim { size: dims[i], src, dst: strides[i] }
        })
        .collect();
    StridedCopy::new(elem_size, &dims, offset, 0)
}

#[test]
fn transposes_of_any_rank() {
    for seed in 0..200 {
        let mut r = Random::new(seed);
        let rank = r.size(0..=4);
        let dims = r.dims(rank, if seed % 10 == 0 { 0..=3 } else { 1..=19 });
        let p = r.permutation(rank);
        let src = numbers(dims.iter().product());
        let out: Vec<usize> = p.iter().map(|&i| dims[i]).collect();
        let want: Vec<u32> = indices(&out)
            .map(|o| {
                let mut i = vec![0; rank];
                p.iter().zip(&o).for_each(|(&axis, &at)| i[axis] = at);
                src[flat(&dims, &i)]
            })
            .collect();
        assert_eq!(run(&transpose(4, &dims, &p), &src, src.len()), want, "{dims:?} by {p:?}");
    }
}

#[test]
fn transposes_of_every_element_size() {
    let want: Vec<usize> = indices(&[70, 90]).map(|i| flat(&[90, 70], &[i[1], i[0]])).collect();
    macro_rules! size {
        ($($t:ty),*) => { $({
            let src: Vec<$t> = (0..6300).map(|i| <$t>::try_from(i % 251).expect("small")).collect();
            let copy = transpose(size_of::<$t>(), &[90, 70], &[1, 0]);
            let got = at_any_thread_count(&vec![0 as $t; 6300], |dst| {
                // SAFETY: both buffers have 6300 elements.
                unsafe { copy.run(src.as_ptr().cast(), dst) }
            });
            assert_eq!(got, want.iter().map(|&i| src[i]).collect::<Vec<_>>());
        })* };
    }
    size!(u8, u16, u32, u64, u128);
}

#[test]
fn slices_reverses_and_broadcasts() {
    for seed in 0..200 {
        let mut r = Random::new(seed);
        let rank = r.size(1..=3);
        let dims = r.dims(rank, 1..=9);
        let src = numbers(dims.iter().product());
        let start: Vec<usize> = dims.iter().map(|&d| r.size(0..=d as i64 - 1)).collect();
        let limit: Vec<usize> = (0..rank).map(|i| r.size(start[i] as i64..=dims[i] as i64)).collect();
        let stride = r.dims(rank, 1..=3);
        let out: Vec<usize> = (0..rank).map(|i| (limit[i] - start[i]).div_ceil(stride[i])).collect();
        let want: Vec<u32> =
            indices(&out).map(|o| src[flat(&dims, &(0..rank).map(|i| start[i] + o[i] * stride[i]).collect::<Vec<_>>())]).collect();
        let copy = slice(4, &dims, &start, &limit, &stride);
        assert_eq!(run(&copy, &src, want.len()), want, "slice of {dims:?}");

        let axes: Vec<usize> = (0..rank).filter(|_| r.next().is_multiple_of(2)).collect();
        let want: Vec<u32> = indices(&dims)
            .map(|mut i| {
                axes.iter().for_each(|&a| i[a] = dims[a] - 1 - i[a]);
                src[flat(&dims, &i)]
            })
            .collect();
        assert_eq!(run(&reverse(4, &dims, &axes), &src, src.len()), want, "reverse of {dims:?} by {axes:?}");
    }
    let rows = [CopyDim { size: 3, src: 0, dst: 40 }, CopyDim { size: 40, src: 1, dst: 1 }];
    assert_eq!(run(&StridedCopy::new(4, &rows, 0, 0), &numbers(40), 120), numbers(40).repeat(3));
}

#[test]
fn concatenations() {
    for seed in 0..100 {
        let mut r = Random::new(seed);
        let rank = r.size(1..=3);
        let (axis, base) = (r.size(0..=rank as i64 - 1), r.dims(rank, 1..=6));
        let operands: Vec<Vec<usize>> = (0..r.size(1..=4))
            .map(|_| {
                let mut d = base.clone();
                d[axis] = r.size(0..=5);
                d
            })
            .collect();
        let mut out = base.clone();
        out[axis] = operands.iter().map(|o| o[axis]).sum();
        let sources: Vec<Vec<u32>> = operands
            .iter()
            .enumerate()
            .map(|(i, d)| (0..d.iter().product::<usize>() as u32).map(|x| x + 1000 * i as u32).collect())
            .collect();
        let mut want = Vec::new();
        for mut o in indices(&out) {
            let mut which = 0;
            while o[axis] >= operands[which][axis] {
                o[axis] -= operands[which][axis];
                which += 1;
            }
            want.push(sources[which][flat(&operands[which], &o)]);
        }
        let refs: Vec<&[usize]> = operands.iter().map(Vec::as_slice).collect();
        let copies = concatenate(4, &refs, axis);
        let got = at_any_thread_count(&vec![0u32; want.len()], |dst| {
            for (copy, src) in copies.iter().zip(&sources) {
                // SAFETY: the buffers have the sizes that the plans were made for.
                unsafe { copy.run(src.as_ptr().cast(), dst) }
            }
        });
        assert_eq!(got, want, "{operands:?} along {axis}");
    }
}

#[test]
fn pads_with_negative_edges_and_interior() {
    for seed in 0..400 {
        let mut r = Random::new(seed);
        let rank = r.size(0..=3);
        let dims = r.dims(rank, 0..=5);
        let edge = |r: &mut Random| (0..rank).map(|_| r.pick(-4..=3)).collect::<Vec<i64>>();
        let (low, high, interior) = (edge(&mut r), edge(&mut r), r.dims(rank, 0..=2));
        let src = numbers(dims.iter().product());
        let spread: Vec<i64> =
            (0..rank).map(|i| dims[i] as i64 + (dims[i] as i64 - 1).max(0) * interior[i] as i64 + low[i] + high[i]).collect();
        if spread.iter().any(|&s| s < 0) {
            continue;
        }
        let out: Vec<usize> = spread.iter().map(|&s| s as usize).collect();
        let want: Vec<u32> = indices(&out)
            .map(|o| {
                let mut at = Vec::new();
                for i in 0..rank {
                    let (e, step) = (o[i] as i64 - low[i], interior[i] as i64 + 1);
                    if e < 0 || e % step != 0 || e / step >= dims[i] as i64 {
                        return 7777;
                    }
                    at.push((e / step) as usize);
                }
                src[flat(&dims, &at)]
            })
            .collect();
        let pad = Pad::new(4, &dims, &low, &high, &interior);
        let got = at_any_thread_count(&vec![0u32; want.len()], |dst| {
            // SAFETY: the buffers have the sizes that the plan was made for.
            unsafe { pad.run(src.as_ptr().cast(), std::ptr::from_ref(&7777u32).cast(), dst) }
        });
        assert_eq!(got, want, "{dims:?} {low:?} {high:?} {interior:?}");
    }
}
