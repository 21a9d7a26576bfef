// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Iterating over the batches of a data set.

use super::Dataset;

/// The batches of one pass over a [`Dataset`]; each is a `Dataset` with its own copy of the examples.
#[derive(Clone, Debug)]
pub struct Batches<'a> {
    data: &'a Dataset,
    order: Vec<usize>,
    size: usize,
    next: usize,
}

impl<'a> Batches<'a> {
    pub(super) fn new(data: &'a Dataset, order: Vec<usize>, size: usize) -> Self {
        Self { data, order, size, next: 0 }
    }
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
