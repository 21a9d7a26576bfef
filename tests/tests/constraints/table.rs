// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Instructions, and for each constraint a change that breaks it.

/// An op, its parameters, an instruction, and its changes: a constraint number, the old text and the new text.
type Row = (&'static str, &'static str, &'static str, &'static [(&'static str, &'static str, &'static str)]);

/// Ops whose only constraint is that operands and result have the same type: the op, an element type, the operand
/// count.
pub(crate) const ELEMENTWISE: &[(&str, &str, usize)] = &[
    ("add", "f32", 2),
    ("and", "i32", 2),
    ("atan2", "f32", 2),
    ("cbrt", "f32", 1),
    ("ceil", "f32", 1),
    ("cosine", "f32", 1),
    ("count_leading_zeros", "i32", 1),
    ("divide", "f32", 2),
    ("exponential", "f32", 1),
    ("exponential_minus_one", "f32", 1),
    ("floor", "f32", 1),
    ("log", "f32", 1),
    ("log_plus_one", "f32", 1),
    ("logistic", "f32", 1),
    ("maximum", "f32", 2),
    ("minimum", "f32", 2),
    ("multiply", "f32", 2),
    ("negate", "f32", 1),
    ("not", "i32", 1),
    ("or", "i32", 2),
    ("popcnt", "i32", 1),
    ("power", "f32", 2),
    ("remainder", "f32", 2),
    ("round_nearest_afz", "f32", 1),
    ("round_nearest_even", "f32", 1),
    ("rsqrt", "f32", 1),
    ("shift_left", "i32", 2),
    ("shift_right_arithmetic", "i32", 2),
    ("shift_right_logical", "i32", 2),
    ("sign", "f32", 1),
    ("sine", "f32", 1),
    ("sqrt", "f32", 1),
    ("subtract", "f32", 2),
    ("tan", "f32", 1),
    ("tanh", "f32", 1),
    ("xor", "i32", 2),
];

const X: &str =
    "%x: tensor<2x3xf32>, %y: tensor<2x3xf32>, %v: tensor<f32>, %h: tensor<f64>, %b: tensor<2xf32>, %d: tensor<2xf64>, %i: tensor<i32>";

const REDUCE: &str = "%0 = \"stablehlo.reduce\"(%x, %v) <{dimensions = array<i64: 1>}> ({\n^bb0(%p: tensor<f32>, %q: tensor<f32>):\n\"stablehlo.return\"(%p) : (tensor<f32>) -> ()\n}) : (tensor<2x3xf32>, tensor<f32>) -> tensor<2xf32>";

const WINDOW: &str = "%0 = \"stablehlo.reduce_window\"(%x, %v) <{base_dilations = array<i64: 1, 1>, padding = dense<0> : tensor<2x2xi64>, window_dilations = array<i64: 1, 1>, window_dimensions = array<i64: 1, 2>, window_strides = array<i64: 1, 1>}> ({\n^bb0(%p: tensor<f32>, %q: tensor<f32>):\n\"stablehlo.return\"(%p) : (tensor<f32>) -> ()\n}) : (tensor<2x3xf32>, tensor<f32>) -> tensor<2x2xf32>";

const CONV: &str = "%0 = \"stablehlo.convolution\"(%a, %k) <{batch_group_count = 1 : i64, dimension_numbers = #stablehlo.conv<[b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f]>, feature_group_count = 1 : i64, lhs_dilation = array<i64: 1, 1>, padding = dense<0> : tensor<2x2xi64>, rhs_dilation = array<i64: 1, 1>, window_reversal = array<i1: false, false>, window_strides = array<i64: 1, 1>}> : (tensor<2x5x5x4xf32>, tensor<3x3x4x6xf32>) -> tensor<2x3x3x6xf32>";

const DOT: &str = "%0 = stablehlo.dot_general %l, %r, batching_dims = [0] x [0], contracting_dims = [2] x [1] : (tensor<2x4x3xf32>, tensor<2x3x5xf32>) -> tensor<2x4x5xf32>";

const GATHER: &str = "%0 = \"stablehlo.gather\"(%o, %s) <{dimension_numbers = #stablehlo.gather<offset_dims = [2], collapsed_slice_dims = [1], operand_batching_dims = [0], start_indices_batching_dims = [0], start_index_map = [1], index_vector_dim = 2>, slice_sizes = array<i64: 1, 1, 3>}> : (tensor<2x4x3xf32>, tensor<2x5x1xi32>) -> tensor<2x5x3xf32>";

const SCATTER: &str = "%0 = \"stablehlo.scatter\"(%o, %s, %u) <{scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [2], inserted_window_dims = [1], input_batching_dims = [0], scatter_indices_batching_dims = [0], scatter_dims_to_operand_dims = [1], index_vector_dim = 2>}> ({\n^bb0(%p: tensor<f32>, %q: tensor<f32>):\n\"stablehlo.return\"(%p) : (tensor<f32>) -> ()\n}) : (tensor<2x4x3xf32>, tensor<2x5x1xi32>, tensor<2x5x3xf32>) -> tensor<2x4x3xf32>";

const SELECT_SCATTER: &str = "%0 = \"stablehlo.select_and_scatter\"(%x, %y, %v) <{padding = dense<0> : tensor<2x2xi64>, window_dimensions = array<i64: 1, 1>, window_strides = array<i64: 1, 1>}> ({\n^bb0(%p: tensor<f32>, %q: tensor<f32>):\n%g = stablehlo.compare GE, %p, %q : (tensor<f32>, tensor<f32>) -> tensor<i1>\n\"stablehlo.return\"(%g) : (tensor<i1>) -> ()\n}, {\n^bb0(%m: tensor<f32>, %n: tensor<f32>):\n\"stablehlo.return\"(%m) : (tensor<f32>) -> ()\n}) : (tensor<2x3xf32>, tensor<2x3xf32>, tensor<f32>) -> tensor<2x3xf32>";

const NORM: &str = "%x: tensor<2x3xf32>, %s: tensor<3xf32>, %t: tensor<2xf32>, %d: tensor<3xf64>, %y: tensor<3x2xf32>";

const INDEXED: &str = "%o: tensor<2x4x3xf32>, %s: tensor<2x5x1xi32>, %u: tensor<2x5x3xf32>, %w: tensor<2x5x3xf64>, %t: tensor<2x5x2xf32>";

pub(crate) const TABLE: &[Row] = &[
    (
        "abs",
        X,
        "%0 = \"stablehlo.abs\"(%x) : (tensor<2x3xf32>) -> tensor<2x3xf32>",
        &[("=C1", "-> tensor<2x3xf32>", "-> tensor<6xf32>"), ("=C2", "-> tensor<2x3xf32>", "-> tensor<2x3xf64>")],
    ),
    (
        "batch_norm_training",
        NORM,
        "%0:3 = \"stablehlo.batch_norm_training\"(%x, %s, %s) <{epsilon = 0.1 : f32, feature_index = 1 : i64}> : (tensor<2x3xf32>, tensor<3xf32>, tensor<3xf32>) -> (tensor<2x3xf32>, tensor<3xf32>, tensor<3xf32>)",
        &[
            ("C1", "feature_index = 1", "feature_index = 2"),
            ("C2", "%s, %s|(tensor<2x3xf32>, tensor<3xf32>", "%d, %s|(tensor<2x3xf32>, tensor<3xf64>"),
            ("C3", "%s, %s|(tensor<2x3xf32>, tensor<3xf32>", "%t, %s|(tensor<2x3xf32>, tensor<2xf32>"),
            ("C4", "%s, %s|tensor<3xf32>) ->", "%s, %t|tensor<2xf32>) ->"),
            ("=C5", "-> (tensor<2x3xf32>, tensor<3xf32>", "-> (tensor<2x3xf32>, tensor<2xf32>"),
            ("=C7", "-> (tensor<2x3xf32>", "-> (tensor<3x2xf32>"),
        ],
    ),
    (
        "broadcast_in_dim",
        X,
        "%0 = stablehlo.broadcast_in_dim %b, dims = [0] : (tensor<2xf32>) -> tensor<2x3xf32>",
        &[("=C1", "-> tensor<2x3xf32>", "-> tensor<2x3xf64>"), ("C2", "[0]", "[0, 1]"), ("C3", "[0]", "[2]"), ("C5", "[0]", "[1]")],
    ),
    (
        "broadcast_in_dim",
        X,
        "%0 = stablehlo.broadcast_in_dim %x, dims = [0, 1] : (tensor<2x3xf32>) -> tensor<2x3xf32>",
        &[("C4", "[0, 1]", "[0, 0]")],
    ),
    (
        "bitcast_convert",
        X,
        "%0 = stablehlo.bitcast_convert %x : (tensor<2x3xf32>) -> tensor<2x3xi32>",
        &[("C1", "tensor<2x3xi32>", "tensor<2x3xi64>"), ("C2", "tensor<2x3xi32>", "tensor<2x3xcomplex<f64>>")],
    ),
    (
        "case",
        X,
        "%0 = \"stablehlo.case\"(%i) ({\n\"stablehlo.return\"(%v) : (tensor<f32>) -> ()\n}, {\n\"stablehlo.return\"(%v) : (tensor<f32>) -> ()\n}) : (tensor<i32>) -> tensor<f32>",
        &[
            ("C1", "({\n\"stablehlo.return\"(%v) : (tensor<f32>) -> ()\n}, {\n\"stablehlo.return\"(%v) : (tensor<f32>) -> ()\n})", "()"),
            ("C2", "({\n", "({\n^bb0(%a: tensor<f32>):\n"),
            ("C3", "(%v) : (tensor<f32>)", "(%x) : (tensor<2x3xf32>)"),
            ("=C4", "-> tensor<f32>", "-> tensor<f64>"),
        ],
    ),
    (
        "cholesky",
        "%a: tensor<4x3x3xf32>, %b: tensor<3xf32>, %c: tensor<3x2xf32>",
        "%0 = \"stablehlo.cholesky\"(%a) <{lower = true}> : (tensor<4x3x3xf32>) -> tensor<4x3x3xf32>",
        &[
            ("=C1", "-> tensor<4x3x3xf32>", "-> tensor<3x3xf32>"),
            ("C2", "(%a) <{lower = true}> : (tensor<4x3x3xf32>)", "(%b) <{lower = true}> : (tensor<3xf32>)"),
            ("C3", "(%a) <{lower = true}> : (tensor<4x3x3xf32>)", "(%c) <{lower = true}> : (tensor<3x2xf32>)"),
        ],
    ),
    (
        "clamp",
        X,
        "%0 = \"stablehlo.clamp\"(%v, %x, %v) : (tensor<f32>, tensor<2x3xf32>, tensor<f32>) -> tensor<2x3xf32>",
        &[
            ("C1", "(%v, %x, %v) : (tensor<f32>", "(%b, %x, %v) : (tensor<2xf32>"),
            ("C2", "%v) : (tensor<f32>, tensor<2x3xf32>, tensor<f32>)", "%b) : (tensor<f32>, tensor<2x3xf32>, tensor<2xf32>)"),
            ("C3", "(%v, %x, %v) : (tensor<f32>", "(%h, %x, %v) : (tensor<f64>"),
            ("=C4", "-> tensor<2x3xf32>", "-> tensor<6xf32>"),
        ],
    ),
    (
        "compare",
        X,
        "%0 = stablehlo.compare LT, %x, %y, FLOAT : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xi1>",
        &[("=C2", "-> tensor<2x3xi1>", "-> tensor<6xi1>"), ("C3", "FLOAT", "SIGNED")],
    ),
    (
        "complex",
        X,
        "%0 = \"stablehlo.complex\"(%x, %y) : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xcomplex<f32>>",
        &[("=C2", "tensor<2x3xcomplex<f32>>", "tensor<6xcomplex<f32>>"), ("=C3", "complex<f32>", "complex<f64>")],
    ),
    (
        "concatenate",
        X,
        "%0 = stablehlo.concatenate %b, %b, dim = 0 : (tensor<2xf32>, tensor<2xf32>) -> tensor<4xf32>",
        &[
            ("C2", "%b, %b, dim = 0 : (tensor<2xf32>, tensor<2xf32>)", "%b, %x, dim = 0 : (tensor<2xf32>, tensor<2x3xf32>)"),
            ("C3", "%b, %b, dim = 0 : (tensor<2xf32>, tensor<2xf32>)", ", dim = 0 : ()"),
            ("C4", "dim = 0", "dim = 1"),
            ("=C5", "tensor<4xf32>", "tensor<4xf64>"),
            ("=C6", "tensor<4xf32>", "tensor<5xf32>"),
        ],
    ),
    ("convert", X, "%0 = stablehlo.convert %x : (tensor<2x3xf32>) -> tensor<2x3xi8>", &[("=C1", "tensor<2x3xi8>", "tensor<6xi8>")]),
    (
        "convolution",
        "%a: tensor<2x5x5x4xf32>, %k: tensor<3x3x4x6xf32>, %f: tensor<3x3x4x6xf64>, %m: tensor<3x4x6xf32>",
        CONV,
        &[
            ("C1", "%k) <{|tensor<3x3x4x6xf32>", "%m) <{|tensor<3x4x6xf32>"),
            ("C2", "window_strides = array<i64: 1, 1>", "window_strides = array<i64: 1>"),
            ("C3", "window_strides = array<i64: 1, 1>", "window_strides = array<i64: 1, 0>"),
            ("C4", "padding = dense<0> : tensor<2x2xi64>", "padding = dense<0> : tensor<1x2xi64>"),
            ("C5", "lhs_dilation = array<i64: 1, 1>", "lhs_dilation = array<i64: 1>"),
            ("C6", "lhs_dilation = array<i64: 1, 1>", "lhs_dilation = array<i64: 0, 1>"),
            ("C7", "rhs_dilation = array<i64: 1, 1>", "rhs_dilation = array<i64: 1>"),
            ("C8", "rhs_dilation = array<i64: 1, 1>", "rhs_dilation = array<i64: 0, 1>"),
            ("C9", "array<i1: false, false>", "array<i1: false>"),
            ("C10", "batch_group_count = 1", "batch_group_count = 3"),
            ("C11", "feature_group_count = 1", "feature_group_count = 3"),
            ("C14", "feature_group_count = 1", "feature_group_count = 2"),
            ("C21", "feature_group_count = 1", "feature_group_count = 0"),
            ("C22", "batch_group_count = 1", "batch_group_count = 0"),
            ("=C25", "tensor<2x3x3x6xf32>", "tensor<2x3x4x6xf32>"),
            ("=C26", "tensor<2x3x3x6xf32>", "tensor<2x3x18xf32>"),
        ],
    ),
    (
        "dot_general",
        "%l: tensor<2x4x3xf32>, %r: tensor<2x3x5xf32>",
        DOT,
        &[
            ("C1", "batching_dims = [0] x [0]", "batching_dims = [0] x []"),
            ("C2", "contracting_dims = [2] x [1]", "contracting_dims = [2] x []"),
            ("C3", "contracting_dims = [2]", "contracting_dims = [0]"),
            ("C4", "x [1]", "x [0]"),
            ("C5", "batching_dims = [0] x", "batching_dims = [3] x"),
            ("C6", "contracting_dims = [2]", "contracting_dims = [3]"),
            ("C7", "batching_dims = [0] x [0]", "batching_dims = [0] x [3]"),
            ("C8", "x [1]", "x [3]"),
            ("=C12", "tensor<2x4x5xf32>", "tensor<2x5x4xf32>"),
        ],
    ),
    (
        "dynamic_slice",
        X,
        "%0 = \"stablehlo.dynamic_slice\"(%x, %i, %i) <{slice_sizes = array<i64: 1, 2>}> : (tensor<2x3xf32>, tensor<i32>, tensor<i32>) -> tensor<1x2xf32>",
        &[
            ("=C1", "tensor<1x2xf32>", "tensor<1x2xf64>"),
            ("C2", "array<i64: 1, 2>", "array<i64: 1>"),
            ("C4", "array<i64: 1, 2>", "array<i64: 1, 4>"),
            ("=C5", "tensor<1x2xf32>", "tensor<2x1xf32>"),
        ],
    ),
    (
        "dynamic_update_slice",
        X,
        "%0 = stablehlo.dynamic_update_slice %x, %y, %i, %i : (tensor<2x3xf32>, tensor<2x3xf32>, tensor<i32>, tensor<i32>) -> tensor<2x3xf32>",
        &[
            ("=C1", "-> tensor<2x3xf32>", "-> tensor<6xf32>"),
            ("C3", "%y, %i, %i : (tensor<2x3xf32>, tensor<2x3xf32>", "%b, %i, %i : (tensor<2x3xf32>, tensor<2xf32>"),
            (
                "C4",
                "%i, %i : (tensor<2x3xf32>, tensor<2x3xf32>, tensor<i32>, tensor<i32>)",
                "%i : (tensor<2x3xf32>, tensor<2x3xf32>, tensor<i32>)",
            ),
        ],
    ),
    (
        "fft",
        "%c: tensor<4x6xcomplex<f32>>, %x: tensor<4x6xf32>",
        "%0 = stablehlo.fft %x, type = RFFT, length = [6] : (tensor<4x6xf32>) -> tensor<4x4xcomplex<f32>>",
        &[
            ("C1", "[6]", "[1, 4, 6]"),
            ("C2", "type = RFFT", "type = FFT"),
            ("C3", "[6]", "[]"),
            ("C4", "[6]", "[5]"),
            ("=C5", "tensor<4x4xcomplex<f32>>", "tensor<4x6xcomplex<f32>>"),
        ],
    ),
    (
        "gather",
        INDEXED,
        GATHER,
        &[
            ("C1", "offset_dims = [2]", "offset_dims = [1, 2]"),
            ("C2", "index_vector_dim = 2", "index_vector_dim = 4"),
            ("C3", "start_index_map = [1]", "start_index_map = [1, 2]"),
            ("C5", "offset_dims = [2]", "offset_dims = [3]"),
            ("C6", "collapsed_slice_dims = [1]", "collapsed_slice_dims = [0]"),
            ("C8", "collapsed_slice_dims = [1]", "collapsed_slice_dims = [3]"),
            ("C9", "array<i64: 1, 1, 3>", "array<i64: 1, 2, 3>"),
            ("C11", "operand_batching_dims = [0]", "operand_batching_dims = [3]"),
            ("C12", "array<i64: 1, 1, 3>", "array<i64: 2, 1, 3>"),
            ("C14", "start_indices_batching_dims = [0]", "start_indices_batching_dims = [3]"),
            ("C15", "start_indices_batching_dims = [0]", "start_indices_batching_dims = [2]"),
            ("C16", "start_indices_batching_dims = [0]", "start_indices_batching_dims = []"),
            ("C17", "start_indices_batching_dims = [0]", "start_indices_batching_dims = [1]"),
            ("C18", "start_index_map = [1]", "start_index_map = [0]"),
            ("C19", "start_index_map = [1]", "start_index_map = [3]"),
            ("C20", "array<i64: 1, 1, 3>", "array<i64: 1, 1>"),
            ("C21", "array<i64: 1, 1, 3>", "array<i64: 1, 1, 4>"),
            ("=C22", "tensor<2x5x3xf32>", "tensor<2x3x5xf32>"),
            ("=C23", "tensor<2x5x3xf32>", "tensor<2x5x3xf64>"),
        ],
    ),
    (
        "get_dimension_size",
        X,
        "%0 = stablehlo.get_dimension_size %x, dim = 1 : (tensor<2x3xf32>) -> tensor<i32>",
        &[("C1", "dim = 1", "dim = 2")],
    ),
    (
        "if",
        "%c: tensor<i1>, %v: tensor<f32>, %x: tensor<2xf32>",
        "%0 = \"stablehlo.if\"(%c) ({\n\"stablehlo.return\"(%v) : (tensor<f32>) -> ()\n}, {\n\"stablehlo.return\"(%v) : (tensor<f32>) -> ()\n}) : (tensor<i1>) -> tensor<f32>",
        &[
            ("C1", "({\n", "({\n^bb0(%a: tensor<f32>):\n"),
            ("C2", "(%v) : (tensor<f32>)", "(%x) : (tensor<2xf32>)"),
            ("=C3", "-> tensor<f32>", "-> tensor<f64>"),
        ],
    ),
    (
        "imag",
        X,
        "%0 = \"stablehlo.imag\"(%x) : (tensor<2x3xf32>) -> tensor<2x3xf32>",
        &[("=C1", "-> tensor<2x3xf32>", "-> tensor<6xf32>"), ("=C2", "-> tensor<2x3xf32>", "-> tensor<2x3xf64>")],
    ),
    ("iota", "", "%0 = stablehlo.iota dim = 1 : tensor<2x3xf32>", &[("C1", "dim = 1", "dim = 2")]),
    ("is_finite", X, "%0 = stablehlo.is_finite %x : (tensor<2x3xf32>) -> tensor<2x3xi1>", &[("=C1", "tensor<2x3xi1>", "tensor<6xi1>")]),
    (
        "map",
        X,
        "%0 = \"stablehlo.map\"(%x, %y) <{dimensions = array<i64: 0, 1>}> ({\n^bb0(%p: tensor<f32>, %q: tensor<f32>):\n\"stablehlo.return\"(%p) : (tensor<f32>) -> ()\n}) : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>",
        &[
            ("=C1", "-> tensor<2x3xf32>", "-> tensor<6xf32>"),
            ("C3", "array<i64: 0, 1>", "array<i64: 1, 0>"),
            ("C4", "%q: tensor<f32>", "%q: tensor<f64>"),
        ],
    ),
    (
        "optimization_barrier",
        X,
        "%0 = \"stablehlo.optimization_barrier\"(%x) : (tensor<2x3xf32>) -> tensor<2x3xf32>",
        &[("=C1", "-> tensor<2x3xf32>", "-> tensor<6xf32>")],
    ),
    (
        "pad",
        X,
        "%0 = stablehlo.pad %x, %v, low = [0, 1], high = [0, 1], interior = [0, 0] : (tensor<2x3xf32>, tensor<f32>) -> tensor<2x5xf32>",
        &[
            (
                "C1",
                "%v, low = [0, 1], high = [0, 1], interior = [0, 0] : (tensor<2x3xf32>, tensor<f32>)",
                "%h, low = [0, 1], high = [0, 1], interior = [0, 0] : (tensor<2x3xf32>, tensor<f64>)",
            ),
            ("C2", "low = [0, 1]", "low = [0]"),
            ("C3", "interior = [0, 0]", "interior = [0, -1]"),
            ("=C4", "tensor<2x5xf32>", "tensor<2x4xf32>"),
        ],
    ),
    (
        "real",
        X,
        "%0 = \"stablehlo.real\"(%x) : (tensor<2x3xf32>) -> tensor<2x3xf32>",
        &[("=C1", "-> tensor<2x3xf32>", "-> tensor<6xf32>"), ("=C2", "-> tensor<2x3xf32>", "-> tensor<2x3xf64>")],
    ),
    (
        "reduce",
        X,
        REDUCE,
        &[
            ("C2", "%v) <{|(tensor<2x3xf32>, tensor<f32>)", "%h) <{|(tensor<2x3xf32>, tensor<f64>)"),
            ("C4", "array<i64: 1>", "array<i64: 2>"),
            ("C5", "array<i64: 1>", "array<i64: 1, 1>"),
            ("C6", "%q: tensor<f32>", "%q: tensor<f64>"),
            ("=C7", "-> tensor<2xf32>", "-> tensor<3xf32>"),
            ("=C8", "-> tensor<2xf32>", "-> tensor<2xf64>"),
        ],
    ),
    (
        "reduce_precision",
        X,
        "%0 = \"stablehlo.reduce_precision\"(%x) <{exponent_bits = 5 : i32, mantissa_bits = 2 : i32}> : (tensor<2x3xf32>) -> tensor<2x3xf32>",
        &[("=C1", "-> tensor<2x3xf32>", "-> tensor<6xf32>"), ("C2", "exponent_bits = 5", "exponent_bits = 0")],
    ),
    (
        "reduce_window",
        X,
        WINDOW,
        &[
            ("C4", "window_dimensions = array<i64: 1, 2>", "window_dimensions = array<i64: 1>"),
            ("C5", "window_dimensions = array<i64: 1, 2>", "window_dimensions = array<i64: 1, 0>"),
            ("C6", "window_strides = array<i64: 1, 1>", "window_strides = array<i64: 1>"),
            ("C7", "window_strides = array<i64: 1, 1>", "window_strides = array<i64: 1, 0>"),
            ("C8", "base_dilations = array<i64: 1, 1>", "base_dilations = array<i64: 1>"),
            ("C9", "base_dilations = array<i64: 1, 1>", "base_dilations = array<i64: 1, 0>"),
            ("C10", "window_dilations = array<i64: 1, 1>", "window_dilations = array<i64: 1>"),
            ("C11", "window_dilations = array<i64: 1, 1>", "window_dilations = array<i64: 1, 0>"),
            ("C12", "tensor<2x2xi64>", "tensor<1x2xi64>"),
            ("C13", "%q: tensor<f32>", "%q: tensor<f64>"),
            ("=C15", "-> tensor<2x2xf32>", "-> tensor<2x3xf32>"),
            ("=C16", "-> tensor<2x2xf32>", "-> tensor<2x2xf64>"),
        ],
    ),
    (
        "reshape",
        X,
        "%0 = stablehlo.reshape %x : (tensor<2x3xf32>) -> tensor<6xf32>",
        &[("=C1", "tensor<6xf32>", "tensor<6xf64>"), ("C2", "tensor<6xf32>", "tensor<5xf32>")],
    ),
    (
        "reverse",
        X,
        "%0 = \"stablehlo.reverse\"(%x) <{dimensions = array<i64: 0, 1>}> : (tensor<2x3xf32>) -> tensor<2x3xf32>",
        &[
            ("=C1", "-> tensor<2x3xf32>", "-> tensor<6xf32>"),
            ("C2", "array<i64: 0, 1>", "array<i64: 0, 0>"),
            ("C3", "array<i64: 0, 1>", "array<i64: 0, 2>"),
        ],
    ),
    (
        "rng_bit_generator",
        "%s: tensor<2xui64>, %t: tensor<4xui64>",
        "%0:2 = stablehlo.rng_bit_generator %s, algorithm = THREE_FRY : (tensor<2xui64>) -> (tensor<2xui64>, tensor<3xui32>)",
        &[
            ("=C1", "-> (tensor<2xui64>", "-> (tensor<3xui64>"),
            ("C2", "%s, algorithm = THREE_FRY : (tensor<2xui64>)", "%t, algorithm = THREE_FRY : (tensor<4xui64>)"),
        ],
    ),
    (
        "scatter",
        INDEXED,
        SCATTER,
        &[
            ("C2", "update_window_dims = [2]", "update_window_dims = [1, 2]"),
            ("C4", "%u) <{|tensor<2x5x3xf32>)", "%o) <{|tensor<2x4x3xf32>)"),
            ("C6", "%u) <{|tensor<2x5x3xf32>)", "%w) <{|tensor<2x5x3xf64>)"),
            ("C8", "update_window_dims = [2]", "update_window_dims = [3]"),
            ("C9", "inserted_window_dims = [1]", "inserted_window_dims = [0]"),
            ("C11", "inserted_window_dims = [1]", "inserted_window_dims = [3]"),
            ("C13", "input_batching_dims = [0]", "input_batching_dims = [3]"),
            ("C15", "scatter_indices_batching_dims = [0]", "scatter_indices_batching_dims = [3]"),
            ("C16", "scatter_indices_batching_dims = [0]", "scatter_indices_batching_dims = [2]"),
            ("C17", "scatter_indices_batching_dims = [0]", "scatter_indices_batching_dims = []"),
            ("C18", "scatter_indices_batching_dims = [0]", "scatter_indices_batching_dims = [1]"),
            ("C19", "scatter_dims_to_operand_dims = [1]", "scatter_dims_to_operand_dims = [1, 2]"),
            ("C20", "scatter_dims_to_operand_dims = [1]", "scatter_dims_to_operand_dims = [0]"),
            ("C21", "scatter_dims_to_operand_dims = [1]", "scatter_dims_to_operand_dims = [3]"),
            ("C22", "index_vector_dim = 2", "index_vector_dim = 4"),
            ("C23", "%q: tensor<f32>", "%q: tensor<f64>"),
            ("=C24", "-> tensor<2x4x3xf32>", "-> tensor<2x3x4xf32>"),
            ("=C25", "-> tensor<2x4x3xf32>", "-> tensor<2x4x3xf64>"),
        ],
    ),
    (
        "select",
        "%c: tensor<2xi1>, %e: tensor<3xi1>, %x: tensor<2xf32>, %y: tensor<2xf64>",
        "%0 = \"stablehlo.select\"(%c, %x, %x) : (tensor<2xi1>, tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>",
        &[("C1", "(%c, %x, %x) : (tensor<2xi1>", "(%e, %x, %x) : (tensor<3xi1>"), ("=C2", "-> tensor<2xf32>", "-> tensor<2xf64>")],
    ),
    (
        "select_and_scatter",
        X,
        SELECT_SCATTER,
        &[
            ("C4", "window_dimensions = array<i64: 1, 1>", "window_dimensions = array<i64: 1>"),
            ("C5", "window_dimensions = array<i64: 1, 1>", "window_dimensions = array<i64: 1, 0>"),
            ("C6", "window_strides = array<i64: 1, 1>", "window_strides = array<i64: 1>"),
            ("C7", "window_strides = array<i64: 1, 1>", "window_strides = array<i64: 1, 0>"),
            ("C2", "window_dimensions = array<i64: 1, 1>", "window_dimensions = array<i64: 1, 2>"),
            ("C8", "tensor<2x2xi64>", "tensor<1x2xi64>"),
            ("C9", "\"stablehlo.return\"(%g) : (tensor<i1>)", "\"stablehlo.return\"(%p) : (tensor<f32>)"),
            ("C10", "%n: tensor<f32>", "%n: tensor<f64>"),
            ("=C11", "-> tensor<2x3xf32>", "-> tensor<6xf32>"),
            ("=C12", "-> tensor<2x3xf32>", "-> tensor<2x3xf64>"),
        ],
    ),
    (
        "slice",
        X,
        "%0 = stablehlo.slice %x [0:2, 1:3:2] : (tensor<2x3xf32>) -> tensor<2x1xf32>",
        &[
            ("=C1", "tensor<2x1xf32>", "tensor<2x1xf64>"),
            ("C2", "[0:2, 1:3:2]", "[0:2]"),
            ("C3", "1:3:2", "1:4:2"),
            ("C4", "1:3:2", "1:3:0"),
            ("=C5", "tensor<2x1xf32>", "tensor<2x2xf32>"),
        ],
    ),
    (
        "sort",
        X,
        "%0 = \"stablehlo.sort\"(%x) <{dimension = 1 : i64}> ({\n^bb0(%p: tensor<f32>, %q: tensor<f32>):\n%g = stablehlo.compare LT, %p, %q : (tensor<f32>, tensor<f32>) -> tensor<i1>\n\"stablehlo.return\"(%g) : (tensor<i1>) -> ()\n}) : (tensor<2x3xf32>) -> tensor<2x3xf32>",
        &[
            ("=C2", "-> tensor<2x3xf32>", "-> tensor<2x3xf64>"),
            ("C4", "dimension = 1", "dimension = 2"),
            ("C5", "\"stablehlo.return\"(%g) : (tensor<i1>)", "\"stablehlo.return\"(%p) : (tensor<f32>)"),
        ],
    ),
    (
        "transpose",
        X,
        "%0 = stablehlo.transpose %x, dims = [1, 0] : (tensor<2x3xf32>) -> tensor<3x2xf32>",
        &[("=C1", "tensor<3x2xf32>", "tensor<3x2xf64>"), ("C2", "[1, 0]", "[1, 1]"), ("=C3", "tensor<3x2xf32>", "tensor<2x3xf32>")],
    ),
    (
        "triangular_solve",
        "%a: tensor<3x3xf32>, %b: tensor<3x2xf32>, %c: tensor<3xf32>, %d: tensor<2x3xf32>, %e: tensor<3x2xf64>",
        "%0 = \"stablehlo.triangular_solve\"(%a, %b) <{left_side = true, lower = true, transpose_a = #stablehlo<transpose NO_TRANSPOSE>, unit_diagonal = false}> : (tensor<3x3xf32>, tensor<3x2xf32>) -> tensor<3x2xf32>",
        &[("C3", "left_side = true", "left_side = false"), ("=C4", "-> tensor<3x2xf32>", "-> tensor<2x3xf32>")],
    ),
    (
        "while",
        X,
        "%0 = \"stablehlo.while\"(%i) ({\n^bb0(%p: tensor<i32>):\n%g = stablehlo.compare LT, %p, %i : (tensor<i32>, tensor<i32>) -> tensor<i1>\n\"stablehlo.return\"(%g) : (tensor<i1>) -> ()\n}, {\n^bb0(%q: tensor<i32>):\n\"stablehlo.return\"(%q) : (tensor<i32>) -> ()\n}) : (tensor<i32>) -> tensor<i32>",
        &[
            ("C1", "\"stablehlo.return\"(%g) : (tensor<i1>)", "\"stablehlo.return\"(%p) : (tensor<i32>)"),
            ("C2", "\"stablehlo.return\"(%q) : (tensor<i32>)", "\"stablehlo.return\"(%v) : (tensor<f32>)"),
            ("=C3", "-> tensor<i32>", "-> tensor<f32>"),
        ],
    ),
    (
        "batch_norm_inference",
        NORM,
        "%0 = \"stablehlo.batch_norm_inference\"(%x, %s, %s, %s, %s) <{epsilon = 0.1 : f32, feature_index = 1 : i64}> : (tensor<2x3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>) -> tensor<2x3xf32>",
        &[
            ("C1", "feature_index = 1", "feature_index = 2"),
            ("C2", "(%x, %s|(tensor<2x3xf32>, tensor<3xf32>", "(%x, %d|(tensor<2x3xf32>, tensor<3xf64>"),
            ("C3", "(%x, %s|(tensor<2x3xf32>, tensor<3xf32>", "(%x, %t|(tensor<2x3xf32>, tensor<2xf32>"),
            (
                "C4",
                "(%x, %s, %s|(tensor<2x3xf32>, tensor<3xf32>, tensor<3xf32>",
                "(%x, %s, %t|(tensor<2x3xf32>, tensor<3xf32>, tensor<2xf32>",
            ),
            ("C5", "%s, %s) <{|tensor<3xf32>, tensor<3xf32>) ->", "%t, %s) <{|tensor<2xf32>, tensor<3xf32>) ->"),
            ("C6", "%s) <{|tensor<3xf32>) ->", "%t) <{|tensor<2xf32>) ->"),
            ("=C7", "-> tensor<2x3xf32>", "-> tensor<3x2xf32>"),
        ],
    ),
    (
        "batch_norm_grad",
        NORM,
        "%0:3 = \"stablehlo.batch_norm_grad\"(%x, %s, %s, %s, %x) <{epsilon = 0.1 : f32, feature_index = 1 : i64}> : (tensor<2x3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<2x3xf32>) -> (tensor<2x3xf32>, tensor<3xf32>, tensor<3xf32>)",
        &[
            ("C1", "feature_index = 1", "feature_index = 2"),
            ("C2", "(%x, %s|(tensor<2x3xf32>, tensor<3xf32>", "(%x, %d|(tensor<2x3xf32>, tensor<3xf64>"),
            ("C3", "%x) <{|tensor<2x3xf32>) ->", "%y) <{|tensor<3x2xf32>) ->"),
            ("C5", "(%x, %s|(tensor<2x3xf32>, tensor<3xf32>", "(%x, %t|(tensor<2x3xf32>, tensor<2xf32>"),
        ],
    ),
    (
        "concatenate",
        X,
        "%0 = stablehlo.concatenate %b, %b, dim = 0 : (tensor<2xf32>, tensor<2xf32>) -> tensor<4xf32>",
        &[("C1", "%b, %b|(tensor<2xf32>, tensor<2xf32>", "%b, %d|(tensor<2xf32>, tensor<2xf64>")],
    ),
    (
        "convolution",
        "%a: tensor<2x5x5x4xf32>, %k: tensor<3x3x4x6xf32>, %f: tensor<3x3x4x6xf64>",
        CONV,
        &[
            ("C27", "%k) <{|tensor<3x3x4x6xf32>", "%f) <{|tensor<3x3x4x6xf64>"),
            ("C23", "batch_group_count = 1|feature_group_count = 1", "batch_group_count = 2|feature_group_count = 2"),
        ],
    ),
    (
        "dot_general",
        "%l: tensor<2x4x3xf32>, %r: tensor<2x3x5xf32>, %e: tensor<2x3x5xf64>",
        DOT,
        &[("C13", "%r|tensor<2x3x5xf32>", "%e|tensor<2x3x5xf64>")],
    ),
    (
        "dynamic_update_slice",
        X,
        "%0 = stablehlo.dynamic_update_slice %b, %b, %i : (tensor<2xf32>, tensor<2xf32>, tensor<i32>) -> tensor<2xf32>",
        &[("C2", "%b, %b|(tensor<2xf32>, tensor<2xf32>", "%b, %d|(tensor<2xf32>, tensor<2xf64>")],
    ),
    (
        "dynamic_update_slice",
        "%b: tensor<2xf32>, %l: tensor<3xf32>, %i: tensor<i32>",
        "%0 = stablehlo.dynamic_update_slice %b, %b, %i : (tensor<2xf32>, tensor<2xf32>, tensor<i32>) -> tensor<2xf32>",
        &[("C6", "%b, %b|(tensor<2xf32>, tensor<2xf32>", "%b, %l|(tensor<2xf32>, tensor<3xf32>")],
    ),
    (
        "triangular_solve",
        "%a: tensor<3x3xf32>, %b: tensor<3x2xf32>, %e: tensor<3x2xf64>",
        "%0 = \"stablehlo.triangular_solve\"(%a, %b) <{left_side = true, lower = true, transpose_a = #stablehlo<transpose NO_TRANSPOSE>, unit_diagonal = false}> : (tensor<3x3xf32>, tensor<3x2xf32>) -> tensor<3x2xf32>",
        &[("C1", "%b) <{|tensor<3x2xf32>)", "%e) <{|tensor<3x2xf64>)")],
    ),
    (
        "get_tuple_element",
        "%t: tuple<tensor<2xf32>, tensor<3xi32>>",
        "%0 = stablehlo.get_tuple_element %t[1] : (tuple<tensor<2xf32>, tensor<3xi32>>) -> tensor<3xi32>",
        &[("C1", "%t[1]", "%t[2]"), ("=C2", "-> tensor<3xi32>", "-> tensor<2xf32>")],
    ),
    ("tuple", X, "%0 = stablehlo.tuple %x, %v : tuple<tensor<2x3xf32>, tensor<f32>>", &[("=C1", "tensor<f32>>", "tensor<f64>>")]),
];
