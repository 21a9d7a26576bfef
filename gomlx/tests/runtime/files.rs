// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Checkpoints that cannot be read or written: the tree and the file must stay unchanged.

use std::fs;
use std::path::Path;

use gomlx::prelude::*;
use gomlx::{Error, bf16, checkpoint, with_backend};

use crate::assert_says;
use crate::backends::Watched;

type Pair = (Tensor<f32>, Vec<Tensor<i32>>);

fn pair() -> Pair {
    (Tensor::new(&[2, 2], &[1.0, 2.0, 3.0, 4.0]).unwrap(), vec![Tensor::scalar(5)])
}

/// The error of loading a file into another pair. The pair must stay unchanged.
fn refused(path: &Path) -> String {
    let mut other: Pair = (Tensor::zeros(&[2, 2]), vec![Tensor::scalar(-1)]);
    let error = checkpoint::load(path, &mut other).unwrap_err();
    assert!(matches!(error, Error::File(_)), "{error}");
    assert_eq!((other.0.to_vec().unwrap(), other.1[0].item().unwrap()), (vec![0.0; 4], -1));
    error.to_string()
}

#[test]
fn trees_come_back_with_every_element_type() {
    type Saved = (Tensor<bool>, Tensor<i64>, Tensor<f32>, Tensor<bf16>, Option<Tensor<u8>>, usize);
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("all.safetensors");
    let saved: Saved = (
        Tensor::scalar(true),
        Tensor::new(&[2], &[i64::MIN, 3]).unwrap(),
        Tensor::<f32>::zeros(&[0, 3]),
        Tensor::scalar(bf16::from_f32(1.5)),
        Some(Tensor::scalar(7u8)),
        12usize,
    );
    checkpoint::save(&path, &saved).unwrap();
    let mut loaded: Saved =
        (Tensor::scalar(false), Tensor::zeros(&[2]), Tensor::zeros(&[0, 3]), Tensor::zeros(&[]), Some(Tensor::scalar(0u8)), 12usize);
    checkpoint::load(&path, &mut loaded).unwrap();
    assert!(loaded.0.item().unwrap());
    assert_eq!(loaded.1.to_vec().unwrap(), [i64::MIN, 3]);
    assert_eq!(loaded.3.item().unwrap(), bf16::from_f32(1.5));
    assert_eq!(loaded.4.unwrap().item().unwrap(), 7);
    let files: Vec<_> = fs::read_dir(dir.path()).unwrap().map(|f| f.unwrap().file_name()).collect();
    assert_eq!(files, ["all.safetensors"], "nothing temporary is left");
}

#[test]
fn unreadable_and_truncated_files_are_named() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("pair.safetensors");
    assert_says(&refused(&path), &["cannot read", "pair.safetensors"]);
    checkpoint::save(&path, &pair()).unwrap();
    let bytes = fs::read(&path).unwrap();
    for length in [0, 4, 8, 20, bytes.len() - 1] {
        fs::write(&path, &bytes[..length]).unwrap();
        assert_says(&refused(&path), &["cannot read", "pair.safetensors"]);
    }
    // The header claims more bytes than any file has.
    fs::write(&path, [0xff; 64]).unwrap();
    assert_says(&refused(&path), &["cannot read", "pair.safetensors"]);
    assert_says(&refused(dir.path()), &["cannot read"]);
    fs::write(&path, bytes).unwrap();
    let mut loaded: Pair = (Tensor::zeros(&[2, 2]), vec![Tensor::scalar(0)]);
    checkpoint::load(&path, &mut loaded).unwrap();
    assert_eq!((loaded.0.to_vec().unwrap(), loaded.1[0].item().unwrap()), (vec![1.0, 2.0, 3.0, 4.0], 5));
}

/// Whatever byte is damaged: the file is refused, or the damage is in what does not matter, and the values are right.
#[test]
fn no_damaged_byte_gives_wrong_values() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("pair.safetensors");
    let saved: Pair = (Tensor::new(&[2, 2], &[1.0, -2.0, 3.5, 0.0]).unwrap(), vec![Tensor::scalar(5), Tensor::scalar(6)]);
    checkpoint::save(&path, &saved).unwrap();
    let right = fs::read(&path).unwrap();
    let (mut loads, mut named) = (0, 0);
    for (at, flip) in (0..right.len()).flat_map(|at| (0..8).map(|bit| 1 << bit).chain([0xff]).map(move |flip| (at, flip))) {
        let mut damaged = right.clone();
        damaged[at] ^= flip;
        fs::write(&path, &damaged).unwrap();
        let mut loaded: Pair = (Tensor::zeros(&[2, 2]), vec![Tensor::scalar(-1), Tensor::scalar(-1)]);
        match checkpoint::load(&path, &mut loaded) {
            Ok(()) => {
                assert!(at < right.len() - 24, "a tensor was damaged at {at} and nobody noticed");
                assert_eq!(loaded.0.to_vec().unwrap(), [1.0, -2.0, 3.5, 0.0], "{at} {flip}");
                assert_eq!([loaded.1[0].item().unwrap(), loaded.1[1].item().unwrap()], [5, 6], "{at} {flip}");
                loads += 1;
            }
            Err(error) => {
                let error = error.to_string();
                assert_says(&error, &["E0012", "pair.safetensors"]);
                named += usize::from(["`0`", "`1.0`", "`1.1`"].iter().any(|name| error.contains(&format!("{name} does not match"))));
            }
        }
    }
    // Damage of the key of the checksums is that of a file without checksums.
    assert!(loads <= 9 * 40 && named >= 9 * 24, "{loads} load, {named} name the tensor");
}

/// Two flipped sign bits are found too, and a file that another program wrote has no checksums.
#[test]
fn checksums_are_checked_where_they_are() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("pair.safetensors");
    checkpoint::save(&path, &pair()).unwrap();
    let mut bytes = fs::read(&path).unwrap();
    let last = bytes.len() - 1;
    for at in [last, last - 8] {
        bytes[at] ^= 0x80;
    }
    fs::write(&path, &bytes).unwrap();
    assert_says(&refused(&path), &["does not match its checksum", "the file is damaged", "load another copy"]);
    let views = ["0", "1.0"].map(|name| {
        let (dtype, dims, at) =
            if name == "0" { (safetensors::Dtype::F32, vec![2, 2], last - 19) } else { (safetensors::Dtype::I32, vec![], last - 3) };
        (name, safetensors::tensor::TensorView::new(dtype, dims.clone(), &bytes[at..][..4 * dims.iter().product::<usize>()]).unwrap())
    });
    safetensors::serialize_to_file(views, None, &path).unwrap();
    let mut loaded: Pair = (Tensor::zeros(&[2, 2]), vec![Tensor::scalar(0)]);
    checkpoint::load(&path, &mut loaded).unwrap();
}

#[test]
fn files_of_other_trees_are_refused_and_name_the_leaf() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("other.safetensors");
    let save = |tree: &(Tensor<f32>, Vec<Tensor<i32>>)| checkpoint::save(&path, tree).unwrap();
    save(&(Tensor::zeros(&[4]), pair().1));
    assert_says(&refused(&path), &["other.safetensors", "`0`", "[4]", "f32[2, 2]"]);
    save(&(pair().0, vec![]));
    assert_says(&refused(&path), &["other.safetensors", "no `1.0`"]);
    save(&(pair().0, vec![Tensor::scalar(1), Tensor::scalar(2)]));
    assert_says(&refused(&path), &["other.safetensors", "`1.1`", "no place"]);
    checkpoint::save(&path, &(pair().0, vec![Tensor::scalar(1.0f32)])).unwrap();
    assert_says(&refused(&path), &["other.safetensors", "`1.0`", "i32[]"]);
}

#[test]
fn a_failed_save_leaves_what_was_there() {
    let dir = tempfile::tempdir().unwrap();
    let missing = dir.path().join("no/such/place.safetensors");
    let error = checkpoint::save(&missing, &pair()).unwrap_err();
    assert!(matches!(error, Error::File(_)));
    assert_says(&error.to_string(), &["cannot write", "place.safetensors"]);

    // A directory has the file's name, so the temporary file cannot be renamed to it.
    let taken = dir.path().join("taken");
    fs::create_dir(&taken).unwrap();
    fs::write(taken.join("inside"), "kept").unwrap();
    assert_says(&checkpoint::save(&taken, &pair()).unwrap_err().to_string(), &["cannot write", "taken"]);
    assert_eq!(fs::read_to_string(taken.join("inside")).unwrap(), "kept");
    let files: Vec<_> = fs::read_dir(dir.path()).unwrap().map(|f| f.unwrap().file_name()).collect();
    assert_eq!(files, ["taken"], "nothing temporary is left");
}

#[test]
fn threads_that_save_to_one_path_leave_a_file_that_loads() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("pair.safetensors");
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let path = &path;
            scope.spawn(move || {
                for _ in 0..20 {
                    let value = Tensor::full(&[100, usize::try_from(thread).unwrap() + 1], thread as f32);
                    checkpoint::save(path, &(value, vec![Tensor::scalar(thread)])).unwrap();
                }
            });
        }
    });
    let loads = |thread: i32| {
        let mut loaded: Pair = (Tensor::zeros(&[100, usize::try_from(thread).unwrap() + 1]), vec![Tensor::scalar(-1)]);
        checkpoint::load(&path, &mut loaded).is_ok() && loaded.1[0].item().unwrap() == thread
    };
    assert_eq!((0..4).filter(|t| loads(*t)).count(), 1);
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1, "nothing temporary is left");
}

#[cfg(unix)]
#[test]
fn devices_are_not_replaced_by_checkpoints() {
    let error = checkpoint::save("/dev/null", &pair()).unwrap_err().to_string();
    assert_says(&error, &["cannot write /dev/null", "only a regular file is replaced"]);
}

#[test]
fn a_lost_leaf_is_not_saved() {
    #[graph]
    fn double(pair: &mut (Tensor<f32>, Vec<Tensor<i32>>)) -> Tensor![f32;] {
        pair.0 = &pair.0 * 2.0;
        pair.0.sum()
    }
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("pair.safetensors");
    let mut state = pair();
    checkpoint::save(&path, &state).unwrap();
    let before = fs::read(&path).unwrap();
    let watched = Watched::register("files-lost");
    watched.set_failing(true);
    with_backend("files-lost", || double::try_call(&mut state)).unwrap().unwrap_err();
    assert_says(&checkpoint::save(&path, &state).unwrap_err().to_string(), &["donated to `double`, which failed"]);
    assert_eq!(fs::read(&path).unwrap(), before);
    checkpoint::load(&path, &mut state).unwrap();
    assert_eq!(state.0.to_vec().unwrap(), [1.0, 2.0, 3.0, 4.0]);
}

#[test]
fn what_is_not_differentiated_is_left_out() {
    #[graph]
    fn slope(x: &(Tensor<f32>, Tensor<i32>)) -> (Tensor<f32>, Tensor<i32>) {
        grad(x, |x| x.0.square())
    }
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("gradients.safetensors");
    let gradients = with_backend("eval", || slope(&(Tensor::scalar(3.0), Tensor::scalar(1)))).unwrap();
    checkpoint::save(&path, &gradients).unwrap();
    let mut loaded = gradients.clone();
    loaded.0 = Tensor::scalar(0.0);
    checkpoint::load(&path, &mut loaded).unwrap();
    assert_eq!(loaded.0.item().unwrap(), 6.0);
    assert!(loaded.1.as_any().is_absent());
}
