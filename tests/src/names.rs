// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The book's table of functions by name, from their declarations.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use gomlx_ir::compose::{Attribute, Form, Method};

/// The table starts after this line of the page and ends with it.
pub const START: &str = "<!-- The rest of this page is generated: `GOMLX_BLESS=1 cargo test -p gomlx-tests --test names`. -->\n";

/// The table: a line for each name and each other usual name, in order.
pub fn table() -> String {
    let methods: Vec<&Method> = Method::all().collect();
    let mut lines: BTreeMap<(String, &str), Vec<String>> = BTreeMap::new();
    for method in &methods {
        // The forms of a reduction share the line of the first.
        let first = ["_axis", "_keep"].iter().find_map(|suffix| method.name.strip_suffix(suffix));
        if first.is_some_and(|first| methods.iter().any(|m| m.name == first && m.form == method.form)) {
            continue;
        }
        let forms = ["", "_axis", "_keep"].map(|suffix| format!("{}{suffix}", method.name));
        let calls: Vec<String> =
            forms.iter().filter_map(|name| methods.iter().find(|m| m.name == name && m.form == method.form)).map(|m| call(m)).collect();
        let line = format!("{} | {}", calls.join(", "), sentence(method));
        for name in names(method) {
            lines.entry((name.to_lowercase(), name)).or_default().push(line.clone());
        }
    }
    let mut text = "| name | in gomlx | |\n|---|---|---|\n".to_owned();
    for ((_, name), lines) in lines {
        for line in lines {
            let _ = writeln!(text, "| `{name}` | {line} |");
        }
    }
    text
}

/// The name of a function, and its other usual names.
fn names(method: &Method) -> impl Iterator<Item = &'static str> {
    let aliases = method.documentation.attributes.iter().filter_map(|attribute| match attribute {
        Attribute::Alias(name) => Some(*name),
        Attribute::Doc(_) | Attribute::Other => None,
    });
    [method.name].into_iter().chain(aliases)
}

/// A call of a function.
fn call(method: &Method) -> String {
    let params = method.documentation.params.join(", ");
    let of = match method.form {
        Form::Method => "x.",
        Form::Associated => "Tensor::",
        Form::Free => "gomlx::",
        Form::Nn => "nn::",
        Form::Linalg => "linalg::",
        Form::Fft => "fft::",
        Form::Special => "special::",
        Form::Signal => "signal::",
        Form::Image => "image::",
        Form::Segment => "segment::",
        Form::Poly => "poly::",
    };
    format!("`{of}{}({params})`", method.name)
}

/// The first sentence of a function's documentation, without links.
fn sentence(method: &Method) -> String {
    let mut words = String::new();
    for attribute in method.documentation.attributes {
        match attribute {
            Attribute::Doc(line) if line.trim().is_empty() => break,
            Attribute::Doc(line) => {
                words.push_str(line.trim());
                words.push(' ');
            }
            Attribute::Alias(_) | Attribute::Other => {}
        }
    }
    let end = words.find(". ").map_or(words.trim_end().len(), |end| end + 1);
    words[..end].replace("[`", "`").replace("`]", "`").replace('|', "\\|")
}
