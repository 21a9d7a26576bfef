// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Indexing, by methods and by sugar.

use gomlx::prelude::*;

use super::{assert_close, error, list, number, on_all, panic_of, vector};

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

/// Elements 10, 11, .. of an axis read at positions, and the axis after a write and a sum there.
fn at_positions<I: Element>(size: usize, positions: &Tensor<I>) -> [Vec<i32>; 4] {
    let x = Tensor::<i32>::arange(size) + 10;
    let (mut set, mut sum) = (x.clone(), x.clone());
    set.set(positions, 0);
    sum.add_at(positions, 100);
    [x.at(positions), x.take(positions, 0), set, sum].map(|tensor| tensor.to_vec().unwrap())
}

/// Each position alone: the position in a read, and in a write unless it is left out.
fn assert_rule<I: Element>(cases: &[(I, usize, Option<usize>)]) {
    let expected = |written: Option<usize>, value: i32, add: bool| -> Vec<i32> {
        let element = |i| if Some(i) == written { value + if add { i as i32 + 10 } else { 0 } } else { i as i32 + 10 };
        (0..3).map(element).collect()
    };
    for &(position, read, written) in cases {
        let expected = [vec![read as i32 + 10], vec![read as i32 + 10], expected(written, 0, false), expected(written, 100, true)];
        assert_eq!(at_positions(3, &Tensor::scalar(position)), expected, "{position:?} of {}", I::DTYPE);
        assert_eq!(at_positions(3, &Tensor::new(&[1], &[position]).unwrap()), expected, "[{position:?}] of {}", I::DTYPE);
    }
}

#[test]
fn every_way_to_index_has_one_rule() {
    on_all(|| {
        assert_rule::<i32>(&[(2, 2, Some(2)), (-1, 2, Some(2)), (-3, 0, Some(0)), (-4, 0, None), (3, 2, None)]);
        assert_rule::<i32>(&[(i32::MIN, 0, None), (i32::MAX, 2, None)]);
        assert_rule::<i64>(&[(-2, 1, Some(1)), (1 << 32, 2, None), (-(1 << 32), 0, None), (i64::MIN, 0, None), (i64::MAX, 2, None)]);
        assert_rule::<i8>(&[(-1, 2, Some(2)), (i8::MIN, 0, None), (i8::MAX, 2, None)]);
        assert_rule::<u8>(&[(1, 1, Some(1)), (255, 2, None)]);
        assert_rule::<u32>(&[(1, 1, Some(1)), (1 << 31, 2, None), ((1 << 31) + 1, 2, None), (u32::MAX, 2, None)]);
        assert_rule::<u64>(&[(2, 2, Some(2)), (1 << 32, 2, None), ((1 << 63) + 1, 2, None), (u64::MAX, 2, None)]);
    });
}

#[test]
fn a_window_moves_in_a_read_and_is_cut_in_a_write() {
    on_all(|| {
        let x = Tensor::<i32>::arange(5);
        let values = Tensor::new(&[3], &[7, 8, 9]).unwrap();
        let cases = [
            (1, [1, 2, 3], [0, 7, 8, 9, 4], [0, 101, 102, 103, 4]),
            (4, [2, 3, 4], [0, 1, 2, 3, 7], [0, 1, 2, 3, 104]),
            (-2, [2, 3, 4], [0, 1, 2, 7, 8], [0, 1, 2, 103, 104]),
            (9, [2, 3, 4], [0, 1, 2, 3, 4], [0, 1, 2, 3, 4]),
            (-6, [0, 1, 2], [8, 9, 2, 3, 4], [100, 101, 2, 3, 4]),
        ];
        for (start, read, set, added) in cases {
            let window = Ix::window(&Tensor::scalar(start), 3);
            let (mut y, mut z) = (x.clone(), x.clone());
            y.set(&window, &values);
            z.add_at(&window, 100);
            let found = [x.at(&window), y, z].map(|tensor| tensor.to_vec().unwrap());
            assert_eq!(found, [read.to_vec(), set.to_vec(), added.to_vec()], "{start}");
        }
    });
}

#[test]
fn a_write_may_combine_every_kind_of_part() {
    on_all(|| {
        let mut x = Tensor::<i32>::zeros(&[2, 4, 3, 3]);
        let rows = Tensor::new(&[2], &[0, 2]).unwrap();
        let window = Ix::window(&Tensor::scalar(1), 2);
        // [4 by steps, 2 positions, a window of 2]
        let values = Tensor::<i32>::arange(8).reshape([2, 2, 2]) + 1;
        x.set(s![1, 1..;2, &rows, &window], &values);
        let mut expected = [0; 72];
        for (i, value) in (1..=8).enumerate() {
            let (step, row, column) = ([1, 3][i / 4], [0, 2][i / 2 % 2], [1, 2][i % 2]);
            expected[((4 + step) * 3 + row) * 3 + column] = value;
        }
        assert_eq!(x.to_vec().unwrap(), expected);
        assert_eq!(x.at((1, .., &rows, &window)).slice(s![1..;2]).to_vec().unwrap(), values.to_vec().unwrap());
    });
}

#[test]
fn an_empty_axis_has_nothing_to_read_or_write() {
    on_all(|| {
        let mut x = Tensor::<f32>::zeros(&[0, 2]);
        let (scalar, none) = (Tensor::scalar(0), Tensor::<i32>::zeros(&[0]));
        x.set(&scalar, 1.0);
        x.set(Tensor::new(&[2], &[0, 1]).unwrap(), 1.0);
        assert_eq!(x.dims(), [0, 2]);
        assert_eq!(x.at(&none).dims(), [0, 2]);
        assert_eq!(x.take(&none, 0).dims(), [0, 2]);
        let messages = [panic_of(|| x.at(&scalar)), panic_of(|| x.take(&Tensor::<i32>::zeros(&[1]), 0))];
        for message in messages {
            assert!(message.contains("axis 0 of f32[0, 2] has no elements") && message.contains("indexing.rs:"), "{message}");
        }
    });
}

/// A cache of keys that is full ignores further keys.
#[graph]
fn remember(cache: &mut Tensor![f32; N, 2], len: &mut Tensor![i32;], key: &Tensor![f32; 2]) -> Tensor![f32; 2] {
    cache[len] = key;
    *len += 1;
    cache[len]
}

#[test]
fn a_position_of_the_state_indexes() {
    on_all(|| {
        let (mut cache, mut len) = (Tensor::zeros(&[2, 2]), Tensor::scalar(0));
        for i in 1..4 {
            remember(&mut cache, &mut len, &vector(&[i as f32, -i as f32]));
        }
        assert_eq!(len.item().unwrap(), 3);
        assert_close(&list(&cache), &[1.0, -1.0, 2.0, -2.0]);
        assert_close(&list(&cache.at(&len)), &[2.0, -2.0]);
    });
}

/// The gradient of a loop that writes past the end.
#[graph]
fn slope_of_writes(x: &Tensor![f32; N], first: &Tensor![i32;]) -> Tensor![f32; N] {
    grad(x, |x| {
        let mut y = x * 2.0;
        for i in rolled(0..N) {
            y[first + i] = x[i] * 10.0;
        }
        y[first] += x[0];
        y.sum()
    })
}

#[test]
fn a_write_that_is_left_out_has_no_slope() {
    on_all(|| {
        let slope = |first| list(&slope_of_writes(&vector(&[1.0, 2.0, 3.0]), &Tensor::scalar(first)));
        assert_close(&slope(0), &[11.0, 10.0, 10.0]);
        assert_close(&slope(2), &[13.0, 2.0, 0.0]);
        assert_close(&slope(3), &[2.0, 2.0, 2.0]);
    });
}

#[graph]
fn mapped_writes(x: &Tensor![f32; B, N], at: &Tensor![i32; B]) -> Tensor![f32; B, N] {
    gomlx::vmap(&(x.clone(), at.clone()), |(x, at)| {
        let mut y = x.clone();
        y.set(at, y.at(at) + 1.0);
        y
    })
}

#[test]
fn each_example_has_its_own_position() {
    on_all(|| {
        let y = mapped_writes(&Tensor::zeros(&[3, 2]), &Tensor::new(&[3], &[-1, 2, 0]).unwrap());
        assert_close(&list(&y), &[0.0, 1.0, 0.0, 0.0, 1.0, 0.0]);
    });
}

/// 1 in the middle of three zeros, by a write, and by a sum, at a position that only the graph knows.
fn assert_written<T: Element + PartialEq>() {
    let (one, zero) = (T::from_f64(1.0), T::from_f64(0.0));
    let one = Tensor::<T>::scalar(one);
    let (mut set, mut sum) = (Tensor::<T>::zeros(&[3]), Tensor::<T>::zeros(&[3]));
    for position in [-2, 3, 7] {
        set.set(Tensor::scalar(position), &one);
        sum.add_at(Tensor::scalar(position), &one);
    }
    let expected = [zero, T::from_f64(1.0), zero];
    assert_eq!([set, sum].map(|tensor| tensor.to_vec().unwrap()), [expected, expected].map(Vec::from), "{}", T::DTYPE);
}

#[test]
fn elements_of_every_type_are_written() {
    on_all(|| {
        assert_written::<bool>();
        assert_written::<i8>();
        assert_written::<u16>();
        assert_written::<i32>();
        assert_written::<u64>();
        assert_written::<gomlx::f16>();
        assert_written::<gomlx::bf16>();
        assert_written::<f64>();
    });
}
