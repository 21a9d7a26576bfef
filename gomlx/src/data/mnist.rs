// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! MNIST: 70,000 handwritten digits of 28x28 pixels.
//!
//! `cargo xtask data mnist` fetches the four files. Each is checked against the sha256 of the original before it is
//! used.

use std::path::Path;

pub use gomlx_files::pinned::{DataFile as File, MNIST as FILES};

use super::{DataError, Dataset, Idx};

/// MNIST in memory.
#[derive(Clone, Debug)]
pub struct Mnist {
    /// 60,000 examples of dims `[28, 28]`, pixels from 0 to 1.
    pub train: Dataset,
    /// 10,000 examples like those of `train`.
    pub test: Dataset,
}

/// Loads the four [`FILES`] from `dir`.
///
/// # Errors
/// A [`DataError`] naming the file that is missing, is not the expected one, or is malformed.
pub fn load(dir: &Path) -> Result<Mnist, DataError> {
    let [train_images, train_labels, test_images, test_labels] = FILES;
    let idx = |file: File| {
        let path = dir.join(file.name);
        Idx::parse(&path, &file.checksum.read(&path)?)
    };
    Ok(Mnist { train: dataset(idx(train_images)?, idx(train_labels)?)?, test: dataset(idx(test_images)?, idx(test_labels)?)? })
}

/// A data set of idx images and idx labels, with pixels scaled from 0..=255 to 0..=1. The first of two or more
/// dimensions of the images counts them.
///
/// # Errors
/// [`DataError::Invalid`] if the numbers of images and labels differ.
pub fn dataset(images: Idx, labels: Idx) -> Result<Dataset, DataError> {
    let feature_dims = match &images.dims[..] {
        [n, feature_dims @ ..] if labels.dims == [*n] => feature_dims,
        _ => {
            return Err(DataError::Invalid(format!(
                "idx images of dims {:?} do not go with idx labels of dims {:?}",
                images.dims, labels.dims
            )));
        }
    };
    let pixels = images.bytes.iter().map(|&p| f32::from(p) / 255.0).collect();
    Dataset::new(pixels, labels.bytes.iter().map(|&l| l.into()).collect(), feature_dims)
}

#[cfg(test)]
mod tests {
    use super::super::FileError;
    use super::*;

    #[test]
    fn a_file_that_is_another_one_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let missing = load(dir.path()).unwrap_err();
        assert!(missing.to_string().contains("train-images-idx3-ubyte"), "{missing}");
        std::fs::write(dir.path().join(FILES[0].name), [0, 0, 8, 1, 0, 0, 0, 0]).unwrap();
        let other = load(dir.path()).unwrap_err();
        assert!(matches!(other, DataError::File(FileError::Checksum { .. })), "{other}");
    }

    #[test]
    fn images_and_labels_must_be_as_many() {
        let idx = |dims: &[usize]| Idx { dims: dims.to_vec(), bytes: vec![255; dims.iter().product()] };
        let data = dataset(idx(&[2, 3, 3]), idx(&[2])).unwrap();
        assert_eq!((data.dims(), data.features()[17], data.labels()[1]), (vec![2, 3, 3], 1.0, 255));
        let error = dataset(idx(&[2, 3, 3]), idx(&[3])).unwrap_err().to_string();
        assert!(error.contains("[2, 3, 3]") && error.contains("[3]"), "{error}");
    }
}
