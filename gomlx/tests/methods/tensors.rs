// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Methods of tensors, associated functions and free functions.

use gomlx::prelude::*;
use gomlx::testing::on_each_backend;
use gomlx::{
    IndexMode, Indexing, Interpolation, PadMode, RankMethod, ScatterReduce, assert_close, bf16, broadcast_arrays, c64, choose,
    column_stack, dstack, einsum, hstack, lexsort, meshgrid, ravel_multi_index, vstack,
};

use crate::tensor;

table! {
    abs(x: f32[2, 3]) -> f32[2, 3] { x.abs() }
    abs_squared(x: c64[3]) -> f32[3] { x.abs_squared() }
    acos(x: f32[3]) -> f32[3] { x.acos() }
    acosh(x: f32[3]) -> f32[3] { (x + 1.0).acosh() }
    adaptive_avg_pool(x: f32[1, 5, 4, 2]) -> f32[1, 2, 3, 2] { x.adaptive_avg_pool([2, 3]) }
    adaptive_max_pool(x: f32[1, 5, 4, 2]) -> f32[1, 2, 3, 2] { x.adaptive_max_pool([2, 3]) }
    all(x: bool[2, 3]) -> bool[] { x.all() }
    all_axis(x: bool[2, 3]) -> bool[2] { x.all_axis(-1) }
    all_close(x: f32[2, 3], y: f32[3]) -> bool[] { x.all_close(y, 1e-5, 1e-8, false) }
    all_keep(x: bool[2, 3]) -> bool[1, 3] { x.all_keep([0]) }
    angle(x: c64[3]) -> f32[3] { x.angle() }
    any(x: bool[2, 3]) -> bool[] { x.any() }
    any_axis(x: bool[2, 3]) -> bool[2] { x.any_axis(-1) }
    any_keep(x: bool[2, 3]) -> bool[1, 3] { x.any_keep([0]) }
    arange() -> i32[4] { Tensor::<i32>::arange(4) }
    argmax(x: f32[2, 3]) -> i32[2] { x.argmax(-1) }
    argmin(x: f32[2, 3]) -> i32[3] { x.argmin(0) }
    argsort(x: f32[2, 3]) -> i32[2, 3] { x.argsort(-1) }
    argsort_descending(x: f32[2, 3]) -> i32[2, 3] { x.argsort_descending(-1) }
    argwhere(x: i32[2, 3]) -> i32[4, 2] { x.argwhere(4, -1) }
    array_equal(x: f32[2, 3], y: f32[2, 3]) -> bool[] { x.array_equal(y) }
    array_split(x: f32[3]) -> f32[1] { let parts = x.array_split(2, 0); parts[1].clone() }
    asin(x: f32[3]) -> f32[3] { x.asin() }
    asinh(x: f32[3]) -> f32[3] { x.asinh() }
    atan(x: f32[3]) -> f32[3] { x.atan() }
    atan2(x: f32[2, 3], y: f32[3]) -> f32[2, 3] { x.atan2(y) }
    atanh(x: f32[3]) -> f32[3] { x.atanh() }
    atleast_1d(x: f32[]) -> f32[1] { x.atleast_1d() }
    atleast_2d(x: f32[3]) -> f32[1, 3] { x.atleast_2d() }
    atleast_3d(x: f32[2, 3]) -> f32[2, 3, 1] { x.atleast_3d() }
    average(x: f32[2, 3], w: f32[2, 3]) -> f32[] { x.average(w) }
    average_axis(x: f32[2, 3], w: f32[2, 3]) -> f32[2] { x.average_axis(-1, w) }
    average_keep(x: f32[2, 3], w: f32[2, 3]) -> f32[1, 3] { x.average_keep([0], w) }
    avg_pool(x: f32[1, 5, 4, 2]) -> f32[1, 3, 2, 2] { x.avg_pool([3, 2], [2, 2], &Padding::Same) }
    bincount(x: i32[5]) -> i32[3] { x.bincount(3) }
    bitcast(x: f32[2]) -> i32[2] { x.bitcast::<i32>() }
    bitwise_and(x: i32[2, 3], y: i32[3]) -> i32[2, 3] { x.bitwise_and(y) }
    bitwise_count(x: i32[3]) -> i32[3] { x.bitwise_count() }
    bitwise_not(x: i32[3]) -> i32[3] { x.bitwise_not() }
    bitwise_or(x: i32[3]) -> i32[3] { x.bitwise_or(4) }
    bitwise_xor(x: i32[3]) -> i32[3] { x.bitwise_xor(4) }
    broadcast_arrays(x: f32[3], y: f32[2, 1]) -> f32[2, 3] { let both = broadcast_arrays(&[x, y]); &both[0] + &both[1] }
    broadcast_to(x: f32[3, 1]) -> f32[2, 3, 4] { x.broadcast_to([2, 3, 4]) }
    cast(x: f32[3]) -> i32[3] { x.cast::<i32>() }
    cbrt(x: f32[3]) -> f32[3] { x.cbrt() }
    ceil(x: f32[3]) -> f32[3] { x.ceil() }
    celu(x: f32[3]) -> f32[3] { x.celu(1.5) }
    choose(i: i32[3], x: f32[3], y: f32[3]) -> f32[3] { choose(i, &[x, y], IndexMode::Clip) }
    chunk(x: f32[5]) -> f32[1] { let parts = x.chunk(3, 0); parts[2].clone() }
    circulant(x: f32[3]) -> f32[3, 3] { x.circulant() }
    clamp(x: f32[2, 3], low: f32[3]) -> f32[2, 3] { x.clamp(low, 0.5) }
    column_stack(x: f32[3], y: f32[3]) -> f32[3, 2] { column_stack(&[x, y]) }
    complex(x: f32[3], y: f32[3]) -> f32[3] { gomlx::complex(x, y).imag() }
    compress(x: f32[3, 2], m: bool[3]) -> f32[2, 2] { x.compress(m, 0, 2, 0.0) }
    concat(x: f32[2, 3], y: f32[2, 1]) -> f32[2, 4] { concat(&[x, y], -1) }
    conj(x: f32[3]) -> f32[3] { x.conj() }
    conv(x: f32[1, 8, 8, 3], k: f32[3, 3, 3, 2]) -> f32[1, 4, 4, 2] { x.conv(k, &Conv { strides: vec![2, 2], ..Conv::default() }) }
    conv_patches(x: f32[1, 5, 4, 2]) -> f32[1, 3, 2, 12] { x.conv_patches([3, 2], &Conv { strides: vec![2, 2], ..Conv::default() }) }
    conv_transpose(x: f32[1, 3, 3], k: f32[2, 2, 3]) -> f32[1, 6, 2] { x.conv_transpose(k, &Conv { strides: vec![2], ..Conv::default() }, true) }
    copysign(x: f32[2, 3], y: f32[3]) -> f32[2, 3] { x.copysign(y) }
    corrcoef(x: f32[2, 3]) -> f32[2, 2] { x.corrcoef() }
    cos(x: f32[3]) -> f32[3] { x.cos() }
    cosh(x: f32[3]) -> f32[3] { x.cosh() }
    cosine_similarity(x: f32[2, 3], y: f32[3]) -> f32[2] { x.cosine_similarity(y, -1) }
    count_nonzero(x: f32[2, 3]) -> i32[] { x.count_nonzero() }
    count_nonzero_axis(x: f32[2, 3]) -> i32[2] { x.count_nonzero_axis(-1) }
    count_nonzero_keep(x: f32[2, 3]) -> i32[1, 3] { x.count_nonzero_keep([0]) }
    cov(x: f32[2, 3]) -> f32[2, 2] { x.cov(1) }
    cross(x: f32[2, 3], y: f32[3]) -> f32[2, 3] { x.cross(y, -1) }
    cummax(x: f32[2, 3]) -> f32[2, 3] { x.cummax(-1) }
    cummax_indices(x: f32[2, 3]) -> i32[2, 3] { x.cummax_indices(1) }
    cummax_with(x: f32[2, 3]) -> f32[2, 3] { x.cummax_with(1, true, true) }
    cummin(x: f32[2, 3]) -> f32[2, 3] { x.cummin(-1) }
    cummin_indices(x: f32[2, 3]) -> i32[2, 3] { x.cummin_indices(1) }
    cummin_with(x: f32[2, 3]) -> f32[2, 3] { x.cummin_with(1, true, true) }
    cumprod(x: f32[2, 3]) -> f32[2, 3] { x.cumprod(-1) }
    cumprod_with(x: f32[2, 3]) -> f32[2, 3] { x.cumprod_with(1, true, true) }
    cumsum(x: f32[2, 3]) -> f32[2, 3] { x.cumsum(-1) }
    cumsum_with(x: f32[2, 3]) -> f32[2, 3] { x.cumsum_with(1, true, true) }
    cumulative_trapezoid(x: f32[2, 3]) -> f32[2, 2] { x.cumulative_trapezoid(0.5, 1) }
    delete(x: f32[3]) -> f32[2] { x.delete([1], 0) }
    depth_to_space(x: f32[1, 2, 3, 4]) -> f32[1, 4, 6, 1] { x.depth_to_space(2) }
    diag(x: f32[3]) -> f32[4, 4] { x.diag(-1) }
    diag_embed(x: f32[2, 3]) -> f32[3, 2, 3] { x.diag_embed(0, 0, 2) }
    diagflat(x: f32[2, 2]) -> f32[5, 5] { x.diagflat(1) }
    diagonal(x: f32[4, 2, 3]) -> f32[2, 3] { x.diagonal(-1, 0, 2) }
    diff(x: f32[2, 3]) -> f32[2, 1] { x.diff(2, -1) }
    digitize(x: f32[2, 2], y: f32[3]) -> i32[2, 2] { x.digitize(y, false) }
    divmod(x: i32[2, 3], y: i32[3]) -> i32[2, 3] { let (quotient, rest) = x.divmod(y + 1); quotient + rest }
    dstack(x: f32[2, 3], y: f32[2, 3]) -> f32[2, 3, 2] { dstack(&[x, y]) }
    dot(x: f32[2, 3], y: f32[3]) -> f32[2] { x.dot(y) }
    einsum(x: f32[2, 3], y: f32[3, 4]) -> f32[2, 4] { einsum("ij,jk->ik", &[x, y]) }
    elu(x: f32[3]) -> f32[3] { x.elu(1.0) }
    eq(x: i32[2, 3], y: i32[3]) -> bool[2, 3] { x.eq(y) }
    erf(x: f32[3]) -> f32[3] { x.erf() }
    erfc(x: f32[3]) -> f32[3] { x.erfc() }
    erfinv(x: f32[3]) -> f32[3] { (x * 0.5).erfinv() }
    exp(x: f32[3]) -> f32[3] { x.exp() }
    exp2(x: f32[3]) -> f32[3] { x.exp2() }
    expand_dims(x: f32[2, 3]) -> f32[2, 1, 3] { x.expand_dims(-2) }
    expm1(x: f32[3]) -> f32[3] { x.expm1() }
    eye() -> f32[2, 3] { Tensor::<f32>::eye(2, 3, 1) }
    fftfreq() -> f32[4] { Tensor::<f32>::fftfreq(4, 0.5) }
    fill_diagonal(x: f32[3, 2]) -> f32[3, 2] { x.fill_diagonal(0.5) }
    flatnonzero(x: i32[2, 3]) -> i32[4] { x.flatnonzero(4, -1) }
    flatten(x: f32[2, 3]) -> f32[6] { x.flatten() }
    flatten_axes(x: f32[2, 3, 4]) -> f32[2, 12] { x.flatten_axes(1, -1) }
    floor(x: f32[3]) -> f32[3] { x.floor() }
    floor_divide(x: f32[2, 3], y: f32[3]) -> f32[2, 3] { x.floor_divide(y) }
    fmax(x: f32[2, 3], y: f32[3]) -> f32[2, 3] { x.fmax(y) }
    fmin(x: f32[2, 3], y: f32[3]) -> f32[2, 3] { x.fmin(y) }
    fold_patches(x: f32[1, 4, 4]) -> f32[1, 5, 2] { x.fold_patches([5], [2], &Conv { padding: Padding::Valid, ..Conv::default() }) }
    fract(x: f32[3]) -> f32[3] { x.fract() }
    frexp(x: f32[3]) -> f32[3] { let (mantissa, exponent) = x.frexp(); mantissa.ldexp(&exponent) }
    full() -> f32[2, 3] { Tensor::<f32>::full(&[2, 3], 0.5) }
    full_like(x: f32[3]) -> f32[3] { x.full_like(0.5) }
    gather_nd(x: f32[3, 4], i: i32[5, 2]) -> f32[5] { x.gather_nd(i) }
    gcd(x: i32[2, 3], y: i32[3]) -> i32[2, 3] { x.gcd(y) }
    ge(x: f32[3]) -> bool[3] { x.ge(0.5) }
    gelu(x: f32[3]) -> f32[3] { x.gelu() }
    gelu_tanh(x: f32[3]) -> f32[3] { x.gelu_tanh() }
    geomspace() -> f32[5] { Tensor::<f32>::geomspace(1.0, 16.0, 5, true) }
    glu(x: f32[2, 4]) -> f32[2, 2] { x.glu(-1) }
    gradient(x: f32[2, 3]) -> f32[2, 3] { x.gradient(0.5, 1) }
    gt(x: f32[3]) -> bool[3] { x.gt(0.5) }
    hadamard() -> i32[4, 4] { Tensor::<i32>::hadamard(4) }
    hankel(x: f32[3], y: f32[2]) -> f32[3, 2] { x.hankel(y) }
    hard_shrink(x: f32[3]) -> f32[3] { x.hard_shrink(0.5) }
    hard_sigmoid(x: f32[3]) -> f32[3] { x.hard_sigmoid() }
    hard_silu(x: f32[3]) -> f32[3] { x.hard_silu() }
    hard_tanh(x: f32[3]) -> f32[3] { x.hard_tanh() }
    heaviside(x: f32[3]) -> f32[3] { (x - 0.5).heaviside(0.5) }
    hilbert() -> f32[3, 3] { Tensor::<f32>::hilbert(3) }
    histogram(x: f32[6]) -> i32[3] { x.histogram(3).0 }
    histogram2d_of(x: f32[6], y: f32[6], e: f32[3]) -> i32[2, 2] { x.histogram2d_of(y, e, e) }
    histogram_between(x: f32[6]) -> f32[4] { x.histogram_between(3, 0.0, 1.0).1 }
    histogram_of(x: f32[6], y: f32[3]) -> i32[2] { x.histogram_of(y) }
    histogram_weighted(x: f32[5], y: f32[5]) -> f32[3] { x.histogram_weighted(3, y).0 }
    histogram_weighted_of(x: f32[5], y: f32[5]) -> f32[2] { x.histogram_weighted_of(&Tensor::<f32>::linspace(0.0, 1.0, 3, true), y) }
    hstack(x: f32[2, 3], y: f32[2, 1]) -> f32[2, 4] { hstack(&[x, y]) }
    hypot(x: f32[2, 3], y: f32[3]) -> f32[2, 3] { x.hypot(y) }
    imag(x: c64[3]) -> f32[3] { x.imag() }
    indices() -> i32[2, 2, 3] { Tensor::<i32>::indices([2, 3]) }
    insert(x: f32[3]) -> f32[5] { x.insert([0, 3], 0.5, 0) }
    intersect1d(x: i32[3], y: i32[2]) -> i32[2] { x.intersect1d(y, 2, -1) }
    inner(x: f32[2, 3], y: f32[4, 3]) -> f32[2, 4] { x.inner(y) }
    interp(x: f32[2, 3], y: f32[4], z: f32[4]) -> f32[2, 3] { x.interp(&y.cumsum(0), z) }
    interp_or(x: f32[2, 3], y: f32[4], z: f32[4]) -> f32[2, 3] { x.interp_or(&y.cumsum(0), z, -1.0, 1.0) }
    interp_periodic(x: f32[2, 3], y: f32[4], z: f32[4]) -> f32[2, 3] { x.interp_periodic(y, z, 0.7) }
    iota() -> i32[2, 3] { Tensor::<i32>::iota([2, 3], 1) }
    is_close(x: f32[2, 3], y: f32[3]) -> bool[2, 3] { x.is_close(y, 1e-5, 1e-8, true) }
    is_complex(x: c64[3]) -> bool[3] { x.is_complex() }
    is_finite(x: f32[3]) -> bool[3] { x.is_finite() }
    is_infinite(x: f32[3]) -> bool[3] { x.is_infinite() }
    is_nan(x: f32[3]) -> bool[3] { x.is_nan() }
    is_negative_infinity(x: f32[3]) -> bool[3] { x.is_negative_infinity() }
    is_positive_infinity(x: f32[3]) -> bool[3] { x.is_positive_infinity() }
    is_real(x: c64[3]) -> bool[3] { x.is_real() }
    isin(x: i32[3], y: i32[2]) -> bool[3] { x.isin(y) }
    kron(x: f32[2, 1], y: f32[3]) -> f32[2, 3] { x.kron(y) }
    kth_value(x: f32[2, 3]) -> f32[2] { x.kth_value(1, 1).0 }
    lcm(x: i32[2, 3], y: i32[3]) -> i32[2, 3] { x.lcm(y) }
    ldexp(x: f32[3], y: i32[3]) -> f32[3] { x.ldexp(y) }
    le(x: f32[3]) -> bool[3] { x.le(0.5) }
    leaky_relu(x: f32[3]) -> f32[3] { (x - 0.5).leaky_relu(0.01) }
    lerp(x: f32[2, 3], y: f32[3]) -> f32[2, 3] { x.lerp(y, 0.25) }
    lexsort(x: i32[4], y: i32[4]) -> i32[4] { lexsort(&[x, y], 0) }
    linspace() -> f32[5] { Tensor::<f32>::linspace(0.0, 1.0, 5, true) }
    log(x: f32[3]) -> f32[3] { x.log() }
    log10(x: f32[3]) -> f32[3] { x.log10() }
    log1p(x: f32[3]) -> f32[3] { x.log1p() }
    log2(x: f32[3]) -> f32[3] { x.log2() }
    log_sigmoid(x: f32[3]) -> f32[3] { x.log_sigmoid() }
    log_softmax(x: f32[2, 3]) -> f32[2, 3] { x.log_softmax(-1) }
    logaddexp(x: f32[2, 3], y: f32[3]) -> f32[2, 3] { x.logaddexp(y) }
    logaddexp2(x: f32[2, 3]) -> f32[2, 3] { x.logaddexp2(0.5) }
    logcumsumexp(x: f32[2, 3]) -> f32[2, 3] { x.logcumsumexp(-1) }
    logcumsumexp_with(x: f32[2, 3]) -> f32[2, 3] { x.logcumsumexp_with(1, true, true) }
    logical_and(x: i32[2, 3], y: i32[3]) -> bool[2, 3] { x.logical_and(y) }
    logical_not(x: i32[3]) -> bool[3] { x.logical_not() }
    logical_or(x: i32[2, 3], y: i32[3]) -> bool[2, 3] { x.logical_or(y) }
    logical_xor(x: i32[2, 3], y: i32[3]) -> bool[2, 3] { x.logical_xor(y) }
    logspace() -> f32[5] { Tensor::<f32>::logspace(0.0, 1.0, 5, false, 10.0) }
    logsumexp(x: f32[2, 3]) -> f32[3] { x.logsumexp(0) }
    lp_pool(x: f32[1, 4, 2]) -> f32[1, 2, 2] { x.lp_pool(2.0, [2], [2], &Padding::Valid) }
    lt(x: f32[3]) -> bool[3] { x.lt(0.5) }
    masked_fill(x: f32[2, 3], m: bool[3]) -> f32[2, 3] { x.masked_fill(m, -1.0) }
    matmul(x: f32[1, 2, 3], y: f32[4, 3, 5]) -> f32[4, 2, 5] { x.matmul(y) }
    max(x: f32[2, 3]) -> f32[] { x.max() }
    max_axis(x: f32[2, 3]) -> f32[3] { x.max_axis(0) }
    max_keep(x: f32[2, 3]) -> f32[1, 3] { x.max_keep(0) }
    max_pool(x: f32[1, 5, 4, 2]) -> f32[1, 2, 2, 2] { x.max_pool([3, 2], [2, 2], &Padding::Valid) }
    max_pool_with_indices(x: f32[1, 5, 4, 2]) -> i32[1, 3, 2, 2] { x.max_pool_with_indices([3, 2], [2, 2], &Padding::Same).1 }
    max_unpool(x: f32[1, 3, 2]) -> f32[1, 6, 2] { x.max_unpool(&Tensor::<i32>::arange(6).reshape([1, 3, 2]), [6]) }
    max_where(x: f32[2, 3], m: bool[3]) -> f32[] { x.max_where(m, 0.5) }
    max_where_axis(x: f32[2, 3], m: bool[3]) -> f32[2] { x.max_where_axis(-1, m, 0.5) }
    max_where_keep(x: f32[2, 3], m: bool[3]) -> f32[1, 3] { x.max_where_keep([0], m, 0.5) }
    maximum(x: f32[2, 3], y: f32[2, 1]) -> f32[2, 3] { x.maximum(y) }
    mean(x: f32[2, 3]) -> f32[] { x.mean() }
    mean_axis(x: f32[2, 3]) -> f32[2] { x.mean_axis(-1) }
    mean_keep(x: f32[2, 3]) -> f32[1, 1] { x.mean_keep([0, 1]) }
    mean_where(x: f32[2, 3], m: bool[3]) -> f32[] { x.mean_where(m) }
    mean_where_axis(x: f32[2, 3], m: bool[3]) -> f32[2] { x.mean_where_axis(-1, m) }
    mean_where_keep(x: f32[2, 3], m: bool[3]) -> f32[1, 3] { x.mean_where_keep([0], m) }
    median(x: f32[2, 3]) -> f32[] { x.median() }
    median_axis(x: f32[2, 3]) -> f32[2] { x.median_axis(-1) }
    median_keep(x: f32[2, 3]) -> f32[1, 3] { x.median_keep([0]) }
    meshgrid(x: f32[3]) -> f32[3] { let grid = meshgrid(&[x], Indexing::Xy); grid[0].clone() }
    min(x: f32[2, 3]) -> f32[] { x.min() }
    min_axis(x: f32[2, 3]) -> f32[3] { x.min_axis(0) }
    min_keep(x: f32[2, 3]) -> f32[2, 1] { x.min_keep(1) }
    min_where(x: f32[2, 3], m: bool[3]) -> f32[] { x.min_where(m, 0.5) }
    min_where_axis(x: f32[2, 3], m: bool[3]) -> f32[2] { x.min_where_axis(-1, m, 0.5) }
    min_where_keep(x: f32[2, 3], m: bool[3]) -> f32[1, 3] { x.min_where_keep([0], m, 0.5) }
    min_pool(x: f32[1, 4, 2]) -> f32[1, 2, 2] { x.min_pool([2], [2], &Padding::Valid) }
    minimum(x: f32[2, 3]) -> f32[2, 3] { x.minimum(0.5) }
    mish(x: f32[3]) -> f32[3] { x.mish() }
    mode(x: i32[5]) -> i32[] { x.mode(0).0 }
    modf(x: f32[3]) -> f32[3] { let (fraction, whole) = (x * 3.0).modf(); fraction - whole }
    modulo(x: f32[2, 3], y: f32[3]) -> f32[2, 3] { x.modulo(y) }
    move_axes(x: f32[2, 3, 4]) -> f32[3, 4, 2] { x.move_axes(0, -1) }
    nan_to_num(x: f32[3]) -> f32[3] { (x / 0.0).nan_to_num(0.0, 1.0, f64::NEG_INFINITY) }
    nanargmax(x: f32[2, 3]) -> i32[2] { x.nanargmax(-1) }
    nanargmin(x: f32[2, 3]) -> i32[3] { x.nanargmin(0) }
    nancumprod(x: f32[2, 3]) -> f32[2, 3] { x.nancumprod(1) }
    nancumsum(x: f32[2, 3]) -> f32[2, 3] { x.nancumsum(0) }
    nanmax(x: f32[2, 3]) -> f32[] { x.nanmax() }
    nanmax_axis(x: f32[2, 3]) -> f32[2] { x.nanmax_axis(-1) }
    nanmax_keep(x: f32[2, 3]) -> f32[1, 3] { x.nanmax_keep([0]) }
    nanmean(x: f32[2, 3]) -> f32[] { x.nanmean() }
    nanmean_axis(x: f32[2, 3]) -> f32[2] { x.nanmean_axis(-1) }
    nanmean_keep(x: f32[2, 3]) -> f32[1, 3] { x.nanmean_keep([0]) }
    nanmedian(x: f32[2, 3]) -> f32[] { x.nanmedian() }
    nanmedian_axis(x: f32[2, 3]) -> f32[2] { x.nanmedian_axis(-1) }
    nanmedian_keep(x: f32[2, 3]) -> f32[1, 3] { x.nanmedian_keep([0]) }
    nanmin(x: f32[2, 3]) -> f32[] { x.nanmin() }
    nanmin_axis(x: f32[2, 3]) -> f32[2] { x.nanmin_axis(-1) }
    nanmin_keep(x: f32[2, 3]) -> f32[1, 3] { x.nanmin_keep([0]) }
    nanprod(x: f32[2, 3]) -> f32[] { x.nanprod() }
    nanprod_axis(x: f32[2, 3]) -> f32[2] { x.nanprod_axis(-1) }
    nanprod_keep(x: f32[2, 3]) -> f32[1, 3] { x.nanprod_keep([0]) }
    nanquantile(x: f32[2, 3]) -> f32[] { x.nanquantile(0.3, Interpolation::Linear) }
    nanquantile_axis(x: f32[2, 3]) -> f32[2] { x.nanquantile_axis(-1, 0.3, Interpolation::Linear) }
    nanquantile_keep(x: f32[2, 3]) -> f32[1, 3] { x.nanquantile_keep([0], 0.3, Interpolation::Linear) }
    nanquantiles(x: f32[2, 3]) -> f32[2] { x.nanquantiles([0.2, 0.5], Interpolation::Linear) }
    nanquantiles_axis(x: f32[2, 3]) -> f32[2, 2] { x.nanquantiles_axis(-1, [0.2, 0.5], Interpolation::Linear) }
    nanquantiles_keep(x: f32[2, 3]) -> f32[2, 1, 3] { x.nanquantiles_keep([0], [0.2, 0.5], Interpolation::Lower) }
    nanstd(x: f32[2, 3]) -> f32[] { x.nanstd(1) }
    nanstd_axis(x: f32[2, 3]) -> f32[2] { x.nanstd_axis(-1, 1) }
    nanstd_keep(x: f32[2, 3]) -> f32[1, 3] { x.nanstd_keep([0], 1) }
    nansum(x: f32[2, 3]) -> f32[] { x.nansum() }
    nansum_axis(x: f32[2, 3]) -> f32[2] { x.nansum_axis(-1) }
    nansum_keep(x: f32[2, 3]) -> f32[1, 3] { x.nansum_keep([0]) }
    nanvar(x: f32[2, 3]) -> f32[] { x.nanvar(1) }
    nanvar_axis(x: f32[2, 3]) -> f32[2] { x.nanvar_axis(-1, 1) }
    nanvar_keep(x: f32[2, 3]) -> f32[1, 3] { x.nanvar_keep([0], 1) }
    ne(x: i32[3]) -> bool[3] { x.ne(1) }
    next_after(x: f32[3]) -> f32[3] { x.next_after(1.0) }
    nonzero(x: i32[2, 3]) -> i32[4] { let places = x.nonzero(4, -1); &places[0] + &places[1] }
    normalize(x: f32[2, 3]) -> f32[2, 3] { x.normalize(2.0, -1, 1e-12) }
    one_hot(x: i32[2]) -> f32[2, 3] { x.one_hot::<f32>(3) }
    ones() -> f32[2, 3] { Tensor::<f32>::ones(&[2, 3]) }
    ones_like(x: f32[3]) -> f32[3] { x.ones_like() }
    open_indices() -> i32[3] { let axes = Tensor::<i32>::open_indices([3]); axes[0].clone() }
    outer(x: f32[2, 2], y: f32[3]) -> f32[4, 3] { x.outer(y) }
    pad(x: f32[2, 3]) -> f32[3, 2] { x.pad([(1, 0), (0, -1)], 0.5) }
    pad_mode(x: f32[2, 3]) -> f32[4, 4] { x.pad_mode([(1, 1), (1, 0)], PadMode::Reflect) }
    pad_ramp(x: f32[3]) -> f32[6] { x.pad_ramp([(1, 2)], 0.0, 1.0) }
    pad_statistic(x: f32[2, 3]) -> f32[2, 5] { x.pad_statistic([(0, 0), (1, 1)], PadMode::Mean, 2) }
    pixel_shuffle(x: f32[1, 4, 2, 3]) -> f32[1, 1, 4, 6] { x.pixel_shuffle(2) }
    pixel_unshuffle(x: f32[1, 1, 4, 6]) -> f32[1, 4, 2, 3] { x.pixel_unshuffle(2) }
    polar(x: f32[3], y: f32[3]) -> f32[3] { gomlx::polar(x, y).real() }
    powf(x: f32[3]) -> f32[3] { x.powf(1.5) }
    powi(x: f32[3]) -> f32[3] { x.powi(-3) }
    prelu(x: f32[2, 3], y: f32[3]) -> f32[2, 3] { (x - 0.5).prelu(y) }
    prod(x: f32[2, 3]) -> f32[] { x.prod() }
    prod_axis(x: f32[2, 3]) -> f32[2] { x.prod_axis(1) }
    prod_keep(x: f32[2, 3]) -> f32[2, 1] { x.prod_keep(1) }
    prod_where(x: f32[2, 3], m: bool[3]) -> f32[] { x.prod_where(m) }
    prod_where_axis(x: f32[2, 3], m: bool[3]) -> f32[2] { x.prod_where_axis(-1, m) }
    prod_where_keep(x: f32[2, 3], m: bool[3]) -> f32[1, 3] { x.prod_where_keep([0], m) }
    ptp(x: f32[2, 3]) -> f32[] { x.ptp() }
    ptp_axis(x: f32[2, 3]) -> f32[2] { x.ptp_axis(-1) }
    ptp_keep(x: f32[2, 3]) -> f32[1, 3] { x.ptp_keep([0]) }
    put_along_axis(x: f32[2, 3], i: i32[2, 1]) -> f32[2, 3] { x.put_along_axis(i, 0.5, 1) }
    quantile(x: f32[2, 3]) -> f32[] { x.quantile(0.3, Interpolation::Linear) }
    quantile_axis(x: f32[2, 3]) -> f32[2] { x.quantile_axis(-1, 0.3, Interpolation::Linear) }
    quantile_keep(x: f32[2, 3]) -> f32[1, 3] { x.quantile_keep([0], 0.3, Interpolation::Linear) }
    quantiles(x: f32[2, 3]) -> f32[2] { x.quantiles([0.2, 0.5], Interpolation::Linear) }
    quantiles_axis(x: f32[2, 3]) -> f32[2, 2] { x.quantiles_axis(-1, [0.2, 0.5], Interpolation::Midpoint) }
    quantiles_keep(x: f32[2, 3]) -> f32[2, 1, 3] { x.quantiles_keep([0], [0.2, 0.5], Interpolation::Linear) }
    range() -> f32[4] { Tensor::<f32>::range(1.0, 0.0, -0.25) }
    rank_data(x: f32[2, 3]) -> f32[2, 3] { x.rank_data(1, RankMethod::Average) }
    ravel_multi_index(x: i32[3], y: i32[3]) -> i32[3] { ravel_multi_index(&[x, y], [2, 3], IndexMode::Clip) }
    real(x: c64[3]) -> f32[3] { x.real() }
    reciprocal(x: f32[3]) -> f32[3] { x.reciprocal() }
    relu(x: f32[3]) -> f32[3] { x.relu() }
    relu6(x: f32[3]) -> f32[3] { (x * 9.0).relu6() }
    repeat(x: f32[2, 3]) -> f32[2, 6] { x.repeat(2, 1) }
    repeat_by(x: f32[3], n: i32[3]) -> f32[4] { x.repeat_by(n, 0, 4) }
    repeat_each(x: f32[3]) -> f32[4] { x.repeat_each([2, 0, 2], 0) }
    reshape(x: f32[2, 3]) -> f32[3, 2] { x.reshape([3, 2]) }
    reverse(x: f32[2, 3]) -> f32[2, 3] { x.reverse(-1) }
    roll(x: f32[2, 3]) -> f32[2, 3] { x.roll(-1, 1) }
    rfftfreq() -> f32[3] { Tensor::<f32>::rfftfreq(5, 0.5) }
    rot90(x: f32[2, 3]) -> f32[3, 2] { x.rot90(1, [0, 1]) }
    round(x: f32[3]) -> f32[3] { x.round() }
    round_to(x: f32[3]) -> f32[3] { x.round_to(2) }
    rsqrt(x: f32[3]) -> f32[3] { x.rsqrt() }
    scatter_reduce(x: f32[3], i: i32[2], y: f32[2]) -> f32[3] { x.scatter_reduce(i, y, 0, ScatterReduce::Max) }
    searchsorted(x: f32[3], y: f32[2, 2]) -> i32[2, 2] { x.searchsorted(y, true) }
    select(m: bool[3], x: f32[2, 3]) -> f32[2, 3] { select(m, x, 0.5) }
    selu(x: f32[3]) -> f32[3] { x.selu() }
    sem(x: f32[2, 3]) -> f32[2] { x.sem(1, 1) }
    setdiff1d(x: i32[3], y: i32[2]) -> i32[2] { x.setdiff1d(y, 2, -1) }
    setxor1d(x: i32[3], y: i32[2]) -> i32[2] { x.setxor1d(y, 2, -1) }
    shift_left(x: i32[3]) -> i32[3] { x.shift_left(2) }
    shift_right(x: i32[2, 3], y: i32[3]) -> i32[2, 3] { x.shift_right(y) }
    sigmoid(x: f32[3]) -> f32[3] { x.sigmoid() }
    sign(x: f32[3]) -> f32[3] { x.sign() }
    signbit(x: f32[3]) -> bool[3] { x.signbit() }
    silu(x: f32[3]) -> f32[3] { x.silu() }
    sin(x: f32[3]) -> f32[3] { x.sin() }
    sinc(x: f32[3]) -> f32[3] { x.sinc() }
    sinh(x: f32[3]) -> f32[3] { x.sinh() }
    slice_axis(x: f32[2, 5]) -> f32[2, 3] { x.slice_axis(1, 1, 4) }
    soft_shrink(x: f32[3]) -> f32[3] { x.soft_shrink(0.5) }
    soft_sign(x: f32[3]) -> f32[3] { x.soft_sign() }
    softmax(x: f32[2, 3]) -> f32[2, 3] { x.softmax(-1) }
    softmax_where(x: f32[2, 3], m: bool[2, 3]) -> f32[2, 3] { x.softmax_where(m, -1) }
    softplus(x: f32[3]) -> f32[3] { x.softplus() }
    sort(x: f32[2, 3]) -> f32[2, 3] { x.sort(0) }
    sort_descending(x: f32[2, 3]) -> f32[2, 3] { x.sort_descending(-1) }
    space_to_depth(x: f32[1, 4, 6, 1]) -> f32[1, 2, 3, 4] { x.space_to_depth(2) }
    sparse_plus(x: f32[3]) -> f32[3] { x.sparse_plus() }
    split(x: f32[4]) -> f32[2] { let parts = x.split(2, 0); &parts[0] + &parts[1] }
    split_at(x: f32[4]) -> f32[3] { let parts = x.split_at([1], 0); parts[1].clone() }
    sqrt(x: f32[3]) -> f32[3] { x.sqrt() }
    square(x: f32[3]) -> f32[3] { x.square() }
    squareplus(x: f32[3]) -> f32[3] { x.squareplus(4.0) }
    squeeze(x: f32[2, 1, 3]) -> f32[2, 3] { x.squeeze(1) }
    squeeze_all(x: f32[1, 2, 1]) -> f32[2] { x.squeeze_all() }
    stack(x: f32[3], y: f32[3]) -> f32[3, 2] { stack(&[x, y], -1) }
    standardize(x: f32[2, 3]) -> f32[2, 3] { x.standardize([0, 1], 1e-5) }
    std(x: f32[2, 3]) -> f32[] { x.std(1) }
    std_axis(x: f32[2, 3]) -> f32[2] { x.std_axis(-1, 1) }
    std_keep(x: f32[2, 3]) -> f32[1, 3] { x.std_keep([0], 1) }
    std_where(x: f32[2, 3], m: bool[3]) -> f32[] { x.std_where(m, 0) }
    std_where_axis(x: f32[2, 3], m: bool[3]) -> f32[2] { x.std_where_axis(-1, m, 0) }
    std_where_keep(x: f32[2, 3], m: bool[3]) -> f32[1, 3] { x.std_where_keep([0], m, 0) }
    sum(x: f32[2, 3]) -> f32[] { x.sum() }
    sum_pool(x: f32[1, 4, 2]) -> f32[1, 4, 2] { x.sum_pool([2], [1], &Padding::Same) }
    sum_axis(x: f32[2, 3]) -> f32[3] { x.sum_axis(0) }
    sum_by(x: f32[5], i: i32[5]) -> f32[3] { x.sum_by(i, 3) }
    sum_keep(x: bf16[2, 3]) -> bf16[2, 1] { x.sum_keep(-1) }
    sum_where(x: f32[2, 3], m: bool[3]) -> f32[] { x.sum_where(m) }
    sum_where_axis(x: f32[2, 3], m: bool[3]) -> f32[2] { x.sum_where_axis(-1, m) }
    sum_where_keep(x: f32[2, 3], m: bool[3]) -> f32[1, 3] { x.sum_where_keep([0], m) }
    swap_axes(x: f32[2, 3, 4]) -> f32[4, 3, 2] { x.swap_axes(0, -1) }
    t(x: f32[2, 3]) -> f32[3, 2] { x.t() }
    take(x: f32[4, 3], i: i32[2, 2]) -> f32[2, 2, 3] { x.take(i, 0) }
    take_along_axis(x: f32[2, 3], i: i32[2, 2]) -> f32[2, 2] { x.take_along_axis(i, 1) }
    take_mode(x: f32[3], i: i32[2, 2]) -> f32[2, 2] { x.take_mode(i, 0, IndexMode::Wrap) }
    tan(x: f32[3]) -> f32[3] { x.tan() }
    tanh(x: f32[3]) -> f32[3] { x.tanh() }
    tanh_shrink(x: f32[3]) -> f32[3] { x.tanh_shrink() }
    tensordot(x: f32[2, 3], y: f32[3, 4]) -> f32[2, 4] { x.tensordot(y, 1, 0) }
    threshold(x: f32[3]) -> f32[3] { x.threshold(0.5, -1.0) }
    tile(x: f32[2]) -> f32[3, 4] { x.tile([3, 2]) }
    to_degrees(x: f32[3]) -> f32[3] { x.to_degrees() }
    to_radians(x: f32[3]) -> f32[3] { x.to_radians() }
    toeplitz(x: f32[3], y: f32[2]) -> f32[3, 2] { x.toeplitz(y) }
    top_k(x: f32[2, 3]) -> f32[2, 2] { x.top_k(2).0 }
    trace(x: f32[4, 2, 3]) -> f32[2] { x.trace(-1, 0, 2) }
    transpose(x: f32[2, 3, 4]) -> f32[4, 2, 3] { x.transpose([2, 0, 1]) }
    trapezoid(x: f32[2, 3]) -> f32[2] { x.trapezoid(0.5, 1) }
    trapezoid_over(x: f32[2, 3], y: f32[3]) -> f32[2] { x.trapezoid_over(y, 1) }
    tri() -> f32[2, 3] { Tensor::<f32>::tri(2, 3, -1) }
    tril(x: f32[2, 3]) -> f32[2, 3] { x.tril(0) }
    tril_indices() -> i32[3] { Tensor::<i32>::tril_indices(2, 2, 0).0 }
    triu(x: f32[2, 3]) -> f32[2, 3] { x.triu(1) }
    triu_indices() -> i32[3] { Tensor::<i32>::triu_indices(2, 2, 0).1 }
    trunc(x: f32[3]) -> f32[3] { x.trunc() }
    unflatten(x: f32[2, 6]) -> f32[2, 2, 3] { x.unflatten(1, [2, 3]) }
    unfold(x: f32[2, 5]) -> f32[2, 2, 3] { x.unfold(1, 3, 2) }
    union1d(x: i32[3], y: i32[2]) -> i32[4] { x.union1d(y, 4, -1) }
    unwrap_phase(x: f32[2, 3]) -> f32[2, 3] { (x * 20.0).unwrap_phase(-1, 6.0) }
    unique(x: i32[5]) -> i32[4] { x.unique(4).3 }
    unique_rows(x: i32[3, 2]) -> i32[2, 2] { x.unique_rows(2) }
    unravel_index(x: i32[3]) -> i32[3] { let places = x.unravel_index([2, 3]); &places[0] + &places[1] }
    unstack(x: f32[2, 3]) -> f32[3] { let rows = x.unstack(0); &rows[0] + &rows[1] }
    vander(x: f32[3]) -> f32[3, 4] { x.vander(4, true) }
    var(x: f32[2, 3]) -> f32[] { x.var(1) }
    var_axis(x: f32[2, 3]) -> f32[2] { x.var_axis(-1, 1) }
    var_keep(x: f32[2, 3]) -> f32[1, 3] { x.var_keep([0], 1) }
    var_where(x: f32[2, 3], m: bool[3]) -> f32[] { x.var_where(m, 0) }
    var_where_axis(x: f32[2, 3], m: bool[3]) -> f32[2] { x.var_where_axis(-1, m, 0) }
    var_where_keep(x: f32[2, 3], m: bool[3]) -> f32[1, 3] { x.var_where_keep([0], m, 0) }
    variance_keep(x: f32[2, 3]) -> f32[2, 1] { x.variance_keep(1) }
    vecdot(x: f32[2, 3], y: f32[3]) -> f32[2] { x.vecdot(y, -1) }
    view_as_complex(x: f32[3, 2]) -> f32[3] { x.view_as_complex().imag() }
    view_as_real(x: c64[3]) -> f32[3, 2] { x.view_as_real() }
    vstack(x: f32[3], y: f32[3]) -> f32[2, 3] { vstack(&[x, y]) }
    xlog1py(x: f32[2, 3], y: f32[3]) -> f32[2, 3] { x.xlog1py(y) }
    xlogy(x: f32[2, 3], y: f32[3]) -> f32[2, 3] { x.xlogy(y) }
    zeros() -> f32[2, 3] { Tensor::<f32>::zeros(&[2, 3]) }
    zeros_like(x: f32[3]) -> f32[3] { x.zeros_like() }
    zscore(x: f32[2, 3]) -> f32[2, 3] { x.zscore(1, 0) }
}
