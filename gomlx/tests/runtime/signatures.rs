// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Signatures: every kind of parameter and result, dims in parts of both, and symbols with values from each call.

use gomlx::prelude::*;
use gomlx::{Code, Element, Error, Result};

use crate::{assert_says, on_eval};

fn ones(dims: &[usize]) -> Tensor<f32> {
    Tensor::ones(dims)
}

#[track_caller]
fn assert_mismatch<R>(result: Result<R>, parts: &[&str]) {
    let error = result.err().expect("the arguments do not match");
    assert!(matches!(&error, Error::Signature(d) if d.code == Code::Signature), "{error}");
    assert_says(&error.to_string(), parts);
}

type Batch = (Tensor<f32>, (Tensor<f32>, usize));

#[graph]
fn collections(
    pair: &(Tensor![f32; B, N], (Tensor![f32; N], usize)),
    rows: &Vec<Tensor![f32; N]>,
    both: &[Tensor![f32; B, N]; 2],
    extra: Option<Tensor![f32; 2 * B]>,
) -> Tensor![f32; B, N] {
    let mut sum = &pair.0 + &pair.1.0 * pair.1.1 + &both[0] * &both[1];
    for row in rows {
        sum = sum + row;
    }
    match extra {
        Some(extra) => sum + extra.sum(),
        None => sum,
    }
}

#[test]
fn dims_of_the_parts_of_arguments_are_checked() {
    on_eval(|| {
        let pair = |b: usize, n: usize| -> Batch { (ones(&[b, n]), (ones(&[n]), 3)) };
        let both = |b: usize, n: usize| [ones(&[b, n]), ones(&[b, n])];
        let y = collections(&pair(2, 3), &vec![ones(&[3]); 4], &both(2, 3), Some(ones(&[4])));
        assert_eq!(y.to_vec().unwrap(), [1.0 + 3.0 + 1.0 + 4.0 + 4.0; 6]);
        assert_eq!(collections(&pair(2, 3), &vec![], &both(2, 3), None).to_vec().unwrap(), [5.0; 6]);
        let rows = collections::try_call(&pair(2, 3), &vec![ones(&[3]), ones(&[4])], &both(2, 3), None);
        assert_mismatch(rows, &["collections", "`rows.1` is f32[4]", "f32[N]", "`N` is 3 in `pair.0`, and 4 here"]);
        let inner = collections::try_call(&(ones(&[2, 3]), (ones(&[5]), 3)), &vec![], &both(2, 3), None);
        assert_mismatch(inner, &["`pair.1.0` is f32[5]"]);
        assert_mismatch(collections::try_call(&pair(2, 3), &vec![], &[ones(&[2, 3]), ones(&[9, 3])], None), &["`both.1` is f32[9, 3]"]);
        let extra = collections::try_call(&pair(2, 3), &vec![], &both(2, 3), Some(ones(&[5])));
        assert_mismatch(extra, &["`extra` is f32[5]", "f32[2 * B]", "axis 0 is 5, and `2 * B` is 4"]);
    });
}

#[graph]
#[allow(clippy::type_complexity)]
fn results(
    x: &Tensor![f32; H, W],
    n: usize,
    right: bool,
) -> (Tensor![f32; H * W], Vec<Tensor![f32; H + W]>, Option<(Tensor![f32; W - 1],)>) {
    let flat = x.flatten();
    let lines = (0..n).map(|_| Tensor::zeros(&[if right { H + W } else { H }])).collect();
    (flat, lines, (n > 1).then(|| (x.slice_axis(1, 1, W).sum_axis(0),)))
}

#[test]
fn dims_of_the_parts_of_results_are_checked() {
    on_eval(|| {
        let (flat, lines, rest) = results(&ones(&[2, 3]), 2, true);
        assert_eq!((flat.dims(), lines.len(), lines[1].dims()), ([6].as_slice(), 2, [5].as_slice()));
        assert_eq!(rest.unwrap().0.to_vec().unwrap(), [2.0, 2.0]);
        assert!(results(&ones(&[2, 3]), 1, true).2.is_none());
        let error = results::try_call(&ones(&[2, 3]), 2, false).unwrap_err().to_string();
        assert_says(&error, &["E0007", "results: part 1.0 of the result is f32[2]", "f32[H + W], which is [5] here", "signatures.rs:"]);
    });
}

#[graph]
fn grow(w: &mut Tensor![f32; N], pair: &mut (Tensor![f32; N], usize), by: usize) {
    *w = concat(&[w, &Tensor::zeros(&[by])], 0);
    pair.0 = &pair.0 + 1.0;
}

/// The new sizes of the state are unknown before the call.
#[graph]
fn grows(w: &mut Tensor![f32; N], pair: &mut (Tensor<f32>, usize), by: usize) -> Tensor![f32;] {
    grow(w, pair, by);
    w.sum()
}

#[test]
fn state_keeps_the_dims_of_its_signature() {
    on_eval(|| {
        let (mut w, mut pair) = (ones(&[3]), (ones(&[3]), 1));
        for error in [grow::try_call(&mut w, &mut pair, 2).unwrap_err(), grows::try_call(&mut w, &mut pair, 2).unwrap_err()] {
            let parts = ["E0007", "grow: the state `w` is f32[5] after the body", "f32[N], which is [3] here", "signatures.rs:"];
            assert_says(&error.to_string(), &parts);
        }
        assert_eq!((w.dims(), pair.0.to_vec().unwrap()), ([3].as_slice(), vec![1.0; 3]), "nothing was written back");
        grow(&mut w, &mut pair, 0);
        assert_eq!(pair.0.to_vec().unwrap(), [2.0; 3]);
    });
}

#[graph]
fn scaled<T: Element, M: Tree + Clone>(x: &Tensor![T; N], extra: &impl Tree, kept: M, #[fixed] by: f64) -> (Tensor![T; N], M) {
    let _ = extra;
    (x * by, kept)
}

#[test]
fn functions_are_generic() {
    on_eval(|| {
        let (y, kept) = scaled(&Tensor::<i32>::ones(&[2]), &(ones(&[1]), 3usize), vec![ones(&[2]), ones(&[3])], 4.0);
        assert_eq!((y.to_vec().unwrap(), kept.len(), kept[1].dims()), (vec![4, 4], 2, [3].as_slice()));
        let (y, ()) = scaled(&ones(&[1]), &(), (), 0.5);
        assert_eq!(y.to_vec().unwrap(), [0.5]);
    });
}

#[derive(Clone, Tree)]
struct Accumulator<const N: usize> {
    total: Tensor<f32>,
    calls: usize,
}

impl<const N: usize> Accumulator<N> {
    /// This function has no `self`, but returns `Self`.
    #[graph]
    fn start(x: &Tensor![f32; {N}]) -> Self {
        Accumulator { total: x * 0.0, calls: 0 }
    }

    #[graph]
    fn add(&mut self, x: &Tensor![f32; B, {N}]) -> Result<Tensor![f32; B]> {
        self.total = &self.total + x.sum_axis(0);
        Ok(x.sum_axis(1))
    }

    #[graph(method)]
    fn double(x: &Tensor![f32; K]) -> Tensor![f32; K] {
        x * 2.0
    }

    #[graph]
    fn finish(self) -> Tensor![f32; {N}] {
        self.total
    }
}

#[test]
fn functions_of_impl_blocks() {
    on_eval(|| {
        let mut all = Accumulator::<2>::start(&ones(&[2]));
        assert_eq!(all.add(&ones(&[3, 2])).unwrap().to_vec().unwrap(), [2.0; 3]);
        assert_eq!(all.add(&ones(&[4, 2])).unwrap().dims(), [4]);
        assert_mismatch(all.add(&ones(&[3, 3])), &["axis 1 is 3, not 2"]);
        assert_eq!(all.calls, 0);
        assert_eq!(Accumulator::<2>::double(&ones(&[5])).to_vec().unwrap(), [2.0; 5]);
        assert_eq!(Accumulator::<2>::add_memo().stats().compiles, 2);
        assert_eq!(all.finish().to_vec().unwrap(), [7.0, 7.0]);
    });
}

#[graph]
fn literal(x: &Tensor![f32; 2, 3], pair: &(Tensor![f32; 3], Tensor![f32; 2])) -> (Tensor![f32; 2, 3], Tensor![f32;]) {
    let y = x * &pair.0 + pair.1.reshape([2, 1]);
    (y.clone(), y.exp().sum())
}

/// A graph that calls a helper, whose body the macro cannot see.
#[graph]
fn partly(x: &Tensor![f32; 2, 3]) -> Tensor![f32;] {
    let y = x.tanh();
    helper(&y)
}

fn helper(x: &Tensor<f32>) -> Tensor<f32> {
    x.sum()
}

#[test]
fn the_text_of_literal_dims_is_stablehlo() {
    on_eval(|| {
        let lowered = literal::lower(&ones(&[2, 3]), &(ones(&[3]), ones(&[2]))).unwrap();
        assert_eq!(literal::STABLEHLO, lowered.stablehlo(), "the macro translates the whole body");
    });
    for text in [literal::STABLEHLO, partly::STABLEHLO] {
        gomlx_ir::parse::module(text, "preview.mlir").unwrap();
    }
    assert_says(partly::STABLEHLO, &["stablehlo.tanh", "`helper(&y)` is not seen here"]);
}
