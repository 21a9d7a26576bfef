// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! What must hold of a file that is replaced: whatever happens meanwhile, and whatever was there before.

use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::Path;
use std::process::Command;
use std::sync::mpsc;
use std::thread;

use gomlx_files::{replace, replace_with};

/// The names in a folder, sorted.
fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder).unwrap().map(|f| f.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn threads_that_write_one_file_leave_the_contents_of_one() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("shared.bin");
    let contents = |thread: u8| vec![thread; 100_000 * (usize::from(thread) + 1)];
    thread::scope(|scope| {
        for thread in 0..4 {
            let (path, contents) = (&path, contents(thread));
            scope.spawn(move || {
                for _ in 0..25 {
                    replace(path, &contents).unwrap();
                    let read = fs::read(path).unwrap();
                    assert_eq!(read.len(), 100_000 * (usize::from(read[0]) + 1), "a reader sees a whole file");
                    assert!(read.iter().all(|b| *b == read[0]));
                }
            });
        }
    });
    assert_eq!(names(dir.path()), ["shared.bin"], "nothing temporary is left");
}

#[test]
fn a_failure_leaves_the_old_file_and_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("kept");
    let fail = |file: &mut fs::File| {
        file.write_all(b"half")?;
        Err(io::Error::other("the source ends early"))
    };
    assert_eq!(replace_with(&path, fail).unwrap_err().to_string(), "the source ends early");
    assert_eq!(names(dir.path()), [""; 0]);
    replace(&path, b"old").unwrap();
    assert_eq!(replace_with(&path, fail).unwrap_err().to_string(), "the source ends early");
    assert_eq!(fs::read(&path).unwrap(), b"old");
    assert_eq!(names(dir.path()), ["kept"]);
}

#[test]
fn folders_are_refused_and_missing_folders_are_named() {
    let dir = tempfile::tempdir().unwrap();
    let taken = dir.path().join("taken");
    fs::create_dir(&taken).unwrap();
    assert_eq!(replace(&taken, b"x").unwrap_err().to_string(), "it is a folder, and only a regular file is replaced");
    let error = replace(&dir.path().join("no/such/file"), b"x").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(error.to_string().contains("no/such") || error.to_string().contains("no\\such"), "{error}");
    assert_eq!(names(dir.path()), ["taken"]);
}

#[test]
fn a_file_that_may_not_be_written_is_not_replaced() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("protected");
    fs::write(&path, "old").unwrap();
    let mut permissions = fs::metadata(&path).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&path, permissions.clone()).unwrap();
    // The system's administrator may write any file.
    if fs::OpenOptions::new().write(true).open(&path).is_err() {
        assert_eq!(replace(&path, b"new").unwrap_err().kind(), ErrorKind::PermissionDenied);
        assert_eq!(fs::read(&path).unwrap(), b"old");
    } else {
        replace(&path, b"new").unwrap();
        assert!(fs::metadata(&path).unwrap().permissions().readonly(), "its permissions are kept");
    }
    assert_eq!(names(dir.path()), ["protected"]);
}

/// Where `DIES_IN` is set, this test is a process that dies while it writes a file there.
#[test]
fn temporaries_of_dead_processes_are_removed_and_those_of_live_ones_are_not() {
    if let Some(folder) = std::env::var_os("DIES_IN") {
        let write = |file: &mut fs::File| {
            file.write_all(b"half")?;
            std::process::exit(3)
        };
        replace_with(&Path::new(&folder).join("victim"), write).unwrap();
    }
    let dir = tempfile::tempdir().unwrap();
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "temporaries_of_dead_processes_are_removed_and_those_of_live_ones_are_not"]).env("DIES_IN", dir.path());
    assert_eq!(child.output().unwrap().status.code(), Some(3));
    let abandoned = names(dir.path());
    assert!(abandoned.len() == 1 && abandoned[0].starts_with(".gomlx-"), "{abandoned:?}");

    let (started, has_started) = mpsc::channel();
    let (finish, may_finish) = mpsc::channel();
    thread::scope(|scope| {
        let slow = dir.path().join("slow");
        scope.spawn(move || {
            let write = |file: &mut fs::File| {
                started.send(()).unwrap();
                may_finish.recv().unwrap();
                file.write_all(b"slow")
            };
            replace_with(&slow, write).unwrap();
        });
        has_started.recv().unwrap();
        assert!(!names(dir.path()).contains(&abandoned[0]), "it was removed by the replacement that started");
        replace(&dir.path().join("fast"), b"fast").unwrap();
        assert_eq!(names(dir.path()).len(), 2, "the one that is being written stays");
        finish.send(()).unwrap();
    });
    assert_eq!(names(dir.path()), ["fast", "slow"]);
    assert_eq!(fs::read(dir.path().join("slow")).unwrap(), b"slow");
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
    use std::os::unix::net::UnixListener;

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::symlink_metadata(path).unwrap().mode() & 0o7777
    }

    #[test]
    fn links_stay_links_to_the_new_contents() {
        let dir = tempfile::tempdir().unwrap();
        let (inner, link, dangling) = (dir.path().join("inner"), dir.path().join("link"), dir.path().join("dangling"));
        fs::create_dir(&inner).unwrap();
        fs::write(inner.join("file"), "old").unwrap();
        symlink("inner/file", &link).unwrap();
        symlink(&link, dir.path().join("second")).unwrap();
        symlink("inner/new", &dangling).unwrap();
        replace(&dir.path().join("second"), b"new").unwrap();
        replace(&dangling, b"created").unwrap();
        assert_eq!(fs::read(inner.join("file")).unwrap(), b"new");
        assert_eq!(fs::read(inner.join("new")).unwrap(), b"created");
        assert_eq!(fs::read_link(&link).unwrap(), Path::new("inner/file"));
        assert_eq!(fs::read_link(&dangling).unwrap(), Path::new("inner/new"));
        symlink("round", dir.path().join("round")).unwrap();
        replace(&dir.path().join("round"), b"x").unwrap_err();
        assert_eq!(names(dir.path()), ["dangling", "inner", "link", "round", "second"]);
        assert_eq!(names(&inner), ["file", "new"]);
    }

    #[test]
    fn planted_links_are_not_followed() {
        let dir = tempfile::tempdir().unwrap();
        let (path, victim) = (dir.path().join("file"), dir.path().join("victim"));
        fs::write(&victim, "untouched").unwrap();
        let planted = [format!("file.{}.tmp", std::process::id()), ".gomlx-planted.tmp".to_owned()];
        planted.iter().for_each(|name| symlink(&victim, dir.path().join(name)).unwrap());
        replace(&path, b"contents").unwrap();
        assert_eq!(fs::read(&victim).unwrap(), b"untouched");
        assert!(fs::symlink_metadata(&path).unwrap().is_file());
    }

    #[test]
    fn permissions_are_kept_and_new_files_have_the_usual_ones() {
        let dir = tempfile::tempdir().unwrap();
        let (private, open, usual) = (dir.path().join("private"), dir.path().join("open"), dir.path().join("usual"));
        for (path, permissions) in [(&private, 0o600), (&open, 0o664)] {
            fs::write(path, "old").unwrap();
            fs::set_permissions(path, fs::Permissions::from_mode(permissions)).unwrap();
            replace_with(path, |file| {
                assert_eq!(file.metadata()?.mode() & 0o077, 0, "nobody else reads it before it is complete");
                file.write_all(b"new")
            })
            .unwrap();
            assert_eq!((mode(path), fs::read(path).unwrap()), (permissions, b"new".to_vec()));
        }
        fs::write(&usual, "").unwrap();
        replace(&dir.path().join("new"), b"new").unwrap();
        assert_eq!(mode(&dir.path().join("new")), mode(&usual));
    }

    #[test]
    fn devices_and_sockets_are_refused() {
        let dir = tempfile::tempdir().unwrap();
        let (socket, link) = (dir.path().join("socket"), dir.path().join("link"));
        let _listener = UnixListener::bind(&socket).unwrap();
        symlink("/dev/null", &link).unwrap();
        for path in [Path::new("/dev/null"), &link, &socket] {
            let error = replace(path, b"x").unwrap_err().to_string();
            assert_eq!(error, "it is a device, a pipe or a socket, and only a regular file is replaced");
        }
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
        assert_eq!(names(dir.path()), ["link", "socket"]);
    }

    /// No user may create a file there, not even the system's administrator.
    #[cfg(target_os = "linux")]
    #[test]
    fn a_read_only_folder_is_named() {
        let error = replace(Path::new("/proc/self/weights"), b"x").unwrap_err().to_string();
        assert!(error.contains("/proc/self"), "{error}");
    }
}
