// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Runs passes on small text files: `rewrite/*.mlir`.
//!
//! The first line of a file names the pass, as in `// pass: simplify`. The `// check:` lines at its end are the
//! expected output. `GOMLX_BLESS=1` rewrites them; read the difference before you commit it.

use std::path::Path;

use gomlx_files::environment::BLESS;
use gomlx_ir::{Module, parse, print, rewrite, verify};

const CHECK: &str = "// check:";

fn run(pass: &str, module: &Module) -> Module {
    let each = |pass: fn(&gomlx_ir::Function) -> gomlx_ir::Function| Module {
        name: module.name.clone(),
        functions: module.functions.iter().map(pass).collect(),
    };
    match pass {
        "cse" => each(rewrite::cse),
        "dce" => each(rewrite::dce),
        "decompose_chlo" => each(rewrite::decompose_chlo),
        "optimize" => rewrite::optimize(module),
        "simplify" => each(rewrite::simplify),
        other => panic!("no pass is called {other}"),
    }
}

#[test]
fn files() {
    let bless = BLESS.is_on();
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rewrite");
    let mut files: Vec<_> =
        std::fs::read_dir(&directory).expect("the directory is there").map(|e| e.expect("it is readable").path()).collect();
    files.sort();
    let mut wrong = vec![];
    for path in files {
        let name = path.file_name().expect("an entry has a name").to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).expect("the file is readable");
        let pass = text.lines().next().and_then(|l| l.strip_prefix("// pass: ")).unwrap_or_else(|| panic!("{name} begins with no pass"));
        let module = parse::module(&text, &name).unwrap_or_else(|e| panic!("{e}"));
        let result = run(pass, &module);
        verify::verify(&result).unwrap_or_else(|e| panic!("{name}: {e}"));
        let checks: String = print::module(&result).lines().map(|line| format!("{CHECK} {line}\n")).collect();
        let source: String = text.split_inclusive('\n').filter(|line| !line.starts_with(CHECK)).collect();
        let wanted = format!("{source}{checks}");
        if bless {
            std::fs::write(&path, &wanted).expect("the file is writable");
        } else if text != wanted {
            wrong.push(format!("{name} gives\n{checks}"));
        }
    }
    assert!(wrong.is_empty(), "{}\n{}=1 accepts it", wrong.join("\n"), BLESS.name);
}
