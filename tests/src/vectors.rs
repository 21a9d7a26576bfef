// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Functions with the values and derivatives that JAX computed for them, stored beside the project. This module finds
//! them, reads their arrays and compares arrays.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use gomlx_files::skip::skipped;
use gomlx_ir::{DType, Element, HostTensor, with_element};
use zip::ZipArchive;

/// The directory of the functions, `../shared/conformance/transforms`, or `None` if it does not exist.
pub fn directory() -> Option<PathBuf> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/conformance/transforms");
    directory.is_dir().then_some(directory)
}

/// The directory of the functions; `None`, and `test` noted as skipped, in a clone without it.
///
/// # Panics
/// If the note cannot be written.
pub fn directory_or_skip(test: &str) -> Option<PathBuf> {
    let directory = directory();
    if directory.is_none() {
        skipped(test, "there is no ../shared/conformance/transforms");
    }
    directory
}

/// An array of real numbers, integers or booleans in row-major order.
#[derive(Clone, Debug)]
pub struct Array {
    /// The size of each axis.
    pub dims: Vec<usize>,
    /// The elements.
    pub elements: Vec<f64>,
}

impl Array {
    /// The array as a tensor of an element type, with each element rounded to the nearest.
    ///
    /// # Panics
    /// If the element type is complex.
    pub fn to_tensor(&self, dtype: DType) -> HostTensor {
        fn tensor<T: Element>(array: &Array) -> HostTensor {
            let elements: Vec<T> = array.elements.iter().map(|&x| T::from_f64(x)).collect();
            HostTensor::new(&array.dims, &elements).expect("an array has as many elements as its dims say")
        }
        with_element!(dtype, T => tensor::<T>(self))
    }

    /// The distance of `got` relative to the norm of this array: |got - this| / |this|.
    pub fn distance(&self, got: &HostTensor) -> f64 {
        assert_eq!(got.dims(), self.dims, "dims");
        let norm = |xs: &mut dyn Iterator<Item = f64>| xs.map(|x| x * x).sum::<f64>().sqrt();
        let got = got.to_f64_vec();
        // Equal infinities have distance zero.
        let error = norm(&mut got.iter().zip(&self.elements).map(|(g, w)| if g == w { 0.0 } else { g - w }));
        let size = norm(&mut self.elements.iter().copied());
        if error == 0.0 { 0.0 } else { error / size.max(1e-30) }
    }
}

/// Reads the arrays of an `.npz` file, by name.
///
/// # Errors
/// If the file cannot be read, or holds anything but row-major arrays of the types that JAX wrote.
pub fn read_npz(path: &Path) -> io::Result<BTreeMap<String, Array>> {
    let mut archive = ZipArchive::new(File::open(path)?)?;
    let mut arrays = BTreeMap::new();
    for index in 0..archive.len() {
        let mut file = archive.by_index(index)?;
        let name = file.name()?.trim_end_matches(".npy").to_owned();
        let mut bytes = vec![];
        file.read_to_end(&mut bytes)?;
        let invalid =
            || io::Error::new(io::ErrorKind::InvalidData, format!("{}: array {name} is not of a form that is read", path.display()));
        arrays.insert(name.clone(), array(&bytes).ok_or_else(invalid)?);
    }
    Ok(arrays)
}

/// Parses an array in the npy format, version 1 (NumPy Enhancement Proposal 1).
fn array(bytes: &[u8]) -> Option<Array> {
    let rest = bytes.strip_prefix(b"\x93NUMPY\x01\x00")?;
    let (length, rest) = rest.split_first_chunk::<2>()?;
    let (header, data) = rest.split_at_checked(usize::from(u16::from_le_bytes(*length)))?;
    let header = std::str::from_utf8(header).ok()?;
    let after = |key: &str| header.split_once(key).map(|(_, rest)| rest);
    if !after("'fortran_order': ")?.starts_with("False") {
        return None;
    }
    let (dims, _) = after("'shape': (")?.split_once(')')?;
    let dims: Vec<usize> = dims.split(',').map(str::trim).filter(|n| !n.is_empty()).map(|n| n.parse().ok()).collect::<Option<_>>()?;
    let (dtype, _) = after("'descr': '")?.split_once('\'')?;
    let dtype = match dtype {
        "<f8" => DType::F64,
        "<f4" => DType::F32,
        "<f2" => DType::F16,
        "<i4" => DType::I32,
        "|b1" => DType::Bool,
        _ => return None,
    };
    let tensor = HostTensor::from_bytes(dtype, &dims, data).ok()?;
    Some(Array { elements: tensor.to_f64_vec(), dims })
}
