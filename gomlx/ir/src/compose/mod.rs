// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The functions that users call on tensors, each composed once of the op set.
//!
//! Eager tensors, traced tensors and the macros' preview all end here: each opens a [`Composer`] on a function and
//! calls a composed function on [`Var`]s. Sizes may be symbols, so that the macro composes before any size is known.
//!
//! Invariant: a composition either appends all of its instructions and gives its results, or it stops and leaves the
//! region as it was. It stops because the call is wrong for every value of the symbols ([`Stop::Wrong`]), or because
//! the symbols decide what to append ([`Stop::Unknown`]). With literal sizes it never stops as unknown.

mod activation;
mod along;
mod arg;
mod broadcast;
mod choice;
mod compare;
mod complex;
mod contract;
pub mod control;
mod conv;
mod convolve;
mod creation;
mod cumulative;
mod declare;
mod diagonal;
mod difference;
mod einsum;
mod elementwise;
mod fft;
mod histogram;
pub mod index;
mod interpolate;
mod layout;
mod linalg;
mod logic;
mod loss;
mod math;
mod nonzero;
mod normalize;
mod operand;
mod order;
mod padding;
mod patches;
mod places;
mod poly;
mod pool;
mod quantile;
mod random;
mod reduce;
mod reductions;
mod region;
mod resize;
mod results;
mod roots;
mod rounding;
mod sample;
mod scan;
mod segment;
mod shape;
mod slope;
mod softmax;
mod special;
mod spectrum;
mod split;
mod statistics;
mod structured;
mod take;
mod trend;
mod unique;
mod var;
mod window;

use std::cell::{Cell, RefCell};
use std::fmt::Display;

use smallvec::SmallVec;

pub use self::arg::Arg;
pub use self::choice::{
    Boundary, Choice, ConvolveMode, FftNorm, GridMode, GridPadding, IndexMode, Indexing, Interpolation, PadMode, RankMethod, ResizeMethod,
    ScatterReduce, Trend, choice_named,
};
pub use self::conv::{Conv, Padding};
#[cfg(feature = "testing")]
pub use self::declare::{Attribute, Documentation};
pub use self::declare::{Form, IntoVars, Method, Methods};
pub(crate) use self::linalg::jacobi::refined_eigh;
pub(crate) use self::linalg::schur::schur_by_loops;
pub use self::operand::{Number, Operand};
pub use self::random::Stream;
pub use self::reduce::IntoAxes;
pub use self::region::Vars;
pub use self::results::set_results;
pub use self::var::Var;
use crate::bitcast::bitcast;
use crate::{Builder, Code, DType, Diagnostic, Dim, Donation, Function, HostTensor, Location, Op, Reducer, RegionId, Shape, ValueId};

/// Why a composition has no result.
#[derive(Clone, Debug, PartialEq)]
pub enum Stop {
    /// The call is wrong for every value of the symbols.
    Wrong(Diagnostic),
    /// The values of the symbols decide whether the call is right, or what it is.
    Unknown,
}

/// The mark of a composition that has stopped; its [`Composer`] holds the reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stopped;

/// A result of a composition, or the mark that it has stopped.
pub type Composed<T> = Result<T, Stopped>;

/// Sizes of axes, which may be symbols.
pub type Sizes = SmallVec<[Dim; 4]>;

/// The values that a composition gives.
pub type Values = SmallVec<[ValueId; 2]>;

/// The groups of declarations.
const GROUPS: &[&[&Method]] = &[
    activation::activation::METHODS,
    along::along::METHODS,
    compare::compare::METHODS,
    compare::mask::METHODS,
    compare::choice::METHODS,
    complex::complex_parts::METHODS,
    complex::complex_numbers::METHODS,
    contract::contract::METHODS,
    conv::conv::METHODS,
    convolve::convolve::METHODS,
    cumulative::cumulative::METHODS,
    difference::difference::METHODS,
    creation::creation::METHODS,
    creation::like::METHODS,
    creation::grids::METHODS,
    diagonal::diagonal::METHODS,
    diagonal::triangle::METHODS,
    einsum::einsum::METHODS,
    elementwise::elementwise::METHODS,
    fft::frequencies::METHODS,
    fft::transforms::METHODS,
    linalg::determinant::determinant::METHODS,
    linalg::eigen::eigen::METHODS,
    linalg::equations::equations::METHODS,
    linalg::factors::factors::METHODS,
    linalg::norms::norms::METHODS,
    linalg::products::chains::METHODS,
    linalg::products::products::METHODS,
    linalg::reduction::reductions_of_matrices::METHODS,
    linalg::schur::schur_forms::METHODS,
    linalg::solutions::solutions::METHODS,
    logic::logic::METHODS,
    layout::layout::METHODS,
    loss::loss::METHODS,
    math::math::METHODS,
    nonzero::nonzero::METHODS,
    normalize::normalize::METHODS,
    histogram::histogram::METHODS,
    interpolate::interpolate::METHODS,
    order::order::METHODS,
    order::order_of_keys::METHODS,
    padding::padding::METHODS,
    patches::patches::METHODS,
    pool::pool::METHODS,
    places::choices::METHODS,
    places::places::METHODS,
    places::triangles::METHODS,
    quantile::quantile::METHODS,
    quantile::quantiles::METHODS,
    poly::poly::METHODS,
    reduce::reduce::METHODS,
    resize::resize::METHODS,
    roots::roots::METHODS,
    rounding::rounding::METHODS,
    sample::sample::METHODS,
    segment::segment::METHODS,
    shape::movement::METHODS,
    shape::join::METHODS,
    shape::positions::METHODS,
    shape::filled::METHODS,
    softmax::softmax::METHODS,
    spectrum::spectrum::METHODS,
    split::pieces::METHODS,
    split::split::METHODS,
    statistics::masked::METHODS,
    statistics::statistics::METHODS,
    statistics::without_nan::METHODS,
    special::bessel::bessel::METHODS,
    special::combinatorics::combinatorics::METHODS,
    special::entropy::entropy::METHODS,
    special::error::error::METHODS,
    special::error::inverse_error::METHODS,
    special::gamma::gamma_functions::METHODS,
    special::harmonics::harmonics::METHODS,
    special::hypergeometric::hypergeometric::METHODS,
    special::incomplete::incomplete::METHODS,
    special::integrals::integrals::METHODS,
    special::logarithm::logarithm::METHODS,
    special::owen::owen::METHODS,
    structured::structured::METHODS,
    structured::named::METHODS,
    take::take::METHODS,
    trend::trend::METHODS,
    window::window::METHODS,
    unique::unique::METHODS,
];

/// Where a composition appends its instructions: one region of a function, all at one source location.
pub struct Composer<'f> {
    /// The name of the function that the user called, for messages.
    name: &'f str,
    function: RefCell<&'f mut Function>,
    /// The region, which is another one while a region within it is composed.
    region: Cell<RegionId>,
    location: Option<&'f Location>,
    /// How many derivatives are being composed, each as part of the one before.
    order: Cell<usize>,
    /// The first reason to stop.
    stop: RefCell<Option<Stop>>,
}

/// Composes the function `name` at the end of a region.
///
/// # Errors
/// If the composition stops; the region is then as it was.
pub fn compose(
    name: &str,
    function: &mut Function,
    region: RegionId,
    location: Option<&Location>,
    body: &dyn for<'c> Fn(&'c Composer<'c>) -> Composed<SmallVec<[Var<'c>; 2]>>,
) -> Result<Values, Stop> {
    let before = function.region(region).insts.len();
    let composer = Composer {
        name,
        function: RefCell::new(function),
        region: Cell::new(region),
        location,
        order: Cell::new(0),
        stop: RefCell::new(None),
    };
    let values: Composed<Values> = body(&composer).and_then(|vars| vars.into_iter().map(Var::value).collect());
    let stop = composer.stop.take();
    match (stop, values) {
        (None, Ok(values)) => Ok(values),
        (stop, _) => {
            function.region_mut(region).insts.truncate(before);
            Err(stop.unwrap_or(Stop::Unknown))
        }
    }
}

/// As [`compose`], for a function of one result.
///
/// # Errors
/// If the composition stops.
pub fn compose_one(
    name: &str,
    function: &mut Function,
    region: RegionId,
    location: Option<&Location>,
    body: impl for<'c> Fn(&'c Composer<'c>) -> Composed<Var<'c>>,
) -> Result<ValueId, Stop> {
    let values = compose(name, function, region, location, &|c| body(c).map(|var| SmallVec::from_iter([var])))?;
    values.first().copied().ok_or(Stop::Unknown)
}

impl<'c> Composer<'c> {
    /// The name of the function that the user called.
    pub fn name(&self) -> &'c str {
        self.name
    }

    /// A value of the function as an operand of compositions.
    pub fn var(&'c self, value: ValueId) -> Var<'c> {
        Var::new(self, Some(value))
    }

    /// Stops: the call is wrong for every value of the symbols. The message follows the name of the function that the
    /// user called.
    pub fn wrong(&self, code: Code, message: impl Display) -> Stopped {
        self.wrong_with(Diagnostic::new(code, format!("{}: {message}", self.name)))
    }

    /// Stops with a whole diagnostic.
    pub fn wrong_with(&self, diagnostic: Diagnostic) -> Stopped {
        self.stop.borrow_mut().get_or_insert(Stop::Wrong(diagnostic));
        Stopped
    }

    /// Stops with a diagnostic that says what to do, after a message as [`Composer::wrong`] makes it.
    pub fn wrong_note(&self, code: Code, message: impl Display, note: impl Into<String>) -> Stopped {
        self.wrong_with(Diagnostic::new(code, format!("{}: {message}", self.name)).note(note))
    }

    /// Stops: the symbols decide.
    pub fn unknown(&self) -> Stopped {
        self.stop.borrow_mut().get_or_insert(Stop::Unknown);
        Stopped
    }

    /// Stops as wrong if `wrong` holds for every value of the symbols, as unknown otherwise.
    pub fn wrong_if(&self, wrong: bool, code: Code, message: impl Display) -> Stopped {
        if wrong { self.wrong(code, message) } else { self.unknown() }
    }

    /// A constant.
    pub fn constant(&'c self, tensor: HostTensor) -> Var<'c> {
        let value = self.builder(|b| b.constant(tensor));
        self.var(value)
    }

    /// A scalar constant: the nearest of the element type.
    pub fn scalar(&'c self, dtype: DType, value: f64) -> Var<'c> {
        let value = self.builder(|b| b.scalar(dtype, value));
        self.var(value)
    }

    /// A size, or a product of sizes, as a scalar. Where symbols decide it, it is a parameter named after it, which
    /// only readers of the preview see.
    pub fn count(&'c self, dtype: DType, count: &Dim) -> Var<'c> {
        if let Some(n) = count.lit() {
            return self.scalar(dtype, n as f64);
        }
        let name = format!("{COUNT}{count}");
        let value = {
            let function = &mut **self.function.borrow_mut();
            let existing = function.params().iter().copied().find(|&p| {
                let param = function.value(p);
                param.name.as_deref() == Some(&name) && param.shape.dtype == dtype
            });
            existing.unwrap_or_else(|| {
                let value = function.add_param(Shape::scalar(dtype), Donation::Keep);
                function.set_name(value, &name);
                value
            })
        };
        self.var(value)
    }

    /// Appends an instruction with one result.
    pub fn emit(&'c self, op: Op, operands: &[Var<'c>]) -> Var<'c> {
        let vars = self.emit_all(op, operands, &[]);
        Var::new(self, vars.ok().and_then(|values| values.first().copied()))
    }

    /// The bits of a value as elements of another type, as `bitcast_convert` of the StableHLO spec.
    pub fn bitcast(&'c self, x: Var<'c>, to: DType) -> Composed<Var<'c>> {
        let (value, shape) = (x.value()?, x.shape()?);
        let cast = self.builder(|b| bitcast(b, value, to));
        match cast {
            Ok(value) => Ok(self.var(value)),
            Err(error) if error.code == Code::DType || shape.known().is_some() => Err(self.wrong_with(error)),
            Err(_) => Err(self.unknown()),
        }
    }

    /// Appends an instruction whose one region is a reducer of scalars of an element type.
    pub fn emit_with(&'c self, op: Op, operands: &[Var<'c>], reducer: Reducer, dtype: DType) -> Var<'c> {
        let region = self.builder(|b| b.reducer(reducer, dtype));
        let vars = self.emit_all(op, operands, &[region]);
        Var::new(self, vars.ok().and_then(|values| values.first().copied()))
    }

    /// Appends an instruction. What inference refuses is wrong if no size that it looks at is a symbol.
    fn emit_all(&'c self, op: Op, operands: &[Var<'c>], regions: &[RegionId]) -> Composed<SmallVec<[ValueId; 1]>> {
        let operands: SmallVec<[ValueId; 4]> = operands.iter().map(|v| v.value()).collect::<Composed<_>>()?;
        let known = || operands.iter().all(|&v| self.function.borrow().shape(v).known().is_some()) && attributes_known(&op);
        let emitted = self.builder(|b| {
            let inst = b.emit_inst(op.clone(), &operands, regions)?;
            Ok::<_, Diagnostic>(b.function.inst(inst).results.clone())
        });
        emitted.map_err(|error| if error.code == Code::DType || known() { self.wrong_with(error) } else { self.unknown() })
    }

    /// Runs `action` on a builder of the region.
    fn builder<R>(&self, action: impl FnOnce(&mut Builder<'_>) -> R) -> R {
        let mut function = self.function.borrow_mut();
        action(&mut Builder { function: &mut function, region: self.region.get(), location: self.location.cloned() })
    }
}

/// The start of the names of parameters that stand for a number of elements.
pub const COUNT: &str = "count_";

fn attributes_known(op: &Op) -> bool {
    match op {
        Op::BroadcastInDim { dims, .. } | Op::Reshape(dims) | Op::Slice { limits: dims, .. } => dims.iter().all(|d| d.lit().is_some()),
        Op::Iota { shape, .. } => shape.known().is_some(),
        _ => true,
    }
}
