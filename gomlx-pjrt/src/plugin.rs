// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Loads a plugin: a shared library that exports `GetPjrtApi`.
//!
//! Invariants: a process loads and initialises a file once, and never unloads it. Plugins keep threads and exit
//! handlers, so a plugin is `'static`.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use pjrt_sys::*;

use crate::api::{Api, ApiVersion, args, call, slice, text};
use crate::elf;
use crate::error::{Error, Result};

/// The least StableHLO version that a plugin must read. The oldest plugin that the tests have passed with reads it.
const STABLEHLO_NEEDED: [i64; 3] = [1, 0, 0];

/// A loaded and initialised plugin.
pub struct Plugin {
    api: Api,
    stablehlo: Option<[i64; 3]>,
}

impl Plugin {
    /// Loads a plugin, or returns the plugin that was already loaded from this file.
    ///
    /// Loading a library runs its code, so load only libraries that you trust.
    ///
    /// # Errors
    /// If the file is missing, is not a shared library, is truncated, does not export `GetPjrtApi`, has an unsupported
    /// version, or fails to initialise.
    pub fn load(path: &Path) -> Result<&'static Plugin> {
        static LOADED: Mutex<Option<HashMap<PathBuf, &'static Plugin>>> = Mutex::new(None);

        let missing = |_| Error::FileMissing { path: path.to_owned(), from: "the caller".into() };
        let file = path.canonicalize().map_err(missing)?;
        // The lock is held while loading, so no plugin is initialised twice.
        let mut loaded = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
        let loaded = loaded.get_or_insert_default();
        if let Some(plugin) = loaded.get(&file) {
            return Ok(plugin);
        }
        // Loads from the given path and not from the canonical one: a plugin finds the libraries that it needs beside
        // the path it is loaded from, and package managers link files into place.
        let path = std::path::absolute(path).map_err(missing)?;
        let plugin: &'static Plugin = Box::leak(Box::new(Plugin::open(&path)?));
        loaded.insert(file, plugin);
        Ok(plugin)
    }

    /// The file that the plugin was loaded from.
    pub fn path(&self) -> &Path {
        self.api.path()
    }

    /// The plugin's version of the PJRT C API.
    pub fn api_version(&self) -> ApiVersion {
        self.api.version()
    }

    /// The newest StableHLO version that the plugin reads, if it reports one.
    pub fn stablehlo_version(&self) -> Option<[i64; 3]> {
        self.stablehlo
    }

    pub(crate) fn api(&self) -> &Api {
        &self.api
    }

    fn open(path: &Path) -> Result<Plugin> {
        elf::check(path).map_err(|reason| Error::Load { path: path.to_owned(), reason })?;
        let load = |e: libloading::Error| Error::Load { path: path.to_owned(), reason: reason(&e) };
        // SAFETY: the caller asks for the library's initialisers to run.
        let library = unsafe { libloading::Library::new(path) }.map_err(load)?;
        // SAFETY: the symbol has this type in every plugin. The pointer outlives `library`, which is leaked.
        let entry = unsafe { library.get::<GetPjrtApi>(c"GetPjrtApi".to_bytes_with_nul()) }.map(|symbol| *symbol);
        std::mem::forget(library);
        let Ok(entry) = entry else { return Err(Error::NoEntryPoint { path: path.to_owned() }) };
        // SAFETY: the library was just loaded, and is never unloaded.
        let api = unsafe { Api::new(entry(), path)? };
        let mut initialize = args!(PJRT_Plugin_Initialize_Args, PJRT_Plugin_Initialize_Args_STRUCT_SIZE {});
        // SAFETY: this is the first call into the plugin, and the only initialisation.
        unsafe { call!(&api, PJRT_Plugin_Initialize, &mut initialize) }
            .map_err(|e| e.while_doing(|| format!("loading `{}`", path.display())))?;
        let stablehlo = stablehlo_version(&api)?;
        match stablehlo {
            Some(found) if found < STABLEHLO_NEEDED => Err(Error::StableHlo { path: path.to_owned(), found, needed: STABLEHLO_NEEDED }),
            _ => Ok(Plugin { api, stablehlo }),
        }
    }
}

/// The loader's message, which libloading keeps as the source of its error.
fn reason(error: &libloading::Error) -> String {
    match std::error::Error::source(error) {
        Some(source) => source.to_string(),
        None => error.to_string(),
    }
}

fn stablehlo_version(api: &Api) -> Result<Option<[i64; 3]>> {
    let mut args = args!(PJRT_Plugin_Attributes_Args, PJRT_Plugin_Attributes_Args_STRUCT_SIZE {});
    // SAFETY: the plugin is initialised, and its attributes live as long as the process.
    unsafe {
        call!(api, PJRT_Plugin_Attributes, &mut args)?;
        for attribute in slice(args.attributes, args.num_attributes) {
            let is_list = attribute.type_ == PJRT_NamedValue_Type::PJRT_NamedValue_kInt64List;
            if is_list && text(attribute.name, attribute.name_size) == "stablehlo_current_version" {
                let version = slice(attribute.__bindgen_anon_1.int64_array_value, attribute.value_size);
                return Ok(version.try_into().ok());
            }
        }
    }
    Ok(None)
}
