// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Finds an installed plugin by the name of a backend.
//!
//! It searches, in this order: `PJRT_NAMES_AND_LIBRARY_PATHS` (JAX's variable: `name:path,..`),
//! `PJRT_PLUGIN_LIBRARY_PATH` (GoMLX's variable: directories, or a plugin's file), gomlx's own directory, and the
//! site-packages of the Python environments that it can see. It runs and downloads nothing.

use std::env;
use std::env::consts::DLL_SUFFIX;
use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use gomlx_files::environment::{PJRT_NAMES, PJRT_PATH};
use gomlx_files::{HomeError, home_dir, plugin_file};

use crate::error::{Error, Result};

/// The platforms that `pjrt` without a platform tries, in this order.
const PLATFORMS: [&str; 4] = ["cpu", "cuda", "rocm", "tpu"];

/// The plugin that a backend's name selects.
///
/// ```
/// use gomlx_pjrt::Selector;
/// assert_eq!("pjrt:gpu".parse::<Selector>()?, Selector::Platform("cuda".into()));
/// assert_eq!("pjrt:/opt/plugin.so".parse::<Selector>()?.to_string(), "pjrt:/opt/plugin.so");
/// assert!("jit".parse::<Selector>().is_err());
/// # Ok::<(), gomlx_pjrt::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selector {
    /// `pjrt`: the first plugin that `PJRT_NAMES_AND_LIBRARY_PATHS` names, else a plugin for the CPU, CUDA, ROCm or a
    /// TPU, in this order.
    Any,
    /// `pjrt:cpu`, `pjrt:cuda` (or `gpu`), `pjrt:rocm`, `pjrt:tpu`, or a name in `PJRT_NAMES_AND_LIBRARY_PATHS`.
    Platform(String),
    /// `pjrt:/path/to/plugin`: this file.
    Path(PathBuf),
}

/// The file of a plugin, and the platform that it was found for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The file.
    pub path: PathBuf,
    /// The platform: `cpu`, `cuda`. For a plugin that was given by path, the file name determines it.
    pub platform: Option<String>,
}

/// Finds the plugin that a selector selects.
///
/// # Errors
/// If there is none (the error lists the searched places), or if a path that the user gave is not a file.
pub fn find(selector: &Selector) -> Result<Found> {
    Search::from_env()?.find(selector)
}

impl FromStr for Selector {
    type Err = Error;

    fn from_str(name: &str) -> Result<Selector> {
        match name.strip_prefix("pjrt") {
            Some("") => Ok(Selector::Any),
            Some(rest) => match rest.strip_prefix(':') {
                None | Some("") => Err(Error::Selector(name.into())),
                Some(path) if path.contains(['/', '\\']) || path.ends_with(DLL_SUFFIX) => Ok(Selector::Path(path.into())),
                Some("gpu") => Ok(Selector::Platform("cuda".into())),
                Some(platform) => Ok(Selector::Platform(platform.into())),
            },
            None => Err(Error::Selector(name.into())),
        }
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Selector::Any => f.write_str("pjrt"),
            Selector::Platform(platform) => write!(f, "pjrt:{platform}"),
            Selector::Path(path) => write!(f, "pjrt:{}", path.display()),
        }
    }
}

/// The places to search, from the environment.
struct Search {
    /// [`PJRT_NAMES`].
    names: Option<String>,
    /// [`PJRT_PATH`].
    library_path: Option<OsString>,
    /// The directory in which gomlx installs plugins.
    home: Result<PathBuf, HomeError>,
    site_packages: Vec<PathBuf>,
}

impl Search {
    fn from_env() -> Result<Search> {
        Ok(Search { names: PJRT_NAMES.text()?, library_path: PJRT_PATH.os(), home: home_dir(), site_packages: site_packages() })
    }

    fn find(&self, selector: &Selector) -> Result<Found> {
        let mut looked = vec![];
        match selector {
            Selector::Path(path) => {
                let file_name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
                let platform = PLATFORMS.into_iter().find(|platform| file_name.contains(platform)).map(str::to_owned);
                existing(path.clone(), "the backend's name").map(|path| Found { path, platform })
            }
            Selector::Platform(platform) => self.find_platform(platform, &mut looked)?.ok_or_else(|| not_found(selector, looked)),
            Selector::Any => {
                let named = self.named()?.first().map(|(name, _)| *name);
                for platform in named.into_iter().chain(PLATFORMS) {
                    if let Some(found) = self.find_platform(platform, &mut looked)? {
                        return Ok(found);
                    }
                }
                Err(not_found(selector, looked))
            }
        }
    }

    /// The entries of [`PJRT_NAMES`].
    fn named(&self) -> Result<Vec<(&str, &str)>> {
        let entries = self.names.as_deref().unwrap_or_default().split(',').map(str::trim).filter(|entry| !entry.is_empty());
        entries.map(|entry| entry.split_once(':').ok_or_else(|| PJRT_NAMES.wrong(entry).into())).collect()
    }

    /// Finds the plugin of a platform. If there is none, adds each searched place to `looked`.
    fn find_platform(&self, platform: &str, looked: &mut Vec<String>) -> Result<Option<Found>> {
        let found = |path| Ok(Some(Found { path, platform: Some(platform.to_owned()) }));

        if let Some((_, path)) = self.named()?.into_iter().find(|(name, _)| *name == platform) {
            return found(existing(path.into(), PJRT_NAMES.name)?);
        }
        note(
            looked,
            match &self.names {
                None => format!("{} (not set)", PJRT_NAMES.name),
                Some(names) => format!("{} ({names})", PJRT_NAMES.name),
            },
        );

        for path in self.library_path.iter().flat_map(env::split_paths) {
            let path = existing_any(path, PJRT_PATH.name)?;
            let plugin = if path.is_dir() { plugin_in(&path, platform) } else { is_plugin(&path, platform).then_some(path) };
            if let Some(plugin) = plugin {
                return found(plugin);
            }
        }
        note(
            looked,
            match &self.library_path {
                None => format!("{} (not set)", PJRT_PATH.name),
                Some(path) => format!("{} ({})", PJRT_PATH.name, path.display()),
            },
        );

        match &self.home {
            Ok(dir) => {
                let path = plugin_file(dir, platform);
                if path.is_file() {
                    return found(path);
                }
                note(looked, path.display().to_string());
            }
            Err(e) => note(looked, e.to_string()),
        }

        for root in &self.site_packages {
            let packages = ["jax_plugins", "xla_plugins"].into_iter().flat_map(|group| children(&root.join(group)));
            let packages = packages.chain(["lammps_jax_pjrt_cpu", "libtpu"].map(|package| root.join(package)));
            if let Some(plugin) = packages.rev().find_map(|package| plugin_in(&package, platform)) {
                return found(plugin);
            }
            note(looked, root.display().to_string());
        }
        Ok(None)
    }
}

fn not_found(selector: &Selector, looked: Vec<String>) -> Error {
    Error::NotFound { wanted: selector.to_string(), looked }
}

/// Adds a searched place, unless the search for another platform has already added it.
fn note(looked: &mut Vec<String>, place: String) {
    if !looked.contains(&place) {
        looked.push(place);
    }
}

/// Checks a file that the user named. A typo must not fall through to another plugin.
fn existing(path: PathBuf, from: &str) -> Result<PathBuf> {
    if path.is_file() { Ok(path) } else { Err(Error::FileMissing { path, from: from.into() }) }
}

fn existing_any(path: PathBuf, from: &str) -> Result<PathBuf> {
    if path.exists() { Ok(path) } else { Err(Error::FileMissing { path, from: from.into() }) }
}

/// Whether the file name is a plugin's name for a platform: `pjrt_c_api_cpu_plugin.so` (XLA),
/// `pjrt_c_api_cpu_v0.90_plugin.so` (GoMLX), `xla_cuda_plugin.so` (JAX), `xla_cpu_pjrt.so`, `libtpu.so`.
fn is_plugin(path: &Path, platform: &str) -> bool {
    let Some(name) = path.file_name().and_then(|name| name.to_str()) else { return false };
    // The libraries of Python packages end in `.so` on every system except Windows.
    let Some(stem) = name.strip_suffix(DLL_SUFFIX).or_else(|| name.strip_suffix(".so")) else { return false };
    let versioned =
        stem.strip_prefix("pjrt_c_api_").and_then(|rest| rest.strip_prefix(platform)).and_then(|rest| rest.strip_suffix("_plugin"));
    versioned.is_some_and(|version| version.is_empty() || version.starts_with('_'))
        || stem.strip_prefix("xla_").and_then(|rest| rest.strip_prefix(platform)).is_some_and(|kind| kind == "_plugin" || kind == "_pjrt")
        || (platform == "tpu" && stem == "libtpu")
}

/// The plugin in a directory. Among several, the last by name, which is the newest if the names hold versions.
fn plugin_in(dir: &Path, platform: &str) -> Option<PathBuf> {
    children(dir).into_iter().rfind(|path| is_plugin(path, platform) && path.is_file())
}

/// The entries of a directory, sorted by name, or none if it can't be read.
fn children(dir: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = dir.read_dir().into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

/// The package directories of the active environment, of every Python on `PATH`, and of the user.
fn site_packages() -> Vec<PathBuf> {
    let var = |name: &str| env::var_os(name).filter(|value| !value.is_empty());
    let mut found: Vec<PathBuf> = var("PYTHONPATH").iter().flat_map(env::split_paths).collect();

    let mut prefixes: Vec<PathBuf> = ["VIRTUAL_ENV", "CONDA_PREFIX"].into_iter().filter_map(var).map(PathBuf::from).collect();
    for dir in var("PATH").iter().flat_map(env::split_paths) {
        prefixes.extend(dir.parent().map(Path::to_owned));
        // pyenv puts its shims on `PATH`. The directory of its versions lies beside them.
        if dir.ends_with("shims") {
            prefixes.extend(dir.parent().map(|root| children(&root.join("versions"))).unwrap_or_default());
        }
    }
    prefixes.extend(env::home_dir().map(|home| home.join(".local")));

    for prefix in prefixes {
        found.push(prefix.join("Lib/site-packages"));
        for lib in ["lib", "lib64"] {
            let pythons = children(&prefix.join(lib)).into_iter();
            let pythons = pythons.filter(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("python3")));
            found.extend(pythons.flat_map(|python| ["site-packages", "dist-packages"].map(|dir| python.join(dir))));
        }
    }
    let mut seen = vec![];
    found.retain(|dir| {
        dir.is_dir() && !seen.contains(dir) && {
            seen.push(dir.clone());
            true
        }
    });
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A directory with empty files, and a search that looks only there.
    fn search(files: &[&str]) -> (tempfile::TempDir, Search) {
        let dir = tempfile::tempdir().unwrap();
        for file in files {
            let path = dir.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "").unwrap();
        }
        let search = Search {
            names: None,
            library_path: None,
            home: Ok(dir.path().join("data")),
            site_packages: vec![dir.path().join("site-packages")],
        };
        (dir, search)
    }

    fn found(search: &Search, name: &str) -> String {
        let found = search.find(&name.parse().unwrap()).unwrap();
        found.path.file_name().unwrap().to_str().unwrap().to_owned()
    }

    #[test]
    fn places_are_searched_in_order() {
        let data = format!("data/pjrt/cpu/pjrt_c_api_cpu_plugin{DLL_SUFFIX}");
        let (old, new) = (format!("env/pjrt_c_api_cpu_v1_plugin{DLL_SUFFIX}"), format!("env/pjrt_c_api_cpu_v2_plugin{DLL_SUFFIX}"));
        let cuda = "site-packages/jax_plugins/xla_cuda12/xla_cuda_plugin.so";
        let (dir, mut search) =
            search(&[&data, &old, &new, "named.so", cuda, "site-packages/lammps_jax_pjrt_cpu/pjrt_c_api_cpu_plugin.so"]);
        assert_eq!(search.find(&Selector::Any).unwrap().path, dir.path().join(&data));
        assert_eq!(found(&search, "pjrt:cuda"), "xla_cuda_plugin.so");
        search.library_path = Some(dir.path().join("env").into());
        assert_eq!(search.find(&Selector::Any).unwrap().path, dir.path().join(&new));
        search.names = Some(format!("other:/nowhere.so,cpu:{}", dir.path().join("named.so").display()));
        assert_eq!(found(&search, "pjrt:cpu"), "named.so");
        std::fs::remove_file(dir.path().join(cuda)).unwrap();
        assert!(matches!(search.find(&"pjrt:cuda".parse().unwrap()), Err(Error::NotFound { .. })));
    }

    #[test]
    fn a_path_that_the_user_gave_must_exist() {
        let (dir, mut search) = search(&[]);
        let missing = dir.path().join("typo");
        search.library_path = Some(missing.clone().into());
        let error = search.find(&Selector::Any).unwrap_err().to_string();
        assert_eq!(error, format!("no file at `{}`, where PJRT_PLUGIN_LIBRARY_PATH says the pjrt plugin is", missing.display()));
        search.names = Some("cpu:/nowhere/plugin.so".into());
        let error = search.find(&Selector::Platform("cpu".into())).unwrap_err().to_string();
        assert_eq!(error, "no file at `/nowhere/plugin.so`, where PJRT_NAMES_AND_LIBRARY_PATHS says the pjrt plugin is");
        search.names = Some("cpu".into());
        let error = search.find(&Selector::Any).unwrap_err().to_string();
        assert_eq!(error, "PJRT_NAMES_AND_LIBRARY_PATHS is `cpu`, but it takes entries `platform:path` with commas between");
        let error = search.find(&Selector::Path(missing.clone())).unwrap_err().to_string();
        assert_eq!(error, format!("no file at `{}`, where the backend's name says the pjrt plugin is", missing.display()));
    }

    #[test]
    fn the_error_lists_where_it_looked_and_what_to_do() {
        let (dir, search) = search(&[]);
        let error = search.find(&Selector::Platform("cpu".into())).unwrap_err().to_string();
        let installed = plugin_file(&dir.path().join("data"), "cpu");
        assert!(error.starts_with("no plugin for `pjrt:cpu`; looked in:"), "{error}");
        for part in ["PJRT_NAMES_AND_LIBRARY_PATHS (not set)", &installed.display().to_string(), "site-packages", "cargo xtask test"] {
            assert!(error.contains(part), "{part} is not in:\n{error}");
        }
        assert!(search.find(&Selector::Any).unwrap_err().to_string().contains("pjrt_c_api_tpu_plugin"));
    }

    #[test]
    fn names_of_plugins() {
        let is = |name: &str, platform| is_plugin(Path::new(name), platform);
        assert!(is(&format!("pjrt_c_api_cpu_plugin{DLL_SUFFIX}"), "cpu") && is("xla_cpu_pjrt.so", "cpu") && is("libtpu.so", "tpu"));
        assert!(!is("pjrt_c_api_cpu_plugin.so", "cuda") && !is("pjrt_c_api_cpu_plugin.txt", "cpu") && !is("xla_cpu_other.so", "cpu"));
        assert!(!is("pjrt_c_api_cpux_plugin.so", "cpu"));
    }

    #[test]
    fn selectors() {
        assert_eq!("pjrt".parse::<Selector>().unwrap(), Selector::Any);
        assert_eq!("pjrt:tpu".parse::<Selector>().unwrap(), Selector::Platform("tpu".into()));
        for wrong in ["pjrt:", "pjrtx", "jit", ""] {
            assert!(matches!(wrong.parse::<Selector>(), Err(Error::Selector(_))), "{wrong}");
        }
    }
}
