// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Files that are not plugins, and plugins that gomlx cannot use: each gets its own clear error.

mod library;

use std::path::{Path, PathBuf};

use gomlx_pjrt::{ApiVersion, Error, Plugin};
use library::library;

/// A library whose function table holds a version, followed by `functions` null entries.
fn table(dir: &Path, name: &str, major: i32, minor: i32, functions: usize) -> PathBuf {
    let source = format!(
        "#[repr(C)] pub struct Table {{ size: usize, extension: usize, version_size: usize, version_extension: usize, major: i32, minor: i32, functions: [usize; {functions}] }}
        static TABLE: Table = Table {{ size: size_of::<Table>(), extension: 0, version_size: 24, version_extension: 0, major: {major}, minor: {minor}, functions: [0; {functions}] }};
        #[unsafe(no_mangle)] pub extern \"C\" fn GetPjrtApi() -> *const Table {{ &TABLE }}"
    );
    library(dir, name, &source)
}

fn error(path: &Path) -> Error {
    match Plugin::load(path) {
        Ok(_) => panic!("{} was loaded", path.display()),
        Err(e) => e,
    }
}

#[test]
fn a_missing_file() {
    let dir = tempfile::tempdir().unwrap();
    let error = error(&dir.path().join("none.so"));
    assert!(matches!(error, Error::FileMissing { .. }), "{error}");
}

#[test]
fn a_file_that_is_no_library() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("text.so");
    std::fs::write(&path, "this is text").unwrap();
    let error = error(&path);
    assert!(matches!(error, Error::Load { .. }), "{error}");
    assert!(error.to_string().starts_with(&format!("`{}` can't be loaded as a shared library: ", path.display())), "{error}");
}

/// The loader maps such a file, and the process would end by a signal.
#[cfg(target_os = "linux")]
#[test]
fn a_library_that_is_cut() {
    let dir = tempfile::tempdir().unwrap();
    let whole = std::fs::read(table(dir.path(), "whole", ApiVersion::NEEDED.major, ApiVersion::NEEDED.minor, 0)).unwrap();
    for kept in [100, 4096, whole.len() / 2, whole.len() * 9 / 10] {
        let path = dir.path().join("cut.so");
        std::fs::write(&path, &whole[..kept]).unwrap();
        let error = error(&path);
        assert!(matches!(error, Error::Load { .. }), "{error}");
        assert!(error.to_string().contains(&format!("the file is truncated: it has {kept} bytes of ")), "{error}");
    }
}

#[test]
fn a_library_without_the_entry_point() {
    let dir = tempfile::tempdir().unwrap();
    let path = library(dir.path(), "no_entry", "#[unsafe(no_mangle)] pub extern \"C\" fn other() {}");
    let error = error(&path);
    assert!(matches!(error, Error::NoEntryPoint { .. }), "{error}");
    assert!(error.to_string().ends_with("is not a pjrt plugin: it has no function `GetPjrtApi`"), "{error}");
}

#[test]
fn an_entry_point_that_returns_null() {
    let dir = tempfile::tempdir().unwrap();
    let source = "#[unsafe(no_mangle)] pub extern \"C\" fn GetPjrtApi() -> *const u8 { std::ptr::null() }";
    let error = error(&library(dir.path(), "null", source));
    assert!(matches!(error, Error::Protocol(_)), "{error}");
    assert!(error.to_string().contains("returned null"), "{error}");
}

#[test]
fn versions_that_do_not_work() {
    let dir = tempfile::tempdir().unwrap();
    let ApiVersion { major, minor } = ApiVersion::NEEDED;
    for (name, major, minor) in [("older", major, minor - 1), ("other_major", major + 1, minor)] {
        let error = error(&table(dir.path(), name, major, minor, 0));
        assert!(matches!(error, Error::Version { found, .. } if found == ApiVersion { major, minor }), "{error}");
        let says = format!(
            "has API version {major}.{minor}, but gomlx needs {} or a later minor version; install a newer plugin",
            ApiVersion::NEEDED
        );
        assert!(error.to_string().ends_with(&says), "{error}");
    }
}

/// A table that ends before a needed function, or holds null for it, is reported as an error. The function is not
/// called.
#[test]
fn a_table_without_a_needed_function() {
    let dir = tempfile::tempdir().unwrap();
    let ApiVersion { major, minor } = ApiVersion::NEEDED;
    for (name, functions) in [("short", 0), ("nulls", 200)] {
        let error = error(&table(dir.path(), name, major, minor, functions));
        assert!(matches!(error, Error::MissingFunction { function: "PJRT_Plugin_Initialize", .. }), "{error}");
    }
}
