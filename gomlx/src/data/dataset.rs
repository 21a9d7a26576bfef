// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! A labelled data set in memory, and its batches.

use rand_xoshiro::{
    Xoshiro256PlusPlus,
    rand_core::{Rng as _, SeedableRng as _},
};

use super::DataError;

/// Examples with a class each: features of dims `[n, ..feature_dims]`, labels of dims `[n]`.
///
/// A batch is a `Dataset` too.
///
/// ```
/// use gomlx::{Tensor, data::Dataset};
/// let points = Dataset::new((0..20).map(|i| i as f32).collect(), (0..10).collect(), &[2])?;
/// let (train, test) = points.split(0.2, 42)?;
/// assert_eq!((train.dims(), test.dims()), (vec![8, 2], vec![2, 2]));
/// for batch in train.batches(4, 0)? {
///     let x = Tensor::new(&batch.dims(), batch.features())?;
///     let labels = Tensor::new(&[batch.len()], batch.labels())?;
///     assert_eq!((x.dims(), labels.dims()), (&[4, 2][..], &[4][..]));
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Dataset {
    features: Vec<f32>,
    labels: Vec<i32>,
    feature_dims: Vec<usize>,
}

impl Dataset {
    /// A data set of `labels.len()` examples, whose features have dims `feature_dims` each.
    ///
    /// # Errors
    /// [`DataError::Invalid`] if the number of features is not the number of labels times the product of the dims.
    pub fn new(features: Vec<f32>, labels: Vec<i32>, feature_dims: &[usize]) -> Result<Self, DataError> {
        let need = feature_dims.iter().try_fold(labels.len(), |n, &d| n.checked_mul(d));
        if need != Some(features.len()) {
            return Err(DataError::Invalid(format!(
                "{} labels with features of dims {feature_dims:?} do not go with {} feature values",
                labels.len(),
                features.len()
            )));
        }
        Ok(Self { features, labels, feature_dims: feature_dims.to_vec() })
    }

    /// The number of examples.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there is no example.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// The features of all examples, row-major, of dims [`Dataset::dims`].
    pub fn features(&self) -> &[f32] {
        &self.features
    }

    /// The class of each example.
    pub fn labels(&self) -> &[i32] {
        &self.labels
    }

    /// The dims of the features of one example.
    pub fn feature_dims(&self) -> &[usize] {
        &self.feature_dims
    }

    /// The dims of the features of all examples: `[len, ..feature_dims]`.
    pub fn dims(&self) -> Vec<usize> {
        [&[self.len()], &self.feature_dims[..]].concat()
    }

    /// The features of example `index`.
    ///
    /// # Panics
    /// If there is no such example.
    pub fn example(&self, index: usize) -> &[f32] {
        assert!(index < self.len(), "example {index} of a data set of {}", self.len());
        let size = self.feature_dims.iter().product::<usize>();
        &self.features[index * size..][..size]
    }

    /// The examples at `indices`, in that order.
    ///
    /// # Panics
    /// If there is no such example.
    pub fn select(&self, indices: &[usize]) -> Self {
        Self {
            features: indices.iter().flat_map(|&i| self.example(i)).copied().collect(),
            labels: indices.iter().map(|&i| self.labels[i]).collect(),
            feature_dims: self.feature_dims.clone(),
        }
    }

    /// Splits off a fraction of the examples, drawn by `seed`: `(rest, held out)`. The number of examples held out is
    /// rounded to the nearest.
    ///
    /// # Errors
    /// [`DataError::Invalid`] if the fraction is not in 0..=1.
    pub fn split(&self, held_out: f64, seed: u64) -> Result<(Self, Self), DataError> {
        if !(0.0..=1.0).contains(&held_out) {
            return Err(DataError::Invalid(format!("the held-out fraction {held_out} is not between 0 and 1")));
        }
        let order = shuffled(self.len(), seed);
        let (test, train) = order.split_at((held_out * self.len() as f64).round() as usize);
        Ok((self.select(train), self.select(test)))
    }

    /// One epoch for training: full batches of `size` examples in an order drawn by `seed`. The examples after the last
    /// full batch are left out, so that every batch has the same shape.
    ///
    /// # Errors
    /// [`DataError::Invalid`] if `size` is zero, or larger than the number of examples.
    pub fn batches(&self, size: usize, seed: u64) -> Result<Batches<'_>, DataError> {
        if size == 0 || size > self.len() {
            return Err(DataError::Invalid(format!(
                "batches of {size} cannot be drawn from {} examples: give a batch size of 1 to {0}",
                self.len()
            )));
        }
        let mut order = shuffled(self.len(), seed);
        order.truncate(self.len() / size * size);
        Ok(Batches { data: self, order, size, next: 0 })
    }

    /// One pass for evaluation: every example once, in order, in batches of `size`. The last batch may be smaller.
    ///
    /// # Errors
    /// [`DataError::Invalid`] if `size` is zero.
    pub fn batches_in_order(&self, size: usize) -> Result<Batches<'_>, DataError> {
        if size == 0 {
            return Err(DataError::Invalid("a batch size of 0 gives no batches: give 1 or more".into()));
        }
        Ok(Batches { data: self, order: (0..self.len()).collect(), size, next: 0 })
    }
}

/// The batches of one pass over a [`Dataset`]; each is a `Dataset` with its own copy of the examples.
#[derive(Clone, Debug)]
pub struct Batches<'a> {
    data: &'a Dataset,
    order: Vec<usize>,
    size: usize,
    next: usize,
}

impl Iterator for Batches<'_> {
    type Item = Dataset;

    fn next(&mut self) -> Option<Dataset> {
        let rest = &self.order[self.next..];
        let batch = &rest[..self.size.min(rest.len())];
        self.next += batch.len();
        (!batch.is_empty()).then(|| self.data.select(batch))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = (self.order.len() - self.next).div_ceil(self.size);
        (left, Some(left))
    }
}

impl ExactSizeIterator for Batches<'_> {}

/// The numbers `0..n` in an order drawn by `seed`. All orders are equally likely. The same `n` and `seed` give the same
/// order on every platform.
pub fn shuffled(n: usize, seed: u64) -> Vec<usize> {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut order: Vec<usize> = (0..n).collect();
    for last in (1..n).rev() {
        // The high word of a product of 64 by 64 bits is below its second factor. The bias is below n/2^64.
        let pick = ((u128::from(rng.next_u64()) * (last as u128 + 1)) >> 64) as usize;
        order.swap(last, pick);
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbered(n: usize) -> Dataset {
        let features = (0..n).flat_map(|i| [i as f32, i as f32 + 0.5]).collect();
        Dataset::new(features, (0..n as i32).collect(), &[2]).unwrap()
    }

    /// Each label must still stand beside its own features.
    fn assert_paired(data: &Dataset) {
        for (i, &label) in data.labels().iter().enumerate() {
            assert_eq!(data.example(i), [label as f32, label as f32 + 0.5]);
        }
    }

    #[test]
    fn the_shuffle_is_a_fixed_permutation() {
        // From an independent implementation of xoshiro256++ seeded by splitmix64. If these numbers change, so does
        // every split that a user has published.
        const PINNED: [usize; 10] = [5, 3, 1, 0, 9, 6, 4, 7, 2, 8];
        assert_eq!(shuffled(10, 42), PINNED);
        assert_ne!(shuffled(10, 43), PINNED);
        let mut sorted = shuffled(1000, 7);
        sorted.sort_unstable();
        assert_eq!(sorted, (0..1000).collect::<Vec<_>>());
        assert!(shuffled(0, 1).is_empty());
    }

    #[test]
    fn a_split_parts_the_examples_without_loss() {
        let data = numbered(1797);
        let (train, test) = data.split(0.2, 1).unwrap();
        assert_eq!((train.len(), test.len()), (1438, 359));
        assert_paired(&train);
        assert_paired(&test);
        let mut all = [train.labels(), test.labels()].concat();
        all.sort_unstable();
        assert_eq!(all, data.labels());
        assert!(data.split(1.5, 0).is_err());
        assert!(data.split(f64::NAN, 0).is_err());
    }

    #[test]
    fn batches_cover_an_epoch_once_in_equal_shapes() {
        let data = numbered(10);
        let epoch = data.batches(3, 5).unwrap();
        assert_eq!(epoch.len(), 3);
        let mut seen = Vec::new();
        for batch in epoch {
            assert_eq!(batch.dims(), [3, 2]);
            assert_paired(&batch);
            seen.extend_from_slice(batch.labels());
        }
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), 9);

        let sizes: Vec<usize> = data.batches_in_order(4).unwrap().map(|b| b.len()).collect();
        assert_eq!(sizes, [4, 4, 2]);
    }

    #[test]
    fn sizes_that_do_not_fit_are_errors() {
        assert!(Dataset::new(vec![0.0; 5], vec![0; 2], &[2]).unwrap_err().to_string().contains("5 feature values"));
        for size in [0, 11] {
            let message = numbered(10).batches(size, 0).unwrap_err().to_string();
            assert!(message.contains(&format!("batches of {size}")), "{message}");
        }
        assert!(numbered(10).batches_in_order(0).is_err());
        assert_eq!(numbered(0).batches_in_order(4).unwrap().count(), 0);
    }
}
