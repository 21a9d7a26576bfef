// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Arrays in NumPy's format, `.npy` (NumPy Enhancement Proposal 1, versions 1 to 3).

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use gomlx_ir::{DType, HostTensor};
use zip::ZipArchive;

/// Reads a tensor from a file.
///
/// # Errors
/// If the file cannot be read, is not in this format, is in column-major order, or has an element type that StableHLO
/// does not have.
pub fn read(path: &Path) -> Result<HostTensor, String> {
    let bytes = std::fs::read(path).map_err(|e| format!("{}: {e}", path.display()))?;
    parse(&bytes).map_err(|e| format!("{}: {e}", path.display()))
}

/// Reads the tensors of an `.npz` file, by name.
///
/// # Errors
/// As [`read`], and if the file is no archive of such arrays.
pub fn read_npz(path: &Path) -> Result<BTreeMap<String, HostTensor>, String> {
    let at = |e: &dyn std::fmt::Display| format!("{}: {e}", path.display());
    let file = File::open(path).map_err(|e| at(&e))?;
    let mut archive = ZipArchive::new(file).map_err(|e| at(&e))?;
    let mut arrays = BTreeMap::new();
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).map_err(|e| at(&e))?;
        let name = file.name().map_err(|e| at(&e))?.trim_end_matches(".npy").to_owned();
        let mut bytes = vec![];
        file.read_to_end(&mut bytes).map_err(|e| at(&e))?;
        let array = parse(&bytes).map_err(|e| at(&format_args!("array {name}: {e}")))?;
        arrays.insert(name, array);
    }
    Ok(arrays)
}

fn parse(bytes: &[u8]) -> Result<HostTensor, String> {
    let (header, data) = split(bytes).ok_or("not a .npy file")?;
    let after = |key: &str| header.split_once(key).map(|(_, rest)| rest).ok_or_else(|| format!("the header has no {key}"));
    if !after("'fortran_order':")?.trim_start().starts_with("False") {
        return Err("arrays in column-major order are not read".to_owned());
    }
    let dims = after("'shape':")?.trim_start().trim_start_matches('(').split(')').next().unwrap_or_default();
    let dims: Option<Vec<usize>> = dims.split(',').map(str::trim).filter(|n| !n.is_empty()).map(|n| n.parse().ok()).collect();
    let dims = dims.ok_or("the header's shape is not numbers")?;
    let descr = after("'descr':")?.trim_start().trim_start_matches('\'').split('\'').next().unwrap_or_default();
    let dtype = dtype(descr).ok_or_else(|| format!("elements of type {descr} are not read"))?;
    HostTensor::from_bytes(dtype, &dims, data).map_err(|e| e.message)
}

/// Splits a file into its header and its data.
fn split(bytes: &[u8]) -> Option<(&str, &[u8])> {
    let rest = bytes.strip_prefix(b"\x93NUMPY")?;
    let (&[major, _], rest) = rest.split_first_chunk::<2>()?;
    let (length, rest) = if major == 1 {
        let (length, rest) = rest.split_first_chunk::<2>()?;
        (usize::from(u16::from_le_bytes(*length)), rest)
    } else {
        let (length, rest) = rest.split_first_chunk::<4>()?;
        (usize::try_from(u32::from_le_bytes(*length)).ok()?, rest)
    };
    let (header, data) = rest.split_at_checked(length)?;
    Some((std::str::from_utf8(header).ok()?, data))
}

fn dtype(descr: &str) -> Option<DType> {
    Some(match descr {
        "|b1" => DType::Bool,
        "|i1" => DType::I8,
        "<i2" => DType::I16,
        "<i4" => DType::I32,
        "<i8" => DType::I64,
        "|u1" => DType::U8,
        "<u2" => DType::U16,
        "<u4" => DType::U32,
        "<u8" => DType::U64,
        "<f2" => DType::F16,
        // NumPy has no bfloat16. It stores such elements as two opaque bytes.
        "<V2" | "|V2" => DType::BF16,
        "<f4" => DType::F32,
        "<f8" => DType::F64,
        "<c8" => DType::C64,
        "<c16" => DType::C128,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(header: &str, data: &[u8]) -> Vec<u8> {
        let length = (header.len() as u16).to_le_bytes();
        [b"\x93NUMPY\x01\x00", &length[..], header.as_bytes(), data].concat()
    }

    #[test]
    fn reads_what_numpy_writes() {
        let data: Vec<u8> = [1f32, 2.0].iter().flat_map(|x| x.to_le_bytes()).collect();
        let header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }\n";
        assert_eq!(parse(&file(header, &data)).unwrap(), HostTensor::new(&[2], &[1f32, 2.0]).unwrap());
        assert!(parse(&file(&header.replace("False", "True"), &data)).unwrap_err().contains("column-major"));
        assert!(parse(&file(&header.replace("<f4", "<O8"), &data)).unwrap_err().contains("<O8"));
        assert!(parse(&file(header, &data[..7])).is_err());
        assert!(parse(b"text").is_err());
    }
}
