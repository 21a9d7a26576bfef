// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Runs the table of cases that test backends: each case batched, compared with its single examples; and the f64 cases
//! in forward and reverse mode, compared with each other.

use super::super::vmap_function;
use super::*;
use crate::testing::{Case, cases, check as same};
use crate::{Code, verify};

/// The elements rotated by one position, which makes another example of the same kind.
fn rolled(x: &HostTensor) -> HostTensor {
    let size = x.dtype().size();
    let mut bytes = x.bytes().to_vec();
    if bytes.len() >= size {
        bytes.rotate_right(size);
    }
    HostTensor::from_bytes(x.dtype(), x.dims(), &bytes).unwrap()
}

/// Stacks tensors along a new axis.
fn stacked(xs: &[&HostTensor]) -> HostTensor {
    let bytes: Vec<u8> = xs.iter().flat_map(|x| x.bytes().iter().copied()).collect();
    let dims: Vec<usize> = std::iter::once(xs.len()).chain(xs[0].dims().iter().copied()).collect();
    HostTensor::from_bytes(xs[0].dtype(), &dims, &bytes).unwrap()
}

fn batched(case: &Case, each: &[bool]) -> Result<(), String> {
    let f = case.module.main();
    let others: Vec<HostTensor> = case.inputs.iter().zip(each).map(|(x, &each)| if each { rolled(x) } else { x.clone() }).collect();
    let batch = vmap_function(f, 2, each).map_err(|e| e.to_string())?;
    verify::verify_function(&batch).map_err(|e| e.to_string())?;
    let given: Vec<HostTensor> =
        case.inputs.iter().zip(&others).zip(each).map(|((x, y), &each)| if each { stacked(&[x, y]) } else { x.clone() }).collect();
    let (first, second) = (run(f, &case.inputs), run(f, &others));
    let want: Vec<HostTensor> = first.iter().zip(&second).map(|(x, y)| stacked(&[x, y])).collect();
    same(&run(&batch, &given), &want)
}

#[test]
fn every_case_in_a_batch() {
    let mut failed = vec![];
    let cases: Vec<Case> = cases().into_iter().filter(|case| !case.inputs.is_empty() && case.module.functions.len() == 1).collect();
    for case in &cases {
        let n = case.inputs.len();
        let mut marks = vec![vec![true; n]];
        if n > 1 {
            marks.extend((0..n).map(|i| (0..n).map(|j| j == i).collect()));
        }
        for each in marks {
            if let Err(e) = batched(case, &each) {
                failed.push(format!("{} {each:?}: {e}", case.name));
            }
        }
    }
    assert!(failed.is_empty(), "{} of {} cases:\n{}", failed.len(), cases.len(), failed.join("\n"));
}

#[test]
fn both_modes_agree_on_every_case() {
    let (mut failed, mut checked) = (vec![], 0);
    for case in cases() {
        let f = case.module.main();
        // As in JAX, tangents and cotangents are rounded too, at different points.
        if case.name.starts_with("reduce_precision") {
            continue;
        }
        let double = |v: &ValueId| f.shape(*v).dtype == DType::F64;
        let other = |v: &ValueId| f.shape(*v).dtype.is_differentiable() && !double(v);
        let doubles = f.params().iter().any(double) && f.results().iter().any(double);
        if !doubles || f.params().iter().chain(f.results()).any(other) {
            continue;
        }
        let (forward, backward) = match (jvp_function(f), vjp_function(f)) {
            (Ok(forward), Ok(backward)) => (forward, backward),
            (_, Err(e)) | (Err(e), _) if e.0[0].code == Code::Gradient => continue,
            (_, Err(e)) | (Err(e), _) => {
                failed.push(format!("{}: {e}", case.name));
                continue;
            }
        };
        checked += 1;
        let tangents = random_like(3, &case.inputs);
        let results = run(&forward, &[&case.inputs[..], &tangents].concat());
        let (values, pushed) = results.split_at(f.results().len());
        let cotangents = random_like(4, values);
        let pulled = run(&backward, &[&case.inputs[..], &cotangents].concat())[f.results().len()..].to_vec();
        let (by_forward, by_reverse) = (dot(pushed, &cotangents), dot(&pulled, &tangents));
        let size = by_forward.abs().max(by_reverse.abs()).max(1.0);
        // If the derivative is infinite or undefined, the two modes may show that differently.
        let finite = by_forward.is_finite() && by_reverse.is_finite();
        if finite && (by_forward - by_reverse).abs() > 1e-10 * size {
            failed.push(format!("{}: {by_forward} forward, {by_reverse} in reverse", case.name));
        }
    }
    assert!(failed.is_empty(), "{} of {checked} cases:\n{}", failed.len(), failed.join("\n"));
    assert!(checked > 50, "{checked} cases have derivatives");
}
