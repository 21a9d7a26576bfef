// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The arguments of a call as data, so that one function pointer serves every caller.

use std::hash::{Hash, Hasher};

use smallvec::SmallVec;

use super::{Choice, Composed, Composer, Conv, Number, Operand, Padding, Sizes, Var};
use crate::{DType, Dim, ValueId};

/// An argument of a call. `T` is what stands for a tensor: a value of the function, or a tensor of the caller.
#[derive(Clone, Debug, PartialEq)]
pub enum Arg<T = ValueId> {
    /// A tensor.
    Tensor(T),
    /// A number; a size, an axis and a position if it is whole.
    Number(Number),
    /// A size that symbols decide.
    Size(Dim),
    /// An element type.
    Element(DType),
    /// A list or tuple.
    List(Vec<Arg<T>>),
    /// Padding of windows.
    Padding(Padding),
    /// Options of a convolution.
    Conv(Conv),
    /// Yes or no.
    Flag(bool),
    /// A text.
    Text(String),
    /// A variant of an enum of options, by its name.
    Choice(&'static str),
}

impl<T> From<f64> for Arg<T> {
    fn from(x: f64) -> Arg<T> {
        Arg::Number(Number::Real(x))
    }
}

impl<T> From<bool> for Arg<T> {
    fn from(flag: bool) -> Arg<T> {
        Arg::Flag(flag)
    }
}

impl<T> From<&str> for Arg<T> {
    fn from(text: &str) -> Arg<T> {
        Arg::Text(text.to_owned())
    }
}

impl<T> Arg<T> {
    /// A whole number.
    pub fn whole(number: impl TryInto<i128>) -> Arg<T> {
        // Only `u128` could be too large, and no argument is one.
        Arg::Number(Number::Whole(number.try_into().unwrap_or(i128::MAX)))
    }

    /// A list of whole numbers.
    pub fn wholes<N: Copy + TryInto<i128>>(numbers: &[N]) -> Arg<T> {
        Arg::List(numbers.iter().map(|&n| Arg::whole(n)).collect())
    }

    /// A list of numbers.
    pub fn reals(numbers: &[f64]) -> Arg<T> {
        Arg::List(numbers.iter().map(|&x| Arg::from(x)).collect())
    }

    /// A list of pairs of whole numbers.
    pub fn pairs(pairs: &[(i64, i64)]) -> Arg<T> {
        Arg::List(pairs.iter().map(|&(a, b)| Arg::wholes(&[a, b])).collect())
    }

    /// The same argument with another representation of its tensors, which `tensor` sees in order.
    pub fn map<U>(&self, tensor: &mut dyn FnMut(&T) -> U) -> Arg<U> {
        match self {
            Arg::Tensor(x) => Arg::Tensor(tensor(x)),
            Arg::Number(number) => Arg::Number(*number),
            Arg::Size(dim) => Arg::Size(dim.clone()),
            Arg::Element(dtype) => Arg::Element(*dtype),
            Arg::List(items) => Arg::List(items.iter().map(|item| item.map(tensor)).collect()),
            Arg::Padding(padding) => Arg::Padding(padding.clone()),
            Arg::Conv(conv) => Arg::Conv(conv.clone()),
            Arg::Flag(flag) => Arg::Flag(*flag),
            Arg::Text(text) => Arg::Text(text.clone()),
            Arg::Choice(name) => Arg::Choice(name),
        }
    }

    /// Shows each tensor of the argument, in order.
    pub fn each_tensor<'a>(&'a self, see: &mut dyn FnMut(&'a T)) {
        match self {
            Arg::Tensor(x) => see(x),
            Arg::List(items) => items.iter().for_each(|item| item.each_tensor(see)),
            Arg::Number(_)
            | Arg::Size(_)
            | Arg::Element(_)
            | Arg::Padding(_)
            | Arg::Conv(_)
            | Arg::Flag(_)
            | Arg::Text(_)
            | Arg::Choice(_) => {}
        }
    }

    /// Hashes the argument but for its tensors, of which only the places count.
    pub fn hash_host(&self, mut hasher: &mut dyn Hasher) {
        std::mem::discriminant(self).hash(&mut hasher);
        match self {
            Arg::Tensor(_) => {}
            Arg::Number(Number::Whole(n)) => (0u8, n).hash(&mut hasher),
            Arg::Number(Number::Real(x)) => (1u8, x.to_bits()).hash(&mut hasher),
            Arg::Size(dim) => dim.hash(&mut hasher),
            Arg::Element(dtype) => dtype.hash(&mut hasher),
            Arg::List(items) => {
                items.len().hash(&mut hasher);
                for item in items {
                    item.hash_host(hasher);
                }
            }
            Arg::Padding(padding) => padding.hash(&mut hasher),
            Arg::Conv(conv) => conv.hash(&mut hasher),
            Arg::Flag(flag) => flag.hash(&mut hasher),
            Arg::Text(text) => text.hash(&mut hasher),
            Arg::Choice(name) => name.hash(&mut hasher),
        }
    }

    fn to_whole<N: TryFrom<i128>>(&self) -> Option<N> {
        match self {
            Arg::Number(Number::Whole(n)) => N::try_from(*n).ok(),
            _ => None,
        }
    }

    fn to_real(&self) -> Option<f64> {
        match self {
            Arg::Number(Number::Real(x)) => Some(*x),
            Arg::Number(Number::Whole(n)) => Some(*n as f64),
            _ => None,
        }
    }

    fn to_dim(&self) -> Option<Dim> {
        match self {
            Arg::Size(dim) => Some(dim.clone()),
            other => other.to_whole().map(Dim::Lit),
        }
    }

    fn to_list<R, C: FromIterator<R>>(&self, item: impl Fn(&Arg<T>) -> Option<R>) -> Option<C> {
        match self {
            Arg::List(items) => items.iter().map(item).collect(),
            _ => None,
        }
    }
}

/// Reads the arguments of a call in order. Each method is named for the kind of parameter that it reads, as
/// declarations write it. An argument of another kind stops the composition as unknown: rustc reports it.
pub(super) struct Args<'c, 'a> {
    composer: &'c Composer<'c>,
    args: std::slice::Iter<'a, Arg>,
    /// The element type of the first tensor.
    dtype: Option<DType>,
}

#[allow(non_snake_case, reason = "each method is named for a kind")]
#[allow(dead_code, reason = "a kind stands ready before a declaration takes it")]
impl<'c, 'a> Args<'c, 'a> {
    pub(super) fn new(composer: &'c Composer<'c>, args: &'a [Arg]) -> Args<'c, 'a> {
        Args { composer, args: args.iter(), dtype: None }
    }

    pub(super) fn composer(&self) -> &'c Composer<'c> {
        self.composer
    }

    fn read<R>(&mut self, read: impl FnOnce(&'a Arg) -> Option<R>) -> Composed<R> {
        self.args.next().and_then(read).ok_or_else(|| self.composer.unknown())
    }

    /// Refuses a tensor whose element type rustc refuses.
    fn fits(&self, var: Var<'c>, fits: impl FnOnce(DType) -> bool) -> Composed<Var<'c>> {
        if fits(var.dtype()?) { Ok(var) } else { Err(self.composer.unknown()) }
    }

    fn any_tensor(&mut self) -> Composed<Var<'c>> {
        let composer = self.composer;
        self.read(|arg| if let Arg::Tensor(value) = arg { Some(composer.var(*value)) } else { None })
    }

    /// No argument is left.
    pub(super) fn end(mut self) -> Composed<()> {
        if self.args.next().is_none() { Ok(()) } else { Err(self.composer.unknown()) }
    }

    pub(super) fn Tensor(&mut self) -> Composed<Var<'c>> {
        let var = self.any_tensor()?;
        let first = var.dtype()?;
        let dtype = *self.dtype.get_or_insert(first);
        self.fits(var, |own| own == dtype)
    }

    pub(super) fn Mask(&mut self) -> Composed<Var<'c>> {
        let var = self.any_tensor()?;
        self.fits(var, |own| own == DType::Bool)
    }

    pub(super) fn RealTensor(&mut self) -> Composed<Var<'c>> {
        let var = self.any_tensor()?;
        let dtype = self.dtype;
        self.fits(var, |own| dtype.is_some_and(|dtype| dtype.real() == own))
    }

    pub(super) fn Indices(&mut self) -> Composed<Var<'c>> {
        self.any_tensor()
    }

    pub(super) fn Tensors(&mut self) -> Composed<SmallVec<[Var<'c>; 4]>> {
        let composer = self.composer;
        let tensor = |arg: &Arg| if let Arg::Tensor(value) = arg { Some(composer.var(*value)) } else { None };
        self.read(|arg| arg.to_list(tensor))
    }

    pub(super) fn Operand(&mut self) -> Composed<Operand> {
        if let Some(Arg::Tensor(_)) = self.args.as_slice().first() {
            return self.Tensor().map(Operand::from);
        }
        let number = self.read(|arg| if let Arg::Number(number) = arg { Some(*number) } else { None })?;
        let dtype = self.dtype.ok_or_else(|| self.composer.unknown())?;
        // It becomes a constant here, before the body, as it does where the caller makes it a tensor.
        Ok(self.composer.operand(dtype, Operand::Number(number)).into())
    }

    pub(super) fn Scalar(&mut self) -> Composed<Operand> {
        self.Operand()
    }

    /// An element type, the argument of a type parameter.
    pub(super) fn element(&mut self, _parameter: &str) -> Composed<DType> {
        let dtype = self.read(|arg| if let Arg::Element(dtype) = arg { Some(*dtype) } else { None })?;
        self.dtype.get_or_insert(dtype);
        Ok(dtype)
    }

    pub(super) fn Axis(&mut self) -> Composed<i32> {
        self.read(Arg::to_whole)
    }

    pub(super) fn Axes(&mut self) -> Composed<Vec<i32>> {
        self.read(|arg| arg.to_whole().map(|axis| vec![axis]).or_else(|| arg.to_list(Arg::to_whole)))
    }

    pub(super) fn Real(&mut self) -> Composed<f64> {
        self.read(Arg::to_real)
    }

    pub(super) fn Reals(&mut self) -> Composed<Vec<f64>> {
        self.read(|arg| arg.to_list(Arg::to_real))
    }

    pub(super) fn Flag(&mut self) -> Composed<bool> {
        self.read(|arg| if let Arg::Flag(flag) = arg { Some(*flag) } else { None })
    }

    pub(super) fn Text(&mut self) -> Composed<&'a str> {
        self.read(|arg| if let Arg::Text(text) = arg { Some(text.as_str()) } else { None })
    }

    /// An enum of options.
    pub(super) fn choice<C: Choice>(&mut self) -> Composed<C> {
        self.read(|arg| if let Arg::Choice(name) = arg { C::from_name(name) } else { None })
    }

    pub(super) fn Integer(&mut self) -> Composed<i32> {
        self.read(Arg::to_whole)
    }

    pub(super) fn Position(&mut self) -> Composed<usize> {
        self.read(Arg::to_whole)
    }

    pub(super) fn Positions(&mut self) -> Composed<Vec<usize>> {
        self.read(|arg| arg.to_list(Arg::to_whole))
    }

    pub(super) fn Size(&mut self) -> Composed<Dim> {
        self.read(Arg::to_dim)
    }

    pub(super) fn Dims(&mut self) -> Composed<Sizes> {
        self.read(|arg| arg.to_list(Arg::to_dim))
    }

    pub(super) fn Pairs(&mut self) -> Composed<Vec<(i64, i64)>> {
        let pair = |arg: &Arg| match arg {
            Arg::List(pair) => Some((pair.first()?.to_whole()?, pair.get(1).filter(|_| pair.len() == 2)?.to_whole()?)),
            _ => None,
        };
        self.read(|arg| arg.to_list(pair))
    }

    pub(super) fn Padding(&mut self) -> Composed<&'a Padding> {
        self.read(|arg| if let Arg::Padding(padding) = arg { Some(padding) } else { None })
    }

    pub(super) fn Conv(&mut self) -> Composed<&'a Conv> {
        self.read(|arg| if let Arg::Conv(conv) = arg { Some(conv) } else { None })
    }
}
