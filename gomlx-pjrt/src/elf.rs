// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! A check of a shared library before it is loaded. The system's loader maps the parts of the file that the file's own
//! tables name. If the file ends before such a part, as after a broken download, the process gets a signal at the first
//! access, which no caller can handle.
//!
//! The check reads the few fields of an ELF file (System V ABI, chapters 4 and 5) that say where its parts are. Files
//! of other formats are left to the loader.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

/// The bytes of a file's header on machines with 64 bits, and those on others.
const HEADER: [usize; 2] = [64, 52];

/// Checks that an ELF file is made for this machine and is as long as its tables say.
///
/// # Errors
/// The reason why the file cannot be loaded.
pub(crate) fn check(path: &Path) -> Result<(), String> {
    let cannot_read = |e: io::Error| format!("it cannot be read: {e}");
    let mut file = File::open(path).map_err(cannot_read)?;
    let length = file.metadata().map_err(cannot_read)?.len();
    let end = end(&mut file).map_err(cannot_read)??;
    if end > length {
        return Err(format!("the file is truncated: it has {length} bytes of {end}; install it again"));
    }
    Ok(())
}

/// The end of the last part of a file, in bytes: 0 if the file has another format. The outer error is that of reading.
fn end(file: &mut (impl Read + Seek)) -> io::Result<Result<u64, String>> {
    let mut header = vec![];
    file.take(HEADER[0] as u64).read_to_end(&mut header)?;
    if !header.starts_with(b"\x7fELF") {
        return Ok(Ok(0));
    }
    let (Some(&class), Some(&order)) = (header.get(4), header.get(5)) else { return Ok(Ok(HEADER[0] as u64)) };
    if class != if size_of::<usize>() == 8 { 2 } else { 1 } || order != if cfg!(target_endian = "little") { 1 } else { 2 } {
        return Ok(Err("it is made for another kind of machine".into()));
    }
    let wide = class == 2;
    let size = HEADER[usize::from(!wide)];
    if header.len() < size {
        return Ok(Ok(size as u64));
    }
    let machine = number(&header, 18, 2);
    if machine_of_this_program().is_some_and(|this| this != machine) {
        return Ok(Err(format!("it is made for another machine (ELF machine {machine})")));
    }
    // Offsets of the fields: of the two tables and the sizes and numbers of their entries, and in an entry of each
    // table those of the offset and the size of a part.
    let [tables, entries, segment, section] = match wide {
        true => [[32, 40], [54, 58], [8, 32], [24, 32]],
        false => [[28, 32], [42, 46], [4, 16], [16, 20]],
    };
    let word = if wide { 8 } else { 4 };
    let mut end = size as u64;
    for (table, [at, part]) in [segment, section].into_iter().enumerate() {
        let start = number(&header, tables[table], word);
        let (entry, count) = (number(&header, entries[table], 2), number(&header, entries[table] + 2, 2));
        if start == 0 || count == 0 {
            continue;
        }
        if entry < (part + word) as u64 {
            return Ok(Err("its header is damaged".into()));
        }
        // Entries that the file does not hold are not read: their table alone says that the file is too short.
        end = end.max(start.saturating_add(entry * count));
        file.seek(SeekFrom::Start(start))?;
        let mut bytes = vec![];
        file.take(entry * count).read_to_end(&mut bytes)?;
        for entry in bytes.chunks_exact(entry as usize) {
            // A section of the kind `NOBITS` has no bytes in the file.
            let is_empty = table == 1 && number(entry, 4, 4) == 8;
            if !is_empty {
                end = end.max(number(entry, at, word).saturating_add(number(entry, part, word)));
            }
        }
    }
    Ok(Ok(end))
}

/// The number in `bytes` bytes from `at` on, in the order of this machine; 0 if they are not there.
fn number(of: &[u8], at: usize, bytes: usize) -> u64 {
    let field = of.get(at..at + bytes).unwrap_or_default();
    let add = |number: u64, byte: &u8| number << 8 | u64::from(*byte);
    if cfg!(target_endian = "little") { field.iter().rev().fold(0, add) } else { field.iter().fold(0, add) }
}

/// The number of this machine in an ELF header, where it is known.
fn machine_of_this_program() -> Option<u64> {
    match std::env::consts::ARCH {
        "x86" => Some(3),
        "arm" => Some(40),
        "x86_64" => Some(62),
        "aarch64" => Some(183),
        "riscv64" => Some(243),
        _ => None,
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    /// This test program, which is an ELF file.
    fn program() -> Vec<u8> {
        std::fs::read("/proc/self/exe").expect("a program has a file")
    }

    fn checked(bytes: &[u8]) -> Result<(), String> {
        let file = tempfile::NamedTempFile::new().expect("a temporary file");
        std::fs::write(file.path(), bytes).expect("it is written");
        check(file.path())
    }

    #[test]
    fn a_file_is_as_long_as_its_tables_say() {
        let whole = program();
        assert_eq!(checked(&whole), Ok(()));
        assert_eq!(checked(b"this is text"), Ok(()));
        let length = end(&mut io::Cursor::new(&whole)).expect("memory is read").expect("it is for this machine");
        assert!(length <= whole.len() as u64 && length > whole.len() as u64 / 2, "{length} of {}", whole.len());
        for kept in [4, 5, 20, 63, 64, 65, 1000, whole.len() / 2, length as usize - 1] {
            let error = checked(&whole[..kept]).expect_err("a part of a file");
            assert!(error.starts_with(&format!("the file is truncated: it has {kept} bytes of ")), "{kept}: {error}");
        }
    }

    #[test]
    fn another_machine_is_named() {
        let mut other = program();
        other.truncate(5000);
        other[4] = 3 - other[4];
        assert_eq!(checked(&other), Err("it is made for another kind of machine".into()));
        other[4] = 3 - other[4];
        other[18] ^= 0x80;
        assert!(checked(&other).expect_err("no such machine").contains("another machine (ELF machine "));
    }

    /// No damage of the header or of a table makes the check itself fail.
    #[test]
    fn damaged_fields_are_read_within_bounds() {
        let mut bytes = program();
        bytes.truncate(4096);
        for at in (4..64).chain(200..400) {
            for to in [0, 1, 0x7f, 0xff] {
                let before = std::mem::replace(&mut bytes[at], to);
                let _ = end(&mut io::Cursor::new(&bytes)).map(|end| end.map_err(|reason| assert!(!reason.is_empty())));
                bytes[at] = before;
            }
        }
    }
}
