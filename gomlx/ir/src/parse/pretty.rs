// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The pretty form of each op, which StableHLO's printer writes. It is read into the attributes of the
//! generic form, from which [`super::build`] makes the op.
//!
//! Invariant: keys and attribute names come from the table of ops, as they do in the printer.

use super::Parser;
use super::attribute::{Attribute, Attributes};
use super::cursor::unquote;
use super::instruction::Form;
use super::lexer::Kind;
use super::tuple::{Types, Values};
use super::types::Signature;
use crate::op::TextAttribute;
use crate::{Axes, BinaryOp, Builder, Code, Diagnostic, Op, OpKind, RegionId, Result, Shape, bail};

/// The roles of the axes of the three tensors of a convolution.
#[derive(Clone)]
pub(super) struct Layouts {
    pub(super) input: Layout,
    pub(super) kernel: Layout,
    pub(super) output: Layout,
}

/// Axes of one tensor: two with a letter each, the others spatial.
#[derive(Clone)]
pub(super) struct Layout {
    pub(super) first: usize,
    pub(super) second: usize,
    pub(super) spatial: Axes,
}

impl<'a> Parser<'a> {
    /// The pretty form of an instruction, from after the op's name.
    pub(super) fn pretty(&mut self, name: &'a str) -> Result<Form<'a>> {
        let mut attributes = Attributes::default();
        let to = &mut attributes;
        let operands = match OpKind::from_name(name) {
            Some(kind @ OpKind::Constant) => {
                let [value] = kind.attribute_names();
                self.attributes()?;
                to.set(value, Attribute::Dense(self.dense()?.into()));
                return Ok(Form { name: name.into(), attributes, operands: Values::default(), regions: vec![], results: None });
            }
            Some(OpKind::Reduce) => return self.reduce(),
            Some(OpKind::While) => return self.r#while(),
            Some(kind) => self.structured(kind, to)?,
            None => self.unstructured(name, to)?,
        };
        self.more_attributes(to)?;
        let results = Some(self.pretty_results(name, &operands)?);
        Ok(Form { name: name.into(), attributes, operands, regions: vec![], results })
    }

    /// The operands and settings of a structured op, in the order in which the printer writes them.
    fn structured(&mut self, kind: OpKind, to: &mut Attributes) -> Result<Values> {
        match kind {
            OpKind::BroadcastInDim
            | OpKind::Concatenate
            | OpKind::DynamicSlice
            | OpKind::Fft
            | OpKind::Pad
            | OpKind::Reverse
            | OpKind::Rng
            | OpKind::RngBitGenerator
            | OpKind::Transpose => {
                let operands = self.operands()?;
                self.settings(kind, to)?;
                Ok(operands)
            }
            // The setting may be missing.
            OpKind::Cholesky => {
                let operands = self.operands()?;
                if self.c.at(",") {
                    self.settings(kind, to)?;
                }
                Ok(operands)
            }
            OpKind::Slice => {
                let operands = self.operands()?;
                self.slice_ranges(to)?;
                Ok(operands)
            }
            OpKind::ReducePrecision => {
                let operands = self.operands()?;
                self.format(to)?;
                Ok(operands)
            }
            OpKind::DotGeneral => {
                let operands = self.operands()?;
                self.dot_general(to)?;
                Ok(operands)
            }
            OpKind::Convolution => {
                let operands = self.operands_in_parentheses()?;
                self.convolution(to)?;
                Ok(operands)
            }
            OpKind::Iota => {
                kind.facts().attributes.iter().try_for_each(|attribute| self.setting(attribute, to))?;
                Ok(Values::default())
            }
            OpKind::Compare => self.compare(to),
            OpKind::TopK => {
                self.c.expect("(", "before the operand")?;
                let mut operands = Values::default();
                operands.push(self.operand()?);
                self.settings(kind, to)?;
                self.c.expect(")", "after k")?;
                Ok(operands)
            }
            OpKind::Composite => {
                let composite = self.c.expect_kind(Kind::Str, "a composite's name")?;
                to.set("name", Attribute::Str(unquote(composite.text)));
                self.operands()
            }
            // Attributes in braces, if there are any: `pretty` reads them.
            OpKind::BatchNormGrad
            | OpKind::BatchNormInference
            | OpKind::BatchNormTraining
            | OpKind::BitcastConvert
            | OpKind::Case
            | OpKind::Clamp
            | OpKind::Constant
            | OpKind::Convert
            | OpKind::DynamicUpdateSlice
            | OpKind::Factor
            | OpKind::Gather
            | OpKind::If
            | OpKind::Map
            | OpKind::OptimizationBarrier
            | OpKind::Print
            | OpKind::Reduce
            | OpKind::ReduceWindow
            | OpKind::Reshape
            | OpKind::Scatter
            | OpKind::Select
            | OpKind::SelectAndScatter
            | OpKind::Sort
            | OpKind::TriangularSolve
            | OpKind::While => self.operands(),
        }
    }

    /// The operands and settings of an elementwise function, or of a form that is not an op of the set.
    fn unstructured(&mut self, name: &str, to: &mut Attributes) -> Result<Values> {
        match name {
            "call" | "func.call" => {
                to.set("callee", self.symbol("a function's name")?);
                return self.operands_in_parentheses();
            }
            "stablehlo.custom_call" => {
                to.set("call_target_name", self.symbol("the call's target")?);
                return self.operands_in_parentheses();
            }
            _ if !super::build::is_op(name) && !super::make::is_form(name) => bail!(Unsupported, "op {name} is not supported"),
            _ => {}
        }
        let operands = self.operands()?;
        match name {
            // The sizes are operands; the other settings are those of the op that it becomes.
            "stablehlo.dynamic_broadcast_in_dim" => self.settings(OpKind::BroadcastInDim, to)?,
            "stablehlo.dynamic_iota" => self.settings(OpKind::Iota, to)?,
            "stablehlo.get_dimension_size" | "stablehlo.set_dimension_size" => {
                self.c.expect(",", "after operands")?;
                self.setting(&TextAttribute { key: "dim", name: "dimension" }, to)?;
            }
            "sdy.sharding_constraint" => self.skip_balanced()?,
            "stablehlo.get_tuple_element" => {
                self.c.expect("[", "after the tuple")?;
                to.set("index", self.int()?);
                self.c.expect("]", "after an index")?;
            }
            _ => {}
        }
        Ok(operands)
    }

    fn symbol(&mut self, what: &str) -> Result<Attribute> {
        Ok(Attribute::Symbol(unquote(self.c.expect_kind(Kind::Symbol, what)?.text)))
    }

    /// `, key = value` for each attribute of an op.
    fn settings(&mut self, kind: OpKind, to: &mut Attributes) -> Result<()> {
        for attribute in kind.facts().attributes {
            self.c.expect(",", "after operands")?;
            self.setting(attribute, to)?;
        }
        Ok(())
    }

    /// `key = 1`, `key = [1, 2]`, `key = WORD` or `key = true`.
    fn setting(&mut self, attribute: &TextAttribute, to: &mut Attributes) -> Result<()> {
        self.c.expect_key(attribute.key)?;
        let value = match self.c.token.text {
            "true" | "false" => Attribute::Bool(self.c.take().text == "true"),
            word if self.c.is(Kind::Ident) && word.bytes().all(|b| b.is_ascii_uppercase() || b == b'_') => {
                Attribute::Keyword(self.c.take().text.to_owned())
            }
            _ => self.ints()?,
        };
        to.set(attribute.name, value);
        Ok(())
    }

    /// `EQ, %x, %y, FLOAT`; the kind may be missing.
    fn compare(&mut self, to: &mut Attributes) -> Result<Values> {
        let [direction, kind] = OpKind::Compare.attribute_names();
        let word = self.c.expect_kind(Kind::Ident, "a direction")?.text;
        to.set(direction, Attribute::Keyword(word.to_owned()));
        self.c.expect(",", "after the direction")?;
        let operands = self.operands()?;
        if self.c.eat(",") {
            let word = self.c.expect_kind(Kind::Ident, "a kind of comparison")?.text;
            to.set(kind, Attribute::Keyword(word.to_owned()));
        }
        Ok(operands)
    }

    /// `, format = e5m10`.
    fn format(&mut self, to: &mut Attributes) -> Result<()> {
        self.c.expect(",", "after the operand")?;
        self.c.expect_key("format")?;
        let number = |digits: &str| digits.parse().ok().map(Attribute::Int);
        let bits = self.c.token.text.strip_prefix('e').and_then(|f| f.split_once('m')).and_then(|(e, m)| Some((number(e)?, number(m)?)));
        let Some((exponent, mantissa)) = bits else { return Err(self.c.expected("a format such as e5m10")) };
        self.c.take();
        let names = OpKind::ReducePrecision.attribute_names::<2>();
        names.into_iter().zip([exponent, mantissa]).for_each(|(name, bits)| to.set(name, bits));
        Ok(())
    }

    /// `1`, `[1, 2]` or `[[1, 2], [3, 4]]`.
    fn ints(&mut self) -> Result<Attribute> {
        if !self.c.eat("[") {
            return self.int();
        }
        let mut items = vec![];
        self.separated("]", "after an integer", |p| {
            items.push(p.nested(Self::ints)?);
            Ok(())
        })?;
        Ok(Attribute::List(items))
    }

    fn int(&mut self) -> Result<Attribute> {
        let token = self.c.token;
        let value = (token.kind == Kind::Int).then(|| token.text.parse().ok()).flatten();
        let value = value.ok_or_else(|| self.c.expected("an integer"))?;
        self.c.take();
        Ok(Attribute::Int(value))
    }

    /// `[0:2, 1:9:2]`.
    fn slice_ranges(&mut self, to: &mut Attributes) -> Result<()> {
        let (mut starts, mut limits, mut strides) = (vec![], vec![], vec![]);
        self.c.expect("[", "after the operand")?;
        self.separated("]", "after a range", |p| {
            starts.push(p.int()?);
            p.c.expect(":", "after a start")?;
            limits.push(p.int()?);
            strides.push(if p.c.eat(":") { p.int()? } else { Attribute::Int(1) });
            Ok(())
        })?;
        let names = OpKind::Slice.attribute_names::<3>();
        names.into_iter().zip([starts, limits, strides]).for_each(|(name, list)| to.set(name, Attribute::List(list)));
        Ok(())
    }

    /// `, batching_dims = [0] x [0], contracting_dims = [2] x [1], precision = [DEFAULT, DEFAULT]`.
    fn dot_general(&mut self, to: &mut Attributes) -> Result<()> {
        let mut numbers = Attributes::default();
        while self.c.eat(",") {
            if self.c.at("precision") {
                self.c.expect_key("precision")?;
                self.skip_balanced()?;
            } else if self.c.at("algorithm") {
                // It permits backends to be less precise; ours never are.
                self.c.expect_key("algorithm")?;
                self.skip_balanced()?;
            } else {
                let (key, lhs, rhs) = if self.c.at("batching_dims") {
                    ("batching_dims", "lhs_batching_dimensions", "rhs_batching_dimensions")
                } else {
                    ("contracting_dims", "lhs_contracting_dimensions", "rhs_contracting_dimensions")
                };
                self.c.expect_key(key)?;
                numbers.set(lhs, self.ints()?);
                self.c.expect("x", "between lhs and rhs dimensions")?;
                numbers.set(rhs, self.ints()?);
            }
        }
        let [name] = OpKind::DotGeneral.attribute_names();
        to.set(name, Attribute::Fields(numbers));
        Ok(())
    }

    /// `dim_numbers = [b, 0, f]x[0, i, o]->[b, 0, f], window = {stride = [2], pad = [[1, 1]]}`.
    fn convolution(&mut self, to: &mut Attributes) -> Result<()> {
        let [window @ .., numbers, _, _] = OpKind::Convolution.facts().attributes else { return Ok(()) };
        self.c.expect_key("dim_numbers")?;
        to.set(numbers.name, Attribute::Conv(self.layouts()?));
        self.c.expect(",", "after the dimension numbers")?;
        self.c.expect_key("window")?;
        self.c.expect("{", "to begin the window")?;
        self.separated("}", "after a window's setting", |p| {
            let key = p.c.expect_kind(Kind::Ident, "a window's setting")?;
            p.c.expect("=", "after a window's setting")?;
            let Some(attribute) = window.iter().find(|attribute| attribute.key == key.text) else {
                return Err(p.c.error(format!("a window has no setting '{}'", key.text)));
            };
            to.set(attribute.name, p.attribute()?);
            Ok(())
        })
    }

    /// `[b, 0, f]x[0, i, o]->[b, 0, f]`.
    pub(super) fn layouts(&mut self) -> Result<Layouts> {
        let input = self.layout("b", "f")?;
        self.c.expect("x", "between input and kernel")?;
        let kernel = self.layout("i", "o")?;
        self.c.expect("->", "between kernel and output")?;
        let output = self.layout("b", "f")?;
        Ok(Layouts { input, kernel, output })
    }

    fn layout(&mut self, first: &str, second: &str) -> Result<Layout> {
        let (mut at_first, mut at_second, mut spatial, mut axis) = (None, None, vec![], 0);
        self.c.expect("[", "to begin dimension numbers")?;
        self.separated("]", "after a dimension number", |p| {
            if p.c.eat(first) {
                at_first = Some(axis);
            } else if p.c.eat(second) {
                at_second = Some(axis);
            } else if p.c.is(Kind::Int) {
                let number: usize = p.c.token.text.parse().map_err(|_| p.c.expected("a spatial dimension"))?;
                p.c.take();
                spatial.push((number, axis));
            } else {
                return Err(p.c.expected(&format!("'{first}', '{second}' or a spatial dimension")));
            }
            axis += 1;
            Ok(())
        })?;
        spatial.sort_unstable();
        let (Some(at_first), Some(at_second)) = (at_first, at_second) else {
            return Err(self.c.error(format!("dimension numbers without '{first}' or '{second}'")));
        };
        if spatial.iter().enumerate().any(|(i, &(number, _))| i != number) {
            return Err(self.c.error("the spatial dimensions are not 0, 1, .. in some order"));
        }
        Ok(Layout { first: at_first, second: at_second, spatial: spatial.into_iter().map(|(_, axis)| axis).collect() })
    }

    /// `(%x init: %c), (%y init: %d) applies stablehlo.add across dimensions = [1] : types`, or with a body after the
    /// types.
    fn reduce(&mut self) -> Result<Form<'a>> {
        let (mut operands, mut initials) = (vec![], vec![]);
        loop {
            self.c.expect("(", "to begin an operand")?;
            operands.push(self.operand()?);
            self.c.expect("init", "after an operand")?;
            self.c.expect(":", "after 'init'")?;
            initials.push(self.operand()?);
            self.c.expect(")", "after an initial value")?;
            if !self.c.eat(",") {
                break;
            }
        }
        let one_op = if self.c.eat("applies") { Some(self.c.expect_kind(Kind::Ident, "an op")?.text) } else { None };
        self.c.expect("across", "after operands")?;
        let mut attributes = Attributes::default();
        OpKind::Reduce.facts().attributes.iter().try_for_each(|attribute| self.setting(attribute, &mut attributes))?;
        self.more_attributes(&mut attributes)?;
        let inputs = operands.len();
        operands.append(&mut initials);
        let operands = Values::from(operands);
        let results = self.full_signature(&operands)?;
        let body = self.function.add_region();
        match one_op {
            Some(name) => {
                let Some(op) = BinaryOp::from_name(name) else { bail!(Unsupported, "reduce: a body of one op {name} is not supported") };
                let element = Shape::scalar(self.function.shape(operands[0]).dtype);
                let x = self.function.add_region_param(body, element.clone());
                let y = self.function.add_region_param(body, element);
                let result = Builder::new(&mut self.function, body).emit(Op::Binary(op), &[x, y])?;
                self.function.region_mut(body).results = vec![result];
            }
            None => self.reducer(inputs, body)?,
        }
        Ok(Form { name: "stablehlo.reduce".into(), attributes, operands, regions: vec![body], results: Some(results) })
    }

    /// `reducer(%a: T, %b: T) (%c: T, %d: T) { .. }`.
    fn reducer(&mut self, inputs: usize, body: RegionId) -> Result<()> {
        self.c.expect("reducer", "to begin the body")?;
        self.in_scope(|p| {
            // The text has the two parameters of each input side by side; the region has all accumulated ones first.
            let (mut accumulated, mut new) = (vec![], vec![]);
            for _ in 0..inputs {
                p.c.expect("(", "to begin a pair of parameters")?;
                accumulated.push(p.counted_param()?);
                p.c.expect(",", "between two parameters")?;
                new.push(p.counted_param()?);
                p.c.expect(")", "after two parameters")?;
            }
            accumulated.into_iter().chain(new).try_for_each(|param| p.add_region_param(body, param))?;
            p.region(body)
        })
    }

    /// `(%iterArg = %0, %iterArg_0 = %1) : T, U cond {..} do {..}`: the state has these names in both regions.
    fn r#while(&mut self) -> Result<Form<'a>> {
        let (mut names, mut operands) = (vec![], Values::default());
        self.c.expect("(", "to begin the state")?;
        self.separated(")", "after a state's value", |p| {
            names.push(p.c.expect_kind(Kind::Value, "a state's name")?.text);
            p.c.expect("=", "after a state's name")?;
            operands.append(p.any_operand()?);
            Ok(())
        })?;
        let results = if operands.held.is_empty() { Types::default() } else { self.pretty_results("stablehlo.while", &operands)? };
        if self.c.eat("attributes") {
            self.attributes()?;
        }
        let mut regions = vec![];
        for word in ["cond", "do"] {
            self.c.expect(word, "to begin a region of the loop")?;
            let region = self.function.add_region();
            self.in_scope(|p| {
                for (i, name) in names.iter().enumerate() {
                    p.add_state_param(region, name, usize::MAX, operands.part(i, 1).unwrap_or_default())?;
                }
                p.region(region)
            })?;
            regions.push(region);
        }
        Ok(Form { name: "stablehlo.while".into(), attributes: Attributes::default(), operands, regions, results: Some(results) })
    }

    /// The stated types of the results.
    fn pretty_results(&mut self, name: &str, operands: &Values) -> Result<Types> {
        match name {
            "stablehlo.iota" | "stablehlo.partition_id" | "stablehlo.replica_id" | "stablehlo.create_token" | "stablehlo.tuple" => {
                self.c.expect(":", "before the type")?;
                let mut types = Types::default();
                self.any_type(&mut types)?;
                Ok(types)
            }
            "stablehlo.optimization_barrier" if operands.held.is_empty() => Ok(Types::default()),
            // The one type is that of the result; the operands are its parts.
            "stablehlo.complex" => {
                let Signature { operands: mut stated, results } = self.signature()?;
                let results = match (results, &*stated) {
                    (Some(results), _) => results,
                    (None, [result]) => {
                        let result = result.clone();
                        stated = vec![result.with_dtype(result.dtype.real()); 2].into();
                        vec![result].into()
                    }
                    (None, _) => return Err(self.c.expected("one type")),
                };
                self.check_row(operands, &stated, "an operand")?;
                Ok(results)
            }
            "stablehlo.select" | "stablehlo.optimization_barrier" | "stablehlo.while" => {
                let Signature { operands: mut stated, results } = self.signature()?;
                let results = match results {
                    Some(results) => results,
                    None if name == "stablehlo.select" => {
                        let last = stated.last().cloned().ok_or_else(|| Diagnostic::new(Code::Parse, "expected types"))?;
                        stated.push(last.clone());
                        vec![last].into()
                    }
                    None => stated.clone(),
                };
                self.check_row(operands, &stated, "an operand")?;
                Ok(results)
            }
            _ => self.short_signature(operands),
        }
    }
}
