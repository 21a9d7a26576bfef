// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Every mistake has a code that `docs/errors.md` explains, and the suite of mistakes is as large as it should be.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate is in the workspace").to_owned()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// What looks like a code of ours, `E` and four digits, between two marks.
fn codes(text: &str, before: &str, after: &str) -> BTreeSet<String> {
    let is_code = |c: &str| c.len() == 5 && c.starts_with('E') && c[1..].bytes().all(|b| b.is_ascii_digit());
    text.split(before).skip(1).filter_map(|rest| rest.split(after).next()).filter(|c| is_code(c)).map(str::to_owned).collect()
}

#[test]
fn the_index_has_every_code_and_no_other() {
    let listed = codes(&read(&root().join("docs/errors.md")), "\n| ", " |");
    let mut declared = codes(&read(&root().join("gomlx/ir/src/diagnostic.rs")), "=> \"", "\"");
    declared.extend(codes(&read(&root().join("gomlx-macros/src/ast/code.rs")), "=> \"", "\""));
    assert!(declared.len() >= 20, "{declared:?}");
    assert_eq!(listed, declared);
}

const RUSTC: &[&str] = &["E0061", "E0158", "E0308", "E0317", "E0382", "E0425", "E0594", "E0596", "E0599", "E0609"];

#[test]
fn each_mistake_of_the_suite_carries_its_code() {
    let listed = codes(&read(&root().join("docs/errors.md")), "\n| ", " |");
    let mut mistakes = 0;
    for entry in fs::read_dir(root().join("gomlx-macros/tests/ui")).expect("the suite is there") {
        let path = entry.expect("the suite can be listed").path();
        if path.extension().is_none_or(|e| e != "stderr") {
            continue;
        }
        mistakes += 1;
        let text = read(&path);
        for line in text.lines().filter(|l| l.starts_with("error")) {
            // What only rustc can say has its code: arguments and values that are missing, names, types, moves, a
            // missing `mut`, const parameters of an `impl` block.
            let of_rustc = RUSTC.iter().any(|code| line.starts_with(&format!("error[{code}]")));
            let ours = line.rsplit('[').next().and_then(|rest| rest.strip_suffix(']')).is_some_and(|code| listed.contains(code));
            assert!(of_rustc || ours, "{}: `{line}` has no code of the index", path.display());
        }
    }
    assert!(mistakes >= 110, "{mistakes} mistakes");
}
