// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! `f::STABLEHLO`: strict text where sizes are numbers and the whole body is understood, documentation that says so
//! otherwise.

use std::fmt::Write;

use gomlx_ir::{Function, Module};
use proc_macro2::{Span, TokenStream};

use crate::ast::Graph;

/// The text of a graph; `unknown` says what it leaves out.
pub(super) fn write(graph: &Graph, function: Function, unknown: &[String], complete: bool) -> String {
    let symbolic: Vec<String> = graph.symbols.iter().chain(&graph.constants).map(ToString::to_string).collect();
    let sizes = || (0..function.num_values()).map(|i| function.shape(gomlx_ir::Entity::new(i)));
    let sized = sizes().all(|shape| shape.known().is_some());
    if sized && complete && unknown.is_empty() {
        return gomlx_ir::print::module(&Module::new(function));
    }
    let mut text = String::new();
    let lower = if graph.is_method { format!("{}_lower", graph.signature.ident) } else { format!("{}::lower", graph.signature.ident) };
    let _ = writeln!(text, "// for reading; `{lower}(..)` gives the text to run");
    if !sized && !symbolic.is_empty() {
        let _ = writeln!(text, "// {} are known when it is called", symbolic.join(", "));
    }
    if function.params().iter().any(|&p| function.value(p).name.as_deref().is_some_and(|n| n.starts_with(gomlx_ir::compose::COUNT))) {
        let _ = writeln!(text, "// %{}.. are numbers of elements, which are known then too", gomlx_ir::compose::COUNT);
    }
    for note in unknown {
        let _ = writeln!(text, "// {note}");
    }
    text + &gomlx_ir::print::module(&Module::new(function))
}

/// What is not understood, with its line where there is one.
pub(super) fn note(tokens: &TokenStream, span: Span) -> String {
    let mut written = crate::ast::text_of(tokens).split_whitespace().collect::<Vec<_>>().join(" ");
    const LONGEST: usize = 48;
    if written.chars().count() > LONGEST {
        written = written.chars().take(LONGEST).chain("..".chars()).collect();
    }
    match line(span) {
        Some(line) => format!("line {line}: `{written}` is not seen here"),
        None => format!("`{written}` is not seen here"),
    }
}

/// The line of a span; outside rustc, where the tests run, spans have none.
fn line(span: Span) -> Option<usize> {
    proc_macro::is_available().then(|| span.unwrap().start().line())
}
