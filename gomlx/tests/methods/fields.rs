// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Functions of the modules of one field, and losses.

use gomlx::prelude::*;
use gomlx::testing::on_each_backend;
use gomlx::{
    Boundary, ConvolveMode, FftNorm, GridMode, GridPadding, ResizeMethod, Trend, assert_close, c64, image, linalg, nn, poly, segment,
    signal, special,
};

use crate::tensor;

table! {
    accuracy(x: f32[4, 3], y: i32[4]) -> f32[] { nn::accuracy(x, y) }
    affine_grid(x: f32[2, 2, 3]) -> f32[2, 3, 4, 2] { image::affine_grid(x, [3, 4], false) }
    analytic_signal(x: f32[2, 5]) -> f32[2, 5] { signal::analytic_signal(x, 0).imag() }
    bartlett() -> f32[5] { signal::bartlett::<f32>(5) }
    bernoulli() -> f32[5] { special::bernoulli::<f32>(4) }
    bessel_jn(x: f32[3]) -> f32[3, 3] { special::bessel_jn(x, 2) }
    beta(x: f32[3], y: f32[3]) -> f32[3] { special::beta(x, y) }
    betainc(x: f32[3], y: f32[2, 1], z: f32[3]) -> f32[2, 3] { special::betainc(x, y, z) }
    betaln(x: f32[3], y: f32[3]) -> f32[3] { special::betaln(x, y) }
    blackman() -> f32[5] { signal::blackman::<f32>(5) }
    block_diag(x: f32[2, 2], y: f32[1, 3]) -> f32[3, 5] { linalg::block_diag(&[x, y]) }
    boxcox(x: f32[3], y: f32[3]) -> f32[3] { special::boxcox(x, y) }
    boxcox1p(x: f32[3], y: f32[3]) -> f32[3] { special::boxcox1p(x, y) }
    cdist(x: f32[2, 3], y: f32[4, 3]) -> f32[2, 4] { linalg::cdist(x, y, 1.0) }
    chebval(x: f32[2, 3], c: f32[4]) -> f32[2, 3] { poly::chebval(x, c) }
    cho_solve(x: f32[2, 2], y: f32[2]) -> f32[2] { linalg::cho_solve(x, y) }
    cholesky(x: f32[2, 2]) -> f32[2, 2] { linalg::cholesky(&(x.matmul(&x.t()) + Tensor::<f32>::eye(2, 2, 0))) }
    comb(x: f32[3], y: f32[3]) -> f32[3] { special::comb(x, y) }
    cond(x: f32[2, 2]) -> f32[] { linalg::cond(&(x + Tensor::<f32>::eye(2, 2, 0))) }
    convolve(x: f32[5], y: f32[3]) -> f32[7] { signal::convolve(x, y, ConvolveMode::Full) }
    correlate(x: f32[2, 5], y: f32[1, 3]) -> f32[2, 5] { signal::correlate(x, y, ConvolveMode::Same) }
    cosine() -> f32[5] { signal::cosine::<f32>(5) }
    csd(x: f32[2, 12], y: f32[2, 12]) -> f32[2, 5] { signal::csd(x, y, &signal::hanning::<f32>(8), 4, 1.0).imag() }
    dawsn(x: f32[3]) -> f32[3] { special::dawsn(x) }
    dct(x: f32[2, 5]) -> f32[2, 5] { gomlx::fft::dct(x, -1, true) }
    det(x: f32[2, 2]) -> f32[] { linalg::det(x) }
    detrend(x: f32[2, 5]) -> f32[2, 5] { signal::detrend(x, -1, Trend::Linear) }
    digamma(x: f32[3]) -> f32[3] { special::digamma(x) }
    eig(x: f32[2, 2]) -> f32[] { linalg::eig(x).0.real().sum() }
    eigh(x: f32[2, 2]) -> f32[2] { linalg::eigh(x).0 }
    eigvalsh(x: f32[2, 2]) -> f32[2] { linalg::eigvalsh(x) }
    eigvals(x: f32[2, 2]) -> f32[] { linalg::eigvals(x).real().sum() }
    entr(x: f32[3]) -> f32[3] { special::entr(x) }
    erfcinv(x: f32[3]) -> f32[3] { special::erfcinv(x) }
    erfcx(x: f32[3]) -> f32[3] { special::erfcx(x) }
    exp1(x: f32[3]) -> f32[3] { special::exp1(x) }
    expi(x: f32[3]) -> f32[3] { special::expi(x) }
    expm(x: f32[2, 2]) -> f32[2, 2] { linalg::expm(x) }
    expn(x: f32[3]) -> f32[3] { special::expn(x, 2) }
    factorial(x: f32[3]) -> f32[3] { special::factorial(x) }
    fft(x: f32[4]) -> f32[4] { gomlx::fft::fft(x, 0, FftNorm::Backward).real() }
    fftshift(x: f32[2, 5]) -> f32[2, 5] { gomlx::fft::fftshift(x, [0, 1]) }
    fresnel(x: f32[3]) -> f32[3] { let (s, c) = special::fresnel(x); s + c }
    frobenius_norm(x: f32[2, 3]) -> f32[] { linalg::frobenius_norm(x) }
    gamma(x: f32[3]) -> f32[3] { special::gamma(x) }
    gammainc(x: f32[3], y: f32[2, 1]) -> f32[2, 3] { special::gammainc(x, y) }
    gammaincc(x: f32[3], y: f32[2, 1]) -> f32[2, 3] { special::gammaincc(x, y) }
    gammaln(x: f32[3]) -> f32[3] { special::gammaln(x) }
    gammasgn(x: f32[3]) -> f32[3] { special::gammasgn(x) }
    gaussian() -> f32[5] { signal::gaussian::<f32>(5, 1.5) }
    general_cosine() -> f32[5] { signal::general_cosine::<f32>(5, [0.4, 0.5, 0.1]) }
    grid_sample(x: f32[1, 2, 3, 4], y: f32[1, 2, 3, 2]) -> f32[1, 2, 2, 3] { image::grid_sample(x, y, GridMode::Cubic, GridPadding::Zeros, false) }
    hamming() -> f32[5] { signal::hamming::<f32>(5) }
    hanning() -> f32[5] { signal::hanning::<f32>(5) }
    hessenberg(x: f32[3, 3]) -> f32[3, 3] { linalg::hessenberg(x).0 }
    hfft(x: f32[4]) -> f32[6] { gomlx::fft::hfft(x, 6, 0, FftNorm::Ortho) }
    hyp1f1(x: f32[3], y: f32[3], z: f32[3]) -> f32[3] { special::hyp1f1(x, y, z) }
    hyp2f1(x: f32[3], y: f32[3], z: f32[3]) -> f32[3] { special::hyp2f1(x, y, z, &(z * 0.5)) }
    i0(x: f32[3]) -> f32[3] { special::i0(x) }
    i0e(x: f32[3]) -> f32[3] { special::i0e(x) }
    i1(x: f32[3]) -> f32[3] { special::i1(x) }
    i1e(x: f32[3]) -> f32[3] { special::i1e(x) }
    idct(x: f32[2, 5]) -> f32[2, 5] { gomlx::fft::idct(x, [0, 1], false) }
    ifft(x: f32[4]) -> f32[4] { gomlx::fft::ifft(x, 0, FftNorm::Forward).imag() }
    ifftshift(x: f32[2, 5]) -> f32[2, 5] { gomlx::fft::ifftshift(x, 1) }
    ihfft(x: f32[4]) -> f32[3] { gomlx::fft::ihfft(x, 0, FftNorm::Ortho).real() }
    induced_norm(x: f32[2, 3]) -> f32[] { linalg::induced_norm(x, 1.0) }
    inv(x: f32[2, 2]) -> f32[2, 2] { linalg::inv(&(x + Tensor::<f32>::eye(2, 2, 0))) }
    irfft(x: f32[4]) -> f32[6] { gomlx::fft::irfft(x, 6, 0, FftNorm::Backward) }
    istft(x: c64[2, 5, 3]) -> f32[2, 8] { signal::istft(x, &signal::hanning::<f32>(8), 4) }
    kaiser() -> f32[5] { signal::kaiser::<f32>(5, 2.0) }
    kl_div(x: f32[3], y: f32[2, 1]) -> f32[2, 3] { special::kl_div(x, y) }
    log1mexp(x: f32[3]) -> f32[3] { special::log1mexp(x) }
    log_ndtr(x: f32[3]) -> f32[3] { special::log_ndtr(x) }
    logdiffexp(x: f32[3], y: f32[3]) -> f32[3] { special::logdiffexp(&(x + 1.0), y) }
    logit(x: f32[3]) -> f32[3] { special::logit(x) }
    logmeanexp(x: f32[2, 3]) -> f32[2] { special::logmeanexp(x, -1) }
    lstsq(x: f32[3, 2], y: f32[3]) -> f32[2] { linalg::lstsq(x, y) }
    lu(x: f32[2, 3]) -> f32[2, 3] { let (p, l, u) = linalg::lu(x); p.matmul(&l).matmul(&u) }
    map_coordinates(x: f32[3, 4], y: f32[2, 1], z: f32[3]) -> f32[2, 3] { image::map_coordinates(x, &[y, z], 1, Boundary::Reflect, 0.0) }
    matrix_power(x: f32[2, 2]) -> f32[2, 2] { linalg::matrix_power(x, 5) }
    matrix_rank(x: f32[2, 2]) -> i32[] { linalg::matrix_rank(x) }
    mean_squared_error(x: f32[2, 3], y: f32[2, 3]) -> f32[] { nn::mean_squared_error(x, y) }
    medfilt(x: f32[4, 5]) -> f32[4, 5] { signal::medfilt(x, [3, 1]) }
    multi_dot(x: f32[2, 3], y: f32[3]) -> f32[2] { linalg::multi_dot(&[x, y]) }
    multigammaln(x: f32[3]) -> f32[3] { special::multigammaln(&(x + 1.0), 2) }
    ndtr(x: f32[3]) -> f32[3] { special::ndtr(x) }
    ndtri(x: f32[3]) -> f32[3] { special::ndtri(x) }
    nuclear_norm(x: f32[2, 3]) -> f32[] { linalg::nuclear_norm(x) }
    owens_t(x: f32[3], y: f32[2, 1]) -> f32[2, 3] { special::owens_t(x, y) }
    periodogram(x: f32[2, 8]) -> f32[2, 5] { signal::periodogram(x, 2.0) }
    pinv(x: f32[3, 2]) -> f32[2, 3] { linalg::pinv(x) }
    poch(x: f32[3], y: f32[3]) -> f32[3] { special::poch(x, y) }
    polar_decomposition(x: f32[3, 2]) -> f32[3, 2] { let (u, p) = linalg::polar_decomposition(x); u.matmul(&p) }
    polyadd(x: f32[3], y: f32[2]) -> f32[3] { poly::polyadd(x, y) }
    polyder(x: f32[5]) -> f32[3] { poly::polyder(x, 2) }
    polydiv(x: f32[5], y: f32[2]) -> f32[4] { let (quotient, _) = poly::polydiv(x, y); quotient }
    polyfit(x: f32[5], y: f32[5]) -> f32[3] { poly::polyfit(x, y, 2) }
    polyfromroots(x: f32[3]) -> f32[4] { poly::polyfromroots(x) }
    polygamma(n: i32[3], x: f32[3]) -> f32[3] { special::polygamma(n, x) }
    polyint(x: f32[3]) -> f32[5] { poly::polyint(x, 2, 1.0) }
    polymul(x: f32[3], y: f32[2]) -> f32[4] { poly::polymul(x, y) }
    polysub(x: f32[3], y: f32[2]) -> f32[3] { poly::polysub(x, y) }
    polyval(p: f32[5], x: f32[2, 3]) -> f32[2, 3] { poly::polyval(p, x) }
    qr(x: f32[3, 2]) -> f32[3, 2] { let (q, r) = linalg::qr(x); q.matmul(&r) }
    rel_entr(x: f32[3], y: f32[2, 1]) -> f32[2, 3] { special::rel_entr(x, y) }
    resample(x: f32[6, 2]) -> f32[4, 2] { signal::resample(x, 4, 0) }
    resize(x: f32[1, 4, 6, 2]) -> f32[1, 6, 3, 2] { image::resize(x, [1, 6, 3, 2], ResizeMethod::Lanczos3, true) }
    resize_align_corners(x: f32[4, 6]) -> f32[6, 3] { image::resize_align_corners(x, [6, 3], ResizeMethod::Cubic) }
    rfft(x: f32[4]) -> f32[3] { gomlx::fft::rfft(x, 0, FftNorm::Ortho).real() }
    roots(x: f32[4]) -> f32[3] { poly::roots(x).real() }
    scale_and_translate(x: f32[4, 5], y: f32[2], z: f32[2]) -> f32[3, 6] { image::scale_and_translate(x, y, z, [3, 6], [0, 1], ResizeMethod::Cubic, true) }
    rsf2csf(x: f32[2, 2]) -> f32[] { let (t, z) = linalg::schur(x); linalg::rsf2csf(&t, &z).0.diagonal(0, 0, 1).real().sum() }
    schur(x: f32[3, 3]) -> f32[] { let (t, _) = linalg::schur(x); t.diagonal(0, 0, 1).sum() }
    segment_max(x: f32[4, 2], i: i32[4]) -> f32[3, 2] { segment::segment_max(x, i, 3) }
    segment_mean(x: f32[4, 2], i: i32[4]) -> f32[3, 2] { segment::segment_mean(x, i, 3) }
    segment_min(x: f32[4, 2], i: i32[4]) -> f32[3, 2] { segment::segment_min(x, i, 3) }
    segment_prod(x: f32[4, 2], i: i32[4]) -> f32[3, 2] { segment::segment_prod(x, i, 3) }
    segment_softmax(x: f32[4, 2], i: i32[4]) -> f32[4, 2] { segment::segment_softmax(x, i, 3) }
    segment_sum(x: f32[4, 2], i: i32[4]) -> f32[3, 2] { segment::segment_sum(x, i, 3) }
    sici(x: f32[3]) -> f32[3] { let (s, c) = special::sici(x); s + c }
    sigmoid_cross_entropy(x: f32[3], y: f32[3]) -> f32[3] { nn::sigmoid_cross_entropy(x, y) }
    signed_logsumexp(x: f32[2, 3], y: f32[3]) -> f32[2] { let (log, sign) = special::signed_logsumexp(x, y, -1); log * sign }
    slogdet(x: f32[2, 2]) -> f32[] { let (sign, log) = linalg::slogdet(x); sign * log }
    solve(x: f32[2, 2], y: f32[2]) -> f32[2] { linalg::solve(&(x + Tensor::<f32>::eye(2, 2, 0)), y) }
    solve_sylvester(x: f32[2, 2]) -> f32[2, 2] { let a = x + Tensor::<f32>::eye(2, 2, 0); linalg::solve_sylvester(&a, &a, x) }
    solve_triangular(x: f32[2, 2], y: f32[2]) -> f32[2] { linalg::solve_triangular(x, y, true) }
    sparse_cross_entropy(x: f32[4, 3], y: i32[4]) -> f32[4] { nn::sparse_cross_entropy(x, y) }
    spence(x: f32[3]) -> f32[3] { special::spence(x) }
    sph_harm_y(n: i32[3], m: i32[3], x: f32[3], y: f32[3]) -> f32[3] { special::sph_harm_y(n, m, x, y, 2).real() }
    sqrtm(x: f32[2, 2]) -> f32[2, 2] { linalg::sqrtm(&(x.matmul(&x.t()) + Tensor::<f32>::eye(2, 2, 0))).real() }
    stft(x: f32[2, 12]) -> f32[2, 5, 4] { signal::stft(x, &signal::hanning::<f32>(8), 4).real() }
    svd(x: f32[2, 3]) -> f32[2] { let (_, s, _) = linalg::svd(x); s }
    svdvals(x: f32[2, 3]) -> f32[2] { linalg::svdvals(x) }
    tridiagonal_solve(x: f32[3], y: f32[3, 2]) -> f32[3, 2] { linalg::tridiagonal_solve(x, &(x + 3.0), x, y) }
    tukey() -> f32[7] { signal::tukey::<f32>(7, 0.6) }
    vdot(x: f32[2, 3], y: f32[2, 3]) -> f32[] { linalg::vdot(x, y) }
    vector_norm(x: f32[2, 3]) -> f32[2] { linalg::vector_norm(x, 3.0, -1) }
    welch(x: f32[2, 12]) -> f32[2, 5] { signal::welch(x, &signal::hanning::<f32>(8), 4, 1.0) }
    wofz(x: c64[3]) -> f32[3] { special::wofz(x).real() }
    zeta(x: f32[3], y: f32[3]) -> f32[3] { special::zeta(&(x + 2.0), y) }
}
