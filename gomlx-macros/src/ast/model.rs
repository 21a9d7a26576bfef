// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! `model! { pub Dense<IN, OUT> { weight: Tensor![f32; IN, OUT] = zeros(), } fn forward(&self, ..) .. }`, and
//! `model! { pub enum Layer<D> { Dense(Dense<D, D>), Identity } .. }`.

use proc_macro2::Span;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, Ident, ItemFn, Token, Type, TypeParam, Visibility, braced, parenthesized};

use super::dims::{self, TensorType};
use super::{Code, DimPattern, Errors, Graph, GraphArguments, Scope};

/// A declared model, classified.
pub(crate) struct Model {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) name: Ident,
    /// The parameters of the header in order.
    pub(crate) params: Vec<ModelParam>,
    /// The `where` clause.
    pub(crate) where_clause: Option<syn::WhereClause>,
    /// The const parameters of the header, and the fields of a struct.
    pub(crate) scope: Scope,
    /// The variants of an enum.
    pub(crate) variants: Option<Vec<Variant>>,
    /// The functions.
    pub(crate) graphs: Vec<Graph>,
}

/// A parameter of a model's header.
#[expect(clippy::large_enum_variant, reason = "a model has a few of them")]
pub(crate) enum ModelParam {
    /// A size: a name without bounds.
    Size(Ident),
    /// A type with its bounds: an element type or a layer.
    Type(TypeParam),
}

/// A variant of a model that is an enum.
pub(crate) struct Variant {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) name: Ident,
    /// The fields. Fields of a tuple have the names `0`, `1`.
    pub(crate) fields: Vec<Field>,
    /// Whether the fields are named.
    pub(crate) named: bool,
}

/// A field of a model.
pub(crate) struct Field {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) name: Ident,
    /// The Rust type.
    pub(crate) ty: Type,
    /// The element type and dims of a tensor.
    pub(crate) tensor: Option<TensorType>,
    /// The element type and dims of the tensors in an `Option`, `Vec` or array.
    pub(crate) parts: Option<TensorType>,
    /// The written initialiser of a tensor, or the first value of any other field. A model field without one calls
    /// `init`.
    pub(crate) initial: Option<Expr>,
    /// Whether `#[state]` excludes the field from training.
    pub(crate) state: bool,
}

/// A declared model as written.
pub(crate) struct ModelInput {
    attrs: Vec<Attribute>,
    vis: Visibility,
    name: Ident,
    params: Vec<ModelParam>,
    where_clause: Option<syn::WhereClause>,
    body: BodyInput,
    functions: Vec<ItemFn>,
}

enum BodyInput {
    Struct(Punctuated<FieldInput, Token![,]>),
    Enum(Punctuated<VariantInput, Token![,]>),
}

struct FieldInput {
    attrs: Vec<Attribute>,
    vis: Visibility,
    name: Ident,
    ty: Type,
    initial: Option<Expr>,
}

struct VariantInput {
    attrs: Vec<Attribute>,
    name: Ident,
    fields: Vec<FieldInput>,
    named: bool,
}

/// An error with the code of models.
fn wrong(span: Span, message: impl std::fmt::Display) -> syn::Error {
    syn::Error::new(span, Code::Model.message(message))
}

impl Parse for ModelInput {
    fn parse(input: ParseStream<'_>) -> syn::Result<ModelInput> {
        let attrs = input.call(Attribute::parse_outer)?;
        let vis = input.parse()?;
        if input.peek(Token![struct]) {
            return Err(wrong(input.span(), "a model starts with its name: `pub Dense<IN, OUT> { .. }`"));
        }
        let is_enum = input.parse::<Option<Token![enum]>>()?.is_some();
        let name: Ident = input.parse().map_err(|e| wrong(e.span(), format!("a model starts with its name: {e}")))?;
        let mut params = if input.peek(Token![<]) { header(input)? } else { vec![] };
        let where_clause: Option<syn::WhereClause> = input.parse()?;
        // A parameter with bounds is a type.
        for param in &mut params {
            let ModelParam::Size(name) = param else { continue };
            let is_bound = |p: &syn::WherePredicate| matches!(p, syn::WherePredicate::Type(p) if is_named(&p.bounded_ty, name));
            if where_clause.iter().flat_map(|w| &w.predicates).any(is_bound) {
                *param = ModelParam::Type(syn::parse_quote!(#name));
            }
        }
        if !input.peek(syn::token::Brace) {
            return Err(wrong(input.span(), format!("the fields of `{name}` are missing: `{name} {{ weight: Tensor![..] = zeros() }}`")));
        }
        let content;
        braced!(content in input);
        let body = if is_enum {
            BodyInput::Enum(Punctuated::parse_terminated(&content)?)
        } else {
            BodyInput::Struct(Punctuated::parse_terminated(&content)?)
        };
        let mut functions = vec![];
        while !input.is_empty() {
            functions.push(input.parse().map_err(|e: syn::Error| {
                wrong(e.span(), format!("only functions follow the fields of a model; another model is another `model!`: {e}"))
            })?);
        }
        Ok(ModelInput { attrs, vis, name, params, where_clause, body, functions })
    }
}

/// `<T: Element, IN, OUT>`.
fn header(input: ParseStream<'_>) -> syn::Result<Vec<ModelParam>> {
    const SIZES: &str = "the parameters of a model are sizes, written by their names, and types with bounds: `Dense<T: Element, IN, OUT>`";
    let mut params = vec![];
    input.parse::<Token![<]>()?;
    while !input.peek(Token![>]) {
        if input.peek(Token![const]) || input.peek(syn::Lifetime) {
            return Err(wrong(input.span(), SIZES));
        }
        if input.peek2(Token![:]) {
            params.push(ModelParam::Type(input.parse()?));
        } else {
            params.push(ModelParam::Size(input.parse().map_err(|e| wrong(e.span(), SIZES))?));
        }
        if !input.peek(Token![>]) {
            input.parse::<Token![,]>()?;
        }
    }
    input.parse::<Token![>]>()?;
    Ok(params)
}

impl Parse for FieldInput {
    fn parse(input: ParseStream<'_>) -> syn::Result<FieldInput> {
        let attrs = input.call(Attribute::parse_outer)?;
        if input.peek(Token![fn]) || input.peek2(Token![fn]) {
            return Err(wrong(input.span(), "the functions of a model follow its fields, after the closing brace"));
        }
        let vis = input.parse()?;
        let name: Ident = input.parse()?;
        if !input.peek(Token![:]) {
            return Err(wrong(name.span(), format!("the type of `{name}` is missing: `{name}: Tensor![f32; ..] = zeros()`")));
        }
        input.parse::<Token![:]>()?;
        let ty = input.parse()?;
        let initial = match input.parse::<Option<Token![=]>>()? {
            Some(_) => Some(input.parse()?),
            None => None,
        };
        Ok(FieldInput { attrs, vis, name, ty, initial })
    }
}

impl Parse for VariantInput {
    fn parse(input: ParseStream<'_>) -> syn::Result<VariantInput> {
        let attrs = input.call(Attribute::parse_outer)?;
        let name: Ident = input.parse()?;
        let content;
        let mut fields = vec![];
        if input.peek(syn::token::Brace) {
            braced!(content in input);
            fields.extend(Punctuated::<FieldInput, Token![,]>::parse_terminated(&content)?);
            return Ok(VariantInput { attrs, name, fields, named: true });
        }
        if input.peek(syn::token::Paren) {
            parenthesized!(content in input);
            while !content.is_empty() {
                let attrs = content.call(Attribute::parse_outer)?;
                let ty: Type = content.parse()?;
                let name = Ident::new(&format!("part{}", fields.len()), Span::mixed_site());
                fields.push(FieldInput { attrs, vis: Visibility::Inherited, name, ty, initial: None });
                if !content.is_empty() {
                    content.parse::<Token![,]>()?;
                }
            }
        }
        Ok(VariantInput { attrs, name, fields, named: false })
    }
}

impl Model {
    /// Classifies a declared model.
    pub(crate) fn new(input: ModelInput, errors: &mut Errors) -> Model {
        let ModelInput { attrs, vis, name, mut params, where_clause, body, functions } = input;
        let sizes = params.iter().filter_map(|p| if let ModelParam::Size(name) = p { Some(name.clone()) } else { None });
        let constants: Vec<Ident> = sizes.collect();
        let (mut fields, mut variants): (Vec<Field>, Option<Vec<Variant>>) = (vec![], None);
        match body {
            BodyInput::Struct(written) => {
                for field in written {
                    let field = Field::new(field, &constants, errors);
                    field.check_initial(errors);
                    if fields.iter().any(|f: &Field| f.name == field.name) {
                        errors.of(Code::Model, &field.name, format!("`{}` is a field already", field.name));
                        continue;
                    }
                    fields.push(field);
                }
            }
            BodyInput::Enum(written) => variants = Some(written.into_iter().map(|v| Variant::new(v, &constants, errors)).collect()),
        }
        let all = || fields.iter().chain(variants.iter().flatten().flat_map(|v: &Variant| &v.fields));
        let element = |size: &Ident| all().flat_map(|f| f.tensor.iter().chain(&f.parts)).find(|t| is_named(&t.element, size));
        for param in &mut params {
            let ModelParam::Size(size) = param else { continue };
            let Some(tensor) = element(size) else { continue };
            let message = format!(
                "`{size}` is a size, as parameters without bounds are: an element type is written `{size}: Element` in the model's header"
            );
            errors.of(Code::Model, &tensor.element, message);
            // The intended form, so that the mistake causes no others.
            *param = ModelParam::Type(syn::parse_quote!(#size: ::gomlx::Element));
        }
        let scope = Scope { model: true, constants, fields };
        let is_enum = variants.is_some();
        let graphs = functions.into_iter().map(|f| function(f, &scope, is_enum, errors)).collect();
        Model { attrs, vis, name, params, where_clause, scope, variants, graphs }
    }
}

fn is_named(ty: &Type, name: &Ident) -> bool {
    matches!(ty, Type::Path(path) if path.path.is_ident(name))
}

/// A function of a model, which is a graph function without the attribute.
fn function(mut function: ItemFn, scope: &Scope, is_enum: bool, errors: &mut Errors) -> Graph {
    function.attrs.retain(|a| !a.path().is_ident("graph"));
    if function.sig.ident == "init" && !is_enum {
        errors.of(Code::Model, &function.sig.ident, "`model!` writes `init` itself, from the fields' initial values");
    }
    Graph::new(function, GraphArguments::default(), scope, errors)
}

impl Variant {
    fn new(input: VariantInput, constants: &[Ident], errors: &mut Errors) -> Variant {
        let VariantInput { attrs, name, fields, named } = input;
        for field in &fields {
            if let Some(initial) = &field.initial {
                let message = "a variant of an enum has no initial values, for which would be made: give them where it is made";
                errors.of(Code::Model, initial, message);
            }
        }
        let fields = fields.into_iter().map(|f| Field::new(f, constants, errors)).collect();
        Variant { attrs, name, fields, named }
    }
}

impl Field {
    fn new(input: FieldInput, constants: &[Ident], errors: &mut Errors) -> Field {
        let FieldInput { mut attrs, vis, name, ty: written, initial } = input;
        let mut ty = written.clone();
        dims::replace_tensor_macros(&mut ty, errors);
        let pattern = DimPattern::of(&written, errors);
        for dim in pattern.tensors().into_iter().flat_map(|t| &t.dims) {
            dim.names(&mut |symbol| {
                if !constants.contains(symbol) {
                    errors.of(
                        Code::Symbol,
                        symbol,
                        format!("the size of `{symbol}` is not known when the model is made: name it in the model's header, or write a constant as `{{{symbol}}}`"),
                    );
                }
            });
        }
        let before = attrs.len();
        attrs.retain(|a| !a.path().is_ident("state"));
        let state = attrs.len() < before;
        for attr in attrs.iter().filter(|a| a.path().is_ident("fixed")) {
            errors.of(Code::Model, attr, "a field without tensors is part of what a graph is compiled for anyway: leave `#[fixed]` off");
        }
        attrs.retain(|a| !a.path().is_ident("fixed"));
        let direct = dims::as_tensor_macro(&written).is_some();
        let (tensor, parts) = match pattern {
            DimPattern::Dims(tensor) if direct => (Some(tensor), None),
            DimPattern::Dims(tensor) => (None, Some(tensor)),
            DimPattern::Each(inner) => match *inner {
                DimPattern::Dims(tensor) => (None, Some(tensor)),
                DimPattern::Any | DimPattern::Each(_) | DimPattern::Parts(_) => (None, None),
            },
            DimPattern::Any | DimPattern::Parts(_) => (None, None),
        };
        Field { attrs, vis, name, ty, tensor, parts, initial, state }
    }

    /// Reports a struct field without a first value.
    fn check_initial(&self, errors: &mut Errors) {
        let Field { name, ty, .. } = self;
        if self.initial.is_some() {
            return;
        }
        let is = |wanted: &str| matches!(ty, Type::Path(p) if p.path.segments.last().is_some_and(|s| s.ident == wanted));
        let message = match () {
            () if self.tensor.is_some() || is("Tensor") => {
                format!("`{name}` needs an initial value: `{name}: Tensor![..] = zeros()`, `glorot_uniform()`, ..")
            }
            () if is("Option") => format!("`{name}` needs a value: `= None`, or `= Some(..)` of a layer's `init(rng)` or an initialiser"),
            () if is("Vec") => {
                format!("`{name}` needs a value, which says how many there are: `= (0..4).map(|_| Block::init(rng)).collect()`")
            }
            () if !crate::ast::may_hold_tensors(ty) => format!("`{name}` needs a value: `{name}: {} = ..`", super::text_of(ty)),
            () => return,
        };
        errors.of(Code::Model, ty, message);
    }
}
