// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Contracts as the macros write them: `layer<B>(x: [B, 784], heads, pair: (_, [2 * B]), many: *[{HIDDEN}]) -> [B, 10]`.
//!
//! Text costs a build less than data of many parts does, and shows the signature where an expansion is read. First come
//! the symbols, then the parameters in order with the dims that are written of them, then the result's. `*` stands
//! before the dims of each part of a collection, `_` where none are written; what is in braces is a constant, whose
//! value each call brings.

use super::signature::{Contract, DimSig, Expr, Param, Pattern};

/// Reads a contract.
///
/// # Panics
/// If the text is none: the macros and this are of one version, and what one writes the other reads.
pub(crate) fn read(text: &'static str) -> Contract {
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
    assert!(reader.rest.is_empty(), "`{}` follows a contract", reader.rest);
    Contract { name, symbols, params, result }
}

struct Reader {
    rest: &'static str,
    /// The constants read so far.
    constants: usize,
}

impl Reader {
    fn take(&mut self, token: &str) -> bool {
        let Some(rest) = self.rest.strip_prefix(token) else { return false };
        self.rest = rest.trim_start();
        true
    }

    fn expect(&mut self, token: &str) {
        assert!(self.take(token), "a contract has `{token}`, not `{}`", self.rest);
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

    fn dim(&mut self, symbols: &[&'static str]) -> DimSig {
        let start = self.rest;
        match self.sum(symbols) {
            Expr::Known(n) => DimSig::Known(n),
            Expr::Constant(index) => DimSig::Constant(index),
            Expr::Symbol(index) => DimSig::Symbol(index),
            expr => DimSig::Expr(Box::new(expr), start[..start.len() - self.rest.len()].trim_end()),
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
        Expr::Known(name.parse().unwrap_or_else(|_| panic!("`{name}` is no dim of a contract")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_read() {
        let contract = read("layer<B, N>(x: [B, 784], heads, pair: (_, [2 * B + {HIDDEN}]), many: *[(N - 1) * 3, {4 + 4}]) -> [B]");
        assert_eq!((contract.name, contract.symbols.as_slice()), ("layer", ["B", "N"].as_slice()));
        let names: Vec<&str> = contract.params.iter().map(|p| p.name).collect();
        assert_eq!(names, ["x", "heads", "pair", "many"]);
        let sizes = |pattern: &Pattern| match pattern {
            Pattern::Dims(dims) => dims.iter().map(|d| d.value(&[5, 0], &[100, 8])).collect::<Vec<_>>(),
            other => panic!("{other:?}"),
        };
        assert_eq!(sizes(&contract.params[0].dims), [5, 784]);
        assert!(matches!(contract.params[1].dims, Pattern::Any));
        let Pattern::Parts(parts) = &contract.params[2].dims else { panic!("{:?}", contract.params[2].dims) };
        assert!(matches!(parts[0], Pattern::Any));
        assert_eq!(sizes(&parts[1]), [110]);
        let Pattern::Each(each) = &contract.params[3].dims else { panic!("{:?}", contract.params[3].dims) };
        // A difference below zero is 0.
        assert_eq!(sizes(each), [0, 8]);
        let Pattern::Dims(dims) = &**each else { panic!("{each:?}") };
        assert!(matches!(dims[0], DimSig::Expr(_, "(N - 1) * 3")), "{dims:?}");
        assert_eq!(sizes(&contract.result), [5]);
    }

    #[test]
    fn a_contract_may_be_of_nothing() {
        let contract = read("now() -> []");
        assert!(contract.symbols.is_empty() && contract.params.is_empty());
        assert!(matches!(contract.result, Pattern::Dims(dims) if dims.is_empty()));
    }
}
