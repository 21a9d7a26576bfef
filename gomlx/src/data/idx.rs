// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The idx format of MNIST and similar data sets: a header of dimensions, then bytes.
//!
//! The header is two zero bytes, the element type (0x08 is unsigned byte), the number of dimensions, then each
//! dimension as a 32-bit big-endian integer (Y. LeCun, C. Cortes, C. Burges, *The MNIST database of handwritten
//! digits*).

use std::path::Path;

use super::{DataError, FileError};

/// An idx file of unsigned bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Idx {
    /// The dimensions, outermost first.
    pub dims: Vec<usize>,
    /// The elements in row-major order; their number is the product of `dims`.
    pub bytes: Vec<u8>,
}

const UNSIGNED_BYTE: u8 = 0x08;

impl Idx {
    /// Reads the idx file at `path`.
    ///
    /// # Errors
    /// [`FileError::Read`] if the file cannot be read, else as [`Idx::parse`].
    pub fn read(path: &Path) -> Result<Self, DataError> {
        let bytes = std::fs::read(path).map_err(|source| FileError::Read { path: path.into(), source })?;
        Self::parse(path, &bytes)
    }

    /// Parses the bytes of an idx file; errors name it `path`.
    ///
    /// # Errors
    /// [`DataError::Format`] if the magic number is wrong, the element type is not unsigned byte, or the number of
    /// bytes is not the product of the dimensions.
    ///
    /// ```
    /// use gomlx::data::Idx;
    /// let file = [0, 0, 8, 2, 0, 0, 0, 1, 0, 0, 0, 3, 10, 20, 30];
    /// let idx = Idx::parse("row".as_ref(), &file)?;
    /// assert_eq!((idx.dims, idx.bytes), (vec![1, 3], vec![10, 20, 30]));
    /// # Ok::<(), gomlx::data::DataError>(())
    /// ```
    pub fn parse(path: &Path, bytes: &[u8]) -> Result<Self, DataError> {
        let wrong = |message: String| DataError::Format { path: path.into(), message };
        let Some((&[zero0, zero1, element, rank], mut rest)) = bytes.split_first_chunk() else {
            return Err(wrong(format!("an idx file begins with 4 bytes, this one has {}", bytes.len())));
        };
        if (zero0, zero1) != (0, 0) {
            return Err(wrong(format!(
                "not an idx file: it begins with {zero0:#04x} {zero1:#04x}, not with two zero bytes (is it still compressed?)"
            )));
        }
        if element != UNSIGNED_BYTE {
            return Err(wrong(format!("idx element type {element:#04x} is not supported, only unsigned byte (0x08)")));
        }
        let mut dims = Vec::with_capacity(rank.into());
        let mut elements = Some(1usize);
        for axis in 0..rank {
            let Some((&dim, tail)) = rest.split_first_chunk() else {
                return Err(wrong(format!("truncated in its header: {rank} dimensions are announced, dimension {axis} is cut off")));
            };
            let dim = u32::from_be_bytes(dim) as usize;
            elements = elements.and_then(|n| n.checked_mul(dim));
            dims.push(dim);
            rest = tail;
        }
        match elements {
            Some(n) if n == rest.len() => Ok(Self { dims, bytes: rest.to_vec() }),
            Some(n) => Err(wrong(format!(
                "{}: dimensions {dims:?} need {n} bytes of data, it has {}",
                if rest.len() < n { "truncated" } else { "too long" },
                rest.len()
            ))),
            None => Err(wrong(format!("dimensions {dims:?} need more bytes than this system can count"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(dims: &[u32], bytes: usize) -> Vec<u8> {
        let mut out = vec![0, 0, UNSIGNED_BYTE, dims.len() as u8];
        out.extend(dims.iter().flat_map(|d| d.to_be_bytes()));
        out.resize(out.len() + bytes, 9);
        out
    }

    fn error(bytes: &[u8]) -> String {
        Idx::parse("set-idx3".as_ref(), bytes).unwrap_err().to_string()
    }

    #[test]
    fn reads_any_rank_and_zero_sizes() {
        let parse = |dims: &[u32], n| Idx::parse("x".as_ref(), &file(dims, n)).unwrap();
        assert_eq!(parse(&[2, 3, 4], 24).dims, [2, 3, 4]);
        assert!(parse(&[0, 28, 28], 0).bytes.is_empty());
        assert_eq!(parse(&[], 1).bytes, [9]);
    }

    #[test]
    fn a_bad_file_is_named_with_what_is_wrong() {
        for (bytes, want) in [
            (vec![0, 0, 8], "begins with 4 bytes, this one has 3"),
            (vec![0x1f, 0x8b, 8, 0, 0], "is it still compressed?"),
            (vec![0, 0, 0x0d, 1, 0, 0, 0, 0], "element type 0x0d is not supported"),
            (vec![0, 0, 8, 2, 0, 0, 0, 1, 0, 0], "dimension 1 is cut off"),
            (file(&[2, 3], 5), "truncated: dimensions [2, 3] need 6 bytes of data, it has 5"),
            (file(&[2, 3], 7), "too long: dimensions [2, 3] need 6 bytes of data, it has 7"),
            (file(&[u32::MAX; 3], 1), "more bytes than this system can count"),
        ] {
            let message = error(&bytes);
            assert!(message.starts_with("set-idx3: ") && message.contains(want), "{message}");
        }
    }
}
