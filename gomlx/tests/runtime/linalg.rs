// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Equations that the results of linear algebra solve, and derivatives that are known, on every backend.

use gomlx::prelude::*;
use gomlx::testing::on_each_backend;
use gomlx::{assert_close, linalg};

type X = Tensor<f64>;

fn matrix(n: usize, elements: &[f64]) -> X {
    Tensor::new(&[elements.len() / n / n, n, n], elements).expect("whole matrices")
}

/// Matrices without structure.
fn matrices(dims: &[usize]) -> X {
    let count = dims.iter().product::<usize>();
    let elements: Vec<f64> = (1..=count).map(|i| (i as f64 * 0.618_033_988_749_895).fract() * 2.6 - 1.3).collect();
    Tensor::new(dims, &elements).expect("as many elements as the dims say")
}

#[graph]
fn slope_of_det(x: &Tensor![f64; B, N, N]) -> Tensor![f64; B, N, N] {
    grad(x, |x| linalg::det(x).sum())
}

/// The determinant by its definition.
fn determinant(n: usize, a: &[f64]) -> f64 {
    (0..n).map(|j| if n == 1 { a[0] } else { [1.0, -1.0][j % 2] * a[j] * determinant(n - 1, &minor(n, a, 0, j)) }).sum()
}

fn minor(n: usize, a: &[f64], row: usize, column: usize) -> Vec<f64> {
    (0..n * n).filter(|k| k / n != row && k % n != column).map(|k| a[k]).collect()
}

#[test]
fn the_slope_of_a_determinant_is_its_cofactors() {
    let cases: [(usize, &[f64]); 3] = [
        // Of full rank; a column of zeros; dependent columns; rank 1; zeros.
        (
            3,
            &[
                1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 10.0, //
                0.0, 2.0, 1.0, 0.0, 3.0, 5.0, 0.0, 1.0, 2.0, //
                1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, //
                1.0, 2.0, 3.0, 2.0, 4.0, 6.0, 3.0, 6.0, 9.0, //
                0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0,
            ],
        ),
        (
            4,
            &[
                0.0, 1.0, 2.0, 3.0, 0.0, 2.0, 0.0, 1.0, 0.0, 0.0, 0.0, 4.0, 0.0, 1.0, 5.0, 1.0, //
                1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 2.0, 0.0, 0.0, 0.0, 0.0, 3.0,
            ],
        ),
        (1, &[0.0, 2.0]),
    ];
    on_each_backend("the_slope_of_a_determinant_is_its_cofactors", |_| {
        for (n, elements) in cases {
            let cofactors: Vec<f64> = (elements.chunks_exact(n * n))
                .flat_map(|a| {
                    let sign = |i: usize| if (i / n + i % n).is_multiple_of(2) { 1.0 } else { -1.0 };
                    (0..n * n).map(move |i| if n == 1 { 1.0 } else { sign(i) * determinant(n - 1, &minor(n, a, i / n, i % n)) })
                })
                .collect();
            assert_close!(slope_of_det(&matrix(n, elements)), matrix(n, &cofactors), 1e-12);
        }
    });
}

#[graph]
fn forms(x: &Tensor![f64; B, N, N]) -> (Tensor![f64; B, N, N], Tensor![f64; B, N, N], Tensor![f64; B, N, N], Tensor![f64; B, N, N]) {
    let (t, z) = linalg::schur(x);
    let (h, q) = linalg::hessenberg(x);
    let adjoint = |x: &Tensor<f64>| x.transpose([0, 2, 1]);
    let unitary = z.matmul(&adjoint(&z)) + q.matmul(&adjoint(&q));
    (z.matmul(&t).matmul(&adjoint(&z)), q.matmul(&h).matmul(&adjoint(&q)), unitary, h.tril(-2) + t.tril(-2))
}

#[test]
fn forms_give_the_matrix_back() {
    on_each_backend("forms_give_the_matrix_back", |_| {
        for dims in [[2, 5, 5], [1, 12, 12], [3, 2, 2], [1, 1, 1]] {
            let x = matrices(&dims);
            let (schur, hessenberg, unitary, below) = forms(&x);
            assert_close!(schur, x, 1e-12);
            assert_close!(hessenberg, x, 1e-12);
            assert_close!(unitary, Tensor::<f64>::eye(dims[1], dims[1], 0).broadcast_to(dims) * 2.0, 1e-12);
            assert_eq!(below.abs().max().item().unwrap(), 0.0);
        }
    });
}

#[graph]
fn eigen_equation(x: &Tensor![f64; N, N]) -> (Tensor![f64; N, N], Tensor![f64; N], Tensor![f64; N, N]) {
    let (values, vectors) = linalg::eig(x);
    let (re, im) = (vectors.real(), vectors.imag());
    let (w, v) = (values.real(), values.imag());
    let residual = (x.matmul(&re) - &re * &w + &im * &v).abs() + (x.matmul(&im) - &re * &v - &im * &w).abs();
    // The sum of the squares of the eigenvalues is the trace of the square.
    let slope = grad(x, |x| {
        let values = linalg::eigvals(x);
        (values.real().square() - values.imag().square()).sum()
    });
    (residual, vectors.abs_squared().sum_axis(0), slope)
}

#[test]
fn eigenvectors_solve_their_equation() {
    on_each_backend("eigenvectors_solve_their_equation", |_| {
        for n in [1, 2, 6] {
            let x = matrices(&[n, n]);
            let (residual, norms, slope) = eigen_equation(&x);
            assert_close!(residual, Tensor::zeros(&[n, n]), 1e-12);
            assert_close!(norms, Tensor::ones(&[n]), 1e-12);
            assert_close!(slope, x.t() * 2.0, 1e-10);
        }
        // One eigenvector for two equal eigenvalues: finite all the same.
        let (values, vectors) = linalg::eig(&Tensor::new(&[2, 2], &[1.0, 1.0, 0.0, 1.0]).unwrap());
        assert_close!(values.real(), Tensor::ones(&[2]), 1e-12);
        assert_close!(vectors.abs_squared(), Tensor::new(&[2, 2], &[1.0, 1.0, 0.0, 0.0]).unwrap(), 1e-12);
    });
}

#[test]
fn eigenvalues_of_elements_of_very_different_sizes_are_exact() {
    on_each_backend("eigenvalues_of_elements_of_very_different_sizes_are_exact", |_| {
        // Scaled rows and columns of a symmetric matrix, whose eigenvalues are 2 - sqrt(3), 2 and 2 + sqrt(3).
        let x = Tensor::new(&[3, 3], &[1.0, 1e7, 0.0, 1e-7, 2.0, 1e8, 0.0, 1e-8, 3.0]).unwrap();
        let (values, vectors) = linalg::eig(&x);
        let root = 3f64.sqrt();
        assert_close!(values.real().sort(0), Tensor::new(&[3], &[2.0 - root, 2.0, 2.0 + root]).unwrap(), 1e-13);
        assert_eq!(values.imag().abs().max().item().unwrap(), 0.0);
        // Each row of the equation, in its own size.
        let size = Tensor::new(&[3, 1], &[1.0, 1e-7, 1e-15]).unwrap();
        let residual = (x.matmul(&vectors.real()) - vectors.real() * values.real()) / size;
        assert_close!(residual, Tensor::zeros(&[3, 3]), 1e-12);
    });
}

#[graph]
fn equations(
    a: &Tensor![f64; M, M],
    b: &Tensor![f64; N, N],
    q: &Tensor![f64; M, N],
) -> (Tensor![f64; M, N], Tensor![f64; M, N], Tensor![f64; M, M], Tensor![f64; M, M]) {
    let x = linalg::solve_sylvester(a, b, q);
    let slope = grad(q, |q| (linalg::solve_sylvester(a, b, q) * q).sum());
    let positive = a.matmul(&a.t()) + Tensor::<f64>::eye(a.dims()[0], a.dims()[0], 0);
    let root = linalg::sqrtm(&positive);
    // The slope of the trace of the root is half of the inverse of the root.
    let root_slope = grad(&positive, |x| linalg::sqrtm(x).real().diagonal(0, 0, 1).sum());
    (
        a.matmul(&x) + x.matmul(b) - q,
        slope - &x - linalg::solve_sylvester(&a.t(), &b.t(), q),
        root.matmul(&root).real() - &positive,
        root_slope.matmul(&root.real()) * 2.0,
    )
}

#[test]
fn matrix_equations_hold() {
    on_each_backend("matrix_equations_hold", |_| {
        let (a, b, q) = (matrices(&[4, 4]), matrices(&[3, 3]) + 0.3, matrices(&[4, 3]));
        let (residual, slope, root, root_slope) = equations(&a, &b, &q);
        assert_close!(residual, Tensor::zeros(&[4, 3]), 1e-10);
        assert_close!(slope, Tensor::zeros(&[4, 3]), 1e-9);
        assert_close!(root, Tensor::zeros(&[4, 4]), 1e-12);
        assert_close!(root_slope, Tensor::<f64>::eye(4, 4, 0), 1e-9);
        // The root of a singular matrix that has one, and of one that has none.
        let root = |elements: &[f64]| linalg::sqrtm(&Tensor::new(&[2, 2], elements).unwrap()).real();
        assert_close!(root(&[1.0, 1.0, 0.0, 0.0]), Tensor::new(&[2, 2], &[1.0, 1.0, 0.0, 0.0]).unwrap(), 1e-12);
        assert!(!root(&[0.0, 1.0, 0.0, 0.0]).is_finite().all().item().unwrap());
    });
}

#[graph]
fn mapped(x: &Tensor![f64; B, N, N]) -> (Tensor![f64; B, N], Tensor![f64; B, N, N], Tensor![f64; B, N, N]) {
    gomlx::vmap(x, |x: &Tensor<f64>| {
        let (values, _) = linalg::eig(x);
        let root = linalg::sqrtm(&(x.matmul(&x.t()) + Tensor::<f64>::eye(3, 3, 0)));
        (values.real() + values.imag(), grad(x, |x| linalg::det(x)), root.real())
    })
}

#[test]
fn matrices_of_a_batch_are_computed_one_by_one() {
    on_each_backend("matrices_of_a_batch_are_computed_one_by_one", |_| {
        let x = matrices(&[3, 3, 3]);
        let (values, slope, root) = mapped(&x);
        let (expected, _) = linalg::eig(&x);
        assert_close!(values, expected.real() + expected.imag(), 1e-12);
        assert_close!(slope, slope_of_det(&x), 1e-12);
        let square = x.matmul(&x.transpose([0, 2, 1])) + Tensor::<f64>::eye(3, 3, 0);
        assert_close!(root.matmul(&root), square, 1e-12);
    });
}

#[test]
fn tridiagonal_systems_are_solved_with_pivots() {
    on_each_backend("tridiagonal_systems_are_solved_with_pivots", |_| {
        // The first pivot is zero.
        let line = |elements: &[f64]| Tensor::new(&[4], elements).unwrap();
        let (lower, diagonal, upper) = (line(&[f64::NAN, 2.0, -1.0, 3.0]), line(&[0.0, 1.0, 4.0, 0.5]), line(&[1.0, 2.0, 0.25, f64::NAN]));
        let x = Tensor::new(&[4, 2], &[1.0, -2.0, 0.5, 3.0, 4.0, 0.0, -1.0, 2.0]).unwrap();
        let b = Tensor::new(&[4, 2], &[0.5, 3.0, 10.5, -1.0, 15.25, -2.5, 11.5, 1.0]).unwrap();
        assert_close!(linalg::tridiagonal_solve(&lower, &diagonal, &upper, &b), x, 1e-12);
    });
}
