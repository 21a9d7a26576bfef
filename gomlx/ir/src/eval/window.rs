// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! `reduce_window` and `select_and_scatter` on padded operands, as the spec defines them.

use super::convert::{count, indices};
use super::frame::{Frame, Value, Values};
use super::index::{offsets_by, strides};
use super::movement::{fill, pad};
use super::reduce::{element, fold};
use crate::{DType, Dims, HostTensor, Inst, Result, Shape, Window};

pub(super) fn reduce_window(frame: &mut Frame<'_>, inst: &Inst, x: &[Value], window: &Window) -> Result<Values> {
    let (inputs, initials) = x.split_at(x.len() / 2);
    let result = frame.function.shape(inst.results[0]).sizes();
    let mut sources = Values::new();
    for (input, initial) in inputs.iter().zip(initials) {
        sources.push(padded(input, initial, &window.padding, &window.base_dilations)?.into());
    }
    let accumulators = initials.iter().map(|i| fill(i, &result)).collect::<Result<Vec<_>>>()?;
    let (starts, places) = windows(sources[0].dims(), &result, window);
    let steps = starts.iter().enumerate().flat_map(|(to, start)| places.iter().map(move |place| (to, start + place)));
    fold(frame, inst.regions[0], accumulators, &sources, steps)
}

/// The operand with elements `dilations` apart between edges of a value.
pub(super) fn padded(x: &HostTensor, value: &HostTensor, padding: &[(i64, i64)], dilations: &[usize]) -> Result<HostTensor> {
    let sizes = x.dims().iter().zip(padding).zip(dilations).map(|((&n, &(low, high)), &dilation)| {
        let dilated = if n == 0 { 0 } else { (n as i64 - 1) * dilation as i64 + 1 };
        // If padding cuts more than there is, there is no window, and the size is not used.
        (low + dilated + high).max(0) as usize
    });
    let dims: Dims = sizes.collect();
    let low: Vec<i64> = padding.iter().map(|&(low, _)| low).collect();
    let interior: Vec<i64> = dilations.iter().map(|&d| d as i64 - 1).collect();
    pad(x, value, &Shape::new(x.dtype(), &dims), &low, &interior)
}

/// Offsets in a padded operand: the start of each window, and each place of a window relative to its start.
fn windows(padded: &[usize], result: &[usize], window: &Window) -> (Vec<usize>, Vec<usize>) {
    let along = strides(padded);
    let times = |by: &[usize]| -> Dims { along.iter().zip(by).map(|(s, b)| s * b).collect() };
    (offsets_by(result, &times(&window.strides)), offsets_by(&window.dims, &times(&window.window_dilations)))
}

/// In each window, the place that `select` chooses receives the element of the source. Of equal places it is the first.
///
/// Padding is never selected (the spec leaves that open); the element of a window of padding alone is dropped.
pub(super) fn select_and_scatter(frame: &mut Frame<'_>, inst: &Inst, x: &[Value], window: &Window) -> Result<HostTensor> {
    let [operand, source, initial] = x else { unreachable!("inference counts the operands") };
    let numbers = count(operand.len(), DType::I64).reshaped(operand.dims())?;
    let numbers = padded(&numbers, &HostTensor::scalar(-1i64), &window.padding, &window.base_dilations)?;
    let (starts, places) = windows(numbers.dims(), source.dims(), window);
    let numbers = indices(&numbers);
    let mut steps = vec![];
    for (from, start) in starts.iter().enumerate() {
        let mut selected: Option<usize> = None;
        for place in &places {
            let Ok(next) = usize::try_from(numbers[start + place]) else { continue };
            let stays = match selected {
                None => false,
                Some(best) => {
                    let kept = frame.run(inst.regions[0], [element(operand, best)?, element(operand, next)?])?;
                    kept[0].bytes() == [1]
                }
            };
            if !stays {
                selected = Some(next);
            }
        }
        steps.extend(selected.map(|to| (to, from)));
    }
    let accumulator = fill(initial, operand.dims())?;
    let results = fold(frame, inst.regions[1], vec![accumulator], std::slice::from_ref(source), steps.into_iter())?;
    Ok(HostTensor::clone(&results[0]))
}
