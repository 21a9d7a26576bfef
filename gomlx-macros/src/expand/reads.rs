// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Reports bodies that read elements during the trace, or that change inputs. rustc would report these mistakes at the
//! expansion, and some would appear only in the trace, so the macro reports the ones that the text shows.

use gomlx_ir::compose::index::Assign;
use syn::punctuated::Punctuated;
use syn::{BinOp, Expr, Lit, Macro, Pat, Token, Type};

use super::changes::root;
use super::operand::bare;
use super::rewrite::Rewriter;

/// Macros that format text, with the number of arguments before the text.
const TEXTS: &[(&str, usize)] = &[
    ("print", 0),
    ("println", 0),
    ("eprint", 0),
    ("eprintln", 0),
    ("format", 0),
    ("panic", 0),
    ("todo", 0),
    ("unimplemented", 0),
    ("unreachable", 0),
    ("dbg", 0),
    ("write", 1),
    ("writeln", 1),
    ("assert", 1),
    ("debug_assert", 1),
    ("assert_eq", 2),
    ("assert_ne", 2),
    ("debug_assert_eq", 2),
    ("debug_assert_ne", 2),
];

/// Methods that read elements.
const READS: &[&str] = &["item", "to_host", "to_ndarray", "to_vec"];

impl Rewriter<'_> {
    /// `println!("{x}")`, `assert_eq!(x, 0.0)`.
    pub(super) fn shown(&mut self, mac: &Macro) {
        let Some(&(name, before)) = TEXTS.iter().find(|t| mac.path.is_ident(t.0)) else { return };
        let Ok(arguments) = mac.parse_body_with(Punctuated::<Expr, Token![,]>::parse_terminated) else { return };
        if before == 2
            && let Some(compared) = arguments.iter().take(2).find(|a| self.is_tensor(a))
        {
            let message = format!(
                "`{name}!` compares while the graph is traced, and elements are only known when it runs: give the condition back with the result, or look at it with `gomlx::debug!`"
            );
            self.errors.at(compared, message);
            return;
        }
        let message = |of: &str| {
            format!(
                "`{name}!` runs while the graph is traced, when no element of {of} is known: `gomlx::debug!` prints them when the graph runs, and `.dims()` is its shape"
            )
        };
        let named = |name: &String| arguments.iter().any(|a| matches!(a, Expr::Assign(a) if root(&a.left).as_ref() == Some(name)));
        for argument in arguments.iter().skip(before) {
            let value = match argument {
                Expr::Assign(named) => &*named.right,
                other => other,
            };
            if self.is_tensor(value) {
                self.errors.at(value, message("this tensor"));
            }
            if let Expr::Lit(text) = value
                && let Lit::Str(text) = &text.lit
                && let Some(inline) = inline_names(&text.value()).iter().find(|n| !named(n) && self.names.find(n).is_some_and(|n| n.tensor))
            {
                self.errors.at(text, message(&format!("`{inline}`")));
            }
        }
    }

    /// `x.item()`.
    pub(super) fn read(&mut self, call: &syn::ExprMethodCall) {
        let method = call.method.to_string();
        // A tensor that a call returns may belong to another thread, which traces nothing.
        if READS.contains(&method.as_str()) && root(&call.receiver).is_some() && self.is_tensor(&call.receiver) {
            let message = format!(
                "`{method}` reads elements, which are only known when the graph runs: compute with the tensor itself, or give it back and read it after the call"
            );
            self.errors.at(call, message);
        }
        let writes = Assign::named(&method).is_some();
        if (writes || ["at", "slice"].contains(&method.as_str())) && self.is_tensor(&call.receiver) {
            if writes {
                self.changed_input(&call.receiver);
            }
            call.args.first().into_iter().for_each(|index| self.ranges(index));
        }
    }

    /// `let y: f32 = x.sum();`.
    pub(super) fn number(&mut self, pat: &Pat, value: &Expr) {
        let Pat::Type(typed) = pat else { return };
        let Type::Path(path) = &*typed.ty else { return };
        const NUMBERS: &[&str] = &["usize", "u8", "u16", "u32", "u64", "isize", "i8", "i16", "i32", "i64", "f32", "f64"];
        // A function of any name may be the user's own.
        if let Some(number) = NUMBERS.iter().find(|n| path.path.is_ident(n))
            && !matches!(bare(value), Expr::Call(_))
            && self.is_tensor(value)
        {
            let message =
                format!("this is a tensor, whose elements are only known when the graph runs, and no `{number}`: leave the type off");
            self.errors.at(value, message);
        }
    }

    /// An assignment to an input, or to a part of it.
    pub(super) fn changed_input(&mut self, place: &Expr) {
        let Some(name) = root(place).filter(|_| !calls(place)) else { return };
        let is_input = self.context.inputs.iter().any(|input| **input == name);
        if is_input && self.names.find(&name).is_some_and(|n| n.reference) {
            let message = format!(
                "`{name}` is an input, which a graph function only reads: change a copy, `let mut y = {name}.clone();`, or make it state, `{name}: &mut ..`"
            );
            self.errors.at(place, message);
        }
    }

    /// `x[i..j]` with tensors as bounds: the graph would not know the length.
    pub(super) fn ranges(&mut self, index: &Expr) {
        match index {
            Expr::Tuple(parts) => parts.elems.iter().for_each(|part| self.ranges(part)),
            Expr::Paren(inner) => self.ranges(&inner.expr),
            Expr::Range(range) if [&range.start, &range.end].into_iter().flatten().any(|bound| self.is_tensor(bound)) => {
                let message = "how many positions are read is known when the graph is traced, so bounds are numbers of the host: `Ix::window(&i, n)` is `n` positions from a tensor `i` on";
                self.errors.at(index, message);
            }
            _ => {}
        }
    }

    /// `x ^ 2.0`, which is meant as a power. On integers `^` is exclusive or.
    pub(super) fn power(&mut self, binary: &syn::ExprBinary) {
        if matches!(binary.op, BinOp::BitXor(_)) && is_float(&binary.right) && self.is_tensor(&binary.left) {
            self.errors.at(binary, "`^` is the exclusive or of bits: a power is `.powi(2)`, `.powf(0.5)` or `.square()`");
        }
    }
}

/// Whether a place contains a call.
fn calls(place: &Expr) -> bool {
    match place {
        Expr::MethodCall(_) => true,
        Expr::Field(field) => calls(&field.base),
        Expr::Index(index) => calls(&index.expr),
        Expr::Paren(inner) => calls(&inner.expr),
        Expr::Unary(unary) => calls(&unary.expr),
        _ => false,
    }
}

fn is_float(expr: &Expr) -> bool {
    matches!(bare(expr), Expr::Lit(lit) if matches!(lit.lit, Lit::Float(_)))
}

/// The names in `"{x} {y:?}"`.
fn inline_names(text: &str) -> Vec<String> {
    let mut names = vec![];
    let text = text.replace("{{", "");
    for part in text.split('{').skip(1) {
        let name: String = part.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        if !name.is_empty() {
            names.push(name);
        }
    }
    names
}
