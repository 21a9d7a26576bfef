// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Sha256 checksums of downloaded files.

use std::{
    fmt,
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};

/// A file that cannot be used. Every message names it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FileError {
    /// The file could not be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The error of the system.
        source: io::Error,
    },
    /// The file does not have the known checksum.
    #[error("{} is not the expected file: its sha256 is {got}, not {expected}; delete it and fetch it again", path.display())]
    Checksum {
        /// The file.
        path: PathBuf,
        /// The known sha256, in hexadecimal.
        expected: String,
        /// The sha256 of the file.
        got: String,
    },
}

/// The sha256 of a file, as 64 lower-case hexadecimal digits.
///
/// ```
/// use gomlx_files::Checksum;
/// const ABC: Checksum = Checksum("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
/// assert_eq!(Checksum::of(b"abc"), ABC.0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checksum(pub &'static str);

impl Checksum {
    /// The sha256 of `bytes` in lower-case hexadecimal digits.
    pub fn of(bytes: &[u8]) -> String {
        hex(&hmac_sha256::Hash::hash(bytes))
    }

    /// Reads the file at `path`, and returns its bytes if they have this checksum.
    ///
    /// # Errors
    /// [`FileError::Read`] if the file cannot be read, [`FileError::Checksum`] if it has another checksum.
    pub fn read(self, path: &Path) -> Result<Vec<u8>, FileError> {
        let bytes = std::fs::read(path).map_err(|source| FileError::Read { path: path.into(), source })?;
        self.check(path, Self::of(&bytes))?;
        Ok(bytes)
    }

    /// Checks the file at `path` without holding it in memory.
    ///
    /// # Errors
    /// As [`Checksum::read`].
    pub fn verify(self, path: &Path) -> Result<(), FileError> {
        let read = |source| FileError::Read { path: path.into(), source };
        let mut file = File::open(path).map_err(read)?;
        let mut hash = hmac_sha256::Hash::new();
        let mut chunk = vec![0; 1 << 16];
        loop {
            match file.read(&mut chunk).map_err(read)? {
                0 => return self.check(path, hex(&hash.finalize())),
                n => hash.update(&chunk[..n]),
            }
        }
    }

    fn check(self, path: &Path, got: String) -> Result<(), FileError> {
        if got == self.0 {
            return Ok(());
        }
        Err(FileError::Checksum { path: path.into(), expected: self.0.into(), got })
    }
}

impl fmt::Display for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

fn hex(digest: &[u8]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_file_is_named_with_both_checksums() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("weights.bin");
        let bytes = vec![7u8; 100_000];
        std::fs::write(&path, &bytes).unwrap();
        let right = Checksum(Box::leak(Checksum::of(&bytes).into_boxed_str()));
        right.verify(&path).unwrap();
        assert_eq!(right.read(&path).unwrap(), bytes);

        std::fs::write(&path, &bytes[..99_999]).unwrap();
        for error in [right.verify(&path).unwrap_err(), right.read(&path).unwrap_err()] {
            let message = error.to_string();
            for part in ["weights.bin", right.0, &Checksum::of(&bytes[..99_999])] {
                assert!(message.contains(part), "{message}");
            }
        }
    }

    #[test]
    fn a_missing_file_is_named() {
        let error = Checksum("00").verify(Path::new("no/such/file")).unwrap_err();
        assert!(matches!(error, FileError::Read { .. }));
        assert!(error.to_string().contains("file"), "{error}");
    }
}
