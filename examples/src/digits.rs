// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The UCI handwritten digits: 1797 images of 8x8 pixels, part of this program.

use std::{io::Read as _, path::Path};

use flate2::read::GzDecoder;
use gomlx::data::{DataError, Dataset};

/// The height and the width of an image.
pub const SIDE: usize = 8;
/// The number of classes.
pub const CLASSES: usize = 10;
/// The largest pixel value in the file.
const WHITE: f32 = 16.0;

const FILE: &str = "digits.csv.gz";
const BYTES: &[u8] = include_bytes!("../data/digits.csv.gz");

/// The data set, pixels scaled to 0..=1: features of dims `[1797, 8, 8]`.
///
/// # Errors
/// [`DataError`] if the file inside this program is damaged.
pub fn load() -> Result<Dataset, DataError> {
    parse(FILE.as_ref(), BYTES)
}

/// Reads gzip-compressed lines of 64 pixels and a label, separated by commas. Errors name the file `path`.
///
/// # Errors
/// [`DataError::Format`], which names the first wrong line.
pub fn parse(path: &Path, gz: &[u8]) -> Result<Dataset, DataError> {
    let wrong = |message| DataError::Format { path: path.into(), message };
    let mut csv = String::new();
    GzDecoder::new(gz).read_to_string(&mut csv).map_err(|e| wrong(format!("cannot be decompressed: {e}")))?;
    let (mut features, mut labels) = (Vec::new(), Vec::new());
    for (number, line) in (1..).zip(csv.lines()) {
        let values: Result<Vec<u8>, _> = line.split(',').map(str::parse).collect();
        match values.as_deref() {
            Ok([pixels @ .., label])
                if pixels.len() == SIDE * SIDE && usize::from(*label) < CLASSES && pixels.iter().all(|&p| f32::from(p) <= WHITE) =>
            {
                features.extend(pixels.iter().map(|&p| f32::from(p) / WHITE));
                labels.push(i32::from(*label));
            }
            _ => return Err(wrong(format!("line {number} does not hold 64 pixels of 0 to 16 and a label of 0 to 9"))),
        }
    }
    Dataset::new(features, labels, &[SIDE, SIDE])
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::{Compression, write::GzEncoder};
    use gomlx::data::Checksum;

    use super::*;

    fn error(csv: &str) -> String {
        let mut gz = GzEncoder::new(Vec::new(), Compression::fast());
        gz.write_all(csv.as_bytes()).unwrap();
        parse("d.gz".as_ref(), &gz.finish().unwrap()).unwrap_err().to_string()
    }

    #[test]
    fn the_committed_file_is_the_one_described_beside_it() {
        assert!(include_str!("../data/README.md").contains(&Checksum::of(BYTES)));
        let data = load().unwrap();
        assert_eq!(data.dims(), [1797, SIDE, SIDE]);
        assert_eq!(data.labels()[..12], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1]);
        assert_eq!(data.example(0)[2..6], [5.0, 13.0, 9.0, 1.0].map(|p| p / 16.0));
        assert!(data.features().iter().all(|p| (0.0..=1.0).contains(p)));
    }

    #[test]
    fn a_damaged_file_is_named_with_its_line() {
        let good = format!("{}7\n", "0,".repeat(64));
        for bad in ["0,1,2\n", "", &format!("{}10", "0,".repeat(64)), &format!("{}1", "17,".repeat(64)), &"x,".repeat(65)] {
            let message = error(&format!("{good}{bad}\n"));
            assert!(message.starts_with("d.gz: line 2 "), "{message}");
        }
        let cut = parse("d.gz".as_ref(), &BYTES[..1000]).unwrap_err().to_string();
        assert!(cut.starts_with("d.gz: cannot be decompressed"), "{cut}");
    }
}
