// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Replacing the contents of a file in one step.
//!
//! The new contents go to a temporary file in the target's folder, which is renamed to the target once it is complete
//! and on the disk. A process holds a lock on its temporary file for as long as it writes, so a temporary file that
//! nobody has locked belongs to a process that died; the next replacement in the folder removes it.
//!
//! Invariant: the target holds either all of the old contents or all of the new, whatever fails and whenever.

use std::fs::{self, File, Metadata, TryLockError};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

/// Temporary files are named `.gomlx-RANDOM.tmp`.
const PREFIX: &str = ".gomlx-";
const SUFFIX: &str = ".tmp";

/// Links followed from a path to the file, as many as Linux follows.
const MAX_LINKS: usize = 40;

/// Temporary files made before giving up, each lost to a process that took it for an abandoned one.
const MAX_ATTEMPTS: usize = 16;

/// Writes `contents` to the file at `path`, which is created or replaced as a whole.
///
/// When this returns, the contents are on the disk. When it fails, the file is as it was. Threads and processes may
/// replace one file at the same time: the last to finish wins. A symbolic link is followed, and stays a link. A file
/// that is replaced keeps its permissions, its group and, where the system allows it, its owner; other hard links to it
/// keep the old contents.
///
/// ```
/// # let dir = tempfile::tempdir()?;
/// # let path = dir.path().join("weights.bin");
/// gomlx_files::replace(&path, b"first")?;
/// gomlx_files::replace(&path, b"second")?;
/// assert_eq!(std::fs::read(&path)?, b"second");
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
/// If something other than a regular file is at `path`, such as a folder, a device or a pipe; if the file may not be
/// written; if no file can be created in its folder; if the disk is full or fails. If only the last step fails, which
/// puts the file's new entry in the folder on the disk, the error says so.
pub fn replace(path: &Path, contents: &[u8]) -> io::Result<()> {
    replace_with(path, |file| file.write_all(contents))
}

/// As [`replace`], with contents that `write` writes piece by piece. When `write` fails, the file is as it was.
///
/// # Errors
/// The errors of [`replace`], and the errors that `write` returns.
pub fn replace_with(path: &Path, write: impl FnOnce(&mut File) -> io::Result<()>) -> io::Result<()> {
    let old = replaceable(path)?;
    // Absolute, so that it stays the same file if the program changes its working directory meanwhile.
    let target = follow_links(std::path::absolute(path)?)?;
    let folder = target.parent().ok_or_else(|| io::Error::new(ErrorKind::InvalidInput, "the path names no file"))?;
    remove_abandoned(folder);
    let mut temporary = create_temporary(folder, old.is_none())?;
    write(temporary.as_file_mut())?;
    if let Some(old) = &old {
        keep_access(temporary.as_file(), old)?;
    }
    temporary.as_file().sync_all()?;
    temporary.persist(&target).map_err(|e| e.error)?;
    sync_folder(folder)
}

/// The file at `path` if there is one.
///
/// # Errors
/// If it is not a regular file, or may not be written. Renaming needs no permission to write the file that it replaces,
/// so that permission is asked for here.
fn replaceable(path: &Path) -> io::Result<Option<Metadata>> {
    match fs::metadata(path) {
        Ok(found) if found.is_file() => Ok(Some(File::options().write(true).open(path)?.metadata()?)),
        Ok(found) => {
            let kind = if found.is_dir() { "a folder" } else { "a device, a pipe or a socket" };
            Err(io::Error::new(ErrorKind::InvalidInput, format!("it is {kind}, and only a regular file is replaced")))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// The path of the file that `path` leads to, which need not exist. Only the last part of the path is resolved; links
/// to folders before it do no harm.
fn follow_links(mut path: PathBuf) -> io::Result<PathBuf> {
    for _ in 0..MAX_LINKS {
        match fs::read_link(&path) {
            // An absolute target takes the place of the whole path.
            Ok(target) => path = path.parent().unwrap_or(Path::new("")).join(target),
            // It is no link; other errors come up again when the file is created.
            Err(_) => return Ok(path),
        }
    }
    Err(io::Error::new(ErrorKind::InvalidInput, "the symbolic links go on without end"))
}

/// A new, empty, locked file in `folder`. Until it is complete its owner alone can read it, except where a file is
/// created that did not exist: that one has the permissions of every new file from the start.
fn create_temporary(folder: &Path, fresh: bool) -> io::Result<NamedTempFile> {
    let mut builder = Builder::new();
    builder.prefix(PREFIX).suffix(SUFFIX);
    #[cfg(unix)]
    if fresh {
        use std::os::unix::fs::PermissionsExt;
        // The system takes the user's umask from these.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    #[cfg(not(unix))]
    let _ = fresh;
    for _ in 0..MAX_ATTEMPTS {
        let temporary = builder.tempfile_in(folder)?;
        // Between its creation and the lock another process may take the file for an abandoned one and remove it. A
        // file system without locks is no reason to fail: no file is taken for abandoned there.
        if !matches!(temporary.as_file().try_lock(), Err(TryLockError::WouldBlock)) && temporary.path().exists() {
            return Ok(temporary);
        }
    }
    Err(io::Error::other(format!("temporary files in {} disappear", folder.display())))
}

/// Removes the temporary files of processes that died. A failure is not reported, for the replacement does not need it.
fn remove_abandoned(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let named = name.to_str().is_some_and(|name| name.starts_with(PREFIX) && name.ends_with(SUFFIX));
        if !named || !entry.file_type().is_ok_and(|kind| kind.is_file()) {
            continue;
        }
        // Open for writing as well, because some network file systems lock no other files.
        let Ok(file) = File::options().read(true).write(true).open(entry.path()) else { continue };
        if file.try_lock().is_ok() {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Gives `file` the permissions, the group and the owner of the file that it replaces. Permissions of a group or an
/// owner that the system does not let us set are dropped, for they would be given to another one.
#[cfg(unix)]
fn keep_access(file: &File, old: &Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, fchown};

    let new = file.metadata()?;
    let mut mode = old.mode() & 0o7777;
    if new.gid() != old.gid() && fchown(file, None, Some(old.gid())).is_err() {
        mode &= !0o2070;
    }
    if new.uid() != old.uid() && fchown(file, Some(old.uid()), None).is_err() {
        mode &= !0o4000;
    }
    file.set_permissions(fs::Permissions::from_mode(mode))
}

/// Files have their permissions from the folder, and one that is read-only is not replaced.
#[cfg(not(unix))]
fn keep_access(_: &File, _: &Metadata) -> io::Result<()> {
    Ok(())
}

/// Puts the entries of a folder on the disk, where the file system can.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    // A folder may be one that this user writes and does not read.
    let Ok(opened) = File::open(folder) else { return Ok(()) };
    match opened.sync_all() {
        Err(error) if !matches!(error.kind(), ErrorKind::InvalidInput | ErrorKind::Unsupported) => {
            let what = format!("the file is written, but its folder cannot be put on the disk: {error}");
            Err(io::Error::new(error.kind(), what))
        }
        _ => Ok(()),
    }
}

/// Folders cannot be synced; the file system keeps a journal of renames.
#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}
