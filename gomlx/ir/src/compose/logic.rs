// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Questions about numbers, comparisons with a tolerance, and functions of bits and integers.

use smallvec::smallvec;

use super::Var;
use super::declare::methods;
use crate::{BinaryOp, Code, DType, Direction, UnaryOp};

methods! { logic:
    /// Whether each element is NaN; no integer is.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let x = Tensor::new(&[2], &[f32::NAN, 1.0])?;
    /// assert_eq!(x.is_nan().to_vec()?, [true, false]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[doc(alias = "isnan")]
    fn is_nan(self) -> Tensor<bool> {
        self.compare(Direction::Ne, self)
    }

    /// Whether each element is an infinity; no integer is.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let x = Tensor::new(&[2], &[f32::NEG_INFINITY, 1.0])?;
    /// assert_eq!(x.is_infinite().to_vec()?, [true, false]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[doc(alias = "isinf")]
    fn is_infinite(self) -> Tensor<bool> {
        if !self.dtype()?.is_float() { self.ne(self) } else { self.unary(UnaryOp::IsInf) }
    }

    /// Whether each element is the positive infinity.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let x = Tensor::new(&[2], &[f32::NEG_INFINITY, f32::INFINITY])?;
    /// assert_eq!(x.is_positive_infinity().to_vec()?, [false, true]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[doc(alias = "isposinf")]
    fn is_positive_infinity(self) -> Tensor<bool> {
        self.is_infinite() & self.gt(0)
    }

    /// Whether each element is the negative infinity.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let x = Tensor::new(&[2], &[f32::NEG_INFINITY, f32::INFINITY])?;
    /// assert_eq!(x.is_negative_infinity().to_vec()?, [true, false]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[doc(alias = "isneginf")]
    fn is_negative_infinity(self) -> Tensor<bool> {
        self.is_infinite() & self.lt(0)
    }

    /// Whether the sign of each element is negative, of zeros and NaN too.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let x = Tensor::new(&[2], &[-1.0f32, 2.0])?;
    /// assert_eq!(x.signbit().to_vec()?, [true, false]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn signbit(self) -> Tensor<bool> {
        let dtype = self.dtype()?;
        let bits = match dtype {
            DType::F16 | DType::BF16 => DType::I16,
            DType::F32 => DType::I32,
            DType::F64 => DType::I64,
            _ => return Ok(self.lt(0)),
        };
        self.bitcast(bits).lt(0)
    }

    /// Whether |x - y| is at most `absolute` + `relative` |y|, elementwise, broadcast. Equal infinities are close; NaN
    /// is close to NaN if `equal_nan`. NumPy takes 1e-5 and 1e-8 by default.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let x = Tensor::new(&[2], &[1.0f32, 2.0])?;
    /// let y = Tensor::new(&[2], &[1.000001f32, 3.0])?;
    /// assert_eq!(x.is_close(&y, 1e-5, 1e-8, false).to_vec()?, [true, false]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[doc(alias = "isclose")]
    fn is_close(self, other: Operand, relative: Real, absolute: Real, equal_nan: Flag) -> Tensor<bool> {
        let c = self.composer();
        let (x, y) = c.broadcast_pair(self, c.operand(self.dtype()?, other.into()))?;
        let same = x.eq(y);
        let same = if equal_nan { same | (x.is_nan() & y.is_nan()) } else { same };
        // Differences of integers may wrap around, and halves round.
        let dtype = x.dtype()?;
        let wide = if dtype.is_complex() || matches!(dtype, DType::F32 | DType::F64) { dtype } else { DType::F64 };
        let (x, y) = (x.convert(wide), y.convert(wide));
        let bound = y.abs() * relative + absolute;
        let finite = |v: Var<'c>| v.abs().is_finite();
        same | ((x - y).abs().le(bound) & finite(x) & finite(y))
    }

    /// Whether all elements are close; see [`Tensor::is_close`].
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let x = Tensor::new(&[2], &[1.0f32, 2.0])?;
    /// let y = Tensor::new(&[2], &[1.0f32, 3.0])?;
    /// assert_eq!(x.all_close(&y, 1e-5, 1e-8, false).item()?, false);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[doc(alias = "allclose")]
    fn all_close(self, other: Operand, relative: Real, absolute: Real, equal_nan: Flag) -> Tensor<bool> {
        self.is_close(other, relative, absolute, equal_nan).all()
    }

    /// Whether two tensors have the same dims and elements.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let x = Tensor::new(&[2], &[1.0f32, 2.0])?;
    /// let y = Tensor::new(&[2], &[1.0f32, 3.0])?;
    /// assert_eq!(x.array_equal(&y).item()?, false);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn array_equal(self, other: Tensor) -> Tensor<bool> {
        let (x, y) = (self.shape()?, other.shape()?);
        if x.rank() != y.rank() || x.dims.iter().zip(&y.dims).any(|(a, b)| a.provably_differs(b)) {
            return Ok(self.composer().scalar(DType::Bool, 0.0));
        }
        if x.dims != y.dims {
            return Err(self.composer().unknown());
        }
        self.eq(other).all()
    }

    /// Whether both are not 0, elementwise, broadcast.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let x = Tensor::new(&[2], &[0.0f32, 2.0])?;
    /// let y = Tensor::new(&[2], &[3.0f32, 1.0])?;
    /// assert_eq!(x.logical_and(&y).to_vec()?, [false, true]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn logical_and(self, other: Operand) -> Tensor<bool> {
        let other = self.composer().operand(self.dtype()?, other.into());
        self.ne(0).binary(BinaryOp::And, other.ne(0))
    }

    /// Whether one of two is not 0, elementwise, broadcast.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let x = Tensor::new(&[2], &[0.0f32, 2.0])?;
    /// let y = Tensor::new(&[2], &[3.0f32, 1.0])?;
    /// assert_eq!(x.logical_or(&y).to_vec()?, [true, true]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn logical_or(self, other: Operand) -> Tensor<bool> {
        let other = self.composer().operand(self.dtype()?, other.into());
        self.ne(0).binary(BinaryOp::Or, other.ne(0))
    }

    /// Whether exactly one of two is not 0, elementwise, broadcast.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let x = Tensor::new(&[2], &[0.0f32, 2.0])?;
    /// let y = Tensor::new(&[2], &[3.0f32, 1.0])?;
    /// assert_eq!(x.logical_xor(&y).to_vec()?, [true, false]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn logical_xor(self, other: Operand) -> Tensor<bool> {
        let other = self.composer().operand(self.dtype()?, other.into());
        self.ne(0).binary(BinaryOp::Xor, other.ne(0))
    }

    /// Whether each element is 0.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let x = Tensor::new(&[2], &[0.0f32, 2.0])?;
    /// assert_eq!(x.logical_not().to_vec()?, [true, false]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn logical_not(self) -> Tensor<bool> {
        self.eq(0)
    }

    /// The complement of each bit. Integers and booleans.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let x = Tensor::new(&[2], &[5i32, -8])?;
    /// assert_eq!(x.bitwise_not().to_vec()?, [-6, 7]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[doc(alias = "invert")]
    fn bitwise_not(self) -> Tensor<T> {
        self.unary(UnaryOp::Not)
    }

    /// The and of the bits of two, elementwise, broadcast. Integers and booleans.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let x = Tensor::new(&[2], &[5i32, 12])?;
    /// let y = Tensor::new(&[2], &[3i32, 10])?;
    /// assert_eq!(x.bitwise_and(&y).to_vec()?, [1, 8]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn bitwise_and(self, other: Operand) -> Tensor<T> {
        self.binary(BinaryOp::And, other)
    }

    /// The or of the bits of two, elementwise, broadcast. Integers and booleans.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let x = Tensor::new(&[2], &[5i32, 12])?;
    /// let y = Tensor::new(&[2], &[3i32, 10])?;
    /// assert_eq!(x.bitwise_or(&y).to_vec()?, [7, 14]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn bitwise_or(self, other: Operand) -> Tensor<T> {
        self.binary(BinaryOp::Or, other)
    }

    /// The xor of the bits of two, elementwise, broadcast. Integers and booleans.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let x = Tensor::new(&[2], &[5i32, 12])?;
    /// let y = Tensor::new(&[2], &[3i32, 10])?;
    /// assert_eq!(x.bitwise_xor(&y).to_vec()?, [6, 6]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn bitwise_xor(self, other: Operand) -> Tensor<T> {
        self.binary(BinaryOp::Xor, other)
    }

    /// Bits moved up; 0 where they are moved by the width or more. Integers.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let x = Tensor::new(&[2], &[5i32, 1])?;
    /// assert_eq!(x.shift_left(2).to_vec()?, [20, 4]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[doc(alias = "left_shift")]
    fn shift_left(self, bits: Operand) -> Tensor<T> {
        self.binary(BinaryOp::ShiftLeft, bits)
    }

    /// Bits moved down; copies of the sign come in, or 0 of unsigned integers. Integers.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let x = Tensor::new(&[2], &[20i32, -8])?;
    /// assert_eq!(x.shift_right(2).to_vec()?, [5, -2]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[doc(alias = "right_shift")]
    fn shift_right(self, bits: Operand) -> Tensor<T> {
        let op = if self.dtype()?.is_unsigned_int() { BinaryOp::ShiftRightLogical } else { BinaryOp::ShiftRightArithmetic };
        self.binary(op, bits)
    }

    /// How many bits of |x| are 1, as NumPy counts. Integers.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let x = Tensor::new(&[2], &[7i32, -8])?;
    /// assert_eq!(x.bitwise_count().to_vec()?, [3, 1]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[doc(alias = "popcount")]
    fn bitwise_count(self) -> Tensor<T> {
        self.abs().unary(UnaryOp::Popcnt)
    }

    /// The greatest common divisor of |x| and |y|; 0 of two zeros. Integers.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let x = Tensor::new(&[2], &[12i32, -9])?;
    /// let y = Tensor::new(&[2], &[18i32, 6])?;
    /// assert_eq!(x.gcd(&y).to_vec()?, [6, 3]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn gcd(self, other: Operand) -> Tensor<T> {
        let c = self.composer();
        let (x, y) = c.broadcast_pair(self, c.operand(self.dtype()?, other.into()))?;
        if !x.dtype()?.is_int() {
            return Err(c.wrong(Code::DType, format_args!("{} is not of integers", self.shape()?)));
        }
        // Euclid's algorithm, until no pair has a rest.
        let after = c.repeat_while(
            &[x.abs(), y.abs()],
            |vars| Ok(vars[1].ne(0).any()),
            |vars| {
                let (x, y) = (vars[0], vars[1]);
                let done = y.eq(0);
                let zero = c.scalar(x.dtype()?, 0.0);
                let rest = x % c.scalar(x.dtype()?, 1.0).select(done, y);
                Ok(smallvec![x.select(done, y), zero.select(done, rest)])
            },
        )?;
        after[0]
    }

    /// The least common multiple of |x| and |y|; 0 where one is 0. Integers.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let x = Tensor::new(&[2], &[4i32, -9])?;
    /// let y = Tensor::new(&[2], &[6i32, 6])?;
    /// assert_eq!(x.lcm(&y).to_vec()?, [12, 18]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn lcm(self, other: Operand) -> Tensor<T> {
        let other = self.composer().operand(self.dtype()?, other.into());
        let divisor = self.gcd(other);
        let one = self.composer().scalar(self.dtype()?, 1.0);
        self.abs() / one.select(divisor.eq(0), divisor) * other.abs()
    }
}
