// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Images of other sizes and between their pixels, and pools of any size. The expected numbers are those of the
//! formulas of PyTorch's documentation, computed in NumPy.

use gomlx::prelude::*;
use gomlx::testing::on_each_backend;
use gomlx::{Boundary, GridMode, GridPadding, ResizeMethod, assert_close, c64, f16, image, signal, vmap, with_backend};

use crate::{assert_says, panic_of, tensor, vector};

#[graph]
fn sampled(x: &Tensor<f32>, grid: &Tensor<f32>, mode: GridMode, padding: GridPadding, corners: bool) -> Tensor<f32> {
    image::grid_sample(x, grid, mode, padding, corners)
}

#[test]
fn grids_sample_as_in_pytorch() {
    use GridMode::{Cubic, Linear, Nearest};
    use GridPadding::{Border, Reflection, Zeros};
    let cases = [
        (Nearest, Zeros, true, [-0.9982948, -0.0291995, 0.0, 0.0]),
        (Nearest, Zeros, false, [0.0, -0.0291995, 0.0, 0.0]),
        (Nearest, Border, true, [-0.9982948, -0.0291995, -0.811093, 0.6967067]),
        (Nearest, Border, false, [-0.9982948, -0.0291995, -0.811093, 0.6967067]),
        (Nearest, Reflection, true, [-0.9982948, -0.0291995, 0.7755659, -0.6536436]),
        (Nearest, Reflection, false, [-0.9982948, -0.0291995, -0.811093, -0.6536436]),
        (Linear, Zeros, true, [-0.2752337, 0.0153271, -0.2845016, 0.044264]),
        (Linear, Zeros, false, [0.0, -0.1479318, 0.0, 0.0]),
        (Linear, Border, true, [-0.5004249, 0.0153271, -0.7112541, 0.4426395]),
        (Linear, Border, false, [-0.2514899, -0.1479318, -0.811093, 0.4789348]),
        (Linear, Reflection, true, [-0.4273989, 0.0153271, 0.1189119, -0.3105554]),
        (Linear, Reflection, false, [-0.2443805, -0.1479318, -0.1764295, -0.2947655]),
        (Cubic, Zeros, true, [-0.4259997, 0.0336401, -0.4241278, 0.0439175]),
        (Cubic, Zeros, false, [0.02641, -0.2440033, 0.0710834, -0.0070887]),
        (Cubic, Border, true, [-0.783148, 0.0471107, -0.8402567, 0.4695764]),
        (Cubic, Border, false, [-0.5002012, -0.1908942, -0.8844746, 0.494203]),
        (Cubic, Reflection, true, [-0.6541097, 0.013612, 0.2021096, -0.378663]),
        (Cubic, Reflection, false, [-0.4901123, -0.1908942, -0.0928114, -0.3892517]),
    ];
    let x = (Tensor::<f32>::arange(12) * 0.8).cos().reshape([1, 1, 3, 4]);
    let grid = tensor(&[1, 2, 2, 2], &[-1.3, 0.25, 0.4, -0.55, 0.9, 1.6, -0.1, -1.9]);
    on_each_backend("grids_sample_as_in_pytorch", |backend| {
        for (mode, padding, corners, expected) in cases {
            let got = sampled(&x, &grid, mode, padding, corners);
            assert!(got.dims() == [1, 1, 2, 2]);
            assert!(
                got.flatten().all_close(vector(&expected), 1e-5, 1e-5, false).item().unwrap(),
                "{mode:?} {padding:?} {corners} on {backend}"
            );
        }
    });
}

#[test]
fn volumes_and_channels_are_sampled() {
    on_each_backend("volumes_and_channels_are_sampled", |_| {
        let x = (Tensor::<f32>::arange(12) * 0.8).cos().reshape([1, 1, 2, 3, 2]);
        let both = concat(&[&x, &(&x * 10.0)], 1);
        let grid = tensor(&[1, 1, 1, 2, 3], &[0.3, -0.2, 0.5, -0.9, 0.7, -0.1]);
        let got = image::grid_sample(&both, &grid, GridMode::Linear, GridPadding::Border, false);
        assert_close!(got, tensor(&[1, 2, 1, 1, 2], &[0.6711084, -0.6571769, 6.711084, -6.571769]), 1e-5);
    });
}

#[test]
fn affine_grids_of_the_identity_sample_the_image() {
    on_each_backend("affine_grids_of_the_identity_sample_the_image", |_| {
        let x = (Tensor::<f32>::arange(12) * 0.8).cos().reshape([1, 1, 3, 4]);
        for corners in [true, false] {
            let identity = tensor(&[1, 2, 3], &[1.0, 0.0, 0.0, 0.0, 1.0, 0.0]);
            let grid = image::affine_grid(&identity, [3, 4], corners);
            assert_close!(image::grid_sample(&x, &grid, GridMode::Linear, GridPadding::Zeros, corners), x, 1e-5);
            // The first pixel of the last row: x is at the left, y at the bottom.
            let turned = image::affine_grid(&tensor(&[1, 2, 3], &[0.0, 1.0, 0.5, 1.0, 0.0, 0.0]), [3, 4], corners);
            let (left, bottom) = if corners { (-1.0, 1.0) } else { (-0.75, 2.0 / 3.0) };
            assert_close!(turned.at((0, 2, 0)), vector(&[bottom + 0.5, left]), 1e-5);
        }
    });
}

#[test]
fn coordinates_far_outside_stay_within_the_image() {
    on_each_backend("coordinates_far_outside_stay_within_the_image", |_| {
        let x = vector(&[1.0, 2.0, 3.0]);
        let at = vector(&[1e30, -1e30, f32::NAN, f32::INFINITY]);
        let nearest = |boundary| image::map_coordinates(&x, &[&at], 0, boundary, 7.0).to_vec().unwrap();
        let constant = nearest(Boundary::Constant);
        assert_eq!(constant[..2], [7.0, 7.0]);
        assert_eq!(nearest(Boundary::Nearest)[..2], [3.0, 1.0]);
        for boundary in [Boundary::Constant, Boundary::Nearest, Boundary::Wrap, Boundary::Mirror, Boundary::Reflect] {
            let got = nearest(boundary);
            assert!(got[2].is_nan() && got[3].is_nan(), "{boundary:?}");
            assert!(got[0] == 7.0 || [1.0, 2.0, 3.0].contains(&got[0]), "{boundary:?} {got:?}");
        }
        let one = image::map_coordinates(&vector(&[5.0]), &[&vector(&[-3.0, 0.25, 9.0])], 1, Boundary::Mirror, 0.0);
        assert_eq!(one.to_vec().unwrap(), [5.0, 5.0, 5.0]);
    });
}

#[test]
fn corners_stay_where_they_are() {
    on_each_backend("corners_stay_where_they_are", |_| {
        let x = tensor(&[2, 3], &[0.0, 4.0, 2.0, 8.0, 0.0, 6.0]);
        let wide = image::resize_align_corners(&x, [3, 5], ResizeMethod::Linear);
        assert_close!(wide, tensor(&[3, 5], &[0.0, 2.0, 4.0, 3.0, 2.0, 4.0, 3.0, 2.0, 3.0, 4.0, 8.0, 4.0, 0.0, 3.0, 6.0]), 1e-5);
        assert_close!(image::resize_align_corners(&x, [2, 1], ResizeMethod::Cubic), tensor(&[2, 1], &[0.0, 8.0]), 1e-5);
        let nearest = image::resize_align_corners(&x, [2, 4], ResizeMethod::Nearest);
        assert_eq!(nearest.to_vec().unwrap(), [0.0, 4.0, 4.0, 2.0, 8.0, 0.0, 0.0, 6.0]);
        // The corners of a cubic are those of the image too, and its pixels are met.
        let cubic = image::resize_align_corners(&x, [2, 5], ResizeMethod::Cubic).take(&Tensor::new(&[3], &[0, 2, 4]).unwrap(), 1);
        assert_close!(cubic, x, 1e-5);
    });
}

#[test]
fn examples_are_images_of_a_batch() {
    #[graph]
    fn each(x: &Tensor![f32; 2, 4, 3], grid: &Tensor![f32; 2, 5, 2]) -> (Tensor<f32>, Tensor<f32>, Tensor<f32>) {
        let resized = vmap(x, |x| image::resize(x, [3, 5], ResizeMethod::Cubic, true));
        let sampled = vmap(&(x.clone(), grid.clone()), |(x, grid)| {
            let (x, grid) = (x.expand_dims([0, 1]), grid.expand_dims([0, 1]));
            image::grid_sample(&x, &grid, GridMode::Linear, GridPadding::Zeros, true).flatten()
        });
        let pooled = vmap(x, |x| x.expand_dims([0, -1]).adaptive_max_pool([3, 2]).flatten());
        (resized, sampled, pooled)
    }
    on_each_backend("examples_are_images_of_a_batch", |_| {
        let x = (Tensor::<f32>::arange(24) * 0.8).cos().reshape([2, 4, 3]);
        let grid = (Tensor::<f32>::arange(20) * 1.7).sin().reshape([2, 5, 2]);
        let (resized, sampled, pooled) = each(&x, &grid);
        assert_close!(resized, image::resize(&x, [2, 3, 5], ResizeMethod::Cubic, true), 1e-5);
        let whole = image::grid_sample(&x.expand_dims(1), &grid.expand_dims(1), GridMode::Linear, GridPadding::Zeros, true);
        assert_close!(sampled, whole.reshape([2, 5]), 1e-5);
        assert_close!(pooled, x.expand_dims(-1).adaptive_max_pool([3, 2]).reshape([2, 6]), 1e-5);
    });
}

#[test]
fn a_batch_may_be_a_symbol_or_empty() {
    #[graph]
    fn shaped(x: &Tensor![f32; batch, 4, 6, 2], kernel: &Tensor![f32; 2, 2, 2, 3], grid: &Tensor![f32; batch, 5, 2]) -> Vec<Tensor<f32>> {
        let images = x.transpose([0, 3, 1, 2]);
        vec![
            x.conv_transpose(kernel, &Conv { strides: vec![2, 2], ..Conv::default() }, false),
            x.conv_patches([2, 2], &Conv::default()),
            x.adaptive_avg_pool([3, 2]),
            x.max_pool_with_indices([2, 2], [2, 2], &Padding::Valid).0,
            image::resize(x, [x.dims()[0], 2, 9, 2], ResizeMethod::Linear, true),
            image::grid_sample(&images, &grid.expand_dims(1), GridMode::Cubic, GridPadding::Border, false),
            signal::stft(&images, &signal::hanning::<f32>(4), 2).real(),
            signal::detrend(&images, -1, gomlx::Trend::Linear),
        ]
    }
    on_each_backend("a_batch_may_be_a_symbol_or_empty", |_| {
        for batch in [3, 0] {
            let (x, grid) = (Tensor::<f32>::ones(&[batch, 4, 6, 2]), Tensor::<f32>::zeros(&[batch, 5, 2]));
            let results = shaped(&x, &Tensor::ones(&[2, 2, 2, 3]), &grid);
            let dims: Vec<&[usize]> = results.iter().map(|y| &y.dims()[1..]).collect();
            let expected: [&[usize]; 8] =
                [&[8, 12, 3], &[4, 6, 8], &[3, 2, 2], &[2, 3, 2], &[2, 9, 2], &[2, 1, 5], &[2, 4, 3, 4], &[2, 4, 6]];
            assert_eq!(dims, expected);
            assert!(results.iter().all(|y| y.dims()[0] == batch));
        }
    });
}

#[test]
fn every_type_of_number_is_resized() {
    on_each_backend("every_type_of_number_is_resized", |_| {
        let pixels = Tensor::new(&[2, 2], &[1u8, 2, 3, 255]).unwrap();
        let large = image::resize(&pixels, [2, 4], ResizeMethod::Nearest, true);
        assert_eq!(large.to_vec().unwrap(), [1, 1, 2, 2, 3, 3, 255, 255]);
        let half = Tensor::new(&[2], &[0.0, 60000.0].map(f16::from_f32)).unwrap();
        let wide = image::resize(&half, [4], ResizeMethod::Linear, true);
        assert_eq!(wide.to_vec().unwrap(), [0.0, 15000.0, 45000.0, 60000.0].map(f16::from_f32));
        let complex = Tensor::new(&[2], &[c64::new(0.0, 4.0), c64::new(4.0, 0.0)]).unwrap();
        let wide = image::resize(&complex, [4], ResizeMethod::Linear, false);
        assert_close!(wide.real(), vector(&[0.0, 1.0, 3.0, 4.0]));
        assert_close!(wide.imag(), vector(&[4.0, 3.0, 1.0, 0.0]));
        assert_eq!(image::resize(&vector(&[1.0, 2.0]), [0], ResizeMethod::Cubic, true).dims(), [0]);
    });
}

#[test]
fn pools_adapt_to_any_size() {
    #[graph]
    fn pooled(x: &Tensor![f32; 1, 5, 4, 1]) -> (Tensor<f32>, Tensor<f32>) {
        (x.adaptive_avg_pool([2, 3]), x.adaptive_max_pool([2, 3]))
    }
    on_each_backend("pools_adapt_to_any_size", |_| {
        let x = (Tensor::<f32>::arange(20) * 7.0).modulo(20.0).reshape([1, 5, 4, 1]);
        let (mean, max) = pooled(&x);
        assert_close!(mean, tensor(&[1, 2, 3, 1], &[49.0 / 6.0, 8.5, 53.0 / 6.0, 65.0 / 6.0, 67.0 / 6.0, 11.5]), 1e-5);
        assert_eq!(max.to_vec().unwrap(), [16.0, 15.0, 17.0, 19.0, 19.0, 18.0]);
    });
}

#[test]
fn images_that_do_not_fit_are_named() {
    with_backend("eval", || {
        let x = tensor(&[2, 2], &[1.0, 2.0, 3.0, 4.0]);
        let cubic = |dims: &[usize]| panic_of(|| image::resize(&x, dims, ResizeMethod::Cubic, true));
        assert_says(&cubic(&[3]), &["resize", "f32[2, 2]", "images.rs:"]);
        let empty = panic_of(|| image::resize(&Tensor::<f32>::zeros(&[0]), [3], ResizeMethod::Linear, true));
        assert_says(&empty, &["resize", "no pixels", "images.rs:"]);
        let whole = panic_of(|| image::resize(&Tensor::<i32>::zeros(&[2]), [3], ResizeMethod::Linear, true));
        assert_says(&whole, &["resize", "i32[2]", "floating point", "images.rs:"]);
        let order = panic_of(|| image::map_coordinates(&x, &[&x, &x], 3, Boundary::Wrap, 0.0));
        assert_says(&order, &["map_coordinates", "order 3", "images.rs:"]);
        assert_says(&panic_of(|| image::map_coordinates(&x, &[&x], 1, Boundary::Wrap, 0.0)), &["map_coordinates", "f32[2, 2]"]);
        let grid = panic_of(|| image::grid_sample(&x, &x, GridMode::Linear, GridPadding::Zeros, true));
        assert_says(&grid, &["grid_sample", "[batch, channels, spatial..]", "images.rs:"]);
    })
    .unwrap();
}
