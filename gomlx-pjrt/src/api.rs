// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! A plugin's function table, and the only way to call its functions.
//!
//! Invariants: an entry is read only after its offset has been checked against the table's own `struct_size`, since a
//! plugin older than the header has a shorter table. Every error object is turned into an [`enum@Error`] and destroyed.

use std::fmt;
use std::mem::offset_of;
use std::path::{Path, PathBuf};
use std::ptr::NonNull;

use pjrt_sys::*;

use crate::error::{Error, ErrorCode, Result};

/// A version of the PJRT C API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ApiVersion {
    /// The major version. It changes when the API breaks.
    pub major: i32,
    /// The minor version. It changes when the API grows.
    pub minor: i32,
}

impl ApiVersion {
    /// The version of the header that the bindings are generated from.
    pub const HEADER: ApiVersion = ApiVersion { major: PJRT_API_MAJOR as i32, minor: PJRT_API_MINOR as i32 };

    /// The oldest supported version, which is the oldest that the tests have passed with.
    pub const NEEDED: ApiVersion = ApiVersion { major: 0, minor: 81 };

    /// Whether a plugin of this version can be used.
    pub fn is_supported(self) -> bool {
        self.major == ApiVersion::NEEDED.major && self.minor >= ApiVersion::NEEDED.minor
    }
}

impl fmt::Display for ApiVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// The function table of a loaded plugin.
pub(crate) struct Api {
    table: NonNull<PJRT_Api>,
    struct_size: usize,
    version: ApiVersion,
    path: PathBuf,
}

// SAFETY: the table does not change while the process lives, and PJRT requires that its functions can be called from
// any thread.
unsafe impl Send for Api {}
// SAFETY: see `Send`.
unsafe impl Sync for Api {}

impl Api {
    /// Wraps a table after checking its version.
    ///
    /// # Safety
    /// `table` is null, or `GetPjrtApi` of a library that is never unloaded returned it.
    ///
    /// # Errors
    /// If the table is null, or its version is not supported.
    pub(crate) unsafe fn new(table: *const PJRT_Api, path: &Path) -> Result<Api> {
        let Some(table) = NonNull::new(table.cast_mut()) else {
            return Err(Error::Protocol(format!("GetPjrtApi of `{}` returned null", path.display())));
        };
        // SAFETY: every version of the table starts with its size.
        let struct_size = unsafe { (&raw const (*table.as_ptr()).struct_size).read() };
        let end_of_version = offset_of!(PJRT_Api, pjrt_api_version) + PJRT_Api_Version_STRUCT_SIZE as usize;
        if struct_size < end_of_version {
            return Err(Error::Protocol(format!(
                "the function table of `{}` has {struct_size} bytes, too few for a version",
                path.display()
            )));
        }
        // SAFETY: the size says that the table has a version.
        let version = unsafe { (&raw const (*table.as_ptr()).pjrt_api_version).read() };
        let version = ApiVersion { major: version.major_version, minor: version.minor_version };
        if !version.is_supported() {
            return Err(Error::Version { path: path.to_owned(), found: version, needed: ApiVersion::NEEDED });
        }
        Ok(Api { table, struct_size, version, path: path.to_owned() })
    }

    /// The plugin's version.
    pub(crate) fn version(&self) -> ApiVersion {
        self.version
    }

    /// The plugin's file.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The table. Only entries for which [`Api::has`] is true may be read.
    pub(crate) fn table(&self) -> *const PJRT_Api {
        self.table.as_ptr()
    }

    /// Whether the table has an entry at an offset.
    pub(crate) fn has(&self, offset: usize) -> bool {
        offset + size_of::<*const ()>() <= self.struct_size
    }

    /// The error for a function that the plugin lacks.
    pub(crate) fn missing(&self, function: &'static str) -> Error {
        Error::MissingFunction { function, path: self.path.clone(), version: self.version }
    }

    /// Converts the error that a call returned to a result, and destroys it.
    ///
    /// # Safety
    /// `error` is null, or `call` of this plugin has just returned it.
    pub(crate) unsafe fn check(&self, call: &'static str, error: *mut PJRT_Error) -> Result<()> {
        if error.is_null() {
            return Ok(());
        }
        // SAFETY: the error is live until it is destroyed here, after its text has been copied.
        let (code, message) = unsafe {
            let described = (self.code(error), self.message(error));
            let mut args = args!(PJRT_Error_Destroy_Args, PJRT_Error_Destroy_Args_STRUCT_SIZE { error });
            if let Some(destroy) = entry!(self, PJRT_Error_Destroy) {
                destroy(&mut args);
            }
            described
        };
        Err(Error::Plugin { call, code, message, context: None })
    }

    /// # Safety
    /// `error` is live.
    unsafe fn code(&self, error: *mut PJRT_Error) -> ErrorCode {
        let mut args = args!(PJRT_Error_GetCode_Args, PJRT_Error_GetCode_Args_STRUCT_SIZE { error });
        // SAFETY: the caller's promise. If asking for the code fails, that second error is leaked, since nothing can
        // report it.
        let asked = unsafe { entry!(self, PJRT_Error_GetCode).is_some_and(|get_code| get_code(&mut args).is_null()) };
        ErrorCode(if asked { args.code } else { PJRT_Error_Code::PJRT_Error_Code_UNKNOWN })
    }

    /// # Safety
    /// `error` is live.
    unsafe fn message(&self, error: *mut PJRT_Error) -> String {
        let mut args = args!(PJRT_Error_Message_Args, PJRT_Error_Message_Args_STRUCT_SIZE { error });
        // SAFETY: the caller's promise; the text lives as long as the error.
        let text = unsafe {
            if let Some(message) = entry!(self, PJRT_Error_Message) {
                message(&mut args);
            }
            text(args.message, args.message_size)
        };
        text.trim_end().to_owned()
    }
}

/// Copies text from a plugin.
///
/// # Safety
/// `data` is null or has `size` bytes.
pub(crate) unsafe fn text(data: *const std::ffi::c_char, size: usize) -> String {
    // SAFETY: the caller's promise.
    String::from_utf8_lossy(unsafe { slice(data.cast(), size) }).into_owned()
}

/// A list from a plugin. Null is the empty list.
///
/// # Safety
/// `data` is null or has `len` initialised elements that live for `'a`.
pub(crate) unsafe fn slice<'a, T>(data: *const T, len: usize) -> &'a [T] {
    if data.is_null() || len == 0 {
        return &[];
    }
    // SAFETY: the caller's promise.
    unsafe { std::slice::from_raw_parts(data, len) }
}

/// The function pointer in an entry of the table, or `None` if the table is too short or holds null. Reading the entry
/// is `unsafe`, and the `unsafe` block is the caller's.
macro_rules! entry {
    ($api:expr, $function:ident) => {{
        let api: &$crate::api::Api = $api;
        if api.has(std::mem::offset_of!(pjrt_sys::PJRT_Api, $function)) { (&raw const (*api.table()).$function).read() } else { None }
    }};
}

/// Calls a function of the table with its arguments: `call!(api, PJRT_Client_Create, &mut args)?`. The call is
/// `unsafe`, and the `unsafe` block is the caller's: the pointers in the arguments must satisfy the function.
macro_rules! call {
    ($api:expr, $function:ident, $args:expr) => {{
        let api: &$crate::api::Api = $api;
        match $crate::api::entry!(api, $function) {
            Some(function) => api.check(stringify!($function), function($args)),
            None => Err(api.missing(stringify!($function))),
        }
    }};
}

/// An argument struct of the C API with its size and the given fields set. All other fields are zero.
macro_rules! args {
    ($Args:ident, $size:ident { $($field:ident $(: $value:expr)?),* $(,)? }) => {
        pjrt_sys::$Args { struct_size: pjrt_sys::$size as usize, $($field $(: $value)?,)* ..Default::default() }
    };
}

pub(crate) use {args, call, entry};
