// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Saving trees to `safetensors` files and loading them: one tensor for each leaf, named by the path of the leaf, and
//! checksums of everything in the metadata.

mod checksums;

use std::borrow::Cow;
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use gomlx_ir::{Code, DType, Diagnostic, HostTensor, Narrow};
use safetensors::tensor::{Dtype, SafeTensors, TensorView, View};

use crate::tree::{Leaf, Role, Tree, leaves, replace_leaves};
use crate::{AnyTensor, Result};

/// Writes the leaves of a tree to a file, all of them or none.
///
/// When this returns, the file is on the disk. When it fails, a file that was at `path` is as it was. Such a file keeps
/// its permissions; a symbolic link is followed and stays a link.
///
/// ```
/// use gomlx::{Tensor, checkpoint};
/// # let dir = tempfile::tempdir().unwrap();
/// # let path = dir.path().join("pair.safetensors");
/// let mut pair = (Tensor::scalar(1.0f32), Tensor::scalar(2i32));
/// checkpoint::save(&path, &pair)?;
/// pair.0 = Tensor::scalar(0.0);
/// checkpoint::load(&path, &mut pair)?;
/// assert_eq!(pair.0.item()?, 1.0);
/// # Ok::<(), gomlx::Error>(())
/// ```
///
/// # Errors
/// If a leaf cannot be read; if the file cannot be written; if something other than a regular file is at `path`.
pub fn save<T: Tree>(path: impl AsRef<Path>, tree: &T) -> Result<()> {
    let path = path.as_ref();
    let tensors = leaves(tree)
        .into_iter()
        .filter(|leaf| !leaf.tensor.is_absent())
        .map(|leaf| Ok((leaf.path, leaf.tensor.to_host()?)))
        .collect::<Result<Vec<_>>>()?;
    Ok(write_tensors(path, tensors, HashMap::new())?)
}

/// Writes named tensors and metadata to a file, with their checksums, all or none.
///
/// # Errors
/// If the file format has no name for an element type, or the file cannot be written.
pub(crate) fn write_tensors(
    path: &Path,
    tensors: Vec<(String, Arc<HostTensor>)>,
    mut metadata: HashMap<String, String>,
) -> Result<(), Diagnostic> {
    let tensors = tensors.into_iter().map(|(name, tensor)| match to_safetensors(tensor.dtype()) {
        Some(dtype) => Ok((name, Stored(dtype, tensor))),
        None => Err(Diagnostic::new(Code::File, format!("`{name}`: safetensors files hold no {}", tensor.dtype()))),
    });
    let tensors = tensors.collect::<Result<Vec<_>, _>>()?;
    checksums::add(&mut metadata, &tensors);
    let bytes = safetensors::serialize(tensors, Some(metadata)).map_err(|e| failed("write", path, &e))?;
    gomlx_files::replace(path, &bytes).map_err(|e| failed("write", path, &e))
}

/// Replaces the leaves of a tree by the tensors of a file. The file must have exactly the paths, element types and dims
/// of the tree; otherwise the tree stays as it is.
///
/// # Errors
/// If the file cannot be read or is no `safetensors` file; if it is damaged, naming the tensor (a file that gomlx wrote
/// has checksums, and files of other programs have none); if a tensor is missing, left over, or of another element
/// type or other dims, naming the first one.
pub fn load<T: Tree>(path: impl AsRef<Path>, tree: &mut T) -> Result<()> {
    let path = path.as_ref();
    let bytes = std::fs::read(path).map_err(|e| failed("read", path, &e))?;
    let Contents { file, .. } = contents(path, &bytes)?;
    let expected: Vec<Leaf> = leaves(tree).into_iter().filter(|l| !l.tensor.is_absent()).collect();
    let loaded = expected.iter().map(|leaf| read_leaf(path, &file, leaf)).collect::<Result<Vec<_>>>()?;
    if let Some(stray) = file.names().into_iter().find(|name| expected.iter().all(|l| l.path != *name)) {
        return Err(Diagnostic::new(Code::File, format!("{}: `{stray}` has no place in what is loaded", path.display()))
            .note("load it into a tree of the type that was saved")
            .into());
    }
    let mut next = loaded.into_iter();
    *tree = replace_leaves(tree, &mut |_: Role, leaf| match leaf.is_absent() {
        true => leaf.clone(),
        false => next.next().unwrap_or_else(|| leaf.clone()),
    });
    Ok(())
}

/// What a file holds.
pub(crate) struct Contents<'a> {
    pub(crate) file: SafeTensors<'a>,
    pub(crate) metadata: HashMap<String, String>,
    /// Whether the file has checksums, which match.
    pub(crate) checked: bool,
}

/// The contents of a file that has these bytes.
///
/// # Errors
/// If it is no `safetensors` file; if it has a checksum that is not that of its contents.
pub(crate) fn contents<'a>(path: &Path, bytes: &'a [u8]) -> Result<Contents<'a>, Diagnostic> {
    let file = SafeTensors::deserialize(bytes).map_err(|e| failed("read", path, &e))?;
    let (_, header) = SafeTensors::read_metadata(bytes).map_err(|e| failed("read", path, &e))?;
    let metadata = header.metadata().clone().unwrap_or_default();
    let checked = checksums::check(path, &file, &metadata)?;
    Ok(Contents { file, metadata, checked })
}

fn read_leaf(path: &Path, file: &SafeTensors<'_>, leaf: &Leaf) -> Result<AnyTensor> {
    let fail = |what: String| Diagnostic::new(Code::File, format!("{}: {what}", path.display()));
    let view = file.tensor(&leaf.path).map_err(|_| fail(format!("there is no `{}`", leaf.path)))?;
    let stored = from_safetensors(view.dtype());
    if stored != Some(leaf.tensor.dtype()) || view.shape() != leaf.tensor.dims() {
        return Err(fail(format!(
            "`{}` is {:?}{:?} in the file, and {} in what is loaded",
            leaf.path,
            view.dtype(),
            view.shape(),
            leaf.tensor
        ))
        .into());
    }
    let host = HostTensor::from_bytes(leaf.tensor.dtype(), view.shape(), view.data())
        .map_err(|e| fail(format!("`{}`: {}", leaf.path, e.message)))?;
    Ok(AnyTensor::from_host(host))
}

/// A tensor of a file; `None` if graphs have no such element type.
pub(crate) fn host_of(view: &TensorView<'_>) -> Option<Result<HostTensor, Diagnostic>> {
    Some(HostTensor::from_bytes(from_safetensors(view.dtype())?, view.shape(), view.data()))
}

pub(crate) fn failed(what: &str, path: &Path, error: &dyn std::fmt::Display) -> Diagnostic {
    Diagnostic::new(Code::File, format!("cannot {what} {}: {error}", path.display()))
}

struct Stored(Dtype, Arc<HostTensor>);

impl View for Stored {
    fn dtype(&self) -> Dtype {
        self.0
    }

    fn shape(&self) -> &[usize] {
        self.1.dims()
    }

    fn data(&self) -> Cow<'_, [u8]> {
        Cow::Borrowed(self.1.bytes())
    }

    fn data_len(&self) -> usize {
        self.1.bytes().len()
    }
}

/// The name of an element type in the file format, which has none for complex numbers of two `f64`.
fn to_safetensors(dtype: DType) -> Option<Dtype> {
    Some(match dtype {
        DType::Bool => Dtype::BOOL,
        DType::I8 => Dtype::I8,
        DType::I16 => Dtype::I16,
        DType::I32 => Dtype::I32,
        DType::I64 => Dtype::I64,
        DType::U8 => Dtype::U8,
        DType::U16 => Dtype::U16,
        DType::U32 => Dtype::U32,
        DType::U64 => Dtype::U64,
        DType::F16 => Dtype::F16,
        DType::BF16 => Dtype::BF16,
        DType::F32 => Dtype::F32,
        DType::F64 => Dtype::F64,
        DType::C64 => Dtype::C64,
        DType::Narrow(narrow) => match narrow {
            Narrow::F8E4M3FN => Dtype::F8_E4M3,
            Narrow::F8E4M3FNUZ => Dtype::F8_E4M3FNUZ,
            Narrow::F8E5M2 => Dtype::F8_E5M2,
            Narrow::F8E5M2FNUZ => Dtype::F8_E5M2FNUZ,
            Narrow::F8E8M0FNU => Dtype::F8_E8M0,
            // The format packs numbers of fewer bits into bytes, and has no names for the other types.
            Narrow::I2
            | Narrow::U2
            | Narrow::I4
            | Narrow::U4
            | Narrow::F4E2M1FN
            | Narrow::F6E2M3FN
            | Narrow::F6E3M2FN
            | Narrow::F8E3M4
            | Narrow::F8E4M3
            | Narrow::F8E4M3B11FNUZ => return None,
        },
        DType::C128 => return None,
    })
}

fn from_safetensors(dtype: Dtype) -> Option<DType> {
    DType::ALL.into_iter().find(|&d| to_safetensors(d) == Some(dtype))
}
