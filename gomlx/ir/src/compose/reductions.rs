// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The three forms of a reduction, from one body: over everything, over axes that go away, over axes that stay with
//! size 1.

/// Declares reductions, each by what it is, the names of its three forms, further parameters, and the reduction of
/// positions of axes, which go away. Attributes are those of the first form.
macro_rules! reductions {
    ($group:ident: $(
        $what:literal $rules:literal
        $(#[$($attr:tt)*])*
        $all:ident $axis:ident $keep:ident ($($arg:ident: $Kind:ident),*) -> $Out:ty, |$x:ident, $axes:ident| $body:expr;
    )*) => {
        $crate::compose::declare::methods! { $group: $(
            #[doc = concat!($what, " of all elements: a scalar. ", $rules)]
            $(#[$($attr)*])*
            fn $all(self $(, $arg: $Kind)*) -> $Out {
                let ($x, $axes) = (self, &*self.every_axis()?);
                $body
            }

            #[doc = concat!($what, " over axes, which go away. Negative axes count from the end. ", $rules)]
            fn $axis(self, axes: Axes $(, $arg: $Kind)*) -> $Out {
                let ($x, $axes) = (self, &*self.axes(axes.axes())?);
                $body
            }

            #[doc = concat!($what, " over axes, which stay with size 1. Negative axes count from the end. ", $rules)]
            fn $keep(self, axes: Axes $(, $arg: $Kind)*) -> $Out {
                let ($x, $axes) = (self, &*self.axes(axes.axes())?);
                let reduced = $body;
                self.keep_axes(reduced, $axes)?
            }
        )* }
    };
}

pub(super) use reductions;
