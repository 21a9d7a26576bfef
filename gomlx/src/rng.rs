// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Random numbers from a counter-based generator, whose state is a tensor. `gomlx_ir::compose` says how each
//! distribution is drawn.

use std::hash::Hash;

use gomlx_ir::compose::{Composed, Stream, Var};
use gomlx_ir::{DType, Dim, Element};
use smallvec::smallvec;

use crate::emit::compose;
use crate::ops::Operand;
use crate::{AnyTensor, Tensor, Tree};

/// A generator of random numbers: Threefry-2x32 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011).
///
/// Its state is a key and a counter. Pass it as `&mut Rng`: drawing advances the counter. The same seed gives the same
/// bits on every backend, and so the same uniform and whole numbers. Distributions that go through logarithms and the
/// like differ between backends in the last digits.
///
/// Numbers of half types are drawn in `f32`. The parameters of a distribution are tensors or numbers and broadcast to
/// the dims. Samples are differentiable by their parameters where they are a smooth function of them; those of
/// `gamma`, `beta` and `dirichlet` are constants. Under `vmap` each example with a generator of its own draws its own
/// numbers.
///
/// ```
/// use gomlx::Rng;
/// let draw = |seed| Rng::from_seed(seed).uniform::<f32>(&[4]).to_vec();
/// assert_eq!(draw(1)?, draw(1)?);
/// assert_ne!(draw(1)?, draw(2)?);
/// # Ok::<(), gomlx::Error>(())
/// ```
#[derive(Clone, Debug, Tree)]
#[tree(state)]
pub struct Rng(
    /// Key and counter, `u64[2]`.
    Tensor<u64>,
);

impl Rng {
    /// A generator from a seed. Each seed has a stream of its own.
    pub fn from_seed(seed: u64) -> Rng {
        Rng(Tensor::new(&[2], &[seed, 0]).expect("two elements for dims [2]"))
    }

    /// Draws a tensor by a composition of the stream and of parameters; `key` is what else it depends on.
    #[track_caller]
    fn draw<T: Element>(
        &mut self,
        name: &'static str,
        key: impl Hash,
        params: &[&AnyTensor],
        body: impl for<'c> Fn(&mut Stream<'c>, &[Var<'c>]) -> Composed<Var<'c>>,
    ) -> Tensor<T> {
        let operands: Vec<&AnyTensor> = [&self.0.any].into_iter().chain(params.iter().copied()).collect();
        let mut results = compose(name, (T::DTYPE, key), &operands, |_, vars| {
            let mut stream = Stream::new(vars[0]);
            let sample = body(&mut stream, &vars[1..])?;
            Ok(smallvec![stream.state(), sample.convert(T::DTYPE)])
        });
        let sample = results.pop();
        match (results.pop(), sample) {
            (Some(state), Some(sample)) => {
                self.0 = Tensor::wrap(state);
                Tensor::wrap(sample)
            }
            // After a mistake there is one poisoned result.
            (_, sample) => Tensor::wrap(sample.unwrap_or_else(|| self.0.any.clone())),
        }
    }

    /// Draws floating-point numbers of dims, in the type that the stream draws them in.
    #[track_caller]
    fn draw_real<T: Element>(
        &mut self,
        name: &'static str,
        dims: &[usize],
        params: &[&AnyTensor],
        body: impl for<'c> Fn(&mut Stream<'c>, &[Var<'c>], DType, &[Dim]) -> Composed<Var<'c>>,
    ) -> Tensor<T> {
        let sizes: Vec<Dim> = dims.iter().map(|&n| Dim::Lit(n)).collect();
        self.draw(name, dims, params, |stream, params| {
            let dtype = stream.drawn_in(T::DTYPE)?;
            let params: Vec<Var<'_>> = params.iter().map(|param| param.convert(dtype)).collect();
            body(stream, &params, dtype, &sizes)
        })
    }

    /// An independent generator. This one advances.
    #[track_caller]
    pub fn split(&mut self) -> Rng {
        let key: Tensor<u64> = self.draw("split", (), &[], |stream, _| stream.bits(DType::U64, &[Dim::Lit(1)]));
        Rng(crate::concat(&[&key, &Tensor::zeros(&[1])], 0))
    }

    /// Uniform over [0, 1): multiples of 2^-52 for f64, 2^-23 for f32, 2^-10 for f16, 2^-7 for bf16.
    ///
    /// # Panics
    /// If the type is not floating point; in a graph this is an error of the trace.
    #[track_caller]
    pub fn uniform<T: Element>(&mut self, dims: &[usize]) -> Tensor<T> {
        let sizes: Vec<Dim> = dims.iter().map(|&n| Dim::Lit(n)).collect();
        self.draw("uniform", dims, &[], |stream, _| stream.uniform_of(T::DTYPE, &sizes))
    }

    /// Uniform from `low` to before `high`.
    ///
    /// ```
    /// let mut rng = gomlx::Rng::from_seed(1);
    /// let x = rng.uniform_between::<f32>(-1.0, 1.0, &[1000]);
    /// assert_eq!(x.dims(), &[1000]);
    /// ```
    #[track_caller]
    pub fn uniform_between<T: Element>(&mut self, low: impl Operand<T>, high: impl Operand<T>, dims: &[usize]) -> Tensor<T> {
        self.draw_real("uniform_between", dims, &[&low.operand(), &high.operand()], |stream, params, dtype, dims| {
            Ok(params[0] + stream.uniform(dtype, dims)? * (params[1] - params[0]))
        })
    }

    /// The normal distribution of mean 0 and variance 1 (Box and Muller, 1958).
    ///
    /// ```
    /// let mut rng = gomlx::Rng::from_seed(1);
    /// let x = rng.normal::<f32>(&[1000]);
    /// assert_eq!(x.dims(), &[1000]);
    /// ```
    #[track_caller]
    pub fn normal<T: Element>(&mut self, dims: &[usize]) -> Tensor<T> {
        self.draw_real("normal", dims, &[], |stream, _, dtype, dims| stream.normal(dtype, dims))
    }

    /// The exponential distribution of rate 1.
    ///
    /// ```
    /// let mut rng = gomlx::Rng::from_seed(1);
    /// let x = rng.exponential::<f32>(&[1000]);
    /// assert_eq!(x.dims(), &[1000]);
    /// ```
    #[track_caller]
    pub fn exponential<T: Element>(&mut self, dims: &[usize]) -> Tensor<T> {
        self.draw_real("exponential", dims, &[], |stream, _, dtype, dims| stream.exponential(dtype, dims))
    }

    /// Gumbel's distribution of location 0 and scale 1.
    ///
    /// ```
    /// let mut rng = gomlx::Rng::from_seed(1);
    /// let x = rng.gumbel::<f32>(&[1000]);
    /// assert_eq!(x.dims(), &[1000]);
    /// ```
    #[track_caller]
    pub fn gumbel<T: Element>(&mut self, dims: &[usize]) -> Tensor<T> {
        self.draw_real("gumbel", dims, &[], |stream, _, dtype, dims| stream.gumbel(dtype, dims))
    }

    /// Laplace's distribution of mean 0 and scale 1.
    ///
    /// ```
    /// let mut rng = gomlx::Rng::from_seed(1);
    /// let x = rng.laplace::<f32>(&[1000]);
    /// assert_eq!(x.dims(), &[1000]);
    /// ```
    #[track_caller]
    pub fn laplace<T: Element>(&mut self, dims: &[usize]) -> Tensor<T> {
        self.draw_real("laplace", dims, &[], |stream, _, dtype, dims| stream.laplace(dtype, dims))
    }

    /// The logistic distribution of mean 0 and scale 1.
    ///
    /// ```
    /// let mut rng = gomlx::Rng::from_seed(1);
    /// let x = rng.logistic::<f32>(&[1000]);
    /// assert_eq!(x.dims(), &[1000]);
    /// ```
    #[track_caller]
    pub fn logistic<T: Element>(&mut self, dims: &[usize]) -> Tensor<T> {
        self.draw_real("logistic", dims, &[], |stream, _, dtype, dims| stream.logistic(dtype, dims))
    }

    /// Cauchy's distribution of location 0 and scale 1.
    ///
    /// ```
    /// let mut rng = gomlx::Rng::from_seed(1);
    /// let x = rng.cauchy::<f32>(&[1000]);
    /// assert_eq!(x.dims(), &[1000]);
    /// ```
    #[track_caller]
    pub fn cauchy<T: Element>(&mut self, dims: &[usize]) -> Tensor<T> {
        self.draw_real("cauchy", dims, &[], |stream, _, dtype, dims| stream.cauchy(dtype, dims))
    }

    /// The normal distribution of mean 0 and variance 1 between two bounds.
    ///
    /// ```
    /// let mut rng = gomlx::Rng::from_seed(1);
    /// let x = rng.truncated_normal::<f32>(-2.0, 2.0, &[1000]);
    /// assert_eq!(x.dims(), &[1000]);
    /// ```
    #[track_caller]
    pub fn truncated_normal<T: Element>(&mut self, low: impl Operand<T>, high: impl Operand<T>, dims: &[usize]) -> Tensor<T> {
        self.draw_real("truncated_normal", dims, &[&low.operand(), &high.operand()], |stream, params, dtype, dims| {
            stream.truncated_normal(params[0], params[1], dtype, dims)
        })
    }

    /// The gamma distribution of a shape parameter and scale 1 (Marsaglia and Tsang, 2000).
    ///
    /// ```
    /// let mut rng = gomlx::Rng::from_seed(1);
    /// let x = rng.gamma::<f32>(2.5, &[1000]);
    /// assert_eq!(x.dims(), &[1000]);
    /// ```
    #[track_caller]
    pub fn gamma<T: Element>(&mut self, shape: impl Operand<T>, dims: &[usize]) -> Tensor<T> {
        self.draw_real("gamma", dims, &[&shape.operand()], |stream, params, dtype, dims| stream.gamma(params[0], dtype, dims))
    }

    /// The beta distribution of two parameters.
    ///
    /// ```
    /// let mut rng = gomlx::Rng::from_seed(1);
    /// let x = rng.beta::<f32>(2.0, 0.5, &[1000]);
    /// assert_eq!(x.dims(), &[1000]);
    /// ```
    #[track_caller]
    pub fn beta<T: Element>(&mut self, a: impl Operand<T>, b: impl Operand<T>, dims: &[usize]) -> Tensor<T> {
        self.draw_real("beta", dims, &[&a.operand(), &b.operand()], |stream, params, dtype, dims| {
            stream.beta(params[0], params[1], dtype, dims)
        })
    }

    /// Student's distribution of so many degrees of freedom.
    ///
    /// ```
    /// let mut rng = gomlx::Rng::from_seed(1);
    /// let x = rng.student_t::<f32>(5.0, &[1000]);
    /// assert_eq!(x.dims(), &[1000]);
    /// ```
    #[track_caller]
    pub fn student_t<T: Element>(&mut self, freedom: impl Operand<T>, dims: &[usize]) -> Tensor<T> {
        self.draw_real("student_t", dims, &[&freedom.operand()], |stream, params, dtype, dims| stream.student_t(params[0], dtype, dims))
    }

    /// Poisson's distribution of a mean: whole numbers, in a floating-point type.
    ///
    /// ```
    /// let mut rng = gomlx::Rng::from_seed(1);
    /// let x = rng.poisson::<f32>(3.0, &[1000]);
    /// assert_eq!(x.dims(), &[1000]);
    /// ```
    #[track_caller]
    pub fn poisson<T: Element>(&mut self, mean: impl Operand<T>, dims: &[usize]) -> Tensor<T> {
        self.draw_real("poisson", dims, &[&mean.operand()], |stream, params, dtype, dims| stream.poisson(params[0], dtype, dims))
    }

    /// How many of so many trials succeed, each with a probability: whole numbers, in a floating-point type.
    ///
    /// ```
    /// let mut rng = gomlx::Rng::from_seed(1);
    /// let x = rng.binomial::<f32>(10.0, 0.3, &[1000]);
    /// assert_eq!(x.dims(), &[1000]);
    /// ```
    #[track_caller]
    pub fn binomial<T: Element>(&mut self, trials: impl Operand<T>, probability: impl Operand<T>, dims: &[usize]) -> Tensor<T> {
        self.draw_real("binomial", dims, &[&trials.operand(), &probability.operand()], |stream, params, dtype, dims| {
            stream.binomial(params[0], params[1], dtype, dims)
        })
    }

    /// Dirichlet's distribution of concentrations `[.., n]`: numbers `[dims.., n]` that sum to 1 along the last axis.
    ///
    /// ```
    /// let mut rng = gomlx::Rng::from_seed(1);
    /// let x = rng.dirichlet(&gomlx::Tensor::new(&[3], &[1.0f32, 2.0, 3.0])?, &[5]);
    /// assert_eq!(x.dims(), &[5, 3]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[track_caller]
    pub fn dirichlet<T: Element>(&mut self, concentration: &Tensor<T>, dims: &[usize]) -> Tensor<T> {
        let dims: Vec<usize> = dims.iter().chain(concentration.dims().last()).copied().collect();
        self.draw_real("dirichlet", &dims, &[&concentration.any], |stream, params, dtype, dims| {
            let gamma = stream.gamma(params[0], dtype, dims)?;
            Ok(gamma / gamma.sum_keep(-1))
        })
    }

    /// The normal distribution of a mean `[.., n]` and a covariance `[.., n, n]`, which is symmetric and positive
    /// definite (NaN where it is not): vectors `[dims.., n]`.
    ///
    /// ```
    /// use gomlx::{Rng, Tensor};
    /// let covariance = Tensor::new(&[2, 2], &[2.0f32, 0.5, 0.5, 1.0])?;
    /// let x = Rng::from_seed(1).multivariate_normal(&Tensor::zeros(&[2]), &covariance, &[5]);
    /// assert_eq!(x.dims(), &[5, 2]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[track_caller]
    pub fn multivariate_normal<T: Element>(&mut self, mean: &Tensor<T>, covariance: &Tensor<T>, dims: &[usize]) -> Tensor<T> {
        self.draw_real("multivariate_normal", dims, &[&mean.any, &covariance.any], |stream, params, _, dims| {
            stream.multivariate_normal(params[0], params[1], dims)
        })
    }

    /// Uniform over the whole numbers from `low` to before `high`, without bias.
    ///
    /// ```
    /// let mut rng = gomlx::Rng::from_seed(1);
    /// let dice = rng.randint::<i32>(1, 7, &[100]);
    /// assert_eq!((dice.min().item()?, dice.max().item()?), (1, 6));
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    ///
    /// # Panics
    /// If there is no such number, or the type does not hold them; in a graph this is an error of the trace.
    #[track_caller]
    pub fn randint<T: Element>(&mut self, low: i64, high: i64, dims: &[usize]) -> Tensor<T> {
        let sizes: Vec<Dim> = dims.iter().map(|&n| Dim::Lit(n)).collect();
        self.draw("randint", (dims, low, high), &[], |stream, _| stream.randint(low, high, T::DTYPE, &sizes))
    }

    /// A tensor of `bool`, each true with a probability.
    #[track_caller]
    pub fn bernoulli(&mut self, probability: impl Operand<f32>, dims: &[usize]) -> Tensor<bool> {
        let sizes: Vec<Dim> = dims.iter().map(|&n| Dim::Lit(n)).collect();
        self.draw("bernoulli", dims, &[&probability.operand()], |stream, params| stream.bernoulli(params[0], &sizes))
    }

    /// A class along an axis, which goes away, with the probabilities that the softmax of the logits gives.
    ///
    /// ```
    /// use gomlx::{Rng, Tensor};
    /// let logits = Tensor::new(&[2, 2], &[0.0f32, -100.0, -100.0, 0.0])?;
    /// assert_eq!(Rng::from_seed(1).categorical(&logits, -1).to_vec()?, [0, 1]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[track_caller]
    pub fn categorical<T: Element>(&mut self, logits: &Tensor<T>, axis: i32) -> Tensor<i32> {
        self.draw("categorical", axis, &[&logits.any], |stream, params| {
            let dtype = stream.drawn_in(T::DTYPE)?;
            stream.categorical(params[0].convert(dtype), axis)
        })
    }

    /// The positions 0 to before `count` in a random order.
    ///
    /// ```
    /// let order = gomlx::Rng::from_seed(1).permutation(4);
    /// assert_eq!(order.sum().item()?, 0 + 1 + 2 + 3);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[track_caller]
    pub fn permutation(&mut self, count: usize) -> Tensor<i32> {
        self.draw("permutation", count, &[], |stream, _| stream.permutation(count))
    }

    /// The slices of an axis in a random order.
    ///
    /// ```
    /// let x = gomlx::Tensor::<i32>::arange(10);
    /// assert_eq!(gomlx::Rng::from_seed(1).shuffle(&x, 0).sum().item()?, 45);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[track_caller]
    pub fn shuffle<T: Element>(&mut self, x: &Tensor<T>, axis: i32) -> Tensor<T> {
        self.draw("shuffle", axis, &[&x.any], |stream, params| stream.shuffle(params[0], axis))
    }

    /// So many slices of the first axis, each with the same probability; without `replace` none comes twice.
    ///
    /// ```
    /// let x = gomlx::Tensor::<i32>::arange(10);
    /// assert_eq!(gomlx::Rng::from_seed(1).choice(&x, 10, false).sum().item()?, 45);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    ///
    /// # Panics
    /// If there are not so many to choose from; in a graph this is an error of the trace.
    #[track_caller]
    pub fn choice<T: Element>(&mut self, x: &Tensor<T>, count: usize, replace: bool) -> Tensor<T> {
        self.draw("choice", (count, replace), &[&x.any], |stream, params| stream.choice(params[0], count, replace))
    }
}
