// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! `cargo xtask codegen`: writes the source files that are generated and committed.
//!
//! They are committed because no user's build should need the generator: bindgen needs libclang, which it loads when it
//! runs, from `LIBCLANG_PATH` or from the system's directories. bindgen is behind a feature of this program, so other
//! tasks do not build it.

use std::path::PathBuf;

use anyhow::Result;

#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// The bindings to the PJRT C API.
    Pjrt {
        /// OpenXLA's pjrt_c_api.h. docs/decisions/0002-pjrt-bindings.md says where to get it.
        #[arg(long)]
        header: PathBuf,
    },
}

pub(crate) fn run(args: &Args) -> Result<()> {
    match &args.what {
        What::Pjrt { header } => generate::pjrt(header),
    }
}

#[cfg(not(feature = "codegen"))]
mod generate {
    use std::path::Path;

    use anyhow::{Context as _, Result};

    use crate::process;

    /// Runs the same task again in a build with bindgen.
    pub(super) fn pjrt(header: &Path) -> Result<()> {
        let header = std::path::absolute(header).with_context(|| format!("cannot find {}", header.display()))?;
        let mut cargo = process::cargo()?;
        cargo.args(["run", "--package", "xtask", "--features", "codegen", "--", "codegen", "pjrt", "--header"]).arg(header);
        process::run(&mut cargo)
    }
}

#[cfg(feature = "codegen")]
mod generate {
    use std::{fs, path::Path};

    use anyhow::{Context as _, Result};
    use gomlx_files::replace;

    use crate::process;

    /// Writes the bindings to the PJRT C API.
    ///
    /// # Errors
    /// If the header cannot be read, is not PJRT's header, or does not compile.
    ///
    /// # Panics
    /// In bindgen, if there is no libclang. The message says what to do.
    pub(super) fn pjrt(header: &Path) -> Result<()> {
        let text = fs::read_to_string(header).with_context(|| format!("cannot read {}", header.display()))?;
        let version = |part: &str| {
            let value = text.lines().find_map(|line| line.strip_prefix("#define PJRT_API_")?.strip_prefix(part));
            value.map(str::trim).with_context(|| format!("{} does not define PJRT_API_{part}", header.display()))
        };
        let (major, minor) = (version("MAJOR")?, version("MINOR")?);
        let bindings = bindgen::Builder::default()
            .header_contents("pjrt_c_api.h", &text)
            .clang_arg("-xc")
            .allowlist_item("PJRT_.*")
            // A plugin may return values newer than the header, which would be undefined behaviour in a Rust enum. The
            // unnamed enums of `*_STRUCT_SIZE` become plain constants.
            .newtype_enum("PJRT_(.*_Type|Error_Code|ProcessState|HostBufferSemantics)")
            .use_core()
            .derive_default(true)
            .merge_extern_blocks(true)
            .disable_header_comment()
            .raw_line(format!("// Generated from pjrt_c_api.h, PJRT C API {major}.{minor}, by `cargo xtask codegen pjrt`; do not edit."))
            .raw_line("// The header: Copyright 2022 The OpenXLA Authors. SPDX-License-Identifier: Apache-2.0")
            .generate()?;
        let target = process::root()?.join("gomlx-pjrt/pjrt-sys/src/gen_bindings.rs");
        replace(&target, bindings.to_string().as_bytes()).with_context(|| format!("cannot write {}", target.display()))?;
        println!("wrote {}", target.display());
        Ok(())
    }
}
