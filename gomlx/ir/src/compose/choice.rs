// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Options of functions: enums whose variants stand for themselves in calls.

use super::arg::Args;
use super::{Arg, Composed};

/// An enum of options of functions. The name of a variant stands for it in an [`Arg`].
pub trait Choice: Copy {
    /// The name of the variant.
    fn name(self) -> &'static str;

    /// The variant of a name.
    fn from_name(name: &str) -> Option<Self>;
}

/// Declares enums of options.
macro_rules! choices {
    ($(
        $(#[$($attr:tt)*])*
        $Type:ident { $( $(#[$($about:tt)*])* $Variant:ident, )* }
    )*) => {
        $(
            $(#[$($attr)*])*
            #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
            pub enum $Type {
                $( $(#[$($about)*])* $Variant, )*
            }

            impl Choice for $Type {
                fn name(self) -> &'static str {
                    match self {
                        $($Type::$Variant => stringify!($Variant),)*
                    }
                }

                fn from_name(name: &str) -> Option<$Type> {
                    [$($Type::$Variant),*].into_iter().find(|choice| choice.name() == name)
                }
            }

            impl<T> From<$Type> for Arg<T> {
                fn from(choice: $Type) -> Arg<T> {
                    Arg::Choice(choice.name())
                }
            }
        )*

        /// The name of a variant of an enum of options, by the names of the enum and the variant.
        pub fn choice_named(ty: &str, name: &str) -> Option<&'static str> {
            match ty {
                $(stringify!($Type) => $Type::from_name(name).map(Choice::name),)*
                _ => None,
            }
        }

        #[allow(non_snake_case, reason = "each method is named for a kind")]
        #[allow(dead_code, reason = "an enum stands ready before a declaration takes it")]
        impl<'c, 'a> Args<'c, 'a> {
            $(
                pub(super) fn $Type(&mut self) -> Composed<$Type> {
                    self.choice()
                }
            )*
        }
    };
}

choices! {
    /// How a Fourier transform is scaled: by which factor the forward and the inverse transform multiply.
    FftNorm {
        /// Forward 1, inverse 1 / n.
        Backward,
        /// Both 1 / sqrt(n).
        Ortho,
        /// Forward 1 / n, inverse 1.
        Forward,
    }
    /// What a position outside of an axis means.
    IndexMode {
        /// The nearest position of the axis.
        Clip,
        /// The position modulo the size of the axis.
        Wrap,
        /// No position: a read gives NaN (the least value of integers), a write is left out.
        Fill,
    }
    /// Which part of a convolution of two sequences is given.
    ConvolveMode {
        /// Each position where they overlap.
        Full,
        /// The middle, as long as the first.
        Same,
        /// The positions where one lies within the other.
        Valid,
    }
    /// Along which axes the vectors of a grid go.
    Indexing {
        /// The first along axis 1, the second along axis 0: x to the right, y down.
        Xy,
        /// In the order of the axes.
        Ij,
    }
    /// What a quantile between two elements is.
    Interpolation {
        /// Between them, by the distance.
        Linear,
        /// The lower.
        Lower,
        /// The higher.
        Higher,
        /// Their mean.
        Midpoint,
        /// The nearer; of equally near ones the one at the even position.
        Nearest,
    }
    /// Which rank equal elements have.
    RankMethod {
        /// The mean of the ranks that they would have in some order.
        Average,
        /// The least of these ranks.
        Min,
        /// The greatest of these ranks.
        Max,
        /// One more than the elements before: no rank is left out.
        Dense,
        /// Each its own, in their order.
        Ordinal,
    }
    /// How the elements that are written at one position become one, together with the element there.
    ScatterReduce {
        /// Their sum.
        Sum,
        /// Their product.
        Prod,
        /// The greatest.
        Max,
        /// The least.
        Min,
    }
    /// What a tensor is padded with.
    PadMode {
        /// The element at the edge.
        Edge,
        /// The elements mirrored at the edge, without it.
        Reflect,
        /// The elements mirrored at the edge, with it.
        Symmetric,
        /// The elements of the other side.
        Wrap,
        /// The greatest element of the axis.
        Maximum,
        /// The mean of the axis.
        Mean,
        /// The median of the axis.
        Median,
        /// The least element of the axis.
        Minimum,
    }
    /// How an image between pixels is computed.
    ResizeMethod {
        /// The nearest pixel.
        Nearest,
        /// By a triangle as wide as two pixels: linear, bilinear, trilinear.
        Linear,
        /// By Keys's cubic with a = -0.5, as wide as four pixels.
        Cubic,
        /// By Lanczos's window of radius 3.
        Lanczos3,
        /// By Lanczos's window of radius 5.
        Lanczos5,
    }
    /// What an image is outside of its pixels.
    Boundary {
        /// A constant.
        Constant,
        /// The nearest pixel: `a a | a b c | c c`.
        Nearest,
        /// Repeated: `b c | a b c | a b`.
        Wrap,
        /// Mirrored at the centres of the outer pixels: `c b | a b c | b a`.
        Mirror,
        /// Mirrored at the edges of the outer pixels: `b a | a b c | c b`.
        Reflect,
    }
    /// What a grid of samples is outside of an image.
    GridPadding {
        /// Zero.
        Zeros,
        /// The nearest pixel.
        Border,
        /// Mirrored: at the centres of the outer pixels if corners are aligned, else at their edges.
        Reflection,
    }
    /// How a grid samples an image.
    GridMode {
        /// The nearest pixel; of equally near ones that at the even position.
        Nearest,
        /// Between the two pixels of each axis: bilinear, trilinear.
        Linear,
        /// Between four pixels of each axis, by Keys's cubic with a = -0.75.
        Cubic,
    }
    /// What is taken away from a signal.
    Trend {
        /// The line of least squares.
        Linear,
        /// The mean.
        Constant,
    }
}
