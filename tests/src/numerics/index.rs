// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The index of a folder of reference vectors.

use std::fmt;
use std::path::Path;

use gomlx_ir::DType;
use serde::Deserialize;
use serde_json::{Map, Value};

/// The cases of a folder.
#[derive(Deserialize)]
pub(super) struct Index {
    pub(super) cases: Vec<Case>,
}

impl Index {
    /// Reads `index.json`.
    pub(super) fn read(directory: &Path) -> Result<Index, String> {
        let path = directory.join("index.json");
        let text = std::fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
        serde_json::from_str(&text).map_err(|e| format!("{}: {e}", path.display()))
    }
}

/// One call of a function.
#[derive(Deserialize)]
pub(super) struct Case {
    /// `softmax/c1`.
    pub(super) id: String,
    pub(super) function: String,
    /// The file of the arrays, and the prefix of their names in it.
    pub(super) file: String,
    pub(super) case: String,
    pub(super) kwargs: Map<String, Value>,
    #[serde(rename = "in")]
    pub(super) inputs: Vec<Tensor>,
    #[serde(rename = "out")]
    pub(super) outputs: Vec<Tensor>,
    /// The inputs and outputs between which there are derivatives.
    #[serde(default)]
    pub(super) diff_in: Vec<usize>,
    #[serde(default)]
    pub(super) diff_out: Vec<usize>,
    pub(super) run: Vec<Precision>,
    pub(super) measure: Measure,
    #[serde(default)]
    pub(super) grad_measure: Option<Measure>,
    #[serde(default)]
    pub(super) f32_tolerance: Tolerances,
}

#[derive(Deserialize)]
pub(super) struct Tensor {
    pub(super) dtype: String,
    pub(super) shape: Vec<usize>,
}

impl Tensor {
    /// The element type that the call takes, which is not always that of the array: half types are stored as f32.
    pub(super) fn dtype(&self) -> Result<DType, String> {
        DType::from_name(&self.dtype).ok_or_else(|| format!("there is no element type {}", self.dtype))
    }
}

/// In which precision a case is run.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
pub(super) enum Precision {
    #[serde(rename = "f64")]
    F64,
    #[serde(rename = "f32")]
    F32,
    #[serde(rename = "as is")]
    AsIs,
}

impl fmt::Display for Precision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Precision::F64 => "f64",
            Precision::F32 => "f32",
            Precision::AsIs => "as is",
        })
    }
}

/// How values are compared.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Measure {
    /// Every element is the same.
    Exact,
    /// Relative to each element.
    Element,
    /// Relative to the largest element of the array.
    Array,
}

/// What to allow where f32 cannot reach the usual tolerance.
#[derive(Clone, Copy, Default, Deserialize)]
pub(super) struct Tolerances {
    pub(super) out: Option<f64>,
    pub(super) grad: Option<f64>,
}
