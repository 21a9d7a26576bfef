// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The errors of finding, loading and using a plugin, with the plugin's own message where it has one.

use std::fmt;
use std::path::PathBuf;

use gomlx_ir::{Code, Diagnostic};
use pjrt_sys::PJRT_Error_Code;

use crate::ApiVersion;

/// A result whose error type is [`enum@Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A failure to find, load or use a PJRT plugin.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A backend name that does not start with `pjrt`.
    #[error("`{0}` names no pjrt backend; use pjrt, pjrt:cpu, pjrt:cuda, pjrt:tpu or pjrt:/path/to/plugin{suffix}", suffix = std::env::consts::DLL_SUFFIX)]
    Selector(String),
    /// No searched place holds a plugin.
    #[error("no plugin for `{wanted}`; looked in:{}\n{}", list(.looked), how_to_get(.wanted))]
    NotFound {
        /// The name of the backend: `pjrt:cpu`.
        wanted: String,
        /// Each searched place, with its content.
        looked: Vec<String>,
    },
    /// An environment variable with a value that it does not take.
    #[error(transparent)]
    Environment(#[from] gomlx_files::environment::WrongValue),
    /// The caller or the environment names a path that is not a file.
    #[error("no file at `{}`, where {from} says the pjrt plugin is", .path.display())]
    FileMissing {
        /// The path.
        path: PathBuf,
        /// The source of the path: the caller or an environment variable.
        from: String,
    },
    /// The system's loader refused the file.
    #[error("`{}` can't be loaded as a shared library: {reason}", .path.display())]
    Load {
        /// The file.
        path: PathBuf,
        /// The loader's message.
        reason: String,
    },
    /// A shared library that is not a plugin.
    #[error("`{}` is not a pjrt plugin: it has no function `GetPjrtApi`", .path.display())]
    NoEntryPoint {
        /// The file.
        path: PathBuf,
    },
    /// A plugin that is too old, or of another major version.
    #[error("the pjrt plugin `{}` has API version {found}, but gomlx needs {needed} or a later minor version; install a newer plugin", .path.display())]
    Version {
        /// The file.
        path: PathBuf,
        /// The plugin's version.
        found: ApiVersion,
        /// The oldest supported version.
        needed: ApiVersion,
    },
    /// A plugin that reads only older StableHLO than gomlx writes.
    #[error("the pjrt plugin `{}` reads StableHLO {}, but gomlx writes {}; install a newer plugin", .path.display(), dotted(.found), dotted(.needed))]
    StableHlo {
        /// The file.
        path: PathBuf,
        /// The newest version that the plugin reads.
        found: [i64; 3],
        /// The least StableHLO version that a plugin must read.
        needed: [i64; 3],
    },
    /// A plugin without a needed function.
    #[error("the pjrt plugin `{}` (API version {version}) has no function `{function}`", .path.display())]
    MissingFunction {
        /// The name of the function.
        function: &'static str,
        /// The file.
        path: PathBuf,
        /// The plugin's version.
        version: ApiVersion,
    },
    /// A plugin's function returned an error.
    #[error("{call} failed{}: {code}: {message}", .context.as_deref().map(|c| format!(" while {c}")).unwrap_or_default())]
    Plugin {
        /// The function of the PJRT C API.
        call: &'static str,
        /// The kind of the error.
        code: ErrorCode,
        /// The plugin's message.
        message: String,
        /// The action that failed, with names.
        context: Option<String>,
    },
    /// A plugin that breaks the rules of the PJRT C API.
    #[error("the pjrt plugin broke the protocol: {0}")]
    Protocol(String),
    /// Arguments that a compiled program does not take.
    #[error("{0}")]
    Arguments(String),
    /// Values that can't be tensors on the host.
    #[error("{0}")]
    Host(#[from] Diagnostic),
}

impl Error {
    /// Adds the failed action to an error of the plugin. Other errors stay the same.
    pub(crate) fn while_doing(mut self, doing: impl FnOnce() -> String) -> Error {
        if let Error::Plugin { context, .. } = &mut self {
            *context = Some(doing());
        }
        self
    }
}

impl From<Error> for Diagnostic {
    fn from(error: Error) -> Diagnostic {
        let code = match &error {
            Error::Host(diagnostic) => return diagnostic.clone(),
            Error::Arguments(_) => Code::Signature,
            Error::Plugin { call, .. } if matches!(*call, "PJRT_LoadedExecutable_Execute" | "PJRT_Event_Await") => Code::Execution,
            _ => Code::Backend,
        };
        Diagnostic::new(code, error.to_string())
    }
}

/// The kind of a plugin's error, as one of Abseil's status codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ErrorCode(pub(crate) PJRT_Error_Code);

impl ErrorCode {
    /// The name of the code: `INVALID_ARGUMENT`.
    pub fn name(self) -> &'static str {
        match self.0 {
            PJRT_Error_Code::PJRT_Error_Code_OK => "OK",
            PJRT_Error_Code::PJRT_Error_Code_CANCELLED => "CANCELLED",
            PJRT_Error_Code::PJRT_Error_Code_INVALID_ARGUMENT => "INVALID_ARGUMENT",
            PJRT_Error_Code::PJRT_Error_Code_DEADLINE_EXCEEDED => "DEADLINE_EXCEEDED",
            PJRT_Error_Code::PJRT_Error_Code_NOT_FOUND => "NOT_FOUND",
            PJRT_Error_Code::PJRT_Error_Code_ALREADY_EXISTS => "ALREADY_EXISTS",
            PJRT_Error_Code::PJRT_Error_Code_PERMISSION_DENIED => "PERMISSION_DENIED",
            PJRT_Error_Code::PJRT_Error_Code_RESOURCE_EXHAUSTED => "RESOURCE_EXHAUSTED",
            PJRT_Error_Code::PJRT_Error_Code_FAILED_PRECONDITION => "FAILED_PRECONDITION",
            PJRT_Error_Code::PJRT_Error_Code_ABORTED => "ABORTED",
            PJRT_Error_Code::PJRT_Error_Code_OUT_OF_RANGE => "OUT_OF_RANGE",
            PJRT_Error_Code::PJRT_Error_Code_UNIMPLEMENTED => "UNIMPLEMENTED",
            PJRT_Error_Code::PJRT_Error_Code_INTERNAL => "INTERNAL",
            PJRT_Error_Code::PJRT_Error_Code_UNAVAILABLE => "UNAVAILABLE",
            PJRT_Error_Code::PJRT_Error_Code_DATA_LOSS => "DATA_LOSS",
            PJRT_Error_Code::PJRT_Error_Code_UNAUTHENTICATED => "UNAUTHENTICATED",
            _ => "UNKNOWN",
        }
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

fn list(items: &[String]) -> String {
    items.iter().map(|item| format!("\n  - {item}")).collect()
}

fn dotted(version: &[i64; 3]) -> String {
    version.map(|n| n.to_string()).join(".")
}

/// Tells the user how to get a missing plugin.
fn how_to_get(wanted: &str) -> String {
    let pip = match wanted {
        "pjrt:cuda" => "; or install the Python package `jax-cuda12-pjrt` or `jax-cuda13-pjrt` with its plugin package",
        "pjrt:rocm" => "; or install the Python package `jax-rocm7-pjrt`",
        "pjrt:tpu" => "; or install the Python package `libtpu`",
        _ => "; or, in gomlx's repository, run `cargo xtask test`, which installs a CPU plugin",
    };
    format!("set PJRT_PLUGIN_LIBRARY_PATH to the directory of a plugin, or name its file: `pjrt:/path/to/plugin`{pip}")
}
