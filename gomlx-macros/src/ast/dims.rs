// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! `Tensor![f32; B, 2 * N, {HIDDEN}]`: element type and dims.

use gomlx_ir::{DType, Dim, Shape};
use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned as _;
use syn::visit_mut::{self, VisitMut};
use syn::{BinOp, Expr, Ident, Lit, Token, Type};

use super::{Code, Errors};

/// The inside of a `Tensor![..]`.
#[derive(Clone)]
pub(crate) struct TensorType {
    /// Element type.
    pub(crate) element: Type,
    /// Size of each axis.
    pub(crate) dims: Vec<DimExpr>,
}

/// A written dim.
#[derive(Clone)]
pub(crate) enum DimExpr {
    /// A number.
    Number(usize),
    /// A symbol, or the name of a constant in scope.
    Name(Ident),
    /// `{..}`: a constant expression.
    Constant(Expr),
    /// A sum, difference or product.
    Arithmetic(Box<DimExpr>, Arithmetic, Box<DimExpr>),
}

/// An operator between dims.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Arithmetic {
    Add,
    Subtract,
    Multiply,
}

impl Parse for TensorType {
    fn parse(input: ParseStream<'_>) -> syn::Result<TensorType> {
        let element: Type = input.parse()?;
        if input.is_empty() {
            let message = "the dims are missing: `Tensor![f32;]` is a scalar, `Tensor![f32; 2, N]` a matrix";
            return Err(Code::Dims.error(element, message));
        }
        if input.peek(Token![,]) {
            let message = "a `;` separates the element type from the dims: `Tensor![f32; 2, N]`";
            return Err(input.error(Code::Dims.message(message)));
        }
        input.parse::<Token![;]>()?;
        let mut errors = Errors::default();
        let written = Punctuated::<Expr, Token![,]>::parse_terminated(input)?;
        if let Some(known) = written.iter().find(|e| is_element(e)) {
            let message = format!("`{0}` is an element type, which comes first: `Tensor![{0}; ..]`", text_of(known));
            return Err(Code::Dims.error(known, message));
        }
        if let Type::Path(path) = &element
            && let Some((name, ours)) = ELEMENTS.iter().find(|(name, _)| path.path.is_ident(name))
        {
            return Err(Code::Dims.error(&element, format!("an element type is one of Rust's: `{ours}` for `{name}`")));
        }
        let dims = written.iter().filter_map(|e| errors.take(DimExpr::of(e))).collect();
        match errors.0 {
            Some(error) => Err(error),
            None => Ok(TensorType { element, dims }),
        }
    }
}

impl TensorType {
    /// The Rust type, which has no dims.
    pub(crate) fn rust_type(&self) -> Type {
        let element = &self.element;
        syn::parse_quote!(::gomlx::Tensor<#element>)
    }

    /// The element type, if the written name is one. A type parameter or alias is not.
    pub(crate) fn dtype(&self) -> Option<DType> {
        let Type::Path(path) = &self.element else { return None };
        DType::from_name(&path.path.segments.last()?.ident.to_string())
    }

    /// The shape, with symbols for symbolic dims. `None` if the name does not say the element type.
    pub(crate) fn shape(&self) -> Option<Shape> {
        let dims: Option<Vec<Dim>> = self.dims.iter().map(DimExpr::dim).collect();
        Some(Shape::symbolic(self.dtype()?, dims?))
    }

    /// As written, for messages: `f32[B, 784]`.
    pub(crate) fn text(&self) -> String {
        format!("{}[{}]", text_of(&self.element), self.dims_text())
    }

    /// The dims as written: `B, 784`.
    pub(crate) fn dims_text(&self) -> String {
        self.dims.iter().map(DimExpr::text).collect::<Vec<_>>().join(", ")
    }
}

impl DimExpr {
    fn of(expr: &Expr) -> syn::Result<DimExpr> {
        if matches!(expr, Expr::Infer(_)) {
            return Err(Code::Dims.error(expr, "a dim of any size has a name, which is its size in the body: `Tensor![f32; B, 3]`"));
        }
        let wrong = || Code::Dims.error(expr, "a dim is a number, a symbol, `{a constant}`, or a sum, difference or product of those");
        match expr {
            Expr::Lit(lit) => match &lit.lit {
                Lit::Int(n) if n.suffix().is_empty() || n.suffix() == "usize" => Ok(DimExpr::Number(n.base10_parse()?)),
                _ => Err(wrong()),
            },
            Expr::Path(path) => match path.path.get_ident() {
                Some(name) => Ok(DimExpr::Name(name.clone())),
                None => Err(Code::Dims.error(expr, format!("a constant goes in braces: `{{{}}}`", text_of(path)))),
            },
            Expr::Block(block) if block.label.is_none() && block.attrs.is_empty() => match block.block.stmts.as_slice() {
                [syn::Stmt::Expr(inner, None)] => Ok(DimExpr::Constant(inner.clone())),
                _ => Err(wrong()),
            },
            Expr::Paren(inner) => DimExpr::of(&inner.expr),
            Expr::Group(inner) => DimExpr::of(&inner.expr),
            Expr::Binary(binary) => {
                let op = match binary.op {
                    BinOp::Add(_) => Arithmetic::Add,
                    BinOp::Sub(_) => Arithmetic::Subtract,
                    BinOp::Mul(_) => Arithmetic::Multiply,
                    _ => return Err(wrong()),
                };
                Ok(DimExpr::Arithmetic(Box::new(DimExpr::of(&binary.left)?), op, Box::new(DimExpr::of(&binary.right)?)))
            }
            _ => Err(wrong()),
        }
    }

    /// Calls `f` on each name outside braces.
    pub(crate) fn names<'d>(&'d self, f: &mut dyn FnMut(&'d Ident)) {
        match self {
            DimExpr::Name(name) => f(name),
            DimExpr::Arithmetic(a, _, b) => {
                a.names(f);
                b.names(f);
            }
            DimExpr::Number(_) | DimExpr::Constant(_) => {}
        }
    }

    /// The dim as `gomlx-ir` represents it, with symbols for names and constants. `None` if it is a negative number.
    pub(crate) fn dim(&self) -> Option<Dim> {
        Some(match self {
            DimExpr::Number(n) => Dim::Lit(*n),
            DimExpr::Name(name) => Dim::symbol(&name.to_string()),
            DimExpr::Constant(expr) => match DimExpr::of(expr) {
                Ok(DimExpr::Constant(_)) | Err(_) => Dim::symbol(&text_of(expr)),
                Ok(simple) => simple.dim()?,
            },
            DimExpr::Arithmetic(a, Arithmetic::Add, b) => &a.dim()? + &b.dim()?,
            DimExpr::Arithmetic(a, Arithmetic::Multiply, b) => &a.dim()? * &b.dim()?,
            DimExpr::Arithmetic(a, Arithmetic::Subtract, b) => a.dim()?.checked_sub(&b.dim()?)?,
        })
    }

    /// The value as an expression; `value` gives the value of each name. A negative difference is 0.
    pub(crate) fn value(&self, value: &dyn Fn(&Ident) -> TokenStream) -> TokenStream {
        match self {
            DimExpr::Number(n) => {
                let n = proc_macro2::Literal::usize_unsuffixed(*n);
                quote!(#n)
            }
            DimExpr::Name(name) => value(name),
            DimExpr::Constant(expr) => quote!({ #expr }),
            DimExpr::Arithmetic(a, op, b) => {
                let (a, b) = (a.value(value), b.value(value));
                match op {
                    Arithmetic::Add => quote!((#a + #b)),
                    Arithmetic::Multiply => quote!((#a * #b)),
                    Arithmetic::Subtract => quote!(usize::saturating_sub(#a, #b)),
                }
            }
        }
    }

    /// As written, for messages: `2 * B`.
    pub(crate) fn text(&self) -> String {
        match self {
            DimExpr::Number(n) => n.to_string(),
            DimExpr::Name(name) => name.to_string(),
            DimExpr::Constant(expr) => text_of(expr),
            DimExpr::Arithmetic(a, op, b) => {
                let (op, factor) = match op {
                    Arithmetic::Add => ("+", false),
                    Arithmetic::Subtract => ("-", false),
                    Arithmetic::Multiply => ("*", true),
                };
                let side = |dim: &DimExpr, group: bool| match dim {
                    DimExpr::Arithmetic(_, Arithmetic::Add | Arithmetic::Subtract, _) if group => format!("({})", dim.text()),
                    _ => dim.text(),
                };
                format!("{} {op} {}", side(a, factor), side(b, factor || op == "-"))
            }
        }
    }
}

/// Whether an expression is the name of an element type.
fn is_element(expr: &Expr) -> bool {
    matches!(expr, Expr::Path(path) if path.path.get_ident().is_some_and(|name| DType::from_name(&name.to_string()).is_some()))
}

/// Whether the written element type certainly is not one.
fn misnamed(mac: &syn::Macro) -> bool {
    let first = mac.tokens.clone().into_iter().next().map(|t| t.to_string()).unwrap_or_default();
    let names_one = |t: proc_macro2::TokenTree| DType::from_name(&t.to_string()).is_some();
    ELEMENTS.iter().any(|(name, _)| *name == first) || mac.tokens.clone().into_iter().skip(1).any(names_one)
}

/// Tokens as text, with the spacing of the source where it is known.
pub(crate) fn text_of(tokens: impl ToTokens) -> String {
    tokens.to_token_stream().to_string().replace(" :: ", "::").replace(" < ", "<").replace(" >", ">").replace("& ", "&")
}

/// The `Tensor![..]` of a type, if the type is one.
pub(crate) fn as_tensor_macro(ty: &Type) -> Option<&syn::Macro> {
    match ty {
        Type::Macro(mac) if mac.mac.path.segments.last().is_some_and(|s| s.ident == "Tensor") => Some(&mac.mac),
        Type::Paren(inner) => as_tensor_macro(&inner.elem),
        Type::Group(inner) => as_tensor_macro(&inner.elem),
        _ => None,
    }
}

/// Replaces each `Tensor![..]` by its Rust type.
pub(crate) fn replace_tensor_macros(ty: &mut Type, errors: &mut Errors) {
    Replace { errors }.visit_type_mut(ty);
}

/// Replaces each `Tensor![..]` in the types of a body.
pub(crate) fn replace_in_block(block: &mut syn::Block, errors: &mut Errors) {
    Replace { errors }.visit_block_mut(block);
}

struct Replace<'e> {
    errors: &'e mut Errors,
}

impl VisitMut for Replace<'_> {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        let Some(mac) = as_tensor_macro(ty) else { return visit_mut::visit_type_mut(self, ty) };
        match mac.parse_body::<TensorType>() {
            Ok(tensor) => {
                // rustc points at the place of the written text.
                let (span, element) = (mac.path.span(), &tensor.element);
                *ty = syn::parse2(quote_spanned!(span=> ::gomlx::Tensor<#element>)).unwrap_or_else(|_| tensor.rust_type());
            }
            Err(error) => {
                // With the element type alone the mistake causes no others.
                let element = mac.parse_body_with(|input: ParseStream<'_>| {
                    let element: Type = input.parse()?;
                    input.parse::<TokenStream>()?;
                    Ok(element)
                });
                let message = error.to_string();
                let coded = if message.ends_with(&Code::Dims.message("")) {
                    error
                } else {
                    syn::Error::new(error.span(), Code::Dims.message(message))
                };
                self.errors.push(coded);
                let element = element.ok().filter(|_| !misnamed(mac)).unwrap_or_else(|| syn::parse_quote!(f32));
                *ty = syn::parse_quote!(::gomlx::Tensor<#element>);
            }
        }
    }
}

/// Names of element types in other frameworks and languages, with their names in Rust.
const ELEMENTS: &[(&str, &str)] = &[
    ("bfloat16", "bf16"),
    ("double", "f64"),
    ("float", "f32"),
    ("float16", "f16"),
    ("float32", "f32"),
    ("float64", "f64"),
    ("half", "f16"),
    ("int", "i32"),
    ("int16", "i16"),
    ("int32", "i32"),
    ("int64", "i64"),
    ("int8", "i8"),
    ("long", "i64"),
    ("uint16", "u16"),
    ("uint32", "u32"),
    ("uint64", "u64"),
    ("uint8", "u8"),
];
