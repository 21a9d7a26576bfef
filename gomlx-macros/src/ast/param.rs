// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! A parameter of a graph function, and how it is passed.

use syn::{Attribute, FnArg, Ident, Pat, PatType, Receiver, ReceiverKind, Type, TypeParamBound};

use super::dims;
use super::{Code, DimPattern, Errors, Scope};

/// How an argument takes part in a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Passing {
    /// `&T`: an input.
    In,
    /// `T`: an input that donates its buffers.
    Donated,
    /// `T` of a type that may be a tree or, like an enum, a host value: the type decides.
    ByValue,
    /// `&mut T`: donated and written back.
    State,
    /// A host value that the graph depends on.
    Fixed,
    /// A `#[fixed]` floating-point number, compared by its bits.
    FixedFloat,
}

impl Passing {
    /// Whether the argument can hold tensors.
    pub(crate) fn is_tensor(self) -> bool {
        match self {
            Passing::In | Passing::Donated | Passing::ByValue | Passing::State => true,
            Passing::Fixed | Passing::FixedFloat => false,
        }
    }
}

/// A parameter, `self` included.
pub(crate) struct Param {
    /// Its name; `self` for a receiver.
    pub(crate) name: Ident,
    /// How it is passed.
    pub(crate) passing: Passing,
    /// The Rust type of the parameter; `None` for a receiver.
    pub(crate) ty: Option<Type>,
    /// The written element types and dims.
    pub(crate) dims: DimPattern,
}

impl Param {
    /// Whether this is `self`.
    pub(crate) fn is_receiver(&self) -> bool {
        self.ty.is_none()
    }

    /// Whether this is a tensor, not an `Option` or `Box` of one.
    pub(crate) fn is_bare_tensor(&self) -> bool {
        let bare = match &self.ty {
            Some(Type::Reference(reference)) => Some(&*reference.elem),
            other => other.as_ref(),
        };
        matches!(bare, Some(Type::Path(path)) if path.path.segments.last().is_some_and(|s| s.ident == "Tensor"))
    }

    /// Reads an argument; `arg` becomes the argument of the Rust signature.
    pub(super) fn parse(arg: &mut FnArg, scope: &Scope, errors: &mut Errors) -> Option<Param> {
        match arg {
            FnArg::Receiver(receiver) => Param::receiver(receiver, errors),
            FnArg::Typed(typed) => Param::typed(typed, scope, errors),
        }
    }

    fn receiver(receiver: &Receiver, errors: &mut Errors) -> Option<Param> {
        let passing = match &receiver.kind {
            ReceiverKind::Value => Passing::Donated,
            ReceiverKind::Reference(_, _, None) => Passing::In,
            ReceiverKind::Reference(_, _, Some(_)) => Passing::State,
            _ => {
                errors.of(Code::Parameter, receiver, "a graph method takes `&self`, `&mut self` or `self`");
                return None;
            }
        };
        Some(Param { name: receiver.self_token.into(), passing, ty: None, dims: DimPattern::Any })
    }

    fn typed(arg: &mut PatType, scope: &Scope, errors: &mut Errors) -> Option<Param> {
        let fixed = take_fixed(&mut arg.attrs, errors);
        let written = arg.ty.clone();
        dims::replace_tensor_macros(&mut arg.ty, errors);
        let dims = DimPattern::of(&written, errors);
        let name = match &*arg.pat {
            Pat::Ident(pat) if pat.by_ref.is_none() && pat.subpat.is_none() => Some(pat),
            other => {
                errors.of(Code::Parameter, other, "a parameter of a graph function needs a name: take it apart in the body with `let`");
                None
            }
        };
        if let Some(inner) = inner_reference(&arg.ty) {
            let message = "a reference stands before the whole type of a parameter, for a tree owns its tensors: `&Option<Tensor![..]>`, `&(Tensor![..], Tensor![..])`";
            errors.of(Code::Parameter, inner, message);
        }
        let passing = Passing::of(&arg.ty, name.map(|p| &p.ident), fixed, errors);
        let name = name?;
        for symbol in dims.tensors().into_iter().flat_map(|t| &t.dims) {
            symbol.names(&mut |symbol| {
                if *symbol == name.ident && !scope.is_constant(symbol) {
                    errors.of(Code::Symbol, symbol, format!("`{symbol}` is this parameter, not a size"));
                }
            });
        }
        Some(Param { name: name.ident.clone(), passing: passing?, ty: Some((*arg.ty).clone()), dims })
    }
}

impl Passing {
    fn of(ty: &Type, name: Option<&Ident>, fixed: bool, errors: &mut Errors) -> Option<Passing> {
        if let Type::Reference(reference) = ty {
            let message = match &*reference.elem {
                Type::Slice(_) => "a graph function takes a `&Vec<..>` or an array: a slice has no structure to compile for",
                Type::TraitObject(_) => "a graph function needs to know the type: take `&impl Trait`",
                Type::Path(path) if path.path.is_ident("str") => "a graph function takes text as `String`",
                _ if fixed => "a `#[fixed]` parameter is passed by value",
                Type::ImplTrait(closure) if is_callable(closure) => CALLABLE,
                _ => return Some(if reference.mutability.is_some() { Passing::State } else { Passing::In }),
            };
            errors.of(Code::Parameter, ty, message);
            return None;
        }
        let primitive = match ty {
            Type::Path(path) => path.path.get_ident().map(Ident::to_string),
            _ => None,
        };
        match (primitive.as_deref(), ty) {
            (Some("f32" | "f64"), _) if fixed => Some(Passing::FixedFloat),
            (Some(float @ ("f32" | "f64")), _) => {
                let name = name.map_or("this".to_owned(), |n| format!("`{n}`"));
                errors.of(
                    Code::Parameter,
                    ty,
                    format!(
                        "{name} would be compiled in, once for every new value: take a `&Tensor![{float};]`, or mark it `#[fixed]` if it rarely changes"
                    ),
                );
                None
            }
            (
                Some(
                    "usize" | "u8" | "u16" | "u32" | "u64" | "u128" | "isize" | "i8" | "i16" | "i32" | "i64" | "i128" | "bool" | "char"
                    | "String",
                ),
                _,
            ) => Some(Passing::Fixed),
            (_, Type::ImplTrait(closure)) if is_callable(closure) => {
                errors.of(Code::Parameter, ty, CALLABLE);
                None
            }
            (_, Type::FnPtr(_)) => {
                errors.of(Code::Parameter, ty, CALLABLE);
                None
            }
            _ if fixed => Some(Passing::Fixed),
            (_, Type::Path(path)) if path.path.segments.last().is_some_and(|s| s.ident != "Tensor") => Some(Passing::ByValue),
            _ => Some(Passing::Donated),
        }
    }
}

/// A reference inside a type that may hold tensors. `&'static str` is a host value.
fn inner_reference(ty: &Type) -> Option<&Type> {
    fn find(ty: &Type) -> Option<&Type> {
        match ty {
            Type::Reference(reference) if reference.lifetime.as_ref().is_some_and(|l| l.ident == "static") => None,
            Type::Reference(_) => Some(ty),
            Type::Tuple(tuple) => tuple.elems.iter().find_map(find),
            Type::Array(array) => find(&array.elem),
            Type::Paren(inner) => find(&inner.elem),
            Type::Group(inner) => find(&inner.elem),
            Type::Path(path) => path.path.segments.iter().find_map(|segment| match &segment.arguments {
                syn::PathArguments::AngleBracketed(arguments) => arguments.args.iter().find_map(|argument| match argument {
                    syn::GenericArgument::Type(ty) => find(ty),
                    _ => None,
                }),
                _ => None,
            }),
            _ => None,
        }
    }
    match ty {
        Type::Reference(reference) => find(&reference.elem),
        other => find(other),
    }
}

const CALLABLE: &str = "a graph function cannot take a closure, for its memo could not tell two apart: leave `#[graph]` off this helper, and call it from a graph function";

/// Whether an `impl Trait` is a closure or function.
pub(super) fn is_callable(ty: &syn::TypeImplTrait) -> bool {
    ty.bounds.iter().any(|bound| {
        let TypeParamBound::Trait(bound) = bound else { return false };
        bound.path.segments.last().is_some_and(|s| s.ident == "Fn" || s.ident == "FnMut" || s.ident == "FnOnce")
    })
}

/// Removes `#[fixed]`, our only attribute of parameters.
fn take_fixed(attrs: &mut Vec<Attribute>, errors: &mut Errors) -> bool {
    let before = attrs.len();
    attrs.retain(|attr| !attr.path().is_ident("fixed"));
    let known = |attr: &Attribute| attr.path().is_ident("cfg") || attr.path().is_ident("allow");
    let fixed = attrs.len() < before;
    for attr in attrs.iter().filter(|a| !known(a)) {
        errors.of(Code::Parameter, attr, "the only attribute of a graph function's parameter is `#[fixed]`");
    }
    attrs.retain(known);
    fixed
}
