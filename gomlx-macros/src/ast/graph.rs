// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! A graph function: its classified signature and its body.
//!
//! Invariant: a [`Graph`] without mistakes can be expanded, and a parameter gives the size of each of its symbols.

use proc_macro2::Span;
use quote::format_ident;
use syn::parse::{Parse, ParseStream};
use syn::visit::Visit;
use syn::{
    Attribute, Block, FnArg, GenericArgument, GenericParam, Generics, Ident, ItemFn, PathArguments, ReturnType, Token, Type, Visibility,
};

use super::dims::{self, DimExpr};
use super::{Code, DimPattern, Errors, Field, Param, Passing};

/// The surroundings of a graph function.
#[derive(Default)]
pub(crate) struct Scope {
    /// Whether the function belongs to a model. The functions of a model are in one `impl` block.
    pub(crate) model: bool,
    /// Names of constants: the const parameters of a model.
    pub(crate) constants: Vec<Ident>,
    /// The fields of a model's `self`.
    pub(crate) fields: Vec<Field>,
}

impl Scope {
    pub(super) fn is_constant(&self, name: &Ident) -> bool {
        self.constants.contains(name)
    }
}

/// The arguments of `#[graph(..)]`.
#[derive(Default)]
pub(crate) struct GraphArguments {
    /// The name of the type with `try_call` and its siblings, if it is not the function's name.
    pub(crate) handle: Option<Ident>,
    /// Whether this is a function of an `impl` block, which its text may not show.
    pub(crate) method: bool,
}

impl Parse for GraphArguments {
    fn parse(input: ParseStream<'_>) -> syn::Result<GraphArguments> {
        if input.is_empty() {
            return Ok(GraphArguments::default());
        }
        let key: Ident = input.parse()?;
        let mut arguments = GraphArguments::default();
        match key.to_string().as_str() {
            "handle" => {
                input.parse::<Token![=]>()?;
                arguments.handle = Some(input.parse()?);
            }
            "method" => arguments.method = true,
            _ => {
                let message = "the arguments of `#[graph]` are `handle = name`, and `method` in an `impl` block";
                return Err(syn::Error::new(key.span(), Code::Function.message(message)));
            }
        }
        input.parse::<Option<Token![,]>>()?;
        Ok(arguments)
    }
}

/// A graph function.
pub(crate) struct Graph {
    /// The attributes of the function itself, such as its documentation.
    pub(crate) attrs: Vec<Attribute>,
    /// `#[cfg]` attributes, which go on every emitted item.
    pub(crate) cfg: Vec<Attribute>,
    /// The visibility of the public items.
    pub(crate) vis: Visibility,
    /// The Rust signature, without `Tensor![..]`, `#[fixed]` and `impl Trait`.
    pub(crate) signature: syn::Signature,
    /// The parameters in order. If there are mistakes, some are missing.
    pub(crate) params: Vec<Param>,
    /// The symbols in the order of their first use.
    pub(crate) symbols: Vec<Ident>,
    /// Names in dims that are constants or host parameters.
    pub(crate) constants: Vec<Ident>,
    /// The result.
    pub(crate) output: Output,
    /// The body as written, except for `Tensor![..]`.
    pub(crate) block: Block,
    /// Whether this is a function of an `impl` block, as far as its text shows.
    pub(crate) is_method: bool,
    /// The name of a free function's handle, if it is not the function's name.
    pub(crate) handle: Option<Ident>,
}

/// The result of a graph function.
pub(crate) struct Output {
    /// The type of the graph's result: `T` in `-> T` and in `-> Result<T>`.
    pub(crate) value: Type,
    /// Whether the written type is a `Result`.
    pub(crate) fallible: bool,
    /// The dims of its tensors.
    pub(crate) dims: DimPattern,
    /// The place of the written type.
    pub(crate) span: Span,
}

impl Graph {
    /// Reads a function.
    pub(crate) fn new(item: ItemFn, arguments: GraphArguments, scope: &Scope, errors: &mut Errors) -> Graph {
        let ItemFn { attrs, vis, sig: mut signature, mut block, .. } = item;
        check_qualifiers(&signature, errors);
        let mut constructs = Constructs { errors, mentions_self: false };
        constructs.visit_block(&block);
        constructs.visit_signature(&signature);
        let mentions_self = constructs.mentions_self;
        dims::replace_in_block(&mut block, errors);
        name_impl_traits(&mut signature);
        let mut params = vec![];
        for arg in &mut signature.inputs {
            params.extend(Param::parse(arg, scope, errors));
        }
        let output = Output::parse(&mut signature.output, errors);
        let mut constants = scope.constants.clone();
        for generic in &signature.generics.params {
            let GenericParam::Const(generic) = generic else { continue };
            constants.push(generic.ident.clone());
            if !matches!(&generic.ty, Type::Path(p) if p.path.is_ident("usize")) {
                errors.of(
                    Code::Parameter,
                    &generic.ty,
                    "a const parameter of a graph function is a `usize`: take other host values as parameters",
                );
            }
        }
        constants.extend(params.iter().filter(|p| p.passing == Passing::Fixed).map(|p| p.name.clone()));
        unbounded_elements(&signature.generics, &params, &output, errors);
        let symbols = symbols(&params, &constants, &output, errors);
        let (cfg, attrs) = attrs.into_iter().partition(|a| a.path().is_ident("cfg"));
        let is_method = scope.model || arguments.method || signature.receiver().is_some() || mentions_self;
        if arguments.handle.is_some() && is_method {
            errors.of(Code::Function, &arguments.handle, "a method has no handle: see `try_..` and `.._lower` beside it");
        }
        Graph { attrs, cfg, vis, signature, params, symbols, constants, output, block: *block, is_method, handle: arguments.handle }
    }

    /// The name without `r#`.
    pub(crate) fn name(&self) -> String {
        self.signature.ident.to_string().trim_start_matches("r#").to_owned()
    }

    /// The generic parameters of the function itself.
    pub(crate) fn generics(&self) -> &Generics {
        &self.signature.generics
    }
}

impl Output {
    fn parse(output: &mut ReturnType, errors: &mut Errors) -> Output {
        let ReturnType::Type(_, ty) = output else {
            return Output { value: syn::parse_quote!(()), fallible: false, dims: DimPattern::Any, span: Span::call_site() };
        };
        let written = ty.clone();
        let span = syn::spanned::Spanned::span(&written);
        dims::replace_tensor_macros(ty, errors);
        let (written, fallible) = match result_of(&written) {
            Some(value) => (value, true),
            None => (&*written, false),
        };
        if let Some(error) = error_of(ty).filter(|e| is_no_error(e)) {
            let message = "a graph function gives gomlx's error, which a trace makes: `gomlx::Result<..>`; turn it into another one where it is called";
            errors.of(Code::Result, error, message);
        }
        if matches!(written, Type::ImplTrait(_)) {
            errors.of(Code::Result, written, "a graph function's result is written out: a tensor, a tuple or another tree of tensors");
            // Any type that rustc need not infer keeps the mistake from causing others.
            **ty = syn::parse_quote!(::gomlx::Tensor<f32>);
        }
        if matches!(written, Type::Reference(_)) {
            errors.of(Code::Result, written, "a graph function gives what it computes by value");
        }
        let dims = DimPattern::of(written, errors);
        let value = if fallible { result_of(ty).unwrap_or(ty).clone() } else { (**ty).clone() };
        Output { value, fallible, dims, span }
    }
}

/// `T` of `Result<T>` or `Result<T, E>`.
fn result_of(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last().filter(|s| s.ident == "Result")?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    match arguments.args.first()? {
        GenericArgument::Type(value) => Some(value),
        _ => None,
    }
}

/// `E` of `Result<T, E>`.
fn error_of(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last().filter(|s| s.ident == "Result")?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    match arguments.args.get(1)? {
        GenericArgument::Type(error) => Some(error),
        _ => None,
    }
}

/// Whether a type certainly is not gomlx's error under any of its names.
fn is_no_error(ty: &Type) -> bool {
    match ty {
        Type::Path(path) => path.path.segments.last().is_some_and(|s| s.ident == "String" || s.ident == "Box"),
        Type::Tuple(_) | Type::Reference(_) => true,
        _ => false,
    }
}

/// Type parameters that are element types of tensors and have no bounds.
fn unbounded_elements(generics: &Generics, params: &[Param], output: &Output, errors: &mut Errors) {
    for param in generics.type_params().filter(|p| p.bounds.is_empty()) {
        let is_bound = |predicate: &syn::WherePredicate| matches!(predicate, syn::WherePredicate::Type(p) if matches!(&p.bounded_ty, Type::Path(ty) if ty.path.is_ident(&param.ident)));
        if generics.where_clause.iter().flat_map(|w| &w.predicates).any(is_bound) {
            continue;
        }
        let tensors = params.iter().flat_map(|p| p.dims.tensors()).chain(output.dims.tensors());
        if tensors.into_iter().any(|t| matches!(&t.element, Type::Path(ty) if ty.path.is_ident(&param.ident))) {
            errors.of(Code::Dims, param, format!("`{0}` is the element type of a tensor: `{0}: gomlx::Element`", param.ident));
        }
    }
}

/// Whether `Self` is mentioned. Only a function of an `impl` block can do that.
fn mentions_self(tokens: proc_macro2::TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        proc_macro2::TokenTree::Ident(name) => name == "Self",
        proc_macro2::TokenTree::Group(group) => mentions_self(group.stream()),
        proc_macro2::TokenTree::Literal(_) | proc_macro2::TokenTree::Punct(_) => false,
    })
}

/// Finds constructs that no graph can hold, and mentions of `Self`.
struct Constructs<'e> {
    errors: &'e mut Errors,
    mentions_self: bool,
}

impl Visit<'_> for Constructs<'_> {
    fn visit_expr_await(&mut self, expr: &syn::ExprAwait) {
        self.errors.at(expr, "a graph is traced at once, and cannot wait: await outside the graph function, and pass what it gives");
    }

    fn visit_expr_yield(&mut self, expr: &syn::ExprYield) {
        self.errors.at(expr, "a graph function gives one result, and yields nothing on the way");
    }

    fn visit_ident(&mut self, name: &Ident) {
        self.mentions_self |= name == "Self";
    }

    fn visit_token_stream(&mut self, tokens: &proc_macro2::TokenStream) {
        self.mentions_self |= mentions_self(tokens.clone());
    }

    // Items in the body are separate functions.
    fn visit_item(&mut self, _: &syn::Item) {}
    fn visit_expr_async(&mut self, _: &syn::ExprAsync) {}
}

fn check_qualifiers(signature: &syn::Signature, errors: &mut Errors) {
    if let Some(token) = &signature.asyncness {
        errors.of(Code::Function, token, "a graph function is traced once and compiled, so it cannot be `async`: call it from async code");
    }
    if let Some(token) = &signature.constness {
        errors.of(Code::Function, token, "a graph function is compiled when it is called, so it cannot be `const`");
    }
    if let syn::Safety::Unsafe(token) = &signature.safety {
        errors.of(Code::Function, token, "a graph function is not `unsafe`: put the unsafe code in a plain helper function");
    }
    if let Some(abi) = &signature.abi {
        errors.of(Code::Function, abi, "a graph function has Rust's own calling convention: wrap it in an `extern` function");
    }
    if let Some(variadic) = &signature.variadic {
        errors.of(Code::Function, variadic, "a graph function has a fixed number of parameters");
    }
}

/// Gives each `impl Trait` parameter a type parameter, so that the sibling functions can name its type.
fn name_impl_traits(signature: &mut syn::Signature) {
    let generics = &mut signature.generics;
    for arg in &mut signature.inputs {
        let FnArg::Typed(arg) = arg else { continue };
        let ty = match &mut *arg.ty {
            Type::Reference(reference) => &mut *reference.elem,
            other => other,
        };
        let Type::ImplTrait(bounds) = ty else { continue };
        if super::param::is_callable(bounds) {
            continue;
        }
        let name = format_ident!("__GomlxImpl{}", generics.params.len());
        let bounds = &bounds.bounds;
        generics.params.push(syn::parse_quote!(#name: #bounds));
        *ty = syn::parse_quote!(#name);
    }
}

/// The symbols in order of first use. A symbol without a parameter that gives its size is a mistake.
fn symbols(params: &[Param], constants: &[Ident], output: &Output, errors: &mut Errors) -> Vec<Ident> {
    let mut symbols: Vec<Ident> = vec![];
    let dims = || params.iter().flat_map(|p| p.dims.tensors()).flat_map(|t| &t.dims);
    for dim in dims() {
        if let DimExpr::Name(name) = dim
            && !constants.contains(name)
            && !symbols.contains(name)
        {
            symbols.push(name.clone());
        }
    }
    let mut reported: Vec<&Ident> = vec![];
    for dim in dims() {
        dim.names(&mut |name| {
            if !constants.contains(name) && !symbols.contains(name) && !reported.contains(&name) {
                reported.push(name);
                errors.of(
                    Code::Symbol,
                    name,
                    format!("nothing gives the size of `{name}`: a symbol must stand alone as a dim of some parameter; a constant goes in braces, `{{{name}}}`"),
                );
            }
        });
    }
    for dim in output.dims.tensors().into_iter().flat_map(|t| &t.dims) {
        dim.names(&mut |name| {
            if !constants.contains(name) && !symbols.contains(name) && !reported.contains(&name) {
                reported.push(name);
                errors.of(
                    Code::Symbol,
                    name,
                    format!("no parameter has the dim `{name}`, so the result's is not known: use a symbol of a parameter; a constant goes in braces, `{{{name}}}`"),
                );
            }
        });
    }
    for param in params.iter().filter(|p| p.passing != Passing::Fixed && symbols.contains(&p.name)) {
        errors.of(Code::Symbol, &param.name, format!("`{}` is a parameter and a symbol of the signature: rename one", param.name));
    }
    symbols
}
