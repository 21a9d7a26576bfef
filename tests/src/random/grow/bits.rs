// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Random bits, bit casts, and numbers rounded to fewer bits.

use gomlx_ir::{BinaryOp, Builder, DType, HostTensor, Op, Result, RngAlgorithm, Shape, ValueId};
use rand_xoshiro::rand_core::Rng;
use smallvec::{SmallVec, smallvec};

use super::super::exact::Bound;
use super::Grower;
use super::layout::dims;

const INTEGERS: [DType; 8] = [DType::I8, DType::I16, DType::I32, DType::I64, DType::U8, DType::U16, DType::U32, DType::U64];

impl Grower<'_> {
    /// Emits `rng_bit_generator` on a state from the graph or a new one. Returns the new state and the bits. Half of
    /// the time, the bits become numbers between 1 and 2.
    pub(super) fn random_bits(&mut self, b: &mut Builder<'_>) -> Result<SmallVec<[ValueId; 1]>> {
        let algorithm = self.one_of(&[RngAlgorithm::Default, RngAlgorithm::ThreeFry, RngAlgorithm::Philox]);
        let words = if algorithm == RngAlgorithm::ThreeFry { 2 } else { 2 + self.below(2) };
        let state = if self.below(2) == 0 {
            self.shaped(b, DType::U64, &[words])?
        } else {
            let words: Vec<u64> = (0..words).map(|_| self.rng.next_u64()).collect();
            self.constant(b, HostTensor::new(&[words.len()], &words)?)?
        };
        let dtype = self.one_of(&INTEGERS);
        let shape = self.shape(self.most / 4).with_dtype(dtype);
        let results = self.emit_all(b, Op::RngBitGenerator { algorithm, shape }, &[state], &[])?;
        let bits = if self.below(2) == 0 { self.unit_float(b, results[1])? } else { results[1] };
        Ok(smallvec![results[0], bits])
    }

    /// Reinterprets integers as floating-point numbers of the same size, with the exponent bits of 1. Backends may
    /// change other bit patterns.
    fn unit_float(&mut self, b: &mut Builder<'_>, x: ValueId) -> Result<ValueId> {
        let shape = b.shape(x).clone();
        let (dtype, mantissa, one) = match shape.dtype.size() {
            2 if self.below(2) == 0 => (DType::F16, 10, 0x3C00),
            2 => (DType::BF16, 7, 0x3F80),
            4 => (DType::F32, 23, 0x3F80_0000),
            8 => (DType::F64, 52, 0x3FF0_0000_0000_0000u64),
            _ => return Ok(x),
        };
        // In exact mode, a few mantissa bits leave room for sums.
        let kept = if self.exact() { 3 } else { mantissa };
        let mask = ((1u64 << kept) - 1) << (mantissa - kept);
        let [mask, one] = [mask, one].map(|word| {
            let bytes = word.to_le_bytes();
            self.constant(b, HostTensor::from_bytes(shape.dtype, &[], &bytes[..shape.dtype.size()])?)
        });
        let whole = |scalar: ValueId| (Op::BroadcastInDim { dims: shape.dims.clone(), axes: [][..].into() }, scalar);
        let [mask, one] = [mask?, one?].map(|scalar| {
            let (op, scalar) = whole(scalar);
            self.emit(b, op, &[scalar])
        });
        let kept_bits = self.emit(b, Op::Binary(BinaryOp::And), &[x, mask?])?;
        let number = self.emit(b, Op::Binary(BinaryOp::Or), &[kept_bits, one?])?;
        self.emit_bounded(b, Op::BitcastConvert(dtype), number, Bound { int: 1, frac: kept })
    }

    /// Casts the bits of integers to another integer type: of the same size, or of another size with more or fewer
    /// elements.
    pub(super) fn bitcast(&mut self, b: &mut Builder<'_>, x: ValueId, shape: &Shape) -> Result<ValueId> {
        if !shape.dtype.is_int() {
            gomlx_ir::bail!(DType, "a bit that rounding changes is any number");
        }
        let dtype = self.one_of(&INTEGERS);
        let (from, to) = (shape.dtype.size(), dtype.size());
        self.bounded(&[shape.num_elements() * from / to.min(from)])?;
        let mut x = x;
        if to > from {
            let parts = to / from;
            let n = shape.num_elements();
            if !n.is_multiple_of(parts) {
                gomlx_ir::bail!(Shape, "{shape} is no whole number of {dtype}");
            }
            x = self.emit(b, Op::Reshape(dims(&[n / parts, parts])), &[x])?;
        }
        self.emit(b, Op::BitcastConvert(dtype), &[x])
    }

    /// Rounds to a random format. In rounded mode it rounds only integers and parameters, which are equal on all
    /// backends. Other values may differ in rounding, and near the midpoint of two numbers the format then rounds them
    /// apart.
    pub(super) fn reduce_precision(&mut self, b: &mut Builder<'_>, x: ValueId, shape: &Shape) -> Result<ValueId> {
        let x = match shape.dtype {
            dtype if dtype.is_float() && self.exact() => x,
            dtype if dtype.is_int() => {
                let dtype = self.one_of(&[DType::F16, DType::BF16, DType::F32, DType::F64]);
                self.emit(b, Op::Convert(dtype), &[x])?
            }
            _ => {
                let is_float = |&v: &ValueId| b.shape(v).dtype.is_float();
                let floats: Vec<ValueId> = b.function.params().iter().copied().filter(is_float).collect();
                if floats.is_empty() {
                    gomlx_ir::bail!(DType, "nothing to round");
                }
                self.one_of(&floats)
            }
        };
        let (exponent, mantissa) = self.one_of(&[(5, 10), (8, 7), (4, 3), (5, 2), (8, 23), (11, 52), (5, 0), (2, 3), (6, 9)]);
        self.emit(b, Op::ReducePrecision { exponent, mantissa }, &[x])
    }
}
