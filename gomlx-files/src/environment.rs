// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The environment variables of gomlx: a table of all of them, and how they are read.
//!
//! Invariants: no other file names a variable that gomlx reads. A variable that is set to nothing counts as not set. A
//! value that a variable does not take is never ignored: it is an error, or a line on standard error, that names the
//! variable and what it takes. `docs/environment.md` has the same table, and a test compares them.

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

/// An environment variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Variable {
    /// The name.
    pub name: &'static str,
    /// What it takes, in words.
    pub takes: &'static str,
    /// What it does, in words.
    pub does: &'static str,
}

/// A value that a variable does not take.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} is `{value}`, but it takes {}", .variable.name, .variable.takes)]
pub struct WrongValue {
    /// The variable.
    pub variable: Variable,
    /// The value, or the part of it that is wrong.
    pub value: String,
}

macro_rules! variables {
    ($($id:ident $name:literal takes $takes:literal: $does:literal;)+) => {
        $(
            #[doc = concat!("`", $name, "`, ", $takes, ": ", $does, ".")]
            pub const $id: Variable = Variable { name: $name, takes: $takes, does: $does };
        )+
        /// Every variable.
        pub const ALL: &[Variable] = &[$($id),+];
    };
}

variables! {
    BACKEND "GOMLX_BACKEND" takes "jit, eval, pjrt, pjrt:cpu, pjrt:cuda, pjrt:rocm, pjrt:tpu or pjrt:/path/to/plugin.so":
        "chooses the backend that runs graphs, unless the program does; the default is jit";
    THREADS "GOMLX_THREADS" takes "a number from 1 to the number of cores":
        "limits the threads of the jit; the default is the number of cores that the process may use";
    SUBNORMALS "GOMLX_SUBNORMALS" takes "keep or flush":
        "says whether the jit computes with subnormal numbers; the default is flush";
    KEEP_F32 "GOMLX_KEEP_F32" takes "0 or 1":
        "1 keeps 16-bit floats in f32 between the ops of one loop of the jit; the default rounds after each op";
    CHECK "GOMLX_CHECK" takes "nan":
        "looks for NaN in every result";
    LOG "GOMLX_LOG" takes "compile, copy or all, several with commas between":
        "logs compiles with their reasons, and copies of tensors, on standard error";
    DUMP "GOMLX_DUMP" takes "a directory":
        "writes the text, the listings and the cost of every compiled graph to the directory";
    HOME "GOMLX_HOME" takes "a directory":
        "is where data sets and plugins are; the default is the system's place for application data";
    PJRT_NAMES "PJRT_NAMES_AND_LIBRARY_PATHS" takes "entries `platform:path` with commas between":
        "names plugin files by platform, as for JAX; it is searched first";
    PJRT_PATH "PJRT_PLUGIN_LIBRARY_PATH" takes "paths of plugin files or of directories, separated as in PATH":
        "is searched for plugins second, as by GoMLX";
    FILL "GOMLX_FILL" takes "0 or 1":
        "1 fills the memory of the jit before each run, so that a read before the first write shows";
    REQUIRE_PJRT "GOMLX_REQUIRE_PJRT" takes "0 or 1":
        "1 makes tests fail where the pjrt plugin is missing";
    SKIPPED_FILE "GOMLX_SKIPPED_FILE" takes "a file":
        "is where tests note what they skip; `cargo xtask test` sets it";
    BLESS "GOMLX_BLESS" takes "0 or 1":
        "1 replaces the expected texts of tests by what they get";
    FUZZ "GOMLX_FUZZ" takes "a number":
        "is the number of random graphs of the tests of derivatives";
    CASE "GOMLX_CASE" takes "a part of a name":
        "makes the jit's tests run the shared cases with such names alone";
}

impl Variable {
    /// The value as the system has it; `None` if there is none or it is empty.
    pub fn os(&self) -> Option<OsString> {
        env::var_os(self.name).filter(|value| !value.is_empty())
    }

    /// The value as a path.
    pub fn path(&self) -> Option<PathBuf> {
        self.os().map(PathBuf::from)
    }

    /// The value as text.
    ///
    /// # Errors
    /// If it is not Unicode.
    pub fn text(&self) -> Result<Option<String>, WrongValue> {
        self.text_of(self.os())
    }

    /// What `parse` makes of the value. If it makes nothing of it, a line on standard error says so, and the variable
    /// counts as not set.
    pub fn read<T>(&self, parse: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        self.parsed(self.os(), parse).unwrap_or_else(|wrong| {
            eprintln!("gomlx: {wrong}");
            None
        })
    }

    /// What `parse` makes of each word of the value. Words have commas between. A line on standard error tells of each
    /// word that it makes nothing of.
    pub fn words<T>(&self, parse: impl Fn(&str) -> Option<T>) -> Vec<T> {
        let written = self.read(|text| Some(text.to_owned())).unwrap_or_default();
        let words = written.split(',').map(str::trim).filter(|word| !word.is_empty());
        words
            .filter_map(|word| {
                let value = parse(word);
                if value.is_none() {
                    eprintln!("gomlx: {}", self.wrong(word));
                }
                value
            })
            .collect()
    }

    /// Whether the value is 1; it may be 0.
    pub fn is_on(&self) -> bool {
        let parse = |text: &str| match text {
            "0" => Some(false),
            "1" => Some(true),
            _ => None,
        };
        self.read(parse).unwrap_or(false)
    }

    /// The error of a value that the variable does not take.
    pub fn wrong(&self, value: &str) -> WrongValue {
        WrongValue { variable: *self, value: value.to_owned() }
    }

    /// Writes a line about the variable on standard error.
    pub fn warn(&self, about: impl std::fmt::Display) {
        eprintln!("gomlx: {}: {about}", self.name);
    }

    fn text_of(&self, value: Option<OsString>) -> Result<Option<String>, WrongValue> {
        let text = |value: OsString| value.into_string().map_err(|value: OsString| self.wrong(&OsStr::to_string_lossy(&value)));
        value.map(text).transpose()
    }

    fn parsed<T>(&self, value: Option<OsString>, parse: impl FnOnce(&str) -> Option<T>) -> Result<Option<T>, WrongValue> {
        let parsed = |text: String| parse(text.trim()).ok_or_else(|| self.wrong(&text));
        self.text_of(value)?.map(parsed).transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_that_is_not_taken_is_an_error_that_says_what_is() {
        let number = |value: &str| THREADS.parsed(Some(value.into()), |text| text.parse::<usize>().ok().filter(|n| *n > 0));
        assert_eq!(number(" 3 "), Ok(Some(3)));
        assert_eq!(THREADS.parsed(None, |text| text.parse::<usize>().ok()), Ok(None));
        for value in ["0", "-1", "abc"] {
            let says = format!("GOMLX_THREADS is `{value}`, but it takes a number from 1 to the number of cores");
            assert_eq!(number(value).map_err(|wrong| wrong.to_string()), Err(says));
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_value_that_is_no_text_is_an_error() {
        use std::os::unix::ffi::OsStringExt;
        let error = BACKEND.text_of(Some(OsString::from_vec(b"jit\xff".to_vec()))).unwrap_err().to_string();
        assert!(error.starts_with("GOMLX_BACKEND is `jit\u{fffd}`, but it takes jit, eval, pjrt"), "{error}");
    }

    /// The page of the book has a row for each variable, and no other.
    #[test]
    fn the_book_has_the_table() {
        let page = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/environment.md");
        // A package has no book.
        let Ok(page) = std::fs::read_to_string(page) else { return };
        let rows: Vec<&str> = page.lines().filter(|line| line.starts_with("| `")).collect();
        let expected: Vec<String> = ALL.iter().map(|v| format!("| `{}` | {} | {} |", v.name, v.takes, v.does)).collect();
        assert_eq!(rows, expected);
    }
}
