// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Each op with the element types that the StableHLO spec (1.14) allows, and an instruction.
//!
//! Letters stand for types: `b` booleans, `i` signed and `u` unsigned integers (`I` and `U`: of at least eight bits),
//! `f` floating point, `c` complex numbers, `n` floats that are only stored (of at most eight bits). In the text, `{T}`
//! is the type, `{R}` the type of its parts, `{U}` each type that it converts to, `{I}` each integer type. Letters name
//! values, and `%r` is the value to compare.

/// An op, its types as letters, its parameters and its instructions.
pub(crate) struct Row<'a>(pub(crate) &'a str, pub(crate) &'a str, pub(crate) &'a str, pub(crate) &'a str);

/// Elementwise ops, whose result has the type of the operands: the op, its types as letters, the operand count.
pub(crate) const ELEMENTWISE: &[(&str, &str, usize)] = &[
    ("stablehlo.abs", "ifc", 1),
    ("stablehlo.add", "biufc", 2),
    ("stablehlo.and", "biu", 2),
    ("stablehlo.atan2", "fc", 2),
    ("stablehlo.cbrt", "fc", 1),
    ("stablehlo.ceil", "f", 1),
    ("stablehlo.clamp", "biufcn", 3),
    ("stablehlo.cosine", "fc", 1),
    ("stablehlo.count_leading_zeros", "iu", 1),
    ("stablehlo.divide", "iufc", 2),
    ("stablehlo.exponential", "fc", 1),
    ("stablehlo.exponential_minus_one", "fc", 1),
    ("stablehlo.floor", "f", 1),
    ("stablehlo.log", "fc", 1),
    ("stablehlo.log_plus_one", "fc", 1),
    ("stablehlo.logistic", "fc", 1),
    ("stablehlo.maximum", "biufc", 2),
    ("stablehlo.minimum", "biufc", 2),
    ("stablehlo.multiply", "biufc", 2),
    ("stablehlo.negate", "iufc", 1),
    ("stablehlo.not", "biu", 1),
    ("stablehlo.optimization_barrier", "biufcn", 1),
    ("stablehlo.or", "biu", 2),
    ("stablehlo.popcnt", "iu", 1),
    ("stablehlo.power", "iufc", 2),
    ("stablehlo.remainder", "iuf", 2),
    ("stablehlo.round_nearest_afz", "f", 1),
    ("stablehlo.round_nearest_even", "f", 1),
    ("stablehlo.rsqrt", "fc", 1),
    ("stablehlo.shift_left", "iu", 2),
    ("stablehlo.shift_right_arithmetic", "iu", 2),
    ("stablehlo.shift_right_logical", "iu", 2),
    ("stablehlo.sign", "ifc", 1),
    ("stablehlo.sine", "fc", 1),
    ("stablehlo.sqrt", "fc", 1),
    ("stablehlo.subtract", "iufc", 2),
    ("stablehlo.tan", "fc", 1),
    ("stablehlo.tanh", "fc", 1),
    ("stablehlo.xor", "biu", 2),
    ("chlo.acos", "fc", 1),
    ("chlo.acosh", "fc", 1),
    ("chlo.asin", "fc", 1),
    ("chlo.asinh", "fc", 1),
    ("chlo.atan", "fc", 1),
    ("chlo.atanh", "fc", 1),
    ("chlo.bessel_i1e", "f", 1),
    ("chlo.conj", "fc", 1),
    ("chlo.cosh", "fc", 1),
    ("chlo.digamma", "f", 1),
    ("chlo.erf", "f", 1),
    ("chlo.erf_inv", "f", 1),
    ("chlo.erfc", "f", 1),
    ("chlo.lgamma", "f", 1),
    ("chlo.next_after", "f", 2),
    ("chlo.polygamma", "f", 2),
    ("chlo.sinh", "fc", 1),
    ("chlo.square", "iufc", 1),
    ("chlo.zeta", "f", 2),
];

const X: &str = "%x: tensor<3x5x{T}>, %y: tensor<3x5x{T}>";
const V: &str = "%x: tensor<3x5x{T}>, %v: tensor<{T}>";

pub(crate) const ROWS: &[Row] = &[
    Row("all_reduce", "biufcn", X, "%r = \"stablehlo.all_reduce\"(%x) <{replica_groups = dense<0> : tensor<1x1xi64>}> ({
^bb0(%p: tensor<{T}>, %q: tensor<{T}>):
stablehlo.return %p : tensor<{T}>
}) : (tensor<3x5x{T}>) -> tensor<3x5x{T}>"),
    Row("all_gather", "biufcn", X, "%r = \"stablehlo.all_gather\"(%x) <{all_gather_dim = 0 : i64, replica_groups = dense<0> : tensor<1x1xi64>}> : (tensor<3x5x{T}>) -> tensor<3x5x{T}>"),
    Row("collective_permute", "biufcn", X, "%r = \"stablehlo.collective_permute\"(%x) <{source_target_pairs = dense<0> : tensor<1x2xi64>}> : (tensor<3x5x{T}>) -> tensor<3x5x{T}>"),
    Row("batch_norm_inference", "f", "%x: tensor<3x5x{T}>, %s: tensor<5x{T}>, %o: tensor<5x{T}>, %m: tensor<5x{T}>, %u: tensor<5x{T}>",
        "%a = stablehlo.abs %u : tensor<5x{T}>
%r = \"stablehlo.batch_norm_inference\"(%x, %s, %o, %m, %a) <{epsilon = 0.125 : f32, feature_index = 1 : i64}> : (tensor<3x5x{T}>, tensor<5x{T}>, tensor<5x{T}>, tensor<5x{T}>, tensor<5x{T}>) -> tensor<3x5x{T}>"),
    Row("batch_norm_training", "f", "%x: tensor<3x5x{T}>, %s: tensor<5x{T}>, %o: tensor<5x{T}>",
        "%r, %m, %u = \"stablehlo.batch_norm_training\"(%x, %s, %o) <{epsilon = 0.125 : f32, feature_index = 1 : i64}> : (tensor<3x5x{T}>, tensor<5x{T}>, tensor<5x{T}>) -> (tensor<3x5x{T}>, tensor<5x{T}>, tensor<5x{T}>)"),
    Row("batch_norm_grad", "f", "%x: tensor<3x5x{T}>, %y: tensor<3x5x{T}>, %s: tensor<5x{T}>, %m: tensor<5x{T}>, %u: tensor<5x{T}>",
        "%a = stablehlo.abs %u : tensor<5x{T}>
%r, %g, %h = \"stablehlo.batch_norm_grad\"(%x, %s, %m, %a, %y) <{epsilon = 0.125 : f32, feature_index = 1 : i64}> : (tensor<3x5x{T}>, tensor<5x{T}>, tensor<5x{T}>, tensor<5x{T}>, tensor<3x5x{T}>) -> (tensor<3x5x{T}>, tensor<5x{T}>, tensor<5x{T}>)"),
    Row("broadcast_in_dim", "biufcn", X, "%r = stablehlo.broadcast_in_dim %x, dims = [2, 1] : (tensor<3x5x{T}>) -> tensor<2x5x3x{T}>"),
    Row("if", "biufcn", "%x: tensor<3x5x{T}>, %y: tensor<3x5x{T}>, %b: tensor<i1>", "%r = \"stablehlo.if\"(%b) ({
stablehlo.return %x : tensor<3x5x{T}>
}, {
stablehlo.return %y : tensor<3x5x{T}>
}) : (tensor<i1>) -> tensor<3x5x{T}>"),
    Row("case", "biufcn", "%x: tensor<3x5x{T}>, %y: tensor<3x5x{T}>, %i: tensor<i32>", "%r = \"stablehlo.case\"(%i) ({
stablehlo.return %x : tensor<3x5x{T}>
}, {
stablehlo.return %y : tensor<3x5x{T}>
}) : (tensor<i32>) -> tensor<3x5x{T}>"),
    Row("cholesky", "fc", "%a: tensor<4x4x{T}>", "%p = stablehlo.dot_general %a, %a, contracting_dims = [1] x [1] : (tensor<4x4x{T}>, tensor<4x4x{T}>) -> tensor<4x4x{T}>
%w = stablehlo.iota dim = 0 : tensor<4x4xi32>
%z = stablehlo.iota dim = 1 : tensor<4x4xi32>
%d = stablehlo.compare EQ, %w, %z, SIGNED : (tensor<4x4xi32>, tensor<4x4xi32>) -> tensor<4x4xi1>
%e = stablehlo.convert %d : (tensor<4x4xi1>) -> tensor<4x4xi32>
%n = stablehlo.constant dense<99> : tensor<4x4xi32>
%f = stablehlo.multiply %e, %n : tensor<4x4xi32>
%g = stablehlo.convert %f : (tensor<4x4xi32>) -> tensor<4x4x{T}>
%h = stablehlo.real %p : (tensor<4x4x{T}>) -> tensor<4x4x{R}>
%j = stablehlo.convert %h : (tensor<4x4x{R}>) -> tensor<4x4x{T}>
%k = stablehlo.add %j, %g : tensor<4x4x{T}>
%r = stablehlo.cholesky %k, lower = true : tensor<4x4x{T}>"),
    Row("compare", "biufcn", X, "%r = stablehlo.compare LT, %x, %y : (tensor<3x5x{T}>, tensor<3x5x{T}>) -> tensor<3x5xi1>"),
    Row("compare_equal", "biufcn", X, "%r = stablehlo.compare EQ, %x, %y : (tensor<3x5x{T}>, tensor<3x5x{T}>) -> tensor<3x5xi1>"),
    Row("compare_total", "f", X, "%r = stablehlo.compare GE, %x, %y, TOTALORDER : (tensor<3x5x{T}>, tensor<3x5x{T}>) -> tensor<3x5xi1>"),
    Row("complex", "c", "%x: tensor<3x5x{R}>, %y: tensor<3x5x{R}>", "%r = stablehlo.complex %x, %y : tensor<3x5x{T}>"),
    Row("concatenate", "biufcn", X, "%r = stablehlo.concatenate %x, %y, dim = 1 : (tensor<3x5x{T}>, tensor<3x5x{T}>) -> tensor<3x10x{T}>"),
    Row("convert", "biufcn", X, "%r = stablehlo.convert %x : (tensor<3x5x{T}>) -> tensor<3x5x{U}>"),
    Row("convolution", "biufc", "%x: tensor<2x6x3x{T}>, %k: tensor<3x3x4x{T}>", "%r = stablehlo.convolution(%x, %k) dim_numbers = [b, 0, f]x[0, i, o]->[b, 0, f], window = {stride = [2], pad = [[1, 1]]} {batch_group_count = 1 : i64, feature_group_count = 1 : i64} : (tensor<2x6x3x{T}>, tensor<3x3x4x{T}>) -> tensor<2x3x4x{T}>"),
    Row("dot_general", "biufc", "%x: tensor<3x5x{T}>, %y: tensor<5x4x{T}>", "%r = stablehlo.dot_general %x, %y, contracting_dims = [1] x [0] : (tensor<3x5x{T}>, tensor<5x4x{T}>) -> tensor<3x4x{T}>"),
    Row("dynamic_slice", "biufcn", "%x: tensor<3x5x{T}>, %i: tensor<{I}>, %j: tensor<{I}>", "%r = stablehlo.dynamic_slice %x, %i, %j, sizes = [2, 3] : (tensor<3x5x{T}>, tensor<{I}>, tensor<{I}>) -> tensor<2x3x{T}>"),
    Row("dynamic_update_slice", "biufcn", "%x: tensor<3x5x{T}>, %u: tensor<2x2x{T}>, %i: tensor<{I}>, %j: tensor<{I}>", "%r = stablehlo.dynamic_update_slice %x, %u, %i, %j : (tensor<3x5x{T}>, tensor<2x2x{T}>, tensor<{I}>, tensor<{I}>) -> tensor<3x5x{T}>"),
    Row("fft", "c", "%x: tensor<3x6x{T}>", "%r = stablehlo.fft %x, type = FFT, length = [6] : (tensor<3x6x{T}>) -> tensor<3x6x{T}>"),
    Row("irfft", "c", "%x: tensor<3x4x{T}>", "%r = stablehlo.fft %x, type = IRFFT, length = [6] : (tensor<3x4x{T}>) -> tensor<3x6x{R}>"),
    Row("rfft", "c", "%x: tensor<3x6x{R}>", "%r = stablehlo.fft %x, type = RFFT, length = [6] : (tensor<3x6x{R}>) -> tensor<3x4x{T}>"),
    Row("gather", "biufcn", "%x: tensor<3x5x{T}>, %i: tensor<4x1x{I}>", "%r = \"stablehlo.gather\"(%x, %i) <{dimension_numbers = #stablehlo.gather<offset_dims = [1], collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = 1>, slice_sizes = array<i64: 1, 5>}> : (tensor<3x5x{T}>, tensor<4x1x{I}>) -> tensor<4x5x{T}>"),
    Row("imag", "fc", X, "%r = stablehlo.imag %x : (tensor<3x5x{T}>) -> tensor<3x5x{R}>"),
    Row("iota", "iufc", X, "%w = stablehlo.iota dim = 1 : tensor<3x5x{T}>\n%r = stablehlo.add %w, %x : tensor<3x5x{T}>"),
    Row("is_inf", "f", X, "%r = chlo.is_inf %x : tensor<3x5x{T}> -> tensor<3x5xi1>"),
    Row("is_finite", "f", X, "%r = stablehlo.is_finite %x : (tensor<3x5x{T}>) -> tensor<3x5xi1>"),
    Row("map", "biufc", X, "%r = \"stablehlo.map\"(%x, %y) <{dimensions = array<i64: 0, 1>}> ({
^bb0(%p: tensor<{T}>, %q: tensor<{T}>):
%s = stablehlo.multiply %p, %q : tensor<{T}>
%t = stablehlo.add %s, %q : tensor<{T}>
stablehlo.return %t : tensor<{T}>
}) : (tensor<3x5x{T}>, tensor<3x5x{T}>) -> tensor<3x5x{T}>"),
    Row("pad", "biufcn", V, "%r = stablehlo.pad %x, %v, low = [1, -1], high = [0, 2], interior = [1, 0] : (tensor<3x5x{T}>, tensor<{T}>) -> tensor<6x6x{T}>"),
    Row("real", "fc", X, "%r = stablehlo.real %x : (tensor<3x5x{T}>) -> tensor<3x5x{R}>"),
    Row("reduce", "biufc", V, "%r = stablehlo.reduce(%x init: %v) applies stablehlo.add across dimensions = [1] : (tensor<3x5x{T}>, tensor<{T}>) -> tensor<3x{T}>"),
    Row("reduce_maximum", "biuf", V, "%r = stablehlo.reduce(%x init: %v) applies stablehlo.maximum across dimensions = [0] : (tensor<3x5x{T}>, tensor<{T}>) -> tensor<5x{T}>"),
    Row("reduce_multiply", "biufc", V, "%r = stablehlo.reduce(%x init: %v) applies stablehlo.multiply across dimensions = [0] : (tensor<3x5x{T}>, tensor<{T}>) -> tensor<5x{T}>"),
    Row("reduce_last", "biufcn", V, "%r = \"stablehlo.reduce\"(%x, %v) <{dimensions = array<i64: 1>}> ({
^bb0(%p: tensor<{T}>, %q: tensor<{T}>):
stablehlo.return %q : tensor<{T}>
}) : (tensor<3x5x{T}>, tensor<{T}>) -> tensor<3x{T}>"),
    Row("reduce_precision", "f", X, "%r = stablehlo.reduce_precision %x, format = e4m3 : tensor<3x5x{T}>"),
    Row("reduce_window", "biufc", X, "%z = stablehlo.constant dense<0> : tensor<i32>
%v = stablehlo.convert %z : (tensor<i32>) -> tensor<{T}>
%r = \"stablehlo.reduce_window\"(%x, %v) <{padding = dense<[[0, 1], [1, 0]]> : tensor<2x2xi64>, window_dimensions = array<i64: 2, 2>, window_strides = array<i64: 1, 2>}> ({
^bb0(%p: tensor<{T}>, %q: tensor<{T}>):
%s = stablehlo.add %p, %q : tensor<{T}>
stablehlo.return %s : tensor<{T}>
}) : (tensor<3x5x{T}>, tensor<{T}>) -> tensor<3x3x{T}>"),
    Row("reshape", "biufcn", X, "%r = stablehlo.reshape %x : (tensor<3x5x{T}>) -> tensor<5x3x{T}>"),
    Row("reverse", "biufcn", X, "%r = stablehlo.reverse %x, dims = [1] : tensor<3x5x{T}>"),
    Row("rng_bit_generator", "IUf", "%s: tensor<2xui64>", "%w, %r = stablehlo.rng_bit_generator %s, algorithm = THREE_FRY : (tensor<2xui64>) -> (tensor<2xui64>, tensor<3x5x{T}>)"),
    Row("rng_bit_generator_philox", "IUf", "%s: tensor<3xui64>", "%w, %r = stablehlo.rng_bit_generator %s, algorithm = PHILOX : (tensor<3xui64>) -> (tensor<3xui64>, tensor<3x5x{T}>)"),
    Row("scatter", "biufc", "%x: tensor<3x5x{T}>, %i: tensor<4x1x{I}>, %u: tensor<4x5x{T}>", "%r = \"stablehlo.scatter\"(%x, %i, %u) <{scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [1], inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1>}> ({
^bb0(%p: tensor<{T}>, %q: tensor<{T}>):
%s = stablehlo.add %p, %q : tensor<{T}>
stablehlo.return %s : tensor<{T}>
}) : (tensor<3x5x{T}>, tensor<4x1x{I}>, tensor<4x5x{T}>) -> tensor<3x5x{T}>"),
    Row("scatter_replace", "biufcn", "%x: tensor<3x5x{T}>, %i: tensor<1x1x{I}>, %u: tensor<1x5x{T}>", "%r = \"stablehlo.scatter\"(%x, %i, %u) <{scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [1], inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1>}> ({
^bb0(%p: tensor<{T}>, %q: tensor<{T}>):
stablehlo.return %q : tensor<{T}>
}) : (tensor<3x5x{T}>, tensor<1x1x{I}>, tensor<1x5x{T}>) -> tensor<3x5x{T}>"),
    Row("select", "biufcn", "%b: tensor<3x5xi1>, %x: tensor<3x5x{T}>, %y: tensor<3x5x{T}>", "%r = stablehlo.select %b, %x, %y : tensor<3x5xi1>, tensor<3x5x{T}>"),
    Row("select_and_scatter", "biuf", "%x: tensor<4x6x{T}>, %y: tensor<2x3x{T}>, %v: tensor<{T}>", "%r = \"stablehlo.select_and_scatter\"(%x, %y, %v) <{padding = dense<0> : tensor<2x2xi64>, window_dimensions = array<i64: 2, 2>, window_strides = array<i64: 2, 2>}> ({
^bb0(%p: tensor<{T}>, %q: tensor<{T}>):
%g = stablehlo.compare GE, %p, %q : (tensor<{T}>, tensor<{T}>) -> tensor<i1>
stablehlo.return %g : tensor<i1>
}, {
^bb0(%p: tensor<{T}>, %q: tensor<{T}>):
%s = stablehlo.add %p, %q : tensor<{T}>
stablehlo.return %s : tensor<{T}>
}) : (tensor<4x6x{T}>, tensor<2x3x{T}>, tensor<{T}>) -> tensor<4x6x{T}>"),
    Row("slice", "biufcn", X, "%r = stablehlo.slice %x [1:3, 0:5:2] : (tensor<3x5x{T}>) -> tensor<2x3x{T}>"),
    Row("sort", "biufn", X, "%r = \"stablehlo.sort\"(%x) <{dimension = 1 : i64, is_stable = true}> ({
^bb0(%p: tensor<{T}>, %q: tensor<{T}>):
%g = stablehlo.compare LT, %p, %q : (tensor<{T}>, tensor<{T}>) -> tensor<i1>
stablehlo.return %g : tensor<i1>
}) : (tensor<3x5x{T}>) -> tensor<3x5x{T}>"),
    Row("sort_carries", "biufcn", "%k: tensor<3x5xi32>, %x: tensor<3x5x{T}>", "%w, %r = \"stablehlo.sort\"(%k, %x) <{dimension = 0 : i64, is_stable = true}> ({
^bb0(%p: tensor<i32>, %q: tensor<i32>, %s: tensor<{T}>, %t: tensor<{T}>):
%g = stablehlo.compare GT, %p, %q : (tensor<i32>, tensor<i32>) -> tensor<i1>
stablehlo.return %g : tensor<i1>
}) : (tensor<3x5xi32>, tensor<3x5x{T}>) -> (tensor<3x5xi32>, tensor<3x5x{T}>)"),
    Row("top_k", "iuf", X, "%r, %w = chlo.top_k(%x, k = 2) : tensor<3x5x{T}> -> (tensor<3x2x{T}>, tensor<3x2xi32>)"),
    Row("transpose", "biufcn", X, "%r = stablehlo.transpose %x, dims = [1, 0] : (tensor<3x5x{T}>) -> tensor<5x3x{T}>"),
    Row("triangular_solve", "fc", "%a: tensor<3x3x{T}>, %x: tensor<3x5x{T}>", "%r = \"stablehlo.triangular_solve\"(%a, %x) <{left_side = true, lower = true, transpose_a = #stablehlo<transpose NO_TRANSPOSE>, unit_diagonal = true}> : (tensor<3x3x{T}>, tensor<3x5x{T}>) -> tensor<3x5x{T}>"),
    Row("while", "biufcn", "%x: tensor<3x5x{T}>, %i: tensor<i32>", "%w, %r = stablehlo.while(%k = %i, %z = %x) : tensor<i32>, tensor<3x5x{T}> cond {
%l = stablehlo.constant dense<4> : tensor<i32>
%g = stablehlo.compare LT, %k, %l, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
stablehlo.return %g : tensor<i1>
} do {
%o = stablehlo.constant dense<1> : tensor<i32>
%n = stablehlo.add %k, %o : tensor<i32>
%m = stablehlo.reverse %z, dims = [0] : tensor<3x5x{T}>
stablehlo.return %n, %m : tensor<i32>, tensor<3x5x{T}>
}"),
];
