// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! `cargo xtask package`: builds a new crate on the packages that a registry would get.
//!
//! It packages the workspace, unpacks every published package, and runs a program of one graph function whose
//! dependencies are these packages alone. So a file that only the workspace has, a missing version or a missing feature
//! fails here and not at the users of a release.

use std::{
    fmt::Write as _,
    fs::{self, File},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};
use flate2::read::GzDecoder;
use tar::Archive;

use crate::process;

/// Prints the result of a graph function of a matrix product. `main` compares it with the right one.
const PROGRAM: &str = "\
use gomlx::prelude::*;

#[graph]
fn layer(x: &Tensor![f32; B, 2], w: &Tensor![f32; 2, 3]) -> Tensor![f32; B, 3] {
    x.matmul(w).relu()
}

fn main() -> gomlx::Result<()> {
    let x = Tensor::new(&[1, 2], &[1.0, -2.0])?;
    let w = Tensor::new(&[2, 3], &[1.0, 2.0, 3.0, 4.0, 0.5, -6.0])?;
    println!(\"{:?}\", layer(&x, &w).to_vec()?);
    Ok(())
}
";
const RESULT: &str = "[0.0, 1.0, 15.0]";

/// Packages the workspace, and builds and runs a crate on the packages.
///
/// # Errors
/// If a package cannot be made or lacks a part, or the crate does not build, or its result is wrong.
pub(crate) fn run() -> Result<()> {
    let place = process::root()?.join("target/fresh");
    let packages = place.join("packages");
    for made in [&packages, &place.join("target/package")] {
        if made.exists() {
            fs::remove_dir_all(made).with_context(|| format!("cannot remove {}", made.display()))?;
        }
    }
    let mut cargo = process::cargo()?;
    cargo.args(["package", "--workspace", "--no-verify", "--allow-dirty", "--quiet", "--target-dir"]);
    process::run(cargo.arg(place.join("target")))?;

    let mut patches = String::new();
    let published = unpack(&place.join("target/package"), &packages)?;
    for (name, dir) in &published {
        let _ = writeln!(patches, "{name} = {{ path = {dir:?} }}");
    }
    fs::create_dir_all(place.join("src"))?;
    fs::write(place.join("src/main.rs"), PROGRAM)?;
    let manifest = format!(
        "[package]\nname = \"fresh\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\ngomlx = {:?}\n\n\
         [patch.crates-io]\n{patches}\n[profile.dev]\ndebug = false\n\n[workspace]\nexclude = [\"packages\"]\n",
        env!("CARGO_PKG_VERSION")
    );
    fs::write(place.join("Cargo.toml"), manifest)?;
    fs::copy(process::root()?.join("Cargo.lock"), place.join("Cargo.lock"))?;

    let mut cargo = process::cargo()?;
    cargo.args(["run", "--quiet", "--target-dir", "target"]).current_dir(&place).env_remove(gomlx_files::environment::BACKEND.name);
    let output = cargo.stderr(std::process::Stdio::inherit()).output().with_context(|| format!("cannot start {cargo:?}"))?;
    let printed = String::from_utf8_lossy(&output.stdout);
    if !output.status.success() || printed.trim_end() != RESULT {
        bail!("the crate in {} printed {printed:?} and not {RESULT:?} ({})", place.display(), output.status);
    }
    println!("a new crate on {} packages builds and runs", published.len());
    Ok(())
}

/// Unpacks every package that the registry would get, and returns their names and directories.
fn unpack(archives: &Path, to: &Path) -> Result<Vec<(String, PathBuf)>> {
    let mut published = vec![];
    for entry in fs::read_dir(archives).with_context(|| format!("cannot read {}", archives.display()))? {
        let path = entry?.path();
        let Some(stem) = path.file_name().and_then(|name| name.to_str()?.strip_suffix(".crate")) else { continue };
        let mut archive = Archive::new(GzDecoder::new(File::open(&path)?));
        // A package holds times of 2006, by which cargo would take a changed file for one that it has built.
        archive.set_preserve_mtime(false);
        archive.unpack(to).with_context(|| format!("cannot unpack {}", path.display()))?;
        let dir = to.join(stem);
        let manifest = fs::read_to_string(dir.join("Cargo.toml"))?;
        let has = |line: &str| manifest.lines().any(|l| l.starts_with(line));
        if has("publish = false") {
            continue;
        }
        for key in ["description = ", "license = ", "readme = "] {
            if !has(key) {
                bail!("the manifest of the package {stem} has no line `{key}..`");
            }
        }
        for file in ["README.md", "LICENSE"] {
            if !dir.join(file).is_file() {
                bail!("the package {stem} has no {file}");
            }
        }
        let name = stem.rsplit_once('-').with_context(|| format!("the package {stem} has no version"))?.0;
        published.push((name.to_owned(), dir));
    }
    published.sort();
    Ok(published)
}
