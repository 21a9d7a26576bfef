// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! `cargo xtask tidy`: the rules for the source that neither rustfmt nor clippy checks.
//!
//! Each rule is a function from the files of the repository to its findings, so one run reports everything. A further
//! rule limits the crates that a user builds.

use std::{collections::BTreeSet, fs, path::Path, process::Command};

use anyhow::{Context as _, Result, bail};

use crate::process;

const HEADER: &str = "// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0";
const MAX_LINES: usize = 600;
const MAX_COMMENT: usize = 120;
/// These are written in two parts, because this file would otherwise break its own rule.
const MARKERS: [&str; 4] = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X"), concat!("to", "do!")];
const MACHINE_PATHS: [&str; 4] = [concat!("/ho", "me/"), concat!("/ro", "ot/"), concat!("/wo", "rk/"), concat!("/Us", "ers/")];
/// The crates that may contain `unsafe`. Every other crate root forbids it.
const UNSAFE_CRATES: [&str; 3] = ["gomlx-jit/", "gomlx-pjrt/", "gomlx-pjrt/pjrt-sys/"];

/// A user's build of `gomlx` with default features must have fewer crates than this.
const MAX_CRATES: usize = 120;

/// A file of the repository, with its path from the root. The text of a data file is empty.
struct Source {
    path: String,
    text: String,
}

impl Source {
    fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    fn is_generated(&self) -> bool {
        self.name().starts_with("gen_")
    }
}

pub(crate) fn run() -> Result<()> {
    let sources = read_sources(&process::root()?)?;
    let mut findings = check(&sources);
    let tree = process::cargo()?.args(["tree", "--package", "gomlx", "--edges", "normal,build", "--prefix", "none"]).output();
    let tree = tree.context("cannot run cargo, which lists the crates")?;
    if !tree.status.success() {
        bail!("cargo tree failed: {}", String::from_utf8_lossy(&tree.stderr).trim());
    }
    findings.extend(crates(&String::from_utf8_lossy(&tree.stdout)));
    for finding in &findings {
        eprintln!("{finding}");
    }
    if !findings.is_empty() {
        bail!("{} untidy places", findings.len());
    }
    println!("{} files are tidy", sources.len());
    Ok(())
}

/// Every file that git tracks or would track.
fn read_sources(root: &Path) -> Result<Vec<Source>> {
    let listing = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(root)
        .output()
        .context("cannot run git, which lists the files")?;
    if !listing.status.success() {
        bail!("git ls-files failed: {}", String::from_utf8_lossy(&listing.stderr).trim());
    }
    let mut sources = Vec::new();
    for path in String::from_utf8(listing.stdout)?.split_terminator('\0') {
        // Git may list a file that has been deleted.
        let Ok(bytes) = fs::read(root.join(path)) else { continue };
        // Links may lead to a data file, but it has no lines.
        let text = String::from_utf8(bytes).unwrap_or_default();
        sources.push(Source { path: path.into(), text });
    }
    Ok(sources)
}

fn check(sources: &[Source]) -> Vec<String> {
    [headers, lengths, comments, words, variables, forbidden_unsafe, linked_pages, links].iter().flat_map(|rule| rule(sources)).collect()
}

/// Each source file begins with the copyright header. A generated file begins with a line that names its generator.
fn headers(sources: &[Source]) -> Vec<String> {
    let rust = sources.iter().filter(|s| s.is_rust());
    rust.filter_map(|s| {
        let first = s.text.lines().next().unwrap_or_default();
        if s.is_generated() {
            let lower = first.to_lowercase();
            (!lower.starts_with("//") || !lower.contains("generated"))
                .then(|| format!("{}:1: a generated file begins with a comment that says what generated it", s.path))
        } else {
            (first != HEADER).then(|| format!("{}:1: the first line must be `{HEADER}`", s.path))
        }
    })
    .collect()
}

/// Comments are at most [`MAX_COMMENT`] columns wide, indentation included.
fn comments(sources: &[Source]) -> Vec<String> {
    let written = sources.iter().filter(|s| s.is_rust() && !s.is_generated());
    let wide = |line: &&str| line.trim_start().starts_with("//") && line.chars().count() > MAX_COMMENT;
    written
        .flat_map(|s| {
            let lines = (1..).zip(s.text.lines()).filter(|(_, line)| wide(line));
            lines.map(|(number, _)| format!("{}:{number}: a comment wider than {MAX_COMMENT} columns", s.path))
        })
        .collect()
}

fn lengths(sources: &[Source]) -> Vec<String> {
    let written = sources.iter().filter(|s| s.is_rust() && !s.is_generated());
    written
        .filter_map(|s| {
            let lines = s.text.lines().count();
            (lines > MAX_LINES).then(|| format!("{}: {lines} lines, more than {MAX_LINES}: split it by concept", s.path))
        })
        .collect()
}

/// The code has no markers of unfinished work, and no file has a path of one machine.
fn words(sources: &[Source]) -> Vec<String> {
    let mut findings = Vec::new();
    for source in sources.iter().filter(|s| !s.is_generated()) {
        let markers: &[&str] = if source.is_rust() || source.path.ends_with(".toml") { &MARKERS } else { &[] };
        for (number, line) in (1..).zip(source.text.lines()) {
            for word in markers.iter().chain(&MACHINE_PATHS) {
                if has_word(line, word) {
                    findings.push(format!("{}:{number}: `{word}` must not be in the repository", source.path));
                }
            }
        }
    }
    findings
}

/// One file has the names of the environment variables, and reads them.
fn variables(sources: &[Source]) -> Vec<String> {
    const TABLE: &str = "gomlx-files/src/environment.rs";
    let is_name = |text: &str| {
        let name = text.split('"').next().unwrap_or_default();
        name.len() < text.len() && name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
    };
    let names = |line: &str| ["\"GOMLX_", "\"PJRT_PLUGIN"].iter().any(|start| line.split(start).skip(1).any(is_name));
    let others = sources.iter().filter(|s| s.is_rust() && s.path != TABLE && s.path != "xtask/src/tidy.rs");
    others
        .flat_map(|s| {
            let lines = (1..).zip(s.text.lines()).filter(|(_, line)| names(line));
            lines.map(|(number, _)| format!("{}:{number}: take the variable from {TABLE}", s.path))
        })
        .collect()
}

/// Whether `line` has `word`, other than as the end of a longer word or path (as in `~/home/`).
fn has_word(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !before.is_some_and(|c| c.is_alphanumeric() || "_.~}".contains(c))
    })
}

fn forbidden_unsafe(sources: &[Source]) -> Vec<String> {
    let roots = sources.iter().filter(|s| s.path.ends_with("/src/lib.rs") || s.path.ends_with("/src/main.rs"));
    roots
        .filter(|s| !UNSAFE_CRATES.iter().any(|krate| s.path.strip_prefix(krate).is_some_and(|rest| rest.starts_with("src/"))))
        .filter(|s| !s.text.contains("#![forbid(unsafe_code)]"))
        .map(|s| format!("{}: the crate must say `#![forbid(unsafe_code)]`", s.path))
        .collect()
}

/// The table of contents links each page under `docs/`.
fn linked_pages(sources: &[Source]) -> Vec<String> {
    let Some(summary) = sources.iter().find(|s| s.path == "docs/SUMMARY.md") else {
        return vec!["docs/SUMMARY.md: missing".into()];
    };
    let pages = sources.iter().filter_map(|s| s.path.strip_prefix("docs/")).filter(|path| path.ends_with(".md") && *path != "SUMMARY.md");
    pages
        .filter(|page| !summary.text.contains(&format!("({page})")))
        .map(|page| format!("docs/{page}: not linked in docs/SUMMARY.md"))
        .collect()
}

/// Each relative link in a page leads to a file of the repository or to a directory with files.
fn links(sources: &[Source]) -> Vec<String> {
    let known: BTreeSet<&str> = sources.iter().map(|s| s.path.as_str()).collect();
    let exists = |path: &str| known.contains(path) || known.range(path..).next().is_some_and(|p| p.starts_with(&format!("{path}/")));
    let mut findings = Vec::new();
    for page in sources.iter().filter(|s| s.path.ends_with(".md")) {
        for (number, line) in (1..).zip(page.text.lines()) {
            for rest in line.split("](").skip(1) {
                let target = rest.split([')', '#', ' ']).next().unwrap_or_default();
                if target.is_empty() || target.contains("://") || target.starts_with("mailto:") {
                    continue;
                }
                if !resolve(&page.path, target).is_some_and(|path| path.is_empty() || exists(&path)) {
                    findings.push(format!("{}:{number}: the link to `{target}` leads nowhere", page.path));
                }
            }
        }
    }
    findings
}

/// Checks that the default build is small. `tree` has a line for each crate, which repeats if several crates need it.
fn crates(tree: &str) -> Option<String> {
    let names = tree.lines().map(|line| line.trim_end_matches(" (*)")).filter(|line| !line.is_empty());
    let count = names.collect::<BTreeSet<_>>().len();
    (count >= MAX_CRATES)
        .then(|| format!("gomlx/Cargo.toml: the default build has {count} crates, {MAX_CRATES} are too many: see `cargo tree`"))
}

/// Resolves a link `target` on the page at `from` to a path from the root.
fn resolve(from: &str, target: &str) -> Option<String> {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in target.trim_end_matches('/').split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(path: &str, text: &str) -> Source {
        Source { path: path.into(), text: text.into() }
    }

    #[test]
    fn a_tidy_repository_has_no_findings() {
        let lib = format!("{HEADER}\n\n//! A crate.\n#![forbid(unsafe_code)]\n");
        let sources = [
            source("a/src/lib.rs", &lib),
            source("a/src/gen_table.rs", "// Generated by `cargo xtask codegen`; do not edit.\n"),
            source("gomlx-pjrt/src/lib.rs", &format!("{HEADER}\n//! Has unsafe code.\n")),
            source("docs/SUMMARY.md", "- [One](decisions/0001-one.md)\n"),
            source("docs/decisions/0001-one.md", "[up](../SUMMARY.md), [crate](../../a/), [web](https://example.org/x)\n"),
        ];
        assert_eq!(check(&sources), Vec::<String>::new());
    }

    #[test]
    fn crates_are_counted_once() {
        let tree = |n: usize| (0..n).map(|i| format!("c{i} v0.1.0\nc{i} v0.1.0 (*)\n\n")).collect::<String>();
        assert_eq!(crates(&tree(MAX_CRATES - 1)), None);
        assert!(crates(&tree(MAX_CRATES)).is_some_and(|finding| finding.contains("120 crates")));
    }

    #[test]
    fn each_rule_names_the_place() {
        let long = format!("{HEADER}\n// {}\n{}", "x".repeat(MAX_COMMENT), "//\n".repeat(MAX_LINES - 1));
        let sources = [
            source("a/src/lib.rs", &format!("fn f() {{ {}() }}\n", MARKERS[3])),
            source("a/src/long.rs", &long),
            source("a/src/variable.rs", &format!("{HEADER}\n// GOMLX_A\nf(\"GOMLX_A is\", \"GOMLX_A\")\ng(\"GOMLX_B is\")\n")),
            source("docs/SUMMARY.md", "[gone](gone.md)\n"),
            source("docs/alone.md", &format!("see {}me/x\n", MACHINE_PATHS[0])),
        ];
        let findings = check(&sources);
        let has = |place: &str, what: &str| {
            assert!(findings.iter().any(|f| f.starts_with(place) && f.contains(what)), "{place} {what}: {findings:#?}");
        };
        has("a/src/lib.rs:1", "first line");
        has("a/src/long.rs:2", "wider than 120 columns");
        has("a/src/lib.rs:1", "must not be in the repository");
        has("a/src/lib.rs", "forbid(unsafe_code)");
        has("a/src/long.rs", "601 lines");
        has("docs/alone.md", "not linked");
        has("docs/alone.md:1", "must not be in the repository");
        has("docs/SUMMARY.md:1", "gone.md");
        has("a/src/variable.rs:3", "environment.rs");
        assert_eq!(findings.len(), 9, "{findings:#?}");
    }
}
