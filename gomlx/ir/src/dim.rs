// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Dimensions: a number, or a polynomial in the symbols of a signature.
//!
//! A trace knows every size, so its dims are literal. The macro checks a body against `Tensor![f32; B, 2 * N]` before
//! any size is known. Both use the same inference; this is why dims can be symbolic.
//!
//! Invariant: a `Dim` is in normal form (a constant polynomial is `Lit`), so equal dims are equal values. Arithmetic
//! saturates: no graph that runs has sizes near the limits of `i64`, but they must not cause a panic.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// The size of one axis.
#[derive(Clone, PartialEq, Eq, Hash)]
pub enum Dim {
    /// A known size.
    Lit(usize),
    /// A size that depends on symbols.
    Sym(Arc<Poly>),
}

/// A polynomial with integer coefficients over named symbols.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Poly {
    /// The coefficient of each monomial; none is zero. A monomial is a sorted list of symbol names, repeated for
    /// powers.
    terms: BTreeMap<Vec<Arc<str>>, i64>,
}

impl Dim {
    /// The symbol `name`.
    pub fn symbol(name: &str) -> Dim {
        Dim::Sym(Arc::new(Poly { terms: BTreeMap::from([(vec![Arc::from(name)], 1)]) }))
    }

    /// The size, if it is known.
    pub fn lit(&self) -> Option<usize> {
        match self {
            Dim::Lit(n) => Some(*n),
            Dim::Sym(_) => None,
        }
    }

    /// Whether the size is `n` for every value of the symbols.
    pub fn is(&self, n: usize) -> bool {
        self.lit() == Some(n)
    }

    /// Whether the sizes differ for every value of the symbols: they differ by a non-zero constant. Symbols with
    /// different names may have equal values.
    pub fn provably_differs(&self, other: &Dim) -> bool {
        self.difference(other).is_some_and(|d| d != 0)
    }

    /// The difference, if it is the same number for every value of the symbols.
    pub fn difference(&self, other: &Dim) -> Option<i64> {
        match (self, other) {
            (Dim::Lit(a), Dim::Lit(b)) => i64::try_from(*a).ok()?.checked_sub(i64::try_from(*b).ok()?),
            _ if self == other => Some(0),
            _ => self.poly().plus(&other.poly(), -1).constant(),
        }
    }

    /// The quotient, if `other` divides `self` for every value of the symbols.
    pub fn div_exact(&self, other: &Dim) -> Option<Dim> {
        match (self, other) {
            (Dim::Lit(a), Dim::Lit(b)) => (*b != 0 && a % b == 0).then(|| Dim::Lit(a / b)),
            _ => self.poly().div_monomial(&other.poly())?.into_dim(),
        }
    }

    /// The sum; `None` if a literal result would be negative.
    pub fn checked_add_signed(&self, n: i64) -> Option<Dim> {
        self.poly().plus(&Poly::of(n), 1).into_dim()
    }

    /// The difference; `None` if a literal result would be negative.
    pub fn checked_sub(&self, other: &Dim) -> Option<Dim> {
        self.poly().plus(&other.poly(), -1).into_dim()
    }

    /// Replaces each symbol by `value` of its name. A symbol for which it is `None` stays.
    pub fn substitute(&self, value: &dyn Fn(&str) -> Option<Dim>) -> Dim {
        let Dim::Sym(poly) = self else { return self.clone() };
        let mut sum = Poly::of(0);
        for (monomial, &coefficient) in &poly.terms {
            let mut product = Poly::of(coefficient);
            for symbol in monomial {
                let factor = value(symbol).unwrap_or_else(|| Dim::symbol(symbol));
                product = product.times(&factor.poly());
            }
            sum = sum.plus(&product, 1);
        }
        sum.into_dim().unwrap_or_else(|| self.clone())
    }

    fn poly(&self) -> Poly {
        match self {
            Dim::Lit(n) => Poly::of(i64::try_from(*n).unwrap_or(i64::MAX)),
            Dim::Sym(p) => Poly::clone(p),
        }
    }
}

impl Poly {
    fn of(n: i64) -> Poly {
        let mut terms = BTreeMap::new();
        if n != 0 {
            terms.insert(vec![], n);
        }
        Poly { terms }
    }

    fn constant(&self) -> Option<i64> {
        match self.terms.len() {
            0 => Some(0),
            1 => self.terms.get(&vec![]).copied(),
            _ => None,
        }
    }

    fn into_dim(self) -> Option<Dim> {
        match self.constant() {
            Some(n) => usize::try_from(n).ok().map(Dim::Lit),
            None => Some(Dim::Sym(Arc::new(self))),
        }
    }

    fn plus(&self, other: &Poly, sign: i64) -> Poly {
        let mut terms = self.terms.clone();
        for (monomial, &coefficient) in &other.terms {
            let sum = terms.entry(monomial.clone()).or_insert(0);
            *sum = sum.saturating_add(coefficient.saturating_mul(sign));
            if *sum == 0 {
                terms.remove(monomial);
            }
        }
        Poly { terms }
    }

    fn times(&self, other: &Poly) -> Poly {
        let mut product = Poly::of(0);
        for (a, &x) in &self.terms {
            for (b, &y) in &other.terms {
                let mut monomial = [a.as_slice(), b.as_slice()].concat();
                monomial.sort();
                product = product.plus(&Poly { terms: BTreeMap::from([(monomial, x.saturating_mul(y))]) }, 1);
            }
        }
        product
    }

    fn div_monomial(&self, divisor: &Poly) -> Option<Poly> {
        let mut only = divisor.terms.iter();
        let (Some((symbols, &scale)), None) = (only.next(), only.next()) else { return None };
        let mut terms = BTreeMap::new();
        for (monomial, &coefficient) in &self.terms {
            let mut rest = monomial.clone();
            for symbol in symbols {
                rest.remove(rest.iter().position(|s| s == symbol)?);
            }
            if coefficient % scale != 0 {
                return None;
            }
            terms.insert(rest, coefficient / scale);
        }
        Some(Poly { terms })
    }
}

impl std::ops::Add<&Dim> for &Dim {
    type Output = Dim;
    fn add(self, other: &Dim) -> Dim {
        match (self, other) {
            (Dim::Lit(a), Dim::Lit(b)) => Dim::Lit(a.saturating_add(*b)),
            _ => self.poly().plus(&other.poly(), 1).into_dim().unwrap_or_else(|| self.clone()),
        }
    }
}

impl std::ops::Mul<&Dim> for &Dim {
    type Output = Dim;
    fn mul(self, other: &Dim) -> Dim {
        match (self, other) {
            (Dim::Lit(a), Dim::Lit(b)) => Dim::Lit(a.saturating_mul(*b)),
            _ => self.poly().times(&other.poly()).into_dim().unwrap_or_else(|| self.clone()),
        }
    }
}

impl From<usize> for Dim {
    fn from(n: usize) -> Dim {
        Dim::Lit(n)
    }
}

impl fmt::Display for Dim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Dim::Lit(n) => write!(f, "{n}"),
            Dim::Sym(p) => write!(f, "{p}"),
        }
    }
}

impl fmt::Debug for Dim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Poly {
    /// Writes terms of higher degree first: `2*B*N+B-1`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut terms: Vec<_> = self.terms.iter().collect();
        terms.sort_by_key(|(m, _)| std::cmp::Reverse(m.len()));
        for (i, (monomial, &c)) in terms.into_iter().enumerate() {
            let sign = if c < 0 {
                "-"
            } else if i > 0 {
                "+"
            } else {
                ""
            };
            f.write_str(sign)?;
            let magnitude = c.unsigned_abs();
            if monomial.is_empty() || magnitude != 1 {
                write!(f, "{magnitude}")?;
                if !monomial.is_empty() {
                    f.write_str("*")?;
                }
            }
            f.write_str(&monomial.join("*"))?;
        }
        Ok(())
    }
}

impl fmt::Debug for Poly {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_polynomials_are_equal_dims() {
        let (b, n) = (Dim::symbol("B"), Dim::symbol("N"));
        let two = Dim::Lit(2);
        assert_eq!(&(&b + &n) * &two, &(&two * &n) + &(&b + &b));
        assert_ne!(b, n);
        assert!(!b.provably_differs(&n));
        assert!(b.provably_differs(&b.checked_add_signed(1).unwrap()));
        assert_eq!((&b * &n).div_exact(&n), Some(b.clone()));
        assert_eq!((&b + &n).div_exact(&n), None);
        assert_eq!((&(&two * &b) + &n).to_string(), "2*B+N");
        let five = (&two * &b).substitute(&|s| (s == "B").then_some(Dim::Lit(5)));
        assert_eq!(five, Dim::Lit(10));
    }
}
