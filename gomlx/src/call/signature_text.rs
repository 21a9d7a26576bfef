// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Parses signatures from the text that the macros write:
//! `layer<B>(x: [B, 784], heads, pair: (_, [2 * B]), many: *[{HIDDEN}]) -> [B, 10]`.
//!
//! Text costs a build less than a data structure of many parts, and shows the signature where an expansion is read. The
//! symbols come first, then the parameters with the dims written for them, then the dims of the result. `*` stands
//! before the dims of each part of a collection, and `_` for a part without dims. Braces hold a constant, whose value
//! each call brings.

use super::signature::{Expr, Param, Pattern, Signature, WrittenDim};

/// Parses a signature.
///
/// # Panics
/// If the text is no signature. The macros write it, and they are of the same version as this parser.
pub(super) fn parse(text: &'static str) -> Signature {
    let mut reader = Reader { rest: text, constants: 0 };
    let name = reader.name();
    let symbols = if reader.take("<") { reader.list(">", |r| r.name()) } else { vec![] };
    reader.expect("(");
    let params = reader.list(")", |r| {
        let name = r.name();
        let dims = if r.take(":") { r.pattern(&symbols) } else { Pattern::Any };
        Param { name, dims }
    });
    reader.expect("->");
    let result = reader.pattern(&symbols);
    assert!(reader.rest.is_empty(), "`{}` follows a signature", reader.rest);
    Signature { name, symbols, params, result }
}

struct Reader {
    /// The text after the part that was read.
    rest: &'static str,
    /// The number of constants read so far.
    constants: usize,
}

impl Reader {
    fn take(&mut self, token: &str) -> bool {
        let Some(rest) = self.rest.strip_prefix(token) else { return false };
        self.rest = rest.trim_start();
        true
    }

    fn expect(&mut self, token: &str) {
        assert!(self.take(token), "a signature has `{token}`, not `{}`", self.rest);
    }

    /// Items between commas, up to `end`.
    fn list<T>(&mut self, end: &str, mut item: impl FnMut(&mut Reader) -> T) -> Vec<T> {
        let mut items = vec![];
        while !self.take(end) {
            if !items.is_empty() {
                self.expect(",");
            }
            items.push(item(self));
        }
        items
    }

    fn until(&mut self, end: impl FnMut(char) -> bool) -> &'static str {
        let (text, rest) = self.rest.split_at(self.rest.find(end).unwrap_or(self.rest.len()));
        self.rest = rest.trim_start();
        text.trim_end()
    }

    fn name(&mut self) -> &'static str {
        self.until(|c| "<>()[]{},:+-* ".contains(c))
    }

    fn pattern(&mut self, symbols: &[&'static str]) -> Pattern {
        if self.take("_") {
            return Pattern::Any;
        }
        if self.take("*") {
            return Pattern::Each(Box::new(self.pattern(symbols)));
        }
        if self.take("(") {
            return Pattern::Parts(self.list(")", |r| r.pattern(symbols)));
        }
        self.expect("[");
        Pattern::Dims(self.list("]", |r| r.dim(symbols)))
    }

    fn dim(&mut self, symbols: &[&'static str]) -> WrittenDim {
        let start = self.rest;
        match self.sum(symbols) {
            Expr::Known(n) => WrittenDim::Known(n),
            Expr::Constant(index) => WrittenDim::Constant(index),
            Expr::Symbol(index) => WrittenDim::Symbol(index),
            expr => WrittenDim::Expr(Box::new(expr), start[..start.len() - self.rest.len()].trim_end()),
        }
    }

    fn sum(&mut self, symbols: &[&'static str]) -> Expr {
        let mut sum = self.product(symbols);
        loop {
            sum = if self.take("+") {
                Expr::Sum(Box::new([sum, self.product(symbols)]))
            } else if self.take("-") {
                Expr::Difference(Box::new([sum, self.product(symbols)]))
            } else {
                return sum;
            };
        }
    }

    fn product(&mut self, symbols: &[&'static str]) -> Expr {
        let mut product = self.factor(symbols);
        while self.take("*") {
            product = Expr::Product(Box::new([product, self.factor(symbols)]));
        }
        product
    }

    fn factor(&mut self, symbols: &[&'static str]) -> Expr {
        if self.take("(") {
            let inner = self.sum(symbols);
            self.expect(")");
            return inner;
        }
        if self.take("{") {
            self.until(|c| c == '}');
            self.expect("}");
            self.constants += 1;
            return Expr::Constant(self.constants - 1);
        }
        let name = self.name();
        if let Some(symbol) = symbols.iter().position(|s| *s == name) {
            return Expr::Symbol(symbol);
        }
        Expr::Known(name.parse().unwrap_or_else(|_| panic!("`{name}` is no dim of a signature")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_parsed() {
        let signature = parse("layer<B, N>(x: [B, 784], heads, pair: (_, [2 * B + {HIDDEN}]), many: *[(N - 1) * 3, {4 + 4}]) -> [B]");
        assert_eq!((signature.name, signature.symbols.as_slice()), ("layer", ["B", "N"].as_slice()));
        let names: Vec<&str> = signature.params.iter().map(|p| p.name).collect();
        assert_eq!(names, ["x", "heads", "pair", "many"]);
        let sizes = |pattern: &Pattern| match pattern {
            Pattern::Dims(dims) => dims.iter().map(|d| d.value(&[5, 0], &[100, 8])).collect::<Vec<_>>(),
            other => panic!("{other:?}"),
        };
        assert_eq!(sizes(&signature.params[0].dims), [5, 784]);
        assert!(matches!(signature.params[1].dims, Pattern::Any));
        let Pattern::Parts(parts) = &signature.params[2].dims else { panic!("{:?}", signature.params[2].dims) };
        assert!(matches!(parts[0], Pattern::Any));
        assert_eq!(sizes(&parts[1]), [110]);
        let Pattern::Each(each) = &signature.params[3].dims else { panic!("{:?}", signature.params[3].dims) };
        // A difference below zero is 0.
        assert_eq!(sizes(each), [0, 8]);
        let Pattern::Dims(dims) = &**each else { panic!("{each:?}") };
        assert!(matches!(dims[0], WrittenDim::Expr(_, "(N - 1) * 3")), "{dims:?}");
        assert_eq!(sizes(&signature.result), [5]);
    }

    #[test]
    fn a_signature_may_be_of_nothing() {
        let signature = parse("now() -> []");
        assert!(signature.symbols.is_empty() && signature.params.is_empty());
        assert!(matches!(signature.result, Pattern::Dims(dims) if dims.is_empty()));
    }
}
