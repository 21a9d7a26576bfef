// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! `cargo xtask codegen`: writes the source files that are generated and committed.
//!
//! Generated files are committed so that no user's build needs the generator
//! (bindgen needs libclang). libclang is loaded when this runs, from
//! `LIBCLANG_PATH` or where the system keeps it.

use std::path::Path;

/// The file that [`pjrt`] writes, relative to the workspace's root.
const PJRT_BINDINGS: &str = "gomlx-pjrt/pjrt-sys/src/gen_bindings.rs";

/// Writes the bindings to the PJRT C API from its header, `pjrt_c_api.h`.
///
/// `docs/decisions/0002-pjrt-bindings.md` says where the header is to be had.
///
/// # Errors
/// If the header can't be read, is not PJRT's, or does not compile.
///
/// # Panics
/// In bindgen, with directions, where libclang is missing.
pub(crate) fn pjrt(root: &Path, header: &Path) -> Result<(), String> {
    let text = std::fs::read_to_string(header).map_err(|e| format!("can't read {}: {e}", header.display()))?;
    let version = |part: &str| {
        let value = text.lines().find_map(|line| line.strip_prefix("#define PJRT_API_")?.strip_prefix(part));
        value.map(str::trim).ok_or_else(|| format!("{} does not define PJRT_API_{part}", header.display()))
    };
    let (major, minor) = (version("MAJOR")?, version("MINOR")?);
    let bindings = bindgen::Builder::default()
        .header_contents("pjrt_c_api.h", &text)
        .clang_arg("-xc")
        .allowlist_item("PJRT_.*")
        // A plugin may return values newer than the header, which in a Rust enum is undefined
        // behaviour. The unnamed enums of `*_STRUCT_SIZE` become plain constants.
        .newtype_enum("PJRT_(.*_Type|Error_Code|ProcessState|HostBufferSemantics)")
        .use_core()
        .derive_default(true)
        .merge_extern_blocks(true)
        .disable_header_comment()
        .raw_line(format!(
            "// Generated from pjrt_c_api.h, PJRT C API {major}.{minor}, by `cargo xtask codegen pjrt`; do not edit."
        ))
        .raw_line("// The header: Copyright 2022 The OpenXLA Authors. SPDX-License-Identifier: Apache-2.0")
        .generate()
        .map_err(|e| format!("bindgen: {e}"))?;
    let target = root.join(PJRT_BINDINGS);
    bindings.write_to_file(&target).map_err(|e| format!("can't write {}: {e}", target.display()))
}
