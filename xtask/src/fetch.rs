// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Fetches packages through the machine's own registry clients.
//!
//! It runs the user's pip, uv or npm, because these know the user's index, proxy and certificates. Callers trust a
//! fetched file only after checking its checksum.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context as _, Result, bail};

/// Downloads the wheel of a Python package for this machine to `dir`, which must be empty.
///
/// # Errors
/// If no client exists or none of them succeeds. Their output is printed.
pub(crate) fn wheel(package: &str, version: &str, dir: &Path) -> Result<PathBuf> {
    let clients: [&[&str]; 4] = [&["python3", "-m", "pip"], &["python", "-m", "pip"], &["pip"], &["uvx", "pip"]];
    let requirement = format!("{package}=={version}");
    let options = ["download", "--no-deps", "--only-binary=:all:", "--disable-pip-version-check", "--quiet", "--dest"];
    let clients = clients.iter().map(|client| {
        let mut command = Command::new(client[0]);
        command.args(&client[1..]).args(options).arg(dir).arg(&requirement);
        (client.join(" "), command)
    });
    first_that_works(&requirement, clients, "pip or uv")?;
    only_file(dir)
}

/// Downloads the tarball of an npm package to `dir`, which must be empty.
///
/// # Errors
/// If npm does not exist or does not succeed.
pub(crate) fn npm_tarball(package: &str, version: &str, dir: &Path) -> Result<PathBuf> {
    let spec = format!("{package}@{version}");
    let mut command = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    command.args(["pack", "--loglevel=error", &spec]).current_dir(dir);
    first_that_works(&spec, [("npm".to_owned(), command)].into_iter(), "npm")?;
    only_file(dir)
}

fn first_that_works(what: &str, clients: impl Iterator<Item = (String, Command)>, one_of: &str) -> Result<()> {
    eprintln!("fetching {what}");
    let mut failures = Vec::new();
    for (name, mut command) in clients {
        match command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).output() {
            Ok(output) if output.status.success() => return Ok(()),
            Ok(output) => {
                eprint!("{}", String::from_utf8_lossy(&output.stderr));
                failures.push(format!("{name}: {}", output.status));
            }
            Err(error) => failures.push(format!("{name}: {error}")),
        }
    }
    bail!("cannot fetch {what}, which needs {one_of} and its registry ({})", failures.join("; "))
}

fn only_file(dir: &Path) -> Result<PathBuf> {
    let mut entries = fs::read_dir(dir)?;
    let file = entries.next().context("the client succeeded but left no file")??;
    if let Some(other) = entries.next() {
        bail!("the client left more than one file: {:?} and {:?}", file.file_name(), other?.file_name());
    }
    Ok(file.path())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_that_is_missing_or_fails_is_named() {
        let missing = Command::new("gomlx-no-such-program");
        let mut failing = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        failing.arg("gomlx-no-such-subcommand");
        let clients = [("first".to_owned(), missing), ("second".to_owned(), failing)];
        let error = first_that_works("pkg==1", clients.into_iter(), "a client").unwrap_err().to_string();
        assert!(error.contains("pkg==1") && error.contains("first: ") && error.contains("second: "), "{error}");
    }
}
