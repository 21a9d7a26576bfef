// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Tensors as values: transfers from and to the host, printing, and tensors without a static element type.

use gomlx::prelude::*;
use gomlx::testing::on_each_backend;
use gomlx::{DType, Element, Error, HostTensor, bf16, f16, with_backend};

use crate::{assert_says, panic_of};

#[test]
fn every_element_type_comes_back_as_it_went() {
    fn round_trip<T: Element + PartialEq>(elements: &[T]) {
        let x = Tensor::new(&[elements.len(), 1], elements).unwrap();
        assert_eq!((x.dtype(), x.dims(), x.rank(), x.len()), (T::DTYPE, &[elements.len(), 1][..], 2, elements.len()));
        assert_eq!(x.to_vec().unwrap(), elements);
        // The ops move the elements to the device and back.
        assert_eq!(x.reverse(0).reverse(0).to_vec().unwrap(), elements);
        assert_eq!(Tensor::scalar(elements[0]).item().unwrap(), elements[0]);
    }
    on_each_backend("every_element_type_comes_back_as_it_went", |_| {
        round_trip(&[true, false, true]);
        round_trip(&[i8::MIN, -1, i8::MAX]);
        round_trip(&[i16::MIN, -1, i16::MAX]);
        round_trip(&[i32::MIN, -1, i32::MAX]);
        round_trip(&[i64::MIN, -1, (1 << 53) + 1, i64::MAX]);
        round_trip(&[0, u8::MAX]);
        round_trip(&[0, u16::MAX]);
        round_trip(&[0, u32::MAX]);
        round_trip(&[0, (1 << 53) + 1, u64::MAX]);
        round_trip(&[f16::from_f32(0.1), f16::MAX, f16::INFINITY]);
        round_trip(&[bf16::from_f32(0.1), bf16::MAX, bf16::NEG_INFINITY]);
        round_trip(&[0.1f32, f32::MIN_POSITIVE, f32::MAX, f32::INFINITY]);
        round_trip(&[0.1f64, f64::MIN_POSITIVE, f64::MAX, f64::NEG_INFINITY]);
    });
}

#[test]
fn zero_sized_tensors_have_no_elements_and_work() {
    #[graph]
    fn chain(x: &Tensor![f32; N, M]) -> (Tensor![f32; N, M], Tensor![f32; N], Tensor![f32;], Tensor![f32; N, 3]) {
        let w = Tensor::<f32>::ones(&[M, 3]);
        (x * 2.0 + 1.0, x.sum_axis(1), x.sum(), x.matmul(&w))
    }
    on_each_backend("zero_sized_tensors_have_no_elements_and_work", |_| {
        let (y, rows, sum, product) = chain(&Tensor::zeros(&[0, 4]));
        assert_eq!((y.dims(), rows.dims(), product.dims()), (&[0, 4][..], &[0][..], &[0, 3][..]));
        assert_eq!((y.to_vec().unwrap(), rows.to_vec().unwrap(), product.to_vec().unwrap()), (vec![], vec![], vec![]));
        assert_eq!(sum.item().unwrap(), 0.0);
        let (_, rows, _, product) = chain(&Tensor::zeros(&[2, 0]));
        assert_eq!(rows.to_vec().unwrap(), [0.0, 0.0]);
        assert_eq!(product.to_vec().unwrap(), [0.0; 6]);
    });
    let empty = Tensor::<f32>::zeros(&[0, 2]);
    assert!(empty.is_empty() && !Tensor::<f32>::scalar(0.0).is_empty());
    assert_eq!(empty.to_string(), "[] f32[0, 2]");
}

#[test]
fn elements_that_do_not_fit_the_dims_are_an_error() {
    let error = Tensor::new(&[2, 2], &[1.0f32, 2.0, 3.0]).unwrap_err().to_string();
    assert_says(&error, &["[2, 2]", "4", "3"]);
    assert_says(&Tensor::new(&[3], &[1, 2, 3]).unwrap().item().unwrap_err().to_string(), &["i32[3]", "3 elements", "tensors.rs:"]);
    assert_says(&panic_of(|| Tensor::<f64>::zeros(&[1 << 40, 1 << 40])), &["too large", "tensors.rs:"]);
    assert!(Tensor::new(&[usize::MAX, 2], &[1u8]).is_err());
}

#[test]
fn the_element_type_can_be_left_out_and_taken_on_again() {
    let any: AnyTensor = Tensor::new(&[2], &[1i64, 2]).unwrap().into_any();
    assert_eq!((any.dtype(), any.dims(), any.to_string().as_str()), (DType::I64, &[2][..], "i64[2]"));
    assert_eq!(Tensor::<i64>::try_from(any.clone()).unwrap().to_vec().unwrap(), [1, 2]);
    let error = Tensor::<f32>::try_from(any).unwrap_err();
    assert!(matches!(error, Error::Graph(_)));
    assert_says(&error.to_string(), &["i64[2]", "f32"]);
    let complex =
        AnyTensor::from_host(HostTensor::from_bytes(DType::C64, &[], &[1.5f32.to_le_bytes(), (-2f32).to_le_bytes()].concat()).unwrap());
    assert_eq!(format!("{complex:?}"), "1.5-2.0i complex<f32>[]".replace("complex<f32>", &DType::C64.to_string()));
}

#[test]
fn tensors_print_as_nested_lists() {
    assert_eq!(Tensor::scalar(1.5f32).to_string(), "1.5 f32[]");
    assert_eq!(Tensor::scalar(0.1f32).to_string(), "0.1 f32[]");
    assert_eq!(Tensor::new(&[2], &[true, false]).unwrap().to_string(), "[true, false] bool[2]");
    assert_eq!(Tensor::scalar(u64::MAX).to_string(), "18446744073709551615 u64[]");
    assert_eq!(Tensor::scalar(i64::MIN).to_string(), "-9223372036854775808 i64[]");
    assert_eq!(Tensor::new(&[3], &[1.0, f64::NAN, f64::NEG_INFINITY]).unwrap().to_string(), "[1.0, NaN, -inf] f64[3]");
    assert_eq!(format!("{:.2}", Tensor::new(&[2], &[1.0f32, 2.345]).unwrap()), "[1.00, 2.35] f32[2]");
    let cube: Vec<u8> = (0..8).collect();
    let cube = Tensor::new(&[2, 2, 2], &cube).unwrap();
    assert_eq!(cube.to_string(), "[[[0, 1],\n  [2, 3]],\n\n [[4, 5],\n  [6, 7]]] u8[2, 2, 2]");
}

#[test]
fn large_tensors_are_abbreviated() {
    let long: Vec<i32> = (0..1001).collect();
    assert_eq!(Tensor::new(&[1001], &long).unwrap().to_string(), "[0, 1, 2, ..., 998, 999, 1000] i32[1001]");
    let whole = Tensor::new(&[1000], &long[..1000]).unwrap().to_string();
    assert!(whole.contains(" 500,"), "{whole}");
    let wide = Tensor::<f32>::zeros(&[1000, 2]).to_string();
    assert_eq!(wide, "[[0.0, 0.0],\n [0.0, 0.0],\n [0.0, 0.0],\n ...,\n [0.0, 0.0],\n [0.0, 0.0],\n [0.0, 0.0]] f32[1000, 2]");
}

#[test]
fn numbers_beside_integers_must_be_integers_of_the_type() {
    with_backend("eval", || {
        let big = Tensor::scalar(1i64);
        assert_eq!((&big + ((1i64 << 53) + 1)).item().unwrap(), (1 << 53) + 2);
        assert_eq!((Tensor::scalar(0u64) + u64::MAX).item().unwrap(), u64::MAX);
        assert_eq!((Tensor::scalar(7i32) * 2.0).item().unwrap(), 14);
        for message in [
            panic_of(|| Tensor::scalar(7i32) * 0.5),
            panic_of(|| Tensor::scalar(7i32).maximum(0.5)),
            panic_of(|| 0.5 * Tensor::scalar(7i32)),
        ] {
            assert_says(&message, &["0.5", "i32", "cast", "tensors.rs:"]);
        }
        assert_says(&panic_of(|| Tensor::scalar(7u8) + 300), &["300", "u8"]);
        assert_says(&panic_of(|| Tensor::scalar(7u8) - -1), &["-1", "u8"]);
        assert_says(&panic_of(|| Tensor::scalar(7i64) + f64::NAN), &["NaN", "i64"]);
    })
    .unwrap();
}

#[cfg(feature = "ndarray")]
#[test]
fn arrays_of_any_layout_convert() {
    let array = ndarray::Array2::from_shape_fn((2, 3), |(i, j)| (10 * i + j) as f32);
    let x = Tensor::from_ndarray(&array.t()).unwrap();
    assert_eq!(x.dims(), [3, 2]);
    assert_eq!(x.to_vec().unwrap(), [0.0, 10.0, 1.0, 11.0, 2.0, 12.0]);
    assert_eq!(x.to_ndarray().unwrap(), array.t().into_dyn());
    assert_eq!(Tensor::scalar(4i32).to_ndarray().unwrap().into_raw_vec_and_offset().0, [4]);
}

/// What an error or a panic of a call says.
fn says(call: impl FnOnce() -> Result<(), Error>) -> String {
    match std::panic::catch_unwind(std::panic::AssertUnwindSafe(call)) {
        Ok(result) => result.unwrap_err().to_string(),
        Err(panic) => panic.downcast_ref::<String>().expect("panics have a message").clone(),
    }
}

#[test]
fn results_that_are_too_large_are_errors_with_the_line() {
    #[graph]
    fn ones(x: &Tensor![f32;]) -> Tensor![f32;] {
        x.broadcast_to([1 << 40, 1 << 30]).sum()
    }
    #[graph]
    fn wide(x: &Tensor![f32;]) -> Tensor![f32;] {
        x.broadcast_to([1 << 62]).sum()
    }
    let one = Tensor::scalar(1.0f32);
    for backend in ["jit", "eval"] {
        with_backend(backend, || {
            let product = says(|| {
                let (x, y) = (Tensor::<f32>::new(&[1 << 31, 0], &[])?, Tensor::new(&[0, 1 << 31], &[])?);
                x.matmul(&y);
                Ok(())
            });
            let others = [says(|| ones::try_call(&one).map(drop)), says(|| wide::try_call(&one).map(drop))];
            let eager = says(|| {
                one.broadcast_to([1 << 62]);
                Ok(())
            });
            for message in others.iter().chain([&product, &eager]) {
                assert_says(message, &["E0001", "larger than memory can be", "tensors.rs:"]);
            }
        })
        .unwrap();
    }
    assert_says(&Tensor::<f32>::new(&[1 << 30, 0, 1 << 33], &[]).unwrap_err().to_string(), &["too large"]);
    assert_says(&Tensor::<f32>::new(&[0, 1 << 30, 1 << 33], &[]).unwrap_err().to_string(), &["too large"]);
}
