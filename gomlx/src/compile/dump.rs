// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! `GOMLX_DUMP=dir`: writes the text of everything that is compiled to files in `dir`.
//!
//! The names of the files start with the number of the process and of the compile, so that neither processes nor
//! threads write the same file: `31415-0001.layer.stablehlo.mlir`, `.optimized.mlir`, `.kernels.txt`, `.clif` and
//! `.cost.txt`. A backend that has no such listing writes no such file.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use gomlx_files::environment::DUMP;
use gomlx_files::replace;
use gomlx_ir::{Executable, Listing, Module, cost};

use crate::inspect::memory;

static DIRECTORY: LazyLock<Option<PathBuf>> = LazyLock::new(|| {
    let directory = DUMP.path()?;
    match fs::create_dir_all(&directory) {
        Ok(()) => Some(directory),
        Err(error) => {
            DUMP.warn(format_args!("cannot make {}: {error}", directory.display()));
            None
        }
    }
});

/// Writes the files of one compile if `GOMLX_DUMP` is set. A failure is logged, and the program goes on.
pub(super) fn write(name: &str, backend: &str, module: &Module, executable: &dyn Executable) {
    let Some(directory) = &*DIRECTORY else { return };
    if let Err(error) = try_write(directory, name, backend, module, executable) {
        DUMP.warn(format_args!("cannot write to {}: {error}", directory.display()));
    }
}

fn try_write(directory: &Path, name: &str, backend: &str, module: &Module, executable: &dyn Executable) -> io::Result<()> {
    static NEXT: AtomicUsize = AtomicUsize::new(1);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let name: String = name.chars().map(|c| if c.is_alphanumeric() || c == '_' { c } else { '-' }).collect();
    let stem = format!("{}-{number:04}.{name}", std::process::id());
    let write = |extension: &str, text: &str| replace(&directory.join(format!("{stem}.{extension}")), text.as_bytes());
    write("stablehlo.mlir", &gomlx_ir::print::module(module))?;
    let others = [(Listing::Optimized, "optimized.mlir"), (Listing::Kernels, "kernels.txt"), (Listing::Code, "clif")];
    for (kind, extension) in others {
        if let Some(text) = executable.listing(kind) {
            write(extension, &text)?;
        }
    }
    let mut cost = format!("backend: {backend}\nflops: {}\n", cost::flops(&gomlx_ir::rewrite::dce(module.main())));
    match executable.temporaries() {
        Some(temporaries) => cost.push_str(&format!("memory: {}\n", memory(module, temporaries))),
        None => cost.push_str("memory: the backend does not say\n"),
    }
    write("cost.txt", &cost)
}
