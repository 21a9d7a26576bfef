// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The directory in which gomlx keeps data sets and plugins.

use std::{
    env,
    path::{Path, PathBuf},
};

use thiserror::Error;

/// No directory for gomlx's files is known.
#[derive(Debug, Error)]
#[error("no directory for gomlx's files is known: {0} is not set; set GOMLX_HOME to a directory")]
pub struct HomeError(&'static str);

/// The directory of gomlx's files: `$GOMLX_HOME`, else the system's place for application data
/// (`$XDG_DATA_HOME/gomlx` or `~/.local/share/gomlx`, `~/Library/Application Support/gomlx`,
/// `%LOCALAPPDATA%\gomlx`). It need not exist.
///
/// # Errors
/// [`HomeError`] where none of these variables is set.
pub fn home_dir() -> Result<PathBuf, HomeError> {
    home_from(|name| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from))
}

/// The directory of the data set `name`: `data/NAME` under [`home_dir`].
///
/// # Errors
/// As [`home_dir`].
pub fn data_dir(name: impl AsRef<Path>) -> Result<PathBuf, HomeError> {
    Ok(home_dir()?.join("data").join(name))
}

fn home_from(var: impl Fn(&str) -> Option<PathBuf>) -> Result<PathBuf, HomeError> {
    if let Some(home) = var("GOMLX_HOME") {
        return Ok(home);
    }
    if cfg!(windows) {
        return Ok(var("LOCALAPPDATA").ok_or(HomeError("LOCALAPPDATA"))?.join("gomlx"));
    }
    let user = || var("HOME").ok_or(HomeError("HOME"));
    if cfg!(target_os = "macos") {
        return Ok(user()?.join("Library/Application Support/gomlx"));
    }
    // The XDG specification has relative paths ignored.
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
        assert_eq!(home_from(with("GOMLX_HOME")).unwrap(), Path::new("/x"));
        assert!(home_from(|_| None).unwrap_err().to_string().contains("set GOMLX_HOME"));
        if cfg!(target_os = "linux") {
            assert_eq!(home_from(with("XDG_DATA_HOME")).unwrap(), Path::new("/x/gomlx"));
            assert_eq!(home_from(with("HOME")).unwrap(), Path::new("/x/.local/share/gomlx"));
        }
    }

    /// gomlx-pjrt, which knows nothing of this crate, looks for its plugins in the same directory.
    #[cfg(feature = "pjrt")]
    #[test]
    fn plugins_are_in_the_same_directory() {
        assert_eq!(home_dir().ok(), gomlx_pjrt::data_dir().ok());
    }
}
