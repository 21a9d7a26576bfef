// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Compares numeric functions with NumPy's, JAX's, SciPy's and PyTorch's: values, forward mode and reverse mode of each
//! case of a folder of reference vectors, on a backend.
//!
//! A folder has an `index.json` and an `.npz` file of arrays per function. `functions` says which composition of
//! gomlx each function of the index is.

mod case;
mod compare;
mod functions;
mod index;
mod keywords;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use gomlx_ir::{Backend, HostTensor};

use self::index::Index;
use crate::npy::read_npz;
use crate::transforms::Check;

/// Checks that are not made, by the start of their names, and why.
const SKIPPED: &[(&str, &str)] = &[
    (
        "sinc/c2 f64 jvp",
        "the reference cancels at 1e-6: sin(pi x) / (pi x) has the derivative -pi^2 x / 3 there, 5.80867e-6 in place of 5.80874e-6",
    ),
    ("sinc/c2 f64 vjp", "as its jvp"),
];

/// Why a check is not made, if it is not.
pub fn skipped(check: &str) -> Option<&'static str> {
    SKIPPED.iter().find(|(name, _)| check.starts_with(name)).map(|(_, reason)| *reason)
}

/// The directory of the vectors, `../shared/conformance/numerics`, or `None` if it does not exist.
pub fn directory() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/conformance/numerics");
    root.is_dir().then_some(root)
}

/// Runs the cases of a folder whose name `chosen` accepts, on all processors. Each check is a value, a forward or a
/// reverse derivative in one precision: `softmax/c1 f32 vjp`.
///
/// # Errors
/// If the index or an array cannot be read.
pub fn run(directory: &Path, backend: &dyn Backend, chosen: &(dyn Fn(&str) -> bool + Sync)) -> Result<Vec<Check>, String> {
    let index = Index::read(directory)?;
    let mut files: BTreeMap<&str, Vec<&index::Case>> = BTreeMap::new();
    for case in index.cases.iter().filter(|case| chosen(&case.id)) {
        files.entry(&case.file).or_default().push(case);
    }
    let files: Vec<_> = files.into_iter().collect();
    let next = AtomicUsize::new(0);
    let checks = Mutex::new(vec![]);
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, |n| n.get()) {
            scope.spawn(|| {
                while let Some((file, cases)) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let done = run_file(&directory.join(file), cases, backend);
                    checks.lock().unwrap_or_else(|e| e.into_inner()).extend(done);
                }
            });
        }
    });
    let mut checks = checks.into_inner().unwrap_or_else(|e| e.into_inner());
    checks.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(checks)
}

fn run_file(path: &Path, cases: &[&index::Case], backend: &dyn Backend) -> Vec<Check> {
    let arrays: BTreeMap<String, HostTensor> = match read_npz(path) {
        Ok(arrays) => arrays,
        Err(reason) => return vec![Check { name: path.display().to_string(), failure: Some(reason) }],
    };
    let mut checks = vec![];
    for case in cases {
        for precision in &case.run {
            let run = AssertUnwindSafe(|| case::checks(case, *precision, &arrays, backend));
            let done = catch_unwind(run).unwrap_or_else(|_| {
                let failure = Some("panicked, as the standard error says".to_owned());
                vec![Check { name: format!("{} {precision}", case.id), failure }]
            });
            checks.extend(done);
        }
    }
    checks
}
