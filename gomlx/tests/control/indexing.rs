// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Indexing, by methods and by sugar.

use gomlx::prelude::*;

use super::{assert_close, error, list, number, on_all, vector};

fn matrix() -> Tensor<f32> {
    Tensor::new(&[3, 4], &(0..12).map(|i| i as f32).collect::<Vec<_>>()).expect("twelve")
}

#[test]
fn methods_read_everywhere() {
    on_all(|| {
        let x = matrix();
        assert_close(&list(&x.at(1)), &[4.0, 5.0, 6.0, 7.0]);
        assert_close(&list(&x.at((-1, -2))), &[10.0]);
        let part = x.slice(s![1..3, ..,]);
        assert_eq!(part.dims(), [2, 4]);
        assert_close(&list(&x.slice(s![1..3, -1])), &[7.0, 11.0]);
        assert_close(&list(&x.slice(s![..;2, 1..;2])), &[1.0, 3.0, 9.0, 11.0]);
        assert_close(&list(&x.slice(s![..=1, -3..-1])), &[1.0, 2.0, 5.0, 6.0]);
        assert_close(&list(&x.slice(s![2..2])), &[]);
        let i = Tensor::scalar(-1i32);
        assert_close(&list(&x.at(&i)), &[8.0, 9.0, 10.0, 11.0]);
        assert_close(&list(&x.at((1, &i))), &[7.0]);
        assert_close(&list(&x.at((.., Ix::window(&Tensor::scalar(3u8), 2)))), &[2.0, 3.0, 6.0, 7.0, 10.0, 11.0]);
        let rows = Tensor::new(&[2], &[2i32, -3]).unwrap();
        let columns = Tensor::new(&[2, 1], &[1i64, 3]).unwrap();
        assert_close(&list(&x.at(&rows)), &[8.0, 9.0, 10.0, 11.0, 0.0, 1.0, 2.0, 3.0]);
        let both = x.at((&rows, &columns));
        assert_eq!(both.dims(), [2, 2]);
        assert_close(&list(&both), &[9.0, 1.0, 11.0, 3.0]);
        let cube = Tensor::<i32>::arange(24).reshape([2, 3, 4]);
        let taken = cube.slice(s![1, &rows, ..2]);
        assert_eq!(taken.to_vec().unwrap(), [20, 21, 12, 13]);
        let taken = cube.slice(s![.., 1.., &rows]);
        assert_eq!(taken.dims(), [2, 2, 2]);
        assert_eq!(taken.to_vec().unwrap(), [6, 5, 10, 9, 18, 17, 22, 21]);
    });
}

#[test]
fn methods_write_everywhere() {
    on_all(|| {
        let mut x = Tensor::<f32>::zeros(&[3, 4]);
        x.set(0, 1.0);
        x.set((1, 2..), vector(&[5.0, 6.0]));
        x.add_at((.., -1), 10.0);
        x.add_at((Tensor::scalar(1i32), 0), 3.0);
        assert_close(&list(&x), &[1.0, 1.0, 1.0, 11.0, 3.0, 0.0, 5.0, 16.0, 0.0, 0.0, 0.0, 10.0]);
        x.set(s![1..;1, ..;2], Tensor::new(&[2, 1], &[-1.0f32, -2.0]).unwrap());
        assert_close(&list(&x), &[1.0, 1.0, 1.0, 11.0, -1.0, 0.0, -1.0, 16.0, -2.0, 0.0, -2.0, 10.0]);
        let rows = Tensor::new(&[3], &[2i32, 0, 2]).unwrap();
        x.add_at((&rows, 1..3), Tensor::new(&[3, 1], &[1.0f32, 2.0, 4.0]).unwrap());
        assert_close(&list(&x), &[1.0, 3.0, 3.0, 11.0, -1.0, 0.0, -1.0, 16.0, -2.0, 5.0, 3.0, 10.0]);
        x.set((.., &rows), 0.0);
        assert_close(&list(&x), &[0.0, 3.0, 0.0, 11.0, 0.0, 0.0, 0.0, 16.0, 0.0, 5.0, 0.0, 10.0]);
    });
}

#[graph]
fn sugar(x: &Tensor![f32; N, 4], i: &Tensor![i32;], layers: &Vec<Tensor<f32>>) -> (Tensor![f32; N, 4], Tensor![f32; 4], Tensor![f32;]) {
    let mut y = x * 2.0;
    y[0] = x[-1] + layers[0];
    y[1..3] += 1.0;
    y[(i, 2)] *= -1.0;
    y[s![.., 3]] -= x[(.., 0)];
    let row = y[i];
    let last = y[N - 1];
    let element = y[(1, 1)] + row[0];
    (y, row + last, element)
}

#[graph]
fn in_loops(x: &Tensor![f32; N], seen: &mut Tensor![i32; 3]) -> Tensor![f32; N] {
    let mut y = x.clone();
    for i in rolled(1..N) {
        y[i] = y[i - 1] + x[i];
        if y[i] > 5.0 {
            seen[i % 3] += 1;
            y[i] = -x[i];
        }
    }
    y
}

#[test]
fn brackets_index_tensors_in_graphs() {
    on_all(|| {
        let layers = vec![vector(&[1.0, 2.0, 3.0, 4.0])];
        let (y, rows, element) = sugar(&matrix(), &Tensor::scalar(1), &layers);
        let expected = [9.0, 11.0, 13.0, 15.0, 9.0, 11.0, -13.0, 11.0, 17.0, 19.0, 21.0, 15.0];
        assert_close(&list(&y), &expected);
        assert_close(&list(&rows), &[26.0, 30.0, 8.0, 26.0]);
        assert_eq!(number(&element), 20.0);

        let mut seen = Tensor::zeros(&[3]);
        let x = [1.0f32, 2.0, 3.0, -4.0, 6.0];
        let (mut y, mut counts) = (x, [0i32; 3]);
        for i in 1..5 {
            y[i] = y[i - 1] + x[i];
            if y[i] > 5.0 {
                counts[i % 3] += 1;
                y[i] = -x[i];
            }
        }
        assert_close(&list(&in_loops(&vector(&x), &mut seen)), &y);
        assert_eq!(seen.to_vec().unwrap(), counts);
    });
}

#[graph]
fn beyond(x: &Tensor![f32; N, M], which: usize) -> Tensor<f32> {
    match which {
        0 => x[5],
        1 => x[(0, 2..9)],
        2 => x[(0, 0, 0)],
        3 => x[x > 0.0],
        _ => {
            let mut y = x.clone();
            y[0] = x[(.., 0)];
            y
        }
    }
}

#[test]
fn mistakes_say_what_there_is() {
    on_all(|| {
        let message = |which| error(beyond::try_call(&matrix(), which));
        assert!(message(0).contains("at: axis 0 of f32[3, 4] has no element 5") && message(0).contains("indexing.rs:"), "{}", message(0));
        assert!(message(1).contains("at: axis 1 of f32[3, 4] has no range 2..9"), "{}", message(1));
        assert!(message(2).contains("3 parts index f32[3, 4]"), "{}", message(2));
        assert!(message(3).contains("mask") && message(3).contains("select"), "{}", message(3));
        assert!(message(4).contains("set: f32[3] does not broadcast to the part [4]"), "{}", message(4));
    });
}

#[graph]
fn masks(x: &Tensor![f32; N]) -> Tensor![bool; N] {
    let mut m = x > 0.0;
    m &= x < 5.0;
    m |= x == 7.0;
    m ^= x == 1.0;
    m[0] = true;
    m
}
#[test]
fn masks_are_assigned() {
    on_all(|| assert_eq!(masks(&vector(&[-1.0, 1.0, 2.0, 6.0, 7.0])).to_vec().unwrap(), [true, false, true, false, true]));
}
