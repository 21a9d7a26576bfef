// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

use super::*;
use crate::runtime::elem::Elem;
use crate::runtime::kernels::testing::{Random, at_any_thread_count, flat, indices};

/// Random attributes that the constraints of gather and scatter allow, with window sizes per axis of the operand.
pub(crate) fn random_spec(r: &mut Random) -> (AddressSpec, Vec<usize>) {
    let rank = r.size(1..=4);
    let operand = r.dims(rank, 1..=6);
    // Each axis is a batch axis, a collapsed axis or a window axis.
    let roles: Vec<i64> = (0..rank).map(|_| [0, 1, 1, 2, 2][r.size(0..=4)]).collect();
    let with = |role: i64| (0..rank).filter(|&a| roles[a] == role).collect::<Vec<usize>>();
    let (operand_batching_dims, collapsed_slice_dims, offset_axes) = (with(0), with(1), with(2));
    let mut window: Vec<usize> = operand.iter().map(|&d| r.size(1..=d as i64)).collect();
    for &a in operand_batching_dims.iter().chain(&collapsed_slice_dims) {
        window[a] = 1;
    }
    let addressable: Vec<usize> = (0..rank).filter(|a| !operand_batching_dims.contains(a)).collect();
    let start_index_map: Vec<usize> = r
        .permutation(addressable.len())
        .into_iter()
        .map(|i| addressable[i])
        .filter(|a| collapsed_slice_dims.contains(a) || window[*a] < operand[*a])
        .collect();
    // The batch dims of the indices, shuffled: some are paired with batch dims of the operand, others are free.
    let mut batch: Vec<(usize, Option<usize>)> = operand_batching_dims.iter().map(|&a| (operand[a], Some(a))).collect();
    (0..r.size(0..=2)).for_each(|_| batch.push((r.size(1..=4), None)));
    let batch: Vec<(usize, Option<usize>)> = r.permutation(batch.len()).into_iter().map(|i| batch[i]).collect();
    let mut dims: Vec<usize> = batch.iter().map(|b| b.0).collect();
    let scalar = start_index_map.len() == 1 && r.next().is_multiple_of(2);
    let index_vector_dim = if scalar { dims.len() } else { r.size(0..=dims.len() as i64) };
    if !scalar {
        dims.insert(index_vector_dim, start_index_map.len());
    }
    let start_indices_batching_dims = operand_batching_dims
        .iter()
        .map(|a| batch.iter().position(|b| b.1 == Some(*a)).expect("paired"))
        .map(|i| if i < index_vector_dim { i } else { i + 1 })
        .collect();
    // The axes of the windowed tensor: batch axes in order interleaved with window axes in order.
    let total = batch.len() + offset_axes.len();
    let mut offset_dims: Vec<usize> = r.permutation(total).into_iter().take(offset_axes.len()).collect();
    offset_dims.sort_unstable();
    let (mut of_batch, mut of_window) = (batch.iter().map(|b| b.0), offset_axes.iter().map(|&a| window[a]));
    let windowed =
        (0..total).map(|a| if offset_dims.contains(&a) { of_window.next() } else { of_batch.next() }.expect("as many as axes")).collect();
    let spec = AddressSpec {
        operand,
        indices: dims,
        index: Elem::I32,
        windowed,
        offset_dims,
        collapsed_slice_dims,
        operand_batching_dims,
        start_indices_batching_dims,
        start_index_map,
        index_vector_dim,
    };
    (spec, window)
}

/// For an element of the windowed tensor: the start (by component), and the position inside the window per axis of the
/// operand.
pub(crate) fn locate(spec: &AddressSpec, values: &[i64], element: &[usize]) -> (Vec<i64>, Vec<i64>) {
    let (mut start, mut inside) = (vec![0; spec.operand.len()], vec![0; spec.operand.len()]);
    let batch: Vec<usize> = (0..element.len()).filter(|a| !spec.offset_dims.contains(a)).map(|a| element[a]).collect();
    for (component, &axis) in spec.start_index_map.iter().enumerate() {
        let mut at = batch.clone();
        if spec.index_vector_dim < spec.indices.len() {
            at.insert(spec.index_vector_dim, component);
        }
        start[axis] = values[flat(&spec.indices, &at)];
    }
    let left_out = |a: &usize| spec.collapsed_slice_dims.contains(a) || spec.operand_batching_dims.contains(a);
    for (axis, &of) in (0..spec.operand.len()).filter(|a| !left_out(a)).zip(&spec.offset_dims) {
        inside[axis] = element[of] as i64;
    }
    for (&axis, &of) in spec.operand_batching_dims.iter().zip(&spec.start_indices_batching_dims) {
        inside[axis] = batch[if of < spec.index_vector_dim { of } else { of - 1 }] as i64;
    }
    (start, inside)
}

#[test]
fn any_attributes_and_indices_outside() {
    for seed in 0..800 {
        let mut r = Random::new(seed);
        let (mut spec, window) = random_spec(&mut r);
        let operand: Vec<u32> = (0..spec.operand.iter().product::<usize>() as u32).collect();
        let values: Vec<i64> = (0..spec.indices.iter().product::<usize>()).map(|_| r.pick(-3..=8)).collect();
        let want: Vec<u32> = indices(&spec.windowed)
            .map(|element| {
                let (start, inside) = locate(&spec, &values, &element);
                let at: Vec<usize> = (0..spec.operand.len())
                    .map(|a| (start[a].clamp(0, (spec.operand[a] - window[a]) as i64) + inside[a]) as usize)
                    .collect();
                operand[flat(&spec.operand, &at)]
            })
            .collect();
        let check = |spec: &AddressSpec, given: *const u8| {
            let plan = Gather::new(4, spec, &window);
            let got = at_any_thread_count(&vec![9999u32; want.len()], |out| {
                // SAFETY: the buffers have the sizes of the description.
                unsafe { plan.run(operand.as_ptr().cast(), given, out) }
            });
            assert_eq!(got, want, "{spec:?}");
        };
        let narrow: Vec<i32> = values.iter().map(|&v| v as i32).collect();
        check(&spec, narrow.as_ptr().cast());
        spec.index = Elem::I64;
        check(&spec, values.as_ptr().cast());
    }
}

#[test]
fn rows_of_a_table_and_huge_unsigned_indices() {
    let spec = AddressSpec {
        operand: vec![50, 40],
        indices: vec![3000],
        index: Elem::U64,
        windowed: vec![3000, 40],
        offset_dims: vec![1],
        collapsed_slice_dims: vec![0],
        operand_batching_dims: vec![],
        start_indices_batching_dims: vec![],
        start_index_map: vec![0],
        index_vector_dim: 1,
    };
    let table: Vec<u64> = (0..2000).collect();
    let ids: Vec<u64> = (0..3000).map(|i| if i % 7 == 0 { u64::MAX - i } else { i * 13 % 50 }).collect();
    let got = at_any_thread_count(&vec![0u64; 120_000], |out| {
        // SAFETY: the buffers have the sizes of the description.
        unsafe { Gather::new(8, &spec, &[1, 40]).run(table.as_ptr().cast(), ids.as_ptr().cast(), out) }
    });
    let want: Vec<u64> = ids.iter().flat_map(|&id| (0..40).map(move |c| id.min(49) * 40 + c)).collect();
    assert_eq!(got, want);
}
