// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! `model! { pub Dense<IN, OUT> { weight: Tensor![f32; IN, OUT] = zeros(), } fn forward(&self, ..) .. }`.

use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, Ident, ItemFn, Token, Type, Visibility, braced};

use super::dims::{self, TensorType};
use super::{Errors, Graph, GraphArguments, Scope};

/// A declared model, classified.
pub(crate) struct Model {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) name: Ident,
    /// The const parameters of the header, and the fields.
    pub(crate) scope: Scope,
    /// Its functions.
    pub(crate) graphs: Vec<Graph>,
}

/// A field of a model.
pub(crate) struct Field {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) name: Ident,
    /// The type in Rust.
    pub(crate) ty: Type,
    /// Element type and dims of a tensor.
    pub(crate) tensor: Option<TensorType>,
    /// What it starts as: the initialiser of a tensor, the value of anything else. A model without makes itself.
    pub(crate) initial: Option<Expr>,
    /// Whether `#[state]` keeps it from being trained.
    pub(crate) state: bool,
}

/// A declared model as written.
pub(crate) struct ModelInput {
    attrs: Vec<Attribute>,
    vis: Visibility,
    name: Ident,
    constants: Vec<Ident>,
    fields: Punctuated<FieldInput, Token![,]>,
    functions: Vec<ItemFn>,
}

struct FieldInput {
    attrs: Vec<Attribute>,
    vis: Visibility,
    name: Ident,
    ty: Type,
    initial: Option<Expr>,
}

impl Parse for ModelInput {
    fn parse(input: ParseStream<'_>) -> syn::Result<ModelInput> {
        let attrs = input.call(Attribute::parse_outer)?;
        let vis = input.parse()?;
        if input.peek(Token![struct]) {
            return Err(input.error("a model starts with its name: `pub Dense<IN, OUT> { .. }`"));
        }
        let name: Ident = input.parse()?;
        let mut constants = vec![];
        if input.peek(Token![<]) {
            input.parse::<Token![<]>()?;
            while !input.peek(Token![>]) {
                if input.peek(Token![const]) {
                    return Err(input.error("the parameters of a model are sizes, written by their names: `Dense<IN, OUT>`"));
                }
                let constant: Ident = input.parse()?;
                if input.peek(Token![:]) {
                    return Err(input.error("the parameters of a model are sizes, written by their names: `Dense<IN, OUT>`"));
                }
                constants.push(constant);
                if !input.peek(Token![>]) {
                    input.parse::<Token![,]>()?;
                }
            }
            input.parse::<Token![>]>()?;
        }
        let content;
        braced!(content in input);
        let fields = Punctuated::parse_terminated(&content)?;
        let mut functions = vec![];
        while !input.is_empty() {
            functions.push(input.parse().map_err(|e: syn::Error| {
                syn::Error::new(e.span(), format!("only functions follow the fields of a model; another model is another `model!`: {e}"))
            })?);
        }
        Ok(ModelInput { attrs, vis, name, constants, fields, functions })
    }
}

impl Parse for FieldInput {
    fn parse(input: ParseStream<'_>) -> syn::Result<FieldInput> {
        let attrs = input.call(Attribute::parse_outer)?;
        let vis = input.parse()?;
        let name = input.parse()?;
        input.parse::<Token![:]>()?;
        let ty = input.parse()?;
        let initial = match input.parse::<Option<Token![=]>>()? {
            Some(_) => Some(input.parse()?),
            None => None,
        };
        Ok(FieldInput { attrs, vis, name, ty, initial })
    }
}

impl Model {
    /// Classifies a declared model.
    pub(crate) fn new(input: ModelInput, errors: &mut Errors) -> Model {
        let ModelInput { attrs, vis, name, constants, fields, functions } = input;
        let fields = fields.into_iter().map(|f| Field::new(f, &constants, errors)).collect();
        let scope = Scope { model: true, constants, fields };
        let graphs = functions.into_iter().map(|f| function(f, &scope, errors)).collect();
        Model { attrs, vis, name, scope, graphs }
    }
}

/// A function of a model; it is a graph function without saying so.
fn function(mut function: ItemFn, scope: &Scope, errors: &mut Errors) -> Graph {
    function.attrs.retain(|a| !a.path().is_ident("graph"));
    if function.sig.ident == "init" {
        errors.at(&function.sig.ident, "`model!` writes `init` itself, from the fields' initial values");
    }
    Graph::new(function, GraphArguments::default(), scope, errors)
}

impl Field {
    fn new(input: FieldInput, constants: &[Ident], errors: &mut Errors) -> Field {
        let FieldInput { mut attrs, vis, name, ty: written, initial } = input;
        let mut ty = written.clone();
        let mut tensors = dims::replace_tensor_macros(&mut ty, errors);
        let direct = dims::as_tensor_macro(&written).is_some();
        let tensor = if direct { tensors.pop() } else { None };
        if !tensors.is_empty() {
            errors.at(&written, "the dims of a field are written where it is a tensor: write `Tensor<..>` without dims inside other types");
        }
        for dim in tensor.iter().flat_map(|t| &t.dims) {
            dim.names(&mut |symbol| {
                if !constants.contains(symbol) {
                    errors.at(
                        symbol,
                        format!("the size of `{symbol}` is not known when the model is made: name it in the model's header, or write a constant as `{{{symbol}}}`"),
                    );
                }
            });
        }
        if direct && initial.is_none() {
            errors.at(&written, format!("`{name}` needs an initial value: `{name}: Tensor![..] = zeros()`, `glorot_uniform()`, .."));
        }
        let before = attrs.len();
        attrs.retain(|a| !a.path().is_ident("state"));
        let state = attrs.len() < before;
        Field { attrs, vis, name, ty, tensor, initial, state }
    }
}
