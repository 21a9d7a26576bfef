// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! MNIST: 70,000 handwritten digits of 28x28 pixels.
//!
//! `cargo xtask data mnist` fetches the four files. Each is checked against the sha256 of the original before it is
//! used.

use std::path::Path;

use super::{Checksum, DataError, Dataset, Idx};

/// A file of the data set.
#[derive(Clone, Copy, Debug)]
pub struct File {
    /// The name inside the directory of the data set.
    pub name: &'static str,
    /// The sha256 of the file.
    pub checksum: Checksum,
}

/// The four files: images and labels for training, images and labels for testing.
pub const FILES: [File; 4] = [
    File { name: "train-images-idx3-ubyte", checksum: Checksum("ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db") },
    File { name: "train-labels-idx1-ubyte", checksum: Checksum("65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5") },
    File { name: "t10k-images-idx3-ubyte", checksum: Checksum("0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7") },
    File { name: "t10k-labels-idx1-ubyte", checksum: Checksum("ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2") },
];

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
    use super::*;

    #[test]
    fn a_file_that_is_another_one_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let missing = load(dir.path()).unwrap_err();
        assert!(missing.to_string().contains("train-images-idx3-ubyte"), "{missing}");
        std::fs::write(dir.path().join(FILES[0].name), [0, 0, 8, 1, 0, 0, 0, 0]).unwrap();
        let other = load(dir.path()).unwrap_err();
        assert!(matches!(other, DataError::Checksum { .. }), "{other}");
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
