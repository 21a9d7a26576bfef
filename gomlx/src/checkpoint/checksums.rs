// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The checksums in the metadata of a file: one of all other metadata, then one of each tensor (its name, element type,
//! dims and bytes), in the order of the names. With what the reader of the format checks, they cover the whole file.

use std::collections::HashMap;
use std::path::Path;

use gomlx_files::xxh64;
use gomlx_ir::{Code, Diagnostic};
use safetensors::tensor::{SafeTensors, View};

/// The key of the checksums.
const KEY: &str = "gomlx.xxh64";

/// Adds the checksums of all other metadata and of all tensors to the metadata.
pub(super) fn add<V: View>(metadata: &mut HashMap<String, String>, tensors: &[(String, V)]) {
    let mut tensors: Vec<_> = tensors.iter().collect();
    tensors.sort_by_key(|(name, _)| name);
    let mut sums = vec![of_metadata(metadata)];
    sums.extend(tensors.iter().map(|(name, tensor)| of_tensor(name, tensor)));
    metadata.insert(KEY.to_owned(), sums.join(" "));
}

/// Checks the checksums of a file; whether it has any.
///
/// # Errors
/// If one is not that of the contents, naming the tensor.
pub(super) fn check(path: &Path, file: &SafeTensors<'_>, metadata: &HashMap<String, String>) -> Result<bool, Diagnostic> {
    let Some(sums) = metadata.get(KEY) else { return Ok(false) };
    let damaged = |what: &str| {
        Diagnostic::new(Code::File, format!("{}: {what}: the file is damaged", path.display()))
            .note("load another copy, or save it again with gomlx if another program has changed it and kept its metadata")
    };
    let mut sums = sums.split(' ');
    if sums.next() != Some(&of_metadata(metadata)) {
        return Err(damaged("the metadata do not match their checksum"));
    }
    let mut tensors = file.tensors();
    tensors.sort_by(|(a, _), (b, _)| a.cmp(b));
    for (name, tensor) in tensors {
        if sums.next() != Some(&of_tensor(&name, &tensor)) {
            return Err(damaged(&format!("`{name}` does not match its checksum")));
        }
    }
    match sums.next() {
        Some(_) => Err(damaged("a tensor is missing")),
        None => Ok(true),
    }
}

/// The checksum of all metadata but the checksums. The checksum of a part is the seed of that of the next part.
fn of_metadata(metadata: &HashMap<String, String>) -> String {
    let mut entries: Vec<_> = metadata.iter().filter(|(key, _)| *key != KEY).collect();
    entries.sort();
    text(entries.iter().flat_map(|(key, value)| [key, value]).fold(0, |sum, part| xxh64(part.as_bytes(), sum)))
}

fn of_tensor(name: &str, tensor: &impl View) -> String {
    let description = format!("{:?} {:?} {name}", tensor.dtype(), tensor.shape());
    text(xxh64(&tensor.data(), xxh64(description.as_bytes(), 0)))
}

fn text(sum: u64) -> String {
    format!("{sum:016x}")
}
