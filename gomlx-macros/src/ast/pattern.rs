// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The places of dims in a written type: on a tensor, and on tensors in tuples, arrays, `Vec`, `Option` and `Box`.

use syn::{GenericArgument, PathArguments, Type};

use super::dims::{TensorType, as_tensor_macro};
use super::{Code, Errors};

/// The dims of a parameter or a result.
#[derive(Clone)]
#[expect(clippy::large_enum_variant, reason = "a signature has a few of them")]
pub(crate) enum DimPattern {
    /// No dims are written.
    Any,
    /// The dims of a tensor, or of the tensor in an `Option` or `Box`.
    Dims(TensorType),
    /// The dims of each element of a `Vec` or array.
    Each(Box<DimPattern>),
    /// The dims of each part of a tuple.
    Parts(Vec<DimPattern>),
}

impl DimPattern {
    /// Reads a type as written. Dims in a place that cannot be checked are mistakes.
    pub(crate) fn of(ty: &Type, errors: &mut Errors) -> DimPattern {
        if let Some(mac) = as_tensor_macro(ty) {
            // `replace_tensor_macros` reports mistakes inside the macro.
            return mac.parse_body::<TensorType>().map_or(DimPattern::Any, DimPattern::Dims);
        }
        match ty {
            Type::Reference(inner) => DimPattern::of(&inner.elem, errors),
            Type::Paren(inner) => DimPattern::of(&inner.elem, errors),
            Type::Group(inner) => DimPattern::of(&inner.elem, errors),
            Type::Array(array) => DimPattern::each(DimPattern::of(&array.elem, errors)),
            Type::Tuple(tuple) => {
                let parts: Vec<DimPattern> = tuple.elems.iter().map(|t| DimPattern::of(t, errors)).collect();
                if parts.iter().all(|p| matches!(p, DimPattern::Any)) { DimPattern::Any } else { DimPattern::Parts(parts) }
            }
            Type::Path(path) => {
                let Some(last) = path.path.segments.last() else { return DimPattern::Any };
                let PathArguments::AngleBracketed(arguments) = &last.arguments else { return DimPattern::Any };
                let types = || arguments.args.iter().filter_map(|a| if let GenericArgument::Type(ty) = a { Some(ty) } else { None });
                let mut inner: Vec<DimPattern> = types().map(|t| DimPattern::of(t, errors)).collect();
                let name = last.ident.to_string();
                match (name.as_str(), inner.len()) {
                    ("Vec", 1) => DimPattern::each(inner.remove(0)),
                    ("Option" | "Box", 1) => inner.remove(0),
                    _ if inner.iter().all(|p| matches!(p, DimPattern::Any)) => DimPattern::Any,
                    _ => {
                        let message = "dims are checked on a tensor, and on tensors in tuples, arrays, `Vec`, `Option` and `Box`: write `Tensor<..>` without dims inside other types";
                        errors.of(Code::Dims, ty, message);
                        DimPattern::Any
                    }
                }
            }
            _ => DimPattern::Any,
        }
    }

    fn each(inner: DimPattern) -> DimPattern {
        if matches!(inner, DimPattern::Any) { DimPattern::Any } else { DimPattern::Each(Box::new(inner)) }
    }

    /// The dims, if the type is a tensor itself.
    pub(crate) fn tensor(&self) -> Option<&TensorType> {
        match self {
            DimPattern::Dims(tensor) => Some(tensor),
            DimPattern::Any | DimPattern::Each(_) | DimPattern::Parts(_) => None,
        }
    }

    /// Every tensor with written dims, in order.
    pub(crate) fn tensors(&self) -> Vec<&TensorType> {
        match self {
            DimPattern::Any => vec![],
            DimPattern::Dims(tensor) => vec![tensor],
            DimPattern::Each(inner) => inner.tensors(),
            DimPattern::Parts(parts) => parts.iter().flat_map(DimPattern::tensors).collect(),
        }
    }
}
