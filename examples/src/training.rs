// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The training loop that the examples share: steps over shuffled batches, checked losses, held-out accuracy.

use std::error::Error;

use gomlx::Tensor;
use gomlx::data::Dataset;

use crate::progress::Progress;

/// How long a training runs, and on which batches.
pub struct Schedule {
    /// Number of steps.
    pub steps: usize,
    /// Examples in a step.
    pub batch: usize,
    /// Seed of the order of the examples.
    pub seed: u64,
}

/// The images `[n, ..]` and labels `[n]` of a data set as tensors.
///
/// # Errors
/// If the data set is malformed, which its constructor excludes.
pub fn tensors(data: &Dataset) -> gomlx::Result<(Tensor<f32>, Tensor<i32>)> {
    Ok((Tensor::new(&data.dims(), data.features())?, Tensor::new(&[data.len()], data.labels())?))
}

/// Runs `step` on shuffled batches, epoch after epoch, and shows a progress bar. Returns the examples per second.
///
/// `step` gets its number, the images and the labels, and returns the loss and the accuracy on them.
///
/// # Errors
/// If a step fails, the data do not fill a batch, or the loss is not finite.
pub fn train(
    data: &Dataset,
    schedule: &Schedule,
    mut step: impl FnMut(usize, &Tensor<f32>, &Tensor<i32>) -> gomlx::Result<(Tensor<f32>, Tensor<f32>)>,
) -> Result<f64, Box<dyn Error>> {
    let mut progress = Progress::new(schedule.steps);
    let mut done = 0;
    for epoch in 0.. {
        for batch in data.batches(schedule.batch, schedule.seed.wrapping_add(epoch))? {
            if done == schedule.steps {
                let speed = progress.examples_per_second();
                progress.finish();
                return Ok(speed);
            }
            let (images, labels) = tensors(&batch)?;
            let (loss, accuracy) = step(done, &images, &labels)?;
            let loss = loss.item()?;
            done += 1;
            if !loss.is_finite() {
                return Err(format!("the loss is {loss} at step {done}; a lower learning rate may help").into());
            }
            progress.step(batch.len(), loss, accuracy.item()?);
        }
    }
    unreachable!("epochs have no end")
}

/// The share of a data set that `predict` classifies right, in batches of `size`.
///
/// # Errors
/// If a prediction fails, or the data set is empty.
pub fn evaluate(
    data: &Dataset,
    size: usize,
    mut predict: impl FnMut(&Tensor<f32>) -> gomlx::Result<Tensor<i32>>,
) -> Result<f64, Box<dyn Error>> {
    if data.is_empty() {
        return Err("there are no examples to evaluate on".into());
    }
    let mut right = 0;
    for batch in data.batches_in_order(size)? {
        let (images, labels) = tensors(&batch)?;
        let predicted = predict(&images)?.to_vec()?;
        right += predicted.iter().zip(labels.to_vec()?).filter(|(p, l)| **p == *l).count();
    }
    Ok(right as f64 / data.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn data(n: usize) -> Dataset {
        Dataset::new(vec![0.5; 2 * n], vec![1; n], &[2]).expect("two features an example")
    }

    fn schedule(steps: usize, batch: usize) -> Schedule {
        Schedule { steps, batch, seed: 0 }
    }

    #[test]
    fn goes_on_over_epochs_for_as_many_steps_as_asked() {
        let mut seen = vec![];
        train(&data(5), &schedule(5, 2), |step, images, labels| {
            assert_eq!((images.dims(), labels.dims()), (&[2, 2][..], &[2][..]));
            seen.push(step);
            Ok((Tensor::scalar(1.0), Tensor::scalar(0.5)))
        })
        .unwrap();
        assert_eq!(seen, [0, 1, 2, 3, 4]);
    }

    #[test]
    fn a_loss_that_is_not_a_number_stops_training_at_its_step() {
        let loss = |step: usize| Tensor::scalar(if step == 2 { f32::NAN } else { 1.0 });
        let error = train(&data(4), &schedule(9, 2), |step, _, _| Ok((loss(step), Tensor::scalar(0.0)))).unwrap_err();
        assert!(error.to_string().contains("the loss is NaN at step 3"), "{error}");
    }

    #[test]
    fn an_empty_batch_or_data_set_is_an_error() {
        let step = |_: usize, _: &Tensor<f32>, _: &Tensor<i32>| Ok((Tensor::scalar(1.0), Tensor::scalar(0.5)));
        assert!(train(&data(4), &schedule(1, 0), step).is_err());
        assert!(train(&data(0), &schedule(1, 2), step).is_err());
        assert!(evaluate(&data(0), 2, |_| Ok(Tensor::scalar(0))).is_err());
    }

    #[test]
    fn accuracy_counts_the_last_smaller_batch() {
        let data = Dataset::new(vec![0.0; 3], vec![0, 1, 1], &[1]).expect("one feature an example");
        let share = evaluate(&data, 2, |images| Tensor::new(&[images.dim(0)], &vec![1; images.dim(0)])).unwrap();
        assert_eq!(share, 2.0 / 3.0);
    }
}
