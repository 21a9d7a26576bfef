// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Random numbers, drawn from the state of a generator.
//!
//! A distribution of floating-point numbers is composed in the type that it is asked for: callers ask for `f32` or
//! `f64`. Derivatives by the parameters exist where the sample is a smooth function of them and of numbers that do not
//! depend on them (Kingma and Welling, 2014).

mod continuous;
mod discrete;
mod order;

use super::{Composed, Composer, Number, Var, Vars};
use crate::{Code, DType, Dim, Op, RngAlgorithm, Shape};

/// A stream of random bits: each draw advances the state.
#[derive(Clone, Copy)]
pub struct Stream<'c> {
    state: Var<'c>,
}

impl<'c> Stream<'c> {
    /// The stream of a state of Threefry: key and counter, `u64[2]`.
    pub fn new(state: Var<'c>) -> Stream<'c> {
        Stream { state }
    }

    /// The state after the draws.
    pub fn state(self) -> Var<'c> {
        self.state
    }

    /// Where the stream is composed.
    pub fn composer(self) -> &'c Composer<'c> {
        self.state.composer()
    }

    /// Random bits of an unsigned type.
    ///
    /// # Errors
    /// If the composition has stopped.
    pub fn bits(&mut self, dtype: DType, dims: &[Dim]) -> Composed<Var<'c>> {
        let c = self.composer();
        let shape = Shape::symbolic(dtype, dims.iter().cloned());
        let results: Vars<'c> = c.emit_regions(Op::RngBitGenerator { algorithm: RngAlgorithm::ThreeFry, shape }, &[self.state], &[])?;
        self.state = results[0];
        Ok(results[1])
    }

    /// Uniform over [0, 1): multiples of 2^-52 of `f64`, else of 2^-23, in `f32`.
    ///
    /// # Errors
    /// If the composition has stopped.
    pub fn uniform(&mut self, dtype: DType, dims: &[Dim]) -> Composed<Var<'c>> {
        // The highest bits become the mantissa of a number in [1, 2).
        let number = match dtype {
            DType::F64 => {
                let mantissa = self.bits(DType::U64, dims)?.shift_right(12);
                mantissa.bitwise_or(Number::Whole(0x3ff0_0000_0000_0000)).bitcast(DType::F64)
            }
            _ => {
                let mantissa = self.bits(DType::U32, dims)?.shift_right(9);
                mantissa.bitwise_or(Number::Whole(0x3f80_0000)).bitcast(DType::F32)
            }
        };
        Ok(number - 1.0)
    }

    /// Uniform over (0, 1): the middles of the steps of [`Stream::uniform`].
    ///
    /// # Errors
    /// If the composition has stopped.
    pub fn uniform_open(&mut self, dtype: DType, dims: &[Dim]) -> Composed<Var<'c>> {
        let half_step = if dtype == DType::F64 { 2f64.powi(-53) } else { 2f64.powi(-24) };
        Ok(self.uniform(dtype, dims)? + half_step)
    }

    /// The type in which numbers of a floating-point type are drawn: `f32` for half types.
    ///
    /// # Errors
    /// If the type is not floating point.
    pub fn drawn_in(self, dtype: DType) -> Composed<DType> {
        match dtype {
            DType::F64 => Ok(DType::F64),
            dtype if dtype.is_float() => Ok(DType::F32),
            dtype => {
                let note = "draw whole numbers with `randint`, truth values with `bernoulli`";
                Err(self.composer().wrong_note(Code::DType, format_args!("{dtype} is not floating point"), note))
            }
        }
    }

    /// [`Stream::uniform`] in any floating-point type: of half types multiples of 2^-10 and 2^-7, for more bits would
    /// round up to 1.
    ///
    /// # Errors
    /// If the type is not floating point; if the composition has stopped.
    pub fn uniform_of(&mut self, dtype: DType, dims: &[Dim]) -> Composed<Var<'c>> {
        let uniform = self.uniform(self.drawn_in(dtype)?, dims)?;
        let steps = match dtype {
            DType::F16 => 2f64.powi(10),
            DType::BF16 => 2f64.powi(7),
            _ => return Ok(uniform.convert(dtype)),
        };
        Ok(((uniform * steps).floor() / steps).convert(dtype))
    }
}
