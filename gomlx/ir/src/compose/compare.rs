// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Comparisons, and choice by a mask.

use super::declare::{functions, methods};
use super::reductions::reductions;
use crate::{BinaryOp, Direction};

methods! { compare:
    /// `==`; of tensors elementwise, broadcast.
    #[doc(alias = "equal")]
    fn eq(self, right: Operand) -> Tensor<bool> {
        self.compare(Direction::Eq, right)
    }

    /// `!=`; of tensors elementwise, broadcast.
    #[doc(alias = "not_equal")]
    fn ne(self, right: Operand) -> Tensor<bool> {
        self.compare(Direction::Ne, right)
    }

    /// `>=`; of tensors elementwise, broadcast.
    #[doc(alias = "greater_equal")]
    fn ge(self, right: Operand) -> Tensor<bool> {
        self.compare(Direction::Ge, right)
    }

    /// `>`; of tensors elementwise, broadcast.
    #[doc(alias = "greater")]
    fn gt(self, right: Operand) -> Tensor<bool> {
        self.compare(Direction::Gt, right)
    }

    /// `<=`; of tensors elementwise, broadcast.
    #[doc(alias = "less_equal")]
    fn le(self, right: Operand) -> Tensor<bool> {
        self.compare(Direction::Le, right)
    }

    /// `<`; of tensors elementwise, broadcast.
    #[doc(alias = "less")]
    fn lt(self, right: Operand) -> Tensor<bool> {
        self.compare(Direction::Lt, right)
    }
}

reductions! { mask:
    "Whether every element (true of none) is true," "Masks only."
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let mask = Tensor::new(&[2, 2], &[true, false, true, true])?;
    /// assert!(!mask.all().item()?);
    /// assert_eq!(mask.all_axis(1).to_vec()?, [false, true]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    all all_axis all_keep () -> Tensor<bool>, |x, axes| x.reduce(BinaryOp::And, axes);

    "Whether some element (false of none) is true," "Masks only."
    any any_axis any_keep () -> Tensor<bool>, |x, axes| x.reduce(BinaryOp::Or, axes);
}

functions! { choice, Free:
    /// Elementwise choice: `on_true` where the mask is true, else `on_false`. All three broadcast.
    ///
    /// ```
    /// use gomlx::{Tensor, select};
    /// let x = Tensor::new(&[3], &[-1.0f32, 0.5, 2.0])?;
    /// assert_eq!(select(&x.gt(0.0), &x, 0.0).to_vec()?, [0.0, 0.5, 2.0]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[doc(alias = "where")]
    fn select(self, mask: Mask, on_true: Tensor, on_false: Operand) -> Tensor<T> {
        on_true.select(mask, on_false)
    }
}
