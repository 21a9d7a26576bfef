// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Spectra, windows and filters of signals, with SciPy's numbers.

use gomlx::prelude::*;
use gomlx::testing::on_each_backend;
use gomlx::{assert_close, signal, with_backend};

use crate::{assert_says, panic_of, tensor, vector};

fn wave(n: usize) -> Tensor<f32> {
    let x = Tensor::<f32>::arange(n);
    (&x * 0.9).sin() + x * 0.1
}

fn hann(n: usize) -> Tensor<f32> {
    signal::hanning::<f32>(n + 1).slice_axis(0, 0, n)
}

#[test]
fn windows_are_those_of_scipy() {
    on_each_backend("windows_are_those_of_scipy", |_| {
        assert_close!(signal::cosine::<f32>(5), vector(&[0.309017, 0.809017, 1.0, 0.809017, 0.309017]), 1e-6);
        assert_close!(signal::tukey::<f32>(7, 0.6), vector(&[0.0, 0.5868241, 1.0, 1.0, 1.0, 0.5868241, 0.0]), 1e-6);
        assert_close!(signal::tukey::<f32>(6, 0.3), vector(&[0.0, 1.0, 1.0, 1.0, 1.0, 0.0]), 1e-6);
        assert_close!(signal::tukey::<f32>(4, 0.0), Tensor::<f32>::ones(&[4]));
        assert_close!(signal::gaussian::<f32>(4, 1.3), vector(&[0.5139237, 0.9287047, 0.9287047, 0.5139237]), 1e-6);
        let flat = signal::general_cosine::<f32>(6, [0.21557895, 0.41663158, 0.277263158, 0.083578947, 0.006947368]);
        assert_close!(flat, vector(&[-4.2105e-4, -0.06771425, 0.60687214, 0.60687214, -0.06771425, -4.2105e-4]), 1e-6);
        let one = [signal::cosine::<f32>(1), signal::tukey(1, 0.5), signal::gaussian(1, 1.0), signal::general_cosine(1, [0.5, 0.5])];
        assert!(one.iter().all(|window| (window.item().unwrap() - 1.0).abs() < 1e-6));
    });
}

#[test]
fn densities_are_those_of_scipy() {
    on_each_backend("densities_are_those_of_scipy", |_| {
        let welch = [0.25433386, 1.3719078, 0.4874077, 0.0014433671, 3.81955e-05];
        assert_close!(signal::welch(&wave(12), &hann(8), 4, 2.0), vector(&welch), 1e-5);
        assert_close!(signal::periodogram(&wave(7), 2.0), vector(&[0.0, 1.1113553, 0.030274658, 0.01932168]), 1e-5);
    });
}

#[test]
fn cross_densities_are_those_of_scipy() {
    on_each_backend("cross_densities_are_those_of_scipy", |_| {
        let y = (Tensor::<f32>::arange(12) * 0.4).cos();
        let density = signal::csd(&wave(12), &y, &hann(8), 4, 2.0);
        assert_close!(density.real(), vector(&[-0.10077149, 0.15205233, 0.02031398, -0.0003554, 2.789e-5]), 1e-5);
        assert_close!(density.imag(), vector(&[0.0, -0.3443652, -0.0790657, 0.0003822, 0.0]), 1e-5);
    });
}

#[test]
fn resampled_signals_are_those_of_scipy() {
    let cases: [(usize, &[f32]); 4] = [
        (12, &[0.1038286, 1.1449532, 0.6935338, -0.3013702, -0.2102606, 1.2362112, 1.8374033, 1.0468296]),
        (12, &[0.1915935, 1.1473698, 0.4025029, -0.4796511, 0.5673095, 1.8603792, 1.1677341]),
        (
            7,
            &[
                0.0, 0.4669125, 1.0193083, 1.2160943, 1.0514018, 0.7726338, 0.3927984, -0.1146248, -0.4621792, -0.4136131, -0.2084098,
                -0.1344833,
            ],
        ),
        (
            8,
            &[
                0.0, 0.4627665, 1.1666547, 1.1738476, 0.910824, 0.4805532, -0.0425204, -0.3597397, -0.5418261, -0.1727645, 0.6132828,
                0.5217518,
            ],
        ),
    ];
    on_each_backend("resampled_signals_are_those_of_scipy", |_| {
        for (n, expected) in cases {
            assert_close!(signal::resample(&wave(n), expected.len(), 0), vector(expected), 1e-5);
        }
        assert_close!(signal::resample(&wave(6), 6, 0), wave(6), 1e-5);
    });
}

#[test]
fn transforms_are_those_of_scipy() {
    on_each_backend("transforms_are_those_of_scipy", |_| {
        let hilbert = [-0.50501747, -0.61067324, 0.08981254, 0.6203643, 0.40551388];
        let analytic = signal::analytic_signal(&wave(5), 0);
        assert_close!(analytic.imag(), vector(&hilbert), 1e-5);
        assert_close!(analytic.real(), wave(5), 1e-5);

        let part = Tensor::<f32>::arange(15);
        let z = gomlx::complex(&(&part * 1.3).cos(), &part.sin()).reshape([5, 3]);
        let expected = [0.13520257, 3.0562303, 0.78732556, 2.537247, -2.3748198, -1.0055685, 1.1734557, 0.7955548];
        assert_close!(signal::istft(&z, &hann(8), 4), vector(&expected), 1e-4);

        let x = gomlx::complex(&wave(12), &wave(12).reverse(0));
        let second = signal::stft(&x, &hann(8), 4).slice_axis(1, 1, 2).squeeze(1);
        let re = [0.22640411, 0.61197544, -0.45944485, 0.01766929, 0.00260646, -0.00386024, 0.18791384, -0.58326405];
        let im = [0.7065959, -0.7125887, 0.25617595, -0.018053453, -9.903424e-05, 0.017528768, -0.24585892, -0.0037004674];
        assert_close!(second.real(), vector(&re), 1e-5);
        assert_close!(second.imag(), vector(&im), 1e-5);
    });
}

#[test]
fn transforms_come_back() {
    on_each_backend("transforms_come_back", |_| {
        // Twelve elements do not fill the last window: zeros complete it.
        for (size, step) in [(8, 4), (8, 2), (7, 3), (5, 5)] {
            let x = stack(&[&wave(12), &wave(12).reverse(0)], 0);
            let window = signal::hamming::<f32>(size);
            let back = signal::istft(&signal::stft(&x, &window, step), &window, step);
            assert!(back.dims()[1] >= 12, "{size} {step}");
            assert_close!(back.slice_axis(1, 0, 12), x, 1e-4);
        }
    });
}

#[test]
fn medians_leave_out_what_is_rare() {
    on_each_backend("medians_leave_out_what_is_rare", |_| {
        let x = tensor(&[3, 4], &[0.0, 7.0, 2.0, 9.0, 4.0, 11.0, 6.0, 1.0, 8.0, 3.0, 10.0, 5.0]);
        let square = signal::medfilt(&x, [3, 3]).to_vec().unwrap();
        assert_eq!(square, [0.0, 2.0, 2.0, 0.0, 3.0, 6.0, 6.0, 2.0, 0.0, 4.0, 3.0, 0.0]);
        let line = signal::medfilt(&x, [1, 3]).to_vec().unwrap();
        assert_eq!(line, [0.0, 2.0, 7.0, 2.0, 4.0, 6.0, 6.0, 1.0, 3.0, 8.0, 5.0, 5.0]);
    });
}

#[test]
fn signals_that_do_not_fit_are_named() {
    with_backend("eval", || {
        assert_says(&panic_of(|| signal::stft(&wave(8), &hann(4), 5)), &["stft", "step 5", "signals.rs:"]);
        assert_says(&panic_of(|| signal::istft(&wave(8), &hann(4), 2)), &["istft", "f32[8]", "signals.rs:"]);
        assert_says(&panic_of(|| signal::welch(&wave(3), &hann(4), 2, 1.0)), &["welch", "3 elements", "signals.rs:"]);
        assert_says(&panic_of(|| signal::medfilt(&wave(3), [2])), &["medfilt", "odd", "signals.rs:"]);
    })
    .unwrap();
}
