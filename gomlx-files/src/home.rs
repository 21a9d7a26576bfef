// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The directory in which gomlx keeps data sets and plugins.

use std::env;
use std::env::consts::DLL_SUFFIX;
use std::path::{Path, PathBuf};

use crate::environment::HOME;

/// No directory for gomlx's files is known.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no directory for gomlx's files is known: {0} is not set; set GOMLX_HOME to a directory")]
pub struct HomeError(&'static str);

/// The directory of gomlx's files: `$GOMLX_HOME`, else the system's place for application data
/// (`$XDG_DATA_HOME/gomlx` or `~/.local/share/gomlx`, `~/Library/Application Support/gomlx`,
/// `%LOCALAPPDATA%\gomlx`). It need not exist.
///
/// # Errors
/// [`HomeError`] if none of these variables is set, and the user has no home directory.
pub fn home_dir() -> Result<PathBuf, HomeError> {
    home_from(|name| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from), env::home_dir)
}

/// The directory of the data set `name`: `data/NAME` in [`home_dir`].
///
/// # Errors
/// As [`home_dir`].
pub fn data_dir(name: impl AsRef<Path>) -> Result<PathBuf, HomeError> {
    Ok(home_dir()?.join("data").join(name))
}

/// The file of the PJRT plugin for a platform, such as `cpu`, in the directory of gomlx's files.
pub fn plugin_file(home: &Path, platform: &str) -> PathBuf {
    home.join("pjrt").join(platform).join(format!("pjrt_c_api_{platform}_plugin{DLL_SUFFIX}"))
}

fn home_from(var: impl Fn(&str) -> Option<PathBuf>, user: impl Fn() -> Option<PathBuf>) -> Result<PathBuf, HomeError> {
    if let Some(home) = var(HOME.name) {
        return Ok(home);
    }
    if cfg!(windows) {
        return Ok(var("LOCALAPPDATA").ok_or(HomeError("LOCALAPPDATA"))?.join("gomlx"));
    }
    let user = || user().ok_or(HomeError("HOME"));
    if cfg!(target_os = "macos") {
        return Ok(user()?.join("Library/Application Support/gomlx"));
    }
    // The XDG specification says that relative paths are ignored.
    match var("XDG_DATA_HOME").filter(|dir| dir.is_absolute()) {
        Some(dir) => Ok(dir.join("gomlx")),
        None => Ok(user()?.join(".local/share/gomlx")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gomlx_home_comes_first_and_an_empty_environment_is_an_error() {
        let with = |set: &'static str| move |name: &str| (name == set).then(|| PathBuf::from("/x"));
        assert_eq!(home_from(with(HOME.name), || None).unwrap(), Path::new("/x"));
        assert!(home_from(|_| None, || None).unwrap_err().to_string().contains("set GOMLX_HOME"));
        if cfg!(target_os = "linux") {
            assert_eq!(home_from(with("XDG_DATA_HOME"), || None).unwrap(), Path::new("/x/gomlx"));
            assert_eq!(home_from(|_| None, || Some("/x".into())).unwrap(), Path::new("/x/.local/share/gomlx"));
        }
    }
}
