// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Complex numbers and their parts. Derivatives are JAX's: the cotangent of z -> Re(c z) is c.

use super::declare::{functions, methods};
use crate::{BinaryOp, Code, DType, Direction, UnaryOp};

methods! { complex_parts:
    /// The real part; of a real number itself.
    ///
    /// ```
    /// use gomlx::{Tensor, c64};
    /// let z = Tensor::new(&[1], &[c64::new(1.0, 2.0)])?;
    /// assert_eq!(z.real().to_vec()?, [1.0]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn real(self) -> Tensor<RealOf<T>> {
        if self.dtype()?.is_complex() { self.unary(UnaryOp::Real) } else { self }
    }

    /// The imaginary part; of a real number 0.
    ///
    /// ```
    /// use gomlx::{Tensor, c64};
    /// let z = Tensor::new(&[1], &[c64::new(1.0, 2.0)])?;
    /// assert_eq!(z.imag().to_vec()?, [2.0]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn imag(self) -> Tensor<RealOf<T>> {
        if self.dtype()?.is_complex() { self.unary(UnaryOp::Imag) } else { self.zeros_like() }
    }

    /// The complex conjugate; of a real number itself.
    ///
    /// ```
    /// use gomlx::{Tensor, c64};
    /// let z = Tensor::new(&[1], &[c64::new(1.0, 2.0)])?;
    /// assert_eq!(z.conj().to_vec()?, [c64::new(1.0, -2.0)]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn conj(self) -> Tensor<T> {
        if self.dtype()?.is_complex() { self.real().binary(BinaryOp::Complex, -self.imag()) } else { self }
    }

    /// The angle of a complex number, from -pi to pi; of a real one 0 or pi. Floating point and complex only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close, c64};
    /// let z = Tensor::new(&[1], &[c64::new(0.0, 2.0)])?;
    /// assert_close!(z.angle(), Tensor::new(&[1], &[std::f32::consts::FRAC_PI_2])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[doc(alias = "arg")]
    fn angle(self) -> Tensor<RealOf<T>> {
        self.imag().binary(BinaryOp::Atan2, self.real())
    }

    /// The squared magnitude.
    ///
    /// ```
    /// use gomlx::{Tensor, c64};
    /// let z = Tensor::new(&[1], &[c64::new(1.0, 2.0)])?;
    /// assert_eq!(z.abs_squared().to_vec()?, [5.0]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn abs_squared(self) -> Tensor<RealOf<T>> {
        if self.dtype()?.is_complex() { self.real().square() + self.imag().square() } else { self.square() }
    }

    /// Whether the imaginary part is 0.
    ///
    /// ```
    /// use gomlx::{Tensor, c64};
    /// let z = Tensor::new(&[2], &[c64::new(1.0, 2.0), c64::new(1.0, 0.0)])?;
    /// assert_eq!(z.is_real().to_vec()?, [false, true]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[doc(alias = "isreal")]
    fn is_real(self) -> Tensor<bool> {
        self.imag().compare(Direction::Eq, 0)
    }

    /// Whether the imaginary part is not 0.
    ///
    /// ```
    /// use gomlx::{Tensor, c64};
    /// let z = Tensor::new(&[2], &[c64::new(1.0, 2.0), c64::new(1.0, 0.0)])?;
    /// assert_eq!(z.is_complex().to_vec()?, [true, false]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[doc(alias = "iscomplex")]
    fn is_complex(self) -> Tensor<bool> {
        self.imag().compare(Direction::Ne, 0)
    }

    /// The real and the imaginary part on a new last axis of size 2.
    ///
    /// ```
    /// use gomlx::{Tensor, c64};
    /// let z = Tensor::new(&[1], &[c64::new(1.0, 2.0)])?;
    /// assert_eq!(z.view_as_real().to_vec()?, [1.0, 2.0]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn view_as_real(self) -> Tensor<RealOf<T>> {
        self.composer().stack([self.real(), self.imag()], -1)
    }

    /// Complex numbers of a last axis of size 2, which goes away: the inverse of [`Tensor::view_as_real`]. `f32` and
    /// `f64` only.
    ///
    /// ```
    /// use gomlx::{Tensor, c64};
    /// let x = Tensor::new(&[1, 2], &[1.0f32, 2.0])?;
    /// assert_eq!(x.view_as_complex().to_vec()?, [c64::new(1.0, 2.0)]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn view_as_complex(self) -> Tensor<ComplexOf<T>> {
        let (c, shape) = (self.composer(), self.shape()?);
        match shape.dims.last() {
            Some(last) if last.is(2) => {}
            last => {
                let wrong = last.is_none_or(|last| last.provably_differs(&2.into()));
                return Err(c.wrong_if(wrong, Code::Shape, format_args!("the last axis of {shape} has not size 2")));
            }
        }
        let part = |i| self.slice_axis(-1, i, i + 1).squeeze(-1);
        c.complex(part(0), part(1))
    }
}

functions! { complex_numbers, Free:
    /// Complex numbers of a real and an imaginary part, broadcast. `f32` and `f64` only.
    ///
    /// ```
    /// use gomlx::{Tensor, c64, complex};
    /// let (re, im) = (Tensor::new(&[1], &[1.0f32])?, Tensor::new(&[1], &[2.0f32])?);
    /// assert_eq!(complex(&re, &im).to_vec()?, [c64::new(1.0, 2.0)]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn complex(self, re: Tensor, im: Tensor) -> Tensor<ComplexOf<T>> {
        let shape = re.shape()?;
        if !matches!(shape.dtype, DType::F32 | DType::F64) {
            let message = format_args!("{shape} cannot be parts of complex numbers, which are f32 or f64");
            return Err(self.wrong(Code::DType, message));
        }
        re.binary(BinaryOp::Complex, im)
    }

    /// Complex numbers of a magnitude and an angle, broadcast. `f32` and `f64` only.
    ///
    /// ```
    /// use gomlx::{Tensor, c64, polar};
    /// let (r, theta) = (Tensor::new(&[1], &[2.0f32])?, Tensor::new(&[1], &[0.0f32])?);
    /// assert_eq!(polar(&r, &theta).to_vec()?, [c64::new(2.0, 0.0)]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn polar(self, r: Tensor, theta: Tensor) -> Tensor<ComplexOf<T>> {
        self.complex(r * theta.cos(), r * theta.sin())
    }
}
