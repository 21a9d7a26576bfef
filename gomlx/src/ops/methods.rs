// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The methods of tensors and the free functions on them, made from their declarations in `gomlx_ir::compose`.

use gomlx_ir::compose::{Arg, Conv, IntoAxes, Methods, Padding};
use gomlx_ir::{Element, HostTensor};

use super::Operand;
use crate::emit::call;
use crate::{Tensor, trace};

/// The type of the parts of a complex type; the type itself if it is not complex.
type RealOf<T> = <T as Element>::Real;

/// The complex type with parts of a type.
type ComplexOf<T> = <T as Element>::Complex;

/// The type of a parameter, by its kind.
macro_rules! kind {
    (Tensor) => { &Tensor<T> };
    (Mask) => { &Tensor<bool> };
    (Indices) => { &Tensor<impl Element> };
    (RealTensor) => { &Tensor<RealOf<T>> };
    (Tensors) => { &[&Tensor<T>] };
    (Operand) => { impl Operand<T> };
    (Scalar) => { T };
    (Axis) => { i32 };
    (Integer) => { i32 };
    (Real) => { f64 };
    (Reals) => { impl AsRef<[f64]> };
    (Flag) => { bool };
    (Text) => { &str };
    (Axes) => { impl IntoAxes };
    (Position) => { usize };
    (Positions) => { impl AsRef<[usize]> };
    (Size) => { usize };
    (Dims) => { impl AsRef<[usize]> };
    (Pairs) => { impl AsRef<[(i64, i64)]> };
    (Padding) => { &Padding };
    (Conv) => { &Conv };
    ($Choice:ident) => { gomlx_ir::compose::$Choice };
}

/// An argument as data, by its kind.
macro_rules! arg {
    (Tensor $x:ident) => {
        Arg::Tensor(&$x.any)
    };
    (Mask $x:ident) => {
        Arg::Tensor(&$x.any)
    };
    (Indices $x:ident) => {
        Arg::Tensor(&$x.any)
    };
    (RealTensor $x:ident) => {
        Arg::Tensor(&$x.any)
    };
    (Tensors $x:ident) => {
        Arg::List($x.iter().map(|tensor| Arg::Tensor(&tensor.any)).collect())
    };
    (Operand $x:ident) => {
        Arg::Tensor(&$x.operand())
    };
    (Scalar $x:ident) => {
        Arg::Tensor(&trace::constant(HostTensor::scalar($x)))
    };
    (Axes $x:ident) => {
        Arg::wholes($x.axes())
    };
    (Reals $x:ident) => {
        Arg::reals($x.as_ref())
    };
    (Positions $x:ident) => {
        Arg::wholes($x.as_ref())
    };
    (Dims $x:ident) => {
        Arg::wholes($x.as_ref())
    };
    (Pairs $x:ident) => {
        Arg::pairs($x.as_ref())
    };
    (Padding $x:ident) => {
        Arg::Padding($x.clone())
    };
    (Conv $x:ident) => {
        Arg::Conv($x.clone())
    };
    (Axis $x:ident) => {
        Arg::whole($x)
    };
    (Integer $x:ident) => {
        Arg::whole($x)
    };
    (Position $x:ident) => {
        Arg::whole($x)
    };
    (Size $x:ident) => {
        Arg::whole($x)
    };
    ($Kind:ident $x:ident) => {
        Arg::from($x)
    };
}

/// Methods of every tensor.
macro_rules! methods {
    ($(
        $(#[$($attr:tt)*])*
        fn $name:ident $(<$U:ident>)? ($($arg:ident: $Kind:ident),*) -> $Out:ty;
    )*) => {
        impl<T: Element> Tensor<T> { $(
            $(#[$($attr)*])*
            #[track_caller]
            pub fn $name $(<$U: Element>)? (&self $(, $arg: kind!($Kind))*) -> $Out {
                call(Methods::$name, &[Arg::Tensor(&self.any) $(, Arg::Element($U::DTYPE))? $(, arg!($Kind $arg))*])
            }
        )* }
    };
}

/// Methods of masks.
macro_rules! mask_methods {
    ($( $(#[$($attr:tt)*])* fn $name:ident ($($arg:ident: $Kind:ident),*) -> $Out:ty; )*) => {
        impl Tensor<bool> { $(
            $(#[$($attr)*])*
            #[track_caller]
            pub fn $name(&self $(, $arg: kind!($Kind))*) -> $Out {
                call(Methods::$name, &[Arg::Tensor(&self.any) $(, arg!($Kind $arg))*])
            }
        )* }
    };
}

/// Associated functions of every tensor.
macro_rules! associated {
    ($( $(#[$($attr:tt)*])* fn $name:ident <$U:ident> ($($arg:ident: $Kind:ident),*) -> $Out:ty; )*) => {
        impl<T: Element> Tensor<T> { $(
            $(#[$($attr)*])*
            #[track_caller]
            pub fn $name($($arg: kind!($Kind)),*) -> $Out {
                call(Methods::$name, &[Arg::Element(T::DTYPE) $(, arg!($Kind $arg))*])
            }
        )* }
    };
}

/// Free functions.
macro_rules! functions {
    ($( $(#[$($attr:tt)*])* fn $name:ident $(<$T:ident>)? ($($arg:ident: $Kind:ident),*) -> $Out:ty; )*) => { $(
        $(#[$($attr)*])*
        #[track_caller]
        pub fn $name<T: Element>($($arg: kind!($Kind)),*) -> $Out {
            call(Methods::$name, &[$(Arg::Element($T::DTYPE),)? $(arg!($Kind $arg)),*])
        }
    )* };
}

gomlx_ir::activation!(methods);
gomlx_ir::along!(methods);
gomlx_ir::compare!(methods);
gomlx_ir::complex_parts!(methods);
gomlx_ir::contract!(methods);
gomlx_ir::conv!(methods);
gomlx_ir::cumulative!(methods);
gomlx_ir::difference!(methods);
gomlx_ir::diagonal!(methods);
gomlx_ir::elementwise!(methods);
gomlx_ir::interpolate!(methods);
gomlx_ir::inverse_error!(methods);
gomlx_ir::logic!(methods);
gomlx_ir::math!(methods);
gomlx_ir::like!(methods);
gomlx_ir::movement!(methods);
gomlx_ir::normalize!(methods);
gomlx_ir::nonzero!(methods);
gomlx_ir::histogram!(methods);
gomlx_ir::layout!(methods);
gomlx_ir::masked!(methods);
gomlx_ir::order!(methods);
gomlx_ir::padding!(methods);
gomlx_ir::patches!(methods);
gomlx_ir::places!(methods);
gomlx_ir::pool!(methods);
gomlx_ir::products!(methods);
gomlx_ir::quantile!(methods);
gomlx_ir::quantiles!(methods);
gomlx_ir::reduce!(methods);
gomlx_ir::rounding!(methods);
gomlx_ir::softmax!(methods);
gomlx_ir::split!(methods);
gomlx_ir::statistics!(methods);
gomlx_ir::take!(methods);
gomlx_ir::unique!(methods);
gomlx_ir::without_nan!(methods);
gomlx_ir::structured!(methods);
gomlx_ir::triangle!(methods);

gomlx_ir::mask!(mask_methods);
gomlx_ir::creation!(associated);
gomlx_ir::frequencies!(associated);
gomlx_ir::named!(associated);
gomlx_ir::positions!(associated);
gomlx_ir::triangles!(associated);
gomlx_ir::choice!(functions);
gomlx_ir::complex_numbers!(functions);
gomlx_ir::einsum!(functions);
gomlx_ir::grids!(functions);
gomlx_ir::choices!(functions);
gomlx_ir::join!(functions);
gomlx_ir::order_of_keys!(functions);
gomlx_ir::pieces!(functions);

/// Fourier transforms.
pub(crate) mod fft {
    use super::*;

    gomlx_ir::transforms!(functions);
}

/// Images.
pub(crate) mod image {
    use super::*;

    gomlx_ir::resize!(functions);
    gomlx_ir::sample!(functions);
}

/// Linear algebra.
pub(crate) mod linalg {
    use super::*;

    gomlx_ir::chains!(functions);
    gomlx_ir::determinant!(functions);
    gomlx_ir::eigen!(functions);
    gomlx_ir::equations!(functions);
    gomlx_ir::factors!(functions);
    gomlx_ir::norms!(functions);
    gomlx_ir::reductions_of_matrices!(functions);
    gomlx_ir::schur_forms!(functions);
    gomlx_ir::solutions!(functions);
}

/// Losses.
pub(crate) mod loss {
    use super::*;

    gomlx_ir::loss!(functions);
}

/// Polynomials.
pub(crate) mod poly {
    use super::*;

    gomlx_ir::poly!(functions);
    gomlx_ir::roots!(functions);
}

/// Segments of rows.
pub(crate) mod segment {
    use super::*;

    gomlx_ir::segment!(functions);
}

/// Signals.
pub(crate) mod signal {
    use super::*;

    gomlx_ir::convolve!(functions);
    gomlx_ir::spectrum!(functions);
    gomlx_ir::trend!(functions);
    gomlx_ir::window!(functions);
}

/// Special functions.
pub(crate) mod special {
    use super::*;

    gomlx_ir::bessel!(functions);
    gomlx_ir::combinatorics!(functions);
    gomlx_ir::entropy!(functions);
    gomlx_ir::error!(functions);
    gomlx_ir::gamma_functions!(functions);
    gomlx_ir::harmonics!(functions);
    gomlx_ir::hypergeometric!(functions);
    gomlx_ir::incomplete!(functions);
    gomlx_ir::integrals!(functions);
    gomlx_ir::logarithm!(functions);
    gomlx_ir::owen!(functions);
}
