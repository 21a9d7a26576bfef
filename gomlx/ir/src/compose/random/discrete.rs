// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Distributions of whole numbers.

use smallvec::smallvec;

use super::super::{Composed, Number, Var};
use super::Stream;
use crate::{Code, DType, Dim};

impl<'c> Stream<'c> {
    /// Uniform over the whole numbers from `low` to before `high`, without bias: bits beyond the last whole multiple of
    /// their number are drawn again.
    ///
    /// # Errors
    /// If there is no number between, or the type is not of integers or does not hold them; if the composition has
    /// stopped.
    pub fn randint(&mut self, low: i64, high: i64, dtype: DType, dims: &[Dim]) -> Composed<Var<'c>> {
        let c = self.composer();
        if !dtype.is_int() {
            return Err(c.wrong_note(Code::DType, format_args!("{dtype} is not of integers"), "draw real numbers with `uniform`"));
        }
        let count = i128::from(high) - i128::from(low);
        if count <= 0 {
            return Err(c.wrong(Code::Attribute, format_args!("there is no number from {low} to before {high}")));
        }
        for bound in [i128::from(low), i128::from(high) - 1] {
            if let Err(error) = Number::Whole(bound).to_scalar(dtype) {
                return Err(c.wrong_with(error));
            }
        }
        let whole = |number: i128| c.operand(DType::U64, Number::Whole(number).into());
        let (range, excess) = ((1i128 << 64), (1i128 << 64) % count);
        let bits = self.bits(DType::U64, dims)?;
        let bits = if excess == 0 {
            bits
        } else {
            let last = whole(range - excess - 1);
            let after = c.repeat_while(
                &[self.state, bits],
                |vars| Ok(vars[1].gt(last).any()),
                |vars| {
                    let mut stream = Stream::new(vars[0]);
                    let again = stream.bits(DType::U64, dims)?;
                    Ok(smallvec![stream.state, again.select(vars[1].gt(last), vars[1])])
                },
            )?;
            self.state = after[0];
            after[1]
        };
        // Offsets wrap around to the right number: 64 bits hold every one.
        let offset = if count == range { bits } else { bits % whole(count) };
        let wrapped = i128::from(low).rem_euclid(range);
        Ok((offset + whole(wrapped)).convert(DType::I64).convert(dtype))
    }

    /// True with a probability, which broadcasts.
    ///
    /// # Errors
    /// If the composition has stopped.
    pub fn bernoulli(&mut self, probability: Var<'c>, dims: &[Dim]) -> Composed<Var<'c>> {
        Ok(self.uniform(probability.dtype()?, dims)?.lt(probability.broadcast(dims)))
    }

    /// A class along an axis, with the probabilities that the softmax of the logits gives, as `i32` (Gumbel, 1954).
    ///
    /// # Errors
    /// If the composition has stopped.
    pub fn categorical(&mut self, logits: Var<'c>, axis: i32) -> Composed<Var<'c>> {
        let noise = self.gumbel(logits.dtype()?, &logits.dims()?)?;
        Ok((logits + noise).argmax(axis))
    }

    /// Poisson's distribution of a mean, which broadcasts: whole numbers in the floating-point type. Small means count
    /// the factors of a product (Knuth, "The Art of Computer Programming", volume 2), large ones reject from a
    /// transformed density (Hörmann, "The transformed rejection method for generating Poisson random variables", 1993).
    ///
    /// # Errors
    /// If the composition has stopped.
    pub fn poisson(&mut self, mean: Var<'c>, dtype: DType, dims: &[Dim]) -> Composed<Var<'c>> {
        const LARGE: f64 = 10.0;
        let c = self.composer();
        let mean = mean.broadcast(dims).stopped_gradient();
        let large = mean.ge(LARGE);
        let zeros = c.zeros(dtype, dims);

        // Each step adds an exponential time; the number of those before `mean` is the sample.
        let limit = mean.minimum(LARGE);
        let after = c.repeat_while(
            &[self.state, zeros, zeros],
            |vars| Ok(vars[1].lt(limit).any()),
            |vars| {
                let mut stream = Stream::new(vars[0]);
                let time = vars[1] + stream.exponential(dtype, dims)?;
                Ok(smallvec![stream.state, time, (vars[2] + 1.0).select(time.lt(limit), vars[2])])
            },
        )?;
        self.state = after[0];
        let few = after[2];

        let safe = mean.maximum(LARGE);
        let b = safe.sqrt() * 2.53 + 0.931;
        let a = b * 0.02483 - 0.059;
        let inverse = 1.1239 + 1.1328 / (b - 3.4);
        let ratio = 0.9277 - 3.6224 / (b - 2.0);
        let log_mean = safe.log();
        let after = c.repeat_while(
            &[self.state, zeros, large],
            |vars| Ok(vars[2].any()),
            |vars| {
                let mut stream = Stream::new(vars[0]);
                let (u, v) = (stream.uniform_open(dtype, dims)? - 0.5, stream.uniform_open(dtype, dims)?);
                let distance = (0.5 - u.abs()).maximum(1e-7);
                let sample = ((a * 2.0 / distance + b) * u + safe + 0.43).floor();
                let quick = distance.ge(0.07) & v.le(ratio);
                let rejected = sample.lt(0.0) | (distance.lt(0.013) & v.gt(distance));
                let left = (v * inverse / (a / distance.square() + b)).log();
                let factorial = (sample.maximum(0.0) + 1.0).unary(crate::UnaryOp::Lgamma);
                let exact = left.le(sample * log_mean - safe - factorial);
                let accepted = quick | (!rejected & exact);
                Ok(smallvec![stream.state, sample.select(vars[2] & accepted, vars[1]), vars[2] & !accepted])
            },
        )?;
        self.state = after[0];
        Ok(after[1].select(large, few))
    }

    /// The binomial distribution of so many trials and a probability, which broadcast: whole numbers in the
    /// floating-point type. The gaps between successes are geometric (Devroye, "Non-Uniform Random Variate Generation",
    /// 1986, chapter X.4), so that the work grows with the expected number of the rarer outcome.
    ///
    /// # Errors
    /// If the composition has stopped.
    pub fn binomial(&mut self, trials: Var<'c>, probability: Var<'c>, dtype: DType, dims: &[Dim]) -> Composed<Var<'c>> {
        let c = self.composer();
        let (trials, probability) = (trials.broadcast(dims).stopped_gradient(), probability.broadcast(dims).stopped_gradient());
        let often = probability.gt(0.5);
        let rare = (1.0 - probability).select(often, probability);
        // Where nothing happens, the first gap is infinite.
        let log_failure = (-rare).log1p();
        let zeros = c.zeros(dtype, dims);
        let after = c.repeat_while(
            &[self.state, zeros, zeros],
            |vars| Ok(vars[1].le(trials).any()),
            |vars| {
                let mut stream = Stream::new(vars[0]);
                let gap = (stream.uniform_open(dtype, dims)?.log() / log_failure).ceil().maximum(1.0);
                let position = vars[1] + gap.select(rare.gt(0.0), f64::INFINITY);
                Ok(smallvec![stream.state, position, (vars[2] + 1.0).select(position.le(trials), vars[2])])
            },
        )?;
        self.state = after[0];
        Ok((trials - after[2]).select(often, after[2]))
    }
}
