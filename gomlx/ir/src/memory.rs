// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Memory that may not be there: a size that a shape decides is an error if the machine refuses it.

use aligned_vec::AVec;

use crate::{AlignedBytes, Code, Diagnostic, Function, Result, ValueId};

/// Sizes below this are not asked for in advance.
const SMALL: usize = 64 << 20;

/// An empty buffer with room for `bytes`.
///
/// # Errors
/// If the machine refuses the memory.
pub fn buffer(bytes: usize) -> Result<AlignedBytes> {
    let mut buffer: AlignedBytes = AVec::new(64);
    buffer.try_reserve_exact(bytes).map_err(|_| refused(bytes))?;
    Ok(buffer)
}

/// A buffer of zeros.
///
/// # Errors
/// As [`buffer`].
pub fn zeros(bytes: usize) -> Result<AlignedBytes> {
    let mut zeros = buffer(bytes)?;
    zeros.resize(bytes, 0);
    Ok(zeros)
}

/// Asks for memory, and gives it back; for little memory it does not ask.
///
/// # Errors
/// If the machine refuses it.
pub fn ask(bytes: usize) -> Result<()> {
    if bytes < SMALL || Vec::<u8>::new().try_reserve_exact(bytes).is_ok() { Ok(()) } else { Err(refused(bytes)) }
}

fn refused(bytes: usize) -> Diagnostic {
    Diagnostic::new(Code::Memory, format!("there is no memory for {}", Size(bytes)))
}

/// A number of bytes as a reader counts them.
struct Size(usize);

impl std::fmt::Display for Size {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let units = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
        let power = self.0.max(1).ilog2() / 10;
        match power.checked_sub(1) {
            None => write!(f, "{} bytes", self.0),
            Some(unit) => write!(f, "{:.1} {}", self.0 as f64 / 1024f64.powi(power as i32), units[unit as usize]),
        }
    }
}

/// The memory that a run of a function needs beside its inputs, and the value that takes the most of it.
#[derive(Clone, Debug)]
pub struct Need {
    bytes: usize,
    largest: Option<Diagnostic>,
}

impl Need {
    /// The need for `bytes`, which hold `values`.
    pub fn new(bytes: usize, function: &Function, values: impl Iterator<Item = ValueId>) -> Need {
        if bytes < SMALL {
            return Need { bytes, largest: None };
        }
        let largest = values.max_by_key(|&v| (function.shape(v).num_bytes(), v)).and_then(|v| {
            let (_, inst) = function.def_inst(v)?;
            let message =
                format!("{}: the largest value is the result of `{}`, {}", refused(bytes).message, inst.op.short_name(), function.shape(v));
            Some(Diagnostic::new(Code::Memory, message).at(inst.location.as_ref()))
        });
        Need { bytes, largest }
    }

    /// Asks for the memory, and gives it back.
    ///
    /// # Errors
    /// If the machine refuses it. The error names the largest value and the user's line.
    pub fn check(&self) -> Result<()> {
        ask(self.bytes).map_err(|refused| self.largest.clone().unwrap_or(refused))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_that_no_machine_has_is_an_error() {
        assert_eq!(buffer(1 << 60).expect_err("an exbibyte").message, "there is no memory for 1.0 EiB");
        assert_eq!(zeros(100).map(|zeros| zeros.len()), Ok(100));
        assert_eq!(Size(3 << 29).to_string(), "1.5 GiB");
        assert_eq!(Size(7).to_string(), "7 bytes");
    }
}
