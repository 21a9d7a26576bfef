// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The declaration of a composed function, and what is made of it.
//!
//! A declaration reads as a method of a tensor: attributes and docs with an example, a name, parameters by their kind,
//! the type of the result for Rust's type checker, and a body on [`Var`]s. Of each, [`methods`] makes
//! - a method of [`Var`], for the bodies of other declarations;
//! - a [`Method`], the same call on arguments that are data, which the macros find by its name;
//! - its part of an exported macro, named after the group, that hands signatures and docs to a callback. `gomlx` makes
//!   the methods of its tensors with it.
//!
//! | kind | in Rust | here |
//! |---|---|---|
//! | `Tensor` | `&Tensor<T>` | `Var` |
//! | `Operand` | `impl Operand<T>`: a tensor or a number | `impl Into<Operand>` |
//! | `Scalar` | `T` | `impl Into<Operand>` |
//! | `Mask` | `&Tensor<bool>` | `Var` |
//! | `Indices` | `&Tensor<impl Element>` | `Var` |
//! | `RealTensor` | `&Tensor<RealOf<T>>` | `Var` |
//! | `Tensors` | `&[&Tensor<T>]` | `impl AsRef<[Var]>` |
//! | `Axis`, `Integer` | `i32` | `i32` |
//! | `Real` | `f64` | `f64` |
//! | `Reals` | `impl AsRef<[f64]>` | `impl AsRef<[f64]>` |
//! | `Flag` | `bool` | `bool` |
//! | `Text` | `&str` | `&str` |
//! | `Axes` | `impl IntoAxes` | `impl IntoAxes` |
//! | `Position` | `usize` | `usize` |
//! | `Positions` | `impl AsRef<[usize]>` | `impl AsRef<[usize]>` |
//! | `Size` | `usize` | `impl Into<Dim>` |
//! | `Dims` | `impl AsRef<[usize]>` | `impl AsRef<[Dim]>` |
//! | `Pairs` | `impl AsRef<[(i64, i64)]>` | `impl AsRef<[(i64, i64)]>` |
//! | `Padding`, `Conv` | `&Padding`, `&Conv` | `&Padding`, `&Conv` |
//!
//! A generic parameter, `fn cast<U>(self)`, is an element type, and a [`DType`](crate::DType) in the body. A function
//! of several results gives a tuple of tensors, or a `Vec` of tensors where the call decides how many.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use smallvec::{SmallVec, smallvec};

use super::arg::Args;
use super::{Arg, Composed, Composer, Stop, Values, Var, compose};
use crate::{Function, Location, RegionId};

/// How a composed function is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Form {
    /// `x.name(..)`.
    Method,
    /// `Tensor::<T>::name(..)`.
    Associated,
    /// `name(..)`.
    Free,
    /// `nn::name(..)`.
    Nn,
    /// `linalg::name(..)`.
    Linalg,
    /// `fft::name(..)`.
    Fft,
    /// `special::name(..)`.
    Special,
    /// `signal::name(..)`.
    Signal,
    /// `image::name(..)`.
    Image,
    /// `segment::name(..)`.
    Segment,
    /// `poly::name(..)`.
    Poly,
}

impl Form {
    /// How the functions of a module of `gomlx` are called.
    pub fn of_module(module: &str) -> Option<Form> {
        let form = match module {
            "gomlx" => Form::Free,
            "nn" => Form::Nn,
            "linalg" => Form::Linalg,
            "fft" => Form::Fft,
            "special" => Form::Special,
            "signal" => Form::Signal,
            "image" => Form::Image,
            "segment" => Form::Segment,
            "poly" => Form::Poly,
            _ => return None,
        };
        Some(form)
    }
}

/// A composed function that is called with arguments that are data.
pub struct Method {
    /// Its name.
    pub name: &'static str,
    /// How it is called.
    pub form: Form,
    /// Whether it gives a list of tensors, whose length the call decides.
    pub gives_list: bool,
    /// Its documentation, for the book's page of names.
    #[cfg(feature = "testing")]
    pub documentation: Documentation,
    pub(super) call: for<'c> fn(Args<'c, '_>) -> Composed<SmallVec<[Var<'c>; 2]>>,
}

/// The parts of a declaration that its documentation shows.
#[cfg(feature = "testing")]
pub struct Documentation {
    /// The names of the parameters after the receiver.
    pub params: &'static [&'static str],
    /// The attributes in order.
    pub attributes: &'static [Attribute],
}

/// An attribute of a declaration.
#[cfg(feature = "testing")]
pub enum Attribute {
    /// A line of documentation.
    Doc(&'static str),
    /// Another usual name.
    Alias(&'static str),
    /// Any other.
    Other,
}

impl Method {
    /// Every composed function.
    pub fn all() -> impl Iterator<Item = &'static Method> {
        super::GROUPS.iter().copied().flatten().copied()
    }

    /// The function of a name, if there is one.
    pub fn find(form: Form, name: &str) -> Option<&'static Method> {
        /// By name and form. A macro looks up many names, in a debug build.
        static INDEX: LazyLock<FxHashMap<(&'static str, Form), &'static Method>> =
            LazyLock::new(|| Method::all().map(|method| ((method.name, method.form), method)).collect());
        INDEX.get(&(name, form)).copied()
    }

    /// Composes the function at the end of a region. The first argument of a method is the tensor, the first of an
    /// associated function the element type.
    ///
    /// # Errors
    /// If the composition stops.
    pub fn compose(&self, function: &mut Function, region: RegionId, location: Option<&Location>, args: &[Arg]) -> Result<Values, Stop> {
        compose(self.name, function, region, location, &|c| (self.call)(Args::new(c, args)))
    }
}

/// The composed functions, a constant each.
pub struct Methods;

/// The tensors that a composed function gives.
pub trait IntoVars<'c>: Sized {
    /// The tensors in order.
    fn into_vars(self) -> SmallVec<[Var<'c>; 2]>;

    /// What a composition gives that has stopped.
    fn stopped(composer: &'c Composer<'c>) -> Self;
}

impl<'c> IntoVars<'c> for Var<'c> {
    fn into_vars(self) -> SmallVec<[Var<'c>; 2]> {
        smallvec![self]
    }

    fn stopped(composer: &'c Composer<'c>) -> Var<'c> {
        Var::new(composer, None)
    }
}

impl<'c> IntoVars<'c> for Vec<Var<'c>> {
    fn into_vars(self) -> SmallVec<[Var<'c>; 2]> {
        self.into()
    }

    /// A call that stops has no results, so that a body must not count on their number.
    fn stopped(_: &'c Composer<'c>) -> Vec<Var<'c>> {
        vec![]
    }
}

macro_rules! tuples {
    ($(($($Var:ident $var:ident),*))*) => { $(
        impl<'c> IntoVars<'c> for ($($Var<'c>,)*) {
            fn into_vars(self) -> SmallVec<[Var<'c>; 2]> {
                let ($($var,)*) = self;
                SmallVec::from_iter([$($var),*])
            }

            fn stopped(composer: &'c Composer<'c>) -> Self {
                ($($Var::new(composer, None),)*)
            }
        }
    )* };
}

tuples! { (Var a, Var b) (Var a, Var b, Var c) (Var a, Var b, Var c, Var d) }

/// The types that declarations write for results. No value has them: they say how many tensors a body gives.
pub(in crate::compose) mod results {
    use std::marker::PhantomData;

    use super::{IntoVars, Var};

    /// A tensor.
    pub struct Tensor<T>(PhantomData<T>);
    /// The element type of the first tensor.
    pub struct T {
        _no_value: (),
    }
    /// The element type that a type parameter names.
    pub struct U {
        _no_value: (),
    }

    /// The type of the parts of a complex type; the type itself if it is not complex.
    pub struct RealOf<A>(PhantomData<A>);
    /// The complex type with parts of a type.
    pub struct ComplexOf<A>(PhantomData<A>);

    /// A type of results.
    pub trait Results {
        /// The tensors of a composition.
        type Vars<'c>: IntoVars<'c>;
        /// Whether it is a list.
        const LIST: bool = false;
    }

    impl<A> Results for Tensor<A> {
        type Vars<'c> = Var<'c>;
    }

    impl<A> Results for Vec<Tensor<A>> {
        type Vars<'c> = Vec<Var<'c>>;
        const LIST: bool = true;
    }

    impl<A, B> Results for (Tensor<A>, Tensor<B>) {
        type Vars<'c> = (Var<'c>, Var<'c>);
    }

    impl<A, B, C> Results for (Tensor<A>, Tensor<B>, Tensor<C>) {
        type Vars<'c> = (Var<'c>, Var<'c>, Var<'c>);
    }

    impl<A, B, C, D> Results for (Tensor<A>, Tensor<B>, Tensor<C>, Tensor<D>) {
        type Vars<'c> = (Var<'c>, Var<'c>, Var<'c>, Var<'c>);
    }
}

/// The type of a parameter in Rust, by its kind.
macro_rules! kind {
    (Tensor) => { $crate::compose::Var<'c> };
    (Mask) => { $crate::compose::Var<'c> };
    (Indices) => { $crate::compose::Var<'c> };
    (RealTensor) => { $crate::compose::Var<'c> };
    (Tensors) => { impl AsRef<[$crate::compose::Var<'c>]> };
    (Operand) => { impl Into<$crate::compose::Operand> };
    (Scalar) => { impl Into<$crate::compose::Operand> };
    (Axis) => { i32 };
    (Integer) => { i32 };
    (Real) => { f64 };
    (Reals) => { impl AsRef<[f64]> };
    (Flag) => { bool };
    (Text) => { &str };
    (Axes) => { impl $crate::compose::IntoAxes };
    (Position) => { usize };
    (Positions) => { impl AsRef<[usize]> };
    (Size) => { impl Into<$crate::Dim> };
    (Dims) => { impl AsRef<[$crate::Dim]> };
    (Pairs) => { impl AsRef<[(i64, i64)]> };
    (Padding) => { &$crate::compose::Padding };
    (Conv) => { &$crate::compose::Conv };
    // Any other kind is a choice of the caller, an enum.
    ($Choice:ident) => { $crate::compose::$Choice };
}

/// Declares methods of tensors, or with `functions` associated or free functions. The group's name is that of the
/// exported macro.
macro_rules! methods {
    ($group:ident: $($declarations:tt)*) => {
        $crate::compose::declare::declare! { ($) $group Method $($declarations)* }
    };
}

/// As [`methods`], for functions whose bodies make tensors of nothing but their arguments.
macro_rules! functions {
    ($group:ident, $Form:ident: $($declarations:tt)*) => {
        $crate::compose::declare::declare! { ($) $group $Form $($declarations)* }
    };
}

macro_rules! declare {
    (($d:tt) $group:ident $Form:ident $(
        $(#[$($attr:tt)*])*
        fn $name:ident $(<$U:ident>)? ($self:ident $(, $arg:ident: $Kind:ident)* $(,)?) -> $Out:ty $body:block
    )*) => {
        $crate::compose::declare::bodies! { $Form $(
            fn $name $(<$U>)? ($self $(, $arg: $Kind)*) -> $Out; $body
        )* }

        const _: () = {
            #[allow(unused_imports, reason = "not every group has results of all of these types")]
            use $crate::compose::declare::results::{ComplexOf, RealOf, Results, T, Tensor, U};

            #[allow(non_upper_case_globals, reason = "a constant has the name of its function")]
            impl $crate::compose::Methods {
                $(
                    #[doc = concat!("`", stringify!($name), "`.")]
                    pub const $name: &'static $crate::compose::Method = &$crate::compose::Method {
                        name: stringify!($name),
                        form: $crate::compose::Form::$Form,
                        gives_list: <$Out as Results>::LIST,
                        #[cfg(feature = "testing")]
                        documentation: $crate::compose::Documentation {
                            params: &[$(stringify!($arg)),*],
                            attributes: &[$($crate::compose::declare::attribute!($($attr)*)),*],
                        },
                        call: |mut args| {
                            let receiver = $crate::compose::declare::receiver!($Form, args);
                            let vars = receiver.$name(
                                $(args.element(stringify!($U))?,)?
                                $(args.$Kind()?),*
                            );
                            args.end()?;
                            Ok($crate::compose::declare::IntoVars::into_vars(vars))
                        },
                    };
                )*
            }
        };

        #[allow(clippy::module_inception, reason = "a file has the name of its group")]
        pub(in crate::compose) mod $group {
            pub(in crate::compose) const METHODS: &[&$crate::compose::Method] = &[$($crate::compose::Methods::$name,)*];
        }

        #[doc(hidden)]
        #[macro_export]
        macro_rules! $group {
            ($d callback:ident) => {
                $d callback! { $(
                    $(#[$($attr)*])*
                    fn $name $(<$U>)? ($($arg: $Kind),*) -> $Out;
                )* }
            };
        }
    };
}

#[cfg(feature = "testing")]
macro_rules! attribute {
    (doc = $text:expr) => {
        $crate::compose::Attribute::Doc($text)
    };
    (doc(alias = $name:literal)) => {
        $crate::compose::Attribute::Alias($name)
    };
    ($($other:tt)*) => {
        $crate::compose::Attribute::Other
    };
}

macro_rules! receiver {
    (Method, $args:ident) => {
        $args.Tensor()?
    };
    ($Form:ident, $args:ident) => {
        $args.composer()
    };
}

/// The methods that bodies call each other by.
macro_rules! bodies {
    (Method $(fn $name:ident $(<$U:ident>)? ($self:ident $(, $arg:ident: $Kind:ident)*) -> $Out:ty; $body:block)*) => {
        #[allow(non_snake_case, reason = "an element type has the name of the type parameter")]
        #[allow(clippy::redundant_closure_call, reason = "the body may end early with `?`")]
        const _: () = {
            #[allow(unused_imports, reason = "not every group has results of all of these types")]
            use $crate::compose::declare::results::{ComplexOf, RealOf, Results, T, Tensor, U};

            impl<'c> $crate::compose::Var<'c> {
                $(
                    #[doc = concat!("`", stringify!($name), "`.")]
                    pub fn $name(
                        $self $(, $U: $crate::DType)? $(, $arg: $crate::compose::declare::kind!($Kind))*
                    ) -> <$Out as Results>::Vars<'c> {
                        $self.composer().flat((|| -> $crate::compose::Composed<<$Out as Results>::Vars<'c>> { Ok($body) })())
                    }
                )*
            }
        };
    };
    ($Form:ident $(fn $name:ident $(<$U:ident>)? ($self:ident $(, $arg:ident: $Kind:ident)*) -> $Out:ty; $body:block)*) => {
        #[allow(non_snake_case, reason = "an element type has the name of the type parameter")]
        #[allow(clippy::redundant_closure_call, reason = "the body may end early with `?`")]
        #[allow(clippy::too_many_arguments, reason = "the composer comes before the arguments")]
        const _: () = {
            #[allow(unused_imports, reason = "not every group has results of all of these types")]
            use $crate::compose::declare::results::{ComplexOf, RealOf, Results, T, Tensor, U};

            impl<'c> $crate::compose::Composer<'c> {
                $(
                    #[doc = concat!("`", stringify!($name), "`.")]
                    pub fn $name(
                        &'c $self $(, $U: $crate::DType)? $(, $arg: $crate::compose::declare::kind!($Kind))*
                    ) -> <$Out as Results>::Vars<'c> {
                        $self.flat((|| -> $crate::compose::Composed<<$Out as Results>::Vars<'c>> { Ok($body) })())
                    }
                )*
            }
        };
    };
}

#[cfg(feature = "testing")]
pub(super) use attribute;
pub(super) use {bodies, declare, functions, kind, methods, receiver};
