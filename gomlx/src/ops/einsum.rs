// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! `einsum!`, which takes the tensors as they are.

/// [`einsum`](fn@crate::einsum) of tensors or references to tensors. In a graph function whose signature gives the
/// shapes, letters that do not fit are an error at build.
///
/// ```
/// use gomlx::{einsum, graph, Tensor};
///
/// #[graph]
/// fn scores(q: &Tensor![f32; B, H, T, 8], k: &Tensor![f32; B, H, T, 8]) -> Tensor![f32; B, H, T, T] {
///     einsum!("bhqd,bhkd->bhqk", q, k * 0.5)
/// }
///
/// let x = Tensor::<f32>::ones(&[1, 1, 2, 8]);
/// assert_eq!(scores(&x, &x).to_vec()?, [4.0; 4]);
/// # Ok::<(), gomlx::Error>(())
/// ```
#[macro_export]
macro_rules! einsum {
    ($subscripts:expr, $($tensor:expr),+ $(,)?) => {
        $crate::einsum($subscripts, &[$(&$tensor),+])
    };
}
